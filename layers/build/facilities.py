"""Public facilities: which blocks of a quarter become schools, mosques, gardens and the like.

Owns the programme by family of fabric and the joining of blocks into a site large enough. It must
not know lots or people. Codes are those of the nomenclature of the plan (E, S, M, SP, V, P, PK).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from layers.build.blocks import MITRE, Block
from layers.build.quarters import Quarter

# Sites wanted per quarter: code, wanted area in square metres, one in how many quarters.
_DENSE = (
    ("E", 5200, 1),
    ("V", 1600, 1),
    ("M", 1100, 1),
    ("V", 900, 2),
    ("E", 9000, 3),
    ("S", 1300, 3),
    ("SP", 4500, 3),
    ("P", 1100, 2),
    ("PK", 900, 4),
    ("G", 1500, 4),
)
_VILLAS = (
    ("V", 2600, 1),
    ("E", 5000, 2),
    ("M", 1500, 2),
    ("SP", 5000, 4),
    ("P", 1200, 4),
    ("G", 3000, 3),
)
_ORIENTED = (("E", 7000, 1), ("V", 6000, 1), ("M", 3000, 3), ("S", 5000, 5), ("SP", 8000, 4))
_WORK = (("V", 1800, 2), ("PK", 2500, 2), ("P", 1600, 4), ("G", 3000, 4))
_PROGRAMMES = {
    "E": _DENSE,
    "B": _DENSE,
    "A": _DENSE,
    "S": _DENSE[1:3],
    "D": _VILLAS,
    "C": _ORIENTED,
    "P": _ORIENTED,
    "I": _WORK,
}
_JOIN_M = 17.0


def place_facilities(
    blocks: list[Block], quarter: Quarter, rng: np.random.Generator
) -> list[Block]:
    """The blocks of one quarter with the sites of its facilities taken out of them."""
    if quarter.family == "PARK":
        return [replace(block, facility="V") for block in blocks]
    if quarter.family in {"RAW", "ZR", "PU1", "PU2", "PU3"} or quarter.shape.area < 4e4:
        return blocks
    blocks = list(blocks)
    for code, wanted_m2, every in _PROGRAMMES[quarter.family[0]]:
        if (quarter.number + len(code)) % every == 0:
            _take(blocks, code, wanted_m2 * rng.uniform(0.8, 1.25), (quarter.shape, rng))
    return blocks


def _take(
    blocks: list[Block],
    code: str,
    wanted_m2: float,
    place: tuple[shapely.Polygon, np.random.Generator],
) -> None:
    """Turn one block, or some neighbours, into a site; nothing where none fits."""
    quarter, rng = place
    free = [n for n, b in enumerate(blocks) if not b.facility and b.row >= 0]
    if len(free) < 8:
        return
    shapes = np.array([b.shape for b in blocks])
    areas = shapely.area(shapes)
    for start in rng.permutation(free)[:6]:
        chosen, site = _grown(int(start), shapes, areas, set(free), wanted_m2)
        if site is None or not 0.6 * wanted_m2 < site.area < 2.4 * wanted_m2:
            continue
        site = shapely.set_precision(shapely.intersection(site, quarter), 0.001)
        if site.geom_type != "Polygon":
            continue
        others = np.delete(shapes, chosen)
        if shapely.area(shapely.intersection(others, site)).sum() > 0.01:
            continue
        taken = replace(blocks[chosen[0]], facility=code, shape=site)
        for number in sorted(chosen, reverse=True):
            blocks.pop(number)
        blocks.append(taken)
        return


def _grown(
    start: int, shapes: np.ndarray, areas: np.ndarray, free: set[int], wanted_m2: float
) -> tuple[list[int], shapely.Polygon | None]:
    """Blocks joined to the first one until the site is large enough, and their outline."""
    chosen = [start]
    site = shapes[start]
    while site.area < 0.75 * wanted_m2 and len(chosen) < 7:
        distance = shapely.distance(shapes, site)
        near = [n for n in free if n not in chosen and distance[n] < _JOIN_M]
        if not near:
            return chosen, None
        hulls = shapely.convex_hull(shapely.union(shapes[near], site))
        compact = (areas[near] + site.area) / shapely.length(hulls) ** 2
        best = near[int(np.argmax(compact))]
        chosen.append(best)
        reach = _JOIN_M / 2 + 0.3
        joined = shapely.union_all(shapes[chosen]).buffer(reach, **MITRE).buffer(-reach, **MITRE)
        if joined.geom_type != "Polygon":
            return chosen, None
        site = shapely.set_precision(shapely.simplify(joined, 0.1), 0.001)
    return chosen, site

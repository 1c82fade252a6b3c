"""Lots: a block cut into plots that fit its fabric.

Owns the geometry of lots: rows back to back, uneven frontages, heads facing the side street,
no gap and no overlap inside a block. It must not know titles or attributes. Lengths in metres.
"""

from __future__ import annotations

import numpy as np
import shapely
import shapely.affinity

from layers.build.blocks import Block
from layers.build.plan import FABRICS, Fabric

GRID_M = 0.001


def lots_of(block: Block, rng: np.random.Generator) -> list[shapely.Polygon]:
    """Lots of one block, in EPSG:26191 rounded to 1 mm; the block itself where undivided."""
    fabric = FABRICS.get(block.family)
    if fabric is None or block.facility:
        return [block.shape]
    centre = block.shape.centroid
    flat = shapely.affinity.rotate(block.shape, -block.angle, origin=centre, use_radians=True)
    cuts = _cuts(flat, fabric, rng)
    if not cuts:
        return [block.shape]
    lines = shapely.affinity.rotate(
        shapely.MultiLineString(cuts), block.angle, origin=centre, use_radians=True
    )
    noded = shapely.union_all([shapely.boundary(block.shape), lines], grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.contains(block.shape.buffer(0.01), shapely.point_on_surface(faces))
    smallest_m2 = 0.4 * fabric.front[0] * fabric.depth[0]
    return _without_slivers(list(faces[inside]), block.shape.boundary, smallest_m2)


def _cuts(flat: shapely.Polygon, fabric: Fabric, rng: np.random.Generator) -> list[np.ndarray]:
    u0, v0, u1, v1 = flat.bounds
    depth = (fabric.depth[0] + fabric.depth[1]) / 2
    height = flat.area / max(u1 - u0, 1.0)
    cuts: list[np.ndarray] = []
    left, right = u0, u1
    regular = flat.area / ((u1 - u0) * (v1 - v0)) > 0.9
    if regular and height > 2.6 * fabric.front[0] and u1 - u0 > 4.2 * depth:
        left, right = _heads(flat, fabric, cuts, rng)
    if height < 1.5 * depth:
        return cuts + _row(flat, (left, right), (v0, v1), fabric, rng)
    middle = (v0 + v1) / 2 + rng.uniform(-0.03, 0.03) * (v1 - v0)
    upper = _row(flat, (left, right), (middle, v1), fabric, rng)
    lower = _row(flat, (left, right), (v0, middle), fabric, rng)
    return [*cuts, np.array([[left, middle], [right, middle]]), *upper, *lower]


def _heads(
    flat: shapely.Polygon, fabric: Fabric, cuts: list[np.ndarray], rng: np.random.Generator
) -> tuple[float, float]:
    """Ends of a block cut into lots that face the side streets."""
    u0, v0, u1, v1 = flat.bounds
    left, right = u0 - 5, u1 + 5
    for first in (True, False):
        if rng.random() >= fabric.heads:
            continue
        depth = rng.uniform(*fabric.depth)
        at = u0 + depth if first else u1 - depth
        cuts.append(np.array([[at, v0 - 5], [at, v1 + 5]]))
        outer = u0 - 5 if first else u1 + 5
        count = max(1, round((v1 - v0) / (sum(fabric.front) / 2)))
        levels = v0 + (v1 - v0) * _shares(count, rng)
        cuts.extend(np.array([[outer, level], [at, level]]) for level in levels)
        left, right = (at, right) if first else (left, at)
    return left, right


def _shares(count: int, rng: np.random.Generator) -> np.ndarray:
    steps = rng.uniform(0.9, 1.1, count)
    return np.asarray((np.cumsum(steps) / steps.sum())[:-1])


def _row(
    flat: shapely.Polygon,
    ends: tuple[float, float],
    levels: tuple[float, float],
    fabric: Fabric,
    rng: np.random.Generator,
) -> list[np.ndarray]:
    """Side limits of one row, dropped where a lot would be too small."""
    row = shapely.intersection(flat, shapely.box(ends[0], levels[0], ends[1], levels[1]))
    if row.is_empty or row.area < 1:
        return []
    u0, _, u1, _ = row.bounds
    count = max(1, round((u1 - u0) / rng.uniform(*fabric.front)))
    at = u0 + (u1 - u0) * np.r_[0, _shares(count, rng), 1]
    cells = shapely.box(at[:-1], levels[0] - 5, at[1:], levels[1] + 5)
    areas = shapely.area(shapely.intersection(row, cells))
    depth = min(fabric.depth[0], row.area / max(u1 - u0, 1))
    kept = _kept(at, areas, 0.62 * fabric.front[0] * depth)
    low, high = levels[0] - 0.0, levels[1] + 0.0
    return [np.array([[u, low], [u, high]]) for u in kept]


def _kept(at: np.ndarray, areas: np.ndarray, smallest_m2: float) -> list[float]:
    """Limits that leave no lot under the smallest area, from one end to the other."""
    kept: list[float] = []
    running = 0.0
    for limit, area in zip(at[1:-1], areas[:-1], strict=True):
        running += area
        if running >= smallest_m2:
            kept.append(float(limit))
            running = 0.0
    tail = running + areas[-1]
    while kept and tail < smallest_m2:
        last = kept.pop()
        start = kept[-1] if kept else at[0]
        tail += areas[(at[:-1] >= start - 1e-9) & (at[1:] <= last + 1e-9)].sum()
    return kept


def _without_slivers(
    faces: list[shapely.Polygon], street: shapely.Geometry, smallest_m2: float
) -> list[shapely.Polygon]:
    """Join each face that is too small, or away from streets, to its nearest neighbour."""
    verge = shapely.buffer(street, 0.02)
    while len(faces) > 1:
        on_street = shapely.length(shapely.intersection(shapely.boundary(faces), verge)) > 2.0
        rank = np.where(on_street, shapely.area(faces), 0.0)
        least = int(np.argmin(rank))
        if rank[least] >= smallest_m2:
            break
        sliver = faces.pop(least)
        shared = shapely.length(shapely.intersection(faces, sliver.boundary))
        best = int(np.argmax(shared))
        joined = shapely.union(faces[best], sliver, grid_size=GRID_M)
        if joined.geom_type != "Polygon":
            break
        faces[best] = joined
    return faces

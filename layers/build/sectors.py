"""Sectors of the plan: the zones of all quarters, joined across streets where they agree.

Owns the partition of the commune by sector. It must not know lots. Coordinates: EPSG:26191.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import shapely

from layers.build.city import City
from layers.build.names import word
from layers.build.plan import zone_of

SLIVER_M2 = 400.0


def _parts(city: City) -> tuple[list[str], np.ndarray]:
    """Polygons of each sector, rounded to 1 mm, without overlap."""
    zones: dict[str, list[Any]] = defaultdict(list)
    for sector, _, shape in city.zones:
        zones[sector].append(shape)
    codes: list[str] = []
    shapes: list[shapely.Polygon] = []
    for sector in sorted(zones):
        joined = shapely.union_all(zones[sector], grid_size=0.001)
        for part in shapely.get_parts(joined):
            codes.append(sector)
            shapes.append(part)
    return codes, np.array(shapes)


def _absorbed(codes: list[str], shapes: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Slivers joined to the neighbour with the longest common limit."""
    small = shapely.area(shapes) < SLIVER_M2
    kept = np.flatnonzero(~small)
    whole = shapes.copy()
    for sliver in np.flatnonzero(small):
        touch = shapely.buffer(shapes[sliver], 0.005)
        shared = shapely.length(shapely.intersection(shapely.boundary(whole[kept]), touch))
        best = kept[int(np.argmax(shared))]
        whole[best] = shapely.union(whole[best], shapes[sliver], grid_size=0.001)
    return [codes[n] for n in kept], whole[kept]


def sectors(city: City) -> list[dict[str, Any]]:
    """One row per polygon of a sector, from north-west to south-east inside each sector."""
    codes, shapes = _absorbed(*_parts(city))
    centre = shapely.get_coordinates(shapely.centroid(shapes))
    order = np.lexsort((centre[:, 0], -centre[:, 1], np.array(codes)))
    rows = []
    for number, place in enumerate(order, 1):
        french, arabic = word(number * 11)
        rows.append(
            {
                "sector_id": f"S{number:03d}",
                "sector": codes[place],
                "zone": zone_of(codes[place]),
                "name_fr": f"Quartier {french}",
                "name_ar": f"حي {arabic}",
                "area_ha": round(float(shapely.area(shapes[place])) / 1e4, 3),
                "geometry": shapes[place],
            }
        )
    return rows

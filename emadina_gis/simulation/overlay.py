"""Polygons put over each other: what is left are polygons, and one bad pair stops no others.

It knows nothing of parcels or rules. Coordinates in metres.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.errors import GEOSException

from emadina_gis.domain.soundness import made_valid

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.domain.geometry import Shapes

#: Shapes that cannot be put over each other as they are, are on a grid this fine.
_GRID_M = 1e-6


def overlaid(
    operation: Callable[..., Shapes], first: Shapes, second: Shapes, *, grid: float | None = None
) -> Shapes:
    """Return what an operation makes of pairs of shapes, as polygons.

    Parameters
    ----------
    operation : callable
        ``shapely.difference``, ``shapely.intersection`` or ``shapely.union``.
    first, second : array of shapely polygons, shape (k,)
    grid : float, optional
        Corners nearer than this are one corner.
    """
    try:
        return polygonal(operation(first, second, grid_size=grid))
    except GEOSException:
        return _repaired(operation, first, second, grid)


def _repaired(
    operation: Callable[..., Shapes], first: Shapes, second: Shapes, grid: float | None
) -> Shapes:
    """Return what an operation makes of pairs of which some cannot be put over each other."""
    bad = ~(shapely.is_valid(first) & shapely.is_valid(second))
    if bad.any() and not bad.all():
        result = np.empty(len(first), dtype=object)
        for some in (bad, ~bad):
            result[some] = overlaid(operation, first[some], second[some], grid=grid)
        return result
    sound = [polygonal(made_valid(shapes)) for shapes in (first, second)]
    rounded = [shapely.set_precision(shapes, grid or _GRID_M) for shapes in sound]
    return polygonal(operation(*rounded, grid_size=grid or _GRID_M))


def polygonal(shapes: Shapes) -> Shapes:
    """Return shapes without the lines and points that an operation may leave."""
    kinds = shapely.get_type_id(shapes)
    flat = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON, -1)
    mixed = np.flatnonzero(~np.isin(kinds, flat))
    if not len(mixed):
        return shapes
    parts, owner = shapely.get_parts(shapes[mixed], return_index=True)
    polygons = np.isin(shapely.get_type_id(parts), flat)
    result = shapes.copy()
    result[mixed] = shapely.Polygon()
    for number in np.unique(owner[polygons]):
        result[mixed[number]] = shapely.union_all(parts[polygons & (owner == number)])
    return result

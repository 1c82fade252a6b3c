"""Where labels may stand: interior points of polygons, and places with room.

Exact interior points (the centre of the largest circle inside) for layers of few features, points
on the surface for many. Works on shapely; knows no text and no Qt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.domain.soundness import made_valid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.extent import Extent
    from emadina_gis.render.derived import DerivedCache

FEW = 400
_CIRCLE_TOLERANCE_PARTS = 50.0
_WELL_INSIDE = 0.8
#: Levels at which room is looked for inside an area.
_LEVELS = 9


class AnchorStore:
    """Interior points of the polygons of one chunk, computed when first asked for."""

    def __init__(self, rows: int) -> None:
        self._xy = np.full((rows, 2), np.nan)

    def of(self, chunk: GeometryChunk, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the interior points of rows, shape (n, 2)."""
        unknown = rows[np.isnan(self._xy[rows, 0])]
        if len(unknown):
            self._xy[unknown] = interior_points(chunk.taken(unknown).to_shapely())
        return self._xy[rows]


def anchors_of(
    cache: DerivedCache, chunk: GeometryChunk, rows: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return interior points of polygon rows, kept with the chunk."""
    store = cache.get(chunk, "anchors", lambda: AnchorStore(len(chunk)))
    return store.of(chunk, rows)


def interior_points(shapes: Any) -> NDArray[np.float64]:
    """Return a point well inside each polygon, shape (n, 2)."""
    if len(shapes) > FEW:
        return np.asarray(shapely.get_coordinates(shapely.point_on_surface(shapes)))
    return np.array([_circle_center(shape) for shape in shapes]).reshape(-1, 2)


def _circle_center(shape: Any) -> tuple[float, float]:
    """Middle of the largest part where it lies well inside, else the centre of its largest circle.

    A point on the surface where the part is degenerate.
    """
    parts = shapely.get_parts(shape)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    xmin, ymin, xmax, ymax = shapely.bounds(largest)
    tolerance = min(xmax - xmin, ymax - ymin) / _CIRCLE_TOLERANCE_PARTS
    if tolerance > 0 and shapely.is_valid(largest):
        radius = shapely.maximum_inscribed_circle(largest, tolerance)
        middle = shapely.centroid(largest)
        clear = shapely.distance(middle, shapely.boundary(largest))
        if shapely.contains(largest, middle) and clear > _WELL_INSIDE * shapely.length(radius):
            return float(middle.x), float(middle.y)
        if not shapely.is_empty(radius):
            x, y = shapely.get_coordinates(radius)[0]
            return float(x), float(y)
    point = shapely.point_on_surface(largest)
    return float(point.x), float(point.y)


def points_in_view(shapes: Any, extent: Extent) -> NDArray[np.float64]:
    """Return interior points of what the view shows of polygons; NaN where it shows nothing."""
    cut = shapely.clip_by_rect(made_valid(shapes), *extent.as_tuple)
    result = np.full((len(shapes), 2), np.nan)
    filled = ~shapely.is_empty(cut) & (shapely.get_dimensions(cut) == Kind.POLYGON - 1)
    if filled.any():
        result[filled] = interior_points(cut[filled])
    return result


def level_middles(shape: Any, width: float) -> NDArray[np.float64]:
    """Return the middles of the longest level stretches inside an area, shape (k, 2).

    Only stretches of a width or more, the one with most room first.
    """
    xmin, ymin, xmax, ymax = shapely.bounds(shape).tolist()
    levels = ymin + (np.arange(_LEVELS) + 0.5) / _LEVELS * (ymax - ymin)
    ends = np.empty((_LEVELS, 2, 2))
    ends[:, :, 1] = levels[:, None]
    ends[:, 0, 0], ends[:, 1, 0] = xmin, xmax
    cut = shapely.get_parts(shapely.intersection(shapely.linestrings(ends), shape))
    cut = cut[shapely.get_type_id(cut) == shapely.GeometryType.LINESTRING]
    length = shapely.length(cut)
    cut, length = cut[length >= width], length[length >= width]
    longest = cut[np.argsort(-length, kind="stable")]
    middles = shapely.line_interpolate_point(longest, 0.5, normalized=True)
    return np.asarray(shapely.get_coordinates(middles)).reshape(-1, 2)

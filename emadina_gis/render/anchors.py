"""Where labels may stand: interior points of polygons, places along lines, points themselves.

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
_ALONG = (0.5, 0.28, 0.72)
_STRAIGHT_ENOUGH = 0.96


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


def places_along(line: Any, length: float) -> list[tuple[float, float, float]]:
    """Return (x, y, angle in radians) of straight stretches of a length along a line.

    The angle is upright: text along it never stands on its head.
    """
    total = float(shapely.length(line))
    if total < length:
        return []
    found: list[tuple[float, float, float]] = []
    for part in _ALONG:
        middle = min(max(part * total, length / 2), total - length / 2)
        ends = shapely.line_interpolate_point(line, [middle - length / 2, middle + length / 2])
        (x0, y0), (x1, y1) = shapely.get_coordinates(ends)
        if np.hypot(x1 - x0, y1 - y0) >= _STRAIGHT_ENOUGH * length:
            found.append(((x0 + x1) / 2, (y0 + y1) / 2, upright(np.arctan2(y1 - y0, x1 - x0))))
    return found


def upright(angle: float) -> float:
    """Return the angle, or its opposite, in (-π/2, π/2]."""
    turned = float(angle)
    if turned > np.pi / 2:
        turned -= np.pi
    elif turned <= -np.pi / 2:
        turned += np.pi
    return turned

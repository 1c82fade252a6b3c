"""What is at a place: rows at a point, in a rectangle, in a polygon; exact, never from pixels.

Bounds of each chunk and of each row narrow the search; the exact predicate runs on the few that
remain. Nothing is built beforehand, so an edit costs nothing here. Knows no Qt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.crs import transform_points
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.domain.pixel_grid import PixelWindow
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.render.scene import DrawnRaster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.render.derived import DerivedCache
    from emadina_gis.render.scene import DrawnLayer, Scene

#: Rows compared at once; between them a cancel is heeded and other threads run.
ROWS_AT_ONCE = 2_048
_NOTHING: NDArray[np.int64] = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Hit:
    """A row that was pointed at."""

    layer_id: str
    row: int
    row_id: int


def identify(
    scene: Scene, x: float, y: float, tolerance: float, units_per_px: float | None = None
) -> tuple[Hit, ...]:
    """Return the rows at a place, the topmost layer first.

    Parameters
    ----------
    x, y : float
        Place in the map's CRS.
    tolerance : float
        Lines and points this near count, in map units; polygons count when they hold the place.
    units_per_px : float, optional
        Leaves out layers that are not drawn at this scale.

    Returns
    -------
    tuple of Hit
        Within a layer, points come before lines before polygons, nearer and smaller ones first.
    """
    hits: list[Hit] = []
    for layer in reversed(scene.vectors):
        drawn = layer if units_per_px is None else layer.at(units_per_px)
        if units_per_px is None or drawn.shown_at(units_per_px):
            rows = rows_at(scene, drawn, x, y, tolerance=tolerance)
            ids = drawn.layer.table.ids[rows]
            hits += [Hit(drawn.id, int(r), int(i)) for r, i in zip(rows, ids, strict=True)]
    return tuple(hits)


def rows_at(
    scene: Scene, drawn: DrawnLayer, x: float, y: float, *, tolerance: float
) -> NDArray[np.intp]:
    """Return the drawn rows of one layer at a place, best first."""
    point = shapely.Point(x, y)
    around = Extent(x - tolerance, y - tolerance, x + tolerance, y + tolerance)
    found: list[tuple[NDArray[np.intp], NDArray[np.float64]]] = []
    for start, chunk, rows in _candidates(scene, drawn, around):
        visible = rows[_is_drawn(drawn, start + rows, chunk.kinds[rows])]
        taken = chunk.taken(visible)
        distance = shapely.distance(point, taken.to_shapely())
        reach = np.where(taken.kinds == Kind.POLYGON, 0.0, tolerance)
        near = distance <= reach
        rank = np.column_stack([taken.kinds, distance, taken.areas()])[near]
        found.append((start + visible[near], rank))
    if not found:
        return np.zeros(0, dtype=np.intp)
    rows = np.concatenate([rows for rows, _ in found])
    rank = np.concatenate([rank for _, rank in found])
    return rows[np.lexsort((rank[:, 2], rank[:, 1], rank[:, 0]))]


@dataclass(frozen=True)
class Pixel:
    """What a raster holds at a place.

    Attributes
    ----------
    values : tuple of float
        One per band; empty where it has none there.
    is_final : bool
        Whether nothing better follows; false while the pixel itself is still being read.
    """

    layer_id: str
    values: tuple[float, ...]
    is_final: bool = True


def pixels_at(scene: Scene, x: float, y: float, ctx: Context = NULL_CONTEXT) -> tuple[Pixel, ...]:
    """Return what the drawn rasters hold at a place, topmost first; a file may have to be read.

    Rasters that do not reach the place are left out.
    """
    found = (
        _pixel_of(scene, drawn, x, y, ctx)
        for drawn in reversed(scene.layers)
        if isinstance(drawn, DrawnRaster)
    )
    return tuple(pixel for pixel in found if pixel is not None)


def _pixel_of(scene: Scene, drawn: DrawnRaster, x: float, y: float, ctx: Context) -> Pixel | None:
    ctx.check()
    place = np.array([[x, y]])
    if drawn.layer.crs.is_known and scene.crs.is_known:
        place = transform_points(place, scene.crs, drawn.layer.crs)
    grid = drawn.data.grid
    there = np.nan_to_num(np.floor(grid.to_pixels(place)[0]), nan=-1.0, posinf=-1.0, neginf=-1.0)
    column, row = (int(part) for part in there)
    if not (0 <= column < grid.width and 0 <= row < grid.height):
        return None
    block = drawn.data.block(PixelWindow(0, row, row + 1, column, column + 1), ctx)
    is_known = bool(block.known.all()) and block.known.size == 1
    values = tuple(float(value) for value in block.values[:, 0, 0]) if is_known else ()
    return Pixel(drawn.id, values, block.is_final)


def select_extent(
    scene: Scene, layer_id: str, extent: Extent, *, whole: bool = False
) -> NDArray[np.int64]:
    """Return the ids of the drawn rows of a layer that meet a rectangle.

    Parameters
    ----------
    whole : bool
        Only rows that lie entirely in the rectangle.
    """
    drawn = scene.vector(layer_id)
    if drawn is None:
        return _NOTHING
    found: list[NDArray[np.intp]] = []
    box = shapely.box(*extent.as_tuple)
    shapely.prepare(box)
    for start, chunk, rows in _candidates(scene, drawn, extent):
        inside = _within(chunk.bounds[rows], extent)
        if whole:
            found.append(start + rows[inside])
            continue
        edge = np.flatnonzero(~inside)
        if len(edge):
            inside[edge] = shapely.intersects(box, chunk.taken(rows[edge]).to_shapely())
        found.append(start + rows[inside])
    return _ids(drawn, found)


def select_polygon(
    scene: Scene, layer_id: str, polygon: Any, ctx: Context = NULL_CONTEXT
) -> NDArray[np.int64]:
    """Return the ids of the drawn rows of a layer that meet a shapely polygon in the map's CRS.

    Raises
    ------
    JobCancelled
        If the context was cancelled.
    """
    drawn = scene.vector(layer_id)
    if drawn is None or shapely.is_empty(polygon):
        return _NOTHING
    shapely.prepare(polygon)
    found: list[NDArray[np.intp]] = []
    count = max(drawn.layer.table.row_count, 1)
    for start, chunk, rows in _candidates(scene, drawn, Extent(*polygon.bounds)):
        for first in range(0, len(rows), ROWS_AT_ONCE):
            ctx.report(start / count, "phase.selecting")
            found.append(start + _meeting(polygon, chunk, rows[first : first + ROWS_AT_ONCE]))
    return _ids(drawn, found)


def _meeting(polygon: Any, chunk: GeometryChunk, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the rows that meet a prepared polygon; most are known by their bounds alone."""
    bounds = chunk.bounds[rows]
    whole = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    around = shapely.box(*whole[0], *whole[1])
    if shapely.contains_properly(polygon, around):
        return rows
    if not shapely.intersects(polygon, around):
        return rows[:0]
    boxes = shapely.box(*bounds.T)
    inside = shapely.contains_properly(polygon, boxes)
    edge = rows[~inside & shapely.intersects(polygon, boxes)]
    meets = shapely.intersects(polygon, chunk.taken(edge).to_shapely())
    return np.sort(np.concatenate([rows[inside], edge[meets]]))


def _ids(drawn: DrawnLayer, found: list[NDArray[np.intp]]) -> NDArray[np.int64]:
    if not found:
        return _NOTHING
    rows = np.concatenate(found)
    rows = rows[_is_drawn(drawn, rows, drawn.layer.table.kinds[rows])]
    return np.asarray(drawn.layer.table.ids[rows])


def _is_drawn(
    drawn: DrawnLayer, rows: NDArray[np.intp], kinds: NDArray[np.uint8]
) -> NDArray[np.bool_]:
    """Rows whose class has a colour; outlines without a fill count too."""
    codes = drawn.classes.codes[rows]
    colors = np.where(
        kinds == Kind.LINE, drawn.line_colors[codes, 3], drawn.classes.colors[codes, 3]
    )
    return np.asarray(colors > 0)


def _candidates(
    scene: Scene, drawn: DrawnLayer, extent: Extent
) -> Iterator[tuple[int, GeometryChunk, NDArray[np.intp]]]:
    """Return (first row, chunk, rows within it) whose bounds meet the extent."""
    for start, chunk in scene.chunks(drawn):
        whole = chunk_extent(scene.cache, chunk)
        if whole is None or not whole.intersects(extent):
            continue
        xmin, ymin, xmax, ymax = chunk.bounds.T
        rows = np.flatnonzero(
            (xmin <= extent.xmax)
            & (xmax >= extent.xmin)
            & (ymin <= extent.ymax)
            & (ymax >= extent.ymin)
        )
        if len(rows):
            yield start, chunk, rows


def chunk_extent(cache: DerivedCache, chunk: GeometryChunk) -> Extent | None:
    """Return the extent of a chunk, found once."""
    return cache.get(chunk, "extent", lambda: _extent_of(chunk.bounds))


def _extent_of(bounds: NDArray[np.float64]) -> Extent | None:
    """Return the extent of bounds, column by column: that is many times faster than by rows."""
    low = [float(np.fmin.reduce(bounds[:, at], initial=np.nan)) for at in (0, 1)]
    high = [float(np.fmax.reduce(bounds[:, at], initial=np.nan)) for at in (2, 3)]
    return None if np.isnan(low[0]) else Extent(*low, *high)


def _within(bounds: NDArray[np.float64], extent: Extent) -> NDArray[np.bool_]:
    return np.asarray(
        (bounds[:, 0] >= extent.xmin)
        & (bounds[:, 2] <= extent.xmax)
        & (bounds[:, 1] >= extent.ymin)
        & (bounds[:, 3] <= extent.ymax)
    )

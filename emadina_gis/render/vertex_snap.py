"""What a pointer snaps to: corners of parcels and ends of lines, then the edges between them.

Bounds of chunks and rows narrow the search; coordinates are those in the map's CRS. Knows no Qt.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.extent import Extent, extent_of_bounds
from emadina_gis.domain.geometry import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.render.scene import DrawnLayer, Scene

#: Where more rows than these lie within the tolerance, no single corner is meant.
MOST_ROWS = 400
#: Chunks whose extent is not known yet and is made in one call: each takes about a millisecond.
_MADE_AT_ONCE = 8


@dataclass(frozen=True)
class Snap:
    """A place that was snapped to: a vertex, or the nearest place on an edge."""

    x: float
    y: float
    is_vertex: bool


def nearest_snap(
    scene: Scene, x: float, y: float, tolerance: float, units_per_px: float | None = None
) -> Snap | None:
    """Return the nearest vertex within the tolerance, else the nearest place on an edge.

    Parameters
    ----------
    tolerance : float
        How far, in map units.
    units_per_px : float, optional
        Leaves out layers that are not drawn at this scale.

    Only geometry that is already in the map's CRS is looked at: nothing waits for a reprojection.
    """
    pieces = list(_near(scene, x, y, tolerance, units_per_px))
    if sum(len(piece) for piece in pieces) > MOST_ROWS:
        return None
    place = np.array([x, y])
    vertex = _nearest([piece.xy for piece in pieces], place, tolerance)
    if vertex is not None:
        return Snap(*vertex, is_vertex=True)
    edge = _nearest([_on_edges(piece, place) for piece in pieces], place, tolerance)
    return None if edge is None else Snap(*edge, is_vertex=False)


def nearest_vertex(
    scene: Scene, x: float, y: float, tolerance: float
) -> tuple[float, float] | None:
    """Return the nearest vertex of what is drawn, None where none is within the tolerance."""
    pieces = _near(scene, x, y, tolerance, None)
    return _nearest([piece.xy for piece in pieces], np.array([x, y]), tolerance)


def _near(
    scene: Scene, x: float, y: float, tolerance: float, units_per_px: float | None
) -> Iterator[GeometryChunk]:
    """Return the geometry of the rows whose bounds meet the surroundings."""
    around = Extent(x - tolerance, y - tolerance, x + tolerance, y + tolerance)
    for drawn in scene.vectors:
        if units_per_px is None or drawn.shown_at(units_per_px):
            yield from _rows_around(scene, drawn, around)


def _rows_around(scene: Scene, drawn: DrawnLayer, around: Extent) -> Iterator[GeometryChunk]:
    made = 0
    for _start, chunk in scene.known_chunks(drawn):
        if chunk is None:
            continue
        whole = scene.cache.known(chunk, "extent")
        if whole is None:
            made += 1
            if made > _MADE_AT_ONCE:
                continue
            whole = scene.cache.get(chunk, "extent", partial(_extent_of, chunk))
        if whole is not None and whole.intersects(around):
            rows = _meeting(chunk, around)
            if len(rows):
                yield chunk.taken(rows[: MOST_ROWS + 1])


def _extent_of(chunk: GeometryChunk) -> Extent | None:
    return extent_of_bounds(chunk.bounds)


def _meeting(chunk: GeometryChunk, around: Extent) -> NDArray[np.intp]:
    xmin, ymin, xmax, ymax = chunk.bounds.T
    with np.errstate(invalid="ignore"):
        meets = (xmin <= around.xmax) & (xmax >= around.xmin)
        meets &= (ymin <= around.ymax) & (ymax >= around.ymin)
    return np.flatnonzero(meets)


def _nearest(
    candidates: list[NDArray[np.float64]], place: NDArray[np.float64], tolerance: float
) -> tuple[float, float] | None:
    """Return the candidate nearest to a place, within the tolerance."""
    every = [points for points in candidates if len(points)]
    if not every:
        return None
    points = np.concatenate(every)
    squares = ((points - place) ** 2).sum(axis=1)
    index = int(np.argmin(np.where(np.isfinite(squares), squares, np.inf)))
    if not squares[index] <= tolerance**2:
        return None
    return float(points[index, 0]), float(points[index, 1])


def _on_edges(chunk: GeometryChunk, place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the place nearest to a given one on each edge of lines and polygons, shape (k, 2)."""
    xy = chunk.xy
    if len(xy) < 2:
        return np.zeros((0, 2))
    starts = np.ones(len(xy), dtype=bool)
    starts[chunk.coord_offsets[1:][np.diff(chunk.coord_offsets) > 0] - 1] = False
    kinds = np.repeat(chunk.kinds, np.diff(chunk.feature_coord_offsets))
    first = np.flatnonzero(starts & (kinds != Kind.POINT))
    a, b = xy[first], xy[np.minimum(first + 1, len(xy) - 1)]
    along = b - a
    length2 = (along**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip(((place - a) * along).sum(axis=1) / length2, 0.0, 1.0)
    return np.asarray(a + np.nan_to_num(share)[:, None] * along)

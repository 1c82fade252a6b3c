"""Where layers would lie before they are added: some of their outlines, in the map's CRS.

A preview draws enough of a layer to be recognised, however large it is. Knows no drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import Crs, transform_points
from emadina_gis.domain.extent import Extent, extent_of_bounds
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import RasterLayer
from emadina_gis.errors import CrsError
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.domain.layer import Layer

#: Vertices and points of all layers of a preview together.
MOST_VERTICES = 24_000
MOST_POINTS = 1_500
_SIDE_SAMPLES = 12


@dataclass(frozen=True)
class Placed:
    """A layer in a system that may be its own, maybe with its axes exchanged."""

    layer: Layer
    crs: Crs
    swapped: bool = False


@dataclass(frozen=True, eq=False)
class PreviewShapes:
    """Lines and points in the map's CRS.

    Attributes
    ----------
    xy : ndarray of float64, shape (m, 2)
        Vertices of all lines.
    offsets : ndarray of int64, shape (lines + 1,)
        Vertices of line i are ``[i]:[i + 1]``.
    points : ndarray of float64, shape (p, 2)
        Points.
    extent : Extent or None
        Where everything lies; None where nothing can be placed.
    """

    xy: NDArray[np.float64]
    offsets: NDArray[np.int64]
    points: NDArray[np.float64]
    extent: Extent | None


def preview_shapes(
    placed: tuple[Placed, ...], target: Crs, ctx: Context = NULL_CONTEXT
) -> PreviewShapes:
    """Return what shows where the layers would lie; what cannot be placed is left out.

    Parameters
    ----------
    target : Crs
        The map's system; unknown takes that of the first layer.
    """
    seen = target if target.is_known else next((one.crs for one in placed), target)
    lines: list[NDArray[np.float64]] = []
    points: list[NDArray[np.float64]] = [np.zeros((0, 2))]
    for one in placed:
        ctx.check()
        share = max(len(placed), 1)
        for shape, is_point in _shapes_of(one, share):
            moved = _moved(shape, one, seen)
            if is_point:
                points.append(moved[np.isfinite(moved).all(axis=1)])
            elif len(moved) and np.isfinite(moved).all():
                lines.append(moved)
    return _collected(lines, np.concatenate(points))


def _collected(lines: list[NDArray[np.float64]], points: NDArray[np.float64]) -> PreviewShapes:
    xy = np.concatenate([np.zeros((0, 2)), *lines])
    offsets = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    everything = np.concatenate([xy, points])
    extent = extent_of_bounds(np.hstack([everything, everything])) if len(everything) else None
    return PreviewShapes(xy, offsets, points, extent)


def _moved(xy: NDArray[np.float64], one: Placed, target: Crs) -> NDArray[np.float64]:
    """Return coordinates on the map, none where there is no way there."""
    turned = np.ascontiguousarray(xy[:, ::-1]) if one.swapped else xy
    if not one.crs.is_known:
        return np.zeros((0, 2))
    try:
        return transform_points(turned, one.crs, target)
    except CrsError:
        return np.zeros((0, 2))


def _shapes_of(one: Placed, share: int) -> list[tuple[NDArray[np.float64], bool]]:
    """Return lines, and points as one array, of a layer in its own coordinates."""
    if isinstance(one.layer, RasterLayer):
        return [] if one.layer.extent is None else [(_border(one.layer.extent), False)]
    chunks = one.layer.table.geometry or ()
    total = max(sum(len(chunk.xy) for chunk in chunks), 1)
    step = max(-(-total * share // MOST_VERTICES), 1)
    found: list[tuple[NDArray[np.float64], bool]] = []
    for chunk in chunks:
        found += [(line, False) for line in _lines(chunk, step)]
        dots = chunk.taken(np.flatnonzero(chunk.kinds == Kind.POINT)).xy
        if len(dots):
            thinned = max(-(-total * share // MOST_POINTS), 1)
            found.append((dots[::thinned], True))
    return found


def _lines(chunk: GeometryChunk, step: int) -> list[NDArray[np.float64]]:
    """Return every so many features' rings, so that neighbours still look like neighbours."""
    rows = np.flatnonzero(chunk.kinds != Kind.POINT)[::step]
    taken = chunk.taken(rows)
    offsets = taken.coord_offsets
    limit = MOST_VERTICES // 8
    lines = []
    for start, stop in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
        stride = max(-(-(stop - start) // limit), 1)
        ring = taken.xy[start:stop:stride]
        lines.append(ring if stride == 1 else np.vstack([ring, taken.xy[stop - 1]]))
    return lines


def _border(extent: Extent) -> NDArray[np.float64]:
    steps = np.linspace(0.0, 1.0, _SIDE_SAMPLES)
    x, y = extent.xmin + steps * extent.width, extent.ymin + steps * extent.height
    low, high = np.full_like(x, extent.ymin), np.full_like(x, extent.ymax)
    left, right = np.full_like(y, extent.xmin), np.full_like(y, extent.xmax)
    sides = ((x, low), (right, y), (x[::-1], high), (left, y[::-1]))
    return np.concatenate([np.column_stack(side) for side in sides])

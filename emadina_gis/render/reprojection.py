"""A chunk of geometry in the map's system: long lines stay straight on the ground, nothing is torn.

A line that is straight in the layer's system is bent in another one: long segments get vertices
until they are bent as they should be. Rows that the map's system cannot show are left out as a
whole; a line to the end of the world would be drawn otherwise. Knows no Qt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import METRES_PER_DEGREE, transformation
from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.errors import Problem, Severity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.crs import Area, Crs, Transformation
    from emadina_gis.render.scene import Scene

#: Shorter segments are never bent by more than a tenth of a metre.
LONG_M = 1_000.0
#: A segment may lie so far from where it should, and get so many pieces.
BENT_M = 0.1
MOST_PIECES = 128
#: Nothing on Earth is further from the origin of a projected system, or longer in one step.
_FARTHEST_M = 5e7
_LONGEST_STEP_M = 1e7
_LONGEST_STEP_DEG = 180.0
#: A place that comes back from the map's system elsewhere than it was, was outside its domain.
_COMES_BACK_M = 50.0


def moved_chunk(
    chunk: GeometryChunk, source: Crs, target: Crs, area: Area | None = None
) -> GeometryChunk:
    """Return a chunk in another system; rows that have no place in it are without geometry.

    Raises
    ------
    CrsMismatch
        If only ballpark transformations exist.
    """
    way = transformation(source, target, area)
    whole = _with_bends(chunk, source, target, way)
    moved = whole.with_xy(way.apply(whole.xy))
    lost = _without_place(moved.xy, target) | _does_not_come_back(whole, moved, source, way)
    rows = np.union1d(
        _rows_of(moved, lost | _torn(moved, target)), _rows_of(chunk, _torn(chunk, source))
    )
    return without_rows(moved, rows) if len(rows) else moved


def _rows_of(chunk: GeometryChunk, coords: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the rows that some coordinates belong to."""
    if not coords.any():
        return np.zeros(0, dtype=np.intp)
    owners = np.repeat(np.arange(len(chunk)), np.diff(chunk.feature_coord_offsets))
    return np.unique(owners[coords])


def lost_rows(chunk: GeometryChunk, moved: GeometryChunk) -> int:
    """Return how many rows of a chunk have no place in the system of the map."""
    return int(((moved.kinds == Kind.NONE) & (chunk.kinds != Kind.NONE)).sum())


def lost_problems(scene: Scene) -> tuple[Problem, ...]:
    """Return, layer by layer, how many rows are not drawn; of what was made so far."""
    found = []
    for drawn in scene.vectors:
        if drawn.layer.crs == scene.crs:
            continue
        chunks = zip(drawn.layer.table.geometry or (), scene.known_chunks(drawn), strict=True)
        count = sum(lost_rows(chunk, made) for chunk, (_, made) in chunks if made is not None)
        if count:
            found.append(Problem("scene.out-of-domain", Severity.WARNING, drawn.id, count))
    return tuple(found)


def _segments(chunk: GeometryChunk) -> NDArray[np.bool_]:
    """Whether a segment begins at each coordinate, shape (m,)."""
    begins = np.ones(len(chunk.xy), dtype=bool)
    filled = np.diff(chunk.coord_offsets) > 0
    begins[chunk.coord_offsets[1:][filled] - 1] = False
    return begins


def _with_bends(
    chunk: GeometryChunk, source: Crs, target: Crs, way: Transformation
) -> GeometryChunk:
    """Return the chunk with vertices in its long segments, where the other system bends them."""
    if len(chunk.xy) < 2:
        return chunk
    with np.errstate(invalid="ignore"):
        steps = np.hypot(*np.diff(chunk.xy, axis=0).T) * source.unit_m
        long = np.flatnonzero(_segments(chunk)[:-1] & (steps > LONG_M))
    if not len(long):
        return chunk
    a, b = chunk.xy[long], chunk.xy[long + 1]
    three = [way.apply(points) for points in (a, (a + b) / 2, b)]
    with np.errstate(invalid="ignore"):
        aside = np.hypot(*(three[1] - (three[0] + three[2]) / 2).T) * target.unit_m
        pieces = np.ceil(np.sqrt(np.where(np.isfinite(aside), aside, 0.0) / BENT_M))
    counts = np.ones(len(chunk.xy), dtype=np.int64)
    counts[long] = np.clip(pieces, 1, MOST_PIECES).astype(np.int64)
    return _densified(chunk, counts) if (counts > 1).any() else chunk


def _densified(chunk: GeometryChunk, counts: NDArray[np.int64]) -> GeometryChunk:
    """Return the chunk with each segment cut into as many pieces as are counted at its start."""
    starts = np.concatenate([[0], np.cumsum(counts)])
    owner = np.repeat(np.arange(len(counts)), counts)
    share = (np.arange(starts[-1]) - starts[owner]) / counts[owner]
    following = np.minimum(owner + 1, len(counts) - 1)
    xy = chunk.xy[owner] + share[:, None] * (chunk.xy[following] - chunk.xy[owner])
    whole = share == 0
    xy[whole] = chunk.xy[owner[whole]]
    z = None
    if chunk.z is not None:
        z = chunk.z[owner] + share * (chunk.z[following] - chunk.z[owner])
        z[whole] = chunk.z[owner[whole]]
    offsets = starts[chunk.coord_offsets].astype(np.int32)
    return GeometryChunk(chunk.kinds, chunk.part_offsets, chunk.ring_offsets, offsets, xy, z)


def _without_place(xy: NDArray[np.float64], target: Crs) -> NDArray[np.bool_]:
    """Whether each place is missing, or further away than anything on Earth."""
    farthest = 1_000.0 if target.is_geographic else _FARTHEST_M / target.unit_m
    with np.errstate(invalid="ignore"):
        return np.asarray(~(np.abs(xy) <= farthest).all(axis=1))


def _torn(chunk: GeometryChunk, crs: Crs) -> NDArray[np.bool_]:
    """Whether a segment from each coordinate goes around the world: it crosses the far meridian."""
    torn = np.zeros(len(chunk.xy), dtype=bool)
    if len(chunk.xy) < 2:
        return torn
    with np.errstate(invalid="ignore"):
        steps = np.abs(np.diff(chunk.xy, axis=0))
        if crs.is_geographic:
            far = steps[:, 0] * crs.unit_m > _LONGEST_STEP_DEG * METRES_PER_DEGREE
        else:
            far = np.hypot(steps[:, 0], steps[:, 1]) * crs.unit_m > _LONGEST_STEP_M
    if far.any():
        torn[:-1] = far & _segments(chunk)[:-1]
    return torn


def _does_not_come_back(
    chunk: GeometryChunk, moved: GeometryChunk, source: Crs, way: Transformation
) -> NDArray[np.bool_]:
    """Whether each place is elsewhere after going to the map's system and back.

    Corners of the whole chunk are asked first: where they come back, all do.
    """
    inside = np.zeros(len(chunk.xy), dtype=bool)
    finite = np.isfinite(chunk.xy).all(axis=1)
    if not finite.any():
        return inside
    low, high = chunk.xy[finite].min(axis=0), chunk.xy[finite].max(axis=0)
    x, y = np.meshgrid(np.linspace(low[0], high[0], 3), np.linspace(low[1], high[1], 3))
    probes = np.column_stack([x.ravel(), y.ravel()])
    if not _is_elsewhere(probes, way.apply(probes), source, way).any():
        return inside
    return _is_elsewhere(chunk.xy, moved.xy, source, way)


def _is_elsewhere(
    xy: NDArray[np.float64], moved: NDArray[np.float64], source: Crs, way: Transformation
) -> NDArray[np.bool_]:
    back = way.apply(moved, inverse=True)
    with np.errstate(invalid="ignore"):
        apart = np.abs(back - xy) * source.unit_m
        if source.is_geographic:  # the same meridian may be said in two ways
            turn = 360.0 * METRES_PER_DEGREE
            apart[:, 0] = np.minimum(apart[:, 0], np.abs(apart[:, 0] - turn))
        return np.asarray(~(apart <= _COMES_BACK_M).all(axis=1))


def without_rows(chunk: GeometryChunk, rows: NDArray[np.intp]) -> GeometryChunk:
    """Return the chunk with the geometry of some rows missing (outside the map's CRS)."""
    shapes = chunk.kinds.copy()
    shapes[rows] = Kind.NONE
    kept = np.diff(chunk.part_offsets).copy()
    kept[rows] = 0
    parts = np.repeat(shapes != Kind.NONE, np.diff(chunk.part_offsets))
    rings = np.repeat(parts, np.diff(chunk.ring_offsets))
    coords = np.repeat(rings, np.diff(chunk.coord_offsets))
    return GeometryChunk(
        shapes,
        _offsets(kept),
        _offsets(np.diff(chunk.ring_offsets)[parts]),
        _offsets(np.diff(chunk.coord_offsets)[rings]),
        chunk.xy[coords],
        None if chunk.z is None else chunk.z[coords],
    )


def _offsets(counts: NDArray[np.integer]) -> NDArray[np.int32]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)

"""Signs inside areas as numbers: lines and dots cut at the edges of polygons. No Qt.

A sweep over parallel lines: where each line enters and leaves a feature by the even-odd rule. The
lines are those of one pattern over the whole map, so that they meet at the edges of neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.domain.style import Pattern, PatternKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

#: Directions of the lines of a kind, degrees.
DIRECTIONS: dict[PatternKind, tuple[float, ...]] = {
    PatternKind.HATCH: (45.0,),
    PatternKind.CROSS_HATCH: (45.0, 135.0),
    PatternKind.GRID: (0.0, 90.0),
    PatternKind.DOTS: (0.0,),
    PatternKind.DOTTED_HATCH: (45.0,),
}
DOTTED = frozenset({PatternKind.DOTS, PatternKind.DOTTED_HATCH})
#: Dots of a dotted hatch stand this many times nearer than its lines, never nearer than wide.
_DOTS_PER_SPACING = 3.0
_LEAST_GAP = 2.2
DOT_LENGTH_PX = 0.01
#: Lines nearer than this on the picture are drawn farther apart: they would be a grey.
LEAST_SPACING_PX = 0.5


@dataclass(frozen=True)
class Ground:
    """The picture that patterns lie on, in its pixels.

    Attributes
    ----------
    width, height : float
        Size; nothing is made far outside it.
    origin : tuple of float
        Point that the pattern is counted from: where the map's (0, 0) lies.
    mm_per_px : float
        Millimetres of a pixel.
    """

    width: float
    height: float
    origin: tuple[float, float]
    mm_per_px: float


@dataclass(frozen=True, eq=False)
class _Sweep:
    """Lines across areas: number of the line, and where it enters and leaves."""

    number: NDArray[np.float64]
    start: NDArray[np.float64]
    stop: NDArray[np.float64]


@dataclass(frozen=True)
class _Turn:
    """Coordinates along (u) and across (v) the lines of a direction, from the ground's origin."""

    cos: float
    sin: float
    origin: tuple[float, float]

    def along(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = (xy - np.array(self.origin)).T
        return np.column_stack([x * self.cos - y * self.sin, x * self.sin + y * self.cos])

    def back(self, u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
        x = u * self.cos + v * self.sin + self.origin[0]
        y = -u * self.sin + v * self.cos + self.origin[1]
        return np.column_stack([x, y])


def pattern_lines(chunk: GeometryChunk, pattern: Pattern, ground: Ground) -> NDArray[np.float64]:
    """Return the lines of a pattern inside polygons on the picture, rows (x0, y0, x1, y1).

    Dots are lines of `DOT_LENGTH_PX`, because Qt leaves out lines without length.
    """
    found = [_marks(chunk, pattern, ground, turn) for turn in _turns(pattern, ground)]
    return np.concatenate(found) if found else np.zeros((0, 4))


def polygon_chunk(ring: NDArray[np.float64]) -> GeometryChunk:
    """Return one polygon without holes as a chunk."""
    one = np.array([0, 1], dtype=np.int32)
    ends = np.array([0, len(ring)], dtype=np.int32)
    return GeometryChunk(np.array([Kind.POLYGON], dtype=np.uint8), one, one, ends, ring, None)


def _turns(pattern: Pattern, ground: Ground) -> Iterator[_Turn]:
    for direction in DIRECTIONS[pattern.kind]:
        angle = np.radians(direction + pattern.angle_deg)
        yield _Turn(float(np.cos(angle)), float(np.sin(angle)), ground.origin)


def _marks(
    chunk: GeometryChunk, pattern: Pattern, ground: Ground, turn: _Turn
) -> NDArray[np.float64]:
    spacing = max(pattern.spacing_mm / ground.mm_per_px, LEAST_SPACING_PX)
    sweep = _sweep(chunk, ground, turn, spacing)
    if pattern.kind in DOTTED:
        number, along = _dots(sweep, max(dot_step_mm(pattern) / ground.mm_per_px, LEAST_SPACING_PX))
        at = turn.back(along, number * spacing)
        return np.concatenate([at, at + np.array([DOT_LENGTH_PX, 0.0])], axis=1)
    across = sweep.number * spacing
    return np.concatenate([turn.back(sweep.start, across), turn.back(sweep.stop, across)], axis=1)


def dot_step_mm(pattern: Pattern) -> float:
    """Return the distance between the dots along a line of a dotted pattern."""
    if pattern.kind is PatternKind.DOTS:
        return pattern.spacing_mm
    return max(pattern.spacing_mm / _DOTS_PER_SPACING, pattern.width_mm * _LEAST_GAP)


def _sweep(chunk: GeometryChunk, ground: Ground, turn: _Turn, spacing: float) -> _Sweep:
    """Return the parts of the lines inside the features of a chunk and near the picture."""
    along, across = turn.along(chunk.xy).T
    following = _following(chunk)
    frame = turn.along(_corners(ground))
    first = np.minimum(across, across[following])
    last = np.maximum(across, across[following])
    low = np.ceil(np.maximum(first, frame[:, 1].min()) / spacing)
    high = np.ceil(np.minimum(last, frame[:, 1].max()) / spacing)
    counts = np.maximum(high - low, 0).astype(np.intp)
    edge = np.repeat(np.arange(len(counts)), counts)
    number = low[edge] + _positions(counts)
    rise = (across[following] - across)[edge]
    share = (number * spacing - across[edge]) / rise
    at = along[edge] + share * (along[following] - along)[edge]
    order = np.lexsort((at, number, _owners(chunk)[edge]))
    start, stop, number = at[order][0::2], at[order][1::2], number[order][0::2]
    start, stop = np.maximum(start, frame[:, 0].min()), np.minimum(stop, frame[:, 0].max())
    seen = stop > start
    return _Sweep(number[seen], start[seen], stop[seen])


def _corners(ground: Ground) -> NDArray[np.float64]:
    width, height = ground.width, ground.height
    return np.array([(0.0, 0.0), (width, 0.0), (0.0, height), (width, height)])


def _following(chunk: GeometryChunk) -> NDArray[np.intp]:
    """Return the next coordinate of each within its ring: after the last comes the first."""
    following = np.arange(1, len(chunk.xy) + 1)
    filled = np.diff(chunk.coord_offsets) > 0
    following[chunk.coord_offsets[1:][filled] - 1] = chunk.coord_offsets[:-1][filled]
    return following.astype(np.intp)


def _owners(chunk: GeometryChunk) -> NDArray[np.intp]:
    return np.repeat(np.arange(len(chunk)), np.diff(chunk.feature_coord_offsets))


def _positions(counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return 0, 1, … within each of `counts` runs."""
    starts = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(starts, counts)


def _dots(sweep: _Sweep, step: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (line, position along it) of the dots on the lines; every other line is shifted."""
    shift = np.where(sweep.number % 2 == 1, step / 2, 0.0)
    low = np.ceil((sweep.start - shift) / step)
    counts = np.maximum(np.floor((sweep.stop - shift) / step) - low + 1, 0).astype(np.intp)
    line = np.repeat(np.arange(len(counts)), counts)
    along = ((low[line] + _positions(counts)) * step + shift[line]).astype(np.float64)
    return sweep.number[line], along

"""Snapping of a frame that is moved or resized, in millimetres: where it lands and why.

A rectangle catches page edges, margins, centre lines, edges and centres of other frames, the usual
gap and equal gaps between neighbours, and where nothing is near, a grid. Pure geometry; what is
near is told in millimetres by whoever knows the zoom of the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from emadina_gis.project.paper import GAP_MM, MARGIN_MM

if TYPE_CHECKING:
    from emadina_gis.project.layouts import Frame

GRIDS_MM = (1.0, 5.0)
#: Steps of the arrow keys, alone and with the shift key.
NUDGE_MM = 0.5
FAR_NUDGE_MM = 5.0
#: A rectangle stands on a line when it is this near.
_ON_LINE_MM = 0.005
_DECIMALS = 3


class Handle(StrEnum):
    """Where a frame is held to resize it."""

    TOP_LEFT = "top-left"
    TOP = "top"
    TOP_RIGHT = "top-right"
    RIGHT = "right"
    BOTTOM_RIGHT = "bottom-right"
    BOTTOM = "bottom"
    BOTTOM_LEFT = "bottom-left"
    LEFT = "left"


#: Side of each handle along x and along y: -1 the low edge, 1 the high one, 0 neither.
SIDES: dict[Handle, tuple[int, int]] = {
    Handle.TOP_LEFT: (-1, -1),
    Handle.TOP: (0, -1),
    Handle.TOP_RIGHT: (1, -1),
    Handle.RIGHT: (1, 0),
    Handle.BOTTOM_RIGHT: (1, 1),
    Handle.BOTTOM: (0, 1),
    Handle.BOTTOM_LEFT: (-1, 1),
    Handle.LEFT: (-1, 0),
}


class GuideKind(StrEnum):
    """What a rectangle caught."""

    PAGE = "page"
    MARGIN = "margin"
    FRAME = "frame"
    CENTER = "center"
    GAP = "gap"
    GRID = "grid"


@dataclass(frozen=True)
class Rect:
    """Left, top, width and height in millimetres, y down."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Bottom edge."""
        return self.y + self.height

    @property
    def turned(self) -> Rect:
        """The rectangle with its axes exchanged."""
        return Rect(self.y, self.x, self.height, self.width)

    def moved(self, dx: float, dy: float) -> Rect:
        """Return the rectangle at another place."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True)
class Guide:
    """A line to draw: upright at x = `at` (or level at y = `at`) from `start` to `end`."""

    upright: bool
    at: float
    start: float
    end: float
    kind: GuideKind


@dataclass(frozen=True)
class Snapped:
    """Where a rectangle lands, and the lines that it caught."""

    rect: Rect
    guides: tuple[Guide, ...] = ()


@dataclass(frozen=True)
class Around:
    """What a rectangle may catch.

    Attributes
    ----------
    page_mm : tuple of float
        Width and height of the page.
    others : tuple of Rect
        The frames that do not move.
    tolerance_mm : float
        How near a line must be; 0 catches nothing (a key held down).
    margin_mm : float
        Distance of the margins from the edges of the page.
    gap_mm : float
        Usual gap between frames; 0 catches only gaps equal to others.
    grid_mm : float
        Step of the grid, from the top left corner; 0 for none.
    """

    page_mm: tuple[float, float]
    others: tuple[Rect, ...] = ()
    tolerance_mm: float = 2.0
    margin_mm: float = MARGIN_MM
    gap_mm: float = GAP_MM
    grid_mm: float = 0.0

    @property
    def turned(self) -> Around:
        """The same with its axes exchanged."""
        return replace(
            self,
            page_mm=(self.page_mm[1], self.page_mm[0]),
            others=tuple(other.turned for other in self.others),
        )


@dataclass(frozen=True)
class _Line:
    """A line across an axis, with the stretch of it that another thing covers."""

    at: float
    kind: GuideKind
    start: float
    end: float
    #: Parts of a rectangle that may catch it: its low edge, middle, high edge.
    parts: tuple[int, ...] = (-1, 1)


def rect_of(frame: Frame) -> Rect:
    """Return the rectangle of a frame."""
    return Rect(frame.x, frame.y, frame.width, frame.height)


def around_all(rects: Iterable[Rect]) -> Rect:
    """Return the rectangle around several, which must not be none."""
    listed = list(rects)
    x, y = min(r.x for r in listed), min(r.y for r in listed)
    right, bottom = max(r.right for r in listed), max(r.bottom for r in listed)
    return Rect(x, y, right - x, bottom - y)


def handle_points(rect: Rect) -> dict[Handle, tuple[float, float]]:
    """Return where the handles of a rectangle stand."""
    return {
        handle: (
            rect.x + rect.width * (1 + side[0]) / 2,
            rect.y + rect.height * (1 + side[1]) / 2,
        )
        for handle, side in SIDES.items()
    }


def handle_at(rect: Rect, point: tuple[float, float], reach_mm: float) -> Handle | None:
    """Return the nearest handle within reach of a point, corners first where two are as near."""
    found: tuple[float, int, Handle] | None = None
    for handle, (x, y) in handle_points(rect).items():
        away = max(abs(x - point[0]), abs(y - point[1]))
        rank = (away, 0 if all(SIDES[handle]) else 1, handle)
        if away <= reach_mm and (found is None or rank < found):
            found = rank
    return None if found is None else found[2]


def snap_moved(rect: Rect, around: Around) -> Snapped:
    """Return where a rectangle that was dragged to `rect` lands, always on the page."""
    dx = _move(rect, around)
    dy = _move(rect.turned, around.turned)
    landed = kept_on_page(rect.moved(dx, dy), around.page_mm)
    return Snapped(_rounded(landed), _guides(landed, around, (-1, 0, 1), (-1, 0, 1)))


def snap_resized(
    rect: Rect, handle: Handle, by: tuple[float, float], around: Around, least: tuple[float, float]
) -> Snapped:
    """Return a rectangle resized by dragging a handle: on the page, no smaller than `least`.

    Parameters
    ----------
    rect : Rect
        As it was when the drag began.
    by : tuple of float
        How far the handle was dragged.
    """
    sides = SIDES[handle]
    x, right = _edges(rect, sides[0], by[0], around, least[0])
    y, bottom = _edges(rect.turned, sides[1], by[1], around.turned, least[1])
    landed = Rect(x, y, right - x, bottom - y)
    parts = tuple((side,) if side else () for side in sides)
    return Snapped(_rounded(landed), _guides(landed, around, parts[0], parts[1]))


def nudged(rect: Rect, step: tuple[int, int], page_mm: tuple[float, float], *, far: bool) -> Rect:
    """Return a rectangle moved by arrow keys: `step` is -1, 0 or 1 along x and y."""
    length = FAR_NUDGE_MM if far else NUDGE_MM
    return _rounded(kept_on_page(rect.moved(step[0] * length, step[1] * length), page_mm))


def kept_on_page(rect: Rect, page_mm: tuple[float, float]) -> Rect:
    """Return a rectangle moved onto the page; one larger than the page is made as large."""
    width, height = min(rect.width, page_mm[0]), min(rect.height, page_mm[1])
    x = min(max(rect.x, 0.0), page_mm[0] - width)
    y = min(max(rect.y, 0.0), page_mm[1] - height)
    return Rect(x, y, width, height)


def _rounded(rect: Rect) -> Rect:
    return Rect(*(round(value, _DECIMALS) for value in (rect.x, rect.y, rect.width, rect.height)))


def _part(rect: Rect, part: int) -> float:
    return rect.x + rect.width * (1 + part) / 2


def _move(rect: Rect, around: Around) -> float:
    """Return how far a dragged rectangle goes along x to the nearest line."""
    near = [
        (abs(line.at - _part(rect, part)), line.at - _part(rect, part))
        for line in _lines(rect, around)
        for part in line.parts
    ]
    return _nearest(near, rect.x, around)


def _nearest(near: list[tuple[float, float]], at: float, around: Around) -> float:
    caught = [pair for pair in near if pair[0] <= around.tolerance_mm]
    if caught and around.tolerance_mm > 0:
        return min(caught)[1]
    if around.grid_mm > 0:
        return round(at / around.grid_mm) * around.grid_mm - at
    return 0.0


def _edges(rect: Rect, side: int, by: float, around: Around, least: float) -> tuple[float, float]:
    """Return the low and high edge along x after one of them was dragged."""
    low, high = rect.x, rect.right
    if not side:
        return low, high
    at = (low if side < 0 else high) + by
    dragged = Rect(min(low, at), rect.y, max(high, at) - min(low, at), rect.height)
    near = [
        (abs(line.at - at), line.at - at) for line in _lines(dragged, around) if side in line.parts
    ]
    at += _nearest(near, at, around)
    if side < 0:
        return min(max(at, 0.0), max(high - least, 0.0)), high
    return low, max(min(at, around.page_mm[0]), min(low + least, around.page_mm[0]))


def _lines(rect: Rect, around: Around) -> Iterator[_Line]:
    """Yield the upright lines that a rectangle may catch."""
    width, height = around.page_mm
    for at in (0.0, width):
        yield _Line(at, GuideKind.PAGE, 0.0, height)
    for at in (around.margin_mm, width - around.margin_mm):
        yield _Line(at, GuideKind.MARGIN, 0.0, height)
    yield _Line(width / 2, GuideKind.CENTER, 0.0, height, (-1, 0, 1))
    for other in around.others:
        yield _Line(other.x, GuideKind.FRAME, other.y, other.bottom)
        yield _Line(other.right, GuideKind.FRAME, other.y, other.bottom)
        middle = other.x + other.width / 2
        yield _Line(middle, GuideKind.CENTER, other.y, other.bottom, (0,))
    yield from _gap_lines(rect, around)


def _gap_lines(rect: Rect, around: Around) -> Iterator[_Line]:
    """Yield the lines that leave a neighbour the usual gap, or a gap equal to another one."""
    beside = sorted(
        (o for o in around.others if o.y < rect.bottom and rect.y < o.bottom), key=lambda o: o.x
    )
    for other in beside if around.gap_mm > 0 else ():
        yield _gap(other.right + around.gap_mm, other, -1)
        yield _gap(other.x - around.gap_mm, other, 1)
    for first, second in pairwise(beside):
        gap = second.x - first.right
        if gap <= 0:
            continue
        yield _gap(second.right + gap, second, -1)
        yield _gap(first.x - gap, first, 1)
        if gap > rect.width:
            yield replace(_gap(first.right + gap / 2, first, 0), parts=(0,))


def _gap(at: float, other: Rect, part: int) -> _Line:
    return _Line(at, GuideKind.GAP, other.y, other.bottom, (part,))


def _guides(
    rect: Rect, around: Around, parts_x: tuple[int, ...], parts_y: tuple[int, ...]
) -> tuple[Guide, ...]:
    """Return the lines that a rectangle stands on, each once, joined over what they touch."""
    if around.tolerance_mm <= 0:
        return ()
    upright = _caught(rect, _lines(rect, around), parts_x)
    level = _caught(rect.turned, _lines(rect.turned, around.turned), parts_y)
    return (
        *(_guide(line, rect.y, rect.bottom, upright=True) for line in upright),
        *(_guide(line, rect.x, rect.right, upright=False) for line in level),
    )


def _guide(line: _Line, low: float, high: float, *, upright: bool) -> Guide:
    return Guide(upright, line.at, min(line.start, low), max(line.end, high), line.kind)


def _caught(rect: Rect, lines: Iterable[_Line], parts: tuple[int, ...]) -> list[_Line]:
    found: dict[float, _Line] = {}
    for line in lines:
        if not _stands_on(rect, line, parts):
            continue
        key = round(line.at, 2)
        seen = found.setdefault(key, line)
        start, end = min(seen.start, line.start), max(seen.end, line.end)
        found[key] = replace(seen, start=start, end=end)
    return list(found.values())


def _stands_on(rect: Rect, line: _Line, parts: tuple[int, ...]) -> bool:
    return any(
        part in parts and abs(line.at - _part(rect, part)) <= _ON_LINE_MM for part in line.parts
    )

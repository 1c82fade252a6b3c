"""The furniture of a printed map: frame, grid crosses with coordinates, north, scale bar.

Drawn in millimetres on paper from the extent and the scale of the map; never mirrored.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI
from emadina_gis.report.layout import Box, bar_length_m, grid_lines, grid_step_m

if TYPE_CHECKING:
    from emadina_gis.domain.extent import Extent
    from emadina_gis.report.pdf import Paper, Type
    from emadina_gis.words import Words

CROSS_MM = 3.0
TICK_MM = 1.5
GRID_INK = "#3b3833"
GRID_MM = 0.14
#: Grid lines are never closer on paper.
LEAST_GRID_MM = 5.0
KILOMETRE_M = 1000.0
BAR_MM = 1.6
BAR_PARTS = 4
#: Height of a bar with what is written under it.
BAR_ROOM_MM = 5.0
#: Part of a box that a scale bar may take: the last length is written about its end.
BAR_SHARE = 0.86


@dataclass(frozen=True)
class MapFrame:
    """A map of a scale in a box of the page.

    Attributes
    ----------
    box : Box
        Inside of the frame, in millimetres.
    extent : Extent
        What it shows, in map units.
    scale : int
        Denominator.
    unit_m : float
        Metres in one map unit.
    """

    box: Box
    extent: Extent
    scale: int
    unit_m: float = 1.0

    def x_mm(self, x: float) -> float:
        """Return the page position of an easting."""
        return self.box.x + (x - self.extent.xmin) / self.extent.width * self.box.width

    def y_mm(self, y: float) -> float:
        """Return the page position of a northing."""
        return self.box.bottom - (y - self.extent.ymin) / self.extent.height * self.box.height

    def box_of(self, extent: Extent) -> Box:
        """Return where an extent lies on the page."""
        left, top = self.x_mm(extent.xmin), self.y_mm(extent.ymax)
        return Box(left, top, self.x_mm(extent.xmax) - left, self.y_mm(extent.ymin) - top)


def units_per_screen_px(frame: MapFrame) -> float:
    """Return map units in a pixel of 1/96 inch at the scale of a frame."""
    return frame.scale * MM_PER_PX_AT_96_DPI / 1000 / frame.unit_m


def draw_frame(paper: Paper, frame: MapFrame) -> None:
    """Draw the line around the map."""
    paper.rect(frame.box, stroke=GRID_INK, mm=0.35)


@dataclass(frozen=True)
class GridLine:
    """A line of the grid: its coordinate, where it stands on the page, what is written at it."""

    value: float
    at_mm: float
    text: str


@dataclass(frozen=True)
class GridPlan:
    """The coordinate grid of a map: eastings from the left, northings from the bottom.

    Attributes
    ----------
    step_m : float
        Distance between lines on the ground.
    is_lines : bool
        Full lines, else crosses where they meet.
    """

    step_m: float
    is_lines: bool
    eastings: tuple[GridLine, ...]
    northings: tuple[GridLine, ...]


def grid_plan(
    frame: MapFrame, words: Words, *, step_m: float = 0.0, is_lines: bool = False
) -> GridPlan:
    """Return the grid of a map at round coordinates; a step of 0 takes a round one.

    A step that would set lines closer than `LEAST_GRID_MM` on paper is made larger.
    """
    step_m = step_m or grid_step_m(frame.scale, frame.box)
    while step_m / frame.scale * 1000 < LEAST_GRID_MM:
        step_m *= 2
    step = step_m / frame.unit_m
    xs = grid_lines(frame.extent.xmin, frame.extent.xmax, step)
    ys = grid_lines(frame.extent.ymin, frame.extent.ymax, step)
    return GridPlan(
        step_m,
        is_lines,
        tuple(GridLine(x, frame.x_mm(x), coordinate_text(x, words)) for x in xs),
        tuple(GridLine(y, frame.y_mm(y), coordinate_text(y, words)) for y in ys),
    )


def draw_grid(paper: Paper, frame: MapFrame, kind: Type, words: Words) -> float:
    """Draw crosses at round coordinates and write them outside the frame; return the step in m."""
    plan = grid_plan(frame, words)
    draw_grid_plan(paper, frame.box, plan, kind)
    return plan.step_m


def draw_grid_plan(paper: Paper, box: Box, plan: GridPlan, kind: Type) -> None:
    """Draw a grid and write its coordinates outside the frame.

    Eastings stand above and below the map, northings are turned along its sides.
    """
    if plan.is_lines:
        for line in plan.eastings:
            paper.line(line.at_mm, box.y, line.at_mm, box.bottom, color=GRID_INK, mm=GRID_MM)
        for line in plan.northings:
            paper.line(box.x, line.at_mm, box.right, line.at_mm, color=GRID_INK, mm=GRID_MM)
    else:
        for x in plan.eastings:
            for y in plan.northings:
                _cross(paper, x.at_mm, y.at_mm, box)
    _eastings(paper, box, plan.eastings, kind)
    _northings(paper, box, plan.northings, kind)


def _cross(paper: Paper, x: float, y: float, box: Box) -> None:
    reach = CROSS_MM / 2
    left, right = max(x - reach, box.x), min(x + reach, box.right)
    top, bottom = max(y - reach, box.y), min(y + reach, box.bottom)
    for mm, color in ((0.45, "#ffffff"), (GRID_MM, GRID_INK)):
        paper.line(left, y, right, y, color=color, mm=mm)
        paper.line(x, top, x, bottom, color=color, mm=mm)


def _eastings(paper: Paper, box: Box, lines: tuple[GridLine, ...], kind: Type) -> None:
    for line, is_written in zip(
        lines, _written(paper, lines, (box.x, box.right), kind), strict=True
    ):
        at, height = line.at_mm, paper.text_height(line.text, kind, 100)
        paper.line(at, box.y, at, box.y - TICK_MM, color=GRID_INK, mm=GRID_MM)
        paper.line(at, box.bottom, at, box.bottom + TICK_MM, color=GRID_INK, mm=GRID_MM)
        if is_written:
            paper.turned_text(at, box.y - TICK_MM - height / 2, line.text, kind, degrees=0)
            paper.turned_text(at, box.bottom + TICK_MM + height / 2, line.text, kind, degrees=0)


def _northings(paper: Paper, box: Box, lines: tuple[GridLine, ...], kind: Type) -> None:
    for line, is_written in zip(
        lines, _written(paper, lines, (box.y, box.bottom), kind), strict=True
    ):
        at, height = line.at_mm, paper.text_height(line.text, kind, 100)
        paper.line(box.x, at, box.x - TICK_MM, at, color=GRID_INK, mm=GRID_MM)
        paper.line(box.right, at, box.right + TICK_MM, at, color=GRID_INK, mm=GRID_MM)
        if is_written:
            paper.turned_text(box.x - TICK_MM - height / 2, at, line.text, kind, degrees=-90)
            paper.turned_text(box.right + TICK_MM + height / 2, at, line.text, kind, degrees=-90)


def _written(
    paper: Paper, lines: tuple[GridLine, ...], ends: tuple[float, float], kind: Type
) -> list[bool]:
    """Return which coordinates have room beside the frame, and beside the one before."""
    found, last = [], -math.inf
    for line in sorted(lines, key=lambda line: line.at_mm):
        half = paper.text_width(line.text, kind) / 2
        fits = ends[0] + half <= line.at_mm <= ends[1] - half and line.at_mm - half > last
        found.append(fits)
        if fits:
            last = line.at_mm + half + 1.0
    return found if not lines or lines[0].at_mm <= lines[-1].at_mm else found[::-1]


def coordinate_text(value: float, words: Words) -> str:
    """Return a Lambert coordinate in whole metres, grouped and kept left to right."""
    return words.number(round(value))


@dataclass(frozen=True)
class ScaleBar:
    """A scale bar: where it stands and how long it is, on paper and on the ground.

    Attributes
    ----------
    x, y : float
        Its left end and its top on the page, in millimetres.
    length_mm, length_m : float
        They are to one another as the scale.
    texts : tuple of (float, str)
        What is written under it, and how far from its left end.
    """

    x: float
    y: float
    length_mm: float
    length_m: float
    scale: int
    texts: tuple[tuple[float, str], ...]


def scale_bar(place: Box, scale: int, words: Words) -> ScaleBar:
    """Return the scale bar from the left of a box: a round length that fits its width."""
    length_m = bar_length_m(scale, place.width * BAR_SHARE)
    length_mm = length_m / scale * 1000
    unit, factor = ("km", KILOMETRE_M) if length_m >= 2 * KILOMETRE_M else ("m", 1.0)
    texts = []
    for share in (0.0, 0.5, 1.0):
        value = length_m * share / factor
        decimals = 0 if value.is_integer() else 1
        text = (
            words.quantity(value, unit, decimals) if share == 1.0 else words.number(value, decimals)
        )
        texts.append((length_mm * share, text))
    y = place.y + max((place.height - BAR_ROOM_MM) / 2, 0.0)
    return ScaleBar(place.x, y, length_mm, length_m, scale, tuple(texts))


def draw_scale_bar(paper: Paper, place: Box, scale: int, *, kind: Type, words: Words) -> float:
    """Draw a scale bar from the top left of a box; return its height in mm."""
    return draw_bar(paper, scale_bar(place, scale, words), kind)


def draw_bar(paper: Paper, bar: ScaleBar, kind: Type) -> float:
    """Draw a scale bar in four parts with its lengths under it; return its height in mm."""
    part_mm = bar.length_mm / BAR_PARTS
    for index in range(BAR_PARTS):
        part = Box(bar.x + part_mm * index, bar.y, part_mm, BAR_MM)
        paper.rect(part, fill=GRID_INK if index % 2 == 0 else "#ffffff", stroke=GRID_INK, mm=0.12)
    below = bar.y + BAR_MM + 0.5
    for at, text in bar.texts:
        width = paper.text_width(text, kind) + 2
        start = bar.x if at == 0.0 else bar.x + at - width / 2
        align = "left" if at == 0.0 else "center"
        paper.text(Box(start, below, width, 0), text, replace(kind, align=align))
    return BAR_MM + 0.5 + paper.text_height("0", kind, 100)


def draw_north(
    paper: Paper, x: float, y: float, size: float, *, true_north_deg: float | None
) -> None:
    """Draw the arrow of grid north standing on (x, y), and the line of true north beside it.

    Parameters
    ----------
    true_north_deg : float or None
        Angle from grid north to true north, positive to the east; None draws no line of it.
    """
    from emadina_gis.report.pdf import turned

    half = size * 0.22
    paper.polygon([(x, y - size), (x + half, y), (x, y - size * 0.22)], fill=GRID_INK)
    paper.polygon(
        [(x, y - size), (x - half, y), (x, y - size * 0.22)],
        fill="#ffffff",
        stroke=GRID_INK,
        mm=0.15,
    )
    if true_north_deg is None:
        return
    tip = turned(0.0, -size * 1.12, true_north_deg)
    foot = (x, y - size * 0.22)
    paper.polyline([foot, (x + tip[0], y + tip[1])], color="#8a5a00", mm=0.12, dash="dashed")

"""The furniture of a printed map: frame, grid crosses with coordinates, north, scale bar.

Drawn in millimetres on paper from the extent and the scale of the map; never mirrored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.report.layout import Box, bar_length_m, grid_lines, grid_step_m

if TYPE_CHECKING:
    from emadina_gis.domain.extent import Extent
    from emadina_gis.report.pdf import Paper, Type
    from emadina_gis.words import Words

CROSS_MM = 3.0
TICK_MM = 1.5
GRID_INK = "#3b3833"
KILOMETRE_M = 1000.0


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


def draw_frame(paper: Paper, frame: MapFrame) -> None:
    """Draw the line around the map."""
    paper.rect(frame.box, stroke=GRID_INK, mm=0.35)


def draw_grid(paper: Paper, frame: MapFrame, kind: Type, words: Words) -> float:
    """Draw crosses at round coordinates and write them outside the frame; return the step in m.

    Eastings stand above and below the map, northings are turned along its sides.
    """
    step_m = grid_step_m(frame.scale, frame.box)
    step = step_m / frame.unit_m
    xs = grid_lines(frame.extent.xmin, frame.extent.xmax, step)
    ys = grid_lines(frame.extent.ymin, frame.extent.ymax, step)
    with paper.clipped(Box(0, 0, 1e4, 1e4)):
        for x in xs:
            for y in ys:
                _cross(paper, frame.x_mm(x), frame.y_mm(y), frame.box)
    _eastings(paper, frame, xs, kind=kind, words=words)
    _northings(paper, frame, ys, kind=kind, words=words)
    return step_m


def _cross(paper: Paper, x: float, y: float, box: Box) -> None:
    reach = CROSS_MM / 2
    left, right = max(x - reach, box.x), min(x + reach, box.right)
    top, bottom = max(y - reach, box.y), min(y + reach, box.bottom)
    for mm, color in ((0.45, "#ffffff"), (0.14, GRID_INK)):
        paper.line(left, y, right, y, color=color, mm=mm)
        paper.line(x, top, x, bottom, color=color, mm=mm)


def _eastings(
    paper: Paper, frame: MapFrame, xs: tuple[float, ...], *, kind: Type, words: Words
) -> None:
    box = frame.box
    for x in xs:
        at = frame.x_mm(x)
        text = coordinate_text(x, words)
        height = paper.text_height(text, kind, 100)
        half = paper.text_width(text, kind) / 2
        paper.line(at, box.y, at, box.y - TICK_MM, color=GRID_INK, mm=0.14)
        paper.line(at, box.bottom, at, box.bottom + TICK_MM, color=GRID_INK, mm=0.14)
        if box.x + half <= at <= box.right - half:
            paper.turned_text(at, box.y - TICK_MM - height / 2, text, kind, degrees=0)
            paper.turned_text(at, box.bottom + TICK_MM + height / 2, text, kind, degrees=0)


def _northings(
    paper: Paper, frame: MapFrame, ys: tuple[float, ...], *, kind: Type, words: Words
) -> None:
    box = frame.box
    for y in ys:
        at = frame.y_mm(y)
        text = coordinate_text(y, words)
        height = paper.text_height(text, kind, 100)
        half = paper.text_width(text, kind) / 2
        paper.line(box.x, at, box.x - TICK_MM, at, color=GRID_INK, mm=0.14)
        paper.line(box.right, at, box.right + TICK_MM, at, color=GRID_INK, mm=0.14)
        if box.y + half <= at <= box.bottom - half:
            paper.turned_text(box.x - TICK_MM - height / 2, at, text, kind, degrees=-90)
            paper.turned_text(box.right + TICK_MM + height / 2, at, text, kind, degrees=-90)


def coordinate_text(value: float, words: Words) -> str:
    """Return a Lambert coordinate in whole metres, grouped and kept left to right."""
    return words.number(round(value))


def draw_scale_bar(paper: Paper, place: Box, scale: int, *, kind: Type, words: Words) -> float:
    """Draw a scale bar in four parts from the left of a box; return its height in mm."""
    length_m = bar_length_m(scale, place.width * 0.86)
    length_mm = length_m / scale * 1000
    parts, height = 4, 1.6
    for index in range(parts):
        part = Box(place.x + length_mm / parts * index, place.y, length_mm / parts, height)
        paper.rect(part, fill=GRID_INK if index % 2 == 0 else "#ffffff", stroke=GRID_INK, mm=0.12)
    unit, factor = ("km", KILOMETRE_M) if length_m >= 2 * KILOMETRE_M else ("m", 1.0)
    below = place.y + height + 0.5
    for share in (0.0, 0.5, 1.0):
        value = length_m * share / factor
        decimals = 0 if value.is_integer() else 1
        text = (
            words.quantity(value, unit, decimals) if share == 1.0 else words.number(value, decimals)
        )
        width = paper.text_width(text, kind) + 2
        centre = place.x + length_mm * share
        start = max(centre - width / 2, place.x) if share == 0.0 else centre - width / 2
        from_left = share == 0.0
        cell = Box(start, below, width, 0)
        paper.text(cell, text, replace(kind, align="left" if from_left else "center"))
    return height + 0.5 + paper.text_height("0", kind, 100)


def draw_north(paper: Paper, x: float, y: float, size: float, *, true_north_deg: float) -> None:
    """Draw the arrow of grid north standing on (x, y), and the line of true north beside it.

    Parameters
    ----------
    true_north_deg : float
        Angle from grid north to true north, positive to the east.
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
    tip = turned(0.0, -size * 1.12, true_north_deg)
    foot = (x, y - size * 0.22)
    paper.polyline([foot, (x + tip[0], y + tip[1])], color="#8a5a00", mm=0.12, dash="dashed")

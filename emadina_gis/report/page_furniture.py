"""What a printed page has beside its contents: marks to fold it and a bar to check it.

Fold marks follow DIN 824 (form C): panels of A4 counted from the side of the title block and from
the foot, so that the title block lies outside. Pure geometry and its drawing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.project.paper import PAPER_MM
from emadina_gis.report.layout import Box
from emadina_gis.report.map_frame import GRID_INK
from emadina_gis.report.page_plan import CheckBarPlan, FoldMark

if TYPE_CHECKING:
    from emadina_gis.report.pdf import Paper, Type
    from emadina_gis.words import Words

PANEL_MM = PAPER_MM["A4"]
MARK_MM = 5.0
#: A strip narrower than this at the far edge is not folded.
LEAST_STRIP_MM = 5.0
CHECK_TICK_MM = 10.0
CHECK_HEIGHT_MM = 2.0
_MARK_LINE_MM = 0.18


def fold_marks(page: Box, *, from_left: bool = False) -> tuple[FoldMark, ...]:
    """Return the marks at the edges of a page where it is folded to A4."""
    across, down = PANEL_MM
    xs = [page.width - x for x in _folds(page.width, across)]
    if from_left:
        xs = [page.width - x for x in xs]
    ys = [page.height - y for y in _folds(page.height, down)]
    marks: list[FoldMark] = []
    for x in xs:
        marks.append(FoldMark(x, 0.0, x, MARK_MM))
        marks.append(FoldMark(x, page.height - MARK_MM, x, page.height))
    for y in ys:
        marks.append(FoldMark(0.0, y, MARK_MM, y))
        marks.append(FoldMark(page.width - MARK_MM, y, page.width, y))
    return tuple(marks)


def _folds(length: float, panel: float) -> list[float]:
    """Return the folds of a length as distances from where panels are counted."""
    count = int((length - LEAST_STRIP_MM) // panel)
    return [panel * number for number in range(1, count + 1)]


def outer_panel(page: Box, *, from_left: bool = False) -> Box:
    """Return the part of a page that lies outside when it is folded."""
    width, height = min(PANEL_MM[0], page.width), min(PANEL_MM[1], page.height)
    x = 0.0 if from_left else page.width - width
    return Box(x, page.height - height, width, height)


def draw_folds(paper: Paper, marks: tuple[FoldMark, ...]) -> None:
    """Draw fold marks."""
    for mark in marks:
        paper.line(mark.x0, mark.y0, mark.x1, mark.y1, color=GRID_INK, mm=_MARK_LINE_MM)


def draw_check_bar(paper: Paper, plan: CheckBarPlan, kind: Type, words: Words) -> float:
    """Draw a bar of an exact length with a tick at each centimetre; return its height in mm."""
    foot = plan.y + CHECK_HEIGHT_MM
    paper.line(plan.x, foot, plan.x + plan.length_mm, foot, color=GRID_INK, mm=_MARK_LINE_MM)
    count = int(plan.length_mm // CHECK_TICK_MM)
    ticks = [CHECK_TICK_MM * number for number in range(count + 1)]
    for at in sorted({*ticks, plan.length_mm}):
        high = CHECK_HEIGHT_MM if at in {0.0, plan.length_mm} else CHECK_HEIGHT_MM / 2
        x = plan.x + at
        paper.line(x, foot - high, x, foot, color=GRID_INK, mm=_MARK_LINE_MM)
    said = words.text("page.check-bar", length=words.quantity(plan.length_mm, "mm"))
    place = Box(plan.x, foot + 0.4, plan.length_mm, 0)
    return CHECK_HEIGHT_MM + 0.4 + paper.text(place, said, kind)

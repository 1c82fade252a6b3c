"""From what a page shows to its plan: every frame placed and every item decided, before drawing.

Arabic pages swap the sides of their frames; what stands inside maps, bars and arrows is never
mirrored. The standard page gives each block the height it needs, measured on the paper that will be
drawn on. Knows nothing of Qt.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import EmptyInput, Problem, Severity
from emadina_gis.project.layouts import (
    Frame,
    Ink,
    Layout,
    MapContent,
    TitleBlockContent,
)
from emadina_gis.project.paper import MARGIN_MM, paper_size_mm, text_scale
from emadina_gis.project.standard_page import standard_frames
from emadina_gis.report.layer_names import withheld
from emadina_gis.report.layout import Box
from emadina_gis.report.page_charts import PaperChart
from emadina_gis.report.page_furniture import fold_marks, outer_panel
from emadina_gis.report.page_items import Making, item_of
from emadina_gis.report.page_maps import map_plans
from emadina_gis.report.page_plan import PagePlan, PicturePlan, PlacedFrame, TextPlan, ViewPlan
from emadina_gis.report.page_stack import stacked
from emadina_gis.report.page_tables import PaperTable

if TYPE_CHECKING:
    from emadina_gis.report.page_content import SheetContent
    from emadina_gis.report.pdf import Paper
    from emadina_gis.words import Words

BODY_PT = 7.0
#: What says something on a page even where no map does.
_TELLING = (TextPlan, PicturePlan, PaperTable, PaperChart, ViewPlan)


def page_layout(layout: Layout) -> Layout:
    """Return a layout with the frames that are drawn: its own, else those of the standard page."""
    return layout if layout.frames else replace(layout, frames=standard_frames(layout))


def compose(content: SheetContent, words: Words, paper: Paper | None = None) -> PagePlan:
    """Return the plan of a page.

    Parameters
    ----------
    paper : Paper, optional
        What will be drawn on: the standard page takes the heights of its blocks from it, and
        nominal ones without it.

    Raises
    ------
    EmptyInput
        With code ``report.nothing-to-print`` if no map has anything to look at and the page has
        nothing else to say.
    """
    content = withheld(content)
    layout = page_layout(content.layout)
    layout = replace(layout, frames=(*layout.frames, *content.over))
    width, height = paper_size_mm(layout.page, landscape=layout.landscape)
    page = Box(0.0, 0.0, width, height)
    boxes = {frame.id: _box(frame, page, rtl=words.is_rtl) for frame in layout.frames}
    maps = map_plans(content, layout, boxes, words)
    body_pt = BODY_PT * text_scale(layout.page)
    making = Making(content, layout, maps, words)
    shown = [frame for frame in layout.frames if content.layout.frames or not making.is_idle(frame)]
    frames = [PlacedFrame(f, boxes[f.id], item_of(making, f, boxes[f.id]), body_pt) for f in shown]
    if not maps and not any(isinstance(placed.item, _TELLING) for placed in frames):
        raise EmptyInput("report.nothing-to-print")
    if paper is not None and not content.layout.frames:
        under = [placed for placed in frames if placed.frame not in content.over]
        over = [placed for placed in frames if placed.frame in content.over]
        frames = [*stacked(under, paper, words, bottom=height - MARGIN_MM), *over]
        frames = [replace(p, item=item_of(making, p.frame, p.box)) for p in frames]
    is_black = bool(maps) and all(map(_is_black, layout.maps))
    plan = PagePlan(page, words.is_rtl, body_pt, tuple(frames), name=content.name)
    plan = replace(plan, is_black=is_black)
    return _with_folds(replace(plan, problems=tuple(_problems(making, plan))), layout)


def _is_black(frame: Frame) -> bool:
    return isinstance(frame.content, MapContent) and frame.content.ink is Ink.BLACK_AND_WHITE


def _box(frame: Frame, page: Box, *, rtl: bool) -> Box:
    box = Box(frame.x, frame.y, frame.width, frame.height)
    return box.mirrored(page) if rtl and not frame.keeps_side else box


def _with_folds(plan: PagePlan, layout: Layout) -> PagePlan:
    if not layout.fold_marks:
        return plan
    titles = [p for p in plan.frames if isinstance(p.frame.content, TitleBlockContent)]
    middle = titles[-1].box.x + titles[-1].box.width / 2 if titles else plan.page.width
    from_left = middle < plan.page.width / 2
    panel = outer_panel(plan.page, from_left=from_left)
    hidden = [p for p in titles if not _holds(panel, p.box)]
    problems = plan.problems
    if hidden:
        problems += (_problem("page.title-folded", hidden[-1].frame.id),)
    return replace(plan, folds=fold_marks(plan.page, from_left=from_left), problems=problems)


def _holds(outer: Box, inner: Box) -> bool:
    across = outer.x - 0.01 <= inner.x and inner.right <= outer.right + 0.01
    return across and outer.y - 0.01 <= inner.y and inner.bottom <= outer.bottom + 0.01


def _problem(code: str, where: str, **params: Any) -> Problem:
    return Problem(code, Severity.WARNING, where, params=params)


def _problems(making: Making, plan: PagePlan) -> list[Problem]:
    found = list(making.problems)
    found += [_problem("page.map-empty", one.id) for one in plan.maps if one.is_empty]
    said = {problem.where for one in plan.maps for problem in one.scene.problems}
    for one in plan.maps:
        found += [p for p in one.scene.problems if p.where in said]
        said -= {problem.where for problem in one.scene.problems}
    return found

"""Drawing of a page from its plan, frame by frame; each kind of content is a layer of the file.

What does not fit is made smaller, then cut, and reported. Decides nothing that the plan decides.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from types import UnionType
from typing import TYPE_CHECKING

from emadina_gis.errors import Problem, Severity
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.flow import SOFT, set_block, set_pieces
from emadina_gis.report.lost_labels import lost_labels
from emadina_gis.report.map_frame import (
    GRID_INK,
    ScaleBar,
    draw_bar,
    draw_grid_plan,
    draw_north,
)
from emadina_gis.report.map_print import HIGHLIGHT, print_labels, print_layers, print_outlines
from emadina_gis.report.page_blocks import fitted_legend, legend_in, pieces_of, title_in
from emadina_gis.report.page_chart_drawing import draw_chart
from emadina_gis.report.page_charts import PaperChart
from emadina_gis.report.page_furniture import draw_check_bar, draw_folds
from emadina_gis.report.page_plan import (
    CheckBarPlan,
    DrawnPage,
    LegendPlan,
    MapPlan,
    NorthPlan,
    OverviewPlan,
    PagePlan,
    PicturePlan,
    PlacedFrame,
    SaidPlan,
    TextPlan,
    TitlePlan,
    ViewPlan,
)
from emadina_gis.report.page_tables import PaperTable
from emadina_gis.report.page_text import set_text
from emadina_gis.report.pdf import Type
from emadina_gis.report.pdf.drawn_views import draw_view
from emadina_gis.report.pdf.placed_picture import draw_picture

if TYPE_CHECKING:
    from emadina_gis.report.layout import Box
    from emadina_gis.report.pdf import Paper
    from emadina_gis.words import Words

#: Room between the edge of a frame that is seen and what stands in it.
PADDING_MM = 1.6
BESIDE_GRID = 0.85
TILE_MM = 0.2
SHOWN_MM = 0.5
#: The letter over the arrow of north: its size, and its middle in heights of the arrow.
LETTER_PT_PER_MM = 1.0
LETTER_AT = 1.27
#: Lines of an overview are so much finer than those of a map.
OVERVIEW_FINER = 3.0
#: An extent smaller than this on an overview is drawn as a square of this size.
LEAST_SHOWN_MM = 1.6


@dataclass
class _Drawing:
    """The page being drawn."""

    paper: Paper
    plan: PagePlan
    words: Words
    ctx: Context
    listed: dict[str, int] = field(default_factory=dict)
    as_pictures: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    _open: ExitStack = field(default_factory=ExitStack)
    _name: str = ""

    def on(self, name: str) -> Paper:
        """Return the paper with a layer of the file open; neighbours of one name share it."""
        if name != self._name:
            self.leave()
            self._open.enter_context(self.paper.layer(self.words.text(f"page.layer.{name}")))
            self._name = name
        return self.paper

    def leave(self) -> Paper:
        """Close the open layer and return the paper."""
        self._open.close()
        self._name = ""
        return self.paper

    def cut(self, placed: PlacedFrame, count: int) -> None:
        """Note that so many parts of a frame found no room."""
        if count:
            where = placed.frame.id
            self.problems.append(Problem("page.does-not-fit", Severity.WARNING, where, count))


def draw_page(paper: Paper, plan: PagePlan, words: Words, ctx: Context = NULL_CONTEXT) -> DrawnPage:
    """Draw a page; return what was listed, what became a picture and what had no place."""
    drawing = _Drawing(paper, plan, words, ctx)
    paper.is_black = plan.is_black
    try:
        for placed in plan.frames:
            _draw_frame(drawing, placed)
        if plan.folds:
            draw_folds(drawing.on("furniture"), plan.folds)
    finally:
        drawing.leave()
        paper.is_black = False
    found = sorted((*plan.problems, *drawing.problems), key=_is_information)
    pictures = tuple(dict.fromkeys(drawing.as_pictures))
    return DrawnPage(plan, drawing.listed, pictures, tuple(found))


def _is_information(problem: Problem) -> bool:
    return problem.severity is Severity.INFO


def _draw_frame(drawing: _Drawing, placed: PlacedFrame) -> None:
    """Draw a frame: its ground, its content, and the line around it in the content's layer."""
    frame, box = placed.frame, placed.box
    if frame.background:
        drawing.on(_layer_of(placed)).rect(box, fill=frame.background)
    _draw_item(drawing, placed)
    if frame.border_mm:
        drawing.on(_layer_of(placed)).rect(box, stroke=GRID_INK, mm=frame.border_mm)


def _layer_of(placed: PlacedFrame) -> str:
    """Return the layer of what a frame holds, but for maps, which are layers themselves."""
    kinds: tuple[tuple[type | UnionType, str], ...] = (
        (LegendPlan, "legend"),
        (PicturePlan, "pictures"),
        (PaperTable | PaperChart | ViewPlan, "tables"),
        (MapPlan | ScaleBar | NorthPlan | CheckBarPlan, "furniture"),
        (OverviewPlan, "overview"),
    )
    return next((name for kind, name in kinds if isinstance(placed.item, kind)), "texts")


def _inside(placed: PlacedFrame) -> Box:
    is_seen = bool(placed.frame.border_mm or placed.frame.background)
    return placed.box.inset(PADDING_MM) if is_seen else placed.box


def _draw_item(drawing: _Drawing, placed: PlacedFrame) -> None:
    item = placed.item
    if isinstance(item, MapPlan):
        return _draw_map(drawing, item, placed)
    if isinstance(item, OverviewPlan):
        return _draw_overview(drawing, item)
    if isinstance(item, LegendPlan):
        return _draw_legend(drawing, item, placed)
    if isinstance(item, TextPlan | SaidPlan):
        return _draw_text(drawing, item, placed)
    if isinstance(item, PicturePlan):
        return _draw_picture(drawing, item, placed)
    if isinstance(item, PaperChart | ViewPlan):
        return _draw_figure(drawing, item, placed)
    if isinstance(item, ScaleBar | NorthPlan | CheckBarPlan):
        return _draw_furniture(drawing, item, placed)
    return _draw_block(drawing, placed)


def _draw_map(drawing: _Drawing, item: MapPlan, placed: PlacedFrame) -> None:
    paper, frame, language = drawing.leave(), item.frame, drawing.words.language
    paper.rect(frame.box, fill="#ffffff")
    drawing.as_pictures += print_layers(paper, item.scene, frame, language, drawing.ctx)
    if item.highlight:
        print_outlines(drawing.on("outline"), frame, item.highlight)
    if item.has_labels:
        labelled = drawing.on("labels")
        made = print_labels(labelled, item.scene, frame, language=language, ctx=drawing.ctx)
        drawing.problems += lost_labels(item.scene, made, language, placed.frame.id)
    if item.grid is not None:
        kind = Type(placed.type_pt * BESIDE_GRID)
        draw_grid_plan(drawing.on("grid"), frame.box, item.grid, kind)
    if item.scene.crs.is_known:
        paper.georeference(frame.box, frame.extent, item.scene.crs)
    if item.is_empty:
        said = drawing.words.text("page.said.map-empty")
        kind = Type(placed.type_pt, color=SOFT)
        set_text(drawing.on("texts"), frame.box.inset(4.0), said, kind)


def _draw_overview(drawing: _Drawing, item: OverviewPlan) -> None:
    paper, frame = drawing.on("overview"), item.frame
    paper.rect(frame.box, fill="#ffffff")
    language = drawing.words.language
    print_layers(paper, item.scene, frame, language, drawing.ctx, finer=OVERVIEW_FINER)
    for number, tile in enumerate(item.tiles):
        is_own = number == item.tile
        place = frame.box_of(tile.extent)
        paper.rect(place, stroke=GRID_INK, mm=TILE_MM)
        if is_own:
            paper.rect(place, stroke=HIGHLIGHT, mm=SHOWN_MM)
    if not 0 <= item.tile < len(item.tiles):
        paper.rect(_at_least(frame.box_of(item.shown)), stroke=HIGHLIGHT, mm=SHOWN_MM)


def _at_least(place: Box) -> Box:
    dx = max(LEAST_SHOWN_MM - place.width, 0.0) / 2
    dy = max(LEAST_SHOWN_MM - place.height, 0.0) / 2
    return place.inset(-dx, -dy)


def _draw_legend(drawing: _Drawing, item: LegendPlan, placed: PlacedFrame) -> None:
    paper, words, box = drawing.paper, drawing.words, _inside(placed)
    fit, kind = fitted_legend(item, words, paper, box, Type(placed.type_pt))
    drawing.on("legend")
    set_block(legend_in(item, words, fit), paper, box, kind)
    drawing.listed[placed.frame.id] = fit.most
    drawing.cut(placed, item.count - fit.most)


def _draw_text(drawing: _Drawing, item: TextPlan | SaidPlan, placed: PlacedFrame) -> None:
    kind = Type(placed.type_pt, color=SOFT)
    if isinstance(item, TextPlan):
        kind = Type(item.size_pt or placed.type_pt, item.weight, align=item.align)
        kind = replace(kind, color=item.color) if item.color else kind
    drawing.on("texts")
    was_cut = set_text(drawing.paper, _inside(placed), item.text, kind)
    drawing.cut(placed, int(was_cut))


def _draw_picture(drawing: _Drawing, item: PicturePlan, placed: PlacedFrame) -> None:
    drawing.on("pictures")
    is_drawn = draw_picture(drawing.paper, _inside(placed), item.content.data)
    if not is_drawn:
        where, name = placed.frame.id, item.content.name
        params = {"name": name}
        drawing.problems.append(
            Problem("page.picture-broken", Severity.WARNING, where, params=params)
        )
        said = SaidPlan(drawing.words.text("page.said.picture-broken", name=name))
        _draw_text(drawing, said, placed)


def _draw_figure(drawing: _Drawing, item: PaperChart | ViewPlan, placed: PlacedFrame) -> None:
    paper, box, kind = drawing.on("tables"), _inside(placed), Type(placed.type_pt)
    if isinstance(item, ViewPlan):
        return draw_view(paper, box, item, kind, drawing.words)
    return drawing.cut(placed, draw_chart(paper, box, item, kind, drawing.words))


def _draw_furniture(
    drawing: _Drawing, item: ScaleBar | NorthPlan | CheckBarPlan, placed: PlacedFrame
) -> None:
    paper, kind = drawing.paper, Type(placed.type_pt * 0.9)
    drawing.on("furniture")
    if isinstance(item, ScaleBar):
        draw_bar(paper, item, kind)
    elif isinstance(item, CheckBarPlan):
        draw_check_bar(paper, item, kind, drawing.words)
    else:
        draw_north(paper, item.x, item.y, item.size, true_north_deg=item.true_north_deg)
        letter = Type(item.size * LETTER_PT_PER_MM, "semibold")
        top = item.y - item.size * LETTER_AT
        paper.turned_text(item.x, top, item.letter, letter, degrees=0)


def _draw_block(drawing: _Drawing, placed: PlacedFrame) -> None:
    paper, words = drawing.paper, drawing.words
    count = len(dict.fromkeys(drawing.as_pictures))
    notes = (words.plural("report.as_pictures", count),) if count else ()
    box, kind = _inside(placed), Type(placed.type_pt)
    pieces = pieces_of(placed.item, words, notes)
    if isinstance(placed.item, TitlePlan):
        pieces = title_in(placed.item, words, paper, box, kind)
    assert pieces is not None
    if isinstance(placed.item, TitlePlan) and placed.frame.border_mm:
        spare = box.height - pieces.height(paper, box.width, kind)
        box = box.inset(0.0, max(spare / 2, 0.0))
    drawing.on(_layer_of(placed))
    cut = set_pieces(pieces, paper, box, kind)
    drawing.cut(placed, cut)

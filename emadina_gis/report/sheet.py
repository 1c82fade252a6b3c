"""A printed sheet: the map at a round scale with everything that must stand around it.

Owns the order of the blocks and what happens when they do not fit; the map itself is drawn by
``render.painter``. The date is given, never read from a clock, so that a sheet can be made again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.domain.crs import grid_convergence_deg
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.layer import Title
from emadina_gis.errors import CrsError, EmptyInput
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.flow import HAIRLINE, Block, height_of, set_block
from emadina_gis.report.layout import (
    Box,
    SheetPlan,
    extent_at,
    plan_sheet,
    round_scale,
)
from emadina_gis.report.legend import LegendGroup, legend_of
from emadina_gis.report.map_frame import (
    MapFrame,
    draw_frame,
    draw_grid,
    draw_north,
    draw_scale_bar,
)
from emadina_gis.report.map_print import MapPrint, print_map, units_per_screen_px
from emadina_gis.report.pdf import Paper, Type, print_pages, write_pdf
from emadina_gis.report.pdf_check import PdfMeta, WrittenPdf
from emadina_gis.report.sheet_blocks import (
    LegendFit,
    SheetFacts,
    TitleLine,
    balance_block,
    facts_block,
    legend_block,
    note_line,
    sources_block,
    title_block,
)
from emadina_gis.words import load_words

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from emadina_gis.project import Layout
    from emadina_gis.render.scene import Scene
    from emadina_gis.report.flow import Flow
    from emadina_gis.report.pdf import Printer
    from emadina_gis.report.totals import BalanceRow
    from emadina_gis.words import Words

BODY_PT = 7.0
MOST_SWATCHES = 120
MOST_LEGEND_COLUMNS = 3
FEWEST_SWATCHES = 4
SMALLEST_PT = 4.2
#: Type may shrink to this part of the body size before classes are left out of the legend.
LEGEND_SHRINK = 0.85


@dataclass(frozen=True)
class SheetContent:
    """What a sheet shows.

    Attributes
    ----------
    layout : Layout
        Page, scale and centre.
    scene : Scene
        The map.
    titles : tuple of TitleLine
        Levels of the title block, from the largest territory down.
    date : datetime.date
        Date printed on the sheet.
    focus : Extent or None
        What must be seen where the layout names no centre or no scale; None takes the scene.
    rows : tuple of BalanceRow
        The four figures; empty leaves the table out.
    scenario : str
        Name of the scenario beside the reference.
    document, status : str
        Planning document and where it stands in its life.
    highlight : object array of shapely geometries, or empty
        Features outlined with an accent line (the page's feature of an atlas, a parcel).
    name : Title or None
        Name of the page in a document of several: its bookmark.
    """

    layout: Layout
    scene: Scene
    titles: tuple[TitleLine, ...]
    date: dt.date
    focus: Extent | None = None
    rows: tuple[BalanceRow, ...] = ()
    scenario: str = ""
    document: str = ""
    status: str = ""
    years: int = 10
    highlight: tuple[object, ...] = ()
    name: Title | None = None


@dataclass(frozen=True)
class WrittenSheet:
    """What was written: the file, the scales of its pages, layers that became pictures."""

    pdf: WrittenPdf
    scales: tuple[int, ...]
    as_pictures: tuple[str, ...] = ()


@dataclass
class _Drawn:
    scales: list[int] = field(default_factory=list)
    as_pictures: list[str] = field(default_factory=list)


def write_sheet(
    content: SheetContent, path: Path, words: Words, ctx: Context = NULL_CONTEXT
) -> WrittenSheet:
    """Write one sheet as PDF.

    Raises
    ------
    EmptyInput
        With code ``report.nothing-to-print`` if the map has no extent.
    OutputError
        If the file cannot be written.
    JobCancelled
        If the work was cancelled; nothing is left behind.
    """
    return write_sheets((content,), path, words, title=content.layout.title, ctx=ctx)


def write_sheets(
    contents: tuple[SheetContent, ...],
    path: Path,
    words: Words,
    *,
    title: Title,
    ctx: Context = NULL_CONTEXT,
) -> WrittenSheet:
    """Write sheets as the pages of one PDF; raises as `write_sheet`."""
    if not contents:
        raise EmptyInput("report.nothing-to-print")
    drawn = _Drawn()
    draw = _drawing(contents, words, ctx, drawn)
    first = _plan(contents[0]).page
    names = tuple(c.name.text(words.language) for c in contents if c.name is not None)
    meta = PdfMeta(
        title.text(words.language),
        words.language,
        contents[0].date,
        words.text("report.unofficial"),
        names if len(names) == len(contents) else (),
    )
    written = write_pdf(path, (first.width, first.height), draw, meta, rtl=words.is_rtl)
    return WrittenSheet(written, tuple(drawn.scales), tuple(dict.fromkeys(drawn.as_pictures)))


def print_on(
    content: SheetContent, printer: Printer, words: Words, ctx: Context = NULL_CONTEXT
) -> tuple[int, ...]:
    """Print one sheet on a printer, drawn as in the PDF; return the scale of its map.

    Raises
    ------
    EmptyInput, OutputError, JobCancelled
        As `write_sheet`.
    """
    drawn, page = _Drawn(), _plan(content).page
    draw = _drawing((content,), words, ctx, drawn)
    print_pages(printer, (page.width, page.height), draw, rtl=words.is_rtl)
    return tuple(drawn.scales)


def _drawing(
    contents: tuple[SheetContent, ...], words: Words, ctx: Context, drawn: _Drawn
) -> Callable[[Paper], None]:
    """Return what draws sheets, one on each page."""
    plans = [_plan(content) for content in contents]

    def draw(paper: Paper) -> None:
        for index, (content, plan) in enumerate(zip(contents, plans, strict=True)):
            if index:
                paper.new_page(plan.page.width, plan.page.height)
            part = ctx.part(index / len(contents), (index + 1) / len(contents))
            part.report(0.0, "report.phase.sheet")
            _draw_page(paper, content, plan, words=words, ctx=part, drawn=drawn)

    return draw


def _plan(content: SheetContent) -> SheetPlan:
    return plan_sheet(content.layout.page, landscape=content.layout.landscape)


def map_frame(content: SheetContent, box: Box) -> MapFrame:
    """Return the map of a sheet in its box: a round scale around a centre.

    Raises
    ------
    EmptyInput
        With code ``report.nothing-to-print`` if there is nothing to centre on.
    """
    layout, unit_m = content.layout, content.scene.crs.unit_m if content.scene.crs.is_known else 1.0
    focus = content.focus or content.scene.extent
    if focus is None and (layout.center is None or not layout.scale):
        raise EmptyInput("report.nothing-to-print")
    scale = layout.scale
    if not scale:
        assert focus is not None
        scale = round_scale(focus, box, unit_m)
    center = layout.center
    if center is None:
        assert focus is not None
        center = focus.center
    return MapFrame(box, extent_at(center, scale, box, unit_m), scale, unit_m)


def _draw_page(
    paper: Paper,
    content: SheetContent,
    plan: SheetPlan,
    *,
    words: Words,
    ctx: Context,
    drawn: _Drawn,
) -> None:
    frame = map_frame(content, plan.map)
    body = Type(BODY_PT * plan.text_scale)
    picture = print_map(
        paper,
        content.scene,
        frame,
        language=words.language,
        highlight=content.highlight,
        ctx=ctx,
    )
    grid_m = 0.0
    if content.layout.with_grid and content.scene.crs.is_projected:
        grid_m = draw_grid(paper, frame, body.sized(0.85), words)
    draw_frame(paper, frame)
    blocks = _blocks(content, frame, words, grid_m=grid_m, picture=picture)
    _place_blocks(paper, plan, blocks, body)
    drawn.scales.append(frame.scale)
    drawn.as_pictures += picture.as_pictures


@dataclass(frozen=True)
class _Blocks:
    title: Block
    legend: Callable[[LegendFit], Block]
    swatches: int
    balance: Block | None
    facts: Block
    sources: Block


def _blocks(
    content: SheetContent, frame: MapFrame, words: Words, *, grid_m: float, picture: MapPrint
) -> _Blocks:
    groups = legend_of(content.scene, frame.extent, units_per_screen_px(frame), words)
    facts = sheet_facts(content, frame, words, grid_m)
    balance: Block | None = None
    if content.rows and content.layout.with_table:
        balance = lambda flow: balance_block(  # noqa: E731 - a block is a function of a flow
            flow, content.rows, words, scenario=content.scenario, years=content.years
        )
    return _Blocks(
        title=lambda flow: sheet_title(flow, content, words),
        legend=lambda fit: lambda flow: legend_block(flow, groups, words, fit),
        swatches=_swatch_count(groups),
        balance=balance,
        facts=lambda flow: scale_and_facts(flow, frame, facts, words),
        sources=lambda flow: sheet_sources(flow, content, words, picture),
    )


def _swatch_count(groups: tuple[LegendGroup, ...]) -> int:
    return min(sum(len(group.items) for group in groups), MOST_SWATCHES)


def sheet_title(flow: Flow, content: SheetContent, words: Words) -> None:
    """Set the title block and, in each of its languages, that the sheet has no official value."""
    title_block(flow, content.titles, words.language)
    for language in _said_in(words):
        other = load_words(language)
        note = other.text("report.unofficial")
        kind = flow.sized(0.9, weight="semibold", color="#8a5a00", align="center")
        flow.text(note, replace(kind, rtl=other.is_rtl))


def _said_in(words: Words) -> tuple[str, ...]:
    return ("ar", "fr", "en") if words.language == "en" else ("ar", "fr")


def sheet_facts(content: SheetContent, frame: MapFrame, words: Words, grid_m: float) -> SheetFacts:
    """Return what a sheet says of its map: scale, system, north, grid, document, date."""
    crs = content.scene.crs
    name = words.text("report.crs.unknown")
    true_north = None
    if crs.is_known:
        merchich = crs.id == "EPSG:26191"
        name = (
            words.text("report.crs.zone_1")
            if merchich
            else words.text("report.crs.named", name=crs.name, id=crs.id)
        )
        if crs.is_projected:
            try:
                true_north = grid_convergence_deg(crs, *frame.extent.center)
            except CrsError:
                true_north = None
    return SheetFacts(
        frame.scale, name, content.date, content.document, content.status, true_north, grid_m
    )


def scale_and_facts(flow: Flow, frame: MapFrame, facts: SheetFacts, words: Words) -> None:
    """Set the scale bar with the arrow of grid north beside it, and the facts under them."""
    size = flow.unit * 3.4
    if facts.true_north_deg is not None and not flow.dry:
        x = flow.box.x + size * 0.35 if flow.paper.rtl else flow.box.right - size * 0.35
        draw_north(flow.paper, x, flow.y + size, size * 0.85, true_north_deg=facts.true_north_deg)
    bar = Box(flow.box.x, flow.y + size * 0.42, flow.box.width - size, 0)
    if flow.paper.rtl:
        bar = Box(flow.box.x + size, bar.y, bar.width, 0)
    if not flow.dry:
        draw_scale_bar(flow.paper, bar, frame.scale, kind=flow.sized(0.9), words=words)
    flow.y += size * 1.15
    facts_block(flow, facts, words)


def sheet_sources(flow: Flow, content: SheetContent, words: Words, picture: MapPrint) -> None:
    """Set the sources of the map, and how many layers became pictures."""
    sources_block(flow, tuple(d.layer for d in content.scene.layers), words)
    if picture.as_pictures:
        note_line(flow, words.plural("report.as_pictures", len(picture.as_pictures)))


def _place_blocks(paper: Paper, plan: SheetPlan, blocks: _Blocks, body: Type) -> None:
    if len(plan.columns) == 1:
        _one_column(paper, plan.columns[0], blocks, body)
    else:
        _three_columns(paper, plan.columns, blocks, body)


def _one_column(paper: Paper, column: Box, blocks: _Blocks, body: Type) -> None:
    """Title on top, legend under it, the rest at the foot; smaller type where it would not fit."""
    gap = 2.2
    foot = [b for b in (blocks.balance, blocks.facts, blocks.sources) if b is not None]
    kind = body
    while True:
        fixed = [height_of(block, paper, column.width, kind) for block in (blocks.title, *foot)]
        room = column.height - sum(fixed) - gap * (len(fixed) + 1)
        fit = _legend_fit(paper, blocks, column.width, room, kind)
        enough = blocks.swatches if kind.size_pt > LEGEND_SHRINK * body.size_pt else FEWEST_SWATCHES
        if fit.most >= min(blocks.swatches, enough) or kind.size_pt <= SMALLEST_PT:
            break
        kind = kind.sized(0.95)
    y = column.y
    for block in (blocks.title, blocks.legend(fit)):
        y += set_block(block, paper, Box(column.x, y, column.width, column.height), kind) + gap
    y = column.bottom - sum(fixed[1:]) - gap * (len(foot) - 1)
    for block, height in zip(foot, fixed[1:], strict=True):
        _divider(paper, column, y - gap / 2)
        set_block(block, paper, Box(column.x, y, column.width, height), kind)
        y += height + gap


def _three_columns(paper: Paper, columns: tuple[Box, ...], blocks: _Blocks, body: Type) -> None:
    """Title and facts, legend, balance and sources, from the side where reading starts."""
    ordered = tuple(reversed(columns)) if paper.rtl else columns
    first = [blocks.title, blocks.facts]
    last = [block for block in (blocks.balance, blocks.sources) if block is not None]
    for column, stack in ((ordered[0], first), (ordered[2], last)):
        kind = _fitting(paper, column, stack, body)
        y = column.y
        for block in stack:
            y += set_block(block, paper, Box(column.x, y, column.width, column.height), kind) + 2.2
    middle = ordered[1]
    kind = body
    fit = _legend_fit(paper, blocks, middle.width, middle.height, kind)
    while fit.most < blocks.swatches and kind.size_pt > LEGEND_SHRINK * body.size_pt:
        kind = kind.sized(0.95)
        fit = _legend_fit(paper, blocks, middle.width, middle.height, kind)
    set_block(blocks.legend(fit), paper, middle, kind)


def _fitting(paper: Paper, column: Box, stack: list[Block], body: Type) -> Type:
    kind = body
    while kind.size_pt > SMALLEST_PT:
        height = sum(height_of(block, paper, column.width, kind) + 2.2 for block in stack)
        if height <= column.height:
            break
        kind = kind.sized(0.94)
    return kind


def _legend_fit(paper: Paper, blocks: _Blocks, width: float, room: float, kind: Type) -> LegendFit:
    """Return the fewest columns in which the whole legend fits, else as much of it as fits."""
    best = LegendFit(1)
    for columns in range(1, MOST_LEGEND_COLUMNS + 1):
        low, high = 1, blocks.swatches
        while low < high:
            middle = (low + high + 1) // 2
            block = blocks.legend(LegendFit(middle, columns))
            if height_of(block, paper, width, kind) <= room:
                low = middle
            else:
                high = middle - 1
        best = max(best, LegendFit(low, columns), key=lambda fit: (fit.most, -fit.columns))
        if best.most >= blocks.swatches:
            break
    return best


def _divider(paper: Paper, column: Box, y: float) -> None:
    paper.line(column.x, y, column.right, y, color=HAIRLINE, mm=0.1)

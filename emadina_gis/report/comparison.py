"""A printed comparison of two scenarios: two maps at one scale, the figures, and exactly why.

The maps show the same land; what differs is outlined on both. The date is given, never read from a
clock, so that a sheet can be made again. Knows nothing of how scenarios are computed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emadina_gis.domain.title import Title
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project import Layout
from emadina_gis.report.flow import SOFT, Block, Cell, Flow, height_of, set_block
from emadina_gis.report.layout import FRAME_LABELS_MM, GAP_MM, MARGIN_MM, Box, paper_size_mm
from emadina_gis.report.layout import text_scale as text_scale_of
from emadina_gis.report.legend import legend_of
from emadina_gis.report.map_frame import MapFrame, draw_frame, draw_grid
from emadina_gis.report.map_print import MapPrint, print_map, units_per_screen_px
from emadina_gis.report.pdf import Paper, Type, write_pdf
from emadina_gis.report.pdf_check import PdfMeta
from emadina_gis.report.sheet import (
    BODY_PT,
    SMALLEST_PT,
    SheetContent,
    WrittenSheet,
    map_frame,
    scale_and_facts,
    sheet_facts,
    sheet_sources,
    sheet_title,
)
from emadina_gis.report.sheet_blocks import LegendFit, balance_block, legend_block

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from emadina_gis.domain.extent import Extent
    from emadina_gis.project import PageFormat
    from emadina_gis.render.scene import Scene
    from emadina_gis.report.sheet_blocks import TitleLine
    from emadina_gis.report.totals import BalanceRow
    from emadina_gis.words import Words

HEADER_MM = 31.0
NAME_MM = 7.0
MAP_SHARE = 0.53
COLUMN_SHARES = (0.36, 0.36, 0.28)
WHY_SHARES = (0.42, 0.14, 0.24, 0.20)
MOST_REASONS = 12
MOST_CLASSES = 60
LEGEND_COLUMNS = 3


@dataclass(frozen=True)
class Side:
    """One of the two scenarios: its name and its map."""

    name: str
    scene: Scene


@dataclass(frozen=True)
class Reason:
    """A part of the difference: the edit, the sector, the rule that decides there, how much."""

    edit: str
    sector: str
    rule: str
    difference: float


@dataclass(frozen=True)
class ComparisonContent:
    """What a printed comparison shows.

    Attributes
    ----------
    sides : tuple of two Side
        The first is what is compared with, the second what is compared.
    focus : Extent
        Land shown on both maps, in the project's CRS.
    rows : tuple of BalanceRow
        The four figures of both, never mixed.
    reasons : tuple of Reason
        They add up to the difference of possible dwellings.
    highlight : tuple of shapely geometries
        Outline of what differs.
    """

    title: Title
    titles: tuple[TitleLine, ...]
    sides: tuple[Side, Side]
    focus: Extent
    date: dt.date
    page: PageFormat
    rows: tuple[BalanceRow, ...] = ()
    reasons: tuple[Reason, ...] = ()
    highlight: tuple[object, ...] = ()
    document: str = ""
    status: str = ""
    years: int = 10


@dataclass
class _Drawn:
    scales: list[int] = field(default_factory=list)
    as_pictures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Plan:
    """Boxes of the page, in reading order."""

    page: Box
    header: Box
    names: tuple[Box, ...]
    maps: tuple[Box, ...]
    columns: tuple[Box, ...]
    text_scale: float


def write_comparison(
    content: ComparisonContent, path: Path, words: Words, ctx: Context = NULL_CONTEXT
) -> WrittenSheet:
    """Write a comparison as a PDF of one page.

    Raises
    ------
    OutputError
        If the file cannot be written.
    JobCancelled
        If the work was cancelled; nothing is left behind.
    """
    plan = _plan(content.page, rtl=words.is_rtl)
    drawn = _Drawn()
    meta = PdfMeta(
        content.title.text(words.language),
        words.language,
        content.date,
        words.text("report.unofficial"),
        (),
    )

    def draw(paper: Paper) -> None:
        _draw_page(paper, content, plan, words=words, ctx=ctx, drawn=drawn)

    written = write_pdf(path, (plan.page.width, plan.page.height), draw, meta, rtl=words.is_rtl)
    return WrittenSheet(written, tuple(drawn.scales), tuple(dict.fromkeys(drawn.as_pictures)))


def _plan(page: PageFormat, *, rtl: bool) -> _Plan:
    width, height = paper_size_mm(page, landscape=True)
    whole = Box(0.0, 0.0, width, height)
    scale = text_scale_of(page)
    header, rest = whole.inset(MARGIN_MM).from_top(HEADER_MM * scale, GAP_MM)
    upper, lower = rest.from_top(rest.height * MAP_SHARE, GAP_MM)
    halves = upper.columns(2, GAP_MM * 2)
    names = tuple(half.from_top(NAME_MM * scale)[0] for half in halves)
    maps = tuple(half.from_top(NAME_MM * scale)[1].inset(FRAME_LABELS_MM) for half in halves)
    columns = _columns(lower)
    if rtl:
        names, maps = names[::-1], maps[::-1]
        columns = tuple(box.mirrored(lower) for box in columns)
    return _Plan(whole, header, names, maps, columns, scale)


def _columns(lower: Box) -> tuple[Box, ...]:
    room = lower.width - GAP_MM * 2 * (len(COLUMN_SHARES) - 1)
    boxes, x = [], lower.x
    for share in COLUMN_SHARES:
        boxes.append(Box(x, lower.y, room * share, lower.height))
        x += room * share + GAP_MM * 2
    return tuple(boxes)


def _draw_page(
    paper: Paper,
    content: ComparisonContent,
    plan: _Plan,
    *,
    words: Words,
    ctx: Context,
    drawn: _Drawn,
) -> None:
    body = Type(BODY_PT * plan.text_scale)
    sheets = [_sheet(content, side) for side in content.sides]
    frame = map_frame(sheets[0], plan.maps[0])
    _fit(paper, plan.header, [lambda flow: sheet_title(flow, sheets[0], words)], body)
    pictures, grid_m = [], 0.0
    for index, (side, name, box) in enumerate(
        zip(content.sides, plan.names, plan.maps, strict=True)
    ):
        part = ctx.part(index / 2, (index + 1) / 2)
        part.report(0.0, "report.phase.sheet")
        _draw_name(paper, name, side.name, body)
        frame = map_frame(sheets[index], box)
        picture = _draw_map(paper, content, side, frame, language=words.language, ctx=part)
        if side.scene.crs.is_projected:
            grid_m = draw_grid(paper, frame, body.sized(0.85), words)
        pictures.append(picture)
        drawn.as_pictures += picture.as_pictures
    drawn.scales.append(frame.scale)
    facts = _facts_blocks(content, sheets[1], frame, words, grid_m=grid_m)
    sources: Block = lambda flow: sheet_sources(flow, sheets[1], words, pictures[1])  # noqa: E731
    stacks = ([_balance(content, words)], [_why(content, words), sources], facts)
    for column, stack in zip(plan.columns, stacks, strict=True):
        _fit(paper, column, stack, body)


def _sheet(content: ComparisonContent, side: Side) -> SheetContent:
    """Return one side as the content of a sheet: its blocks are the sheet's."""
    layout = Layout("comparison", content.title, content.page)
    return SheetContent(
        layout=layout,
        scene=side.scene,
        titles=content.titles,
        date=content.date,
        focus=content.focus,
        document=content.document,
        status=content.status,
    )


def _draw_name(paper: Paper, box: Box, name: str, body: Type) -> None:
    kind = Type(body.size_pt * 1.35, weight="semibold", align="center")
    paper.text(box, name, paper.fitted(name, kind, box.width))


def _draw_map(
    paper: Paper,
    content: ComparisonContent,
    side: Side,
    frame: MapFrame,
    *,
    language: str,
    ctx: Context,
) -> MapPrint:
    picture = print_map(
        paper, side.scene, frame, language=language, highlight=content.highlight, ctx=ctx
    )
    draw_frame(paper, frame)
    return picture


def _balance(content: ComparisonContent, words: Words) -> Block:
    first, second = (side.name for side in content.sides)

    def block(flow: Flow) -> None:
        balance_block(
            flow, content.rows, words, reference=first, scenario=second, years=content.years
        )

    return block


def _why(content: ComparisonContent, words: Words) -> Block:
    """Return the table of reasons: the largest first, the rest in one line, then the sum."""

    def block(flow: Flow) -> None:
        flow.heading(words.text("report.comparison.why"))
        if not content.reasons:
            flow.text(words.text("report.comparison.same"))
            return
        flow.text(words.text("report.comparison.why_note"), flow.sized(0.85, color=SOFT))
        flow.space(0.3)
        heads = ("edit", "sector", "rule", "difference")
        ends = ("start", "start", "start", "end")
        flow.row(
            [
                Cell(words.text(f"report.comparison.head.{head}"), "", end, "semibold", SOFT)
                for head, end in zip(heads, ends, strict=True)
            ],
            WHY_SHARES,
        )
        flow.rule()
        flow.space(0.15)
        for cells in _reason_rows(content.reasons, words):
            flow.row(cells, WHY_SHARES)

    return block


def _reason_rows(reasons: tuple[Reason, ...], words: Words) -> list[list[Cell]]:
    ordered = sorted(reasons, key=lambda reason: -abs(reason.difference))
    shown, rest = ordered[:MOST_REASONS], ordered[MOST_REASONS:]
    rows = [
        [Cell(one.edit), Cell(one.sector), Cell(one.rule), _amount(one.difference, words)]
        for one in shown
    ]
    if rest:
        others = words.plural("report.comparison.others", len(rest))
        left = sum(one.difference for one in rest)
        rows.append([Cell(others, color=SOFT), Cell(""), Cell(""), _amount(left, words)])
    total = words.text("report.comparison.total")
    whole = sum(one.difference for one in reasons)
    strong = Cell(total, weight="semibold")
    rows.append([strong, Cell(""), Cell(""), _amount(whole, words, weight="semibold")])
    return rows


def _amount(value: float, words: Words, *, weight: str = "regular") -> Cell:
    return Cell(words.number(value, signed=True), "", "end", weight)


def _facts_blocks(
    content: ComparisonContent,
    sheet: SheetContent,
    frame: MapFrame,
    words: Words,
    *,
    grid_m: float,
) -> list[Block]:
    facts = sheet_facts(sheet, frame, words, grid_m)
    groups = legend_of(sheet.scene, frame.extent, units_per_screen_px(frame), words)
    fit = LegendFit(MOST_CLASSES, LEGEND_COLUMNS)
    blocks: list[Block] = [lambda flow: legend_block(flow, groups, words, fit)]
    if content.highlight:
        blocks.append(
            lambda flow: flow.text(
                words.text("report.comparison.outline"), flow.sized(0.88, color=SOFT)
            )
        )
    blocks.append(lambda flow: scale_and_facts(flow, frame, facts, words))
    return blocks


def _fit(paper: Paper, column: Box, stack: list[Block], body: Type) -> None:
    """Set blocks under each other, in smaller type where they would not fit."""
    gap, kind = 2.2, body
    while kind.size_pt > SMALLEST_PT:
        height = sum(height_of(block, paper, column.width, kind) + gap for block in stack)
        if height <= column.height:
            break
        kind = kind.sized(0.95)
    y = column.y
    for block in stack:
        y += set_block(block, paper, Box(column.x, y, column.width, column.height), kind) + gap

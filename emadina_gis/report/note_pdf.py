"""The parcel note as PDF: A4 pages that fill from the top, a map extract at a round scale.

Owns pages and their order; texts come from `note_text`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from emadina_gis.domain.crs import grid_convergence_deg
from emadina_gis.domain.extent import Extent, extent_of_bounds
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report import note_text
from emadina_gis.report.flow import ACCENT, AMBER, HAIRLINE, SOFT, Block, Cell, Flow, height_of
from emadina_gis.report.layout import Box, extent_at
from emadina_gis.report.map_frame import MapFrame, draw_frame, draw_grid, draw_north, draw_scale_bar
from emadina_gis.report.map_print import print_map
from emadina_gis.report.pdf import Paper, Type, write_pdf
from emadina_gis.report.pdf_check import PdfMeta
from emadina_gis.words.numbers import format_number, isolate_number

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.report.note import Note, NotePage
    from emadina_gis.report.pdf_check import WrittenPdf
    from emadina_gis.report.reading_rows import ReadingRow
    from emadina_gis.words import Words

PAGE_MM = (210.0, 297.0)
BODY = Type(8.0)
MARGIN_MM = 15.0
HEAD_MM = 14.0
FOOT_MM = 10.0
MAP_MM = (180.0, 120.0)
#: A parcel takes at most this part of the extract, so that what is around it is seen.
MOST_OF_MAP = 0.55
CORNERS_PER_BLOCK = 40
#: Scales of the extract, the largest first.
SCALES = (500, 1000, 2000, 5000, 10_000, 25_000)


@dataclass
class _Pages:
    """Pages of a note, filled block by block."""

    paper: Paper
    note: Note
    words: Words
    name: str = ""
    number: int = 0
    y: float = field(default=0.0)

    @property
    def column(self) -> Box:
        """What a page holds between head and foot."""
        width, height = PAGE_MM
        top = MARGIN_MM + HEAD_MM
        return Box(MARGIN_MM, top, width - 2 * MARGIN_MM, height - top - MARGIN_MM - FOOT_MM)

    def start(self, name: str) -> None:
        """Begin the pages of a piece of land."""
        self.name = name
        self._begin_page()

    def _begin_page(self) -> None:
        if self.number:
            self.paper.new_page(*PAGE_MM)
        self.number += 1
        self.y = self.column.y
        self._head_and_foot()

    def _head_and_foot(self) -> None:
        words, column = self.words, self.column
        head = Flow(self.paper, Box(column.x, MARGIN_MM, column.width, HEAD_MM), BODY)
        head.text(words.text("report.note.title"), replace(BODY.sized(1.7), weight="semibold"))
        head.text(words.text("report.note.subtitle"), replace(BODY.sized(0.92), color=AMBER))
        line = MARGIN_MM + HEAD_MM - 2.5
        self.paper.line(column.x, line, column.right, line, color=ACCENT, mm=0.5)
        y = PAGE_MM[1] - MARGIN_MM - 4
        self.paper.line(column.x, y - 1.5, column.right, y - 1.5, color=HAIRLINE, mm=0.12)
        small = replace(BODY.sized(0.85), color=SOFT)
        name = isolate_number(self.name, words.language)
        page = words.text("report.note.page", name=name, page=self.number)
        self.paper.text(Box(column.x, y, column.width, 5), words.text("report.unofficial"), small)
        self.paper.text(Box(column.x, y, column.width, 5), page, replace(small, align="end"))

    def put(self, block: Block, gap: float = 2.5) -> None:
        """Set a block; on the next page where it does not fit this one."""
        column = self.column
        height = height_of(block, self.paper, column.width, BODY)
        if self.y + height > column.bottom and self.y > column.y:
            self._begin_page()
        flow = Flow(self.paper, Box(column.x, self.y, column.width, column.bottom - self.y), BODY)
        block(flow)
        self.y = flow.y + gap

    def room(self, height: float) -> Box:
        """Return a box of a height, on the next page where it does not fit this one."""
        if self.y + height > self.column.bottom:
            self._begin_page()
        box = Box(self.column.x, self.y, self.column.width, height)
        self.y += height
        return box


def write_note_pdf(note: Note, path: Path, words: Words, ctx: Context = NULL_CONTEXT) -> WrittenPdf:
    """Write a note as PDF; raises `OutputError` where it cannot be written."""

    def draw(paper: Paper) -> None:
        pages = _Pages(paper, note, words)
        for index, page in enumerate(note.pages):
            part = ctx.part(index / len(note.pages), (index + 1) / len(note.pages))
            pages.start(page.land.name)
            _draw_land(pages, page, part)

    title = words.text("report.note.title")
    meta = PdfMeta(title, words.language, note.date, words.text("report.unofficial"))
    return write_pdf(path, PAGE_MM, draw, meta, rtl=words.is_rtl)


def _draw_land(pages: _Pages, page: NotePage, ctx: Context) -> None:
    note, words = pages.note, pages.words
    missing = note_text.missing_text(note, words)
    if missing:
        pages.put(lambda flow: flow.text(missing, flow.sized(color=AMBER)))
    pages.put(lambda flow: _land_block(flow, note, page, words))
    pages.put(lambda flow: _sector_block(flow, page, words))
    if page.reading is not None:
        _reading_blocks(pages, page)
    _map_block(pages, page, ctx)
    pages.put(lambda flow: _hits_block(flow, page, words))
    _corner_blocks(pages, page)
    pages.put(lambda flow: _value_block(flow, note, words))


def _land_block(flow: Flow, note: Note, page: NotePage, words: Words) -> None:
    flow.heading(words.text("report.note.section_land"))
    for label, value in note_text.identity_pairs(note, page, words):
        flow.pair(label, value, share=0.28)


def _sector_block(flow: Flow, page: NotePage, words: Words) -> None:
    flow.heading(words.text("report.note.section_sectors"))
    for text in page.case_text:
        flow.text(text, flow.sized(1.05, weight="medium"))
    if page.reading is not None and page.reading.sector_name:
        flow.text(page.reading.sector_name, flow.sized(color=SOFT))
    if len(page.situation.shares) > 1 or page.situation.outside_m2:
        flow.space(0.3)
        table_block(flow, note_text.sectors_table(page, words))


def _reading_blocks(pages: _Pages, page: NotePage) -> None:
    reading, words = page.reading, pages.words
    assert reading is not None
    pages.put(lambda flow: _capacity_block(flow, page, words))
    if reading.binding is not None:
        pages.put(lambda flow: _binding_block(flow, page, words))
    pages.put(lambda flow: _forbidden_block(flow, page, words))
    for section, rows in (("existing", reading.existing), ("facts", reading.land)):
        pages.put(partial(_rows_block, section=section, rows=rows, words=words))
    pages.put(lambda flow: _unknown_block(flow, page, words))


def _capacity_block(flow: Flow, page: NotePage, words: Words) -> None:
    reading = page.reading
    assert reading is not None
    flow.heading(words.text("report.note.section_capacity"))
    for notice in reading.notices:
        flow.text(notice, flow.sized(weight="medium", color=AMBER))
        flow.space(0.25)
    _rows(flow, reading.capacity)


def _rows_block(flow: Flow, section: str, rows: tuple[ReadingRow, ...], words: Words) -> None:
    flow.heading(words.text(f"report.note.section_{section}"))
    _rows(flow, rows)


def _rows(flow: Flow, rows: tuple[ReadingRow, ...]) -> None:
    for row in rows:
        color = AMBER if row.flag == "unknown" else ""
        weight = "semibold" if row.is_main else "regular"
        cells = (
            Cell(row.label, color=SOFT),
            Cell(row.value, weight=weight, color=color),
            Cell(row.citation, color=SOFT),
        )
        flow.row(cells, (0.36, 0.44, 0.2))


def _binding_block(flow: Flow, page: NotePage, words: Words) -> None:
    binding = page.reading.binding if page.reading else None
    assert binding is not None
    flow.heading(words.text("report.note.section_binding"))
    flow.text(binding.sentence, flow.sized(weight="medium"))
    flow.text(
        " · ".join(part for part in (binding.citation, binding.extract) if part),
        flow.sized(color=SOFT),
    )


def _forbidden_block(flow: Flow, page: NotePage, words: Words) -> None:
    assert page.reading is not None
    flow.heading(words.text("report.note.section_forbidden"))
    if not page.reading.forbidden:
        flow.text(words.text("report.note.no_forbidden"))
    for item in page.reading.forbidden:
        flow.text(item.text)
        marks = [item.citation]
        if item.is_translation:
            marks.append(words.text("report.note.unofficial_translation"))
        flow.text(" · ".join(mark for mark in marks if mark), flow.sized(0.92, color=SOFT))


def _unknown_block(flow: Flow, page: NotePage, words: Words) -> None:
    assert page.reading is not None
    flow.heading(words.text("report.note.section_unknown"))
    for text in page.reading.unknowns:
        flow.text(f"• {text}", flow.sized(color=AMBER))
    for text in page.reading.assumptions:
        flow.text(f"• {text}")


def _hits_block(flow: Flow, page: NotePage, words: Words) -> None:
    flow.heading(words.text("report.note.section_hits"))
    if page.hits.lines:
        table_block(flow, note_text.hits_table(page, words))
        flow.space(0.3)
    flow.text(page.hits.remainder, flow.sized(weight="medium"))
    for notice in page.hits.notices:
        flow.text(f"• {notice}", flow.sized(color=AMBER))


def _corner_blocks(pages: _Pages, page: NotePage) -> None:
    """Set the corner table in two halves side by side, page by page."""
    table = note_text.corners_table(page, pages.words)
    heading = pages.words.text("report.note.section_corners")
    for start in range(0, len(table.rows), CORNERS_PER_BLOCK):
        part = replace(table, rows=table.rows[start : start + CORNERS_PER_BLOCK])
        pages.put(partial(_corner_block, table=part, heading=heading if not start else ""))


def _corner_block(flow: Flow, table: note_text.Table, heading: str) -> None:
    if heading:
        flow.heading(heading)
    rows = table.rows
    half = (len(rows) + 1) // 2
    shares = (0.08, 0.18, 0.18, 0.06, 0.08, 0.18, 0.18, 0.06)
    head = [Cell(t, align="end" if i else "start", color=SOFT) for i, t in enumerate(table.head)]
    empty = [Cell("")] * 3
    flow.row([*head, Cell(""), *(head if half < len(rows) else empty), Cell("")], shares)
    for index in range(half):
        left = _corner_cells(rows[index])
        right = _corner_cells(rows[half + index]) if half + index < len(rows) else empty
        flow.row([*left, Cell(""), *right, Cell("")], shares)


def _corner_cells(row: tuple[str, ...]) -> list[Cell]:
    return [Cell(row[0]), Cell(row[1], align="end"), Cell(row[2], align="end")]


def _value_block(flow: Flow, note: Note, words: Words) -> None:
    flow.heading(words.text("report.note.section_value"))
    for text in note_text.disclaimers(note, words):
        flow.text(text, flow.sized(0.92))
        if text == words.text("report.note.disclaimer_law"):
            flow.text(note_text.laws_text(words), flow.sized(0.92, color=SOFT), indent=4)


def table_block(flow: Flow, table: note_text.Table) -> None:
    """Set a table with its heading over a hairline."""
    flow.row([_cell(t, i, table, head=True) for i, t in enumerate(table.head)], table.shares)
    flow.rule()
    flow.space(0.15)
    for row in table.rows:
        flow.row([_cell(text, index, table) for index, text in enumerate(row)], table.shares)


def _cell(text: str, index: int, table: note_text.Table, *, head: bool = False) -> Cell:
    align = "end" if index in table.numeric else "start"
    return Cell(text, align=align, color=SOFT if head else "")


def _map_block(pages: _Pages, page: NotePage, ctx: Context) -> None:
    """Draw the extract: the land outlined, a grid, the scale and grid north."""
    words, note = pages.words, pages.note
    box = pages.room(MAP_MM[1] + 28)
    flow = Flow(pages.paper, box, BODY)
    flow.heading(words.text("report.note.section_map"))
    inside = Box(box.x + 5, flow.y + 5, box.width - 10, MAP_MM[1] - 4)
    frame = extract_frame(page, inside, note.scene.crs.unit_m if note.scene.crs.is_known else 1.0)
    print_map(
        pages.paper,
        note.scene,
        frame,
        language=words.language,
        highlight=(page.land.shape,),
        ctx=ctx,
    )
    if note.scene.crs.is_projected:
        draw_grid(pages.paper, frame, BODY.sized(0.75), words)
    draw_frame(pages.paper, frame)
    _under_map(pages, Box(inside.x, inside.bottom + 6, inside.width, 12), frame)
    pages.y = inside.bottom + 19


def _under_map(pages: _Pages, place: Box, frame: MapFrame) -> None:
    words, paper = pages.words, pages.paper
    draw_scale_bar(
        paper, Box(place.x, place.y, 60, 5), frame.scale, kind=BODY.sized(0.85), words=words
    )
    ratio = isolate_number(f"1/{format_number(frame.scale, words.language)}", words.language)
    crs = words.text("report.crs.zone_1")
    if pages.note.scene.crs.id != "EPSG:26191":
        named = pages.note.scene.crs
        crs = words.text("report.crs.unknown")
        if named.is_known:
            crs = words.text("report.crs.named", name=named.name, id=named.id)
    text = f"{words.text('report.fact.scale')} {ratio} · {crs}"
    small = replace(BODY.sized(0.88), color=SOFT)
    paper.text(Box(place.x + 66, place.y, place.width - 80, 5), text, small)
    if pages.note.scene.crs.is_projected:
        angle = grid_convergence_deg(pages.note.scene.crs, *frame.extent.center)
        draw_north(paper, place.right - 5, place.y + 8, 8, true_north_deg=angle)


def extract_frame(page: NotePage, box: Box, unit_m: float) -> MapFrame:
    """Return the extract around a piece of land at 1/500, 1/1 000, 1/2 000 or smaller."""
    extent = _extent(page)
    needed = max(
        extent.width * unit_m * 1000 / (box.width * MOST_OF_MAP),
        extent.height * unit_m * 1000 / (box.height * MOST_OF_MAP),
    )
    scale = next((s for s in SCALES if s >= needed), SCALES[-1])
    return MapFrame(box, extent_at(extent.center, scale, box, unit_m), scale, unit_m)


def _extent(page: NotePage) -> Extent:
    import numpy as np

    found = extent_of_bounds(np.array([page.land.shape.bounds]))
    assert found is not None
    return found

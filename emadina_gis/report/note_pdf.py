"""The parcel note as PDF: A4 pages that fill from the top.

Owns pages and how blocks stand on them: a heading never ends a page, a table is cut between rows
under a head that is set again, and no row stands alone. What is said comes from `note_content`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.flow import AMBER, HAIRLINE, SOFT, Block, Cell, Flow, height_of
from emadina_gis.report.layout import Box
from emadina_gis.report.note_blocks import (
    Extract,
    Heading,
    Letterhead,
    Line,
    NewPage,
    Signature,
    Table,
)
from emadina_gis.report.note_content import foot_text, note_title
from emadina_gis.report.note_letterhead import letterhead_block
from emadina_gis.report.note_map import BODY, SIZE_MM, draw_extract
from emadina_gis.report.pdf import Paper, write_pdf
from emadina_gis.report.pdf_check import PdfMeta
from emadina_gis.words.numbers import isolate_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from emadina_gis.report.note_blocks import Block as Content
    from emadina_gis.report.note_blocks import NotePart
    from emadina_gis.report.pdf_check import WrittenPdf

PAGE_MM = (210.0, 297.0)
MARGIN_MM = 15.0
FOOT_MM = 10.0
#: Room between two blocks, and before a heading.
GAP_MM, HEADING_GAP_MM = 1.0, 2.6
#: Rows of a table that a heading, and a page, must not be left with.
LEAST_ROWS = 2


@dataclass
class _Pages:
    """Pages of a note in one language, filled block by block."""

    paper: Paper
    part: NotePart
    ctx: Context
    has_pages: bool
    name: str = ""
    number: int = 0
    y: float = 0.0
    heading: Heading | None = None

    @property
    def column(self) -> Box:
        """What a page holds above its foot."""
        width, height = PAGE_MM
        return Box(MARGIN_MM, MARGIN_MM, width - 2 * MARGIN_MM, height - 2 * MARGIN_MM - FOOT_MM)

    @property
    def is_at_top(self) -> bool:
        """Whether nothing stands on the page yet."""
        return self.y <= self.column.y

    def begin_page(self) -> None:
        """Begin a page, with its foot."""
        if self.has_pages:
            self.paper.new_page(*PAGE_MM)
        self.has_pages = True
        self.number += 1
        self.y = self.column.y
        self._foot()

    def _foot(self) -> None:
        words, column = self.part.words, self.column
        y = PAGE_MM[1] - MARGIN_MM - 4
        self.paper.line(column.x, y - 1.5, column.right, y - 1.5, color=HAIRLINE, mm=0.12)
        small = replace(BODY.sized(0.85), color=SOFT)
        name = isolate_number(self.name, words.language)
        page = words.text("report.note.page", name=name, page=self.number)
        self.paper.text(Box(column.x, y, column.width, 5), foot_text(self.part.note, words), small)
        self.paper.text(Box(column.x, y, column.width, 5), page, replace(small, align="end"))

    def put(self, block: Block, gap: float = GAP_MM) -> None:
        """Set a block under the heading that waits; on the next page where it is too tall."""
        self.take_room(self.height_of(block))
        self.set(block)
        self.y += gap

    def height_of(self, block: Block) -> float:
        """Return the height of a block in the column."""
        return height_of(block, self.paper, self.column.width, BODY)

    def take_room(self, height: float) -> None:
        """Begin a page where a height does not fit; set the heading that waits."""
        heading = self.heading
        above = 0.0 if heading is None else self.height_of(_heading(heading)) + HEADING_GAP_MM
        if self.y + above + height > self.column.bottom and not self.is_at_top:
            self.begin_page()
        if heading is not None:
            self.heading = None
            if not self.is_at_top:
                self.y += HEADING_GAP_MM
            self.set(_heading(heading))

    def set(self, block: Block) -> None:
        """Set a block where the page stands."""
        column = self.column
        flow = Flow(self.paper, Box(column.x, self.y, column.width, column.bottom - self.y), BODY)
        block(flow)
        self.y = flow.y


def write_note_pdf(
    parts: Sequence[NotePart], path: Path, ctx: Context = NULL_CONTEXT
) -> WrittenPdf:
    """Write a note as PDF, its languages one after the other.

    Raises
    ------
    OutputError
        Where it cannot be written.
    """

    def draw(paper: Paper) -> None:
        for place, part in enumerate(parts):
            paper.rtl = part.words.is_rtl
            inner = ctx.part(place / len(parts), (place + 1) / len(parts))
            pages = _Pages(paper, part, inner, has_pages=place > 0)
            for index, block in enumerate(part.blocks):
                inner.report(index / len(part.blocks), "report.phase.note")
                _put(pages, block)

    first = parts[0]
    title = note_title(first.note, first.words)
    meta = PdfMeta(title, first.words.language, first.note.date, foot_text(first.note, first.words))
    return write_pdf(path, PAGE_MM, draw, meta, rtl=first.words.is_rtl)


def _put(pages: _Pages, block: Content) -> None:
    if isinstance(block, NewPage):
        pages.name = block.name
        pages.begin_page()
    elif isinstance(block, Heading):
        pages.heading = block
    elif isinstance(block, Table):
        _put_table(pages, block)
    elif isinstance(block, Extract):
        _put_extract(pages, block)
    else:
        pages.put(_block_of(block))


def _block_of(block: Letterhead | Line | Signature) -> Block:
    if isinstance(block, Letterhead):
        return lambda flow: letterhead_block(flow, block)
    if isinstance(block, Signature):
        return lambda flow: _signature(flow, block)
    return lambda flow: _line(flow, block)


def _heading(heading: Heading) -> Block:
    return lambda flow: flow.heading(heading.text)


def _line(flow: Flow, line: Line) -> None:
    kinds = {
        "": flow.kind,
        "strong": flow.sized(1.03, weight="medium"),
        "soft": flow.sized(0.93, color=SOFT),
        "warning": flow.sized(color=AMBER),
    }
    if not line.bullet:
        flow.text(line.text, kinds[line.tone])
        return
    start = flow.y
    flow.text("•", kinds[line.tone])
    flow.y = start
    flow.text(line.text, kinds[line.tone], indent=3.0)


def _signature(flow: Flow, block: Signature) -> None:
    flow.space(1.0)
    flow.text(block.place, flow.sized(align="end"))
    flow.text(block.signatory, flow.sized(align="end", weight="semibold"))


def _put_extract(pages: _Pages, block: Extract) -> None:
    width, height = SIZE_MM
    pages.take_room(height)
    box = Box(pages.column.x, pages.y, min(width, pages.column.width), height)
    part = pages.part
    draw_extract(pages.paper, box, part.note, block.page, part.words, pages.ctx)
    pages.y = box.bottom + GAP_MM


# --- tables --------------------------------------------------------------------------------------


def _put_table(pages: _Pages, table: Table) -> None:
    """Set a table row by row, cut between rows where the page ends."""
    heights = [pages.height_of(_row(table, place)) for place in range(len(table.rows))]
    head = pages.height_of(_head(table)) if table.head else 0.0
    pages.take_room(head + sum(heights[:LEAST_ROWS]))
    first = 0
    while first < len(heights):
        last = first + _fitting(heights[first:], pages.column.bottom - pages.y - head)
        if table.head:
            pages.set(_head(table))
        for place in range(first, last):
            pages.set(_row(table, place))
        first = last
        if first < len(heights):
            pages.begin_page()
    pages.y += GAP_MM


def _fitting(heights: list[float], room: float) -> int:
    """Return how many rows fit a room: at least one, and never all but the last."""
    count = 0
    while count < len(heights) and (count == 0 or sum(heights[: count + 1]) <= room):
        count += 1
    leaves_one = count == len(heights) - 1 and count > LEAST_ROWS
    return count - 1 if leaves_one else count


def _head(table: Table) -> Block:
    def block(flow: Flow) -> None:
        cells = [_cell(text, place, table, SOFT) for place, text in enumerate(table.head)]
        flow.row(cells, table.shares)
        flow.rule()
        flow.space(0.15)

    return block


def _row(table: Table, place: int) -> Block:
    tone = table.tones[place] if table.tones else ""
    cells = [
        _toned(_cell(text, column, table), table, column, tone)
        for column, text in enumerate(table.rows[place])
    ]
    return lambda flow: flow.row(cells, table.shares)


def _cell(text: str, column: int, table: Table, color: str = "") -> Cell:
    return Cell(text, align="end" if column in table.numeric else "start", color=color)


def _toned(cell: Cell, table: Table, column: int, tone: str) -> Cell:
    """Return a cell as its column and its row want it: labels and articles are soft."""
    if table.head:
        return cell
    if column != 1:
        return replace(cell, color=SOFT)
    weight = "semibold" if tone == "main" else "regular"
    return replace(cell, weight=weight, color=AMBER if tone == "doubt" else "")

"""An annex on paper: A4 landscape, headings on each page, page numbers, findings at the end.

French, Arabic, or Arabic above French. What is said comes from `annex_text`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.annex_checks import annex_problems
from emadina_gis.report.annex_text import (
    COLUMNS,
    DECIMALS,
    AnnexPage,
    annex_title,
    foot_texts,
    heading,
    is_marked,
    lead_texts,
    text_of,
)
from emadina_gis.report.flow import AMBER, HAIRLINE, SOFT, Block, Cell, Flow, height_of
from emadina_gis.report.layout import Box
from emadina_gis.report.pdf import Paper, Type, write_pdf
from emadina_gis.report.pdf_check import PdfMeta

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from emadina_gis.report.annexes import AnnexRow
    from emadina_gis.report.pdf_check import WrittenPdf
    from emadina_gis.words import Words

PAGE_MM = (297.0, 210.0)
MARGIN_MM, FOOT_MM = 14.0, 9.0
BODY = Type(7.6)
_STRIPE = "#f4f1ea"
_EVERY = 32


@dataclass
class _Pages:
    """Pages of an annex, filled block by block."""

    paper: Paper
    page: AnnexPage
    words: Words
    beside: Words | None
    has_pages: bool = False
    number: int = 0
    y: float = 0.0

    @property
    def column(self) -> Box:
        """What a page holds above its foot."""
        width, height = PAGE_MM
        return Box(MARGIN_MM, MARGIN_MM, width - 2 * MARGIN_MM, height - 2 * MARGIN_MM - FOOT_MM)

    def begin(self) -> None:
        """Begin a page, with its foot."""
        if self.has_pages:
            self.paper.new_page(*PAGE_MM)
        self.has_pages = True
        self.number += 1
        self.y = self.column.y
        column, words = self.column, self.words
        y = column.bottom + 3.5
        self.paper.line(column.x, y - 1.2, column.right, y - 1.2, color=HAIRLINE, mm=0.12)
        small = replace(BODY.sized(0.85), color=SOFT)
        said = f"{annex_title(self.page.annex, words)} · {words.text('report.unofficial')}"
        self.paper.text(Box(column.x, y, column.width, 5), said, small)
        page = words.text("annex.page", page=self.number)
        self.paper.text(Box(column.x, y, column.width, 5), page, replace(small, align="end"))

    def height_of(self, block: Block) -> float:
        return height_of(block, self.paper, self.column.width, BODY)

    def fits(self, height: float) -> bool:
        return self.y + height <= self.column.bottom

    def set(self, block: Block) -> None:
        column = self.column
        flow = Flow(self.paper, Box(column.x, self.y, column.width, column.bottom - self.y), BODY)
        block(flow)
        self.y = flow.y

    def put(self, block: Block) -> None:
        """Set a block, on the next page where it does not fit."""
        if not self.fits(self.height_of(block)):
            self.begin()
        self.set(block)


def write_annex_pdf(
    pages: Sequence[AnnexPage],
    path: Path,
    words: Words,
    *,
    beside: Words | None = None,
    ctx: Context = NULL_CONTEXT,
) -> WrittenPdf:
    """Write annexes as one PDF.

    Parameters
    ----------
    beside : Words or None
        A second language, set under the first in headings and names.

    Raises
    ------
    OutputError
        Where it cannot be written.
    """

    def draw(paper: Paper) -> None:
        paper.rtl = words.is_rtl
        has_pages = False
        for place, page in enumerate(pages):
            inner = ctx.part(place / len(pages), (place + 1) / len(pages))
            _draw(_Pages(paper, page, words, beside, has_pages), inner)
            has_pages = True

    title = " · ".join(annex_title(page.annex, words) for page in pages)
    meta = PdfMeta(title, words.language, pages[0].date)
    return write_pdf(path, PAGE_MM, draw, meta, rtl=words.is_rtl)


def _draw(pages: _Pages, ctx: Context) -> None:
    annex = pages.page.annex
    pages.begin()
    pages.set(_lead(pages))
    pages.set(_head(pages))
    for number, row in enumerate(annex.rows):
        if number % _EVERY == 0:
            ctx.report(number / max(len(annex.rows), 1), "report.phase.annex")
        block = _row(pages, row)
        height = pages.height_of(block)
        if not pages.fits(height):
            pages.begin()
            pages.set(_head(pages))
        if number % 2:
            column = pages.column
            stripe = Box(column.x, pages.y - 0.3, column.width, height)
            pages.paper.rect(stripe, fill=_STRIPE)
        pages.set(block)
    _findings(pages)
    for text in foot_texts(pages.page, pages.words):
        pages.put(_note(text))


def _lead(pages: _Pages) -> Block:
    def block(flow: Flow) -> None:
        big = flow.sized(1.9, weight="bold")
        if pages.beside is not None:
            flow.text(annex_title(pages.page.annex, pages.beside), replace(big, align="center"))
            big = replace(big, align="center")
        flow.text(annex_title(pages.page.annex, pages.words), big)
        for text in lead_texts(pages.page, pages.words):
            flow.text(text, flow.sized(1.0, color=SOFT, align=big.align))
        flow.space(0.6)

    return block


def _columns(pages: _Pages) -> tuple[tuple[str, float], ...]:
    return COLUMNS[pages.page.annex.family]


def _head(pages: _Pages) -> Block:
    cells = [
        Cell(
            heading(name, pages.words),
            "" if pages.beside is None else heading(name, pages.beside),
            "end" if name in DECIMALS else "start",
            "semibold",
        )
        for name, _share in _columns(pages)
    ]
    shares = [share for _name, share in _columns(pages)]

    def block(flow: Flow) -> None:
        flow.rule()
        flow.space(0.2)
        flow.row(cells, shares)
        flow.rule()
        flow.space(0.25)

    return block


def _row(pages: _Pages, row: AnnexRow) -> Block:
    cells = [_cell(pages, row, name) for name, _share in _columns(pages)]
    shares = [share for _name, share in _columns(pages)]
    return lambda flow: flow.row(cells, shares)


def _cell(pages: _Pages, row: AnnexRow, name: str) -> Cell:
    annex = pages.page.annex
    text = text_of(annex, row, name, pages.words)
    if name in DECIMALS:
        return Cell(text, align="end")
    weight = "semibold" if name == "index" else "regular"
    color = AMBER if name == "remarks" and is_marked(annex, row) else ""
    under = ""
    if pages.beside is not None and name in {"name", "nature", "state"}:
        other = text_of(annex, row, name, pages.beside)
        under = "" if other in {text, "–"} else other
    return Cell(text, under, weight=weight, color=color)


def _findings(pages: _Pages) -> None:
    """Set what the checks found; that they found nothing is said too."""
    words = pages.words
    problems = annex_problems(pages.page.annex)
    texts = [" ".join(part for part in words.problem(problem) if part) for problem in problems]
    texts = texts or [words.text("annex.no-finding")]

    def first(flow: Flow) -> None:
        flow.space(1.0)
        flow.heading(words.text("annex.findings"))
        flow.text(texts[0])
        flow.space(0.3)

    pages.put(first)
    for text in texts[1:]:
        pages.put(_paragraph(text))


def _paragraph(text: str) -> Block:
    def block(flow: Flow) -> None:
        flow.text(text)
        flow.space(0.3)

    return block


def _note(text: str) -> Block:
    def block(flow: Flow) -> None:
        flow.space(0.3)
        flow.text(text, flow.sized(0.88, color=SOFT))

    return block

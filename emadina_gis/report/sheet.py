"""Printed sheets: pages composed from frames, written as one PDF or sent to a printer.

Owns how pages follow one another; what stands on each is `page_compose`'s, how it is drawn
`page_draw`'s. The date is given, never read from a clock, so that a sheet can be made again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.errors import EmptyInput
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project.paper import paper_size_mm
from emadina_gis.report.layer_names import withheld
from emadina_gis.report.page_compose import compose
from emadina_gis.report.page_content import SheetContent
from emadina_gis.report.page_draw import draw_page
from emadina_gis.report.pdf import Paper, print_pages, write_pdf
from emadina_gis.report.pdf_check import PdfMeta, WrittenPdf
from emadina_gis.report.presets import Preset

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.domain.layer import Title
    from emadina_gis.errors import Problem
    from emadina_gis.project import Layout
    from emadina_gis.report.page_plan import DrawnPage
    from emadina_gis.report.pdf import Printer
    from emadina_gis.words import Words

__all__ = [
    "SheetContent",
    "WrittenSheet",
    "draw_sheet",
    "print_on",
    "write_sheet",
    "write_sheets",
]


@dataclass(frozen=True)
class WrittenSheet:
    """What was written.

    Attributes
    ----------
    scales : tuple of int
        Scale of the main map of each page that has one.
    as_pictures : tuple of str
        Layers that became pictures, by id.
    pages : tuple of DrawnPage
        The plan from which each page was drawn, and what its legends list.
    kept : tuple of Problem
        Why the state of the project could not be kept; empty where it was.
    """

    pdf: WrittenPdf
    scales: tuple[int, ...]
    as_pictures: tuple[str, ...] = ()
    pages: tuple[DrawnPage, ...] = field(default=())
    kept: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found on the pages: nothing drawn, no room, a broken picture, lost letters."""
        found = tuple(problem for page in self.pages for problem in page.problems)
        return found + self.pdf.problems + self.kept


def write_sheet(
    content: SheetContent,
    path: Path,
    words: Words,
    ctx: Context = NULL_CONTEXT,
    *,
    preset: Preset = Preset.SCREEN,
) -> WrittenSheet:
    """Write one sheet as PDF.

    Raises
    ------
    EmptyInput
        With code ``report.nothing-to-print`` if there is nothing to look at and nothing to say.
    OutputError
        If the file cannot be written.
    JobCancelled
        If the work was cancelled; nothing is left behind.
    """
    title = content.layout.title
    return write_sheets((content,), path, words, title=title, preset=preset, ctx=ctx)


def write_sheets(
    contents: tuple[SheetContent, ...],
    path: Path,
    words: Words,
    *,
    title: Title,
    preset: Preset = Preset.SCREEN,
    ctx: Context = NULL_CONTEXT,
) -> WrittenSheet:
    """Write sheets as the pages of one PDF; raises as `write_sheet`."""
    if not contents:
        raise EmptyInput("report.nothing-to-print")
    contents = tuple(withheld(content) for content in contents)
    pages: list[DrawnPage] = []
    draw = _drawing(contents, words, ctx, pages)
    names = tuple(c.name.text(words.language) for c in contents if c.name is not None)
    meta = PdfMeta(
        title.text(words.language),
        words.language,
        contents[0].date,
        words.text("report.unofficial"),
        names if len(names) == len(contents) else (),
    )
    size = _size(contents[0].layout)
    written = write_pdf(path, size, draw, meta, rtl=words.is_rtl, preset=preset)
    pictures = dict.fromkeys(layer for page in pages for layer in page.as_pictures)
    return WrittenSheet(written, _scales(pages), tuple(pictures), tuple(pages))


def print_on(
    content: SheetContent, printer: Printer, words: Words, ctx: Context = NULL_CONTEXT
) -> tuple[int, ...]:
    """Print one sheet on a printer, drawn as in the PDF; return the scale of its map.

    Raises
    ------
    EmptyInput, OutputError, JobCancelled
        As `write_sheet`.
    """
    pages: list[DrawnPage] = []
    draw = _drawing((content,), words, ctx, pages)
    print_pages(printer, _size(content.layout), draw, rtl=words.is_rtl)
    return _scales(pages)


def draw_sheet(
    paper: Paper, content: SheetContent, words: Words, ctx: Context = NULL_CONTEXT
) -> DrawnPage:
    """Draw one sheet on the page that a paper has open.

    Raises
    ------
    EmptyInput, JobCancelled
        As `write_sheet`.
    """
    ctx.report(0.0, "report.phase.sheet")
    return draw_page(paper, compose(content, words, paper), words, ctx)


def _drawing(
    contents: tuple[SheetContent, ...], words: Words, ctx: Context, drawn: list[DrawnPage]
) -> Callable[[Paper], None]:
    """Return what draws sheets, one on each page."""

    def draw(paper: Paper) -> None:
        for index, content in enumerate(contents):
            if index:
                paper.new_page(*_size(content.layout))
            part = ctx.part(index / len(contents), (index + 1) / len(contents))
            numbered = _numbered(content, index + 1, len(contents))
            drawn.append(draw_sheet(paper, numbered, words, part))

    return draw


def _numbered(content: SheetContent, page: int, pages: int) -> SheetContent:
    return replace(content, page=content.page or page, pages=content.pages or pages)


def _size(layout: Layout) -> tuple[float, float]:
    return paper_size_mm(layout.page, landscape=layout.landscape)


def _scales(pages: list[DrawnPage]) -> tuple[int, ...]:
    return tuple(page.plan.scale for page in pages if page.plan.maps)

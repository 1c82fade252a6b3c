"""Documents: a PDF drawn, rewritten, checked and put at its place; the same on a printer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPainter, QPdfWriter

from emadina_gis.errors import OutputError
from emadina_gis.io.atomic import replacing
from emadina_gis.render.drawn_texts import noting
from emadina_gis.report.free_end import end
from emadina_gis.report.pdf.lettering import RESOLUTION_DPI, prepare_qt
from emadina_gis.report.pdf.paper import Paper, page_size
from emadina_gis.report.pdf.pictures import recoded, srgb_profile
from emadina_gis.report.pdf.shaping import shaped
from emadina_gis.report.pdf_check import Finishing, PdfMeta, WrittenPdf, finish_pdf
from emadina_gis.report.pdf_pages import Drawing
from emadina_gis.report.presets import Preset

if TYPE_CHECKING:
    from pathlib import Path

#: What a sheet can be printed on; named here so that only this package knows Qt.
Printer = QPagedPaintDevice


def write_pdf(
    path: Path,
    size_mm: tuple[float, float],
    draw: Callable[[Paper], None],
    meta: PdfMeta,
    *,
    rtl: bool,
    preset: Preset = Preset.SCREEN,
) -> WrittenPdf:
    """Draw a PDF and put it at its place when it is whole.

    Parameters
    ----------
    path : Path
        Where the file goes; the old one stays until the new one is checked.
    size_mm : tuple of float
        Width and height of the first page.
    draw : callable
        Draws all pages.
    meta : PdfMeta
        Title, language and date written into the file.
    rtl : bool
        Direction of texts.
    preset : Preset
        How fine pictures and coordinates are kept.

    Returns
    -------
    WrittenPdf
        What the file holds, read back from it.

    Raises
    ------
    OutputError
        If the file cannot be written or does not hold what was drawn.
    """
    prepare_qt()
    with replacing(path) as draft:
        lossless = not preset.fineness.jpeg_quality
        drawing = _draw_to(draft, size_mm, draw, rtl=rtl, lossless=lossless)
        finishing = Finishing(drawing, preset.fineness, srgb_profile(), shaped, recoded)
        written = finish_pdf(draft, meta, len(drawing.pages), finishing)
    return replace(written, path=path)


def print_pages(
    printer: QPagedPaintDevice,
    size_mm: tuple[float, float],
    draw: Callable[[Paper], None],
    *,
    rtl: bool,
) -> int:
    """Draw pages on a printer, as `write_pdf` draws them into a file; return how many.

    Raises
    ------
    OutputError
        With code ``report.cannot-print`` if the printer does not start.
    """
    prepare_qt()
    printer.setPageSize(page_size(*size_mm))
    printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    painter = QPainter()
    if not painter.begin(printer):
        raise OutputError("report.cannot-print")
    try:
        factor = printer.logicalDpiX() / RESOLUTION_DPI
        painter.scale(factor, factor)
        paper = Paper(printer, painter, rtl=rtl)
        draw(paper)
    finally:
        end(painter)
    return paper.page_count


def _draw_to(
    draft: Path,
    size_mm: tuple[float, float],
    draw: Callable[[Paper], None],
    *,
    rtl: bool,
    lossless: bool,
) -> Drawing:
    writer = QPdfWriter(str(draft))
    writer.setResolution(RESOLUTION_DPI)
    writer.setPageSize(page_size(*size_mm))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    painter = QPainter()
    if not painter.begin(writer):
        raise OutputError("report.cannot-write", path=str(draft.parent))
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering, lossless)
    drawing = Drawing()
    try:
        with noting(drawing.texts):
            draw(Paper(writer, painter, rtl=rtl, drawing=drawing))
    finally:
        end(painter)
    return drawing

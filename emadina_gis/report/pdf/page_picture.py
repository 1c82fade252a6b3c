"""A page drawn as a picture, for papers that hold no drawings: by the code that draws the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QPainter

from emadina_gis.domain.viewport import MM_PER_INCH
from emadina_gis.errors import OutputError
from emadina_gis.report.pdf.lettering import RESOLUTION_DPI, prepare_qt
from emadina_gis.report.pdf.paper import Paper
from emadina_gis.report.pdf.pictures import painter_on

if TYPE_CHECKING:
    from PySide6.QtGui import QPagedPaintDevice

PAPER_COLOR = 0xFFFFFFFF


def page_picture(
    size_mm: tuple[float, float], draw: Callable[[Paper], None], *, dpi: float, rtl: bool
) -> bytes:
    """Return what is drawn on a page of a size as a PNG picture.

    Raises
    ------
    OutputError
        With code ``report.incomplete`` if there is no memory for it.
    """
    prepare_qt()
    width, height = (round(side / MM_PER_INCH * dpi) for side in size_mm)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    if image.isNull():
        raise OutputError("report.incomplete", path="–")
    image.fill(PAPER_COLOR)
    per_metre = round(dpi / MM_PER_INCH * 1000)
    image.setDotsPerMeterX(per_metre)
    image.setDotsPerMeterY(per_metre)
    with painter_on(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(dpi / RESOLUTION_DPI, dpi / RESOLUTION_DPI)
        device: QPagedPaintDevice = image  # type: ignore[assignment]  # texts are laid out alike
        draw(Paper(device, painter, rtl=rtl))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # the stubs ask for bytes, PySide6 6.11 takes text only
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise OutputError("report.incomplete", path="–")
    return bytes(buffer.data().data())

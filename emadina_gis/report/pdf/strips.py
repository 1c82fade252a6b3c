"""A page drawn as pixels, strip by strip, so that a picture of any size needs little memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QPainter

from emadina_gis.domain.viewport import MM_PER_INCH
from emadina_gis.errors import OutputError
from emadina_gis.report.pdf.lettering import RESOLUTION_DPI, prepare_qt
from emadina_gis.report.pdf.paper import Paper
from emadina_gis.report.pdf.pictures import painter_on

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.progress import Context

PAPER_COLOR = 0xFFFFFFFF
#: Memory of a strip while it is drawn: the page is drawn anew for each, so few are better.
STRIP_BYTES = 256_000_000
#: Rows that are given at a time: copying them holds Python's lock for some milliseconds.
BAND_ROWS = 64
JPEG_QUALITY = 92
_BYTES_PER_PX = 4


@dataclass(frozen=True)
class StripPlan:
    """A page in pixels, and the rows of each strip."""

    width_px: int
    height_px: int
    rows: int
    dpi: float

    @property
    def tops(self) -> range:
        """First row of each strip."""
        return range(0, self.height_px, self.rows)


def plan_strips(size_mm: tuple[float, float], dpi: float, strip_bytes: int = 0) -> StripPlan:
    """Return the size of a page in pixels, and strips that fit the memory meant for them."""
    width, height = (max(round(side / MM_PER_INCH * dpi), 1) for side in size_mm)
    fitting = (strip_bytes or STRIP_BYTES) // (width * _BYTES_PER_PX)
    rows = max(fitting // BAND_ROWS, 1) * BAND_ROWS
    return StripPlan(width, height, min(rows, height), dpi)


def drawn_strips(
    plan: StripPlan, draw: Callable[[Paper, Context], None], *, rtl: bool, ctx: Context
) -> Iterator[NDArray[np.uint8]]:
    """Give the rows of a page from its top, red, green and blue, shape (height, width, 3).

    Raises
    ------
    OutputError
        With code ``report.no-memory`` if there is no memory for a strip.
    JobCancelled
        If the work was cancelled.
    """
    prepare_qt()
    for index, top in enumerate(plan.tops):
        part = ctx.part(index / len(plan.tops), (index + 1) / len(plan.tops))
        image = _drawn(plan, top, draw, rtl=rtl, ctx=part)
        for rows in rows_of(image):
            ctx.check()
            yield rows


def rows_of(image: QImage) -> Iterator[NDArray[np.uint8]]:
    """Give the rows of a picture from its top, a few at a time, shape (height, width, 3)."""
    for first in range(0, image.height(), BAND_ROWS):
        yield _rows(image, first, min(BAND_ROWS, image.height() - first))


def _drawn(
    plan: StripPlan, top: int, draw: Callable[[Paper, Context], None], *, rtl: bool, ctx: Context
) -> QImage:
    rows = min(plan.rows, plan.height_px - top)
    image = QImage(plan.width_px, rows, QImage.Format.Format_RGB32)
    if image.isNull():
        raise OutputError("report.no-memory", rows=rows)
    image.fill(PAPER_COLOR)
    with painter_on(image) as painter:
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        painter.translate(0, -top)
        scale = plan.dpi / RESOLUTION_DPI
        painter.scale(scale, scale)
        # the stubs ask for a paged device, texts are laid out on any
        draw(Paper(image, painter, rtl=rtl), ctx)  # type: ignore[arg-type]
    return image


def _rows(image: QImage, first: int, count: int) -> NDArray[np.uint8]:
    """Return some rows of an image without its fourth byte."""
    held = np.frombuffer(image.constBits(), dtype=np.uint8)
    pixels = held.reshape(image.height(), image.bytesPerLine() // _BYTES_PER_PX, _BYTES_PER_PX)
    part = pixels[first : first + count, : image.width(), 2::-1]
    return np.ascontiguousarray(part)


def as_jpeg(rows: NDArray[np.uint8]) -> bytes:
    """Return rows, shape (height, width, 3), as a JPEG with the usual tables."""
    height, width, bands = rows.shape
    image = QImage(rows.data, width, height, width * bands, QImage.Format.Format_RGB888)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # the stubs ask for bytes, PySide6 6.11 takes text only
    image.save(buffer, "JPEG", JPEG_QUALITY)  # type: ignore[call-overload]
    return bytes(buffer.data().data())

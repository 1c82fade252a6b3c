"""Pictures: writing on them, and the profile of their colours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from PySide6.QtCore import QBuffer, QRectF, Qt
from PySide6.QtGui import QColor, QColorSpace, QFontMetricsF, QImage, QImageWriter, QPainter

from emadina_gis.report.pdf.lettering import POINTS_PER_INCH, Type, font_of


@contextmanager
def painter_on(image: QImage) -> Iterator[QPainter]:
    """Give a painter on a picture and end it."""
    painter = QPainter(image)
    try:
        yield painter
    finally:
        painter.end()


def write_in_corner(painter: QPainter, text: str, *, dpi: float, rtl: bool) -> None:
    """Write a line at the foot of a picture on a light ground, on the side reading starts."""
    font = font_of(Type(7.0, "medium"))
    font.setPixelSize(max(9, round(7.0 * dpi / POINTS_PER_INCH)))
    metrics = QFontMetricsF(font)
    pad = metrics.height() * 0.3
    width = metrics.horizontalAdvance(text) + 2 * pad
    height = metrics.height() + pad
    device = painter.device()
    x = device.width() - width if rtl else 0.0
    place = QRectF(x, device.height() - height, width, height)
    painter.fillRect(place, QColor(255, 255, 255, 215))
    painter.setFont(font)
    painter.setPen(QColor("#8a5a00"))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


def recoded(jpeg: bytes, size: tuple[int, int], quality: int) -> bytes:
    """Return a JPEG picture in another size and quality; nothing where it cannot be read."""
    image = QImage.fromData(jpeg)
    if image.isNull():
        return b""
    if (image.width(), image.height()) != size:
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(*size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, b"jpeg")
    writer.setQuality(quality)
    return bytes(buffer.data().data()) if writer.write(image) else b""


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """Return the colour profile of sRGB."""
    return bytes(QColorSpace(QColorSpace.NamedColorSpace.SRgb).iccProfile().data())

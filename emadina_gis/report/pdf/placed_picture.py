"""Pictures of the project on paper: PNG, JPEG and SVG kept as base 64, drawn into a box.

A picture keeps its proportions and stands in the middle of its box. One that cannot be read is
told to the caller and leaves the box empty.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSizeF
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtSvg import QSvgRenderer

from emadina_gis.report.layout import Box

if TYPE_CHECKING:
    from emadina_gis.report.pdf import Paper

#: Pictures of more pixels are not read: they would take more memory than a page is worth.
MOST_MEGABYTES = 512
_SVG_STARTS = (b"<svg", b"<?xml", b"<!--", b"\xef\xbb\xbf<", b"<!DOCTYPE svg")


def draw_picture(paper: Paper, box: Box, data: str) -> bool:
    """Draw a picture in a box; False where it cannot be read and nothing was drawn."""
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return False
    if content.lstrip().startswith(_SVG_STARTS):
        return _draw_svg(paper, box, content)
    return _draw_image(paper, box, content)


def _draw_svg(paper: Paper, box: Box, content: bytes) -> bool:
    renderer = QSvgRenderer()
    if not renderer.load(QByteArray(content)) or renderer.defaultSize().isEmpty():
        return False
    size = renderer.viewBoxF().size()
    if size.isEmpty():
        size = QSizeF(renderer.defaultSize())
    renderer.render(paper.painter, paper.device_rect(_held(box, size.width(), size.height())))
    return True


def _draw_image(paper: Paper, box: Box, content: bytes) -> bool:
    QImageReader.setAllocationLimit(MOST_MEGABYTES)
    image = QImage.fromData(QByteArray(content))
    if image.isNull():
        return False
    paper.painter.drawImage(paper.device_rect(_held(box, image.width(), image.height())), image)
    return True


def _held(box: Box, width: float, height: float) -> Box:
    """Return the largest box of some proportions in the middle of another."""
    factor = min(box.width / width, box.height / height)
    wide, high = width * factor, height * factor
    return Box(box.x + (box.width - wide) / 2, box.y + (box.height - high) / 2, wide, high)

"""Colour ramps in a list, each drawn beside its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap

from emadina_gis.analysis.palettes import RAMPS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtWidgets import QComboBox

    from emadina_gis.words import Words

RAMP_SIZE = QSize(96, 14)
SHADES = 12


def fill_ramps(
    box: QComboBox, words: Words, chosen: str, own: Iterable[tuple[float, str]] = ()
) -> None:
    """Offer the ramps; colours that are no ramp's are offered too, as they are."""
    box.clear()
    colors = tuple(color for _value, color in own)
    if colors and not chosen:
        box.addItem(ramp_icon(colors), words.text("style.own-colors"), "")
    for ramp_id, ramp in RAMPS.items():
        key = f"palette.{ramp_id}"
        name = words.text(key) if words.has(key) else ramp_id
        box.addItem(ramp_icon(ramp.colors(SHADES)), name, ramp_id)
    box.setCurrentIndex(box.findData(chosen))


def ramp_icon(colors: tuple[str, ...]) -> QIcon:
    """Return the picture of a ramp."""
    image = QImage(len(colors), 1, QImage.Format.Format_RGB32)
    for index, color in enumerate(colors):
        image.setPixelColor(index, 0, QColor(color))
    pixmap = QPixmap(RAMP_SIZE)
    painter = QPainter(pixmap)
    painter.drawImage(pixmap.rect(), image)
    painter.end()
    return QIcon(pixmap)

"""The values of a raster of classes: a colour and a name for each."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QColorDialog, QLineEdit, QPushButton, QWidget

from emadina_gis.app.controls import clear, column, row
from emadina_gis.domain.title import Title
from emadina_gis.render.raster_legend import value_text

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.style import RasterStyle

#: Lines that can be edited; further values keep their colours.
_MOST_LINES = 40
_CHIP = QSize(20, 14)
_VALUE_PX = 84


class RasterClasses(QWidget):
    """Values with their colours and names.

    Signals
    -------
    changed(RasterStyle)
        The style with another colour or name.
    """

    changed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._style: RasterStyle | None = None
        self.names: list[QLineEdit] = []
        self._lines = column(self, spacing=4)

    def show_style(self, style: RasterStyle) -> None:
        """Show the values of a style; a field that is being written in stays."""
        before, self._style = self._style, style if style.exact else None
        if not style.exact:
            return
        if before is not None and (before.stops, before.unit) == (style.stops, style.unit):
            return
        clear(self._lines)
        self.names = []
        for value, color in style.stops[:_MOST_LINES]:
            self._add(style, value, color)

    def _add(self, style: RasterStyle, value: float, color: str) -> None:
        speech = self._desk.speech
        said = value_text(value, style, self._desk.words)
        chip = QPushButton(f" {said}")
        chip.setProperty("look", "row")
        chip.setIcon(_chip(color))
        chip.setIconSize(_CHIP)
        chip.setMinimumWidth(_VALUE_PX)
        chip.setToolTip(speech.text("style.change-color"))
        chip.setAccessibleName(speech.text("style.color-of", name=said))
        chip.setCursor(Qt.CursorShape.PointingHandCursor)
        chip.clicked.connect(partial(self._pick, value, color))
        name = QLineEdit()
        title = style.name_of(value)
        name.setText("" if title is None else title.text(self._desk.words.language))
        name.setPlaceholderText(speech.text("style.raster.name"))
        name.setAccessibleName(speech.text("style.raster.name-of", value=said))
        name.editingFinished.connect(partial(self._rename, value, name))
        self.names.append(name)
        line = row(spacing=6)
        line.addWidget(chip)
        line.addWidget(name, 1)
        self._lines.addLayout(line)

    def _pick(self, value: float, color: str) -> None:
        title = self._desk.speech.text("style.change-color")
        chosen = QColorDialog.getColor(QColor(color), self, title)
        if chosen.isValid():
            self.recolor(value, chosen.name())

    def recolor(self, value: float, color: str) -> None:
        """Give a value another colour."""
        if self._style is not None:
            stops = tuple((v, color if v == value else c) for v, c in self._style.stops)
            self.changed.emit(replace(self._style, stops=stops))

    def _rename(self, value: float, field: QLineEdit) -> None:
        style, text = self._style, field.text().strip()
        if style is None or not field.isModified():
            return
        field.setModified(False)
        others = tuple(pair for pair in style.names if pair[0] != value)
        named = (*others, (value, Title.plain(text))) if text else others
        self.changed.emit(replace(style, names=tuple(sorted(named, key=lambda pair: pair[0]))))


def _chip(color: str) -> QIcon:
    pixmap = QPixmap(_CHIP)
    pixmap.fill(QColor(color))
    return QIcon(pixmap)

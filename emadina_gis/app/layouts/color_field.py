"""A colour of a frame or a text: those that paper needs, or any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QColorDialog, QComboBox

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.desk import Desk

#: Black, greys, white, and the inks of plans: red, brown, green, blue, the accent of sheets.
OFFERED = (
    "#22211f", "#68625b", "#c9c4bc", "#f3f2ef", "#ffffff", "#b3261e", "#8a5a00", "#2f6b3a",
    "#1f5a8c", "#0f766e",
)  # fmt: skip
OTHER = "other"
SWATCH_PX = 14


class ColorField(QComboBox):
    """A colour ``#rrggbb``; the first entry is none, which `none_key` names."""

    def __init__(
        self,
        desk: Desk,
        none_key: str,
        read: Callable[[], str],
        write: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._desk = desk
        self._none_key = none_key
        self._read = read
        self._write = write
        self.activated.connect(self._on_chosen)

    def show_value(self) -> None:
        """Show the colour that holds."""
        say, present = self._desk.speech.text, self._read()
        self.clear()
        self.addItem(say(self._none_key), "")
        for color in dict.fromkeys((*OFFERED, *([present.lower()] if present else []))):
            self.addItem(swatch(color), self._desk.words.isolated(color), color)
        self.addItem(say("layout-editor.other-color"), OTHER)
        self.setCurrentIndex(self.findData(present.lower()))

    def _on_chosen(self, _at: int) -> None:
        color = str(self.currentData())
        if color == OTHER:
            title = self._desk.speech.text("layout-editor.other-color")
            picked = QColorDialog.getColor(QColor(self._read() or "#ffffff"), self, title)
            color = picked.name() if picked.isValid() else self._read()
        if color != self._read():
            self._write(color)
        self.show_value()


def swatch(color: str) -> QIcon:
    """Return a square of a colour."""
    picture = QPixmap(SWATCH_PX, SWATCH_PX)
    picture.fill(QColor(color))
    return QIcon(picture)

"""A button that is its colour; beside it, where nothing may be drawn, one that takes it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QColorDialog, QToolButton, QWidget

from emadina_gis.app.controls import row

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk

SWATCH = QSize(26, 16)
SHARP = 2


class ColorButton(QWidget):
    """A colour ``#rrggbb``, or None where nothing is drawn; `picked` tells another one."""

    picked = Signal(object)

    def __init__(self, desk: Desk, key: str, *, may_be_none: bool = True) -> None:
        super().__init__()
        self._desk = desk
        self._color: str | None = None
        self.button = QToolButton()
        self.button.setIconSize(SWATCH)
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.clicked.connect(self._choose)
        desk.speech.bind(self.button, key, self.button.setToolTip, self.button.setAccessibleName)
        self.none = desk.voice.tool(
            "style.no-color", "x", lambda: self.picked.emit(None), "secondary"
        )
        line = row(self, spacing=2)
        line.addWidget(self.button)
        line.addWidget(self.none)
        self._may_be_none = may_be_none
        self.show_color(None)

    @property
    def color(self) -> str | None:
        """The colour shown."""
        return self._color

    def show_color(self, color: str | None) -> None:
        """Show another colour."""
        self._color = color
        self.button.setIcon(color_icon(color))
        self.none.setVisible(self._may_be_none and color is not None)

    def _choose(self) -> None:
        start = QColor(self._color or "#ffffff")
        chosen = QColorDialog.getColor(start, self, self.button.toolTip())
        if chosen.isValid():
            self.picked.emit(chosen.name())


def color_icon(color: str | None) -> QIcon:
    """Return a patch of a colour; a crossed one for none."""
    pixmap = QPixmap(SWATCH * SHARP)
    pixmap.fill(QColor(color) if color else QColor("#ffffff"))
    painter = QPainter(pixmap)
    painter.setPen(QPen(QColor("#908a81"), SHARP))
    painter.drawRect(pixmap.rect().adjusted(0, 0, -1, -1))
    if color is None:
        painter.drawLine(pixmap.rect().bottomLeft(), pixmap.rect().topRight())
    painter.end()
    pixmap.setDevicePixelRatio(SHARP)
    return QIcon(pixmap)

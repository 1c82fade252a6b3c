"""Rulers in millimetres beside the paper; in Arabic the level one starts at the right.

Each draws the part of the paper that is seen, the pointer, and the reach of what is chosen.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from emadina_gis.app.layouts.paper_scale import PaperScale, tick_mm

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from emadina_gis.app.theme import Theme

RULER_PX = 22
#: Ticks between numbers.
PARTS = 5


class Ruler(QWidget):
    """One ruler.

    Parameters
    ----------
    level : bool
        Above the paper, else beside it.
    """

    def __init__(self, theme: Theme, *, level: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._level = level
        self._scale = PaperScale()
        self._length_mm = 0.0
        self._from_right = False
        self._reach: tuple[float, float] | None = None
        self._pointer: float | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self.update)

    def show_scale(self, scale: PaperScale, length_mm: float, *, from_right: bool) -> None:
        """Measure a paper at a scale; from the right edge where the page is mirrored."""
        self._scale, self._length_mm, self._from_right = scale, length_mm, from_right
        self.update()

    def show_reach(self, reach: tuple[float, float] | None) -> None:
        """Mark from where to where something reaches, in millimetres."""
        if reach != self._reach:
            self._reach = reach
            self.update()

    def show_pointer(self, at_mm: float | None) -> None:
        """Mark the pointer."""
        self._pointer = at_mm
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("panel"))
        if self._reach is not None:
            low, high = (self._at(value) for value in self._reach)
            painter.fillRect(self._stretch(low, high), self._theme.color("accent_soft"))
        self._draw_ticks(painter)
        if self._pointer is not None:
            painter.setPen(QPen(self._theme.color("accent"), 1.0))
            self._tick(painter, self._at(self._pointer), RULER_PX)
        painter.setPen(QPen(self._theme.color("line"), 1.0))
        edge = RULER_PX - 1
        if self._level:
            painter.drawLine(0, edge, self.width(), edge)
        else:
            painter.drawLine(edge, 0, edge, self.height())
        painter.end()

    def _draw_ticks(self, painter: QPainter) -> None:
        step = tick_mm(self._scale.px_per_mm)
        small = step / PARTS
        painter.setFont(self._theme.font(9))
        pen = QPen(self._theme.color("secondary"), 1.0)
        painter.setPen(pen)
        for index in range(math.floor(self._length_mm / small + 1e-6) + 1):
            value = index * small
            at = self._at(self._length_mm - value if self._from_right else value)
            is_whole = index % PARTS == 0
            self._tick(painter, at, 8 if is_whole else 4)
            if is_whole:
                self._number(painter, at, str(round(value)))

    def _tick(self, painter: QPainter, at: float, long: float) -> None:
        edge = float(RULER_PX)
        if self._level:
            painter.drawLine(QPointF(at, edge - long), QPointF(at, edge))
        else:
            painter.drawLine(QPointF(edge - long, at), QPointF(edge, at))

    def _number(self, painter: QPainter, at: float, text: str) -> None:
        flags = Qt.AlignmentFlag.AlignCenter
        if self._level:
            painter.drawText(QRectF(at - 25, 0, 50, 13), flags, text)
            return
        painter.save()
        painter.translate(6.5, at)
        painter.rotate(-90)
        painter.drawText(QRectF(-25, -6.5, 50, 13), flags, text)
        painter.restore()

    def _at(self, value_mm: float) -> float:
        x, y = self._scale.to_view(value_mm, value_mm)
        return x if self._level else y

    def _stretch(self, low: float, high: float) -> QRectF:
        if self._level:
            return QRectF(low, 0, high - low, RULER_PX)
        return QRectF(0, low, RULER_PX, high - low)

"""Bars of a column's values: classes of numbers side by side, or values one under the other.

Owns the drawing; a bar that is clicked is told. Knows no rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from emadina_gis.app.announcer import announce

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from emadina_gis.analysis.column_figures import Bar
    from emadina_gis.app.desk import Desk

HEIGHT_PX = 120
ROW_PX = 24
_FOOT_PX = 20
_GAP_PX = 1.5
#: Numbers run from left to right in every language, values from top to bottom.
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class ColumnBars(QWidget):
    """Classes as columns, values as rows; `clicked` gives the number of a bar."""

    clicked = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._bars: tuple[Bar, ...] = ()
        self._texts: tuple[str, ...] = ()
        self._ends = ("", "")
        self._upright = True
        self._hovered = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        desk.speech.bind(self, "figures.title", self.setAccessibleName)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        desk.theme.bind(self, self.update)

    def show_bars(
        self,
        bars: tuple[Bar, ...],
        texts: tuple[str, ...],
        *,
        upright: bool,
        ends: tuple[str, str] = ("", ""),
    ) -> None:
        """Show bars.

        Parameters
        ----------
        texts : tuple of str
            What each bar says: its value, or, of a class, the tooltip.
        upright : bool
            Classes of numbers stand side by side; values lie one under the other.
        ends : tuple of str
            Numbers under the first and the last class.
        """
        self._bars, self._texts, self._upright, self._ends = bars, texts, upright, ends
        self._hovered = -1
        self.setFixedHeight(self.sizeHint().height())
        self.setAccessibleDescription("; ".join(texts))
        self.update()

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        if self._upright:
            return QSize(200, px(HEIGHT_PX))
        return QSize(200, max(px(ROW_PX) * len(self._bars), 1))

    # --- places -------------------------------------------------------------------------------

    def _rect(self, number: int) -> QRectF:
        """Return the room of a bar, all of its height or width."""
        count = max(len(self._bars), 1)
        if self._upright:  # numbers run from left to right in every language
            width = self.width() / count
            return QRectF(number * width, 0, width, self.height() - self._desk.theme.px(_FOOT_PX))
        height = self.height() / count
        return QRectF(0, number * height, self.width(), height)

    def _at(self, event: QMouseEvent) -> int:
        place = event.position()
        rects = (self._rect(number) for number in range(len(self._bars)))
        return next((n for n, rect in enumerate(rects) if rect.contains(place)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self._at(event)
        if number != self._hovered:
            self._hovered = number
            self.update()
        if number >= 0:
            QToolTip.showText(event.globalPosition().toPoint(), self._texts[number], self)

    def leaveEvent(self, event: object) -> None:
        self._hovered = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number = self._at(event)
        if number >= 0:
            self.clicked.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from bar to bar and say what it is; Enter clicks it."""
        step = _STEPS.get(Qt.Key(event.key()), 0)
        if step and self._bars:
            self._hovered = min(max(self._hovered + step, 0), len(self._bars) - 1)
            announce(self, self._texts[self._hovered])
            self.update()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._hovered >= 0:
            self.clicked.emit(self._hovered)
        else:
            super().keyPressEvent(event)

    # --- painting -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max(*(bar.count for bar in self._bars), 1)
        for number, bar in enumerate(self._bars):
            if self._upright:
                self._paint_class(painter, number, bar.count / most)
            else:
                self._paint_value(painter, number, bar.count / most)
        if self._upright:
            self._paint_ends(painter)
        painter.end()

    def _ink(self, number: int) -> str:
        return "accent_hover" if number == self._hovered else "accent"

    def _paint_class(self, painter: QPainter, number: int, share: float) -> None:
        room = self._rect(number)
        height = max(room.height() * share, 2.0 if share else 0.0)
        bar = QRectF(
            room.left() + _GAP_PX / 2, room.bottom() - height, room.width() - _GAP_PX, height
        )
        painter.fillRect(bar, self._desk.theme.color(self._ink(number)))
        line = QRectF(room.left(), room.bottom(), room.width(), 1)
        painter.fillRect(line, self._desk.theme.color("line_strong"))

    def _paint_ends(self, painter: QPainter) -> None:
        painter.setPen(self._desk.theme.color("secondary"))
        painter.setFont(self._desk.theme.font(12))
        height = self._desk.theme.px(_FOOT_PX)
        foot = QRectF(0, self.height() - height, self.width(), height)
        bottom = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(foot, bottom | Qt.AlignmentFlag.AlignLeft, self._ends[0])
        painter.drawText(foot, bottom | Qt.AlignmentFlag.AlignRight, self._ends[1])

    def _paint_value(self, painter: QPainter, number: int, share: float) -> None:
        room = self._rect(number).adjusted(0, 1, 0, -1)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        width = room.width() * share
        left = room.right() - width if rtl else room.left()
        ink = "pressed" if number == self._hovered else "accent_soft"
        painter.fillRect(
            QRectF(left, room.top(), width, room.height()), self._desk.theme.color(ink)
        )
        painter.setPen(self._desk.theme.color("text"))
        painter.setFont(self._desk.theme.font())
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        metrics = painter.fontMetrics()
        inside = room.adjusted(6, 0, -6, 0)
        text = metrics.elidedText(
            self._texts[number], Qt.TextElideMode.ElideMiddle, int(inside.width())
        )
        painter.drawText(inside, flags, text)

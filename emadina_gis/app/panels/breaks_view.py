"""The histogram of a column with the bounds of its classes, which can be dragged.

Owns painting and gestures. What the histogram is comes from `analysis.histogram`, what a moved
bound makes of the classes from `analysis.break_edits`. Mirrors with the language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from emadina_gis.analysis.break_edits import joined, moved, split

if TYPE_CHECKING:
    from emadina_gis.analysis.histogram import Histogram
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.symbology import Graduated

HEIGHT_PX = 132
TOP_PX, BOTTOM_PX, SIDE_PX = 20, 20, 6
GRIP_PX = 7.0
HANDLE_PX = 5.0
#: A key moves a bound by this part of the axis; with Shift by a tenth of it.
STEP, FINE = 0.01, 0.001


class BreaksView(QWidget):
    """Bars and bounds.

    Signals
    -------
    dragged(Graduated)
        The classes while a bound is being dragged.
    released(Graduated)
        The classes when it is let go, or moved by a key.
    dropped()
        A drag ended without a change.
    chosen(int)
        Another bound is the one that keys move.
    """

    dragged = Signal(object)
    released = Signal(object)
    dropped = Signal()
    chosen = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._histogram: Histogram | None = None
        self._symbology: Graduated | None = None
        self._before: Graduated | None = None
        self.active = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        desk.speech.bind(self, "style.breaks-help", self.setAccessibleName)
        desk.theme.changed.connect(self.update)
        desk.speech.changed.connect(self._tell)

    @property
    def symbology(self) -> Graduated | None:
        """The classes as they are shown: those of the drag, while there is one."""
        return self._symbology

    @property
    def is_dragging(self) -> bool:
        """Whether a bound is held."""
        return self._before is not None

    def show_classes(self, symbology: Graduated | None, histogram: Histogram | None) -> None:
        """Show other classes, and the values they are of; a drag goes on as it is."""
        self._histogram = histogram
        if not self.is_dragging:
            self._symbology = symbology
        self.active = min(max(self.active, 1), max(self._last_inner, 1))
        self._tell()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, self._desk.theme.px(HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self._desk.theme.px(HEIGHT_PX))

    @property
    def _last_inner(self) -> int:
        return 0 if self._symbology is None else len(self._symbology.breaks) - 2

    # --- where things are -------------------------------------------------------------------------

    @property
    def _rect(self) -> QRectF:
        top, bottom = self._desk.theme.px(TOP_PX), self._desk.theme.px(BOTTOM_PX)
        return QRectF(self.rect()).adjusted(SIDE_PX, top, -SIDE_PX, -bottom)

    def x_of(self, value: float) -> float:
        """Return where a value stands, in pixels of the widget."""
        place = self._histogram.place(value) if self._histogram else 0.0
        rect = self._rect
        return (
            rect.right() - place * rect.width()
            if self._rtl
            else (rect.left() + place * rect.width())
        )

    def value_at(self, x: float) -> float:
        """Return the value at a place of the widget."""
        rect = self._rect
        share = (rect.right() - x if self._rtl else x - rect.left()) / max(rect.width(), 1.0)
        return self._histogram.value_at(share) if self._histogram else 0.0

    @property
    def _rtl(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _handle_at(self, x: float) -> int:
        """Return the inner bound at a place; 0 for none."""
        if self._symbology is None or self._histogram is None:
            return 0
        inner = range(1, self._last_inner + 1)
        near = [(abs(self.x_of(self._symbology.breaks[i]) - x), i) for i in inner]
        distance, index = min(near, default=(GRIP_PX + 1, 0))
        return index if distance <= GRIP_PX else 0

    # --- the hand ---------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._handle_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and index:
            self._before = self._symbology
            self._choose(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._before is None or self._symbology is None:
            over = self._handle_at(x)
            shape = Qt.CursorShape.SplitHCursor if over else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            return
        changed = moved(self._symbology, self.active, self._between(self.value_at(x)))
        if changed != self._symbology:
            self._symbology = changed
            self._tell()
            self.update()
            self.dragged.emit(changed)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        before, self._before = self._before, None
        if before is not None and self._symbology != before:
            self.released.emit(self._symbology)
        elif before is not None:
            self.dropped.emit()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._before is not None:
            self._before = None
            self.dropped.emit()
        index = self._handle_at(x)
        if index:
            self._choose(index)
            self.join()
        elif self._symbology is not None:
            self._put(split(self._symbology, self._rounded(self.value_at(x))))

    def _rounded(self, value: float) -> float:
        """Return a value as exact as a pixel of the axis is."""
        digits = self._digits(value)
        return round(value, digits)

    def _between(self, value: float) -> float:
        """Return a value so rounded, between the neighbours of the active bound."""
        digits = self._digits(value)
        found = round(value, digits)
        if self._symbology is None:
            return found
        breaks, step = self._symbology.breaks, 10.0**-digits
        low, high = breaks[self.active - 1] + step, breaks[self.active + 1] - step
        return round(min(max(found, low), high), digits) if low < high else value

    def _digits(self, value: float) -> int:
        """Return the decimals that a pixel of the axis tells apart."""
        x = self.x_of(value)
        span = abs(self.value_at(x + 1) - self.value_at(x - 1)) / 2
        return int(np.clip(-np.floor(np.log10(span)), -12, 12)) if span > 0 else 12

    # --- keys -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self._before is not None:
            self._symbology, self._before = self._before, None
            self.dropped.emit()
            self.update()
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step((FINE if fine else STEP) * (1 if key == Qt.Key.Key_Right else -1))
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_PageUp}:
            self._choose(min(self.active + 1, self._last_inner))
        elif key in {Qt.Key.Key_Down, Qt.Key.Key_PageDown}:
            self._choose(max(self.active - 1, 1))
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.join()
        elif key in {Qt.Key.Key_Insert, Qt.Key.Key_Plus}:
            self.divide()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def join(self) -> None:
        """Take the active bound away."""
        if self._symbology is not None:
            self._put(joined(self._symbology, self.active))

    def divide(self) -> None:
        """Put a bound into the middle of the class above the active one."""
        if self._symbology is None or self._histogram is None:
            return
        index = min(self.active, len(self._symbology.breaks) - 2)
        low, high = self._symbology.breaks[index : index + 2]
        places = self._histogram.place(low), self._histogram.place(high)
        self._put(split(self._symbology, self._rounded(self._histogram.value_at(sum(places) / 2))))

    def move_to(self, value: float) -> None:
        """Put the active bound to a value."""
        if self._symbology is not None:
            self._put(moved(self._symbology, self.active, value))

    def _step(self, share: float) -> None:
        if self._symbology is None or self._histogram is None or not self._last_inner:
            return
        place = self._histogram.place(self._symbology.breaks[self.active])
        place += -share if self._rtl else share
        self.move_to(self._rounded(self._histogram.value_at(place)))

    def _put(self, symbology: Graduated) -> None:
        if symbology != self._symbology:
            self._symbology = symbology
            self._choose(min(max(self.active, 1), max(self._last_inner, 1)))
            self.released.emit(symbology)

    def _choose(self, index: int) -> None:
        self.active = index
        self.chosen.emit(index)
        self._tell()
        self.update()

    # --- what is shown ----------------------------------------------------------------------------

    def _tell(self) -> None:
        """Say the bounds and how many values are in each class, for screen readers."""
        if self._symbology is None or self._histogram is None:
            self.setAccessibleDescription("")
            return
        words, symbology = self._desk.words, self._symbology
        counts = self._histogram.class_counts(symbology.breaks)
        told = [
            words.text(
                "style.class-count",
                span=words.span(low, high, "", symbology.decimals),
                count=words.number(count),
            )
            for low, high, count in zip(
                symbology.breaks, symbology.breaks[1:], counts, strict=False
            )
        ]
        self.setAccessibleDescription("\n".join(told))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._desk.theme.font(11))
        if self._histogram is None or self._symbology is None:
            painter.setPen(self._desk.theme.color("secondary"))
            text = self._desk.speech.text("style.breaks.counting")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
            painter.end()
            return
        self._paint_bars(painter, self._histogram, self._symbology)
        self._paint_bounds(painter, self._symbology)
        self._paint_counts(painter, self._histogram, self._symbology)
        self._paint_ends(painter, self._histogram, self._symbology)
        painter.end()

    def _paint_bars(self, painter: QPainter, shown: Histogram, symbology: Graduated) -> None:
        """Draw a bar per bin, in the colour of the class of its middle; heights by square root."""
        rect = self._rect
        heights = np.sqrt(shown.counts / max(int(shown.counts.max()), 1)) * rect.height()
        middles = [shown.value_at((i + 0.5) / len(heights)) for i in range(len(heights))]
        inner = np.asarray(symbology.breaks[1:-1])
        classes = np.searchsorted(inner, middles, side="left").tolist()
        xs = [self.x_of(float(edge)) for edge in shown.edges]
        painter.setPen(Qt.PenStyle.NoPen)
        outline = QPen(self._desk.theme.color("line_strong"), 1)
        for index, (height, number) in enumerate(zip(heights.tolist(), classes, strict=True)):
            if height <= 0:
                continue
            left, right = sorted(xs[index : index + 2])
            bar = QRectF(left, rect.bottom() - max(height, 1.0), right - left, max(height, 1.0))
            painter.fillRect(bar, QColor(symbology.colors[min(number, len(symbology.colors) - 1)]))
        painter.setPen(outline)
        tops = (rect.bottom() - heights).tolist()
        pairs = zip(xs, xs[1:], tops, strict=False)
        steps = [QPointF(x, top) for left, right, top in pairs for x in (left, right)]
        painter.drawPolyline(QPolygonF(steps))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def _paint_bounds(self, painter: QPainter, symbology: Graduated) -> None:
        theme, rect = self._desk.theme, self._rect
        for index in range(1, self._last_inner + 1):
            x = self.x_of(symbology.breaks[index])
            is_active = index == self.active and (self.hasFocus() or self.is_dragging)
            ink = theme.color("accent" if is_active else "text")
            painter.setPen(QPen(ink, 2.0 if is_active else 1.2))
            painter.drawLine(QPointF(x, rect.top() - 2), QPointF(x, rect.bottom()))
            painter.setBrush(ink)
            grip = HANDLE_PX + (1.5 if is_active else 0.0)
            tip = QPointF(x, rect.bottom())
            painter.drawPolygon(QPolygonF([tip, tip + QPointF(-grip, grip * 1.4),
                                           tip + QPointF(grip, grip * 1.4)]))  # fmt: skip
            if is_active:
                self._paint_value(painter, x, symbology)

    def _paint_value(self, painter: QPainter, x: float, symbology: Graduated) -> None:
        """Say the active bound above it."""
        text = self._desk.words.number(symbology.breaks[self.active], symbology.decimals)
        width = painter.fontMetrics().horizontalAdvance(text) + 4
        left = min(max(x - width / 2, 0.0), self.width() - width)
        box = QRectF(left, 0.0, width, self._rect.top() - 2)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_counts(self, painter: QPainter, shown: Histogram, symbology: Graduated) -> None:
        """Say how many values are in each class, over it where there is room."""
        painter.setPen(self._desk.theme.color("text"))
        metrics, top = painter.fontMetrics(), self._rect.top()
        counts = shown.class_counts(symbology.breaks)
        ends = [self.x_of(value) for value in symbology.breaks]
        for count, first, last in zip(counts, ends, ends[1:], strict=False):
            text = self._desk.words.number(count)
            left, width = min(first, last), abs(last - first)
            if metrics.horizontalAdvance(text) + 6 <= width:
                box = QRectF(left, top, width, metrics.height())
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_ends(self, painter: QPainter, shown: Histogram, symbology: Graduated) -> None:
        """Say the smallest and the largest value under the ends of the axis."""
        words, rect = self._desk.words, self._rect
        painter.setPen(self._desk.theme.color("secondary"))
        box = QRectF(0, rect.bottom() + 7, self.width(), self.height() - rect.bottom() - 7)
        low, high = (words.number(v, symbology.decimals) for v in (shown.low, shown.high))
        left, right = (high, low) if self._rtl else (low, high)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignLeft, left)
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, right)

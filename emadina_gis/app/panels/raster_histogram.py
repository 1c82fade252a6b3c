"""The histogram of a raster with its colours: two handles set the range that they span."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from emadina_gis.render.raster_colors import Colorizer

if TYPE_CHECKING:
    from emadina_gis.analysis.raster_styles import ValueSummary
    from emadina_gis.app.theme import Theme
    from emadina_gis.domain.style import RasterStyle

HEIGHT_PX = 92
_SIDE_PX = 8
_HANDLE_PX = 5
_NEAR_PX = 10
_BAR_ROOM_PX = 12


class RasterHistogram(QWidget):
    """How many pixels have which value; hidden while nothing is known.

    Signals
    -------
    dragged(float, float)
        Another range, while a handle is moved.
    """

    dragged = Signal(float, float)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._summary: ValueSummary | None = None
        self._style: RasterStyle | None = None
        self._range = (0.0, 1.0)
        self._held = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        theme.bind(self, self.update)

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT_PX)

    def show_values(
        self, summary: ValueSummary | None, style: RasterStyle, span: tuple[float, float]
    ) -> None:
        """Show what the values are like, in the colours of a style over a range."""
        self._summary, self._style = summary, style
        if self._held < 0:
            self._range = span
        self.setVisible(summary is not None and not style.color_bands)
        self.update()

    # --- places

    @property
    def _ends(self) -> tuple[float, float]:
        summary = self._summary
        assert summary is not None
        low, high = min(summary.minimum, self._range[0]), max(summary.maximum, self._range[1])
        return low, high if high > low else low + 1.0

    def x_of(self, value: float) -> float:
        """Return where a value lies, in pixels."""
        low, high = self._ends
        return _SIDE_PX + (value - low) / (high - low) * (self.width() - 2 * _SIDE_PX)

    def _value_at(self, x: float) -> float:
        low, high = self._ends
        share = (x - _SIDE_PX) / max(self.width() - 2 * _SIDE_PX, 1)
        return low + min(max(share, 0.0), 1.0) * (high - low)

    # --- hands

    def _near(self, x: float) -> int:
        misses = [abs(self.x_of(value) - x) for value in self._range]
        nearest = int(np.argmin(misses))
        return nearest if misses[nearest] <= _NEAR_PX else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._summary is not None and event.button() == Qt.MouseButton.LeftButton:
            self._held = self._near(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._summary is None:
            return
        x = event.position().x()
        if self._held < 0:
            near = self._near(x) >= 0
            self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)
            return
        low, high = self._range
        value = self._value_at(x)
        self._range = (value, high) if self._held == 0 else (low, value)
        if self._range[0] < self._range[1]:
            self.dragged.emit(*self._range)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self._held = -1

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._summary is None or self._style is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        floor = self.height() - _BAR_ROOM_PX
        self._paint_bars(painter, floor)
        self._paint_colors(painter, floor)
        ink = self._theme.color("text")
        for value in self._range:
            self._paint_handle(painter, self.x_of(value), floor, ink)
        painter.end()

    def _paint_bars(self, painter: QPainter, floor: float) -> None:
        summary = self._summary
        assert summary is not None
        counts = np.sqrt(summary.counts)  # so that rare values are seen beside frequent ones
        tallest = max(float(counts.max()), 1.0)
        edges = np.linspace(summary.minimum, max(summary.maximum, summary.minimum + 1e-12),
                            len(counts) + 1)  # fmt: skip
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("secondary"))
        painter.setOpacity(0.55)
        for count, left, right in zip(counts.tolist(), edges[:-1], edges[1:], strict=True):
            x0, x1 = self.x_of(float(left)), self.x_of(float(right))
            high = count / tallest * (floor - 8)
            painter.drawRect(QRectF(x0, floor - high, max(x1 - x0 - 0.5, 0.7), high))
        painter.setOpacity(1.0)

    def _paint_colors(self, painter: QPainter, floor: float) -> None:
        """Paint the colour of each value under the bars."""
        assert self._style is not None
        low, high = self._ends
        count = max(self.width() - 2 * _SIDE_PX, 2)
        values = np.linspace(low, high, count, dtype=np.float32)[None, None]
        known = np.ones((1, count), dtype=bool)
        shown = Colorizer(self._style, (low, high)).rgba(values, known)[0]
        for place, (red, green, blue, alpha) in enumerate(shown.tolist()):
            painter.fillRect(QRectF(_SIDE_PX + place, floor + 2, 1.5, 8),
                             QColor(red, green, blue, alpha))  # fmt: skip

    @staticmethod
    def _paint_handle(painter: QPainter, x: float, floor: float, ink: QColor) -> None:
        painter.setPen(QPen(ink, 1.4))
        painter.drawLine(QPointF(x, 2), QPointF(x, floor))
        painter.setBrush(ink)
        painter.setPen(Qt.PenStyle.NoPen)
        top = QPolygonF(
            [QPointF(x - _HANDLE_PX, 0), QPointF(x + _HANDLE_PX, 0), QPointF(x, _HANDLE_PX + 3)]
        )
        painter.drawPolygon(top)

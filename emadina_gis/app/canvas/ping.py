"""``Ping``: marks a place that one went to, for a moment: a ring that closes in on it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPen

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from emadina_gis.app.canvas.gestures import MapView
    from emadina_gis.app.canvas.veil import Veil
    from emadina_gis.domain.extent import Extent

NAME = "ping"
STEP_MS = 40
CLOSING_S = 0.7
LASTS_S = 3.5
LEAST_PX = 13.0
_WIDE = 3.0
_CROSS_PX = 6.0


class Ping(QObject):
    """Draws a ring around an extent of the map; a point gets a cross in it."""

    def __init__(self, veil: Veil) -> None:
        super().__init__(veil)
        self._veil = veil
        self._extent: Extent | None = None
        self._is_point = False
        self._began_s = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(STEP_MS)
        self._timer.timeout.connect(self._step)

    def show(self, extent: Extent, *, is_point: bool) -> None:
        """Mark an extent, in the map's CRS."""
        self._extent, self._is_point = extent, is_point
        self._began_s = time.monotonic()
        self._veil.put(NAME, self)
        self._timer.start()

    def stop(self) -> None:
        """Mark nothing."""
        self._timer.stop()
        self._extent = None
        self._veil.put(NAME, None)

    def _step(self) -> None:
        past_s = time.monotonic() - self._began_s
        if past_s > LASTS_S:
            self.stop()
        elif past_s < CLOSING_S + 2 * STEP_MS / 1000:
            self._veil.update(self._reach())

    def _reach(self) -> QRect:
        """Return the part of the map that the ring may touch."""
        box = self._box(self._veil.view, _WIDE)
        return box.adjusted(-4, -4, 4, 4).toAlignedRect().intersected(self._veil.rect())

    def _box(self, view: MapView, factor: float) -> QRectF:
        if self._extent is None:
            return QRectF()
        x, y = view.viewport.to_screen(*self._extent.center)
        units = view.viewport.units_per_px
        half = [LEAST_PX, LEAST_PX]
        if not self._is_point:
            half = [
                max(size / units / 2 + 6.0, LEAST_PX)
                for size in (self._extent.width, self._extent.height)
            ]
        half = [size * factor for size in half]
        return QRectF(x - half[0], y - half[1], 2 * half[0], 2 * half[1])

    def paint(self, view: MapView, painter: QPainter) -> None:
        """Draw the ring as it is now."""
        share = min((time.monotonic() - self._began_s) / CLOSING_S, 1.0)
        box = self._box(view, _WIDE + (1.0 - _WIDE) * share)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((view.colors.casing, 5.0), (view.colors.accent, 2.6)):
            painter.setPen(QPen(QColor(color), width))
            radius = min(box.width(), box.height()) / 2 if self._is_point else 8.0
            painter.drawRoundedRect(box, radius, radius)
            if self._is_point:
                middle = box.center()
                painter.drawLine(middle - QPointF(_CROSS_PX, 0), middle + QPointF(_CROSS_PX, 0))
                painter.drawLine(middle - QPointF(0, _CROSS_PX), middle + QPointF(0, _CROSS_PX))

"""Measuring lengths and areas on the plane of the map's CRS, with a live text beside the cursor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF

from emadina_gis.app.canvas.gestures import Gesture, MapView
from emadina_gis.app.canvas.speech_bubble import draw_bubble

if TYPE_CHECKING:
    from emadina_gis.words import Words

_KM_FROM_M = 10_000.0
_HA_FROM_M2 = 10_000.0
_KM2_FROM_M2 = 10_000_000.0


@dataclass(frozen=True)
class Measurement:
    """What was measured, planar in the map's CRS.

    Attributes
    ----------
    length_m : float
        Length of the line, or perimeter of the polygon.
    area_m2 : float or None
        Area of the polygon; None for a line.
    """

    length_m: float
    area_m2: float | None = None


def measured_line(points: list[tuple[float, float]], unit_m: float) -> Measurement:
    """Return the length of a line through map points."""
    xy = np.array(points, dtype=np.float64).reshape(-1, 2)
    steps = np.hypot(*np.diff(xy, axis=0).T) if len(xy) > 1 else np.zeros(0)
    return Measurement(float(steps.sum()) * unit_m)


def measured_polygon(points: list[tuple[float, float]], unit_m: float) -> Measurement:
    """Return perimeter and area (shoelace formula about the first point) of a polygon."""
    closed = [*points, points[0]] if points else []
    length = measured_line(closed, unit_m).length_m
    xy = np.array(points, dtype=np.float64).reshape(-1, 2)
    if len(xy) < 3:
        return Measurement(length, 0.0)
    x, y = (xy - xy[0]).T
    double_area = float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
    return Measurement(length, abs(double_area) / 2 * unit_m**2)


def measure_text(measurement: Measurement, words: Words) -> str:
    """Return the sentence shown beside the cursor."""
    length = _length_text(measurement.length_m, words)
    if measurement.area_m2 is None:
        return words.text("canvas.measure.length", length=length)
    area = _area_text(measurement.area_m2, words)
    return words.text("canvas.measure.area", area=area, length=length)


def _length_text(length_m: float, words: Words) -> str:
    if length_m >= _KM_FROM_M:
        return words.quantity(length_m / 1000, "km", 2)
    return words.quantity(length_m, "m", 1 if length_m < 100 else 0)


def _area_text(area_m2: float, words: Words) -> str:
    if area_m2 >= _KM2_FROM_M2:
        return words.quantity(area_m2 / 1e6, "km2", 2)
    if area_m2 >= _HA_FROM_M2:
        return words.quantity(area_m2 / 1e4, "ha", 2)
    return words.quantity(area_m2, "m2")


class _Measure(Gesture):
    """Points by clicks; a double click or Enter ends, Backspace takes one back, Esc forgets."""

    cursor = Qt.CursorShape.CrossCursor
    is_area = False

    def __init__(self) -> None:
        self._points: list[tuple[float, float]] = []
        self._hover: tuple[float, float] | None = None
        self._ended = False

    @property
    def points(self) -> list[tuple[float, float]]:
        """Map points measured through, the one under the cursor included until the end."""
        moving = [] if self._ended or self._hover is None else [self._hover]
        return self._points + (moving if self._points else [])

    def press(self, view: MapView, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        if self._ended:
            self._points, self._ended = [], False
        self._points.append(self._at(view, event))
        self._changed(view)
        return True

    def move(self, view: MapView, event: QMouseEvent) -> bool:
        self._hover = self._at(view, event)
        if self._points:
            self._changed(view)
        return False

    def release(self, view: MapView, event: QMouseEvent) -> bool:
        return event.button() == Qt.MouseButton.LeftButton

    def double_click(self, view: MapView, event: QMouseEvent) -> bool:
        self._end(view)
        return True

    def key(self, view: MapView, event: QKeyEvent) -> bool:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._points:
            self._end(view)
        elif event.key() == Qt.Key.Key_Backspace and self._points:
            self._points.pop()
            self._changed(view)
        else:
            return False
        return True

    def cancel(self, view: MapView) -> None:
        self._points, self._hover, self._ended = [], None, False
        view.refresh()

    def measurement(self, unit_m: float) -> Measurement:
        """Return what the present points measure."""
        return (measured_polygon if self.is_area else measured_line)(self.points, unit_m)

    def paint(self, view: MapView, painter: QPainter) -> None:
        points = [QPointF(*view.viewport.to_screen(x, y)) for x, y in self.points]
        if not points:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for color, width in ((view.colors.casing, 4.5), (view.colors.accent, 2.0)):
            painter.setPen(QPen(QColor(color), width, j=Qt.PenJoinStyle.RoundJoin))
            self._draw_shape(painter, view, points)
        for point in points:
            painter.setBrush(QColor(view.colors.casing))
            painter.drawEllipse(point, 3.0, 3.0)
        text = measure_text(self.measurement(view.map_crs.unit_m), view.words)
        draw_bubble(painter, points[-1], text, view.colors, view.viewport)

    def _draw_shape(self, painter: QPainter, view: MapView, points: list[QPointF]) -> None:
        if not self.is_area:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(points))
            return
        tint = QColor(view.colors.accent)
        tint.setAlpha(24)
        painter.setBrush(tint)
        painter.drawPolygon(QPolygonF(points))

    def _at(self, view: MapView, event: QMouseEvent) -> tuple[float, float]:
        return view.viewport.to_map(event.position().x(), event.position().y())

    def _end(self, view: MapView) -> None:
        if len(self._points) > 1 and self._points[-1] == self._points[-2]:
            self._points.pop()
        self._ended = True
        self._changed(view)

    def _changed(self, view: MapView) -> None:
        view.report_measure(self.measurement(view.map_crs.unit_m))
        view.refresh()


class MeasureLength(_Measure):
    """Length along a line."""


class MeasureArea(_Measure):
    """Area and perimeter of a polygon."""

    is_area = True

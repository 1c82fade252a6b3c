"""Measuring on the map: points by clicks that snap to what is drawn, with a text at the cursor.

What lies between the points is ``domain.measuring``'s; what is kept is ``measure_board``'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen

from emadina_gis.app.canvas.gestures import Gesture, MapView
from emadina_gis.app.canvas.measure_board import draw_shape
from emadina_gis.app.canvas.speech_bubble import draw_bubble
from emadina_gis.app.models.measures import GON, cursor_lines
from emadina_gis.domain.measuring import Measurement, measured
from emadina_gis.render.vertex_snap import Snap, nearest_snap

if TYPE_CHECKING:
    from emadina_gis.app.canvas.measure_board import MeasureBoard
    from emadina_gis.domain.crs import Crs

SNAP_PX = 9.0
_MARK_PX = 5.5
#: Room around a text at the cursor, and what tools at the side of the map take.
_TEXT_ROOM_PX, _TOOLS_PX = 48.0, 60.0


class _Measure(Gesture):
    """Points by clicks; a double click or Enter ends, Backspace takes one back, Esc forgets.

    Control leaves a point where it was clicked, beside what is drawn.
    """

    cursor = Qt.CursorShape.CrossCursor
    is_area = False
    snaps = True

    def __init__(self, board: MeasureBoard | None = None) -> None:
        self._board = board
        self._points: list[tuple[float, float]] = []
        self._hover: tuple[float, float] | None = None
        self._snap: Snap | None = None
        self._ended = False

    @property
    def points(self) -> list[tuple[float, float]]:
        """Map points measured through, the one under the cursor included until the end."""
        moving = [] if self._ended or self._hover is None else [self._hover]
        return self._points + (moving if self._points else [])

    @property
    def last_point(self) -> tuple[float, float] | None:
        """The point that was clicked or typed last, None before the first one."""
        return self._points[-1] if self._points and not self._ended else None

    def press(self, view: MapView, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        self.add_point(view, self._at(view, event))
        return True

    def add_point(self, view: MapView, point: tuple[float, float]) -> None:
        """Measure on to a point of the map."""
        if self._ended:
            self._points, self._ended = [], False
        self._points.append(point)
        self._hover = None
        self._changed(view)

    def take_back(self, view: MapView) -> None:
        """Take the last point back."""
        if self._points and not self._ended:
            self._points.pop()
            self._changed(view)

    def move(self, view: MapView, event: QMouseEvent) -> bool:
        before = self._snap
        self._hover = self._at(view, event)
        if self._points and not self._ended:
            self._changed(view)
        elif before != self._snap:
            view.refresh()
        return False

    def release(self, view: MapView, event: QMouseEvent) -> bool:
        return event.button() == Qt.MouseButton.LeftButton

    def double_click(self, view: MapView, event: QMouseEvent) -> bool:
        self.end(view)
        return True

    def key(self, view: MapView, event: QKeyEvent) -> bool:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._points:
            self.end(view)
        elif event.key() == Qt.Key.Key_Backspace and self._points:
            self.take_back(view)
        else:
            return False
        return True

    def cancel(self, view: MapView) -> None:
        self._points, self._hover, self._snap, self._ended = [], None, None, False
        if self._board is not None:
            self._board.run(None)
        view.refresh()

    def end(self, view: MapView) -> None:
        """Measure to the last point that was clicked."""
        self._end(view)

    def measurement(self, crs: Crs) -> Measurement:
        """Return what the present points measure in the map's CRS."""
        return measured(self.points, crs, is_area=self.is_area)

    def paint(self, view: MapView, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        points = [QPointF(*view.viewport.to_screen(x, y)) for x, y in self.points]
        if points:
            draw_shape(painter, view, points, is_area=self.is_area)
        if self._snap is not None:
            _draw_snap(painter, view, self._snap)
        if points:
            area_unit, angle_unit = ("m2", GON)
            if self._board is not None:
                area_unit, angle_unit = self._board.area_unit, self._board.angle_unit
            found = self.measurement(view.map_crs)
            text = "\n".join(cursor_lines(found, area_unit, angle_unit, view.words))
            at = _beside(painter, points[-1], text, view)
            draw_bubble(painter, at, text, view.colors, view.viewport)

    def _at(self, view: MapView, event: QMouseEvent) -> tuple[float, float]:
        """Return the place of the pointer, or what it snaps to."""
        x, y = view.viewport.to_map(event.position().x(), event.position().y())
        self._snap = None
        if self._may_snap(event):
            units_per_px = view.viewport.units_per_px
            self._snap = nearest_snap(view.scene, x, y, SNAP_PX * units_per_px, units_per_px)
        return (x, y) if self._snap is None else (self._snap.x, self._snap.y)

    def _may_snap(self, event: QMouseEvent) -> bool:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        return self.snaps and (self._board is None or self._board.snaps)

    def _end(self, view: MapView) -> None:
        if len(self._points) > 1 and self._points[-1] == self._points[-2]:
            self._points.pop()
        self._ended = True
        found = self.measurement(view.map_crs)
        self._changed(view)
        if self._board is not None:
            self._points, self._hover, self._ended = [], None, False
            self._board.keep(found)
            view.refresh()

    def _changed(self, view: MapView) -> None:
        found = self.measurement(view.map_crs)
        view.report_measure(found)
        if self._board is not None and not self._ended:
            self._board.run(found if self._points else None)
        view.refresh()


def _beside(painter: QPainter, point: QPointF, text: str, view: MapView) -> QPointF:
    """Return where a text stands: after the point, before it where tools would lie over it."""
    width = painter.fontMetrics().size(0, text).width() + _TEXT_ROOM_PX
    if point.x() + width < view.viewport.width_px - _TOOLS_PX:
        return point
    return QPointF(point.x() - width, point.y())


def _draw_snap(painter: QPainter, view: MapView, snap: Snap) -> None:
    """Mark what was snapped to: a square around a vertex, a cross on an edge."""
    x, y = view.viewport.to_screen(snap.x, snap.y)
    box = QRectF(x - _MARK_PX, y - _MARK_PX, 2 * _MARK_PX, 2 * _MARK_PX)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((view.colors.casing, 4.0), (view.colors.accent, 2.0)):
        painter.setPen(QPen(QColor(color), width))
        if snap.is_vertex:
            painter.drawRect(box)
        else:
            painter.drawLine(box.topLeft(), box.bottomRight())
            painter.drawLine(box.bottomLeft(), box.topRight())


class MeasureLength(_Measure):
    """Length along a line."""


class MeasureArea(_Measure):
    """Area and perimeter of a polygon."""

    is_area = True

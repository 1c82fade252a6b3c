"""Gestures that draw what is selected by: a lasso by hand, a polygon by corners, a line or point.

Each tells its points, in the map's CRS, once they are ended, and with which keys. Nothing is
selected here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from emadina_gis.app.canvas.gestures import Gesture
from emadina_gis.app.canvas.speech_bubble import draw_bubble

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent

    from emadina_gis.app.canvas.gestures import MapView

Points = list[tuple[float, float]]
Ended = Callable[[Points, Qt.KeyboardModifier], None]
#: A hand that draws leaves a point every so many pixels.
STEP_PX = 3.0
_TINT_ALPHA = 28
_CORNER_PX = 3.0
_ENTER = frozenset((Qt.Key.Key_Return, Qt.Key.Key_Enter))
FEWEST_CORNERS = 3


class _Drawn(Gesture):
    """What lassos, polygons and lines share: points, a picture of them, and giving up."""

    cursor = Qt.CursorShape.CrossCursor
    is_area = True

    def __init__(self, ended: Ended) -> None:
        self._ended = ended
        self._points: Points = []
        self._hover: tuple[float, float] | None = None

    @property
    def points(self) -> Points:
        """Points drawn so far, in the map's CRS."""
        return list(self._points)

    @property
    def is_drawing(self) -> bool:
        return bool(self._points)

    def cancel(self, view: MapView) -> None:
        self._points, self._hover = [], None
        view.refresh()

    def paint(self, view: MapView, painter: QPainter) -> None:
        moving = [] if self._hover is None or not self._points else [self._hover]
        shown = [QPointF(*view.viewport.to_screen(x, y)) for x, y in self._points + moving]
        if not shown:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.is_area and len(shown) > 2:
            tint = QColor(view.colors.accent)
            tint.setAlpha(_TINT_ALPHA)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tint)
            painter.drawPolygon(QPolygonF(shown))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        line = QPolygonF([*shown, shown[0]] if self.is_area else shown)
        for color, width in ((view.colors.casing, 4.0), (view.colors.accent, 1.6)):
            painter.setPen(QPen(QColor(color), width, j=Qt.PenJoinStyle.RoundJoin))
            painter.drawPolyline(line)
        self._paint_corners(view, painter, shown)

    def _paint_corners(self, view: MapView, painter: QPainter, shown: list[QPointF]) -> None:
        """Mark the points; a hand's are too many."""

    def _tell(self, view: MapView, held: Qt.KeyboardModifier) -> None:
        points = self._points
        self.cancel(view)
        self._ended(points, held)


class Lasso(_Drawn):
    """Drag around what is meant; a click without a drag points at a feature."""

    drags = True

    def press(self, view: MapView, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        self._points = [_place(view, event)]
        return True

    def move(self, view: MapView, event: QMouseEvent) -> bool:
        if not self._points:
            return False
        last = QPointF(*view.viewport.to_screen(*self._points[-1]))
        if (event.position() - last).manhattanLength() >= STEP_PX:
            self._points.append(_place(view, event))
            view.refresh()
        return True

    def release(self, view: MapView, event: QMouseEvent) -> bool:
        if not self._points:
            return False
        if len(self._points) < FEWEST_CORNERS:
            self.cancel(view)
            view.report_click(event.position(), event.modifiers())
        else:
            self._tell(view, event.modifiers())
        return True


class _Corners(_Drawn):
    """Points by clicks; a double click or Enter ends, Backspace takes one back, Esc gives up."""

    fewest = FEWEST_CORNERS
    hint = "selecting.polygon-hint"

    def press(self, view: MapView, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        place = _place(view, event)
        if not self._points or place != self._points[-1]:
            self._points.append(place)
        view.refresh()
        return True

    def move(self, view: MapView, event: QMouseEvent) -> bool:
        self._hover = _place(view, event)
        if self._points:
            view.refresh()
        return False

    def release(self, view: MapView, event: QMouseEvent) -> bool:
        del view
        return event.button() == Qt.MouseButton.LeftButton

    def double_click(self, view: MapView, event: QMouseEvent) -> bool:
        return self._end(view, event.modifiers())

    def key(self, view: MapView, event: QKeyEvent) -> bool:
        if not self._points:
            return False
        if event.key() in _ENTER:
            return self._end(view, event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier)
        if event.key() == Qt.Key.Key_Backspace:
            self._points.pop()
            view.refresh()
            return True
        return False

    def _end(self, view: MapView, held: Qt.KeyboardModifier) -> bool:
        if len(self._points) >= self.fewest:
            self._tell(view, held)
        return True

    def _paint_corners(self, view: MapView, painter: QPainter, shown: list[QPointF]) -> None:
        painter.setPen(QPen(QColor(view.colors.accent), 1.6))
        painter.setBrush(QColor(view.colors.casing))
        for point in shown:
            painter.drawEllipse(point, _CORNER_PX, _CORNER_PX)
        if len(self._points) < FEWEST_CORNERS:
            draw_bubble(painter, shown[-1], view.words.text(self.hint), view.colors, view.viewport)


class DrawPolygon(_Corners):
    """Corners of a polygon."""


class DrawPath(_Corners):
    """Points of a line, or one point."""

    is_area = False
    fewest = 1
    hint = "selecting.buffer-hint"


def _place(view: MapView, event: QMouseEvent) -> tuple[float, float]:
    return view.viewport.to_map(event.position().x(), event.position().y())

"""Gestures of the map: one class each, told of the mouse and keys, speaking to a `MapView`.

A gesture changes the view or reports what was pointed at; it never changes data. Positions are
logical pixels of the canvas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from emadina_gis.domain.extent import Extent

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent

    from emadina_gis.app.canvas.colors import CanvasColors
    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.scene import Scene
    from emadina_gis.words import Words

#: The mouse may move this far during a click.
CLICK_SLOP_PX = 4.0
DOUBLE_CLICK_ZOOM = 2.0


class MapView(Protocol):
    """What a gesture may ask of the canvas."""

    @property
    def viewport(self) -> Viewport:
        """The present view, in logical pixels."""

    @property
    def colors(self) -> CanvasColors:
        """Colours of what is drawn over the map."""

    @property
    def words(self) -> Words:
        """The language of texts on the map."""

    @property
    def map_crs(self) -> Crs:
        """CRS of the map."""

    @property
    def scene(self) -> Scene:
        """What is drawn, to snap to."""

    def pan_by(self, dx_px: float, dy_px: float) -> None:
        """Drag the content by some pixels."""

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Magnify, keeping a position in place, in a smooth step."""

    def zoom_to_all(self) -> None:
        """Show all drawn layers."""

    def report_click(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Say that a place was clicked."""

    def report_rectangle(self, extent: Extent, modifiers: Qt.KeyboardModifier) -> None:
        """Say that a rectangle was drawn."""

    def report_measure(self, measurement: object) -> None:
        """Say what was measured."""

    def refresh(self) -> None:
        """Paint what lies over the map again."""


class Gesture:
    """A tool of the map; the methods do nothing by default and say whether they used the event."""

    cursor = Qt.CursorShape.ArrowCursor

    @property
    def is_drawing(self) -> bool:
        """Whether something was begun that `cancel` gives up."""
        return False

    def press(self, view: MapView, event: QMouseEvent) -> bool:
        """Handle a pressed button."""
        del view, event
        return False

    def move(self, view: MapView, event: QMouseEvent) -> bool:
        """Handle a movement."""
        del view, event
        return False

    def release(self, view: MapView, event: QMouseEvent) -> bool:
        """Handle a released button."""
        del view, event
        return False

    def double_click(self, view: MapView, event: QMouseEvent) -> bool:
        """Handle a double click."""
        del view, event
        return False

    def key(self, view: MapView, event: QKeyEvent) -> bool:
        """Handle a key."""
        del view, event
        return False

    def paint(self, view: MapView, painter: QPainter) -> None:
        """Draw over the map."""
        del view, painter

    def cancel(self, view: MapView) -> None:
        """Forget what was begun."""
        del view


class Pan(Gesture):
    """Drag the map with a button held; also behind every other tool (middle button, space)."""

    cursor = Qt.CursorShape.OpenHandCursor

    def __init__(self) -> None:
        self._last: QPointF | None = None

    @property
    def is_dragging(self) -> bool:
        """Whether a drag is under way."""
        return self._last is not None

    def press(self, view: MapView, event: QMouseEvent) -> bool:
        del view
        self._last = event.position()
        return True

    def move(self, view: MapView, event: QMouseEvent) -> bool:
        if self._last is None:
            return False
        moved = event.position() - self._last
        self._last = event.position()
        view.pan_by(moved.x(), moved.y())
        return True

    def release(self, view: MapView, event: QMouseEvent) -> bool:
        del view, event
        was, self._last = self._last, None
        return was is not None

    def cancel(self, view: MapView) -> None:
        del view
        self._last = None


class Navigate(Gesture):
    """The everyday tool: drag pans, a click points, Shift and drag draws a rectangle."""

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self) -> None:
        self._pressed: QPointF | None = None
        self._pan = Pan()
        self._rectangle = SelectRectangle()
        self._inner: Gesture | None = None

    def press(self, view: MapView, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        self._pressed = event.position()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._inner = self._rectangle if shift else None
        if self._inner is not None:
            self._inner.press(view, event)
        return True

    def move(self, view: MapView, event: QMouseEvent) -> bool:
        if self._pressed is None:
            return False
        if self._inner is None and _far(self._pressed, event.position()):
            self._inner = self._pan
            self._pan.press(view, event)
            start = event.position() - self._pressed
            view.pan_by(start.x(), start.y())
            return True
        return self._inner.move(view, event) if self._inner is not None else True

    def release(self, view: MapView, event: QMouseEvent) -> bool:
        pressed, self._pressed = self._pressed, None
        inner, self._inner = self._inner, None
        if pressed is None:
            return False
        if inner is not None:
            return inner.release(view, event)
        view.report_click(event.position(), event.modifiers())
        return True

    def double_click(self, view: MapView, event: QMouseEvent) -> bool:
        view.zoom_by(DOUBLE_CLICK_ZOOM, event.position())
        return True

    def paint(self, view: MapView, painter: QPainter) -> None:
        if self._inner is not None:
            self._inner.paint(view, painter)

    def cancel(self, view: MapView) -> None:
        self._pressed = None
        self._inner = None
        self._rectangle.cancel(view)
        self._pan.cancel(view)
        view.refresh()


class SelectClick(Gesture):
    """A click points at a feature; nothing else."""

    cursor = Qt.CursorShape.PointingHandCursor

    def __init__(self) -> None:
        self._pressed: QPointF | None = None

    def press(self, view: MapView, event: QMouseEvent) -> bool:
        del view
        self._pressed = event.position()
        return event.button() == Qt.MouseButton.LeftButton

    def release(self, view: MapView, event: QMouseEvent) -> bool:
        pressed, self._pressed = self._pressed, None
        if pressed is None or _far(pressed, event.position()):
            return False
        view.report_click(event.position(), event.modifiers())
        return True


class SelectRectangle(Gesture):
    """Drag a rectangle; a click without a drag points at a feature."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self) -> None:
        self._start: QPointF | None = None
        self._end: QPointF | None = None

    @property
    def is_drawing(self) -> bool:
        return self._start is not None

    def press(self, view: MapView, event: QMouseEvent) -> bool:
        del view
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        self._start = self._end = event.position()
        return True

    def move(self, view: MapView, event: QMouseEvent) -> bool:
        if self._start is None:
            return False
        self._end = event.position()
        view.refresh()
        return True

    def release(self, view: MapView, event: QMouseEvent) -> bool:
        start, self._start = self._start, None
        if start is None:
            return False
        end = event.position()
        if _far(start, end):
            view.report_rectangle(_extent(view.viewport, start, end), event.modifiers())
        else:
            view.report_click(end, event.modifiers())
        view.refresh()
        return True

    def paint(self, view: MapView, painter: QPainter) -> None:
        if self._start is None or self._end is None:
            return
        tint = QColor(view.colors.accent)
        painter.setPen(QPen(tint, 1.2))
        tint.setAlpha(28)
        painter.setBrush(tint)
        painter.drawRect(QRectF(self._start, self._end).normalized())

    def cancel(self, view: MapView) -> None:
        self._start = None
        view.refresh()


def _far(first: QPointF, second: QPointF) -> bool:
    return (first - second).manhattanLength() > CLICK_SLOP_PX


def _extent(viewport: Viewport, start: QPointF, end: QPointF) -> Extent:
    x0, y0 = viewport.to_map(start.x(), start.y())
    x1, y1 = viewport.to_map(end.x(), end.y())
    return Extent(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

"""The map by keys: moving the view, and a crosshair that clicks where a mouse would.

`Keyboard` moves the view. `MapKeys` shows the crosshair, moves it, and hands presses and moves at
its place to the tool of the canvas: whatever a tool does with a mouse, it does by keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QLabel, QWidget

from emadina_gis.app.canvas.gestures import Gesture, MapView, Navigate, SelectRectangle

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from emadina_gis.app.canvas.map_canvas import MapCanvas

ZOOM = 1.5
PAN_PART = 0.2
#: Steps of the crosshair: one key, a key that is held, a key with Shift.
STEP_PX, HELD_STEP_PX, FINE_STEP_PX = 12.0, 24.0, 1.0
#: The view moves with the crosshair before it reaches the edge.
EDGE_PX = 28.0
CROSS_PX = 47
GAP_PX = 8
#: Room under the hint for the scale bar.
BELOW_HINT_PX = 52
#: The crosshair stands still this long before what lies under it is said.
STILL_MS = 450
_KEY = Qt.Key
_ARROWS = {
    _KEY.Key_Left: (1, 0),
    _KEY.Key_Right: (-1, 0),
    _KEY.Key_Up: (0, 1),
    _KEY.Key_Down: (0, -1),
}
_ZOOMS = {
    _KEY.Key_Plus: ZOOM,
    _KEY.Key_Equal: ZOOM,
    _KEY.Key_Minus: 1 / ZOOM,
    _KEY.Key_Underscore: 1 / ZOOM,
}
_ENTER = frozenset((_KEY.Key_Return, _KEY.Key_Enter))
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_LEFT = Qt.MouseButton.LeftButton
_NONE = Qt.MouseButton.NoButton


class Keyboard(Gesture):
    """Arrows move the view, plus and minus change the scale, Home shows everything."""

    def key(self, view: MapView, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in _ARROWS:
            right, down = _ARROWS[key]
            step = PAN_PART * min(view.viewport.width_px, view.viewport.height_px)
            view.pan_by(right * step, down * step)
        elif key in _ZOOMS:
            view.zoom_by(_ZOOMS[key])
        elif key == Qt.Key.Key_Home:
            view.zoom_to_all()
        else:
            return False
        return True


class Crosshair(QWidget):
    """Two crossed lines with a casing, seen on any map; the mouse goes through."""

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(CROSS_PX, CROSS_PX)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        middle, end = CROSS_PX / 2, CROSS_PX - 2.0
        for color, width in ((self._canvas.colors.casing, 5.0), (self._canvas.colors.accent, 2.0)):
            painter.setPen(QPen(QColor(color), width))
            for low, high in ((2.0, middle - 4), (middle + 4, end)):
                painter.drawLine(QPointF(low, middle), QPointF(high, middle))
                painter.drawLine(QPointF(middle, low), QPointF(middle, high))
        painter.end()


class MapKeys(QObject):
    """The crosshair of one canvas.

    Enter shows it; then arrows move it (Shift: by a pixel, Ctrl: the map below it), Enter presses
    there, Enter again at the same place is a double click, Esc gives up what was begun and then the
    crosshair. A tool that drags (a rectangle) is pressed by one Enter and let go by the next.

    Signals
    -------
    shown_changed(bool)
        The crosshair came or went.
    stood_still(float, float)
        Map coordinates where it has stood for a moment.
    """

    shown_changed = Signal(bool)
    stood_still = Signal(float, float)

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._at = QPointF()
        self._pressed_at: QPointF | None = None
        self._dragging: Gesture | None = None
        self.cross = Crosshair(canvas)
        self.hint = QLabel(canvas)
        self.hint.setObjectName("mapnote")
        self.hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hint.hide()
        self._still = QTimer(self, interval=STILL_MS, singleShot=True)
        self._still.timeout.connect(lambda: self.stood_still.emit(*self.place))
        canvas.installEventFilter(self)

    @property
    def is_shown(self) -> bool:
        """Whether the crosshair is shown."""
        return not self.cross.isHidden()

    @property
    def place(self) -> tuple[float, float]:
        """Map coordinates of the crosshair, of the middle of the map while it is hidden."""
        at = self._at if self.is_shown else self._middle()
        return self._canvas.viewport.to_map(at.x(), at.y())

    def toggle(self) -> None:
        """Show the crosshair in the middle of the map, or take it away."""
        if self.is_shown:
            self.hide()
            return
        self._canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._pressed_at = self._dragging = None
        self.hint.setText(self._canvas.words.text("crosshair.hint"))
        for part in (self.cross, self.hint):
            part.show()
        self._go(self._middle())
        self.shown_changed.emit(True)

    def hide(self) -> None:
        """Take the crosshair away; what a tool has begun stays."""
        if self.is_shown:
            self._still.stop()
            self.cross.hide()
            self.hint.hide()
            self._canvas.cursor_left.emit()
            self.shown_changed.emit(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event)
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            return self._wants(event)
        if kind == QEvent.Type.ContextMenu and isinstance(event, QContextMenuEvent):
            return self._on_menu(event)
        if kind == QEvent.Type.MouseButtonPress:
            self._dragging = None
            self.hide()
        elif kind == QEvent.Type.Resize and self.is_shown:
            self._go(self._at)
        return super().eventFilter(watched, event)

    # --- keys ---------------------------------------------------------------------------------

    def _wants(self, event: QKeyEvent) -> bool:
        """Take Esc before the window does, while there is a crosshair."""
        if not (self.is_shown and event.key() == Qt.Key.Key_Escape):
            return False
        event.accept()
        return True

    def _on_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if not self.is_shown:
            if key not in _ENTER or self._canvas.tool.key(self._canvas, event):
                return key in _ENTER
            self.toggle()
        elif key in _ARROWS:
            self._on_arrow(key, event)
        elif key in _ENTER:
            self._on_enter(event)
        elif key in _ZOOMS:
            self._canvas.zoom_by(_ZOOMS[key], self._at)
        elif key == Qt.Key.Key_Escape:
            self._give_up()
        else:
            return False
        return True

    def _on_arrow(self, key: Qt.Key, event: QKeyEvent) -> None:
        right, down = (-part for part in _ARROWS[key])
        if event.modifiers() & _CONTROL:
            step = PAN_PART * min(self._canvas.width(), self._canvas.height())
            self._canvas.pan_by(-right * step, -down * step)
            self._go(self._at)
            return
        step = HELD_STEP_PX if event.isAutoRepeat() else STEP_PX
        if event.modifiers() & _SHIFT:
            step = FINE_STEP_PX
        self._go(self._at + QPointF(right * step, down * step))

    def _on_enter(self, event: QKeyEvent) -> None:
        tool, held = self._canvas.tool, event.modifiers() & (_SHIFT | _CONTROL)
        if self._dragging is not None:
            dragged, self._dragging = self._dragging, None
            if dragged is tool:
                tool.release(self._canvas, self._mouse(QEvent.Type.MouseButtonRelease, held))
                return
        if self._pressed_at == self._at and not held:
            self._pressed_at = None
            double = self._mouse(QEvent.Type.MouseButtonDblClick, held)
            tool.double_click(self._canvas, double)
            return
        self._pressed_at = QPointF(self._at)
        tool.press(self._canvas, self._mouse(QEvent.Type.MouseButtonPress, held))
        if _drags(tool, held):
            self._dragging, self._pressed_at = tool, None
        else:
            tool.release(self._canvas, self._mouse(QEvent.Type.MouseButtonRelease, held))

    def _give_up(self) -> None:
        """Give up what the tool has begun, else the crosshair itself."""
        tool = self._canvas.tool
        drawn = tool.is_drawing or bool(getattr(tool, "points", None))
        begun = self._dragging is not None or drawn
        self._dragging = self._pressed_at = None
        if begun:
            tool.cancel(self._canvas)
        else:
            self.hide()

    def _on_menu(self, event: QContextMenuEvent) -> bool:
        """Open the menu of the map at the crosshair, or in the middle."""
        if event.reason() != QContextMenuEvent.Reason.Keyboard:
            return False
        at = self._at if self.is_shown else self._middle()
        x, y = self._canvas.viewport.to_map(at.x(), at.y())
        self._canvas.context_requested.emit(x, y, self._canvas.mapToGlobal(at.toPoint()))
        return True

    # --- where it is --------------------------------------------------------------------------

    def _middle(self) -> QPointF:
        return QPointF(self._canvas.width() / 2, self._canvas.height() / 2)

    def _go(self, wanted: QPointF) -> None:
        """Go to a position; where that is at the edge the map moves instead."""
        inside = QPointF(
            min(max(wanted.x(), EDGE_PX), max(self._canvas.width() - EDGE_PX, EDGE_PX)),
            min(max(wanted.y(), EDGE_PX), max(self._canvas.height() - EDGE_PX, EDGE_PX)),
        )
        over = inside - wanted
        if not over.isNull():
            self._canvas.pan_by(over.x(), over.y())
        if inside != self._at:
            self._pressed_at = None
        self._at = inside
        self.cross.move(round(inside.x() - CROSS_PX / 2), round(inside.y() - CROSS_PX / 2))
        self._place_hint()
        self._canvas.tool.move(self._canvas, self._mouse(QEvent.Type.MouseMove))
        self._canvas.cursor_moved.emit(*self.place)
        self._still.start()

    def _place_hint(self) -> None:
        self.hint.adjustSize()
        left = (self._canvas.width() - self.hint.width()) // 2
        low = self._canvas.height() - self.hint.height() - BELOW_HINT_PX
        near = abs(self._at.y() - low) < CROSS_PX
        self.hint.move(max(left, GAP_PX), low - 2 * CROSS_PX if near else low)

    def _mouse(
        self, kind: QEvent.Type, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> QMouseEvent:
        moving = kind == QEvent.Type.MouseMove
        button = _NONE if moving else _LEFT
        pressed = _LEFT if self._dragging is not None or not moving else _NONE
        there = QPointF(self._canvas.mapToGlobal(self._at.toPoint()))
        return QMouseEvent(kind, self._at, there, button, pressed, held)


def _drags(tool: Gesture, held: Qt.KeyboardModifier) -> bool:
    """Whether a tool works by dragging from the first press to the second."""
    by_shift = isinstance(tool, Navigate) and bool(held & _SHIFT)
    return by_shift or isinstance(tool, SelectRectangle) or bool(getattr(tool, "drags", False))

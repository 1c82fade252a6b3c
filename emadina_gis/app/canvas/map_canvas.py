"""``MapCanvas``: the map in the window; shows frames, follows gestures, draws what lies over them.

Owns the view, the tool and the timing: the last frame is shown moved and scaled at once, a new one
is asked for, the newest request wins. Frames come from OpenGL where a context can be made and from
QPainter in a thread elsewhere. Knows scenes, never projects or commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from emadina_gis.app.canvas.colors import LIGHT, THEMES, CanvasColors
from emadina_gis.app.canvas.frames import FrameRequest, in_device_px
from emadina_gis.app.canvas.gestures import Gesture, Navigate, Pan
from emadina_gis.app.canvas.keyboard import Keyboard
from emadina_gis.app.canvas.label_source import LabelSet, LabelSource, paint_labels
from emadina_gis.app.canvas.motion import ZoomMotion
from emadina_gis.app.canvas.overlay import draw_busy, draw_scale_bar, draw_synthetic_note
from emadina_gis.app.canvas.pictures import Pictures
from emadina_gis.app.canvas.selection import Selection, SelectionOverlay
from emadina_gis.app.canvas.selection_layer import SelectionLayer
from emadina_gis.app.canvas.sources import make_source
from emadina_gis.domain.viewport import Viewport
from emadina_gis.render.scene import EMPTY_SCENE, Scene
from emadina_gis.words import Words, load_words

if TYPE_CHECKING:
    from emadina_gis.app.canvas.preview import Preview
    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.extent import Extent

WHEEL_STEP = 1.2
WHEEL_DELTA = 120.0
#: A click is this near to what it points at.
TOLERANCE_PX = 5.0
_BUSY_DELAY_MS = 250
_BUSY_STEP_MS = 40
_CLOSEST_VIEW_UNITS = 20.0


class MapCanvas(QWidget):
    """The map.

    Signals
    -------
    viewport_changed(Viewport)
        The view moved, in logical pixels.
    cursor_moved(float, float), cursor_left()
        Map coordinates under the mouse.
    clicked(float, float, Qt.KeyboardModifier)
        A place was pointed at; `pick_tolerance` is in map units.
    rectangle_selected(Extent, Qt.KeyboardModifier)
        A rectangle was drawn.
    context_requested(float, float, QPoint)
        Map coordinates and the global position for a menu.
    measured(Measurement)
        What the measuring tool shows now.
    busy_changed(bool)
        The picture is being made.
    frame_drawn()
        A finished picture is on the screen.
    """

    viewport_changed = Signal(object)
    cursor_moved = Signal(float, float)
    cursor_left = Signal()
    clicked = Signal(float, float, object)
    rectangle_selected = Signal(object, object)
    context_requested = Signal(float, float, object)
    measured = Signal(object)
    busy_changed = Signal(bool)
    frame_drawn = Signal()

    def __init__(
        self, parent: QWidget | None = None, *, words: Words | None = None, use_gl: bool = True
    ) -> None:
        super().__init__(parent)
        self._words = words or load_words("fr")
        self._colors = LIGHT
        self._scene = EMPTY_SCENE
        self._viewport = Viewport(0.0, 0.0, 1.0, max(self.width(), 1), max(self.height(), 1))
        self._selection = SelectionLayer(self)
        self._selection.changed.connect(self.update)
        self._highlight = SelectionOverlay(line_px=1.4, casing_px=3.4)
        self._preview: Preview | None = None
        #: Whether lengths on the map mean anything: not on a drawing that has no place yet.
        self.shows_scale = True
        self._tool: Gesture = Navigate()
        self._pan = Pan()
        self._keys = Keyboard()
        self._space_held = False
        self._pending: tuple[Extent, float] | None = None
        self._shown = False
        self._is_shut_down = False
        self._busy_step = 0
        self._motion = ZoomMotion(self, self._move_to)
        source = make_source(self, use_gl=use_gl)
        source.busy_changed.connect(self._on_busy)
        self._pictures = Pictures(self, source, self._wanted)
        self._pictures.changed.connect(self.update)
        self._pictures.finished.connect(self._on_finished)
        self._labels: LabelSet | None = None
        self._label_source = LabelSource(self._words.language, self)
        self._label_source.frame_made.connect(self._on_labels)
        self._busy_delay = self._single_timer(_BUSY_DELAY_MS, self._begin_busy)
        self._busy_timer = QTimer(self, interval=_BUSY_STEP_MS)
        self._busy_timer.timeout.connect(self._step_busy)
        self._set_up_widget()

    def _set_up_widget(self) -> None:
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(120, 90))
        self._take_words()
        self.setCursor(self._tool.cursor)

    def _single_timer(self, interval_ms: int, slot: object) -> QTimer:
        timer = QTimer(self, interval=interval_ms, singleShot=True)
        timer.timeout.connect(slot)
        return timer

    # --- what is shown ------------------------------------------------------------------------

    @property
    def scene(self) -> Scene:
        """What is drawn."""
        return self._scene

    def set_scene(self, scene: Scene) -> None:
        """Draw another scene; the view stays, the picture is replaced when the new one is made."""
        self._scene = scene
        self._selection.set_scene(scene)
        self._highlight.set_scene(scene)
        self._pictures.ask_at_once()
        self.update()

    def set_selection(self, selection: Selection) -> None:
        """Mark rows, given by layer id and stable row ids."""
        self._selection.set_selection(selection)
        self.update()

    def highlight(self, layer_id: str | None, row_id: int = -1) -> None:
        """Mark one row lightly (the row under the mouse in a table); None marks nothing."""
        ids = {} if layer_id is None else {layer_id: np.array([row_id], dtype=np.int64)}
        self._highlight.set_selection(ids)
        self.update()

    def set_preview(self, preview: Preview | None) -> None:
        """Show where something would lie, over the map; None shows nothing more."""
        self._preview = preview
        self.update()

    def set_words(self, words: Words) -> None:
        """Speak another language on the map."""
        self._words = words
        self._label_source.set_language(words.language)
        self._take_words()
        self._pictures.ask()
        self.update()

    def _take_words(self) -> None:
        self.setAccessibleName(self._words.text("canvas.name"))
        self.setAccessibleDescription(self._words.text("canvas.description"))

    def set_theme(self, theme: str | CanvasColors) -> None:
        """Use the colours of the ``"light"`` or ``"dark"`` window, or given ones."""
        self._colors = THEMES[theme] if isinstance(theme, str) else theme
        self._pictures.ask()
        self.update()

    def set_tool(self, tool: Gesture) -> None:
        """Use another tool for the mouse and keys."""
        self._tool.cancel(self)
        self._tool = tool
        self._update_cursor()
        self.update()

    @property
    def tool(self) -> Gesture:
        """The tool in use."""
        return self._tool

    @property
    def is_busy(self) -> bool:
        """Whether the picture of the present view is still being made."""
        return self._pictures.is_busy

    @property
    def is_preparing(self) -> bool:
        """Whether what later views need is still being made, in the background."""
        return self._pictures.source.is_preparing

    def picture(self) -> QImage:
        """Return what the canvas shows now, as an image in device pixels."""
        return self.grab().toImage()

    # --- the view -----------------------------------------------------------------------------

    @property
    def viewport(self) -> Viewport:
        """The present view, in logical pixels."""
        return self._viewport

    def set_viewport(self, viewport: Viewport) -> None:
        """Show a view at once; its size is the canvas's whatever it says."""
        was_moving = self._motion.is_running
        self._motion.stop()
        before = self._viewport
        self._move_to(viewport)
        if was_moving or before != self._viewport:
            self._pictures.ask()

    def zoom_to(self, extent: Extent, margin: float = 1.08) -> None:
        """Show an extent (map units); points and tiny extents get some surroundings."""
        if not self._shown:
            self._pending = extent, margin
        least = _CLOSEST_VIEW_UNITS if not self._scene.crs.is_geographic else 2e-4
        grown = extent.padded(max(0.0, (least - max(extent.width, extent.height)) / 2))
        self.set_viewport(self._viewport.fitted(grown, margin))

    def zoom_to_all(self) -> None:
        """Show all drawn layers."""
        extent = self._scene.extent
        if extent is not None:
            self.zoom_to(extent)

    def set_scale(self, denominator: float) -> None:
        """Show the map at 1:denominator (96 pixels per 25.4 mm)."""
        self.set_viewport(self._viewport.at_scale(denominator, self.map_crs.unit_m))

    @property
    def scale_denominator(self) -> float:
        """Denominator of the scale on the screen."""
        return self._viewport.scale_denominator(self.map_crs.unit_m)

    @property
    def pick_tolerance(self) -> float:
        """How far, in map units, a click may miss what it points at."""
        return TOLERANCE_PX * self._viewport.units_per_px

    def _move_to(self, viewport: Viewport) -> None:
        viewport = viewport.resized(self.width(), self.height())
        if viewport == self._viewport:
            return
        self._viewport = viewport
        self.viewport_changed.emit(viewport)
        self.update()

    # --- what gestures ask (MapView) ----------------------------------------------------------

    @property
    def colors(self) -> CanvasColors:
        """Colours of what is drawn over the map."""
        return self._colors

    @property
    def words(self) -> Words:
        """The language of texts on the map."""
        return self._words

    @property
    def map_crs(self) -> Crs:
        """CRS of the map."""
        return self._scene.crs

    def pan_by(self, dx_px: float, dy_px: float) -> None:
        """Drag the content by some pixels."""
        self.set_viewport(self._viewport.panned(dx_px, dy_px))

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Magnify in a smooth step, keeping a position (the middle where None) in place.

        The picture of the view that it ends in is asked for at once, and ends it when it comes.
        """
        position = QPointF(self.width() / 2, self.height() / 2) if at is None else at
        self._motion.zoom(self._viewport, factor, position)
        self._pictures.ask()

    def report_click(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Say that a place was clicked."""
        self.clicked.emit(*self._viewport.to_map(at.x(), at.y()), modifiers)

    def report_rectangle(self, extent: Extent, modifiers: Qt.KeyboardModifier) -> None:
        """Say that a rectangle was drawn."""
        self.rectangle_selected.emit(extent, modifiers)

    def report_measure(self, measurement: object) -> None:
        """Say what was measured."""
        self.measured.emit(measurement)

    def refresh(self) -> None:
        """Paint what lies over the map again."""
        self.update()

    # --- frames -------------------------------------------------------------------------------

    def _wanted(self) -> FrameRequest | None:
        """Return the request for what the window shows, or will show when it rests."""
        if not self._shown:
            return None
        ratio = self.devicePixelRatioF()
        view = (self._motion.target or self._viewport).resized(self.width(), self.height())
        device = in_device_px(view, ratio)
        return FrameRequest(self._scene, device, ratio, self._colors.background)

    def _on_labels(self, labels: LabelSet) -> None:
        self._labels = labels
        self.update()

    def _on_finished(self, window: FrameRequest) -> None:
        if not self._pictures.is_busy:
            self._motion.end()
        self._label_source.request(window)
        self._selection.request(window)
        self.frame_drawn.emit()

    def _on_busy(self, busy: bool) -> None:
        if busy:
            self._busy_delay.start()
        else:
            self._busy_delay.stop()
            self._busy_timer.stop()
            self.update()
        self.busy_changed.emit(busy)

    def _begin_busy(self) -> None:
        self._busy_step = 0
        self._busy_timer.start()

    def _step_busy(self) -> None:
        self._busy_step += 1
        self.update(0, 0, self.width(), 3)

    # --- painting -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._pictures.covers(self._viewport):
            painter.fillRect(event.rect(), QColor(self._colors.background))
        self._pictures.paint(painter, self._viewport)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._highlight.paint(painter, self._viewport, self._colors)
        self._selection.paint(painter, self._viewport, self._colors)
        if self._labels is not None:
            paint_labels(painter, self._labels, self._viewport)
        if self._preview is not None:
            self._preview.paint(painter, self._viewport, self._colors)
        if self._scene.layers and self.shows_scale:
            unit_m = self.map_crs.unit_m
            draw_scale_bar(painter, self._viewport, unit_m, self._colors, self._words)
        if self._scene.has_synthetic:
            draw_synthetic_note(painter, self._viewport, self._colors, self._words)
        self._tool.paint(self, painter)
        if self._busy_timer.isActive():
            draw_busy(painter, self._viewport, self._colors, self._busy_step)
        painter.end()

    # --- events -------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._viewport = self._viewport.resized(self.width(), self.height())
        if self._pending is not None:
            self.zoom_to(*self._pending)
        self.viewport_changed.emit(self._viewport)
        self._pictures.ask()

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)  # type: ignore[arg-type]  # Qt calls it with a QShowEvent
        self._shown = not self._is_shut_down
        self._pending = None
        self._pictures.ask()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.shut_down()
        super().closeEvent(event)

    def shut_down(self) -> None:
        """Stop all work; the canvas shows its last picture from then on."""
        if self._is_shut_down:
            return
        self._is_shut_down = True
        self._motion.stop()
        for timer in (self._busy_delay, self._busy_timer):
            timer.stop()
        self._shown = False
        self._pictures.close()
        self._label_source.close()
        self._selection.close()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.MiddleButton or self._space_held:
            self._pan.press(self, event)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif not self._tool.press(self, event):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        self.cursor_moved.emit(*self._viewport.to_map(at.x(), at.y()))
        if self._pan.is_dragging:
            self._pan.move(self, event)
        else:
            self._tool.move(self, event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pan.is_dragging:
            self._pan.release(self, event)
            self._update_cursor()
        else:
            self._tool.release(self, event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._tool.double_click(self, event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() / WHEEL_DELTA
        if turned:
            self.zoom_by(WHEEL_STEP**turned, event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.cursor_left.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.pos()
        self.context_requested.emit(*self._viewport.to_map(at.x(), at.y()), event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self._space_held = True
            self._update_cursor()
        elif event.key() == Qt.Key.Key_Escape:
            self._tool.cancel(self)
            event.ignore()  # whoever holds the canvas may drop the selection
        elif not (self._tool.key(self, event) or self._keys.key(self, event)):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held = False
            self._update_cursor()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._space_held = False
        self._update_cursor()

    def _update_cursor(self) -> None:
        self.setCursor(self._pan.cursor if self._space_held else self._tool.cursor)

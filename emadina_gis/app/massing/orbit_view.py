"""``OrbitView``: a scene of volumes turned, moved and magnified by hand or by keys.

Owns the camera and the picture of the moment. While it moves it draws coarsely where a fine
picture takes long. Knows no project.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QElapsedTimer, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from emadina_gis.app.canvas.gestures import CLICK_SLOP_PX
from emadina_gis.app.massing.pictures import Pictures
from emadina_gis.render.massing.camera import Camera, seen_from
from emadina_gis.render.massing.picking import Picker
from emadina_gis.render.massing.prisms import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from PySide6.QtGui import (
        QHideEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
        QShowEvent,
        QWheelEvent,
    )

    from emadina_gis.app.massing.overlay import MassingOverlay
    from emadina_gis.render.massing.scene import MassingScene

#: Degrees per pixel of a drag, and per press of an arrow.
TURN_DEG_PER_PX = 0.35
TURN_DEG = 7.5
ZOOM = 1.25
MOVE_MS, STEP_MS = 260, 16
FINE_AFTER_MS = 140
#: A picture that takes longer is drawn coarsely while the view moves.
SLOW_S = 0.033
#: Coarse pictures are made at this part of the size.
COARSE = 0.5
#: A picture is made in slices of this length, so that the window stays awake.
SLICE_S = 0.012
START = "isometric"
_ARROWS = {
    Qt.Key.Key_Left: (TURN_DEG, 0.0),
    Qt.Key.Key_Right: (-TURN_DEG, 0.0),
    Qt.Key.Key_Up: (0.0, TURN_DEG),
    Qt.Key.Key_Down: (0.0, -TURN_DEG),
}
_ZOOMS = {
    Qt.Key.Key_Plus: ZOOM,
    Qt.Key.Key_Equal: ZOOM,
    Qt.Key.Key_Minus: 1 / ZOOM,
    Qt.Key.Key_Underscore: 1 / ZOOM,
}


@dataclass(eq=False)
class _Job:
    """A picture under way."""

    steps: Iterator[QImage | None]
    camera: Camera
    fine: bool
    seconds: float = 0.0


class OrbitView(QWidget):
    """Shows a scene; drag turns it, with the right button or shift it moves, the wheel zooms."""

    preset_changed = Signal(str)
    drawn = Signal()
    resized = Signal()
    place_clicked = Signal(float, float, Qt.KeyboardModifier)

    def __init__(self, overlay: MassingOverlay, *, use_gl: bool = True) -> None:
        super().__init__()
        self._overlay = overlay
        self._use_gl = use_gl
        self._pictures: Pictures | None = None
        self._scene: MassingScene | None = None
        self._palette: NDArray[np.float32] = np.zeros((len(Tone), 4), dtype=np.float32)
        self.camera = Camera()
        self._image: QImage | None = None
        self._last: QPointF | None = None
        self._pressed: QPointF | None = None
        self._picker: Picker | None = None
        self._moving_from: Camera | None = None
        self._moving_to: Camera | None = None
        self._seconds = 0.0
        self._clock = QElapsedTimer()
        self._steps = QTimer(self, interval=STEP_MS)
        self._steps.timeout.connect(self._step)
        self._slices = QTimer(self, interval=0)
        self._slices.timeout.connect(self._run_slice)
        self._job: _Job | None = None
        self._next_fine: bool | None = None
        self._drawn_from = self.camera
        self._fine = QTimer(self, singleShot=True, interval=FINE_AFTER_MS)
        self._fine.timeout.connect(self._draw_fine)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(False)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def pictures(self) -> Pictures:
        """What draws; made when it is first needed."""
        if self._pictures is None:
            self._pictures = Pictures(self, use_gl=self._use_gl)
        return self._pictures

    @property
    def scene(self) -> MassingScene | None:
        """What is shown."""
        return self._scene

    @property
    def left_out(self) -> int:
        """Bodies that the last picture could not show."""
        return 0 if self._pictures is None else self._pictures.left_out

    @property
    def is_moving(self) -> bool:
        """Whether the view is on its way to another."""
        return self._steps.isActive()

    # --- what is shown ------------------------------------------------------------------------

    def show_scene(self, scene: MassingScene | None, *, reset: bool) -> None:
        """Show a scene, from where it was looked at or anew."""
        before, self._scene = self._scene, scene
        self._picker = None
        self._give_up()
        if scene is not None and (reset or before is None):
            self._stop()
            self.camera = seen_from(START, scene.subject, self._sized(self.camera))
            self.preset_changed.emit(START)
        elif scene is not None and before is not None:
            self._keep_place(before, scene)
        self._draw_fine()

    def _keep_place(self, before: MassingScene, scene: MassingScene) -> None:
        """Look at the same place of the map though the origin is another."""
        shift = before.origin - scene.origin
        x, y, z = self.camera.target
        target = (x + float(shift[0]), y + float(shift[1]), z)
        self.camera = replace(self.camera, target=target)

    def set_palette(self, palette: NDArray[np.float32]) -> None:
        """Take the colours of the theme."""
        self._palette = palette
        self._draw_fine()

    def show_preset(self, name: str) -> None:
        """Look from above, from a corner or from the street."""
        if self._scene is not None:
            self._go(seen_from(name, self._scene.subject, self.camera))
            self.preset_changed.emit(name)

    def reset(self) -> None:
        """Look as at the beginning."""
        self.show_preset(START)

    def face_north(self) -> None:
        """Turn so that north is up."""
        self._leave_preset()
        self._go(replace(self.camera, azimuth_deg=0.0))

    def zoom_by(self, factor: float) -> None:
        """Magnify about the middle."""
        self._leave_preset()
        goal = self._moving_to if self.is_moving and self._moving_to else self.camera
        self._go(goal.zoomed(factor))

    # --- moving -------------------------------------------------------------------------------

    def _go(self, goal: Camera) -> None:
        self._moving_from, self._moving_to = self.camera, goal
        self._clock.start()
        self._steps.start()
        self._step()

    def _stop(self) -> None:
        self._steps.stop()
        self._moving_from = self._moving_to = None

    def _step(self) -> None:
        if self._moving_from is None or self._moving_to is None:
            return
        part = min(1.0, (self._clock.elapsed() + STEP_MS) / MOVE_MS)
        self.camera = self._moving_from.between(self._moving_to, 1 - (1 - part) ** 3)
        if part >= 1.0:
            self._stop()
        self._draw_moving()

    def _move_to(self, camera: Camera) -> None:
        self._stop()
        self.camera = camera
        self._draw_moving()

    def _leave_preset(self) -> None:
        self.preset_changed.emit("")

    # --- drawing ------------------------------------------------------------------------------

    def _sized(self, camera: Camera) -> Camera:
        return camera.resized(self.width(), self.height())

    def _draw_moving(self) -> None:
        """Draw now, coarsely where fine pictures take long, and finely a moment later."""
        slow = self._seconds > SLOW_S
        self._render(fine=not slow)
        if slow:
            self._fine.start()

    def _draw_fine(self) -> None:
        self._fine.stop()
        self._render(fine=True)

    def _render(self, *, fine: bool) -> None:
        """Begin a picture; a coarse one under way is finished first, a fine one is given up."""
        if self._scene is None or not self.isVisible() or self.width() < 2:
            self._job = None
            self._slices.stop()
            self.update()
            return
        if self._job is not None and not self._job.fine:
            self._next_fine = fine
            return
        self.camera = self._sized(self.camera)
        ratio = self.devicePixelRatioF() * (1.0 if fine else COARSE)
        size = max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))
        camera = self.camera.resized(*size)
        steps = self.pictures.picture(self._scene, camera, self._palette, fine=fine)
        self._job = _Job(steps, self.camera, fine)
        self._slices.start()
        self._run_slice()

    def _run_slice(self) -> None:
        """Go on with the picture for a moment."""
        job = self._job
        if job is None:
            self._slices.stop()
            return
        begun = time.perf_counter()
        for image in job.steps:
            now = time.perf_counter()
            if image is not None:
                job.seconds += now - begun
                self._end(job, image)
                return
            if now - begun > SLICE_S:
                job.seconds += now - begun
                return

    def _end(self, job: _Job, image: QImage) -> None:
        self._job = None
        self._slices.stop()
        self._image, self._drawn_from = image, job.camera
        if job.fine:
            self._seconds = job.seconds
        self.update()
        if self._next_fine is not None:
            fine, self._next_fine = self._next_fine, None
            self._render(fine=fine)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        whole = QRectF(self.rect())
        background = self._palette[Tone.GROUND]
        painter.fillRect(whole, _qcolor(background))
        if self._image is not None and self._scene is not None:
            painter.drawImage(whole, self._image)
            self._overlay.paint(painter, whole, self._scene, self._drawn_from)
        painter.end()
        self.drawn.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()
        self._draw_moving()
        self._fine.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fine.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stop()
        self._give_up()

    # --- hands and keys -----------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._last = self._pressed = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is None or self._is_click(event.position()):
            return
        self._pressed = None
        step = event.position() - self._last
        self._last = event.position()
        turning = Qt.MouseButton.LeftButton
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._leave_preset()
        if event.buttons() & turning and not shift:
            by = step * TURN_DEG_PER_PX
            self._move_to(self.camera.turned(-by.x(), by.y()))
        else:
            self._move_to(self.camera.dragged(step.x(), step.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        clicked = self._is_click(event.position())
        self._last = self._pressed = None
        self.unsetCursor()
        if clicked and event.button() == Qt.MouseButton.LeftButton:
            self._click(event.position(), event.modifiers())
        else:
            self._fine.start()

    def _is_click(self, at: QPointF) -> bool:
        """Whether the pointer has not moved since it was pressed."""
        if self._pressed is None:
            return False
        return (at - self._pressed).manhattanLength() <= CLICK_SLOP_PX

    def _click(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        if self._scene is None:
            return
        if self._picker is None:
            self._picker = Picker(self._scene)
        place = self._picker.place_at(self.camera, at.x(), at.y())
        if place is not None:
            self.place_clicked.emit(*place, modifiers)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = (event.position().x(), event.position().y())
        self._leave_preset()
        self._go(self.camera.zoomed(2.0, at))

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120.0
        if steps:
            at = (event.position().x(), event.position().y())
            self._leave_preset()
            self._move_to(self.camera.zoomed(ZOOM**steps, at))
            self._fine.start()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self._leave_preset()
            goal = self._moving_to if self.is_moving and self._moving_to else self.camera
            self._go(goal.turned(*_ARROWS[key]))
        elif key in _ZOOMS:
            self.zoom_by(_ZOOMS[key])
        elif key in {Qt.Key.Key_0, Qt.Key.Key_Home}:
            self.reset()
        elif key == Qt.Key.Key_N:
            self.face_north()
        else:
            super().keyPressEvent(event)

    def _give_up(self) -> None:
        """Forget the picture under way."""
        self._fine.stop()
        self._slices.stop()
        self._job = self._next_fine = None

    def close_pictures(self) -> None:
        """Free what is on the GPU."""
        self._stop()
        self._give_up()
        if self._pictures is not None:
            self._pictures.close()
            self._pictures = None


def _qcolor(rgba: NDArray[np.float32]) -> QColor:
    return QColor.fromRgbF(*(float(value) for value in rgba[:3]))

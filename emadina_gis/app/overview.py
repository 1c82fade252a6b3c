"""The overview: a small map at a corner that shows where the large one is, and moves it.

Its picture is made once for a scene, coarsely and on a thread; while the map moves, a frame moves
over that picture and nothing else is drawn.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from emadina_gis.domain.viewport import Viewport
from emadina_gis.render.painter import render_image
from emadina_gis.render.scene import DrawnLayer, Scene
from emadina_gis.render.splat import splat
from emadina_gis.session.jobs import NewestWins

if TYPE_CHECKING:
    from emadina_gis.app.canvas.map_canvas import MapCanvas
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.scenes import Scenes
    from emadina_gis.domain.extent import Extent
    from emadina_gis.progress import Context

WIDTH_PX, HEIGHT_PX = 196, 148
GAP_PX = 12
#: Room under it for the note that data is synthetic.
BELOW_PX = 52
STILL_MS = 700
#: It takes no larger share of the map's width or height, and is never smaller than so.
MOST_SHARE, LEAST_FACTOR = 0.3, 0.5
#: Layers with more rows are drawn as dots.
MOST_DRAWN_ROWS = 4_000
#: How much more than the parcels is shown, and the smallest frame.
AROUND = 1.5
_LEAST_FRAME_PX = 7.0
_VEIL_OPACITY = 60
_RADIUS_PX = 8.0


class Overview(QWidget):
    """A click goes there; the frame can be dragged."""

    def __init__(self, desk: Desk, canvas: MapCanvas, scenes: Scenes) -> None:
        super().__init__(canvas)
        self._desk = desk
        self._canvas = canvas
        self._pictures: dict[bool, tuple[Viewport, QImage]] = {}
        self._scene: Scene | None = None
        self._grabbed: QPointF | None = None
        self._making = NewestWins(desk.jobs)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STILL_MS)
        self._timer.timeout.connect(self._make)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        desk.speech.bind(self, "ways.overview", self.setAccessibleName)
        desk.speech.bind(self, "ways.overview-help", self.setToolTip)
        canvas.installEventFilter(self)
        canvas.viewport_changed.connect(self._on_viewport)
        scenes.built.connect(self._on_scene)
        desk.theme.bind(self, self._place)
        self.hide()

    def toggle(self) -> None:
        """Show or hide it."""
        self.setVisible(self.isHidden())
        if not self.isHidden():
            self._place()
            self._on_scene()

    @property
    def is_made(self) -> bool:
        """Whether the picture of the present scene is there."""
        return self._scene is self._canvas.scene and self._is_far in self._pictures

    # --- the picture --------------------------------------------------------------------------

    def _on_scene(self) -> None:
        if not self.isHidden():
            self._timer.start()

    def _on_viewport(self, _viewport: object) -> None:
        if self.isHidden():
            return
        self.update()
        if not self.is_made and not self._timer.isActive():
            self._timer.start()

    @property
    def _is_far(self) -> bool:
        """Whether the map shows more than the parcels and their surroundings."""
        near = self._near_extent
        x, y = self._canvas.viewport.x, self._canvas.viewport.y
        return near is None or not near.contains(x, y)

    @property
    def _near_extent(self) -> Extent | None:
        project = self._desk.project
        parcels = project.parcels
        extent = None if parcels is None else project.extent_of(parcels)
        return None if extent is None else extent.scaled(AROUND)

    def _make(self) -> None:
        scene, far = self._canvas.scene, self._is_far
        if scene is not self._scene:
            self._making.cancel()
        elif far in self._pictures:
            return
        extent = scene.extent if far else self._near_extent
        if extent is None or self.isHidden():
            return
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        blank = Viewport(0.0, 0.0, 1.0, size.width(), size.height())
        viewport = blank.fitted(extent, 1.06)
        ground = self._canvas.colors.background

        def done(image: QImage) -> None:
            image.setDevicePixelRatio(ratio)
            if scene is not self._scene:
                self._pictures.clear()
            self._scene = scene
            self._pictures[far] = viewport, image
            self.update()

        self._making.submit(lambda ctx: coarse_picture(scene, viewport, ground, ctx), done=done)

    @property
    def _shown(self) -> tuple[Viewport, QImage] | None:
        """The picture that is there, in logical pixels: the right one, else the other one."""
        found = self._pictures.get(self._is_far) or next(iter(self._pictures.values()), None)
        if found is None:
            return None
        view, image = found
        ratio = image.devicePixelRatio()
        units = view.units_per_px * ratio
        return Viewport(view.x, view.y, units, self.width(), self.height()), image

    # --- painting -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colors, theme = self._canvas.colors, self._desk.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        border = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.fillRect(self.rect(), QColor(colors.background))
        shown = self._shown
        if shown is not None:
            painter.drawImage(QPointF(0, 0), shown[1])
            self._paint_frame(painter, self._frame_in(shown[0]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("line_strong"), 1.0))
        painter.drawRect(border)
        painter.end()

    def _paint_frame(self, painter: QPainter, frame: QRectF) -> None:
        if frame.contains(QRectF(self.rect())):
            return  # the map shows all of it
        colors = self._canvas.colors
        tint = QColor(colors.accent)
        tint.setAlpha(_VEIL_OPACITY)
        painter.fillRect(frame, tint)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((colors.casing, 3.5), (colors.accent, 1.8)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawRect(frame)

    def _frame_in(self, view: Viewport) -> QRectF:
        """Return where the map is, in pixels of the overview; never too small to be grabbed."""
        extent = self._canvas.viewport.extent
        left, top = view.to_screen(extent.xmin, extent.ymax)
        right, bottom = view.to_screen(extent.xmax, extent.ymin)
        frame = QRectF(QPointF(left, top), QPointF(right, bottom))
        more_x = max(_LEAST_FRAME_PX - frame.width(), 0.0) / 2
        more_y = max(_LEAST_FRAME_PX - frame.height(), 0.0) / 2
        return frame.adjusted(-more_x, -more_y, more_x, more_y)

    # --- the mouse ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        shown = self._shown
        if event.button() != Qt.MouseButton.LeftButton or shown is None:
            return
        frame = self._frame_in(shown[0])
        at = event.position()
        inside = frame.contains(at) and frame.width() < self.width()
        self._grabbed = at - frame.center() if inside else QPointF(0, 0)
        self._move_to(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self._move_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self._grabbed = None

    def _move_to(self, at: QPointF) -> None:
        shown = self._shown
        if shown is None or self._grabbed is None:
            return
        middle = at - self._grabbed
        x, y = shown[0].to_map(middle.x(), middle.y())
        self._canvas.set_viewport(replace(self._canvas.viewport, x=x, y=y))

    # --- its place ----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        placed = {QEvent.Type.Resize, QEvent.Type.LayoutDirectionChange}
        if watched is self._canvas and event.type() in placed:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        theme, canvas = self._desk.theme, self._canvas
        room = min(canvas.width() * MOST_SHARE / WIDTH_PX, canvas.height() * MOST_SHARE / HEIGHT_PX)
        factor = max(min(theme.px(WIDTH_PX) / WIDTH_PX, room), LEAST_FACTOR)
        size = QSize(round(WIDTH_PX * factor), round(HEIGHT_PX * factor))
        if size != self.size():
            self._pictures.clear()
            self.resize(size)
            self._on_scene()
        rtl = canvas.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = GAP_PX if rtl else canvas.width() - size.width() - GAP_PX
        self.move(left, canvas.height() - size.height() - BELOW_PX)


def coarse_picture(scene: Scene, viewport: Viewport, ground: str, ctx: Context) -> QImage:
    """Return a picture of a scene: small layers drawn, large ones as dots."""
    image = QImage(viewport.width_px, viewport.height_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(ground))
    painter = QPainter(image)
    try:
        for drawn in scene.layers:
            ctx.check()
            painter.setOpacity(drawn.opacity)
            if isinstance(drawn, DrawnLayer) and drawn.layer.table.row_count > MOST_DRAWN_ROWS:
                dots = splat(scene, drawn, viewport, ctx)
                height, width = dots.shape[:2]
                kind = QImage.Format.Format_RGBA8888_Premultiplied
                painter.drawImage(0, 0, QImage(dots.tobytes(), width, height, 4 * width, kind))
            elif drawn.shown_at(viewport.units_per_px):
                painter.setOpacity(1.0)  # the layer's own is in its picture
                one = replace(scene, layers=(drawn,))
                painter.drawImage(0, 0, render_image(one, viewport, background=None, ctx=ctx))
    finally:
        painter.end()
    return image

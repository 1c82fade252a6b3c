"""Pictures of volumes: by OpenGL where there is any, else by QPainter."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QImage, QPainter

from emadina_gis.app.canvas.gl_context import OffscreenGl
from emadina_gis.render.gl import GlUnavailable
from emadina_gis.render.gl.solids import SolidRenderer
from emadina_gis.render.massing.faces import MOST_BODIES, PaintedFaces
from emadina_gis.render.painter.massing import paint_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.render.massing.camera import Camera
    from emadina_gis.render.massing.scene import MassingScene

    Palette = NDArray[np.float32]


#: Bodies that QPainter draws while the view moves.
MOST_MOVING = 800


class Pictures(QObject):
    """Makes pictures of scenes; `left_out` counts the bodies the last one could not show."""

    def __init__(self, parent: QObject | None = None, *, use_gl: bool = True) -> None:
        super().__init__(parent)
        self.left_out = 0
        self._renderer: SolidRenderer | None = None
        self._gl = self._made_gl() if use_gl else None

    @property
    def uses_gl(self) -> bool:
        """Whether OpenGL draws."""
        return self._gl is not None

    def _made_gl(self) -> OffscreenGl | None:
        try:
            return OffscreenGl(self)
        except GlUnavailable:
            return None

    def picture(
        self, scene: MassingScene, camera: Camera, palette: Palette, *, fine: bool = True
    ) -> Iterator[QImage | None]:
        """Make the picture of a scene, of the camera's size, in short steps; the last yields it."""
        if self._gl is None:
            yield from self._painted(scene, camera, palette, fine=fine)
            return
        pixels = np.empty((camera.height_px, camera.width_px, 4), dtype=np.uint8)
        steps = self._steps(self._gl, scene, camera, (palette, pixels, fine))
        for _ in self._gl.stepped(steps):
            yield None
        yield _image(pixels)

    def _steps(
        self,
        gl: OffscreenGl,
        scene: MassingScene,
        camera: Camera,
        how: tuple[Palette, NDArray[np.uint8], bool],
    ) -> Iterator[None]:
        palette, pixels, fine = how
        if self._renderer is None:
            self._renderer = SolidRenderer(gl.found)
        yield from self._renderer.draw_steps(scene, camera, palette, pixels, fine=fine)

    def _painted(
        self, scene: MassingScene, camera: Camera, palette: Palette, *, fine: bool
    ) -> Iterator[QImage | None]:
        image = QImage(camera.width_px, camera.height_px, QImage.Format.Format_RGB32)
        whole = QRectF(0, 0, camera.width_px, camera.height_px)
        faces = PaintedFaces(scene, camera, MOST_BODIES if fine else MOST_MOVING)
        yield None
        painter = QPainter(image)
        try:
            with closing(paint_steps(painter, whole, (scene, camera), palette, faces)) as steps:
                for _ in steps:
                    yield None
        finally:
            painter.end()
        self.left_out = faces.left_out if fine else self.left_out
        yield image

    def close(self) -> None:
        """Free everything on the GPU."""
        if self._gl is None:
            return
        self._gl.make_current()
        if self._renderer is not None:
            self._renderer.release()
        self._gl.done_current()
        self._gl.destroy_surface()
        self._gl = None


def _image(pixels: NDArray[np.uint8]) -> QImage:
    height, width = pixels.shape[:2]
    shown = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return shown.convertToFormat(QImage.Format.Format_RGB32)

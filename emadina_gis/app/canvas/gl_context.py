"""An OpenGL context of Qt without a window, and the renderers that live in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QObject
from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext, QSurfaceFormat

from emadina_gis.render.gl import GlUnavailable, MapRenderer, context_from_loader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType


class OffscreenGl(QObject):
    """A context on an off-screen surface.

    Pictures are read back and painted by Qt like any other, so that the window needs no OpenGL
    surface of its own, on any platform.

    Raises
    ------
    GlUnavailable
        Where the platform gives no context (Qt's ``offscreen``) or one that is too old.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        if QGuiApplication.platformName() in {"offscreen", "minimal", "linuxfb", "vnc"}:
            raise GlUnavailable(QGuiApplication.platformName())
        wanted = QSurfaceFormat()
        wanted.setVersion(3, 3)
        wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
        self._context = QOpenGLContext(self)
        self._context.setFormat(wanted)
        if not self._context.create():
            raise GlUnavailable("create")
        self._surface = QOffscreenSurface(None, self)
        self._surface.setFormat(self._context.format())
        self._surface.create()
        if not self._context.makeCurrent(self._surface):
            raise GlUnavailable("makeCurrent")
        try:
            self.found: Any = context_from_loader(self._address_of)
        finally:
            self._context.doneCurrent()

    def _address_of(self, name: str) -> int:
        return int(self._context.getProcAddress(QByteArray(name.encode())) or 0)

    def make_current(self) -> None:
        """Let what follows draw here."""
        self._context.makeCurrent(self._surface)

    def done_current(self) -> None:
        """End what `make_current` began."""
        self._context.doneCurrent()

    def stepped(self, steps: Iterator[None]) -> Iterator[None]:
        """Go through steps with the context current during each of them only."""
        ended = object()
        while True:
            self.make_current()
            try:
                found = next(steps, ended)
            finally:
                self.done_current()
            if found is ended:
                return
            yield

    def destroy_surface(self) -> None:
        """Give the surface back; nothing can be drawn afterwards."""
        self._surface.destroy()


class GlContext(OffscreenGl):
    """A context with the map's renderer; use it as ``with gl as renderer:``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.make_current()
        try:
            self._renderer = MapRenderer(self.found)
        finally:
            self.done_current()

    def __enter__(self) -> MapRenderer:
        self.make_current()
        return self._renderer

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.done_current()

    def close(self) -> None:
        """Free everything on the GPU."""
        with self as renderer:
            renderer.release()
        self.destroy_surface()

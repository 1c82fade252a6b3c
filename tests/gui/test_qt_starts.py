"""Qt itself: it starts, has OpenGL on this screen, and survives many void calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage, QOffscreenSurface, QOpenGLContext, QPainter

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def test_opengl_context_can_be_made(qapp: QApplication) -> None:
    context = QOpenGLContext()
    assert context.create()
    surface = QOffscreenSurface()
    surface.create()
    assert context.makeCurrent(surface)
    assert context.format().majorVersion() >= 3
    context.doneCurrent()


def test_fifty_thousand_void_calls_do_not_lose_none(qapp: QApplication) -> None:
    """PySide6 6.12.0 on Python 3.11 loses a reference to None per void call and aborts."""
    image = QImage(8, 8, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    for _ in range(50_000):
        painter.drawPoint(1, 1)
    painter.end()
    assert not image.isNull()

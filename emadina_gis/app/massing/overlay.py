"""The marks over a picture of volumes, in the language and the colours of the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.render.painter.massing_marks import MarkInk, paint_marks

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from emadina_gis.app.speech import Speech
    from emadina_gis.app.theme import Theme
    from emadina_gis.render.massing.camera import Camera
    from emadina_gis.render.massing.scene import MassingScene


class MassingOverlay:
    """Paints over a picture."""

    def __init__(self, speech: Speech, theme: Theme) -> None:
        self._speech = speech
        self._theme = theme

    def paint(self, painter: QPainter, rect: QRectF, scene: MassingScene, camera: Camera) -> None:
        """Paint into a rectangle that the camera's picture fills."""
        theme = self._theme
        ink = MarkInk(
            text=theme.hex("text"),
            paper=theme.hex("panel"),
            line=theme.hex("line_strong"),
            accent=theme.hex("accent_text"),
            person=theme.hex("amber"),
            text_px=float(theme.px(12)),
        )
        paint_marks(painter, rect, scene, camera, (self._speech.words, ink))

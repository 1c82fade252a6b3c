"""Chooses where frames come from: OpenGL where a context can be made, else QPainter."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from emadina_gis.app.canvas.gl_source import GlSource
from emadina_gis.app.canvas.painter_source import PainterSource
from emadina_gis.render.gl import GlUnavailable

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from emadina_gis.app.canvas.frames import FrameSource

log = logging.getLogger(__name__)


def make_source(parent: QObject, *, use_gl: bool) -> FrameSource:
    """Return the best source of frames on this machine."""
    if use_gl:
        try:
            return GlSource(parent)
        except GlUnavailable as exc:
            log.info("no OpenGL (%s): the map is drawn with QPainter", exc)
    return PainterSource(parent)

"""The fast screen: polygons and points of large layers as ids, coloured when asked, by OpenGL."""

from __future__ import annotations

from emadina_gis.render.gl.context import GlUnavailable, context_from_loader, standalone_context
from emadina_gis.render.gl.fills import FillRenderer

__all__ = ["FillRenderer", "GlUnavailable", "context_from_loader", "standalone_context"]

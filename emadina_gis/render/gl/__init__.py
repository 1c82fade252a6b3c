"""The fast screen: large layers by OpenGL, far views as ids and near ones in their colours."""

from __future__ import annotations

from emadina_gis.render.gl.context import GlUnavailable, context_from_loader, standalone_context
from emadina_gis.render.gl.layers import MapRenderer

__all__ = ["GlUnavailable", "MapRenderer", "context_from_loader", "standalone_context"]

"""The map canvas: one widget, one class per gesture, and the sources of its pictures."""

from __future__ import annotations

from emadina_gis.app.canvas.gestures import Gesture, Navigate, SelectRectangle
from emadina_gis.app.canvas.map_canvas import MapCanvas
from emadina_gis.app.canvas.measure import MeasureArea, MeasureLength
from emadina_gis.domain.measuring import Measurement

__all__ = [
    "Gesture",
    "MapCanvas",
    "MeasureArea",
    "MeasureLength",
    "Measurement",
    "Navigate",
    "SelectRectangle",
]

"""The shapes of points: one for the painter, the web map and OpenGL. Without Qt and OpenGL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.style import Marker

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Corners of the shape that has most, but the circle.
MOST_CORNERS = 12
_CIRCLE_STEPS = 28
_CROSS_ARM = 0.16


def marker_outline(marker: Marker) -> NDArray[np.float64]:
    """Return the closed outline of a marker of size 1 about the origin, y down, shape (n, 2)."""
    if marker is Marker.CIRCLE:
        angle = np.linspace(0, 2 * np.pi, _CIRCLE_STEPS + 1)
        return np.column_stack([np.cos(angle), np.sin(angle)]) / 2
    a = _CROSS_ARM
    corners = {
        Marker.SQUARE: [(-0.44, -0.44), (0.44, -0.44), (0.44, 0.44), (-0.44, 0.44)],
        Marker.TRIANGLE: [(0, -0.52), (0.52, 0.42), (-0.52, 0.42)],
        Marker.DIAMOND: [(0, -0.55), (0.55, 0), (0, 0.55), (-0.55, 0)],
        Marker.CROSS: [
            (-a, -0.5), (a, -0.5), (a, -a), (0.5, -a), (0.5, a), (a, a),
            (a, 0.5), (-a, 0.5), (-a, a), (-0.5, a), (-0.5, -a), (-a, -a),
        ],
    }[marker]  # fmt: skip
    return np.array([*corners, corners[0]], dtype=np.float64)

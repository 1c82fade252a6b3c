"""``Preview``: lines and points over the map in the accent, of what is not in the project yet.

Made once from arrays, painted in any view. Knows nothing of layers.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPen, QPolygonF

from emadina_gis.app.canvas.selection import Brush, Outlines
from emadina_gis.app.canvas.speech_bubble import draw_bubble
from emadina_gis.render.painter.paths import path_elements, path_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from emadina_gis.app.canvas.colors import CanvasColors
    from emadina_gis.domain.viewport import Viewport

LINE_PX, CASING_PX = 1.4, 3.4
DOT_PX, DOT_CASING_PX = 5.0, 7.5
#: Smaller than this on the screen, a mark shows where everything lies.
_LEAST_PX = 14.0
_RING_PX = 16.0
_BATCH = 2_000
_CAPTION_PAD_PX = 24.0
_CAPTION_ABOVE_PX = 82.0


class Preview:
    """What would lie where.

    Parameters
    ----------
    xy, offsets : ndarray
        Vertices of lines in map coordinates, and where each line begins.
    points : ndarray, shape (p, 2)
        Points in map coordinates.
    caption : str
        What is shown, said at the top of the map.
    """

    def __init__(
        self,
        xy: NDArray[np.float64],
        offsets: NDArray[np.int64],
        points: NDArray[np.float64],
        caption: str = "",
    ) -> None:
        self._caption = caption
        everything = np.concatenate([xy, points])
        low, high = everything.min(axis=0), everything.max(axis=0)
        self._middle = ((low + high) / 2).tolist()
        self._size = float((high - low).max())
        self._points = points
        elements = path_elements(xy - np.array(self._middle), offsets)
        cuts = [*offsets[::_BATCH].tolist(), int(offsets[-1])]
        paths = (path_of(elements[a:b]) for a, b in pairwise(cuts) if b > a)
        self._lines = Outlines((self._middle[0], self._middle[1]), tuple(paths))

    def paint(self, painter: QPainter, viewport: Viewport, colors: CanvasColors) -> None:
        """Draw in a view (logical pixels)."""
        self._lines.paint(painter, viewport, Brush(colors, LINE_PX, CASING_PX))
        screen = viewport.points_to_screen(self._points)
        dots = QPolygonF([QPointF(x, y) for x, y in screen.tolist()])
        for color, width in ((colors.casing, DOT_CASING_PX), (colors.accent, DOT_PX)):
            painter.setPen(QPen(QColor(color), width, c=Qt.PenCapStyle.RoundCap))
            painter.drawPoints(dots)
        if self._size / viewport.units_per_px < _LEAST_PX:
            self._paint_ring(painter, viewport, colors)
        if self._caption:
            self._paint_caption(painter, viewport, colors)

    def _paint_caption(self, painter: QPainter, viewport: Viewport, colors: CanvasColors) -> None:
        """Say what is shown in the middle of the lower border, clear of the other marks."""
        size = painter.fontMetrics().size(0, self._caption)
        left = (viewport.width_px - size.width()) / 2 - _CAPTION_PAD_PX
        top = viewport.height_px - size.height() - _CAPTION_ABOVE_PX
        draw_bubble(painter, QPointF(left, top), self._caption, colors, viewport)

    def _paint_ring(self, painter: QPainter, viewport: Viewport, colors: CanvasColors) -> None:
        """Draw a ring around what is too small to be seen."""
        x, y = viewport.to_screen(*self._middle)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((colors.casing, 5.0), (colors.accent, 2.4)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawEllipse(QPointF(x, y), _RING_PX, _RING_PX)

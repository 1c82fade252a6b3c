"""A short text beside a place on the map, kept inside the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

if TYPE_CHECKING:
    from emadina_gis.app.canvas.colors import CanvasColors
    from emadina_gis.domain.viewport import Viewport

_OFFSET_PX = 14.0
_PAD_X_PX = 10.0
_PAD_Y_PX = 6.0
_RADIUS_PX = 8.0


def draw_bubble(
    painter: QPainter, at: QPointF, text: str, colors: CanvasColors, viewport: Viewport
) -> None:
    """Draw a text in a rounded box beside a position, inside the view."""
    size = painter.fontMetrics().size(0, text)
    box = QRectF(
        at.x() + _OFFSET_PX,
        at.y() + _OFFSET_PX,
        size.width() + 2 * _PAD_X_PX,
        size.height() + 2 * _PAD_Y_PX,
    )
    box.moveRight(min(box.right(), viewport.width_px - 4.0))
    box.moveBottom(min(box.bottom(), viewport.height_px - 4.0))
    fill = QColor(colors.halo)
    fill.setAlpha(240)
    painter.setPen(QPen(QColor(colors.accent), 1.0))
    painter.setBrush(fill)
    painter.drawRoundedRect(box, _RADIUS_PX, _RADIUS_PX)
    painter.setPen(QColor(colors.ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

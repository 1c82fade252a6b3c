"""What Qt draws over the map picture: scale bar and the note that data is synthetic.

Sides follow the language; the scale bar itself is never mirrored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from emadina_gis.domain.viewport import round_length

if TYPE_CHECKING:
    from emadina_gis.app.canvas.colors import CanvasColors
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.words import Words

MARGIN_PX = 16.0
LONGEST_BAR_PX = 160.0
_TICK_PX = 5.0
_KILOMETRE_M = 1000.0


def halo_text(painter: QPainter, at: QPointF, text: str, ink: str, halo: str) -> None:
    """Draw a text with its baseline at a position, readable on any ground."""
    path = QPainterPath()
    path.addText(at, painter.font(), text)
    pen = QPen(QColor(halo), 3.0, j=Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, pen)
    painter.fillPath(path, QColor(ink))


def draw_scale_bar(
    painter: QPainter, viewport: Viewport, unit_m: float, colors: CanvasColors, words: Words
) -> None:
    """Draw a bar of a round length in the bottom leading corner."""
    metres_per_px = viewport.units_per_px * unit_m
    length_m = round_length(LONGEST_BAR_PX * metres_per_px)
    width = length_m / metres_per_px
    left = viewport.width_px - MARGIN_PX - width if words.is_rtl else MARGIN_PX
    bottom = viewport.height_px - MARGIN_PX
    bar = QPainterPath(QPointF(left, bottom - _TICK_PX))
    for x, y in ((left, bottom), (left + width, bottom), (left + width, bottom - _TICK_PX)):
        bar.lineTo(x, y)
    for color, thickness in ((colors.halo, 4.0), (colors.ink, 1.6)):
        painter.strokePath(bar, QPen(QColor(color), thickness))
    text = length_text(length_m, words)
    middle = left + (width - QFontMetricsF(painter.font()).horizontalAdvance(text)) / 2
    halo_text(painter, QPointF(middle, bottom - _TICK_PX - 2), text, colors.ink, colors.halo)


def length_text(length_m: float, words: Words) -> str:
    """Return a round length with its unit."""
    if length_m >= _KILOMETRE_M:
        return words.quantity(length_m / _KILOMETRE_M, "km")
    decimals = 0 if length_m >= 1 else 2
    return words.quantity(length_m, "m", decimals)


def draw_synthetic_note(
    painter: QPainter, viewport: Viewport, colors: CanvasColors, words: Words
) -> None:
    """Say in the bottom trailing corner that data on the map is synthetic."""
    text = words.text("canvas.synthetic")
    width = QFontMetricsF(painter.font()).horizontalAdvance(text)
    left = MARGIN_PX if words.is_rtl else viewport.width_px - MARGIN_PX - width
    at = QPointF(left, viewport.height_px - MARGIN_PX)
    halo_text(painter, at, text, colors.quiet_ink, colors.halo)


def draw_busy(painter: QPainter, viewport: Viewport, colors: CanvasColors, step: int) -> None:
    """Draw a thin moving line at the top while the picture is being made."""
    width = viewport.width_px / 5
    left = (step * 14.0) % (viewport.width_px + width) - width
    painter.fillRect(QRectF(left, 0, width, 2.0), QColor(colors.accent))

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

MARGIN_PX = 12.0
PADDING_PX = 6.0
LONGEST_BAR_PX = 160.0
#: Of a narrow map, such as one of two side by side, the bar takes no larger share.
_BAR_SHARE = 0.22
_TICK_PX = 5.0
_RADIUS_PX = 6.0
_GROUND_OPACITY = 0.94
_KILOMETRE_M = 1000.0


def draw_scale_bar(
    painter: QPainter, viewport: Viewport, unit_m: float, colors: CanvasColors, words: Words
) -> None:
    """Draw a bar of a round length in the bottom leading corner."""
    metrics = QFontMetricsF(painter.font())
    length_m, card = _bar_card(viewport, unit_m, metrics, at_right=words.is_rtl)
    width, text = card.width() - 2 * PADDING_PX, length_text(length_m, words)
    _draw_card(painter, card, colors)
    inner = card.adjusted(PADDING_PX, PADDING_PX, -PADDING_PX, -PADDING_PX)
    bottom = inner.bottom()
    bar = QPainterPath(QPointF(inner.left(), bottom - _TICK_PX))
    for x, y in (
        (inner.left(), bottom),
        (inner.right(), bottom),
        (inner.right(), bottom - _TICK_PX),
    ):
        bar.lineTo(x, y)
    painter.strokePath(bar, QPen(QColor(colors.ink), 1.6))
    middle = inner.left() + (width - metrics.horizontalAdvance(text)) / 2
    painter.setPen(QColor(colors.ink))
    painter.drawText(QPointF(middle, inner.top() + metrics.ascent() - 1), text)


def _bar_card(
    viewport: Viewport, unit_m: float, metrics: QFontMetricsF, *, at_right: bool
) -> tuple[float, QRectF]:
    """Return the length of the scale bar in metres and the box it stands in."""
    metres_per_px = viewport.units_per_px * unit_m
    length_m = round_length(_longest_bar_px(viewport) * metres_per_px)
    height = metrics.height() + _TICK_PX
    return length_m, _card(length_m / metres_per_px, height, viewport, at_right=at_right)


def drawn_cards(
    viewport: Viewport, unit_m: float, metrics: QFontMetricsF, words: Words, *, synthetic: bool
) -> list[QRectF]:
    """Return the boxes of the scale bar and of the note, which hide the map."""
    cards = [_bar_card(viewport, unit_m, metrics, at_right=words.is_rtl)[1]]
    return [*cards, _note_card(viewport, metrics, words)] if synthetic else cards


def _longest_bar_px(viewport: Viewport) -> float:
    return min(LONGEST_BAR_PX, _BAR_SHARE * viewport.width_px)


def _card(width: float, height: float, viewport: Viewport, *, at_right: bool) -> QRectF:
    """Return a box for contents of a size in a bottom corner."""
    width, height = width + 2 * PADDING_PX, height + 2 * PADDING_PX
    left = viewport.width_px - MARGIN_PX - width if at_right else MARGIN_PX
    return QRectF(left, viewport.height_px - MARGIN_PX - height, width, height)


def _draw_card(painter: QPainter, card: QRectF, colors: CanvasColors) -> None:
    """Draw a quiet ground, so that a text is read on any map."""
    ground = QColor(colors.background)
    ground.setAlphaF(_GROUND_OPACITY)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(card, _RADIUS_PX, _RADIUS_PX)


def length_text(length_m: float, words: Words) -> str:
    """Return a round length with its unit."""
    if length_m >= _KILOMETRE_M:
        return words.quantity(length_m / _KILOMETRE_M, "km")
    decimals = 0 if length_m >= 1 else 2
    return words.quantity(length_m, "m", decimals)


def draw_synthetic_note(
    painter: QPainter, viewport: Viewport, colors: CanvasColors, words: Words
) -> None:
    """Say in the bottom trailing corner that data on the map is synthetic.

    On a narrow map it stands above the scale bar.
    """
    metrics = QFontMetricsF(painter.font())
    card = _note_card(viewport, metrics, words)
    _draw_card(painter, card, colors)
    painter.setPen(QColor(colors.quiet_ink))
    at = QPointF(card.left() + PADDING_PX, card.top() + PADDING_PX + metrics.ascent())
    painter.drawText(at, words.text("canvas.synthetic"))


def _note_card(viewport: Viewport, metrics: QFontMetricsF, words: Words) -> QRectF:
    width = metrics.horizontalAdvance(words.text("canvas.synthetic"))
    card = _card(width, metrics.height(), viewport, at_right=not words.is_rtl)
    beside_px = _longest_bar_px(viewport) + 4 * PADDING_PX + 2 * MARGIN_PX
    if width + beside_px > viewport.width_px:
        card.translate(0, -(metrics.height() + _TICK_PX + 3 * PADDING_PX))
    return card


def draw_busy(painter: QPainter, viewport: Viewport, colors: CanvasColors, step: int) -> None:
    """Draw a thin moving line at the top while the picture is being made."""
    width = viewport.width_px / 5
    left = (step * 14.0) % (viewport.width_px + width) - width
    painter.fillRect(QRectF(left, 0, width, 2.0), QColor(colors.accent))

"""What swatches lie on in the window: map inks are made for a map, not for a panel in any theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPainter

from emadina_gis.domain.geometry import Kind

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF

    from emadina_gis.domain.style import Symbol

#: Lines lighter than this are shown on a dark ground, as on the map; darker inks on paper.
LIGHT_LINE, DARK_INK = 205, 110
GROUND, PAPER = "#cfcac3", "#f7f5f0"
#: Outlines of areas stand so far inside their ground, or half of them would lie on the panel.
_INSET_PX = 2.0


def swatch_ground(symbol: Symbol, kind: Kind) -> str | None:
    """Return the colour under a swatch so that its ink is seen in every theme; None for none."""
    if kind == Kind.LINE:
        ink = symbol.casing or symbol.stroke or symbol.fill
        if ink is None:
            return None
        light = QColor(ink).lightness()
        return GROUND if light > LIGHT_LINE else PAPER if light < DARK_INK else None
    if symbol.fill is not None:
        return None
    inks = [symbol.stroke, symbol.pattern.color if symbol.pattern else None]
    dark = [ink for ink in inks if ink is not None and QColor(ink).lightness() < DARK_INK]
    return PAPER if dark else None


def laid_on_ground(painter: QPainter, rect: QRectF, symbol: Symbol, kind: Kind) -> QRectF:
    """Draw what lies under a swatch, if anything does; return where the swatch is drawn."""
    ground = swatch_ground(symbol, kind)
    if ground is None:
        return rect
    painter.fillRect(rect, QColor(ground))
    inset = _INSET_PX if kind == Kind.POLYGON else 0.0
    return rect.adjusted(inset, inset, -inset, -inset)

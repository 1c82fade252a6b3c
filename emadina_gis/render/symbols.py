"""Pens, markers and legend swatches from symbols, in millimetres.

Owns what a symbol looks like with QPainter; knows no scenes. `marker_outline` is shared with the
OpenGL screen so that points have one shape everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import Dash, Marker, Pattern, Symbol
from emadina_gis.render.pattern_lines import DOTTED, Ground, pattern_lines, polygon_chunk

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Dash patterns in millimetres: line, gap, …
DASHES_MM: dict[Dash, tuple[float, ...]] = {
    Dash.SOLID: (),
    Dash.DASHED: (1.6, 0.9),
    Dash.DASH_DOT: (2.2, 0.8, 0.3, 0.8),
    Dash.DOTTED: (0.3, 0.7),
}
#: Wider lines of dashes and dots are longer in proportion, so that dots are no bars.
DOTS_FIT_MM = 0.4
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


def qcolor(color: NDArray[np.uint8] | tuple[int, int, int, int]) -> QColor:
    """Return a QColor of RGBA bytes."""
    red, green, blue, alpha = (int(value) for value in color)
    return QColor(red, green, blue, alpha)


def line_pen(color: QColor, width_px: float, dash: Dash, mm_per_px: float) -> QPen:
    """Return a pen with its dash pattern in millimetres on the picture."""
    pen = QPen(color, width_px)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if dash is Dash.SOLID else Qt.PenCapStyle.FlatCap)
    pattern = DASHES_MM[dash]
    if pattern:
        longer = max(width_px * mm_per_px / DOTS_FIT_MM, 1.0) if dash is Dash.DASH_DOT else 1.0
        step = longer / mm_per_px / max(width_px, 1e-6)
        pen.setDashPattern([length * step for length in pattern])
    return pen


def pattern_pen(pattern: Pattern, mm_per_px: float) -> QPen:
    """Return the pen of a pattern; dots are lines without length that end round."""
    pen = QPen(QColor(pattern.color), pattern.width_mm / mm_per_px)
    dotted = pattern.kind in DOTTED
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if dotted else Qt.PenCapStyle.FlatCap)
    return pen


def fill_with_pattern(painter: QPainter, rect: QRectF, pattern: Pattern, mm_per_px: float) -> None:
    """Draw a pattern in a rectangle, as a legend shows it."""
    corners = [rect.topLeft(), rect.topRight(), rect.bottomRight(), rect.bottomLeft()]
    xy = np.array([(corner.x(), corner.y()) for corner in [*corners, corners[0]]])
    center = rect.center()
    ground = Ground(rect.right(), rect.bottom(), (center.x(), center.y()), mm_per_px)
    lines = pattern_lines(polygon_chunk(xy), pattern, ground)
    painter.setPen(pattern_pen(pattern, mm_per_px))
    path = QPainterPath()
    for x0, y0, x1, y1 in lines.tolist():
        path.moveTo(x0, y0)
        path.lineTo(x1, y1)
    painter.drawPath(path)


def draw_swatch(
    painter: QPainter, rect: QRectF, *, symbol: Symbol, color: QColor, kind: Kind, mm_per_px: float
) -> None:
    """Draw the legend's picture of a class: a patch, a piece of line, or a marker."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    {Kind.LINE: _line_swatch, Kind.POINT: _point_swatch}.get(kind, _fill_swatch)(
        painter, rect, symbol, color, mm_per_px
    )
    painter.restore()


def _fill_swatch(
    painter: QPainter, rect: QRectF, symbol: Symbol, color: QColor, mm_per_px: float
) -> None:
    outline = QColor(symbol.stroke) if symbol.stroke else QColor(0, 0, 0, 0)
    if outline.lightness() > 215 and color.alpha():
        outline = QColor(0, 0, 0, 60)
    painter.setPen(
        line_pen(outline, max(symbol.stroke_mm, 0.15) / mm_per_px, symbol.dash, mm_per_px)
    )
    painter.setBrush(color)
    if symbol.pattern is None:
        painter.drawRect(rect)
        return
    outlined = painter.pen()
    painter.fillRect(rect, color)
    fill_with_pattern(painter, rect, symbol.pattern, mm_per_px)
    painter.setPen(outlined)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect)


def _line_swatch(
    painter: QPainter, rect: QRectF, symbol: Symbol, color: QColor, mm_per_px: float
) -> None:
    middle = rect.center().y()
    ends = QPointF(rect.left(), middle), QPointF(rect.right(), middle)
    width = symbol.stroke_mm / mm_per_px
    if symbol.casing:
        extra = symbol.casing_mm / mm_per_px
        painter.setPen(line_pen(QColor(symbol.casing), width + extra, Dash.SOLID, mm_per_px))
        painter.drawLine(*ends)
    painter.setPen(line_pen(color, width, symbol.dash, mm_per_px))
    painter.drawLine(*ends)


def _point_swatch(
    painter: QPainter, rect: QRectF, symbol: Symbol, color: QColor, mm_per_px: float
) -> None:
    size = min(symbol.size_mm / mm_per_px, rect.height() * 1.1)
    outline = marker_outline(symbol.marker) * size
    center = rect.center()
    points = [QPointF(center.x() + x, center.y() + y) for x, y in outline.tolist()]
    pen = QPen(Qt.PenStyle.NoPen)
    if symbol.stroke:
        pen = line_pen(QColor(symbol.stroke), symbol.stroke_mm / mm_per_px, Dash.SOLID, mm_per_px)
    painter.setPen(pen)
    painter.setBrush(color)
    painter.drawPolygon(QPolygonF(points))

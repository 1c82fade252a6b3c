"""Pens, markers and legend swatches from symbols, in millimetres.

Owns what a symbol looks like with QPainter; knows no scenes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtSvg import QSvgRenderer

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import Dash, Pattern, Symbol
from emadina_gis.domain.svg_marker import colored_svg, safe_svg
from emadina_gis.errors import EmadinaError
from emadina_gis.render.marker_shapes import marker_outline
from emadina_gis.render.pattern_lines import DOTTED, Ground, pattern_lines, polygon_chunk

if TYPE_CHECKING:
    from collections.abc import Sequence

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
#: Scale at which legends without a map show what is measured on the ground.
SWATCH_SCALE = 5_000.0
#: A line takes at most this part of the height of its swatch, so that its casing is seen.
MOST_OF_SWATCH = 0.66
#: Pixels of a drawn marker in one of the screen.
SPRITE_STEPS = 2
_NOTHING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


def qcolor(color: NDArray[np.uint8] | tuple[int, int, int, int]) -> QColor:
    """Return a QColor of RGBA bytes."""
    red, green, blue, alpha = (int(value) for value in color)
    return QColor(red, green, blue, alpha)


def line_pen(
    color: QColor,
    width_px: float,
    dash: Dash,
    mm_per_px: float,
    dashes_mm: tuple[float, ...] = (),
) -> QPen:
    """Return a pen with its dash pattern in millimetres on the picture."""
    pen = QPen(color, width_px)
    pattern = dashes_mm or DASHES_MM[dash]
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if pattern else Qt.PenCapStyle.RoundCap)
    if dashes_mm:
        pen.setDashPattern([length / mm_per_px / max(width_px, 1e-6) for length in dashes_mm])
    elif pattern:
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


def draw_symbol(
    painter: QPainter, rect: QRectF, *, symbol: Symbol, kind: Kind, mm_per_px: float
) -> None:
    """Draw a swatch in the symbol's own colours."""
    is_line = kind == Kind.LINE
    name = (symbol.stroke or symbol.fill) if is_line else symbol.fill
    color = QColor(name) if name else QColor(0, 0, 0, 0)
    if name and not is_line:
        color.setAlphaF(symbol.fill_opacity)
    draw_swatch(painter, rect, symbol=symbol, color=color, kind=kind, mm_per_px=mm_per_px)


def draw_swatch(
    painter: QPainter, rect: QRectF, *, symbol: Symbol, color: QColor, kind: Kind, mm_per_px: float
) -> None:
    """Draw the legend's picture of a class: a patch, a piece of line, or a marker.

    Sizes on the ground are shown as at `SWATCH_SCALE`.
    """
    symbol = symbol.on_paper(1000.0 / SWATCH_SCALE)
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
    width_px = max(symbol.stroke_mm, 0.15) / mm_per_px
    painter.setPen(line_pen(outline, width_px, symbol.dash, mm_per_px, symbol.dashes_mm))
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
    width = min(symbol.stroke_mm / mm_per_px, rect.height() * MOST_OF_SWATCH)
    if symbol.casing:
        extra = min(symbol.casing_mm / mm_per_px, rect.height() - width)
        painter.setPen(line_pen(QColor(symbol.casing), width + extra, Dash.SOLID, mm_per_px))
        painter.drawLine(*ends)
    painter.setPen(line_pen(color, width, symbol.dash, mm_per_px, symbol.dashes_mm))
    painter.drawLine(*ends)


def _point_swatch(
    painter: QPainter, rect: QRectF, symbol: Symbol, color: QColor, mm_per_px: float
) -> None:
    size = min(symbol.size_mm / mm_per_px, rect.height() * 1.1)
    center = rect.center()
    if symbol.picture is not None:
        at = np.array([[center.x(), center.y()]])
        draw_pictures(painter, at, symbol, color, size_px=size, as_vectors=True)
        return
    outline = marker_outline(symbol.marker) * size
    points = [QPointF(center.x() + x, center.y() + y) for x, y in outline.tolist()]
    pen = QPen(Qt.PenStyle.NoPen)
    if symbol.stroke:
        pen = line_pen(QColor(symbol.stroke), symbol.stroke_mm / mm_per_px, Dash.SOLID, mm_per_px)
    painter.setPen(pen)
    painter.setBrush(color)
    painter.drawPolygon(QPolygonF(points))


def draw_pictures(
    painter: QPainter,
    xy: NDArray[np.float64],
    symbol: Symbol,
    color: QColor,
    *,
    size_px: float,
    as_vectors: bool,
) -> None:
    """Draw the picture of a symbol at places on the picture, shape (n, 2).

    Parameters
    ----------
    as_vectors : bool
        Draw shapes, for paper; otherwise a picture made once is placed at each of them.
    """
    if symbol.picture is None or size_px <= 0:
        return
    drawing = _renderer(symbol.picture.svg, color)
    box = drawing.viewBoxF()
    share = size_px / max(box.width(), box.height(), 1e-6)
    width, height = box.width() * share, box.height() * share
    painter.save()
    painter.setOpacity(painter.opacity() * color.alphaF())
    if as_vectors:
        for x, y in xy.tolist():
            drawing.render(painter, QRectF(x - width / 2, y - height / 2, width, height))
    else:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        image = _sprite(drawing, width, height)
        for x, y in xy.tolist():
            painter.drawImage(QPointF(x - width / 2, y - height / 2), image)
    painter.restore()


def _renderer(svg: str, color: QColor) -> QSvgRenderer:
    return QSvgRenderer(colored_svg(_checked(svg), color.name()).encode())


@lru_cache(maxsize=256)
def _checked(svg: str) -> str:
    """Return an SVG text; in place of one that is not safe an empty drawing."""
    try:
        return safe_svg(svg)
    except EmadinaError:
        return _NOTHING


def _sprite(drawing: QSvgRenderer, width: float, height: float) -> QImage:
    """Return a drawing as a picture, finer than the screen so that it may lie between pixels."""
    image = QImage(
        max(round(width * SPRITE_STEPS), 1),
        max(round(height * SPRITE_STEPS), 1),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.fill(Qt.GlobalColor.transparent)
    image.setDevicePixelRatio(image.width() / width)
    painter = QPainter(image)
    drawing.render(painter, QRectF(0, 0, width, height))
    painter.end()
    return image


def fill_shades(painter: QPainter, rect: QRectF, shades: Sequence[str]) -> None:
    """Fill a line of the legend of a ramp, from the colour of its top to that of its bottom."""
    gradient = QLinearGradient(rect.topLeft(), rect.bottomLeft())
    for index, color in enumerate(shades):
        gradient.setColorAt(index / (len(shades) - 1), QColor(color))
    painter.fillRect(rect, gradient)

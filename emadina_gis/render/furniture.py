"""Furniture of a printed map: legend, scale bar, north arrow, grid crosses, frame; in millimetres.

Each function draws with a painter whose unit is a pixel of `Pen.mm_per_px` millimetres and takes
its texts through ``words``. The legend mirrors with the language; scale bar, arrow and grid do not.
Knows no layout of sheets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from emadina_gis.domain.crs import Crs, grid_convergence_deg
from emadina_gis.domain.viewport import Viewport, round_length
from emadina_gis.errors import CrsError
from emadina_gis.render.labels import FAMILIES, text_outline
from emadina_gis.render.symbols import draw_swatch, fill_shades
from emadina_gis.words.numbers import format_number, isolate_number

if TYPE_CHECKING:
    from emadina_gis.render.legend import LegendRow
    from emadina_gis.words import Words

INK = "#2b2a27"
QUIET = "#6b675f"
_LINE_MM = 0.18
_SWATCH_MM = 6.0, 3.4
_ROW_MM = 5.0
_COLUMN_GAP_MM = 5.0
_TEXT_GAP_MM = 2.0
_BAR_MM = 2.0
_CROSS_MM = 4.0
_GRID_STEP_MM = 100.0
_NORTH_MM = 14.0
_TICK_SCALE = 0.72


@dataclass(frozen=True)
class Drafting:
    """Where furniture is drawn and in which language.

    Attributes
    ----------
    mm_per_px : float
        Millimetres of one unit of the painter.
    text_mm : float
        Height of body text.
    """

    painter: QPainter
    mm_per_px: float
    words: Words
    text_mm: float = 2.8
    ink: str = INK
    families: tuple[str, ...] = FAMILIES

    def px(self, mm: float) -> float:
        """Return millimetres as units of the painter."""
        return mm / self.mm_per_px

    def font(self, scale: float = 1.0, *, bold: bool = False) -> QFont:
        """Return the font of body text, scaled."""
        font = QFont()
        font.setFamilies(list(self.families))
        font.setPixelSize(max(1, round(self.px(self.text_mm * scale))))
        font.setBold(bold)
        return font

    def pen(self, width_mm: float = _LINE_MM, color: str = "") -> QPen:
        """Return a solid pen."""
        return QPen(QColor(color or self.ink), self.px(width_mm))


# --- legend ------------------------------------------------------------------------------------


def legend_height_mm(rows: Sequence[LegendRow], columns: int = 1) -> float:
    """Return the height of a legend set in columns."""
    return -(-len(rows) // max(columns, 1)) * _ROW_MM


def draw_legend(
    draft: Drafting, rect: QRectF, rows: Sequence[LegendRow], columns: int = 1
) -> QRectF:
    """Draw legend rows in columns from the leading side; return what was used.

    In Arabic the swatches stand on the right and columns run leftwards. Texts too long for their
    column are shortened in the middle; rows that do not fit in the height are not drawn.
    """
    per_column = max(1, int(rect.height() // draft.px(_ROW_MM)))
    columns = max(1, min(columns, -(-len(rows) // per_column)))
    gap = draft.px(_COLUMN_GAP_MM)
    width = (rect.width() - gap * (columns - 1)) / columns
    used = 0.0
    for index, row in enumerate(rows[: per_column * columns]):
        column, line = divmod(index, per_column)
        left = rect.left() + column * (width + gap)
        if draft.words.is_rtl:
            left = rect.right() - width - column * (width + gap)
        top = rect.top() + line * draft.px(_ROW_MM)
        _draw_row(draft, QRectF(left, top, width, draft.px(_ROW_MM)), row)
        used = max(used, (line + 1) * draft.px(_ROW_MM))
    return QRectF(rect.left(), rect.top(), rect.width(), used)


def _draw_row(draft: Drafting, cell: QRectF, row: LegendRow) -> None:
    if row.is_heading:
        _draw_text(draft, cell, row.text, draft.font(bold=True))
        return
    width, height = draft.px(_SWATCH_MM[0]), draft.px(_SWATCH_MM[1])
    rtl = draft.words.is_rtl
    left = cell.right() - width if rtl else cell.left()
    swatch = QRectF(left, cell.center().y() - height / 2, width, height)
    color = QColor(row.color)
    color.setAlphaF(row.opacity)
    if row.shades:
        draft.painter.setOpacity(row.opacity)
        fill_shades(draft.painter, QRectF(left, cell.top(), width, cell.height()), row.shades)
        draft.painter.setOpacity(1.0)
    elif row.symbol is None:
        draft.painter.setPen(draft.pen(0.1, QUIET))
        draft.painter.setBrush(color)
        draft.painter.drawRect(swatch)
    else:
        draw_swatch(
            draft.painter,
            swatch,
            symbol=row.symbol,
            color=color,
            kind=row.kind,
            mm_per_px=draft.mm_per_px,
        )
    taken = width + draft.px(_TEXT_GAP_MM)
    text = cell.adjusted(0 if rtl else taken, 0, -taken if rtl else 0, 0)
    _draw_text(draft, text, row.text, draft.font())


def _draw_text(draft: Drafting, cell: QRectF, text: str, font: QFont) -> None:
    painter = draft.painter
    painter.setFont(font)
    painter.setPen(QColor(draft.ink))
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideMiddle, cell.width())
    side = Qt.AlignmentFlag.AlignRight if draft.words.is_rtl else Qt.AlignmentFlag.AlignLeft
    absolute = Qt.AlignmentFlag.AlignAbsolute
    painter.drawText(cell, side | absolute | Qt.AlignmentFlag.AlignVCenter, shown)


# --- scale bar ---------------------------------------------------------------------------------


def draw_scale_bar(
    draft: Drafting, at: QPointF, viewport: Viewport, unit_m: float, *, longest_mm: float = 50.0
) -> QRectF:
    """Draw a bar of four parts of round lengths with its left end at a position; return its box."""
    m_per_px = viewport.units_per_px * unit_m
    part_m = round_length(draft.px(longest_mm) * m_per_px / 4)
    part = part_m / m_per_px
    height = draft.px(_BAR_MM)
    painter = draft.painter
    painter.setPen(draft.pen(0.12))
    for index in range(4):
        painter.setBrush(QColor(draft.ink if index % 2 == 0 else "#ffffff"))
        painter.drawRect(QRectF(at.x() + index * part, at.y(), part, height))
    unit, divisor = ("km", 1000.0) if 4 * part_m >= 2000 else ("m", 1.0)
    font = draft.font(0.85)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    baseline = at.y() + height + metrics.ascent() + draft.px(0.4)
    for index in (0, 2, 4):
        length = index * part_m / divisor
        decimals = 0 if float(length).is_integer() else 1
        text = draft.words.number(length, decimals)
        if index == 4:
            text = draft.words.quantity(length, unit, decimals)
        left = at.x() + index * part - metrics.horizontalAdvance(text) / 2
        painter.drawText(QPointF(left, baseline), text)
    return QRectF(at.x(), at.y(), 4 * part, height + metrics.height())


# --- north -------------------------------------------------------------------------------------


def draw_north(draft: Drafting, center: QPointF, crs: Crs, viewport: Viewport) -> QRectF:
    """Draw the arrow of grid north with its name and the convergence at the map's centre."""
    size = draft.px(_NORTH_MM)
    x, y = center.x(), center.y()
    painter = draft.painter
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(draft.pen(0.2))
    left = [(x, y - size / 2), (x - size / 5, y + size / 2), (x, y + size / 3)]
    right = [(x, y - size / 2), (x + size / 5, y + size / 2), (x, y + size / 3)]
    for corners, color in ((left, draft.ink), (right, "#ffffff")):
        painter.setBrush(QColor(color))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    lines = [draft.words.text("render.north.grid"), *_convergence_text(draft.words, crs, viewport)]
    font = draft.font(0.8)
    painter.setFont(font)
    painter.setPen(QColor(draft.ink))
    metrics = QFontMetricsF(font)
    baseline = y + size / 2 + metrics.ascent() + draft.px(0.6)
    for line in lines:
        painter.drawText(QPointF(x - metrics.horizontalAdvance(line) / 2, baseline), line)
        baseline += metrics.height()
    width = max([size, *(metrics.horizontalAdvance(line) for line in lines)])
    return QRectF(x - width / 2, y - size / 2, width, baseline - metrics.ascent() - y + size / 2)


def _convergence_text(words: Words, crs: Crs, viewport: Viewport) -> list[str]:
    if not crs.is_projected:
        return []
    try:
        angle = grid_convergence_deg(crs, viewport.x, viewport.y)
    except CrsError:
        return []
    number = format_number(angle, words.language, 2, signed=True)
    text = isolate_number(f"{number}{words.unit('degrees')}", words.language)
    return [words.text("render.north.convergence", angle=text)]


# --- grid --------------------------------------------------------------------------------------


def grid_step(viewport: Viewport, mm_per_px: float) -> float:
    """Return the round distance, in map units, of grid crosses some ten centimetres apart."""
    return round_length(_GRID_STEP_MM / mm_per_px * viewport.units_per_px)


def grid_lines(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of `step` in an interval."""
    if step <= 0:
        return []
    first = int(np.ceil(low / step))
    last = int(np.floor(high / step))
    return [index * step for index in range(first, last + 1)]


def draw_grid(draft: Drafting, viewport: Viewport) -> None:
    """Draw crosses at round coordinates, and the coordinates along the frame, on all four sides.

    Coordinates are written as maps do, in whole map units, grouped, never mirrored.
    """
    draft.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    step = grid_step(viewport, draft.mm_per_px)
    extent = viewport.extent
    columns = grid_lines(extent.xmin, extent.xmax, step)
    rows = grid_lines(extent.ymin, extent.ymax, step)
    arm = draft.px(_CROSS_MM / 2)
    crosses = QPainterPath()
    for x, y in [viewport.to_screen(column, row) for column in columns for row in rows]:
        crosses.moveTo(x - arm, y)
        crosses.lineTo(x + arm, y)
        crosses.moveTo(x, y - arm)
        crosses.lineTo(x, y + arm)
    draft.painter.strokePath(crosses, draft.pen(0.35, "#ffffff"))
    draft.painter.strokePath(crosses, draft.pen(0.15))
    decimals = max(0, -int(np.floor(np.log10(step)))) if step > 0 else 0
    for column in columns:
        x, _ = viewport.to_screen(column, extent.ymin)
        text = draft.words.number(column, decimals)
        if _clear_of_corners(draft, text, x, viewport.width_px):
            _tick(draft, QPointF(x, 0.0), text, horizontal=True)
            _tick(draft, QPointF(x, viewport.height_px), text, horizontal=True)
    for row in rows:
        _, y = viewport.to_screen(extent.xmin, row)
        text = draft.words.number(row, decimals)
        if _clear_of_corners(draft, text, y, viewport.height_px):
            _tick(draft, QPointF(0.0, y), text, horizontal=False)
            _tick(draft, QPointF(viewport.width_px, y), text, horizontal=False)


def _clear_of_corners(draft: Drafting, text: str, at: float, length: float) -> bool:
    """Whether a coordinate written along a side stays clear of the other sides' ones."""
    metrics = QFontMetricsF(draft.font(_TICK_SCALE))
    reach = metrics.horizontalAdvance(text) / 2 + metrics.height() + draft.px(1.0)
    return reach <= at <= length - reach


def _tick(draft: Drafting, at: QPointF, text: str, *, horizontal: bool) -> None:
    """Write a coordinate just inside the frame; along the sides it is turned."""
    painter = draft.painter
    font = draft.font(_TICK_SCALE)
    metrics = QFontMetricsF(font)
    inset = draft.px(0.8)
    painter.save()
    painter.translate(at)
    if not horizontal:
        painter.rotate(-90)
    begins = (at.y() if horizontal else at.x()) == 0.0
    baseline = metrics.ascent() + inset if begins else -inset - metrics.descent()
    path = text_outline(font, QPointF(-metrics.horizontalAdvance(text) / 2, baseline), text)
    painter.strokePath(path, QPen(QColor("#ffffff"), draft.px(0.6)))
    painter.fillPath(path, QColor(draft.ink))
    painter.restore()


def draw_frame(draft: Drafting, rect: QRectF) -> None:
    """Draw the frame of the map."""
    draft.painter.setPen(draft.pen(0.3))
    draft.painter.setBrush(Qt.BrushStyle.NoBrush)
    draft.painter.drawRect(rect)

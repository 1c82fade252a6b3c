"""Heights, lengths and magnified details of a street section."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPolygonF

if TYPE_CHECKING:
    from emadina_gis.render.massing.section import CutBody, Retreat
    from emadina_gis.render.painter.section_drawing import Drawing

#: Lengths drawn smaller than this get a magnified detail of this size.
TINY_PX = 4.0
_DETAIL_PX = 16.0

# --- heights -----------------------------------------------------------------------------------


def draw_heights(d: Drawing) -> None:
    """Write the tops of levels at the rear, and what stands opposite at the other end."""
    right = d.x(d.section.built_depth_m)
    rows = [(body.top_m, d.x(body.to_m)) for body in d.section.levels]
    _ladder(d, rows, right + 0.7 * d.line_px, d.ink.allowed, to_right=True)
    across = d.section.across
    if across is None:
        return
    left = d.x(d.west_m) - 0.4 * d.line_px
    if math.isfinite(across.allowed_m):
        _ladder(d, [(across.allowed_m, d.x(d.west_m))], left, d.ink.allowed, to_right=False)
    known = [b for b in across.existing if b.known and b.to_m > d.west_m]
    tops = sorted({round(b.top_m, 2) for b in known}, reverse=True)
    _ladder(d, [(top, d.x(d.west_m)) for top in tops], left, d.ink.quiet, to_right=False)


def _ladder(
    d: Drawing, rows: Sequence[tuple[float, float]], at: float, color: str, *, to_right: bool
) -> None:
    """Write heights one over the other, the highest first; those too near are left out."""
    for height, edge in sorted(rows, reverse=True):
        text = d.metres(height)
        width = d.width_of(text) + 4.0
        left = at if to_right else at - width
        box = QRectF(left, d.y(height) - d.line_px / 2, width, d.line_px * 0.96)
        if not d.reserve(box):
            continue
        d.painter.setPen(d.pen(color, 0.8, Qt.PenStyle.DotLine))
        near = box.left() if to_right else box.right()
        d.painter.drawLine(QPointF(edge, d.y(height)), QPointF(near, d.y(height)))
        d.write(box, text, color)


# --- lengths -----------------------------------------------------------------------------------


def draw_dimensions(d: Drawing) -> None:
    """Write the width of the street, the depth of the parcel, set-back and built depth."""
    section, y = d.section, d.y(0.0) + 1.5 * d.line_px
    if math.isfinite(section.road_m):
        _dimension(d, (-section.road_m, 0.0), y, "L")
    depth = (0.0, d.east_m) if d.is_broken else (0.0, section.depth_m)
    _dimension(d, depth, y, "", length_m=section.depth_m)
    second = y + 1.35 * d.line_px
    setback = section.setback_m
    if setback > 0:
        _dimension(d, (0.0, setback), second, "r")
    ground = next((body for body in section.levels if body.level == 0), None)
    if ground is not None and ground.to_m < section.depth_m - 0.01:
        _dimension(d, (ground.from_m, ground.to_m), second, "")


def _dimension(
    d: Drawing, span_m: tuple[float, float], y: float, name: str, *, length_m: float = math.nan
) -> None:
    """Draw a length between two ticks with its measure; one that is drawn short is broken off."""
    left, right = d.x(span_m[0]), d.x(span_m[1])
    tick = 0.28 * d.line_px
    d.painter.setPen(d.pen(d.ink.quiet, 0.9))
    d.painter.drawLine(QPointF(left, y), QPointF(right, y))
    for at in (left, right):
        d.painter.drawLine(QPointF(at - tick, y + tick), QPointF(at + tick, y - tick))
    drawn_m = span_m[1] - span_m[0]
    length_m = length_m if math.isfinite(length_m) else drawn_m
    if length_m > drawn_m + 0.01:
        d.draw_break(right - 2.2 * tick, y)
    text = d.metres(length_m)
    if name:
        text = f"{name} = {text}"
        text = d.words.isolated(text) if d.words.is_rtl else text
    middle = (left + right) / 2
    places = [(middle, y)] if d.width_of(text) + 12 < right - left else []
    beside = d.width_of(text) / 2 + 8
    places += [(middle, y + 0.95 * d.line_px), (left - beside, y), (right + beside, y)]
    d.label(places, text, d.ink.text)


# --- what is small -----------------------------------------------------------------------------


def draw_retreats(d: Drawing) -> None:
    """Say how far levels stand back, with a magnified detail of what is too small to be seen."""
    bodies = _foremost(d.section.levels)
    told = [retreat for retreat in d.section.retreats if retreat.level in bodies]
    small = [retreat for retreat in told if retreat.retreat_m * d.scale < TINY_PX][:1]
    shown = [retreat for retreat in small if _draw_detail(d, retreat, bodies[retreat.level])]
    for retreat in told:
        if retreat in shown:
            continue
        body, text = bodies[retreat.level], _retreat_text(d, retreat)
        beside = d.x(body.from_m) - d.width_of(text) / 2 - 1.1 * d.line_px
        middle = d.y((body.base_m + body.top_m) / 2)
        steps = (0.0, -0.8 * d.line_px, 0.8 * d.line_px, -1.6 * d.line_px)
        d.label([(beside, middle + step) for step in steps], text, d.ink.prospect)


def _foremost(levels: Sequence[CutBody]) -> dict[int, CutBody]:
    """Return the piece of each level that is nearest the street."""
    return {body.level: body for body in sorted(levels, key=lambda body: -body.from_m)}


def _retreat_text(d: Drawing, retreat: Retreat) -> str:
    text = d.words.text("massing.section.retreat", length=d.metres(retreat.retreat_m))
    return d.cited(text, "prospect_factor")


def _draw_detail(d: Drawing, retreat: Retreat, body: CutBody) -> bool:
    """Draw the step of a façade magnified in a circle over the street; whether there was room."""
    radius = 2.2 * d.line_px
    at = QPointF(d.x(body.from_m), d.y(body.base_m))
    width = max(2 * radius, d.width_of(_retreat_text(d, retreat)) + 6)
    for middle in _detail_places(at, radius):
        top = middle.y() - radius
        if d.reserve(QRectF(middle.x() - width / 2, top, width, 2 * radius + 2.1 * d.line_px)):
            _magnified(d, retreat, at, middle, radius)
            return True
    return False


def _detail_places(at: QPointF, radius: float) -> list[QPointF]:
    away = (-3.2, -4.2, -5.2, -6.4)
    over = (0.2, -0.8, -1.8, 1.2, 2.2, -2.8)
    return [QPointF(at.x() + x * radius, at.y() + y * radius) for x in away for y in over]


def _magnified(d: Drawing, retreat: Retreat, at: QPointF, middle: QPointF, radius: float) -> None:
    painter, step = d.painter, _DETAIL_PX * d.ink.text_px / 12.0
    times = step / max(retreat.retreat_m * d.scale, 1e-6)
    towards = (at - middle) / max(math.hypot(at.x() - middle.x(), at.y() - middle.y()), 1e-6)
    painter.setPen(d.pen(d.ink.prospect, 0.9))
    painter.drawLine(middle + towards * radius, at)
    painter.setBrush(QColor(d.ink.paper))
    painter.drawEllipse(middle, radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(at, 3.0, 3.0)
    painter.save()
    clip = QPolygonF([_on_circle(middle, radius - 1, turn) for turn in range(0, 360, 6)])
    path_pen = d.pen(d.ink.allowed, 1.4)
    veil = QColor(d.ink.allowed)
    veil.setAlphaF(0.22)
    outline = QPolygonF([
        QPointF(middle.x() - step / 2, middle.y() + radius * 1.2),
        QPointF(middle.x() - step / 2, middle.y()),
        QPointF(middle.x() + step / 2, middle.y()),
        QPointF(middle.x() + step / 2, middle.y() - radius * 1.2),
        QPointF(middle.x() + radius * 1.2, middle.y() - radius * 1.2),
        QPointF(middle.x() + radius * 1.2, middle.y() + radius * 1.2),
    ])  # fmt: skip
    painter.setPen(path_pen)
    painter.setBrush(QBrush(veil))
    painter.drawPolygon(outline.intersected(clip))
    painter.restore()
    lines = (_retreat_text(d, retreat), "× " + d.words.number(round(times)))
    for number, text in enumerate(lines):
        top = middle.y() + radius + 1 + number * d.line_px
        width = d.width_of(text) + 6
        box = QRectF(middle.x() - width / 2, top, width, d.line_px)
        d.write(box, text, (d.ink.prospect, d.ink.quiet)[number])


def _on_circle(middle: QPointF, radius: float, turn_deg: float) -> QPointF:
    turn = math.radians(turn_deg)
    return QPointF(middle.x() + radius * math.cos(turn), middle.y() + radius * math.sin(turn))

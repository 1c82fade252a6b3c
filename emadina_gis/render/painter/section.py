"""A street section drawn by QPainter, on screen and on paper: ground, bodies, lines, heights.

Everything is vector. Texts never cover each other: what finds no free place is left out. The
drawing is not mirrored in Arabic; its texts are. Knows no session and no widgets.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from emadina_gis.render.massing.section import TAKEN_M
from emadina_gis.render.painter.section_drawing import Drawing, SectionInk, spread
from emadina_gis.render.painter.section_marks import (
    draw_dimensions,
    draw_heights,
    draw_retreats,
)

if TYPE_CHECKING:
    from emadina_gis.render.massing.section import CutBody, StreetSection
    from emadina_gis.words import Words

__all__ = ["SectionInk", "level_name", "paint_section"]


def paint_section(
    painter: QPainter,
    rect: QRectF,
    section: StreetSection,
    words: Words,
    ink: SectionInk | None = None,
) -> None:
    """Draw a section into a rectangle of a painter's coordinates.

    Parameters
    ----------
    painter : QPainter
        On a screen, a picture or a PDF.
    rect : QRectF
        Where to draw; its ground is left as it is.
    section : StreetSection
    words : Words
        Language of the texts.
    ink : SectionInk, optional
        Colours and the size of texts; those of paper at 96 dots per inch where not given.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(rect)
    drawing = Drawing(painter, rect, section, words, ink or SectionInk())
    _draw_ground(drawing)
    if drawing.is_broken:
        painter.setPen(drawing.pen(drawing.ink.text, 1.2))
        drawing.draw_break(drawing.x(drawing.east_m) + drawing.line_px / 2, drawing.y(0.0))
    _draw_existing(drawing)
    _draw_opposite(drawing)
    _draw_levels(drawing)
    _draw_prospect(drawing)
    draw_heights(drawing)
    draw_dimensions(drawing)
    draw_retreats(drawing)
    _draw_limit(drawing)
    _name_prospect(drawing)
    _draw_band(drawing)
    _draw_names(drawing)
    painter.restore()


# --- bodies ------------------------------------------------------------------------------------


def _draw_ground(d: Drawing) -> None:
    painter = d.painter
    depth = 0.42 * d.line_px
    y = d.y(0.0)
    left, right = d.x(d.west_m) - d.line_px, d.x(d.east_m) + d.line_px
    painter.fillRect(QRectF(left, y, right - left, depth), QColor(d.ink.ground))
    if math.isfinite(d.section.road_m):
        road = QRectF(d.x(-d.section.road_m), y, d.x(0) - d.x(-d.section.road_m), depth)
        painter.fillRect(road, QColor(d.ink.line))
    painter.setPen(d.pen(d.ink.text, 1.4))
    painter.drawLine(QPointF(left, y), QPointF(right, y))


def _draw_existing(d: Drawing) -> None:
    across = d.section.across.existing if d.section.across is not None else ()
    for body in (*d.section.existing, *across):
        box = _clipped(d, body)
        if box is None:
            continue
        if not body.known:
            d.painter.setPen(d.pen(d.ink.existing_line, 1.6, Qt.PenStyle.DashLine))
            d.painter.drawLine(box.bottomLeft(), box.bottomRight())
            text = d.words.text("massing.section.height-unknown")
            if box.width() > 0.7 * d.width_of(text):
                d.label([(box.center().x(), d.y(0) - d.line_px)], text, d.ink.quiet)
            continue
        d.painter.setPen(d.pen(d.ink.existing_line))
        d.painter.setBrush(QColor(d.ink.existing))
        d.painter.drawRect(box)


def _clipped(d: Drawing, body: CutBody) -> QRectF | None:
    """Return the visible part of a body."""
    first, last = max(body.from_m, d.west_m), min(body.to_m, d.east_m)
    return None if last <= first else d.box(first, last, body.base_m, body.top_m)


def _draw_opposite(d: Drawing) -> None:
    across = d.section.across
    if across is None or not math.isfinite(across.allowed_m):
        return
    edge = -d.section.opposite_m
    box = d.box(max(edge - across.depth_m, d.west_m), edge, 0.0, across.allowed_m)
    veil = QColor(d.ink.allowed)
    veil.setAlphaF(0.08)
    d.painter.setBrush(veil)
    d.painter.setPen(d.pen(d.ink.allowed, 1.0, Qt.PenStyle.DashLine))
    d.painter.drawRect(box)


def _draw_levels(d: Drawing) -> None:
    for body in d.section.levels:
        veil = QColor(d.ink.allowed)
        veil.setAlphaF(0.22)
        d.painter.setBrush(veil)
        d.painter.setPen(d.pen(d.ink.allowed, 1.1))
        d.painter.drawRect(d.box(body.from_m, body.to_m, body.base_m, body.top_m))


# --- rules -------------------------------------------------------------------------------------


def _draw_prospect(d: Drawing) -> None:
    points = [QPointF(d.x(along), d.y(height)) for along, height in d.section.prospect_line()]
    if not points:
        return
    d.painter.save()
    d.painter.setClipRect(QRectF(d.rect.left(), d.y(d.top_m), d.rect.width(), d.rect.height()))
    d.painter.setBrush(Qt.BrushStyle.NoBrush)
    d.painter.setPen(d.pen(d.ink.prospect, 1.4, Qt.PenStyle.DashDotLine))
    d.painter.drawPolyline(QPolygonF(points))
    d.painter.restore()


def _draw_limit(d: Drawing) -> None:
    """Draw the present limit of a parcel of which the plan takes a strip for roads."""
    if d.section.taken_m < TAKEN_M:
        return
    x, high = d.x(-d.section.taken_m), d.y(0.0) - 2.4 * d.line_px
    d.painter.setPen(d.pen(d.ink.text, 1.0, Qt.PenStyle.DotLine))
    d.painter.drawLine(QPointF(x, d.y(0.0)), QPointF(x, high))
    text = d.words.text("massing.section.present-limit", length=d.metres(d.section.taken_m))
    step = 1.05 * d.line_px
    d.label([(x, high - step * (0.5 + by)) for by in range(5)], text, d.ink.text)


def _name_prospect(d: Drawing) -> None:
    if not d.section.has_prospect:
        return
    text = d.words.text(
        "massing.section.prospect",
        factor=d.words.number(d.section.prospect_factor, 1),
        over=d.words.isolated("(L + r)" if d.section.setback_m > 0 else "L"),
        height=d.metres(d.section.prospect_m),
    )
    d.label(_prospect_places(d, text), d.cited(text, "prospect_factor"), d.ink.prospect)


def _prospect_places(d: Drawing, text: str) -> list[tuple[float, float]]:
    """Return where the prospect may be named: over the street, beside the end of its line."""
    end = d.section.prospect_line()[-1]
    high = min(end[1], d.top_m)
    at = d.x(end[0] - (end[1] - high)) if high >= d.section.prospect_m else d.x(0)
    half = d.width_of(text) * 0.72 + d.line_px
    sky = [(at - half, d.y(high) - d.line_px * by) for by in (0.4, 1.5, 2.6, -0.8)]
    street = [(d.x(-d.section.road_m / 2), d.y(high * part)) for part in (0.5, 0.36, 0.22, 0.66)]
    return sky + street


def _draw_band(d: Drawing) -> None:
    end = d.section.band_end_m
    if not d.section.levels or end >= d.section.depth_m:
        return
    d.painter.setPen(d.pen(d.ink.quiet, 1.0, Qt.PenStyle.DashLine))
    top = d.y(d.top_m)
    d.painter.drawLine(QPointF(d.x(end), d.y(0)), QPointF(d.x(end), top))
    text = d.words.text("massing.section.band", length=d.metres(end))
    text = d.cited(text, "band_depth_m")
    d.label(spread(d.x(end), top + d.line_px / 2, d.line_px * 4), text, d.ink.quiet)


# --- names -------------------------------------------------------------------------------------


def _draw_names(d: Drawing) -> None:
    """Name the levels inside, then the two sides and the street."""
    for body in d.section.levels:
        text = level_name(body.level, d.words)
        high = (body.top_m - body.base_m) * d.scale
        if high < d.line_px or (body.to_m - body.from_m) * d.scale < d.width_of(text) + 8:
            continue
        middle = d.x((body.from_m + body.to_m) / 2)
        d.label([(middle, d.y((body.base_m + body.top_m) / 2))], text, d.ink.text)
    _name_existing(d)
    y = d.rect.top() + 0.7 * d.line_px
    words, section = d.words, d.section
    near = words.text("massing.section.near", sector=words.isolated(section.sector))
    middle_m = min(section.depth_m, d.east_m) / 2
    d.label(spread(d.x(middle_m), y, 3 * d.line_px), near, d.ink.allowed)
    if section.across is not None:
        far = words.text("massing.section.opposite", sector=words.isolated(section.across.sector))
        middle = d.x((d.west_m - section.opposite_m) / 2)
        d.label(spread(middle, y, 3 * d.line_px), far, d.ink.quiet)


def _name_existing(d: Drawing) -> None:
    """Write the heights of what stands, inside it where there is room."""
    across = d.section.across.existing if d.section.across is not None else ()
    for body in (*d.section.existing, *across):
        box = _clipped(d, body) if body.known else None
        text = d.words.text("massing.section.existing", height=d.metres(body.top_m))
        if box is None or box.width() < 0.8 * d.width_of(text):
            continue
        inside = (0.7, 1.8, 2.9, -0.7)
        places = [(box.center().x(), box.top() + by * d.line_px) for by in inside]
        d.label(places, text, d.ink.quiet)


def level_name(level: int, words: Words) -> str:
    """Return "RDC" or "R+2" in the language of the words."""
    if level <= 0:
        return words.text("massing.level.ground")
    return words.text("massing.level.upper", n=words.number(level))

"""A street section drawn by QPainter, on screen and on paper: ground, bodies, lines, heights.

Everything is vector. Texts never cover each other: what finds no free place beside its subject is
left to the list under the picture, which the caller has from `section_notes`. The drawing is not
mirrored in Arabic; its texts are. Knows no session and no widgets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from emadina_gis.render.labels import FAMILIES
from emadina_gis.render.massing.section import TAKEN_M
from emadina_gis.render.occupancy import Occupancy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from emadina_gis.render.massing.section import CutBody, Retreat, StreetSection
    from emadina_gis.words import Words

#: Lengths drawn smaller than this get a magnified detail.
TINY_PX = 4.0
#: Shown of the parcel opposite and behind the parcel, in metres.
OPPOSITE_M = 14.0
BEHIND_M = 5.0
#: Parcels deeper than this, and than what is built, are shown broken off.
SHALLOW_M = 45.0
_DETAIL_PX = 16.0


@dataclass(frozen=True)
class SectionInk:
    """Colours of a section, and the height of its texts in units of the painter."""

    text: str = "#1c1a18"
    quiet: str = "#68625b"
    line: str = "#a39d95"
    ground: str = "#d9d4cc"
    paper: str = "#ffffff"
    existing: str = "#b9b3aa"
    existing_line: str = "#6f6860"
    allowed: str = "#0f766e"
    prospect: str = "#a84a0a"
    text_px: float = 12.0


class _Drawing:
    """A painter with a scale: where metres are, what is taken, and how texts are set."""

    def __init__(
        self, painter: QPainter, rect: QRectF, section: StreetSection, words: Words, ink: SectionInk
    ) -> None:
        self.painter, self.rect, self.section = painter, rect, section
        self.words, self.ink = words, ink
        self.font = self._font(1.0)
        self.metrics = QFontMetricsF(self.font)
        self.line_px = self.metrics.height()
        self._taken = Occupancy(rect.width(), rect.height())
        self._fit()

    def _font(self, scale: float, *, bold: bool = False) -> QFont:
        font = QFont()
        font.setFamilies(list(FAMILIES))
        font.setPixelSize(max(1, round(self.ink.text_px * scale)))
        font.setBold(bold)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def _fit(self) -> None:
        section, rect = self.section, self.rect
        opposite = -section.opposite_m - _opposite_m(section)
        self.west_m = min(opposite, -section.taken_m - 4.0)
        shown = max(section.built_depth_m + OPPOSITE_M, SHALLOW_M)
        self.is_broken = section.depth_m > shown
        self.east_m = shown if self.is_broken else section.depth_m + BEHIND_M
        beside = 6.2 * self.ink.text_px
        above, below = 2.2 * self.line_px, 4.4 * self.line_px
        limit = section.prospect_m if section.has_prospect else 0.0
        self.top_m = max(section.top_m, min(limit, section.top_m + 4.0)) + 1.5
        across = (rect.width() - 2 * beside) / (self.east_m - self.west_m)
        up = (rect.height() - above - below) / self.top_m
        self.scale = max(min(across, up), 0.1)
        middle = rect.left() + rect.width() / 2
        self._x0 = middle - self.scale * (self.east_m + self.west_m) / 2
        spare = rect.height() - above - below - self.top_m * self.scale
        self._y0 = rect.bottom() - below - 0.45 * max(spare, 0.0)

    def x(self, along_m: float) -> float:
        return self._x0 + along_m * self.scale

    def y(self, height_m: float) -> float:
        return self._y0 - height_m * self.scale

    def box(self, from_m: float, to_m: float, low_m: float, high_m: float) -> QRectF:
        return QRectF(QPointF(self.x(from_m), self.y(high_m)), QPointF(self.x(to_m), self.y(low_m)))

    def pen(
        self, color: str, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine
    ) -> QPen:
        return QPen(QColor(color), width * self.ink.text_px / 12.0, style)

    def metres(self, length_m: float) -> str:
        return self.words.quantity(length_m, "m", 2)

    def cited(self, text: str, kind: str) -> str:
        """Return a text with the article it comes from, where it is known."""
        citation = self.section.citations.get(kind)
        if citation is None or not citation.article:
            return text
        article = self.words.text("massing.article", article=self.words.isolated(citation.article))
        return f"{text} ({article})"

    def width_of(self, text: str) -> float:
        return self.metrics.horizontalAdvance(text)

    def draw_break(self, x: float, y: float) -> None:
        """Draw the sign of a line that is longer than it is drawn."""
        step = 0.3 * self.line_px
        for at in (x - step / 2, x + step / 2):
            ends = QPointF(at - step / 3, y + step), QPointF(at + step / 3, y - step)
            self.painter.drawLine(*ends)

    def reserve(self, box: QRectF) -> bool:
        """Take a place for a text; False where another one is there or it would be cut."""
        middle = box.center() - self.rect.topLeft()
        return self._taken.take(middle.x(), middle.y(), box.width(), box.height())

    def write(self, box: QRectF, text: str, color: str, *, halo: bool = True) -> None:
        """Set a text in the middle of a box, on a ground that keeps it readable."""
        if halo:
            ground = QColor(self.ink.paper)
            ground.setAlphaF(0.86)
            self.painter.fillRect(box, ground)
        self.painter.setFont(self.font)
        self.painter.setPen(QColor(color))
        self.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def label(self, places: Iterable[tuple[float, float]], text: str, color: str) -> bool:
        """Write a text about the first of some middles that is free."""
        width, height = self.width_of(text) + 6.0, self.line_px
        for x, y in places:
            box = QRectF(x - width / 2, y - height / 2, width, height)
            if self.reserve(box):
                self.write(box, text, color)
                return True
        return False


def _opposite_m(section: StreetSection) -> float:
    """Return how deep the other side is shown: so far that the first building there is seen."""
    if section.across is None:
        return 4.0
    bodies = [-section.opposite_m - body.from_m for body in section.across.existing]
    wanted = max(OPPOSITE_M, min(bodies, default=0.0))
    return min(max(section.across.depth_m, 6.0), wanted, 2 * OPPOSITE_M)


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
    drawing = _Drawing(painter, rect, section, words, ink or SectionInk())
    _draw_ground(drawing)
    if drawing.is_broken:
        painter.setPen(drawing.pen(drawing.ink.text, 1.2))
        drawing.draw_break(drawing.x(drawing.east_m) + drawing.line_px / 2, drawing.y(0.0))
    _draw_existing(drawing)
    _draw_opposite(drawing)
    _draw_levels(drawing)
    _draw_prospect(drawing)
    _draw_heights(drawing)
    _draw_dimensions(drawing)
    _draw_retreats(drawing)
    _draw_limit(drawing)
    _name_prospect(drawing)
    _draw_band(drawing)
    _draw_names(drawing)
    painter.restore()


# --- bodies ------------------------------------------------------------------------------------


def _draw_ground(d: _Drawing) -> None:
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


def _draw_existing(d: _Drawing) -> None:
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


def _clipped(d: _Drawing, body: CutBody) -> QRectF | None:
    """Return the visible part of a body."""
    first, last = max(body.from_m, d.west_m), min(body.to_m, d.east_m)
    return None if last <= first else d.box(first, last, body.base_m, body.top_m)


def _draw_opposite(d: _Drawing) -> None:
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


def _draw_levels(d: _Drawing) -> None:
    for body in d.section.levels:
        veil = QColor(d.ink.allowed)
        veil.setAlphaF(0.22)
        d.painter.setBrush(veil)
        d.painter.setPen(d.pen(d.ink.allowed, 1.1))
        d.painter.drawRect(d.box(body.from_m, body.to_m, body.base_m, body.top_m))


# --- rules -------------------------------------------------------------------------------------


def _draw_prospect(d: _Drawing) -> None:
    points = [QPointF(d.x(along), d.y(height)) for along, height in d.section.prospect_line()]
    if not points:
        return
    d.painter.save()
    d.painter.setClipRect(QRectF(d.rect.left(), d.y(d.top_m), d.rect.width(), d.rect.height()))
    d.painter.setBrush(Qt.BrushStyle.NoBrush)
    d.painter.setPen(d.pen(d.ink.prospect, 1.4, Qt.PenStyle.DashDotLine))
    d.painter.drawPolyline(QPolygonF(points))
    d.painter.restore()


def _draw_limit(d: _Drawing) -> None:
    """Draw the present limit of a parcel of which the plan takes a strip for roads."""
    if d.section.taken_m < TAKEN_M:
        return
    x, high = d.x(-d.section.taken_m), d.y(0.0) - 2.4 * d.line_px
    d.painter.setPen(d.pen(d.ink.text, 1.0, Qt.PenStyle.DotLine))
    d.painter.drawLine(QPointF(x, d.y(0.0)), QPointF(x, high))
    text = d.words.text("massing.section.present-limit", length=d.metres(d.section.taken_m))
    step = 1.05 * d.line_px
    d.label([(x, high - step * (0.5 + by)) for by in range(5)], text, d.ink.text)


def _name_prospect(d: _Drawing) -> None:
    if not d.section.has_prospect:
        return
    text = d.words.text(
        "massing.section.prospect",
        factor=d.words.number(d.section.prospect_factor, 1),
        over=d.words.isolated("(L + r)" if d.section.setback_m > 0 else "L"),
        height=d.metres(d.section.prospect_m),
    )
    d.label(_prospect_places(d, text), d.cited(text, "prospect_factor"), d.ink.prospect)


def _prospect_places(d: _Drawing, text: str) -> list[tuple[float, float]]:
    """Return where the prospect may be named: over the street, beside the end of its line."""
    end = d.section.prospect_line()[-1]
    high = min(end[1], d.top_m)
    at = d.x(end[0] - (end[1] - high)) if high >= d.section.prospect_m else d.x(0)
    half = d.width_of(text) * 0.72 + d.line_px
    sky = [(at - half, d.y(high) - d.line_px * by) for by in (0.4, 1.5, 2.6, -0.8)]
    street = [(d.x(-d.section.road_m / 2), d.y(high * part)) for part in (0.5, 0.36, 0.22, 0.66)]
    return sky + street


def _draw_band(d: _Drawing) -> None:
    end = d.section.band_end_m
    if not d.section.levels or end >= d.section.depth_m:
        return
    d.painter.setPen(d.pen(d.ink.quiet, 1.0, Qt.PenStyle.DashLine))
    top = d.y(d.top_m)
    d.painter.drawLine(QPointF(d.x(end), d.y(0)), QPointF(d.x(end), top))
    text = d.words.text("massing.section.band", length=d.metres(end))
    text = d.cited(text, "band_depth_m")
    d.label(_spread(d.x(end), top + d.line_px / 2, d.line_px * 4), text, d.ink.quiet)


def _spread(x: float, y: float, step: float) -> list[tuple[float, float]]:
    """Return places about a point, the nearest first."""
    return [(x + step * by, y) for by in (0, 1, -1, 2, -2, 3)]


# --- heights -----------------------------------------------------------------------------------


def _draw_heights(d: _Drawing) -> None:
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
    d: _Drawing, rows: Sequence[tuple[float, float]], at: float, color: str, *, to_right: bool
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


def _draw_dimensions(d: _Drawing) -> None:
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
    d: _Drawing, span_m: tuple[float, float], y: float, name: str, *, length_m: float = math.nan
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


def _draw_retreats(d: _Drawing) -> None:
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


def _retreat_text(d: _Drawing, retreat: Retreat) -> str:
    text = d.words.text("massing.section.retreat", length=d.metres(retreat.retreat_m))
    return d.cited(text, "prospect_factor")


def _draw_detail(d: _Drawing, retreat: Retreat, body: CutBody) -> bool:
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


def _magnified(d: _Drawing, retreat: Retreat, at: QPointF, middle: QPointF, radius: float) -> None:
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


# --- names -------------------------------------------------------------------------------------


def _draw_names(d: _Drawing) -> None:
    """Name the levels inside, then the two sides and the street."""
    for body in d.section.levels:
        text = level_name(body.level, d.words)
        high = (body.top_m - body.base_m) * d.scale
        if high < d.line_px or (body.to_m - body.from_m) * d.scale < d.width_of(text) + 8:
            continue
        middle = d.x((body.from_m + body.to_m) / 2)
        d.label([(middle, d.y((body.base_m + body.top_m) / 2))], text, d.ink.text)
    y = d.rect.top() + 0.7 * d.line_px
    words, section = d.words, d.section
    near = words.text("massing.section.near", sector=words.isolated(section.sector))
    middle_m = min(section.depth_m, d.east_m) / 2
    d.label(_spread(d.x(middle_m), y, 3 * d.line_px), near, d.ink.allowed)
    if section.across is not None:
        far = words.text("massing.section.opposite", sector=words.isolated(section.across.sector))
        middle = d.x((d.west_m - section.opposite_m) / 2)
        d.label(_spread(middle, y, 3 * d.line_px), far, d.ink.quiet)


def level_name(level: int, words: Words) -> str:
    """Return "RDC" or "R+2" in the language of the words."""
    if level <= 0:
        return words.text("massing.level.ground")
    return words.text("massing.level.upper", n=words.number(level))

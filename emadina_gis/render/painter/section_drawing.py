"""``Drawing``: a street section's scale on a painter, its colours, and places for its texts.

Knows what is taken and how a text is set; what is drawn is for others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from emadina_gis.render.drawn_texts import note
from emadina_gis.render.labels import FAMILIES
from emadina_gis.render.occupancy import Occupancy

if TYPE_CHECKING:
    from emadina_gis.render.massing.section import StreetSection
    from emadina_gis.words import Words

#: Shown of the parcel opposite and behind the parcel, in metres.
OPPOSITE_M = 14.0
BEHIND_M = 5.0
#: Parcels deeper than this, and than what is built, are shown broken off.
SHALLOW_M = 45.0


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


class Drawing:
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
        """Return where a length along the cut lies."""
        return self._x0 + along_m * self.scale

    def y(self, height_m: float) -> float:
        """Return where a height lies."""
        return self._y0 - height_m * self.scale

    def box(self, from_m: float, to_m: float, low_m: float, high_m: float) -> QRectF:
        """Return the rectangle of a body."""
        return QRectF(QPointF(self.x(from_m), self.y(high_m)), QPointF(self.x(to_m), self.y(low_m)))

    def pen(
        self, color: str, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine
    ) -> QPen:
        """Return a pen whose width follows the size of texts."""
        return QPen(QColor(color), width * self.ink.text_px / 12.0, style)

    def metres(self, length_m: float) -> str:
        """Return a length as it is written."""
        return self.words.quantity(length_m, "m", 2)

    def cited(self, text: str, kind: str) -> str:
        """Return a text with the article it comes from, where it is known."""
        citation = self.section.citations.get(kind)
        if citation is None or not citation.article:
            return text
        article = self.words.text("massing.article", article=self.words.isolated(citation.article))
        return f"{text} ({article})"

    def width_of(self, text: str) -> float:
        """Return how wide a text is."""
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
        note(text)
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


def spread(x: float, y: float, step: float) -> list[tuple[float, float]]:
    """Return places about a point, the nearest first."""
    return [(x + step * by, y) for by in (0, 1, -1, 2, -2, 3)]

"""Fonts of labels: families, sizes in pixels of a view, spaced letters, outlines.

Owns how a font is made of a label style; knows no place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath, QTransform

if TYPE_CHECKING:
    from emadina_gis.domain.style import LabelStyle

#: Families tried in order; Latin and Arabic of one design first.
FAMILIES = ("IBM Plex Sans", "IBM Plex Sans Arabic", "Noto Sans", "Noto Sans Arabic", "DejaVu Sans")
SMALLEST_SCREEN_PX = 11.5
#: Units of an em square of the fonts.
_DESIGN_PX = 1000
#: Arabic letters, and their older single shapes.
_JOINED = re.compile("[\u0600-\u077f\ufb50-\ufeff]")


class TextLook(NamedTuple):
    """What makes the letters of a text: all that its measures depend on."""

    families: tuple[str, ...]
    pixels: int
    bold: bool
    italic: bool
    spacing: float

    def font(self, *, joined: bool = False) -> QFont:
        """Return the font; `joined` for scripts whose letters are never parted."""
        return _font(self, 0.0 if joined else self.spacing)

    def metrics(self) -> QFontMetricsF:
        """Return the measures of the font."""
        return _metrics(self)


@dataclass(frozen=True)
class Lettering:
    """How texts are measured and drawn.

    Attributes
    ----------
    mm_per_px : float
        Millimetres of a pixel of the view.
    language : str
        Writes numbers the way of this language.
    smallest_px : float
        No text is smaller; 0 for print.
    """

    mm_per_px: float
    language: str = "fr"
    smallest_px: float = 0.0
    families: tuple[str, ...] = FAMILIES

    def look(self, style: LabelStyle) -> TextLook:
        """Return what the letters of a style look like."""
        size = max(style.size_mm / self.mm_per_px, self.smallest_px)
        pixels = max(1, round(size))
        return TextLook(self.families, pixels, style.bold, style.italic, style.letter_spacing)

    def font(self, style: LabelStyle) -> QFont:
        """Return the font of a label style."""
        return self.look(style).font()

    def px(self, millimetres: float) -> float:
        """Return a length on paper in pixels of the view."""
        return millimetres / self.mm_per_px


def _font(look: TextLook, spacing: float) -> QFont:
    font = QFont()
    font.setFamilies(list(look.families))
    font.setPixelSize(look.pixels)
    font.setBold(look.bold)
    font.setItalic(look.italic)
    if spacing:
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing * look.pixels)
    return font


@lru_cache(maxsize=256)
def _metrics(look: TextLook) -> QFontMetricsF:
    return QFontMetricsF(_font(look, 0.0))


def is_joined(text: str) -> bool:
    """Whether a text has letters that are joined to each other, as Arabic ones are."""
    return _JOINED.search(text) is not None


def text_outline(font: QFont, at: QPointF, text: str) -> QPainterPath:
    """Return the outlines of a line of text whose baseline begins at a position.

    The outlines of a small font are hinted and rounded, and change by a 64th of a pixel with what
    was drawn before. At one pixel per unit of the font's design they are the design's own, so
    that the same sheet always gives the same file.
    """
    large = QFont(font)
    large.setPixelSize(_DESIGN_PX)
    scale = font.pixelSize() / _DESIGN_PX
    if font.letterSpacing():
        large.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, font.letterSpacing() / scale)
    path = QPainterPath()
    path.addText(QPointF(), large, text)
    return QTransform(scale, 0.0, 0.0, scale, at.x(), at.y()).map(path)

"""What a PDF is for: by mail, on a screen, at a printer's; and how large it will be.

A preset says how fine pictures and coordinates are kept. The size is told before anything is
drawn, from what a page holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MM_PER_INCH = 25.4


class Preset(StrEnum):
    """What a PDF is for."""

    MAIL = "mail"
    SCREEN = "screen"
    PRESS = "press"

    @property
    def fineness(self) -> Fineness:
        """How fine its pictures and coordinates are."""
        return _FINENESS[self]


@dataclass(frozen=True)
class Fineness:
    """How fine pictures and coordinates are kept.

    Attributes
    ----------
    picture_dpi : int
        Pictures with more dots per inch are made smaller.
    jpeg_quality : int
        From 0 to 100; 0 keeps every pixel as it is.
    step_mm : float
        Coordinates are kept to this length on paper, or finer.
    level : int
        Effort of the compression, 1 to 9.
    """

    picture_dpi: int
    jpeg_quality: int
    step_mm: float
    level: int


_FINENESS = {
    Preset.MAIL: Fineness(150, 70, 0.022, 6),
    Preset.SCREEN: Fineness(300, 85, 0.0022, 4),
    Preset.PRESS: Fineness(600, 0, 0.0022, 6),
}

#: Compressed bytes that a corner of a line or an area takes (filled and outlined), by the step of
#: coordinates; a letter; a page; the fonts, metadata and colour profile of a file. Measured on
#: sheets of the demonstration.
_BYTES_PER_CORNER = {0.022: 3.7, 0.0022: 4.6}
_BYTES_PER_LETTER = 3.0
_BYTES_PER_PAGE = 4_000
_BYTES_PER_FILE = 40_000
#: Compressed bytes of a pixel of a map picture: as JPEG by quality, or with every pixel kept.
_BYTES_PER_PIXEL = {70: 0.22, 85: 0.35, 0: 1.5}


@dataclass(frozen=True)
class PageLoad:
    """What is drawn on a page.

    Attributes
    ----------
    corners : int
        Corners of the lines and areas in view, each counted once.
    picture_mm2 : float
        Paper covered by pictures.
    letters : int
        Letters of all texts.
    """

    corners: int = 0
    picture_mm2: float = 0.0
    letters: int = 0


def estimated_bytes(pages: Iterable[PageLoad], preset: Preset) -> int:
    """Return the size that a PDF of some pages will have, within about a factor of two."""
    fine = preset.fineness
    pixels_per_mm2 = (fine.picture_dpi / MM_PER_INCH) ** 2
    total = float(_BYTES_PER_FILE)
    for page in pages:
        total += _BYTES_PER_PAGE
        total += page.corners * _BYTES_PER_CORNER[fine.step_mm]
        total += page.letters * _BYTES_PER_LETTER
        total += page.picture_mm2 * pixels_per_mm2 * _BYTES_PER_PIXEL[fine.jpeg_quality]
    return round(total)

"""Sizes of paper, and how large type and columns stand on each: ISO 216, in millimetres.

Pure numbers; knows nothing of frames, of Qt or of what is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emadina_gis.project.layouts import PageFormat

#: ISO 216 sizes, portrait (width, height) in millimetres.
PAPER_MM: dict[str, tuple[float, float]] = {
    "A4": (210.0, 297.0),
    "A3": (297.0, 420.0),
    "A2": (420.0, 594.0),
    "A1": (594.0, 841.0),
    "A0": (841.0, 1189.0),
}
MARGIN_MM = 8.0
GAP_MM = 3.0
#: Room between a map and what stands beside it for the coordinates written outside its frame.
FRAME_LABELS_MM = 5.0
_TEXT_SCALE = {"A4": 0.84, "A3": 1.0, "A2": 1.2, "A1": 1.5, "A0": 1.9}
_COLUMN_SCALE = {"A4": 0.72, "A3": 1.0, "A2": 1.2, "A1": 1.5, "A0": 1.9}


def paper_size_mm(page: PageFormat | str, *, landscape: bool) -> tuple[float, float]:
    """Return (width, height) of a paper in millimetres."""
    width, height = PAPER_MM[str(page)]
    return (height, width) if landscape else (width, height)


def text_scale(page: PageFormat | str) -> float:
    """Return the factor on type sizes of a paper: 1 on A3, less on A4, more on large sheets."""
    return _TEXT_SCALE[str(page)]


def column_scale(page: PageFormat | str) -> float:
    """Return the factor on widths of columns beside a map: 1 on A3."""
    return _COLUMN_SCALE[str(page)]

"""What a page of a PDF shows: texts, lines, areas and pictures, as data.

Positions are millimetres from the top left corner of the page, y down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Rect = tuple[float, float, float, float]


@dataclass(frozen=True)
class TextMark:
    """A run of glyphs that follow one another on a line.

    Attributes
    ----------
    text : str
        What spans say of their glyphs, else what the font does; from left to right.
    size_pt : float
        Height of the em on the page.
    start, end : tuple of float
        Where the first glyph that is not blank begins and the last one ends, on the baseline.
    lost : int
        Glyphs that are boxes (no glyph) or that the font gives no character for.
    """

    text: str
    size_pt: float
    start: tuple[float, float]
    end: tuple[float, float]
    layer: str = ""
    lost: int = 0
    is_visible: bool = True
    font: str = ""

    @property
    def center(self) -> tuple[float, float]:
        """Middle of the baseline."""
        return (self.start[0] + self.end[0]) / 2, (self.start[1] + self.end[1]) / 2


@dataclass(frozen=True, eq=False)
class PathMark:
    """A path that is filled, stroked or both.

    Attributes
    ----------
    points : ndarray of float64, shape (n, 2)
        All points of the path, control points too.
    fill, stroke : str
        Colour ``#rrggbb``; empty where not painted.
    alpha : float
        Opacity of the fill, else of the stroke.
    clip : tuple of float or None
        Bounds of what it is clipped to.
    starts : tuple of int
        Where each part of the path begins in `points`.
    """

    points: NDArray[np.float64]
    fill: str
    stroke: str
    width_mm: float
    is_dashed: bool
    alpha: float
    clip: Rect | None
    layer: str = ""
    starts: tuple[int, ...] = ()

    @property
    def parts(self) -> list[NDArray[np.float64]]:
        """Points of each part of the path."""
        ends = [*self.starts[1:], len(self.points)]
        return [self.points[i:j] for i, j in zip(self.starts, ends, strict=True)]

    @property
    def bounds(self) -> Rect:
        """Left, top, right, bottom of its points."""
        low, high = self.points.min(axis=0).tolist(), self.points.max(axis=0).tolist()
        return low[0], low[1], high[0], high[1]


@dataclass(frozen=True)
class PictureMark:
    """A picture and where it lies."""

    bounds: Rect
    clip: Rect | None
    layer: str = ""


@dataclass(frozen=True)
class PageMarks:
    """All that a page shows, in drawing order by kind, and where the file says maps are."""

    size_mm: tuple[float, float]
    texts: tuple[TextMark, ...]
    paths: tuple[PathMark, ...] = ()
    pictures: tuple[PictureMark, ...] = ()
    viewports: tuple[Rect, ...] = ()

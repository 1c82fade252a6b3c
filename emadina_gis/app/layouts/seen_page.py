"""A layout as it is seen: mirrored for Arabic, frames hit and caught by a rectangle.

Pure; snapping and sizes are the project's, what is stored is the commands'.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.project.layout_rules import page_size_mm
from emadina_gis.project.layout_snap import Around, Rect, rect_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from emadina_gis.project import Layout
    from emadina_gis.project.layouts import Frame

#: Frames catch lines that are this near on the screen.
CATCH_PX = 6.0


@dataclass(frozen=True)
class SeenPage:
    """A layout as the language of the page shows it: Arabic pages are mirrored."""

    layout: Layout
    rtl: bool = False

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the paper."""
        return page_size_mm(self.layout)

    def is_mirrored(self, frame: Frame) -> bool:
        """Whether a frame is seen on the other side than it is stored."""
        return self.rtl and not frame.keeps_side

    def rect(self, frame: Frame) -> Rect:
        """Return where a frame is seen."""
        return self._turned(frame, rect_of(frame))

    def placed(self, frame: Frame, rect: Rect) -> Frame:
        """Return a frame that is seen at a place."""
        kept = self._turned(frame, rect)
        x, y, width, height = (_hundredth(value) for value in _sides(kept))
        return replace(frame, x=x, y=y, width=width, height=height)

    def rects(self) -> dict[str, Rect]:
        """Return where all frames are seen, in drawing order."""
        return {frame.id: self.rect(frame) for frame in self.layout.frames}

    def at(self, x: float, y: float) -> str:
        """Return the topmost frame at a place; empty for none."""
        hits = (name for name, rect in reversed(self.rects().items()) if _holds(rect, x, y))
        return next(hits, "")

    def touched(self, rubber: Rect) -> tuple[str, ...]:
        """Return the frames that a rectangle touches; locked ones are left."""
        return tuple(
            frame.id
            for frame in self.layout.frames
            if not frame.locked and _touches(self.rect(frame), rubber)
        )

    def around(self, moving: Collection[str], px_per_mm: float, *, snap: bool = True) -> Around:
        """Return what moving frames may catch at a zoom of the screen."""
        others = tuple(rect for name, rect in self.rects().items() if name not in moving)
        return Around(self.size_mm, others, CATCH_PX / px_per_mm if snap else 0.0)

    def _turned(self, frame: Frame, rect: Rect) -> Rect:
        if not self.is_mirrored(frame):
            return rect
        return replace(rect, x=self.size_mm[0] - rect.right)


def spanned(one: tuple[float, float], other: tuple[float, float]) -> Rect:
    """Return the rectangle between two corners in any order."""
    (x0, y0), (x1, y1) = one, other
    return Rect(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0))


def _sides(rect: Rect) -> tuple[float, float, float, float]:
    return rect.x, rect.y, rect.width, rect.height


def _hundredth(value: float) -> float:
    """Return millimetres to the hundredth; no minus zero."""
    return round(value, 2) + 0.0


def _holds(rect: Rect, x: float, y: float) -> bool:
    return rect.x <= x <= rect.right and rect.y <= y <= rect.bottom


def _touches(one: Rect, other: Rect) -> bool:
    across = one.x < other.right and other.x < one.right
    return across and one.y < other.bottom and other.y < one.bottom

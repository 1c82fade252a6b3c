"""How the paper lies in the view: pixels for a millimetre, and where its corner is.

Pure; knows neither Qt nor frames.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from emadina_gis.project.layout_snap import Rect

#: Room around a page that is fitted into the view.
AROUND_PX = 28.0
LEAST_PX_PER_MM = 0.15
MOST_PX_PER_MM = 60.0


@dataclass(frozen=True)
class PaperScale:
    """Pixels of the view for millimetres of paper.

    Attributes
    ----------
    px_per_mm : float
        Logical pixels.
    left, top : float
        Where the corner of the paper is in the view.
    """

    px_per_mm: float = 2.0
    left: float = 0.0
    top: float = 0.0

    def to_view(self, x: float, y: float) -> tuple[float, float]:
        """Return where a place of the paper is in the view."""
        return self.left + x * self.px_per_mm, self.top + y * self.px_per_mm

    def to_paper(self, x: float, y: float) -> tuple[float, float]:
        """Return the millimetres under a place of the view."""
        return (x - self.left) / self.px_per_mm, (y - self.top) / self.px_per_mm

    def rect(self, rect: Rect) -> Rect:
        """Return a rectangle of the paper in pixels of the view."""
        x, y = self.to_view(rect.x, rect.y)
        return Rect(x, y, rect.width * self.px_per_mm, rect.height * self.px_per_mm)

    def seen(self, width_px: float, height_px: float, page: Rect) -> Rect:
        """Return the part of the page that a view of a size shows."""
        x0, y0 = self.to_paper(0.0, 0.0)
        x1, y1 = self.to_paper(width_px, height_px)
        left, top = max(x0, page.x), max(y0, page.y)
        right, bottom = min(x1, page.right), min(y1, page.bottom)
        return Rect(left, top, max(right - left, 0.0), max(bottom - top, 0.0))

    def zoomed(self, factor: float, at: tuple[float, float]) -> PaperScale:
        """Return the scale changed by a factor; what lies at `at` stays there."""
        px = min(max(self.px_per_mm * factor, LEAST_PX_PER_MM), MOST_PX_PER_MM)
        x, y = self.to_paper(*at)
        return PaperScale(px, at[0] - x * px, at[1] - y * px)

    def shifted(self, dx: float, dy: float) -> PaperScale:
        """Return the scale with the paper moved in the view."""
        return replace(self, left=self.left + dx, top=self.top + dy)

    def held(self, view: tuple[float, float], page: Rect) -> PaperScale:
        """Return the scale with the page in sight: centred where it fits, else to its edges."""
        left = self._kept(self.left, page.width, view[0])
        top = self._kept(self.top, page.height, view[1])
        return replace(self, left=left, top=top)

    def _kept(self, start: float, length_mm: float, room: float) -> float:
        most, least = self.bounds(length_mm * self.px_per_mm, room)
        return min(max(start, least), most)

    @staticmethod
    def bounds(length: float, room: float) -> tuple[float, float]:
        """Return the most and the least that a page of a length may begin at in a room."""
        if length + 2 * AROUND_PX <= room:
            middle = (room - length) / 2
            return middle, middle
        return AROUND_PX, room - length - AROUND_PX


def fitted(view: tuple[float, float], page: Rect) -> PaperScale:
    """Return the scale at which the whole page is seen."""
    room = (max(view[0] - 2 * AROUND_PX, 20.0), max(view[1] - 2 * AROUND_PX, 20.0))
    px = min(room[0] / page.width, room[1] / page.height)
    px = min(max(px, LEAST_PX_PER_MM), MOST_PX_PER_MM)
    return PaperScale(px).held(view, page)


def tick_mm(px_per_mm: float) -> int:
    """Return the millimetres between numbers of a ruler: no closer than a number is wide."""
    for step in (5, 10, 20, 50, 100, 200, 500):
        if step * px_per_mm >= 42.0:
            return step
    return 1000

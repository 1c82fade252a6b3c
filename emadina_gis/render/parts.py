"""Parts of a picture: what a view shows that an earlier picture of the same scale does not hold."""

from __future__ import annotations

from typing import NamedTuple

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.viewport import Viewport

#: Pictures whose pixels lie apart by no whole number of pixels, within this, are of no use.
_OFF_GRID_PX = 0.01
_SAME_SCALE = 1e-9
#: An earlier picture that holds less of a view is not worth keeping.
_LEAST_HELD = 0.4


class Part(NamedTuple):
    """A rectangle of a picture in pixels, from the top left."""

    left: int
    top: int
    width: int
    height: int

    def extent(self, viewport: Viewport) -> Extent:
        """Return what the part covers, in map units."""
        units, whole = viewport.units_per_px, viewport.extent
        left, top = whole.xmin + self.left * units, whole.ymax - self.top * units
        return Extent(left, top - self.height * units, left + self.width * units, top)

    def viewport(self, viewport: Viewport) -> Viewport:
        """Return the view of the part alone, pixel on pixel with the whole."""
        x, y = self.extent(viewport).center
        return Viewport(x, y, viewport.units_per_px, self.width, self.height)

    def finer(self, steps: int) -> Part:
        """Return the part in sub-pixels."""
        return Part(*(steps * length for length in self))


def whole(viewport: Viewport) -> Part:
    """Return all of a picture."""
    return Part(0, 0, viewport.width_px, viewport.height_px)


def shift(held: Viewport, viewport: Viewport) -> tuple[int, int] | None:
    """Return where a held picture begins in a view, in whole pixels; None where it is of no use."""
    units = viewport.units_per_px
    if abs(held.units_per_px - units) > _SAME_SCALE * units:
        return None
    left = (held.extent.xmin - viewport.extent.xmin) / units
    top = (viewport.extent.ymax - held.extent.ymax) / units
    if max(abs(left - round(left)), abs(top - round(top))) > _OFF_GRID_PX:
        return None
    return round(left), round(top)


def uncovered(at: tuple[int, int], held: Viewport, viewport: Viewport) -> list[Part] | None:
    """Return the parts of a view that a held picture does not hold; None where it holds little.

    Parameters
    ----------
    at : tuple of int
        From `shift`.
    """
    width, height = viewport.width_px, viewport.height_px
    left, right = max(at[0], 0), min(at[0] + held.width_px, width)
    top, bottom = max(at[1], 0), min(at[1] + held.height_px, height)
    if max(right - left, 0) * max(bottom - top, 0) < _LEAST_HELD * width * height:
        return None
    parts = (
        Part(0, 0, width, top),
        Part(0, bottom, width, height - bottom),
        Part(0, top, left, bottom - top),
        Part(right, top, width - right, bottom - top),
    )
    return [part for part in parts if part.width and part.height]

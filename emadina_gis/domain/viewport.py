"""``Viewport``: which part of the map a picture of given size shows, and its scale."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.extent import Extent

if TYPE_CHECKING:
    from numpy.typing import NDArray

MM_PER_INCH = 25.4
#: Millimetres of one screen pixel at 96 dpi: the convention of the "scale" of a screen map.
MM_PER_PX_AT_96_DPI = MM_PER_INCH / 96
SMALLEST_UNITS_PER_PX = 1e-9
LARGEST_UNITS_PER_PX = 1e7


@dataclass(frozen=True)
class Viewport:
    """A north-up view: centre (x, y) in map units, map units per pixel, size in pixels."""

    x: float
    y: float
    units_per_px: float
    width_px: int
    height_px: int

    @property
    def extent(self) -> Extent:
        """The rectangle shown, in map units."""
        half_width = self.width_px * self.units_per_px / 2
        half_height = self.height_px * self.units_per_px / 2
        return Extent(
            self.x - half_width, self.y - half_height, self.x + half_width, self.y + half_height
        )

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        """Return pixel coordinates (origin top left, y down) of a map point."""
        return (
            (x - self.x) / self.units_per_px + self.width_px / 2,
            (self.y - y) / self.units_per_px + self.height_px / 2,
        )

    def to_map(self, px: float, py: float) -> tuple[float, float]:
        """Return map coordinates of a pixel position."""
        return (
            self.x + (px - self.width_px / 2) * self.units_per_px,
            self.y - (py - self.height_px / 2) * self.units_per_px,
        )

    def points_to_screen(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return pixel coordinates of map points, shape (n, 2)."""
        scale = np.array([1.0, -1.0]) / self.units_per_px
        offset = np.array([self.width_px, self.height_px]) / 2
        return np.asarray((xy - np.array([self.x, self.y])) * scale + offset)

    def panned(self, dx_px: float, dy_px: float) -> Viewport:
        """Return the view after the content was dragged by (dx, dy) pixels."""
        return replace(
            self, x=self.x - dx_px * self.units_per_px, y=self.y + dy_px * self.units_per_px
        )

    def zoomed(self, factor: float, px: float | None = None, py: float | None = None) -> Viewport:
        """Return the view magnified by `factor`, keeping the map point under (px, py) in place."""
        px = self.width_px / 2 if px is None else px
        py = self.height_px / 2 if py is None else py
        fixed_x, fixed_y = self.to_map(px, py)
        units = min(max(self.units_per_px / factor, SMALLEST_UNITS_PER_PX), LARGEST_UNITS_PER_PX)
        return replace(
            self,
            units_per_px=units,
            x=fixed_x - (px - self.width_px / 2) * units,
            y=fixed_y + (py - self.height_px / 2) * units,
        )

    def resized(self, width_px: int, height_px: int) -> Viewport:
        """Return the view with another size in pixels and the same centre and scale."""
        return replace(self, width_px=max(width_px, 1), height_px=max(height_px, 1))

    def fitted(self, extent: Extent, margin: float = 1.05) -> Viewport:
        """Return the view that shows `extent` with a small margin."""
        x, y = extent.center
        units = max(extent.width / self.width_px, extent.height / self.height_px) * margin
        return replace(self, x=x, y=y, units_per_px=units if units > 0 else self.units_per_px)

    def scale_denominator(self, unit_m: float, mm_per_px: float = MM_PER_PX_AT_96_DPI) -> float:
        """Return the denominator of the scale (5 000 for 1:5 000).

        Parameters
        ----------
        unit_m : float
            Metres in one map unit (1 for metres; for degrees, metres at the centre).
        mm_per_px : float
            Physical size of a pixel in millimetres.
        """
        return self.units_per_px * unit_m / (mm_per_px / 1000)

    def at_scale(
        self, denominator: float, unit_m: float, mm_per_px: float = MM_PER_PX_AT_96_DPI
    ) -> Viewport:
        """Return the view at the scale 1:denominator."""
        return replace(self, units_per_px=denominator * mm_per_px / 1000 / unit_m)


def round_length(longest: float) -> float:
    """Return the largest 1, 2 or 5 × 10ⁿ not above `longest` (scale bars, grid steps)."""
    if longest <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(longest))
    return max(step * power for step in (1, 2, 5) if step * power <= longest * (1 + 1e-12))

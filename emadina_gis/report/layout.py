"""Where things stand on a sheet: boxes, round scales and grid steps, in millimetres.

Pure geometry; knows nothing of Qt, of projects or of what is drawn into the boxes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.viewport import round_length

#: Denominators that a planner's scale ruler has.
ROUND_SCALES: tuple[int, ...] = (
    100, 200, 250, 500, 1_000, 2_000, 2_500, 5_000, 10_000, 20_000, 25_000, 50_000, 100_000,
    200_000, 250_000, 500_000, 1_000_000, 2_000_000, 5_000_000,
)  # fmt: skip
#: Distance between grid crosses on paper that planches use.
GRID_STEP_MM = 100.0
LEAST_GRID_STEPS = 2.0


@dataclass(frozen=True)
class Box:
    """A rectangle on the page: left, top, width, height in millimetres, y down."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Bottom edge."""
        return self.y + self.height

    def inset(self, dx: float, dy: float | None = None) -> Box:
        """Return the box made smaller by `dx` on the sides and `dy` (else `dx`) above and below."""
        dy = dx if dy is None else dy
        return Box(self.x + dx, self.y + dy, self.width - 2 * dx, self.height - 2 * dy)

    def mirrored(self, inside: Box) -> Box:
        """Return the box as seen in a mirror that stands in the middle of `inside`."""
        return Box(inside.right - (self.right - inside.x), self.y, self.width, self.height)

    def columns(self, count: int, gap: float) -> tuple[Box, ...]:
        """Return `count` boxes of equal width side by side."""
        width = (self.width - gap * (count - 1)) / count
        return tuple(
            Box(self.x + index * (width + gap), self.y, width, self.height)
            for index in range(count)
        )

    def from_top(self, height: float, gap: float = 0.0) -> tuple[Box, Box]:
        """Return the part of `height` at the top and what is left under it."""
        below = max(self.height - height - gap, 0.0)
        return (
            Box(self.x, self.y, self.width, height),
            Box(self.x, self.y + height + gap, self.width, below),
        )


def round_scale(extent: Extent, box: Box, unit_m: float = 1.0) -> int:
    """Return the largest round scale at which an extent fits a box.

    Parameters
    ----------
    extent : Extent
        What must be seen, in map units.
    box : Box
        Where, in millimetres.
    unit_m : float
        Metres in one map unit.

    Returns
    -------
    int
        Denominator, one of `ROUND_SCALES` (a power of ten times 1, 2 or 5 above them).
    """
    needed = max(
        extent.width * unit_m * 1000 / box.width, extent.height * unit_m * 1000 / box.height
    )
    for scale in ROUND_SCALES:
        if scale >= needed:
            return scale
    power = 10 ** math.floor(math.log10(needed))
    return int(next(step * power for step in (1, 2, 5, 10) if step * power >= needed))


def extent_at(center: tuple[float, float], scale: int, box: Box, unit_m: float = 1.0) -> Extent:
    """Return the map units that a box shows at a scale around a centre."""
    half_width = box.width / 2000 * scale / unit_m
    half_height = box.height / 2000 * scale / unit_m
    x, y = center
    return Extent(x - half_width, y - half_height, x + half_width, y + half_height)


def grid_step_m(scale: int, box: Box) -> float:
    """Return the metres between grid crosses: a round length near 10 cm on paper.

    Less on a small map, so that at least two lines cross it each way.
    """
    longest_mm = min(GRID_STEP_MM, min(box.width, box.height) / LEAST_GRID_STEPS)
    return round_length(longest_mm / 1000 * scale * (1 + 1e-9))


def grid_lines(low: float, high: float, step: float) -> tuple[float, ...]:
    """Return the multiples of `step` between two coordinates."""
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(index * step for index in range(first, last + 1))


def bar_length_m(scale: int, longest_mm: float) -> float:
    """Return the ground length of a scale bar no longer than `longest_mm` on paper."""
    return round_length(longest_mm / 1000 * scale)

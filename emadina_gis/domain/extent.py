"""``Extent``: an axis-aligned rectangle in map units."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Extent:
    """A rectangle in the units of some CRS: x to the east, y to the north."""

    xmin: float
    ymin: float
    xmax: float
    ymax: float

    @property
    def width(self) -> float:
        """Width in map units."""
        return self.xmax - self.xmin

    @property
    def height(self) -> float:
        """Height in map units."""
        return self.ymax - self.ymin

    @property
    def center(self) -> tuple[float, float]:
        """Centre (x, y)."""
        return (self.xmin + self.xmax) / 2, (self.ymin + self.ymax) / 2

    @property
    def as_tuple(self) -> tuple[float, float, float, float]:
        """The four numbers (xmin, ymin, xmax, ymax)."""
        return self.xmin, self.ymin, self.xmax, self.ymax

    def union(self, other: Extent) -> Extent:
        """Return the smallest rectangle holding both."""
        return Extent(
            min(self.xmin, other.xmin),
            min(self.ymin, other.ymin),
            max(self.xmax, other.xmax),
            max(self.ymax, other.ymax),
        )

    def padded(self, margin: float) -> Extent:
        """Return the rectangle grown by `margin` map units on each side."""
        return Extent(
            self.xmin - margin, self.ymin - margin, self.xmax + margin, self.ymax + margin
        )

    def scaled(self, factor: float) -> Extent:
        """Return the rectangle scaled about its centre."""
        x, y = self.center
        half_width, half_height = self.width * factor / 2, self.height * factor / 2
        return Extent(x - half_width, y - half_height, x + half_width, y + half_height)

    def intersects(self, other: Extent) -> bool:
        """Whether the rectangles share a point."""
        return (
            self.xmin <= other.xmax
            and self.xmax >= other.xmin
            and self.ymin <= other.ymax
            and self.ymax >= other.ymin
        )

    def covers(self, other: Extent) -> bool:
        """Whether another rectangle lies wholly in this one."""
        return (
            self.xmin <= other.xmin
            and self.xmax >= other.xmax
            and self.ymin <= other.ymin
            and self.ymax >= other.ymax
        )

    def contains(self, x: float, y: float) -> bool:
        """Whether a point is inside or on the border."""
        return self.xmin <= x <= self.xmax and self.ymin <= y <= self.ymax


def extent_of_bounds(bounds: NDArray[np.float64]) -> Extent | None:
    """Return the extent of rows of bounds, or None where no row has finite ones.

    Parameters
    ----------
    bounds : ndarray, shape (n, 4)
        Rows (xmin, ymin, xmax, ymax); empty geometries are NaN and infinite values are left out.
    """
    if not len(bounds):
        return None
    low, high = bounds.min(axis=0), bounds.max(axis=0)
    if not np.isfinite([low, high]).all():
        finite = bounds[np.isfinite(bounds).all(axis=1)]
        if not len(finite):
            return None
        low, high = finite.min(axis=0), finite.max(axis=0)
    low, high = low[:2], high[2:]
    return Extent(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def union_of(extents: Iterable[Extent | None]) -> Extent | None:
    """Return the union of the extents that exist."""
    result: Extent | None = None
    for extent in extents:
        if extent is not None:
            result = extent if result is None else result.union(extent)
    return result


def is_finite(extent: Extent) -> bool:
    """Whether all four numbers are finite."""
    return all(math.isfinite(value) for value in extent.as_tuple)

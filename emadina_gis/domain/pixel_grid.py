"""``PixelGrid``: where the pixels of a raster lie, and ``PixelBlock``: values of some of them.

A grid may be turned, sheared or upside down, or be bent by control points. A level ``k`` of a
raster has pixels of ``2^k`` pixels of the file. Knows no files and no colours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.placement import PlaneTransform


@dataclass(frozen=True)
class PixelGrid:
    """The pixels of a raster.

    Attributes
    ----------
    affine : tuple of float
        a, b, c, d, e, f of x = a·column + b·row + c and y = d·column + e·row + f, at the corners
        of pixels.
    placement : PlaneTransform or None
        From the picture (x = column, y = −row) to coordinates; takes the place of `affine`.
    """

    width: int
    height: int
    affine: tuple[float, float, float, float, float, float]
    placement: PlaneTransform | None = None

    @property
    def levels(self) -> int:
        """How often the grid can be halved until it is a single pixel, plus one."""
        return max(math.ceil(math.log2(max(self.width, self.height, 1))), 0) + 1

    def shape_at(self, level: int) -> tuple[int, int]:
        """Return rows and columns of a level; the last ones may stand for fewer pixels."""
        return -(-self.height >> level), -(-self.width >> level)

    def to_pixels(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return columns and rows (fractional) of coordinates, shape (n, 2)."""
        if self.placement is not None:
            found = self.placement.invert(xy)
            return np.column_stack([found[:, 0], -found[:, 1]])
        a, b, c, d, e, f = self.affine
        determinant = a * e - b * d
        x, y = xy[:, 0] - c, xy[:, 1] - f
        return np.column_stack([(e * x - b * y) / determinant, (a * y - d * x) / determinant])

    def to_coordinates(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return coordinates of columns and rows (fractional), shape (n, 2)."""
        if self.placement is not None:
            return self.placement.apply(pixels * (1.0, -1.0))
        a, b, c, d, e, f = self.affine
        column, row = pixels.T
        return np.column_stack([a * column + b * row + c, d * column + e * row + f])

    def jacobian(self, column: float, row: float) -> NDArray[np.float64]:
        """Return ∂(x, y)/∂(column, row) at a place, shape (2, 2)."""
        if self.placement is not None:
            slopes = self.placement.jacobians(np.array([[column, -row]]))[0]
            return np.asarray(slopes * (1.0, -1.0))
        a, b, _c, d, e, _f = self.affine
        return np.array([[a, b], [d, e]])

    @property
    def is_upright(self) -> bool:
        """Whether columns and rows are parallel to the axes."""
        _a, b, _c, d, _e, _f = self.affine
        return self.placement is None and abs(b) < 1e-12 and abs(d) < 1e-12


@dataclass(frozen=True)
class PixelWindow:
    """Rows [top, bottom) and columns [left, right) of a level."""

    level: int
    top: int
    bottom: int
    left: int
    right: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.bottom - self.top, self.right - self.left

    @property
    def size(self) -> int:
        """Pixels."""
        rows, columns = self.shape
        return max(rows, 0) * max(columns, 0)


@dataclass(frozen=True, eq=False)
class PixelBlock:
    """Values of a window of a level.

    Attributes
    ----------
    values : ndarray of uint8 or float32, shape (bands, rows, columns)
        Undefined where not known.
    known : ndarray of bool, shape (rows, columns)
        Where there are values.
    is_final : bool
        Whether nothing better follows; parts may be taken from coarser levels or samples.
    """

    window: PixelWindow
    values: NDArray[np.uint8] | NDArray[np.float32]
    known: NDArray[np.bool_]
    is_final: bool = True

    @property
    def byte_size(self) -> int:
        """Bytes in memory."""
        return int(self.values.nbytes + self.known.nbytes)


def empty_block(window: PixelWindow, bands: int, dtype: str, *, is_final: bool) -> PixelBlock:
    """Return a block in which nothing is known."""
    values = np.zeros((bands, *window.shape), dtype=dtype)
    return PixelBlock(window, values, np.zeros(window.shape, dtype=bool), is_final)

"""Values of a raster at the pixels of a picture: the nearest, or the mean of the four around.

Works on blocks of values in memory, strip by strip, so that no thread holds the interpreter long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.pixel_grid import PixelBlock, PixelWindow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.pixel_grid import PixelGrid

    Axis = NDArray[np.float64]
    #: Values, shape (bands, lines, width), and where they are known, shape (lines, width).
    Sampled = tuple[NDArray[np.float32], NDArray[np.bool_]]


def sampled(
    block: PixelBlock, grid: PixelGrid, columns: Axis, rows: Axis, *, smooth: bool
) -> Sampled:
    """Return values at columns and rows of the file (fractional).

    Parameters
    ----------
    columns, rows : ndarray
        Of shapes (width,) and (lines,), or both (lines, width).
    smooth : bool
        Weigh the four pixels around that hold a value; a pixel without one stays without.
    """
    is_separable = columns.ndim == 1
    with np.errstate(invalid="ignore"):
        inside_columns = (columns >= 0) & (columns < grid.width)
        inside_rows = (rows >= 0) & (rows < grid.height)
    scale = 1.0 / (1 << block.window.level)
    x = np.nan_to_num(columns) * scale - block.window.left
    y = np.nan_to_num(rows) * scale - block.window.top
    block, y = _cropped(block, y)
    if is_separable:
        inside = inside_rows[:, None] & inside_columns
        return _upright(block, x, y, inside, smooth=smooth)
    return _anyhow(block, x, y, inside_rows & inside_columns, smooth=smooth)


def _cropped(block: PixelBlock, y: Axis) -> tuple[PixelBlock, Axis]:
    """Return the rows of a block that a strip touches, and the places in them."""
    height = len(block.known)
    low = min(max(int(np.floor(y.min() - 0.5)), 0), height - 1)
    high = min(max(int(np.floor(y.max() - 0.5)) + 2, low + 1), height)
    window = block.window
    part = PixelWindow(window.level, window.top + low, window.top + high, window.left, window.right)
    cut = PixelBlock(part, block.values[:, low:high], block.known[low:high], block.is_final)
    return cut, y - low


def _upright(
    block: PixelBlock, x: Axis, y: Axis, inside: NDArray[np.bool_], *, smooth: bool
) -> Sampled:
    height, width = block.known.shape
    column, row = _index(x, width), _index(y, height)
    known = block.known[row][:, column] & inside
    if not smooth:
        lines = block.values[:, row]
        return np.asarray(lines[:, :, column], dtype=np.float32), known
    (c0, c1, across), (r0, r1, down) = _pair(x, width), _pair(y, height)
    down = down[:, None]
    is_whole = bool(block.known.all())

    def mixed(plane: NDArray[np.float32]) -> NDArray[np.float32]:
        lines = plane[r0] * (1 - down) + plane[r1] * down
        return np.asarray(lines[:, c0] * (1 - across) + lines[:, c1] * across)

    planes = [plane.astype(np.float32, copy=False) for plane in block.values]
    if is_whole:
        return np.stack([mixed(plane) for plane in planes]), known
    weight = mixed(block.known.astype(np.float32))
    weight[weight == 0] = 1
    return np.stack([mixed(np.where(block.known, p, 0)) / weight for p in planes]), known


def _anyhow(
    block: PixelBlock, x: Axis, y: Axis, inside: NDArray[np.bool_], *, smooth: bool
) -> Sampled:
    height, width = block.known.shape
    place = _index(y, height) * width + _index(x, width)
    flat_known = block.known.reshape(-1)
    flat = block.values.reshape(len(block.values), -1)
    known = flat_known[place] & inside
    if not smooth:
        return np.asarray(flat[:, place], dtype=np.float32), known
    (c0, c1, across), (r0, r1, down) = _pair(x, width), _pair(y, height)
    is_whole = bool(flat_known.all())
    total = np.zeros((len(flat), *x.shape), dtype=np.float32)
    weight = np.zeros(x.shape, dtype=np.float32)
    for row, part in ((r0, 1 - down), (r1, down)):
        for column, share in ((c0, 1 - across), (c1, across)):
            place = row * width + column
            mine = part * share
            if not is_whole:
                mine = mine * flat_known[place]
            weight += mine
            for band in range(len(flat)):
                found = flat[band][place]
                total[band] += mine * (found if is_whole else np.where(mine > 0, found, 0))
    weight[weight == 0] = 1
    return np.asarray(total / weight, dtype=np.float32), known


def _index(places: Axis, size: int) -> NDArray[np.intp]:
    return np.clip(places.astype(np.intp), 0, size - 1)


def _pair(
    places: Axis, size: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Return the two pixels beside places, and the share of the second."""
    first = np.floor(places - 0.5)
    share = (places - 0.5 - first).astype(np.float32)
    low = np.clip(first, 0, size - 1).astype(np.intp)
    return low, np.clip(first + 1, 0, size - 1).astype(np.intp), share

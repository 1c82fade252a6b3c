"""Arithmetic between a raster's grid and a north-up window, and the decimated reads it needs.

Works on open rasterio datasets handed in; opens nothing itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.extent import Extent

_STATS_PX = 1024


def applied(transform: Any, x: float, y: float) -> tuple[float, float]:
    """Return the image of a point under an affine transform."""
    return (
        transform.a * x + transform.b * y + transform.c,
        transform.d * x + transform.e * y + transform.f,
    )


def is_rotated(transform: Any) -> bool:
    """Whether rows and columns are not parallel to the axes."""
    return bool(abs(transform.b) > 1e-12 or abs(transform.d) > 1e-12)


def fitted(height: int, width: int) -> tuple[int, int]:
    """Return a shape of at most `_STATS_PX` a side with the same proportions."""
    factor = max(height / _STATS_PX, width / _STATS_PX, 1.0)
    return max(1, round(height / factor)), max(1, round(width / factor))


def read_band(
    dataset: Any, band: int, window: Any, shape: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Read a band, decimated by GDAL, and where it holds values.

    The nodata value decides; where there is none, the alpha band or the mask of the file does.
    """
    raw = dataset.read(band, window=window, out_shape=shape)
    values = raw.astype(np.float32)
    valid = np.isfinite(values)
    if dataset.nodatavals[band - 1] is not None:
        return values, valid & (raw != dataset.nodatavals[band - 1])
    flags = {flag.name for flag in dataset.mask_flag_enums[band - 1]}
    if "alpha" in flags and dataset.count in {2, 4} and band < dataset.count:
        valid &= dataset.read(dataset.count, window=window, out_shape=shape) > 0
    elif "per_dataset" in flags and "alpha" not in flags:
        valid &= dataset.read_masks(band, window=window, out_shape=shape) > 0
    return values, valid


def read_aligned(
    dataset: Any, extent: Extent, shape: tuple[int, int], band: int
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Read the part of the window that lies on the grid, decimated by GDAL, and place it."""
    rows, columns = _pixel_positions(dataset.transform, extent, shape)
    inside_rows = np.flatnonzero((rows >= 0) & (rows < dataset.height))
    inside_columns = np.flatnonzero((columns >= 0) & (columns < dataset.width))
    values = np.full(shape, np.nan, dtype=np.float32)
    valid = np.zeros(shape, dtype=bool)
    if not (len(inside_rows) and len(inside_columns)):
        return values, valid
    block, block_valid, row_of, column_of = _read_block(
        dataset, rows[inside_rows], columns[inside_columns], band
    )
    target = np.ix_(inside_rows, inside_columns)
    source = np.ix_(row_of, column_of)
    values[target] = block[source]
    valid[target] = block_valid[source]
    return values, valid


def _pixel_positions(
    transform: Any, extent: Extent, shape: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return grid rows and columns (fractional) of the centres of the window's pixels."""
    height, width = shape
    x = extent.xmin + (np.arange(width) + 0.5) * extent.width / width
    y = extent.ymax - (np.arange(height) + 0.5) * extent.height / height
    return (y - transform.f) / transform.e, (x - transform.c) / transform.a


def _read_block(
    dataset: Any, rows: NDArray[np.float64], columns: NDArray[np.float64], band: int
) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.intp], NDArray[np.intp]]:
    """Read the grid rectangle that holds all positions, no finer than they are."""
    top, bottom = _span(rows, dataset.height)
    left, right = _span(columns, dataset.width)
    block_shape = (min(bottom - top, len(rows)), min(right - left, len(columns)))
    window = ((top, bottom), (left, right))
    block, valid = read_band(dataset, band, window, block_shape)
    row_of = _index(rows, top, bottom, block_shape[0])
    return block, valid, row_of, _index(columns, left, right, block_shape[1])


def _span(positions: NDArray[np.float64], size: int) -> tuple[int, int]:
    first = int(np.floor(positions.min()))
    last = int(np.floor(positions.max())) + 1
    return max(first, 0), min(max(last, first + 1), size)


def _index(positions: NDArray[np.float64], first: int, last: int, count: int) -> NDArray[np.intp]:
    scaled = np.floor((positions - first) * count / (last - first))
    return np.clip(scaled, 0, count - 1).astype(np.intp)


def read_rotated(
    dataset: Any, extent: Extent, shape: tuple[int, int], band: int
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Sample a rotated grid: read the part that the window touches, decimated, and look up."""
    height, width = shape
    x = extent.xmin + (np.arange(width) + 0.5) * extent.width / width
    y = extent.ymax - (np.arange(height) + 0.5) * extent.height / height
    grid_x, grid_y = np.meshgrid(x, y)
    inverse = ~dataset.transform
    columns = inverse.a * grid_x + inverse.b * grid_y + inverse.c
    rows = inverse.d * grid_x + inverse.e * grid_y + inverse.f
    inside = (rows >= 0) & (rows < dataset.height) & (columns >= 0) & (columns < dataset.width)
    values = np.full(shape, np.nan, dtype=np.float32)
    valid = np.zeros(shape, dtype=bool)
    if not inside.any():
        return values, valid
    top, bottom = _span(rows[inside], dataset.height)
    left, right = _span(columns[inside], dataset.width)
    most = 2 * max(shape)
    block_shape = (min(bottom - top, most), min(right - left, most))
    window = ((top, bottom), (left, right))
    block, block_valid = read_band(dataset, band, window, block_shape)
    row_of = _index(rows[inside], top, bottom, block_shape[0])
    column_of = _index(columns[inside], left, right, block_shape[1])
    values[inside] = block[row_of, column_of]
    valid[inside] = block_valid[row_of, column_of]
    return values, valid

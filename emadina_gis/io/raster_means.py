"""Means of the known values of the pixels that become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.io.raster_grid import Values


def reduced(
    values: NDArray[np.float32], known: NDArray[np.bool_], shape: tuple[int, int]
) -> Values:
    """Return means over cells of a smaller shape, and which of them hold a known value."""
    filled = np.where(known, values, np.float32(0))
    count = known.astype(np.float32)
    for axis, size in enumerate(shape):
        at = np.arange(size) * values.shape[axis] // size
        filled, count = (np.add.reduceat(part, at, axis=axis) for part in (filled, count))
    return np.asarray(filled / np.maximum(count, 1), dtype=np.float32), count > 0

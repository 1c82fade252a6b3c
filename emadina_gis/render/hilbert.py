"""Order of points along a Hilbert curve: neighbours on the map become neighbours in memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ORDER = 16
SIDE = 1 << ORDER


def hilbert_order(xy: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the rows of points along a Hilbert curve over their own extent.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Points; rows that are not finite come last, in the order given.
    """
    finite = np.isfinite(xy).all(axis=1)
    keys = np.full(len(xy), np.iinfo(np.int64).max, dtype=np.int64)
    if finite.any():
        keys[finite] = hilbert_keys(_gridded(xy[finite]))
    return np.argsort(keys, kind="stable")


def _gridded(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    low = xy.min(axis=0)
    span = float((xy.max(axis=0) - low).max()) or 1.0
    cells = np.minimum((xy - low) * (SIDE / span), SIDE - 1)
    return np.asarray(cells, dtype=np.int64)


def hilbert_keys(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the distance along the curve of cells of a 65 536 × 65 536 grid, shape (n,)."""
    x, y = cells[:, 0].copy(), cells[:, 1].copy()
    keys = np.zeros(len(cells), dtype=np.int64)
    half = SIDE >> 1
    while half:
        right = (x & half) > 0
        upper = (y & half) > 0
        keys += half * half * ((3 * right) ^ upper)
        _rotate(x, y, right, upper)
        half >>= 1
    return keys


def _rotate(
    x: NDArray[np.int64],
    y: NDArray[np.int64],
    right: NDArray[np.bool_],
    upper: NDArray[np.bool_],
) -> None:
    """Turn the quadrant of each cell as the curve does, in place."""
    flip = ~upper & right
    x[flip] = SIDE - 1 - x[flip]
    y[flip] = SIDE - 1 - y[flip]
    swap = ~upper
    x[swap], y[swap] = y[swap], x[swap].copy()

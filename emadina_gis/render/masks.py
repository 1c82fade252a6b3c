"""Lines around what is too small for lines of its own: masks of pixels, ringed. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Gaps up to twice this are closed, and the line keeps this distance, in logical pixels.
REACH_PX = 6.0
DISTANCE_PX = 2.0


@dataclass(frozen=True, eq=False)
class Ring:
    """Pixels of the line and of its casing, each of shape (h, w)."""

    line: NDArray[np.bool_]
    casing: NDArray[np.bool_]


def mask_of_points(xy: NDArray[np.float64], width_px: int, height_px: int) -> NDArray[np.bool_]:
    """Return the pixels that hold a point of a picture, shape (height_px, width_px)."""
    mask = np.zeros((height_px, width_px), dtype=bool)
    column, row = np.floor(xy[:, 0]), np.floor(xy[:, 1])
    inside = (column >= 0) & (column < width_px) & (row >= 0) & (row < height_px)
    mask[row[inside].astype(np.intp), column[inside].astype(np.intp)] = True
    return mask


def ring_around(mask: NDArray[np.bool_], ratio: float = 1.0) -> Ring:
    """Return a line with a casing around the groups of a mask.

    Parameters
    ----------
    mask : ndarray of bool, shape (h, w)
        What is ringed; pixels nearer than twice `REACH_PX` to each other are one group.
    ratio : float
        Device pixels per logical pixel.
    """
    reach = round(REACH_PX * ratio)
    shrink = reach - round(DISTANCE_PX * ratio)
    wide = max(1, round(2 * ratio))
    thin = max(1, round(ratio))
    group = _eroded(_dilated(mask, reach), shrink)
    inner, outer = _dilated(group, wide), _dilated(group, wide + thin)
    return Ring(inner & ~group, (outer & ~inner) | (group & ~_eroded(group, thin)))


def _dilated(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """Grow a mask by an octagon, which is nearly round, in steps that let other threads work."""
    for step in range(radius):
        mask = _grown(mask, diagonally=step % 2 == 1)
    return mask


def _grown(mask: NDArray[np.bool_], *, diagonally: bool) -> NDArray[np.bool_]:
    across = mask.copy()
    across[:, 1:] |= mask[:, :-1]
    across[:, :-1] |= mask[:, 1:]
    ends = across if diagonally else mask
    result = across.copy()
    result[1:] |= ends[:-1]
    result[:-1] |= ends[1:]
    return result


def _eroded(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    return ~_dilated(~mask, radius)

"""Light on a terrain: slopes by Horn's method, and how bright each cell is.

Horn, B. K. P. (1981): Hill shading and the reflectance map. Proceedings of the IEEE 69 (1), 14-47.
Works on arrays; knows no files, no colours.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.float32]

_SLAB_ROWS = 128
#: Equatorial radius and first eccentricity squared of WGS 84.
_RADIUS_M, _ECCENTRICITY_2 = 6_378_137.0, 0.006_694_379_990_14


def metres_per_degree(latitude_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the metres of a degree of longitude and of latitude on WGS 84, shape (n, 2)."""
    latitude = np.radians(np.clip(latitude_deg, -89.9, 89.9))
    root = np.sqrt(1 - _ECCENTRICITY_2 * np.sin(latitude) ** 2)
    east = _RADIUS_M * np.cos(latitude) / root
    north = _RADIUS_M * (1 - _ECCENTRICITY_2) / root**3
    return np.column_stack([east, north]) * (math.pi / 180)


def shaded(
    heights: Plane,
    known: NDArray[np.bool_],
    cells: NDArray[np.float64],
    *,
    azimuth_deg: float = 315.0,
    altitude_deg: float = 45.0,
    exaggeration: float = 1.0,
) -> Plane:
    """Return how bright each cell is under a light, 0 to 1; level ground is sin(altitude).

    Parameters
    ----------
    heights : ndarray of float32, shape (h, w)
        Heights in metres, the first row where the grid begins.
    known : ndarray of bool, shape (h, w)
        Where there are heights; a missing neighbour counts as high as the cell itself.
    cells : ndarray, shape (2, 2) or (h, 2, 2)
        ∂(x, y)/∂(column, row) in metres, of all rows or of each.
    azimuth_deg : float
        Where the light comes from, clockwise from north.
    altitude_deg : float
        Height of the light above the horizon.
    exaggeration : float
        Factor of heights.
    """
    result = np.zeros(heights.shape, dtype=np.float32)
    azimuth, altitude = math.radians(azimuth_deg), math.radians(altitude_deg)
    light = (
        math.sin(azimuth) * math.cos(altitude),
        math.cos(azimuth) * math.cos(altitude),
        math.sin(altitude),
    )
    inverse = np.linalg.inv(np.broadcast_to(cells, (len(heights), 2, 2))) * exaggeration
    for top in range(0, len(heights), _SLAB_ROWS):
        rows = slice(top, min(top + _SLAB_ROWS, len(heights)))
        across, down = _slopes(heights, known, rows)
        # Slopes over cells become slopes over metres by the transposed inverse of ∂(x, y)/∂(c, r).
        part = inverse[rows].astype(np.float32)
        east = part[:, 0, 0, None] * across + part[:, 1, 0, None] * down
        north = part[:, 0, 1, None] * across + part[:, 1, 1, None] * down
        toward = light[2] - east * np.float32(light[0]) - north * np.float32(light[1])
        result[rows] = toward / np.sqrt(1 + east * east + north * north)
    return np.maximum(result, 0, out=result)


def _slopes(heights: Plane, known: NDArray[np.bool_], rows: slice) -> tuple[Plane, Plane]:
    """Return ∂z/∂column and ∂z/∂row of some rows, from the eight neighbours (Horn 1981)."""
    centre = heights[rows]

    def beside(down: int, right: int) -> Plane:
        lines = np.clip(np.arange(rows.start, rows.stop) + down, 0, len(heights) - 1)
        places = np.clip(np.arange(heights.shape[1]) + right, 0, heights.shape[1] - 1)
        values, is_known = heights[lines][:, places], known[lines][:, places]
        return np.where(is_known, values, centre)

    north_west, north, north_east = (beside(-1, step) for step in (-1, 0, 1))
    south_west, south, south_east = (beside(1, step) for step in (-1, 0, 1))
    west, east = beside(0, -1), beside(0, 1)
    across = (north_east + 2 * east + south_east) - (north_west + 2 * west + south_west)
    down = (south_west + 2 * south + south_east) - (north_west + 2 * north + north_east)
    return across * np.float32(0.125), down * np.float32(0.125)

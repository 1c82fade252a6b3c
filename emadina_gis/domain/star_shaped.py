"""Polygons that are valid beyond doubt, found by arithmetic on whole chunks.

A ring that goes once around its middle, each edge turning the same way about it, cannot cross
itself. Nearly all parcels are of this kind; what is not needs the slower test of GEOS. Says
"certain" only with a margin far above rounding; knows nothing of reasons or of repairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.geometry import GeometryChunk, Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FEWEST_COORDS = 4
_MOST_COORDS = 40
#: Twice the area of the least triangle, per squared reach of the ring; rounding is below 1e-15.
_MARGIN = 1e-12


def certainly_valid(chunk: GeometryChunk) -> NDArray[np.bool_]:
    """Return which rows are polygons of one ring that is star-shaped about its middle.

    The others may be valid as well; rings are closed and coordinates finite.
    """
    result = np.zeros(len(chunk), dtype=bool)
    parts = chunk.part_offsets
    single = (chunk.kinds == Kind.POLYGON) & (parts[1:] - parts[:-1] == 1)
    rows = np.flatnonzero(single)
    first_parts = parts[:-1][rows]
    first_rings = chunk.ring_offsets[first_parts]
    alone = chunk.ring_offsets[first_parts + 1] - first_rings == 1
    rows, rings = rows[alone], first_rings[alone]
    starts = chunk.coord_offsets[rings].astype(np.intp)
    counts = chunk.coord_offsets[rings + 1] - starts
    result[rows] = _star_shaped(chunk.xy, starts, counts)
    return result


def _star_shaped(
    xy: NDArray[np.float64], starts: NDArray[np.intp], counts: NDArray[np.intp]
) -> NDArray[np.bool_]:
    result = np.zeros(len(starts), dtype=bool)
    sizes = np.flatnonzero(np.bincount(np.minimum(counts, _MOST_COORDS + 1)))
    for size in sizes[(sizes >= _FEWEST_COORDS) & (sizes <= _MOST_COORDS)]:
        mine = np.flatnonzero(counts == size)
        index = starts[mine] + np.arange(size)[:, None]
        result[mine] = _go_round_once(xy[index, 0], xy[index, 1])
    return result


def _go_round_once(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether closed rings, one per column, go once around the mean of their vertices."""
    x = x - x[:-1].mean(axis=0)
    y = y - y[:-1].mean(axis=0)
    turn = x[:-1] * y[1:] - x[1:] * y[:-1]
    margin = _MARGIN * (x * x + y * y).max(axis=0)
    one_way = (turn.min(axis=0) > margin) | (turn.max(axis=0) < -margin)
    above = y >= 0
    passes = (above[1:] != above[:-1]).sum(axis=0)
    return np.asarray(one_way & (passes == 2))

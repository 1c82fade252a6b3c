"""Outlines of parcels: rings from a table's geometry, and their limits with small bends straight.

Everything is brought to metres and to each parcel's own origin: Lambert coordinates cost six
digits. It knows nothing of streets, rules or files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.simulation.clipping import Rings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: A limit may bend by as much and still be one straight line, in metres.
STRAIGHT_M = 0.25
#: A corner that turns inwards by less (its sine) is none.
_FLAT = 1e-9


@dataclass(frozen=True, eq=False)
class Outlines:
    """Outlines of n parcels, in metres from each one's origin.

    Attributes
    ----------
    origin : ndarray of float64, shape (n, 2)
        In metres of the map.
    rings : Rings
        One ring a parcel: the shell, exactly; empty where there is no polygon.
    corners : Rings
        Rings of all parcels with small bends straight: shells counter-clockwise, holes clockwise.
    ring_starts : ndarray of int64, shape (n + 1,)
        Rings of parcel i in `corners` are ``ring_starts[i]:ring_starts[i + 1]``.
    convex : ndarray of bool, shape (n,)
        One ring, none of whose corners turns inwards.
    """

    origin: Floats
    rings: Rings
    corners: Rings
    ring_starts: NDArray[np.int64]
    convex: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.origin)


def outlines_of(chunk: GeometryChunk, unit_m: float = 1.0) -> Outlines:
    """Return the outlines of the polygons of a chunk; others have none.

    Parameters
    ----------
    chunk : GeometryChunk
        n features.
    unit_m : float
        Length of a map unit in metres.
    """
    first_ring = chunk.ring_offsets[chunk.part_offsets].astype(np.int64)
    owner = np.repeat(np.arange(len(chunk)), np.diff(first_ring))
    polygonal = chunk.kinds[owner] == Kind.POLYGON
    owner = owner[polygonal]
    shells = np.zeros(len(polygonal), dtype=bool)
    shells[chunk.ring_offsets[:-1][np.diff(chunk.ring_offsets) > 0]] = True
    origin = _origins(chunk) * unit_m
    opened = _opened(chunk, np.flatnonzero(polygonal))
    local = Rings(
        opened.x * unit_m - origin[owner, 0][opened.owner],
        opened.y * unit_m - origin[owner, 1][opened.owner],
        opened.starts,
    )
    whole = _oriented(_distinct(local), shells[polygonal])
    corners = _straightened(whole)
    starts = np.zeros(len(chunk) + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=len(chunk)), out=starts[1:])
    single = np.diff(starts) == 1
    rings = _first_rings(whole, starts)
    return Outlines(origin, rings, corners, starts, single & _convex(corners, owner, len(chunk)))


def _origins(chunk: GeometryChunk) -> Floats:
    starts = chunk.feature_coord_offsets
    first = np.minimum(starts[:-1], max(len(chunk.xy) - 1, 0))
    if not len(chunk.xy):
        return np.zeros((len(chunk), 2))
    return np.where((np.diff(starts) > 0)[:, None], chunk.xy[first], 0.0)


def _opened(chunk: GeometryChunk, rings: NDArray[np.intp]) -> Rings:
    """Return some rings of a chunk without the corner that closes them."""
    starts = chunk.coord_offsets[:-1][rings].astype(np.int64)
    counts = np.maximum(np.diff(chunk.coord_offsets)[rings].astype(np.int64) - 1, 0)
    places = np.zeros(len(rings) + 1, dtype=np.int64)
    np.cumsum(counts, out=places[1:])
    index = np.arange(places[-1]) + np.repeat(starts - places[:-1], counts)
    return Rings(chunk.xy[index, 0], chunk.xy[index, 1], places)


def _kept(rings: Rings, keep: NDArray[np.bool_]) -> Rings:
    places = np.zeros(len(keep) + 1, dtype=np.int64)
    np.cumsum(keep, out=places[1:])
    return Rings(rings.x[keep], rings.y[keep], places[rings.starts])


def _distinct(rings: Rings) -> Rings:
    """Return rings without corners that repeat the one before."""
    after = rings.following
    moved = (rings.x != rings.x[after]) | (rings.y != rings.y[after])
    return rings if moved.all() else _kept(rings, moved)


def _oriented(rings: Rings, shells: NDArray[np.bool_]) -> Rings:
    """Return shells counter-clockwise and holes clockwise."""
    wrong = (rings.area > 0) != shells
    if not wrong.any():
        return rings
    index = np.arange(len(rings.x))
    mirrored = (rings.starts[:-1] + rings.starts[1:] - 1)[rings.owner] - index
    order = np.where(wrong[rings.owner], mirrored, index)
    return Rings(rings.x[order], rings.y[order], rings.starts)


def _first_rings(rings: Rings, ring_starts: NDArray[np.int64]) -> Rings:
    """Return the first ring of each parcel, an empty one where there is none."""
    if len(rings) == len(ring_starts) - 1 and (np.diff(ring_starts) == 1).all():
        return rings
    some = np.diff(ring_starts) > 0
    taken = rings.take(ring_starts[:-1][some])
    counts = np.zeros(len(some), dtype=np.int64)
    counts[some] = taken.counts
    return replace(taken, starts=np.concatenate([[0], np.cumsum(counts)]))


def _straightened(rings: Rings) -> Rings:
    """Return rings whose corners stay within `STRAIGHT_M` of the lines that replace them."""
    bent = np.flatnonzero(rings.counts > 3)
    far = _farthest(rings)
    keep = np.ones(len(rings.x), dtype=bool)
    chosen = rings.take(bent)
    if not len(bent):
        return rings
    number = np.arange(len(chosen.x)) - chosen.starts[:-1][chosen.owner]
    turn = number + far[bent][chosen.owner]
    start = rings.starts[:-1][bent][chosen.owner]
    source = start + turn % chosen.counts[chosen.owner]
    keep[source] = _douglas_peucker(rings.x[source], rings.y[source], chosen.starts)
    return _kept(rings, keep)


def _farthest(rings: Rings) -> NDArray[np.int64]:
    """Return the number of the corner of each ring farthest from its middle: a corner for sure."""
    if not len(rings.x):
        return np.zeros(len(rings), dtype=np.int64)
    counts = np.maximum(rings.counts, 1)
    middle = [rings.sums(values) / counts for values in (rings.x, rings.y)]
    away = np.hypot(rings.x - middle[0][rings.owner], rings.y - middle[1][rings.owner])
    farthest = rings.greatest(away)
    corners = np.flatnonzero(away == farthest[rings.owner])
    first = np.minimum(np.searchsorted(corners, rings.starts[:-1]), max(len(corners) - 1, 0))
    return np.asarray(corners[first] - rings.starts[:-1])


def _douglas_peucker(x: Floats, y: Floats, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which corners of closed rings are kept, shape (m,); the first always is."""
    counts = np.diff(starts)
    closed = np.arange(starts[-1] + len(counts)) - np.repeat(np.arange(len(counts)), counts + 1)
    closed[np.cumsum(counts + 1) - 1] = starts[:-1]
    # The number of each corner rides along as its height.
    coords = np.column_stack([x[closed], y[closed], closed])
    offsets = np.concatenate([[0], np.cumsum(counts + 1)])
    lines = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, coords, (offsets,))
    simple = shapely.simplify(lines, STRAIGHT_M, preserve_topology=False)
    kept = shapely.get_coordinates(simple, include_z=True)[:, 2].astype(np.int64)
    keep = np.zeros(len(x), dtype=bool)
    keep[kept] = True
    owner = np.repeat(np.arange(len(counts)), counts)
    collapsed = np.bincount(owner[keep], minlength=len(counts)) < 3
    keep |= collapsed[owner]
    return keep


def _convex(corners: Rings, owner: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    """Return which parcels have no corner that turns inwards, shape (count,)."""
    after = corners.following
    along = np.column_stack([corners.x[after] - corners.x, corners.y[after] - corners.y])
    following = along[after]
    turn = along[:, 0] * following[:, 1] - along[:, 1] * following[:, 0]
    scale = np.hypot(*along.T) * np.hypot(*following.T)
    inwards = turn < -_FLAT * scale
    found = np.zeros(count, dtype=bool)
    found[owner[corners.counts > 2]] = True
    found[owner[corners.owner[inwards]]] = False
    return found

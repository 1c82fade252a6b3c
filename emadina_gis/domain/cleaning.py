"""Vertices and rings taken out of a chunk: repeated ones, spikes, what has collapsed.

Only leaves out or closes; no vertex moves and none is made. Heights stay with their vertices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.domain.vertices import Rings, rings_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.crs import Crs

    Flags = NDArray[np.bool_]
    Rows = NDArray[np.intp]

#: A spike may have grown on a spike; nobody draws more of them than this.
_MOST_PASSES = 20
_LEAST_COORDS = {Kind.POLYGON: 4, Kind.LINE: 2, Kind.POINT: 1, Kind.NONE: 0}


def closed(chunk: GeometryChunk, crs: Crs) -> GeometryChunk:
    """Return the chunk with the first vertex at the end of rings that lack it."""
    rings = rings_of(chunk, crs)
    if not rings.is_open.any():
        return chunk
    return _without_collapsed(_without_coords(rings, np.zeros(len(chunk.xy), dtype=bool)), crs)


def without_repeated(chunk: GeometryChunk, crs: Crs, near_m: float = 0.0) -> GeometryChunk:
    """Return the chunk without vertices that repeat the one before, or are nearer than `near_m`.

    Of two near ones the same one goes from whichever side the outline comes, so that neighbours
    that share both keep sharing one.
    """
    for _ in range(_MOST_PASSES):
        rings = rings_of(chunk, crs)
        flags = rings.repeated(near_m) & (chunk.kinds[_feature_of(rings)] != Kind.POINT)
        if not flags.any():
            break
        chunk = _without_coords(rings, _greater_of_pairs(rings, flags))
    return _without_collapsed(chunk, crs)


def without_spikes(chunk: GeometryChunk, crs: Crs) -> GeometryChunk:
    """Return the chunk without the tips of spikes, and what is repeated after that."""
    for _ in range(_MOST_PASSES):
        chunk = without_repeated(chunk, crs)
        rings = rings_of(chunk, crs)
        tips = rings.spikes()
        if not tips.any():
            break
        chunk = _without_coords(rings, tips & ~np.roll(tips, 1))
    return without_repeated(chunk, crs)


def without_tiny_parts(chunk: GeometryChunk, crs: Crs, least_m2: float) -> GeometryChunk:
    """Return the chunk without parts smaller than `least_m2` beside larger ones."""
    rings = rings_of(chunk, crs)
    areas = rings.by_part(rings.net_areas_m2)
    small = (areas < least_m2) & (chunk.kinds[rings.part_owner] == Kind.POLYGON)
    large = np.bincount(rings.part_owner[~small], minlength=len(chunk)) > 0
    dropped = small & large[rings.part_owner]
    return _without_rings(rings, dropped[rings.part]) if dropped.any() else chunk


def turned(chunk: GeometryChunk, crs: Crs) -> GeometryChunk:
    """Return the chunk with holes running against their shell."""
    rings = rings_of(chunk, crs)
    shells = np.flatnonzero(rings.is_shell)
    turn = np.zeros(len(rings.part_owner))
    turn[rings.part[shells]] = np.sign(rings.signed_areas_m2[shells])
    same = ~rings.is_shell & (np.sign(rings.signed_areas_m2) * turn[rings.part] > 0)
    if not same.any():
        return chunk
    flipped = same[rings.of_coord]
    ends = chunk.coord_offsets[:-1] + chunk.coord_offsets[1:] - 1
    places = np.arange(len(chunk.xy))
    order = np.where(flipped, ends[rings.of_coord] - places, places)
    return GeometryChunk(
        chunk.kinds,
        chunk.part_offsets,
        chunk.ring_offsets,
        chunk.coord_offsets,
        chunk.xy[order],
        None if chunk.z is None else chunk.z[order],
    )


def _feature_of(rings: Rings) -> Rows:
    return rings.owner[rings.of_coord]


def _greater_of_pairs(rings: Rings, flags: Flags) -> Flags:
    """Return, of each flagged coordinate and the next, the one further east, then north."""
    at = np.flatnonzero(flags)
    following = at + 1
    offsets = rings.chunk.coord_offsets
    of_area = rings.is_areal[rings.of_coord[at]]
    wrapped = of_area & rings.is_end[following]
    following[wrapped] = offsets[rings.of_coord[at[wrapped]]]
    xy = rings.chunk.xy
    ahead = (xy[at, 0] > xy[following, 0]) | (
        (xy[at, 0] == xy[following, 0]) & (xy[at, 1] >= xy[following, 1])
    )
    dropped = np.zeros(len(xy), dtype=bool)
    dropped[np.where(ahead, at, following)] = True
    return dropped & ~_kept_ends(rings)


def _kept_ends(rings: Rings) -> Flags:
    """Return the two ends of lines, which stay where they are."""
    lines = ~rings.is_areal
    result = np.zeros(len(rings.chunk.xy), dtype=bool)
    offsets = rings.chunk.coord_offsets
    filled = lines & (np.diff(offsets) > 1)
    result[offsets[:-1][filled]] = True
    result[offsets[1:][filled] - 1] = True
    return result


def _without_coords(rings: Rings, dropped: Flags) -> GeometryChunk:
    """Return the chunk without some coordinates; rings of areas are closed again."""
    chunk = rings.chunk
    of_area = rings.is_areal[rings.of_coord]
    closing = rings.is_end & of_area & ~rings.is_open[rings.of_coord]
    kept = np.flatnonzero(~dropped & ~closing)
    ring = rings.of_coord[kept]
    counts = np.bincount(ring, minlength=len(rings.part))
    starts = np.cumsum(counts) - counts
    again = np.flatnonzero(rings.is_areal & (counts > 0))
    places = np.concatenate([kept, kept[starts[again]]])
    order = np.argsort(np.concatenate([ring, again]), kind="stable")
    counts[again] += 1
    places = places[order]
    return GeometryChunk(
        chunk.kinds,
        chunk.part_offsets,
        chunk.ring_offsets,
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        chunk.xy[places],
        None if chunk.z is None else chunk.z[places],
    )


def _without_collapsed(chunk: GeometryChunk, crs: Crs) -> GeometryChunk:
    """Leave out rings with too few vertices, and parts whose shell is such a ring."""
    rings = rings_of(chunk, crs)
    counts = np.diff(chunk.coord_offsets)
    least = np.array([_LEAST_COORDS[Kind(kind)] for kind in range(4)])
    short = counts < least[chunk.kinds[rings.owner]]
    if not short.any():
        return chunk
    gone = np.bincount(rings.part[short & rings.is_shell], minlength=len(rings.part_owner)) > 0
    return _without_rings(rings, short | gone[rings.part])


def _without_rings(rings: Rings, dropped: Flags) -> GeometryChunk:
    chunk = rings.chunk
    kept = np.flatnonzero(~dropped)
    part_count, count = len(rings.part_owner), len(chunk)
    per_part = np.bincount(rings.part[kept], minlength=part_count)
    parts = np.flatnonzero(per_part > 0)
    per_feature = np.bincount(rings.part_owner[parts], minlength=count)
    coords = ~dropped[rings.of_coord]
    lengths = np.diff(chunk.coord_offsets)[kept]
    return GeometryChunk(
        np.where(per_feature > 0, chunk.kinds, np.uint8(Kind.NONE)).astype(np.uint8),
        _offsets(per_feature),
        _offsets(per_part[parts]),
        _offsets(lengths),
        chunk.xy[coords],
        None if chunk.z is None else chunk.z[coords],
    )


def _offsets(counts: NDArray[np.intp]) -> NDArray[np.int32]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)

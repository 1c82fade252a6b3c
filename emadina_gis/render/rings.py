"""Prepared geometry of chunks for drawing: order along a curve, ring orientation, typical size.

No Qt and no OpenGL; the painter and the GPU meshes share it, so both draw in the same order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.extent import Extent, extent_of_bounds
from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.render.hilbert import hilbert_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.render.derived import DerivedCache

#: Below this many rows a chunk keeps the order of its layer (zones drawn over zones).
FEWEST_SORTED = 2048
#: Outlines appear when features are typically this large, and are full at the second size.
OUTLINE_FROM_MM = 1.6
OUTLINE_FULL_MM = 3.2
OUTLINE_FAINTEST = 0.35
_NOWHERE = Extent(np.inf, np.inf, np.inf, np.inf)


def drawing_order(chunk: GeometryChunk) -> NDArray[np.intp]:
    """Return the rows in the order they are drawn: along a Hilbert curve in large chunks."""
    if len(chunk) < FEWEST_SORTED:
        return np.arange(len(chunk), dtype=np.intp)
    bounds = chunk.bounds
    return hilbert_order((bounds[:, :2] + bounds[:, 2:]) / 2)


def oriented(chunk: GeometryChunk) -> GeometryChunk:
    """Return the chunk with shells counter-clockwise and holes clockwise.

    Filled by the winding rule, overlapping polygons then stay filled and holes stay open.
    """
    counts = np.diff(chunk.coord_offsets)
    if not (chunk.kinds == Kind.POLYGON).any() or not len(counts):
        return chunk.with_xy(chunk.xy)
    shells = np.zeros(len(counts), dtype=bool)
    shells[chunk.ring_offsets[:-1][np.diff(chunk.ring_offsets) > 0]] = True
    parts_of = np.repeat(chunk.kinds == Kind.POLYGON, np.diff(chunk.part_offsets))
    polygonal = np.repeat(parts_of, np.diff(chunk.ring_offsets))
    wrong = polygonal & ((ring_double_areas(chunk) > 0) != shells)
    starts = chunk.coord_offsets[:-1].astype(np.intp)
    index = np.arange(len(chunk.xy))
    within = np.repeat(wrong, counts)
    first_plus_last = np.repeat(2 * starts + counts - 1, counts)
    index[within] = first_plus_last[within] - index[within]
    return chunk.with_xy(chunk.xy[index])


def ring_double_areas(chunk: GeometryChunk) -> NDArray[np.float64]:
    """Return twice the signed area of each ring, positive counter-clockwise, shape (rings,)."""
    counts = np.diff(chunk.coord_offsets).astype(np.intp)
    starts = chunk.coord_offsets[:-1].astype(np.intp)
    result = np.zeros(len(counts))
    present = counts > 0
    if not present.any():
        return result
    local = chunk.xy - np.repeat(chunk.xy[starts[present]], counts[present], axis=0)
    cross = np.zeros(len(local))
    cross[:-1] = local[:-1, 0] * local[1:, 1] - local[1:, 0] * local[:-1, 1]
    cross[starts[present] + counts[present] - 1] = 0.0
    result[present] = np.add.reduceat(cross, starts[present])
    return result


def typical_size(chunk: GeometryChunk) -> float:
    """Return the median extent of polygons in map units (NaN where there is none)."""
    bounds = chunk.bounds[chunk.kinds == Kind.POLYGON]
    if not len(bounds):
        return float("nan")
    return float(np.median(np.sqrt(np.prod(bounds[:, 2:] - bounds[:, :2], axis=1))))


def cached_order(cache: DerivedCache, chunk: GeometryChunk) -> NDArray[np.intp]:
    """Return `drawing_order`, computed once per chunk."""
    return cache.get(chunk, "order", lambda: drawing_order(chunk))


def cached_oriented(cache: DerivedCache, chunk: GeometryChunk) -> GeometryChunk:
    """Return `oriented`, computed once per chunk."""
    return cache.get(chunk, "oriented", lambda: oriented(chunk))


def cached_size(cache: DerivedCache, chunk: GeometryChunk) -> float:
    """Return `typical_size`, computed once per chunk."""
    return cache.get(chunk, "size", lambda: typical_size(chunk))


def cached_box(cache: DerivedCache, chunk: GeometryChunk) -> Extent:
    """Return what a chunk covers, computed once; nothing anywhere where it has no geometry."""
    return cache.get(chunk, "box", lambda: extent_of_bounds(chunk.bounds) or _NOWHERE)


def is_measured(cache: DerivedCache, chunk: GeometryChunk) -> bool:
    """Whether it is known what a chunk covers and how large its polygons typically are.

    In a large chunk finding out takes a while.
    """
    known = cache.known(chunk, "size") is not None and cache.known(chunk, "box") is not None
    return known or len(chunk) < FEWEST_SORTED


def outline_strength(size_mm: float) -> float:
    """Return the opacity of outlines of features of a typical size on the picture, in [0, 1]."""
    if not size_mm >= OUTLINE_FROM_MM:
        return 0.0
    ramp = (size_mm - OUTLINE_FROM_MM) / (OUTLINE_FULL_MM - OUTLINE_FROM_MM)
    return OUTLINE_FAINTEST + (1 - OUTLINE_FAINTEST) * min(ramp, 1.0)

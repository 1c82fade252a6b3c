"""Levels of detail of a chunk: how coarse they may be, and which vertices they keep.

A far view draws fewer vertices of the same rings; what is left out is never seen, because a level
is only drawn where its tolerance is a part of a pixel. No Qt and no OpenGL.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.render.rings import typical_size
from emadina_gis.render.simplify import kept_vertices

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Levels beside the exact one.
LEVELS = 2
#: A level is drawn where its tolerance is at most this part of a pixel.
TOLERANCE_PX = 0.25
#: Of the typical size of polygons: fine enough where they measure 16 px, and where 4.5 px.
_OF_SIZE = (1 / 64, 1 / 18)
#: Of the typical length of a step of a line.
_OF_STEP = (1 / 2, 2.0)
#: A level that keeps a larger part of the vertices is not worth its memory.
_MOST_KEPT = 0.8
#: Bits of the marks of vertices: kept in level 1, kept in level 2, the last of its ring.
KEPT = (1, 2)
LAST = 4


def tolerances(chunk: GeometryChunk) -> NDArray[np.float64]:
    """Return the tolerance of each coarser level in map units, shape (LEVELS,); inf for none."""
    polygons = bool((chunk.kinds == Kind.POLYGON).any())
    size = typical_size(chunk) if polygons else _typical_step(chunk)
    if not size > 0:
        return np.full(LEVELS, np.inf)
    return size * np.array(_OF_SIZE if polygons else _OF_STEP)


def _typical_step(chunk: GeometryChunk) -> float:
    """Return the median length of the steps of lines; NaN where there are none."""
    steps = np.hypot(*np.diff(chunk.xy, axis=0).T)
    inner = np.ones(len(steps), dtype=bool)
    inner[chunk.coord_offsets[1:-1] - 1] = False
    return float(np.median(steps[inner])) if inner.any() else float("nan")


def marks(
    chunk: GeometryChunk, local: NDArray[np.float64], allowed: NDArray[np.float64]
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Return the marks of the vertices and the tolerances of the levels that are worth keeping.

    Parameters
    ----------
    local : ndarray of float64, shape (m, 2)
        The chunk's coordinates about a near origin.
    allowed : ndarray of float64, shape (LEVELS,)
        Tolerances in map units.
    """
    found = np.zeros(len(local), dtype=np.uint8)
    present = np.diff(chunk.coord_offsets) > 0
    found[chunk.coord_offsets[1:][present] - 1] |= LAST
    offsets = chunk.coord_offsets.astype(np.intp)
    fewest = 4 if bool((chunk.kinds == Kind.POLYGON).any()) else 2
    held = 1.0
    worth = allowed.copy()
    for level, tolerance in enumerate(allowed.tolist()):
        if np.isfinite(tolerance) and len(local):
            kept = kept_vertices(local, offsets, tolerance, fewest=fewest)
            share = float(kept.mean())
            if share <= _MOST_KEPT * held:
                found[kept] |= KEPT[level]
                held = share
                continue
        worth[level] = np.inf
    return found, worth


def reduced(chunk: GeometryChunk, kept: NDArray[np.bool_]) -> GeometryChunk:
    """Return the chunk with some of its vertices."""
    total = np.concatenate([[0], np.cumsum(kept)])
    offsets = total[chunk.coord_offsets].astype(np.int32)
    return replace(chunk, coord_offsets=offsets, xy=chunk.xy[kept], z=None)


def edges(marked: NDArray[np.uint8], level: int, first: int = 0) -> NDArray[np.uint32]:
    """Return the edges of rings and lines at a level as pairs of vertices, shape (e, 2).

    Parameters
    ----------
    marked : ndarray of uint8, shape (m,)
        Marks of whole rings.
    level : int
        0 is exact.
    first : int
        Number of the first vertex of `marked`.
    """
    kept = np.arange(len(marked)) if not level else np.flatnonzero(marked & KEPT[level - 1])
    starts = np.flatnonzero((marked[kept] & LAST) == 0)
    pairs = np.column_stack([kept[starts], kept[starts + 1]]) + first
    return pairs.astype(np.uint32)


def without_twins(pairs: NDArray[np.uint32], xy: NDArray[np.float32]) -> NDArray[np.uint32]:
    """Return edges that lie on each other once: neighbours share their limits.

    Parameters
    ----------
    pairs : ndarray of uint32, shape (e, 2)
        From `edges`.
    xy : ndarray of float32, shape (m, 2)
        Positions of the vertices.
    """
    places = np.ascontiguousarray(xy).view(np.uint64).reshape(-1)[pairs]
    low, high = _mixed(places.min(axis=1)), _mixed(places.max(axis=1))
    _, first = np.unique(low + (high << np.uint64(1)), return_index=True)
    return pairs[np.sort(first)]


def _mixed(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return numbers whose bits all depend on all bits (the finaliser of SplitMix64)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))

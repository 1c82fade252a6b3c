"""Which vertices of rings and lines a far view can do without.

Works on whole chunks at once: in each round vertices nearer than a tolerance to the chord of their
neighbours are left out, never two side by side. Ends of rings and lines always stay. No Qt and no
OpenGL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDS = 4
_FEWEST_OF_RING = 4


def kept_vertices(
    xy: NDArray[np.float64],
    offsets: NDArray[np.integer],
    tolerance: float,
    *,
    fewest: int = _FEWEST_OF_RING,
) -> NDArray[np.bool_]:
    """Return which vertices are kept, shape (m,).

    Parameters
    ----------
    xy : ndarray of float64, shape (m, 2)
        Coordinates about a near origin.
    offsets : ndarray of int, shape (rings + 1,)
        Vertices of ring i are ``[i]:[i + 1]``.
    tolerance : float
        In map units: how far a vertex may lie from the chord of its neighbours in a round; over
        the rounds a few such steps may add up.
    fewest : int
        A ring that would keep fewer vertices (its closing one counted) keeps all.
    """
    kept = np.ones(len(xy), dtype=bool)
    ends = _ends(len(xy), offsets)
    for _ in range(_ROUNDS):
        index = np.flatnonzero(kept)
        left_out = _flat(xy[index], ends[index], tolerance)
        if not left_out.any():
            break
        kept[index[left_out]] = False
    return _whole_again(kept, offsets, fewest)


def _ends(count: int, offsets: NDArray[np.integer]) -> NDArray[np.bool_]:
    ends = np.zeros(count, dtype=bool)
    present = np.diff(offsets) > 0
    ends[offsets[:-1][present]] = True
    ends[offsets[1:][present] - 1] = True
    return ends


def _flat(xy: NDArray[np.float64], ends: NDArray[np.bool_], allowed: float) -> NDArray[np.bool_]:
    """Return the vertices near the chord of their neighbours, of two side by side the nearer."""
    distance = np.full(len(xy), np.inf)
    if len(xy) > 2:
        distance[1:-1] = _from_chord(xy)
    distance[ends] = np.inf
    before = np.concatenate([[np.inf], distance[:-1]])
    after = np.concatenate([distance[1:], [np.inf]])
    return (distance < allowed) & (distance < before) & (distance <= after)


def _from_chord(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance of each inner vertex from the segment between its neighbours."""
    chord = xy[2:] - xy[:-2]
    to = xy[1:-1] - xy[:-2]
    length2 = (chord * chord).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        along = np.clip((to * chord).sum(axis=1) / length2, 0.0, 1.0)
    off = to - np.nan_to_num(along)[:, None] * chord
    return np.asarray(np.hypot(off[:, 0], off[:, 1]))


def _whole_again(
    kept: NDArray[np.bool_], offsets: NDArray[np.integer], fewest: int
) -> NDArray[np.bool_]:
    """Keep all of the rings of which too little is left."""
    total = np.concatenate([[0], np.cumsum(kept)])
    left = total[offsets[1:]] - total[offsets[:-1]]
    return np.asarray(kept | np.repeat(left < fewest, np.diff(offsets)))

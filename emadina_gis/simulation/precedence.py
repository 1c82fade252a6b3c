"""Who owns land that several constraints hit: each square metre once, the first in order.

Owns the slicing of overlapping pieces and the clean-up that overlays need. It must not know
natures, tables or parcels beyond their numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.soundness import made_valid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Shapes = NDArray[np.object_]

#: What two drawings of one limit may be apart: thinner pieces are no hits (metres).
THIN_M = 0.05
#: Smaller pieces are the inaccuracy of drawings (square metres).
SLIVER_M2 = 1.0
_COLLECTION = 7


def owned(pieces: Shapes, parcel: NDArray[np.intp], order: NDArray[np.intp]) -> Floats:
    """Return the area of each piece that no earlier piece of the same parcel holds, shape (h,).

    Parameters
    ----------
    pieces : ndarray of polygons, shape (h,)
    parcel : ndarray of int, shape (h,)
        Parcel of each piece.
    order : ndarray of int, shape (h,)
        Positions of all pieces, the ones that come first first.

    Notes
    -----
    The areas of a parcel sum to the area of the union of its pieces. The first pieces of all
    parcels are taken together, then the second ones, and so on.
    """
    own = np.zeros(len(pieces))
    if not len(pieces):
        return own
    order = order[np.argsort(parcel[order], kind="stable")]
    turn = _turns(parcel[order])
    held = np.full(int(parcel.max()) + 1, None, dtype=object)
    for number in range(int(turn.max()) + 1):
        mine = order[turn == number]
        owner = parcel[mine]
        free = pieces[mine] if not number else shapely.difference(pieces[mine], held[owner])
        own[mine] = shapely.area(free)
        more = np.isin(mine, order[np.flatnonzero(turn == number + 1) - 1])
        joined = pieces[mine] if not number else pieces[mine].copy()
        if number:
            joined[more] = polygonal(shapely.union(pieces[mine][more], held[owner[more]]))
        held[owner] = joined
    return own


def _turns(groups: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the place of each element within its run of equal values, shape (h,)."""
    starts = np.flatnonzero(np.concatenate([[True], groups[1:] != groups[:-1]]))
    lengths = np.diff(np.concatenate([starts, [len(groups)]]))
    return np.arange(len(groups)) - np.repeat(starts, lengths)


def polygonal(shapes: Shapes) -> Shapes:
    """Return shapes reduced to their polygons: overlays leave lines where limits touch."""
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION)
    if not len(mixed):
        return shapes
    result = shapes.copy()
    parts, owner = shapely.get_parts(shapes[mixed], return_index=True)
    solid = shapely.get_dimensions(parts) == 2
    result[mixed] = shapely.Polygon()
    if solid.any():
        parts, owner = parts[solid], owner[solid]
        single, number = _polygons(parts, owner)
        result[mixed[np.unique(owner)]] = shapely.multipolygons(single, indices=number)
    return result


def _polygons(parts: Shapes, owner: NDArray[np.intp]) -> tuple[Shapes, NDArray[np.intp]]:
    """Return polygons and consecutive numbers of their owners."""
    single, inner = shapely.get_parts(parts, return_index=True)
    return single, np.unique(owner[inner], return_inverse=True)[1]


def sound(shapes: Shapes) -> Shapes:
    """Return valid shapes: invalid polygons are repaired by their structure."""
    polygons = shapely.get_dimensions(shapes) == 2
    broken = np.flatnonzero(~shapely.is_valid(shapes) & polygons)
    if not len(broken):
        return shapes
    result = shapes.copy()
    repaired = made_valid(shapes[broken], structure=True)
    result[broken] = polygonal(repaired)
    return result


def is_sliver(pieces: Shapes, area: Floats, whole: Floats, unit_m: float) -> NDArray[np.bool_]:
    """Return which pieces are the inaccuracy of drawings, shape (h,).

    Parameters
    ----------
    area, whole : ndarray of float64, shape (h,)
        Areas of the pieces and of the land they were cut from, in square map units.
    unit_m : float
        Metres in a map unit.
    """
    least = np.minimum(SLIVER_M2 / unit_m**2, 0.5 * whole)
    around = shapely.length(pieces)
    thickness = 2 * area / np.where(around > 0, around, np.inf)
    return np.asarray((area <= least) | (thickness * unit_m < THIN_M) | (area <= 0))


def summed(groups: NDArray[np.intp], values: Floats, count: int) -> Floats:
    """Return the sum of the values of each of `count` groups, shape (count,)."""
    return np.asarray(np.bincount(groups, values, minlength=count), dtype=np.float64)

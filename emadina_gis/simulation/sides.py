"""Which limits of each parcel face a street, which streets, and how wide they are.

A limit faces a street where no other parcel touches it and a road runs before it; without a road
layer, where it looks onto open space. Streets are told apart by direction: the main front, the
streets on its sides, the one behind. It knows nothing of rules. Lengths in metres.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.simulation.limits import (
    FROM_GAP,
    NO_FRONT,
    NO_GEOMETRY,
    Limits,
    Side,
    oriented,
)
from emadina_gis.simulation.neighbours import FARTHEST_M, Surroundings, Views

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.simulation.outlines import Outlines
    from emadina_gis.simulation.parcels import ParcelInputs

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

#: A limit between two streets no longer than this is a corner cut off, not a front of its own.
CUT_CORNER_M = 8.0
#: Limits that turn by less than this (its cosine) go on in the same direction: 20 degrees.
_SAME_DIRECTION = 0.94
#: A front as long as the table's to this share is the one it speaks of.
_SAME_FRONTAGE = 0.15
_SHORTEST_M = 0.5
#: An alignment nearer to its limit is where the limit is: axes are drawn no better.
LEAST_MOVE_M = 0.5
_QUADRANTS = 4


@dataclass(frozen=True, eq=False)
class Told:
    """What a table tells of n parcels; NaN where it tells nothing, shape (n,)."""

    frontage_m: Floats
    road_m: Floats
    side_road_m: Floats


def told_by(inputs: ParcelInputs, rows: NDArray[np.intp]) -> Told:
    """Return what the inputs tell of the streets of some parcels."""

    def some(values: Floats | None) -> Floats:
        taken = np.full(len(rows), np.nan) if values is None else values[rows]
        return np.where(taken > 0, taken, np.nan)

    widths = (some(inputs.road_width_m), some(inputs.side_road_width_m))
    return Told(some(inputs.frontage_m), *widths)


def limits_of(
    outlines: Outlines, row: NDArray[np.int64], around: Surroundings, told: Told
) -> Limits:
    """Return the limits of parcels and what each of them faces.

    Parameters
    ----------
    outlines : Outlines
        n parcels.
    row : ndarray of int64, shape (n,)
        Their rows among the parcels of `around`.
    around : Surroundings
    told : Told
        Widths that the table gives count before measured ones: a plan's widths are projected.
    """
    plain = _plain_limits(outlines)
    views = _views(outlines, plain, row)
    shared = around.touched(views)
    faces, seen, by_gap = _facing(plain, views, around, shared)
    width = seen.width_m
    cut = _cut_corners(plain, outlines, faces)
    front = _streets(plain, faces & ~cut, width, told)
    width = _widths(front, width, plain.owner, told)
    width = _measured(width, front, views, around)
    found = replace(
        plain,
        front=front,
        road_width_m=width,
        behind_m=np.where(front >= 0, seen.behind_m, 0.0),
        shared=shared,
        reason=_reasons(plain, by_gap),
    )
    return oriented(found, cut)


@dataclass(frozen=True, eq=False)
class _Seen:
    """What the roads tell of limits: width, and how far the alignment lies behind; shape (m,)."""

    width_m: Floats
    behind_m: Floats


def _plain_limits(outlines: Outlines) -> Limits:
    corners, count = outlines.corners, len(outlines.corners.x)
    here = np.column_stack([corners.x, corners.y])
    no = np.zeros(count, dtype=bool)
    starts = corners.starts[outlines.ring_starts]
    empty = np.diff(starts) == 0
    return Limits(
        starts=starts,
        start=here,
        end=here[corners.following],
        side=np.full(count, Side.UNKNOWN, dtype=np.int8),
        front=np.full(count, -1, dtype=np.int8),
        road_width_m=np.full(count, np.nan),
        behind_m=np.zeros(count),
        shared=no,
        lifted=no,
        reason=np.where(empty, NO_GEOMETRY, 0).astype(np.int8),
    )


def _views(outlines: Outlines, limits: Limits, row: NDArray[np.int64]) -> Views:
    origin = outlines.origin[limits.owner]
    return Views(limits.start + origin, limits.end + origin, -limits.inward, row[limits.owner])


def _facing(
    limits: Limits, views: Views, around: Surroundings, shared: Flags
) -> tuple[Flags, _Seen, Flags]:
    """Return which limits face a street, what its road tells, and who has only gaps."""
    free = np.flatnonzero(~shared & (limits.length_m >= _SHORTEST_M))
    faces = np.zeros(len(shared), dtype=bool)
    seen = _Seen(np.full(len(shared), np.nan), np.zeros(len(shared)))
    if not around.has_roads:
        faces[free] = True
        return faces, seen, np.zeros(len(limits), dtype=bool)
    faces[free], width, axis = around.road_before(views.take(free))
    behind = np.nan_to_num(width / 2 - axis)
    seen.width_m[free] = width
    seen.behind_m[free] = np.where(behind >= LEAST_MOVE_M, behind, 0.0)
    served = np.zeros(len(limits), dtype=bool)
    served[limits.owner[faces]] = True
    rest = free[~served[limits.owner[free]]]
    gap = around.gap_before(views.take(rest))
    looks_out = rest[gap <= FARTHEST_M]
    faces[looks_out] = True
    by_gap = np.zeros(len(limits), dtype=bool)
    by_gap[limits.owner[looks_out]] = True
    return faces, seen, by_gap


def _cut_corners(limits: Limits, outlines: Outlines, faces: Flags) -> Flags:
    """Return the short limits that turn from one street into another, shape (m,)."""
    after = outlines.corners.following
    before = np.empty_like(after)
    before[after] = np.arange(len(after))
    inward = limits.inward
    turns_in = (inward * inward[before]).sum(axis=1) < _SAME_DIRECTION
    turns_out = (inward * inward[after]).sum(axis=1) < _SAME_DIRECTION
    around = (inward[before] * inward[after]).sum(axis=1) < np.sqrt(0.5)
    short = limits.length_m <= CUT_CORNER_M
    longer = np.minimum(limits.length_m[before], limits.length_m[after]) > limits.length_m
    between = faces & faces[before] & faces[after] & longer & short
    return np.asarray(between & turns_in & turns_out & around)


def _streets(limits: Limits, faces: Flags, width: Floats, told: Told) -> NDArray[np.int8]:
    """Return the number of the street that each limit faces, 0 for the main front, shape (m,)."""
    some = np.flatnonzero(faces)
    front = np.full(len(faces), -1, dtype=np.int8)
    if not len(some):
        return front
    quadrant = _quadrants(limits, some)
    owner = limits.owner[some]
    place = owner * _QUADRANTS + quadrant
    shape = (len(limits), _QUADRANTS)
    length, widest = np.zeros((2, shape[0] * _QUADRANTS))
    np.add.at(length, place, limits.length_m[some])
    np.maximum.at(widest, place, np.nan_to_num(width[some]))
    main = _main(length.reshape(shape), widest.reshape(shape), told)
    turned = (quadrant - main[owner]) % _QUADRANTS
    present = np.zeros(shape, dtype=np.int8)
    present[owner, turned] = 1
    # The main front first, then the streets on its sides, then the one behind.
    order = np.array([0, 1, 3, 2])
    rank = np.cumsum(present[:, order], axis=1) - 1
    numbers = np.empty_like(rank)
    numbers[:, order] = rank
    front[some] = numbers[owner, turned]
    return front


def _quadrants(limits: Limits, some: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the direction of fronts in quarter turns from the longest front of their parcel."""
    owner = limits.owner[some]
    order = np.lexsort((-limits.length_m[some], owner))
    firsts = order[np.append(True, owner[order][1:] != owner[order][:-1])]
    longest = np.zeros((len(limits), 2))
    longest[owner[firsts]] = limits.inward[some[firsts]]
    to, inward = longest[owner], limits.inward[some]
    across = to[:, 0] * inward[:, 1] - to[:, 1] * inward[:, 0]
    angle = np.arctan2(across, (to * inward).sum(axis=1))
    return np.asarray(np.round(angle / (np.pi / 2)).astype(np.int64) % _QUADRANTS)


def _main(length: Floats, width: Floats, told: Told) -> NDArray[np.int64]:
    """Return the quadrant of the main front: the table's, else on the widest road, the shortest."""
    frontage = told.frontage_m[:, None]
    off = np.abs(length - frontage) / frontage
    fits = off <= _SAME_FRONTAGE
    cost = np.where(fits, off, FARTHEST_M + 1 - width + length / 1e6)
    return np.asarray(np.where(length > 0, cost, np.inf).argmin(axis=1))


def _widths(front: NDArray[np.int8], width: Floats, owner: NDArray[np.int64], told: Told) -> Floats:
    """Return the width of the road before each front: the table's first, then the road layer's.

    Another street of which nothing is told is as wide as the first.
    """
    main, side = told.road_m[owner], told.side_road_m[owner]
    found = np.where((front == 0) & ~np.isnan(main), main, width)
    found = np.where((front == 1) & ~np.isnan(side), side, found)
    found = np.where(np.isnan(found), main, found)
    return np.where(front >= 0, found, np.nan)


def _measured(width: Floats, front: NDArray[np.int8], views: Views, around: Surroundings) -> Floats:
    """Return the widths with the unknown ones measured to the parcel on the other side."""
    unknown = np.flatnonzero((front >= 0) & np.isnan(width))
    if not len(unknown):
        return width
    gap = around.gap_before(views.take(unknown))
    found = width.copy()
    found[unknown] = np.where(gap <= FARTHEST_M, gap, np.nan)
    return found


def _reasons(limits: Limits, by_gap: Flags) -> NDArray[np.int8]:
    reason = np.where(by_gap, FROM_GAP, limits.reason)
    return np.asarray(reason.astype(np.int8))


def without_front(limits: Limits) -> Flags:
    """Return which parcels have no front at all, shape (n,)."""
    return np.asarray(np.isin(limits.reason, (NO_FRONT, NO_GEOMETRY)))

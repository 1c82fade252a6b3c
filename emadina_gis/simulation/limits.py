"""``Limits``: the straight limits of parcels, what each one faces, and the road before it.

A limit is an edge of the parcel's outline once its small bends are drawn straight. It knows nothing
of rules, levels or files. Lengths and coordinates in metres.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.kept import kept
from emadina_gis.simulation.parcels import Fronts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emadina_gis.simulation.clipping import Rings

    Floats = NDArray[np.float64]


#: What looks back within 45 degrees (its cosine) of the main front's direction lies opposite.
_REAR_COSINE = -np.sqrt(0.5)


class Side(IntEnum):
    """What a limit of a parcel is."""

    LEFT = 0
    RIGHT = 1
    REAR = 2
    FRONT = 3
    CUT_CORNER = 4
    UNKNOWN = 5


#: Why a parcel has no front, or why its front is not certain.
FRONT_REASONS = ("", "no_geometry", "no_front", "front_from_gap")
NO_GEOMETRY, NO_FRONT, FROM_GAP = 1, 2, 3


@dataclass(frozen=True, eq=False)
class Limits:
    """Limits of n parcels, in rings: those of parcel i are ``starts[i]:starts[i + 1]``.

    Attributes
    ----------
    starts : ndarray of int64, shape (n + 1,)
    start, end : ndarray of float64, shape (m, 2)
        Ends of each limit; the parcel lies on its left.
    side : ndarray of int8 (`Side`), shape (m,)
    front : ndarray of int8, shape (m,)
        Number of the street that the limit faces: 0 for the main front, -1 for none.
    road_width_m : ndarray of float64, shape (m,)
        Width of the road in front, NaN where there is none or it is unknown.
    behind_m : ndarray of float64, shape (m,)
        How far the projected alignment of the road in front lies behind the limit: half its width
        less the distance to its axis; 0 where the limit stands on it, or nothing tells.
    shared : ndarray of bool, shape (m,)
        Another parcel touches the limit.
    lifted : ndarray of bool, shape (m,)
        No distance is kept from the limit: the building leans on one that stands there.
    reason : ndarray of int8, shape (n,)
        Index into `FRONT_REASONS`.
    """

    starts: NDArray[np.int64]
    start: Floats
    end: Floats
    side: NDArray[np.int8]
    front: NDArray[np.int8]
    road_width_m: Floats
    behind_m: Floats
    shared: NDArray[np.bool_]
    lifted: NDArray[np.bool_]
    reason: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @kept
    def owner(self) -> NDArray[np.int64]:
        """Parcel of each limit, shape (m,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    @kept
    def length_m(self) -> Floats:
        """Length of each limit, shape (m,)."""
        return np.asarray(np.hypot(*(self.end - self.start).T))

    @kept
    def inward(self) -> Floats:
        """Unit normals of the limits, pointing into the parcel, shape (m, 2)."""
        along = self.end - self.start
        length = np.where(self.length_m > 0, self.length_m, 1.0)
        return np.column_stack([-along[:, 1] / length, along[:, 0] / length])

    @kept
    def front_count(self) -> NDArray[np.int64]:
        """Streets that border each parcel, shape (n,)."""
        counts = np.zeros(len(self), dtype=np.int64)
        np.maximum.at(counts, self.owner, self.front.astype(np.int64) + 1)
        return counts

    @kept
    def main_inward(self) -> Floats:
        """Direction from the main front into each parcel, NaN where there is none, shape (n, 2)."""
        main = np.flatnonzero(self.front == 0)
        weights = self.inward[main] * self.length_m[main, None]
        sums = np.zeros((len(self), 2))
        np.add.at(sums, self.owner[main], weights)
        length = np.hypot(sums[:, 0], sums[:, 1])
        return np.asarray(sums / np.where(length > 0, length, np.nan)[:, None])

    @kept
    def fronts(self) -> NDArray[np.int8]:
        """How streets lie around each parcel (`Fronts`), shape (n,)."""
        second = np.flatnonzero(self.front == 1)
        inward = np.zeros((len(self), 2))
        np.add.at(inward, self.owner[second], self.inward[second] * self.length_m[second, None])
        length = np.hypot(inward[:, 0], inward[:, 1])
        facing = (inward * np.nan_to_num(self.main_inward)).sum(axis=1) <= _REAR_COSINE * length
        opposite = (self.front_count == 2) & facing
        kind = np.where(opposite, Fronts.THROUGH, Fronts.CORNER)
        return np.where(self.front_count < 2, Fronts.ONE, kind).astype(np.int8)

    def with_lifted(self, lifted: NDArray[np.bool_]) -> Limits:
        """Return the limits with the distance lifted where a building leans on another."""
        return replace(self, lifted=lifted)

    def part(self, first: int, end: int) -> Limits:
        """Return the limits of a run of parcels."""
        low, high = self.starts[first], self.starts[end]
        return Limits(
            self.starts[first : end + 1] - low,
            self.start[low:high],
            self.end[low:high],
            self.side[low:high],
            self.front[low:high],
            self.road_width_m[low:high],
            self.behind_m[low:high],
            self.shared[low:high],
            self.lifted[low:high],
            self.reason[first:end],
        )

    def take(self, rows: NDArray[np.intp]) -> Limits:
        """Return the limits of some parcels, in the order given."""
        counts = np.diff(self.starts)[rows]
        starts = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(counts, out=starts[1:])
        index = np.arange(starts[-1]) + np.repeat(self.starts[:-1][rows] - starts[:-1], counts)
        return Limits(
            starts,
            self.start[index],
            self.end[index],
            self.side[index],
            self.front[index],
            self.road_width_m[index],
            self.behind_m[index],
            self.shared[index],
            self.lifted[index],
            self.reason[rows],
        )


def limits_of_fronts(
    rings: Rings, street: NDArray[np.int8], road_width_m: Floats | None = None
) -> Limits:
    """Return the limits of rings whose streets are known: every edge is a limit.

    Parameters
    ----------
    rings : Rings
        n parcels, counter-clockwise.
    street : ndarray of int8, shape (m,)
        For the edge after each corner, the number of the street it faces (0 for the main front),
        -1 for none, -2 for a corner cut off between two streets.
    road_width_m : ndarray of float64, shape (m,), optional
    """
    here = np.column_stack([rings.x, rings.y])
    count = len(street)
    limits = Limits(
        starts=rings.starts,
        start=here,
        end=here[rings.following],
        side=np.full(count, Side.UNKNOWN, dtype=np.int8),
        front=np.maximum(street, -1).astype(np.int8),
        road_width_m=np.full(count, np.nan) if road_width_m is None else road_width_m,
        behind_m=np.zeros(count),
        shared=street == -1,
        lifted=np.zeros(count, dtype=bool),
        reason=np.zeros(len(rings), dtype=np.int8),
    )
    return oriented(limits, cut_corner=street == -2)


def oriented(limits: Limits, cut_corner: NDArray[np.bool_]) -> Limits:
    """Return the limits told apart: front, left, right and rear as seen from the main front."""
    into = limits.main_inward[limits.owner]
    along = (limits.inward * into).sum(axis=1)
    across = into[:, 0] * limits.inward[:, 1] - into[:, 1] * limits.inward[:, 0]
    side = np.where(across < 0, Side.LEFT, Side.RIGHT)
    side = np.where(along <= _REAR_COSINE, Side.REAR, side)
    side = np.where(np.isnan(along), Side.UNKNOWN, side)
    side = np.where(cut_corner, Side.CUT_CORNER, side)
    side = np.where(limits.front >= 0, Side.FRONT, side).astype(np.int8)
    none = np.isnan(limits.main_inward[:, 0]) & (limits.reason != NO_GEOMETRY)
    reason = np.where(none, NO_FRONT, limits.reason)
    return replace(limits, side=side, reason=reason.astype(np.int8))


def joined_limits(pieces: Sequence[Limits]) -> Limits:
    """Return the limits of several lots of parcels one after the other."""
    counts = [np.zeros(1, dtype=np.int64), *(np.diff(piece.starts) for piece in pieces)]

    def joined(name: str, empty: NDArray[Any]) -> NDArray[Any]:
        arrays = [getattr(piece, name) for piece in pieces]
        return np.concatenate(arrays) if arrays else empty

    none, flags = np.zeros(0, dtype=np.int8), np.zeros(0, dtype=bool)
    return Limits(
        starts=np.cumsum(np.concatenate(counts)),
        start=joined("start", np.zeros((0, 2))),
        end=joined("end", np.zeros((0, 2))),
        side=joined("side", none),
        front=joined("front", none),
        road_width_m=joined("road_width_m", np.zeros(0)),
        behind_m=joined("behind_m", np.zeros(0)),
        shared=joined("shared", flags),
        lifted=joined("lifted", flags),
        reason=joined("reason", none),
    )

"""``ClippedGround``: areas of levels on parcels with straight limits and no inner corner.

Each limit is a half-plane; what is left of thousands of parcels is cut at once. It measures, it
draws nothing. It knows no rules. Lengths in metres.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.kept import kept
from emadina_gis.simulation.clipping import HalfPlanes, Rings
from emadina_gis.simulation.limits import Limits, Side
from emadina_gis.simulation.rings import SAME, Distances

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from emadina_gis.simulation.parcels import Fronts

    Floats = NDArray[np.float64]
    Length = Floats | float


@dataclass(frozen=True, eq=False)
class Measured:
    """A region of n parcels, measured: its area, and its ends along the main front, shape (n,)."""

    area_m2: Floats
    low_m: Floats
    high_m: Floats


@dataclass(frozen=True, eq=False)
class ClippedGround:
    """Parcels of one kind whose limits are half-planes.

    Attributes
    ----------
    rings : Rings
        The parcels, each near its own origin.
    limits : Limits
        Of the same parcels and origins; one straight limit on each street and at most one rear.
    fronts : Fronts
    road_m : tuple of ndarray, shape (n,)
        Width of the road before each front.
    taken_m : tuple of ndarray, shape (n,)
        How far the projected alignment moves each front into the parcel.
    min_block_width_m : float
    """

    rings: Rings
    limits: Limits
    fronts: Fronts
    road_m: tuple[Floats, ...]
    taken_m: tuple[Floats, ...]
    min_block_width_m: float
    _known: dict[Hashable, Rings] = field(default_factory=dict)
    _lengths: dict[int, Floats] = field(default_factory=dict)

    @kept
    def depth_m(self) -> Floats:
        """Greatest depth of each parcel behind its main front, shape (n,)."""
        main = self._front_lines[0]
        owner = self.limits.owner
        x, y = self.limits.start.T
        depth = x * main.nx[owner] + y * main.ny[owner] - main.offset[owner]
        deepest = np.maximum.reduceat(depth, self.limits.starts[:-1])
        return np.asarray(deepest)

    @property
    def lost_m2(self) -> Floats:
        """Land that the projected alignments take, shape (n,)."""
        return np.asarray(self.rings.area - self._parcels.area)

    def left_by(self, kept: Distances) -> Measured:
        """Return what is left of the parcels behind these distances."""
        return self._measured(self._left(kept))

    def strip(self, kept: Distances, front: int, end_m: float) -> Measured:
        """Return what of it lies no deeper than `end_m` behind one of the fronts."""
        return self._measured(self._strip(kept, front, end_m))

    def rear_strip(self, kept: Distances, front: int, end_m: float, rear_m: float) -> Measured:
        """Return what of a strip lies nearer to the rear limit than `rear_m`."""
        rings = self._strip(kept, front, end_m)
        lines = self._lines(Side.REAR)
        if not lines or rear_m <= 0:
            nothing = np.full(len(self.limits), np.nan)
            return Measured(np.zeros(len(self.limits)), nothing, nothing)
        return self._measured(rings.cut(lines[0].beyond(rear_m)))

    def _strip(self, kept: Distances, front: int, end_m: float) -> Rings:
        rings = self._left(kept)
        if np.isfinite(end_m):
            rings = rings.cut(self._front_lines[front].beyond(end_m))
        return rings

    def less(self, whole: Measured, part: Measured) -> Measured:
        """Return a region without a part of it, as wide as the whole."""
        area = np.maximum(whole.area_m2 - part.area_m2, 0.0)
        return Measured(area, whole.low_m, whole.high_m)

    def both(self, first: Measured, second: Measured) -> Measured:
        """Return two regions that do not overlap as one."""
        return Measured(
            first.area_m2 + second.area_m2,
            np.fmin(first.low_m, second.low_m),
            np.fmax(first.high_m, second.high_m),
        )

    def chosen(self, rows: NDArray[np.bool_], first: Measured, second: Measured) -> Measured:
        """Return the first region for some parcels and the second for the others."""
        return Measured(
            np.where(rows, first.area_m2, second.area_m2),
            np.where(rows, first.low_m, second.low_m),
            np.where(rows, first.high_m, second.high_m),
        )

    def wide(self, region: Measured, measured: Measured | None = None) -> Measured:
        """Return a region where it is as wide as a building, nothing elsewhere."""
        by = region if measured is None else measured
        keep = by.high_m - by.low_m >= self.min_block_width_m - SAME
        return Measured(
            np.where(keep, region.area_m2, 0.0),
            np.where(keep, region.low_m, np.nan),
            np.where(keep, region.high_m, np.nan),
        )

    def is_empty(self, region: Measured) -> NDArray[np.bool_]:
        """Whether nothing is left for each of the parcels, shape (n,)."""
        return np.asarray(region.area_m2 <= SAME)

    def _measured(self, rings: Rings) -> Measured:
        into = self.limits.main_inward
        low, high = rings.reach(into[:, 1], -into[:, 0])
        return Measured(np.maximum(rings.area, 0.0), low, high)

    def _left(self, kept: Distances) -> Rings:
        """Return the parcels cut at the rear, the streets and the sides; steps are kept."""
        steps: list[tuple[Side, int, Length]] = [(Side.REAR, 0, kept.rear)]
        steps += [(Side.FRONT, front, length) for front, length in enumerate(kept.fronts)]
        steps += [(Side.LEFT, 0, kept.left), (Side.RIGHT, 0, kept.right)]
        rings = self._parcels
        key: tuple[Hashable, ...] = ()
        for side, front, length in steps:
            if isinstance(length, np.ndarray) or length > 0:
                key = (*key, side, front, self._mark(length))
                if key not in self._known:
                    self._known[key] = self._cut(rings, side, front, length)
                rings = self._known[key]
        return rings

    def _mark(self, length: Length) -> Hashable:
        """Return what tells a length from others; an array is kept, so that its mark stays its."""
        if not isinstance(length, np.ndarray):
            return float(length)
        self._lengths[id(length)] = length
        return id(length)

    def _cut(self, rings: Rings, side: Side, front: int, distance: Length) -> Rings:
        lines = self._front_lines[front : front + 1] if side is Side.FRONT else self._lines(side)
        for line in lines:
            rings = rings.cut(line.moved(distance))
        return rings

    @kept
    def _parcels(self) -> Rings:
        """The parcels behind their projected alignment."""
        rings = self.rings
        for line, taken in zip(self._present_lines, self.taken_m, strict=True):
            if taken.any():
                rings = rings.cut(line.moved(taken))
        return rings

    @kept
    def _present_lines(self) -> tuple[HalfPlanes, ...]:
        limits = self.limits
        streets = range(len(self.road_m))
        return tuple(_half_planes(limits, np.flatnonzero(limits.front == k)) for k in streets)

    @kept
    def _front_lines(self) -> tuple[HalfPlanes, ...]:
        """The alignment on each street where it is projected."""
        return tuple(
            HalfPlanes(line.nx, line.ny, line.offset + taken)
            for line, taken in zip(self._present_lines, self.taken_m, strict=True)
        )

    def _lines(self, side: Side) -> list[HalfPlanes]:
        """Return the limits on a side: the first of each parcel, the second and so on."""
        if side not in self._sides:
            chosen = np.flatnonzero((self.limits.side == side) & ~self.limits.lifted)
            self._sides[side] = _ranked(self.limits, chosen)
        return self._sides[side]

    @kept
    def _sides(self) -> dict[Side, list[HalfPlanes]]:
        return {}


def _ranked(limits: Limits, chosen: NDArray[np.intp]) -> list[HalfPlanes]:
    owner = limits.owner[chosen]
    first = np.searchsorted(owner, owner)
    rank = np.arange(len(chosen)) - first
    most = int(rank.max()) + 1 if len(rank) else 0
    return [_half_planes(limits, chosen[rank == number]) for number in range(most)]


def _half_planes(limits: Limits, chosen: NDArray[np.intp]) -> HalfPlanes:
    """Return half-planes inside some limits, at most one a parcel; none elsewhere."""
    owner = limits.owner[chosen]
    nx, ny = np.zeros((2, len(limits)))
    offset = np.full(len(limits), -np.inf)
    nx[owner], ny[owner] = limits.inward[chosen].T
    offset[owner] = (limits.inward[chosen] * limits.start[chosen]).sum(axis=1)
    return HalfPlanes(nx, ny, offset)

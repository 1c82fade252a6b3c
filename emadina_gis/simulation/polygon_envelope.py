"""What each level may cover of real parcels: areas of thousands at once, shapes of those drawn.

Parcels whose limits are straight are measured by half-planes, the others are cut out; both follow
the rules of `rings`. What was worked out of a parcel is kept until its envelope is another. It
knows no ratios, no tables and no files. Lengths in metres, areas in m².
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.kept import kept
from emadina_gis.simulation.clipped import ClippedGround
from emadina_gis.simulation.clipping import depth_holding
from emadina_gis.simulation.cutting import CutGround
from emadina_gis.simulation.parcels import Fronts
from emadina_gis.simulation.rings import level_regions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.simulation.clipping import Rings
    from emadina_gis.simulation.envelope import Envelope
    from emadina_gis.simulation.limits import Limits
    from emadina_gis.simulation.real_parcels import RealParcels

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

_BLOCK_ROWS = 4096
_CUT_ROWS = 4096


class PolygonFootprints:
    """Footprints of the levels of real parcels, kept once they are known.

    Parameters
    ----------
    parcels : RealParcels
        n parcels.
    plan_roads_m2 : ndarray of float64, shape (n,), optional
        Land that the plan takes for roads: the main front moves into the parcel by as much.
    """

    def __init__(self, parcels: RealParcels, plan_roads_m2: Floats | None = None) -> None:
        self.parcels = parcels
        self._plan_roads_m2 = plan_roads_m2
        self._lock = threading.Lock()
        self._numbers: dict[tuple[Envelope, float], int] = {}
        self._number = np.full(len(parcels), -1, dtype=np.int32)
        self._areas = np.full((len(parcels), 0), np.nan)

    def areas(self, rows: Rows, envelope: Envelope, min_block_width_m: float) -> Floats:
        """Return what each level may cover, shape (k, levels).

        NaN where a parcel has no front or a width that the rules need is not known.

        Parameters
        ----------
        rows : ndarray of int, shape (k,)
        envelope : Envelope
            The same for all of these parcels.
        min_block_width_m : float
        """
        levels = len(envelope.levels)
        with self._lock:
            key = (envelope, min_block_width_m)
            number = self._numbers.setdefault(key, len(self._numbers))
            missing = np.flatnonzero(self._number[rows] != number)
        if not len(missing):
            return self._areas[rows, :levels]
        made = self._worked_out(rows[missing], envelope, min_block_width_m)
        if len(missing) == len(rows):
            found = made
        else:
            found = self._areas[rows, :levels]
            found[missing] = made
        self._keep(rows[missing], number, made)
        return found

    def plan_roads_m2(self) -> Floats | None:
        """Return the land that the plan takes for roads, shape (n,); None where none is known.

        What the table tells; elsewhere what lies before the alignments that the road layer tells.
        """
        limits = self.parcels.limits
        rows = np.unique(limits.owner[(limits.behind_m > 0) & (limits.front >= 0)])
        told = self._plan_roads_m2
        if told is not None:
            rows = rows[np.isnan(told[rows])]
        rows = rows[self.parcels.streets[rows] > 0]
        if not len(rows):
            return told
        found = np.full(len(self.parcels), np.nan) if told is None else told.copy()
        for some, kind, plain in self._kinds(rows):
            ground = self._ground(rows[some], kind, plain=plain, min_block_m=0.0)
            found[rows[some]] = ground.lost_m2
        return found

    def _keep(self, rows: Rows, number: int, made: Floats) -> None:
        """Keep what was worked out of parcels of which nothing is kept yet."""
        with self._lock:
            more = made.shape[1] - self._areas.shape[1]
            if more > 0:
                wider = np.full((len(self.parcels), more), np.nan)
                self._areas = np.concatenate([self._areas, wider], axis=1)
            new = self._number[rows] < 0
            self._areas[rows[new], : made.shape[1]] = made[new]
            self._number[rows[new]] = number

    def forget(self, rows: Rows) -> None:
        """Forget what is kept of some parcels."""
        with self._lock:
            self._number[rows] = -1

    def taken_over(
        self, parcels: RealParcels, plan_roads_m2: Floats | None = None
    ) -> PolygonFootprints:
        """Return the footprints of the same parcels after some changed; the rest is kept."""
        changed = parcels.differs_from(self.parcels)
        if plan_roads_m2 is not self._plan_roads_m2:
            before, after = (
                np.zeros(len(parcels)) if taken is None else np.nan_to_num(taken)
                for taken in (self._plan_roads_m2, plan_roads_m2)
            )
            changed |= before != after
        found = PolygonFootprints(parcels, plan_roads_m2)
        with self._lock:
            found._numbers = dict(self._numbers)
            found._number = np.where(changed, np.int32(-1), self._number)
            found._areas = self._areas.copy()
        return found

    def _worked_out(self, rows: Rows, envelope: Envelope, min_block_width_m: float) -> Floats:
        found = np.full((len(rows), len(envelope.levels)), np.nan)
        steps_back = _steps_back(envelope, self.narrowest_m[rows])
        for some, kind, plain in self._kinds(rows, steps_back):
            ground = self._ground(rows[some], kind, plain=plain, min_block_m=min_block_width_m)
            for number, region in enumerate(level_regions(envelope, ground)):
                found[some, number] = region.area_m2
            if envelope.form != "detached" and np.isfinite(envelope.prospect_factor):
                unknown = np.isnan(np.stack(ground.road_m)).any(axis=0)
                found[some[unknown]] = np.nan
        return found

    @kept
    def narrowest_m(self) -> Floats:
        """Width of the narrowest road before each parcel, 0 where one is unknown, shape (n,)."""
        limits = self.parcels.limits
        fronts = np.flatnonzero(limits.front >= 0)
        found = np.full(len(self.parcels), np.inf)
        width = np.nan_to_num(limits.road_width_m[fronts], nan=0.0)
        np.minimum.at(found, limits.owner[fronts], width)
        return found

    def _kinds(
        self, rows: Rows, apart: NDArray[np.bool_] | None = None
    ) -> Iterator[tuple[Rows, tuple[Fronts, int], bool]]:
        """Yield parcels that are alike in blocks: their numbers in `rows`, and of what kind."""
        parcels = self.parcels
        streets, plain = parcels.streets[rows].astype(np.int64), parcels.plain[rows]
        key = streets * 6 + parcels.limits.fronts[rows] * 2 + plain
        split = np.zeros(len(rows), dtype=bool) if apart is None else apart
        for second in np.unique((key * 2 + split)[streets > 0]).tolist():
            value = second // 2
            some = np.flatnonzero((key * 2 + split == second) & (streets > 0))
            size = _BLOCK_ROWS if value % 2 else _CUT_ROWS
            for first in range(0, len(some), size):
                kind = (Fronts(value % 6 // 2), value // 6)
                yield some[first : first + size], kind, bool(value % 2)

    def _ground(
        self, rows: Rows, kind: tuple[Fronts, int], *, plain: bool, min_block_m: float
    ) -> ClippedGround | CutGround:
        if not plain:
            return self.cut_ground(rows, kind, min_block_m)
        fronts, streets = kind
        rings, limits = self.parcels.rings.take(rows), self.parcels.limits.take(rows)
        road_m = tuple(self.parcels.road_m(limits, street) for street in range(streets))
        taken_m = self._taken_m(rows, rings, limits, streets)
        return ClippedGround(rings, limits, fronts, road_m, taken_m, min_block_m)

    def cut_ground(self, rows: Rows, kind: tuple[Fronts, int], min_block_m: float) -> CutGround:
        """Return some parcels of one kind so that they can be drawn."""
        fronts, streets = kind
        parcels = self.parcels
        limits = parcels.limits.take(rows)
        return CutGround(
            parcels.shapes(rows),
            limits,
            parcels.convex[rows],
            fronts,
            tuple(parcels.road_m(limits, street) for street in range(streets)),
            self._taken_m(rows, parcels.rings.take(rows), limits, streets),
            min_block_m,
        )

    def _taken_m(
        self, rows: Rows, rings: Rings, limits: Limits, streets: int
    ) -> tuple[Floats, ...]:
        """Return how far the projected alignment moves each front, shape (k,) each.

        Where the table tells what the plan takes for roads, the main front gives it all, as in the
        formulas; elsewhere the road layer tells where the alignments lie.
        """
        told = np.full(len(rows), np.nan)
        if self._plan_roads_m2 is not None:
            told = self._plan_roads_m2[rows]
        known = ~np.isnan(told)
        moved = [np.where(known, 0.0, _behind(limits, street)) for street in range(streets)]
        moved[0] += depth_of_area(rings, limits, np.maximum(np.nan_to_num(told), 0.0))
        return tuple(moved)


class PlacedFootprints:
    """The footprints of some parcels, in an order of their own: what the engine asks of shapes.

    Parameters
    ----------
    footprints : PolygonFootprints
    rows : ndarray of int, shape (k,)
        Rows of the parcels.
    """

    def __init__(self, footprints: PolygonFootprints, rows: Rows) -> None:
        self._footprints = footprints
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, rows: Rows) -> PlacedFootprints:
        """Return the footprints of some of the parcels, in the order given."""
        return PlacedFootprints(self._footprints, self._rows[rows])

    def level_areas(self, envelope: Envelope, min_block_width_m: float) -> Iterator[Floats]:
        """Yield what each level may cover, from the ground floor up, shape (k,)."""
        areas = self._footprints.areas(self._rows, envelope, min_block_width_m)
        for number in range(areas.shape[1]):
            yield areas[:, number]


def _steps_back(envelope: Envelope, road_m: Floats) -> NDArray[np.bool_]:
    """Return the parcels over whose roads some level must stand back, shape (n,).

    The others keep the same distances on many levels: they are worked out once.
    """
    if envelope.form == "detached" or not np.isfinite(envelope.prospect_factor):
        return np.zeros(len(road_m), dtype=bool)
    limit = envelope.prospect_factor * (road_m + envelope.setback_m)
    return np.asarray(~(envelope.levels[-1].top_m <= limit))


def _behind(limits: Limits, street: int) -> Floats:
    """Return how far the alignment on a street lies behind the present front, shape (n,)."""
    found = np.zeros(len(limits))
    mine = np.flatnonzero(limits.front == street)
    np.maximum.at(found, limits.owner[mine], limits.behind_m[mine])
    return found


def depth_of_area(rings: Rings, limits: Limits, area_m2: Floats) -> Floats:
    """Return the depth behind the main fronts within which parcels have some area, shape (n,).

    Where it is all of the parcel or more, its whole depth.
    """
    depth = np.zeros(len(rings))
    some = np.flatnonzero(area_m2 > 0)
    if len(some):
        into = np.nan_to_num(limits.main_inward)
        found = depth_holding(rings.take(some), into[some], area_m2[some])
        depth[some] = np.maximum(found - _front_line(limits, into)[some], 0.0)
    return depth


def _front_line(limits: Limits, into: Floats) -> Floats:
    """Return where the main front of each parcel lies along a direction, shape (n,)."""
    mine = np.flatnonzero(limits.front == 0)
    owner = limits.owner[mine]
    ends = [(points[mine] * into[owner]).sum(axis=1) for points in (limits.start, limits.end)]
    found = np.full(len(limits), np.inf)
    np.minimum.at(found, owner, np.minimum(*ends))
    return found

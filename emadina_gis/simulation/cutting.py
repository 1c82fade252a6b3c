"""``CutGround``: what levels may cover, drawn, on parcels of any shape.

Each limit takes a strip off the parcel. Where a limit ends at a corner that turns outwards the
strip goes on to the next limit; where it turns inwards the distance is kept all around the corner.
It knows no rules. Lengths in metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.simulation.limits import Limits, Side
from emadina_gis.simulation.outlines import STRAIGHT_M
from emadina_gis.simulation.overlay import overlaid, polygonal
from emadina_gis.simulation.rings import SAME, Distances

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes
    from emadina_gis.simulation.parcels import Fronts

    Floats = NDArray[np.float64]
    Length = Floats | float

#: Strips deeper than this leave nothing of a parcel.
_DEEPEST_M = 5_000.0
#: Segments of a quarter of a circle around a corner that turns inwards.
_ARC = 8
#: Drawn regions are put together on a grid this fine, so that neighbours meet without a gap.
_GRID_M = 1e-7


@dataclass(frozen=True, eq=False)
class Drawn:
    """A region of n parcels: shapes, and their exact areas in m², shape (n,)."""

    shapes: Shapes
    area_m2: Floats


@dataclass(frozen=True, eq=False)
class CutGround:
    """Parcels of any shape with the strips along their limits.

    Attributes
    ----------
    parcels : array of shapely polygons, shape (n,)
        In metres, each near its own origin.
    limits : Limits
        Of the same parcels and origins.
    convex : ndarray of bool, shape (n,)
        Parcels whose limits are half-planes: the strips have no ends.
    fronts : Fronts
    road_m : tuple of ndarray, shape (n,)
        Width of the road before each front.
    taken_m : tuple of ndarray, shape (n,)
        How far the projected alignment moves each front into the parcel.
    min_block_width_m : float
    """

    parcels: Shapes
    limits: Limits
    convex: NDArray[np.bool_]
    fronts: Fronts
    road_m: tuple[Floats, ...]
    taken_m: tuple[Floats, ...]
    min_block_width_m: float

    @cached_property
    def depth_m(self) -> Floats:
        """Greatest depth of each parcel behind its main front, shape (n,)."""
        into = np.nan_to_num(self.limits.main_inward)[self.limits.owner]
        depth = (self.limits.start * into).sum(axis=1)
        other_end = (self.limits.end * into).sum(axis=1)
        nearest = np.full(len(self.limits), np.inf)
        main = self.limits.front == 0
        np.minimum.at(nearest, self.limits.owner[main], np.minimum(depth, other_end)[main])
        deepest = np.maximum.reduceat(depth, self.limits.starts[:-1])
        return np.asarray(deepest - nearest - self.taken_m[0])

    @property
    def lost_m2(self) -> Floats:
        """Land that the projected alignments take, shape (n,)."""
        return np.asarray(shapely.area(self.parcels) - shapely.area(self._parcels))

    def left_by(self, kept: Distances) -> Drawn:
        """Return what is left of the parcels behind these distances."""
        return self._drawn(self._left(kept))

    def strip(self, kept: Distances, front: int, end_m: float) -> Drawn:
        """Return what of it lies no deeper than `end_m` behind one of the fronts."""
        whole = self._left(kept)
        if not np.isfinite(end_m):
            return self._drawn(whole)
        own = kept.fronts[front]
        fronts = list(kept.fronts)
        fronts[front] = np.maximum(own, end_m)
        behind = self._left(Distances(tuple(fronts), kept.rear, kept.left, kept.right))
        return self._drawn(overlaid(shapely.difference, whole, behind))

    def rear_strip(self, kept: Distances, front: int, end_m: float, rear_m: float) -> Drawn:
        """Return what of a strip lies nearer to the rear limits than `rear_m`."""
        behind = Distances(kept.fronts, rear_m, kept.left, kept.right)
        return self.less(self.strip(kept, front, end_m), self.strip(behind, front, end_m))

    def less(self, whole: Drawn, part: Drawn) -> Drawn:
        """Return a region without a part of it."""
        return self._drawn(overlaid(shapely.difference, whole.shapes, part.shapes))

    def both(self, first: Drawn, second: Drawn) -> Drawn:
        """Return two regions that do not overlap as one."""
        merged = first.shapes.copy()
        only = shapely.is_empty(first.shapes)
        merged[only] = second.shapes[only]
        two = np.flatnonzero(~only & ~shapely.is_empty(second.shapes))
        joined = overlaid(shapely.union, first.shapes[two], second.shapes[two], grid=_GRID_M)
        merged[two] = polygonal(joined)
        return Drawn(merged, first.area_m2 + second.area_m2)

    def chosen(self, rows: NDArray[np.bool_], first: Drawn, second: Drawn) -> Drawn:
        """Return the first region for some parcels and the second for the others."""
        return Drawn(
            np.where(rows, first.shapes, second.shapes),
            np.where(rows, first.area_m2, second.area_m2),
        )

    def wide(self, region: Drawn, measured: Drawn | None = None) -> Drawn:
        """Return the parts of a region that are as wide as a building, nothing of the others."""
        if measured is not None:
            _parts, owner, wide = self._parts(measured.shapes)
            keep = np.zeros(len(self.parcels), dtype=bool)
            keep[owner[wide]] = True
            return self.chosen(keep, region, _nothing(len(keep)))
        parts, owner, wide = self._parts(region.shapes)
        if wide.all():
            return region
        narrow = np.unique(owner[~wide])
        shapes = region.shapes.copy()
        shapes[narrow] = shapely.Polygon()
        some = np.isin(owner, narrow) & wide
        if some.any():
            rows, numbers = np.unique(owner[some], return_inverse=True)
            shapes[rows] = shapely.multipolygons(parts[some], indices=numbers)
        return self._drawn(shapes)

    def is_empty(self, region: Drawn) -> NDArray[np.bool_]:
        """Whether nothing is left for each of the parcels, shape (n,)."""
        return np.asarray(region.area_m2 <= SAME)

    def _parts(self, shapes: Shapes) -> tuple[Shapes, NDArray[np.intp], NDArray[np.bool_]]:
        """Return the parts of shapes, whose they are, and which are as wide as a building."""
        parts, owner = shapely.get_parts(shapes, return_index=True)
        xy, part = shapely.get_coordinates(parts, return_index=True)
        into = np.nan_to_num(self.limits.main_inward)[owner[part]]
        along = xy[:, 0] * into[:, 1] - xy[:, 1] * into[:, 0]
        low, high = np.full(len(parts), np.inf), np.full(len(parts), -np.inf)
        np.minimum.at(low, part, along)
        np.maximum.at(high, part, along)
        return parts, owner, high - low >= self.min_block_width_m - SAME

    def _drawn(self, shapes: Shapes) -> Drawn:
        shapes = polygonal(shapes)
        area = shapely.area(shapes)
        if (area <= SAME).any():
            shapes = np.where(area <= SAME, shapely.Polygon(), shapes)
        return Drawn(shapes, np.where(area <= SAME, 0.0, area))

    def _left(self, kept: Distances) -> Shapes:
        distance = self._distances(kept)
        shapes = self._parcels
        unknown = np.unique(self.limits.owner[np.isnan(distance)])
        if len(unknown):
            shapes = shapes.copy()
            shapes[unknown] = shapely.Polygon()
        return self._without_strips(shapes, np.nan_to_num(distance, posinf=_DEEPEST_M))

    def _distances(self, kept: Distances) -> Floats:
        """Return the distance kept from each limit, shape (m,)."""
        limits = self.limits
        found = np.zeros(len(limits.side))
        sides = {Side.REAR: kept.rear, Side.LEFT: kept.left, Side.RIGHT: kept.right}
        for side, length in sides.items():
            found[limits.side == side] = length
        found[limits.lifted] = 0.0
        for front, length in enumerate(kept.fronts):
            mine = limits.front == front
            each = np.broadcast_to(np.asarray(length), len(limits))[limits.owner]
            found[mine] = each[mine]
        return found + np.where(found > 0, self._taken, 0.0)

    @cached_property
    def _taken(self) -> Floats:
        """How far the projected alignment lies behind each limit, shape (m,)."""
        found = np.zeros(len(self.limits.front))
        for front, taken in enumerate(self.taken_m):
            mine = np.flatnonzero(self.limits.front == front)
            found[mine] = taken[self.limits.owner[mine]]
        return found

    @cached_property
    def _parcels(self) -> Shapes:
        """The parcels behind their projected alignment."""
        return self._without_strips(self.parcels, self._taken)

    def _without_strips(self, shapes: Shapes, distance: Floats) -> Shapes:
        """Return shapes less the strips along their limits, each parcel's first strip first."""
        active = np.flatnonzero(distance > 0)
        if not len(active):
            return shapes
        result = shapes.copy()
        strips = self._strips(active, distance[active])
        owner = self.limits.owner[active]
        rank = np.arange(len(active)) - np.searchsorted(owner, owner)
        for number in range(int(rank.max()) + 1):
            now = rank == number
            rows = owner[now]
            result[rows] = overlaid(shapely.difference, result[rows], strips[now])
        return result

    def _strips(self, active: NDArray[np.intp], distance: Floats) -> Shapes:
        start, end = self.limits.start[active], self.limits.end[active]
        along, inward = self._along[active], self.limits.inward[active]
        before, after = self._reach(active, distance)
        outside = -STRAIGHT_M * inward
        inside = distance[:, None] * inward
        low, high = start - before[:, None] * along, end + after[:, None] * along
        free = self.convex[self.limits.owner[active]][:, None]
        corners = [
            np.where(free, low, start) + outside,
            np.where(free, high, end) + outside,
            high + inside,
            low + inside,
        ]
        strips = shapely.polygons(np.stack(corners, axis=1))
        round_ = np.flatnonzero(self._turns_in[active] & (self.limits.front[active] < 0))
        balls = shapely.buffer(shapely.points(end[round_]), distance[round_], quad_segs=_ARC)
        strips[round_] = overlaid(shapely.union, strips[round_], balls)
        return strips

    @cached_property
    def _along(self) -> Floats:
        inward = self.limits.inward
        return np.column_stack([inward[:, 1], -inward[:, 0]])

    @cached_property
    def _turns(self) -> tuple[Floats, Floats]:
        """Cross and dot products of each limit with the one after it in its ring, shape (m,)."""
        here, there = self._along, self._along[self._following]
        cross = here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0]
        return cross, (here * there).sum(axis=1)

    @cached_property
    def _following(self) -> NDArray[np.int64]:
        """The limit after each one in its ring: the one that starts where it ends."""
        limits = self.limits
        count = len(limits.front)
        after = np.arange(1, count + 1)
        breaks = np.flatnonzero(np.any(limits.end[:-1] != limits.start[1:], axis=1)) + 1
        firsts = np.unique(np.concatenate([limits.starts[:-1], breaks]))
        firsts = firsts[firsts < count]
        lasts = np.append(firsts[1:], count) - 1
        after[lasts] = firsts
        return after

    @cached_property
    def _turns_in(self) -> NDArray[np.bool_]:
        """Whether the parcel turns inwards where each limit ends, shape (m,)."""
        return np.asarray(self._turns[0] < -SAME)

    def _reach(self, active: NDArray[np.intp], distance: Floats) -> tuple[Floats, Floats]:
        """Return how far strips go on before and after their limits, shape (active,)."""
        size = float(np.ptp(self.limits.start, axis=0).max()) if len(active) else 0.0
        free = self.convex[self.limits.owner[active]]
        ends = self._mitre[active] * distance
        follows = np.empty(len(self._following), dtype=np.int64)
        follows[self._following] = np.arange(len(self._following))
        begins = self._mitre[follows[active]] * distance
        far = 2 * size
        return np.where(free, far, begins), np.where(free, far, ends)

    @cached_property
    def _mitre(self) -> Floats:
        """How far a strip one metre deep goes on past the end of its limit, at most 2 m.

        Where the outline turns by an angle, the next limit is one metre deep its cotangent on.
        """
        cross, dot = self._turns
        wide = (cross > 0) & (dot > 0)
        ratio = np.divide(dot, cross, out=np.zeros_like(dot), where=wide)
        return np.where(wide, np.minimum(ratio, 2.0), 0.0)


def _nothing(count: int) -> Drawn:
    return Drawn(np.full(count, shapely.Polygon(), dtype=object), np.zeros(count))

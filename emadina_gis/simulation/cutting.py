"""``CutGround``: what levels may cover, drawn, on parcels of any shape.

Each limit takes a strip off the parcel. The strip of a street goes on to the next limit where the
parcel turns outwards. Where a parcel turns inwards somewhere, the distance from its other limits is
kept all around their corners.
It knows no rules. Lengths in metres.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.kept import kept
from emadina_gis.simulation.limits import Limits, Side
from emadina_gis.simulation.outlines import STRAIGHT_M
from emadina_gis.simulation.overlay import overlaid, polygonal
from emadina_gis.simulation.rings import SAME, Distances
from emadina_gis.simulation.trimming import Strips, without

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes
    from emadina_gis.simulation.parcels import Fronts

    Floats = NDArray[np.float64]
    Length = Floats | float

#: What lies no deeper than a distance behind the limits on a street, or at the rear.
_Zone = tuple[int, float]
#: Stands for the rear in a `_Zone`.
_REAR = -1

#: Strips deeper than this leave nothing of a parcel.
_DEEPEST_M = 5_000.0
#: Drawn regions are put together on a grid this fine, so that neighbours meet without a gap.
_GRID_M = 1e-7


class Drawn:
    """A region of n parcels: shapes, drawn when they are first asked for, and exact areas.

    Parameters
    ----------
    area_m2 : ndarray of float64, shape (n,)
    draw : callable
        Gives the shapes, shape (n,).
    """

    def __init__(self, area_m2: Floats, draw: Callable[[], Shapes]) -> None:
        self.area_m2 = area_m2
        self._draw = draw

    @kept
    def shapes(self) -> Shapes:
        """Polygons in metres, each near its parcel's origin, shape (n,)."""
        return self._draw()


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
    _known: dict[_Zone | None, list[tuple[Floats, Shapes]]] = field(default_factory=dict)
    _zones: dict[_Zone, Shapes] = field(default_factory=dict)

    @kept
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
        if not np.isfinite(end_m):
            return self.left_by(kept)
        return self._drawn(self._left(kept, within=(front, end_m)))

    def rear_strip(self, kept: Distances, front: int, end_m: float, rear_m: float) -> Drawn:
        """Return what of a strip lies nearer to the rear limits than `rear_m`."""
        strip = self.strip(kept, front, end_m)
        zone = self._zone(_REAR, rear_m)
        return self._drawn(overlaid(shapely.intersection, strip.shapes, zone))

    def _zone(self, front: int, depth_m: float) -> Shapes:
        """Return what lies no deeper than a distance behind a front, or the rear, shape (n,)."""
        if (front, depth_m) not in self._zones:
            chosen = self.limits.front == front
            if front == _REAR:
                chosen = (self.limits.side == Side.REAR) & ~self.limits.lifted
            self._zones[front, depth_m] = self._strips_together(chosen, depth_m)
        return self._zones[front, depth_m]

    def _strips_together(self, chosen: NDArray[np.bool_], depth_m: float) -> Shapes:
        active = np.flatnonzero(chosen)
        zone = np.full(len(self.parcels), shapely.Polygon(), dtype=object)
        if not len(active) or depth_m <= 0:
            return zone
        strips = self._strips(active, depth_m + self._taken[active])
        bodies, owner = strips.shapes(), strips.owner
        rank = np.arange(len(active)) - np.searchsorted(owner, owner)
        zone[owner[rank == 0]] = bodies[rank == 0]
        for number in range(1, int(rank.max()) + 1):
            now = rank == number
            zone[owner[now]] = overlaid(shapely.union, zone[owner[now]], bodies[now])
        return zone

    def less(self, whole: Drawn, part: Drawn) -> Drawn:
        """Return a region without a part of it; on a grid, so that no seam is left of the part."""
        area = np.maximum(whole.area_m2 - part.area_m2, 0.0)
        nothing = area <= SAME
        return Drawn(np.where(nothing, 0.0, area), lambda: _rest(whole, part, nothing))

    def both(self, first: Drawn, second: Drawn) -> Drawn:
        """Return two regions that do not overlap as one."""
        area = first.area_m2 + second.area_m2
        return Drawn(area, lambda: _together(first.shapes, second.shapes))

    def chosen(self, rows: NDArray[np.bool_], first: Drawn, second: Drawn) -> Drawn:
        """Return the first region for some parcels and the second for the others."""
        area = np.where(rows, first.area_m2, second.area_m2)
        return Drawn(area, lambda: np.where(rows, first.shapes, second.shapes))

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
        return _known_region(shapes, np.where(area <= SAME, 0.0, area))

    def _left(self, kept: Distances, within: _Zone | None = None) -> Shapes:
        """Return the parcels, or their zone behind a front, less the strips along the limits."""
        distance = self._distances(kept)
        unknown = np.unique(self.limits.owner[np.isnan(distance)])
        distance = np.nan_to_num(distance, posinf=_DEEPEST_M) + self._taken
        known = self._known.setdefault(within, [])
        if not known:
            known.append((self._taken, self._ground_of(within)))
        done, shapes = self._nearest(known, distance)
        further = distance > done
        if further.any():
            shapes = self._without_strips(shapes, np.where(further, distance, 0.0))
            known.append((distance, shapes))
        if len(unknown):
            shapes = shapes.copy()
            shapes[unknown] = shapely.Polygon()
        return shapes

    def _ground_of(self, within: _Zone | None) -> Shapes:
        if within is None:
            return self._parcels
        return overlaid(shapely.intersection, self._parcels, self._zone(*within))

    def _nearest(
        self, known: list[tuple[Floats, Shapes]], distance: Floats
    ) -> tuple[Floats, Shapes]:
        """Return for each parcel what was cut most of it, but no further than these distances.

        A strip holds those of the same limit that are less deep: what they left can be cut on.
        """
        first = self.limits.starts[:-1]
        done, shapes = known[0]
        most = np.add.reduceat(done, first)
        for other, cut in known[1:]:
            total = np.add.reduceat(other, first)
            better = np.logical_and.reduceat(other <= distance, first) & (total > most)
            if better.any():
                most = np.where(better, total, most)
                done = np.where(better[self.limits.owner], other, done)
                shapes = np.where(better, cut, shapes)
        return done, shapes

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
        return found

    @kept
    def _taken(self) -> Floats:
        """How far the projected alignment lies behind each limit, shape (m,)."""
        found = np.zeros(len(self.limits.front))
        for front, taken in enumerate(self.taken_m):
            mine = np.flatnonzero(self.limits.front == front)
            found[mine] = taken[self.limits.owner[mine]]
        return found

    @kept
    def _parcels(self) -> Shapes:
        """The parcels behind their projected alignment."""
        return self._without_strips(self.parcels, self._taken)

    def _without_strips(self, shapes: Shapes, distance: Floats) -> Shapes:
        """Return shapes less the strips along their limits: streets first, then rear, then sides.

        Where a parcel turns inwards, the strips of its other limits are round.
        """
        some = ~shapely.is_empty(shapes)
        active = np.flatnonzero((distance > 0) & some[self.limits.owner])
        active = active[np.lexsort((-self.limits.side[active], self.limits.owner[active]))]
        if not len(active):
            return shapes
        return without(shapes, self._strips(active, distance[active]))

    def _strips(self, active: NDArray[np.intp], distance: Floats) -> Strips:
        start, end = self.limits.start[active], self.limits.end[active]
        along, inward = self._along[active], self.limits.inward[active]
        before, after = self._reach(active, distance)
        owner = self.limits.owner[active]
        free = self.convex[owner]
        round_ = ~free & (self.limits.front[active] < 0)
        outside = np.where(round_[:, None], 0.0, -STRAIGHT_M * inward)
        inside = distance[:, None] * inward
        low, high = start - before[:, None] * along, end + after[:, None] * along
        ends = (round_ | ~free)[:, None]
        corners = [
            np.where(ends, start, low) + outside,
            np.where(ends, end, high) + outside,
            np.where(round_[:, None], end, high) + inside,
            np.where(round_[:, None], start, low) + inside,
        ]
        return Strips(owner, np.stack(corners, axis=1), inward, distance, round_)

    @kept
    def _along(self) -> Floats:
        inward = self.limits.inward
        return np.column_stack([inward[:, 1], -inward[:, 0]])

    @kept
    def _turns(self) -> tuple[Floats, Floats]:
        """Cross and dot products of each limit with the one after it in its ring, shape (m,)."""
        here, there = self._along, self._along[self._following]
        cross = here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0]
        return cross, (here * there).sum(axis=1)

    @kept
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

    @kept
    def _mitre(self) -> Floats:
        """How far a strip one metre deep goes on past the end of its limit, at most 2 m.

        Where the outline turns by an angle, the next limit is one metre deep its cotangent on.
        """
        cross, dot = self._turns
        wide = (cross > 0) & (dot > 0)
        ratio = np.divide(dot, cross, out=np.zeros_like(dot), where=wide)
        return np.where(wide, np.minimum(ratio, 2.0), 0.0)


def _rest(whole: Drawn, part: Drawn, nothing: NDArray[np.bool_]) -> Shapes:
    shapes = overlaid(shapely.difference, whole.shapes, part.shapes, grid=_GRID_M)
    shapes[nothing] = shapely.Polygon()
    return shapes


def _together(first: Shapes, second: Shapes) -> Shapes:
    merged = first.copy()
    only = shapely.is_empty(first)
    merged[only] = second[only]
    two = np.flatnonzero(~only & ~shapely.is_empty(second))
    merged[two] = overlaid(shapely.union, first[two], second[two], grid=_GRID_M)
    return merged


def _known_region(shapes: Shapes, area_m2: Floats) -> Drawn:
    return Drawn(area_m2, lambda: shapes)


def _nothing(count: int) -> Drawn:
    return _known_region(np.full(count, shapely.Polygon(), dtype=object), np.zeros(count))

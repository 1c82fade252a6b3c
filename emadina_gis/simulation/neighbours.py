"""``Surroundings``: what lies before the limits of parcels: other parcels, roads, open space.

It answers where a limit looks; what follows from it is for others. It knows nothing of rules.
Coordinates and lengths in metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes

    Floats = NDArray[np.float64]
    Rows = NDArray[np.int64]

#: A parcel nearer than this touches a limit: surveys leave gaps between neighbours.
TOUCH_M = 1.5
#: A road may be as wide as this; what lies farther is not looked at.
FARTHEST_M = 60.0
#: A limit may stand this much behind the alignment that the width of its road tells.
ALIGNMENT_SLACK_M = 4.0
#: Where along a limit its surroundings are looked at, the middle first.
_PLACES = (0.5, 0.2, 0.8)
#: Limits whose middles are as near, and that look at each other (a cosine), are the same.
_SAME_PLACE_M = 0.02
_OPPOSITE = -0.99
_LOOKS_M = (0.0, 20.0, FARTHEST_M)


@dataclass(frozen=True, eq=False)
class Roads:
    """Pieces of road axes.

    Attributes
    ----------
    start, end : ndarray of float64, shape (k, 2)
    width_m : ndarray of float64, shape (k,)
        Between alignments, projected; NaN where unknown.
    """

    start: Floats
    end: Floats
    width_m: Floats


def roads_of(lines: Shapes, width_m: Floats, unit_m: float = 1.0) -> Roads:
    """Return the pieces of lines of known widths.

    Parameters
    ----------
    lines : array of shapely lines, shape (r,)
    width_m : ndarray of float64, shape (r,)
    unit_m : float
        Length of a map unit in metres.
    """
    parts, owner = shapely.get_parts(lines, return_index=True)
    xy, line = shapely.get_coordinates(parts, return_index=True)
    same = np.flatnonzero(line[1:] == line[:-1])
    return Roads(xy[same] * unit_m, xy[same + 1] * unit_m, width_m[owner[line[same]]])


@dataclass(frozen=True, eq=False)
class Views:
    """Where limits look: points on them, outward directions, and the row of each one's parcel.

    Attributes
    ----------
    start, end, outward : ndarray of float64, shape (m, 2)
    row : ndarray of int64, shape (m,)
    """

    start: Floats
    end: Floats
    outward: Floats
    row: Rows

    def take(self, some: NDArray[np.intp]) -> Views:
        """Return some of the views."""
        return Views(self.start[some], self.end[some], self.outward[some], self.row[some])

    def points(self, place: float, distance_m: float) -> Floats:
        """Return points before the limits, `place` of the way along them, shape (m, 2)."""
        on = self.start + place * (self.end - self.start)
        return np.asarray(on + distance_m * self.outward)


class Surroundings:
    """Parcels and roads by place.

    Parameters
    ----------
    parcels : array of shapely polygons, shape (n,)
        In metres; None where a row has none.
    roads : Roads, optional
        Where there is no road layer, the gaps between parcels are read as roads.
    """

    def __init__(self, parcels: Shapes, roads: Roads | None = None) -> None:
        self._parcels = parcels
        self._tree = shapely.STRtree(parcels)
        self._roads = roads
        if roads is not None:
            pieces = shapely.linestrings(np.stack([roads.start, roads.end], axis=1))
            self._road_tree = shapely.STRtree(pieces)
            known = roads.width_m[np.isfinite(roads.width_m)]
            widest = float(known.max()) if len(known) else 0.0
            self._road_look_m = widest / 2 + ALIGNMENT_SLACK_M

    @property
    def has_roads(self) -> bool:
        """Whether roads are known."""
        return self._roads is not None

    def touched(self, views: Views) -> NDArray[np.bool_]:
        """Return which limits another parcel touches, at two places of three; shape (m,)."""
        found = matched(views)
        rest = np.flatnonzero(~found)
        open_ = views.take(rest)
        first, second, third = _PLACES
        middle = self._covered(open_.points(first, TOUCH_M))
        aside = self._covered(open_.points(second, TOUCH_M))
        unsure = np.flatnonzero(middle != aside)
        middle[unsure] = self._covered(open_.take(unsure).points(third, TOUCH_M))
        found[rest] = middle
        return found

    def _covered(self, points: Floats) -> NDArray[np.bool_]:
        found = np.zeros(len(points), dtype=bool)
        looks = shapely.points(points)
        found[self._tree.query(looks, predicate="intersects")[0]] = True
        return found

    def road_before(self, views: Views) -> tuple[NDArray[np.bool_], Floats, Floats]:
        """Return which limits a road runs before, its width and how far its axis is, shape (m,).

        The width is NaN where it is unknown, both are where there is no road.
        """
        found = np.zeros(len(views.row), dtype=bool)
        width, axis = np.full((2, len(views.row)), np.nan)
        if self._roads is None or not len(self._roads.width_m):
            return found, width, axis
        for place in _PLACES:
            missing = np.flatnonzero(~found)
            seen, road, distance = self._road_ahead(views.take(missing), place)
            rows = missing[seen]
            found[rows] = True
            width[rows], axis[rows] = self._roads.width_m[road], distance
        return found, width, axis

    def _road_ahead(
        self, views: Views, place: float
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
        """Return the views that meet an axis as near as its width tells, the nearest, how far."""
        assert self._roads is not None
        eye = views.points(place, 0.0)
        reach = eye + self._road_look_m * views.outward
        view, road = self._road_tree.query(shapely.linestrings(np.stack([eye, reach], axis=1)))
        begin, along = self._roads.start[road], self._roads.end[road] - self._roads.start[road]
        outward, gap = views.outward[view], begin - eye[view]
        with np.errstate(divide="ignore", invalid="ignore"):
            cross = _cross(outward, along)
            distance, share = _cross(gap, along) / cross, _cross(gap, outward) / cross
        half = np.nan_to_num(self._roads.width_m[road] / 2, nan=FARTHEST_M / 4)
        meets = (share >= 0) & (share <= 1) & (distance >= 0)
        meets &= distance <= half + ALIGNMENT_SLACK_M
        order = np.lexsort((distance[meets], view[meets]))
        seen, first = np.unique(view[meets][order], return_index=True)
        return seen, road[meets][order][first], distance[meets][order][first]

    def gap_before(self, views: Views) -> Floats:
        """Return how far the next parcel stands before each limit; inf if none is near; (m,)."""
        gap = np.full(len(views.row), np.inf)
        for near, far in pairwise(_LOOKS_M):
            open_ = np.flatnonzero(np.isinf(gap))
            gap[open_] = self._first_met(views.take(open_), max(near, 0.01), far)
        return gap

    def _first_met(self, views: Views, near_m: float, far_m: float) -> Floats:
        found = np.full(len(views.row), np.inf)
        eye, reach = views.points(_PLACES[0], near_m), views.points(_PLACES[0], far_m)
        looks = shapely.linestrings(np.stack([eye, reach], axis=1))
        view, parcel = self._tree.query(looks, predicate="intersects")
        others = parcel != views.row[view]
        view, parcel = view[others], parcel[others]
        met = shapely.intersection(looks[view], self._parcels[parcel])
        distance = shapely.distance(shapely.points(eye[view]), met)
        np.minimum.at(found, view, distance + near_m)
        return found


def matched(views: Views) -> NDArray[np.bool_]:
    """Return which limits lie on the same limit of another parcel among these, shape (m,)."""
    middle = np.round(views.points(_PLACES[0], 0.0) / _SAME_PLACE_M).astype(np.int64)
    key = middle[:, 0] * 2**32 + middle[:, 1]
    order = np.argsort(key, kind="stable")
    here, there = order[:-1], order[1:]
    facing = (views.outward[here] * views.outward[there]).sum(axis=1) < _OPPOSITE
    span = np.abs(views.end - views.start).sum(axis=1)
    alike = np.abs(span[here] - span[there]) < TOUCH_M
    pairs = (key[here] == key[there]) & facing & alike & (views.row[here] != views.row[there])
    found = np.zeros(len(key), dtype=bool)
    found[here[pairs]] = True
    found[there[pairs]] = True
    return found


def _cross(first: Floats, second: Floats) -> Floats:
    return np.asarray(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])

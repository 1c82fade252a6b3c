"""Polygons less the strips along straight limits, many at once.

Where all that a strip takes off a polygon lies before one straight line, the polygon is cut by a
half-plane, thousands together; only the others are put over each other one by one. Both are exact.
It knows nothing of parcels or rules. Lengths in metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.simulation.clipping import HalfPlanes, Rings
from emadina_gis.simulation.overlay import overlaid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

#: Segments of a quarter of a circle around the end of a limit.
ARC = 8
#: Share of its radius up to which a circle drawn in segments is full.
_FULL = float(np.cos(np.pi / (4 * ARC))) - 1e-9
#: A point as near to the edge of a strip lies in it.
_SAME_M = 1e-9
#: Times that strips are tried as half-planes: what others took away may have been in their way.
_TRIES = 2


@dataclass(frozen=True, eq=False)
class Strips:
    """k convex strips along limits, those of one polygon one after the other.

    Attributes
    ----------
    owner : ndarray of int, shape (k,)
        Polygon of each strip, ascending.
    corners : ndarray of float64, shape (k, 4, 2)
        Counter-clockwise: two outside the limit, then two at the strip's depth. Where the strip is
        round, the ends of the limit come first.
    inward : ndarray of float64, shape (k, 2)
        Unit normals into the polygon.
    depth_m : ndarray of float64, shape (k,)
    round : ndarray of bool, shape (k,)
        The strip is all that lies as near to the limit, its ends included.
    """

    owner: Rows
    corners: Floats
    inward: Floats
    depth_m: Floats
    round: NDArray[np.bool_]

    def take(self, some: Rows) -> Strips:
        """Return some of the strips."""
        return Strips(
            self.owner[some],
            self.corners[some],
            self.inward[some],
            self.depth_m[some],
            self.round[some],
        )

    def shapes(self) -> Shapes:
        """Return the strips as polygons, shape (k,)."""
        found = np.empty(len(self.owner), dtype=object)
        flat, round_ = np.flatnonzero(~self.round), np.flatnonzero(self.round)
        found[flat] = shapely.polygons(self.corners[flat])
        lines = shapely.linestrings(self.corners[round_, :2])
        found[round_] = shapely.buffer(lines, self.depth_m[round_], quad_segs=ARC)
        return found

    def planes(self) -> HalfPlanes:
        """Return what lies behind the strips, taken as endless."""
        nx, ny = self.inward.T
        return HalfPlanes(nx, ny, (self.corners[:, 2] * self.inward).sum(axis=1))

    def hold(self, x: Floats, y: Floats, strip: Rows) -> NDArray[np.bool_]:
        """Return which points before the planes of some strips lie in these strips."""
        inside = np.ones(len(x), dtype=bool)
        for number in (0, 1, 3):
            begin = self.corners[strip, number]
            goal = self.corners[strip, (number + 1) % 4]
            along = goal - begin
            left = along[:, 0] * (y - begin[:, 1]) - along[:, 1] * (x - begin[:, 0])
            inside &= left >= -_SAME_M * np.hypot(along[:, 0], along[:, 1])
        open_ = np.flatnonzero(~inside & self.round[strip])
        inside[open_] = self._near(x[open_], y[open_], strip[open_])
        return inside

    def _near(self, x: Floats, y: Floats, strip: Rows) -> NDArray[np.bool_]:
        """Return which points are surely within the depth of round strips."""
        begin, end = self.corners[strip, 0], self.corners[strip, 1]
        along = end - begin
        square = np.maximum((along**2).sum(axis=1), _SAME_M)
        share = ((x - begin[:, 0]) * along[:, 0] + (y - begin[:, 1]) * along[:, 1]) / square
        share = np.clip(share, 0.0, 1.0)
        gap = np.hypot(x - begin[:, 0] - share * along[:, 0], y - begin[:, 1] - share * along[:, 1])
        return np.asarray(gap <= _FULL * self.depth_m[strip])


def without(shapes: Shapes, strips: Strips) -> Shapes:
    """Return polygons less their strips.

    Parameters
    ----------
    shapes : array of shapely polygons, shape (n,)
    strips : Strips
    """
    left = shapes.copy()
    for _try in range(_TRIES):
        if not len(strips.owner):
            return left
        strips = _by_planes(left, strips)
    return _one_by_one(left, strips)


def _one_by_one(shapes: Shapes, strips: Strips) -> Shapes:
    """Take strips off polygons in place, the first of each together, the second and so on."""
    bodies = strips.shapes()
    rank = np.arange(len(bodies)) - np.searchsorted(strips.owner, strips.owner)
    for number in range(int(rank.max()) + 1 if len(rank) else 0):
        now = np.flatnonzero(rank == number)
        rows = strips.owner[now]
        met = np.flatnonzero(shapely.intersects(shapes[rows], bodies[now]))
        rows, now = rows[met], now[met]
        shapes[rows] = overlaid(shapely.difference, shapes[rows], bodies[now])
    return shapes


def _by_planes(shapes: Shapes, strips: Strips) -> Strips:
    """Take off polygons in place what half-planes can; return the strips that are left."""
    rows, first, count = np.unique(strips.owner, return_index=True, return_counts=True)
    simple = (shapely.get_type_id(shapes[rows]) == shapely.GeometryType.POLYGON) & (
        shapely.get_num_interior_rings(shapes[rows]) == 0
    )
    order = np.argsort(-count[simple], kind="stable")
    rows, first, count = (values[simple][order] for values in (rows, first, count))
    open_ = np.ones(len(strips.owner), dtype=bool)
    rings, ended = _rings_of(shapes[rows]), []
    for number in range(int(count.max()) if len(count) else 0):
        still = int(np.searchsorted(-count, -number))
        if still < len(rings):
            ended.append(rings.part(still, len(rings)))
            rings = rings.part(0, still)
        chosen = first[:still] + number
        rings, done = _cut(rings, strips.take(chosen))
        open_[chosen[done]] = False
    for piece in (rings, *reversed(ended)):
        shapes[rows[: len(piece)]] = _polygons(piece)
        rows = rows[len(piece) :]
    return strips.take(np.flatnonzero(open_))


def _cut(rings: Rings, strips: Strips) -> tuple[Rings, NDArray[np.bool_]]:
    """Return rings less one strip each where that is a cut by one line, and where it is."""
    planes, owner, after = strips.planes(), rings.owner, rings.following
    over = rings.x * planes.nx[owner] + rings.y * planes.ny[owner] - planes.offset[owner]
    taken = over < 0
    met = np.flatnonzero(taken != taken[after])
    goal = after[met]
    share = over[met] / (over[met] - over[goal])
    x = np.append(rings.x[taken], rings.x[met] + share * (rings.x[goal] - rings.x[met]))
    y = np.append(rings.y[taken], rings.y[met] + share * (rings.y[goal] - rings.y[met]))
    strip = np.append(owner[taken], owner[met])
    done = np.bincount(owner[met], minlength=len(rings)) <= 2
    done[strip[~strips.hold(x, y, strip)]] = False
    offset = np.where(done, planes.offset, -np.inf)
    return rings.cut(HalfPlanes(planes.nx, planes.ny, offset)), done


def _rings_of(shapes: Shapes) -> Rings:
    """Return the shells of polygons, open."""
    xy = shapely.get_coordinates(shapes)
    counts = shapely.get_num_coordinates(shapes)
    ends = np.cumsum(counts)
    last = np.zeros(len(xy), dtype=bool)
    last[ends[counts > 0] - 1] = True
    starts = np.concatenate([[0], np.cumsum(np.maximum(counts - 1, 0))])
    return Rings(xy[~last, 0], xy[~last, 1], starts.astype(np.int64))


def _polygons(rings: Rings) -> Shapes:
    """Return rings as polygons, empty ones where nothing is left."""
    found = np.full(len(rings), shapely.Polygon(), dtype=object)
    some = np.flatnonzero(rings.counts > 2)
    if not len(some):
        return found
    left = rings.take(some)
    closed = np.insert(np.arange(len(left.x)), left.starts[1:], left.starts[:-1])
    xy = np.column_stack([left.x[closed], left.y[closed]])
    starts = left.starts + np.arange(len(left.starts))
    parts = np.arange(len(some) + 1)
    found[some] = shapely.from_ragged_array(shapely.GeometryType.POLYGON, xy, (starts, parts))
    return found

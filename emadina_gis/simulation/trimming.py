"""Polygons less the strips along straight limits, many at once.

Where the outline of a strip crosses that of a polygon twice, what is left is one polygon again and
can be told at once, thousands together; only the others are put over each other one by one. Both
are exact.
It knows nothing of parcels or rules. Lengths in metres.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
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
#: Polygons with more strips than this are few: theirs are not tried at once.
_MOST = 16
#: More strips of one polygon than this are quicker joined first.
_MANY = 12
#: Strips no deeper than this may lie within a polygon without meeting its outline.
_SHALLOW_M = 0.5


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

    def outlines(self) -> Floats:
        """Return the corners of strips that are all round or all flat, (k, 4 or 34, 2)."""
        if not self.round.any():
            return self.corners
        begin, end = self.corners[:, :1], self.corners[:, 1:2]
        turn = np.linspace(0.0, np.pi, 2 * ARC + 1)[:, None]
        inward = self.inward[:, None, :]
        along = np.stack([inward[..., 1], -inward[..., 0]], axis=-1)
        around = np.sin(turn) * along - np.cos(turn) * inward
        depth = self.depth_m[:, None, None]
        return np.concatenate([end + depth * around, begin - depth * around], axis=1)

    def shapes(self) -> Shapes:
        """Return the strips as polygons, shape (k,)."""
        found = np.empty(len(self.owner), dtype=object)
        for some in (np.flatnonzero(self.round), np.flatnonzero(~self.round)):
            found[some] = shapely.polygons(self.take(some).outlines())
        return found

    def may_meet(self, bounds: Floats) -> NDArray[np.bool_]:
        """Return which strips lie about their polygons, told the bounds of all of these, (k,)."""
        around = np.where(self.round, self.depth_m, 0.0)[:, None]
        low, high = self.corners.min(axis=1) - around, self.corners.max(axis=1) + around
        box = bounds[self.owner]
        return np.asarray(((low <= box[:, 2:]) & (high >= box[:, :2])).all(axis=1))

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
    rows = np.unique(strips.owner)
    rows = rows[shapely.get_type_id(shapes[rows]) == shapely.GeometryType.MULTIPOLYGON]
    whole = ~np.isin(strips.owner, rows)
    _cut_off(left, strips.take(np.flatnonzero(whole)))
    if len(rows):
        left[rows] = _parts_without(shapes[rows], strips.take(np.flatnonzero(~whole)))
    return left


def _parts_without(shapes: Shapes, strips: Strips) -> Shapes:
    """Return polygons of several parts less their strips; each of them has some."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    _rows, first, count = np.unique(strips.owner, return_index=True, return_counts=True)
    many = count[owner]
    of = np.repeat(np.arange(len(parts)), many)
    each = np.repeat(first[owner] - (np.cumsum(many) - many), many) + np.arange(len(of))
    each_of = replace(strips.take(each), owner=of)
    near = each_of.may_meet(shapely.bounds(parts))
    _one_by_one(parts, each_of.take(np.flatnonzero(near)))
    pieces, part = shapely.get_parts(parts, return_index=True)
    full = ~shapely.is_empty(pieces)
    found = np.full(len(shapes), shapely.Polygon(), dtype=object)
    rows, number = np.unique(owner[part[full]], return_inverse=True)
    if len(rows):
        found[rows] = shapely.multipolygons(pieces[full], indices=number)
    return found


def _cut_off(shapes: Shapes, strips: Strips) -> None:
    """Take their strips off polygons in place."""
    strips = strips.take(np.flatnonzero(strips.may_meet(shapely.bounds(shapes))))
    if len(strips.owner):
        _one_by_one(shapes, _at_once(shapes, strips))


def _one_by_one(shapes: Shapes, strips: Strips) -> None:
    """Take strips off polygons in place, the first of each together, the second and so on."""
    met = shapely.intersects(shapes[strips.owner], bodies := strips.shapes())
    bodies, owner = _merged(bodies[met], strips.owner[met])
    rank = np.arange(len(bodies)) - np.searchsorted(owner, owner)
    for number in range(int(rank.max(initial=-1)) + 1):
        now = np.flatnonzero(rank == number)
        rows = owner[now]
        shapes[rows] = overlaid(shapely.difference, shapes[rows], bodies[now])


def _merged(bodies: Shapes, owner: Rows) -> tuple[Shapes, Rows]:
    """Return bodies and whose they are, those of polygons that have many joined in one."""
    many = np.bincount(owner, minlength=1)[owner] > _MANY
    if not many.any():
        return bodies, owner
    rows, number = np.unique(owner[many], return_inverse=True)
    starts = np.searchsorted(number, np.arange(len(rows) + 1))
    joined = np.empty(len(rows), dtype=object)
    for row, (first, end) in enumerate(itertools.pairwise(starts.tolist())):
        joined[row] = shapely.union_all(bodies[many][first:end])
    owners = np.append(owner[~many], rows)
    order = np.argsort(owners, kind="stable")
    return np.append(bodies[~many], joined)[order], owners[order]


def _at_once(shapes: Shapes, strips: Strips) -> Strips:
    """Take off polygons in place what can be told at once; return the strips that are left."""
    rows, first, count = np.unique(strips.owner, return_index=True, return_counts=True)
    simple = (
        (count <= _MOST)
        & (shapely.get_type_id(shapes[rows]) == shapely.GeometryType.POLYGON)
        & (shapely.get_num_interior_rings(shapes[rows]) == 0)
    )
    order = np.argsort(-count[simple], kind="stable")
    rows, first, count = (values[simple][order] for values in (rows, first, count))
    open_ = np.ones(len(strips.owner), dtype=bool)
    deep = strips.depth_m > _SHALLOW_M
    rings, ended = _rings_of(shapes[rows]), []
    for number in range(int(count.max(initial=0))):
        still = int(np.searchsorted(-count, -number))
        if still < len(rings):
            ended.append(rings.part(still, len(rings)))
            rings = rings.part(0, still)
        chosen = first[:still] + number
        now = strips.take(chosen)
        rings, done = _cut(rings, now)
        for round_ in (True, False):
            some = np.flatnonzero(~done & deep[chosen] & (now.round == round_))
            if len(some):
                rings, bitten = _bitten(rings, some, now.take(some).outlines())
                done[some] = bitten
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
    return _distinct(rings.cut(HalfPlanes(planes.nx, planes.ny, offset))), done


def _bitten(rings: Rings, some: Rows, bodies: Floats) -> tuple[Rings, NDArray[np.bool_]]:
    """Return rings less convex bodies whose outlines cross theirs at most twice, and where so.

    Parameters
    ----------
    rings : Rings
        n rings, counter-clockwise.
    some : ndarray of int, shape (k,)
    bodies : ndarray of float64, shape (k, c, 2)
        Corners, counter-clockwise.
    """
    mine = rings.take(some)
    owner, after = mine.owner, mine.following
    side = np.roll(bodies, -1, axis=1) - bodies
    nx, ny = -side[..., 1], side[..., 0]
    offset = bodies[..., 0] * nx + bodies[..., 1] * ny
    over = mine.x[:, None] * nx[owner] + mine.y[:, None] * ny[owner] - offset[owner]
    outside = np.asarray((over < 0).any(axis=1))
    leaves = np.flatnonzero(~outside & outside[after])
    enters = np.flatnonzero(outside & ~outside[after])
    done = np.bincount(owner[leaves], minlength=len(some)) <= 1
    done[owner[_passing(over, np.flatnonzero(outside & outside[after]), after)]] = False
    crossed = done & (np.bincount(owner[leaves], minlength=len(some)) == 1)
    gone = done & (np.bincount(owner[outside], minlength=len(some)) == 0)
    leaves, enters = (at[crossed[owner[at]]] for at in (leaves, enters))
    exits = _crossings(mine, bodies, over, after[leaves], leaves)
    entries = _crossings(mine, bodies, over, enters, after[enters])
    # All around the body, or rounding at a corner that only touches it: not told here.
    around = (exits.side == entries.side) & (exits.along >= entries.along)
    done[exits.ring[around]] = False
    crossed &= done
    walked = _walked(mine, bodies, outside & crossed[owner], exits, entries, after[leaves])
    changed = np.flatnonzero(crossed | gone)
    return _with(rings, some[changed], walked.take(changed)), done


@dataclass(frozen=True, eq=False)
class _Crossings:
    """Where outlines cross those of bodies: the ring, the point, the side of the body, how far."""

    ring: Rows
    xy: Floats
    side: Rows
    along: Floats


def _crossings(
    rings: Rings, bodies: Floats, over: Floats, outside: Rows, inside: Rows
) -> _Crossings:
    """Return where edges from corners outside to corners inside meet their bodies."""
    here, there = over[outside], over[inside]
    share = np.where(here < 0, here / np.minimum(here - there, -1e-300), -1.0)
    side = share.argmax(axis=1)
    part = share[np.arange(len(side)), side]
    x = rings.x[outside] + part * (rings.x[inside] - rings.x[outside])
    y = rings.y[outside] + part * (rings.y[inside] - rings.y[outside])
    ring = rings.owner[outside]
    begin, end = bodies[ring, side], bodies[ring, (side + 1) % bodies.shape[1]]
    along = (x - begin[:, 0]) * (end - begin)[:, 0] + (y - begin[:, 1]) * (end - begin)[:, 1]
    return _Crossings(ring, np.column_stack([x, y]), side, along)


def _passing(over: Floats, outside: Rows, after: Rows) -> Rows:
    """Return the edges between corners outside that pass through their bodies."""
    here, there = over[outside], over[after[outside]]
    near = np.flatnonzero(~((here < 0) & (there < 0)).any(axis=1))
    here, there = here[near], there[near]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = here / (here - there)
    begins = np.where(here < 0, share, 0.0).max(axis=1, initial=0.0)
    ends = np.where(there < 0, share, 1.0).min(axis=1, initial=1.0)
    passing: Rows = outside[near[begins < ends]]
    return passing


def _walked(
    rings: Rings,
    bodies: Floats,
    kept: NDArray[np.bool_],
    exits: _Crossings,
    entries: _Crossings,
    first: Rows,
) -> Rings:
    """Return what lies outside bodies: along the ring up to its entry, then around the body."""
    sides, count = bodies.shape[1], rings.counts
    ring = exits.ring
    begin = np.zeros(len(rings), dtype=np.int64)
    begin[ring] = first
    corner = np.flatnonzero(kept)
    owner = rings.owner[corner]
    place = (corner - begin[owner]) % np.maximum(count[owner], 1) + 1
    steps = (entries.side - exits.side) % sides
    many = np.repeat(np.arange(len(ring)), steps)
    step = np.arange(len(many)) - np.repeat(np.cumsum(steps) - steps, steps)
    around = bodies[ring[many], (entries.side[many] - step) % sides]
    owners = np.concatenate([ring, owner, ring, ring[many]])
    far = count + 1
    places = np.concatenate(
        [np.zeros(len(ring), dtype=np.int64), place, far[ring], far[ring[many]] + 1 + step]
    )
    corners = np.column_stack([rings.x[corner], rings.y[corner]])
    xy = np.concatenate([exits.xy, corners, entries.xy, around])
    order = np.lexsort((places, owners))
    counts = np.bincount(owners, minlength=len(rings))
    starts = np.concatenate([[0], np.cumsum(counts)])
    return _distinct(Rings(xy[order, 0], xy[order, 1], starts))


def _distinct(rings: Rings) -> Rings:
    """Return rings without corners that are nearly the next: rounding may put them crosswise."""
    after = rings.following
    keep = np.abs(rings.x[after] - rings.x) + np.abs(rings.y[after] - rings.y) > _SAME_M
    if keep.all():
        return rings
    places = np.concatenate([[0], np.cumsum(keep)])
    return Rings(rings.x[keep], rings.y[keep], places[rings.starts])


def _with(rings: Rings, rows: Rows, others: Rings) -> Rings:
    """Return rings with some of them replaced."""
    if not len(rows):
        return rings
    both = Rings(
        np.append(rings.x, others.x),
        np.append(rings.y, others.y),
        np.append(rings.starts, rings.starts[-1] + others.starts[1:]),
    )
    order = np.arange(len(rings))
    order[rows] = len(rings) + np.arange(len(rows))
    return both.take(order)


def _rings_of(shapes: Shapes) -> Rings:
    """Return the shells of polygons, open and counter-clockwise."""
    xy = shapely.get_coordinates(shapes)
    counts = shapely.get_num_coordinates(shapes)
    ends = np.cumsum(counts)
    last = np.zeros(len(xy), dtype=bool)
    last[ends[counts > 0] - 1] = True
    starts = np.concatenate([[0], np.cumsum(np.maximum(counts - 1, 0))])
    rings = Rings(xy[~last, 0], xy[~last, 1], starts.astype(np.int64))
    mirrored = (rings.starts[:-1] + rings.starts[1:] - 1)[rings.owner] - np.arange(len(rings.x))
    order = np.where((rings.area < 0)[rings.owner], mirrored, np.arange(len(rings.x)))
    return Rings(rings.x[order], rings.y[order], rings.starts)


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

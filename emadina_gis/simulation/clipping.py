"""``Rings``: many polygons of one ring each as flat arrays, cut by half-planes all at once.

A polygon of any shape cut by a half-plane keeps its exact signed area: where the cut leaves several
pieces they hang together by edges of no width. It knows nothing of parcels or rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.kept import kept

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Length = Floats | float


@dataclass(frozen=True, eq=False)
class HalfPlanes:
    """One half-plane for each of n polygons: points whose ``x nx + y ny`` is at least an offset.

    Attributes
    ----------
    nx, ny : ndarray of float64, shape (n,)
        Unit normals, pointing inside.
    offset : ndarray of float64, shape (n,)
        ``-inf`` where nothing is cut.
    """

    nx: Floats
    ny: Floats
    offset: Floats

    def moved(self, distance: Length) -> HalfPlanes:
        """Return the half-planes moved inside by a distance; where it is 0 nothing is cut."""
        offset = np.where(np.asarray(distance) > 0, self.offset + distance, -np.inf)
        return HalfPlanes(self.nx, self.ny, offset)

    def beyond(self, distance: Length) -> HalfPlanes:
        """Return what lies on the other side of the lines moved inside by a distance."""
        return HalfPlanes(-self.nx, -self.ny, -(self.offset + distance))


@dataclass(frozen=True, eq=False)
class Rings:
    """n open rings (the last corner is not repeated), counter-clockwise.

    Attributes
    ----------
    x, y : ndarray of float64, shape (m,)
    starts : ndarray of int64, shape (n + 1,)
        Corners of ring i are ``starts[i]:starts[i + 1]``.
    """

    x: Floats
    y: Floats
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @kept
    def counts(self) -> NDArray[np.int64]:
        """Corners of each ring, shape (n,)."""
        return np.diff(self.starts)

    @kept
    def owner(self) -> NDArray[np.int64]:
        """Ring of each corner, shape (m,)."""
        return np.repeat(np.arange(len(self)), self.counts)

    @kept
    def following(self) -> NDArray[np.int64]:
        """Index of the corner after each one in its ring, shape (m,)."""
        after = np.arange(1, len(self.x) + 1)
        some = self.counts > 0
        after[self.starts[1:][some] - 1] = self.starts[:-1][some]
        return after

    @kept
    def area(self) -> Floats:
        """Signed area of each ring, shape (n,), in squared units."""
        after = self.following
        return self.sums(self.x * self.y[after] - self.x[after] * self.y) / 2

    def sums(self, values: Floats) -> Floats:
        """Return the sum of a value of corners over each ring, shape (n,)."""
        return self._over_rings(np.add, values, 0.0)

    def greatest(self, values: Floats) -> Floats:
        """Return the greatest value of the corners of each ring, NaN for none, shape (n,)."""
        return self._over_rings(np.maximum, values, np.nan)

    def _over_rings(self, work: np.ufunc, values: Floats, nothing: float) -> Floats:
        """Return what an operation makes of the values of each ring; empty rings have no run."""
        found = np.full(len(self), nothing)
        some = self.counts > 0
        if some.any():
            found[some] = work.reduceat(values, self.starts[:-1][some])
        return found

    def reach(self, ux: Floats, uy: Floats) -> tuple[Floats, Floats]:
        """Return the least and greatest ``x ux + y uy`` of each ring, shape (n,); NaN if empty."""
        along = self.x * ux[self.owner] + self.y * uy[self.owner]
        low = self._over_rings(np.minimum, along, np.nan)
        return low, self._over_rings(np.maximum, along, np.nan)

    def cut(self, planes: HalfPlanes) -> Rings:
        """Return what of each ring lies in its half-plane (Sutherland and Hodgman, 1974)."""
        owner = self.owner
        over = self.x * planes.nx[owner] + self.y * planes.ny[owner] - planes.offset[owner]
        inside = over >= 0
        if inside.all():
            return self
        after = self.following
        crosses = np.flatnonzero(inside != inside[after])
        count = inside.astype(np.int64)
        count[crosses] += 1
        place = np.zeros(len(count) + 1, dtype=np.int64)
        np.cumsum(count, out=place[1:])
        x, y = np.empty(place[-1]), np.empty(place[-1])
        kept = place[:-1][inside]
        x[kept], y[kept] = self.x[inside], self.y[inside]
        goal = after[crosses]
        share = over[crosses] / (over[crosses] - over[goal])
        met = place[crosses] + inside[crosses]
        x[met] = self.x[crosses] + share * (self.x[goal] - self.x[crosses])
        y[met] = self.y[crosses] + share * (self.y[goal] - self.y[crosses])
        return Rings(x, y, place[self.starts])

    def part(self, first: int, end: int) -> Rings:
        """Return a run of the rings."""
        low, high = self.starts[first], self.starts[end]
        return Rings(self.x[low:high], self.y[low:high], self.starts[first : end + 1] - low)

    def take(self, rows: NDArray[np.intp]) -> Rings:
        """Return some of the rings, in the order given."""
        counts = self.counts[rows]
        starts = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(counts, out=starts[1:])
        index = np.arange(starts[-1]) + np.repeat(self.starts[:-1][rows] - starts[:-1], counts)
        return Rings(self.x[index], self.y[index], starts)


#: Steps after which a depth is as exact as it can be; some six are usual.
_STEPS = 50
#: Share of the area wanted that may be missing.
_EXACT = 1e-11


def depth_holding(
    rings: Rings, into: Floats, area: Floats, shape: NDArray[np.int64] | None = None
) -> Floats:
    """Return how far along a direction shapes hold some area, shape (n,).

    Newton's method: the area grows with the depth by the width of the shape there; a step that
    leaves the bounds known so far is replaced by their middle.

    Parameters
    ----------
    rings : Rings
        Of n shapes: shells counter-clockwise, holes clockwise.
    into : ndarray of float64, shape (n, 2)
        Unit vector for each shape.
    area : ndarray of float64, shape (n,)
        The end of the shape where it has no more than this.
    shape : ndarray of int, shape (rings,), optional
        Shape of each ring; one ring each where not given.
    """
    of = np.arange(len(rings)) if shape is None else shape
    low, high = _ends(rings, into, of)
    end, depth = high, (low + high) / 2
    whole = np.bincount(of, rings.area, minlength=len(area))
    wanted = np.minimum(area, whole)
    for _ in range(_STEPS):
        held, width = _held(rings, into, depth, of)
        missing = wanted - held
        if (np.abs(missing) <= _EXACT * np.maximum(wanted, 1.0)).all():
            break
        low, high = np.where(missing > 0, depth, low), np.where(missing > 0, high, depth)
        step = depth + missing / np.where(width > 0, width, np.inf)
        inside = (step > low) & (step < high) & (width > 0)
        depth = np.where(inside, step, (low + high) / 2)
    return np.asarray(np.where(area >= whole, end, depth))


def _ends(rings: Rings, into: Floats, of: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return where shapes begin and end along a direction, shape (n,); 0 where there is none."""
    least, most = rings.reach(into[of, 0], into[of, 1])
    low, high = np.full(len(into), np.inf), np.full(len(into), -np.inf)
    np.fmin.at(low, of, least)
    np.fmax.at(high, of, most)
    some = low <= high
    return np.where(some, low, 0.0), np.where(some, high, 0.0)


def _held(
    rings: Rings, into: Floats, depth: Floats, of: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return what shapes hold up to a depth, and how wide they are there, shape (n,)."""
    ux, uy, here = into[of, 0], into[of, 1], depth[of]
    owner, after = rings.owner, rings.following
    over = rings.x * ux[owner] + rings.y * uy[owner] - here[owner]
    across = rings.y * ux[owner] - rings.x * uy[owner]
    met = np.flatnonzero((over < 0) != (over[after] < 0))
    goal = after[met]
    share = over[met] / (over[met] - over[goal])
    place = across[met] + share * (across[goal] - across[met])
    signed = np.where(over[met] < 0, -place, place)
    width = np.bincount(of[owner[met]], signed, minlength=len(into))
    part = rings.cut(HalfPlanes(-ux, -uy, -here)).area
    held = np.bincount(of, part, minlength=len(into))
    return np.asarray(held, dtype=np.float64), np.asarray(np.abs(width))

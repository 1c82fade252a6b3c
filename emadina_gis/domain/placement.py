"""Transforms of the plane, and the control points by which a drawing or a picture was placed.

A transform takes coordinates of a source (a drawing in millimetres or with a truncated origin, a
scanned plan with x = column and y = −row) to map coordinates. Owns applying and inverting it;
`domain.placement_fit` finds it. Knows no files and no Qt.

Sources of the formulae: Wolf, Dewitt and Wilkinson, *Elements of Photogrammetry*, 4th ed.,
appendix C (conformal, affine and projective transformations of the plane); Hartley and Zisserman,
*Multiple View Geometry*, 2nd ed., §2.3 and §4.4 (projective transformations, normalised points).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import UNKNOWN, Crs
from emadina_gis.domain.kept import kept

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEWTON_STEPS = 40
_NEWTON_CLOSE = 1e-12
#: A place that is missed by more than this share of the span is none of the transform's.
_NEWTON_MISS = 1e-7
_ORDER_OF_TERMS = {3: 1, 6: 2, 10: 3}


class PlacementMethod(StrEnum):
    """Kinds of transforms, from the stiffest to the most pliable."""

    SHIFT = "shift"
    RIGID = "rigid"
    SIMILARITY = "similarity"
    AFFINE = "affine"
    PROJECTIVE = "projective"
    POLYNOMIAL_2 = "polynomial-2"
    POLYNOMIAL_3 = "polynomial-3"

    @property
    def least_points(self) -> int:
        """Points that determine the transform."""
        return _LEAST_POINTS[self]

    @property
    def unknowns(self) -> int:
        """Parameters that are estimated; each point gives two equations."""
        return _UNKNOWNS[self]

    @property
    def keeps_shapes(self) -> bool:
        """Whether angles stay as they are."""
        return self in {self.SHIFT, self.RIGID, self.SIMILARITY}


_LEAST_POINTS = {
    PlacementMethod.SHIFT: 1,
    PlacementMethod.RIGID: 2,
    PlacementMethod.SIMILARITY: 2,
    PlacementMethod.AFFINE: 3,
    PlacementMethod.PROJECTIVE: 4,
    PlacementMethod.POLYNOMIAL_2: 6,
    PlacementMethod.POLYNOMIAL_3: 10,
}
_UNKNOWNS = {
    PlacementMethod.SHIFT: 2,
    PlacementMethod.RIGID: 3,
    PlacementMethod.SIMILARITY: 4,
    PlacementMethod.AFFINE: 6,
    PlacementMethod.PROJECTIVE: 8,
    PlacementMethod.POLYNOMIAL_2: 12,
    PlacementMethod.POLYNOMIAL_3: 20,
}


@dataclass(frozen=True)
class ControlPoint:
    """A place known on the source and on the map.

    Attributes
    ----------
    source, target : tuple of (float, float)
        Source coordinates (column and −row of a picture), and map coordinates.
    used : bool
        Whether the point takes part; a doubtful one is left out, not lost.
    """

    source: tuple[float, float]
    target: tuple[float, float]
    name: str = ""
    used: bool = True

    @property
    def is_finite(self) -> bool:
        """Whether all four numbers are finite."""
        return all(math.isfinite(value) for value in (*self.source, *self.target))


@dataclass(frozen=True)
class PlaneTransform:
    """A transform of the plane, in numbers of the order of 1 for the sake of precision.

    With u, v = (x − origin) / span, and T the terms 1, u, v, u², uv, v², u³, u²v, uv², v³ as far as
    the order asks: X = target₀ + T·x and Y = target₁ + T·y. A projective one divides both sums by
    T·w.

    Attributes
    ----------
    x, y : tuple of float
        3, 6 or 10 coefficients.
    w : tuple of float
        3 coefficients of the denominator of a projective transform; empty otherwise.
    """

    method: PlacementMethod
    origin: tuple[float, float]
    span: float
    target: tuple[float, float]
    x: tuple[float, ...]
    y: tuple[float, ...]
    w: tuple[float, ...] = ()

    def apply(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return map coordinates of source points, shape (n, 2)."""
        local = (np.asarray(xy, dtype=np.float64).reshape(-1, 2) - self.origin) / self.span
        moved = terms(local, self.order) @ self._coefficients
        if self.w:
            with np.errstate(divide="ignore", invalid="ignore"):
                moved = moved / (terms(local, 1) @ np.array(self.w))[:, None]
        return np.asarray(moved + self.target)

    def invert(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return source coordinates of map points, shape (n, 2); NaN where there are none.

        Exact for the linear and the projective ones. A polynomial is inverted by Newton's method
        from the inverse of its linear part, which finds the sheet the control points lie on.
        """
        wanted = np.asarray(xy, dtype=np.float64).reshape(-1, 2) - self.target
        if self.w:
            return self._invert_projective(wanted)
        linear = self._coefficients[1:3]
        start = (wanted - self._coefficients[0]) @ np.linalg.inv(linear)
        local = start if self.order == 1 else self._newton(wanted, start)
        return np.asarray(local * self.span + self.origin)

    @property
    def order(self) -> int:
        """Degree of the terms."""
        return _ORDER_OF_TERMS[len(self.x)]

    @property
    def is_linear(self) -> bool:
        """Whether straight lines stay straight and parallels parallel."""
        return self.order == 1 and not self.w

    def matrix(self, at: tuple[float, float] | None = None) -> NDArray[np.float64]:
        """Return ∂(X, Y)/∂(x, y) at a source place (the middle of the points by default)."""
        place = np.array([self.origin if at is None else at], dtype=np.float64)
        return np.asarray(self.jacobians(place)[0])

    def jacobians(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ∂(X, Y)/∂(x, y) at source places, shape (n, 2, 2)."""
        local = (np.asarray(xy, dtype=np.float64).reshape(-1, 2) - self.origin) / self.span
        slopes = _slopes(local, self.order)
        found = np.einsum("nst,tc->ncs", slopes, self._coefficients)
        if self.w:
            denominator = (terms(local, 1) @ np.array(self.w))[:, None, None]
            moved = (terms(local, 1) @ self._coefficients)[:, :, None] / denominator
            found = (found - moved * np.array(self.w[1:])[None, None, :]) / denominator
        return np.asarray(found / self.span)

    @kept
    def _coefficients(self) -> NDArray[np.float64]:
        return np.column_stack([self.x, self.y])

    def _invert_projective(self, wanted: NDArray[np.float64]) -> NDArray[np.float64]:
        order = [1, 2, 0]  # homogeneous (u, v, 1)
        forward = np.array([np.array(row)[order] for row in (self.x, self.y, self.w)])
        homogeneous = np.column_stack([wanted, np.ones(len(wanted))]) @ np.linalg.inv(forward).T
        with np.errstate(divide="ignore", invalid="ignore"):
            local = homogeneous[:, :2] / homogeneous[:, 2:]
        return np.asarray(local * self.span + self.origin)

    def _newton(
        self, wanted: NDArray[np.float64], start: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        local = start.copy()
        for _step in range(_NEWTON_STEPS):
            missing = wanted - terms(local, self.order) @ self._coefficients
            slopes = np.einsum("nst,tc->ncs", _slopes(local, self.order), self._coefficients)
            move = np.clip(np.nan_to_num(_solved(slopes, missing)), -1.0, 1.0)
            local += move
            if np.abs(move).max(initial=0.0) < _NEWTON_CLOSE:
                break
        missing = wanted - terms(local, self.order) @ self._coefficients
        size = float(np.abs(self._coefficients[1:3]).max())
        local[np.abs(missing).max(axis=1, initial=0.0) > _NEWTON_MISS * size] = np.nan
        return local


def _solved(matrices: NDArray[np.float64], rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the solutions of 2 × 2 systems by Cramer's rule."""
    a, b, c, d = (matrices[:, i, j] for i in (0, 1) for j in (0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        determinant = a * d - b * c
        first = (d * rows[:, 0] - b * rows[:, 1]) / determinant
        second = (a * rows[:, 1] - c * rows[:, 0]) / determinant
    return np.column_stack([first, second])


def terms(local: NDArray[np.float64], order: int) -> NDArray[np.float64]:
    """Return 1, u, v, u², uv, v², u³, … of points, shape (n, 3), (n, 6) or (n, 10)."""
    u, v = local[:, 0], local[:, 1]
    listed = [u**i * v**j for i, j in _powers(order)]
    return np.column_stack(listed)


def _slopes(local: NDArray[np.float64], order: int) -> NDArray[np.float64]:
    """Return the derivatives of the terms by u and by v, shape (n, 2, terms)."""
    u, v = local[:, 0], local[:, 1]
    by_u = [i * u ** max(i - 1, 0) * v**j for i, j in _powers(order)]
    by_v = [j * u**i * v ** max(j - 1, 0) for i, j in _powers(order)]
    return np.stack([np.column_stack(by_u), np.column_stack(by_v)], axis=1)


def _powers(order: int) -> list[tuple[int, int]]:
    return [(total - j, j) for total in range(order + 1) for j in range(total + 1)]


@dataclass(frozen=True)
class Placement:
    """How a layer came to its place: kept with it, so that it can be read and done again.

    Attributes
    ----------
    transform : PlaneTransform
        From the source to the map.
    crs : Crs
        CRS of the map coordinates.
    points : tuple of ControlPoint
        Empty where an offset was typed.
    plan_scale : float
        Denominator of the scale that the plan states; 0 where it states none.
    """

    transform: PlaneTransform
    crs: Crs = UNKNOWN
    points: tuple[ControlPoint, ...] = ()
    plan_scale: float = 0.0

    @property
    def method(self) -> PlacementMethod:
        """Kind of the transform."""
        return self.transform.method

    @property
    def used(self) -> tuple[ControlPoint, ...]:
        """The points that took part."""
        return tuple(point for point in self.points if point.used)

    @kept
    def residuals(self) -> NDArray[np.float64]:
        """Transformed minus typed coordinates of all points, in map units, shape (n, 2)."""
        return residuals_of(self.transform, self.points)

    @property
    def rmse(self) -> float:
        """Root mean square of the distances at the points that took part; NaN without points."""
        return rms([r for r, p in zip(self.residuals, self.points, strict=True) if p.used])


def residuals_of(
    transform: PlaneTransform, points: tuple[ControlPoint, ...]
) -> NDArray[np.float64]:
    """Return transformed minus given map coordinates of points, shape (n, 2)."""
    if not points:
        return np.zeros((0, 2))
    source = np.array([point.source for point in points], dtype=np.float64)
    return np.asarray(transform.apply(source) - np.array([point.target for point in points]))


def rms(residuals: list[NDArray[np.float64]] | NDArray[np.float64]) -> float:
    """Return the root mean square of the lengths of residuals; NaN where there are none."""
    if not len(residuals):
        return math.nan
    return float(np.sqrt((np.asarray(residuals) ** 2).sum(axis=1).mean()))


def shifted(dx: float, dy: float, scale: float = 1.0) -> PlaneTransform:
    """Return the transform that multiplies by a scale and adds a typed offset."""
    return PlaneTransform(
        PlacementMethod.SHIFT, (0.0, 0.0), 1.0, (dx, dy), (0.0, scale, 0.0), (0.0, 0.0, scale)
    )


def of_affine(a: float, b: float, c: float, d: float, e: float, f: float) -> PlaneTransform:
    """Return the transform X = a·x + b·y + c, Y = d·x + e·y + f."""
    method = PlacementMethod.AFFINE
    return PlaneTransform(method, (0.0, 0.0), 1.0, (c, f), (0.0, a, b), (0.0, d, e))

"""Least-squares transforms from control points, with residuals and what they are worth.

Refuses in words what points cannot determine: too few, the same place twice, all on a line. Owns
the estimation; applying a transform is `domain.placement`'s.

Sources of the formulae: similarity and rigid — Umeyama, "Least-squares estimation of transformation
parameters between two point patterns", IEEE PAMI 13(4), 1991, without reflection; projective — the
normalised direct linear transformation, Hartley and Zisserman, *Multiple View Geometry*, 2nd ed.,
algorithm 4.2; affine and polynomial — linear least squares on normalised coordinates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.placement import (
    ControlPoint,
    PlacementMethod,
    PlaneTransform,
    residuals_of,
    rms,
    terms,
)
from emadina_gis.errors import GeometryError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

#: Singular values below this share of the largest leave a parameter undetermined.
_LEAST_SHARE = 1e-6
_ORDERS = {
    PlacementMethod.AFFINE: 1,
    PlacementMethod.POLYNOMIAL_2: 2,
    PlacementMethod.POLYNOMIAL_3: 3,
}
_FOLD_STEPS = 17


@dataclass(frozen=True, eq=False)
class Fit:
    """A transform found from points, and how well it fits them.

    Attributes
    ----------
    points : tuple of ControlPoint
        All points given.
    residuals : ndarray, shape (n, 2)
        Transformed minus given coordinates of all points, those left out included, in map units.
    left_out : ndarray, shape (n,)
        Distance by which a point is missed by the transform found without it: what another point
        would show. NaN where the others do not determine a transform.
    """

    transform: PlaneTransform
    points: tuple[ControlPoint, ...]
    residuals: NDArray[np.float64]
    left_out: NDArray[np.float64]

    @property
    def distances(self) -> NDArray[np.float64]:
        """Lengths of the residuals, shape (n,)."""
        return np.hypot(self.residuals[:, 0], self.residuals[:, 1])

    @property
    def rmse(self) -> float:
        """Root mean square of the distances at the points that took part."""
        used = [point.used for point in self.points]
        return rms(self.residuals[np.array(used, dtype=bool)])

    @property
    def redundancy(self) -> int:
        """Equations beyond those needed; 0: the residuals are zero and prove nothing."""
        used = sum(point.used for point in self.points)
        return 2 * used - self.transform.method.unknowns


@dataclass(frozen=True)
class _Normal:
    """Points moved to their middle and divided by their mean distance from it."""

    middle: NDArray[np.float64]
    span: float
    local: NDArray[np.float64]

    @classmethod
    def of(cls, xy: NDArray[np.float64]) -> _Normal:
        middle = xy.mean(axis=0)
        local = xy - middle
        span = float(np.hypot(local[:, 0], local[:, 1]).mean()) or 1.0
        return cls(middle, span, local / span)

    @property
    def origin(self) -> tuple[float, float]:
        return float(self.middle[0]), float(self.middle[1])


def fitted(points: Iterable[ControlPoint], method: PlacementMethod, *, scale: float = 1.0) -> Fit:
    """Return the transform of a kind that fits points best.

    Parameters
    ----------
    points : iterable of ControlPoint
        Those that are not used get residuals but do not take part.
    scale : float
        Map units in one source unit, for a shift or a rigid transform (0.001 for a drawing in
        millimetres); others find their own.

    Raises
    ------
    GeometryError
        ``placement.not-finite``, ``placement.too-few-points``, ``placement.same-point``,
        ``placement.points-on-line``, ``placement.points-badly-spread``.
    """
    given = tuple(points)
    used = [point for point in given if point.used]
    transform = _solved(used, method, scale)
    alone = np.array([_missed_without(index, given, method, scale) for index in range(len(given))])
    return Fit(transform, given, residuals_of(transform, given), alone)


def _missed_without(
    index: int, given: tuple[ControlPoint, ...], method: PlacementMethod, scale: float
) -> float:
    others = [p for place, p in enumerate(given) if p.used and place != index]
    if len(others) < method.least_points:
        return math.nan
    try:
        transform = _solved(others, method, scale)
    except GeometryError:
        return math.nan
    dx, dy = residuals_of(transform, (given[index],))[0]
    return float(np.hypot(dx, dy))


def _solved(used: list[ControlPoint], method: PlacementMethod, scale: float) -> PlaneTransform:
    _check(used, method)
    source = _Normal.of(np.array([point.source for point in used], dtype=np.float64))
    target = _Normal.of(np.array([point.target for point in used], dtype=np.float64))
    if method is PlacementMethod.PROJECTIVE:
        return _projective(source, target)
    if method in _ORDERS:
        return _polynomial(source, target, method)
    return _conformal(source, target, method, scale)


def _check(used: list[ControlPoint], method: PlacementMethod) -> None:
    least = method.least_points
    if not all(point.is_finite for point in used):
        raise GeometryError("placement.not-finite")
    if len(used) < least:
        missing = least - len(used)
        raise GeometryError("placement.too-few-points", count=missing, given=len(used), least=least)
    for side in ("source", "target"):
        if len({getattr(point, side) for point in used}) < least:
            raise GeometryError("placement.same-point", least=least)


def _conformal(
    source: _Normal, target: _Normal, method: PlacementMethod, scale: float
) -> PlaneTransform:
    """Similarity: X = a·u − b·v + c, Y = b·u + a·v + d; a and b from centred products.

    A rigid one keeps the direction of (a, b) and takes its length from the known scale.
    """
    local = source.local * source.span
    moved = target.local * target.span
    along = float((local * moved).sum())
    across = float((local[:, 0] * moved[:, 1] - local[:, 1] * moved[:, 0]).sum())
    square = float((local**2).sum())
    if method is PlacementMethod.SHIFT:
        a, b = scale, 0.0
    elif method is PlacementMethod.RIGID:
        length = math.hypot(along, across)
        if not length:
            raise GeometryError("placement.same-point", least=2)
        a, b = scale * along / length, scale * across / length
    else:
        a, b = along / square, across / square
    span = source.span
    return PlaneTransform(
        method, source.origin, span, target.origin, (0.0, a * span, -b * span),
        (0.0, b * span, a * span),
    )  # fmt: skip


def _polynomial(source: _Normal, target: _Normal, method: PlacementMethod) -> PlaneTransform:
    design = terms(source.local, _ORDERS[method])
    _check_rank(source.local, "placement.points-on-line")
    _check_rank(target.local, "placement.points-on-line")
    singular = np.linalg.svd(design, compute_uv=False)
    if singular[-1] < _LEAST_SHARE * singular[0]:
        raise GeometryError("placement.points-badly-spread", least=method.least_points)
    found, *_ = np.linalg.lstsq(design, target.local * target.span, rcond=None)
    x, y = (tuple(float(value) for value in column) for column in found.T)
    return PlaneTransform(method, source.origin, source.span, target.origin, x, y)


def _check_rank(local: NDArray[np.float64], code: str) -> None:
    """Refuse points on one line: their spread across it is nothing beside that along it."""
    along, across = np.linalg.svd(local, compute_uv=False)[:2]
    if across < _LEAST_SHARE * along:
        raise GeometryError(code)


def _projective(source: _Normal, target: _Normal) -> PlaneTransform:
    """Return the null vector of the equations X·(w·T) = x·T and Y·(w·T) = y·T."""
    _check_rank(source.local, "placement.points-on-line")
    _check_rank(target.local, "placement.points-on-line")
    linear = terms(source.local, 1)
    nothing = np.zeros_like(linear)
    first = np.hstack([linear, nothing, -target.local[:, :1] * linear])
    second = np.hstack([nothing, linear, -target.local[:, 1:] * linear])
    _u, singular, rows = np.linalg.svd(np.vstack([first, second]), full_matrices=True)
    if singular[7] < _LEAST_SHARE * singular[0]:
        raise GeometryError("placement.points-badly-spread", least=4)
    solution = rows[-1]
    w = solution[6:]
    depths = linear @ w
    if depths.min() * depths.max() <= 0 or not abs(w[0]) > _LEAST_SHARE:
        raise GeometryError("placement.points-badly-spread", least=4)
    x, y = solution[:3] * target.span / w[0], solution[3:6] * target.span / w[0]
    listed = [tuple(float(value) for value in part) for part in (x, y, w / w[0])]
    return PlaneTransform(
        PlacementMethod.PROJECTIVE, source.origin, source.span, target.origin, *listed
    )


def folds(transform: PlaneTransform, corners: NDArray[np.float64]) -> bool:
    """Whether a transform turns a part of the source's rectangle over, or tears it.

    Parameters
    ----------
    corners : ndarray, shape (n, 2)
        Source places; the rectangle around them is looked at on a grid.
    """
    if transform.is_linear:
        return False
    low, high = corners.min(axis=0), corners.max(axis=0)
    x = np.linspace(low[0], high[0], _FOLD_STEPS)
    y = np.linspace(low[1], high[1], _FOLD_STEPS)
    grid = np.column_stack([np.tile(x, len(y)), np.repeat(y, len(x))])
    with np.errstate(divide="ignore", invalid="ignore"):
        determinants = np.linalg.det(transform.jacobians(grid))
    turned = bool(determinants.min() * determinants.max() <= 0)
    if not transform.w:
        return turned
    local = (grid - transform.origin) / transform.span
    depths = terms(local, 1) @ np.array(transform.w)
    return turned or bool(depths.min() * depths.max() <= 0)

"""Lengths, areas and bearings between points of a map, on its plane and on the ellipsoid.

On the plane a length is that of the map (a Lambert or UTM grid, with its scale error); on the
ellipsoid it is that of the geodesic between the same points of the ground, reduced to height zero
(Karney 2013, by PROJ's ``Geod``). Degrees have no plane, an unknown system has no ellipsoid.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import Crs, geodetic_of, transformation
from emadina_gis.domain.kept import kept
from emadina_gis.errors import CrsError

if TYPE_CHECKING:
    import pyproj
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

GON_PER_DEGREE = 400.0 / 360.0
#: Straight edges of a polygon are cut into so many pieces, so that they stay straight on the map.
_PIECES = 24
_FEWEST_CORNERS = 3


@dataclass(frozen=True, eq=False)
class Measurement:
    """What lies between some points of a map.

    Attributes
    ----------
    points : ndarray, shape (n, 2)
        Map coordinates, in the order in which they were pointed at.
    crs : Crs
        System of the points.
    is_area : bool
        Whether the points are corners of a polygon; its last side goes back to the first one.
    """

    points: Numbers
    crs: Crs
    is_area: bool = False

    @property
    def has_plane(self) -> bool:
        """Whether the map is a plane (degrees are none)."""
        return not self.crs.is_geographic

    @property
    def has_ellipsoid(self) -> bool:
        """Whether all points have a place on the ellipsoid."""
        return self._lon_lat is not None

    @kept
    def _path(self) -> Numbers:
        """The points, and the first one again for a polygon, shape (m, 2)."""
        if self.is_area and len(self.points) > 1:
            return np.concatenate([self.points, self.points[:1]])
        return self.points

    @kept
    def _lon_lat(self) -> Numbers | None:
        return _to_lon_lat(self._path, self.crs)

    @kept
    def _geodesics(self) -> tuple[Numbers, Numbers] | None:
        """Azimuths in degrees and lengths in metres, side by side."""
        found = self._lon_lat
        if found is None:
            return None
        lon, lat = found.T
        azimuths, _, lengths = _geod(self.crs).inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
        return np.asarray(azimuths) % 360.0, np.asarray(lengths)

    @kept
    def plane_legs_m(self) -> Numbers | None:
        """Length of each side on the plane; None in degrees; shape (k,)."""
        if not self.has_plane:
            return None
        steps = np.diff(self._path, axis=0)
        return np.asarray(np.hypot(steps[:, 0], steps[:, 1]) * self.crs.unit_m)

    @property
    def ellipsoid_legs_m(self) -> Numbers | None:
        """Length of each side on the ellipsoid; None without one; shape (k,)."""
        return None if self._geodesics is None else self._geodesics[1]

    @property
    def legs_m(self) -> Numbers:
        """Length of each side: on the plane, else on the ellipsoid, shape (k,)."""
        legs = self.plane_legs_m if self.has_plane else self.ellipsoid_legs_m
        return np.zeros(0) if legs is None else legs

    @property
    def grid_bearings_deg(self) -> Numbers | None:
        """Bearing of each side from grid north, clockwise, in [0, 360); None in degrees."""
        if not self.has_plane:
            return None
        dx, dy = np.diff(self._path, axis=0).T
        return np.asarray(np.degrees(np.arctan2(dx, dy)) % 360.0)

    @property
    def azimuths_deg(self) -> Numbers | None:
        """Azimuth of each side at its beginning, from true north, clockwise, in [0, 360)."""
        return None if self._geodesics is None else self._geodesics[0]

    @property
    def angles_deg(self) -> Numbers:
        """Angle between each side and the one before it, in [0, 180], shape (k - 1,)."""
        bearings = self.grid_bearings_deg if self.has_plane else self.azimuths_deg
        if bearings is None or len(bearings) < 2:
            return np.zeros(0)
        turn = np.abs(np.diff(bearings) + 180.0) % 360.0
        return np.minimum(turn, 360.0 - turn)

    @property
    def plane_length_m(self) -> float | None:
        """Length on the plane (of the perimeter for a polygon)."""
        return None if self.plane_legs_m is None else float(self.plane_legs_m.sum())

    @property
    def ellipsoid_length_m(self) -> float | None:
        """Length on the ellipsoid."""
        legs = self.ellipsoid_legs_m
        return None if legs is None else float(legs.sum())

    @property
    def length_m(self) -> float:
        """Length on the plane, else on the ellipsoid."""
        return float(self.legs_m.sum())

    @kept
    def plane_area_m2(self) -> float | None:
        """Area on the plane: shoelace formula about the first point."""
        if not (self.is_area and self.has_plane):
            return None
        if len(self.points) < _FEWEST_CORNERS:
            return 0.0
        x, y = (self.points - self.points[0]).T
        double = float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
        return abs(double) / 2 * self.crs.unit_m**2

    @kept
    def ellipsoid_area_m2(self) -> float | None:
        """Area on the ellipsoid of the polygon whose sides are straight on the map."""
        if not self.is_area:
            return None
        if len(self.points) < _FEWEST_CORNERS:
            return 0.0 if self.has_ellipsoid else None
        found = _to_lon_lat(_cut(self._path, _PIECES), self.crs)
        if found is None:
            return None
        area, _ = _geod(self.crs).polygon_area_perimeter(found[:, 0], found[:, 1])
        return abs(float(area))

    @property
    def area_m2(self) -> float | None:
        """Area on the plane, else on the ellipsoid; None for a line."""
        return self.plane_area_m2 if self.has_plane else self.ellipsoid_area_m2

    @property
    def crosses_itself(self) -> bool:
        """Whether sides of a polygon cross, which leaves its area without meaning."""
        return self.is_area and len(self.points) > _FEWEST_CORNERS and _crosses(self._path)


def measured(
    points: list[tuple[float, float]] | Numbers, crs: Crs, *, is_area: bool = False
) -> Measurement:
    """Return what lies between points of a map."""
    return Measurement(np.array(points, dtype=np.float64).reshape(-1, 2), crs, is_area)


def difference(plane: float | None, ellipsoid: float | None) -> tuple[float, float] | None:
    """Return how much more the ellipsoid has than the plane, and its share of the plane's value.

    None where one of the two does not exist or there is nothing to compare.
    """
    if plane is None or ellipsoid is None or plane <= 0:
        return None
    return ellipsoid - plane, (ellipsoid - plane) / plane


def convergence_deg(crs: Crs, x: float, y: float) -> float | None:
    """Return the convergence of meridians at a place, in degrees: azimuth less grid bearing.

    None in degrees and in an unknown system.
    """
    if not crs.is_projected:
        return None
    found = _to_lon_lat(np.array([[x, y]]), crs)
    if found is None:
        return None
    north = transformation(geodetic_of(crs), crs).apply(
        np.array([[found[0, 0], found[0, 1] + 1e-4]]) / _degrees_per_unit(geodetic_of(crs))
    )[0]
    return -float(np.degrees(np.arctan2(north[0] - x, north[1] - y)))


def point_at(
    start: tuple[float, float], distance_m: float, bearing_deg: float, crs: Crs
) -> tuple[float, float]:
    """Return the point at a distance and a bearing from another one.

    On a plane the distance and the bearing are those of the grid; in degrees they are those of the
    ellipsoid.
    """
    x, y = start
    if crs.is_geographic:
        per_unit = _degrees_per_unit(crs)
        lon, lat, _ = _geod(crs).fwd(x * per_unit, y * per_unit, bearing_deg, distance_m)
        return float(lon) / per_unit, float(lat) / per_unit
    reach, bearing = distance_m / crs.unit_m, np.radians(bearing_deg)
    return x + reach * float(np.sin(bearing)), y + reach * float(np.cos(bearing))


def _to_lon_lat(xy: Numbers, crs: Crs) -> Numbers | None:
    """Return longitudes and latitudes in degrees on the system's own datum, None where unknown."""
    if not crs.is_known or not len(xy):
        return None
    base = geodetic_of(crs)
    try:
        found = xy if crs.is_geographic else transformation(crs, base).apply(xy)
    except CrsError:
        return None
    found = found * _degrees_per_unit(base)
    if not np.isfinite(found).all() or (np.abs(found[:, 1]) > 90.0).any():
        return None
    return found


@lru_cache(maxsize=64)
def _degrees_per_unit(crs: Crs) -> float:
    axes = crs.proj.axis_info
    return float(np.degrees(axes[0].unit_conversion_factor)) if axes else 1.0


@lru_cache(maxsize=64)
def _geod(crs: Crs) -> pyproj.Geod:
    import pyproj

    return crs.proj.get_geod() or pyproj.Geod(ellps="WGS84")


def _cut(path: Numbers, pieces: int) -> Numbers:
    """Return a path with points between its points, on the straight sides."""
    shares = np.arange(pieces) / pieces
    inner = path[:-1, None] + np.diff(path, axis=0)[:, None] * shares[None, :, None]
    return np.concatenate([inner.reshape(-1, 2), path[-1:]])


def _crosses(path: Numbers) -> bool:
    """Whether two sides that do not follow each other cross."""
    a, b = path[:-1], path[1:]
    count = len(a)
    first, second = np.triu_indices(count, 2)
    apart = ~((first == 0) & (second == count - 1))
    first, second = first[apart], second[apart]
    one = _side(a[first], b[first], a[second]) * _side(a[first], b[first], b[second])
    two = _side(a[second], b[second], a[first]) * _side(a[second], b[second], b[first])
    return bool(((one < 0) & (two < 0)).any())


def _side(a: Numbers, b: Numbers, p: Numbers) -> Numbers:
    """Return on which side of the lines from a to b the points p lie."""
    d, e = b - a, p - a
    return np.asarray(np.sign(d[:, 0] * e[:, 1] - d[:, 1] * e[:, 0]))

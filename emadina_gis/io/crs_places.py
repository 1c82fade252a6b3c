"""Where planning data lie on Earth, in shares per square kilometre: the weight of a CRS reading.

A system is likely when it puts coordinates where data are expected: on the project, else around
Casablanca, in Morocco on dry land, in France, anywhere. Degrees here may be of any datum (300 m).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.extent import Extent

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Longitude and latitude of Greater Casablanca and its region, of Morocco and of France.
REGION = Extent(-9.2, 31.9, -6.4, 34.1)
MOROCCO = Extent(-17.4, 20.6, -0.8, 36.2)
FRANCE = Extent(-5.5, 41.2, 10.0, 51.3)
_WORLD = Extent(-180.5, -90.5, 180.5, 90.5)
#: Shares of the data of a planner of Casablanca, per square kilometre.
_ON_REFERENCE = 0.6
_NEAR_REFERENCE = 0.25
_IN_REGION = 5e-6
_IN_MOROCCO = 4e-7
_OFF_THE_COAST = 4e-9
_IN_FRANCE = 1.2e-8
_IN_THE_WORLD = 2e-10
_LEAST_REFERENCE_KM2 = 25.0
_REFERENCE_MARGIN = 0.2
_LEAST_MARGIN_DEG = 0.02
_NEAR_DEG = 0.6
#: What the other places are worth once a reference says where the project is.
_ELSEWHERE = 0.3
_KM_PER_DEGREE = 111.2
_NARROW_DEG = 2.0
#: Dry land with 10 km to spare: borders on the land side are drawn widely.
_COAST = (
    (-5.92, 35.92), (-5.2, 36.0), (-3.9, 35.38), (-2.9, 35.45), (-1.8, 35.2), (-0.9, 34.6),
    (-0.8, 32.0), (-2.8, 31.6), (-3.5, 30.8), (-5.0, 29.7), (-7.0, 29.3), (-8.5, 28.5),
    (-8.5, 25.9), (-11.9, 25.9), (-11.9, 23.3), (-12.9, 22.7), (-12.9, 21.2), (-16.9, 21.2),
    (-17.15, 20.7), (-17.2, 21.1), (-16.15, 23.8), (-14.65, 26.2), (-13.55, 27.2),
    (-13.05, 28.05), (-11.4, 28.65), (-10.3, 29.4), (-9.8, 30.3), (-10.0, 30.65), (-9.95, 31.6),
    (-9.4, 32.4), (-8.65, 33.38), (-7.7, 33.72), (-6.95, 34.15), (-6.35, 35.2), (-6.05, 35.85),
)  # fmt: skip


@dataclass(frozen=True)
class Places:
    """Where data are expected: on a reference extent of longitudes and latitudes, if there is one.

    Attributes
    ----------
    reference : Extent or None
        Extent of the project.
    """

    reference: Extent | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether landing on the reference says something: there is one, of a town or a region."""
        reference = self.reference
        return reference is not None and max(reference.width, reference.height) <= _NARROW_DEG

    def density(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of data expected per square kilometre at points."""
        found = np.full(lon.shape, _IN_THE_WORLD)
        found[inside(FRANCE, lon, lat)] = _IN_FRANCE
        found[inside(MOROCCO, lon, lat)] = _OFF_THE_COAST
        land = shapely.contains_xy(_land(), lon, lat)
        found[land] = _IN_MOROCCO
        if self.reference is None:
            found[land & inside(REGION, lon, lat)] = _IN_REGION
        else:
            found *= _ELSEWHERE
            near, on = self.reference.padded(_NEAR_DEG), widened(self.reference)
            found[inside(near, lon, lat)] += _NEAR_REFERENCE / area_km2(near)
            found[inside(on, lon, lat)] += _ON_REFERENCE / max(area_km2(on), _LEAST_REFERENCE_KM2)
        found[~inside(_WORLD, lon, lat)] = 0.0
        return found

    def shows(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> bool:
        """Whether most points lie on the reference, or else in the region of Casablanca."""
        home = REGION if self.reference is None else widened(self.reference)
        return bool(inside(home, lon, lat).mean() >= 0.5)


def inside(extent: Extent, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points lie in an extent."""
    return (x >= extent.xmin) & (x <= extent.xmax) & (y >= extent.ymin) & (y <= extent.ymax)


def widened(extent: Extent) -> Extent:
    """Return an extent in degrees with what may lie around it."""
    return extent.padded(
        max(_REFERENCE_MARGIN * max(extent.width, extent.height), _LEAST_MARGIN_DEG)
    )


def area_km2(extent: Extent) -> float:
    """Return the area of an extent in degrees."""
    middle = np.radians(min(max((extent.ymin + extent.ymax) / 2, -89.0), 89.0))
    return float(extent.width * extent.height * _KM_PER_DEGREE**2 * np.cos(middle))


@cache
def _land() -> shapely.Geometry:
    land = shapely.polygons(np.array(_COAST))
    shapely.prepare(land)
    return land

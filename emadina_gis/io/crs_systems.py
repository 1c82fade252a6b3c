"""Systems that coordinates may be in, each with how likely it is and what it makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyproj

from emadina_gis.domain.crs import Crs
from emadina_gis.domain.extent import Extent
from emadina_gis.io.crs_places import inside

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.io.crs_places import Places

WORLD_DEGREES = Extent(-180.5, -90.5, 180.5, 90.5)
_STEPS = 5
#: What a system is worth outside the zone it is made for.
_AWAY_FROM_HOME = 0.02
#: Weights of readings that cannot be named: another UTM zone, another system, a local drawing.
_ANOTHER_UTM = 1e-8
_ANOTHER_SYSTEM = 2e-9
_ANOTHER_GRID = 1e-7
_LOCAL_DRAWING = 2e-9
_DEGREES_OF_NOTHING = 1e-10
_UTM = Extent(160_000, 0, 840_000, 10_000_000)
_NATIONAL_GRIDS = Extent(-200_000, -200_000, 1_300_000, 1_300_000)
#: Coordinates nearer to the origin than this are of a drawing or cut short.
_NEAR_METRES = 20_000.0
_NEAR_DEGREES = 5.0
#: No projection in use has larger coordinates.
_EARTH = Extent(-2.1e7, -2.1e7, 2.1e7, 2.1e7)
_DRAWING_SPAN = 2.0


@dataclass(frozen=True)
class System:
    """A system with its zone and its weight among others that give the same place.

    Attributes
    ----------
    home : Extent
        Longitudes and latitudes in which the system is in use.
    offered : bool
        Whether it may be proposed.
    """

    code: str
    home: Extent
    weight: float
    swapped: bool = False
    offered: bool = True

    @property
    def crs(self) -> Crs:
        """The system itself."""
        return Crs(self.code)


_MOROCCO_AND_SEA = Extent(-18.0, 20.6, -0.8, 36.3)
_EVERYWHERE = Extent(-180.0, -90.0, 180.0, 90.0)
_NORTH = Extent(-10.5, 31.4, -0.8, 36.3)
_SOUTH = Extent(-13.5, 27.6, -0.8, 31.6)
SYSTEMS = (
    System("EPSG:26191", _NORTH, 1.0),
    System("EPSG:26192", _SOUTH, 0.6),
    System("EPSG:26194", Extent(-15.5, 24.2, -8.5, 27.75), 0.4),
    System("EPSG:26195", Extent(-17.2, 20.7, -12.0, 24.35), 0.4, offered=False),
    System("EPSG:4326", _EVERYWHERE, 1.0),
    System("EPSG:4261", _MOROCCO_AND_SEA, 0.2),
    System("EPSG:32629", Extent(-12.0, 20.6, -6.0, 36.3), 0.5),
    System("EPSG:32628", Extent(-18.0, 20.6, -12.0, 29.0), 0.4),
    System("EPSG:32630", Extent(-6.0, 28.0, 0.0, 36.3), 0.3),
    System("EPSG:3857", _EVERYWHERE, 0.5),
    System("EPSG:2154", Extent(-5.5, 41.2, 10.0, 51.3), 0.6),
    System("EPSG:26191", _NORTH, 0.01, swapped=True),
    System("EPSG:26192", _SOUTH, 0.005, swapped=True),
    System("EPSG:32629", Extent(-12.0, 20.6, -6.0, 36.3), 0.01, swapped=True),
    System("EPSG:2154", Extent(-5.5, 41.2, 10.0, 51.3), 0.01, swapped=True),
    System("EPSG:4326", _EVERYWHERE, 0.1, swapped=True),
)


def systems_for(reference: Extent | None) -> tuple[System, ...]:
    """Return the systems to weigh: with a reference, the UTM zone it lies in as well."""
    if reference is None:
        return SYSTEMS
    lon, lat = reference.center
    zone = min(max(int((lon + 180) // 6) + 1, 1), 60)
    code = f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"
    if any(system.code == code for system in SYSTEMS):
        return SYSTEMS
    west = zone * 6.0 - 186.0
    return (*SYSTEMS, System(code, Extent(west, -84.0, west + 6.0, 84.0), 0.4))


def weight_of(system: System, extent: Extent, places: Places) -> float:
    """Return how likely coordinates are in a system: its weight times where it puts them."""
    seen = swapped(extent) if system.swapped else extent
    if system.swapped and system.crs.is_projected and within(extent, WORLD_DEGREES):
        return 0.0
    lonlat = grid_degrees(seen, system.crs)
    if lonlat is None:
        return 0.0
    lon, lat = lonlat
    home = np.where(inside(system.home, lon, lat), 1.0, _AWAY_FROM_HOME)
    return float(system.weight * (places.density(lon, lat) * home).mean())


def unnamed_weight(extent: Extent) -> float:
    """Return the weight of all that cannot be named from coordinates alone."""
    if near_origin(extent):
        return _ANOTHER_GRID
    if within(extent, WORLD_DEGREES) or within(swapped(extent), WORLD_DEGREES):
        small = max(extent.width, extent.height) < _DRAWING_SPAN and extent.center != (0.0, 0.0)
        return _DEGREES_OF_NOTHING if small else _LOCAL_DRAWING
    utm = _ANOTHER_UTM if within(extent, _UTM) else 0.0
    grid = _ANOTHER_GRID if within(extent, _NATIONAL_GRIDS) else 0.0
    return _ANOTHER_SYSTEM + utm + grid


def near_origin(extent: Extent) -> bool:
    """Whether coordinates lie around 0, 0: more likely of a drawing than of any system.

    No system of the region has its origin where its data are; a corner at exactly 0, 0 and an
    origin in the middle of metres are of strays or of a drawing too.
    """
    west, south, east, north = extent.as_tuple
    if within(extent, WORLD_DEGREES):
        has_corner = 0.0 in (west, east) and 0.0 in (south, north)
        return has_corner or max(map(abs, extent.as_tuple)) <= _NEAR_DEGREES
    around = west <= 0.0 <= east and south <= 0.0 <= north
    return around or max(map(abs, extent.as_tuple)) <= _NEAR_METRES


def swapped(extent: Extent) -> Extent:
    """Return an extent with x and y exchanged."""
    return Extent(extent.ymin, extent.xmin, extent.ymax, extent.xmax)


def within(extent: Extent, limits: Extent) -> bool:
    """Whether an extent lies wholly in another."""
    return limits.contains(extent.xmin, extent.ymin) and limits.contains(extent.xmax, extent.ymax)


def grid_degrees(
    extent: Extent, crs: Crs
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return longitudes and latitudes, on the system's own datum, of a grid over an extent.

    None where the coordinates cannot be in the system at all.
    """
    x = np.linspace(extent.xmin, extent.xmax, _STEPS)
    y = np.linspace(extent.ymin, extent.ymax, _STEPS)
    grid_x, grid_y = np.repeat(x, _STEPS), np.tile(y, _STEPS)
    if crs.is_geographic:
        return _geographic(grid_x, grid_y, extent, crs)
    if within(extent, WORLD_DEGREES) or not within(extent, _EARTH):
        return None
    projection = projection_of(crs)
    if projection is None:
        return None
    lon, lat = projection(grid_x, grid_y, inverse=True)
    back_x, back_y = projection(lon, lat)
    known = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) <= 90)
    known &= np.hypot(back_x - grid_x, back_y - grid_y) < 1.0
    return (lon, lat) if known.all() else None


def _geographic(
    lon: NDArray[np.float64], lat: NDArray[np.float64], extent: Extent, crs: Crs
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    factor = degrees_per_unit(crs)
    limits = Extent(*(value / factor for value in WORLD_DEGREES.as_tuple))
    if not within(extent, limits):
        return None
    meridian = crs.proj.prime_meridian.longitude if crs.proj.prime_meridian else 0.0
    return lon * factor + meridian, lat * factor


def degrees_per_unit(crs: Crs) -> float:
    """Return the degrees in one unit of a geographic system: 1, or 0.9 for gradians."""
    axes = crs.proj.axis_info
    return float(np.degrees(axes[0].unit_conversion_factor)) if axes else 1.0


@lru_cache(maxsize=128)
def projection_of(crs: Crs) -> pyproj.Proj | None:
    """Return the projection of a system, or None where PROJ has no formula for it."""
    try:
        bound = crs.proj.source_crs if crs.proj.is_bound else None
        return pyproj.Proj(bound or crs.proj)
    except pyproj.exceptions.ProjError:
        return None

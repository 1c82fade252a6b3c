"""Coordinate reference systems: known or explicitly unknown, and transforms that never guess.

Between Merchich and WGS 84 the transformation is EPSG:1166 (Helmert 31, 146, 47 m; accuracy 7 m).
Ballpark transformations (no datum shift; 325 m off at Casablanca) are refused. PROJ's network
access stays off.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyproj
from pyproj.aoi import AreaOfInterest
from pyproj.enums import TransformDirection
from pyproj.transformer import TransformerGroup

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.kept import kept
from emadina_gis.errors import CrsError, CrsMismatch, MissingCrs

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What PROJ says of missing grids is told with the accuracy of a transformation, not printed.
warnings.filterwarnings("ignore", "Best transformation is not available", UserWarning)
_LEAST_CONFIDENCE = 70
_NO_DATUM = re.compile(r"unknown|unnamed|not.?specified|undefined", re.IGNORECASE)
_WGS84_AXIS_M = 6378137.0
_SAMPLES_PER_SIDE = 21
#: Mean length of a degree of latitude on the WGS 84 ellipsoid, for scales of views in degrees.
METRES_PER_DEGREE = 111_195.0


#: West, south, east and north in degrees.
Area = tuple[float, float, float, float]


@dataclass(frozen=True)
class Crs:
    """A coordinate reference system by its authority code or its WKT; empty when unknown."""

    definition: str

    @classmethod
    def parse(cls, text: str) -> Crs:
        """Return the system of an authority code, WKT or PROJ text.

        Systems equal to a registered one become its code, whatever their dialect.

        Raises
        ------
        CrsError
            With code ``crs.unreadable`` if PROJ does not understand the text.
        """
        return _parsed(text.strip())

    @property
    def is_known(self) -> bool:
        """Whether a system is known."""
        return bool(self.definition)

    @kept
    def proj(self) -> pyproj.CRS:
        """The pyproj object; raises `MissingCrs` when unknown."""
        if not self.definition:
            raise MissingCrs("crs.missing")
        return pyproj.CRS.from_user_input(self.definition)

    @property
    def id(self) -> str:
        """Authority code such as ``EPSG:26191``; empty when it has none."""
        return self.definition if _is_code(self.definition) else ""

    @property
    def name(self) -> str:
        """Name of the system; empty when unknown."""
        return self.proj.name if self.definition else ""

    @property
    def is_geographic(self) -> bool:
        """Whether coordinates are degrees."""
        return self.is_known and self.proj.is_geographic

    @property
    def is_projected(self) -> bool:
        """Whether coordinates are lengths on a plane."""
        return self.is_known and self.proj.is_projected

    @property
    def unit_m(self) -> float:
        """Metres in one map unit; for degrees the mean length of a degree of latitude."""
        if not self.is_known:
            return 1.0
        if self.is_geographic:
            return METRES_PER_DEGREE
        return float(self.proj.axis_info[0].unit_conversion_factor) if self.proj.axis_info else 1.0

    @property
    def is_metric(self) -> bool:
        """Whether lengths and areas may be measured on the plane (never in Web Mercator)."""
        return self.is_projected and "Pseudo-Mercator" not in self.name


UNKNOWN = Crs("")
MERCHICH_NORTH = Crs("EPSG:26191")
WGS84 = Crs("EPSG:4326")


def _is_code(text: str) -> bool:
    authority, _, code = text.partition(":")
    return authority.isalpha() and code.isalnum() and bool(code)


@lru_cache(maxsize=256)
def _parsed(text: str) -> Crs:
    if not text:
        return UNKNOWN
    try:
        parsed = pyproj.CRS.from_user_input(text)
    except (pyproj.exceptions.CRSError, UnicodeEncodeError) as exc:
        shown = text[:80].encode("utf-8", "replace").decode()
        raise CrsError("crs.unreadable", text=shown) from exc
    authority = parsed.to_authority(min_confidence=_LEAST_CONFIDENCE)
    if authority and _datum_is_told(parsed):
        return Crs(":".join(authority))
    return Crs(parsed.to_wkt())


def _datum_is_told(crs: pyproj.CRS) -> bool:
    """Whether a system names its datum, or has the ellipsoid of those that agree with WGS 84.

    PROJ takes a datum without a name for any that has the same ellipsoid, be it in Guinea.
    """
    datum, ellipsoid = crs.datum, crs.ellipsoid
    if datum is None or not _NO_DATUM.search(datum.name):
        return True
    return ellipsoid is not None and abs(ellipsoid.semi_major_metre - _WGS84_AXIS_M) < 0.5


@dataclass(frozen=True)
class Transformation:
    """A chosen operation between two systems, with its stated accuracy in metres.

    Attributes
    ----------
    missing_grid : str
        Name of the grid that would make it more exact and is not installed; else empty.
    """

    transformer: pyproj.Transformer
    accuracy_m: float | None
    missing_grid: str = ""

    def apply(self, xy: NDArray[np.float64], *, inverse: bool = False) -> NDArray[np.float64]:
        """Return transformed points, shape (n, 2), x (east, longitude) first."""
        direction = TransformDirection.INVERSE if inverse else TransformDirection.FORWARD
        x, y = self.transformer.transform(xy[:, 0], xy[:, 1], direction=direction)
        return np.column_stack([x, y])


def transformation(source: Crs, target: Crs, area: Area | None = None) -> Transformation:
    """Return the best non-ballpark operation from `source` to `target`.

    Parameters
    ----------
    area : Area, optional
        Where it is used, as `area_of` gives it: the best one there is taken.

    Raises
    ------
    MissingCrs
        If one of them is unknown.
    CrsMismatch
        If only ballpark operations exist.
    """
    if not (source.is_known and target.is_known):
        raise MissingCrs("crs.missing")
    found = _best_operation(source, target, area)
    if found is None:
        raise CrsMismatch("crs.no-transformation", source=source.name, target=target.name)
    return found


@lru_cache(maxsize=128)
def _best_operation(source: Crs, target: Crs, area: Area | None) -> Transformation | None:
    """Return the best operation, None where there is none: that, too, is found once."""
    try:
        group = _operations(source, target, area)
    except (pyproj.exceptions.ProjError, IndexError):
        # IndexError: pyproj finds no operation at all for a system that is damaged.
        return None
    if not group.transformers:
        return None if area is None else _best_operation(source, target, None)
    best = group.transformers[0]
    accuracy_m = _stated_accuracy_m(best, source, target)
    return Transformation(_for_threads(best), accuracy_m, _missing_grid(group))


@lru_cache(maxsize=64)
def grid_needed(source: Crs, target: Crs) -> str:
    """Return the grid without which no operation leads to a system; empty where none is named."""
    try:
        group = _operations(source, target)
    except (pyproj.exceptions.ProjError, IndexError):
        return ""
    return "" if group.transformers else _missing_grid(group)


def _for_threads(operation: pyproj.Transformer) -> pyproj.Transformer:
    """Return an operation that several threads may use at once.

    Those of a group are one object of PROJ for all threads, which crashes; one that is made of a
    definition is made again in each thread.
    """
    return pyproj.Transformer.from_pipeline(operation.definition)


def _operations(source: Crs, target: Crs, area: Area | None = None) -> TransformerGroup:
    return TransformerGroup(
        source.proj,
        target.proj,
        always_xy=True,
        allow_ballpark=False,
        area_of_interest=None if area is None else AreaOfInterest(*area),  # type: ignore[arg-type]
    )


@lru_cache(maxsize=64)
def _has_choice(source: Crs, target: Crs) -> bool:
    """Whether more than one operation leads from a system to another one."""
    try:
        group = _operations(source, target)
    except (pyproj.exceptions.ProjError, IndexError):
        return False
    return len(group.transformers) + len(group.unavailable_operations) > 1


@lru_cache(maxsize=256)
def area_of(extent: Extent | None, source: Crs, target: Crs) -> Area | None:
    """Return the area, in half degrees, by which the operation for an extent is chosen.

    None where there is nothing to choose: one operation leads to the other system, or none.
    """
    known = source.is_known and target.is_known
    if extent is None or source == target or not known or not _has_choice(source, target):
        return None
    base = geodetic_of(source)
    try:
        found = extent if source.is_geographic else transform_extent(extent, source, base)
    except CrsError:
        return None
    halves = np.array(found.as_tuple) * 2
    west, south, east, north = np.concatenate([np.floor(halves[:2]), np.ceil(halves[2:])]) / 2
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        return None
    return float(west), float(south), float(east), float(north)


def _missing_grid(group: TransformerGroup) -> str:
    if group.best_available or not group.unavailable_operations:
        return ""
    grids = [grid.short_name for grid in group.unavailable_operations[0].grids]
    return str(grids[0]) if grids else ""


def _stated_accuracy_m(operation: pyproj.Transformer, source: Crs, target: Crs) -> float | None:
    """Return the accuracy PROJ states; projecting on one datum is exact, which not all say."""
    if operation.accuracy >= 0:
        return float(operation.accuracy)
    if source.proj.is_bound or target.proj.is_bound:
        return None
    bases = source.proj.geodetic_crs, target.proj.geodetic_crs
    datums = [base.datum for base in bases if base is not None]
    return 0.0 if len(datums) == 2 and datums[0] == datums[1] else None


def transform_points(
    xy: NDArray[np.float64], source: Crs, target: Crs, area: Area | None = None
) -> NDArray[np.float64]:
    """Return points, shape (n, 2), in the target system; the same array when systems agree."""
    if source == target:
        return xy
    return transformation(source, target, area).apply(xy)


def accuracy_m(source: Crs, target: Crs) -> float | None:
    """Return the stated accuracy in metres (0 when equal, None when PROJ states none)."""
    return 0.0 if source == target else transformation(source, target).accuracy_m


def transform_extent(extent: Extent, source: Crs, target: Crs, area: Area | None = None) -> Extent:
    """Return the extent, in the target system, of points sampled along the border."""
    if source == target:
        return extent
    steps = np.linspace(0.0, 1.0, _SAMPLES_PER_SIDE)
    x = extent.xmin + steps * extent.width
    y = extent.ymin + steps * extent.height
    border = np.concatenate(
        [
            np.column_stack([x, np.full_like(x, extent.ymin)]),
            np.column_stack([x, np.full_like(x, extent.ymax)]),
            np.column_stack([np.full_like(y, extent.xmin), y]),
            np.column_stack([np.full_like(y, extent.xmax), y]),
        ]
    )
    moved = transform_points(border, source, target, area)
    finite = moved[np.isfinite(moved).all(axis=1)]
    if not len(finite):
        raise CrsMismatch("crs.no-transformation", source=source.name, target=target.name)
    low, high = finite.min(axis=0), finite.max(axis=0)
    return Extent(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def grid_convergence_deg(crs: Crs, x: float, y: float) -> float:
    """Return the angle from grid north to true north in degrees, positive to the east.

    Computed as the bearing, on the grid, of a short step along the meridian.
    """
    to_geographic = transformation(crs, geodetic_of(crs))
    lon, lat = to_geographic.apply(np.array([[x, y]]))[0]
    step = to_geographic.apply(np.array([[lon, lat + 1e-4]]), inverse=True)[0]
    return float(np.degrees(np.arctan2(step[0] - x, step[1] - y)))


@lru_cache(maxsize=64)
def geodetic_of(crs: Crs) -> Crs:
    """Return the geographic system on which a system stands, WGS 84 where it names none."""
    base = crs.proj.geodetic_crs
    return WGS84 if base is None else Crs.parse(base.to_wkt())

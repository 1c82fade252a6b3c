"""Declarations of a CRS in any dialect, matched to EPSG by their numbers and not by their names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import UNKNOWN, WGS84, Crs
from emadina_gis.errors import CrsError, Problem, Severity
from emadina_gis.io.crs_systems import degrees_per_unit, projection_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Systems a declaration without a code is compared with, number by number.
FAMILIAR = (
    "EPSG:26191",
    "EPSG:26192",
    "EPSG:26194",
    "EPSG:26195",
    "EPSG:32628",
    "EPSG:32629",
    "EPSG:32630",
    "EPSG:2154",
    "EPSG:3857",
    "EPSG:4326",
    "EPSG:4261",
)
_URL = re.compile(r"(?:epsg(?:\.xml#|/0/|/)|srid=|\binit=epsg:|\bepsg:)(\d{4,6})", re.IGNORECASE)
_NO_DATUM = re.compile(r"unknown|unnamed|not.?specified|undefined|user.?defined", re.IGNORECASE)
_WEB_MERCATOR = re.compile(r"google|web.?mercator|pseudo.?mercator|popular visuali", re.IGNORECASE)
_TOLERANCE_M = 0.05
_AXIS_TOLERANCE_M = 0.11
_FLATTENING_TOLERANCE = 2e-3
_STEPS = 4


def parsed(declared: str, where: str) -> tuple[Crs, tuple[Problem, ...]]:
    """Return the system a declaration means (maybe none), and what is said of it."""
    if not declared.strip():
        return UNKNOWN, ()
    unusable = Problem("crs.unusable", Severity.WARNING, where, 1, {"declared": shown(declared)})
    try:
        crs = Crs.parse(_plain(declared))
    except CrsError:
        return UNKNOWN, (unusable,)
    if not (crs.is_geographic or crs.is_projected):
        return UNKNOWN, (unusable,)
    if crs.id:
        return _in_epsg(crs, where)
    match = matched(crs)
    if match is None:
        note = Problem("crs.no-code", Severity.INFO, where, 1, {"declared": crs.name})
        return crs, (note, *_null_shift(crs, where))
    note = Problem("crs.matched", Severity.INFO, where, 1, {"declared": crs.name, "crs": match.id})
    return match, (note, *_shift_problems(crs, match, where))


def shown(declared: str, crs: Crs = UNKNOWN) -> str:
    """Return a declaration as it is shown: its code, or the name in it."""
    if not declared:
        return ""
    if crs.id:
        return crs.id
    name = re.search(r'"([^"]+)"', declared)
    return (name.group(1) if name else declared)[:80]


def _plain(declared: str) -> str:
    """Return the code inside an address or a PROJ ``+init``; other declarations as they are."""
    text = declared.strip().strip("\0\ufeff")
    found = _URL.search(text) if "[" not in text and "{" not in text else None
    return f"EPSG:{found.group(1)}" if found else text


def _in_epsg(crs: Crs, where: str) -> tuple[Crs, tuple[Problem, ...]]:
    """Return the usual system that a code of another authority, or an old code, stands for."""
    if crs.id == "OGC:CRS84":
        return WGS84, ()
    if crs.id in FAMILIAR:
        return crs, ()
    flat = _flat(crs)
    if crs.id.startswith("EPSG:") and flat == crs and not crs.proj.is_deprecated:
        return crs, ()
    match = matched(flat)
    if match is not None:
        return match, ()
    if crs.proj.is_deprecated:
        return flat, (Problem("crs.deprecated", Severity.INFO, where, 1, {"declared": crs.id}),)
    return flat, ()


@lru_cache(maxsize=256)
def _flat(crs: Crs) -> Crs:
    """Return a system of three dimensions without its height."""
    plane = crs.proj.to_2d() if len(crs.proj.axis_info) > 2 else crs.proj
    if plane == crs.proj:
        return crs
    authority = plane.to_authority(min_confidence=100)
    return Crs(":".join(authority)) if authority else Crs(plane.to_wkt())


@lru_cache(maxsize=256)
def matched(crs: Crs) -> Crs | None:
    """Return the familiar system whose ellipsoid and projection give the same coordinates.

    Names and dialects do not count ("unnamed" of MapInfo, Esri's names): points over the area of
    the familiar system are projected with both and must agree within 5 cm.
    """
    if crs.is_projected and _WEB_MERCATOR.search(crs.proj.name):
        return Crs("EPSG:3857")
    for code in FAMILIAR:
        other = Crs(code)
        if other.is_geographic != crs.is_geographic or not _same_ellipsoid(crs, other):
            continue
        if not _same_datum(crs, other):
            continue
        if crs.is_geographic:
            named = _datum_words(crs) & _datum_words(other)
            if named and _same_angles(crs, other):
                return other
        elif _same_plane(crs, other):
            return other
    return None


def _same_angles(crs: Crs, other: Crs) -> bool:
    meridians = [one.proj.prime_meridian for one in (crs, other)]
    longitudes = [meridian.longitude if meridian else 0.0 for meridian in meridians]
    same_unit = abs(degrees_per_unit(crs) - degrees_per_unit(other)) < 1e-6
    return same_unit and abs(longitudes[0] - longitudes[1]) < 1e-6


def _same_datum(crs: Crs, other: Crs) -> bool:
    """Whether two datums may be the same: one without a name fits, another's name does not."""
    name = crs.proj.datum.name if crs.proj.datum else ""
    words = _datum_words(crs)
    return not name or bool(_NO_DATUM.search(name)) or bool(words & _datum_words(other))


def _datum_words(crs: Crs) -> set[str]:
    datum = crs.proj.datum.name if crs.proj.datum else ""
    words = re.findall(r"merchich|wgs|1984|rgf|geodesique", f"{datum} {crs.name}".lower())
    return {"wgs" if word == "1984" else "rgf" if word == "geodesique" else word for word in words}


def _same_ellipsoid(crs: Crs, other: Crs) -> bool:
    one, two = crs.proj.ellipsoid, other.proj.ellipsoid
    if one is None or two is None:
        return False
    close_axis = abs(one.semi_major_metre - two.semi_major_metre) < _AXIS_TOLERANCE_M
    flattening = abs(one.inverse_flattening - two.inverse_flattening)
    return close_axis and flattening < _FLATTENING_TOLERANCE


def _same_plane(crs: Crs, other: Crs) -> bool:
    lon, lat = _area_grid(other)
    ours, theirs = _projected(crs, lon, lat), _projected(other, lon, lat)
    return bool(np.isfinite(ours).all() and np.abs(ours - theirs).max() < _TOLERANCE_M)


def _area_grid(crs: Crs) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    area = crs.proj.area_of_use
    west, south, east, north = area.bounds if area else (-10.0, 30.0, 0.0, 36.0)
    lon = np.linspace(max(west, -170.0), min(east, 170.0), _STEPS)
    lat = np.linspace(max(south, -80.0), min(north, 80.0), _STEPS)
    return np.repeat(lon, _STEPS), np.tile(lat, _STEPS)


def _projected(crs: Crs, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    projection = projection_of(crs) if crs.is_projected else None
    if projection is None or abs(crs.unit_m - 1.0) > 1e-9:
        return np.full((len(lon), 2), np.nan)
    return np.column_stack(projection(lon, lat))


def _shift_of(crs: Crs) -> list[float] | None:
    """Return the datum shift to WGS 84 written in a declaration, in metres; None without one."""
    if not crs.proj.is_bound:
        return None
    found = re.search(r"TOWGS84\[([^\]]+)\]", crs.proj.to_wkt("WKT1_GDAL"))
    return [float(value) for value in found.group(1).split(",")] if found else None


def _shift_problems(crs: Crs, match: Crs, where: str) -> tuple[Problem, ...]:
    """Report a datum shift written in the file that is not the one we use (EPSG:1166)."""
    shift = _shift_of(crs)
    if shift is None or not match.name.startswith("Merchich"):
        return ()
    turned = any(abs(value) > 1e-9 for value in shift[3:])
    if np.allclose(shift[:3], [31, 146, 47], atol=0.5) and not turned:
        return ()
    params = {"shift": ", ".join(f"{value:g}" for value in shift[:3])}
    return (Problem("crs.other-shift", Severity.WARNING, where, 1, params),)


def _null_shift(crs: Crs, where: str) -> tuple[Problem, ...]:
    """Report a shift of nothing between ellipsoids that differ: a guess in disguise."""
    shift = _shift_of(crs)
    ellipsoid = crs.proj.ellipsoid
    if shift is None or any(shift) or ellipsoid is None:
        return ()
    if abs(ellipsoid.semi_major_metre - 6378137.0) < 1.0:
        return ()
    return (Problem("crs.null-shift", Severity.WARNING, where, 1, {"declared": crs.name}),)

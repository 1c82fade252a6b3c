"""Ranked guesses of a CRS from coordinates, and checks of what a file declares.

A guess is never applied: a person confirms it. Windows are those of the projections used in
Morocco; a guess is worth more where it lands on what the project already shows. Merchich / Sahara
Sud (EPSG:26195) is recognised where a file declares it but never proposed: PROJ has no operation
with a stated accuracy between it and WGS 84, so nothing could be shown or published with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyproj

from emadina_gis.domain.crs import UNKNOWN, WGS84, Crs, transformation
from emadina_gis.domain.extent import Extent
from emadina_gis.errors import CrsError, CrsMismatch, Problem, Severity
from emadina_gis.io.description import (
    DECLARED,
    UNKNOWN_SOURCE,
    CrsCandidate,
    CrsReading,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Longitude and latitude of Greater Casablanca and its region, and of Morocco.
REGION = Extent(-9.2, 31.9, -6.4, 34.1)
MOROCCO = Extent(-17.4, 20.6, -0.8, 36.2)
_WORLD_DEGREES = Extent(-180.5, -90.5, 180.5, 90.5)
_LEAST_SPAN = 1e-12
_AREA_MARGIN_DEG = 3.0


@dataclass(frozen=True)
class _Window:
    """Where the coordinates of a system lie when it is the right one.

    Attributes
    ----------
    home : Extent
        Longitudes and latitudes in which the system is in use.
    weight : float
        Confidence when the coordinates land at home.
    """

    code: str
    home: Extent
    weight: float
    swapped: bool = False


_WINDOWS = (
    _Window("EPSG:26191", Extent(-10.5, 31.5, -0.8, 36.2), 0.9),
    _Window("EPSG:26192", Extent(-13.5, 27.66, -0.8, 31.51), 0.8),
    _Window("EPSG:26194", Extent(-15.5, 24.3, -8.5, 27.67), 0.75),
    _Window("EPSG:4326", MOROCCO, 0.93),
    _Window("EPSG:4261", MOROCCO, 0.35),
    _Window("EPSG:32629", Extent(-12.0, 27.6, -6.0, 36.2), 0.88),
    _Window("EPSG:32628", Extent(-18.0, 20.6, -12.0, 29.0), 0.6),
    _Window("EPSG:32630", Extent(-6.0, 29.0, 0.0, 36.2), 0.6),
    _Window("EPSG:3857", MOROCCO, 0.88),
    _Window("EPSG:2154", Extent(-5.5, 41.2, 10.0, 51.3), 0.7),
    _Window("EPSG:26191", Extent(-10.5, 31.5, -0.8, 36.2), 0.3, swapped=True),
    _Window("EPSG:4326", MOROCCO, 0.85, swapped=True),
    _Window("EPSG:4326", Extent(-180, -90, 180, 90), 0.5),
    _Window("EPSG:32629", Extent(-12.0, 0.0, -6.0, 84.0), 0.15),
)
#: Systems a declaration without a code is compared with, number by number.
_FAMILIAR = (
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


def guess_crs(extent: Extent | None, reference: Extent | None = None) -> list[CrsCandidate]:
    """Return the systems in which the coordinates make sense, best first.

    Parameters
    ----------
    extent : Extent or None
        Extent of the coordinates as they are.
    reference : Extent or None
        Extent, in WGS 84 degrees, of what is already known (the project); by default the region
        of Casablanca.
    """
    if extent is None or not np.isfinite(extent.as_tuple).all():
        return []
    target = reference or REGION
    found: dict[tuple[str, bool], CrsCandidate] = {}
    for window in _WINDOWS:
        candidate = _candidate(window, extent, target)
        key = (window.code, window.swapped)
        if candidate and (key not in found or found[key].confidence < candidate.confidence):
            found[key] = candidate
    ranked = sorted(found.values(), key=lambda candidate: -candidate.confidence)
    return _sharpened(ranked)


def _candidate(window: _Window, extent: Extent, target: Extent) -> CrsCandidate | None:
    seen = _swapped(extent) if window.swapped else extent
    degrees = window.code in {"EPSG:4326", "EPSG:4261"}
    if degrees and not _within(seen, _WORLD_DEGREES):
        return None
    if not degrees and _within(seen, _WORLD_DEGREES):
        return None
    geographic = _to_degrees(seen, Crs(window.code))
    if geographic is None or not geographic.intersects(window.home):
        return None
    share = _overlap_share(geographic, window.home)
    if share < 0.5:
        return None
    lands = geographic.intersects(target)
    confidence = window.weight * (0.6 + 0.4 * share) * (1.0 if lands else 0.6)
    reason = "lands-on-project" if lands else "inside-zone"
    return CrsCandidate(
        Crs(window.code),
        round(confidence, 2),
        f"{reason}-swapped" if window.swapped else reason,
        window.swapped,
    )


def _sharpened(ranked: list[CrsCandidate]) -> list[CrsCandidate]:
    """Raise the best when no rival is near it: a single explanation deserves trust."""
    if not ranked:
        return ranked
    best = ranked[0]
    rivals = [c for c in ranked[1:] if c.confidence > best.confidence - 0.1]
    if not rivals and best.confidence >= 0.7:
        sure = round(min(0.98, best.confidence + 0.08), 2)
        return [replace(best, confidence=sure), *ranked[1:]]
    return ranked


def _swapped(extent: Extent) -> Extent:
    return Extent(extent.ymin, extent.xmin, extent.ymax, extent.xmax)


def _within(extent: Extent, limits: Extent) -> bool:
    return limits.contains(extent.xmin, extent.ymin) and limits.contains(extent.xmax, extent.ymax)


def _to_degrees(extent: Extent, crs: Crs) -> Extent | None:
    """Return the extent in the system's own degrees (some 300 m from WGS 84 at most).

    None where the projection has no answer.
    """
    if crs.is_geographic:
        return extent
    x = np.linspace(extent.xmin, extent.xmax, 5)
    y = np.linspace(extent.ymin, extent.ymax, 5)
    grid = np.column_stack([np.repeat(x, 5), np.tile(y, 5)])
    projection = _projection(crs)
    if projection is None:
        return None
    moved = np.column_stack(projection(grid[:, 0], grid[:, 1], inverse=True))
    if not np.isfinite(moved).all():
        return None
    low, high = moved.min(axis=0), moved.max(axis=0)
    return Extent(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _projection(crs: Crs) -> pyproj.Proj | None:
    """Return the projection of a system, or None where PROJ has no formula for it."""
    try:
        bound = crs.proj.source_crs if crs.proj.is_bound else None
        return pyproj.Proj(bound or crs.proj)
    except pyproj.exceptions.CRSError:
        return None


def _overlap_share(extent: Extent, home: Extent) -> float:
    """Return the share of the extent, along each axis, that lies at home."""
    width = _axis_share(extent.xmin, extent.xmax, home.xmin, home.xmax)
    return width * _axis_share(extent.ymin, extent.ymax, home.ymin, home.ymax)


def _axis_share(low: float, high: float, home_low: float, home_high: float) -> float:
    span = high - low
    if span < _LEAST_SPAN:
        return 1.0 if home_low <= low <= home_high else 0.0
    return max(0.0, min(high, home_high) - max(low, home_low)) / span


def read_declaration(
    declared: str, extent: Extent | None, where: str, reference: Extent | None = None
) -> tuple[CrsReading, tuple[Problem, ...]]:
    """Return what a declaration is worth, checked against the coordinates.

    A declaration that the coordinates deny leaves the CRS unknown: the person chooses among the
    candidates, the declared one included.
    """
    crs, problems = _parsed(declared, where)
    if extent is None:
        source = DECLARED if crs.is_known else UNKNOWN_SOURCE
        return CrsReading(crs, source, _shown(declared, crs)), problems
    if not crs.is_known:
        return _unknown(declared, extent, where, reference, problems)
    denied = _denied(crs, extent)
    if denied:
        params = {"declared": crs.id or crs.name}
        problem = Problem(denied, Severity.ERROR, where, 1, params)
        candidates = tuple(guess_crs(extent, reference))
        reading = CrsReading(UNKNOWN, UNKNOWN_SOURCE, _shown(declared, crs), candidates)
        return reading, (*problems, problem)
    doubt, candidates = _doubt(crs, extent, where, reference)
    return CrsReading(crs, DECLARED, _shown(declared, crs), candidates), (*problems, *doubt)


def _unknown(
    declared: str,
    extent: Extent,
    where: str,
    reference: Extent | None,
    problems: tuple[Problem, ...],
) -> tuple[CrsReading, tuple[Problem, ...]]:
    candidates = tuple(guess_crs(extent, reference))
    missing = Problem("crs.missing", Severity.WARNING, where, 1)
    found = problems or (missing,)
    return CrsReading(UNKNOWN, UNKNOWN_SOURCE, _shown(declared, UNKNOWN), candidates), found


def _shown(declared: str, crs: Crs) -> str:
    if not declared:
        return ""
    if crs.id:
        return crs.id
    name = re.search(r'"([^"]+)"', declared)
    return (name.group(1) if name else declared)[:80]


def _parsed(declared: str, where: str) -> tuple[Crs, tuple[Problem, ...]]:
    if not declared.strip():
        return UNKNOWN, ()
    unusable = Problem(
        "crs.unusable", Severity.WARNING, where, 1, {"declared": _shown(declared, UNKNOWN)}
    )
    try:
        crs = Crs.parse(declared)
    except CrsError:
        return UNKNOWN, (unusable,)
    if not (crs.is_geographic or crs.is_projected):
        return UNKNOWN, (unusable,)
    if crs.id:
        return _in_epsg(crs), ()
    match = matched(crs)
    if match is None:
        return crs, (Problem("crs.no-code", Severity.INFO, where, 1, {"declared": crs.name}),)
    note = Problem("crs.matched", Severity.INFO, where, 1, {"declared": crs.name, "crs": match.id})
    return match, (note, *_shift_problems(crs, match, where))


def _in_epsg(crs: Crs) -> Crs:
    """Return the EPSG system that another authority's code stands for, where it is familiar."""
    if crs.id.startswith("EPSG:"):
        return crs
    return WGS84 if crs.id == "OGC:CRS84" else matched(crs) or crs


def matched(crs: Crs) -> Crs | None:
    """Return the familiar system whose ellipsoid and projection give the same coordinates.

    Names and dialects do not count ("unnamed" of MapInfo, Esri's names): points of Morocco and
    France are projected with both and must agree within 5 cm.
    """
    plain = _projected_samples(crs)
    for code in _FAMILIAR:
        other = Crs(code)
        if other.is_geographic != crs.is_geographic or not _same_ellipsoid(crs, other):
            continue
        if crs.is_geographic:
            if _datum_word(crs) & _datum_word(other):
                return other
            continue
        theirs = _projected_samples(other)
        finite = np.isfinite(plain).all(axis=1) & np.isfinite(theirs).all(axis=1)
        if finite.any() and np.abs(plain[finite] - theirs[finite]).max() < 0.05:
            return other
    return None


def _datum_word(crs: Crs) -> set[str]:
    datum = crs.proj.datum.name if crs.proj.datum else ""
    return set(re.findall(r"merchich|wgs|1984", f"{datum} {crs.name}".lower()))


def _same_ellipsoid(crs: Crs, other: Crs) -> bool:
    one, two = crs.proj.ellipsoid, other.proj.ellipsoid
    if one is None or two is None:
        return False
    close_axis = abs(one.semi_major_metre - two.semi_major_metre) < 0.11
    return close_axis and abs(one.inverse_flattening - two.inverse_flattening) < 2e-4


def _projected_samples(crs: Crs) -> NDArray[np.float64]:
    """Return points of the system's own longitudes and latitudes on its plane."""
    projection = _projection(crs) if crs.is_projected else None
    if projection is None:
        return np.full((5, 2), np.nan)
    lon = np.array([-7.6, -5.4, -12.0, -16.0, 2.3])
    lat = np.array([33.5, 30.0, 27.0, 22.0, 47.0])
    xy = np.column_stack(projection(lon, lat))
    xy[np.abs(xy) > 1e8] = np.nan
    return xy


def _shift_problems(crs: Crs, match: Crs, where: str) -> tuple[Problem, ...]:
    """Report a datum shift written in the file that is not the one we use (EPSG:1166)."""
    shift = re.search(r"TOWGS84\[([^\]]+)\]", crs.proj.to_wkt("WKT1_GDAL"))
    if shift is None or not match.name.startswith("Merchich"):
        return ()
    values = [float(value) for value in shift.group(1).split(",")][:3]
    if np.allclose(values, [31, 146, 47], atol=0.5):
        return ()
    params = {"shift": ", ".join(f"{value:g}" for value in values)}
    return (Problem("crs.other-shift", Severity.WARNING, where, 1, params),)


def _denied(crs: Crs, extent: Extent) -> str:
    """Return the code of a contradiction between a system and the coordinates, or nothing."""
    in_degrees = _within(extent, _WORLD_DEGREES)
    if crs.is_geographic and not in_degrees:
        return "crs.metres-in-degrees"
    wide = max(extent.width, extent.height) > 1e-9
    if crs.is_projected and in_degrees and (wide or extent.center != (0.0, 0.0)):
        return "crs.degrees-in-metres"
    return ""


def _doubt(
    crs: Crs, extent: Extent, where: str, reference: Extent | None
) -> tuple[tuple[Problem, ...], tuple[CrsCandidate, ...]]:
    """Return a warning where coordinates lie far outside the area a system is made for."""
    area = crs.proj.area_of_use
    geographic = _to_degrees(extent, crs) if crs.is_known else None
    if area is None or geographic is None or area.west > area.east:
        return (), ()
    home = Extent(area.west, area.south, area.east, area.north).padded(_AREA_MARGIN_DEG)
    candidates = tuple(guess_crs(extent, reference))
    if not geographic.intersects(home):
        params = {"declared": crs.id or crs.name}
        return (Problem("crs.outside-area", Severity.WARNING, where, 1, params),), candidates
    if crs == WGS84 and candidates and candidates[0].swapped:
        return (Problem("crs.axes-swapped", Severity.WARNING, where, 1),), candidates
    return (), ()


@cache
def offered() -> tuple[Crs, ...]:
    """Return the systems offered in lists, most used in the region first, all usable."""
    return tuple(Crs(code) for code in _FAMILIAR if _is_usable(Crs(code)))


def _is_usable(crs: Crs) -> bool:
    try:
        transformation(crs, WGS84)
    except CrsMismatch:
        return False
    return True

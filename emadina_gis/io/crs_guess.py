"""Ranked guesses of a CRS from coordinates, and checks of what a file declares.

A guess is never applied: a person confirms it, and it is never certain: other zones and other
countries have the same numbers. Merchich / Sahara Sud (EPSG:26195) is recognised where a file
declares it but never proposed: PROJ has no operation with a stated accuracy between it and WGS 84,
so nothing could be shown or published with it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import UNKNOWN, WGS84, Crs, transformation
from emadina_gis.domain.extent import Extent
from emadina_gis.errors import CrsMismatch, Problem, Severity
from emadina_gis.io import crs_match
from emadina_gis.io.crs_datums import told_datum, two_datums
from emadina_gis.io.crs_places import Places, area_km2, inside
from emadina_gis.io.crs_systems import (
    WORLD_DEGREES,
    System,
    grid_degrees,
    near_origin,
    swapped,
    systems_for,
    unnamed_weight,
    weight_of,
    within,
)
from emadina_gis.io.description import (
    DECLARED,
    UNKNOWN_SOURCE,
    CrsCandidate,
    CrsReading,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

matched = crs_match.matched
#: A guess is never surer than this.
MOST_OF_A_GUESS = 0.89
#: Degrees do not tell their datum: a guess of one is never surer, unless layers coincide.
MOST_OF_A_DATUM = 0.8
#: A guess is never surer than this around the origin.
MOST_OF_A_LOCAL = 0.3
#: Reason of a guess that cannot be worth much.
NEAR_ORIGIN = "near-origin"
_LEAST_SHOWN = 0.005
_AREA_MARGIN_DEG = 3.0
#: How much likelier a declared system is than one that nobody named.
_TRUST = 20.0
_IN_ITS_AREA = 0.3
_FAR_FROM_HOME = 0.3
_SURE = 0.97


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
    places, datum = Places(reference), told_datum(extent, reference)
    weights = [
        (system, weight_of(system, extent, places) * (_TRUST if system.code == datum else 1.0))
        for system in systems_for(reference)
    ]
    total = sum(weight for _, weight in weights) + unnamed_weight(extent)
    found = [
        _candidate(system, extent, places, min(weight / total, _most(system, datum)))
        for system, weight in weights
        if system.offered and weight > _LEAST_SHOWN * total
    ]
    return sorted(found, key=lambda candidate: -candidate.confidence)


def _most(system: System, datum: str) -> float:
    """Return how sure a guess of a system may be at most."""
    return MOST_OF_A_DATUM if system.crs.is_geographic and system.code != datum else 1.0


def _candidate(system: System, extent: Extent, places: Places, share: float) -> CrsCandidate:
    seen = swapped(extent) if system.swapped else extent
    lonlat = grid_degrees(seen, system.crs)
    shows = lonlat is not None and places.shows(*lonlat)
    if near_origin(extent) and not (shows and places.is_narrow):
        return CrsCandidate(
            system.crs, round(min(share, MOST_OF_A_LOCAL), 2), NEAR_ORIGIN, system.swapped
        )
    reason = "lands-on-project" if shows else "inside-zone"
    return CrsCandidate(
        system.crs,
        round(min(share, MOST_OF_A_GUESS), 2),
        f"{reason}-swapped" if system.swapped else reason,
        system.swapped,
    )


def as_local(reading: CrsReading) -> CrsReading:
    """Return a reading of a drawing in coordinates of its own: what fits, fits by chance."""
    if reading.crs.is_known:
        return reading
    kept = tuple(
        replace(one, confidence=min(one.confidence, MOST_OF_A_LOCAL), reason=NEAR_ORIGIN)
        for one in reading.candidates
    )
    return replace(reading, candidates=kept)


def read_declaration(
    declared: str, extent: Extent | None, where: str, reference: Extent | None = None
) -> tuple[CrsReading, tuple[Problem, ...]]:
    """Return what a declaration is worth, checked against the coordinates.

    A declaration that the coordinates deny leaves the CRS unknown: the person chooses among the
    candidates, the declared one included.
    """
    crs, problems = crs_match.parsed(declared, where)
    shown = crs_match.shown(declared, crs)
    if extent is None:
        source = DECLARED if crs.is_known else UNKNOWN_SOURCE
        return CrsReading(crs, source, shown), problems
    candidates = tuple(guess_crs(extent, reference))
    if not crs.is_known:
        found = problems or (Problem("crs.missing", Severity.WARNING, where, 1),)
        local = _local(extent, where, candidates)
        found = (*found, *(local or two_datums(extent, where, candidates, reference)))
        return CrsReading(UNKNOWN, UNKNOWN_SOURCE, shown, candidates), found
    denied = _denied(crs, extent)
    if denied:
        problem = Problem(denied, Severity.ERROR, where, 1, {"declared": crs.id or crs.name})
        found = (*problems, problem, *_local(extent, where, candidates))
        return CrsReading(UNKNOWN, UNKNOWN_SOURCE, shown, candidates), found
    confidence = _declared_confidence(crs, extent, reference)
    doubt = _doubt(crs, extent, where, candidates, confidence)
    kept = candidates if doubt or confidence < 1.0 else ()
    reading = CrsReading(crs, DECLARED, shown, kept, confidence)
    return reading, (*problems, *doubt, *_way_problems(crs, where))


def _local(extent: Extent, where: str, candidates: tuple[CrsCandidate, ...]) -> tuple[Problem, ...]:
    """Say where coordinates lie around the origin and every guess is by chance."""
    if near_origin(extent) and all(one.reason == NEAR_ORIGIN for one in candidates):
        return (Problem("crs.local", Severity.WARNING, where, 1),)
    return ()


def _denied(crs: Crs, extent: Extent) -> str:
    """Return the code of a contradiction between a system and the coordinates, or nothing."""
    if crs.is_geographic:
        return "" if grid_degrees(extent, crs) is not None else "crs.metres-in-degrees"
    wide = max(extent.width, extent.height) > 1e-9
    if within(extent, WORLD_DEGREES) and (wide or extent.center != (0.0, 0.0)):
        return "crs.degrees-in-metres"
    return ""


def _declared_confidence(crs: Crs, extent: Extent, reference: Extent | None) -> float:
    """Return how sure a declared system is among others that would put the data elsewhere."""
    lonlat = grid_degrees(extent, crs)
    if lonlat is None:
        return _FAR_FROM_HOME
    areas, places = _areas_of_use(crs), Places(reference)
    home = _at_home(areas, *lonlat)
    if areas and not home.any() and not places.shows(*lonlat):
        return _FAR_FROM_HOME
    at_home = _IN_ITS_AREA / max(sum(area_km2(area) for area in areas), 1.0) if areas else 0.0
    expected = np.maximum(places.density(*lonlat), np.where(home, at_home, 0.0))
    weight = _TRUST * float(expected.mean())
    rivals = sum(
        weight_of(system, extent, places)
        for system in systems_for(reference)
        if (system.crs != crs or system.swapped) and not _same_place(system, crs)
    )
    share = weight / (weight + rivals) if weight + rivals else 1.0
    return 1.0 if share > _SURE else round(share, 2)


def _same_place(system: System, crs: Crs) -> bool:
    """Whether two systems are both of degrees, some hundred metres apart: no rivals."""
    return system.crs.is_geographic and crs.is_geographic and not system.swapped


def _areas_of_use(crs: Crs) -> tuple[Extent, ...]:
    """Return the area a system is made for, in two parts where it crosses the antimeridian."""
    area = crs.proj.area_of_use
    if area is None:
        return ()
    if area.west <= area.east:
        return (Extent(area.west, area.south, area.east, area.north),)
    return (
        Extent(area.west, area.south, 180.0, area.north),
        Extent(-180.0, area.south, area.east, area.north),
    )


def _at_home(
    areas: tuple[Extent, ...], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return which points lie in an area of use, or near it."""
    found = np.zeros(lon.shape, np.bool_)
    for area in areas:
        found |= inside(area.padded(_AREA_MARGIN_DEG), lon, lat)
    return found


def _doubt(
    crs: Crs,
    extent: Extent,
    where: str,
    candidates: tuple[CrsCandidate, ...],
    confidence: float,
) -> tuple[Problem, ...]:
    """Return a warning where coordinates lie far outside the area a system is made for."""
    params = {"declared": crs.id or crs.name}
    best = candidates[0] if candidates else None
    if crs == WGS84 and best is not None and best.swapped and confidence < 0.5:
        return (Problem("crs.axes-swapped", Severity.WARNING, where, 1),)
    areas, lonlat = _areas_of_use(crs), grid_degrees(extent, crs)
    if lonlat is None or (areas and not _at_home(areas, *lonlat).any()):
        return (Problem("crs.outside-area", Severity.WARNING, where, 1, params),)
    if best is not None and confidence < 0.5 and best.crs != crs:
        likelier = {**params, "crs": best.crs.id}
        return (Problem("crs.elsewhere", Severity.WARNING, where, 1, likelier),)
    return ()


def _way_problems(crs: Crs, where: str) -> tuple[Problem, ...]:
    """Say when the way to WGS 84 is missing or less exact than it could be."""
    params: dict[str, str | float] = {"declared": crs.id or crs.name}
    try:
        way = transformation(crs, WGS84)
    except CrsMismatch:
        return (Problem("crs.no-way", Severity.WARNING, where, 1, params),)
    if way.missing_grid and way.accuracy_m is not None:
        params |= {"accuracy": f"{way.accuracy_m:g}", "grid": way.missing_grid}
        return (Problem("crs.coarse-way", Severity.INFO, where, 1, params),)
    return ()


@cache
def offered() -> tuple[Crs, ...]:
    """Return the systems offered in lists, most used in the region first, all usable."""
    return tuple(Crs(code) for code in crs_match.FAMILIAR if _is_usable(Crs(code)))


def _is_usable(crs: Crs) -> bool:
    try:
        transformation(crs, WGS84)
    except CrsMismatch:
        return False
    return True

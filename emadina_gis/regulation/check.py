"""Checking a planning document that reads: gaps, doubts and contradictions, as `Problem` values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.errors import Problem, Severity
from emadina_gis.regulation.lookup import rule_of
from emadina_gis.regulation.model import Condition
from emadina_gis.regulation.ruling import ruling_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.regulation.model import PlanningDocument, Rule, Sector, Text

_LOT, _RAW = Condition(lot=True), Condition(lot=False)
_NEEDED = ("levels", "max_height_m", "front_setback_m", "limit_distance_m")
_STOREY_M = 2.6  # the lowest ceiling a storey may have, without its slab


def check_document(document: PlanningDocument) -> tuple[Problem, ...]:
    """Return what is missing, doubtful or contradictory in a document, most serious first.

    Errors are values without which a capacity is wrong; warnings are doubts that every result
    tells; information is what a careful reader would still complete.
    """
    found = [*_document_problems(document)]
    for sector in document.sectors:
        found.extend(_sector_problems(document, sector))
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
    return tuple(sorted(found, key=lambda problem: order[problem.severity]))


def _document_problems(document: PlanningDocument) -> Iterator[Problem]:
    without_page = sum(not rule.citation.page for rule in _all_rules(document))
    if without_page:
        yield Problem("zoning.no-page", Severity.INFO, document.id, without_page)
    unverified = sum(not rule.citation.verified_by for rule in _all_rules(document))
    if unverified:
        yield Problem("zoning.unverified", Severity.WARNING, document.id, unverified)
    for zone in document.zones.values():
        used = any(s.zone is zone and s.no_number is None for s in document.sectors)
        if used and zone.forbidden is None:
            yield Problem("zoning.no-forbidden-uses", Severity.WARNING, zone.code)
        elif zone.forbidden is not None and not zone.forbidden.listed:
            yield Problem("zoning.forbidden-not-listed", Severity.INFO, zone.code)
        if not _complete(zone.title):
            yield Problem("zoning.translation", Severity.INFO, zone.code)


def _all_rules(document: PlanningDocument) -> Iterator[Rule]:
    yield from document.rules
    for zone in document.zones.values():
        yield from zone.rules
    for sector in document.sectors:
        yield from sector.rules


def _complete(text: Text) -> bool:
    return bool(text.fr and text.ar and text.en)


def _sector_problems(document: PlanningDocument, sector: Sector) -> Iterator[Problem]:
    if not _complete(sector.title):
        yield Problem("zoning.translation", Severity.INFO, sector.code)
    if sector.no_number is not None or sector.mix:
        return
    for kind in _NEEDED:
        if rule_of(document, sector, kind) is None:
            yield Problem("zoning.gap", Severity.ERROR, sector.code, params={"kind": kind})
    for rule in sector.rules:
        if rule.citation.flag in {"assumed", "to_check"}:
            params = {"kind": rule.kind, "article": rule.citation.article}
            yield Problem("zoning.flagged", Severity.WARNING, sector.code, params=params)
    yield from _contradictions(document, sector)


def _contradictions(document: PlanningDocument, sector: Sector) -> Iterator[Problem]:
    ruling = ruling_of(document, sector, Condition())
    if ruling.max_height_m < _STOREY_M * (ruling.levels + 1):
        params = {"levels": ruling.levels, "height_m": ruling.max_height_m}
        yield Problem("zoning.height-too-low", Severity.ERROR, sector.code, params=params)
    for side in (0, 1):
        reachable = ruling.coverage[side] * (ruling.levels + 1)
        if reachable * (1 + 1e-9) < ruling.floor_ratio[side] < float("inf"):
            params = {"floor_ratio": ruling.floor_ratio[side], "reachable": reachable}
            yield Problem("zoning.ratio-out-of-reach", Severity.WARNING, sector.code, params=params)
            return

"""Checking a planning document that reads: gaps, doubts and contradictions, as `Problem` values.

Each finding names its place in ``params["place"]``. Errors are values without which a capacity is
wrong: the sectors they concern are given no number.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from emadina_gis.errors import Problem, Severity, ZoningError
from emadina_gis.regulation.consistency import (
    contradictions_of,
    heights_of,
    units_of,
    unreachable_of,
)
from emadina_gis.regulation.cross_references import (
    Numbering,
    alike_of,
    foreign_citations_of,
    names_of,
    natures_of,
    numbering_of,
    references_of,
    statements_of,
)
from emadina_gis.regulation.gaps import doubts_of, gaps_of, unprinted_of
from emadina_gis.regulation.life import life_problems_of
from emadina_gis.regulation.places import place_of_sector, sectors_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from emadina_gis.regulation.model import PlanningDocument

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
#: What an incomplete document may lack without being refused: it says so itself.
_GAPS = frozenset({"zoning.gap", "zoning.no-sectors"})


def check_document(document: PlanningDocument) -> tuple[Problem, ...]:
    """Return what is missing, doubtful or contradictory in a document, most serious first.

    Errors are values without which a capacity is wrong; warnings are doubts that every result
    tells; information is what a careful reader would still complete.
    """
    found = [*_errors(document), *_warnings(document)]
    return tuple(sorted(found, key=lambda problem: _ORDER[problem.severity]))


def _errors(document: PlanningDocument) -> Iterator[Problem]:
    if not document.sectors:
        yield Problem("zoning.no-sectors", Severity.ERROR, document.id, params={"place": "sector"})
    yield from contradictions_of(document)
    for sector in document.sectors:
        gaps = list(gaps_of(document, sector))
        yield from gaps
        if not gaps:
            yield from heights_of(document, sector)


def _warnings(document: PlanningDocument) -> Iterator[Problem]:
    numbering = Numbering(document)
    for sector in document.sectors:
        yield from unprinted_of(document, sector)
    yield from unreachable_of(document)
    yield from units_of(document)
    yield from statements_of(document)
    yield from references_of(document, numbering)
    yield from foreign_citations_of(document)
    yield from names_of(document)
    yield from alike_of(document)
    yield from natures_of(document, numbering)
    yield from numbering_of(document, numbering)
    yield from life_problems_of(document)
    yield from doubts_of(document)


@lru_cache(maxsize=64)
def _errors_by_sector(document: PlanningDocument) -> Mapping[str, tuple[Problem, ...]]:
    """Return the errors of each sector that has any; a mix has those of its parts."""
    found: dict[str, tuple[Problem, ...]] = {}
    for problem in _errors(document):
        if problem.severity is Severity.ERROR:
            for code in sectors_at(document, str(problem.params["place"])):
                found[code] = (*found.get(code, ()), problem)
    for sector in document.sectors:
        of_parts = [p for code, _share in sector.mix for p in found.get(code, ())]
        if of_parts:
            found[sector.code] = (*found.get(sector.code, ()), *of_parts)
    return found


def sectors_in_error(document: PlanningDocument) -> frozenset[str]:
    """Return the codes of the sectors whose numbers cannot be relied on: they are given none.

    A mix of a sector in error is in error too.
    """
    return frozenset(_errors_by_sector(document))


def errors_of_sector(document: PlanningDocument, code: str) -> tuple[Problem, ...]:
    """Return why a sector is given no number; empty where its rules can be relied on."""
    return _errors_by_sector(document).get(code, ())


def refuse_unsound(document: PlanningDocument) -> None:
    """Refuse a document with a gap or a contradiction, with the place of the first one.

    A document that says itself that it is incomplete may have gaps, never contradictions: sectors
    with a gap are given no number.

    Raises
    ------
    ZoningError
        ``zoning.unsound-`` and the name of the finding, with its parameters.
    """
    errors = [p for p in _errors(document) if p.severity is Severity.ERROR]
    if not document.identity.is_complete:
        errors = [problem for problem in errors if problem.code not in _GAPS]
    if errors:
        name = errors[0].code.removeprefix("zoning.")
        raise ZoningError(f"zoning.unsound-{name}", document=document.id, **errors[0].params)


def check_sectors(document: PlanningDocument, counts: Mapping[str, int]) -> tuple[Problem, ...]:
    """Return the sectors of a map that a document lacks, and those that no map has.

    Parameters
    ----------
    document : PlanningDocument
        The document.
    counts : mapping
        How many parcels are of each sector.
    """
    unknown = [
        Problem("zoning.sector-without-document", Severity.WARNING, code, count)
        for code, count in counts.items()
        if document.index_of(code) < 0
    ]
    unused = [
        Problem(
            "zoning.sector-without-land",
            Severity.INFO,
            sector.code,
            params={"place": place_of_sector(sector)},
        )
        for sector in document.sectors
        if not counts.get(sector.code)
    ]
    return (*unknown, *unused)

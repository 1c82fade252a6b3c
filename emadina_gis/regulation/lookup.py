"""Which rule bites: the most local one, then the most precise, then the last printed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from emadina_gis.regulation.model import ANYWHERE, Citation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from emadina_gis.regulation.model import Condition, PlanningDocument, Rule, Sector


def rule_of(
    document: PlanningDocument, sector: Sector, kind: str, case: Condition = ANYWHERE
) -> Rule | None:
    """Return the rule of a kind that applies to a sector in a case, or None.

    Parameters
    ----------
    document : PlanningDocument
        The document.
    sector : Sector
        One of its sectors.
    kind : str
        A name of `kinds.KINDS`.
    case : Condition
        What is known of the parcel: its regime, its use (the first one counts), its widest road.
    """
    return winner(rules_by_kind(document, sector).get(kind, ()), case, sector.zone.default_use)


@lru_cache(maxsize=1024)
def rules_by_kind(
    document: PlanningDocument, sector: Sector
) -> Mapping[str, tuple[tuple[int, Rule], ...]]:
    """Return the rules that bite a sector with their scopes, by kind (see `rules_of`)."""
    found: dict[str, tuple[tuple[int, Rule], ...]] = {}
    for scope, rule in document.rules_of(sector):
        found[rule.kind] = (*found.get(rule.kind, ()), (scope, rule))
    return found


def winner(
    scoped: Iterable[tuple[int, Rule]], case: Condition, default_use: str = "housing"
) -> Rule | None:
    """Return which of some rules of one kind, with their scopes, applies in a case, or None."""
    use = case.uses[0] if case.uses else default_use
    road_width_m = case.road_width_min_m
    found: Rule | None = None
    rank = (-1, -1)
    for scope, rule in scoped:
        if not rule.condition.holds(lot=case.lot, use=use, road_width_m=road_width_m):
            continue
        if (scope, rule.condition.precision) >= rank:
            found, rank = rule, (scope, rule.condition.precision)
    return found


def cite(
    document: PlanningDocument, sector: str, kind: str, case: Condition = ANYWHERE
) -> Citation | None:
    """Return where the rule of a kind is printed for a sector, or None if there is no such rule.

    Raises
    ------
    ZoningError
        If the document has no such sector.
    """
    found = document.sector(sector)
    if found.no_number is not None:
        return found.no_number
    if found.mix and found.mix_citation is not None and kind in {"coverage", "floor_ratio"}:
        return found.mix_citation
    rule = rule_of(document, _representative(document, found), kind, case)
    return None if rule is None else rule.citation


def _representative(document: PlanningDocument, sector: Sector) -> Sector:
    """Return the sector whose rules speak for a mix: its largest part."""
    if not sector.mix:
        return sector
    code, _share = max(sector.mix, key=lambda part: part[1])
    return document.sector(code)

"""What a planning document does not say: missing values, values not printed, texts not read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emadina_gis.errors import Problem, Severity
from emadina_gis.regulation.lookup import rule_of, rules_by_kind, winner
from emadina_gis.regulation.model import ANYWHERE, Condition
from emadina_gis.regulation.places import all_rules, place_of_sector, place_of_zone

if TYPE_CHECKING:
    from emadina_gis.regulation.model import PlanningDocument, Rule, Sector, Text, Zone

#: Kinds without which no capacity can be computed, by form.
NEEDED = ("levels", "max_height_m", "front_setback_m", "limit_distance_m", "limit_height_ratio")
_NEEDED_ON_BAND = ("band_depth_m", "prospect_factor")
_RATIOS = ("coverage", "floor_ratio")
_PLOTS = ("min_plot_m2", "min_frontage_m")
_REGIMES = (True, False)


def needed_by(sector: Sector) -> tuple[str, ...]:
    """Return the kinds of rule without which a sector's capacity cannot be computed."""
    return (*NEEDED, *_NEEDED_ON_BAND) if sector.form.startswith("band") else NEEDED


def gaps_of(document: PlanningDocument, sector: Sector) -> Iterator[Problem]:
    """Yield what is missing of a sector for a capacity: each is an error."""
    if sector.no_number is not None or sector.mix:
        return
    place = place_of_sector(sector)
    if sector.form == "none":
        params = {"kind": "form", "place": place}
        yield Problem("zoning.gap", Severity.ERROR, sector.code, params=params)
    for kind in needed_by(sector):
        if rule_of(document, sector, kind) is None:
            params = {"kind": kind, "place": place}
            yield Problem("zoning.gap", Severity.ERROR, sector.code, params=params)


def unprinted_of(document: PlanningDocument, sector: Sector) -> Iterator[Problem]:
    """Yield what a sector's values are not backed by in the printed text."""
    if sector.no_number is not None or sector.mix:
        return
    for kind in needed_by(sector):
        yield from _not_printed(document, sector, kind, ANYWHERE)
    for kind in _RATIOS:
        for lot in _REGIMES:
            yield from _ratio(document, sector, kind, Condition(lot=lot))
    for kind in _PLOTS:
        yield from _unlike_others(document, sector, kind)


def _is_printed(rule: Rule) -> bool:
    return rule.citation.flag != "assumed"


def _printed(
    document: PlanningDocument, sector: Sector, kind: str, case: Condition
) -> tuple[Rule | None, Rule | None]:
    """Return the rule that is used and the one that would be were only the printed ones read."""
    scoped = rules_by_kind(document, sector).get(kind, ())
    printed = [(scope, rule) for scope, rule in scoped if _is_printed(rule)]
    use = sector.zone.default_use
    return winner(scoped, case, use), winner(printed, case, use)


def _not_printed(
    document: PlanningDocument, sector: Sector, kind: str, case: Condition
) -> Iterator[Problem]:
    used, printed = _printed(document, sector, kind, case)
    if used is None or printed is not None:
        return
    params = {"kind": kind, "place": used.place, "article": used.citation.article}
    yield Problem("zoning.not-printed", Severity.WARNING, sector.code, params=params)


def _ratio(
    document: PlanningDocument, sector: Sector, kind: str, case: Condition
) -> Iterator[Problem]:
    used, printed = _printed(document, sector, kind, case)
    if printed is not None or _is_unlimited(sector, kind, case):
        return
    if used is not None:
        params = {"kind": kind, "place": used.place, "article": used.citation.article}
        yield Problem("zoning.not-printed", Severity.WARNING, sector.code, params=params)
        return
    regime = "lot" if case.lot else "raw"
    params = {"kind": kind, "place": place_of_sector(sector), "regime": regime}
    yield Problem("zoning.ratio-not-said", Severity.WARNING, sector.code, params=params)


def _is_unlimited(sector: Sector, kind: str, case: Condition) -> bool:
    return any(
        item.kind == kind and item.condition.lot in (None, case.lot)
        for item in (*sector.unlimited, *sector.zone.unlimited)
    )


def _unlike_others(document: PlanningDocument, sector: Sector, kind: str) -> Iterator[Problem]:
    """Yield a kind that other sectors of the zone print and this one does not."""
    if _printed(document, sector, kind, ANYWHERE)[1] is not None:
        return
    if _is_unlimited(sector, kind, ANYWHERE):
        return
    others = [
        other.code
        for other in document.sectors
        if other.zone is sector.zone
        and not other.mix
        and _printed(document, other, kind, ANYWHERE)[1] is not None
    ]
    if others:
        params = {"kind": kind, "place": place_of_sector(sector), "others": ", ".join(others)}
        yield Problem("zoning.unlike-others", Severity.WARNING, sector.code, params=params)


def doubts_of(document: PlanningDocument) -> Iterator[Problem]:
    """Yield what a careful reader would still complete: flags, pages, verifiers, translations."""
    if not document.identity.is_complete:
        yield Problem("zoning.incomplete", Severity.WARNING, document.id)
    rules = list(all_rules(document))
    without_page = sum(not rule.citation.page for rule in rules)
    if without_page:
        yield Problem("zoning.no-page", Severity.INFO, document.id, without_page)
    unverified = sum(not rule.citation.verified_by for rule in rules)
    if unverified:
        yield Problem("zoning.unverified", Severity.WARNING, document.id, unverified)
    for sector in document.sectors:
        yield from _flagged(sector)
        if not _is_translated(sector.title):
            yield _untranslated(sector.code, place_of_sector(sector))
    for zone in document.zones.values():
        yield from _zone_doubts(document, zone)
    unread = sum(not article.topics and not article.parts for article in document.printed.articles)
    if unread:
        yield Problem("zoning.articles-not-read", Severity.INFO, document.id, unread)


def _flagged(sector: Sector) -> Iterator[Problem]:
    doubtful = [rule for rule in sector.rules if rule.citation.flag == "to_check"]
    if doubtful:
        params = {"place": place_of_sector(sector)}
        yield Problem("zoning.to-check", Severity.WARNING, sector.code, len(doubtful), params)


def _zone_doubts(document: PlanningDocument, zone: Zone) -> Iterator[Problem]:
    place = {"place": place_of_zone(zone)}
    used = [s for s in document.sectors if s.zone is zone and s.no_number is None]
    if used and zone.forbidden is None:
        yield Problem("zoning.no-forbidden-uses", Severity.WARNING, zone.code, params=place)
    elif zone.forbidden is not None and not zone.forbidden.listed:
        yield Problem("zoning.forbidden-not-listed", Severity.INFO, zone.code, params=place)
    if not _is_translated(zone.title):
        yield _untranslated(zone.code, place_of_zone(zone))
    if not any(sector.zone is zone for sector in document.sectors):
        yield Problem("zoning.zone-empty", Severity.WARNING, zone.code, params=place)
    rules = [rule for sector in used for rule in (*zone.rules, *sector.rules)]
    if any(rule.kind == "floor_ratio" for rule in rules) and not _says_base(document, zone):
        yield Problem("zoning.no-ratio-base", Severity.WARNING, zone.code, params=place)


def _says_base(document: PlanningDocument, zone: Zone) -> bool:
    """Whether the text says of which land a ratio is a share; land that is divided says it anew."""
    if zone.ratio_base is not None:
        return True
    divided = any(rule.kind == "strip_share" and rule.value > 0 for rule in zone.rules)
    return document.printed.ratio_base is not None and not divided


def _is_translated(text: Text) -> bool:
    return bool(text.fr and text.ar and text.en)


def _untranslated(where: str, place: str) -> Problem:
    return Problem("zoning.translation", Severity.INFO, where, params={"place": place})

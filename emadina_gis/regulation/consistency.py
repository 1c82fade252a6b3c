"""Rules of a planning document that contradict each other, are never read, or look mistyped."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import combinations, product
from typing import TYPE_CHECKING

from emadina_gis.errors import Problem, Severity
from emadina_gis.regulation.kinds import KINDS, USES
from emadina_gis.regulation.lookup import rules_by_kind, winner
from emadina_gis.regulation.model import Condition
from emadina_gis.regulation.places import all_rules, place_of_sector
from emadina_gis.regulation.ruling import RULED, RULED_BY_REGIME, ruling_of

if TYPE_CHECKING:
    from emadina_gis.regulation.model import PlanningDocument, Rule, Sector
    from emadina_gis.regulation.ruling import Ruling

_STOREY_MIN_M = 2.6  # the lowest ceiling a storey may have, without its slab
_STOREY_MAX_M = 8.0  # above, the height was given in another unit or for other levels
_ROAD_MAX_M = 150.0  # no street is wider


def contradictions_of(document: PlanningDocument) -> Iterator[Problem]:
    """Yield two rules of one scope that hold in the same case with different values."""
    scopes = [document.rules]
    scopes += [zone.rules for zone in document.zones.values()]
    scopes += [sector.rules for sector in document.sectors]
    scopes += [line.rules for line in document.printed.linear_rules]
    for rules in scopes:
        for one, other in combinations(rules, 2):
            if one.kind == other.kind and _contradict(one, other):
                yield _contradiction(one, other)


def _contradict(one: Rule, other: Rule) -> bool:
    if one.value == other.value or one.condition.precision != other.condition.precision:
        return False
    first, second = one.condition, other.condition
    if not _overlap(first, second):
        return False
    return not (_implies(first, second) or _implies(second, first))


def _overlap(one: Condition, other: Condition) -> bool:
    lots = None in (one.lot, other.lot) or one.lot == other.lot
    uses = not one.uses or not other.uses or bool(set(one.uses) & set(other.uses))
    return lots and uses


def _implies(one: Condition, other: Condition) -> bool:
    """Whether all cases of one condition are cases of the other."""
    lots = other.lot is None or one.lot == other.lot
    uses = not other.uses or (bool(one.uses) and set(one.uses) <= set(other.uses))
    road, wanted = one.road_width_min_m, other.road_width_min_m
    return lots and uses and (wanted is None or (road is not None and road >= wanted))


def _contradiction(one: Rule, other: Rule) -> Problem:
    params = {
        "kind": one.kind,
        "place": other.place,
        "other": one.place,
        "value": other.value,
        "other_value": one.value,
    }
    return Problem("zoning.contradiction", Severity.ERROR, other.place, params=params)


def heights_of(document: PlanningDocument, sector: Sector) -> Iterator[Problem]:
    """Yield levels that do not fit the height, and ratios that no envelope can reach."""
    if sector.no_number is not None or sector.mix:
        return
    rulings = {case: ruling_of(document, sector, case) for case in _cases_of_sector(sector)}
    seen: set[tuple[int, float]] = set()
    for ruling in rulings.values():
        if (ruling.levels, ruling.max_height_m) not in seen:
            yield from _height_problems(sector, ruling)
        seen.add((ruling.levels, ruling.max_height_m))
    yield from _reach_problems(sector, rulings[Condition()])


def _cases_of_sector(sector: Sector) -> list[Condition]:
    """Return the plain case and those for which levels or height are printed apart."""
    rules = [r for r in (*sector.zone.rules, *sector.rules) if r.kind in ("levels", "max_height_m")]
    cases = {Condition(): None}
    for rule in rules:
        for use in rule.condition.uses or ("",):
            uses = (use,) if use else ()
            cases[Condition(uses=uses, road_width_min_m=rule.condition.road_width_min_m)] = None
    return list(cases)


def _height_problems(sector: Sector, ruling: Ruling) -> Iterator[Problem]:
    params = {
        "levels": ruling.levels,
        "height_m": ruling.max_height_m,
        "place": place_of_sector(sector),
    }
    storeys = ruling.levels + 1
    if ruling.max_height_m < _STOREY_MIN_M * storeys:
        yield Problem("zoning.height-too-low", Severity.ERROR, sector.code, params=params)
    elif ruling.max_height_m > _STOREY_MAX_M * storeys:
        yield Problem("zoning.height-too-high", Severity.WARNING, sector.code, params=params)


def _reach_problems(sector: Sector, ruling: Ruling) -> Iterator[Problem]:
    for side in (0, 1):
        reachable = ruling.coverage[side] * (ruling.levels + 1)
        if reachable * (1 + 1e-9) < ruling.floor_ratio[side] < math.inf:
            params = {
                "floor_ratio": ruling.floor_ratio[side],
                "reachable": reachable,
                "place": place_of_sector(sector),
            }
            yield Problem("zoning.ratio-out-of-reach", Severity.WARNING, sector.code, params=params)
            return


def units_of(document: PlanningDocument) -> Iterator[Problem]:
    """Yield values that look like another unit: hectares, centimetres, percentages."""
    for rule in all_rules(document):
        usual = KINDS[rule.kind].usual
        if usual is None or rule.value == 0 or usual[0] <= rule.value <= usual[1]:
            continue
        params = {
            "kind": rule.kind,
            "place": rule.place,
            "value": rule.value,
            "low": usual[0],
            "high": usual[1],
        }
        yield Problem("zoning.unit", Severity.WARNING, rule.place, params=params)


def unreachable_of(document: PlanningDocument) -> Iterator[Problem]:
    """Yield rules that decide in no case: shadowed by others, or under a condition never met."""
    reached = {
        found.place for sector in _with_numbers(document) for found in _deciding(document, sector)
    }
    scopes = [document.rules]
    scopes += [sector.zone.rules for sector in _with_numbers(document)]
    scopes += [sector.rules for sector in document.sectors]
    listed = {rule.place: rule for rules in scopes for rule in rules}
    for place, rule in listed.items():
        if place not in reached:
            params = {"kind": rule.kind, "place": place, "article": rule.citation.article}
            yield Problem("zoning.unreachable", Severity.WARNING, place, params=params)


def _with_numbers(document: PlanningDocument) -> Iterable[Sector]:
    return [s for s in document.sectors if s.no_number is None and not s.mix]


def _deciding(document: PlanningDocument, sector: Sector) -> Iterator[Rule]:
    """Yield the rules of a sector that decide in one case or another."""
    for kind, scoped in rules_by_kind(document, sector).items():
        for case in _cases(kind, [rule.condition for _scope, rule in scoped]):
            found = winner(scoped, case, sector.zone.default_use)
            if found is not None:
                yield found


def _cases(kind: str, conditions: list[Condition]) -> Iterator[Condition]:
    """Yield the cases that can tell some conditions of a kind of rule apart."""
    lots: tuple[bool | None, ...] = (None,)
    by_lot = kind in RULED_BY_REGIME or kind not in RULED
    if by_lot and any(condition.lot is not None for condition in conditions):
        lots = (True, False)
    has_uses = any(condition.uses for condition in conditions)
    uses: list[tuple[str, ...]] = [(use,) for use in USES] if has_uses else [()]
    widths = {condition.road_width_min_m for condition in conditions} - {None}
    met = [width for width in widths if width is not None and width <= _ROAD_MAX_M]
    for lot, use, width in product(lots, uses, (None, *sorted(met))):
        yield Condition(lot=lot, uses=use, road_width_min_m=width)

"""How the totals of a balance come about: sums over sectors, take-up by class of land, people.

Reads a summary's groups; computes no parcel. It knows no words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.simulation.derivation import (
    COEFFICIENT,
    GROUP,
    Derivation,
    Quantity,
    Step,
    plus,
    times,
)
from emadina_gis.simulation.totals import FIGURES, MEASURES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from emadina_gis.simulation.totals import Summary, Totals

UNITS = {"net_floor_area_m2": "m2", "dwellings": "dwellings", "people": "people"}
#: Totals beside the four figures that can be explained.
OTHERS = {"parking_places": "places", "to_acquire_m2": "m2", "free_cession_m2": "m2"}
#: Classes of land that are taken up, and the coefficient that says how much.
TAKEN = {name: f"take_up_{name}" for name in ("free", "raw", "rebuild", "raise")}
_LEAST = {"m2": 0, "dwellings": 0, "people": 0, "places": 0}


def explain_total(summary: Summary, figure: str, measure: str) -> Derivation | None:
    """Return how a total comes about; None for one that is not known.

    Parameters
    ----------
    summary : Summary
    figure : str
        One of `FIGURES` or of `OTHERS`.
    measure : str
        One of `MEASURES`; ignored for the others.
    """
    if figure in OTHERS:
        unit = OTHERS[figure]
        return Derivation(_by_sector(summary, lambda totals: totals.other(figure), figure, unit))
    if figure not in FIGURES or measure not in MEASURES:
        return None
    if figure == "expected":
        return Derivation(_expected(summary, measure))
    if measure == "people" and figure != "existing":
        return Derivation(_people(summary, figure))
    return Derivation(_figure_by_sector(summary, figure, measure))


def _figure_by_sector(summary: Summary, figure: str, measure: str) -> tuple[Step, ...]:
    def value(totals: Totals) -> float:
        return totals.value(measure, figure)

    return _by_sector(summary, value, figure, UNITS[measure])


def _by_sector(
    summary: Summary, value: Callable[[Totals], float], key: str, unit: str
) -> tuple[Step, ...]:
    parts = _groups(summary.by_sector, value, "sector", unit)
    result = Quantity(key, value(summary.total), unit, least=_LEAST[unit])
    return (Step(result, plus(*parts), "sum"),) if parts else ()


def _groups(
    groups: Mapping[str, Totals], value: Callable[[Totals], float], key: str, unit: str
) -> list[Quantity]:
    """Return the groups that have something, the largest first."""
    found = [
        Quantity(key, value(totals), unit, GROUP, name, least=_LEAST[unit])
        for name, totals in groups.items()
        if value(totals)
    ]
    return sorted(found, key=lambda part: -abs(part.value))


def _people(summary: Summary, figure: str) -> tuple[Step, ...]:
    dwellings = _figure_by_sector(summary, figure, "dwellings")
    if not dwellings:
        return ()
    total = dwellings[0].result
    named = Quantity("dwellings_total", total.value, "dwellings", least=0)
    first = Step(named, dwellings[0].expression, "sum")
    factors = _factors(summary)
    result = Quantity(figure, summary.total.value("people", figure), "people", least=0)
    return first, Step(result, times(named, *factors), "people")


def _factors(summary: Summary) -> tuple[Quantity, ...]:
    parameters = summary.outcome.parameters
    return tuple(
        Quantity(key, parameters[key], unit, COEFFICIENT, key, least=3)
        for key, unit in (("occupied_share", ""), ("household_size", "people_per_household"))
    )


def _expected(summary: Summary, measure: str) -> tuple[Step, ...]:
    """Return existing plus, class by class, take-up times addition."""
    unit, parameters = UNITS[measure], summary.outcome.parameters
    before = _figure_by_sector(summary, "existing", measure)
    standing = summary.total.value(measure, "existing")
    existing = Quantity("existing", standing, unit, least=0)
    taken = []
    for name, key in TAKEN.items():
        totals = summary.by_class.get(name)
        addition = 0.0 if totals is None else totals.value(measure, "addition")
        if addition:
            share = Quantity(key, parameters[key], "", COEFFICIENT, key, least=3)
            taken.append(times(share, Quantity("class", addition, unit, GROUP, name, least=0)))
    expression = plus(existing, *taken)
    result = Quantity("expected", summary.total.value(measure, "expected"), unit, least=0)
    return (*before, Step(result, expression, "expected"))

"""The few figures of the balance: what a card says of a total, beside the reference's.

Owns which figures stand in a balance and their texts; totals are the simulation's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.report.totals import amount_of
from emadina_gis.simulation.totals import FIGURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.simulation.totals import Totals
    from emadina_gis.words import Words

MEASURES = ("dwellings", "people", "net_floor_area_m2")
#: Unit told beside a figure; dwellings and people are named by the measure itself.
UNITS = {"dwellings": "", "people": "", "net_floor_area_m2": "ha"}
M2_PER_HA = 10_000.0
ARROW = {"fr": "→", "en": "→", "ar": "←"}
_SMALLEST = 0.5


@dataclass(frozen=True)
class Card:
    """One figure: its name, the headline, what is told below, and whether it is a difference."""

    key: str
    title: str
    headline: str
    below: str
    is_difference: bool = False


def factor_of(measure: str) -> float:
    """Return what a total is divided by to be shown: floor area in hectares."""
    return M2_PER_HA if UNITS[measure] == "ha" else 1.0


def decimals_of(measure: str) -> int:
    """Return the decimals of a measure."""
    return 1 if UNITS[measure] == "ha" else 0


def cards(active: Totals, reference: Totals | None, measure: str, words: Words) -> tuple[Card, ...]:
    """Return at most six cards: the four figures of a measure, parking, and land to acquire.

    Parameters
    ----------
    active : Totals
        Of the scenario that is shown.
    reference : Totals or None
        Of the reference; None where it is the one that is shown.
    """
    four = tuple(_figure_card(active, reference, measure, figure, words) for figure in FIGURES)
    return (
        *four,
        _other_card(active, reference, "parking_places", "", words),
        _other_card(active, reference, "to_acquire_m2", "ha", words),
    )


def _figure_card(
    active: Totals, reference: Totals | None, measure: str, figure: str, words: Words
) -> Card:
    factor, decimals, unit = factor_of(measure), decimals_of(measure), UNITS[measure]
    amount = amount_of(active, measure, figure)
    value = _scaled(amount.value, factor)
    before = None
    if reference is not None:
        before = _scaled(amount_of(reference, measure, figure).value, factor)
    low, high = _scaled(amount.low, factor), _scaled(amount.high, factor)
    span = words.span(low, high, "", decimals) if amount.has_range else ""
    title = words.text(f"balance.figure.{figure}")
    return _card(figure, title, _Values(value, before, span, unit, decimals), words)


def _other_card(
    active: Totals, reference: Totals | None, name: str, unit: str, words: Words
) -> Card:
    factor = M2_PER_HA if unit == "ha" else 1.0
    value = _other(active, name, factor)
    before = None if reference is None else _other(reference, name, factor)
    decimals = 1 if unit == "ha" else 0
    title = words.text(f"balance.other.{name}")
    return _card(name, title, _Values(value, before, "", unit, decimals), words)


def _other(totals: Totals, name: str, factor: float) -> float | None:
    return totals.other(name) / factor if totals.is_known else None


@dataclass(frozen=True)
class _Values:
    value: float | None
    before: float | None
    span: str
    unit: str
    decimals: int


def _card(key: str, title: str, values: _Values, words: Words) -> Card:
    decimals = values.decimals
    whole = amount_said(values.value, values.unit, decimals, words)
    changed = (
        values.value is not None
        and values.before is not None
        and abs(values.value - values.before) >= _SMALLEST * 10.0**-decimals
    )
    if not changed or values.value is None or values.before is None:
        unchanged = "" if values.before is None else words.text("balance.unchanged")
        below = "\n".join(part for part in (values.span, unchanged) if part)
        return Card(key, title, whole, below)
    difference = values.value - values.before
    headline = amount_said(difference, values.unit, decimals, words, signed=True)
    from_to = words.text(
        "balance.from-to",
        before=words.number(values.before, decimals),
        after=words.number(values.value, decimals),
        arrow=ARROW[words.language],
    )
    below = "\n".join(part for part in (from_to, values.span) if part)
    return Card(key, title, headline, below, is_difference=True)


def amount_said(
    value: float | None, unit: str, decimals: int, words: Words, *, signed: bool = False
) -> str:
    """Return an amount with its unit where it has one."""
    if not unit:
        return words.number(value, decimals, signed=signed)
    return words.quantity(value, unit, decimals, signed=signed)


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value / factor


@dataclass(frozen=True)
class GroupFigures:
    """A sector, a commune or a class of land: what stands, what is added, and the difference."""

    key: str
    existing: float
    addition: float
    difference: float | None
    is_known: bool = True


def groups(
    active: Mapping[str, Totals],
    reference: Mapping[str, Totals] | None,
    measure: str,
    figure: str = "addition",
) -> tuple[GroupFigures, ...]:
    """Return the figures of groups, those with the largest capacity first."""
    factor = factor_of(measure)
    keys = dict.fromkeys((*active, *(reference or {})))
    found = []
    for key in keys:
        totals = active.get(key)
        before = None if reference is None else reference.get(key)
        existing = totals.value(measure, "existing") / factor if totals else 0.0
        now = totals.value(measure, figure) / factor if totals else 0.0
        old = before.value(measure, figure) / factor if before else 0.0
        known = totals is None or totals.has(figure)
        gained = None if reference is None or not known else now - old
        found.append(GroupFigures(key, existing, now, gained, known))
    return tuple(sorted(found, key=lambda group: -(group.existing + group.addition)))

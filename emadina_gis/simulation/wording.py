"""What an outcome, a scenario and a coefficient are called, in the person's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.regulation.overrides import kind_and_regime
from emadina_gis.regulation.wording import kind_label, regime_label
from emadina_gis.simulation.scenario import SetSector, SetSectorValue

if TYPE_CHECKING:
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.coefficients import Coefficient
    from emadina_gis.simulation.scenario import Change, SetRegime
    from emadina_gis.words import Words


def status_text(status: str, words: Words) -> str:
    """Return what a status means."""
    return words.text(f"simulation.status.{status}")


def reason_text(reason: str, words: Words) -> str:
    """Return why a status is what it is, empty where there is nothing to say."""
    return words.text(f"simulation.reason.{reason}") if reason else ""


def remark_text(remark: str, words: Words) -> str:
    """Return a remark that goes with the result of a parcel (see `flags_of`)."""
    return words.text(f"simulation.remark.{remark}")


def binding_text(binding: str, detail: str, words: Words) -> str:
    """Return which rule decides, and what in it; a mix names both of its rules."""
    if not binding:
        return ""
    rules = [words.text(f"simulation.binding.{rule}") for rule in binding.split("|")]
    named = " · ".join(rules)
    if not detail:
        return named
    details = [words.text(f"simulation.detail.{part}") for part in detail.split("|")]
    return f"{named} ({' · '.join(details)})"


def figure_label(figure: str, words: Words) -> str:
    """Return the name of one of the four figures."""
    return words.text(f"simulation.figure.{figure}")


def measure_label(measure: str, words: Words) -> str:
    """Return the name of what is measured."""
    return words.text(f"simulation.measure.{measure}")


def land_class_label(name: str, words: Words) -> str:
    """Return the name of a class of land."""
    return words.text(f"simulation.land_class.{name}")


def coefficient_label(coefficient: Coefficient, words: Words) -> str:
    """Return the name of a coefficient."""
    name, _, zone = coefficient.key.partition(".")
    return words.text(f"simulation.coefficient.{name}", zone=zone)


def source_text(coefficient: Coefficient, words: Words) -> str:
    """Return where the value of a coefficient comes from."""
    return words.text(f"simulation.source.{coefficient.source}")


def change_text(change: Change, document: PlanningDocument, words: Words) -> str:
    """Return a change of a scenario as a sentence."""
    if isinstance(change, SetSector):
        return words.plural("simulation.change.set_sector", len(change.ids), sector=change.sector)
    if isinstance(change, SetSectorValue):
        return _value_text(change, document, words)
    return _regime_text(change, words)


def _value_text(change: SetSectorValue, document: PlanningDocument, words: Words) -> str:
    kind, lot = kind_and_regime(change.key)
    label = kind_label(document, kind, words)
    if lot is not None:
        label = f"{label}, {regime_label(words, lot=lot)}"
    decimals = 0 if change.value == round(change.value) else 2
    return words.text(
        "simulation.change.set_sector_value",
        sector=change.sector,
        kind=label,
        value=words.number(change.value, decimals=decimals),
    )


def _regime_text(change: SetRegime, words: Words) -> str:
    count = len(change.ids)
    if change.lot is None:
        return words.plural("simulation.change.set_regime_unknown", count)
    if change.lot:
        return words.plural("simulation.change.set_regime_lot", count)
    return words.plural("simulation.change.set_regime_raw", count)


def without_text(change: Change, document: PlanningDocument, words: Words) -> str:
    """Return the sentence of a change that the other scenario has and this one has not."""
    return words.text("simulation.change.without", change=change_text(change, document, words))

"""What a change of a scenario is called, in the person's language: whole, or as a short name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from emadina_gis.regulation.overrides import kind_and_regime
from emadina_gis.regulation.wording import kind_label, regime_label, value_text
from emadina_gis.simulation import changes as kinds

if TYPE_CHECKING:
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.changes import Amounts, Change
    from emadina_gis.words import Words


def change_text(change: Change, document: PlanningDocument, words: Words) -> str:
    """Return a change of a scenario as a sentence."""
    return _TEXTS[type(change)](change, document, words)


def edit_text(summary: str, document: PlanningDocument, words: Words) -> str:
    """Return what an edit is called, from its `summary`; ``without …`` one that was left out."""
    if summary.startswith(kinds.WITHOUT):
        edit = edit_text(summary.removeprefix(kinds.WITHOUT), document, words)
        return words.text("simulation.change.without", change=edit)
    kind, _, rest = summary.partition(":")
    what, _, last = rest.rpartition(":")
    if kind == "set_sector":
        return words.plural("simulation.change.set_sector", int(last), sector=what)
    if kind == "set_regime":
        return words.plural(f"simulation.change.set_regime_{what}", int(last))
    if kind == "set_sector_value":
        key, _, value = last.partition("=")
        return _value_text(kinds.SetSectorValue(what, key, float(value)), document, words)
    if kind == "grant_bonus":
        what = bonus_label(what, words)
    return words.plural(f"simulation.edit.{kind}", int(last), what=_named(what, words))


def bonus_label(key: str, words: Words) -> str:
    """Return the name of a bonus of articles 9–20; its key where we have none."""
    name = f"simulation.bonus.{key}"
    return words.text(name) if words.has(name) else key


def bonus_input_label(name: str, words: Words) -> str:
    """Return the name of what the share of a bonus is worked out from."""
    return words.text(f"simulation.bonus_input.{name}")


def _sector_text(change: kinds.SetSector, _document: PlanningDocument, words: Words) -> str:
    count = len(change.ids)
    if change.area is not None:
        return words.plural("simulation.change.set_sector_area", count, sector=change.sector)
    return words.plural("simulation.change.set_sector", count, sector=change.sector)


def _value_text(change: kinds.SetSectorValue, document: PlanningDocument, words: Words) -> str:
    return words.text(
        "simulation.change.set_sector_value",
        sector=change.sector,
        kind=_key_label(change.key, document, words),
        value=_value(change.key, change.value, words),
    )


def _key_label(key: str, document: PlanningDocument, words: Words) -> str:
    kind, lot = kind_and_regime(key)
    label = kind_label(document, kind, words)
    return label if lot is None else f"{label}, {regime_label(words, lot=lot)}"


def _value(key: str, value: float, words: Words) -> str:
    return value_text(kind_and_regime(key)[0], value, words)


def _regime_text(change: kinds.SetRegime, _document: PlanningDocument, words: Words) -> str:
    names = {True: "lot", False: "raw", None: "unknown"}
    return words.plural(f"simulation.change.set_regime_{names[change.lot]}", len(change.ids))


def _land(kind: str, name: str, amounts: Amounts, words: Words) -> str:
    return words.plural(
        f"simulation.change.{kind}",
        len(amounts),
        what=_named(name, words),
        area=words.quantity(sum(amount for _parcel, amount in amounts), "m2"),
    )


def _named(name: str, words: Words) -> str:
    return name or words.text("simulation.change.unnamed")


def _reservation_text(
    change: kinds.AddReservation, _document: PlanningDocument, words: Words
) -> str:
    name = " · ".join(part for part in (change.index, change.nature) if part)
    return _land(change.kind, name, change.taken, words)


def _lifted_text(
    change: kinds.LiftReservation | kinds.LiftServitude,
    _document: PlanningDocument,
    words: Words,
) -> str:
    name = change.nature if isinstance(change, kinds.LiftServitude) else change.index
    text = _land(change.kind, name, change.freed, words)
    if not change.sector:
        return text
    return words.text("simulation.change.falls_back", change=text, sector=change.sector)


def _servitude_text(change: kinds.AddServitude, _document: PlanningDocument, words: Words) -> str:
    return _land(change.kind, change.nature, change.taken, words)


def _protected_text(change: kinds.ProtectLand, _document: PlanningDocument, words: Words) -> str:
    return _land(change.kind, change.reason, change.taken, words)


def _road_text(change: kinds.AddRoad, _document: PlanningDocument, words: Words) -> str:
    decimals = 0 if change.width_m == round(change.width_m) else 1
    return words.plural(
        "simulation.change.add_road",
        len(change.ids),
        what=_named(change.name, words),
        width=words.quantity(change.width_m, "m", decimals),
        area=words.quantity(sum(amount for _parcel, amount in change.taken), "m2"),
    )


def _transit_text(change: kinds.AddTransitLine, _document: PlanningDocument, words: Words) -> str:
    name = " · ".join(part for part in (change.mode, change.name) if part)
    return _land(change.kind, name, change.taken, words)


def _derogation_text(change: kinds.Derogation, document: PlanningDocument, words: Words) -> str:
    values = [
        words.text(
            "simulation.change.granted_value",
            kind=_key_label(key, document, words),
            value=_value(key, value, words),
        )
        for key, value in change.values
    ]
    return words.plural(
        "simulation.change.derogation",
        len(change.ids),
        what=_named(change.reference, words),
        values=" · ".join(values),
    )


def _bonus_text(change: kinds.GrantBonus, _document: PlanningDocument, words: Words) -> str:
    percent = 100 * change.share
    decimals = 0 if abs(percent - round(percent)) < 0.05 else 1
    return words.plural(
        "simulation.change.grant_bonus",
        len(change.ids),
        bonus=bonus_label(change.bonus, words),
        share=words.quantity(percent, "percent", decimals),
    )


_TEXTS: Mapping[type[Change], Callable[[Any, PlanningDocument, Words], str]] = {
    kinds.SetSector: _sector_text,
    kinds.SetSectorValue: _value_text,
    kinds.SetRegime: _regime_text,
    kinds.AddReservation: _reservation_text,
    kinds.LiftReservation: _lifted_text,
    kinds.AddServitude: _servitude_text,
    kinds.LiftServitude: _lifted_text,
    kinds.AddRoad: _road_text,
    kinds.AddTransitLine: _transit_text,
    kinds.ProtectLand: _protected_text,
    kinds.Derogation: _derogation_text,
    kinds.GrantBonus: _bonus_text,
}

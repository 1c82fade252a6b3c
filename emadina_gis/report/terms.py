"""What a scenario grants to a parcel or takes from it, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.regulation.overrides import kind_and_regime
from emadina_gis.regulation.wording import kind_label, regime_label
from emadina_gis.simulation.change_wording import bonus_label
from emadina_gis.simulation.parcels import Regime
from emadina_gis.simulation.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.values import ParcelValues
    from emadina_gis.words import Words


_ROUNDING = 1e-6


def granted_of(values: ParcelValues, kind: str) -> tuple[float, str] | None:
    """Return the value of a kind of rule granted to a parcel alone, and by which letter."""
    regime = {Regime.LOT: "lot", Regime.RAW: "raw"}.get(values.regime, "")
    return terms_of(values.inputs, values.row).granted(kind, regime)


def granted_letter(values: ParcelValues, kind: str) -> str | None:
    """Return by which letter a kind of rule is another for a parcel, None where it is not.

    The height goes with the levels.
    """
    kinds = ("max_height_m", "levels") if kind in {"max_height_m", "levels"} else (kind,)
    found = (granted_of(values, one) for one in kinds)
    return next((granted[1] for granted in found if granted is not None), None)


def letter_text(reference: str, words: Words) -> str:
    """Return by which letter a value was granted."""
    if not reference:
        return words.text("scenarios.cite.derogation")
    return words.text("scenarios.cite.letter", reference=reference)


def granted_notices(
    values: ParcelValues, document: PlanningDocument, words: Words
) -> Iterator[str]:
    """Yield what a scenario grants to a parcel or takes from it, a sentence each."""
    terms = terms_of(values.inputs, values.row)
    letters = dict(terms.letters)
    for key, value in terms.values:
        kind, lot = kind_and_regime(key)
        label = kind_label(document, kind, words)
        if lot is not None:
            label = f"{label}, {regime_label(words, lot=lot)}"
        said = words.number(value, 0 if _is_whole(value) else 2)
        letter = letters.get(key, "")
        if letter:
            named = {"reference": letter, "kind": label, "value": said}
            yield words.text("scenarios.notice.letter", **named)
        else:
            yield words.text("scenarios.notice.derogation", kind=label, value=said)
    for key, share in terms.bonuses:
        said = words.quantity(100 * share, "percent", 0 if _is_whole(100 * share) else 1)
        yield words.text("scenarios.notice.bonus", bonus=bonus_label(key, words), share=said)
    taken = values.given("no_build_m2")
    if taken:
        yield words.text("scenarios.notice.no_build", area=words.quantity(taken, "m2"))


def _is_whole(value: float) -> bool:
    return abs(value - round(value)) < _ROUNDING

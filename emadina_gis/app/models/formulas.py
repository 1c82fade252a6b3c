"""How each figure of the balance is computed: which sentence says it, which coefficients it takes.

Owns the list; the figures are the simulation's, the sentences the words'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emadina_gis.simulation.coefficients import Coefficient, Parameters

_FLOOR = ("net_to_gross",)
_DWELLINGS = ("net_to_gross", "dwelling_net_m2", "raw_villa_land_loss", "housing_share.*")
_PEOPLE = (*_DWELLINGS, "occupied_share", "household_size")
_BY_MEASURE = {"net_floor_area_m2": _FLOOR, "dwellings": _DWELLINGS, "people": _PEOPLE}
_TAKE_UP = ("take_up_*", "raw_land_min_m2", "raise_existing_share")
_PARKING = (*_DWELLINGS, "hotel_net_m2_per_room")
_HEIGHT = ("storey_m", "min_block_width_m")


def formula_keys(card: str, measure: str) -> tuple[str, ...]:
    """Return the words that say how the figure of a card is computed, step by step."""
    if card in {"parking_places", "to_acquire_m2"}:
        return (f"formula.{card}",)
    keys = (f"formula.{card}",)
    if card == "existing":
        return (f"formula.existing.{measure}",)
    unit = f"formula.measure.{measure}"
    return (*keys, unit) if card == "allowed" else (*keys, "formula.allowed", unit)


def coefficient_keys(card: str, measure: str) -> tuple[str, ...]:
    """Return the keys of the coefficients that a figure takes; ``*`` ends a family of keys."""
    if card == "to_acquire_m2":
        return ()
    if card == "parking_places":
        return _PARKING
    if card == "existing":
        return _BY_MEASURE[measure]
    taken = _TAKE_UP if card == "expected" else ()
    return (*_BY_MEASURE[measure], *_HEIGHT, *taken)


def coefficients_of(card: str, measure: str, parameters: Parameters) -> tuple[Coefficient, ...]:
    """Return the coefficients that the figure of a card takes, in their own order."""
    wanted = coefficient_keys(card, measure)
    return tuple(
        found for key, found in parameters.values.items() if any(_fits(key, w) for w in wanted)
    )


def _fits(key: str, wanted: str) -> bool:
    return key.startswith(wanted[:-1]) if wanted.endswith("*") else key == wanted


def unit_of(key: str) -> str:
    """Return the unit that the name of a coefficient carries; empty for shares and ratios."""
    for ending, unit in (("_m2", "m2"), ("_m", "m")):
        if key.endswith(ending):
            return unit
    return ""


LARGEST_SHARE = 1.0


def decimals_of(coefficient: Coefficient) -> int:
    """Return the decimals with which a coefficient is told and typed."""
    return 3 if coefficient.high <= LARGEST_SHARE else 2

"""How bonuses come into the floor area of one parcel, as steps; see `explain`. Knows no words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.simulation.derivation import (
    DRAWN,
    RULE,
    SCENARIO,
    Quantity,
    Step,
    least_of,
    over,
    plus,
    times,
    value_of,
)

if TYPE_CHECKING:
    from emadina_gis.regulation import Citation
    from emadina_gis.regulation.ruling import Emergence


@dataclass(frozen=True)
class FloorArea:
    """Steps to the floor area of a parcel: gross and net."""

    gross: Step
    net: Step


def without_bonus(found: FloorArea) -> FloorArea:
    """Return the same floor area, named as it is before bonuses."""
    gross = _renamed(found.gross, "gross_before_bonus_m2")
    net = _renamed(found.net, "net_before_bonus_m2")
    return FloorArea(gross, net)


def _renamed(step: Step, key: str) -> Step:
    result = Quantity(key, step.result.value, "m2", least=1)
    return Step(result, step.expression, step.formula)


def bonus_steps(
    emergence: Emergence,
    before: FloorArea,
    last_floor_m2: float,
    net_to_gross: Quantity,
    citation: Citation | None,
) -> tuple[Step, FloorArea]:
    """Return what bonuses add to the net floor area, and the floor area with them.

    Parameters
    ----------
    emergence : Emergence
    before : FloorArea
        Without bonuses.
    last_floor_m2 : float
        Footprint of the highest level on which something fits.
    net_to_gross : Quantity
    citation : Citation or None
        Where the emergence rule is printed.
    """
    share = Quantity("bonus_share", emergence.share, "", SCENARIO, least=3)
    floors = Quantity(
        "emergence_floors",
        emergence.floors_low,
        "",
        RULE,
        "emergence_floor_share_max",
        least=4,
        citation=citation,
    )
    top = Quantity("last_floor_m2", last_floor_m2, "m2", DRAWN, least=2)
    room = times(net_to_gross, floors, top)
    granted = least_of(times(share, before.net.result), room)
    added = Step(Quantity("bonus_net_m2", value_of(granted), "m2", least=1), granted, "bonus.net")
    net = plus(before.net.result, added.result)
    gross = plus(before.gross.result, over(added.result, net_to_gross))
    return added, FloorArea(
        Step(_floor("gross_floor_area_m2", value_of(gross)), gross, "bonus.gross"),
        Step(_floor("net_floor_area_m2", value_of(net)), net, "bonus.total"),
    )


def _floor(key: str, value: float) -> Quantity:
    return Quantity(key, value, "m2", least=1)

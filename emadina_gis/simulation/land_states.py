"""The state of each parcel's land, and why it is said to be so: one state, one reason.

States follow the classes of land of the totals, so that areas and capacities speak of the same
parcels; land without building that cannot be built as it is stands apart. It knows no groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.regulation import USES
from emadina_gis.simulation.codes import NO_RULE, NO_SECTOR, NOTHING_FITS, Labels
from emadina_gis.simulation.land_chain import ROADS, SERVITUDE
from emadina_gis.simulation.parcels import LAND_CLASSES
from emadina_gis.simulation.tally import land_class_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.simulation.land_chain import Chain

STATES = ("built", "free", "raw", "constrained", "engaged", "blocked", "unknown")
BUILT, FREE, RAW, CONSTRAINED, ENGAGED, BLOCKED, UNKNOWN = range(len(STATES))
STATE_REASONS = (
    "stated",
    "stands_much",
    "stands_little",
    "stands",
    "nothing_stands",
    "nothing_stands_large",
    "equipment_use",
    "mostly_reserved",
    "mostly_roads",
    "mostly_servitude",
    "nothing_fits",
    "no_rule",
    "no_sector",
    "standing_unknown",
    "area_unknown",
)
_STATE_OF_CLASS = {
    "free": (FREE, "nothing_stands"),
    "raw": (RAW, "nothing_stands_large"),
    "rebuild": (BUILT, "stands_little"),
    "raise": (BUILT, "stands_much"),
    "blocked": (BLOCKED, "mostly_reserved"),
    "engaged": (ENGAGED, "stated"),
    "unknown": (UNKNOWN, "standing_unknown"),
}
#: Land of which the plan takes this share is not to be built as it is.
_MOSTLY = 0.5


@dataclass(frozen=True, eq=False)
class LandStates:
    """State and reason of n parcels, and their class of land.

    Attributes
    ----------
    state, reason : Labels
        Of `STATES` and `STATE_REASONS`.
    land_class : ndarray of int, shape (n,)
        Index into ``(*LAND_CLASSES, "unknown")``.
    """

    state: Labels
    reason: Labels
    land_class: NDArray[np.intp]


def states_of(outcome: Outcome, chain: Chain) -> LandStates:
    """Return the state of every parcel, each with its reason.

    What the parcels' own column states holds, but for empty land that the plan keeps from being
    built: half of it or more in roads or servitudes, no rule, or nothing that fits.
    """
    land_class = land_class_of(outcome)
    names = (*LAND_CLASSES, "unknown")
    state = np.array([_STATE_OF_CLASS[name][0] for name in names], dtype=np.int8)[land_class]
    reasons = [_reason(_STATE_OF_CLASS[name][1]) for name in names]
    reason = np.array(reasons, dtype=np.int8)[land_class]
    _refine(outcome, state, reason)
    _constrain(outcome, chain, state, reason)
    state[~chain.known] = UNKNOWN
    reason[~chain.known] = _reason("area_unknown")
    return LandStates(Labels(state, STATES), Labels(reason, STATE_REASONS), land_class)


def _reason(name: str) -> np.int8:
    return np.int8(STATE_REASONS.index(name))


def _refine(outcome: Outcome, state: NDArray[np.int8], reason: NDArray[np.int8]) -> None:
    """Tell what was stated, what is an equipment, and what stands where nothing is allowed."""
    inputs = outcome.inputs
    open_capacity = (state == BUILT) & np.isnan(outcome.central_net_m2)
    reason[open_capacity] = _reason("stands")
    if inputs.use is not None:
        equipment = inputs.use == USES.index("equipment")
        reason[(state == BLOCKED) & equipment] = _reason("equipment_use")
    if inputs.land_class is not None:
        reason[inputs.land_class >= 0] = _reason("stated")


def _constrain(
    outcome: Outcome, chain: Chain, state: NDArray[np.int8], reason: NDArray[np.int8]
) -> None:
    """Set apart empty land that cannot be built as it is; the first reason that holds is told."""
    empty = (state == FREE) | (state == RAW)
    half = _MOSTLY * chain.gross_cm2
    status = outcome.status_code
    for name, holds in (
        ("no_sector", status == NO_SECTOR),
        ("no_rule", status == NO_RULE),
        ("mostly_roads", chain.steps_cm2[ROADS] >= half),
        ("mostly_servitude", chain.steps_cm2[ROADS] + chain.steps_cm2[SERVITUDE] >= half),
        ("nothing_fits", status == NOTHING_FITS),
    ):
        found = empty & holds & (state != CONSTRAINED)
        state[found] = CONSTRAINED
        reason[found] = _reason(name)

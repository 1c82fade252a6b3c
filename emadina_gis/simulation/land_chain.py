"""From gross land to net land, parcel by parcel: what each step takes, and nothing lost between.

Areas are held in whole square centimetres: such numbers add and subtract exactly (below some
900 000 km²), so that the steps make up the gross land to the last digit, in any order, for any
group of parcels and in a file. It knows nothing of states, groups or files.

Sources: règlement of Aïn Chock, articles 4.1-4.2 (p. 15: cession), 7 (green share), 12 (p. 23:
surplus of the equipment), 58 (p. 40: green strip of PB).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.simulation.codes import BAD, NO_RULE, NO_SECTOR
from emadina_gis.simulation.land import Land, reference_of
from emadina_gis.simulation.parcels import Regime

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.simulation.columns import Outcome

    Floats = NDArray[np.float64]

#: What gross land becomes, in the order in which it is shown; the last is what is left.
STEPS = ("roads", "cession", "green", "reserved", "servitude", "undecided", "net")
ROADS, CESSION, GREEN, RESERVED, SERVITUDE, UNDECIDED, NET = range(len(STEPS))
CM2_PER_M2 = 10_000.0
#: Less than this above the parcel's area is rounding of the source, not a contradiction: 1 m².
_TOLERANCE_CM2 = CM2_PER_M2


@dataclass(frozen=True, eq=False)
class Chain:
    """The steps of n parcels.

    Attributes
    ----------
    gross_cm2 : ndarray of float64, shape (n,)
        Area; 0 where it is unknown.
    steps_cm2 : ndarray of float64, shape (len(STEPS), n)
        They sum to `gross_cm2` exactly.
    known : ndarray of bool, shape (n,)
        Whether the area is known.
    exceeds : ndarray of bool, shape (n,)
        The plan takes more than the parcel has: cut to its area.
    """

    gross_cm2: Floats
    steps_cm2: Floats
    known: NDArray[np.bool_]
    exceeds: NDArray[np.bool_]


def in_cm2(area_m2: Floats) -> Floats:
    """Return areas in whole square centimetres, which add and subtract exactly."""
    found: Floats = np.rint(area_m2 * CM2_PER_M2)
    return found


def chain_of(outcome: Outcome) -> Chain:
    """Return what each step takes of every parcel of an outcome.

    Roads, cession, reserved land and servitudes take first what there is, green land the rest, and
    what is left is net. Where the regime is unknown each step is the smaller of both regimes and
    the difference is undecided; where the document gives no rule, all that the plan leaves is.
    """
    inputs = outcome.inputs
    area = np.asarray(inputs.area_m2, dtype=np.float64)
    known = area > 0
    gross = in_cm2(np.where(known, area, 0.0))
    taken = _Taken(
        gross,
        _given(inputs.plan_roads_m2, known),
        _given(inputs.equipment_m2, known),
        _given(inputs.servitude_m2, known),
    )
    regime = np.full(len(gross), int(Regime.UNKNOWN)) if inputs.regime is None else inputs.regime
    ruled = ~np.isin(outcome.status_code, (NO_RULE, NO_SECTOR, BAD))
    raw = _owed(outcome, taken, ruled & (regime != Regime.LOT))
    steps = _steps(taken, raw)
    unknown = np.flatnonzero(ruled & (regime == Regime.UNKNOWN))
    if len(unknown):
        steps[:, unknown] = _both(steps[:, unknown], _steps(taken.take(unknown), None))
    unruled = np.flatnonzero(~ruled)
    steps[UNDECIDED, unruled] = steps[NET, unruled]
    steps[NET, unruled] = 0.0
    sums = taken.roads + taken.equipment + taken.servitude
    return Chain(gross, steps, known, sums > gross + _TOLERANCE_CM2)


@dataclass(frozen=True, eq=False)
class _Taken:
    """Gross land and what the plan takes from it, shape (n,) each, in cm²."""

    gross: Floats
    roads: Floats
    equipment: Floats
    servitude: Floats

    def take(self, rows: NDArray[np.intp]) -> _Taken:
        return _Taken(
            self.gross[rows], self.roads[rows], self.equipment[rows], self.servitude[rows]
        )


@dataclass(frozen=True, eq=False)
class _Owed:
    """What land that is no lot owes: cession, green strip, green share; shape (n,), cm²."""

    cession: Floats
    strip: Floats
    green: Floats


def _given(values: Floats | None, known: NDArray[np.bool_]) -> Floats:
    """Return what the plan takes; unknown counts as nothing, and so does a negative area."""
    if values is None:
        return np.zeros(len(known))
    return in_cm2(np.where(known & (values > 0), values, 0.0))


def _steps(taken: _Taken, owed: _Owed | None) -> Floats:
    """Return the steps of land, shape (len(STEPS), n); `owed` is None for lots."""
    steps = np.zeros((len(STEPS), len(taken.gross)))
    steps[ROADS] = np.minimum(taken.roads, taken.gross)
    rest = taken.gross - steps[ROADS]
    equipment: Floats = taken.equipment
    if owed is not None:
        steps[CESSION] = np.minimum(owed.cession, rest)
        rest -= steps[CESSION]
        steps[GREEN] = np.minimum(owed.strip, rest)
        rest -= steps[GREEN]
        equipment = np.maximum(equipment - np.maximum(owed.cession, owed.strip), 0.0)
    for step, wanted in ((RESERVED, equipment), (SERVITUDE, taken.servitude)):
        steps[step] = np.minimum(wanted, rest)
        rest -= steps[step]
    if owed is not None:
        green = np.minimum(owed.green, rest)
        steps[GREEN] += green
        rest -= green
    steps[NET] = rest
    return steps


def _both(raw: Floats, lot: Floats) -> Floats:
    """Return what is certain under both regimes; the rest of the land is undecided."""
    certain = np.minimum(raw, lot)
    certain[UNDECIDED] = lot.sum(axis=0) - certain.sum(axis=0)
    return certain


def _owed(outcome: Outcome, taken: _Taken, rows: NDArray[np.bool_]) -> _Owed:
    """Return what the land of some rows owes if it is no lot; nothing elsewhere."""
    cases = outcome.table.cases
    green = [max((ruling.green_share[1] for ruling, _ in case), default=0.0) for case in cases]
    strip = [max((ruling.strip_share[1] for ruling, _ in case), default=0.0) for case in cases]
    shares = np.array([[*green, 0.0], [*strip, 0.0]])[:, outcome.case]
    shares[:, ~rows] = 0.0
    after_roads = np.maximum(taken.gross - taken.roads, 0.0)
    return _Owed(
        _cession(outcome, rows),
        np.rint(shares[1] * taken.gross),
        np.rint(shares[0] * after_roads),
    )


def _cession(outcome: Outcome, rows: NDArray[np.bool_]) -> Floats:
    """Return the free cession of land that is no lot; computed where the regime leaves it open."""
    due = np.where(rows, outcome.free_cession_m2, 0.0)
    for case in np.unique(outcome.case[np.isnan(due)]).tolist():
        if case < 0 or not outcome.table.cases[case]:
            continue
        mine = np.flatnonzero(np.isnan(due) & (outcome.case == case))
        ruling = outcome.table.cases[case][0][0]
        due[mine] = reference_of(_land(outcome, mine), ruling, lot=False).due_m2
    return in_cm2(np.maximum(np.nan_to_num(due), 0.0))


def _land(outcome: Outcome, rows: NDArray[np.intp]) -> Land:
    inputs = outcome.inputs
    area = inputs.area_m2[rows]
    roads, equipment, servitude = (
        np.zeros(len(rows)) if values is None else np.nan_to_num(values[rows])
        for values in (inputs.plan_roads_m2, inputs.equipment_m2, inputs.servitude_m2)
    )
    return Land(area, roads, equipment, servitude, area - roads)

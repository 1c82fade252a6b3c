"""The land budget: gross land to net land, and land by state, over any group of parcels.

Sums by commune, sector and state. Areas are added in whole square centimetres (see `land_chain`):
every total is the sum of its parcels and the parts make up the gross land, to the last digit. It
knows nothing of layers, words or files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.kept import kept
from emadina_gis.errors import Problem, Severity
from emadina_gis.simulation.codes import BAD, NO_RULE, NO_SECTOR, STATUSES
from emadina_gis.simulation.land_chain import CM2_PER_M2, STEPS, UNDECIDED, chain_of
from emadina_gis.simulation.land_states import STATE_REASONS, STATES, states_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.simulation.land_chain import Chain
    from emadina_gis.simulation.land_states import LandStates

    Floats = NDArray[np.float64]

#: What is summed; the steps follow.
_PLAIN = ("parcels", "without_area", "gross_cm2")
_QUANTITIES = (*_PLAIN, *STEPS)
_PARCELS, _WITHOUT_AREA, _GROSS, _FIRST_STEP = range(len(_PLAIN) + 1)


@dataclass(frozen=True, eq=False)
class LandSums:
    """Sums over a group of parcels.

    Attributes
    ----------
    cells : ndarray of float64, shape (states, quantities)
    """

    cells: Floats

    def _sum(self, place: int, state: str | None) -> float:
        column = self.cells[:, place]
        return float(column.sum() if state is None else column[STATES.index(state)])

    @property
    def gross_m2(self) -> float:
        """Gross land."""
        return self._sum(_GROSS, None) / CM2_PER_M2

    @property
    def parcels(self) -> int:
        """Count of parcels, those without an area among them."""
        return self.parcels_in(None)

    @property
    def without_area(self) -> int:
        """Count of parcels whose area is unknown."""
        return round(self._sum(_WITHOUT_AREA, None))

    def step_m2(self, name: str, state: str | None = None) -> float:
        """Return what a step of `STEPS` takes, over all states or in one of them."""
        return self._sum(_FIRST_STEP + STEPS.index(name), state) / CM2_PER_M2

    def state_m2(self, name: str) -> float:
        """Return the gross land in a state."""
        return self._sum(_GROSS, name) / CM2_PER_M2

    def parcels_in(self, state: str | None) -> int:
        """Return the count of parcels in a state, or in all."""
        return round(self._sum(_PARCELS, state))

    def plus(self, other: LandSums) -> LandSums:
        """Return the sums of both groups."""
        return LandSums(self.cells + other.cells)


@dataclass(frozen=True, eq=False)
class LandBudget:
    """The land budget of an outcome.

    Attributes
    ----------
    outcome : Outcome
    chain : Chain
    states : LandStates
    cells : ndarray of float64, shape (communes + 1, sectors + 1, states, quantities)
    """

    outcome: Outcome
    chain: Chain
    states: LandStates
    cells: Floats

    @kept
    def total(self) -> LandSums:
        """Sums over every parcel."""
        return LandSums(self.cells.sum(axis=(0, 1)))

    @kept
    def by_sector(self) -> dict[str, LandSums]:
        """Sums by sector code (``""``: in no sector), in the document's order."""
        return _named(self.cells.sum(axis=0), (*self.outcome.document.sector_codes, ""))

    @kept
    def by_commune(self) -> dict[str, LandSums]:
        """Sums by commune code (``""``: unknown), in the layer's order."""
        return _named(self.cells.sum(axis=1), (*self.outcome.inputs.commune_codes, ""))

    @kept
    def reasons(self) -> dict[tuple[str, str], tuple[int, float]]:
        """Parcels and gross land by (state, reason), where there are any."""
        key = self.states.state.codes.astype(np.intp) * len(STATE_REASONS)
        key += self.states.reason.codes
        size = len(STATES) * len(STATE_REASONS)
        counts = np.bincount(key, minlength=size)
        areas = np.bincount(key, weights=self.chain.gross_cm2, minlength=size)
        return {
            _pair(index): (int(counts[index]), float(areas[index]) / CM2_PER_M2)
            for index in np.flatnonzero(counts).tolist()
        }

    @kept
    def undecided(self) -> dict[str, tuple[int, float]]:
        """Parcels and undecided land by why it is: the open regime, no rule, no sector, shape."""
        status = self.outcome.status_code
        without_rule = np.isin(status, (NO_RULE, NO_SECTOR, BAD))
        why = np.where(without_rule, status, STATUSES.index("regime_unknown"))
        undecided = self.chain.steps_cm2[UNDECIDED]
        counts = np.bincount(why[undecided > 0], minlength=len(STATUSES))
        areas = np.bincount(why, weights=undecided, minlength=len(STATUSES))
        return {
            STATUSES[index]: (int(counts[index]), float(areas[index]) / CM2_PER_M2)
            for index in np.flatnonzero(counts).tolist()
        }

    @kept
    def problems(self) -> tuple[Problem, ...]:
        """What a reader of the budget must know: parcels without area, plans that take too much."""
        found = []
        exceeding = int(np.count_nonzero(self.chain.exceeds))
        if exceeding:
            found.append(Problem("land.takings-exceed", Severity.WARNING, count=exceeding))
        if self.total.without_area:
            lacking = self.total.without_area
            found.append(Problem("land.area-unknown", Severity.WARNING, count=lacking))
        return tuple(found)

    def parcel_columns(self) -> dict[str, NDArray[np.object_] | Floats]:
        """Return one row per parcel: state, reason, gross land and every step, shape (n,) each."""
        inputs = self.outcome.inputs
        unknown = ~self.chain.known
        areas = {"gross_m2": self.chain.gross_cm2}
        areas |= {f"{name}_m2": self.chain.steps_cm2[place] for place, name in enumerate(STEPS)}
        return {
            "parcel_id": inputs.labels(),
            "sector": self.outcome.sector.to_array(),
            "state": self.states.state.to_array(),
            "reason": self.states.reason.to_array(),
            **{name: np.where(unknown, np.nan, cm2 / CM2_PER_M2) for name, cm2 in areas.items()},
        }


def _pair(index: int) -> tuple[str, str]:
    state, reason = divmod(index, len(STATE_REASONS))
    return STATES[state], STATE_REASONS[reason]


def _named(cells: Floats, keys: Iterable[str]) -> dict[str, LandSums]:
    return {
        key: LandSums(group)
        for key, group in zip(keys, cells, strict=True)
        if group[:, _PARCELS].any()
    }


def land_budget(outcome: Outcome) -> LandBudget:
    """Return the land budget of an outcome.

    Parameters
    ----------
    outcome : Outcome
        Of a scenario or of the reference, n parcels.
    """
    chain = chain_of(outcome)
    states = states_of(outcome, chain)
    return LandBudget(outcome, chain, states, _cells(outcome, chain, states))


def _cells(outcome: Outcome, chain: Chain, states: LandStates) -> Floats:
    inputs = outcome.inputs
    communes, sectors = len(inputs.commune_codes) + 1, len(outcome.document.sectors) + 1
    shape = (communes, sectors, len(STATES))
    key = np.where(inputs.sector < 0, sectors - 1, inputs.sector).astype(np.intp)
    key *= len(STATES)
    key += states.state.codes
    place = np.full(len(key), communes - 1) if inputs.commune is None else inputs.commune
    key += np.where(place < 0, communes - 1, place) * (sectors * len(STATES))
    count = int(np.prod(shape))
    unknown = (~chain.known).astype(np.float64)
    weights = (None, unknown, chain.gross_cm2, *chain.steps_cm2)
    sums = [np.bincount(key, weights=values, minlength=count) for values in weights]
    return np.stack(sums, axis=-1).astype(np.float64).reshape(*shape, len(_QUANTITIES))

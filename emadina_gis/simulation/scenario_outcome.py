"""``ScenarioOutcome``: what a scenario gives, as totals and as columns on the parcels' own rows.

Columns are made when they are first asked for: a map needs one of them, a file all. Knows no
layers and no files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.column import Column, code_column, number_column
from emadina_gis.domain.kept import kept
from emadina_gis.simulation.codes import Labels
from emadina_gis.simulation.people import people_per_dwelling

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from emadina_gis.errors import Problem
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.simulation.scenario import Scenario
    from emadina_gis.simulation.totals import Summary

    Maker = Callable[[Outcome], Any]

_MAKERS: dict[str, Maker] = {
    "sector": lambda outcome: outcome.sector,
    "status": lambda outcome: outcome.status,
    "reason": lambda outcome: outcome.reason,
    "reference_area_m2": lambda outcome: outcome.reference_area_m2,
    "max_height_m": lambda outcome: outcome.max_height_m,
    "max_levels": lambda outcome: outcome.max_levels,
    "max_footprint_m2": lambda outcome: outcome.max_footprint_m2,
    "gross_floor_area_m2": lambda outcome: outcome.gross_floor_area_m2,
    "net_floor_area_m2": lambda outcome: outcome.net_floor_area_m2,
    "net_floor_area_low_m2": lambda outcome: outcome.net_floor_area_low_m2,
    "net_floor_area_high_m2": lambda outcome: outcome.net_floor_area_high_m2,
    "binding_rule": lambda outcome: outcome.binding,
    "binding_detail": lambda outcome: outcome.binding_detail,
    "article": lambda outcome: outcome.article,
    "residual_floor_area_m2": lambda outcome: outcome.residual_floor_area_m2,
    "dwellings": lambda outcome: outcome.dwellings,
    "population": lambda outcome: outcome.dwellings * people_per_dwelling(outcome.parameters),
    "jobs": lambda outcome: outcome.jobs,
    "parking_places": lambda outcome: outcome.parking_places,
    "free_cession_m2": lambda outcome: outcome.free_cession_m2,
    "to_acquire_m2": lambda outcome: outcome.to_acquire_m2,
    "green_m2": lambda outcome: outcome.green_m2,
}

#: Outcome columns that hold words, not numbers.
WORD_FIELDS = frozenset({"sector", "status", "reason", "binding_rule", "binding_detail", "article"})


class OutcomeColumns(Mapping[str, Column]):
    """The outcome columns by name, each made once when it is asked for."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._made: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._made:
            made = _column_of(_MAKERS[name](self._outcome))
            self._made.setdefault(name, made)  # another thread may have been faster
        return self._made[name]

    def is_made(self, name: str) -> bool:
        """Whether a column is there: making one takes a while for many parcels."""
        return name in self._made

    def __contains__(self, name: object) -> bool:
        return name in _MAKERS  # without making the column

    def __iter__(self) -> Iterator[str]:
        return iter(_MAKERS)

    def __len__(self) -> int:
        return len(_MAKERS)


def _column_of(values: Labels | NDArray[np.float64]) -> Column:
    if not isinstance(values, Labels):
        return number_column(values)
    codes, count = values.codes, len(values.values)
    return code_column(np.where(codes < 0, codes + count, codes), values.values)


@dataclass(frozen=True, eq=False)
class ScenarioOutcome:
    """A scenario with what it gives.

    Attributes
    ----------
    scenario : Scenario
    summary : Summary
        Totals; the outcome of each parcel is in it.
    problems : tuple of Problem
        What was found about the data and the scenario.
    """

    scenario: Scenario
    summary: Summary
    problems: tuple[Problem, ...] = field(default=())

    @property
    def outcome(self) -> Outcome:
        """What each parcel may carry."""
        return self.summary.outcome

    @kept
    def columns(self) -> OutcomeColumns:
        """Outcome columns on the parcels' rows."""
        return OutcomeColumns(self.outcome)

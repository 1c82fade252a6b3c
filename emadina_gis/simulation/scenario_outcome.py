"""``ScenarioOutcome``: what a scenario gives, as totals and as columns on the parcels' own rows.

Columns are made when they are first asked for: a map needs one of them, a file all. Knows no
layers and no files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from emadina_gis.domain.column import Column, column_of, text_column
from emadina_gis.simulation.people import (
    dwellings_of,
    jobs_of,
    parking_of,
    part_of,
    people_per_dwelling,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.errors import Problem
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.simulation.scenario import Scenario
    from emadina_gis.simulation.totals import Summary

    Maker = Callable[[Outcome], Any]

_MAKERS: dict[str, Maker] = {
    "sector": lambda outcome: outcome.sector.to_array(),
    "status": lambda outcome: outcome.status.to_array(),
    "reason": lambda outcome: outcome.reason.to_array(),
    "reference_area_m2": lambda outcome: outcome.reference_area_m2,
    "max_height_m": lambda outcome: outcome.max_height_m,
    "max_levels": lambda outcome: outcome.max_levels,
    "max_footprint_m2": lambda outcome: outcome.max_footprint_m2,
    "gross_floor_area_m2": lambda outcome: outcome.gross_floor_area_m2,
    "net_floor_area_m2": lambda outcome: outcome.net_floor_area_m2,
    "net_floor_area_low_m2": lambda outcome: outcome.net_floor_area_low_m2,
    "net_floor_area_high_m2": lambda outcome: outcome.net_floor_area_high_m2,
    "binding_rule": lambda outcome: outcome.binding.to_array(),
    "binding_detail": lambda outcome: outcome.binding_detail.to_array(),
    "article": lambda outcome: outcome.article.to_array(),
    "residual_floor_area_m2": lambda outcome: outcome.residual_floor_area_m2,
    "dwellings": lambda outcome: dwellings_of(part_of(outcome)),
    "population": lambda outcome: (
        dwellings_of(part_of(outcome)) * people_per_dwelling(outcome.parameters)
    ),
    "jobs": lambda outcome: jobs_of(part_of(outcome)),
    "parking_places": lambda outcome: parking_of(part_of(outcome)),
    "free_cession_m2": lambda outcome: outcome.free_cession_m2,
    "to_acquire_m2": lambda outcome: outcome.to_acquire_m2,
    "green_m2": lambda outcome: outcome.green_m2,
}

#: Names of the outcome columns, in the order of the command-line contract.
OUTCOME_FIELDS: tuple[str, ...] = tuple(_MAKERS)
#: Outcome columns that hold words, not numbers.
WORD_FIELDS = frozenset({"sector", "status", "reason", "binding_rule", "binding_detail", "article"})


class OutcomeColumns(Mapping[str, Column]):
    """The outcome columns by name, each made once when it is asked for."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._made: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._made:
            values = _MAKERS[name](self._outcome)
            made = text_column(values) if name in WORD_FIELDS else column_of(values)
            self._made.setdefault(name, made)  # another thread may have been faster
        return self._made[name]

    def is_made(self, name: str) -> bool:
        """Whether a column is there: making one takes a while for many parcels."""
        return name in self._made

    def __iter__(self) -> Iterator[str]:
        return iter(_MAKERS)

    def __len__(self) -> int:
        return len(_MAKERS)


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

    @cached_property
    def columns(self) -> OutcomeColumns:
        """Outcome columns on the parcels' rows."""
        return OutcomeColumns(self.outcome)

"""One parcel's values out of an outcome: numbers that may be missing, never replaced.

The only module of `report` that knows how an outcome holds its columns.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.kept import kept
from emadina_gis.regulation import USES, Condition
from emadina_gis.simulation.binding import binding_details
from emadina_gis.simulation.parcels import Fronts, Regime
from emadina_gis.simulation.people import (
    CENTRAL,
    HIGH,
    LOW,
    dwellings_of,
    jobs_of,
    parking_of,
    part_of,
    people_per_dwelling,
)

if TYPE_CHECKING:
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.simulation.parcels import ParcelInputs
    from emadina_gis.simulation.people import Part


@dataclass(frozen=True)
class ParcelValues:
    """What an outcome says of one row.

    Attributes
    ----------
    outcome : Outcome
        Capacity of all parcels.
    row : int
        The parcel.
    more : Mapping[str, array]
        Columns on the same rows that were worked out before (``dwellings``, ``population``,
        ``jobs``, ``parking_places``); what is not among them is worked out for this row.
    """

    outcome: Outcome
    row: int
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def inputs(self) -> ParcelInputs:
        """What the engine was told."""
        return self.outcome.inputs

    def number(self, name: str) -> float | None:
        """Return a number of the outcome, None where it does not exist."""
        return known(float(getattr(self.outcome, name)[self.row]))

    def people(self, name: str) -> tuple[float | None, float | None, float | None]:
        """Return (value, low, high) of ``dwellings``, ``population`` or ``jobs``."""
        ends = ((name, CENTRAL), (f"{name}_low", LOW), (f"{name}_high", HIGH))
        value, low, high = (
            self._before(key) if key in self.more else self._people(name, end) for key, end in ends
        )
        return value, low, high

    def _before(self, name: str) -> float | None:
        return known(float(self.more[name][self.row]))

    @property
    def parking_places(self) -> float | None:
        """Places that the floor area needs; None where it is not certain."""
        if "parking_places" in self.more:
            return self._before("parking_places")
        return known(float(parking_of(self._part)[0]))

    def _people(self, name: str, end: int) -> float | None:
        if name == "jobs":
            return known(float(jobs_of(self._part, end)[0]))
        dwellings = known(float(dwellings_of(self._part, end)[0]))
        if dwellings is None or name == "dwellings":
            return dwellings
        return dwellings * people_per_dwelling(self.outcome.parameters, end)

    @kept
    def _part(self) -> Part:
        return part_of(self.outcome, slice(self.row, self.row + 1))

    def given(self, name: str) -> float | None:
        """Return a number the engine was told, None where it is unknown."""
        values = getattr(self.inputs, name)
        return None if values is None else known(float(values[self.row]))

    def word(self, name: str) -> str:
        """Return a word of the outcome, empty where there is none."""
        return str(getattr(self.outcome, name)[self.row] or "")

    @kept
    def binding_detail(self) -> str:
        """Which constraint, relaxed alone, would gain most; worked out for this row only."""
        return binding_details(self.outcome, np.array([self.row]))[self.row]

    @property
    def sectors(self) -> tuple[str, ...]:
        """Codes of the sectors, the largest part first; empty outside the document."""
        joined = self.word("sector")
        return tuple(code for code in joined.split("|") if code)

    @property
    def regime(self) -> Regime:
        """Whether the parcel comes from a lotissement."""
        regimes = self.inputs.regime
        return Regime.UNKNOWN if regimes is None else Regime(int(regimes[self.row]))

    @property
    def fronts(self) -> Fronts:
        """Streets that border the parcel."""
        fronts = self.inputs.fronts
        return Fronts.ONE if fronts is None else Fronts(int(fronts[self.row]))

    def use(self, document: PlanningDocument) -> str:
        """Return the intended use; the zone's default where none was given."""
        uses = self.inputs.use
        if uses is not None and int(uses[self.row]) >= 0:
            return USES[int(uses[self.row])]
        return document.sector(self.sectors[0]).zone.default_use if self.sectors else "housing"

    def case(self, document: PlanningDocument) -> Condition:
        """Return the condition under which the document's rules apply to the parcel."""
        lot = {Regime.LOT: True, Regime.RAW: False, Regime.UNKNOWN: None}[self.regime]
        return Condition(lot, (self.use(document),), self._widest_road())

    def _widest_road(self) -> float | None:
        widths = [self.given("road_width_m")]
        if self.fronts is not Fronts.ONE:
            widths.append(self.given("side_road_width_m"))
        found = [width for width in widths if width is not None]
        return max(found, default=None)


def known(value: float | None) -> float | None:
    """Return a number, None where it is missing."""
    return None if value is None or not math.isfinite(value) else value

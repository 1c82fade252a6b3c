"""Commands on scenarios: the list of them, and the changes each one makes.

A command adds a change to a scenario; what the change does to parcels is the simulation's.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.errors import CommandError
from emadina_gis.session.phrase import Phrase
from emadina_gis.simulation import scenario as changes
from emadina_gis.simulation.scenario import Scenario

if TYPE_CHECKING:
    from emadina_gis.project import Project


def new_id() -> str:
    """Return an id that no other scenario has."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class AddScenario:
    """Add a scenario, at the end of the tabs."""

    name: str
    changes: tuple[changes.Change, ...] = ()
    scenario_id: str = field(default_factory=new_id)
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.scenarios.add")

    def apply(self, project: Project) -> Project:
        """Return the project with the scenario."""
        name = _free_name(project, self.name)
        if any(scenario.id == self.scenario_id for scenario in project.scenarios):
            raise CommandError("command.scenario-exists", scenario=name)
        made = Scenario(self.scenario_id, name, self.changes)
        return replace(project, scenarios=(*project.scenarios, made))


@dataclass(frozen=True)
class CopyScenario:
    """Add a scenario with the changes of another one, right after it."""

    source_id: str
    name: str
    scenario_id: str = field(default_factory=new_id)
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.scenarios.copy")

    def apply(self, project: Project) -> Project:
        """Return the project with the copy."""
        source = project.scenario(self.source_id)
        if any(scenario.id == self.scenario_id for scenario in project.scenarios):
            raise CommandError("command.scenario-exists", scenario=self.name)
        copied = replace(source, id=self.scenario_id, name=_free_name(project, self.name))
        at = project.scenarios.index(source) + 1
        scenarios = (*project.scenarios[:at], copied, *project.scenarios[at:])
        return replace(project, scenarios=scenarios)


@dataclass(frozen=True)
class RemoveScenario:
    """Take a scenario away; the reference stays."""

    scenario_id: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.scenarios.remove")

    def apply(self, project: Project) -> Project:
        """Return the project without the scenario."""
        scenario = project.scenario(self.scenario_id)
        if scenario.id == project.reference_id:
            raise CommandError("command.reference-stays")
        kept = tuple(other for other in project.scenarios if other is not scenario)
        return replace(project, scenarios=kept)


@dataclass(frozen=True)
class RenameScenario:
    """Give a scenario another name."""

    scenario_id: str
    name: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.scenarios.rename")

    def apply(self, project: Project) -> Project:
        """Return the project with the scenario renamed."""
        scenario = project.scenario(self.scenario_id)
        if scenario.name == self.name.strip():
            return project
        return project.with_scenario(replace(scenario, name=_free_name(project, self.name)))


@dataclass(frozen=True)
class SetNotes:
    """Write down why a scenario is what it is."""

    scenario_id: str
    notes: str

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.scenarios.notes")

    @property
    def merge_key(self) -> str | None:
        """What is typed in a row is one step."""
        return f"notes:{self.scenario_id}"

    def apply(self, project: Project) -> Project:
        """Return the project with the notes."""
        scenario = project.scenario(self.scenario_id)
        if scenario.notes == self.notes:
            return project
        return project.with_scenario(replace(scenario, notes=self.notes))


@dataclass(frozen=True)
class SetReference:
    """Make a scenario the one that others are compared with."""

    scenario_id: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.scenarios.reference")

    def apply(self, project: Project) -> Project:
        """Return the project with its reference."""
        scenario = project.scenario(self.scenario_id)
        if scenario.id == project.reference_id:
            return project
        return replace(project, reference_id=scenario.id)


@dataclass(frozen=True)
class ChangeSector:
    """Put parcels in another sector, in a scenario.

    Attributes
    ----------
    ids : iterable of int
        Row ids of parcels.
    sector : str
        Code of a sector of the document.
    """

    scenario_id: str
    ids: Iterable[int]
    sector: str
    merge_key: str | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", _whole(self.ids))

    @property
    def label(self) -> Phrase:
        """What undo says."""
        named = {"sector": self.sector}
        return Phrase("command.scenarios.sector", named, count=len(tuple(self.ids)))

    def apply(self, project: Project) -> Project:
        """Return the project with the change in the scenario."""
        if not self.sector.strip():
            raise CommandError("command.empty-name")
        ids = _parcels(project, self.ids)
        return _with_change(project, self.scenario_id, changes.SetSector(ids, self.sector))


@dataclass(frozen=True)
class SetRegime:
    """Say whether parcels come from a lotissement (None: not known), in a scenario."""

    scenario_id: str
    ids: Iterable[int]
    lot: bool | None
    merge_key: str | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", _whole(self.ids))

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.scenarios.regime", count=len(tuple(self.ids)))

    def apply(self, project: Project) -> Project:
        """Return the project with the change in the scenario."""
        ids = _parcels(project, self.ids)
        return _with_change(project, self.scenario_id, changes.SetRegime(ids, self.lot))


@dataclass(frozen=True)
class SetSectorValue:
    """Put a value in place of the document's for all parcels of a sector, in a scenario.

    The value is absolute; an earlier one for the same sector and key is replaced.
    """

    scenario_id: str
    sector: str
    key: str
    value: float

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.scenarios.value", {"sector": self.sector})

    @property
    def merge_key(self) -> str | None:
        """A drag of the slider is one step."""
        return f"value:{self.scenario_id}:{self.sector}:{self.key}"

    def apply(self, project: Project) -> Project:
        """Return the project with the change in the scenario."""
        if not math.isfinite(self.value):
            raise CommandError("command.not-a-number", key=self.key)
        scenario = project.scenario(self.scenario_id)
        made = changes.SetSectorValue(self.sector, self.key, float(self.value))
        if scenario.changes and scenario.changes[-1] == made:
            return project
        kept = tuple(change for change in scenario.changes if not self._replaces(change))
        return project.with_scenario(replace(scenario, changes=(*kept, made)))

    def _replaces(self, change: changes.Change) -> bool:
        if not isinstance(change, changes.SetSectorValue):
            return False
        return (change.sector, change.key) == (self.sector, self.key)


@dataclass(frozen=True)
class RemoveChange:
    """Take one change out of a scenario."""

    scenario_id: str
    index: int
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.scenarios.remove-change")

    def apply(self, project: Project) -> Project:
        """Return the project without the change."""
        scenario = project.scenario(self.scenario_id)
        if not 0 <= self.index < len(scenario.changes):
            raise CommandError("command.no-change", scenario=scenario.name)
        return project.with_scenario(scenario.without_change(self.index))


def _free_name(project: Project, name: str) -> str:
    wanted = name.strip()
    if not wanted:
        raise CommandError("command.empty-name")
    if any(wanted in {scenario.id, scenario.name} for scenario in project.scenarios):
        raise CommandError("command.scenario-exists", scenario=wanted)
    return wanted


def _whole(ids: Iterable[int]) -> tuple[int, ...]:
    """Return the ids as whole numbers of Python, sorted, each once."""
    return tuple(sorted({int(row_id) for row_id in ids}))


def _parcels(project: Project, ids: Iterable[int]) -> tuple[int, ...]:
    parcels = project.parcels
    if parcels is None:
        raise CommandError("command.no-parcels")
    named = tuple(ids)
    if not named:
        raise CommandError("command.no-selection")
    if len(parcels.table.rows_of_ids(np.array(named, dtype=np.int64))) < len(named):
        raise CommandError("command.no-row", layer=parcels.id)
    return named


def _with_change(project: Project, scenario_id: str, change: changes.Change) -> Project:
    scenario = project.scenario(scenario_id)
    if scenario.changes and scenario.changes[-1] == change:
        return project
    return project.with_scenario(scenario.with_change(change))

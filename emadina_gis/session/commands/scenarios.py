"""Commands on scenarios: the list of them, and the changes each one makes.

A command adds a change to a scenario; what the change does to parcels is the simulation's.
"""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.errors import CommandError
from emadina_gis.session.commands.dates import Dated, stamped
from emadina_gis.session.phrase import Phrase
from emadina_gis.simulation import changes
from emadina_gis.simulation.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.project import Project


def new_id() -> str:
    """Return an id that no other scenario has."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class AddScenario(Dated):
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
        made = Scenario(self.scenario_id, name, self.changes, created=self.when)
        return replace(project, scenarios=(*project.scenarios, made))


@dataclass(frozen=True)
class CopyScenario(Dated):
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
        named = _free_name(project, self.name)
        copied = replace(source, id=self.scenario_id, name=named, created=self.when, modified="")
        return _with_beside(project, source, copied)


@dataclass(frozen=True)
class BranchScenario(Dated):
    """Add a scenario that starts as another one is now, and remembers which; right after it."""

    source_id: str
    name: str
    author: str = ""
    scenario_id: str = field(default_factory=new_id)
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.scenarios.branch")

    def apply(self, project: Project) -> Project:
        """Return the project with the branch."""
        source = project.scenario(self.source_id)
        if any(scenario.id == self.scenario_id for scenario in project.scenarios):
            raise CommandError("command.scenario-exists", scenario=self.name)
        made = Scenario(
            self.scenario_id,
            _free_name(project, self.name),
            source.changes,
            author=self.author.strip() or source.author,
            parent_id=source.id,
            created=self.when,
        )
        return _with_beside(project, source, made)


@dataclass(frozen=True)
class ImportScenario:
    """Add a scenario that was read from a file, at the end of the tabs, under a free name."""

    scenario: Scenario
    scenario_id: str = field(default_factory=new_id)
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.scenarios.import")

    def apply(self, project: Project) -> Project:
        """Return the project with the scenario."""
        taken = {item for scenario in project.scenarios for item in (scenario.id, scenario.name)}
        if self.scenario_id in taken:
            raise CommandError("command.scenario-exists", scenario=self.scenario.name)
        name = _numbered(self.scenario.name.strip(), taken)
        made = replace(self.scenario, id=self.scenario_id, name=name)
        return replace(project, scenarios=(*project.scenarios, made))


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
class RenameScenario(Dated):
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
        named = replace(scenario, name=_free_name(project, self.name))
        return project.with_scenario(stamped(named, self.when))


@dataclass(frozen=True)
class SetNotes(Dated):
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
        return project.with_scenario(stamped(replace(scenario, notes=self.notes), self.when))


@dataclass(frozen=True)
class SetAuthor(Dated):
    """Say who wrote a scenario."""

    scenario_id: str
    author: str

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.scenarios.author")

    @property
    def merge_key(self) -> str | None:
        """What is typed in a row is one step."""
        return f"author:{self.scenario_id}"

    def apply(self, project: Project) -> Project:
        """Return the project with the author."""
        scenario = project.scenario(self.scenario_id)
        if scenario.author == self.author:
            return project
        return project.with_scenario(stamped(replace(scenario, author=self.author), self.when))


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
class ChangeSector(Dated):
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
        change = changes.SetSector(ids, self.sector)
        return _with_change(project, self.scenario_id, change, self.when)


@dataclass(frozen=True)
class SetRegime(Dated):
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
        change = changes.SetRegime(ids, self.lot)
        return _with_change(project, self.scenario_id, change, self.when)


@dataclass(frozen=True)
class SetSectorValue(Dated):
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
        return project.with_scenario(stamped(replace(scenario, changes=(*kept, made)), self.when))

    def _replaces(self, change: changes.Change) -> bool:
        if not isinstance(change, changes.SetSectorValue):
            return False
        return (change.sector, change.key) == (self.sector, self.key)


@dataclass(frozen=True)
class RemoveChange(Dated):
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
        return project.with_scenario(stamped(scenario.without_change(self.index), self.when))


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


def _with_change(project: Project, scenario_id: str, change: changes.Change, when: str) -> Project:
    scenario = project.scenario(scenario_id)
    if scenario.changes and scenario.changes[-1] == change:
        return project
    return project.with_scenario(stamped(scenario.with_change(change), when))


def _with_beside(project: Project, source: Scenario, made: Scenario) -> Project:
    """Return the project with a scenario right after another one."""
    at = project.scenarios.index(source) + 1
    scenarios = (*project.scenarios[:at], made, *project.scenarios[at:])
    return replace(project, scenarios=scenarios)


def _numbered(name: str, taken: set[str]) -> str:
    """Return a name that nobody has: the same, or with the first free number after it."""
    if not name:
        raise CommandError("command.empty-name")
    found, number = name, 2
    while found in taken:
        found, number = f"{name} ({number})", number + 1
    return found

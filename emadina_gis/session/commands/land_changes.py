"""Commands on the changes of a scenario: one more of any kind, another in its place, all of them.

What a change says is made before, by ``workflows.resolving`` where it has a geometry; what it does
to parcels is the simulation's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.errors import AnalysisError, CommandError
from emadina_gis.session.commands.dates import Dated, stamped
from emadina_gis.session.phrase import Phrase
from emadina_gis.simulation import changes as kinds
from emadina_gis.simulation.draft import check_granted

if TYPE_CHECKING:
    from emadina_gis.project import Project
    from emadina_gis.simulation.changes import Change


@dataclass(frozen=True)
class AddChange(Dated):
    """Add a change at the end of a scenario.

    A value of a sector takes the place of an earlier one for the same sector and key.
    """

    scenario_id: str
    change: Change
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return change_label(self.change)

    def apply(self, project: Project) -> Project:
        """Return the project with the change in the scenario."""
        scenario = project.scenario(self.scenario_id)
        check_change(project, self.change)
        if scenario.changes and scenario.changes[-1] == self.change:
            return project
        kept = tuple(item for item in scenario.changes if not _is_replaced(item, self.change))
        made = replace(scenario, changes=(*kept, self.change))
        return project.with_scenario(stamped(made, self.when))


@dataclass(frozen=True)
class ReplaceChange(Dated):
    """Put another change in the place of one (its name, its letter, a new drawing)."""

    scenario_id: str
    index: int
    change: Change
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.scenarios.replace-change")

    def apply(self, project: Project) -> Project:
        """Return the project with the other change."""
        scenario = project.scenario(self.scenario_id)
        changes = list(scenario.changes)
        if not 0 <= self.index < len(changes):
            raise CommandError("command.no-change", scenario=scenario.name)
        check_change(project, self.change)
        if changes[self.index] == self.change:
            return project
        changes[self.index] = self.change
        return project.with_scenario(stamped(replace(scenario, changes=tuple(changes)), self.when))


@dataclass(frozen=True)
class SetChanges(Dated):
    """Put another list of changes in a scenario: another order, or drawings caught again."""

    scenario_id: str
    changes: tuple[Change, ...]
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.scenarios.set-changes")

    def apply(self, project: Project) -> Project:
        """Return the project with the changes."""
        scenario = project.scenario(self.scenario_id)
        if scenario.changes == self.changes:
            return project
        return project.with_scenario(stamped(replace(scenario, changes=self.changes), self.when))


def change_label(change: Change) -> Phrase:
    """Return what undo says of a change."""
    if isinstance(change, kinds.SetSectorValue):
        return Phrase("command.scenarios.value", {"sector": change.sector})
    if isinstance(change, kinds.SetRegime):
        return Phrase("command.scenarios.regime", count=len(change.ids))
    if isinstance(change, kinds.SetSector):
        named = {"sector": change.sector}
        return Phrase("command.scenarios.set_sector", named, count=len(change.ids))
    return Phrase(f"command.scenarios.{change.kind}", count=len(change.ids))


def check_change(project: Project, change: Change) -> None:
    """Refuse a change that names nothing, or parcels that are not there.

    Raises
    ------
    CommandError
        ``command.no-parcels``, ``command.no-selection``, ``command.no-row``,
        ``command.empty-name`` or ``command.not-a-number``.
    """
    parcels = project.parcels
    if parcels is None:
        raise CommandError("command.no-parcels")
    if isinstance(change, kinds.SetSectorValue):
        _check_numbers(((change.key, change.value),))
        return
    names = change.ids
    if not names and not isinstance(change, kinds.AddRoad | kinds.AddTransitLine):
        raise CommandError("command.no-selection")
    ids = np.array([name for name in names if isinstance(name, int)], dtype=np.int64)
    if len(parcels.table.rows_of_ids(ids)) < len(ids):
        raise CommandError("command.no-row", layer=parcels.id)
    _check_terms(change)


def _check_terms(change: Change) -> None:
    if isinstance(change, kinds.SetSector) and not change.sector.strip():
        raise CommandError("command.empty-name")
    if isinstance(change, kinds.GrantBonus):
        _check_numbers(((change.bonus, change.share),))
        if not 0.0 < change.share <= 1.0:
            raise CommandError("command.bonus-share")
    if isinstance(change, kinds.Derogation):
        if not change.values:
            raise CommandError("command.no-value")
        _check_numbers(change.values)
        try:
            for key, value in change.values:
                check_granted(key, value)
        except AnalysisError as exc:
            raise CommandError("command.granted-value", **exc.params) from exc


def _check_numbers(values: tuple[tuple[str, float], ...]) -> None:
    for key, value in values:
        if not np.isfinite(value):
            raise CommandError("command.not-a-number", key=key)


def _is_replaced(old: Change, new: Change) -> bool:
    if isinstance(old, kinds.SetSectorValue) and isinstance(new, kinds.SetSectorValue):
        return (old.sector, old.key) == (new.sector, new.key)
    return False

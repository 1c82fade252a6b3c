"""Commands on the values of sectors beyond setting one: giving the document's value back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.session.phrase import Phrase
from emadina_gis.simulation.sector_values import changes_of_value

if TYPE_CHECKING:
    from emadina_gis.project import Project


@dataclass(frozen=True)
class ResetSectorValue:
    """Let the document's value hold again for a sector, in a scenario."""

    scenario_id: str
    sector: str
    key: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.values.reset", {"sector": self.sector})

    def apply(self, project: Project) -> Project:
        """Return the project without the scenario's value."""
        scenario = project.scenario(self.scenario_id)
        gone = changes_of_value(scenario.changes, self.sector, self.key)
        if not gone:
            return project
        kept = tuple(c for index, c in enumerate(scenario.changes) if index not in gone)
        return project.with_scenario(replace(scenario, changes=kept))

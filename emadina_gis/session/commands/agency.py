"""The command that gives a project the profile of the agency that prints."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.project.agency import check_numbering
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from emadina_gis.project import Project
    from emadina_gis.project.agency import AgencyProfile


@dataclass(frozen=True)
class SetAgency:
    """Print in the name of an agency; None prints working documents of nobody's."""

    profile: AgencyProfile | None
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.agency.set")

    def apply(self, project: Project) -> Project:
        """Return the project with the profile.

        Raises
        ------
        CommandError
            With code ``agency.numbering``.
        """
        if self.profile == project.agency:
            return project
        if self.profile is not None:
            check_numbering(self.profile.numbering)
        return replace(project, agency=self.profile)

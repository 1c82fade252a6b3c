"""Commands on printed sheets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.errors import CommandError
from emadina_gis.session.commands.layouts import refuse_faults
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from emadina_gis.project import Layout, Project


@dataclass(frozen=True)
class SetLayout:
    """Change a sheet, or add it where the project has none of that id."""

    layout: Layout

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.sheets.set")

    @property
    def merge_key(self) -> str | None:
        """Changes while a sheet is being tried are one step."""
        return f"layout:{self.layout.id}"

    def apply(self, project: Project) -> Project:
        """Return the project with the sheet."""
        if self.layout.scale < 0:
            raise CommandError("command.scale", value=self.layout.scale)
        refuse_faults(self.layout)
        known = {layout.id: layout for layout in project.layouts}
        if known.get(self.layout.id) == self.layout:
            return project
        known[self.layout.id] = self.layout
        return replace(project, layouts=tuple(known.values()))


@dataclass(frozen=True)
class RemoveLayout:
    """Take a sheet out of the project."""

    layout_id: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.sheets.remove")

    def apply(self, project: Project) -> Project:
        """Return the project without the sheet."""
        layout = project.layout(self.layout_id)
        kept = tuple(other for other in project.layouts if other is not layout)
        return replace(project, layouts=kept)

"""Commands on the project as a whole: title, CRS, document, parcels, coefficients."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.domain.layer import Title
from emadina_gis.errors import CommandError
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from emadina_gis.domain.crs import Crs
    from emadina_gis.project import Project


@dataclass(frozen=True)
class SetProjectTitle:
    """Give the project the name that a person typed."""

    name: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.project.title")

    def apply(self, project: Project) -> Project:
        """Return the project with its name."""
        name = self.name.strip()
        if not name:
            raise CommandError("command.empty-name")
        title = Title.plain(name)
        return project if project.title == title else replace(project, title=title)


@dataclass(frozen=True)
class SetProjectCrs:
    """Choose the system in which the map is shown."""

    crs: Crs
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.project.crs")

    def apply(self, project: Project) -> Project:
        """Return the project with its CRS."""
        return project if project.crs == self.crs else replace(project, crs=self.crs)


@dataclass(frozen=True)
class SetDocument:
    """Choose the planning document (empty for none)."""

    document_id: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.project.document")

    def apply(self, project: Project) -> Project:
        """Return the project with its document."""
        if project.document_id == self.document_id:
            return project
        return replace(project, document_id=self.document_id)


@dataclass(frozen=True)
class SetParcelsLayer:
    """Choose the layer whose rows are the parcels (empty for none)."""

    layer_id: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.project.parcels")

    def apply(self, project: Project) -> Project:
        """Return the project with its parcels."""
        if self.layer_id:
            project.vector_layer(self.layer_id)
        if project.parcels_id == self.layer_id:
            return project
        return replace(project, parcels_id=self.layer_id)


@dataclass(frozen=True)
class SetCoefficient:
    """Change a coefficient of the simulation, or give it back its sourced default (None)."""

    key: str
    value: float | None

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.project.coefficient")

    @property
    def merge_key(self) -> str | None:
        """A drag of the slider is one step."""
        return f"coefficient:{self.key}"

    def apply(self, project: Project) -> Project:
        """Return the project with the coefficient."""
        if self.value is not None and not math.isfinite(self.value):
            raise CommandError("command.not-a-number", key=self.key)
        kept = {key: value for key, value in project.coefficients if key != self.key}
        if self.value is not None:
            kept[self.key] = self.value
        coefficients = tuple(sorted(kept.items()))
        if coefficients == project.coefficients:
            return project
        return replace(project, coefficients=coefficients)

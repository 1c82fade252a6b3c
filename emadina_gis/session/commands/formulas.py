"""Commands on the formulas that a project keeps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.analysis.formula import stored_formula
from emadina_gis.errors import CommandError
from emadina_gis.project.formulas import SavedFormula
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from emadina_gis.project import Project


@dataclass(frozen=True)
class SaveFormula:
    """Keep a formula under a name; one of that name for the layer is replaced.

    Raises
    ------
    CommandError
        ``command.empty-name``, ``project.no-layer``.
    FormulaError
        For a formula that cannot be read.
    """

    layer_id: str
    name: str
    text: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.formulas.save")

    def apply(self, project: Project) -> Project:
        """Return the project with the formula, in its stored form."""
        project.vector_layer(self.layer_id)
        if not self.name.strip():
            raise CommandError("command.empty-name")
        made = SavedFormula(self.name.strip(), self.layer_id, stored_formula(self.text))
        if made in project.formulas:
            return project
        others = _without(project, made.layer_id, made.name)
        return replace(project, formulas=(*others, made))


@dataclass(frozen=True)
class RemoveFormula:
    """Keep a formula no longer."""

    layer_id: str
    name: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.formulas.remove")

    def apply(self, project: Project) -> Project:
        """Return the project without the formula."""
        left = _without(project, self.layer_id, self.name)
        if len(left) == len(project.formulas):
            raise CommandError("command.no-formula", name=self.name)
        return replace(project, formulas=left)


def _without(project: Project, layer_id: str, name: str) -> tuple[SavedFormula, ...]:
    return tuple(
        kept for kept in project.formulas if (kept.layer_id, kept.name) != (layer_id, name)
    )

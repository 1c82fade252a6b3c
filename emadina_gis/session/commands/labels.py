"""Commands on single labels: one that comes before all others; which rows are labelled at all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.errors import CommandError
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from emadina_gis.domain.style import LabelStyle
    from emadina_gis.project import Project


@dataclass(frozen=True)
class RaiseLabel:
    """Let the label of a row come before all others, or no longer.

    Attributes
    ----------
    row_id : int
        Stable id of the row.
    """

    layer_id: str
    row_id: int
    raised: bool = True
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.labels.raise" if self.raised else "command.labels.lower")

    def apply(self, project: Project) -> Project:
        """Return the project where the row is among those that come first."""
        label = _label_of(project, self.layer_id)
        others = tuple(row for row in label.raised if row != self.row_id)
        raised = (*others, self.row_id) if self.raised else others
        if (self.row_id in label.raised) is self.raised:
            return project
        return _with_label(project, self.layer_id, replace(label, raised=raised))


@dataclass(frozen=True)
class LabelOnly:
    """Label some rows only; None labels all.

    Attributes
    ----------
    row_ids : tuple of int, or None
        Stable ids of the rows.
    """

    layer_id: str
    row_ids: tuple[int, ...] | None
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.labels.all" if self.row_ids is None else "command.labels.only")

    def apply(self, project: Project) -> Project:
        """Return the project where those rows are labelled."""
        label = _label_of(project, self.layer_id)
        if label.only_rows == self.row_ids:
            return project
        return _with_label(project, self.layer_id, replace(label, only_rows=self.row_ids))


def _label_of(project: Project, layer_id: str) -> LabelStyle:
    label = project.vector_layer(layer_id).style.label
    if label is None:
        raise CommandError("command.no-labels", layer=layer_id)
    return label


def _with_label(project: Project, layer_id: str, label: LabelStyle) -> Project:
    layer = project.vector_layer(layer_id)
    return project.with_layer(replace(layer, style=replace(layer.style, label=label)))

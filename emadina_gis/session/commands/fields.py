"""Commands on the columns of a layer: roles, values, new and removed columns."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.analysis.label_template import without_column
from emadina_gis.domain.schema import Schema
from emadina_gis.domain.style import Single, symbology_field
from emadina_gis.errors import CommandError
from emadina_gis.session.commands.cells import check_editable, fitting, rows_to_edit
from emadina_gis.session.derived import readers_of
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from emadina_gis.domain.layer import FieldLabel, VectorLayer
    from emadina_gis.domain.style import Style
    from emadina_gis.project import Project

Value = str | float | bool | None


@dataclass(frozen=True)
class SetLayerRoles:
    """Say which columns are the title, the sector, the area and so on."""

    layer_id: str
    schema: Schema
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.fields.roles")

    def apply(self, project: Project) -> Project:
        """Return the project with the layer's roles."""
        layer = project.vector_layer(self.layer_id)
        for _, name in self.schema:
            _check_column(layer, name)
        if dict(layer.schema.columns) == dict(self.schema.columns):
            return project
        return project.with_layer(replace(layer, schema=self.schema))


@dataclass(frozen=True)
class SetFieldValue:
    """Write one value into some rows of a column (None makes it missing)."""

    layer_id: str
    column: str
    ids: tuple[int, ...]
    value: Value
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.fields.value", {"column": self.column}, count=len(self.ids))

    def apply(self, project: Project) -> Project:
        """Return the project with the values written."""
        layer = project.vector_layer(self.layer_id)
        check_editable(layer, self.column)
        rows = rows_to_edit(layer, np.unique(np.asarray(self.ids, dtype=np.int64)))
        if not len(rows):
            return project
        with fitting(self.column, self.value):
            table = layer.table.with_values(self.column, rows, self.value)
        derived = layer.derived.with_edited((self.column,))
        return project.with_layer(replace(layer, table=table, derived=derived))


@dataclass(frozen=True, eq=False)
class AddField:
    """Add a column, such as an indicator, on the rows of a layer.

    Attributes
    ----------
    values : array-like, shape (n,)
        One value per row of the layer, NaN or None where missing.
    """

    layer_id: str
    column: str
    values: Any
    field_label: FieldLabel | None = None
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.fields.add", {"column": self.column})

    def apply(self, project: Project) -> Project:
        """Return the project with the column."""
        layer = project.vector_layer(self.layer_id)
        if not self.column.strip():
            raise CommandError("command.empty-name")
        if self.column in layer.table.columns:
            raise CommandError("command.column-exists", column=self.column)
        if len(self.values) != layer.table.row_count:
            raise CommandError("command.row-count", column=self.column, rows=len(self.values))
        labelled = () if self.field_label is None else ((self.column, self.field_label),)
        table = layer.table.with_column(self.column, self.values)
        changed = replace(layer, table=table, fields=(*layer.fields, *labelled))
        return project.with_layer(changed)


@dataclass(frozen=True)
class RemoveField:
    """Take a column away; roles and the style that need it go with it."""

    layer_id: str
    column: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.fields.remove", {"column": self.column})

    def apply(self, project: Project) -> Project:
        """Return the project without the column."""
        layer = project.vector_layer(self.layer_id)
        _check_column(layer, self.column)
        _check_unread(project, layer, self.column)
        schema = Schema({role: name for role, name in layer.schema if name != self.column})
        fields = tuple(pair for pair in layer.fields if pair[0] != self.column)
        table = layer.table.without_column(self.column)
        style = _without_field(layer.style, self.column)
        derived = layer.derived.without_column(self.column)
        return project.with_layer(
            replace(layer, table=table, schema=schema, fields=fields, style=style, derived=derived)
        )


def _check_unread(project: Project, layer: VectorLayer, name: str) -> None:
    """Raise where a computed or joined column reads a column."""
    readers = readers_of(project, (layer.id, name))
    if readers:
        raise CommandError("command.column-in-use", column=name, reader=readers[0][1])


def _without_field(style: Style, column: str) -> Style:
    if symbology_field(style) == column:
        style = replace(style, symbology=Single(style.symbol))
    if style.opacity is not None and style.opacity.field == column:
        style = replace(style, opacity=None)
    return replace(style, label=without_column(style.label, column))


def _check_column(layer: VectorLayer, name: str) -> None:
    if name not in layer.table.columns:
        raise CommandError("command.no-column", column=name)

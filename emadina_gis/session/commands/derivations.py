"""Commands on columns that follow from others, and on names and arrangement of all columns.

Values that took long to work out come with the command; the session keeps them right afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.analysis.computed import computed_column
from emadina_gis.analysis.formula import stored_formula
from emadina_gis.errors import AnalysisError, CommandError
from emadina_gis.session.derived import circles, joined_now, units_of
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.derived import ColumnView, LayerJoin
    from emadina_gis.domain.layer import FieldLabel, VectorLayer
    from emadina_gis.project import Project


@dataclass(frozen=True, eq=False)
class SetFormula:
    """Add a column that a formula gives, or give a computed column another formula.

    Attributes
    ----------
    values : Column or None
        What the formula gives, worked out before; None works it out now.
    """

    layer_id: str
    column: str
    formula: str
    field_label: FieldLabel | None = None
    values: Column | None = None
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.derived.formula", {"column": self.column})

    def apply(self, project: Project) -> Project:
        """Return the project with the computed column."""
        layer = project.vector_layer(self.layer_id)
        _check_name(layer, self.column, taken=bool(layer.derived.formula_of(self.column)))
        derived = layer.derived.with_formula(self.column, self._stored())
        marked = replace(layer, derived=derived)
        if (self.layer_id, self.column) in circles(project.with_layer(marked)):
            raise CommandError("command.circle", column=self.column)
        column = self.values
        if column is None or len(column) != layer.table.row_count:
            column = self._computed(layer)
        if derived == layer.derived and self._is_there(layer, column):
            return project
        table = layer.table.with_columns({self.column: column})
        changed = with_label(replace(marked, table=table), self.column, self.field_label)
        return project.with_layer(changed)

    def _stored(self) -> str:
        try:
            return stored_formula(self.formula)
        except AnalysisError as error:
            raise CommandError("command.derive", column=self.column, reason=error) from error

    def _computed(self, layer: VectorLayer) -> Column:
        try:
            return computed_column(self.formula, layer.table, units_of(layer))
        except AnalysisError as error:
            raise CommandError("command.derive", column=self.column, reason=error) from error

    def _is_there(self, layer: VectorLayer, column: Column) -> bool:
        known = layer.table.columns.get(self.column)
        same_label = self.field_label in {None, layer.field_label(self.column)}
        if known is None or not same_label:
            return False
        return known is column or known.fingerprint == column.fingerprint


@dataclass(frozen=True)
class FreezeField:
    """Keep the values of a computed or joined column as they are from now on."""

    layer_id: str
    column: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.derived.freeze", {"column": self.column})

    def apply(self, project: Project) -> Project:
        """Return the project with a plain column of the same values."""
        layer = project.vector_layer(self.layer_id)
        if not layer.derived.is_derived(self.column):
            raise CommandError("command.not-derived", column=self.column)
        plain = layer.derived.without_column(self.column)
        kept = replace(plain, edited=layer.derived.edited, view=layer.derived.view)
        return project.with_layer(replace(layer, derived=kept))


@dataclass(frozen=True, eq=False)
class AddJoin:
    """Join columns of another layer of the project by a key, and keep the join.

    Attributes
    ----------
    labels : tuple of (str, FieldLabel)
        Names of the new columns as a person reads them.
    """

    layer_id: str
    join: LayerJoin
    labels: tuple[tuple[str, FieldLabel], ...] = ()
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.derived.join", count=len(self.join.columns))

    def apply(self, project: Project) -> Project:
        """Return the project with the joined columns."""
        layer = project.vector_layer(self.layer_id)
        if any(join.id == self.join.id for join in layer.derived.joins):
            raise CommandError("command.join-exists")
        if not self.join.columns:
            raise CommandError("command.no-selection")
        for name in self.join.names:
            _check_name(layer, name)
        derived = replace(layer.derived, joins=(*layer.derived.joins, self.join))
        marked = replace(layer, derived=derived, fields=(*layer.fields, *self.labels))
        whole = project.with_layer(marked)
        for name in self.join.names:
            if (self.layer_id, name) in circles(whole):
                raise CommandError("command.circle", column=name)
        try:
            columns = joined_now(project, marked, self.join, self.join.names)
        except AnalysisError as error:
            name = self.join.names[0]
            raise CommandError("command.derive", column=name, reason=error) from error
        return project.with_layer(_with_columns(marked, columns))


@dataclass(frozen=True, eq=False)
class AddFields:
    """Add columns with their values, such as joined ones that are not kept as a join."""

    layer_id: str
    columns: tuple[tuple[str, Column], ...]
    labels: tuple[tuple[str, FieldLabel], ...] = ()
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.derived.join", count=len(self.columns))

    def apply(self, project: Project) -> Project:
        """Return the project with the columns."""
        layer = project.vector_layer(self.layer_id)
        for name, column in self.columns:
            _check_name(layer, name)
            if len(column) != layer.table.row_count:
                raise CommandError("command.row-count", column=name, rows=len(column))
        if not self.columns:
            return project
        labelled = replace(layer, fields=(*layer.fields, *self.labels))
        return project.with_layer(_with_columns(labelled, dict(self.columns)))


@dataclass(frozen=True)
class SetFieldLabel:
    """Give a column another name, unit or decimals to read; its name in the data stays."""

    layer_id: str
    column: str
    field_label: FieldLabel
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.derived.label", {"column": self.column})

    def apply(self, project: Project) -> Project:
        """Return the project with the column named so."""
        layer = project.vector_layer(self.layer_id)
        if self.column not in layer.table.columns:
            raise CommandError("command.no-column", column=self.column)
        if not self.field_label.title.fr.strip():
            raise CommandError("command.empty-name")
        if layer.field_label(self.column) == self.field_label:
            return project
        return project.with_layer(with_label(layer, self.column, self.field_label))


@dataclass(frozen=True)
class SetColumnView:
    """Arrange the columns of a table: order, hidden ones, widths; drags in a row are one step."""

    layer_id: str
    view: ColumnView

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.derived.view")

    @property
    def merge_key(self) -> str:
        """Arrangements of one table in a row are one step."""
        return f"column-view/{self.layer_id}"

    def apply(self, project: Project) -> Project:
        """Return the project with the columns arranged."""
        layer = project.vector_layer(self.layer_id)
        if layer.derived.view == self.view:
            return project
        derived = replace(layer.derived, view=self.view)
        return project.with_layer(replace(layer, derived=derived))


def with_label(layer: VectorLayer, name: str, label: FieldLabel | None) -> VectorLayer:
    """Return the layer with the label of a column replaced; None leaves it."""
    if label is None:
        return layer
    others = tuple(pair for pair in layer.fields if pair[0] != name)
    return replace(layer, fields=(*others, (name, label)))


def _check_name(layer: VectorLayer, name: str, *, taken: bool = False) -> None:
    if not name.strip():
        raise CommandError("command.empty-name")
    if name in layer.table.columns and not taken:
        raise CommandError("command.column-exists", column=name)


def _with_columns(layer: VectorLayer, columns: Mapping[str, Column]) -> VectorLayer:
    return replace(layer, table=layer.table.with_columns(columns))

"""Renaming a column in the data: roles, labels, formulas and joins follow in the same step.

What names a column in words of its own (a style, a page) is not rewritten: the command is refused
and says so; the name that people read can be changed at any time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from emadina_gis.analysis.formula import formula
from emadina_gis.analysis.formula_print import printed
from emadina_gis.analysis.formula_tree import ColumnName
from emadina_gis.domain.derived import ColumnView, ComputedColumn, Derivations, LayerJoin
from emadina_gis.domain.layer import RasterLayer
from emadina_gis.domain.schema import Schema
from emadina_gis.errors import AnalysisError, CommandError
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from emadina_gis.domain.layer import Layer, VectorLayer
    from emadina_gis.project import Project


@dataclass(frozen=True)
class RenameField:
    """Give a column another name in the data."""

    layer_id: str
    column: str
    name: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.fields.rename", {"column": self.column, "name": self.name.strip()})

    def apply(self, project: Project) -> Project:
        """Return the project with the column renamed wherever it is known by name."""
        layer = project.vector_layer(self.layer_id)
        name = self.name.strip()
        if self.column not in layer.table.columns:
            raise CommandError("command.no-column", column=self.column)
        if not name:
            raise CommandError("command.empty-name")
        if name == self.column:
            return project
        if name in layer.table.columns:
            raise CommandError("command.column-exists", column=name)
        if mentions(layer.style, self.column) or mentions(project.layouts, self.column):
            raise CommandError("command.column-in-style", column=self.column)
        renamed = self._renamed(layer, name)
        layers = tuple(
            renamed if one is layer else self._joined(one, name) for one in project.layers
        )
        return replace(project, layers=layers)

    def _renamed(self, layer: VectorLayer, name: str) -> VectorLayer:
        old = self.column
        columns = {name if key == old else key: c for key, c in layer.table.columns.items()}
        schema = {role: name if one == old else one for role, one in layer.schema}
        labels = tuple((name if key == old else key, label) for key, label in layer.fields)
        table = replace(layer.table, columns=columns)
        return replace(
            layer,
            table=table,
            schema=Schema(schema),
            fields=labels,
            derived=_derivations(layer.derived, old, name),
        )

    def _joined(self, layer: Layer, name: str) -> Layer:
        """Return another layer whose joins read the column."""
        if isinstance(layer, RasterLayer):
            return layer
        joins = tuple(self._other_end(join, name) for join in layer.derived.joins)
        if joins == layer.derived.joins:
            return layer
        return replace(layer, derived=replace(layer.derived, joins=joins))

    def _other_end(self, join: LayerJoin, name: str) -> LayerJoin:
        if join.layer_id != self.layer_id:
            return join
        columns = tuple(
            replace(one, field=name) if one.field == self.column else one for one in join.columns
        )
        key = name if join.other_key == self.column else join.other_key
        return replace(join, other_key=key, columns=columns)


def _derivations(derived: Derivations, old: str, new: str) -> Derivations:
    def named(one: str) -> str:
        return new if one == old else one

    view = derived.view
    return Derivations(
        tuple(
            ComputedColumn(named(one.name), formula_renamed(one.formula, old, new))
            for one in derived.computed
        ),
        tuple(
            replace(
                join,
                key=named(join.key),
                columns=tuple(replace(one, name=named(one.name)) for one in join.columns),
            )
            for join in derived.joins
        ),
        tuple(named(one) for one in derived.edited),
        ColumnView(
            tuple(named(one) for one in view.order),
            tuple(named(one) for one in view.hidden),
            tuple((named(one), width) for one, width in view.widths),
            view.freezes_first,
        ),
    )


def formula_renamed(text: str, old: str, new: str) -> str:
    """Return a formula that reads a column under its new name; one that cannot be read stays."""
    try:
        tree = formula(text).tree
    except AnalysisError:
        return text
    changed = _node_renamed(tree, old.casefold(), new)
    return text if changed is tree else printed(changed)


def _node_renamed(node: Any, old: str, new: str) -> Any:
    """Return a part of a formula's tree with a column renamed; the same one where it has none."""
    if isinstance(node, ColumnName):
        return replace(node, name=new) if node.name.strip().casefold() == old else node
    if isinstance(node, tuple):
        made = tuple(_node_renamed(one, old, new) for one in node)
        return node if all(a is b for a, b in zip(made, node, strict=True)) else made
    if not is_dataclass(node) or isinstance(node, type):
        return node
    parts = {one.name: getattr(node, one.name) for one in fields(node)}
    changed = {name: _node_renamed(part, old, new) for name, part in parts.items()}
    other = {name: part for name, part in changed.items() if part is not parts[name]}
    return replace(node, **other) if other else node


def mentions(value: Any, name: str) -> bool:
    """Whether a tree of values names a column: as a text, or as a word within one."""
    if isinstance(value, str):
        return value == name or re.search(rf"(?<!\w){re.escape(name)}(?!\w)", value) is not None
    if isinstance(value, tuple | list | frozenset):
        return any(mentions(one, name) for one in value)
    if isinstance(value, Mapping):
        return any(mentions(one, name) for one in (*value.keys(), *value.values()))
    if is_dataclass(value) and not isinstance(value, type):
        return any(mentions(getattr(value, one.name), name) for one in fields(value))
    return False

"""Columns as a person chooses them: those of the table and those of the outcome, with their names.

Owns names, units and the text of a value. Personal columns are never offered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emadina_gis.domain.schema import Role

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.words import Words

_DECIMALS = 2
UNGROUPED = frozenset({Role.PARCEL_ID, Role.SECTOR, Role.COMMUNE, Role.NAME})


@dataclass(frozen=True)
class NamedColumn:
    """A column with its name, unit and decimals as a person reads them."""

    field: str
    title: str
    column: Column
    unit: str = ""
    decimals: int = 0
    is_outcome: bool = False
    grouped: bool = True

    def text(self, row: int, words: Words) -> str:
        """Return the value of a row as text; an en dash where it is missing."""
        return value_text(self.column.value(row), self, words)


def value_text(value: Any, named: NamedColumn, words: Words, *, with_unit: bool = False) -> str:
    """Return a value as a person reads it."""
    if value is None:
        return words.number(None)
    if isinstance(value, bool):
        return words.text("value.yes" if value else "value.no")
    if isinstance(value, int | float) and named.grouped:
        decimals = named.decimals if named.column.is_number else _DECIMALS
        if isinstance(value, float) and not named.decimals and not float(value).is_integer():
            decimals = _DECIMALS if abs(value) < 1_000 else 0
        if with_unit and named.unit:
            return words.quantity(float(value), named.unit, decimals)
        return words.number(float(value), decimals)
    return words.isolated(_said(str(value), named, words))


def _said(text: str, named: NamedColumn, words: Words) -> str:
    key = f"value.{named.field}.{text}"
    return words.text(key) if named.is_outcome and words.has(key) else text


def named_columns(desk: Desk, layer: VectorLayer) -> tuple[NamedColumn, ...]:
    """Return the columns that may be shown, those of the table first, then the outcome's."""
    personal = layer.schema.personal_columns()
    own = [_own(desk, layer, name) for name in layer.table.names if name not in personal]
    outcome = [
        _of_outcome(desk, name, column)
        for name, column in desk.results.columns_of(layer).items()
        if name not in layer.table.columns
    ]
    return (*own, *outcome)


def named_column(desk: Desk, layer: VectorLayer, field: str) -> NamedColumn | None:
    """Return one of the columns that may be shown, or None."""
    return next((named for named in named_columns(desk, layer) if named.field == field), None)


def _own(desk: Desk, layer: VectorLayer, name: str) -> NamedColumn:
    label = layer.field_label(name)
    title = desk.speech.title(label.title)
    role = layer.schema.role_of(name)
    key = f"role.{role.value}" if role is not None else ""
    if title == name and key and desk.words.has(key):
        title = desk.words.text(key)
    return NamedColumn(
        name,
        title,
        layer.table.column(name),
        label.unit,
        label.decimals,
        grouped=role not in UNGROUPED,
    )


def _of_outcome(desk: Desk, name: str, column: Column) -> NamedColumn:
    key = f"outcome.column.{name}"
    title = desk.words.text(key) if desk.words.has(key) else name
    return NamedColumn(name, title, column, _unit_of(name), is_outcome=True)


def _unit_of(name: str) -> str:
    for ending in ("_m2", "_ha", "_m"):
        if name.endswith(ending) or f"{ending}_" in name:
            return ending[1:]
    return ""

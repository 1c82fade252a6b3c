"""Columns as a person chooses them: those of the table and those of the outcome, with their names.

Owns names, units and the text of a value. Personal columns are never offered; a column of the
outcome is made when its values are first asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa

from emadina_gis.domain.schema import Role
from emadina_gis.simulation.real_outcome import REAL_WORDS, JoinedColumns
from emadina_gis.simulation.scenario_outcome import WORD_FIELDS, OutcomeColumns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import FieldLabel, VectorLayer
    from emadina_gis.words import Words

_DECIMALS = 2
_LARGE = 1_000
#: Columns whose usual value is larger are told without decimals.
_LARGEST_WITH_DECIMALS = 10_000
#: Columns never change: what their values need is looked for once.
_NEEDED_DECIMALS: WeakKeyDictionary[Column, int] = WeakKeyDictionary()
#: Coded values are said by these words.
_SAID_BY_ROLE = {
    Role.FRONTS: "report.fronts",
    Role.USE: "report.use",
    Role.LAND_STATE: "land.class",
}
_SAID_BY_NAME = {
    "status": "report.status",
    "reason": "report.reason",
    "binding_rule": "why.rule",
    "binding_detail": "why.detail",
    "real_fronts": "report.fronts",
    "real_reason": "envelopes.reason",
}
#: Under these a value is missing because something that is not about the rules is unknown.
_COMPUTED = frozenset({"", "ok", "assumed"})
COMPUTED_NOTE, JOINED_NOTE = "table.note.computed", "table.note.joined"
EDITED_NOTE, PERSONAL_NOTE = "table.note.edited", "table.note.personal"
UNGROUPED = frozenset({Role.PARCEL_ID, Role.SECTOR, Role.COMMUNE, Role.NAME})


@dataclass(frozen=True, eq=False)
class NamedColumn:
    """A column with its name, unit and decimals as a person reads them.

    Attributes
    ----------
    source : Mapping[str, Column]
        Where the column is found by `field`.
    grouped : bool
        Whether its numbers are amounts (codes and titles are not grouped).
    said_by : str
        Words under which coded values are said; empty where values are names.
    label : FieldLabel, optional
        What the layer itself says of its codes.
    role : Role, optional
        What the column means to the engine.
    formula : str
        What gives its values; empty where they are plain ones.
    notes : tuple of str
        Keys of what is to be known of it: computed, joined, edited by hand, personal.
    trouble : str
        Why its values can no longer be worked out; empty where they can.
    """

    field: str
    title: str
    source: Mapping[str, Column]
    is_number: bool
    unit: str = ""
    decimals: int = 0
    is_outcome: bool = False
    grouped: bool = True
    said_by: str = ""
    label: FieldLabel | None = None
    role: Role | None = None
    formula: str = ""
    notes: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def is_derived(self) -> bool:
        """Whether the values follow from other columns."""
        return COMPUTED_NOTE in self.notes or JOINED_NOTE in self.notes

    @property
    def is_personal(self) -> bool:
        """Whether the values are personal data."""
        return PERSONAL_NOTE in self.notes

    @property
    def is_editable(self) -> bool:
        """Whether a person may write its cells."""
        return not (self.is_outcome or self.is_derived)

    @property
    def column(self) -> Column:
        """The values."""
        return self.source[self.field]

    @property
    def is_made(self) -> bool:
        """Whether the values are there: making them takes a while for many parcels."""
        source = self.source
        if isinstance(source, OutcomeColumns | JoinedColumns):
            return source.is_made(self.field)
        return True


def value_text(value: Any, named: NamedColumn, words: Words, *, with_unit: bool = False) -> str:
    """Return a value as a person reads it; an en dash where it is missing."""
    if value is None:
        return words.number(None)
    if isinstance(value, bool):
        return words.text("value.yes" if value else "value.no")
    if isinstance(value, int | float) and named.grouped:
        decimals = _decimals_of(value, named)
        if with_unit and named.unit:
            return words.quantity(float(value), named.unit, decimals)
        return words.number(float(value), decimals)
    return words.isolated(_said(str(value), named, words))


def missing_text(named: NamedColumn, row: int, words: Words) -> str:
    """Return why a value is missing: the source does not say it, or it could not be computed."""
    if not named.is_outcome:
        return words.text("value.not-stated")
    if named.field == "reason":  # nothing was to be said of the parcel
        return words.text("report.reason.none")
    reason = str(_value(named, "reason", row) or "")
    if words.has(f"report.reason.{reason}"):
        return words.text(f"report.reason.{reason}")
    status = str(_value(named, "status", row) or "")
    if status in _COMPUTED or not words.has(f"report.status.{status}"):
        return words.text("report.reason.not_known")
    return words.text(f"report.status.{status}")


def _value(named: NamedColumn, field: str, row: int) -> Any:
    column = named.source.get(field)
    return None if column is None else column.value(row)


def _decimals_of(value: float, named: NamedColumn) -> int:
    if named.decimals or float(value).is_integer():
        return named.decimals
    return _DECIMALS if abs(value) < _LARGE else 0


def usual_decimals(named: NamedColumn) -> int:
    """Return the decimals with which all values of a column are told, so that they line up.

    Those stated, else as many as the first values need, two at most and none for large ones.
    """
    amounts = named.is_number and named.grouped and named.is_made
    if named.decimals or not amounts or not named.column.is_number:
        return named.decimals
    column = named.column
    known = _NEEDED_DECIMALS.get(column)
    if known is None:
        known = _NEEDED_DECIMALS[column] = _needed_decimals(column)
    return known


def _needed_decimals(column: Column) -> int:
    """Return how many decimals the first values of a column need."""
    chunks = column.chunks[:1]
    if not chunks or not pa.types.is_floating(chunks[0].values.type):
        return 0
    values = np.abs(chunks[0].values.drop_null().to_numpy())
    if not len(values) or float(np.median(values)) >= _LARGEST_WITH_DECIMALS:
        return 0
    needed = (d for d in range(_DECIMALS) if np.array_equal(np.round(values, d), values))
    return next(needed, _DECIMALS)


def _said(text: str, named: NamedColumn, words: Words) -> str:
    key = f"{named.said_by}.{text}"
    if named.said_by and words.has(key):
        return words.text(key)
    return (named.label.said(text, words.language) if named.label else "") or text


def said_value(layer: VectorLayer, field: str, value: object, words: Words) -> str:
    """Return a coded value in words; empty where the value is a name of the data."""
    role = layer.schema.role_of(field) if field in layer.table.columns else None
    said_by = _SAID_BY_NAME.get(field, "") if role is None else _SAID_BY_ROLE.get(role, "")
    key = f"{said_by}.{value}"
    if said_by and words.has(key):
        return words.text(key)
    return layer.field_label(field).said(str(value), words.language)


def named_columns(
    desk: Desk, layer: VectorLayer, shown_personal: frozenset[str] = frozenset()
) -> tuple[NamedColumn, ...]:
    """Return the columns that may be shown, those of the table first, then the outcome's.

    Parameters
    ----------
    shown_personal : frozenset of str
        Personal columns that the person asked to see.
    """
    personal = layer.schema.personal_columns() - shown_personal
    own = [_own(desk, layer, name) for name in layer.table.names if name not in personal]
    outcome = desk.results.columns_of(layer)
    more = [_of_outcome(desk, name, outcome) for name in outcome if name not in layer.table.columns]
    return (*own, *more)


def named_column(desk: Desk, layer: VectorLayer, field: str) -> NamedColumn | None:
    """Return one of the columns that may be shown, or None."""
    return next((named for named in named_columns(desk, layer) if named.field == field), None)


def _own(desk: Desk, layer: VectorLayer, name: str) -> NamedColumn:
    label = layer.field_label(name)
    role = layer.schema.role_of(name)
    return NamedColumn(
        name,
        desk.speech.title(label.title),
        layer.table.columns,
        layer.table.column(name).is_number,
        label.unit,
        label.decimals,
        grouped=role not in UNGROUPED,
        said_by=_SAID_BY_ROLE.get(role, "") if role is not None else "",
        label=label,
        role=role,
        formula=layer.derived.formula_of(name),
        notes=_notes(layer, name),
    )


def _notes(layer: VectorLayer, name: str) -> tuple[str, ...]:
    """Return the keys of what is to be known of a column."""
    derived = layer.derived
    held = {
        COMPUTED_NOTE: bool(derived.formula_of(name)),
        JOINED_NOTE: derived.join_of(name) is not None,
        EDITED_NOTE: name in derived.edited,
        PERSONAL_NOTE: name in layer.schema.personal_columns(),
    }
    return tuple(key for key, holds in held.items() if holds)


def _of_outcome(desk: Desk, name: str, source: Mapping[str, Column]) -> NamedColumn:
    title = desk.words.text("columns.outcome", name=desk.words.text(f"outcome.column.{name}"))
    number = name not in WORD_FIELDS | REAL_WORDS
    return NamedColumn(
        name,
        title,
        source,
        number,
        _unit_of(name),
        is_outcome=True,
        said_by=_SAID_BY_NAME.get(name, ""),
    )


def _unit_of(name: str) -> str:
    for ending, unit in (("_m2", "m2"), ("_m", "m")):
        if name.endswith(ending):
            return unit
    return ""

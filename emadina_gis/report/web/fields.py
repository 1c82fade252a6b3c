"""Columns of a published layer: which the public may see, their labels and their packed values.

Counts below ten households are suppressed; persons and land titles are left out (`withheld`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.role_names import plain_name
from emadina_gis.domain.schema import Role
from emadina_gis.report.web.languages import titled
from emadina_gis.report.web.packing import LARGEST, folded, packed_column
from emadina_gis.report.web.withheld import (
    few,
    is_counted,
    is_withheld,
    masked,
    masked_in,
    masked_value,
)
from emadina_gis.words import LANGUAGES
from emadina_gis.words.units import UNIT_LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import FieldLabel, VectorLayer

MOST_FIELDS = 16
#: How packed numbers say "missing" and "fewer than ten"; others are two more than themselves.
MISSING, HIDDEN, SHIFT = 0, 1, 2
_TEXT_LIMIT = 200
#: Roles and names of the columns that people look for: names, sectors, indices of a nomenclature.
_SEARCHED_ROLES = frozenset({Role.NAME, Role.SECTOR, Role.CONSTRAINT_INDEX})
_SEARCHED_NAMES = frozenset(
    {
        "name", "name_fr", "name_ar", "name_en", "nom", "nom_fr", "nom_ar", "libelle",
        "designation", "designation_ar", "index", "indice", "road_index", "facility_id",
    }
)  # fmt: skip


@dataclass
class WebFields:
    """Columns of a layer for the page.

    Attributes
    ----------
    fields : list of dict
        Key, titles in three languages, type, unit, decimals.
    values : dict
        Key → packed values of the published rows.
    search : list of str
        Keys of the columns that may be searched.
    """

    fields: list[dict[str, Any]] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    search: list[str] = field(default_factory=list)


def layer_fields(layer: VectorLayer, rows: NDArray[np.intp]) -> WebFields:
    """Return the columns of a layer that the public may see, for some rows."""
    found = WebFields()
    labelled = dict(layer.fields)
    names = [n for n in layer.table.columns if n in labelled] or list(layer.table.columns)
    searched = searched_columns(layer)
    for name in names:
        if len(found.fields) >= MOST_FIELDS:
            break
        column = layer.table.column(name)
        if is_withheld(layer, name, column):
            continue
        add_column(found, layer, name, rows)
        if name in searched and found.fields[-1]["type"] == "text":
            found.search.append(name)
    return found


def searched_columns(layer: VectorLayer) -> frozenset[str]:
    """Return the columns that people look for; none of a layer of parcels or buildings."""
    if layer.schema.column(Role.PARCEL_ID) is not None:
        return frozenset()
    roles = {name for role, name in layer.schema if role in _SEARCHED_ROLES}
    named = {name for name in layer.table.columns if plain_name(name) in _SEARCHED_NAMES}
    return frozenset(roles | named)


def add_column(found: WebFields, layer: VectorLayer, name: str, rows: NDArray[np.intp]) -> None:
    """Add a column of the layer's own table."""
    column = layer.table.column(name)
    label = layer.field_label(name)
    entry: dict[str, Any] = {"key": name, "title": masked_in(titled(label.title))}
    if column.is_number and not label.values:
        entry |= {"type": "number", "decimals": label.decimals} | unit_entry(label.unit)
        hidden = few(column)[rows] if is_counted(layer, name, column) else None
        found.values[name] = numbers(column.numbers[rows], label.decimals, hidden)
    elif label.values:
        codes, values = column.coded
        entry |= {"type": "word", "values": [_said_by(label, str(value)) for value in values]}
        found.values[name] = words_of(codes[rows])
    else:
        entry["type"] = "text"
        found.values[name] = texts(column, rows)
    found.fields.append(entry)


def _said_by(label: FieldLabel, value: str) -> dict[str, str]:
    return {
        language: masked(label.said(value, language)) or masked_value(value)
        for language in LANGUAGES
    }


def unit_entry(unit: str) -> dict[str, Any]:
    """Return the unit of a field in three languages; nothing where it has none."""
    if not unit:
        return {}
    return {"unit": UNIT_LABELS.get(unit) or dict.fromkeys(LANGUAGES, unit)}


def numbers(
    values: NDArray[np.float64], decimals: int, hidden: NDArray[np.bool_] | None = None
) -> dict[str, Any]:
    """Return numbers as whole steps of their last decimal, packed; missing ones and few said so."""
    scaled = np.round(np.asarray(values, dtype=np.float64) * 10.0**decimals)
    known = np.isfinite(scaled) & (np.abs(scaled) < LARGEST / 4)
    steps = folded(np.where(known, scaled, 0)) + SHIFT
    steps = np.where(known, steps, MISSING)
    if hidden is not None:
        steps = np.where(hidden, HIDDEN, steps)
    return packed_column(steps)


def words_of(codes: NDArray[Any]) -> dict[str, Any]:
    """Return indices into the words of a field, packed; -1 is missing."""
    return packed_column(np.asarray(codes, dtype=np.int64) + 1)


def texts(column: Column, rows: NDArray[np.intp]) -> dict[str, Any]:
    """Return texts as different ones and indices into them, long ones cut, titles masked."""
    listed = column.strings[rows]
    seen: dict[str, int] = {}
    codes = np.zeros(len(listed), dtype=np.int64)
    for row, text in enumerate(listed.tolist()):
        if text is not None and str(text):
            codes[row] = 1 + seen.setdefault(str(text), len(seen))
    return {"texts": [masked(text)[:_TEXT_LIMIT] for text in seen], **packed_column(codes)}

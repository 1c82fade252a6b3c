"""What a feature is called in a list: its title, its name, else its place in the table; no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.domain.schema import Role

if TYPE_CHECKING:
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.words import Words

_NAMING = (Role.PARCEL_ID, Role.NAME, Role.SECTOR)


def naming_column(layer: VectorLayer) -> str | None:
    """Return the column that names the features of a layer, None where there is none."""
    for role in _NAMING:
        name = layer.schema.column(role)
        if name is not None and name in layer.table.columns:
            return name
    personal = layer.schema.personal_columns()
    texts = (name for name in layer.table.names if layer.table.column(name).is_text)
    return next((name for name in texts if name not in personal), None)


def row_name(layer: VectorLayer, row: int, words: Words) -> str:
    """Return what the feature of a row is called."""
    column = naming_column(layer)
    value = None if column is None else layer.table.column(column).value(row)
    if column is None or value is None or not str(value).strip():
        return words.text("pointed.row", row=row + 1)
    said = layer.field_label(column).said(str(value), words.language) or str(value)
    return words.isolated(said)

"""What each row of a table is in a drawing: its layer, colour, fields as texts, label.

Knows nothing of ezdxf.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.kept import kept
from emadina_gis.domain.schema import Role, guessed_schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.table import FeatureTable

#: AutoCAD colour indices that can be told apart on black and on white.
ASSIGNED_COLORS = (1, 3, 5, 30, 6, 94, 140, 200, 34, 154, 12, 84, 174, 214, 42, 124)
_FORBIDDEN = re.compile(r"[<>/\\\":;?*|=`,\x00-\x1f]")
_NOT_IN_TAGS = re.compile(r"[\s\"'`^\\]+")
_COLOR = re.compile(r"#([0-9a-fA-F]{6})")
_MOST_NAME = 255
_MOST_TEXT = 250
#: Blocks with attributes are heavy: beyond this many values there are none.
_MOST_CARD_VALUES = 200_000
_LAYER_FIELDS = ("layer", "calque")
_LAYER_ROLES = (Role.SECTOR, Role.CONSTRAINT_NATURE)
_LABEL_FIELDS = ("label", "text")
_LABEL_ROLES = (Role.PARCEL_ID, Role.NAME)
_SMALLEST_LETTER_M, _LARGEST_LETTER_M = 0.5, 10.0
_LETTERS_ACROSS = 12.0


class DrawingRows:
    """The rows of a table as a drawing shows them."""

    def __init__(self, table: FeatureTable, title: str) -> None:
        names = list(table.names)
        schema = guessed_schema(names)
        self._table = table
        self._title = title
        self.layer_field = _first(names, _LAYER_FIELDS, [schema.column(r) for r in _LAYER_ROLES])
        self.label_field = _first(names, _LABEL_FIELDS, [schema.column(r) for r in _LABEL_ROLES])
        self._texts = {name: texts_of(column) for name, column in table.columns.items()}
        self.types = {name: str(column.type) for name, column in table.columns.items()}

    @property
    def has_labels(self) -> bool:
        """Whether rows have a label."""
        return bool(self.label_field) and self._table.has_geometry

    @property
    def has_cards(self) -> bool:
        """Whether the fields also go into blocks with attributes."""
        return len(self._texts) * self._table.row_count <= _MOST_CARD_VALUES

    @kept
    def tags(self) -> tuple[str, ...]:
        """Names of fields as tags of attributes."""
        return tuple(_NOT_IN_TAGS.sub("_", name)[:_MOST_NAME] or "_" for name in self._texts)

    @kept
    def letter_height(self) -> float:
        """Height of labels, in the table's units: readable in the median polygon."""
        if not self._table.has_geometry:
            return 1.0
        areas = np.concatenate([chunk.areas() for chunk in self._table.geometry or ()])
        areas = areas[(self._table.kinds == Kind.POLYGON) & (areas > 0)]
        if not len(areas):
            return 1.0
        side = float(np.sqrt(np.median(areas)))
        height = side / _LETTERS_ACROSS
        return round(min(max(height, _SMALLEST_LETTER_M), _LARGEST_LETTER_M), 2)

    def layer_of(self, row: int) -> str:
        """Return the CAD layer of a row."""
        value = self._texts[self.layer_field][row] if self.layer_field else None
        return _FORBIDDEN.sub("_", value or self._title).strip()[:_MOST_NAME] or "0"

    def color_of(self, row: int) -> int | None:
        """Return the colour 0xRRGGBB of a row whose table has a column of colours."""
        value = self._texts["color"][row] if "color" in self._texts else None
        found = _COLOR.fullmatch(value) if value else None
        return int(found.group(1), 16) if found else None

    def fields_of(self, row: int) -> dict[str, str]:
        """Return the fields that a row has, as texts."""
        values = ((name, texts[row]) for name, texts in self._texts.items())
        return {name: value for name, value in values if value is not None}

    def label_of(self, row: int) -> str:
        """Return the label of a row on one line."""
        value = self._texts[self.label_field][row] if self.label_field else None
        return _on_a_line(value or "")

    def card_of(self, row: int) -> Iterator[tuple[str, str]]:
        """Give the tags and values of a row's block."""
        if not self.has_cards:
            return
        for tag, texts in zip(self.tags, self._texts.values(), strict=True):
            value = texts[row]
            if value:
                yield tag, _on_a_line(value)


def _on_a_line(text: str) -> str:
    return " ".join(text.split())[:_MOST_TEXT]


def _first(names: Sequence[str], wanted: Sequence[str], roles: Sequence[str | None]) -> str:
    """Return the first column that is there; empty without one."""
    by_name = {name.lower(): name for name in names}
    found = [by_name[name] for name in wanted if name in by_name]
    return next(iter([*found, *(name for name in roles if name)]), "")


def texts_of(column: Column) -> list[str | None]:
    """Return values as texts that can be read back without loss."""
    values = column.arrow
    if pa.types.is_boolean(values.type):
        values = pc.if_else(values, "true", "false")
    texts: list[str | None] = values.cast(pa.string()).to_pylist()
    return texts

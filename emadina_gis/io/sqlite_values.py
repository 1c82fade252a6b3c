"""Whole numbers of SQLite tables beyond 32 bits, which GDAL cuts off where a type is only INTEGER.

Read once more from the file itself, read-only. Knows nothing of geometry.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np
import pyarrow as pa

from emadina_gis.domain.column import Column, column_of

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.errors import Problem

DRIVERS = frozenset({"SQLite"})
_OVERFLOW = "integer overflow occurred"
_ENDS = (2**31 - 1, -(2**31))


def exact_integers(path: Path, layer: str, columns: dict[str, Column]) -> dict[str, Column]:
    """Return columns with the numbers that were cut off to 32 bits as they are in the file.

    A column that cannot be read again stays as it is.
    """
    suspect = [name for name, column in columns.items() if _is_suspect(column)]
    if not suspect:
        return columns
    exact = {name: _read_again(path, layer, name, columns[name]) for name in suspect}
    return {name: exact.get(name) or column for name, column in columns.items()}


def without_overflow_notes(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return problems without what GDAL said of numbers that were read again."""
    return tuple(p for p in problems if _OVERFLOW not in str(p.params.get("detail", "")))


def _is_suspect(column: Column) -> bool:
    return bool(pa.types.is_integer(column.type) and np.isin(column.numbers, _ENDS).any())


def _read_again(path: Path, layer: str, name: str, column: Column) -> Column | None:
    table, field = (f'"{text.replace(chr(34), chr(34) * 2)}"' for text in (layer, name))
    address = f"file:{quote(str(path))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            found = database.execute(f"SELECT {field} FROM {table}").fetchall()  # noqa: S608
    except sqlite3.Error:
        return None
    values = [row[0] for row in found]
    if len(values) != len(column) or not _agree(values, column):
        return None
    return column_of(pa.array(values, pa.int64()))


def _agree(values: list[object], column: Column) -> bool:
    """Whether values are those of the column but for the ones that were cut off."""
    if not all(value is None or isinstance(value, int) for value in values):
        return False
    lowest, highest = _ENDS[1], _ENDS[0]
    cut = [None if v is None else min(max(int(str(v)), lowest), highest) for v in values]
    return bool(cut == column.arrow.to_pylist())

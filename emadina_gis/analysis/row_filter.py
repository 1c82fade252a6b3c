"""Conditions on one column each, as a person chooses them, and the rows that meet all of them.

A missing value meets no condition but the one that asks for it. Knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.analysis.row_order import ranks_of
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.words.collation import folded, folded_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column

Value = str | float | bool | None
Mask = "NDArray[np.bool_]"


@dataclass(frozen=True)
class TextContains:
    """The text holds another one; case and accents do not matter."""

    field: str
    text: str


@dataclass(frozen=True)
class InRange:
    """A number or date between two ends, both counted in; None is open."""

    field: str
    low: float | dt.date | None = None
    high: float | dt.date | None = None


@dataclass(frozen=True)
class OneOf:
    """One of some values; None among them stands for missing."""

    field: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class IsMissing:
    """No value, or, negated, any value."""

    field: str
    negated: bool = False


Condition = TextContains | InRange | OneOf | IsMissing


def rows_meeting(
    columns: Mapping[str, Column],
    conditions: Sequence[Condition],
    count: int,
    ctx: Context = NULL_CONTEXT,
) -> NDArray[np.bool_]:
    """Return which rows meet all conditions, shape (count,); those on no column are left out."""
    kept = np.ones(count, dtype=bool)
    for condition in conditions:
        ctx.check()
        column = columns.get(condition.field)
        if column is not None:
            kept &= _met(column, condition)
    return kept


def _met(column: Column, condition: Condition) -> NDArray[np.bool_]:
    if isinstance(condition, IsMissing):
        valid = _flags(column.arrow.is_valid())
        return valid if condition.negated else ~valid
    if isinstance(condition, InRange):
        return _between(column, condition)
    if isinstance(condition, TextContains):
        return _containing(column, condition.text)
    return _one_of(column, condition.values)


def _between(column: Column, asked: InRange) -> NDArray[np.bool_]:
    values = column.numbers if column.is_number else ranks_of(column, "fr")
    met = ~np.isnan(values)
    if asked.low is not None:
        met &= values >= _end(column, asked.low, last=False)
    if asked.high is not None:
        met &= values <= _end(column, asked.high, last=True)
    return met


def _end(column: Column, end: float | dt.date, *, last: bool) -> float:
    """Return an end of a range in the numbers of the column; a day ends with its last moment."""
    if isinstance(end, int | float):
        return float(end)
    days = pa.scalar(end, pa.date32()).cast(pa.int32()).as_py()
    if not pa.types.is_timestamp(column.type):
        return float(days)
    return float((days + last) * 86_400_000_000 - last)


def _containing(column: Column, text: str) -> NDArray[np.bool_]:
    asked = folded_text(text.strip())
    texts = column.arrow if column.is_text else column.arrow.cast(pa.string())
    parts = [pc.match_substring(folded(chunk), asked) for chunk in texts.chunks]
    return _flags(pa.chunked_array(parts, pa.bool_()))


def _one_of(column: Column, values: tuple[Value, ...]) -> NDArray[np.bool_]:
    listed = pa.array([value for value in values if value is not None])
    listed = listed.cast(column.type) if len(listed) else pa.array([], column.type)
    found = _flags(pc.is_in(column.arrow, value_set=listed))
    if None in values:
        found |= ~_flags(column.arrow.is_valid())
    return found


def _flags(found: pa.ChunkedArray) -> NDArray[np.bool_]:
    return np.array(pc.fill_null(found, False).to_numpy(), dtype=bool)

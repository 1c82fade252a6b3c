"""Joining two tables by a key: who meets whom, what is left over, and the joined columns.

A join never makes rows: each row of the left table stays one row. Where several rows on the right
have one key, their values are put together by a figure that the person named, or the join is
refused. Knows no files or widgets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.domain.column import Column, column_of, number_column
from emadina_gis.domain.derived import JoinedColumn, KeyReading, ManyRows
from emadina_gis.domain.kept import kept
from emadina_gis.domain.land_title import canonical_titles
from emadina_gis.errors import AnalysisError
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.words.collation import folded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Matching:
    """Which keys of two tables meet.

    Attributes
    ----------
    left : ndarray of int, shape (n,)
        Number of each left row's key among the keys of the right table, -1 where there is none.
    right : ndarray of int, shape (m,)
        Number of each right row's key, -1 where it has none.
    keys : int
        Distinct keys on the right.
    """

    left: NDArray[np.intp]
    right: NDArray[np.intp]
    keys: int
    left_missing: int

    @kept
    def per_key(self) -> NDArray[np.intp]:
        """How many right rows have each key, shape (keys,)."""
        return np.bincount(self.right[self.right >= 0], minlength=self.keys)

    @property
    def matched(self) -> int:
        """Left rows that found their key."""
        return int((self.left >= 0).sum())

    @kept
    def left_over(self) -> NDArray[np.intp]:
        """Left rows without a counterpart."""
        return np.flatnonzero(self.left < 0)

    @kept
    def right_over(self) -> NDArray[np.intp]:
        """Right rows that no left row asks for."""
        asked = np.zeros(self.keys + 1, dtype=bool)
        asked[self.left] = True
        asked[-1] = False
        return np.flatnonzero(~asked[self.right])

    @kept
    def repeated(self) -> NDArray[np.intp]:
        """Right rows whose key occurs more than once."""
        many = np.append(self.per_key > 1, False)
        return np.flatnonzero(many[self.right])

    @property
    def is_one_to_many(self) -> bool:
        """Whether a left row meets several right rows."""
        many = np.append(self.per_key > 1, False)
        return bool(many[self.left].any())


def key_texts(column: Column, reading: KeyReading, ctx: Context = NULL_CONTEXT) -> pa.Array:
    """Return the keys of a column as texts that can be compared, missing where empty.

    Whole numbers are written without decimals, so that ``12`` meets ``"12"``.
    """
    parts = []
    for chunk in column.chunks:
        ctx.check()
        parts.append(_read(_plain_texts(chunk.values), reading))
    return pa.concat_arrays(parts) if parts else pa.array([], pa.string())


def _plain_texts(values: pa.Array) -> pa.Array:
    if pa.types.is_floating(values.type):
        whole = pc.equal(values, pc.floor(values))
        safe = pc.if_else(pc.less(pc.abs(values), 9e15), whole, False)
        inside = pc.if_else(safe, values, pa.scalar(0.0))
        return pc.if_else(safe, inside.cast(pa.int64()).cast(pa.string()), values.cast(pa.string()))
    return values if pa.types.is_string(values.type) else values.cast(pa.string())


def _read(texts: pa.Array, reading: KeyReading) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(texts)
    keys = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
    if reading is KeyReading.EXACT:
        return keys
    if reading is KeyReading.TITLE:
        titles = canonical_titles(keys.to_numpy(zero_copy_only=False))
        return pc.coalesce(pa.array(titles, pa.string()), keys)
    return pc.replace_substring_regex(folded(keys), r"\s+", " ")


def matching(
    left: Column, right: Column, reading: KeyReading, ctx: Context = NULL_CONTEXT
) -> Matching:
    """Return which rows of two key columns meet."""
    mine, theirs = key_texts(left, reading, ctx), key_texts(right, reading, ctx)
    ctx.check()
    encoded = theirs.dictionary_encode()
    ctx.check()
    found = _numbers(pc.index_in(mine, value_set=encoded.dictionary))
    return Matching(found, _numbers(encoded.indices), len(encoded.dictionary), mine.null_count)


def _numbers(indices: pa.Array) -> NDArray[np.intp]:
    filled = pc.fill_null(indices, -1).to_numpy(zero_copy_only=False)
    return np.asarray(filled, dtype=np.intp)


def joined_columns(
    found: Matching,
    columns: Mapping[str, Column],
    wanted: Sequence[JoinedColumn],
    ctx: Context = NULL_CONTEXT,
) -> dict[str, Column]:
    """Return the joined columns on the left rows, by their names there.

    Raises
    ------
    AnalysisError
        ``join.many-rows`` where a key has several rows and a column takes one value only;
        ``join.no-column`` where the right table has no such column.
    """
    made = {}
    for item in wanted:
        ctx.check()
        column = columns.get(item.field)
        if column is None:
            raise AnalysisError("join.no-column", column=item.field)
        made[item.name] = _joined(found, column, item)
    return made


def _joined(found: Matching, column: Column, item: JoinedColumn) -> Column:
    if item.many is ManyRows.REFUSED:
        if found.is_one_to_many:
            raise AnalysisError("join.many-rows", column=item.field, count=len(found.repeated))
        return _taken(column, _row_of_key(found)[found.left])
    if item.many is ManyRows.SAME:
        return _taken(column, _row_of_agreed_key(found, column)[found.left])
    if item.many is ManyRows.COUNT:
        counts = np.append(found.per_key, 0).astype(np.float64)[found.left]
        return column_of(pa.array(counts.astype(np.int64)))
    figures = np.append(_figure_per_key(found, column, item.many), np.nan)
    return number_column(figures[found.left])


def _row_of_key(found: Matching) -> NDArray[np.intp]:
    """Return the first right row of each key, and -1 for "no key" in the last place."""
    rows = np.full(found.keys + 1, -1, dtype=np.intp)
    known = np.flatnonzero(found.right >= 0)[::-1]
    rows[found.right[known]] = known
    return rows


def _row_of_agreed_key(found: Matching, column: Column) -> NDArray[np.intp]:
    """Return a right row of each key whose rows all say the same, else -1."""
    rows = np.full(found.keys + 1, -1, dtype=np.intp)
    encoded = pa.concat_arrays([c.values for c in column.chunks]).dictionary_encode()
    codes = _numbers(encoded.indices)
    present = np.flatnonzero((found.right >= 0) & (codes >= 0))[::-1]
    keys, said = found.right[present], codes[present]
    rows[keys] = present
    agreed = said == codes[rows[keys]]
    rows[keys[~agreed]] = -1
    return rows


def _taken(column: Column, rows: NDArray[np.intp]) -> Column:
    """Return values of right rows, missing where the row is -1."""
    places = pa.array(rows, pa.int64(), mask=rows < 0)
    return column_of(column.arrow.take(places), column.type)


def _figure_per_key(found: Matching, column: Column, many: ManyRows) -> NDArray[np.float64]:
    numbers = column.numbers
    known = (found.right >= 0) & np.isfinite(numbers)
    key, values, count = found.right[known], numbers[known], found.keys
    present = np.bincount(key, minlength=count)
    if many in {ManyRows.SUM, ManyRows.MEAN}:
        sums = np.bincount(key, weights=values, minlength=count)
        divisor = np.maximum(present, 1) if many is ManyRows.MEAN else 1
        return np.where(present > 0, sums / divisor, np.nan)
    ends = np.full(count, np.inf if many is ManyRows.MIN else -np.inf)
    (np.minimum if many is ManyRows.MIN else np.maximum).at(ends, key, values)
    return np.where(present > 0, ends, np.nan)

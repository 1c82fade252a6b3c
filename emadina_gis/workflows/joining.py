"""Joining a table by a key: what would meet, before anything is joined, and the joined columns.

The other table is a layer of the project, with its outcome, or a file that was just read. Files are
read by the reader of the window; nothing is written to them.
"""

from __future__ import annotations

from collections import ChainMap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.analysis.key_join import Matching, joined_columns, key_texts, matching
from emadina_gis.domain.derived import JoinedColumn, KeyReading, ManyRows
from emadina_gis.domain.land_title import title_share
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.errors import LayerReadError
from emadina_gis.io.reader import INLINE, Reader
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.workflows.diagnosis import diagnose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.table import FeatureTable

SAMPLES = 4
#: Texts of a key column that are looked at to know titles.
_LOOKED_AT = 2_000
#: Both key columns are titles from this share on.
_MOSTLY = 0.6


@dataclass(frozen=True)
class JoinAsked:
    """What a person wants joined.

    Attributes
    ----------
    columns : tuple of str
        Columns of the other table.
    many : ManyRows
        What numbers take of several rows; other columns then take the value in common.
    """

    key: str
    other_key: str
    columns: tuple[str, ...]
    reading: KeyReading = KeyReading.EXACT
    many: ManyRows = ManyRows.REFUSED


@dataclass(frozen=True)
class JoinPreview:
    """What a join would do.

    Attributes
    ----------
    left_samples, right_samples, repeated_samples : tuple of str
        Some keys without a counterpart on either side, and some that are repeated there.
    repeated : int
        Rows of the other table whose key occurs more than once.
    """

    rows: int
    matched: int
    without_key: int
    left_over: int
    right_over: int
    repeated: int
    is_one_to_many: bool
    left_samples: tuple[str, ...]
    right_samples: tuple[str, ...]
    repeated_samples: tuple[str, ...]


def read_table(path: Path, reader: Reader = INLINE, ctx: Context = NULL_CONTEXT) -> VectorLayer:
    """Return the table of a file as a layer, such as the first sheet of a workbook.

    Raises
    ------
    LayerReadError
        ``layer.no-rows`` where the file has no table that can be read.
    """
    arrival = diagnose(path, reader=reader, ctx=ctx)
    for candidate in arrival.candidates:
        if isinstance(candidate.layer, VectorLayer):
            return candidate.layer
    raise LayerReadError("join.no-table", path=path.name)


def sensible_reading(left: Column, right: Column) -> KeyReading:
    """Return how two key columns are best compared: as titles where both hold titles."""
    shares = (title_share(_some(column)) for column in (left, right) if column.is_text)
    found = list(shares)
    titles = len(found) == 2 and min(found) > _MOSTLY
    return KeyReading.TITLE if titles else KeyReading.EXACT


def _some(column: Column) -> NDArray[np.object_]:
    parts = [chunk.values for chunk in column.chunks[:1]]
    if not parts:
        return np.zeros(0, dtype=object)
    return np.asarray(parts[0].slice(0, _LOOKED_AT).to_numpy(zero_copy_only=False), dtype=object)


def previewed(
    left: FeatureTable,
    right: Mapping[str, Column],
    asked: JoinAsked,
    ctx: Context = NULL_CONTEXT,
) -> JoinPreview:
    """Return what would meet and what would be left over."""
    mine, theirs = left.column(asked.key), right[asked.other_key]
    found = matching(mine, theirs, asked.reading, ctx)
    return JoinPreview(
        left.row_count,
        found.matched,
        found.left_missing,
        len(found.left_over) - found.left_missing,
        len(found.right_over),
        len(found.repeated),
        found.is_one_to_many,
        _samples(mine, found.left_over),
        _samples(theirs, found.right_over),
        _samples(theirs, found.repeated),
    )


def _samples(column: Column, rows: NDArray[np.intp]) -> tuple[str, ...]:
    """Return some distinct keys of rows, those that are there."""
    texts = key_texts(column.take(rows[: SAMPLES * 20]), KeyReading.EXACT).to_pylist()
    return tuple(dict.fromkeys(text for text in texts if text is not None))[:SAMPLES]


def joined_names(
    asked: JoinAsked, taken: Sequence[str], right: Mapping[str, Column]
) -> tuple[JoinedColumn, ...]:
    """Return the columns to join under names that are free."""
    used = set(taken)
    made = []
    for field in asked.columns:
        name, number = field, 2
        while name in used:
            name, number = f"{field}_{number}", number + 1
        used.add(name)
        made.append(JoinedColumn(field, name, _many(asked.many, right[field])))
    return tuple(made)


def _many(many: ManyRows, column: Column) -> ManyRows:
    """Return what a column takes of several rows: sums are for numbers."""
    fits = many in {ManyRows.REFUSED, ManyRows.SAME, ManyRows.COUNT} or column.is_number
    return many if fits else ManyRows.SAME


def values_joined(
    left: FeatureTable,
    right: Mapping[str, Column],
    asked: JoinAsked,
    columns: tuple[JoinedColumn, ...],
    ctx: Context = NULL_CONTEXT,
) -> dict[str, Column]:
    """Return the joined columns on the rows of the left table.

    Raises
    ------
    AnalysisError
        Where a key has several rows and nothing was said of them.
    """
    found: Matching = matching(left.column(asked.key), right[asked.other_key], asked.reading, ctx)
    return joined_columns(found, right, columns, ctx)


def columns_of_other(
    layer: VectorLayer, outcome: Mapping[str, Column], personal: frozenset[str] = frozenset()
) -> Mapping[str, Column]:
    """Return the columns that may be joined: personal ones only where the person took them."""
    hidden = layer.schema.personal_columns() - personal
    own = {name: column for name, column in layer.table.columns.items() if name not in hidden}
    return ChainMap(own, outcome)  # type: ignore[arg-type]  # read only

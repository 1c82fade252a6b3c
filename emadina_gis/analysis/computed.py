"""A column that a formula gives, worked out chunk by chunk; chunks whose inputs stayed are shared.

Every function of the formula language looks at one row at a time, so that a chunk of the result
follows from one chunk of each input. Knows no project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import pyarrow as pa

from emadina_gis.analysis.formula import Formula, Given, evaluate, formula, kind_of
from emadina_gis.domain.column import Column, ColumnChunk
from emadina_gis.domain.geometry import CHUNK_ROWS
from emadina_gis.domain.table import FeatureTable
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.domain.geometry import GeometryChunk

_NO_UNITS: Mapping[str, str] = MappingProxyType({})
ARROW_TYPES = {
    "number": pa.float64(), "text": pa.string(), "truth": pa.bool_(), "date": pa.timestamp("us"),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Slice:
    """One chunk of each input column, and of the geometry."""

    columns: dict[str, ColumnChunk]
    geometry: GeometryChunk | None
    rows: slice

    def same_as(self, other: _Slice) -> bool:
        """Whether nothing differs from another slice."""
        if self.columns.keys() != other.columns.keys() or self.rows != other.rows:
            return False
        same = all(chunk is other.columns[name] for name, chunk in self.columns.items())
        return same and self.geometry is other.geometry


def input_names(source: Formula, table: FeatureTable) -> tuple[str, ...]:
    """Return the columns of a table that a formula reads, by their names there."""
    alike = {name.strip().casefold(): name for name in reversed(table.names)}
    found = (n if n in table.columns else alike.get(n.casefold()) for n in source.columns)
    return tuple(dict.fromkeys(name for name in found if name is not None))


def computed_column(
    text: str,
    table: FeatureTable,
    units: Mapping[str, str] = _NO_UNITS,
    ctx: Context = NULL_CONTEXT,
) -> Column:
    """Return the column that a formula gives on the rows of a table.

    Parameters
    ----------
    units : Mapping[str, str]
        Unit by column.

    Raises
    ------
    FormulaError
        Where the formula cannot be read or applied; the error says the place in the text.
    """
    source = formula(text)
    kind, _ = kind_of(source, table, given=Given(units))
    parts = []
    slices = list(_slices(input_names(source, table), table))
    for number, piece in enumerate(slices):
        ctx.report(number / len(slices), "phase.computing")
        parts.append(_evaluated(source, piece, table, units))
    return Column(tuple(parts), ARROW_TYPES[kind])


def updated_column(
    text: str,
    old: FeatureTable,
    name: str,
    table: FeatureTable,
    units: Mapping[str, str] = _NO_UNITS,
) -> Column:
    """Return the column again for another state of the table; what did not change is shared.

    Parameters
    ----------
    old : FeatureTable
        The state in which column `name` held what the formula gave.
    """
    source = formula(text)
    before = old.columns.get(name)
    names = input_names(source, table)
    if before is None or names != input_names(source, old):
        return computed_column(text, table, units)
    kind, _ = kind_of(source, table, given=Given(units))
    pieces, known = list(_slices(names, table)), list(_slices(names, old))
    same = len(pieces) == len(known) == len(before.chunks)
    if not same or ARROW_TYPES[kind] != before.type:
        return computed_column(text, table, units)
    chunks = tuple(
        chunk if piece.same_as(past) else _evaluated(source, piece, table, units)
        for piece, past, chunk in zip(pieces, known, before.chunks, strict=True)
    )
    if all(new is chunk for new, chunk in zip(chunks, before.chunks, strict=True)):
        return before
    return Column(chunks, before.type)


def _slices(names: tuple[str, ...], table: FeatureTable) -> Iterator[_Slice]:
    """Cut the inputs into slices of `CHUNK_ROWS`; chunks that lie so already are taken as such."""
    chosen = {name: table.columns[name] for name in names}
    starts = range(0, table.row_count, CHUNK_ROWS)
    aligned = all(_is_aligned(column, len(starts)) for column in chosen.values())
    pieces = None
    if table.geometry is not None and len(table.geometry) == len(starts):
        pieces = table.geometry
    for index, start in enumerate(starts):
        rows = slice(start, min(start + CHUNK_ROWS, table.row_count))
        columns = {
            name: column.chunks[index] if aligned else _cut(column, rows)
            for name, column in chosen.items()
        }
        yield _Slice(columns, None if pieces is None else pieces[index], rows)


def _is_aligned(column: Column, count: int) -> bool:
    lengths = [len(chunk) for chunk in column.chunks]
    return len(lengths) == count and all(length == CHUNK_ROWS for length in lengths[:-1])


def _cut(column: Column, rows: slice) -> ColumnChunk:
    part = column.arrow.slice(rows.start, rows.stop - rows.start).combine_chunks()
    return ColumnChunk(pa.concat_arrays(part.chunks) if hasattr(part, "chunks") else part)


def _evaluated(
    source: Formula, piece: _Slice, table: FeatureTable, units: Mapping[str, str]
) -> ColumnChunk:
    columns = {name: Column((c,), c.values.type) for name, c in piece.columns.items()}
    geometry = None if piece.geometry is None else (piece.geometry,)
    small = FeatureTable(columns, table.ids[piece.rows].copy(), geometry, table.crs)
    (chunk,) = evaluate(source, small, given=Given(units)).column.chunks
    return chunk

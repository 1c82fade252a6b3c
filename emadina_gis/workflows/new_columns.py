"""Columns that a person adds to a table: empty ones by kind, and values of a formula.

A formula may read columns of the scenario's outcome too; its values are then kept as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from emadina_gis.analysis.computed import computed_column, input_names
from emadina_gis.analysis.formula import Given, evaluate, formula
from emadina_gis.domain.column import Column, column_of
from emadina_gis.domain.geometry import chunks_from_shapely
from emadina_gis.domain.table import FeatureTable
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

#: Kind of an empty column, and the type of its values.
KINDS: dict[str, pa.DataType] = {
    "number": pa.float64(), "whole": pa.int64(), "text": pa.string(), "truth": pa.bool_(),
    "date": pa.date32(),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Preview:
    """What a formula gives on some rows.

    Attributes
    ----------
    kind : str
        ``"number"``, ``"text"``, ``"truth"`` or ``"date"``.
    reads_outcome : bool
        Whether it reads columns of the outcome of a scenario.
    """

    kind: str
    unit: str
    column: Column
    reads_outcome: bool


def empty_column(kind: str, count: int) -> Column:
    """Return a column without values."""
    return column_of(pa.nulls(count, KINDS[kind]), KINDS[kind])


def preview(
    text: str,
    table: FeatureTable,
    rows: NDArray[np.intp],
    extra: Mapping[str, Column],
    given: Given,
) -> Preview:
    """Return what a formula gives on a few rows.

    Raises
    ------
    FormulaError
        Where it cannot be read or applied.
    """
    source = formula(text)
    own = input_names(source, table)
    further = _further(source.columns, table, extra)
    columns = {name: table.columns[name].take(rows) for name in own}
    columns |= {name: column.take(rows) for name, column in further.items()}
    chunks = chunks_from_shapely(table.shapes(rows)) if table.has_geometry else None
    small = FeatureTable(columns, table.ids[rows].copy(), chunks, table.crs)
    result = evaluate(source, small, given=given)
    return Preview(result.kind, result.unit, result.column, bool(further))


def computed_values(
    text: str,
    table: FeatureTable,
    extra: Mapping[str, Column],
    given: Given,
    ctx: Context = NULL_CONTEXT,
) -> Column:
    """Return what a formula gives on all rows.

    Raises
    ------
    FormulaError
        Where it cannot be read or applied.
    """
    source = formula(text)
    further = _further(source.columns, table, extra)
    if not further:
        return computed_column(text, table, given.units, ctx)
    return evaluate(source, table, further, given=given, ctx=ctx).column


def _further(
    names: tuple[str, ...], table: FeatureTable, extra: Mapping[str, Column]
) -> dict[str, Column]:
    """Return the columns beyond the table's that are named; making them takes a while."""
    wanted = {name.casefold() for name in names}
    own = {name.casefold() for name in table.names}
    found = [name for name in extra if name.casefold() in wanted - own]
    return {name: extra[name] for name in found}

"""Commands on the cells of a table: values written by hand, one by one or as a block.

Only the chunks that change are made anew. Columns that follow from others are refused; the layer
says which columns were edited. Source files are never written.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from emadina_gis.domain.column import arrow_array
from emadina_gis.errors import CommandError
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.project import Project


@dataclass(frozen=True, eq=False)
class EditCells:
    """Write values into some rows of one or more columns, as one step.

    Attributes
    ----------
    ids : array-like of int, shape (k,)
        Row ids, each once.
    columns : tuple of (str, sequence)
        Column and its k values; None makes a cell missing.
    title : str
        What a person calls the column, where it is one.
    """

    layer_id: str
    ids: Any
    columns: tuple[tuple[str, Sequence[Any]], ...]
    title: str = ""
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        if len(self.columns) == 1:
            return Phrase(
                "command.fields.value", {"column": self.title or self.columns[0][0]}, len(self.ids)
            )
        cells = len(self.ids) * len(self.columns)
        return Phrase("command.cells.block", count=cells)

    def apply(self, project: Project) -> Project:
        """Return the project with the values written."""
        layer = project.vector_layer(self.layer_id)
        ids = np.asarray(self.ids, dtype=np.int64)
        rows = rows_to_edit(layer, ids)
        table = layer.table
        for name, values in self.columns:
            check_editable(layer, name)
            if len(values) != len(ids):
                raise CommandError("command.row-count", column=name, rows=len(values))
            table = _written(table, name, rows, values)
        if table is layer.table:
            return project
        derived = layer.derived.with_edited(tuple(name for name, _ in self.columns))
        return project.with_layer(replace(layer, table=table, derived=derived))


def rows_to_edit(layer: VectorLayer, ids: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the rows of ids; raises `CommandError` where one is gone or named twice."""
    rows = layer.table.rows_of_ids(ids)
    if len(rows) < len(ids) or len(np.unique(ids)) < len(ids):
        raise CommandError("command.no-row", layer=layer.id)
    return rows


def check_editable(layer: VectorLayer, name: str) -> None:
    """Raise where a column is not there or follows from others."""
    if name not in layer.table.columns:
        raise CommandError("command.no-column", column=name)
    if layer.derived.is_derived(name):
        raise CommandError("command.derived-column", column=name)


@contextmanager
def fitting(name: str, value: object) -> Iterator[None]:
    """Say in our words that a value is not of the kind of a column it is written into."""
    try:
        yield
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        raise CommandError("command.value-kind", column=name, value=value) from error


def _written(
    table: FeatureTable, name: str, rows: NDArray[np.intp], values: Sequence[Any]
) -> FeatureTable:
    """Return the table with values written; the same one where they stand there already."""
    column = table.column(name)
    with fitting(name, next((value for value in values if value is not None), "")):
        listed = arrow_array(values)
        new = listed.cast(column.type) if listed.type != column.type else listed
    old = column.arrow.take(pa.array(rows)).combine_chunks()
    if old.equals(pa.chunked_array([new]).combine_chunks()):
        return table
    return table.with_values(name, rows, new)

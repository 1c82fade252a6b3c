"""The attributes of a layer as a table on paper: only what may leave the agency.

Owns which columns may be listed: never personal ones, land titles of public layers only, and small
counts of households told as such (loi 09-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.layer import Diffusion, VectorLayer
from emadina_gis.report.flow import Cell
from emadina_gis.report.page_tables import PaperTable, TableRow, head_cell
from emadina_gis.report.web.withheld import few, is_counted, is_personal, is_title, masked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emadina_gis.words import Words

#: Columns of a layer that a table shows where none are named.
MOST_COLUMNS = 6


def may_be_listed(layer: VectorLayer) -> bool:
    """Whether rows of a layer may stand on a sheet that leaves the agency."""
    return layer.diffusion is not Diffusion.INTERNAL


def listed_columns(
    layer: VectorLayer, wanted: Sequence[str] = (), *, masks_titles: bool = False
) -> tuple[str, ...]:
    """Return the columns of a layer that may stand on a sheet: never personal ones.

    Land titles leave with public layers only, and not where the page masks them. Without any
    wanted, the first few that are named.
    """
    labelled = dict(layer.fields)
    every = [name for name in layer.table.columns if name in labelled] or [*layer.table.columns]
    asked = [name for name in wanted if name in layer.table.columns] if wanted else every
    found = [name for name in asked if not _is_withheld(layer, name, masks_titles)]
    return tuple(found if wanted else found[:MOST_COLUMNS])


def _is_withheld(layer: VectorLayer, name: str, masks_titles: bool) -> bool:  # noqa: FBT001
    is_public = layer.diffusion is Diffusion.PUBLIC and not masks_titles
    if is_personal(layer, name):
        return True
    return not is_public and is_title(layer, name, layer.table.column(name))


def attributes_table(
    layer: VectorLayer,
    wanted: Sequence[str],
    most_rows: int,
    words: Words,
    *,
    masks_titles: bool = False,
) -> PaperTable:
    """Return rows of a layer as a table, in the order of the layer."""
    names = listed_columns(layer, wanted, masks_titles=masks_titles)
    count = layer.table.row_count
    rows = np.arange(min(count, max(most_rows, 0)))
    texts = [_column_texts(layer, name, rows, words, masks=masks_titles) for name in names]
    aligns = [_align(layer, name) for name in names]
    heads = tuple(
        head_cell(_head(layer, name, words), align)
        for name, align in zip(names, aligns, strict=True)
    )
    made = tuple(
        TableRow(tuple(Cell(text, align=a) for text, a in zip(row, aligns, strict=True)))
        for row in zip(*texts, strict=True)
    )
    title = words.isolated(layer.title.text(words.language))
    shares = (1.0 / len(names),) * len(names) if names else ()
    return PaperTable(title, heads, made, shares, left_out=count - len(rows))


def _head(layer: VectorLayer, name: str, words: Words) -> str:
    label = layer.field_label(name)
    said = words.isolated(label.title.text(words.language))
    return f"{said} ({words.unit(label.unit)})" if label.unit else said


def _align(layer: VectorLayer, name: str) -> str:
    return "end" if _is_measure(layer, name) else "start"


def _is_measure(layer: VectorLayer, name: str) -> bool:
    column = layer.table.column(name)
    return column.is_number and not is_title(layer, name, column)


def _column_texts(
    layer: VectorLayer, name: str, rows: NDArray[np.intp], words: Words, *, masks: bool
) -> list[str]:
    whole, label = layer.table.column(name), layer.field_label(name)
    column = whole.take(rows)
    if _is_measure(layer, name):
        numbers = [words.number(value, label.decimals) for value in column.numbers.tolist()]
        if is_counted(layer, name, whole):
            said = words.text("report.web.few")
            return [said if small else n for small, n in zip(few(column), numbers, strict=True)]
        return numbers
    missing = words.number(None)
    return [
        missing
        if value is None
        else _said(layer, label.said(str(value), words.language), value, words, masks=masks)
        for value in column.strings.tolist()
    ]


def _said(layer: VectorLayer, said: str, value: object, words: Words, *, masks: bool) -> str:
    text = said or str(value).strip()
    is_open = layer.diffusion is Diffusion.PUBLIC and not masks
    return words.isolated(text if is_open else masked(text))

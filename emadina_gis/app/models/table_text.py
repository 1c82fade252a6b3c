"""Cells of a table as plain text: to be typed again, to be pasted into a spreadsheet, as choices.

Numbers have the decimal sign of the language and no grouping; coded values are said in words.
Knows no widget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.analysis.typed_values import plain_text
from emadina_gis.app.models.columns import NamedColumn, value_text
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.tables import safe_cell
from emadina_gis.words.numbers import without_isolates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emadina_gis.words import Words

#: Distinct texts of a column that are still a list to choose from.
MOST_CHOICES = 40
_STEP = 8_192


def heading_of(named: NamedColumn, words: Words) -> str:
    """Return the heading of a column as plain text, with its unit."""
    unit = f" ({words.unit(named.unit)})" if named.unit else ""
    return without_isolates(f"{named.title}{unit}")


def cell_text(value: Any, named: NamedColumn, words: Words) -> str:
    """Return one value as it is typed: empty where it is missing."""
    if isinstance(value, str):
        return without_isolates(value_text(value, named, words))
    return plain_text(value, words.language)


def choices_of(named: NamedColumn, words: Words) -> dict[str, str]:
    """Return the words that may be chosen for a column, and the value of each.

    Codes that the layer explains, and codes of the engine that occur; none for free texts.
    """
    found: dict[str, str] = {}
    if named.label is not None and named.label.values:
        found |= {title.text(words.language): value for value, title in named.label.values}
    if named.said_by and named.column.is_text:
        said = ((cell_text(value, named, words), value) for value in named.column.coded[1])
        found |= {text: value for text, value in said if text != value}
    return {text: value for text, value in found.items() if text}


def spreadsheet_text(
    columns: Sequence[NamedColumn],
    rows: NDArray[np.intp],
    words: Words,
    ctx: Context = NULL_CONTEXT,
) -> str:
    """Return rows as text for a spreadsheet: headings, tabs between cells, a line per row.

    A text that a spreadsheet would run gets an apostrophe; one with tabs or breaks is quoted.
    """
    lines = ["\t".join(_quoted(heading_of(named, words)) for named in columns)]
    for start in range(0, len(rows), _STEP):
        ctx.report(start / len(rows), "phase.copying")
        part = rows[start : start + _STEP]
        cells = [_cells(named, part, words) for named in columns]
        lines += ["\t".join(row) for row in zip(*cells, strict=True)]
    return "\n".join(lines) + "\n"


def _cells(named: NamedColumn, rows: NDArray[np.intp], words: Words) -> list[str]:
    values = named.column.take(rows).arrow.to_pylist()
    return [_quoted(str(_safe(cell_text(value, named, words), value))) for value in values]


def _safe(text: str, value: Any) -> object:
    return safe_cell(text) if isinstance(value, str) else text


def _quoted(text: str) -> str:
    if any(sign in text for sign in '\t\n\r"'):
        return '"' + text.replace('"', '""') + '"'
    return text


def export_arrays(
    columns: Sequence[NamedColumn], rows: NDArray[np.intp], words: Words
) -> dict[str, NDArray[Any]]:
    """Return the rows as arrays by field: numbers as numbers, coded values in words."""
    made: dict[str, NDArray[Any]] = {}
    for named in columns:
        if named.is_number and named.column.is_number:
            made[named.field] = named.column.numbers[rows]
            continue
        values = named.column.take(rows).arrow.to_pylist()
        texts = [None if v is None else cell_text(v, named, words) for v in values]
        made[named.field] = np.array(texts, dtype=object)
    return made

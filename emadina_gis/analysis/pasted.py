"""A block of cells copied from a spreadsheet: taken apart, and read against the columns it meets.

Rows end with line breaks and cells with tabs; a quoted cell may hold both, as spreadsheets write
it. Knows no clipboard.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.analysis.typed_values import CellValue, typed_value
from emadina_gis.errors import AnalysisError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emadina_gis.domain.column import Column


@dataclass(frozen=True)
class Target:
    """A column that is pasted into.

    Attributes
    ----------
    title : str
        Its heading, as it is shown.
    choices : tuple of (str, str)
        Words shown, and the value they stand for.
    """

    field: str
    title: str
    column: Column
    choices: tuple[tuple[str, str], ...] = ()


def cells_of(text: str) -> list[list[str]]:
    """Return the cells of a text row by row; a last empty line is none, rows are equally long."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    reader = csv.reader(io.StringIO(plain, newline=""), delimiter="\t")
    rows = [row or [""] for row in reader]
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def without_heading(cells: list[list[str]], titles: Sequence[str]) -> list[list[str]]:
    """Return the cells without a first row that repeats the headings of the columns."""
    if len(cells) > 1 and [cell.strip() for cell in cells[0]] == list(titles[: len(cells[0])]):
        return cells[1:]
    return cells


def pasted_columns(
    cells: Sequence[Sequence[str]], targets: Sequence[Target], language: str
) -> tuple[tuple[str, list[CellValue]], ...]:
    """Return the values of a block by column.

    Raises
    ------
    AnalysisError
        ``cell.paste`` with the place and the reason where a cell does not fit: nothing is pasted.
    """
    made = []
    for place, target in enumerate(targets):
        choices: Mapping[str, str] = dict(target.choices)
        values = []
        for line, row in enumerate(cells):
            try:
                values.append(typed_value(row[place], target.column, language, choices))
            except AnalysisError as error:
                raise AnalysisError(
                    "cell.paste", line=line + 1, column=target.title, reason=error
                ) from error
        made.append((target.field, values))
    return tuple(made)

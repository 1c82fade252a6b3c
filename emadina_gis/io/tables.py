"""Tables with or without coordinates: delimited texts and sheets to typed columns and geometry.

The door to `delimited`, `workbook`, `table_rows`, `place_columns`, `corner_lists` and `survey`.
Every row of the file is a row of the result or is named in a problem. Knows nothing of GDAL.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.errors import LayerReadError, Problem, Severity
from emadina_gis.io import delimited, workbook
from emadina_gis.io.corner_lists import CornerLists, CornerTable, corner_lists
from emadina_gis.io.delimited import csv_encoding, guessed_separator
from emadina_gis.io.description import UTF8
from emadina_gis.io.geometry_audit import GeometryAudit
from emadina_gis.io.place_columns import Placed, placed, unplaced_rows
from emadina_gis.io.survey import accuracy_notes, survey_notes, survey_places
from emadina_gis.io.table_rows import HeadedRows, headed, listed_lines
from emadina_gis.io.text_values import cells, typed
from emadina_gis.io.workbook import sheet_names

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.geometry import GeometryChunk, Shapes
    from emadina_gis.io.description import EncodingChoice
    from emadina_gis.io.table_rows import Grid
    from emadina_gis.progress import Context

__all__ = [
    "TableRead",
    "csv_encoding",
    "guessed_separator",
    "placed_table",
    "read_csv",
    "read_sheet",
    "sheet_names",
]

#: Rows listed in a problem, so that they can be shown.
_MOST_ROWS = 1000


@dataclass(frozen=True)
class TableRead:
    """Columns and, where coordinates were found, geometry of a table."""

    columns: dict[str, Column]
    geometry: tuple[GeometryChunk, ...] | None
    row_count: int
    crs: str
    encoding: EncodingChoice
    geometry_types: tuple[str, ...]
    problems: tuple[Problem, ...]
    declared: int | None = None


def read_csv(path: Path, title: str, asked_encoding: str, ctx: Context) -> TableRead:
    """Return the table of a delimited text.

    Raises
    ------
    LayerReadError
        ``layer.empty-file`` where the file holds no table, ``layer.not-geodata`` where it is no
        text.
    """
    choice = csv_encoding(path, asked_encoding)
    ctx.report(0.1, "phase.reading")
    grid, separator = delimited.read_grid(path, choice, title, ctx)
    rows = _headed(grid, title)
    ctx.report(0.6, "phase.reading")
    columns, problems = _typed_columns(rows, separator, title)
    return placed_table(columns, rows.lines, (*rows.problems, *problems), choice, title)


def read_sheet(path: Path, sheet: str, title: str, ctx: Context) -> TableRead:
    """Return the table of one sheet of a workbook."""
    grid = workbook.read_grid(path, sheet, title, ctx)
    if not grid.rows:
        return TableRead({}, None, 0, "", UTF8, (), ())
    rows = headed(grid, title)
    columns = {name: cells(rows.column(index)) for index, name in enumerate(rows.names)}
    return placed_table(columns, rows.lines, rows.problems, UTF8, title)


def _headed(grid: Grid, title: str) -> HeadedRows:
    if not grid.rows:
        raise LayerReadError("layer.empty-file", path=title)
    return headed(grid, title)


def _typed_columns(
    rows: HeadedRows, separator: str, where: str
) -> tuple[dict[str, Column], tuple[Problem, ...]]:
    columns: dict[str, Column] = {}
    doubtful: list[str] = []
    for index, name in enumerate(rows.names):
        texts = [cell or "" for cell in rows.column(index)]
        columns[name], unsure = typed(texts, comma_is_decimal=separator == ";")
        doubtful += [name] if unsure else []
    if not doubtful:
        return columns, ()
    params = {"fields": ", ".join(doubtful[:10])}
    return columns, (Problem("table.two-meanings", Severity.WARNING, where, len(doubtful), params),)


def placed_table(
    columns: dict[str, Column],
    lines: list[int],
    problems: tuple[Problem, ...],
    choice: EncodingChoice,
    where: str,
) -> TableRead:
    """Return the table of columns with the geometry that some of them hold.

    Parameters
    ----------
    lines : list of int
        Line of the file that each row comes from.
    """
    found = survey_places(columns, where) or placed(columns, where)
    notes = (*problems, *survey_notes(columns, where), *found.problems)
    if found.shapes is None:
        return TableRead(columns, None, len(lines), "", choice, (), notes)
    everything = {**columns, **found.added}
    notes = (*notes, *accuracy_notes(everything, found.shapes, where))
    lists = _corners(everything, found, lines, where)
    if isinstance(lists, CornerLists):
        made = replace(found, shapes=lists.shapes, problems=(*notes, *lists.problems))
        return _shaped(lists.columns, made, choice, where)
    unplaced = _unplaced(found, found.shapes, lines, where)
    kept = {name: column for name, column in everything.items() if name != found.consumed}
    return _shaped(kept, replace(found, problems=(*notes, *lists, *unplaced)), choice, where)


def _corners(
    columns: dict[str, Column], found: Placed, lines: list[int], where: str
) -> CornerLists | tuple[Problem, ...]:
    if found.shapes is None or len(found.fields) != 2:
        return ()
    x, y = found.fields
    return corner_lists(CornerTable(columns, (x, y), found.shapes, lines), where)


def _unplaced(found: Placed, shapes: Shapes, lines: list[int], where: str) -> tuple[Problem, ...]:
    rows = unplaced_rows(shapes)
    if not len(rows):
        return ()
    params = {
        "fields": ", ".join(found.fields),
        "lines": listed_lines(lines[row] for row in rows),
        "rows": tuple(rows[:_MOST_ROWS].tolist()),
    }
    return (Problem("table.no-coordinates", Severity.WARNING, where, len(rows), params),)


def _shaped(
    columns: dict[str, Column], found: Placed, choice: EncodingChoice, where: str
) -> TableRead:
    shapes = np.asarray(found.shapes, dtype=object)
    with GeometryAudit() as audit:
        chunks = audit.chunks_of_shapes(shapes)
        problems = (*found.problems, *audit.problems(where))
        types = audit.type_names
    return TableRead(columns, chunks, len(shapes), found.crs, choice, types, problems)

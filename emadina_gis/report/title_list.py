"""Lists of land titles that arrive as files: a sheet's column, or one title per line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.errors import LayerReadError
from emadina_gis.io.tables import read_sheet, sheet_names
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.report.titles import titles_in_cells

if TYPE_CHECKING:
    from pathlib import Path

_SHEETS = {".xlsx", ".xlsm"}


def read_titles(path: Path) -> tuple[str, ...]:
    """Return the titles of an XLSX list (its first sheet) or of a text file.

    Raises
    ------
    LayerReadError
        If the file cannot be read, or with code ``report.titles-none`` if it lists nothing.
    """
    cells = _sheet_cells(path) if path.suffix.lower() in _SHEETS else _text_cells(path)
    titles = titles_in_cells(cells)
    if not titles:
        raise LayerReadError("report.titles-none", file=path.name)
    return titles


def _sheet_cells(path: Path) -> list[list[object]]:
    names = sheet_names(path)
    if not names:
        raise LayerReadError("report.titles-none", file=path.name)
    columns = read_sheet(path, names[0], path.stem, NULL_CONTEXT).columns
    cells = [column.strings.tolist() for column in columns.values()]
    return [list(columns), *(list(row) for row in zip(*cells, strict=True))]


def _text_cells(path: Path) -> list[list[object]]:
    try:
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise LayerReadError("report.titles-none", file=path.name) from error
    return [[cell.strip() for cell in line.split(";")] for line in text.splitlines() if line]

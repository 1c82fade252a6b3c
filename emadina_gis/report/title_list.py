"""Lists of land titles that arrive as files: which row holds which title, and which holds none.

A sheet (its first) or a delimited text; the column is the one that holds most titles, below its
heading. Nothing of a row is dropped without being said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.land_title import canonical_title, title_share
from emadina_gis.errors import LayerReadError
from emadina_gis.io import delimited, workbook
from emadina_gis.io.table_rows import is_blank
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.io.table_rows import Grid

MOST_BYTES = 64_000_000


@dataclass(frozen=True)
class ListedTitle:
    """A row of a list: its line in the file, and what its title's cell holds."""

    line: int
    text: str

    @property
    def title(self) -> str:
        """The title in its usual form; empty where the cell holds nothing."""
        return canonical_title(self.text) if self.text else ""


def read_titles(path: Path) -> tuple[str, ...]:
    """Return the titles of a list, each once, in order; raises as `listed_titles`."""
    return tuple(dict.fromkeys(row.text for row in listed_titles(path) if row.text))


def listed_titles(path: Path, ctx: Context = NULL_CONTEXT) -> tuple[ListedTitle, ...]:
    """Return every row of a list below its heading; rows without a title have an empty text.

    Raises
    ------
    LayerReadError
        If the file cannot be read, or with code ``report.titles-none`` if it lists nothing.
    """
    grid = _grid(path, ctx)
    texts = [["" if is_blank(cell) else _text(cell) for cell in row] for row in grid.rows]
    column, first = _titles_at(texts)
    found = {
        line: row[column] if column < len(row) else ""
        for line, row in list(zip(grid.lines, texts, strict=True))[first:]
    }
    if not any(found.values()):
        raise LayerReadError("report.titles-none", file=path.name)
    lines = range(min(found), max(found) + 1)
    return tuple(ListedTitle(line, found.get(line, "")) for line in lines)


def _grid(path: Path, ctx: Context) -> Grid:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise LayerReadError("report.titles-none", file=path.name)
        with path.open("rb") as file:
            start = file.read(8)
        if workbook.is_workbook(path, start):
            names = workbook.sheet_names(path)
            if not names:
                raise LayerReadError("report.titles-none", file=path.name)
            return workbook.read_grid(path, names[0], path.stem, ctx)
        if b"\0" in start:
            raise LayerReadError("report.titles-none", file=path.name)
        return delimited.read_grid(path, delimited.csv_encoding(path), path.stem, ctx)[0]
    except OSError as error:
        raise LayerReadError("report.titles-none", file=path.name) from error


def _text(cell: object) -> str:
    """Return a cell as it is shown: whole numbers of a sheet have no point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _titles_at(texts: list[list[str]]) -> tuple[int, int]:
    """Return the column that holds most titles and the row of the first of them.

    A list without any title that can be read has its first column below a heading.
    """
    width = max((len(row) for row in texts), default=0)
    best = (0, 0, 0)
    for column in range(width):
        cells = [row[column] if column < len(row) else "" for row in texts]
        are = [bool(cell) and title_share(np.array([cell], dtype=object)) > 0 for cell in cells]
        if sum(are) > best[0]:
            best = (sum(are), column, are.index(True))
    return (best[1], best[2]) if best[0] else (0, min(1, len(texts) - 1))

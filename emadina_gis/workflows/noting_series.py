"""A series of notes from a list of titles: a file for each title, and a table of what was found.

What is whole and unchanged in the folder is kept, so that a series that was interrupted goes on
where it stopped.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis import __version__
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import EmptyInput, OutputError
from emadina_gis.io.atomic import make_folder, write_text
from emadina_gis.io.write import write_layer
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.note import lands_of_rows
from emadina_gis.report.note_manifest import NoteManifest, key_of
from emadina_gis.report.note_writing import ENDINGS, write_note_parts
from emadina_gis.report.tables import csv_text
from emadina_gis.report.title_list import ListedTitle, listed_titles
from emadina_gis.report.titles import rows_by_title
from emadina_gis.workflows.noting import NoteMaker, NoteStyle
from emadina_gis.workflows.printed_states import keep_printed, state_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from emadina_gis.project import Project
    from emadina_gis.report.note import NotePage
    from emadina_gis.words import Words

MOST_ROWS = 20_000
#: The manifest is written after so many notes: a killed series loses no more of them.
KEPT_EVERY = 25
#: Rows of a list that are named one by one.
LISTED_ROWS = 20
FOUND, SEVERAL, MISSING = "found", "several", "missing"
EMPTY, DUPLICATE, NO_SHAPE = "empty", "duplicate", "no-shape"
_TABLES = (".xlsx", ".csv")


@dataclass(frozen=True)
class SeriesRequest:
    """A list of titles and the folder that its notes go into.

    Attributes
    ----------
    ending : str
        ``".pdf"`` or ``".docx"``.
    table_ending : str
        ``".xlsx"`` or ``".csv"``: format of the table of results.
    """

    title_list: Path
    folder: Path
    ending: str = ".pdf"
    table_ending: str = ".xlsx"
    style: NoteStyle = field(default=NoteStyle())


@dataclass(frozen=True)
class SeriesRow:
    """What became of a row of the list.

    Attributes
    ----------
    status : str
        One of the constants of this module.
    count : int
        Parcels that carry the title.
    """

    line: int
    written: str
    title: str
    status: str
    count: int = 0
    area_m2: float | None = None
    case: int = 0
    sectors: str = ""
    remainder_m2: float | None = None
    file: str = ""


@dataclass(frozen=True)
class SeriesResult:
    """What a series wrote, kept and did not find, and the table that says so."""

    rows: tuple[SeriesRow, ...]
    table: Path
    made: int
    kept: int

    def lines(self, *statuses: str) -> tuple[int, ...]:
        """Return the lines of the list that ended in some status."""
        return tuple(row.line for row in self.rows if row.status in statuses)


def write_series(
    project: Project, request: SeriesRequest, words: Words, ctx: Context = NULL_CONTEXT
) -> SeriesResult:
    """Write a note for each title of a list, and the table of results.

    Raises
    ------
    LayerReadError
        If the list cannot be read or lists nothing.
    EmptyInput
        With code ``note.list-too-long``.
    OutputError
        If the folder cannot be written into, or with code ``note.ending``.
    JobCancelled
        The notes that were written stay, and are kept the next time.
    """
    for ending, known in ((request.ending, ENDINGS), (request.table_ending, _TABLES)):
        if ending not in known:
            raise OutputError("note.ending", ending=ending)
    listed = listed_titles(request.title_list, ctx.part(0.0, 0.02))
    if len(listed) > MOST_ROWS:
        raise EmptyInput("note.list-too-long", count=len(listed), most=MOST_ROWS)
    make_folder(request.folder)
    series = _Series(project, request, words, ctx.part(0.02, 0.1))
    rows = series.run(listed, ctx.part(0.1, 0.98))
    table = _write_table(rows, request, words, ctx.part(0.98, 0.99))
    keep_printed(project, series.maker.basis.code, ctx.part(0.99, 1.0))
    return SeriesResult(rows, table, series.made, series.kept)


def series_texts(result: SeriesResult, words: Words) -> tuple[str, ...]:
    """Return what a series wrote, kept and did not find, in sentences."""
    missing = result.lines(MISSING)
    done = words.plural("note.batch.done", result.made, kept=result.kept, missing=len(missing))
    holes = result.lines(EMPTY)
    if not holes:
        return (done,)
    listed = ", ".join(map(str, holes[:LISTED_ROWS])) + (" …" if len(holes) > LISTED_ROWS else "")
    return (done, words.plural("note.batch.holes", len(holes), rows=listed))


class _Series:
    """The work of a series: what is prepared once, and what each title needs."""

    def __init__(
        self, project: Project, request: SeriesRequest, words: Words, ctx: Context
    ) -> None:
        self.maker = NoteMaker(project, request.style, words, ctx)
        self.request = request
        self.made = self.kept = 0
        self._project = project
        self._rows = rows_by_title(project.parcels)
        self._manifest = NoteManifest.of(request.folder)
        self._common = self._common_key()
        self._names: set[str] = set()

    def _common_key(self) -> str:
        basis, languages = self.maker.basis, [words.language for words in self.maker.words]
        parts = (basis.scenario, basis.date.isoformat(), repr(basis.letter), *languages)
        return key_of(__version__, state_code(self._project), *parts)

    def run(self, listed: tuple[ListedTitle, ...], ctx: Context) -> tuple[SeriesRow, ...]:
        """Write the notes of all rows; what was written is remembered even when it is stopped."""
        rows: list[SeriesRow] = []
        asked: set[str] = set()
        try:
            for place, item in enumerate(listed):
                ctx.report(place / len(listed), "note.batch.phase")
                rows.append(self._row(item, asked))
                if len(rows) % KEPT_EVERY == 0:
                    self._manifest.write()
        finally:
            with contextlib.suppress(OutputError):
                self._manifest.write()
        return tuple(rows)

    def _row(self, item: ListedTitle, asked: set[str]) -> SeriesRow:
        title = item.title
        row = SeriesRow(item.line, item.text, title, EMPTY)
        if not title:
            return row
        if title in asked:
            return replace(row, status=DUPLICATE)
        asked.add(title)
        found = self._rows.get(title, [])
        if not found:
            return replace(row, status=MISSING)
        try:
            lands = lands_of_rows(self._project, np.array(found, dtype=np.intp))
        except EmptyInput:
            return replace(row, status=NO_SHAPE, count=len(found))
        number = self._number(len(asked) - 1)
        basis = self.maker.basis
        basis = replace(basis, letter=replace(basis.letter, number=number))
        parts = self.maker.parts(lands, basis=basis)
        name = self._name(title)
        key = key_of(self._common, title, str(number))
        if self._manifest.is_current(name, key):
            self.kept += 1
        else:
            write_note_parts(parts, self.request.folder / name)
            self._manifest.take(name, key)
            self.made += 1
        status = FOUND if len(found) == 1 else SEVERAL
        note = parts[0].note
        row = replace(row, status=status, count=len(found), file=name)
        return _summed(row, note.units if len(note.units) == 1 else note.pages)

    def _number(self, place: int) -> int | None:
        first = self.maker.basis.letter.number
        return None if first is None else first + place

    def _name(self, title: str) -> str:
        """Return a name of a file that no other title of the series has."""
        kept = "".join(c if c.isalnum() or c in "-_." else "-" for c in title).strip(".") or "-"
        name, count = kept[:80], 2
        while name.lower() in self._names:
            name, count = f"{kept[:80]}-{count}", count + 1
        self._names.add(name.lower())
        return f"{name}{self.request.ending}"


def _summed(row: SeriesRow, pages: tuple[NotePage, ...]) -> SeriesRow:
    """Return a row with the figures of a title: those of its parcels together."""
    sectors = dict.fromkeys(code for page in pages for code in page.sectors)
    return replace(
        row,
        area_m2=sum(page.situation.area_m2 for page in pages),
        case=max(int(page.situation.case) for page in pages),
        sectors=" ".join(sectors),
        remainder_m2=sum(page.situation.remainder_m2 for page in pages),
    )


# --- the table of results ------------------------------------------------------------------------


def _write_table(
    rows: tuple[SeriesRow, ...], request: SeriesRequest, words: Words, ctx: Context
) -> Path:
    path = request.folder / f"{words.text('note.batch.table')}{request.table_ending}"
    columns = dict(_columns(rows, words))
    if request.table_ending == ".csv":
        write_text(path, "\ufeff" + csv_text(columns))
    else:
        write_layer(FeatureTable.from_columns(columns), path, layer=path.stem, ctx=ctx)
    return path


def _columns(
    rows: tuple[SeriesRow, ...], words: Words
) -> Iterator[tuple[str, np.ndarray[tuple[int], np.dtype[np.object_]]]]:
    told: Mapping[str, list[object]] = {
        "row": [row.line for row in rows],
        "written": [row.written or None for row in rows],
        "title": [row.title or None for row in rows],
        "status": [words.text(f"note.batch.status.{row.status}") for row in rows],
        "count": [row.count for row in rows],
        "area": [_rounded(row.area_m2) for row in rows],
        "case": [row.case or None for row in rows],
        "sectors": [row.sectors or None for row in rows],
        "remainder": [_rounded(row.remainder_m2) for row in rows],
        "file": [row.file or None for row in rows],
    }
    numbers = {"row", "count", "area", "case", "remainder"}
    for name, values in told.items():
        kind = np.float64 if name in numbers else object
        cells = [np.nan if v is None else v for v in values] if name in numbers else values
        yield words.text(f"note.batch.col-{name}"), np.array(cells, dtype=kind)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)

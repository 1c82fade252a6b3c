"""Sheets of workbooks (XLSX, ODS) to rows: values, merged cells, formulas without a stored value.

Knows nothing of headers, types or coordinates.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from emadina_gis.errors import LayerReadError, Problem, Severity
from emadina_gis.io.messages import Messages
from emadina_gis.io.table_rows import Grid, is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emadina_gis.progress import Context

WORKBOOKS = (".xlsx", ".xlsm", ".ods")
_OLD_WORKBOOKS = (".xls", ".xlsb", *WORKBOOKS)
#: Old workbooks and those with a password are compound files.
COMPOUND_MAGIC = b"\xd0\xcf\x11\xe0"
_STEP_ROWS = 1000
_MOST_ROWS = 1_048_576
_MOST_REPEATS = 1024
_ERRORS = re.compile(r"^#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$")
_PROLOGUE_BYTES = 4096
_LARGEST_SHEET_BYTES = 128 * 1024**2
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_EMPTY_FORMULA = re.compile(
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>|</(?:\w+:)?c>)"
)
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_NUMBERS = ("float", "currency", "percentage")


def is_workbook(path: Path, first: bytes) -> bool:
    """Whether a file is a workbook, by its name and its first bytes."""
    suffix = path.suffix.lower()
    return suffix in WORKBOOKS or (first.startswith(COMPOUND_MAGIC) and suffix in _OLD_WORKBOOKS)


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook.

    Raises
    ------
    LayerReadError
        ``layer.unreadable`` or ``layer.old-workbook``.
    """
    with _translated(path):
        if path.suffix.lower() == ".ods":
            return [name for name, _ in _ods_tables(path)]
        with _book(path) as book:
            return [sheet.title for sheet in book.worksheets]


def read_grid(path: Path, sheet: str, where: str, ctx: Context) -> Grid:
    """Return the rows of a sheet that are not blank, with what cannot be read of them."""
    with _translated(path):
        if path.suffix.lower() == ".ods":
            rows, lines = _ods_rows(path, sheet, ctx)
            notes = (*_blank_lines(lines, where), *_without_errors(rows, where))
            return Grid(rows, lines, problems=notes)
        with _book(path) as book:
            page = book[sheet]
            part = str(getattr(page, "_worksheet_path", ""))
            rows, lines = _rows_of(page, ctx)
        merged, empty_formulas = _marks(path, part)
    problems = (*_blank_lines(lines, where), *_without_errors(rows, where))
    if empty_formulas:
        found = Problem("table.formulas-empty", Severity.ERROR, where, empty_formulas)
        problems = (found, *problems)
    return Grid(rows, lines, merged, problems)


@contextmanager
def _book(path: Path) -> Iterator[Any]:
    import openpyxl

    with path.open("rb") as file:
        with Messages().heard():
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        try:
            yield book
        finally:
            book.close()


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    from openpyxl.utils.exceptions import InvalidFileException

    with path.open("rb") as file:
        if file.read(4) == COMPOUND_MAGIC:
            raise LayerReadError("layer.old-workbook", path=path.name)
    try:
        yield
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        SyntaxError,
        EOFError,
    ) as exc:
        raise LayerReadError("layer.unreadable", path=path.name, detail=str(exc)[:200]) from exc


def _rows_of(page: Any, ctx: Context) -> tuple[list[list[Any]], list[int]]:
    rows: list[list[Any]] = []
    lines: list[int] = []
    for number, row in enumerate(page.iter_rows(values_only=True), start=1):
        if number % _STEP_ROWS == 0:
            ctx.check()
        if not all(map(is_blank, row)):
            rows.append(list(row))
            lines.append(number)
    return rows, lines


def _blank_lines(lines: list[int], where: str) -> tuple[Problem, ...]:
    """Return the note of lines without a value between those that have one."""
    blank = lines[-1] - lines[0] + 1 - len(lines) if lines else 0
    return (Problem("table.blank-rows", Severity.INFO, where, blank),) if blank else ()


def _without_errors(rows: list[list[Any]], where: str) -> tuple[Problem, ...]:
    """Leave out what formulas say instead of a value, and count it."""
    count = 0
    for row in rows:
        for index, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith("#") and _ERRORS.match(cell):
                row[index] = None
                count += 1
    return (Problem("table.formula-errors", Severity.WARNING, where, count),) if count else ()


def _marks(path: Path, part: str) -> tuple[tuple[tuple[int, int, int], ...], int]:
    """Return merged cells of one line and how many formulas have no stored value."""
    with zipfile.ZipFile(path) as archive:
        if part not in archive.namelist():
            return (), 0
        if archive.getinfo(part).file_size > _LARGEST_SHEET_BYTES:
            return (), 0
        content = archive.read(part)
    merged = tuple(
        (int(line), _column(first), _column(last))
        for first, line, last, bottom in _MERGED.findall(content)
        if line == bottom
    )
    return merged, len(_EMPTY_FORMULA.findall(content))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _ods_tables(path: Path) -> Iterator[tuple[str, ET.Element]]:
    """Give the sheets of an OpenDocument one after the other."""
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as content:
        if b"<!" in content.read(_PROLOGUE_BYTES):
            raise LayerReadError("layer.unreadable", path=path.name, detail="DOCTYPE")
        content.seek(0)
        yield from _tables_of(content)


def _tables_of(content: IO[bytes]) -> Iterator[tuple[str, ET.Element]]:
    for _, element in ET.iterparse(content):  # noqa: S314 - without DOCTYPE no entity
        if element.tag == f"{_TABLE}table":
            yield element.get(f"{_TABLE}name", ""), element
            element.clear()


def _ods_rows(path: Path, sheet: str, ctx: Context) -> tuple[list[list[Any]], list[int]]:
    rows: list[list[Any]] = []
    lines: list[int] = []
    page = next(element for name, element in _ods_tables(path) if name == sheet)
    line = 1
    for element in page.iter(f"{_TABLE}table-row"):
        ctx.check()
        row = _ods_cells(element)
        times = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
        if row and line + times <= _MOST_ROWS + 1:
            rows.extend(list(row) for _ in range(times))
            lines.extend(range(line, line + times))
        line += times
    width = max((len(row) for row in rows), default=0)
    return [row + [None] * (width - len(row)) for row in rows], lines


def _ods_cells(row: ET.Element) -> list[Any]:
    """Return the cells of a row up to the last that is filled; empty for a blank row."""
    cells: list[Any] = []
    waiting = 0
    for cell in row:
        if cell.tag not in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            continue
        times = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        value = _ods_value(cell)
        if is_blank(value):
            waiting += times
            continue
        cells += [None] * min(waiting, 16_384) + [value] * min(times, _MOST_REPEATS)
        waiting = 0
    return cells


def _ods_value(cell: ET.Element) -> Any:
    kind = cell.get(f"{_OFFICE}value-type", "")
    text = "\n".join("".join(part.itertext()) for part in cell.findall(f"{_TEXT}p"))
    if cell.get(f"{_CALC}value-type") == "error":
        return "#VALUE!"
    if kind in _NUMBERS:
        return _number(cell.get(f"{_OFFICE}value", ""))
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", text)
    return text or None


def _number(text: str) -> int | float:
    return int(text) if re.fullmatch(r"-?\d{1,18}", text) else float(text)

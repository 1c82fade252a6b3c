"""Tables with or without coordinates: CSV, spreadsheets; texts to typed columns and points.

Owns the recognition of separator, decimal comma, coordinate and WKT columns. Codes with leading
zeros stay text. Knows nothing of GDAL.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from emadina_gis.domain.column import Column, column_of
from emadina_gis.domain.geometry import CHUNK_ROWS
from emadina_gis.errors import LayerReadError, Problem, Severity
from emadina_gis.io import encoding as encodings
from emadina_gis.io.field_names import unique_names
from emadina_gis.io.geometry_audit import GeometryAudit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.io.description import EncodingChoice
    from emadina_gis.progress import Context

SEPARATORS = (";", ",", "\t", "|")
_SAMPLE_BYTES = 262_144
_X_NAMES = (
    "x", "coord_x", "x_coord", "xcoord", "coordonnee_x", "x_m", "easting", "est", "x_lambert",
)  # fmt: skip
_Y_NAMES = (
    "y", "coord_y", "y_coord", "ycoord", "coordonnee_y", "y_m", "northing", "nord", "y_lambert",
)  # fmt: skip
_LON_NAMES = ("lon", "long", "longitude", "lng")
_LAT_NAMES = ("lat", "latitude")
_WKT_NAMES = ("wkt", "geometry", "geom", "the_geom", "geometrie")
_INTEGER = r"^[+-]?(0|[1-9]\d{0,17})$"
_NUMBER = r"^[+-]?((0|[1-9]\d*)?[.,]\d+|(0|[1-9]\d*)[.,]?)([eE][+-]?\d+)?$"
_SPACES = "[ \u00a0\u202f]"
_GROUPED = rf"^[+-]?[1-9]\d{{0,2}}({_SPACES}\d{{3}})+([.,]\d+)?$"
_DATE = r"^\d{4}-\d{2}-\d{2}$"
_WKT = re.compile(
    r"^\s*(SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)", re.IGNORECASE
)
#: A column counts as coordinates when this share of its values are numbers.
_LEAST_SHARE = 0.6


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


def read_csv(path: Path, title: str, asked_encoding: str, ctx: Context) -> TableRead:
    """Return the table of a CSV file.

    Raises
    ------
    LayerReadError
        ``table.no-header`` where the file holds no table.
    """
    choice = csv_encoding(path, asked_encoding)
    ctx.report(0.1, "phase.reading")
    content = path.read_bytes()
    problems: tuple[Problem, ...] = ()
    text = content.decode(choice.name if choice.name != "UTF-8" else "utf-8-sig", "replace")
    if "\ufffd" in text:
        count = text.count("\ufffd")
        problems = (Problem("encoding.undecodable", Severity.WARNING, title, count),)
    del content
    ctx.report(0.2, "phase.reading")
    rows = list(_checked_rows(text, ctx))
    header, body, ragged = _header_and_body(rows, title)
    if ragged:
        problems = (*problems, Problem("table.ragged", Severity.WARNING, title, ragged))
    ctx.report(0.6, "phase.reading")
    columns = {name: [row[i] for row in body] for i, name in enumerate(header)}
    made = {name: _typed(values) for name, values in columns.items()}
    return _with_places(made, len(body), choice, title, problems)


def csv_encoding(path: Path, asked: str = "") -> EncodingChoice:
    """Return the encoding of a text file, weighed on its lines."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
        more = file.read(1)
    lines = sample.split(b"\n")
    if more and len(lines) > 1:
        lines = lines[:-1]
    if b"\0" in sample and not sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise LayerReadError("layer.not-geodata", path=path.name)
    declared = "utf-8" if sample.startswith(b"\xef\xbb\xbf") else ""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return encodings.choose("", [], "utf-16")
    return encodings.choose(declared, lines, asked)


def _checked_rows(text: str, ctx: Context) -> Iterator[list[str]]:
    separator = guessed_separator(text[:_SAMPLE_BYTES])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, row in enumerate(reader):
            if number % CHUNK_ROWS == 0:
                ctx.check()
            if row:
                yield row
    except csv.Error as exc:
        raise LayerReadError("layer.unreadable", path="", detail=str(exc)) from exc


def guessed_separator(sample: str) -> str:
    """Return the separator that gives the most columns, the same in most lines."""
    lines = [line for line in sample.splitlines()[:50] if line.strip()]

    def score(separator: str) -> tuple[float, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=separator)]
        if not counts or counts[0] < 2:
            return 0.0, 0
        return sum(count == counts[0] for count in counts) / len(counts), counts[0]

    return max(SEPARATORS, key=score)


def _header_and_body(rows: list[list[str]], title: str) -> tuple[list[str], list[list[str]], int]:
    if not rows:
        raise LayerReadError("layer.empty-file", path=title)
    header = unique_names([name.strip() for name in rows[0]])
    width = len(header)
    ragged = sum(1 for row in rows[1:] if len(row) != width)
    body = [(row + [""] * (width - len(row)))[:width] for row in rows[1:]]
    return header, body, ragged


def _typed(values: list[str]) -> Column:
    """Return a column of numbers or dates where every value is one; else text."""
    array = pa.array(values, pa.string())
    trimmed = pc.utf8_trim_whitespace(array)
    filled = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), array)
    present = pc.utf8_trim_whitespace(filled.drop_null())
    if not len(present):
        return column_of(filled)
    clean = pc.utf8_trim_whitespace(filled)
    if _all_match(present, _INTEGER):
        return column_of(clean.cast(pa.int64()))
    if _all_match(present, _NUMBER):
        return column_of(pc.replace_substring(clean, ",", ".").cast(pa.float64()))
    if _all_match(present, _DATE):
        try:
            return column_of(clean.cast(pa.date32()))
        except pa.ArrowInvalid:
            return column_of(filled)
    return column_of(filled)


def _all_match(values: pa.Array, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, pattern)).as_py())


def numbers_of(column: Column) -> NDArray[np.float64]:
    """Return numbers, with a decimal comma and grouping spaces allowed in texts."""
    if not column.is_text:
        return column.numbers
    texts = column.arrow.combine_chunks()
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    grouped = pc.match_substring_regex(pc.utf8_trim_whitespace(texts), _GROUPED)
    joined = pc.replace_substring_regex(texts, _SPACES, "")
    return column_of(pc.if_else(grouped, joined, texts)).numbers


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name)
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "_", letters.lower()).strip("_")


@dataclass(frozen=True)
class _Places:
    """Which columns hold coordinates."""

    x: str = ""
    y: str = ""
    wkt: str = ""
    degrees: bool = False


def _found_places(columns: dict[str, Column]) -> _Places:
    plain = {_plain(name): name for name in reversed(columns)}
    for name in _WKT_NAMES:
        if name in plain and _holds_wkt(columns[plain[name]]):
            return _Places(wkt=plain[name])
    for lon, lat in ((a, b) for a in _LON_NAMES for b in _LAT_NAMES):
        if lon in plain and lat in plain and _numeric(columns, plain[lon], plain[lat]):
            return _Places(plain[lon], plain[lat], degrees=True)
    for x, y in zip(_X_NAMES, _Y_NAMES, strict=True):
        if x in plain and y in plain and _numeric(columns, plain[x], plain[y]):
            return _Places(plain[x], plain[y])
    return _Places()


def _holds_wkt(column: Column) -> bool:
    if not column.is_text:
        return False
    sample = [text for text in column.strings[:200] if text]
    return bool(sample) and sum(bool(_WKT.match(text)) for text in sample) >= 0.5 * len(sample)


def _numeric(columns: dict[str, Column], *names: str) -> bool:
    """Whether most of the values that are there are numbers."""
    return all(_number_share(columns[name]) >= _LEAST_SHARE for name in names)


def _number_share(column: Column) -> float:
    present = len(column) - column.missing_count
    return float(np.isfinite(numbers_of(column)).sum()) / present if present else 0.0


def _with_places(
    columns: dict[str, Column],
    rows: int,
    choice: EncodingChoice,
    title: str,
    problems: tuple[Problem, ...],
) -> TableRead:
    places = _found_places(columns)
    if not (places.wkt or places.x):
        return TableRead(columns, None, rows, "", choice, (), problems)
    with GeometryAudit() as audit:
        shapes, crs = _shapes(columns, places)
        starts = range(0, len(shapes), CHUNK_ROWS)
        chunks = tuple(
            audit.chunk_of_shapes(shapes[start : start + CHUNK_ROWS]) for start in starts
        )
        found = audit.problems(title)
        types = audit.type_names
    missing = sum(1 for shape in shapes if shape is None)
    if missing:
        params = {"fields": places.wkt or f"{places.x}, {places.y}"}
        bad = Problem("table.no-coordinates", Severity.WARNING, title, missing, params)
        found = (bad, *found)
    if places.wkt:
        columns = {name: column for name, column in columns.items() if name != places.wkt}
    return TableRead(columns, chunks, rows, crs, choice, types, (*problems, *found))


def _shapes(columns: dict[str, Column], places: _Places) -> tuple[Any, str]:
    if places.wkt:
        return _shapes_of_wkt(columns[places.wkt])
    x, y = numbers_of(columns[places.x]), numbers_of(columns[places.y])
    good = np.isfinite(x) & np.isfinite(y)
    shapes = np.full(len(x), None, dtype=object)
    shapes[good] = shapely.points(x[good], y[good])
    in_degrees = places.degrees and good.any() and bool((np.abs(x[good]) <= 180).all())
    return shapes, "EPSG:4326" if in_degrees else ""


def _shapes_of_wkt(column: Column) -> tuple[Any, str]:
    texts = column.strings
    codes = {
        found.group(1) for text in texts[:1000] if text for found in [_SRID.match(text)] if found
    }
    stripped = np.array([None if t is None else _SRID.sub("", t) for t in texts], dtype=object)
    shapes = shapely.from_wkt(stripped, on_invalid="ignore")
    return shapes, f"EPSG:{codes.pop()}" if len(codes) == 1 else ""


_SRID = re.compile(r"^\s*SRID=(\d+);\s*", re.IGNORECASE)


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook."""
    import openpyxl

    with _workbook_errors(path):
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            return [sheet.title for sheet in book.worksheets]
        finally:
            book.close()


@contextmanager
def _workbook_errors(path: Path) -> Iterator[None]:
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        yield
    except (InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as exc:
        raise LayerReadError("layer.unreadable", path=path.name, detail=str(exc)[:200]) from exc


def read_sheet(path: Path, sheet: str, title: str, ctx: Context) -> TableRead:
    """Return the table of one sheet of a workbook; its first full row is the header."""
    import openpyxl

    with _workbook_errors(path):
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            rows = [list(row) for row in _rows_of(book[sheet], ctx)]
        finally:
            book.close()
    if not rows:
        raise LayerReadError("layer.empty-file", path=title)
    header, body = _sheet_table(rows)
    columns = {name: _cells([row[i] for row in body]) for i, name in enumerate(header)}
    return _with_places(columns, len(body), encodings.choose("utf-8", []), title, ())


def _rows_of(sheet: Any, ctx: Context) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if number % 1000 == 0:
            ctx.check()
        if any(cell is not None for cell in row):
            yield row


def _sheet_table(rows: list[list[Any]]) -> tuple[list[str], list[list[Any]]]:
    width = max(len(row) for row in rows)
    padded = [row + [None] * (width - len(row)) for row in rows]
    header = ["" if cell is None else str(cell).strip() for cell in padded[0]]
    return unique_names(header), padded[1:]


def _cells(values: list[Any]) -> Column:
    present = [value for value in values if value is not None]
    if all(isinstance(value, str) for value in present):
        return _typed(["" if value is None else value for value in values])
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in present):
        whole = all(isinstance(value, int) for value in present)
        return column_of(pa.array(values, pa.int64() if whole else pa.float64()))
    kinds = {type(value) for value in present}
    if len(kinds) == 1:
        return column_of(pa.array(values))
    return column_of(pa.array([None if v is None else str(v) for v in values], pa.string()))

"""Tables to CSV and spreadsheets: UTF-8, point decimals, coordinates as columns.

Text that a spreadsheet would run as a formula is written so that it stays text.
"""

from __future__ import annotations

import csv
import errno
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from emadina_gis.domain.geometry import Kind
from emadina_gis.errors import Problem, Severity
from emadina_gis.io.field_names import unique_names
from emadina_gis.io.losses import FORMULA_START
from emadina_gis.io.ogr_write import column_slice

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.progress import Context

_ROWS = 8192


def write_csv(table: FeatureTable, path: Path, where: str, ctx: Context) -> tuple[Problem, ...]:
    """Write a CSV file; points become x and y, other geometry a WKT column."""
    quoted = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*table.names, *_place_names(table)])
        for start, stop in _ranges(table.row_count):
            ctx.report(start / max(table.row_count, 1), "phase.writing")
            columns, changed = _safe_columns(table, start, stop)
            quoted += changed
            writer.writerows(zip(*columns, *_places(table, start, stop), strict=True))
    return _notes(table, where, quoted)


def _notes(table: FeatureTable, where: str, quoted: int) -> tuple[Problem, ...]:
    notes = []
    if quoted:
        notes.append(Problem("write.formula-quoted", Severity.INFO, where, quoted))
    if table.has_geometry and _only_points(table) and _has_heights(table):
        notes.append(Problem("write.heights-as-column", Severity.INFO, where))
    if table.has_geometry and table.crs.is_known:
        params = {"crs": table.crs.id or table.crs.name}
        notes.append(Problem("write.crs-not-stored", Severity.INFO, where, 1, params))
    return tuple(notes)


def _ranges(count: int) -> Iterator[tuple[int, int]]:
    return ((start, min(start + _ROWS, count)) for start in range(0, count, _ROWS))


def _safe_columns(table: FeatureTable, start: int, stop: int) -> tuple[list[list[Any]], int]:
    columns, changed = [], 0
    for name in table.names:
        values = column_slice(table, name, start, stop)
        if pa.types.is_string(values.type):
            risky = pc.fill_null(pc.match_substring_regex(values, FORMULA_START), False)
            changed += pc.sum(risky).as_py() or 0
            marked = pc.binary_join_element_wise("'", values, "")
            values = pc.if_else(risky, marked, values)
        columns.append([_csv_cell(value) for value in values.to_pylist()])
    return columns, changed


def _csv_cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return repr(value) if isinstance(value, float) else value


def _only_points(table: FeatureTable) -> bool:
    return table.main_kind is Kind.POINT and all(
        bool(((np.diff(c.part_offsets) <= 1) & np.isin(c.kinds, (Kind.NONE, Kind.POINT))).all())
        for c in table.geometry or ()
    )


def _has_heights(table: FeatureTable) -> bool:
    return any(chunk.z is not None for chunk in table.geometry or ())


def _place_names(table: FeatureTable) -> list[str]:
    if not table.has_geometry:
        return []
    wanted = ["WKT"]
    if _only_points(table):
        wanted = ["lon", "lat"] if table.crs.is_geographic else ["x", "y"]
        wanted += ["z"] if _has_heights(table) else []
    return unique_names([*table.names, *wanted])[len(table.names) :]


def _places(table: FeatureTable, start: int, stop: int) -> list[list[Any]]:
    if not table.has_geometry:
        return []
    shapes = table.shapes(np.arange(start, stop))
    if _only_points(table):
        axes = [shapely.get_x(shapes), shapely.get_y(shapes)]
        axes += [shapely.get_z(shapes)] if _has_heights(table) else []
        return [[_csv_cell(None if np.isnan(v) else float(v)) for v in axis] for axis in axes]
    texts = shapely.to_wkt(shapes, rounding_precision=-1)
    return [["" if text is None else text for text in texts]]


def count_csv(path: Path) -> int:
    """Return the rows of a CSV file without its header."""
    with path.open(encoding="utf-8", newline="") as file:
        return max(sum(1 for row in csv.reader(file) if row) - 1, 0)


def write_xlsx(
    table: FeatureTable, path: Path, where: str, sheet: str, ctx: Context
) -> tuple[Problem, ...]:
    """Write a workbook with one sheet; texts are marked as texts, so that none is a formula."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(_sheet_name(sheet))
    page.freeze_panes = "A2"
    try:
        stripped = _fill(page, table, ctx)
        book.save(path)
    except _xml_errors() as exc:  # the writer below openpyxl wraps what the system said
        full = any(word in str(exc) for word in ("ENOSPC", "EFBIG", "EDQUOT"))
        raise OSError(errno.ENOSPC if full else errno.EIO, str(exc)) from exc
    notes = _notes(table, where, 0)
    if stripped:
        notes = (*notes, Problem("write.control-characters", Severity.WARNING, where, stripped))
    return notes


def _fill(page: Any, table: FeatureTable, ctx: Context) -> int:
    """Write header and rows; return how many texts lost invisible characters."""
    page.append(_text_cells(page, [*table.names, *_place_names(table)]))
    stripped = 0
    for start, stop in _ranges(table.row_count):
        ctx.report(start / max(table.row_count, 1), "phase.writing")
        columns = [column_slice(table, name, start, stop).to_pylist() for name in table.names]
        for row in zip(*columns, *_places(table, start, stop), strict=True):
            cells, changed = _cells(page, row)
            stripped += changed
            page.append(cells)
    return stripped


def _xml_errors() -> tuple[type[Exception], ...]:
    try:
        from lxml.etree import LxmlError  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError:
        return ()
    return (LxmlError,)


def _sheet_name(name: str) -> str:
    cleaned = "".join("_" if char in r"[]:*?/\'" else char for char in name)
    return cleaned[:31] or "1"


def _text_cells(page: Any, texts: Iterable[str]) -> list[Any]:
    return _cells(page, tuple(texts))[0]


def _cells(page: Any, row: tuple[Any, ...]) -> tuple[list[Any], int]:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cells: list[Any] = []
    stripped = 0
    for value in row:
        if not isinstance(value, str):
            cells.append(_sheet_value(value))
            continue
        clean = ILLEGAL_CHARACTERS_RE.sub("", value)
        stripped += clean != value
        cell = WriteOnlyCell(page, value=clean)
        cell.data_type = "s"
        cells.append(cell)
    return cells, stripped


def _sheet_value(value: Any) -> Any:
    """Return what a cell holds; workbooks know no time zones."""
    if hasattr(value, "tzinfo") and value.tzinfo is not None:
        return value.replace(tzinfo=None)
    return value


def count_xlsx(path: Path) -> int:
    """Return the rows of the first sheet without its header."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    try:
        return max(sum(1 for _ in book.worksheets[0].iter_rows()) - 1, 0)
    finally:
        book.close()

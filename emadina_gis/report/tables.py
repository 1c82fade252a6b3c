"""Tables of rows for files: on the parcels' geometry, or as text with cells safe in a sheet.

Files themselves are written by ``io``. A text that a spreadsheet would run as a formula gets an
apostrophe in front; numbers are never touched.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import SchemaError
from emadina_gis.io.xlsx_writer import Sheet, SheetColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

#: First characters by which spreadsheets take a text for a formula or a command.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SHIELD = "'"
#: Decimals kept in text files: a tenth of a thousandth of a square metre.
DECIMALS = 6


def table_of_rows(
    columns: Mapping[str, NDArray[Any]], parcels: FeatureTable | None = None
) -> FeatureTable:
    """Return capacity rows as a table, on the geometry of the parcels where they are given."""
    table = FeatureTable.from_columns({name: _cells(values) for name, values in columns.items()})
    if parcels is None:
        return table
    if parcels.row_count != table.row_count:
        raise SchemaError("table.lengths", lengths=[parcels.row_count, table.row_count])
    return FeatureTable(table.columns, parcels.ids, parcels.geometry, parcels.crs)


def _cells(values: NDArray[Any]) -> NDArray[Any]:
    """Return a column with empty texts missing; NaN is missing already."""
    if values.dtype != object:
        return values
    cells: NDArray[Any] = values.copy()
    cells[values == ""] = None
    return cells


def csv_text(columns: Mapping[str, NDArray[Any]]) -> str:
    """Return columns as CSV: commas, point decimals, empty where a value is missing.

    Texts that a spreadsheet would run get an apostrophe; numbers keep their sign.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(_texts(values) for values in columns.values()), strict=True))
    return stream.getvalue()


def _texts(values: NDArray[Any]) -> list[object]:
    if values.dtype == object:
        return ["" if value is None else safe_cell(value) for value in values.tolist()]
    rounded = np.round(values.astype(np.float64), DECIMALS)
    return ["" if v != v else _number(v) for v in rounded.tolist()]  # noqa: PLR0124 - NaN


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def columns_sheet(
    name: str,
    columns: Mapping[str, NDArray[Any]],
    *,
    headings: Mapping[str, str] | None = None,
    rtl: bool = False,
) -> Sheet:
    """Return columns as a sheet of a workbook: numbers stay numbers, texts stay texts.

    Parameters
    ----------
    headings : mapping, optional
        Heading of each column; by default its key, which names the unit.
    """
    said = headings or {}
    made = tuple(
        SheetColumn(said.get(key, key), _sheet_values(values), _decimals(values))
        for key, values in columns.items()
    )
    return Sheet(name, made, rtl=rtl)


def _sheet_values(values: NDArray[Any]) -> NDArray[Any]:
    """Return numbers rounded as in text files; everything else as it is."""
    return np.round(values, DECIMALS) if values.dtype.kind == "f" else values


def _decimals(values: NDArray[Any]) -> int:
    """Return the decimals shown: two where any number is not whole."""
    if values.dtype.kind != "f":
        return 0
    known = values[np.isfinite(values)]
    return 0 if np.array_equal(known, np.round(known)) else 2


def safe_cell(value: object) -> object:
    """Return a cell that no spreadsheet runs: texts that look like formulas get an apostrophe."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"{SHIELD}{value}"
    return value

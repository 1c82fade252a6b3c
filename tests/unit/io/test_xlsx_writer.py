"""Workbooks: texts that never run, numbers that stay numbers, the same bytes twice."""

from __future__ import annotations

import datetime as dt
import zipfile

import numpy as np
import openpyxl
import pytest

from emadina_gis.errors import OutputError
from emadina_gis.io.xlsx_writer import Sheet, SheetColumn, workbook_bytes, write_workbook
from emadina_gis.report.tables import columns_sheet

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "0012", "T.0012/C", "é", "a\x00b"]


def _cells(path, name=None):
    book = openpyxl.load_workbook(path)
    page = book[name] if name else book.worksheets[0]
    return page, list(page.iter_rows())


def test_texts_stay_texts_and_numbers_numbers(tmp_path):
    columns = (
        SheetColumn("Texte", HOSTILE),
        SheetColumn("Aire (m²)", np.linspace(0, 1234.5, len(HOSTILE)), 1),
        SheetColumn("Oui", [True, None, float("nan"), 3, dt.date(2026, 3, 9), *[None] * 5]),
    )
    path = write_workbook(tmp_path / "a.xlsx", [Sheet("Feuille", columns)])
    page, rows = _cells(path)
    assert page.freeze_panes == "A2"
    texts = [row[0] for row in rows[1:]]
    assert {cell.data_type for cell in texts} == {"s"}
    assert all(cell.quotePrefix for cell in texts)
    assert [cell.value for cell in texts][:4] == HOSTILE[:4]
    assert texts[6].value == "0012"
    assert texts[9].value == "ab"
    assert [row[1].data_type for row in rows[1:]] == ["n"] * 10
    assert rows[-1][1].value == 1234.5
    assert rows[-1][1].number_format == "#,##0.0"
    assert [row[2].value for row in rows[1:5]] == [True, None, None, 3]
    with zipfile.ZipFile(path) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_the_same_sheets_give_the_same_bytes():
    sheet = Sheet("A", (SheetColumn("x", [1, 2]),))
    day = dt.date(2026, 3, 9)
    first = workbook_bytes([sheet], title="t", date=day)
    assert workbook_bytes([sheet], title="t", date=day) == first
    assert workbook_bytes([sheet], title="t", date=dt.date(2026, 3, 10)) != first


def test_sheets_have_names_that_a_workbook_takes(tmp_path):
    names = ["a/b:c", "a/b:c", "x" * 40, ""]
    sheets = [Sheet(name, (SheetColumn("x", [1]),)) for name in names]
    path = write_workbook(tmp_path / "a.xlsx", sheets)
    found = openpyxl.load_workbook(path).sheetnames
    assert len(set(found)) == 4
    assert all(0 < len(name) <= 31 for name in found)


def test_an_arabic_sheet_runs_from_the_right(tmp_path):
    sheet = Sheet("ورقة", (SheetColumn("المساحة (م²)", [1.0]),), ("ملاحظة",), rtl=True)
    page, rows = _cells(write_workbook(tmp_path / "a.xlsx", [sheet]))
    assert page.sheet_view.rightToLeft
    assert page.freeze_panes == "A4"
    assert rows[2][0].value == "المساحة (م²)"


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OutputError):
        write_workbook(tmp_path / "no" / "a.xlsx", [Sheet("A", (SheetColumn("x", [1]),))])
    assert list(tmp_path.iterdir()) == []


def test_columns_of_a_command_become_a_sheet(tmp_path):
    columns = {
        "parcel_id": np.array(["0012", "=x", ""], dtype=object),
        "area_m2": np.array([1.25, np.nan, 3.0]),
        "levels": np.array([2, 3, 4]),
    }
    _page, rows = _cells(write_workbook(tmp_path / "a.xlsx", [columns_sheet("rows", columns)]))
    assert [cell.value for cell in rows[0]] == list(columns)
    assert [row[0].value for row in rows[1:]] == ["0012", "=x", None]
    assert [row[1].value for row in rows[1:]] == [1.25, None, 3.0]
    assert rows[1][1].number_format == "#,##0.00"
    assert rows[1][2].number_format == "#,##0"

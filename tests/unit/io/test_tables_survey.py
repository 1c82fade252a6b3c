"""Lists of corners, survey exports and workbooks: what becomes a polygon, and what does not."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emadina_gis.errors import LayerReadError
from emadina_gis.io.vector import describe, read_layer

SQUARE = ((0, 0), (40, 0), (40, 30), (0, 30))


def _read(folder: Path, text: str, name: str = "t.csv"):
    path = folder / name
    path.write_bytes(text.encode())
    return read_layer(path)


def _counts(result):
    return {problem.code: problem.count for problem in result.problems}


def _params(result, code):
    return next(problem.params for problem in result.problems if problem.code == code)


def _shapes(result):
    return result.table.shapes(np.arange(result.table.row_count))


def _lists(count, corners=SQUARE, step=50):
    return "".join(
        f"{i};{296000 + step * i + dx};{330000 + dy}\n" for i in range(count) for dx, dy in corners
    )


# --- lists of corners ----------------------------------------------------------------------------


def test_lists_of_corners_become_polygons_and_short_ones_are_named(tmp_path):
    text = f"id;X;Y\n{_lists(14)}20;297000;330000\n20;297010;330000\n21;297000;330100\n"
    result = _read(tmp_path, text)
    assert result.table.row_count == 16
    assert [shape.geom_type for shape in _shapes(result)[13:]] == ["Polygon", "LineString", "Point"]
    assert all(shape.area == 1200 for shape in _shapes(result)[:14])
    assert _counts(result)["corners.polygons"] == 14
    assert _params(result, "corners.polygons") == {"corners": 59, "lists": 16}
    assert _params(result, "corners.few")["lines"] == "58, 60"


def test_marks_of_corners_are_joined_and_doubles_counted(tmp_path):
    corners = [(0, 0), (40, 0), (40, 30), (40, 30), (0, 30), (0, 0)]
    rows = "".join(
        f"TF {i}/C;B{k};{296000 + 50 * i + dx};{330000 + dy};T\n"
        for i in range(4)
        for k, (dx, dy) in enumerate(corners)
    )
    result = _read(tmp_path, f"Titre;Borne;X;Y;Nature\n{rows}TF 9/C;B0;-;-;T\n")
    assert result.table.names == ["Titre", "Borne", "Nature"]
    assert result.table.strings("Borne")[0] == "B0; B1; B2; B3; B4; B5"
    assert _counts(result)["corners.repeated"] == 4
    assert _params(result, "corners.unread")["lines"] == "26"


def test_points_that_share_a_word_stay_points(tmp_path):
    schools = "".join(
        f"C{i};École {i}{k};{296000 + 500 * i + dx};{330000 + dy}\n"
        for i in range(5)
        for k, (dx, dy) in enumerate(SQUARE)
    )
    result = _read(tmp_path, f"commune;école;X;Y\n{schools}")
    assert result.geometry_types == ("Point",)
    assert not any(code.startswith("corners") for code in _counts(result))


def test_lists_that_are_not_sure_are_mentioned_only(tmp_path):
    rows = _lists(5, step=500)
    result = _read(tmp_path, f"commune;X;Y\n{rows}")
    assert result.geometry_types == ("Point",)
    assert _counts(result)["corners.maybe"] == 5


def test_scattered_points_make_no_polygon(tmp_path):
    rng = np.random.default_rng(3)
    rows = "".join(
        f"{i};{296000 + x:.2f};{330000 + y:.2f}\n"
        for i in range(6)
        for x, y in rng.random((9, 2)) * 900
    )
    assert _read(tmp_path, f"id;X;Y\n{rows}").geometry_types == ("Point",)


def test_ids_that_come_back_later_are_no_lists(tmp_path):
    assert _read(tmp_path, f"id;X;Y\n{_lists(4)}{_lists(4)}").geometry_types == ("Point",)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(3, 9), min_size=1, max_size=8))
def test_every_corner_is_in_an_outline(tmp_path_factory, sizes):
    folder = tmp_path_factory.mktemp("corners")
    rows = "".join(
        f"P{i};{k + 1};{1000 * i + 100 * np.cos(turn):.3f};{100 * np.sin(turn):.3f}\n"
        for i, size in enumerate(sizes)
        for k, turn in enumerate(np.linspace(0, 2 * np.pi, size, endpoint=False))
    )
    result = _read(folder, f"parcelle;sommet;X;Y\n{rows}")
    assert [len(shape.exterior.coords) - 1 for shape in _shapes(result)] == sizes


# --- surveys -------------------------------------------------------------------------------------

KOBO = (
    '"start";"g/usage";"g/usage/habitat";"g/usage/commerce";"pos";"_pos_latitude";'
    '"_pos_longitude";"_pos_altitude";"_pos_precision";"_id";"_uuid"\n'
    '"2024-05-01T10:00:00";"habitat commerce";"1";"1";"33.5731 -7.5898 45.2 4.9";"33.5731";'
    '"-7.5898";"45.2";"4.9";"1";"a"\n'
    '"2024-05-01T10:10:00";"habitat";"1";"0";"33.5741 -7.5888 45.2 14.9";"33.5741";"-7.5888";'
    '"45.2";"14.9";"2";"b"\n"2024-05-01T10:12:00";"habitat";"1";"0";"";"";"";"";"";"3";"c"\n'
)


def test_a_kobo_export_gives_points_choices_and_accuracy(tmp_path):
    result = _read(tmp_path, KOBO)
    assert result.table.crs.id == "EPSG:4326"
    assert (_shapes(result)[0].x, _shapes(result)[0].y) == (-7.5898, 33.5731)
    assert result.table.names[1:4] == ["g/usage", "g/usage/habitat", "g/usage/commerce"]
    assert _counts(result)["survey.choices"] == 2
    assert _counts(result)["survey.accuracy-poor"] == 1
    assert _params(result, "survey.accuracy-poor")["worst"] == 14.9
    assert _params(result, "table.no-coordinates")["lines"] == "4"


def test_geoshapes_become_polygons_and_traces_lines(tmp_path):
    shape = "33.50 -7.60 0 2;33.50 -7.59 0 3;33.51 -7.59 0 9;33.50 -7.60 0 2"
    trace = "33.50 -7.60 10 4;33.50 -7.59 11 12"
    result = _read(tmp_path, f'_uuid,contour,rue\na,"{shape}","{trace}"\nb,"{shape}",\n')
    assert result.geometry_types == ("Polygon",)
    assert result.table.numbers("contour_precision").tolist() == [9, 9]
    assert _params(result, "table.other-places")["fields"] == "rue"
    alone = _read(tmp_path, f'nom,rue\na,"{trace}"\nb,"{trace}"\n', "b.csv")
    assert alone.geometry_types == ("LineString",)


def test_an_odk_export_is_known_by_its_columns(tmp_path):
    result = _read(
        tmp_path,
        "SubmissionDate,loc-Latitude,loc-Longitude,loc-Altitude,loc-Accuracy,KEY\n"
        "2024-05-01T10:00:00Z,33.5,-7.5,40,3.2,uuid:1\n",
    )
    assert {"survey.export", "survey.accuracy"} <= set(_counts(result))
    assert _shapes(result)[0].x == -7.5


# --- workbooks -----------------------------------------------------------------------------------


@pytest.fixture
def book(tmp_path):
    made = openpyxl.Workbook()
    page = made.active
    page.title = "Parcelles"
    for row in (["Liste"], [], ["N°", "Coordonnées", None, "Surface"], [None, "X", "Y", "(m²)"]):
        page.append(row)
    page.merge_cells("A1:D1")
    page.merge_cells("B3:C3")
    for i in range(4):
        page.append([i + 1, 296470.5 + i, 330502.5 + 2 * i, 120.5])
    page.append(["Total", None, None, "=SUM(D5:D8)"])
    other = made.create_sheet("Types")
    other.append(["code", "jour", "oui", "mixte", "err"])
    other.append(["00123", dt.datetime(2024, 5, 1), True, 1, "#N/A"])
    other.append(["06.141", dt.datetime(2024, 5, 2), False, "x", 2.5])
    repeat = made.create_sheet("logements")
    repeat.append(["nb", "_parent_index"])
    repeat.append([3, 1])
    made.create_sheet("Vide")
    made.save(tmp_path / "b.xlsx")
    return tmp_path / "b.xlsx"


def test_every_sheet_is_a_layer(book):
    names = [info.name for info in describe(book).layers]
    assert names == ["Parcelles", "Types", "logements", "Vide"]
    assert _counts(read_layer(book, "Vide")) == {"layer.empty": 1}
    assert "survey.repeat" in _counts(read_layer(book, "logements"))


def test_merged_headers_lend_their_name(book):
    result = read_layer(book, "Parcelles")
    names = ["N°", "Coordonnées X", "Coordonnées Y", "Surface (m²)"]
    assert result.table.names == names
    assert result.table.row_count == 5
    assert _params(result, "table.totals")["lines"] == "9"
    assert _counts(result)["table.formulas-empty"] == 1


def test_cells_keep_their_types(book):
    table = read_layer(book, "Types").table
    kinds = {name: str(column.type) for name, column in table.columns.items()}
    assert kinds == {
        "code": "string",
        "jour": "date32[day]",
        "oui": "bool",
        "mixte": "string",
        "err": "double",
    }
    assert list(table.strings("mixte")) == ["1", "x"]
    assert _counts(read_layer(book, "Types"))["table.formula-errors"] == 1


def test_two_tables_on_a_sheet_are_said(tmp_path):
    made = openpyxl.Workbook()
    for row in (["a", "b"], [1, 2], [3, 4], [], ["nom", "prix"], ["x", 7]):
        made.active.append(row)
    made.save(tmp_path / "b.xlsx")
    assert _params(read_layer(tmp_path / "b.xlsx"), "table.several-tables")["lines"] == "5"


ODS = """<?xml version="1.0" encoding="UTF-8"?>{doctype}
<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:p="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><o:body><o:spreadsheet>
<t:table t:name="Bornes">
<t:table-row><t:table-cell o:value-type="string"><p:p>nom</p:p></t:table-cell>
<t:table-cell o:value-type="string"><p:p>X</p:p></t:table-cell>
<t:table-cell o:value-type="string"><p:p>Y</p:p></t:table-cell>
<t:table-cell t:number-columns-repeated="1021"/></t:table-row>
<t:table-row t:number-rows-repeated="2">
<t:table-cell o:value-type="string"><p:p>عين الشق</p:p></t:table-cell>
<t:table-cell o:value-type="float" o:value="296470.12"><p:p>296 470,1</p:p></t:table-cell>
<t:table-cell o:value-type="float" o:value="330502"><p:p>330502</p:p></t:table-cell></t:table-row>
<t:table-row t:number-rows-repeated="1048573"><t:table-cell/></t:table-row>
</t:table></o:spreadsheet></o:body></o:document-content>"""


def _ods(folder, doctype=""):
    with zipfile.ZipFile(folder / "b.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(doctype=doctype))
    return folder / "b.ods"


def test_a_sheet_of_an_opendocument_is_read_with_its_points(tmp_path):
    result = read_layer(_ods(tmp_path))
    assert (result.name, result.format, result.table.row_count) == ("Bornes", "ODS", 2)
    assert list(result.table.strings("nom")) == ["عين الشق"] * 2
    assert _shapes(result)[0].x == 296470.12


def test_an_opendocument_with_entities_is_refused(tmp_path):
    with pytest.raises(LayerReadError):
        read_layer(_ods(tmp_path, '<!DOCTYPE a [<!ENTITY b "c">]>'))

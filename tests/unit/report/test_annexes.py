"""Nomenclature annexes: what is listed, what is measured, what is found, and both files."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import openpyxl
import pytest
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.layer import Diffusion, Title, VectorLayer
from emadina_gis.domain.schema import guessed_schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import MissingInput, OutputError, SchemaError
from emadina_gis.report.annex_checks import annex_problems
from emadina_gis.report.annex_measures import ALONE, NOWHERE, Around, Places
from emadina_gis.report.annexes import Family, annex_of, family_layer, read_index
from emadina_gis.words import load_words
from emadina_gis.workflows.annexes import AnnexChoice, annex_choice, write_annexes

DAY = dt.date(2026, 3, 9)
X, Y = 295_000.0, 328_000.0
CHOICE = AnnexChoice(date=DAY)


def _layer(shapes, layer_id="layer", diffusion=Diffusion.PUBLIC, **columns):
    made = {
        name: np.array(values, dtype=object if isinstance(values[0], str | None) else float)
        for name, values in columns.items()
    }
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    table = FeatureTable.from_columns(made, geometry, crs=MERCHICH_NORTH)
    title = Title("Équipements", "التجهيزات", "Facilities")
    schema = guessed_schema(list(made))
    return VectorLayer(layer_id, title, table, schema=schema, diffusion=diffusion)


def _facilities(**changes):
    squares = [shapely.box(X + 100 * i, Y, X + 100 * i + 50, Y + 50) for i in range(5)]
    columns = {
        "indice": ["E1", "E 2", "E2", "Z9", None],
        "nature": ["Enseignement"] * 4 + ["Santé"],
        "nature_ar": ["التعليم"] * 4 + ["الصحة"],
        "etat": ["EXISTANT", "A CREER", "EXISTANT", "A CREER", "?"],
        "superficie": [2500.0, 2500.0, 2600.0, 2502.0, float("nan")],
        "proprietaire": ["Fatima"] * 5,
    } | changes
    return _layer([*squares[:4], None], **columns)


def _codes(annex):
    return {problem.code.removeprefix("annex."): problem for problem in annex_problems(annex)}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("AC 103", ("AC", 103, "")),
        ("ac-09", ("AC", 9, "")),
        ("E115", ("E", 115, "")),
        ("V12bis", ("V", 12, "bis")),
        ("SP 4", ("SP", 4, "")),
        ("103", ("", 0, "")),
        ("PJP", ("", 0, "")),
    ],
)
def test_an_index_is_taken_apart(written, expected):
    index = read_index(written)
    assert (index.prefix, index.number, index.suffix) == expected


def test_what_is_wrong_is_listed_and_nothing_is_mended():
    layer = _facilities()
    annex = annex_of(layer, Family.FACILITIES, ALONE)
    found = _codes(annex)
    assert found["duplicate-index"].params["listed"] == "E 2, E2"
    assert found["unknown-prefix"].params["listed"] == "Z9"
    assert found["missing-index"].count == 1
    assert found["no-geometry"].count == 1
    assert found["no-state"].count == 1
    assert found["area-differs"].params["listed"] == "E2"
    assert [row.index.written for row in annex.rows] == ["E1", "E 2", "E2", "Z9", ""]
    assert layer.table.strings("indice")[2] == "E2"


def test_a_clean_annex_has_no_finding():
    layer = _facilities(
        indice=["E1", "E2", "E3", "E4", "E5"],
        etat=["EXISTANT"] * 5,
        superficie=[2500.0] * 5,
    )
    layer = replace(layer, table=layer.table.take(np.arange(4)))
    assert annex_problems(annex_of(layer, Family.FACILITIES, ALONE)) == ()


def test_gaps_in_the_numbers_are_told_as_ranges():
    layer = _facilities(indice=["E1", "E3", "E8", "V1", "V2"])
    assert _codes(annex_of(layer, Family.FACILITIES, ALONE))["gap"].params["listed"] == "E2, E4–7"


def test_measured_areas_are_those_of_the_drawing():
    annex = annex_of(_facilities(), Family.FACILITIES, ALONE)
    assert [row.measured_area_m2 for row in annex.rows[:4]] == [2500.0] * 4
    assert np.isnan(annex.rows[4].measured_area_m2)


def test_a_width_is_measured_between_the_parcels_of_both_sides():
    axis = shapely.LineString([(X, Y), (X + 400, Y)])
    sides = [shapely.box(X, Y + 10, X + 400, Y + 40), shapely.box(X, Y - 40, X + 400, Y - 10)]
    layer = _layer(
        [axis, axis],
        road_index=["AC 1", "AC 2"],
        name_fr=["Avenue A", "Avenue B"],
        width_m=[20.0, 30.0],
        state=["EXISTANTE", "EXISTANTE"],
    )
    around = Around(NOWHERE, NOWHERE, np.array(sides, dtype=object))
    annex = annex_of(layer, Family.ROADS, around)
    assert [row.measured_width_m for row in annex.rows] == pytest.approx([20.0, 20.0])
    assert [row.length_m for row in annex.rows] == [400.0, 400.0]
    assert _codes(annex)["width-differs"].params["listed"] == "AC 2"


def test_a_road_to_be_made_over_parcels_has_no_width_yet():
    axis = shapely.LineString([(X, Y), (X + 400, Y)])
    layer = _layer([axis], road_index=["AC 1"], state=["A CREER"], width_m=[20.0])
    around = Around(NOWHERE, NOWHERE, np.array([shapely.box(X, Y - 5, X + 400, Y + 5)]))
    row = annex_of(layer, Family.ROADS, around).rows[0]
    assert np.isnan(row.measured_width_m)


def test_pieces_of_one_road_are_no_double():
    lines = [shapely.LineString([(X + 50 * i, Y), (X + 50 * i + 50, Y)]) for i in range(3)]
    layer = _layer(lines, road_index=["AC 1"] * 3, name_fr=["A", "A", "A"], state=["EXISTANTE"] * 3)
    assert "duplicate-index" not in _codes(annex_of(layer, Family.ROADS, ALONE))
    other = replace(
        layer, table=layer.table.with_column("name_fr", np.array(["A", "B", "A"], object))
    )
    assert "duplicate-index" in _codes(annex_of(other, Family.ROADS, ALONE))


def test_a_variable_width_stays_as_it_is_written():
    line = shapely.LineString([(X, Y), (X + 50, Y)])
    layer = _layer([line], indice=["AC 1"], emprise=["20-30 variable"], state=["EXISTANTE"])
    row = annex_of(layer, Family.ROADS, ALONE).rows[0]
    assert row.printed_width == "20-30 variable"
    assert np.isnan(row.printed_width_m)


def test_existing_streets_without_index_are_counted_and_not_listed():
    lines = [shapely.LineString([(X, Y + i), (X + 50, Y + i)]) for i in range(3)]
    states = ["EXISTANTE", "EXISTANTE", "A CREER"]
    layer = _layer(lines, road_index=["AC 1", None, None], state=states)
    annex = annex_of(layer, Family.ROADS, ALONE)
    assert len(annex.rows) == 2
    assert annex.unlisted == 1
    assert _codes(annex)["missing-index"].count == 1


def test_places_come_from_the_sectors_around():
    shapes = np.array([shapely.box(X - 10, Y - 10, X + 130, Y + 100)], dtype=object)
    around = Around(Places(shapes, [Title.plain("E3")]), NOWHERE, np.zeros(0, dtype=object))
    annex = annex_of(_facilities(), Family.FACILITIES, around)
    assert [tuple(t.fr for t in row.places) for row in annex.rows[:3]] == [("E3",), ("E3",), ()]


def test_a_layer_without_indices_is_refused_in_plain_words():
    layer = _layer([shapely.Point(X, Y)], autre=["x"])
    with pytest.raises(SchemaError) as caught:
        annex_of(layer, Family.ROADS, ALONE)
    assert caught.value.code == "annex.no-index"
    for language in ("fr", "ar", "en"):
        assert "autre" in load_words(language).error(caught.value)[0]


def test_the_layer_with_most_indices_is_taken():
    some, more = _facilities(), _facilities(indice=["E1", "E2", "E3", "E4", "V1"])
    assert family_layer([some, more], Family.FACILITIES) is more
    assert family_layer([some], Family.ROADS) is None


# --- files ----------------------------------------------------------------------------------------


@pytest.fixture
def with_facilities(project):
    return replace(project, layers=(_facilities(), *project.layers))


def test_the_workbook_has_typed_cells_and_stays_text(with_facilities, tmp_path):
    layer = _facilities(indice=["E1", "=1+1", "@E3", "+E4", "-E5"])
    project = replace(with_facilities, layers=(layer,))
    path = tmp_path / "annexe.xlsx"
    write_annexes(project, path, load_words("ar"), choice=CHOICE)
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    assert page.sheet_view.rightToLeft
    rows = list(page.iter_rows())
    head = next(i for i, row in enumerate(rows) if row[0].value == "الرمز")
    assert page.freeze_panes == f"A{head + 2}"
    assert [cell.value for cell in rows[head]][4] == "المساحة المدونة (م²)"
    cells = rows[head + 1 :]
    assert {row[0].data_type for row in cells} == {"s"}
    assert {"=1+1", "@E3", "+E4", "-E5"} <= {row[0].value for row in cells}
    assert all(row[0].quotePrefix for row in cells)
    areas = [row[5].value for row in cells if row[5].value is not None]
    assert areas == [2500.0] * 4
    assert not any("Fatima" in str(cell.value) for row in rows for cell in row)


@pytest.mark.parametrize("ending", [".pdf", ".xlsx"])
def test_the_same_annex_gives_the_same_bytes(with_facilities, tmp_path, ending):
    paths = [tmp_path / f"{name}{ending}" for name in "ab"]
    for path in paths:
        write_annexes(with_facilities, path, load_words("fr"), choice=CHOICE)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_folder_gets_both(with_facilities, tmp_path):
    written = write_annexes(with_facilities, tmp_path / "out", load_words("fr"), choice=CHOICE)
    assert [path.name for path in written.paths] == ["nomenclature.pdf", "nomenclature.xlsx"]
    assert written.rows == ((Family.FACILITIES, 5),)
    assert {problem.code for problem in written.problems} >= {"annex.duplicate-index"}


def test_another_ending_is_refused(with_facilities, tmp_path):
    with pytest.raises(OutputError) as caught:
        write_annexes(with_facilities, tmp_path / "a.docx", load_words("fr"))
    assert caught.value.code == "annex.format"
    assert list(tmp_path.iterdir()) == []


def test_a_project_without_indices_says_what_to_do(project, tmp_path):
    with pytest.raises(MissingInput) as caught:
        write_annexes(project, tmp_path / "a.pdf", load_words("fr"))
    assert caught.value.code == "annex.nothing"


def test_layers_are_chosen_by_their_name(with_facilities):
    choice = annex_choice(with_facilities, facilities="التجهيزات", beside="ar")
    assert choice.layers == ((Family.FACILITIES, "layer"),)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext")
@pytest.mark.parametrize("beside", ["", "ar"])
def test_headings_are_on_each_page(with_facilities, tmp_path, beside):
    count = 120
    squares = [shapely.box(X + 100 * i, Y, X + 100 * i + 50, Y + 50) for i in range(count)]
    layer = _layer(
        squares,
        indice=[f"E{i + 1}" for i in range(count)],
        nature=["Enseignement"] * count,
        nature_ar=["التعليم"] * count,
        etat=["EXISTANT"] * count,
        superficie=[2500.0] * count,
    )
    path = tmp_path / "a.pdf"
    choice = AnnexChoice(beside=beside, date=DAY)
    write_annexes(replace(with_facilities, layers=(layer,)), path, load_words("fr"), choice=choice)
    shown = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    pages = shown.stdout.decode().split("\f")[:-1]
    assert len(pages) >= 3
    for number, page in enumerate(pages, start=1):
        assert "Désignation" in page or "Contrôles" in page
        assert f"Page {number}" in page
    assert "E120" in "".join(pages)
    assert "Aucune anomalie" in pages[-1]

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.land_title import canonical_title
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.schema import Role, Schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import LayerReadError
from emadina_gis.report.corners import corners_from_text, corners_of, read_corners
from emadina_gis.report.situation import Case, situation_of, zoning_layer
from emadina_gis.report.title_list import read_titles
from emadina_gis.report.titles import rows_of_titles
from tests.builders import a_project

X, Y = 295_000.0, 328_000.0


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("T.3875/C", "T.3875/C"),
        ("tf 3875 / c", "T.3875/C"),
        ("3875/C", "T.3875/C"),
        ("T. n°3875/33", "T.3875/33"),
        ("R 12345/33", "R.12345/33"),
        ("REQ.12345/C", "R.12345/C"),
        ("propriété dite « Noria »", "propriété dite « Noria »"),
    ],
)
def test_titles_are_read_as_people_write_them(written, title):
    assert canonical_title(written) == title


def test_titles_are_found_in_the_order_asked(project):
    rows, missing = rows_of_titles(project.parcels, ["tf 18402/c", "T.18400/C", "T.1/Z"])
    assert rows.tolist() == [2, 0]
    assert missing == ("T.1/Z",)


def test_a_list_may_be_a_workbook(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["Titre", "Demandeur"], ["T.18401/C", "A"], ["T.18405/C", "B"]):
        book.active.append(row)
    path = tmp_path / "liste.xlsx"
    book.save(path)
    assert read_titles(path) == ("T.18401/C", "T.18405/C")


def test_corners_with_commas_blank_lines_and_a_repeated_first():
    text = (
        "id;X;Y\nB1;295 000,5;328000\nB2;295010;328000\n\nB3;295010;328020\nB1;295000.5;328000\n-"
    )
    corners = corners_from_text(text)
    assert corners.names == ("B1", "B2", "B3")
    assert corners.xy[0].tolist() == [295_000.5, 328_000.0]
    assert corners.polygon.area == pytest.approx(95.0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("id;X;Y\nB1;1;2\nB2;3;4", "report.corners-too-few"),
        ("id;X;Y\n1;0;0\n2;10;10\n3;10;0\n4;0;10", "report.corners-cross"),
        ("", "report.corners-too-few"),
    ],
)
def test_bad_corner_lists_say_why(text, code):
    with pytest.raises(LayerReadError) as caught:
        corners_from_text(text, "liste.txt")
    assert caught.value.code == code


def test_a_corner_file_that_is_no_text(tmp_path):
    path = tmp_path / "x.txt"
    path.write_bytes(b"\x00\x01\x02")
    with pytest.raises(LayerReadError) as caught:
        read_corners(path)
    assert caught.value.code == "report.corners-unreadable"


def test_corners_of_a_shape_are_its_outline():
    assert len(corners_of(shapely.box(0, 0, 10, 20)).names) == 4


def _plan(*sectors):
    """Return a project with strips 100 m wide, one per sector, 200 m deep."""
    shapes = np.array(
        [shapely.box(X + 100 * i, Y, X + 100 * (i + 1), Y + 200) for i in range(len(sectors))]
    )
    table = FeatureTable.from_columns({"secteur": list(sectors)}, shapes, crs=MERCHICH_NORTH)
    layer = VectorLayer(
        "sectors", Title.plain("Secteurs"), table, schema=Schema({Role.SECTOR: "secteur"})
    )
    return a_project().with_parcels(4).with_layer(layer).build()


def test_the_plan_is_the_layer_of_sectors_not_the_parcels():
    assert zoning_layer(_plan("D3")).id == "sectors"


@pytest.mark.parametrize(
    ("box", "case", "sectors", "outside"),
    [
        ((10, 10, 60, 60), Case.ONE_SECTOR, ["D3"], 0),
        ((60, 10, 120, 60), Case.SEVERAL_SECTORS, ["D3", "B4"], 0),
        ((900, 900, 950, 950), Case.OUTSIDE, [], 2_500),
        ((150, 10, 250, 60), Case.ACROSS_LIMIT, ["B4"], 2_500),
        ((60, 150, 120, 250), Case.ACROSS_LIMIT, ["D3", "B4"], 3_000),
    ],
)
def test_the_four_cases(document, box, case, sectors, outside):
    west, south, east, north = box
    shape = shapely.box(X + west, Y + south, X + east, Y + north)
    found = situation_of(_plan("D3", "B4"), shape, document)
    assert found.case is case
    assert [share.sector for share in found.shares] == sectors
    assert found.outside_m2 == pytest.approx(outside)
    assert sum(s.area_m2 for s in found.shares) + found.outside_m2 == pytest.approx(shape.area)


def test_slivers_along_a_limit_are_not_told(document):
    shape = shapely.box(X + 10, Y + 10, X + 100.003, Y + 60)
    found = situation_of(_plan("D3", "B4"), shape, document)
    assert found.case is Case.ONE_SECTOR


def _reservations():
    shapes = np.array([shapely.box(X, Y, X + 30, Y + 50), shapely.box(X + 90, Y, X + 100, Y + 50)])
    table = FeatureTable.from_columns(
        {
            "reservation_id": ["E12", "V3"],
            "nature_fr": ["Enseignement", "Espace vert"],
            "nature_ar": ["التعليم", "مساحة خضراء"],
            "state": ["A CREER", "CADUQUE"],
            "expiry_date": ["2035-04-02", None],
        },
        shapes,
        crs=MERCHICH_NORTH,
    )
    return VectorLayer("reserves", Title.plain("Réservations"), table)


def test_hits_have_index_nature_state_area_and_share(document):
    project = _plan("D3")
    project = replace(project, layers=(*project.layers, _reservations()))
    found = situation_of(project, shapely.box(X, Y, X + 100, Y + 50), document)
    first, second = found.hits
    assert (first.index, first.nature.ar, first.state) == ("E12", "التعليم", "A CREER")
    assert first.area_m2 == pytest.approx(1_500)
    assert first.share == pytest.approx(0.3)
    assert first.expiry == "2035-04-02"
    assert second.index == "V3"
    assert found.remainder_m2 == pytest.approx(3_500), "a lapsed reservation takes no land"

"""Tables: what is a header, a code, a number, a place; nothing lost, nothing invented."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emadina_gis.errors import LayerReadError
from emadina_gis.io.vector import read_layer
from emadina_gis.words import load_words


def _read(folder: Path, text: str, name: str = "t.csv", codec: str = "utf-8"):
    path = folder / name
    path.write_bytes(text.encode(codec))
    return read_layer(path)


def _counts(result):
    return {problem.code: problem.count for problem in result.problems}


def _params(result, code):
    return next(problem.params for problem in result.problems if problem.code == code)


def _points(result):
    shapes = result.table.shapes(np.arange(result.table.row_count))
    return [None if shape is None else (shape.x, shape.y) for shape in shapes]


HERE = (296470.12, 330502.33)


# --- names of coordinates ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("X", "Y"),
        ("Coord X (m)", "Coord Y (m)"),
        ("COORDONNÉE_X", "COORDONNÉE_Y"),
        ("x_lambert", "y_lambert"),
        ("XCoord", "YCoord"),
        ("POINT_X", "POINT_Y"),
        ("Easting", "Northing"),
        ("Est", "Nord"),
        ("إحداثية X", "إحداثية Y"),
        ("الإحداثية السينية", "الإحداثية الصادية"),
        ("Abscisse", "Ordonnée"),
    ],
)
def test_columns_of_coordinates_are_known_by_name(tmp_path, x, y):
    result = _read(tmp_path, f"nom;{x};{y}\nA;296470,12;330502,33\nB;296480,5;330512,5\n")
    assert _points(result)[0] == HERE
    assert result.table.crs.is_known is False


@pytest.mark.parametrize("names", [("code_x", "code_y"), ("N°", "E"), ("long", "larg")])
def test_names_that_only_resemble_coordinates_make_no_points(tmp_path, names):
    result = _read(tmp_path, f"{names[0]},{names[1]}\n1,2\n3,4\n5,6\n")
    assert not result.table.has_geometry


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ("33°35'12,5\"N", "7°36'10\"W"),
        ("33° 35' 12.5'' N", "7° 36' 10'' O"),
        ("N33 35 12.5", "W7 36 10"),
        ("33:35:12.5", "-7:36:10"),
        ("33d35m12.5sN", "7d36m10sW"),
        ("33°35′12.5″ شمال", "7°36′10″ غرب"),
        ("٣٣٫٥٨٦٨٠٥٥٦", "-٧٫٦٠٢٧٧٧٧٨"),
    ],
)
def test_degrees_in_words_and_signs_are_read(tmp_path, lat, lon):
    result = _read(tmp_path, f"nom;Latitude;Longitude\nA;{lat};{lon}\n")
    assert _points(result)[0] == pytest.approx((-7.6027778, 33.5868056), abs=1e-6)
    assert result.table.crs.id == "EPSG:4326"
    assert "table.degrees-wgs84" in _counts(result)


def test_sides_of_the_world_put_exchanged_columns_right(tmp_path):
    text = "nom;Longitude;Latitude\nA;33°35'12\"N;7°36'10\"W\nB;33°35'13\"N;7°36'11\"W\n"
    result = _read(tmp_path, text)
    assert _points(result)[0] == pytest.approx((-7.60278, 33.58667), abs=1e-4)
    assert "table.sides-exchanged" in _counts(result)


def test_longitudes_named_west_become_negative_and_it_is_said(tmp_path):
    result = _read(tmp_path, "id;Latitude Nord;Longitude Ouest\n1;33.5;7.6\n2;33.6;7.5\n")
    assert _points(result) == [(-7.6, 33.5), (-7.5, 33.6)]
    assert _counts(result)["table.counted-west"] == 2


def test_swapped_columns_are_offered_and_not_turned(tmp_path):
    rows = "".join(f"{i},{33.5 + i / 100},{-7.6 + i / 100}\n" for i in range(5))
    result = _read(tmp_path, f"id,lon,lat\n{rows}")
    assert any(candidate.swapped for candidate in result.crs.candidates)
    assert _points(result)[0] == (33.5, -7.6)


def test_two_pairs_use_the_first_and_name_the_other(tmp_path):
    text = "x,y,lon,lat\n296470.12,330502.33,-7.591,33.5532\n296480,330512,-7.5909,33.5533\n"
    result = _read(tmp_path, text)
    assert result.table.crs.id == "EPSG:4326"
    assert _params(result, "table.other-places")["fields"] == "x, y"


# --- places by content ---------------------------------------------------------------------------


def test_silent_names_and_clear_values_make_points_with_a_warning(tmp_path):
    text = "".join(f"{i} {296470.12 + i} {330502.33 + i} 45.{i}\n" for i in range(5))
    result = _read(tmp_path, text, "levé.txt")
    assert _points(result)[0] == HERE
    assert {"table.no-header", "table.places-by-content"} <= set(_counts(result))
    assert result.table.row_count == 5


def test_telling_names_with_values_like_coordinates_are_only_mentioned(tmp_path):
    rows = "".join(f"A{i};{201000.5 + i};{332000.5 + 2 * i}\n" for i in range(6))
    result = _read(tmp_path, f"commune;budget_2014;budget_2024\n{rows}")
    assert not result.table.has_geometry
    assert "table.maybe-places" in _counts(result)


def test_counts_of_people_are_no_coordinates(tmp_path):
    rows = "".join(f"A{i};{201000 + i};{332000 + 7 * i}\n" for i in range(6))
    result = _read(tmp_path, f"commune;pop 2014;pop 2024\n{rows}")
    assert "table.maybe-places" not in _counts(result)


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (("33.5731, -7.5898", "33.58, -7.60"), "table.pairs-lat-lon"),
        (("-7.5898 33.5731", "-7.60 33.58"), "table.pairs-lon-lat"),
        (("48.85, 2.35", "47.58, 7.60"), "table.maybe-places"),
    ],
)
def test_both_coordinates_in_one_column(tmp_path, texts, code):
    result = _read(tmp_path, "nom;position\n" + "".join(f"A;{text}\n" for text in texts))
    assert code in _counts(result)
    if code != "table.maybe-places":
        assert _points(result)[0] == (-7.5898, 33.5731)


def test_named_columns_without_a_number_are_said(tmp_path):
    result = _read(tmp_path, "id;x;y\n1;-;-\n2;?;?\n")
    assert not result.table.has_geometry
    assert "table.empty-places" in _counts(result)


# --- geometry texts ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "crs"),
    [
        ("SRID=26191;POINT (296470.12 330502.33)", "EPSG:26191"),
        ("POINT (296470.12 330502.33)", ""),
        ("01010000204F6600007B14AE471F1812415C8FC25056CB1341", "EPSG:26191"),
        ('"{""type"":""Point"",""coordinates"":[-7.5,33.5]}"', "EPSG:4326"),
    ],
)
def test_geometry_texts_of_any_writing(tmp_path, text, crs):
    result = _read(tmp_path, f"id,forme\n1,{text}\n2,{text}\n")
    assert result.geometry_types == ("Point",)
    assert result.table.crs.id == crs
    assert result.table.names == ["id"]


def test_a_geometry_text_that_cannot_be_read_is_kept_with_its_line(tmp_path):
    result = _read(tmp_path, "id;wkt\n1;POINT (1 2)\n2;POINT (1\n3;\n4;POINT (3 4)\n")
    assert list(result.table.strings("wkt"))[1] == "POINT (1"
    assert _params(result, "table.no-coordinates")["lines"] == "3, 4"
    assert result.table.row_count == result.declared_count == 4


# --- headers, lines, separators ------------------------------------------------------------------


def test_titles_totals_and_bad_rows_are_named_by_their_lines(tmp_path):
    text = (
        "Royaume du Maroc;;;\nBornes d'Aïn Chock;;;\n\nBorne;Coord X;Coord Y;Nature\n"
        "B1;296 470,12;330 502,33;OGC\nB2;n/a;330 512,33;OGC\n;;;\nTotal;;;2\n"
    )
    result = _read(tmp_path, text)
    assert result.table.names == ["Borne", "Coord X", "Coord Y", "Nature"]
    assert _points(result) == [HERE, None, None]
    assert _counts(result)["table.title-lines"] == 2
    assert _counts(result)["table.blank-rows"] == 1
    assert _params(result, "table.totals")["lines"] == "8"
    assert _params(result, "table.no-coordinates")["lines"] == "6, 8"


def test_what_lies_beyond_the_header_is_kept(tmp_path):
    result = _read(tmp_path, "a;b\n1;2;3;x\n2;3\n4\n")
    assert list(result.table.strings("column_3")) == ["3;x", None, None]
    assert _params(result, "table.ragged")["lines"] == "2, 4"


def test_years_are_names_and_numbers_alone_are_none(tmp_path):
    years = _read(tmp_path, "commune;2004;2014\nA;100;200\nB;110;220\n", "a.csv")
    assert years.table.names == ["commune", "2004", "2014"]
    none = _read(tmp_path, "1;100;200\n2;110;220\n", "b.csv")
    assert none.table.row_count == 2
    assert "table.no-header" in _counts(none)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"])
def test_arabic_comes_through_in_every_encoding(tmp_path, codec):
    names = ["عين الشق", "الدار البيضاء", "سيدي عثمان", "مولاي رشيد"]
    text = "nom;x;y\n" + "".join(f"{name};296470,12;330502,33\n" for name in names)
    assert list(_read(tmp_path, text, codec=codec).table.strings("nom")) == names


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_line_ends_and_separators(tmp_path, end, separator):
    rows = [["id", "nom", "x", "y"], ["1", "A", "296470.12", "330502.33"]]
    result = _read(tmp_path, end.join(separator.join(row) for row in rows) + end)
    assert _points(result) == [HERE]


def test_commas_inside_fields_do_not_separate(tmp_path):
    text = "1,5;2,5;3,5\n2,5;3,5;4,5\n3,5;4,5;5,5\n"
    assert _read(tmp_path, text).table.names == ["column_1", "column_2", "column_3"]


def test_a_declared_separator_is_used_and_not_read(tmp_path):
    result = _read(tmp_path, "sep=|\nid|x,y\n1|a;b\n")
    assert result.table.names == ["id", "x,y"]


def test_a_quote_never_closed_does_not_swallow_the_file(tmp_path):
    text = 'id;x;y;t\n1;1;2;"abc\n' + "".join(f"{i};1;2;b\n" for i in range(2, 60))
    result = _read(tmp_path, text)
    assert result.table.row_count == 59
    assert _counts(result)["table.quotes"] == 1


def test_a_long_text_is_read_whole(tmp_path):
    long = "é" * 400_000
    assert _read(tmp_path, f'a;b\n1;"{long}"\n').table.strings("b")[0] == long


# --- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["1E4", "06.141.01.05", "00123", "+212661000000", "12345678901234567890", "1-2"]
)
def test_codes_stay_as_they_are(tmp_path, text):
    assert (
        list(_read(tmp_path, f"code;n\n{text};1\n{text};2\n").table.strings("code")) == [text] * 2
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234,56", 1234.56),
        ("1\u202f234", 1234),
        ("1.234.567,8", 1234567.8),
        ("1,234.5", 1234.5),
        ("1'234.5", 1234.5),
        ("٣٣٫٥", 33.5),
        ("1.5e-3", 0.0015),
        ("-0,5", -0.5),
        ("999999999999999999", 999999999999999999),
    ],
)
def test_numbers_of_many_writings_become_numbers(tmp_path, text, value):
    column = _read(tmp_path, f'nom;v\nA;"{text}"\nB;"{text}"\n').table.column("v")
    assert column.is_number
    assert column.value(0) == value


def test_a_number_of_two_meanings_stays_text_and_is_said(tmp_path):
    result = _read(tmp_path, 'code,val\nA,"1,250"\nB,"3,400"\n')
    assert list(result.table.strings("val")) == ["1,250", "3,400"]
    assert _params(result, "table.two-meanings")["fields"] == "val"


def test_large_integers_are_exact(tmp_path):
    assert _read(tmp_path, "id,n\n9007199254740993,1\n").table.column("id").value(0) == 2**53 + 1


def test_every_finding_has_its_sentence_in_three_languages(tmp_path):
    result = _read(tmp_path, "Titre;;\nid;x;y\n1;n/a;2\n2;1;2;3\nTotal;;\n")
    for language in ("fr", "ar", "en"):
        words = load_words(language)
        for problem in result.problems:
            what, following = words.problem(problem)
            assert "{" not in what + following


def test_an_old_workbook_is_refused_with_the_way_out(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(LayerReadError) as caught:
        read_layer(path)
    assert caught.value.code == "layer.old-workbook"

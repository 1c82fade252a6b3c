"""What is read out of drawings: labels from texts, lots from lines, the unit from where it lies."""

from __future__ import annotations

import ezdxf
import numpy as np
import pyarrow as pa
import pytest
import shapely

from emadina_gis.io import dxf
from emadina_gis.io.dxf_labels import lot_numbers
from emadina_gis.io.dxf_lots import find_lots
from emadina_gis.io.dxf_texts import is_backwards
from emadina_gis.io.dxf_units import read_unit
from emadina_gis.io.vector import describe, read_layer
from emadina_gis.progress import NULL_CONTEXT

X, Y = 294_000.0, 331_000.0


@pytest.fixture
def drawing():
    document = ezdxf.new("R2010")
    document.header["$INSUNITS"] = 6
    return document


@pytest.fixture
def read(tmp_path):
    def opened(document):
        path = tmp_path / "plan.dxf"
        document.saveas(path)
        found = dxf.load(path, path.name, "", NULL_CONTEXT)
        codes = {problem.code: problem for problem in found.problems}
        return found.layers, codes

    return opened


def _box(space, x, y, width, height=None, layer="LOTS"):
    high = width if height is None else height
    corners = [(X + x, Y + y), (X + x + width, Y + y), (X + x + width, Y + y + high)]
    corners.append((X + x, Y + y + high))
    return space.add_lwpolyline(corners, close=True, dxfattribs={"layer": layer})


def _text(space, words, x, y, height=1.0, layer="NUM"):
    text = space.add_text(words, height=height, dxfattribs={"layer": layer})
    text.set_placement((X + x, Y + y))


def _column(layer, name):
    return layer.columns[name].arrow.to_pylist()


# --- labels ---------------------------------------------------------------------------------------


def test_texts_label_the_smallest_boundary_around_them(drawing, read):
    space = drawing.modelspace()
    _box(space, -10, -10, 100, layer="LIMITE")
    for number in range(3):
        _box(space, 22 * number, 0, 20)
        _text(space, f"T.{1200 + number}/C", 22 * number + 5, 10)
        _text(space, f"LOT {number}", 22 * number + 5, 5)
    layers, codes = read(drawing)
    polygons = layers["polygons"]
    assert _column(polygons, "label") == [
        None, "T.1200/C · LOT 0", "T.1201/C · LOT 1", "T.1202/C · LOT 2",
    ]  # fmt: skip
    assert _column(polygons, "title_no")[1:] == ["T.1200/C", "T.1201/C", "T.1202/C"]
    assert _column(polygons, "lot_no")[1:] == ["0", "1", "2"]
    assert codes["dxf.labelled"].count == 3


def test_a_text_across_two_boundaries_names_none(drawing, read):
    space = drawing.modelspace()
    _box(space, 0, 0, 20)
    _box(space, 20, 0, 20)
    _text(space, "1234567890", 18.5, 10, height=1.5)
    layers, codes = read(drawing)
    assert _column(layers["polygons"], "label") == [None, None]
    assert codes["dxf.label-ambiguous"].count == 1


def test_a_circle_around_a_number_is_its_frame(drawing, read):
    space = drawing.modelspace()
    _box(space, 0, 0, 30)
    space.add_circle((X + 10, Y + 10), 1.5)
    _text(space, "12", 9.3, 9.5)
    layers, _ = read(drawing)
    by_kind = dict(zip(*(_column(layers["polygons"], n) for n in ("entity", "label")), strict=True))
    assert by_kind == {"LWPOLYLINE": "12", "CIRCLE": None}


def test_an_outline_and_its_hatch_have_the_same_label(drawing, read):
    space = drawing.modelspace()
    ring = _box(space, 0, 0, 30)
    space.add_hatch().paths.add_polyline_path(ring.get_points("xy"))
    _text(space, "A-7", 10, 10)
    layers, _ = read(drawing)
    assert _column(layers["polygons"], "label") == ["A-7", "A-7"]


def test_numbers_inside_a_building_name_the_lot_as_the_others_do(drawing, read):
    space = drawing.modelspace()
    for number in range(10):
        _box(space, 30 * number, 0, 25)
        _text(space, str(number), 30 * number + 10, 12)
    _box(space, 5, 5, 15, layer="BATI")
    layers, _ = read(drawing)
    labels = dict(
        zip(
            _column(layers["polygons"], "layer"), _column(layers["polygons"], "label"), strict=False
        )
    )
    assert labels["BATI"] is None
    assert _column(layers["polygons"], "label")[:10] == [str(n) for n in range(10)]


def test_lengths_of_sides_and_survey_marks_are_no_labels(drawing, read):
    space = drawing.modelspace()
    _box(space, 0, 0, 20)
    for words, x, y in (("20.00", 8, 1), ("S = 400 m²", 6, 6), ("14 bis", 8, 12)):
        _text(space, words, x, y)
    drawing.blocks.new("BORNE").add_attdef("NUM", (0.3, 0.3))
    space.add_blockref("BORNE", (X, Y)).add_auto_attribs({"NUM": "B55"})
    layers, _ = read(drawing)
    assert _column(layers["polygons"], "label") == ["14 bis"]
    assert _column(layers["polygons"], "lot_no") == ["14 BIS"]


def test_a_crowd_of_texts_is_no_label(drawing, read):
    space = drawing.modelspace()
    _box(space, 0, 0, 200)
    for number in range(30):
        _text(space, f"n {number}", 10, 5 * number + 5)
    layers, codes = read(drawing)
    assert _column(layers["polygons"], "label") == [None]
    assert codes["dxf.label-crowded"].count == 1


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("LOT 12", "12"), ("n° 7", "7"), ("A-3", "A-3"), ("Lot 4 bis", "4 BIS"), ("قطعة 5", "5"),
        ("123", "123"), ("12.50", None), ("RUE 12 M", None), ("R+4", None), ("T.12/C", None),
    ],
)  # fmt: skip
def test_lot_numbers_are_recognised(words, number):
    assert lot_numbers(pa.array([words])).to_pylist() == [number]


@pytest.mark.parametrize(
    ("words", "backwards"),
    [("ةعطق", True), ("يراقعلا مسرلا", True), ("القطعة", False), ("مقبرة", False), ("Lot", False)],
)
def test_arabic_typed_backwards_is_recognised(words, backwards):
    assert is_backwards(words) is backwards


# --- lots -----------------------------------------------------------------------------------------


def _lines(*ends):
    return np.array([shapely.LineString(np.array(pair, float)) for pair in ends], dtype=object)


def _lots(lines, outlines=()):
    return find_lots(lines, np.array(list(outlines), dtype=object), NULL_CONTEXT)


def test_lines_with_gaps_overshoots_and_doubles_close_lots():
    lines = _lines(
        [(0, 0), (40, 0)],
        [(40.03, 0.01), (40, 25)],
        [(40, 25.02), (0, 25)],
        [(0, 25), (0, 0.04)],
        [(20, 0.03), (20, 25.04)],  # one end short of the edge, the other beyond it
        [(20, 25.04), (20, 0.03)],
    )
    found = _lots(lines)
    assert np.sort(shapely.area(found.shapes)) == pytest.approx([500, 500], abs=2)
    assert found.snapped >= 3
    assert found.doubled == 1


def test_wider_gaps_stay_open():
    square = [[(0, 0), (20, 0)], [(20, 0), (20, 20)], [(20, 20), (0, 20)], [(0, 20), (0, 0.2)]]
    assert len(_lots(_lines(*square)).shapes) == 0


def test_a_boundary_drawn_closed_is_no_lot_again_but_lends_its_edge():
    closed = shapely.box(0, 0, 20, 20)
    lines = _lines([(20, 0), (40, 0)], [(40, 0), (40, 20)], [(40, 20), (20, 20)])
    found = _lots(lines, [closed])
    assert shapely.area(found.shapes) == pytest.approx([400])


def test_slivers_between_lines_are_left_out_and_counted():
    lines = _lines(
        [(0, 0), (30, 0)], [(0, 0.08), (30, 0.08)], [(0, 0), (0, 0.08)], [(30, 0), (30, 0.08)]
    )
    found = _lots(lines)
    assert (len(found.shapes), found.slivers) == (0, 1)


def test_lots_are_a_layer_beside_the_lines_and_are_labelled(drawing, read, tmp_path):
    space = drawing.modelspace()
    corners = [(X, Y), (X + 20, Y), (X + 20, Y + 25), (X, Y + 25)]
    for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        space.add_line(start, end, dxfattribs={"layer": "PARCELLES"})
    _text(space, "9", 10, 12)
    layers, codes = read(drawing)
    assert list(layers) == ["lots", "lines", "texts"]
    assert _column(layers["lots"], "label") == ["9"]
    assert _column(layers["lots"], "layer") == ["PARCELLES"]
    assert layers["lines"].row_count == 4
    assert codes["dxf.lots"].params["layers"] == "PARCELLES (1)"


def test_symbols_make_no_lots(drawing, read):
    block = drawing.blocks.new("ARBRE")
    for start, end in (((0, 0), (4, 0)), ((4, 0), (2, 4)), ((2, 4), (0, 0))):
        block.add_line(start, end)
    for number in range(3):
        drawing.modelspace().add_blockref("ARBRE", (X + 10 * number, Y))
    layers, _ = read(drawing)
    assert "lots" not in layers


# --- units ----------------------------------------------------------------------------------------


def _points(x, y, width):
    return np.array([(x, y), (x + width, y), (x + width, y + width), (x, y + width)], float)


@pytest.mark.parametrize(
    ("header", "points", "letter", "code", "metres"),
    [
        (6, _points(X, Y, 200), 2, "", 1.0),
        (0, _points(X, Y, 200), 2, "", 1.0),
        (4, _points(X, Y, 200), 2, "dxf.unit-contradicted", 1.0),
        (4, _points(X * 1e3, Y * 1e3, 2e5), 2e3, "dxf.scaled", 0.001),
        (5, _points(X * 1e2, Y * 1e2, 2e4), 200, "dxf.scaled", 0.01),
        (0, _points(X * 1e3, Y * 1e3, 2e5), 2e3, "dxf.scaled", 0.001),
        (7, _points(X / 1e3, Y / 1e3, 0.2), 2e-3, "dxf.scaled", 1000.0),
        (4, _points(0, 0, 15_000), 250, "dxf.scaled", 0.001),
        (4, _points(0, 0, 200), 2, "dxf.unit-doubt", 1.0),
        (0, _points(0, 0, 15_000), 250, "dxf.unit-doubt", 1.0),
        (6, _points(4000, 1000, 300), 2, "", 1.0),
        (6, _points(-7.6, 33.5, 0.02), 0.0001, "", 1.0),
    ],
)
def test_units_are_believed_where_the_coordinates_agree(header, points, letter, code, metres):
    reading = read_unit(header, points, letter)
    assert (reading.code, reading.metres) == (code, metres)


def test_local_drawings_say_so_with_what_a_placement_needs():
    reading = read_unit(4, _points(0, 0, 15_000), 250)
    (scaled, local) = reading.problems("plan.dxf")
    assert (scaled.code, local.code) == ("dxf.scaled", "dxf.local")
    assert local.params["metres"] == 0.001
    assert local.params["width"] == 15_000
    assert read_unit(6, _points(X, Y, 200), 2).problems("plan.dxf") == []


def test_a_drawing_in_millimetres_is_scaled_before_its_system_is_guessed(tmp_path):
    document = ezdxf.new("R2010")
    document.header["$INSUNITS"] = 4
    corners = [(X * 1e3, Y * 1e3), (X * 1e3 + 2e4, Y * 1e3), (X * 1e3 + 2e4, Y * 1e3 + 2e4)]
    document.modelspace().add_lwpolyline(corners, close=True)
    path = tmp_path / "mm.dxf"
    document.saveas(path)
    result = read_layer(path)
    assert result.table.shapes()[0].area == pytest.approx(200.0)
    assert result.crs.candidates[0].crs.id == "EPSG:26191"
    assert "dxf.scaled" in {problem.code for problem in result.problems}
    assert len(describe(path).layers) == 1


def test_all_layers_of_a_drawing_have_one_guess_of_the_system(tmp_path):
    document = ezdxf.new("R2010")
    space = document.modelspace()
    space.add_lwpolyline([(X, Y), (X + 900, Y), (X + 900, Y + 900)], close=True)
    for number in range(30):
        space.add_line((X, Y + number), (X + 500, Y + number))
    space.add_text("Nord").set_placement((12, 7))
    path = tmp_path / "plan.dxf"
    document.saveas(path)
    best = [
        read_layer(path, layer.name).crs.candidates[0].crs.id for layer in describe(path).layers
    ]
    assert set(best) == {"EPSG:26191"}

"""DXF drawings, made here by code: each entity is carried or counted, whatever its frame."""

from __future__ import annotations

import zipfile
from pathlib import Path

import ezdxf
import numpy as np
import pytest
import shapely

from emadina_gis.errors import LayerReadError
from emadina_gis.io import dxf
from emadina_gis.io.vector import describe, read_layer
from emadina_gis.progress import NULL_CONTEXT

X, Y = 294_000.0, 331_000.0


@pytest.fixture
def drawing():
    document = ezdxf.new("R2010")
    document.header["$INSUNITS"] = 6
    return document


@pytest.fixture
def save(tmp_path):
    def saved(document, name="plan.dxf", **options):
        path = tmp_path / name
        document.saveas(path, **options)
        return path

    return saved


def _square(x=X, y=Y, side=20.0):
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]


def _layers(path: Path):
    return dxf.load(path, path.name, "", NULL_CONTEXT)


def _codes(path: Path):
    return {problem.code: problem for problem in _layers(path).problems}


def _shapes(path: Path, role: str):
    result = read_layer(path, role)
    return result.table, result.table.shapes()


# --- versions and containers ----------------------------------------------------------------------


@pytest.mark.parametrize("version", ["R12", "R2000", "R2004", "R2007", "R2010", "R2013", "R2018"])
@pytest.mark.parametrize("fmt", ["asc", "bin"])
def test_every_version_gives_the_same_layers(tmp_path, version, fmt):
    document = ezdxf.new(version)
    space = document.modelspace()
    space.add_polyline2d(_square(), close=True, dxfattribs={"layer": "LOTS"})
    space.add_text("12", height=2).set_placement((X + 8, Y + 10))
    path = tmp_path / "plan.dxf"
    document.saveas(path, fmt=fmt)
    table, shapes = _shapes(path, "polygons")
    assert table.strings("label").tolist() == ["12"]
    assert shapes[0].area == pytest.approx(400.0)
    assert describe(path).format == "DXF"


def test_a_description_lists_the_layers_that_are_read_in_a_stable_order(drawing, save):
    space = drawing.modelspace()
    space.add_point((X, Y))
    space.add_text("a").set_placement((X, Y))
    space.add_line((X, Y), (X + 5, Y))
    space.add_lwpolyline(_square(), close=True)
    path = save(drawing)
    layers = describe(path).layers
    assert [layer.name for layer in layers] == [
        f"plan {role}" for role in ("polygons", "lines", "texts", "points")
    ]
    for layer in layers:
        assert read_layer(path, layer.name).table.row_count == layer.feature_count == 1


def test_a_drawing_is_taken_apart_once_while_it_stays_the_same(drawing, save, monkeypatch):
    drawing.modelspace().add_lwpolyline(_square(), close=True)
    path = save(drawing)
    opened = []
    real = dxf.open_drawing
    monkeypatch.setattr(dxf, "open_drawing", lambda *a: opened.append(1) or real(*a))
    describe(path)
    read_layer(path)
    read_layer(path)
    assert len(opened) == 1
    drawing.modelspace().add_point((X, Y))
    read_layer(save(drawing))
    assert len(opened) == 2


def test_drawings_are_found_in_zips(drawing, save, tmp_path):
    drawing.modelspace().add_lwpolyline(_square(), close=True)
    packed = tmp_path / "envoi.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(save(drawing), "sous dossier/Plan A.dxf")
        archive.writestr("note.txt", "bonjour")
    assert [layer.name for layer in describe(packed).layers] == ["Plan A polygons"]
    assert read_layer(packed).table.row_count == 1


def test_the_oldest_drawings_are_said_to_be_too_old(tmp_path):
    path = tmp_path / "old.dxf"
    path.write_bytes(b"EXTENTS,1\r\n0.0,8.0,0.0,8.0\r\nPOINT,1\r\n1.0,2.0\r\n")
    with pytest.raises(LayerReadError) as caught:
        read_layer(path)
    assert caught.value.code == "dxf.too-old"


def test_an_empty_drawing_is_an_empty_layer(drawing, save):
    result = read_layer(save(drawing))
    assert result.table.row_count == 0
    assert "layer.empty" in {problem.code for problem in result.problems}


def test_a_drawing_that_is_cut_gives_what_is_before_the_cut(drawing, save):
    for number in range(50):
        drawing.modelspace().add_lwpolyline(_square(X + 30 * number), close=True)
    path = save(drawing)
    raw = path.read_bytes()
    start, end = raw.rindex(b"\nENTITIES"), raw.rindex(b"\nOBJECTS")
    path.write_bytes(raw[: (start + end) // 2])
    result = read_layer(path)
    assert 10 < result.table.row_count < 50
    assert {"dxf.truncated"} <= {problem.code for problem in result.problems}


def test_one_bad_entity_never_costs_the_others(drawing, save):
    space = drawing.modelspace()
    for number in range(5):
        space.add_circle((X + 50 * number, Y), 10 + number)
    path = save(drawing)
    text = path.read_text().replace(" 40\n12.0\n", " 40\nnan\n", 1)
    path.write_text(text)
    result = read_layer(path)
    assert result.table.row_count == 4
    said = {problem.code: problem.count for problem in result.problems}
    assert said["dxf.damaged"] == 1


# --- shapes ---------------------------------------------------------------------------------------


def test_arcs_are_stroked_to_a_centimetre_in_metres(drawing, save):
    drawing.modelspace().add_circle((X, Y), 50.0)
    _, shapes = _shapes(save(drawing), "polygons")
    ring = shapely.get_coordinates(shapes[0])
    middles = (ring[1:] + ring[:-1]) / 2
    sagitta = 50.0 - np.hypot(*(middles - (X, Y)).T)
    assert 0 < sagitta.max() <= 0.011


def test_the_tolerance_follows_the_unit_of_the_drawing(save):
    counts = []
    for unit, scale in ((6, 1.0), (4, 1000.0)):
        document = ezdxf.new("R2010")
        document.header["$INSUNITS"] = unit
        document.modelspace().add_circle((X * scale, Y * scale), 50.0 * scale)
        _, shapes = _shapes(save(document, f"u{unit}.dxf"), "polygons")
        counts.append(shapely.get_num_coordinates(shapes[0]))
        assert shapes[0].area == pytest.approx(np.pi * 2500, rel=1e-3)
    assert counts[0] == counts[1]


def test_bulges_become_arcs_and_widths_a_column(drawing, save):
    corners = [(X, Y, 0), (X + 20, Y, 1.0), (X + 20, Y + 20, 0), (X, Y + 20, 0)]
    line = drawing.modelspace().add_lwpolyline(corners, format="xyb", close=True)
    line.dxf.const_width = 0.5
    table, shapes = _shapes(save(drawing), "polygons")
    assert shapes[0].area == pytest.approx(400 + np.pi * 50, rel=1e-3)
    assert table.column("width").arrow.to_pylist() == [0.5]


def test_boundaries_almost_closed_are_closed_and_counted(drawing, save):
    space = drawing.modelspace()
    space.add_lwpolyline([*_square(), (X + 0.03, Y + 0.02)])
    space.add_lwpolyline([*_square(X + 40), (X + 40.2, Y)])
    path = save(drawing)
    table, shapes = _shapes(path, "polygons")
    assert table.row_count == 1
    assert shapes[0].area == pytest.approx(400.0)
    assert _codes(path)["dxf.closed"].count == 1


def test_hatches_keep_their_islands_and_curves(drawing, save):
    hatch = drawing.modelspace().add_hatch()
    hatch.paths.add_polyline_path(_square(side=40), flags=1)
    edges = hatch.paths.add_edge_path(flags=16)
    edges.add_arc((X + 20, Y + 20), 10, 0, 360)
    _, shapes = _shapes(save(drawing), "polygons")
    assert shapes[0].area == pytest.approx(1600 - np.pi * 100, rel=1e-3)
    assert len(shapes[0].interiors) == 1


def test_solids_faces_splines_ellipses_and_multilines(drawing, save):
    space = drawing.modelspace()
    space.add_solid([(X, Y), (X + 10, Y), (X, Y + 10), (X + 10, Y + 10)])
    space.add_3dface([(X + 20, Y, 1), (X + 30, Y, 2), (X + 30, Y + 10, 3), (X + 20, Y + 10, 4)])
    space.add_ellipse((X + 50, Y), (10, 0), ratio=0.5)
    space.add_open_spline([(X, Y + 50), (X + 10, Y + 60), (X + 20, Y + 40), (X + 30, Y + 50)])
    space.add_mline([(X, Y + 90), (X + 40, Y + 90)])
    path = save(drawing)
    table, shapes = _shapes(path, "polygons")
    kinds = dict(zip(table.strings("entity"), shapes, strict=True))
    assert kinds["SOLID"].area == pytest.approx(100)
    assert kinds["3DFACE"].has_z
    assert kinds["ELLIPSE"].area == pytest.approx(np.pi * 50, rel=2e-3)
    lines = read_layer(path, "lines").table.strings("entity").tolist()
    assert lines.count("SPLINE") == 1
    assert lines.count("MLINE") >= 2


def test_extrusion_turns_what_was_drawn_from_below(drawing, save):
    drawing.modelspace().add_lwpolyline(
        [(-x, y) for x, y in _square()], close=True, dxfattribs={"extrusion": (0, 0, -1)}
    )
    _, shapes = _shapes(save(drawing), "polygons")
    assert shapes[0].bounds == pytest.approx((X, Y, X + 20, Y + 20))


def test_heights_are_kept_where_there_are_any(drawing, save):
    space = drawing.modelspace()
    space.add_polyline3d([(X, Y, 10), (X + 10, Y, 11), (X + 10, Y + 10, 12.5)])
    space.add_lwpolyline(_square(), close=True)
    path = save(drawing)
    assert _shapes(path, "lines")[1][0].coords[2] == (X + 10, Y + 10, 12.5)
    assert not _shapes(path, "polygons")[1][0].has_z


# --- blocks ---------------------------------------------------------------------------------------


def _block(drawing, name="MAISON"):
    block = drawing.blocks.new(name, base_point=(1, 1))
    block.add_lwpolyline([(1, 1), (3, 1), (3, 2), (1, 2)], close=True, dxfattribs={"color": 0})
    return block


def test_blocks_are_placed_turned_scaled_mirrored_and_nested(drawing, save):
    _block(drawing)
    outer = drawing.blocks.new("ILOT")
    outer.add_blockref("MAISON", (10, 0), dxfattribs={"rotation": 90, "layer": "0"})
    drawing.layers.add("BATI", color=1)
    drawing.modelspace().add_blockref(
        "ILOT", (X, Y), dxfattribs={"layer": "BATI", "xscale": -2, "yscale": 2, "color": 3}
    )
    table, shapes = _shapes(save(drawing), "polygons")
    assert shapes[0].bounds == pytest.approx((X - 20, Y, X - 18, Y + 4))
    assert table.strings("layer").tolist() == ["BATI"]
    assert table.strings("block").tolist() == ["MAISON"]
    assert table.strings("color").tolist() == ["#ff0000"]  # by layer, through the nested insert


def test_arrays_of_blocks_give_each_copy(drawing, save):
    _block(drawing)
    drawing.modelspace().add_blockref(
        "MAISON",
        (X, Y),
        dxfattribs={"row_count": 3, "column_count": 4, "row_spacing": 5, "column_spacing": 6},
    )
    _, shapes = _shapes(save(drawing), "polygons")
    assert len(shapes) == 12
    assert shapely.total_bounds(shapes) == pytest.approx((X, Y, X + 20, Y + 11))


def test_attributes_of_blocks_are_columns_of_their_places(drawing, save):
    block = _block(drawing, "BORNE")
    block.add_attdef("NUM", (0, 0))
    for number in range(2):
        insert = drawing.modelspace().add_blockref("BORNE", (X + 40 * number, Y))
        insert.add_auto_attribs({"NUM": f"B{number}"})
    table, _ = _shapes(save(drawing), "points")
    assert table.strings("block").tolist() == ["BORNE", "BORNE"]
    assert table.strings("NUM").tolist() == ["B0", "B1"]


def test_blocks_within_themselves_missing_and_external_are_said(drawing, save):
    loop = drawing.blocks.new("LOOP")
    loop.add_line((0, 0), (1, 1))
    loop.add_blockref("LOOP", (1, 0))
    drawing.add_xref_def("fond de plan.dwg", "FOND")
    for name in ("LOOP", "NONE", "FOND"):
        drawing.modelspace().add_blockref(name, (X, Y))
    path = save(drawing)
    codes = _codes(path)
    assert {"dxf.block-too-deep", "dxf.block-missing", "dxf.references"} <= set(codes)
    assert codes["dxf.references"].params["names"] == "fond de plan.dwg"
    assert read_layer(path, "points").table.row_count >= 3


# --- texts, layers, what is not carried -----------------------------------------------------------


def test_texts_are_points_with_height_and_rotation(drawing, save):
    space = drawing.modelspace()
    space.add_text("100 %%d", height=2.5, rotation=30).set_placement((X, Y))
    space.add_mtext("{\\fArial;Rue\\Pde \\C1;Fès}", dxfattribs={"char_height": 3}).set_location(
        (X + 9, Y), rotation=90
    )
    table, _ = _shapes(save(drawing), "texts")
    assert table.strings("text").tolist() == ["100 °", "Rue\nde Fès"]
    assert table.column("height").arrow.to_pylist() == [2.5, 3.0]
    assert table.column("rotation_deg").arrow.to_pylist() == [30.0, 90.0]


@pytest.mark.parametrize("version", ["R12", "R2000", "R2018"])
def test_arabic_comes_out_right_in_old_and_new_drawings(tmp_path, version):
    document = ezdxf.new(version)
    document.encoding = "cp1256"
    document.layers.add("قطع")
    document.modelspace().add_text("سيدي مومن", dxfattribs={"layer": "قطع"})
    path = tmp_path / "ar.dxf"
    document.saveas(path, encoding="cp1256" if version != "R2018" else "utf-8")
    result = read_layer(path)
    assert result.table.strings("text").tolist() == ["سيدي مومن"]
    assert result.table.strings("layer").tolist() == ["قطع"]


@pytest.mark.parametrize("version", ["R12", "R2000", "R2018"])
def test_characters_written_as_codes_are_decoded(tmp_path, version):
    document = ezdxf.new(version)
    document.modelspace().add_text("\\U+0642\\U+0637\\U+0639\\U+0629 12 m%%178")
    if version != "R12":
        document.modelspace().add_mtext("\\U+0642\\U+0637\\Pm²")
    path = tmp_path / "u.dxf"
    document.saveas(path)
    texts = read_layer(path).table.strings("text").tolist()
    assert texts == ["قطعة 12 m²", "قط\nm²"][: len(texts)]


def test_bytes_that_deny_the_code_page_win_and_a_choice_wins_over_all(tmp_path):
    document = ezdxf.new("R2000")
    for number, name in enumerate(("المعاريف", "سيدي البرنوصي", "عين السبع", "الحي المحمدي")):
        document.modelspace().add_text(name).set_placement((X, Y + 9 * number))
    path = tmp_path / "ar.dxf"
    document.encoding = "cp1256"
    document.saveas(path, encoding="cp1256")
    path.write_bytes(path.read_bytes().replace(b"ANSI_1256", b"ANSI_1252"))
    result = read_layer(path)
    assert "سيدي البرنوصي" in result.table.strings("text").tolist()
    assert result.encoding.name == "cp1256"
    asked = read_layer(path, encoding="cp1252").table.strings("text").tolist()
    assert "ÓíÏí ÇáÈÑäæÕí" in asked


def test_arabic_typed_backwards_is_said_and_left(drawing, save):
    drawing.modelspace().add_text("ةعطقلا 12").set_placement((X, Y))
    path = save(drawing)
    assert _codes(path)["dxf.arabic-backwards"].count == 1
    assert read_layer(path).table.strings("text").tolist() == ["ةعطقلا 12"]


def test_frozen_layers_are_read_and_said(drawing, save):
    drawing.layers.add("CACHE").freeze()
    drawing.modelspace().add_lwpolyline(_square(), close=True, dxfattribs={"layer": "CACHE"})
    path = save(drawing)
    assert read_layer(path).table.column("hidden").arrow.to_pylist() == [True]
    assert _codes(path)["dxf.hidden"].params["layers"] == "CACHE (1)"


def test_colours_and_line_types_are_resolved(drawing, save):
    drawing.layers.add("A", color=5, linetype="Continuous")
    space = drawing.modelspace()
    space.add_line((X, Y), (X + 1, Y), dxfattribs={"layer": "A"})
    space.add_line((X, Y), (X + 1, Y), dxfattribs={"layer": "A", "color": 1})
    space.add_line((X, Y), (X + 1, Y), dxfattribs={"true_color": 0x123456})
    table = read_layer(save(drawing), "lines").table
    assert table.strings("color").tolist() == ["#0000ff", "#ff0000", "#123456"]
    assert table.strings("linetype").tolist()[0] == "Continuous"


def test_what_is_not_carried_is_listed_by_type_and_layer_and_all_is_accounted_for(drawing, save):
    space = drawing.modelspace()
    space.add_lwpolyline(_square(), close=True)
    space.add_linear_dim(base=(X, Y - 5), p1=(X, Y), p2=(X + 20, Y)).render()
    space.add_ray((X, Y), (1, 0))
    space.add_xline((X, Y), (1, 1), dxfattribs={"layer": "AXES"})
    space.add_text("  ").set_placement((X, Y))
    _block(drawing)
    space.add_blockref("MAISON", (X, Y))
    drawing.layout("Layout1").add_text("légende")
    path = save(drawing)
    problems = _layers(path).problems
    skipped = {p.params["kind"]: p for p in problems if p.code == "dxf.skipped"}
    assert {"DIMENSION", "RAY", "XLINE"} <= set(skipped)
    assert skipped["XLINE"].params["layers"] == "AXES (1)"
    codes = _codes(path)
    assert codes["dxf.paper-space"].params["names"] == "Layout1 (1)"
    account = codes["dxf.account"]
    parts = account.params
    assert account.count == len(space) == parts["carried"] + parts["blocks"] + parts["left"]
    assert "dxf.lost" not in codes


def test_paper_is_read_where_the_model_is_empty(drawing, save):
    drawing.layout("Layout1").add_lwpolyline(_square(0, 0, 200), close=True)
    path = save(drawing)
    assert read_layer(path).table.row_count == 1
    assert "dxf.paper-read" in _codes(path)


# --- placement ------------------------------------------------------------------------------------


def test_a_drawing_with_its_own_georeference_is_placed_by_it(drawing, save):
    geodata = drawing.modelspace().new_geodata()
    geodata.coordinate_system_definition = (
        '<?xml version="1.0"?><Dictionary version="1.0">'
        '<Alias id="26191" type="CoordinateSystem"><ObjectId>Maroc</ObjectId>'
        "<Namespace>EPSG Code</Namespace></Alias></Dictionary>"
    )
    geodata.dxf.coordinate_type = 1
    geodata.dxf.design_point = (100, 100, 0)
    geodata.dxf.reference_point = (X, Y, 0)
    geodata.dxf.north_direction = (1, 0)
    drawing.modelspace().add_point((100, 100))
    drawing.modelspace().add_point((110, 100))
    path = save(drawing)
    result = read_layer(path)
    assert result.crs.crs.id == "EPSG:26191"
    assert shapely.get_coordinates(result.table.shapes()) == pytest.approx(
        np.array([(X, Y), (X, Y + 10)])
    )
    assert "dxf.georeferenced" in _codes(path)


def test_a_projection_file_beside_a_drawing_counts(drawing, save):
    import pyproj

    drawing.modelspace().add_lwpolyline(_square(), close=True)
    path = save(drawing)
    path.with_suffix(".prj").write_text(pyproj.CRS(26191).to_wkt("WKT1_ESRI"))
    assert read_layer(path).crs.crs.id == "EPSG:26191"

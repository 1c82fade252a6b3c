"""Tables to DXF and back: layers, fields, holes, heights, labels; what a drawing cannot hold."""

from __future__ import annotations

import datetime as dt

import ezdxf
import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from emadina_gis.domain.crs import Crs
from emadina_gis.domain.table import FeatureTable
from emadina_gis.io.dxf_own import read_fields, write_fields
from emadina_gis.io.vector import describe, read_layer
from emadina_gis.io.write import write_layer

MERCHICH = Crs("EPSG:26191")
X, Y = 294_000.123456789, 331_000.987654321


def _box(x, y, width, height):
    return shapely.box(X + x, Y + y, X + x + width, Y + y + height)


@pytest.fixture
def table():
    holed = _box(30, 0, 40, 40).difference(_box(35, 5, 5, 5)).difference(_box(50, 20, 8, 8))
    several = shapely.MultiPolygon([_box(0, 50, 9, 9), _box(20, 50, 9, 9) - _box(22, 52, 2, 2)])
    corners = [(X, Y, 1.0), (X + 9, Y, 2.0), (X + 9, Y + 9, 3.5)]
    shapes = np.array([_box(0, 0, 20, 25), holed, several, shapely.Polygon(corners)], dtype=object)
    utc = dt.datetime(2024, 1, 2, 3, 4, 5, 678, tzinfo=dt.UTC)
    columns = {
        "secteur": ["B2", "سكن 1", "R+4/V:2", None],
        "titre_foncier": ["T.1/C", "12/س", None, "x" * 900],
        "surface m²": pa.array([500.1, 0.1 + 0.2, None, 1e300]),
        "n": pa.array([1, 2**62, None, -3]),
        "ok": pa.array([True, None, False, True]),
        "jour": pa.array([dt.date(2024, 1, 2), None, dt.date(1, 1, 1), None]),
        "vu": pa.array([utc, None, None, None], pa.timestamp("us", "UTC")),
        "a=b": ["^J \\U+0041\n\tz", "", "é" * 400, None],
    }
    return FeatureTable.from_columns(columns, shapes, crs=MERCHICH)


def _codes(problems):
    return {problem.code: problem for problem in problems}


def test_polygons_and_fields_come_back_as_they_were(table, tmp_path):
    path = tmp_path / "retour.dxf"
    problems = _codes(write_layer(table, path))
    assert set(problems) == {"write.dxf-layers", "write.dxf-crs"}
    assert problems["write.dxf-layers"].params["field"] == "secteur"
    assert [layer.name for layer in describe(path).layers] == ["retour polygons"]
    back = read_layer(path)
    assert back.crs.crs == MERCHICH
    for name in table.names:
        assert back.table.column(name).arrow.equals(table.column(name).arrow), name
    for old, new in zip(table.shapes(), back.table.shapes(), strict=True):
        assert shapely.equals_exact(shapely.normalize(old), shapely.normalize(new), 1e-6)
        assert old.geom_type == new.geom_type
        assert old.has_z == new.has_z


@pytest.mark.parametrize(
    "shapes",
    [
        [shapely.Point(X, Y), shapely.Point(X, Y, 4.5)],
        [shapely.MultiPoint([(X, Y), (X + 1, Y)]), shapely.Point(X, Y)],
        [shapely.LineString([(X, Y), (X + 9, Y), (X + 9, Y + 9)])] * 2,
        [shapely.MultiLineString([[(X, Y), (X + 9, Y)], [(X, Y + 9), (X + 9, Y + 9)]])] * 2,
        [shapely.LineString([(X, Y, 1), (X + 9, Y, 2)]), shapely.LineString([(X, Y), (X, Y + 1)])],
    ],
)
def test_points_and_lines_come_back(shapes, tmp_path):
    made = np.array(shapes, dtype=object)
    table = FeatureTable.from_columns({"n": [1, 2]}, made, crs=MERCHICH)
    path = tmp_path / "x.dxf"
    write_layer(table, path)
    back = read_layer(path).table
    assert back.column("n").arrow.to_pylist() == [1, 2]
    for old, new in zip(made, back.shapes(), strict=True):
        assert shapely.equals_exact(shapely.force_2d(old), shapely.force_2d(new), 1e-6)


def test_an_architect_finds_layers_units_labels_and_attributes(table, tmp_path):
    path = tmp_path / "x.dxf"
    write_layer(table, path)
    document = ezdxf.readfile(path)
    assert document.header["$INSUNITS"] == 6
    assert document.header.custom_vars.get("CRS") == "EPSG:26191"
    assert {"B2", "سكن 1", "R+4_V_2", "x"} <= {layer.dxf.name for layer in document.layers}
    cards = document.modelspace().query("INSERT")
    first = {attribute.dxf.tag: attribute for attribute in cards[0].attribs}
    assert first["ETIQUETTE"].dxf.text == "T.1/C"
    assert not first["ETIQUETTE"].is_invisible
    assert first["surface_m²"].dxf.text == "500.1"
    assert first["surface_m²"].is_invisible
    assert table.shapes()[0].contains(shapely.Point(cards[0].dxf.insert.xyz))
    assert len(document.modelspace().query("HATCH")) == 2
    assert not document.audit().errors


def test_what_an_architect_changes_copies_and_adds_comes_back_beside_the_rest(table, tmp_path):
    path = tmp_path / "x.dxf"
    write_layer(table, path)
    document = ezdxf.readfile(path)
    space = document.modelspace()
    first = space.query("LWPOLYLINE")[0]
    copy = first.copy()
    copy.translate(200, 0, 0)
    space.add_entity(copy)
    first.translate(0, -100, 0)
    space.add_lwpolyline([(X, Y - 50), (X + 5, Y - 50), (X + 5, Y - 45)], close=True)
    document.saveas(path)
    back = read_layer(path).table
    assert back.row_count == table.row_count + 2
    assert back.strings("titre_foncier").tolist()[:2] == ["T.1/C", "T.1/C"]
    assert back.strings("titre_foncier")[-1] is None
    assert back.shapes()[0].bounds[1] == pytest.approx(Y - 100)


def test_rows_without_geometry_and_fields_without_room_are_said(tmp_path):
    columns = {"a": ["x" * 14_000, "b"], "b": ["y" * 14_000, "b"]}
    shapes = np.array([_box(0, 0, 9, 9), None], dtype=object)
    path = tmp_path / "x.dxf"
    problems = _codes(write_layer(FeatureTable.from_columns(columns, shapes), path))
    assert problems["write.dxf-no-geometry"].count == 1
    assert problems["write.dxf-fields-left"].params["names"] == "b"
    assert read_layer(path).table.strings("a").tolist() == ["x" * 14_000]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=20), st.text(max_size=400), max_size=5))
def test_any_field_survives_its_writing(fields):
    document = ezdxf.new("R2010")
    document.appids.add("EMADINA_GIS")
    point = document.modelspace().add_point((0, 0))
    write_fields(point, 7, (0, 1), fields)
    texts = [tag.value for tag in point.get_xdata("EMADINA_GIS") if tag.code == 1000]
    assert all(len(text.encode()) <= 255 and "\n" not in text for text in texts)
    place, found = read_fields(point)
    assert (place.row, place.part, place.ring) == (7, 0, 1)
    assert found == fields

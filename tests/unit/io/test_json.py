"""JSON files: one bad entity never costs a layer, and each one left out is named by its place."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emadina_gis.errors import LayerReadError
from emadina_gis.io.vector import describe, read_layer
from emadina_gis.words import load_words

POINT = {"type": "Point", "coordinates": [-7.6, 33.5]}


def _feature(number, geometry=POINT):
    return {"type": "Feature", "properties": {"n": number}, "geometry": geometry}


def _collection(*features, **members):
    return json.dumps({"type": "FeatureCollection", **members, "features": features})


def _read(folder, text, name="a.geojson", codec="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(codec))
    return read_layer(path)


def _places(result):
    return {
        problem.code: problem.params["places"]
        for problem in result.problems
        if "places" in problem.params
    }


def _counts(result):
    return {problem.code: problem.count for problem in result.problems}


def test_bad_entities_are_listed_by_place_and_reason(tmp_path):
    bad = [
        _feature(1),
        _feature(2, {"type": "Point", "coordinates": ["a", "b"]}),
        _feature(3, {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}),
        _feature(4, None),
        {"type": "Nothing"},
        None,
        _feature(7, {"type": "Circle", "coordinates": [0, 0]}),
        _feature(8, {"type": "Point"}),
        _feature(9),
    ]
    result = _read(tmp_path, _collection(*bad))
    assert _places(result) == {
        "json.bad-coordinates": "2, 8",
        "json.too-few-positions": "3",
        "json.no-feature": "5, 6",
        "json.unknown-geometry": "7",
    }
    left_out = _counts(result)["json.no-feature"]
    assert result.table.row_count + left_out == result.declared_count == 9
    for language in ("fr", "ar", "en"):
        for problem in result.problems:
            assert "{" not in "".join(load_words(language).problem(problem))


def test_bad_lines_of_a_sequence_are_named(tmp_path):
    text = "\n".join([json.dumps(_feature(1)), '{"type": bad', "", json.dumps(_feature(4))])
    result = _read(tmp_path, text, "a.geojsonl")
    assert _places(result) == {"json.bad-lines": "2"}
    assert (result.table.row_count, result.declared_count) == (2, 3)


def test_record_separators_are_no_fault(tmp_path):
    text = "".join(f"\x1e{json.dumps(_feature(i))}\n" for i in range(3))
    result = _read(tmp_path, text, "a.geojsons")
    assert result.table.row_count == result.declared_count == 3
    assert _places(result) == {}


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp1256", "utf-16-le"])
def test_other_encodings_come_out_right(tmp_path, codec):
    names = ["عين الشق", "الدار البيضاء", "سيدي عثمان"]
    text = json.dumps(
        {"type": "FeatureCollection", "features": [_feature(name) for name in names]},
        ensure_ascii=False,
    )
    assert list(_read(tmp_path, text, codec=codec).table.strings("n")) == names


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"type":"FeatureCollection",\n "features":[{} {}]}', "json.malformed"),
        ('{"type":"FeatureCollection","features":[' + "[" * 90_000, "json.too-deep"),
        ('{"a": 1}', "layer.not-geodata"),
        ("[1, 2, 3]", "layer.not-geodata"),
    ],
)
def test_what_is_no_layer_is_refused(tmp_path, text, code):
    with pytest.raises(LayerReadError) as caught:
        _read(tmp_path, text)
    assert caught.value.code == code


def test_a_fault_is_told_with_its_line_and_column(tmp_path):
    with pytest.raises(LayerReadError) as caught:
        _read(tmp_path, '{"type":"FeatureCollection",\n "features":[{} {}]}')
    assert (caught.value.params["line"], caught.value.params["column"]) == (2, 17)


def test_a_number_too_large_costs_its_own_geometry_only(tmp_path):
    text = _collection(_feature(2**53 + 1), _feature("HUGE")).replace('"HUGE"', "9" * 30)
    text = text.replace('"coordinates": [-7.6', '"coordinates": [1e400', 1)
    result = _read(tmp_path, text)
    assert _places(result) == {"json.bad-coordinates": "1"}
    assert list(result.table.kinds) == [0, 1]
    assert result.table.strings("n")[0] == str(2**53 + 1)


def test_metres_are_not_degrees_and_a_crs_member_counts(tmp_path):
    metres = _feature(1, {"type": "Point", "coordinates": [296470, 330502]})
    result = _read(tmp_path, _collection(metres))
    assert not result.table.crs.is_known
    assert result.crs.candidates[0].crs.id == "EPSG:26191"
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::26191"}}
    assert _read(tmp_path, _collection(metres, crs=crs)).table.crs.id == "EPSG:26191"


def test_an_esri_answer_that_lies_about_its_crs_is_not_believed(tmp_path):
    ring = [[-7.6, 33.5], [-7.6, 33.6], [-7.5, 33.6], [-7.6, 33.5]]
    features = [
        {"attributes": {"n": 1}, "geometry": {"rings": [ring]}},
        {"attributes": {"n": 2}, "geometry": {"rings": [[["x", 1], [2, 3]]]}},
    ]
    text = json.dumps(
        {
            "geometryType": "esriGeometryPolygon",
            "spatialReference": {"wkid": 102100},
            "fields": [{"name": "n", "type": "esriFieldTypeInteger"}],
            "features": features,
        }
    )
    result = _read(tmp_path, text, "a.json")
    assert not result.table.crs.is_known
    assert result.crs.candidates[0].crs.id == "EPSG:4326"
    assert _places(result) == {"json.bad-coordinates": "2"}


def test_arcs_that_do_not_exist_are_named(tmp_path):
    geometries = [
        {"type": "LineString", "arcs": [0], "properties": {"n": 1}},
        {"type": "LineString", "arcs": [7], "properties": {"n": 2}},
        {"type": "Polygon", "arcs": [[-9]], "properties": {"n": 3}},
    ]
    topology = {
        "type": "Topology",
        "objects": {"rues": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": [[[0, 0], [1, 1]]],
    }
    result = _read(tmp_path, json.dumps(topology), "a.topojson")
    assert _places(result) == {"json.bad-arcs": "2, 3"}
    assert result.table.row_count == 3


def test_nested_values_are_texts_and_that_is_said(tmp_path):
    result = _read(tmp_path, _collection(_feature({"b": [1, 2]}), _feature("t")))
    assert json.loads(result.table.strings("n")[0]) == {"b": [1, 2]}
    assert _counts(result)["table.nested-as-text"] == 1


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"count": 2, "results": rows}])
def test_records_of_a_service_are_a_table_with_points(tmp_path, wrap):
    rows = [{"nom": "a", "pos": {"lat": 33.5, "lon": -7.6}}, {"nom": "b", "pos": {"lat": 33.6}}]
    result = _read(tmp_path, json.dumps(wrap(rows)), "a.json")
    assert result.table.names == ["nom", "pos/lat", "pos/lon"]
    assert list(result.table.kinds) == [1, 0]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(_JSON, st.just(_feature(1)), st.builds(_feature, _JSON, _JSON))))
def test_any_list_of_features_ends_with_a_result_or_a_refusal(tmp_path_factory, features):
    path = tmp_path_factory.mktemp("json") / "a.geojson"
    path.write_text(_collection(*features), "utf-8")
    try:
        names = [info.name for info in describe(path).layers]
        results = [read_layer(path, name) for name in names]
    except LayerReadError:
        return
    for result in results:
        left_out = _counts(result).get("json.no-feature", 0)
        assert result.table.row_count + left_out >= len(features)
        assert np.isfinite(result.table.bounds[result.table.kinds > 0]).all()


def test_a_bad_second_line_does_not_cost_the_lines_after_it(tmp_path):
    feature = '{"type": "Feature", "properties": {"n": %d}, "geometry": null}'
    lines = [feature % n for n in range(5)]
    lines[1] = "y" + lines[1][1:]
    path = tmp_path / "lignes.geojsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    result = read_layer(path)
    assert result.table.numbers("n").tolist() == [0.0, 2.0, 3.0, 4.0]
    assert result.declared_count == 5
    assert {p.code: p.count for p in result.problems}["json.bad-lines"] == 1

"""GeoParquet and Arrow files of every version, encoding and oddness."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
import shapely

from emadina_gis.errors import LayerReadError
from emadina_gis.io.vector import read_layer

POINTS = [shapely.Point(-7.6, 33.5), None, shapely.Point(-7.5, 33.6)]
SHAPES = {
    "point": POINTS,
    "linestring": [
        shapely.LineString([(0, 0), (1, 1)]),
        None,
        shapely.LineString([(2, 2), (3, 4)]),
    ],
    "polygon": [
        shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 0)]),
        None,
        shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(1, 1), (2, 1), (2, 2), (1, 1)]]),
    ],
    "multipoint": [shapely.MultiPoint([(0, 0), (1, 1)]), None, shapely.MultiPoint([(5, 5)])],
    "multilinestring": [
        shapely.MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3)]]),
        None,
        shapely.MultiLineString([[(4, 4), (5, 5)]]),
    ],
    "multipolygon": [
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)]),
        None,
        shapely.MultiPolygon([shapely.box(4, 4, 5, 5)]),
    ],
}


def _codes(result):
    return {problem.code: problem.count for problem in result.problems}


def _same(result, shapes):
    read = result.table.shapes(np.arange(result.table.row_count))
    wanted = np.array(shapes, dtype=object)
    assert [s is None for s in read] == [s is None for s in wanted]
    assert shapely.equals(read, wanted)[[s is not None for s in wanted]].all()


def _coordinate(interleaved, point):
    return list(point) if interleaved else dict(zip("xyz", point, strict=False))


def _nested(shape, depth, interleaved):
    if shape is None:
        return None
    if depth == 0:
        return _coordinate(interleaved, shape.coords[0])
    if shape.geom_type == "Polygon":
        rings = [shape.exterior, *shape.interiors]
        return [[_coordinate(interleaved, c) for c in ring.coords] for ring in rings]
    if shape.geom_type == "LineString":
        return [_coordinate(interleaved, c) for c in shape.coords]
    return [_nested(part, depth - 1, interleaved) for part in shape.geoms]


def _native(encoding, *, interleaved):
    depth = {"point": 0, "linestring": 1, "multipoint": 1, "multipolygon": 3}.get(encoding, 2)
    has_z = any(shape is not None and shape.has_z for shape in SHAPES[encoding])
    axes = "xyz" if has_z else "xy"
    kind = pa.struct([(axis, pa.float64()) for axis in axes])
    if interleaved:
        kind = pa.list_(pa.field(axes, pa.float64()), len(axes))
    for _ in range(depth):
        kind = pa.list_(kind)
    return pa.array([_nested(s, depth, interleaved) for s in SHAPES[encoding]], kind)


def _write(path, geometry, meta, **columns):
    table = pa.table({"n": [1, 2, 3], **columns, "geometry": geometry})
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": meta}}
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    return path


def _wkb(shapes):
    return pa.array(shapely.to_wkb(np.array(shapes, dtype=object)), pa.binary())


@pytest.mark.parametrize("interleaved", [True, False])
@pytest.mark.parametrize("encoding", list(SHAPES))
def test_native_encodings_are_read(tmp_path, encoding, interleaved):
    values = _native(encoding, interleaved=interleaved)
    path = _write(tmp_path / "a.parquet", values, {"encoding": encoding, "geometry_types": []})
    result = read_layer(path)
    _same(result, SHAPES[encoding])
    assert result.table.crs.is_known
    assert list(result.table.numbers("n")) == [1, 2, 3]


def test_a_native_encoding_that_lies_is_refused(tmp_path):
    path = _write(tmp_path / "a.parquet", _wkb(POINTS), {"encoding": "polygon"})
    with pytest.raises(LayerReadError):
        read_layer(path)


@pytest.mark.parametrize(
    ("meta", "crs"),
    [
        ({"encoding": "WKB"}, "OGC:CRS84"),
        ({"encoding": "WKB", "crs": None}, ""),
        ({"encoding": "WKB", "crs": "EPSG:4326", "geometry_type": "Point"}, "EPSG:4326"),
        ({"encoding": "WKB", "crs": {"nonsense": 1}}, ""),
        ({"encoding": "WKB", "crs": {"id": {"authority": "EPSG", "code": 4326}}}, ""),
        ({"encoding": "WKB", "bbox": ["a", None, 1, 2], "covering": 5}, "OGC:CRS84"),
    ],
)
def test_metadata_of_any_version_and_oddness(tmp_path, meta, crs):
    result = read_layer(_write(tmp_path / "a.parquet", _wkb(POINTS), meta))
    _same(result, POINTS)
    assert (result.table.crs.id in {crs, "EPSG:4326"}) if crs else not result.table.crs.is_known


@pytest.mark.parametrize("geo", [b"", b"[]", b"{bad", b'{"columns": 3}', b'{"primary_column": 7}'])
def test_broken_metadata_leaves_the_values(tmp_path, geo):
    table = pa.table({"n": [1, 2, 3], "geometry": _wkb(POINTS)})
    pq.write_table(table.replace_schema_metadata({"geo": geo}), tmp_path / "a.parquet")
    result = read_layer(tmp_path / "a.parquet")
    _same(result, POINTS)
    assert not result.table.crs.is_known
    assert result.crs.candidates


@pytest.mark.parametrize("compression", ["lz4", "zstd", "uncompressed"])
def test_arrow_files_of_every_compression(tmp_path, compression):
    geo = {"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    table = pa.table({"nom": ["عين", "é", None], "geometry": _wkb(POINTS)})
    table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    pyarrow.feather.write_feather(table, str(tmp_path / "a.feather"), compression=compression)
    result = read_layer(tmp_path / "a.feather")
    _same(result, POINTS)
    assert list(result.table.strings("nom")) == ["عين", "é", None]


def test_an_arrow_stream_is_read(tmp_path):
    table = pa.table({"x": [-7.6, -7.5], "y": [33.5, 33.6]})
    with pa.ipc.new_stream(str(tmp_path / "a.arrow"), table.schema) as writer:
        writer.write_table(table)
    assert read_layer(tmp_path / "a.arrow").geometry_types == ("Point",)


def test_an_extension_name_says_what_metadata_do_not(tmp_path):
    kind = {"ARROW:extension:name": "geoarrow.point", "ARROW:extension:metadata": "{}"}
    values = _native("point", interleaved=False)
    schema = pa.schema([pa.field("lieu", values.type, metadata=kind)])
    pyarrow.feather.write_feather(pa.table([values], schema=schema), str(tmp_path / "a.feather"))
    _same(read_layer(tmp_path / "a.feather"), POINTS)


@pytest.mark.parametrize(
    "columns",
    [
        {"lon": [-7.6, None, -7.5], "lat": [33.5, 33.5, 33.6]},
        {"forme": ["POINT (-7.6 33.5)", None, "POINT (-7.5 33.6)"]},
        {"octets": _wkb(POINTS)},
    ],
)
def test_plain_parquet_shows_its_places(tmp_path, columns):
    pq.write_table(pa.table({"n": [1, 2, 3], **columns}), tmp_path / "a.parquet")
    result = read_layer(tmp_path / "a.parquet")
    _same(result, POINTS)


def test_lists_records_and_odd_types_become_text_and_that_is_said(tmp_path):
    columns = {
        "liste": pa.array([["é", None], [], None]),
        "fiche": pa.array([{"a": 1, "b": {"c": dt.date(2024, 1, 2)}}, None, None]),
        "gros": pa.array([2**64 - 1, 1, None], pa.uint64()),
        "heure": pa.array([dt.time(10, 30), None, None]),
    }
    path = _write(tmp_path / "a.parquet", _wkb(POINTS), {"encoding": "WKB"}, **columns)
    result = read_layer(path)
    assert json.loads(result.table.strings("liste")[0]) == ["é", None]
    assert json.loads(result.table.strings("fiche")[0]) == {"a": 1, "b": {"c": "2024-01-02"}}
    assert result.table.strings("gros")[0] == str(2**64 - 1)
    assert _codes(result)["table.nested-as-text"] == 4


def test_a_second_geometry_is_kept_and_said_and_boxes_are_left_out(tmp_path):
    bbox = pa.array([{"xmin": 0.0, "ymin": 0.0, "xmax": 1.0, "ymax": 1.0}] * 3)
    table = pa.table({"geometry": _wkb(POINTS), "centre": _wkb(POINTS), "bbox": bbox})
    paths = {key: ["bbox", key] for key in ("xmin", "ymin", "xmax", "ymax")}
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {"encoding": "WKB", "covering": {"bbox": paths}},
            "centre": {"encoding": "WKB"},
        },
    }
    path = tmp_path / "a.parquet"
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    result = read_layer(path)
    assert result.table.names == ["centre"]
    assert _codes(result)["table.other-places"] == 1


def test_offsets_that_point_outside_are_refused_and_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.arrow"
    schema = pa.schema([pa.field("geometry", pa.binary()), pa.field("a", pa.int64())])
    wkb = shapely.to_wkb(shapely.Point(1, 2))
    offsets = np.array([0, len(wkb), 1_000_000, 2 * len(wkb)], dtype=np.int32)
    values = pa.Array.from_buffers(
        pa.binary(), 3, [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(wkb * 2)]
    )
    batch = pa.record_batch([values, pa.array([1, 2, 3])], schema=schema)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        writer.write_batch(batch)
    with pytest.raises(LayerReadError, match=r"layer\.unreadable"):
        read_layer(path)

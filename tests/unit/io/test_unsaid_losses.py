"""What readers used to lose or to make up without a word: it stays missing, is counted and said."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing

import numpy as np
import pyogrio
import pytest
import shapely

from emadina_gis.errors import LayerReadError
from emadina_gis.io import dwg, json_check, json_stream, ogr, osm_members
from emadina_gis.io.vector import describe, read_layer
from emadina_gis.progress import NULL_CONTEXT

GPX = '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">{}</gpx>'


def _counts(result):
    return {problem.code: problem.count for problem in result.problems}


def _texts(result):
    return [None if s is None else s.wkt for s in result.table.shapes()]


# --- GPX -----------------------------------------------------------------------------------------


def _gpx(path, content):
    path.write_text(GPX.format(content), "utf-8")
    return path


def test_waypoints_without_a_readable_position_stay_without_geometry(tmp_path):
    path = _gpx(
        tmp_path / "a.gpx",
        '<wpt lat="33.5" lon="-7.6"><name>A</name></wpt>'
        '<wpt lat="x" lon="-7.6"><name>B</name></wpt><wpt lon="-7.6"><name>C</name></wpt>'
        "<wpt lat='33,5' lon='-7.6'><name>D</name></wpt><wpt lat='' lon='-7.6'/>",
    )
    before = path.read_bytes()
    result = read_layer(path, "waypoints")
    assert result.table.strings("name").tolist() == ["A", "B", "C", "D", None]
    assert _texts(result) == ["POINT (-7.6 33.5)", None, None, None, None]
    counts = _counts(result)
    assert (counts["gpx.bad-positions"], counts["geometry.missing"]) == (4, 4)
    assert path.read_bytes() == before


def test_lines_go_on_without_positions_that_are_no_numbers(tmp_path):
    path = _gpx(
        tmp_path / "a.gpx",
        '<rte><name>R</name><rtept lat="33.5" lon="-7.6"/><rtept lat="?" lon="-7.6">'
        '<name>lost</name></rtept><rtept lat="33.6" lon="-7.6"/></rte>'
        '<trk><trkseg><trkpt lat="33.5" lon="-7.6"/><trkpt lat="0,1" lon="-7.6"/>'
        '<trkpt lat="33.7" lon="-7.6"/></trkseg></trk>',
    )
    routes, tracks = read_layer(path, "routes"), read_layer(path, "tracks")
    assert _texts(routes) == ["LINESTRING (-7.6 33.5, -7.6 33.6)"]
    assert _texts(tracks) == ["LINESTRING (-7.6 33.5, -7.6 33.7)"]
    assert _counts(routes)["gpx.bad-positions"] == _counts(tracks)["gpx.bad-positions"] == 1
    assert _texts(read_layer(path, "route_points"))[1] is None


def test_a_sound_track_is_read_as_it_is(tmp_path):
    path = _gpx(tmp_path / "a.gpx", '<wpt lat="+33.5e0" lon=" -7.6 "/>')
    result = read_layer(path)
    assert _texts(result) == ["POINT (-7.6 33.5)"]
    assert "gpx.bad-positions" not in _counts(result)


# --- OpenStreetMap -------------------------------------------------------------------------------


def _way(number, refs, tags=("highway", "residential"), close=""):
    nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    tag = f'<tag k="{tags[0]}" v="{tags[1]}"/>' if tags else ""
    return f'<way id="{number}">{nodes}{tag}</way>{close}'


@pytest.fixture
def extract(tmp_path):
    nodes = "".join(f'<node id="{i}" lat="33.5{i}" lon="-7.6{i % 2}"/>' for i in range(1, 5))
    building = ("building", "yes")
    ways = (
        _way(10, (1, 2))
        + _way(11, (1, 90))
        + _way(12, (1, 91, 3))
        + _way(13, ())
        + _way(14, (1, 92), None)
        + _way(20, (1, 2, 3, 1), building)
        + _way(21, (93, 94, 95, 93), building)
    )
    relations = (
        '<relation id="30"><member type="way" ref="99" role="outer"/>'
        '<tag k="type" v="multipolygon"/><tag k="landuse" v="forest"/></relation>'
        '<relation id="31"><member type="way" ref="10" role=""/><member type="way" ref="98" '
        'role=""/><tag k="type" v="route"/><tag k="name" v="L1"/></relation>'
    )
    path = tmp_path / "a.osm"
    path.write_text(f'<osm version="0.6">{nodes}{ways}{relations}</osm>', "utf-8")
    return path


def test_ways_whose_nodes_are_missing_are_counted(extract):
    lines = read_layer(extract, "lines")
    assert lines.table.strings("osm_id").tolist() == ["10", "12"]
    lost = next(problem for problem in lines.problems if problem.code == "osm.lost")
    assert (lost.count, lost.params["ids"]) == (2, "11, 13")
    assert _counts(lines)["osm.incomplete"] == 1
    assert lines.declared_count == lines.table.row_count + lost.count


def test_areas_and_relations_whose_members_are_missing_are_counted(extract):
    areas = read_layer(extract, "multipolygons")
    assert _counts(areas)["osm.lost"] + areas.table.row_count == areas.declared_count == 3
    routes = read_layer(extract, "multilinestrings")
    assert (routes.table.row_count, _counts(routes)["osm.incomplete"]) == (1, 1)
    assert "osm.lost" not in _counts(routes)


def test_a_whole_extract_has_nothing_to_say(tmp_path):
    path = tmp_path / "a.osm"
    nodes = "".join(f'<node id="{i}" lat="33.5{i}" lon="-7.6"/>' for i in range(1, 3))
    path.write_text(f'<osm version="0.6">{nodes}{_way(10, (1, 2))}</osm>', "utf-8")
    result = read_layer(path, "lines")
    assert result.declared_count == 1
    assert not {"osm.lost", "osm.incomplete", "osm.unchecked"} & set(_counts(result))


def test_what_the_packed_form_hides_is_said(extract, tmp_path):
    raw = ogr.read(extract, "lines", "a.osm", encoding="", ctx=NULL_CONTEXT)
    packed = tmp_path / "a.osm.pbf"
    packed.write_bytes(b"\0\0\0\x0d\x0a\x09OSMHeader\x18\x7c")
    told = osm_members.accounted(raw, packed, "lines", "a.osm.pbf", NULL_CONTEXT)
    assert {problem.code for problem in told.problems} == {"osm.unchecked"}
    assert told.declared is None


# --- archives of drawings ------------------------------------------------------------------------


def test_an_archive_of_a_dwg_says_its_version(tmp_path, monkeypatch):
    monkeypatch.setattr(dwg, "converters", tuple)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("plans/plan.DWG", b"AC1032\0\0\0\0\0\x09\x01" + b"\0" * 200)
        archive.writestr("lisez-moi.pdf", b"%PDF-1.4")
    for ask in (describe, read_layer):
        with pytest.raises(LayerReadError) as caught:
            ask(path)
        assert caught.value.code == "dwg.unsupported"
        assert caught.value.params["version"] == "AutoCAD 2018"


def test_a_dwg_beside_data_is_said_with_its_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(dwg, "converters", tuple)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("plan.dwg", b"AC1032\0\0\0\0\0\x09\x01" + b"\0" * 200)
        archive.writestr("t.csv", "nom,surface\nA,1\n")
    problems = {problem.code: problem for problem in describe(path).problems}
    assert problems["archive.member-unreadable"].params["reason"] == "dwg.unsupported"


# --- large JSON ----------------------------------------------------------------------------------


def _collection(path, *properties):
    features = [
        {
            "type": "Feature",
            "properties": values,
            "geometry": {"type": "Point", "coordinates": [-7.6, 33.5]},
        }
        for values in properties
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


@pytest.fixture
def everything_is_large(monkeypatch):
    monkeypatch.setattr(json_check, "ALWAYS_BYTES", 0)


def test_names_that_clash_in_a_large_file_are_kept_apart(tmp_path, everything_is_large):
    path = _collection(tmp_path / "a.geojson", {"Nom": "A", "nom": "b"})
    table = read_layer(path).table
    assert (table.strings("Nom")[0], table.strings("nom")[0]) == ("A", "b")


def test_digits_of_a_large_file_are_kept(tmp_path, everything_is_large):
    path = _collection(tmp_path / "a.geojson", {"id": 9007199254740993}, {"id": 2**64 + 3})
    found = [int(text) for text in read_layer(path).table.column("id").arrow.to_pylist()]
    assert found == [9007199254740993, 2**64 + 3]


def test_entries_that_are_no_features_of_a_large_file_are_counted(tmp_path, everything_is_large):
    path = _collection(tmp_path / "a.geojson", {"n": 1}, {"n": 2})
    path.write_text(path.read_text("utf-8").replace('"features": [', '"features": [17, {}, '))
    result = read_layer(path)
    assert _counts(result)["json.no-feature"] == 2
    assert result.declared_count == 4


def test_lines_of_a_large_sequence_are_counted(tmp_path, everything_is_large):
    feature = '{"type": "Feature", "properties": {"Nom": "A", "nom": "b"}, "geometry": null}'
    path = tmp_path / "a.geojsonl"
    path.write_text(f"{feature}\n{{broken\n\n{feature}\n", "utf-8")
    counts = _counts(read_layer(path))
    assert (counts["json.bad-lines"], counts["json.inexact"]) == (1, 1)


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
def test_entries_are_the_same_however_the_file_is_cut(tmp_path, monkeypatch, step):
    monkeypatch.setattr(json_stream, "_STEP_CHARS", step)
    listed = [1234, "é]", {"a": [1, {"features": []}]}, None, -1.5e3]
    path = tmp_path / "a.json"
    path.write_text(
        json.dumps({"meta": {"features": [9]}, "n": 12, "features": listed}, ensure_ascii=False),
        "utf-8",
    )
    assert list(json_stream.entries(path, "features")) == listed
    path.write_text('{"features": [1, 2', "utf-8")
    with pytest.raises(ValueError, match=r".*"):
        list(json_stream.entries(path, "features"))


def test_what_is_too_large_to_be_checked_is_said(tmp_path, monkeypatch, everything_is_large):
    monkeypatch.setattr(json_check, "MOST_CHECKED_BYTES", 10)
    path = _collection(tmp_path / "a.geojson", {"n": 1})
    assert _counts(read_layer(path))["json.unchecked"] == 1


# --- curves and unreadable geometry --------------------------------------------------------------


def test_only_rows_with_curves_are_counted(tmp_path):
    places = "<gml:posList>296400 330500 296450 330550 296500 330500</gml:posList>"
    arc = f"<gml:Curve><gml:segments><gml:Arc>{places}</gml:Arc></gml:segments></gml:Curve>"
    line = f"<gml:LineString>{places}</gml:LineString>"
    members = "".join(
        f'<ogr:featureMember><ogr:lots gml:id="l{number}"><ogr:geom>{geometry}</ogr:geom>'
        f"<ogr:n>{number}</ogr:n></ogr:lots></ogr:featureMember>"
        for number, geometry in enumerate((arc, line, line))
    )
    path = tmp_path / "a.gml"
    path.write_text(
        '<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" '
        f'xmlns:gml="http://www.opengis.net/gml/3.2">{members}</ogr:FeatureCollection>'
    )
    result = read_layer(path)
    assert (result.table.row_count, _counts(result)["geometry.curves"]) == (3, 1)


@pytest.fixture
def damaged(tmp_path):
    path = tmp_path / "a.gpkg"
    shapes = [shapely.box(i, 0, i + 1, 1) for i in range(4)]
    wkb = [*(shapely.to_wkb(shape) for shape in shapes), None, shapely.to_wkb(shapely.Polygon())]
    pyogrio.raw.write(
        path,
        np.array(wkb, dtype=object),
        [np.arange(6)],
        ["n"],
        layer="lots",
        driver="GPKG",
        crs="EPSG:26191",
        geometry_type="Polygon",
        layer_options={"SPATIAL_INDEX": "NO"},
    )
    _spoil(path, [(1, b"rubbish"), (3, b"GP\0\x03\0\0\0\0" + b"\x07" * 40)])
    return path


def _spoil(path, rubbish):
    """Put bytes that are no geometry in rows of a GeoPackage."""
    with closing(sqlite3.connect(path)) as database, database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        for row, blob in rubbish:
            database.execute("UPDATE lots SET geom = ? WHERE fid = ?", (blob, row))
    database.close()


def test_rows_with_a_geometry_that_cannot_be_read_are_not_called_missing(damaged):
    result = read_layer(damaged)
    counts = _counts(result)
    assert (counts["geometry.unreadable"], counts["geometry.missing"]) == (2, 2)
    assert result.table.kinds.tolist() == [0, 3, 0, 3, 0, 0]


def test_nothing_is_printed_of_a_geometry_that_cannot_be_read(tmp_path):
    """Of a large layer it is threads of the library's own that speak."""
    path = tmp_path / "a.gpkg"
    count = 20_000
    xs = np.arange(count)
    wkb = shapely.to_wkb(shapely.box(xs, 0, xs + 1, 1))
    pyogrio.raw.write(
        path,
        wkb,
        [xs],
        ["n"],
        layer="lots",
        driver="GPKG",
        geometry_type="Polygon",
        crs="EPSG:26191",
    )
    _spoil(path, [(2, b"rubbish"), (12_000, b"GP"), (15_000, b"GP\0\x0f")])
    code = (
        "import sys; from pathlib import Path\n"
        "from emadina_gis.io.vector import read_layer\n"
        "print(read_layer(Path(sys.argv[1])).table.row_count)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, check=True, timeout=100
    )
    assert (done.stdout.strip(), done.stderr) == (b"20000", b"")

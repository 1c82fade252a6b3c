"""KML, GPX, OSM, GML, MapInfo, databases, FlatGeobuf, geodatabases and archives of them."""

from __future__ import annotations

import io
import sqlite3
import tarfile
import zipfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from emadina_gis.errors import LayerReadError
from emadina_gis.io.vector import describe, read_layer

KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>عين الشق</name>
<Placemark><name>A</name><description><![CDATA[<b>x</b><script>y</script>]]></description>
<ExtendedData><Data name="TF"><value>T.1/C</value></Data></ExtendedData>
<Point><coordinates>-7.6,33.5,12</coordinates></Point></Placemark></Folder>
<Folder><name>rues</name><Placemark><name>B</name><LineString>
<coordinates>-7.6,33.5 -7.5,33.6</coordinates></LineString></Placemark>
<Placemark><name>D</name></Placemark></Folder></Document></kml>"""
SQUARES = [shapely.box(296000 + i * 50, 330000, 296040 + i * 50, 330030) for i in range(3)]


def _counts(result):
    return {problem.code: problem.count for problem in result.problems}


def _shapes(result):
    return result.table.shapes(np.arange(result.table.row_count))


def _write(path, driver, shapes, *, layer="lots", crs="EPSG:26191", append=False, **options):
    wkb = np.array([None if s is None else shapely.to_wkb(s) for s in shapes], dtype=object)
    pyogrio.raw.write(
        path,
        wkb,
        [np.arange(len(shapes), dtype=np.int32)],
        ["n"],
        layer=layer,
        driver=driver,
        crs=crs,
        geometry_type="Polygon",
        append=append,
        layer_options=options or None,
    )
    return path


# --- KML, GPX, OSM, GML --------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True])
def test_folders_are_layers_and_html_stays_text(tmp_path, packed):
    path = tmp_path / ("a.kmz" if packed else "a.kml")
    if packed:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("doc.kml", KML)
    else:
        path.write_text(KML, "utf-8")
    assert [info.name for info in describe(path).layers] == ["عين الشق", "rues"]
    points = read_layer(path, "عين الشق")
    assert points.table.names == ["Name", "description", "TF"]
    assert points.table.strings("description")[0] == "<b>x</b><script>y</script>"
    assert _shapes(points)[0].z == 12
    rows = read_layer(path, "rues")
    assert (rows.table.row_count, _counts(rows)["geometry.missing"]) == (2, 1)


def test_a_track_with_a_segment_of_one_point_keeps_all_its_parts(tmp_path):
    path = tmp_path / "a.gpx"
    path.write_text(
        '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
        '<wpt lat="33.5" lon="-7.6"><name>A</name></wpt><trk><trkseg>'
        '<trkpt lat="33.5" lon="-7.6"/><trkpt lat="33.6" lon="-7.6"/></trkseg><trkseg>'
        '<trkpt lat="33.7" lon="-7.7"/></trkseg></trk></gpx>'
    )
    tracks = read_layer(path, "tracks")
    assert [len(part.coords) for part in _shapes(tracks)[0].geoms] == [2, 2]
    assert _counts(tracks)["geometry.too-few-points"] >= 1
    assert read_layer(path, "waypoints").table.names == ["name"]


def test_positions_that_are_no_numbers_are_said(tmp_path):
    path = tmp_path / "a.gpx"
    path.write_text(
        '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
        '<wpt lat="33.5" lon="-7.6"/><wpt lat="x" lon="-7.6"/></gpx>'
    )
    assert _counts(read_layer(path))["gpx.bad-positions"] == 1


def test_the_layers_of_openstreetmap_are_there_with_other_tags(tmp_path):
    path = tmp_path / "a.osm"
    path.write_text(
        '<osm version="0.6"><node id="9007199254740993" lat="33.5" lon="-7.6">'
        '<tag k="amenity" v="school"/><tag k="name" v="مدرسة"/></node></osm>',
        "utf-8",
    )
    names = {info.name for info in describe(path).layers}
    assert {"points", "lines", "multilinestrings", "multipolygons", "other_relations"} <= names
    table = read_layer(path, "points").table
    assert table.strings("osm_id")[0] == "9007199254740993"
    assert "school" in table.strings("other_tags")[0]


def test_curves_of_gml_are_stroked_and_nothing_is_written_beside(tmp_path):
    path = tmp_path / "a.gml"
    path.write_text(
        '<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" '
        'xmlns:gml="http://www.opengis.net/gml/3.2"><ogr:featureMember><ogr:lots gml:id="l1">'
        '<ogr:geom><gml:Curve srsName="urn:ogc:def:crs:EPSG::26191" gml:id="c"><gml:segments>'
        "<gml:Arc><gml:posList>296400 330500 296450 330550 296500 330500</gml:posList></gml:Arc>"
        "</gml:segments></gml:Curve></ogr:geom><ogr:n>1</ogr:n></ogr:lots></ogr:featureMember>"
        "</ogr:FeatureCollection>"
    )
    result = read_layer(path)
    assert result.table.crs.id == "EPSG:26191"
    assert _shapes(result)[0].length == pytest.approx(np.pi * 50, abs=0.05)
    assert "geometry.curves" in _counts(result)
    assert [file.name for file in tmp_path.iterdir()] == ["a.gml"]


# --- MapInfo -------------------------------------------------------------------------------------

MIF = (
    'Version 300\nCharset "WindowsArabic"\nDelimiter ","\nColumns 1\n  nom Char(20)\nData\n\n'
    "Point -7.6 33.5\n"
)


def test_an_exchange_file_in_arabic_is_read(tmp_path):
    (tmp_path / "a.mif").write_text(MIF)
    (tmp_path / "a.mid").write_bytes('"عين الشق"\n'.encode("cp1256"))
    assert list(read_layer(tmp_path / "a.mif").table.strings("nom")) == ["عين الشق"]


def test_attributes_that_are_not_there_are_said_to_be_lost(tmp_path):
    (tmp_path / "a.mif").write_text(MIF)
    assert "mapinfo.attributes-lost" in _counts(read_layer(tmp_path / "a.mif"))


@pytest.mark.parametrize(
    ("codec", "names"),
    [
        ("cp1252", ["Aïn Chock", "Médiouna", "Préfecture"]),
        ("cp1256", ["عين الشق", "الدار البيضاء"]),
    ],
)
def test_texts_without_a_declared_encoding_are_weighed(tmp_path, codec, names):
    head = MIF.replace("WindowsArabic", "Neutral").partition("Point")[0]
    (tmp_path / "a.mif").write_text(head + "Point -7.6 33.5\n" * len(names))
    (tmp_path / "a.mid").write_bytes("".join(f'"{name}"\n' for name in names).encode(codec))
    result = read_layer(tmp_path / "a.mif")
    assert list(result.table.strings("nom")) == names
    assert result.encoding.name == codec


# --- databases -----------------------------------------------------------------------------------


def test_large_integers_of_sqlite_are_exact(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as database, database:
        database.execute('CREATE TABLE "t;x" ("a ""b" INTEGER, c TEXT)')
        rows = [(2**53 + 1, "x"), (2**31 - 1, "y"), (None, "z"), (-(2**60), "w")]
        database.executemany('INSERT INTO "t;x" VALUES (?, ?)', rows)
    table = read_layer(tmp_path / "a.sqlite").table
    assert table.column('a "b').arrow.to_pylist() == [row[0] for row in rows]


def test_a_geopackage_shows_views_attributes_and_odd_names(tmp_path):
    path = _write(tmp_path / "a.gpkg", "GPKG", SQUARES)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, t TEXT)")
        database.execute("INSERT INTO notes VALUES (1, 'é')")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
            "VALUES ('notes', 'attributes', 'notes')"
        )
        database.execute('CREATE TABLE "select" (fid INTEGER PRIMARY KEY, geom BLOB, "group" TEXT)')
        database.execute("INSERT INTO \"select\" SELECT fid, geom, 'x' FROM lots")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
            "VALUES ('select', 'features', 'select', -1)"
        )
        database.execute(
            "INSERT INTO gpkg_geometry_columns VALUES ('select', 'geom', 'POLYGON', -1, 0, 0)"
        )
    assert {info.name for info in describe(path).layers} == {"lots", "select", "notes"}
    odd = read_layer(path, "select")
    assert odd.table.names == ["group"]
    assert not odd.table.crs.is_known
    assert odd.crs.candidates[0].crs.id == "EPSG:26191"
    assert not read_layer(path, "notes").table.has_geometry


def test_missing_geometry_and_empty_layers_of_flatgeobuf(tmp_path):
    shapes = [SQUARES[0], None, SQUARES[2]]
    path = _write(tmp_path / "a.fgb", "FlatGeobuf", shapes, SPATIAL_INDEX="NO")
    result = read_layer(path)
    assert (result.table.row_count, _counts(result)["geometry.missing"]) == (3, 1)
    assert list(result.table.numbers("n")) == [0, 1, 2]
    empty = _write(tmp_path / "b.fgb", "FlatGeobuf", [])
    assert _counts(read_layer(empty))["layer.empty"] == 1


@pytest.mark.parametrize("zipped", [False, True])
def test_a_geodatabase_is_read_from_its_folder_or_a_zip(tmp_path, zipped):
    path = _write(tmp_path / "x.gdb", "OpenFileGDB", SQUARES)
    _write(path, "OpenFileGDB", SQUARES[:1], layer="zones", append=True)
    if zipped:
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            for file in path.iterdir():
                archive.write(file, f"livraison/x.gdb/{file.name}")
        path = tmp_path / "x.zip"
    assert [info.name for info in describe(path).layers] == ["lots", "zones"]
    assert read_layer(path, "lots").table.row_count == 3


# --- archives ------------------------------------------------------------------------------------


def _zip(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


CSV = "id;x;y\n{};296470;330502\n"


def test_an_archive_of_many_formats_gives_each_layer_a_name(tmp_path):
    members = {
        "d/a.kml": KML,
        "d/lots.csv": CSV.format(1),
        "e/lots.csv": CSV.format(2),
        "plan.pdf": "%PDF",
        "config.json": '{"a": 1}',
        "zones.json": '{"type": "FeatureCollection", "features": []}',
        "__MACOSX/d/._lots.csv": "\0\5\26\7",
        "lisezmoi.txt": "bonjour",
    }
    path = _zip(tmp_path / "a.zip", members)
    description = describe(path)
    names = [info.name for info in description.layers]
    assert names == ["عين الشق", "rues", "lots", "lots (2)", "zones"]
    assert [read_layer(path, name).table.numbers("id")[0] for name in names[2:4]] == [1, 2]
    note = next(p for p in description.problems if p.code == "archive.left-out")
    assert note.params["names"] == "config.json, lisezmoi.txt, plan.pdf"


def test_a_damaged_member_does_not_cost_the_others(tmp_path):
    path = _zip(tmp_path / "a.zip", {"a.shp": "", "b.gpkg": "nothing", "c.csv": CSV.format(1)})
    assert [info.name for info in describe(path).layers] == ["c"]
    found = [p.params["name"] for p in read_layer(path).problems if "name" in p.params]
    assert found == ["a.shp", "b.gpkg"]


def test_an_archive_of_damaged_files_only_is_refused(tmp_path):
    with pytest.raises(LayerReadError):
        describe(_zip(tmp_path / "a.zip", {"a.shp": "", "b.gpkg": "nothing"}))


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2"])
def test_tar_archives_are_read(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    mode = {".tar": "w", ".tar.xz": "w:xz", ".tar.bz2": "w:bz2"}.get(suffix, "w:gz")
    with tarfile.open(path, mode) as archive:
        member = tarfile.TarInfo("d/lots.csv")
        content = CSV.format(1).encode()
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    assert read_layer(path).geometry_types == ("Point",)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../../out.csv", tarfile.REGTYPE),
        ("/tmp/out.csv", tarfile.REGTYPE),
        ("a.csv", tarfile.SYMTYPE),
        ("a.csv", tarfile.LNKTYPE),
        ("a.csv", tarfile.CHRTYPE),
    ],
)
def test_tar_archives_never_write_outside(tmp_path, name, kind):
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member, io.BytesIO())
    with pytest.raises(LayerReadError) as caught:
        read_layer(path)
    assert caught.value.code == "archive.unsafe-name"
    assert [file.name for file in Path(tmp_path).iterdir()] == ["a.tar"]


@pytest.mark.parametrize(("magic", "kind"), [(b"Rar!\x1a\x07\x00", "rar"), (b"7z\xbc\xaf", "7z")])
def test_foreign_archives_are_refused_by_name(tmp_path, magic, kind):
    (tmp_path / "a.rar").write_bytes(magic + bytes(80))
    with pytest.raises(LayerReadError) as caught:
        read_layer(tmp_path / "a.rar")
    assert (caught.value.code, caught.value.params["kind"]) == ("archive.unsupported", kind)

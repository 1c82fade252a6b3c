"""Reading: each damage is named, nothing is lost silently, nothing is written beside a source."""

from __future__ import annotations

import gzip
import http.server
import json
import os
import struct
import threading
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, Crs
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import EmadinaError, JobCancelled, LayerReadError
from emadina_gis.io.vector import describe, read_layer
from emadina_gis.io.write import write_layer
from emadina_gis.progress import Context
from tests.unit.io.projects import parcels_table


def _codes(result):
    return {problem.code for problem in result.problems}


def _counts(result):
    return {problem.code: problem.count for problem in result.problems}


@pytest.fixture
def shp(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    write_layer(parcels_table(40), folder / "lots.shp")
    return folder / "lots.shp"


def _snapshot(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# --- shapefiles with parts missing or cut --------------------------------------------------------


def test_a_whole_shapefile_has_no_finding_but_the_missing_geometry(shp):
    result = read_layer(shp)
    assert _counts(result) == {"geometry.missing": 1}
    assert result.declared_count == 40
    assert result.format == "ESRI Shapefile"


@pytest.mark.parametrize(
    ("suffix", "code"),
    [(".shx", "shapefile.no-index"), (".dbf", "shapefile.no-attributes"), (".prj", "crs.missing")],
)
def test_a_missing_companion_is_named_and_the_folder_stays(shp, suffix, code):
    shp.with_suffix(suffix).unlink()
    before = _snapshot(shp.parent)
    result = read_layer(shp)
    assert code in _codes(result)
    assert result.table.row_count == 40
    assert _snapshot(shp.parent) == before


def test_a_missing_crs_is_guessed_and_never_applied(shp):
    shp.with_suffix(".prj").unlink()
    result = read_layer(shp)
    assert result.table.crs == UNKNOWN
    assert result.crs_source == "unknown"
    best = result.crs.candidates[0]
    assert (best.crs, best.swapped) == (MERCHICH_NORTH, False)
    assert 0.8 <= best.confidence < 0.9
    assert read_layer(shp, crs=MERCHICH_NORTH).table.crs == MERCHICH_NORTH


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9])
def test_a_cut_shp_keeps_what_is_whole_and_counts_the_rest(shp, share):
    whole = shp.read_bytes()
    shp.write_bytes(whole[: max(100, int(len(whole) * share))])
    result = read_layer(shp)
    lost = _counts(result)["layer.truncated"]
    present = int((result.table.kinds > 0).sum())
    assert result.table.row_count == 40
    assert 39 - lost <= present <= 40 - lost


def test_a_cut_dbf_keeps_all_shapes(shp):
    dbf = shp.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes()[:-3000])
    result = read_layer(shp)
    assert result.table.row_count == 40
    lost = _counts(result)["shapefile.attributes-cut"]
    titles = result.table.strings("titre")
    assert [title is None for title in titles] == [False] * (40 - lost) + [True] * lost


def test_companions_in_another_case_are_found(shp):
    shp.with_suffix(".dbf").rename(shp.with_name("lots.Dbf"))
    result = read_layer(shp)
    assert result.table.strings("titre")[0] == "T.0/C"


def test_a_companion_opens_its_shapefile(shp):
    assert read_layer(shp.with_suffix(".dbf")).table.has_geometry
    shp.unlink()
    assert not read_layer(shp.with_suffix(".dbf")).table.has_geometry
    with pytest.raises(LayerReadError) as caught:
        read_layer(shp.with_suffix(".prj"))
    assert caught.value.code == "layer.companion"


# --- encodings -----------------------------------------------------------------------------------

_NAMES = {
    "cp1256": ["جماعة عين الشق", "مقاطعة سيدي عثمان", "عمالة مديونة", "Aïn Chock"],
    "cp1252": ["Médiouna", "Aïn Sebaâ", "Café Maure", "Préfecture"],
    "iso8859_6": ["جماعة عين الشق", "مقاطعة سيدي عثمان", "عمالة مديونة"],
    "cp850": ["Médiouna", "Hôpital", "Préfecture", "Forêt"],
    "utf-8": ["جماعة عين الشق", "Médiouna"],
}


def _recoded(shp, texts, encoding):
    """Write a DBF with one text field in an encoding, and no declaration."""
    shp.with_suffix(".cpg").unlink(missing_ok=True)
    width = 60
    header = struct.pack("<BBBBIHH", 3, 26, 1, 1, len(texts), 65, width + 1) + b"\0" * 20
    field = b"nom".ljust(11, b"\0") + b"C" + b"\0" * 4 + bytes([width, 0]) + b"\0" * 14
    rows = b"".join(b" " + text.encode(encoding).ljust(width) for text in texts)
    shp.with_suffix(".dbf").write_bytes(header + field + b"\r" + rows + b"\x1a")


@pytest.mark.parametrize("encoding", list(_NAMES))
def test_undeclared_encodings_are_recognised(tmp_path, encoding):
    names = _NAMES[encoding] * 5
    points = np.array([shapely.Point(300_000 + i, 330_000) for i in range(len(names))])
    write_layer(
        FeatureTable.from_columns({"a": names}, points, crs=MERCHICH_NORTH), tmp_path / "p.shp"
    )
    _recoded(tmp_path / "p.shp", names, encoding)
    result = read_layer(tmp_path / "p.shp")
    assert list(result.table.strings("nom")) == names
    assert result.encoding.source == "guessed"


def test_a_lying_declaration_is_reported(tmp_path):
    names = _NAMES["cp1256"]
    points = np.array([shapely.Point(300_000 + i, 330_000) for i in range(len(names))])
    write_layer(
        FeatureTable.from_columns({"a": names}, points, crs=MERCHICH_NORTH), tmp_path / "p.shp"
    )
    _recoded(tmp_path / "p.shp", names, "cp1256")
    (tmp_path / "p.cpg").write_text("UTF-8")
    result = read_layer(tmp_path / "p.shp")
    assert "encoding.contradicted" in _codes(result)
    assert list(result.table.strings("nom")) == names
    asked = read_layer(tmp_path / "p.shp", encoding="cp1252")
    assert asked.encoding.source == "asked"
    assert asked.table.strings("nom")[0] != names[0]


def test_destroyed_letters_are_told(tmp_path):
    (tmp_path / "t.csv").write_text("nom;n\n??? ????;1\n?????;2\n", "utf-8")
    assert "encoding.destroyed" in _codes(read_layer(tmp_path / "t.csv"))


# --- CSV and sheets ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "crs", "kinds"),
    [
        ("x;y;n\n294936,5;334323,25;1\n295000;334000;2\n", "", (1, 1)),
        ("lon,lat\n-7.6,33.5\n-7.5,33.6\n", "EPSG:4326", (1, 1)),
        ("a\tWKT\n1\tPOINT (1 2)\n2\tPOLYGON ((0 0,1 0,1 1,0 0))\n", "", (1, 3)),
        ("Coord_X|Coord_Y\n294 936,5|334 323,2\n|x\n", "", (1, 0)),
    ],
)
def test_coordinates_of_a_csv_are_found(tmp_path, text, crs, kinds):
    path = tmp_path / "t.csv"
    path.write_text(text, "utf-8")
    table = read_layer(path).table
    assert table.crs.id == crs
    assert tuple(table.kinds) == kinds


def test_codes_stay_text_and_numbers_become_numbers(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("code;pop;part;jour\n06.141.01.41;102598;0,5;2024-09-01\n007;1;1;2024-09-02\n")
    table = read_layer(path).table
    types = {name: str(column.type) for name, column in table.columns.items()}
    assert types == {"code": "string", "pop": "int64", "part": "double", "jour": "date32[day]"}
    assert table.numbers("part").tolist() == [0.5, 1.0]


def test_leading_zeros_stay(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("code,n\n007,1\n010,2\n")
    assert list(read_layer(path).table.strings("code")) == ["007", "010"]


def test_ragged_rows_and_repeated_names_are_counted(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,a,b\n1,2,3\n4,5\n6,7,8,9\n")
    result = read_layer(path)
    assert result.table.names == ["a", "a_2", "b", "column_4"]
    assert _counts(result)["table.ragged"] == 2


def test_a_gzipped_csv_is_read(tmp_path):
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert read_layer(path).table.row_count == 1


# --- archives ------------------------------------------------------------------------------------


def _zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_zipped_shapefile_in_a_folder_is_read(shp, tmp_path):
    members = {f"livraison/{p.name}": p.read_bytes() for p in shp.parent.iterdir()}
    path = _zipped(tmp_path / "a.zip", members)
    assert [layer.name for layer in describe(path).layers] == ["lots"]
    result = read_layer(path)
    assert result.table.row_count == 40
    assert result.name == "lots"


def test_each_shapefile_of_an_archive_is_a_layer(shp, tmp_path):
    members = {p.name: p.read_bytes() for p in shp.parent.iterdir()}
    members |= {f"zones{p.suffix}": p.read_bytes() for p in shp.parent.iterdir()}
    path = _zipped(tmp_path / "a.zip", members)
    assert [layer.name for layer in describe(path).layers] == ["lots", "zones"]
    assert read_layer(path, "zones").name == "zones"


@pytest.mark.parametrize(
    "name",
    ["../evil.shp", "/etc/evil.shp", "C:/evil.shp", "a\\..\\evil.shp", "CON.shp", "a/../../b"],
)
def test_dangerous_names_are_refused(tmp_path, name):
    path = _zipped(tmp_path / "a.zip", {name: b"x"})
    with pytest.raises(LayerReadError) as caught:
        read_layer(path)
    assert caught.value.code == "archive.unsafe-name"


def test_a_bomb_is_refused_before_unpacking(tmp_path):
    path = _zipped(tmp_path / "a.zip", {"a.csv": b"0" * 30_000_000})
    with pytest.raises(LayerReadError) as caught:
        read_layer(path)
    assert caught.value.code == "archive.bomb"


def test_an_archive_without_data_is_said(tmp_path):
    path = _zipped(tmp_path / "a.zip", {"lisez-moi.pdf": b"x"})
    with pytest.raises(LayerReadError) as caught:
        read_layer(path)
    assert caught.value.code == "archive.no-data"


def test_a_cut_archive_is_said(shp, tmp_path):
    path = _zipped(tmp_path / "a.zip", {p.name: p.read_bytes() for p in shp.parent.iterdir()})
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(LayerReadError) as caught:
        read_layer(path)
    assert caught.value.code == "archive.damaged"


# --- what is no geodata --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.shp", b"", "layer.empty-file"),
        ("a.shp", b"not a shapefile", "layer.not-geodata"),
        ("a.gpkg", b"nothing" * 50, "layer.not-geodata"),
        ("a.docx", b"hello" * 50, "layer.not-geodata"),
        ("a.csv", b"\x00\x01\x02" * 50, "layer.not-geodata"),
        ("a.parquet", b"PAR1" + b"\x00" * 50, "layer.unreadable"),
        ("a.xlsx", b"PK\x03\x04" + b"\x00" * 50, "layer.unreadable"),
        ("a.dxf", b"hello" * 50, "layer.unreadable"),
        ("a.rar", b"Rar!\x1a\x07" + b"\x00" * 50, "archive.unsupported"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(LayerReadError) as caught:
        read_layer(path)
    assert caught.value.code == code


def test_missing_files_folders_and_layers_are_said(tmp_path, shp):
    for path, layer, code in (
        (tmp_path / "none.shp", None, "layer.missing-file"),
        (tmp_path, None, "layer.folder"),
        (shp, "other", "layer.no-such-layer"),
    ):
        with pytest.raises(LayerReadError) as caught:
            read_layer(path, layer)
        assert caught.value.code == code


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_said(shp):
    shp.chmod(0)
    with pytest.raises(LayerReadError) as caught:
        read_layer(shp)
    assert caught.value.code == "layer.no-permission"


def test_random_bytes_never_crash_a_reader(tmp_path, shp):
    rng = np.random.default_rng(3)
    write_layer(parcels_table(10), tmp_path / "a.gpkg")
    write_layer(parcels_table(10), tmp_path / "a.geojson")
    write_layer(parcels_table(10), tmp_path / "a.fgb")
    for source in (shp, tmp_path / "a.gpkg", tmp_path / "a.geojson", tmp_path / "a.fgb"):
        whole = source.read_bytes()
        for _ in range(25):
            damaged = bytearray(whole)
            for position in rng.integers(0, len(whole), 5):
                damaged[position] = rng.integers(0, 256)
            source.write_bytes(damaged)
            try:
                read_layer(source)
            except EmadinaError:
                continue


# --- geometry ------------------------------------------------------------------------------------


def test_geometry_findings_are_counted(tmp_path):
    bowtie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    mixed = shapely.GeometryCollection([shapely.Point(0, 0), shapely.box(0, 0, 1, 1)])
    shapes = [bowtie, mixed, shapely.box(0, 0, 1, 1), None]
    features = [
        {"type": "Feature", "properties": {"n": n}, "geometry": s and shapely.geometry.mapping(s)}
        for n, s in enumerate(shapes)
    ]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    result = read_layer(path)
    assert _counts(result) == {
        "geometry.self-intersection": 1,
        "geometry.collection": 1,
        "geometry.missing": 1,
    }
    assert result.geometry_types == ("GeometryCollection", "Polygon")


@pytest.mark.parametrize("flavor", ["iso", "extended"])
def test_the_fast_reading_of_wkb_agrees_with_shapely(flavor):
    from emadina_gis.domain.geometry import chunk_from_shapely
    from emadina_gis.io.wkb import ragged_of_wkb

    hole = shapely.box(0, 0, 9, 9) - shapely.box(2, 2, 3, 3)
    cases = [
        [shapely.Point(1, 2), None, shapely.MultiPoint([(0, 0), (1, 1)])],
        [
            shapely.LineString([(0, 0), (1, 1)]),
            shapely.MultiLineString([[(0, 0), (1, 2)], [(3, 3), (4, 5)]]),
        ],
        [
            hole,
            None,
            shapely.MultiPolygon([hole, shapely.box(20, 20, 21, 21)]),
            shapely.box(5, 5, 6, 6),
        ],
        [shapely.force_3d(hole, 7.5), shapely.force_3d(shapely.box(0, 0, 1, 1), 1.0)],
    ]
    for shapes in cases:
        array = np.array(shapes, dtype=object)
        wkb = pa.array(shapely.to_wkb(array, flavor=flavor), pa.binary())
        chunk, types = ragged_of_wkb(wkb)
        assert chunk.fingerprint == chunk_from_shapely(array).fingerprint
        assert types == {s for s in shapely.get_type_id(array).tolist() if s >= 0}
    for odd in (
        np.array([shapely.Point(0, 0), shapely.box(0, 0, 1, 1)], dtype=object),
        np.array([shapely.GeometryCollection([shapely.Point(0, 0)])], dtype=object),
        np.array([shapely.LineString()], dtype=object),
    ):
        wkb = pa.array(shapely.to_wkb(odd, flavor=flavor), pa.binary())
        assert ragged_of_wkb(wkb) is None


def test_many_chunks_keep_their_order(tmp_path):
    table = parcels_table(20_000)
    write_layer(table, tmp_path / "p.gpkg")
    back = read_layer(tmp_path / "p.gpkg").table
    assert [len(chunk) for chunk in back.geometry] == [8192, 8192, 3616]
    assert list(back.strings("titre")) == list(table.strings("titre"))


def test_reading_stops_when_cancelled(tmp_path):
    write_layer(parcels_table(20_000), tmp_path / "p.gpkg")
    ctx = Context(lambda fraction, _: ctx.cancel() if fraction > 0.3 else None)
    with pytest.raises(JobCancelled):
        read_layer(tmp_path / "p.gpkg", ctx=ctx)


# --- CRS -----------------------------------------------------------------------------------------


def test_a_declaration_denied_by_the_coordinates_is_not_believed(shp):
    shp.with_suffix(".prj").write_text(Crs("EPSG:4326").proj.to_wkt("WKT1_ESRI"))
    result = read_layer(shp)
    assert "crs.metres-in-degrees" in _codes(result)
    assert result.table.crs == UNKNOWN
    assert result.crs.declared == "EPSG:4326"
    assert result.crs.candidates[0].crs == MERCHICH_NORTH


def test_dialects_of_merchich_become_its_code(shp):
    shp.with_suffix(".prj").write_text(MERCHICH_NORTH.proj.to_wkt("WKT1_ESRI"))
    assert read_layer(shp).table.crs == MERCHICH_NORTH


# --- no network, no other file -------------------------------------------------------------------


@pytest.fixture
def canary():
    hits = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_error(404)

        def do_HEAD(self):
            self.do_GET()

        def log_message(self, *_):
            return

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, hits
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_in_a_file_makes_a_request_or_opens_another_file(tmp_path, canary):
    port, hits = canary
    url = f"http://127.0.0.1:{port}/a.geojson"
    files = {
        "a.vrt": f"<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/vsicurl/{url}"
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        "b.vrt": "<OGRVRTDataSource><OGRVRTLayer name='p'><SrcDataSource>CSV:/etc/passwd"
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        "c.kml": f"<?xml version='1.0'?><!DOCTYPE k [<!ENTITY x SYSTEM '{url}'>]><kml>&x;</kml>",
        "d.gml": f"<?xml version='1.0'?><!DOCTYPE k [<!ENTITY x SYSTEM '{url}'>]><g>&x;</g>",
        "e.xml": f"<OGRWFSDataSource><URL>{url}</URL></OGRWFSDataSource>",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(LayerReadError):
            read_layer(tmp_path / name)
    for target in (url, f"/vsicurl/{url}"):
        with pytest.raises(LayerReadError):
            read_layer(Path(target))
    assert hits == []


def test_a_gml_leaves_no_notes_beside_itself(tmp_path):
    path = tmp_path / "a.gml"
    path.write_text(
        "<?xml version='1.0'?><c xmlns:gml='http://www.opengis.net/gml'><gml:featureMember>"
        "<p><n>1</n><gml:Point srsName='EPSG:26191'><gml:coordinates>290000,330000"
        "</gml:coordinates></gml:Point></p></gml:featureMember></c>"
    )
    assert read_layer(path).table.row_count == 1
    assert [file.name for file in tmp_path.iterdir()] == ["a.gml"]

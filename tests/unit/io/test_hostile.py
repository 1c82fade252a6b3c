"""Files made to do harm, through a ready worker: refused in a second, and nothing is reached.

RELIABILITY rows 23 to 34: bombs, ways out of archives, entities, names of other files and
addresses, huge grids, names that deceive.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import struct
import sys
import time
import zipfile
from pathlib import Path

import pytest

from emadina_gis.errors import LayerReadError
from emadina_gis.io.hidden_characters import legible
from emadina_gis.io.reader import INLINE
from emadina_gis.words import load_words
from tests.unit.io.hostile import (
    SECOND,
    canary,
    reader,
    ready,
    refusal,
    room,
    texts,
    tmp_path,
    tried_as_raster,
)

__all__ = ["canary", "reader", "ready", "room", "tmp_path"]

# --- XML -----------------------------------------------------------------------------------------

BOMB = "<!DOCTYPE a [<!ENTITY l0 'lol'>{}]>".format(
    "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
)
DOCUMENTS = {
    "kml": "<kml xmlns='http://www.opengis.net/kml/2.2'><Document><Placemark><name>{}</name><Point>"
    "<coordinates>-7,33</coordinates></Point></Placemark></Document></kml>",
    "gml": "<c xmlns:gml='http://www.opengis.net/gml'><gml:featureMember><p><n>{}</n><gml:Point>"
    "<gml:coordinates>-7,33</gml:coordinates></gml:Point></p></gml:featureMember></c>",
    "gpx": "<gpx version='1.1' creator='x' xmlns='http://www.topografix.com/GPX/1/1'>"
    "<wpt lat='33' lon='-7'><name>{}</name></wpt></gpx>",
    "osm": "<osm version='0.6'><node id='1' lat='33' lon='-7' version='1'><tag k='name' v='{}'/>"
    "</node></osm>",
}


@pytest.mark.parametrize("suffix", sorted(DOCUMENTS))
def test_a_document_without_entities_is_read(ready, tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    path.write_text("<?xml version='1.0'?>" + DOCUMENTS[suffix].format("Anfa"))
    assert "Anfa" in texts(ready, path)
    path.write_text("<!DOCTYPE a SYSTEM 'x.dtd'>" + DOCUMENTS[suffix].format("Anfa"))
    assert ready.read_layer(path).table.row_count == 1


@pytest.mark.parametrize("suffix", sorted(DOCUMENTS))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_bomb_of_entities_is_refused(ready, tmp_path, suffix, encoding):
    path = tmp_path / f"a.{suffix}"
    text = "<?xml version='1.0'?>\n<!-- -->" + BOMB + DOCUMENTS[suffix].format("&l9;")
    path.write_bytes(text.encode(encoding))
    assert refusal(ready, path) == "xml.entities"


def test_entities_are_found_behind_a_long_comment_and_in_packed_documents(ready, tmp_path):
    bomb = BOMB + DOCUMENTS["kml"].format("&l9;")
    late = tmp_path / "late.gml"
    late.write_text(f"<!--{' ' * 3_000_000}-->{BOMB}{DOCUMENTS['gml'].format('&l9;')}")
    assert refusal(ready, late) == "xml.entities"
    for name, member in (("a.kmz", "doc.kml"), ("a.xlsx", "xl/workbook.xml"), ("a.zip", "a.kml")):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(member, bomb)
        assert refusal(ready, tmp_path / name) == "xml.entities"
    (tmp_path / "a.kml.gz").write_bytes(gzip.compress(bomb.encode()))
    assert refusal(ready, tmp_path / "a.kml.gz") == "xml.entities"


@pytest.mark.parametrize("suffix", sorted(DOCUMENTS))
def test_external_entities_reach_no_file_and_no_address(ready, room, tmp_path, suffix, canary):
    url, hits = canary
    for target in ("file:///etc/passwd", f"{url}/x", str(room / "first.geojson")):
        path = tmp_path / f"a.{suffix}"
        path.write_text(
            f"<!DOCTYPE a [<!ENTITY x SYSTEM '{target}'>]>" + DOCUMENTS[suffix].format("&x;")
        )
        assert refusal(ready, path) == "xml.entities"
        path.write_text(
            f"<!DOCTYPE a [<!ENTITY % p SYSTEM '{target}'> %p;]>" + DOCUMENTS[suffix].format("x")
        )
        assert refusal(ready, path) == "xml.entities"
        path.write_text(f"<!DOCTYPE a SYSTEM '{target}'>" + DOCUMENTS[suffix].format("x"))
        assert "root:" not in str(ready.read_layer(path).table.columns)
    assert hits == []


# --- archives ------------------------------------------------------------------------------------


def _zip_of(path, *members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def test_archives_that_swell_are_refused(ready, tmp_path):
    zeros = bytes(120 * 1024**2)
    swelling = _zip_of(tmp_path / "a.zip", ("a.csv", zeros))
    assert refusal(ready, swelling) == "archive.bomb"
    assert refusal(ready, _zip_of(tmp_path / "a.kmz", ("doc.kml", zeros))) == "archive.bomb"
    assert refusal(ready, _zip_of(tmp_path / "a.xlsx", ("xl/a.xml", zeros))) == "archive.bomb"
    (tmp_path / "a.geojson.gz").write_bytes(gzip.compress(zeros))
    assert refusal(ready, tmp_path / "a.geojson.gz") == "archive.bomb"
    many = [(f"{number}.csv", b"") for number in range(10_050)]
    assert refusal(ready, _zip_of(tmp_path / "many.zip", *many)) == "archive.too-many"


def test_archives_in_archives_are_not_followed_without_end(ready, tmp_path):
    inner = _zip_of(tmp_path / "0.zip", ("a.csv", bytes(50 * 1024**2)))
    for depth in range(1, 40):
        inner = _zip_of(
            tmp_path / f"{depth}.zip", *((f"{n}.zip", inner.read_bytes()) for n in "ab")
        )
        if inner.stat().st_size > 2_000_000:
            break
    assert refusal(ready, inner).startswith("archive.")


def test_a_zip_that_lies_about_its_sizes_is_refused(ready, tmp_path):
    path = _zip_of(tmp_path / "lie.zip", ("a.csv", bytes(30 * 1024**2)))
    content = bytearray(path.read_bytes())
    for signature, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = content.find(signature) + at
        content[place : place + 4] = struct.pack("<I", 1000)
    path.write_bytes(content)
    assert refusal(ready, path) in {"archive.bomb", "archive.damaged"}


@pytest.mark.parametrize(
    "name",
    ["../out.csv", "/tmp/out.csv", "a/../../out.csv", "C:\\out.csv", "C:out.csv", "..\\out.csv",
     "con.csv", "a.csv:stream"],
)  # fmt: skip
def test_names_that_lead_out_of_an_archive_are_refused(ready, tmp_path, name):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = name
        archive.writestr(info, "X,Y\n1,2\n")
    assert refusal(ready, path) == "archive.unsafe-name"
    assert not (tmp_path / "out.csv").exists()


def test_a_link_in_an_archive_is_refused(ready, tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("a.csv")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert refusal(ready, path) == "archive.unsafe-name"


# --- sizes and depths ----------------------------------------------------------------------------


def _tiff(path, side, tags=()):
    """Write a TIFF that claims a side of many pixels and holds none."""
    entries = [(256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
               (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, 1), (279, 4, 1, 100), *tags]  # fmt: skip
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    path.write_bytes(
        struct.pack("<2sHI", b"II", 42, 8) + struct.pack("<H", len(entries)) + body + bytes(4)
    )
    return path


def test_a_raster_of_a_million_million_pixels(ready, tmp_path):
    path = tmp_path / "huge.vrt"
    path.write_text(
        "<VRTDataset rasterXSize='2000000' rasterYSize='2000000'><VRTRasterBand dataType='Byte' "
        "band='1'/></VRTDataset>"
    )
    began_s = time.monotonic()
    tried_as_raster(ready, path)
    for side in (60_000, 2_000_000, 0x7FFFFFFF):
        tried_as_raster(ready, _tiff(tmp_path / "huge.tif", side))
    (tmp_path / "huge.asc").write_text(
        "ncols 2000000\nnrows 2000000\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2 3\n"
    )
    tried_as_raster(ready, tmp_path / "huge.asc")
    assert time.monotonic() - began_s < 5 * SECOND


def test_a_tiff_whose_directories_go_in_circles(ready, tmp_path):
    path = _tiff(tmp_path / "loop.tif", 10)
    content = bytearray(path.read_bytes())
    content[-4:] = struct.pack("<I", 8)
    path.write_bytes(content)
    began_s = time.monotonic()
    tried_as_raster(ready, path)
    tried_as_raster(ready, _tiff(tmp_path / "tags.tif", 10, [(330, 4, 0x7FFFFFF0, 8)] * 60))
    assert time.monotonic() - began_s < 2 * SECOND


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deep.geojson", '{"type":"GeometryCollection","geometries":[' * 60_000),
        ("deep.json", "[" * 400_000),
        ("deep.topojson", '{"type":"Topology","objects":{"a":' + '{"a":' * 60_000),
        ("deep.kml", "<kml>" + "<Folder>" * 100_000),
        ("deep.gml", "<gml:a xmlns:gml='http://www.opengis.net/gml'>" + "<gml:b>" * 100_000),
        ("deep.csv", "WKT\n" + "GEOMETRYCOLLECTION(" * 60_000 + "\n"),
        ("wide.csv", "a;" * 300_000 + "\n" + "1;" * 300_000 + "\n"),
        ("long.csv", "a;b\n" + "x" * 5_000_000 + ";1\n"),
        ("wide.geojson", '{"type":"Point","coordinates":[' + "1," * 500_000 + "1]}"),
    ],
)
def test_depth_and_width_without_end(ready, room, tmp_path, name, text):
    """Read or refused, in time; the next file is read whatever happened."""
    path = tmp_path / name
    path.write_text(text)
    began_s = time.monotonic()
    try:
        ready.read_layer(path)
    except LayerReadError as error:
        load_words("ar").error(error)
    assert time.monotonic() - began_s < 10
    assert ready.read_layer(room / "first.geojson").table.row_count == 1


@pytest.mark.skipif(os.name != "posix", reason="pipes in folders")
def test_what_is_no_file_is_not_opened(ready, tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    assert refusal(ready, tmp_path / "pipe.csv") == "layer.not-a-file"
    assert refusal(ready, Path("/dev/zero")) == "layer.not-a-file"


# --- names that deceive --------------------------------------------------------------------------


def test_names_that_hide_something_are_said(ready, room, tmp_path):
    path = tmp_path / "plan\u202egnp.geojson"
    feature = {
        "type": "Feature",
        "properties": {"a\u202eb": "x\u202ey", "titre": "T. 1/C"},
        "geometry": {"type": "Point", "coordinates": [-7.6, 33.5]},
    }
    path.write_text(json.dumps(feature))
    result = ready.read_layer(path)
    (found,) = (problem for problem in result.problems if problem.code == "names.hidden")
    assert (found.count, found.where) == (3, "plan‹202E›gnp")
    assert "a\u202eb" in result.table.names
    for language in ("fr", "ar", "en"):
        told = " ".join(load_words(language).problem(found))
        assert "\u202e" not in told
    plain = room / "first.geojson"
    assert "names.hidden" not in {problem.code for problem in ready.read_layer(plain).problems}


def test_a_name_never_turns_the_sentence_around_it():
    error = LayerReadError("layer.unreadable", path="a\u202egnp\x1b[2J\udce9.shp", detail="")
    for language in ("fr", "ar", "en"):
        told = load_words(language).error(error)[0]
        assert "‹202E›" in told
        assert not set(told) & {"\u202e", "\x1b", "\udce9"}
    assert legible("a" * 99).endswith("…")


@pytest.mark.skipif(sys.platform != "linux", reason="names of bytes")
def test_a_name_that_is_no_text_is_read(ready, tmp_path):
    name = os.fsencode(tmp_path) + b"/caf\xe9.geojson"
    Path(os.fsdecode(name)).write_text('{"type":"Point","coordinates":[-7.6,33.5]}')
    result = ready.read_layer(Path(os.fsdecode(name)))
    assert (result.table.row_count, result.name) == (1, "café")
    with io.StringIO() as out:
        json.dump(ready.describe(Path(os.fsdecode(name))).layers[0].name, out)


def test_names_of_layers_and_fields_inject_nothing(ready, tmp_path):
    import pyogrio
    import shapely
    from geopandas import GeoDataFrame

    for number, name in enumerate(
        ('a"; DROP TABLE x; --', "a' OR '1'='1", "a]b", "ب ت", "a.b", "")
    ):
        path = tmp_path / f"{number}.gpkg"
        frame = GeoDataFrame(
            {name or "x": [1, 2]}, geometry=shapely.points([[1, 2], [3, 4]]), crs=4326
        )
        pyogrio.write_dataframe(frame, path, layer=name or "y", driver="GPKG")
        (info,) = ready.describe(path).layers
        result = ready.read_layer(path, info.name)
        assert result.table.row_count == 2
        assert (name or "x") in result.table.names
        assert INLINE.read_layer(path, info.name).table.names == result.table.names

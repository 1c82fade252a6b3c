"""Files that name other files, addresses and programs: none is reached (RELIABILITY 27 to 30)."""

from __future__ import annotations

import json
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from emadina_gis.errors import EmadinaError
from tests.unit.io.hostile import canary, reader, ready, room, texts, tmp_path, tried_as_raster

__all__ = ["canary", "reader", "ready", "room", "tmp_path"]


def _following(url, secret):
    """Yield files that name an address or another file, in every way that GDAL knows."""
    for number, target in enumerate((f"/vsicurl/{url}/a.geojson", f"{url}/b.geojson", secret)):
        yield (
            f"ogr{number}.vrt",
            (
                f"<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>{target}</SrcDataSource>"
                "</OGRVRTLayer></OGRVRTDataSource>"
            ),
        )
        yield (
            f"grid{number}.vrt",
            (
                "<VRTDataset rasterXSize='9' rasterYSize='9'>"
                "<VRTRasterBand dataType='Byte' band='1'>"
                f"<SimpleSource><SourceFilename>{target}</SourceFilename></SimpleSource>"
                "</VRTRasterBand></VRTDataset>"
            ),
        )
        yield (
            f"renamed{number}.geojson",
            (
                f"<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>{target}</SrcDataSource>"
                "</OGRVRTLayer></OGRVRTDataSource>"
            ),
        )
        yield (
            f"pipe{number}.gdalg.json",
            json.dumps(
                {
                    "type": "gdal_streamed_alg",
                    "command_line": f"gdal vector pipeline ! read {target}",
                }
            ),
        )
    for kind in ("WMS", "WMTS", "TMS", "TiledWMS", "WCS"):
        yield (
            f"{kind}.xml",
            (
                f"<GDAL_{kind}><Service name='{kind}'><ServerUrl>{url}/t?</ServerUrl></Service>"
                "</GDAL_WMS>"
            ),
        )
        yield f"{kind}.tif", f"<GDAL_{kind}><Service name='{kind}'><ServerUrl>{url}/t?</ServerUrl>"
    yield "wfs.xml", f"<OGRWFSDataSource><URL>{url}/wfs</URL></OGRWFSDataSource>"
    yield (
        "link.kml",
        (
            "<kml xmlns='http://www.opengis.net/kml/2.2'><Document><NetworkLink><Link>"
            f"<href>{url}/c.kml</href></Link></NetworkLink><Placemark><styleUrl>{url}/s.kml#a"
            "</styleUrl><Point><coordinates>-7,33</coordinates></Point></Placemark></Document></kml>"
        ),
    )
    yield (
        "schema.gml",
        (
            "<c xmlns:gml='http://www.opengis.net/gml' xmlns:xlink='http://www.w3.org/1999/xlink' "
            "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
            f"xsi:schemaLocation='urn:a {url}/a.xsd'><gml:featureMember><p><gml:Point "
            f"xlink:href='{url}/p#1'/></p></gml:featureMember></c>"
        ),
    )
    yield (
        "crs.geojson",
        json.dumps(
            {
                "type": "FeatureCollection",
                "crs": {"type": "link", "properties": {"href": f"{url}/crs", "type": "esriwkt"}},
                "features": [],
            }
        ),
    )
    yield "link.csv", f"X,Y,url\n1,2,{url}/a\n"
    yield "table.tab", f'!table\n!version 300\nDefinition Table\n File "{secret}"\n Type NATIVE\n'


def test_a_file_that_names_an_address_or_another_file_reaches_neither(
    ready, room, tmp_path, canary
):
    url, hits = canary
    secret = room.parent / "secret.csv"
    secret.write_text("X,Y,t\n1,2,verysecret\n")
    for target in (f"CSV:{secret}", "CSV:/etc/passwd"):
        for name, text in _following(url, target):
            path = tmp_path / name
            path.write_text(text)
            found = texts(ready, path)
            assert "verysecret" not in found, name
            assert "root:" not in found, name
            tried_as_raster(ready, path)
            packed = tmp_path / f"{name}.zip"
            with zipfile.ZipFile(packed, "w") as archive:
                archive.writestr(name, text)
            assert "verysecret" not in texts(ready, packed), name
    assert hits == []


def test_a_path_that_is_no_path_reaches_nothing(ready, canary):
    url, hits = canary
    for name in (
        f"{url}/a.geojson",
        f"/vsicurl/{url}/a.geojson",
        f"/vsizip//vsicurl/{url}/a.zip",
        f"WFS:{url}",
        "PG:host=127.0.0.1",
        '{"type":"Point","coordinates":[1,2]}',
        "<OGRVRTDataSource></OGRVRTDataSource>",
        "a\0b.shp",
        "x" * 5000,
    ):
        for read in (ready.describe, ready.read_layer, ready.examine_raster):
            with pytest.raises(EmadinaError):
                read(Path(name))
    assert hits == []


def test_a_database_runs_nothing(ready, tmp_path):
    """A view that loads an extension or writes a file when it is read."""
    import sqlite3

    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("CREATE TABLE lots (id INTEGER, name TEXT)")
        base.execute("INSERT INTO lots VALUES (1, 'a')")
        base.execute("CREATE VIEW evil AS SELECT load_extension('/tmp/x.so') AS a, 1 AS b")
        base.execute(f"CREATE VIEW out AS SELECT writefile('{tmp_path}/out.txt', 'x') AS a")
    base.close()
    texts(ready, path)
    assert not (tmp_path / "out.txt").exists()

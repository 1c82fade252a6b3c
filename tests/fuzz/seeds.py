"""Valid small files in many formats, to be damaged."""

from __future__ import annotations

import json
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather
import shapely
from pyogrio.raw import write as write_raw

from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84
from emadina_gis.domain.table import FeatureTable
from emadina_gis.io.write import write_layer

_ROWS = 12
_NAMES = ["Aïn Chock", "الدار البيضاء", "Médiouna", "", "N° 5", "T.3875/C"]
_GEO_METADATA = {
    "version": "1.0.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
}
_OSM = """<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6">
 <node id="1" version="1" lat="33.55" lon="-7.6"><tag k="name" v="Aïn"/></node>
 <node id="2" version="1" lat="33.56" lon="-7.6"/>
 <node id="3" version="1" lat="33.56" lon="-7.59"/>
 <way id="4" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="path"/></way>
</osm>
"""
_GPX = """<?xml version="1.0"?>
<gpx version="1.1" creator="s" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="33.5" lon="-7.6"><ele>12</ele><name>Borne 1</name></wpt>
<trk><name>t</name>
<trkseg><trkpt lat="33.5" lon="-7.6"/><trkpt lat="33.6" lon="-7.5"/></trkseg></trk>
</gpx>
"""
_TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [0.001, 0.001], "translate": [-7.6, 33.5]},
    "arcs": [[[0, 0], [10, 0], [0, 10], [-10, -10]]],
    "objects": {
        "lots": {
            "type": "GeometryCollection",
            "geometries": [{"type": "Polygon", "arcs": [[0]], "properties": {"nom": "Aïn"}}],
        }
    },
}


def parcels() -> FeatureTable:
    """Return a few squares of Casablanca with texts, numbers and missing values."""
    x = 296_000 + 30.0 * np.arange(_ROWS)
    shapes = shapely.box(x, 330_000, x + 20, 330_020)
    rows = np.arange(_ROWS)
    columns = {
        "nom": [_NAMES[row % len(_NAMES)] for row in rows],
        "surface": [None if row == 3 else 400.5 + row for row in rows],
        "etages": [int(row) for row in rows],
    }
    return FeatureTable.from_columns(columns, shapes, crs=MERCHICH_NORTH)


def make_seeds(folder: Path) -> dict[str, Path]:
    """Write a file of each format and return them by format."""
    table = parcels()
    made: dict[str, Path] = {}
    for name in ("gpkg", "geojson", "fgb", "parquet", "kml", "dxf", "csv", "xlsx", "shp"):
        path = folder / f"lots.{name}"
        write_layer(table, path)
        made[name] = path
    made["zip"] = _zipped(folder, "lots.zip", ["shp", "shx", "dbf", "prj", "cpg"])
    made["kmz"] = _kmz(folder)
    shapes = shapely.to_wkb(shapely.box(np.arange(5), 0, np.arange(5) + 0.5, 1))
    for name, driver in (("geojsonl", "GeoJSONSeq"), ("gml", "GML"), ("mif", "MapInfo File")):
        made[name] = _by_gdal(folder / f"carte.{name}", driver, shapes)
    made["tab"] = _by_gdal(folder / "titres.tab", "MapInfo File", shapes)
    made["gpx"] = _text(folder / "piste.gpx", _GPX)
    made["osm"] = _text(folder / "rue.osm", _OSM)
    made["topojson"] = _text(folder / "lots.topojson", json.dumps(_TOPOLOGY))
    made["feather"] = _feather(folder / "lots.feather")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made.update(_rasters(folder))
    return made


def _text(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def _zipped(folder: Path, name: str, suffixes: list[str]) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for suffix in suffixes:
            archive.write(folder / f"lots.{suffix}", f"envoi/lots.{suffix}")
    return path


def _kmz(folder: Path) -> Path:
    path = folder / "lots.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(folder / "lots.kml", "doc.kml")
    return path


def _by_gdal(path: Path, driver: str, shapes: np.ndarray) -> Path:
    texts = np.array(["Aïn", "b", "", "d", "é"], object)
    write_raw(
        path,
        shapes,
        [texts, np.arange(5.0)],
        ["nom", "surface"],
        driver=driver,
        geometry_type="Polygon",
        crs=WGS84.definition,
    )
    return path


def _feather(path: Path) -> Path:
    shapes = shapely.to_wkb(shapely.points(np.arange(5.0), 33.0))
    table = pa.table({"nom": ["a", "é", None, "ب", ""], "geometry": shapes.tolist()})
    table = table.replace_schema_metadata({"geo": json.dumps(_GEO_METADATA)})
    pyarrow.feather.write_feather(table, path, compression="uncompressed")
    return path


def _rasters(folder: Path) -> dict[str, Path]:
    import rasterio
    from rasterio.transform import from_origin

    values = np.arange(400, dtype=np.uint8).reshape(20, 20)
    place = {"transform": from_origin(296_000, 330_000, 5, 5), "crs": "EPSG:26191"}
    shape = {"width": 20, "height": 20, "count": 1, "dtype": "uint8"}
    with rasterio.open(folder / "relief.tif", "w", driver="GTiff", **shape, **place) as tif:
        tif.write(values, 1)
    with rasterio.open(folder / "plan.png", "w", driver="PNG", **shape) as png:
        png.write(values, 1)
    (folder / "plan.pgw").write_text("5\n0\n0\n-5\n296000\n330000\n")
    rows = "\n".join(" ".join(str(value) for value in row) for row in values)
    head = (
        "ncols 20\nnrows 20\nxllcorner 296000\nyllcorner 330000\ncellsize 5\nNODATA_value -9999\n"
    )
    asc = _text(folder / "relief.asc", head + rows)
    return {"tif": folder / "relief.tif", "png": folder / "plan.png", "asc": asc}

"""Virtual rasters: nothing opens without consent, nothing elsewhere than beside them, ever."""

from __future__ import annotations

import numpy as np
import pytest

from emadina_gis.errors import LayerReadError
from emadina_gis.io.raster import RasterReading, RasterSource, describe_raster
from tests.unit.io.test_raster_kinds import PLACE, write

HEAD = "<GeoTransform>290000, 10, 0, 335000, 0, -10</GeoTransform><SRS>EPSG:26191</SRS>"
SOURCE = (
    "<SimpleSource><SourceFilename relativeToVRT='1'>{name}</SourceFilename>"
    "<SourceBand>1</SourceBand>{rectangles}</SimpleSource>"
)

BAND = "<VRTDataset rasterXSize='9' rasterYSize='9'><VRTRasterBand band='1'"
END = "</VRTRasterBand></VRTDataset>"


def vrt(path, sources, size=(60, 20), band="dataType='Byte' band='1'", extra=""):
    path.write_text(
        f"<VRTDataset rasterXSize='{size[0]}' rasterYSize='{size[1]}'>{HEAD}{extra}"
        f"<VRTRasterBand {band}>{sources}</VRTRasterBand></VRTDataset>",
        encoding="utf-8",
    )
    return path


def placed(name, x, width=30, height=20):
    rectangle = f"<DstRect xOff='{x}' yOff='0' xSize='{width}' ySize='{height}'/>"
    return SOURCE.format(name=name, rectangles=rectangle)


@pytest.fixture
def sheets(tmp_path):
    west = np.tile(np.arange(30, dtype=np.uint8), (20, 1))
    write(tmp_path / "west.tif", west)
    write(tmp_path / "est.tif", west + 100, transform=PLACE.translation(300, 0))
    return tmp_path


def test_nothing_opens_before_the_person_agrees_and_the_sources_are_named(sheets):
    path = vrt(sheets / "a.vrt", placed("west.tif", 0) + placed("est.tif", 30))
    with pytest.raises(LayerReadError) as caught:
        describe_raster(path)
    assert caught.value.code == "raster.vrt-consent"
    assert caught.value.params["count"] == 2
    assert "est.tif" in caught.value.params["names"]


def test_sheets_side_by_side_are_one_raster_once_agreed(sheets):
    path = vrt(sheets / "a.vrt", placed("west.tif", 0) + placed("est.tif", 30))
    source = RasterSource(path, None, RasterReading(follow_sources=True))
    assert source.description.sources == ("west.tif", "est.tif")
    assert source.crs.id == "EPSG:26191"
    whole = source.read_window(source.extent, 60, 20)
    assert whole.valid.all()
    assert whole.values[3].tolist() == [*range(30), *range(100, 130)]
    assert source.value_at(290_455, 334_995) == 115
    assert source.stats().maximum == 129
    assert source.read_window(source.extent, 6, 2).values.shape == (2, 6)


def test_factors_offsets_and_missing_values_of_a_source_are_obeyed(sheets):
    complex_source = (
        "<ComplexSource><SourceFilename relativeToVRT='1'>west.tif</SourceFilename>"
        "<SourceBand>1</SourceBand><ScaleRatio>0.5</ScaleRatio><ScaleOffset>-10</ScaleOffset>"
        "<NODATA>7</NODATA></ComplexSource>"
    )
    path = vrt(sheets / "a.vrt", complex_source, size=(30, 20), band="dataType='Float32' band='1'")
    source = RasterSource(path, None, RasterReading(follow_sources=True))
    window = source.read_window(source.extent, 30, 20)
    assert window.values[0, 4] == -8
    assert not window.valid[0, 7]
    assert window.valid[0, 8]


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../secret.tif",
        "sub/../../secret.tif",
        "/vsicurl/http://example.org/a.tif",
        "/vsizip/a.zip/a.tif",
        "http://example.org/a.tif",
        "HDF5:a.h5://x",
        "GTIFF_DIR:1:a.tif",
        "&lt;VRTDataset&gt;",
        "other.vrt",
        "",
        "C:\\Windows\\win.ini",
    ],
)
def test_sources_elsewhere_are_refused_by_name_even_with_consent(sheets, name):
    path = vrt(sheets / "a.vrt", placed(name, 0))
    for agreed in (False, True):
        with pytest.raises(LayerReadError) as caught:
            describe_raster(path, follow_sources=agreed)
        assert caught.value.code in {"raster.vrt-foreign", "raster.vrt-source-missing"}
    assert not name.startswith(("/", "h", "H", "..")) or caught.value.code == "raster.vrt-foreign"


def test_a_link_out_of_the_folder_is_refused(sheets, tmp_path_factory):
    outside = tmp_path_factory.mktemp("ailleurs") / "b.tif"
    outside.write_bytes((sheets / "west.tif").read_bytes())
    (sheets / "lien.tif").symlink_to(outside)
    with pytest.raises(LayerReadError, match=r"raster.vrt-foreign"):
        describe_raster(vrt(sheets / "a.vrt", placed("lien.tif", 0)), follow_sources=True)


def test_a_missing_sheet_is_named(sheets):
    path = vrt(sheets / "a.vrt", placed("west.tif", 0) + placed("nord.tif", 30))
    with pytest.raises(LayerReadError) as caught:
        describe_raster(path, follow_sources=True)
    assert caught.value.code == "raster.vrt-source-missing"
    assert caught.value.params["source"] == "nord.tif"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<VRTDataset rasterXSize='9' rasterYSize='9' subClass='VRTWarpedDataset'/>", "kind"),
        (f"{BAND} dataType='Byte' subClass='VRTDerivedRasterBand'/></VRTDataset>", "kind"),
        (f"{BAND}><PixelFunctionCode>import os</PixelFunctionCode>{END}", "kind"),
        (f"{BAND}><KernelFilteredSource/>{END}", "kind"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><VRTDataset rasterXSize='9'/>", "damaged"),
        ("<VRTDataset rasterXSize='9' rasterYSize='9'>", "damaged"),
        ("<VRTDataset rasterXSize='-9' rasterYSize='9'><VRTRasterBand/></VRTDataset>", "damaged"),
        ("<VRTDataset rasterXSize='x' rasterYSize='9'><VRTRasterBand/></VRTDataset>", "damaged"),
        ("<VRTDataset rasterXSize='9' rasterYSize='9'></VRTDataset>", "damaged"),
    ],
)
def test_what_computes_or_is_badly_written_is_refused(tmp_path, text, code):
    path = tmp_path / "a.vrt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LayerReadError) as caught:
        describe_raster(path, follow_sources=True)
    assert caught.value.code == f"raster.vrt-{code}"


def test_two_million_pixels_a_side_cost_nothing(sheets):
    huge = "<DstRect xOff='0' yOff='0' xSize='2000000' ySize='2000000'/>"
    source = SOURCE.format(name="west.tif", rectangles=huge)
    path = vrt(sheets / "a.vrt", source, size=(2_000_000, 2_000_000))
    source = RasterSource(path, None, RasterReading(follow_sources=True))
    window = source.read_window(source.extent, 60, 40)
    assert window.valid.all()
    assert source.stats().maximum == 29

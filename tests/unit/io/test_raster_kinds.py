"""Rasters as people send them: world files, colours, palettes, odd bands, damage, zips, photos."""

from __future__ import annotations

import struct
import warnings
import zipfile

import numpy as np
import pytest
from affine import Affine

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.placement import PlacementMethod
from emadina_gis.domain.title import Title
from emadina_gis.errors import LayerReadError
from emadina_gis.io.raster import RasterReading, RasterSource, describe_raster
from emadina_gis.render.raster_tiles import colored
from emadina_gis.workflows.rasters import (
    DrawnRaster,
    RasterTexts,
    own_placement,
    raster_choices,
    raster_layer,
    style_of_bands,
)

X0, Y0 = 290_000.0, 335_000.0
PLACE = Affine(10, 0, X0, 0, -10, Y0)


def write(path, values, *, transform=PLACE, crs="EPSG:26191", colors=None, **profile):
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning

    bands = values if values.ndim == 3 else values[None]
    count, height, width = bands.shape
    kept = {"driver": "GTiff", "crs": crs, "transform": transform, **profile}
    kept = {key: value for key, value in kept.items() if value is not None}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(
            path, "w", count=count, height=height, width=width, dtype=bands.dtype, **kept
        ) as out:
            out.write(bands)
            if colors:
                out.write_colormap(1, colors)
    return path


def layer_of(path, **options):
    return raster_layer(path, RasterTexts(Title.plain(path.stem)), **options)


def picture(layer, width=30, height=20):
    values, _extent = DrawnRaster(layer).read(layer.extent, width, height)
    return colored(values, layer.style)


@pytest.fixture
def ramp():
    return np.tile(np.arange(30, dtype=np.uint8) * 8, (20, 1))


def photograph(ramp):
    return np.stack([ramp, ramp[::-1], 255 - ramp])


# --- places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "world", "driver"),
    [
        ("plan.jpg", "plan.jgw", "JPEG"),
        ("plan.jpg", "plan.jpgw", "JPEG"),
        ("plan.jpg", "plan.wld", "JPEG"),
        ("plan.jpg", "plan.JGW", "JPEG"),
        ("PLAN.JPG", "PLAN.JGW", "JPEG"),
        ("PLAN.JPG", "PLAN.jgw", "JPEG"),
        ("plan.jpeg", "plan.jgw", "JPEG"),
        ("plan.png", "plan.pgw", "PNG"),
        ("plan.png", "plan.pngw", "PNG"),
        ("plan.PNG", "plan.PGW", "PNG"),
        ("plan.tif", "plan.tfw", "GTiff"),
        ("plan.tif", "plan.tifw", "GTiff"),
    ],
)
def test_a_world_file_in_any_spelling_places_the_picture(tmp_path, ramp, name, world, driver):
    path = write(tmp_path / name, photograph(ramp), transform=None, crs=None, driver=driver)
    for left in tmp_path.glob("*.xml"):
        left.unlink()
    assert describe_raster(path).extent is None
    lines = ["0.5", "0", "0", "-0.5", "296000.25", "330999.75"]
    (tmp_path / world).write_text("\n".join(lines), encoding="ascii")
    found = describe_raster(path)
    assert found.extent == Extent(296_000, 330_990, 296_015, 331_000)
    assert [problem.code for problem in found.problems] == ["crs.missing"]
    assert found.crs.candidates[0].crs.id == "EPSG:26191"


def test_a_world_file_with_a_decimal_comma_does_not_place_it_wrongly(tmp_path, ramp):
    path = write(tmp_path / "a.png", ramp, transform=None, crs=None, driver="PNG")
    (tmp_path / "a.pgw").write_text("0,5\n0\n0\n-0,5\n296000,25\n330999,75\n", encoding="ascii")
    extent = describe_raster(path).extent
    assert extent is None or extent == Extent(296_000, 330_990, 296_015, 331_000)


def test_a_picture_without_a_place_is_drawn_by_columns_and_rows(tmp_path, ramp):
    path = write(tmp_path / "a.png", photograph(ramp), transform=None, crs=None, driver="PNG")
    layer = layer_of(path)
    assert layer.extent is None
    assert [problem.code for problem in layer.problems] == ["raster.no-georeference"]
    drawn = DrawnRaster(layer).read(Extent(0, -20, 30, 0), 30, 20)[0]
    assert np.array_equal(drawn[..., 0].astype(np.uint8), ramp)
    assert np.array_equal(drawn[..., 1].astype(np.uint8), ramp[::-1])


def test_points_in_the_file_place_the_picture(tmp_path, ramp):
    import rasterio
    from rasterio.control import GroundControlPoint

    path = tmp_path / "a.tif"
    corners = [(0, 0), (0, 30), (20, 0), (20, 30)]
    points = [GroundControlPoint(row, col, X0 + 10 * col, Y0 - 10 * row, 0) for row, col in corners]
    with rasterio.open(
        path, "w", driver="GTiff", width=30, height=20, count=1, dtype="uint8", gcps=points,
        crs="EPSG:26191",
    ) as out:  # fmt: skip
        out.write(ramp, 1)
    found = describe_raster(path)
    assert len(found.control_points) == 4
    placement = own_placement(found)
    assert placement is not None
    assert placement.method is PlacementMethod.AFFINE
    layer = layer_of(path)
    assert layer.crs.id == "EPSG:26191"
    assert layer.extent.as_tuple == pytest.approx((X0, Y0 - 200, X0 + 300, Y0))
    assert np.array_equal(picture(layer)[..., 0], ramp)


def test_a_photograph_says_where_it_was_taken(tmp_path, ramp):
    path = write(tmp_path / "a.jpg", photograph(ramp), transform=None, crs=None, driver="JPEG")
    path.write_bytes(with_gps(path.read_bytes(), (33, 35, 12), (7, 36, 30)))
    found = describe_raster(path)
    assert found.photo_at == pytest.approx((33.586667, -7.608333), abs=1e-6)
    codes = [problem.code for problem in found.problems]
    assert "raster.photo" in codes
    assert "raster.no-georeference" in codes


def with_gps(jpeg, latitude, longitude):
    """Return a JPEG with the smallest Exif that tells a place (north, west)."""

    def entry(tag, kind, count, value):
        return struct.pack("<HHI", tag, kind, count) + value

    def degrees(parts):
        return b"".join(struct.pack("<II", part, 1) for part in parts)

    gps_at, data_at = 8 + 2 + 12 + 4, 8 + 2 + 12 + 4 + 2 + 4 * 12 + 4
    first = struct.pack("<H", 1) + entry(0x8825, 4, 1, struct.pack("<I", gps_at)) + b"\0\0\0\0"
    gps = struct.pack("<H", 4)
    gps += entry(1, 2, 2, b"N\0\0\0") + entry(2, 5, 3, struct.pack("<I", data_at))
    gps += entry(3, 2, 2, b"W\0\0\0") + entry(4, 5, 3, struct.pack("<I", data_at + 24))
    tiff = b"II*\0" + struct.pack("<I", 8) + first + gps + b"\0\0\0\0"
    body = b"Exif\0\0" + tiff + degrees(latitude) + degrees(longitude)
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


# --- colours --------------------------------------------------------------------------------------


def test_three_bands_are_colours_and_a_pixel_is_empty_where_all_are(tmp_path, ramp):
    bands = photograph(ramp)
    bands[:, 0, 0] = 0
    layer = layer_of(write(tmp_path / "a.tif", bands, nodata=0))
    drawn = picture(layer)
    assert layer.style.color_bands == (1, 2, 3)
    assert np.array_equal(drawn[..., 2], bands[2])
    assert drawn[0, 0, 3] == 0
    assert drawn[5, 0, 3] == 255  # red is 0 there, but not all three are


def test_alpha_is_transparent_also_where_wide_bands_hold_bytes(tmp_path, ramp):
    for dtype, opaque in (("uint8", 255), ("uint16", 255), ("uint16", 65535)):
        bands = np.stack([*photograph(ramp), np.full_like(ramp, 1)]).astype(dtype)
        bands[3] *= np.asarray(opaque, dtype=dtype)
        bands[3, :, :10] = 0
        layer = layer_of(write(tmp_path / "a.tif", bands, photometric="RGB", alpha="YES"))
        drawn = picture(layer)
        assert (drawn[:, :10, 3] == 0).all()
        assert (drawn[:, 10:, 3] == 255).all()


def test_a_palette_is_the_legend_and_black_is_kept(tmp_path):
    values = np.array([[0, 1], [2, 5]], dtype=np.uint8)
    colors = {0: (0, 0, 0, 255), 1: (255, 0, 0, 255), 2: (0, 128, 0, 255), 5: (9, 9, 9, 255)}
    layer = layer_of(write(tmp_path / "a.tif", values, colors=colors))
    assert dict(layer.style.stops) == {0: "#000000", 1: "#ff0000", 2: "#008000", 5: "#090909"}
    assert not layer.style.interpolate
    assert picture(layer, 2, 2)[..., 0].tolist() == [[0, 255], [0, 9]]


def test_grey_scans_are_grey_also_with_one_bit(tmp_path, ramp):
    grey = layer_of(write(tmp_path / "grey.tif", ramp))
    assert np.array_equal(picture(grey)[..., 1], ramp)
    bits = (ramp > 100).astype(np.uint8)
    scan = layer_of(write(tmp_path / "scan.tif", bits, nbits=1, compress="CCITTFAX4"))
    assert set(np.unique(picture(scan)[..., 0]).tolist()) == {0, 255}


def test_bands_of_a_wide_picture_are_chosen_and_stretched(tmp_path, ramp):
    wide = np.stack([ramp.astype(np.uint16) * (band + 1) * 10 for band in range(5)])
    layer = layer_of(write(tmp_path / "a.tif", wide))
    assert layer.style.color_ranges[0][1] > 2000
    assert picture(layer)[..., 0].max() == 255
    assert raster_choices(layer).band_count == 5
    infrared = style_of_bands(layer, (4, 3, 2))
    assert infrared.color_bands == (4, 3, 2)
    alone = style_of_bands(layer, (5,))
    assert (alone.band, alone.color_bands) == (5, ())
    assert alone.stops[-1][0] == pytest.approx(np.percentile(wide[4], 98), rel=0.02)
    with pytest.raises(LayerReadError, match=r"raster.no-band"):
        RasterSource(tmp_path / "a.tif").read_window(layer.extent, 3, 3, band=9)


def test_thin_lines_stay_legible_from_afar(tmp_path):
    values = np.full((3, 400, 400), 255, dtype=np.uint8)
    values[:, :, 201] = 0
    layer = layer_of(write(tmp_path / "a.tif", values))
    drawn = picture(layer, 40, 40)
    assert drawn[20, :, 0].min() < 240


# --- values ---------------------------------------------------------------------------------------


def test_an_undeclared_value_is_suspected_and_hidden_only_when_declared(tmp_path, ramp):
    values = ramp.astype(np.float32)
    values[:4, :4] = -9999
    layer = layer_of(write(tmp_path / "a.tif", values))
    assert [p.code for p in layer.problems] == ["raster.nodata-suspect"]
    assert layer.style.stops[0][0] >= 0
    assert picture(layer)[0, 0, 3] == 255
    reading = RasterReading(nodata=-9999.0)
    source = RasterSource(tmp_path / "a.tif", None, reading)
    assert not source.read_window(layer.extent, 30, 20).valid[0, 0]
    assert source.value_at(X0 + 5, Y0 - 5) is None
    assert source.stats().minimum == 0


def test_heights_in_bytes_or_in_the_middle_are_no_suspects(tmp_path, ramp):
    assert RasterSource(write(tmp_path / "a.tif", ramp)).suspect_nodata() is None
    values = np.linspace(-20000, 20000, 600, dtype=np.float32).reshape(20, 30)
    values[3] = -9999
    assert RasterSource(write(tmp_path / "b.tif", values)).suspect_nodata() is None


# --- damage, size, archives -----------------------------------------------------------------------


def test_damaged_blocks_stay_empty_are_counted_and_the_rest_is_drawn(tmp_path):
    rng = np.random.default_rng(1)
    values = rng.integers(0, 255, (512, 512), dtype=np.uint8)
    path = write(
        tmp_path / "a.tif", values, tiled=True, blockxsize=64, blockysize=64, compress="deflate"
    )
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 3000] = b"\xaa" * 3000
    path.write_bytes(content)
    layer = layer_of(path)
    damage = next(problem for problem in layer.problems if problem.code == "raster.damaged")
    assert damage.count > 0
    values_drawn, _extent = DrawnRaster(layer).read(layer.extent, 512, 512)
    assert 0.5 < np.isfinite(values_drawn).mean() < 1.0


def test_a_header_that_lies_is_refused_at_once(tmp_path):
    path = tmp_path / "a.asc"
    path.write_text(
        "ncols 2000000\nnrows 2000000\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2 3\n",
        encoding="ascii",
    )
    with pytest.raises(LayerReadError) as caught:
        describe_raster(path)
    assert caught.value.code == "raster.lying-header"


def test_an_ascii_grid_cut_short_keeps_what_is_there(tmp_path):
    path = tmp_path / "a.asc"
    rows = "\n".join(" ".join(str(row * 10 + col) for col in range(10)) for row in range(6))
    head = "ncols 10\nnrows 10\nxllcorner 290000\nyllcorner 330000\ncellsize 5\n"
    path.write_text(head + rows, encoding="ascii")
    layer = layer_of(path, style=None)
    assert any(problem.code == "raster.damaged" for problem in layer.problems)
    values, _extent = DrawnRaster(layer).read(layer.extent, 10, 10)
    assert values[1, 3] == 13
    assert np.isnan(values[9]).all()


def test_a_huge_sparse_picture_is_sampled(tmp_path):
    import rasterio

    path = tmp_path / "a.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=60_000, height=60_000, count=1, dtype="uint8",
        sparse_ok=True, tiled=True, blockxsize=512, blockysize=512, crs="EPSG:26191",
        transform=Affine(0.1, 0, X0, 0, -0.1, Y0),
    ) as out:  # fmt: skip
        out.write(np.full((1, 512, 512), 9, np.uint8), window=((0, 512), (0, 512)))
    layer = layer_of(path)
    assert [problem.code for problem in layer.problems] == ["raster.no-overviews"]
    values, _extent = DrawnRaster(layer).read(layer.extent, 100, 100)
    assert np.isfinite(values).all()
    near = DrawnRaster(layer).read(Extent(X0, Y0 - 10, X0 + 10, Y0), 100, 100)[0]
    assert (near == 9).all()


def test_the_only_raster_of_a_zip_is_opened_and_several_are_told(tmp_path, ramp):
    path = write(tmp_path / "a.tif", ramp)
    packed = tmp_path / "a.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, "livraison/a.tif")
        archive.writestr("lisez-moi.txt", "plan")
    assert describe_raster(packed).width_px == 30
    with zipfile.ZipFile(packed, "a") as archive:
        archive.write(path, "b.tif")
    with pytest.raises(LayerReadError) as caught:
        describe_raster(packed)
    assert caught.value.code == "archive.several-rasters"
    assert caught.value.params["count"] == 2


def test_a_pdf_says_how_to_bring_the_plan(tmp_path):
    path = tmp_path / "plan.pdf"
    path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    with pytest.raises(LayerReadError) as caught:
        describe_raster(path)
    assert caught.value.code == "raster.pdf"


def test_no_file_is_a_raster_by_its_name_alone(tmp_path):
    path = tmp_path / "a.tif"
    path.write_bytes(b"not a picture at all" * 20)
    with pytest.raises(LayerReadError, match=r"raster.unreadable"):
        describe_raster(path)

"""Rasters: windows at the size asked for, nodata, south-up and rotated grids, huge files."""

from __future__ import annotations

import math
import threading

import numpy as np
import pytest
from affine import Affine

from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN
from emadina_gis.domain.extent import Extent
from emadina_gis.errors import LayerReadError
from emadina_gis.io.raster import RasterSource, describe_raster

ORIGIN = (290_000.0, 335_000.0)


def _write(path, values, *, transform=None, crs="EPSG:26191", **profile):
    import rasterio

    bands = values if values.ndim == 3 else values[None]
    transform = transform or Affine(10, 0, ORIGIN[0], 0, -10, ORIGIN[1])
    profile = {"driver": "GTiff", "crs": crs, "transform": transform, **profile}
    count, height, width = bands.shape
    with rasterio.open(
        path, "w", count=count, height=height, width=width, dtype=bands.dtype, **profile
    ) as out:
        out.write(bands)
    return path


@pytest.fixture
def grid():
    return np.arange(20 * 30, dtype=np.float32).reshape(20, 30)


def _full(grid):
    height, width = grid.shape
    x, y = ORIGIN
    return Extent(x, y - height * 10, x + width * 10, y)


def test_a_whole_window_is_the_grid(tmp_path, grid):
    source = RasterSource(_write(tmp_path / "a.tif", grid))
    assert source.crs == MERCHICH_NORTH
    assert source.extent == _full(grid)
    window = source.read_window(_full(grid), 30, 20)
    assert np.array_equal(window.values, grid)
    assert window.valid.all()


def test_outside_the_grid_there_is_nothing(tmp_path, grid):
    source = RasterSource(_write(tmp_path / "a.tif", grid))
    window = source.read_window(_full(grid).padded(100), 50, 40)
    assert window.valid.sum() == 600
    assert np.array_equal(window.values[10:30, 10:40], grid)
    assert np.isnan(window.values[0]).all()
    far = source.read_window(Extent(0, 0, 10, 10), 5, 5)
    assert not far.valid.any()


def test_a_smaller_window_takes_pixels_of_the_grid(tmp_path, grid):
    source = RasterSource(_write(tmp_path / "a.tif", grid))
    half = source.read_window(_full(grid), 15, 10)
    assert np.isin(half.values, grid).all()
    assert (np.diff(half.values, axis=1) == 2).all()
    large = source.read_window(_full(grid), 60, 40)
    assert np.array_equal(large.values, np.repeat(np.repeat(grid, 2, axis=0), 2, axis=1))


def test_nodata_and_nan_are_no_values(tmp_path, grid):
    grid[3, 4], grid[5, 6] = -9999, np.nan
    source = RasterSource(_write(tmp_path / "a.tif", grid, nodata=-9999))
    window = source.read_window(_full(grid), 30, 20)
    assert not window.valid[3, 4]
    assert not window.valid[5, 6]
    assert window.valid.sum() == 598
    stats = source.stats()
    assert stats.minimum == 0
    assert stats.valid_share == pytest.approx(598 / 600)
    assert source.value_at(ORIGIN[0] + 45, ORIGIN[1] - 35) is None
    assert source.value_at(ORIGIN[0] + 5, ORIGIN[1] - 5) == 0
    assert source.value_at(0, 0) is None


def test_an_undeclared_nodata_is_suspected(tmp_path, grid):
    grid[:3] = -9999
    assert RasterSource(_write(tmp_path / "a.tif", grid)).suspect_nodata() == -9999
    grid[:3] = 5
    assert RasterSource(_write(tmp_path / "b.tif", grid)).suspect_nodata() is None


def test_a_south_up_grid_comes_out_north_up(tmp_path, grid):
    transform = Affine(10, 0, ORIGIN[0], 0, 10, ORIGIN[1] - 200)
    source = RasterSource(_write(tmp_path / "a.tif", grid[::-1].copy(), transform=transform))
    assert source.extent == _full(grid)
    assert np.array_equal(source.read_window(_full(grid), 30, 20).values, grid)


def test_a_rotated_grid_lands_where_it_belongs(tmp_path):
    angle = math.radians(20)
    transform = Affine(
        10 * math.cos(angle), 10 * math.sin(angle), ORIGIN[0],
        10 * math.sin(angle), -10 * math.cos(angle), ORIGIN[1],
    )  # fmt: skip
    grid = np.ones((50, 50), dtype=np.float32)
    path = _write(tmp_path / "a.tif", grid, transform=transform)
    source = RasterSource(path)
    assert source.description.is_rotated
    window = source.read_window(source.extent, 400, 400)
    side_m = 500
    covered = window.valid.mean() * source.extent.width * source.extent.height
    assert covered == pytest.approx(side_m**2, rel=0.01)


def test_colors_and_alpha(tmp_path):
    bands = np.zeros((4, 20, 30), dtype=np.uint8)
    bands[0], bands[3, :, :15] = 200, 255
    path = _write(tmp_path / "a.tif", bands, photometric="RGB", alpha="YES")
    colors = RasterSource(path).read_colors(_full(bands[0]), 30, 20)
    assert colors[0, 0].tolist() == [200, 0, 0, 255]
    assert colors[0, 29, 3] == 0


def test_a_palette_is_read(tmp_path):
    import rasterio

    path = _write(tmp_path / "a.tif", np.ones((2, 2), dtype=np.uint8))
    with rasterio.open(path, "r+") as out:
        out.write_colormap(1, {1: (255, 0, 0, 255), 2: (0, 128, 0, 255)})
    assert dict(describe_raster(path).palette) == {1: "#ff0000", 2: "#008000"}


def test_a_grid_without_crs_is_guessed_and_a_picture_has_no_place(tmp_path, grid):
    found = describe_raster(_write(tmp_path / "a.tif", grid, crs=None))
    assert found.crs.crs == UNKNOWN
    assert found.crs.candidates[0].crs == MERCHICH_NORTH
    import rasterio

    path = tmp_path / "plan.png"
    image = np.zeros((1, 4, 4), np.uint8)
    with (
        pytest.warns(rasterio.errors.NotGeoreferencedWarning),
        rasterio.open(path, "w", driver="PNG", width=4, height=4, count=1, dtype="uint8") as out,
    ):
        out.write(image)
    found = describe_raster(path)
    assert found.extent is None
    assert [problem.code for problem in found.problems][-1] == "raster.no-georeference"


def test_a_file_of_a_million_million_pixels_is_read_by_window(tmp_path):
    import rasterio

    path = tmp_path / "huge.tif"
    side = 1_000_000
    with rasterio.open(
        path, "w", driver="GTiff", width=side, height=side, count=1, dtype="uint8", tiled=True,
        blockxsize=1024, blockysize=1024, compress="deflate", sparse_ok=True, bigtiff="YES",
        crs="EPSG:26191", transform=Affine(1, 0, ORIGIN[0], 0, -1, ORIGIN[1]),
    ) as out:  # fmt: skip
        out.write(np.full((1, 100, 100), 7, np.uint8), window=((0, 100), (0, 100)))
    source = RasterSource(path)
    assert source.description.width_px == side
    window = source.read_window(Extent(*ORIGIN, ORIGIN[0] + 50, ORIGIN[1]).padded(0), 10, 1)
    near = Extent(ORIGIN[0], ORIGIN[1] - 50, ORIGIN[0] + 50, ORIGIN[1])
    window = source.read_window(near, 10, 10)
    assert (window.values == 7).all()
    assert source.read_window(source.extent, 40, 30).values.shape == (30, 40)


def test_one_source_serves_several_threads(tmp_path, grid):
    source = RasterSource(_write(tmp_path / "a.tif", grid))
    results = []

    def read():
        results.extend(source.read_window(_full(grid), 30, 20).values.sum() for _ in range(20))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(results) == {grid.sum()}
    assert len(results) == 80


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "layer.empty-file"), (b"II*\0 not a tiff", "raster.unreadable")]
)
def test_what_is_no_raster_says_why(tmp_path, content, code):
    path = tmp_path / "a.tif"
    path.write_bytes(content)
    with pytest.raises(LayerReadError) as caught:
        describe_raster(path)
    assert caught.value.code == code


def test_a_vrt_is_not_followed(tmp_path, grid):
    _write(tmp_path / "a.tif", grid)
    path = tmp_path / "a.vrt"
    path.write_text(
        "<VRTDataset rasterXSize='30' rasterYSize='20'><VRTRasterBand dataType='Float32' band='1'>"
        "<SimpleSource><SourceFilename>a.tif</SourceFilename></SimpleSource></VRTRasterBand>"
        "</VRTDataset>"
    )
    with pytest.raises(LayerReadError):
        describe_raster(path)


def test_reading_writes_nothing_beside_the_file(tmp_path, grid):
    source = RasterSource(_write(tmp_path / "a.tif", grid))
    source.stats()
    source.read_window(_full(grid), 30, 20)
    assert [path.name for path in tmp_path.iterdir()] == ["a.tif"]

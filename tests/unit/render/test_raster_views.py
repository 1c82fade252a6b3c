"""Rasters in a view: no seams, no shift, every CRS, turned grids, light, lines, classes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, WGS84, Crs, transform_points
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.pixel_grid import PixelBlock, PixelGrid
from emadina_gis.domain.style import Contours, RasterStyle, Relief
from emadina_gis.domain.viewport import Viewport
from emadina_gis.render.raster_mesh import pixel_mesh
from emadina_gis.render.raster_tiles import RasterArray, raster_picture, raster_steps

GREY = RasterStyle(((0.0, "#000000"), (255.0, "#ffffff")))
STEPPED = RasterStyle(GREY.stops, interpolate=False, exact=True)
AREA = Extent(295_000, 328_000, 295_400, 328_400)


class Grid:
    """A raster on any grid."""

    coarsest_level = 0

    def __init__(self, values, grid):
        self._values, self.grid = np.asarray(values, np.float32)[None], grid

    def block(self, window, ctx=None):
        part = self._values[:, window.top : window.bottom, window.left : window.right]
        return PixelBlock(window, part, np.ones(part.shape[1:], bool))


def picture(data, style, view, source=MERCHICH_NORTH, target=MERCHICH_NORTH):
    return raster_picture(data, style, view, source=source, target=target)


def test_the_edge_of_a_pixel_lies_where_its_coordinates_are():
    values = np.zeros((40, 40))
    values[:, 20:] = 255  # the edge is at x = 295 200
    data = RasterArray(values, AREA)
    for shift in (0.0, 0.25, 0.4, -0.3):
        view = Viewport(295_200 + shift, 328_200, 1.0, 101, 61)
        shown = picture(data, STEPPED, view)[30, :, 0]
        edge = view.to_screen(295_200, 328_200)[0]
        assert np.flatnonzero(shown == 255)[0] == math.ceil(edge - 0.5)


def test_a_picture_is_the_same_whole_and_in_parts():
    rng = np.random.default_rng(4)
    data = RasterArray(rng.uniform(0, 255, (200, 200)), AREA)
    whole = picture(data, GREY, Viewport(295_200, 328_200, 1.3, 300, 300))
    half = Viewport(295_200 - 75 * 1.3, 328_200, 1.3, 150, 300)
    assert np.array_equal(whole[:, :150], picture(data, GREY, half))


@pytest.mark.parametrize("code", ["EPSG:4326", "EPSG:32629", "EPSG:3857", "EPSG:26192"])
def test_a_raster_lies_right_in_every_system_of_the_map(code):
    target = Crs(code)
    values = np.zeros((400, 400))
    values[200:202, 100:102] = 255  # centre at x = 295 101, y = 328 199
    data = RasterArray(values, AREA)
    x, y = transform_points(np.array([[295_101.0, 328_199.0]]), MERCHICH_NORTH, target)[0]
    unit = 1 / target.unit_m
    view = Viewport(x + 20 * unit, y - 10 * unit, 0.5 * unit, 400, 400)
    rows, columns = np.nonzero(picture(data, GREY, view, target=target)[..., 0] > 60)
    px, py = view.to_screen(x, y)
    assert columns.mean() + 0.5 == pytest.approx(px, abs=0.4)
    assert rows.mean() + 0.5 == pytest.approx(py, abs=0.4)


def test_the_mesh_misses_less_than_a_fifth_of_a_pixel_over_a_country():
    grid = PixelGrid(3000, 3000, (0.005, 0, -16, 0, -0.005, 38))
    view = Viewport(400_000, 300_000, 1_000, 1600, 1000)
    mesh = pixel_mesh(grid, view, WGS84, MERCHICH_NORTH)
    rng = np.random.default_rng(1)
    at = np.column_stack([rng.integers(0, 1600, 200), rng.integers(0, 1000, 200)])
    xy = np.array([view.to_map(px + 0.5, py + 0.5) for px, py in at])
    exact = grid.to_pixels(transform_points(xy, MERCHICH_NORTH, WGS84))
    columns, rows = mesh.positions(0, 1000)
    found = np.column_stack([columns[at[:, 1], at[:, 0]], rows[at[:, 1], at[:, 0]]])
    assert np.nanmax(np.hypot(*(found - exact).T)) / mesh.step < 0.2


def test_a_turned_grid_is_drawn_turned():
    turn = math.radians(25)
    cos, sin = math.cos(turn), math.sin(turn)
    grid = PixelGrid(100, 60, (cos, sin, 1000.0, sin, -cos, 2000.0))
    values = np.zeros((60, 100))
    values[30, 50] = 255
    place = grid.to_coordinates(np.array([[50.5, 30.5]]))[0]
    view = Viewport(*place, 0.1, 401, 401)
    shown = raster_picture(Grid(values, grid), STEPPED, view, source=UNKNOWN, target=UNKNOWN)
    lit = np.argwhere(shown[..., 0] == 255)
    assert lit.mean(axis=0) == pytest.approx((200, 200), abs=0.6)
    assert len(lit) == pytest.approx(100, rel=0.05)  # 1 m² of 0.1 m pixels


def test_a_raster_without_a_system_is_drawn_on_a_map_without_one():
    data = RasterArray(np.full((4, 4), 255.0), Extent(0, -4, 4, 0))
    view = Viewport(2, -2, 0.1, 40, 40)
    assert raster_picture(data, GREY, view, source=UNKNOWN, target=UNKNOWN)[20, 20, 0] == 255


def test_values_of_classes_are_never_mixed_and_others_are_seen():
    style = RasterStyle(((1.0, "#ff0000"), (3.0, "#0000ff")), interpolate=False, exact=True)
    data = RasterArray(np.array([[1.0, 3.0], [2.0, np.nan]]), AREA)
    shown = picture(data, style, Viewport(295_200, 328_200, 1.0, 400, 400))
    colors = {tuple(color) for color in shown.reshape(-1, 4).tolist()}
    assert colors == {(255, 0, 0, 255), (0, 0, 255, 255), (201, 197, 189, 255), (0, 0, 0, 0)}


def test_light_keeps_the_colour_of_what_lies_level_and_shades_slopes():
    rows = np.mgrid[:80, :80][1]
    heights = np.where(rows < 40, 100.0, 100.0 + (rows - 40) * 5.0)
    ramp = RasterStyle(((0.0, "#808080"), (500.0, "#808080")), relief=Relief(azimuth_deg=90))
    data = RasterArray(heights, AREA)
    shown = picture(data, ramp, Viewport(295_200, 328_200, 1.0, 400, 400))
    assert shown[200, 100].tolist() == [128, 128, 128, 255]
    assert shown[200, 300, 0] < 60  # it rises to the east: the light from there does not reach it


def test_light_knows_that_degrees_are_no_metres():
    slope = 0.2
    rows, columns = np.mgrid[:60, :60]
    east_m = columns * 0.0002 * 92_811.0
    data = RasterArray(east_m * slope, Extent(-7.6, 33.585, -7.588, 33.597))
    style = RasterStyle(relief=Relief(azimuth_deg=90, altitude_deg=45, alone=True))
    shown = picture(data, style, Viewport(-7.594, 33.591, 0.00002, 300, 300), WGS84, WGS84)
    expected = (math.sin(math.pi / 4) - slope * math.cos(math.pi / 4)) / math.hypot(1, slope)
    assert shown[150, 150, 0] == pytest.approx(255 * expected, abs=2)
    del rows


def test_contour_lines_run_where_the_values_are():
    columns = np.mgrid[:100, :100][1].astype(float)  # 4 m a column, height = column
    style = RasterStyle(
        ((0.0, "#ffffff"), (100.0, "#ffffff")),
        contours=Contours(10.0, "#000000", width_mm=0.3, thick_every=0),
    )
    data = RasterArray(columns, AREA)
    line = picture(data, style, Viewport(295_200, 328_200, 1.0, 400, 400))[200, :, 0]
    dark = np.flatnonzero(line < 150)
    expected = np.arange(0, 100, 10) * 4 + 2  # the middle of the column with the value
    assert all(np.abs(expected - at - 0.5).min() <= 1 for at in dark)
    assert all(np.abs(dark + 0.5 - at).min() <= 1 for at in expected[1:])


def test_a_printed_picture_is_as_fine_as_the_paper_shows_and_memory_allows():
    assert raster_steps(Viewport(0, 0, 1, 4000, 3000), 25.4 / 600) == pytest.approx(0.5)
    assert raster_steps(Viewport(0, 0, 1, 1000, 800), 25.4 / 96) == 1.0
    steps = raster_steps(Viewport(0, 0, 1, 40_000, 28_000), 25.4 / 1200)
    assert 40_000 * 28_000 * steps**2 <= 40_000_001

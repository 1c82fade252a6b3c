"""Rasters as pictures."""

from __future__ import annotations

import numpy as np

from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84, transform_extent
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.style import RasterStyle
from emadina_gis.domain.viewport import Viewport
from emadina_gis.render.raster_tiles import RasterArray, colored, premultiplied, raster_picture

AREA = Extent(295_000, 328_000, 295_400, 328_400)
BLACK_TO_WHITE = RasterStyle(((0.0, "#000000"), (100.0, "#ffffff")))


def picture(values, style, viewport, *, source=MERCHICH_NORTH, extent=AREA):
    data = RasterArray(np.asarray(values, dtype=np.float64), extent)
    return raster_picture(data, style, viewport, source=source, target=MERCHICH_NORTH)


def test_cells_lie_where_they_belong_north_up():
    values = [[0, 100], [100, np.nan]]
    view = Viewport(295_200, 328_200, 1.0, 400, 400)
    stepped = RasterStyle(BLACK_TO_WHITE.stops, interpolate=False)
    shown = picture(values, stepped, view)
    assert shown[50, 50].tolist() == [0, 0, 0, 255]
    assert shown[50, 350].tolist() == [255, 255, 255, 255]
    assert shown[350, 50].tolist() == [255, 255, 255, 255]
    assert shown[350, 350].tolist() == [0, 0, 0, 0]


def test_the_ramp_is_smooth_between_cells_and_missing_stays_missing():
    view = Viewport(295_200, 328_200, 1.0, 400, 400)
    shown = picture([[0, 100], [0, np.nan]], BLACK_TO_WHITE, view)
    row = shown[50, :, 0].astype(int)
    assert (np.diff(row) >= 0).all()
    assert abs(row[200] - 128) < 4
    assert shown[350, 350, 3] == 0
    assert shown[350, 50, 3] == 255


def test_what_lies_outside_is_transparent_or_nothing():
    view = Viewport(295_400, 328_200, 1.0, 400, 400)
    shown = picture([[5.0]], BLACK_TO_WHITE, view)
    assert shown[200, 100, 3] == 255
    assert shown[200, 300, 3] == 0
    assert picture([[5.0]], BLACK_TO_WHITE, Viewport(0, 0, 1, 10, 10)) is None


def test_a_raster_in_another_crs_is_warped_to_the_map():
    extent = transform_extent(AREA, MERCHICH_NORTH, WGS84)
    view = Viewport(295_200, 328_200, 1.0, 400, 400)
    values = np.repeat([[0.0], [100.0]], 2, axis=1)
    stepped = RasterStyle(BLACK_TO_WHITE.stops, interpolate=False)
    shown = picture(values, stepped, view, source=WGS84, extent=extent)
    assert shown[60, 200].tolist() == [0, 0, 0, 255]
    assert shown[340, 200].tolist() == [255, 255, 255, 255]


def test_values_without_a_ramp_are_grey_from_low_to_high():
    shown = colored(np.array([[1.0, 2.0, np.nan]]), RasterStyle())
    assert shown[0, 0, 0] > shown[0, 1, 0]
    assert shown[0, :, 3].tolist() == [255, 255, 0]


def test_bands_of_a_photograph_keep_their_colours():
    shown = colored(np.array([[[10.0, 20.0, 30.0], [np.nan] * 3]]), RasterStyle())
    assert shown[0].tolist() == [[10, 20, 30, 255], [0, 0, 0, 0]]


def test_premultiplied_colours_never_exceed_alpha():
    shown = premultiplied(np.array([[200, 100, 50, 128], [9, 9, 9, 0]], dtype=np.uint8))
    assert shown.tolist() == [[100, 50, 25, 128], [0, 0, 0, 0]]

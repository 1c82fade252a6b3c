"""What is at a place: the same as asking shapely about every row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84, transform_extent
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.layer import RasterLayer, Title
from emadina_gis.domain.style import Categorized, Category, Style, Symbol
from emadina_gis.errors import JobCancelled
from emadina_gis.progress import Context
from emadina_gis.render.raster_tiles import RasterArray
from emadina_gis.render.scene import DrawnRaster, Scene
from emadina_gis.render.spatial_index import (
    Pixel,
    identify,
    pixels_at,
    select_extent,
    select_polygon,
)
from tests.unit.render.scenes import RED, grid, layer, scene_of

FIELD = scene_of(layer("a", grid(120, 90, gap=2.0)))
SHAPES = FIELD.vectors[0].layer.table.shapes()
PLACES = st.integers(-80, 6000).map(lambda quarter: quarter / 4)


@given(PLACES, PLACES)
def test_identify_finds_the_polygon_that_holds_the_place(x, y):
    expected = np.flatnonzero(shapely.intersects(SHAPES, shapely.Point(x, y)))
    assert sorted(hit.row for hit in identify(FIELD, x, y, 1.0)) == expected.tolist()


@given(PLACES, PLACES, st.integers(0, 400), st.integers(0, 400), st.booleans())
def test_a_rectangle_selects_what_it_meets(x, y, width, height, whole):
    extent = Extent(x, y, x + width, y + height)
    test = shapely.covers if whole else shapely.intersects
    expected = np.flatnonzero(test(shapely.box(*extent.as_tuple), SHAPES))
    assert select_extent(FIELD, "a", extent, whole=whole).tolist() == expected.tolist()


@given(PLACES, PLACES, st.floats(1, 300))
def test_a_polygon_selects_what_it_meets(x, y, radius):
    disc = shapely.Point(x, y).buffer(radius)
    expected = np.flatnonzero(shapely.intersects(SHAPES, disc))
    assert select_polygon(FIELD, "a", disc).tolist() == expected.tolist()


def test_the_topmost_layer_comes_first_and_points_before_lines_before_polygons():
    mixed = layer(
        "top",
        [
            shapely.box(0, 0, 100, 100),
            shapely.box(40, 40, 60, 60),
            shapely.LineString([(0, 52), (100, 52)]),
            shapely.Point(53, 50),
        ],
    )
    scene = scene_of(mixed, layer("under", [shapely.box(0, 0, 100, 100)]))
    hits = identify(scene, 50, 50, 4.0)
    assert [(hit.layer_id, hit.row) for hit in hits] == [
        ("top", 3),
        ("top", 2),
        ("top", 1),
        ("top", 0),
        ("under", 0),
    ]
    assert [hit.row for hit in identify(scene, 50, 50, 1.0) if hit.layer_id == "top"] == [1, 0]


def test_row_ids_not_row_numbers_are_selected():
    drawn = layer("a", grid(4, 1))
    kept = replace(drawn, table=drawn.table.take(np.array([3, 1])))
    scene = scene_of(kept)
    assert select_extent(scene, "a", Extent(0, 0, 100, 10)).tolist() == [3, 1]
    assert identify(scene, 35, 5, 0.0)[0].row_id == 3


def test_what_is_not_drawn_is_not_found():
    style = Style(Categorized("name", (Category("x", RED),), Symbol(), other=None))
    scene = scene_of(layer("a", grid(2, 1), {"name": ["x", "y"]}, style=style))
    assert [hit.row for hit in identify(scene, 5, 5, 0.0)] == [0]
    assert identify(scene, 15, 5, 0.0) == ()
    assert select_extent(scene, "a", Extent(0, 0, 20, 10)).tolist() == [0]


def test_layers_out_of_their_scale_are_left_out_when_the_scale_is_given():
    scene = scene_of(layer("a", grid(1, 1), style=Style(max_units_per_px=1.0)))
    assert identify(scene, 5, 5, 0.0, units_per_px=2.0) == ()
    assert len(identify(scene, 5, 5, 0.0, units_per_px=0.5)) == 1


def test_nothing_is_selected_in_a_layer_that_is_not_there():
    assert select_extent(FIELD, "none", Extent(0, 0, 1, 1)).tolist() == []
    assert select_polygon(FIELD, "none", shapely.box(0, 0, 1, 1)).tolist() == []
    assert select_polygon(FIELD, "a", shapely.Polygon()).tolist() == []


def raster(layer_id, values, extent, crs=MERCHICH_NORTH):
    """Return a drawn raster of values held in memory."""
    height, width = values.shape[:2]
    drawn = RasterLayer(layer_id, Title.plain(layer_id), "", crs, extent, width, height)
    return DrawnRaster(drawn, RasterArray(values, extent))


def test_rasters_tell_their_pixel_and_nothing_where_they_have_none():
    heights = np.array([[1.5, 2.5], [3.5, np.nan]])
    photo = np.arange(12, dtype=float).reshape(2, 2, 3)
    there = Extent(0, 0, 20, 20)
    scene = Scene(
        MERCHICH_NORTH,
        (raster("heights", heights, there), raster("photo", photo, Extent(0, 0, 10, 10))),
    )
    assert pixels_at(scene, 5, 15) == (Pixel("heights", (1.5,)),)
    assert pixels_at(scene, 15, 5) == (Pixel("heights", ()),)
    assert pixels_at(scene, 9, 9) == (Pixel("photo", (3.0, 4.0, 5.0)), Pixel("heights", (3.5,)))
    assert pixels_at(scene, 25, 5) == ()


def test_a_raster_of_another_system_is_asked_where_the_place_lies_in_it():
    around = transform_extent(Extent(296_000, 330_000, 296_100, 330_100), MERCHICH_NORTH, WGS84)
    scene = Scene(MERCHICH_NORTH, (raster("far", np.array([[7.0]]), around, WGS84),))
    assert pixels_at(scene, 296_050, 330_050) == (Pixel("far", (7.0,)),)


def test_a_cancel_of_a_selection_is_heeded():
    ctx = Context()
    ctx.cancel()
    with pytest.raises(JobCancelled):
        select_polygon(FIELD, "a", shapely.box(0, 0, 100, 100), ctx)

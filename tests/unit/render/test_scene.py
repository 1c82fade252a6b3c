"""Scenes: what a project shows, from bottom to top, in the map's CRS."""

from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np
import shapely

from emadina_gis.domain.column import column_of
from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, WGS84
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import Provenance, RasterLayer, Title
from emadina_gis.domain.style import Categorized, Category, Single, Style, Symbol
from emadina_gis.project import Project
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.raster_tiles import RasterArray
from emadina_gis.render.scene import build_scene, rows_in
from tests.unit.render.scenes import BLUE, RED, by_name, grid, layer, scene_of


def test_layers_come_bottom_first_and_hidden_ones_are_left_out():
    top, hidden, bottom = layer("t", grid(1, 1)), layer("h", grid(1, 1)), layer("b", grid(1, 1))
    scene = scene_of(top, replace(hidden, visible=False), bottom)
    assert [drawn.id for drawn in scene.layers] == ["b", "t"]


def test_scale_ranges_are_obeyed():
    near = layer("near", grid(1, 1), style=Style(max_units_per_px=2.0))
    scene = scene_of(near, layer("always", grid(1, 1)))
    assert [drawn.id for drawn in scene.visible(1.0)] == ["always", "near"]
    assert [drawn.id for drawn in scene.visible(3.0)] == ["always"]


def test_an_unknown_crs_is_not_drawn_on_a_known_map_and_says_so():
    scene = scene_of(layer("a", grid(1, 1), crs=UNKNOWN))
    assert scene.layers == ()
    assert [problem.code for problem in scene.problems] == ["scene.missing-crs"]


def test_everything_is_drawn_as_it_is_on_a_map_without_crs():
    scene = scene_of(layer("a", grid(1, 1), crs=UNKNOWN), layer("b", grid(1, 1)), crs=UNKNOWN)
    assert len(scene.layers) == 2


def test_coordinates_come_in_the_crs_of_the_map():
    place = shapely.Point(-7.589, 33.573)
    scene = scene_of(layer("a", [place], crs=WGS84))
    ((_, chunk),) = scene.chunks(scene.vectors[0])
    np.testing.assert_allclose(chunk.xy[0], [296_702.5, 332_689.0], atol=1.0)
    assert next(iter(scene.known_chunks(scene.vectors[0])))[1] is chunk


def test_reprojected_chunks_are_made_when_asked_for():
    scene = scene_of(layer("a", [shapely.Point(-7.5, 33.5)], crs=WGS84))
    assert [chunk for _, chunk in scene.known_chunks(scene.vectors[0])] == [None]


def test_what_lies_outside_the_crs_loses_its_geometry_only():
    here, nowhere = shapely.Point(-7.5, 33.5), shapely.Point(-7.5, 5000.0)
    scene = scene_of(layer("a", [here, nowhere, here], crs=WGS84))
    ((_, chunk),) = scene.chunks(scene.vectors[0])
    assert chunk.kinds.tolist() == [Kind.POINT, Kind.NONE, Kind.POINT]
    assert np.isfinite(chunk.xy).all()


def test_outcome_columns_come_before_the_columns_of_the_table():
    drawn = layer("a", grid(2, 1), {"name": ["x", "x"]}, style=by_name(x=RED, y=BLUE))
    project = Project("p", Title.plain("p"), MERCHICH_NORTH, (drawn,))
    columns = {"a": {"name": column_of(["y", "x"])}}
    scene = build_scene(project, cache=DerivedCache(), columns=columns)
    assert scene.vectors[0].classes.codes.tolist() == [1, 0]


def test_classes_are_computed_once_while_column_and_style_stay():
    drawn = layer("a", grid(2, 1), {"name": ["x", "y"]}, style=by_name(x=RED))
    project = Project("p", Title.plain("p"), MERCHICH_NORTH, (drawn,))
    cache = DerivedCache()
    first = build_scene(project, cache=cache).vectors[0].classes
    faded = replace(project, layers=(replace(drawn, opacity=0.5),))
    assert build_scene(faded, cache=cache).vectors[0].classes is first
    restyled = replace(project, layers=(replace(drawn, style=by_name(x=BLUE)),))
    assert build_scene(restyled, cache=cache).vectors[0].classes is not first


def test_a_single_symbol_without_fill_is_not_filled_but_keeps_its_line():
    drawn = layer("a", grid(1, 1), style=Style(Single(Symbol(fill=None, stroke=RED))))
    shown = scene_of(drawn).vectors[0]
    assert not shown.fill_colors[:, 3].any()
    assert shown.line_colors[0].tolist() == [0xD0, 0x20, 0x20, 255]


def test_classes_without_a_colour_are_transparent():
    style = Style(Categorized("name", (Category("x", RED),), Symbol(fill_opacity=0.5), other=None))
    shown = scene_of(layer("a", grid(2, 1), {"name": ["x", "y"]}, style=style)).vectors[0]
    assert shown.fill_colors[shown.classes.codes, 3].tolist() == [128, 0]
    assert shown.line_colors[shown.classes.codes, 3].tolist() == [255, 0]


def test_rasters_are_drawn_when_their_values_were_read():
    extent = Extent(0, 0, 10, 10)
    raster = RasterLayer("r", Title.plain("r"), "r.tif", MERCHICH_NORTH, extent, 2, 2)
    project = Project("p", Title.plain("p"), MERCHICH_NORTH, (raster,))
    assert build_scene(project, cache=DerivedCache()).layers == ()
    data = {"r": RasterArray(np.zeros((2, 2)), extent)}
    scene = build_scene(project, cache=DerivedCache(), rasters=data)
    assert [drawn.id for drawn in scene.layers] == ["r"]
    assert scene.extent == extent


def test_synthetic_layers_are_known():
    made = layer("a", grid(1, 1), provenance=Provenance(synthetic=True))
    assert scene_of(made).has_synthetic
    assert not scene_of(layer("a", grid(1, 1))).has_synthetic


def test_derived_values_go_with_what_they_were_made_from():
    cache = DerivedCache()
    column = column_of([1, 2])
    made = cache.get(column, "k", lambda: object())
    assert cache.get(column, "k", lambda: object()) is made
    assert cache.known(column, "k") is made
    before = len(cache._values)
    del column
    gc.collect()
    assert len(cache._values) == before - 1


def test_rows_in_an_extent_by_kind():
    shapes = [*grid(3, 1), None, shapely.Point(5, 5)]
    chunk = scene_of(layer("a", shapes)).vectors[0].layer.table.geometry[0]
    assert rows_in(chunk, Extent(0, 0, 12, 5), Kind.POLYGON).tolist() == [0, 1]
    assert rows_in(chunk, Extent(0, 0, 12, 5), Kind.POINT).tolist() == [4]

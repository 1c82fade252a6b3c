"""The lines of a selection on a map in another system than the layer's."""

from __future__ import annotations

import numpy as np
import shapely

from emadina_gis.app.canvas.selection import SelectionOverlay, awaits_chunks, outlines
from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84, Crs
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.viewport import Viewport
from tests.unit.render.scenes import grid, layer, scene_of

ED50 = Crs("EPSG:4230")
CASABLANCA = (295_000.0, 335_000.0)


def casablanca_squares(count):
    return shapely.transform(grid(count, 1), lambda xy: xy + CASABLANCA)


def test_lines_lie_on_what_they_select_where_the_place_decides_the_operation():
    """In Cyprus another operation leads from ED50 to WGS 84 than in Portugal."""
    cyprus = layer("a", [shapely.box(33.1, 35.0, 33.2, 35.1)], crs=ED50)
    scene = scene_of(cyprus, crs=WGS84)
    (_, drawn_chunk), *_ = scene.chunks(scene.vectors[0])
    rows = {"a": np.array([0])}
    made = outlines(scene, rows, Extent(32.0, 34.0, 34.0, 36.0), 1e-6)
    box = made.paths[0].boundingRect()
    left, low = drawn_chunk.bounds[0, :2] - np.array(made.origin)
    assert np.allclose([box.left(), box.top()], [left, low], atol=1e-7, rtol=0)


def test_a_paint_does_not_wait_for_a_large_chunk_in_another_system():
    scene = scene_of(layer("a", casablanca_squares(5_000)), crs=Crs("EPSG:32629"))
    overlay = SelectionOverlay()
    overlay.set_scene(scene)
    overlay.set_selection({"a": np.array([0, 1])})
    drawn = scene.vectors[0]
    view = Viewport(*scene.extent_of(drawn).center, 200.0, 400, 300)
    assert overlay.is_crowded(view)
    assert [chunk for _, chunk in scene.known_chunks(drawn)] == [None]
    list(scene.chunks(drawn))
    assert not overlay.is_crowded(view)


def test_few_rows_are_reprojected_at_once():
    scene = scene_of(layer("a", casablanca_squares(5)), crs=Crs("EPSG:32629"))
    assert not awaits_chunks(scene, {"a": np.array([0])})
    assert not awaits_chunks(scene_of(layer("a", grid(5_000, 1))), {"a": np.array([0])})
    assert scene.vectors[0].layer.crs == MERCHICH_NORTH

"""A large layer that changes colour is drawn over its last picture, and looks as if drawn anew."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from emadina_gis.analysis.style_builder import categorized
from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.style import Dash, Single, Style, Symbol
from emadina_gis.domain.table import FeatureTable
from emadina_gis.domain.viewport import Viewport
from emadina_gis.project import empty_project
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.painter import LayerPictures, Reuse, render_image
from emadina_gis.render.painter.pictures import FEWEST_KEPT
from emadina_gis.render.scene import build_scene

SIDE = 80
assert SIDE * SIDE > FEWEST_KEPT


@pytest.fixture(scope="module")
def layer():
    place = np.arange(SIDE * SIDE)
    west, south = 300_000.0 + 10 * (place % SIDE), 330_000.0 + 10 * (place // SIDE)
    squares = shapely.box(west, south, west + 9, south + 9)
    table = FeatureTable.from_columns(
        {"kind": np.array(["a", "b", "c"], dtype=object)[place % 3]},
        geometry=squares,
        crs=MERCHICH_NORTH,
    )
    style = Style(categorized(table.column("kind"), "kind"))
    return VectorLayer("parcels", Title("P", "P", "P"), table, style)


def scene_of(layer, cache, changed, opacity=1.0):
    values = layer.table.strings("kind").copy()
    values[changed] = "c"
    column = FeatureTable.from_columns({"kind": values}).column("kind")
    symbol = Symbol(fill_opacity=opacity)
    symbology = categorized(layer.table.column("kind"), "kind")
    symbology = type(symbology)(symbology.field, symbology.categories, symbol, symbology.other)
    styled = VectorLayer("parcels", Title("P", "P", "P"), layer.table, Style(symbology))
    project = empty_project(Title("x", "x", "x"))
    project = type(project)(**{**vars(project), "layers": (styled,), "crs": MERCHICH_NORTH})
    return build_scene(project, cache=cache, columns={"parcels": {"kind": column}})


def pixels(image):
    found = np.frombuffer(image.constBits(), dtype=np.uint8)
    return found.reshape(image.height(), image.bytesPerLine())[:, : image.width() * 4].copy()


VIEW = Viewport(300_400.0, 330_400.0, 2.3, 420, 380)


@pytest.mark.parametrize("changed", [slice(0, 500), slice(0, 6_000), slice(0, 0)])
@pytest.mark.parametrize("opacity", [1.0, 0.6])
def test_a_recoloured_layer_looks_as_if_drawn_anew(qapp, layer, changed, opacity):
    cache, pictures = DerivedCache(), LayerPictures()
    first = scene_of(layer, cache, slice(0, 0), opacity)
    render_image(first, VIEW, reuse=Reuse(pictures=pictures))
    second = scene_of(layer, cache, changed, opacity)
    again = render_image(second, VIEW, reuse=Reuse(pictures=pictures))
    anew = render_image(second, VIEW)
    assert (pixels(again) == pixels(anew)).all()


@pytest.mark.parametrize("move", [(37, 0), (-20, 45), (150, -90)])
def test_a_moved_view_looks_as_if_drawn_anew(qapp, layer, move):
    cache, pictures = DerivedCache(), LayerPictures()
    scene = scene_of(layer, cache, slice(0, 0))
    render_image(scene, VIEW, reuse=Reuse(pictures=pictures))
    moved = VIEW.panned(*move)
    (shown,) = scene.layers
    assert pictures.moved(shown, scene.crs, moved, 25.4 / 96) is not None
    again = pixels(render_image(scene, moved, reuse=Reuse(pictures=pictures))).astype(int)
    anew = pixels(render_image(scene, moved)).astype(int)
    assert (np.abs(again - anew) > 2).mean() < 2e-3  # borders through the middle of a pixel


def test_another_view_is_drawn_as_a_whole(qapp, layer):
    cache, pictures = DerivedCache(), LayerPictures()
    render_image(scene_of(layer, cache, slice(0, 0)), VIEW, reuse=Reuse(pictures=pictures))
    moved = VIEW.zoomed(1.3, 30, 12)
    scene = scene_of(layer, cache, slice(0, 300))
    again = render_image(scene, moved, reuse=Reuse(pictures=pictures))
    assert (pixels(again) == pixels(render_image(scene, moved))).all()


SIGNS = {
    "dashed": Symbol(fill=None, stroke="#803010", stroke_mm=0.6, dash=Dash.DASH_DOT),
    "cased": Symbol(fill=None, stroke="#f0d080", stroke_mm=1.2, casing="#604020"),
}


@pytest.mark.parametrize("name", SIGNS)
def test_lines_of_a_moved_view_go_on_where_they_were(qapp, name):
    rng = np.random.default_rng(4)
    steps = np.cumsum(rng.normal(0, 30, (25, 30, 2)), axis=1)
    lines = shapely.linestrings(steps + rng.uniform(-300, 300, (25, 1, 2)) + (300_400, 330_400))
    table = FeatureTable.from_columns({"n": np.arange(25)}, geometry=lines, crs=MERCHICH_NORTH)
    drawn = VectorLayer("roads", Title("R", "R", "R"), table, Style(Single(SIGNS[name])))
    project = empty_project(Title("x", "x", "x"))
    project = type(project)(**{**vars(project), "layers": (drawn,), "crs": MERCHICH_NORTH})
    scene, pictures = build_scene(project, cache=DerivedCache()), LayerPictures()
    render_image(scene, VIEW, reuse=Reuse(pictures=pictures))
    moved = VIEW.panned(-61, 34)
    again = pixels(render_image(scene, moved, reuse=Reuse(pictures=pictures))).astype(int)
    anew = pixels(render_image(scene, moved)).astype(int)
    assert (np.abs(again - anew) > 8).mean() < 2e-3

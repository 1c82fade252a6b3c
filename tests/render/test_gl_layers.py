"""Whole layers by OpenGL, near and far: as QPainter draws them, lines included."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from emadina_gis.app.canvas.gl_context import GlContext
from emadina_gis.domain.style import Dash, Marker, Single, Style, Symbol
from emadina_gis.domain.viewport import Viewport
from emadina_gis.render.gl import GlUnavailable, layers, markers
from emadina_gis.render.gl.board import pixel_array
from emadina_gis.render.mesh import cached_mesh
from emadina_gis.render.painter import render_image
from emadina_gis.render.solid_lines import solid_lines
from tests.render.comparer import pixels
from tests.unit.render.scenes import BLUE, GREEN, RED, by_name, grid, layer, scene_of

VIEW = Viewport(160.0, 120.0, 0.4, 400, 300)
MM_PER_PX = 25.4 / 96
RGBA = [2, 1, 0, 3]


@pytest.fixture
def renderer(qapp):
    try:
        gl = GlContext()
    except GlUnavailable as exc:
        pytest.skip(f"no OpenGL: {exc}")
    with gl as found:
        yield found
    gl.close()


def drawn(renderer, scene, view=VIEW, *, at_rest=True):
    """Return the picture of the first layer, RGBA premultiplied."""
    (shown,) = scene.vectors
    for _, chunk in scene.chunks(shown):
        cached_mesh(scene.cache, chunk)
    lines = solid_lines(scene, shown, view, MM_PER_PX)
    for _ in renderer.draw(scene, shown, view, lines=lines or (), at_rest=at_rest):
        continue
    found = pixel_array((view.width_px, view.height_px))
    renderer.read(found, view)
    return found[..., RGBA].astype(int)


def painted(scene, view=VIEW):
    return pixels(render_image(scene, view, background=None)).astype(int)


def lots(symbol, count=16, size=20.0):
    names = [("x", "y", "z")[n % 3] for n in range(count * count)]
    shapes = grid(count, count, size=size)
    style = by_name(x=RED, y=BLUE, z=GREEN)
    symbology = replace(style.symbology, symbol=symbol)
    return scene_of(layer("a", shapes, {"name": names}, style=replace(style, symbology=symbology)))


def difference(one, other):
    straight = other[..., :3] * other[..., 3:] // 255
    return np.abs(one[..., :3] - straight).max(axis=2)


@pytest.mark.parametrize("at_rest", [True, False])
def test_near_views_look_as_painted_outlines_included(qapp, renderer, at_rest):
    scene = lots(Symbol(stroke="#ffffff", stroke_mm=0.4))
    apart = difference(drawn(renderer, scene, at_rest=at_rest), painted(scene))
    assert (apart > 90).mean() < 0.01
    assert apart.mean() < 2


def test_a_view_is_the_same_drawn_as_ids_and_in_its_colours(renderer, monkeypatch):
    scene = lots(Symbol(stroke=None))
    near = drawn(renderer, scene)
    monkeypatch.setattr(layers, "MOST_AT_REST", -1)
    far = drawn(renderer, scene)
    assert np.abs(near - far).max() <= 2


def test_faint_outlines_of_small_lots_are_antialiased_too(renderer):
    scene = lots(Symbol(stroke="#ffffff", stroke_mm=0.15), count=64, size=5.0)
    quick, calm = drawn(renderer, scene, at_rest=False), drawn(renderer, scene, at_rest=True)
    assert np.abs(quick - calm).max() <= 45


def test_hidden_classes_have_no_outline(renderer):
    shapes = [shapely.box(110, 80, 150, 160), shapely.box(170, 80, 210, 160)]
    style = by_name(x=RED)
    style = replace(style, symbology=replace(style.symbology, other=None))
    scene = scene_of(layer("a", shapes, {"name": ["x", "y"]}, style=style))
    shown = drawn(renderer, scene)
    assert shown[:, :200, 3].any()
    assert not shown[:, 205:, 3].any()


def test_lines_have_their_width_and_their_casing(renderer):
    symbol = Symbol(fill=None, stroke=RED, stroke_mm=1.0, casing=BLUE, casing_mm=1.0)
    street = shapely.LineString([(100, 120), (220, 120)])
    scene = scene_of(layer("a", [street], style=Style(Single(symbol))))
    shown = drawn(renderer, scene)[:, 200]
    red = (shown[:, 0] > 0x80).sum()
    assert red == pytest.approx(1.0 / MM_PER_PX, abs=1.5)
    assert (shown[:, 3] > 128).sum() == pytest.approx(2.0 / MM_PER_PX, abs=1.5)
    apart = difference(drawn(renderer, scene), painted(scene))
    assert (apart > 60).mean() < 0.005


def test_what_is_dashed_or_hatched_is_left_to_the_painter():
    dashed = lots(Symbol(stroke=RED, dash=Dash.DASHED))
    assert solid_lines(dashed, dashed.vectors[0], VIEW, MM_PER_PX) is None
    plain = lots(Symbol(stroke=RED))
    assert solid_lines(plain, plain.vectors[0], VIEW, MM_PER_PX)


def test_a_polygon_smaller_than_a_pixel_is_seen_in_near_views(renderer):
    shapes = np.concatenate([grid(64, 32, size=5.0), [shapely.box(170.0, 170.0, 170.1, 170.1)]])
    scene = scene_of(layer("a", shapes, style=Style(Single(Symbol(fill=RED, stroke=None)))))
    shown = drawn(renderer, scene)
    x, y = VIEW.to_screen(170.05, 170.05)
    assert shown[int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2, 3].any()


def marks(symbol):
    """Return a scene of points of three classes in rows, all of them apart from each other."""
    i, j = np.meshgrid(np.arange(8), np.arange(6))
    points = shapely.points(110.0 + 14 * i.ravel(), 80.0 + 14 * j.ravel())
    style = by_name(x=RED, y=BLUE, z=GREEN)
    style = replace(style, symbology=replace(style.symbology, symbol=symbol))
    names = [("x", "y", "z")[n % 3] for n in range(48)]
    return scene_of(layer("p", points, {"name": names}, style=style))


@pytest.mark.parametrize("marker", Marker)
@pytest.mark.parametrize("stroke_mm", [0.15, 0.8])
def test_points_have_their_shape_and_outline_as_the_painter_draws_them(renderer, marker, stroke_mm):
    scene = marks(Symbol(None, "#ffffff", stroke_mm, marker=marker, size_mm=4.0))
    found, wanted = drawn(renderer, scene), painted(scene)
    wanted[..., :3] = wanted[..., :3] * wanted[..., 3:] / 255
    assert np.abs(found - wanted).sum() < 0.08 * wanted.sum()
    for color in range(4):
        assert found[..., color].sum() == pytest.approx(wanted[..., color].sum(), rel=0.1)


def test_points_that_are_nothing_but_an_outline_are_drawn_by_both(renderer):
    points = [shapely.Point(x, 120.0) for x in (130.0, 160.0, 190.0)]
    ring = Symbol(None, RED, 0.5, marker=Marker.CIRCLE, size_mm=4.0)
    scene = scene_of(layer("p", points, style=Style(Single(ring))))
    found, wanted = drawn(renderer, scene), painted(scene)
    x, y = map(int, VIEW.to_screen(160.0, 120.0))
    for picture in (found, wanted):
        assert not picture[y, x, 3]
        assert picture[y, x - 10 : x, 3].max() > 0x80
    assert found[..., 3].sum() == pytest.approx(wanted[..., 3].sum(), rel=0.1)


def test_a_crowd_of_round_marks_has_no_outlines(renderer, monkeypatch):
    scene = marks(Symbol(None, "#ffffff", 0.5, size_mm=4.0))
    outlined = drawn(renderer, scene)
    monkeypatch.setattr(markers, "MOST_OUTLINED", 20)
    assert drawn(renderer, scene)[..., 3].sum() < outlined[..., 3].sum()


def test_round_marks_without_an_outline_keep_their_ids_for_other_colours(renderer):
    plain, outlined = (marks(Symbol(None, stroke, 0.2)) for stroke in (None, "#ffffff"))
    for scene, has_ids in ((plain, True), (outlined, False)):
        drawn(renderer, scene)
        for _ in renderer.fills.keep_samples("p"):
            continue
        found = renderer.fills.samples(scene, scene.vectors[0], VIEW)
        assert (found is not None) == has_ids

"""Pictures by OpenGL: the same as QPainter's, read as meaning, never pixel by pixel."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from emadina_gis.app.canvas.gl_context import GlContext
from emadina_gis.app.canvas.layer_drawing import ColoredIds
from emadina_gis.domain.style import Categorized, Category, Single, Style, Symbol
from emadina_gis.domain.viewport import Viewport
from emadina_gis.render.gl import GlUnavailable
from emadina_gis.render.gl.fills import FillRenderer, draw_whole, mesh_jobs
from emadina_gis.render.mesh import cached_mesh, cached_sketch
from emadina_gis.render.painter import render_image
from tests.render.comparer import pixels
from tests.render.maps import VIEW, random_quads
from tests.unit.render.scenes import BLUE, GREEN, RED, by_name, layer, scene_of

#: Pictures come in the byte order of Qt's.
RGBA = [2, 1, 0, 3]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def renderer(qapp):
    """Return a renderer in a context of Qt: EGL and GLX do not mix in one process."""
    try:
        gl = GlContext()
    except GlUnavailable as exc:
        pytest.skip(f"no OpenGL: {exc}")
    with gl as found:
        yield found.fills
    gl.close()


ALONE = """
from emadina_gis.render.gl import GlUnavailable, MapRenderer, standalone_context
from emadina_gis.render.gl.fills import draw_whole
from tests.render.maps import VIEW, square
from tests.render.test_gl import meshed
try:
    renderer = MapRenderer(standalone_context()).fills
except GlUnavailable as exc:
    print("none", exc)
else:
    scene = meshed(square())
    picture, _ = draw_whole(renderer, scene, scene.vectors[0], VIEW)
    print((picture[..., 3] > 0).sum())
"""


def test_without_a_window_through_egl():
    done = subprocess.run(
        [sys.executable, "-c", ALONE], capture_output=True, text=True, check=True, cwd=ROOT
    )
    if done.stdout.startswith("none"):
        pytest.skip(done.stdout)
    assert int(done.stdout) == 200 * 200


def meshed(scene):
    for drawn in scene.vectors:
        for chunk in mesh_jobs(scene, drawn):
            cached_mesh(scene.cache, chunk)
    return scene


def picture(renderer, scene, view=VIEW):
    shown, _ = draw_whole(renderer, meshed(scene), scene.vectors[0], view)
    return shown[..., RGBA]


def premultiplied_of(image):
    shape = image.height(), image.width(), 4
    return np.frombuffer(image.constBits(), np.uint8).reshape(shape)[..., RGBA].astype(int)


def zones(count=900, colors=None):
    names = [("x", "y", "z")[n % 3] for n in range(count)]
    return layer("zones", random_quads(count), {"name": names},
                 style=by_name(**(colors or {"x": RED, "y": BLUE, "z": GREEN})))  # fmt: skip


def test_the_same_picture_as_qpainter(qapp, renderer):
    scene = scene_of(zones())
    view = Viewport(60.0, 60.0, 0.4, 320, 300)
    mine = picture(renderer, scene, view).astype(int)
    other = pixels(render_image(scene, view, background=None)).astype(int)
    straight = other[..., :3] * other[..., 3:] // 255
    apart = np.abs(mine[..., :3] - straight).max(axis=2)
    assert (apart > 80).mean() < 0.02
    assert apart.mean() < 4


def test_a_square_lies_upright_where_its_coordinates_say(renderer):
    shape = shapely.box(100, 50, 300, 100)
    style = Style(Single(Symbol(fill=RED, stroke=None)))
    shown = picture(renderer, scene_of(layer("a", [shape], style=style)))
    rows, columns = np.nonzero(shown[..., 3])
    assert (rows.min(), rows.max() + 1) == (200, 250)
    assert (columns.min(), columns.max() + 1) == (100, 300)


def test_colours_change_without_drawing_again(renderer):
    first = scene_of(zones())
    picture(renderer, first, VIEW)
    drawn = first.vectors[0].layer
    table = drawn.table
    again = scene_of(zones(colors={"x": BLUE, "y": BLUE, "z": BLUE}))
    for (_, old), (_, new) in zip(
        first.chunks(first.vectors[0]), again.chunks(again.vectors[0]), strict=True
    ):
        mesh = cached_mesh(first.cache, old)
        again.cache.get(new, "mesh", lambda mesh=mesh: mesh)
    assert list(renderer.draw_ids(again, again.vectors[0], VIEW)) == []
    shown = renderer.colored(again.vectors[0])[..., RGBA]
    inside = shown[shown[..., 3] == 255]
    assert (inside[:, :3] == [0x20, 0x40, 0xD0]).all()
    assert table.row_count == 900


def test_kept_ids_are_coloured_as_opengl_colours_them(renderer):
    scene = scene_of(zones())
    theirs = picture(renderer, scene)
    drawn = scene.vectors[0]
    assert renderer.samples(scene, drawn, VIEW) is None
    for _ in renderer.keep_samples(drawn.id):
        continue
    mine = ColoredIds(scene, drawn, VIEW, renderer.samples(scene, drawn, VIEW))
    assert np.abs(premultiplied_of(mine.image) - theirs).max() <= 2
    rough = premultiplied_of(mine.rough) - theirs
    assert (np.abs(rough).max(axis=2) > 2).mean() < 0.3  # but for borders


def test_ids_are_kept_for_one_view_and_read_whole(renderer):
    scene = scene_of(zones())
    picture(renderer, scene)
    drawn = scene.vectors[0]
    reading = renderer.keep_samples(drawn.id)
    next(reading)
    near = replace(VIEW, units_per_px=VIEW.units_per_px / 2)
    picture(renderer, scene, near)
    assert list(reading) == []
    assert renderer.samples(scene, drawn, near) is None
    for _ in renderer.keep_samples(drawn.id):
        continue
    assert renderer.samples(scene, drawn, near) is not None
    assert renderer.samples(scene, drawn, VIEW) is None


def test_another_view_starts_from_nothing(renderer):
    scene = scene_of(zones())
    picture(renderer, scene, VIEW)
    far_away = Viewport(10_000.0, 10_000.0, 1.0, VIEW.width_px, VIEW.height_px)
    assert not picture(renderer, scene, far_away).any()


def test_translucent_overlaps_do_not_add_up(renderer):
    shapes = [shapely.box(50, 50, 200, 200), shapely.box(100, 100, 250, 250)]
    style = Style(Single(Symbol(fill=RED, stroke=None, fill_opacity=0.5)))
    shown = picture(renderer, scene_of(layer("a", shapes, style=style)))
    assert shown[150, 150].tolist() == shown[300 - 60, 60].tolist()
    assert shown[150, 150, 3] == 128


def test_classes_without_a_colour_are_transparent(renderer):
    style = Style(Categorized("name", (Category("x", RED),), Symbol(stroke=None), other=None))
    shapes = [shapely.box(0, 0, 200, 300), shapely.box(200, 0, 400, 300)]
    shown = picture(renderer, scene_of(layer("a", shapes, {"name": ["x", "y"]}, style=style)))
    assert shown[150, 100, 3] == 255
    assert shown[150, 300, 3] == 0


def test_polygons_smaller_than_a_pixel_stay_visible_and_the_tone_is_kept(renderer):
    shapes = random_quads(10_000)
    style = Style(Single(Symbol(fill=RED, stroke=None)))
    scene = scene_of(layer("a", shapes, style=style))
    view = Viewport(200.0, 200.0, 6.0, 80, 80)
    shown = picture(renderer, scene, view)
    covered = shapely.area(shapes).sum() / 400.0**2
    block = shown[10:70, 10:70, 3][2:-2, 2:-2]
    assert (block > 0).all()
    assert block.mean() / 255 == pytest.approx(covered, abs=0.25)
    lone = scene_of(layer("b", [shapely.box(200, 200, 200.5, 200.5)], style=style))
    assert picture(renderer, lone, view).any()


def test_large_point_layers_are_drawn_as_round_marks(renderer):
    style = Style(Single(Symbol(fill=RED, stroke=None, size_mm=10.0)))
    scene = scene_of(layer("a", [shapely.Point(200, 150)], style=style))
    shown = picture(renderer, scene)
    size = 10.0 / 25.4 * 96
    assert (shown[..., 3] / 255).sum() == pytest.approx(np.pi * size**2 / 4, rel=0.05)
    assert shown[150, 200].tolist() == [0xD0, 0x20, 0x20, 255]


def test_a_view_of_part_of_the_layer_is_part_of_the_picture(renderer):
    scene = scene_of(zones(9000))
    whole = picture(renderer, scene, Viewport(190.0, 190.0, 1.0, 400, 400))
    part = picture(renderer, scene, Viewport(190.0, 190.0, 1.0, 200, 200))
    np.testing.assert_array_equal(whole[100:300, 100:300], part)


def test_chunks_without_a_mesh_are_added_when_it_is_there(renderer):
    scene = scene_of(zones(9000))
    drawn = scene.vectors[0]
    view = Viewport(190.0, 190.0, 1.0, 400, 400)
    first = mesh_jobs(scene, drawn)[0]
    cached_mesh(scene.cache, first)
    some, _ = draw_whole(renderer, scene, drawn, view)
    everything = picture(renderer, scene, view)
    assert 0 < (some[..., 3] > 0).sum() < (everything[..., 3] > 0).sum()


def test_forgotten_layers_have_no_picture(renderer):
    scene = scene_of(zones())
    picture(renderer, scene)
    renderer.forget(set())
    assert renderer.colored(scene.vectors[0]) is None


def test_a_far_view_of_sketches_is_not_drawn_again_when_the_meshes_come(renderer):
    scene = scene_of(layer("a", random_quads(3000), style=Style(Single(Symbol(fill=RED)))))
    (drawn,) = scene.vectors
    for _, chunk in scene.chunks(drawn):
        cached_sketch(scene.cache, chunk)
    far = Viewport(200.0, 200.0, 60.0, 80, 80)
    assert draw_whole(renderer, scene, drawn, far)[0].any()
    meshed(scene)
    assert list(renderer.draw_ids(scene, drawn, far)) == []
    near = Viewport(200.0, 200.0, 1.0, 80, 80)
    assert list(renderer.draw_ids(scene, drawn, near)) != []


def test_looking_up_four_at_once_gives_the_same_picture(renderer):
    scene = meshed(scene_of(zones(9000)))
    (drawn,) = scene.vectors
    view = Viewport(190.0, 190.0, 1.0, 400, 300)
    one_by_one = FillRenderer(renderer._board, gathers=False)
    mine, _ = draw_whole(renderer, scene, drawn, view)
    theirs, _ = draw_whole(one_by_one, scene, drawn, view)
    assert np.abs(mine.astype(int) - theirs).max() <= 1

"""Large layers on the canvas through OpenGL: complete, recoloured, never holding the window up."""

from __future__ import annotations

import gc
import time
import weakref
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtGui import QImage

from emadina_gis.app.canvas import MapCanvas, gl_source
from emadina_gis.app.canvas.frames import Frame, FrameRequest
from emadina_gis.app.canvas.gl_context import GlContext
from emadina_gis.app.canvas.layer_drawing import LayerDrawing
from emadina_gis.app.canvas.painter_source import PainterSource
from emadina_gis.app.canvas.pictures import MARGIN_PX
from emadina_gis.domain.viewport import Viewport
from emadina_gis.errors import JobCancelled
from emadina_gis.render.gl import MapRenderer, layers
from emadina_gis.render.mesh import cached_mesh
from emadina_gis.render.scene import EMPTY_SCENE
from emadina_gis.render.solid_lines import solid_lines
from tests.render.comparer import pixels
from tests.render.maps import random_quads
from tests.unit.render.scenes import BLUE, RED, by_name, layer, scene_of

COUNT = 20_000
LAYER = layer("a", random_quads(COUNT), {"name": ["x", "y"] * (COUNT // 2)})


@pytest.fixture(params=["painter-first", "pieces-first"])
def canvas(request, qtbot, monkeypatch):
    monkeypatch.setattr(gl_source, "FEWEST_ROWS", 1000)
    monkeypatch.setattr(gl_source, "FEWEST_VISIBLE", 500)
    if request.param == "pieces-first":
        monkeypatch.setattr(gl_source, "MOST_FOR_PAINTER", 0)
    widget = MapCanvas()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.set_viewport(Viewport(284.0, 284.0, 1.0, 400, 300))
    widget.show()
    yield widget
    widget.close()


def colored(scene_layer, **colors):
    return scene_of(replace(scene_layer, style=by_name(**colors)))


def fills(canvas, qtbot):
    qtbot.waitUntil(lambda: not canvas.is_busy, timeout=10_000)
    return pixels(canvas.picture())[50:250, 50:350, :3].astype(int)


def share(picture, color):
    return (np.abs(picture - color).max(axis=2) < 60).mean()


def test_a_picture_that_was_not_finished_holds_its_layers_no_longer(canvas):
    canvas.set_scene(colored(LAYER, x=RED, y=RED))
    source = canvas._pictures.source
    gc.disable()
    try:
        source._begin(canvas._wanted())
        next(source._job.steps)
        left = weakref.ref(source._job)
        source._begin(canvas._wanted())
        assert left() is None
    finally:
        gc.enable()


def test_the_whole_layer_is_shown_and_recoloured(canvas, qtbot):
    scene = colored(LAYER, x=RED, y=RED)
    with qtbot.waitSignal(canvas.frame_drawn, timeout=10_000):
        canvas.set_scene(scene)
    first = fills(canvas, qtbot)
    assert share(first, (0xD0, 0x20, 0x20)) > 0.5
    blue = replace(scene, layers=colored(LAYER, x=BLUE, y=BLUE).layers)
    with qtbot.waitSignal(canvas.frame_drawn, timeout=10_000):
        canvas.set_scene(blue)
    second = fills(canvas, qtbot)
    assert share(second, (0x20, 0x40, 0xD0)) > 0.5
    assert share(second, (0xD0, 0x20, 0x20)) == 0


def test_at_rest_another_colour_is_shown_without_drawing(canvas, qtbot, monkeypatch):
    monkeypatch.setattr(layers, "MOST_AT_REST", 0)
    monkeypatch.setattr(layers, "MOST_MOVING", 0)
    canvas.set_scene(colored(LAYER, x=RED, y=RED))
    fills(canvas, qtbot)
    source = canvas._pictures.source
    qtbot.waitUntil(lambda: not source._mesher.is_busy, timeout=10_000)
    canvas.pan_by(-7, 3)
    kept = lambda: any(one.samples for one in source._gl._renderer.fills._pictures.values())
    qtbot.waitUntil(kept, timeout=10_000)
    drawn, shown = [], []
    monkeypatch.setattr(MapRenderer, "draw", lambda *_all, **_more: drawn.append(1) or iter(()))
    source.frame_made.connect(lambda frame: shown.append(frame.finished))
    scene = replace(canvas.scene, layers=colored(LAYER, x=BLUE, y=BLUE).layers)
    with qtbot.waitSignal(canvas.frame_drawn, timeout=10_000):
        canvas.set_scene(scene)
    assert (drawn, shown) == ([], [False, True])
    picture = fills(canvas, qtbot)
    assert share(picture, (0x20, 0x40, 0xD0)) > 0.5
    assert share(picture, (0xD0, 0x20, 0x20)) == 0


def test_gl_and_painter_show_the_same(canvas, qtbot):
    scene = colored(LAYER, x=RED, y=BLUE)
    canvas.set_scene(scene)
    fills(canvas, qtbot)
    canvas.pan_by(-7, 3)  # the meshes are there by now, whichever way the first picture came
    qtbot.waitUntil(lambda: not canvas._pictures.source._mesher.is_busy, timeout=10_000)
    canvas.pan_by(-7, 3)
    mine = fills(canvas, qtbot)
    other = MapCanvas(use_gl=False)
    qtbot.addWidget(other)
    other.resize(400, 300)
    other.set_viewport(canvas.viewport)
    other.set_scene(scene)
    other.show()
    theirs = fills(other, qtbot)
    other.close()
    assert (np.abs(mine - theirs).max(axis=2) > 90).mean() < 0.03


def test_once_the_hand_rests_the_picture_has_a_margin(canvas, qtbot):
    canvas.set_scene(colored(LAYER, x=RED, y=RED))
    fills(canvas, qtbot)
    shown = canvas._pictures
    qtbot.waitUntil(lambda: shown._frame.request.is_wide, timeout=10_000)
    assert shown._frame.request.viewport.width_px == 400 + 2 * MARGIN_PX
    canvas.pan_by(-60, 0)
    canvas.repaint()
    moved = pixels(canvas.picture())[50:250, 350:395, :3].astype(int)
    assert share(moved, (0xD0, 0x20, 0x20)) > 0.5


@pytest.mark.parametrize("move", [(0, 0), (60, 0), (-33, 21), (140, -90)])
def test_a_moved_view_is_put_together_as_if_drawn_as_a_whole(qtbot, move):
    scene = colored(LAYER, x=RED, y=BLUE)
    (shown,) = scene.vectors
    for _, chunk in scene.chunks(shown):
        cached_mesh(scene.cache, chunk)
    view = Viewport(284.0, 284.0, 0.5, 400, 300)
    lines = solid_lines(scene, shown, view, 25.4 / 96)
    with closing(GlContext()) as gl:

        def picture(of, held=None):
            drawing = LayerDrawing(scene, shown, of, lines, at_rest=False)
            steps = sum(1 for _ in drawing.steps(gl, held))
            return drawing, steps

        first, _ = picture(view)
        moved, steps = picture(view.panned(*move), first.held)
        anew, _ = picture(view.panned(*move))
    apart = pixels(moved.image).astype(int) - pixels(anew.image).astype(int)
    assert (np.abs(apart) > 2).mean() < 1e-3  # borders that run through the middle of a pixel
    assert steps == 0 or move != (0, 0)


def test_meshes_that_come_while_a_picture_is_made_are_drawn(qtbot, monkeypatch):
    monkeypatch.setattr(gl_source, "FEWEST_ROWS", 1000)
    monkeypatch.setattr(gl_source, "FEWEST_VISIBLE", 500)
    monkeypatch.setattr(gl_source, "MOST_FOR_PAINTER", 0)
    scene = colored(LAYER, x=RED, y=BLUE)
    source = gl_source.GlSource()
    monkeypatch.setattr(source._mesher, "build", lambda *_asked: None)
    wanted = FrameRequest(scene, Viewport(284.0, 284.0, 1.0, 400, 300), 1.0, "#ffffff")
    finished = []
    source.frame_made.connect(lambda frame: finished.append(frame.finished))
    source.request(wanted)
    next(source._job.steps)  # it has seen that there is no mesh
    for _ in range(4):
        next(source._job.steps, None)
    (shown,) = scene.vectors
    for _, chunk in scene.chunks(shown):
        cached_mesh(scene.cache, chunk)
    source._again.stop()  # even if the clock that looks again has been stopped
    source._on_meshes()
    qtbot.waitUntil(lambda: True in finished, timeout=10_000)
    source.close()


def test_a_margin_gives_way_to_the_next_view(qtbot):
    stopped = []

    def make(wanted, ctx):
        while wanted.is_wide:
            time.sleep(0.002)
            try:
                ctx.check()
            except JobCancelled:
                stopped.append(wanted)
                raise
        return Frame(QImage(), wanted)

    source = PainterSource(None, make)
    window = FrameRequest(EMPTY_SCENE, Viewport(0.0, 0.0, 1.0, 40, 30), 1.0, "#ffffff")
    wide = replace(window, is_wide=True)
    source.request(wide)
    with qtbot.waitSignal(source.frame_made, timeout=5_000) as made:
        source.request(window)
    assert (stopped, made.args[0].request) == ([wide], window)
    source.close()


def test_a_picture_that_comes_after_closing_asks_for_nothing(canvas, qtbot):
    canvas.set_scene(colored(LAYER, x=RED, y=BLUE))
    fills(canvas, qtbot)
    last = canvas._pictures._frame
    canvas.shut_down()
    canvas._pictures._on_frame(replace(last, request=replace(last.request, is_wide=False)))
    canvas._pictures.ask()
    assert not canvas.is_busy
    qtbot.wait(200)  # longer than the hand rests: a request would meet a closed context


def test_closing_in_the_middle_of_everything_is_quiet(canvas, qtbot):
    canvas.set_scene(colored(LAYER, x=RED, y=BLUE))
    qtbot.wait(30)
    canvas.shut_down()


def test_the_window_answers_while_a_layer_is_prepared(canvas, qtbot):
    gaps = []
    clock = QElapsedTimer()
    clock.start()
    beat = QTimer(interval=5)
    beat.timeout.connect(lambda: gaps.append(clock.restart()))
    beat.start()
    canvas.set_scene(colored(LAYER, x=RED, y=BLUE))
    fills(canvas, qtbot)
    beat.stop()
    assert max(gaps) < 500

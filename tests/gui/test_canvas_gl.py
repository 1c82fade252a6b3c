"""Large layers on the canvas through OpenGL: complete, recoloured, never holding the window up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QElapsedTimer, QTimer

from emadina_gis.app.canvas import MapCanvas, gl_source
from emadina_gis.domain.viewport import Viewport
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


def test_gl_and_painter_show_the_same(canvas, qtbot):
    scene = colored(LAYER, x=RED, y=BLUE)
    canvas.set_scene(scene)
    fills(canvas, qtbot)
    canvas.pan_by(-7, 3)  # the meshes are there by now, whichever way the first picture came
    qtbot.waitUntil(lambda: not canvas._source._mesher.is_busy, timeout=10_000)
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

"""The window: from the command to the demo's picture, and frames while panning and zooming."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

import numpy as np

from emadina_gis.words import load_words
from emadina_gis.workflows.demo import open_demo

START_BAR_S = 3.0
FRAMES = 200
SIZE_PX = (1600, 1000)


def demo_parcels():
    """Return the parcel layer of the demo."""
    return open_demo(load_words("fr")).parcels


def measure_start(bench, runs=5):
    """Time the command until the window is shown and until the demo is drawn."""
    shown, drawn, gaps = [], [], []
    for _ in range(runs + 1):
        with tempfile.TemporaryDirectory(prefix="emadina-bench-") as home:
            told = _probe(home)
        shown.append(told[0])
        drawn.append(told[1])
        gaps.append(told[2])
    bench.record("demo", "command to window shown", shown[1:])
    bench.record("demo", "command to first picture of all layers", drawn[1:], bar_s=START_BAR_S)
    bench.record("demo", "longest stall of the main thread while opening", gaps[1:])


def _probe(home):
    command = [sys.executable, "-m", "tests.benchmarks.start_probe", str(time.time())]
    environment = {**os.environ, "EMADINA_HOME": home}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=True, env=environment
    )
    return [float(part) for part in done.stdout.split()[-3:]]


def measure(bench, layer, label):
    """Time frames of a canvas with one layer: event to painted picture."""
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from emadina_gis.app import application
    from emadina_gis.app.canvas.map_canvas import MapCanvas
    from emadina_gis.render.derived import DerivedCache
    from emadina_gis.render.scene import Scene, drawn_layer

    app = QApplication.instance() or application.make_application(["emadina-gis"])
    cache = DerivedCache()
    canvas = MapCanvas()
    canvas.resize(*SIZE_PX)
    canvas.show()
    scene = Scene(layer.crs, (drawn_layer(layer, cache=cache, columns={}),), cache)

    def settle():
        loop = QEventLoop()
        canvas.frame_drawn.connect(lambda: None if canvas.is_busy else loop.quit())
        QTimer.singleShot(60_000, loop.quit)
        if canvas.is_busy:
            loop.exec()
        app.processEvents()

    start = time.perf_counter()
    canvas.set_scene(scene)
    canvas.zoom_to_all()
    app.processEvents()
    settle()
    bench.record(label, "canvas: first whole picture (with meshes)", [time.perf_counter() - start])
    panning = _p95(canvas, lambda k: canvas.pan_by(9, k % 5 - 2))
    bench.record(label, "canvas: pan frame, p95 of 200", [panning])
    settle()
    zooming = _p95(canvas, lambda k: canvas.zoom_by(1.06 if k % 40 < 20 else 1 / 1.06))
    bench.record(label, "canvas: zoom frame, p95 of 200", [zooming])
    settle()
    canvas.close()
    canvas.deleteLater()
    app.processEvents()


def _p95(canvas, gesture):
    seconds = []
    for index in range(FRAMES):
        start = time.perf_counter()
        gesture(index)
        canvas.repaint()
        seconds.append(time.perf_counter() - start)
    return float(np.quantile(seconds, 0.95))

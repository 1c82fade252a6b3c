"""One measurement of the canvas in a process of its own; prints what it took as JSON.

Usage: ``python -m tests.benchmarks.canvas_probe TASK COUNT``. The whole window is there, with its
panels, the table and the outcome of the parcels; the map in it has 1600×1000 pixels.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF

from emadina_gis.app.canvas.map_canvas import WHEEL_STEP
from emadina_gis.app.comparing import Mode
from emadina_gis.domain.geometry import CHUNK_ROWS
from emadina_gis.domain.viewport import Viewport
from emadina_gis.render.spatial_index import identify
from emadina_gis.session.commands.styles import SetLayerStyle
from emadina_gis.session.view_state import Tool
from tests.benchmarks.cadastre import VERTICES
from tests.benchmarks.canvas_project import (
    CHANGED,
    GROUND_M2,
    canvas_project,
    other_style,
    outcome_style,
)
from tests.benchmarks.hand import Hand, pump_until

SIZE_PX = (1600, 1000)
EVENTS = 200
RUNS = 7
#: The first run is not counted.
TURNS = range(RUNS + 1)
#: So often the wheel is turned.
NOTCHES = 5
#: The window around the map is larger than this screen; Xvfb's is made large enough.
READY_S = 240.0


def main():
    task, count = sys.argv[1], int(sys.argv[2])
    window = window_of(count)
    told = TASKS[task](window, Hand(window.map.canvas))
    print(json.dumps(told), flush=True)
    os._exit(0)


def window_of(count):
    """Return a window whose map shows the project, when all its background work is done.

    The triangles of the million too: what opening costs is measured in ``responsive``.
    """
    from emadina_gis.app import application

    app = application.make_application(["emadina-gis"])
    window = application.make_window(app, language="fr")
    window.show()
    window.files.new()
    window.files.open_copy(canvas_project(count))
    pump_until(lambda: is_settled(window), READY_S)
    fit(window)
    Hand(window.map.canvas).settle()
    pump_until(lambda: not window.map.canvas.is_preparing, READY_S)
    return window


def fit(window):
    """Make the window as large as the map in it needs."""
    from PySide6.QtWidgets import QApplication

    for _ in range(3):
        around = window.size() - window.map.canvas.size()
        window.resize(SIZE_PX[0] + around.width(), SIZE_PX[1] + around.height())
        QApplication.processEvents()
    assert (window.map.canvas.width(), window.map.canvas.height()) == SIZE_PX


def is_settled(window):
    """Whether the picture, the outcome and the rows of the layer list are there."""
    canvas, desk = window.map.canvas, window.desk
    drawn = canvas.scene.vector("parcels") is not None and not canvas.is_busy
    return drawn and desk.results.active is not None and not desk.jobs.is_busy


# --- moving ---------------------------------------------------------------------------------------


def moving(window, hand):
    """Pan and zoom, 200 events each, at the whole extent and in the closer views."""
    told = {}
    for name, view in views(window):
        window.map.canvas.set_viewport(view)
        hand.settle()
        told[f"pan, {name}"] = panned(window, hand)
        hand.settle()
        told[f"zoom, {name}"] = zoomed(hand)
        hand.settle()
    return told


def panned(window, hand):
    """Drag the map to and fro."""
    window.desk.view.set_tool(Tool.PAN)
    step = np.arange(EVENTS)
    x = 800 + 240 * np.sin(step / 9.0)
    y = 500 + 90 * np.sin(step / 5.0)
    hand.press(QPointF(x[0], y[0]))
    places = [QPointF(*at) for at in zip(x[1:], y[1:], strict=True)]
    waited = hand.paced([partial(hand.move, at) for at in places])
    hand.release(QPointF(x[-1], y[-1]))
    window.desk.view.set_tool(Tool.SELECT)
    return waited


def zoomed(hand):
    """Turn the wheel in and out."""
    at = QPointF(700, 450)
    turns = [1 if (k // 5) % 2 == 0 else -1 for k in range(EVENTS)]
    return hand.paced([lambda turn=turn: hand.wheel(at, turn) for turn in turns])


def views(window):
    """Return the views of the issue: all, 90 000 parcels, 5 000 parcels, with their names."""
    canvas = window.map.canvas
    extent = window.desk.project.vector_layer("parcels").table.extent
    whole = canvas.viewport.fitted(extent, 1.08)
    return [
        ("whole extent", whole),
        ("90 000 parcels", _view_of(whole, 90_000)),
        ("5 000 parcels", _view_of(whole, 5_000)),
    ]


def _view_of(whole, count):
    units = (count * GROUND_M2 / (SIZE_PX[0] * SIZE_PX[1])) ** 0.5
    return Viewport(whole.x, whole.y, min(units, whole.units_per_px), *SIZE_PX)


# --- the picture after ----------------------------------------------------------------------------


def resting(window, hand):
    """From the last event of a drag or the wheel, or a jump, until the finished picture.

    After a drag most of the last picture is put together anew; after the wheel and a jump nothing
    is, and these are what QGIS is compared with. Of a drag, until nothing changes, too.
    """
    told = {}
    for name, view in views(window):
        dragged = [from_view(window, hand, view, partial(rested, window, hand, k)) for k in TURNS]
        told[f"picture after the hand stops, {name}"] = [first for first, _last in dragged[1:]]
        told[f"with labels and all, {name}"] = [last for _first, last in dragged[1:]]
        far = replace(view, units_per_px=view.units_per_px * WHEEL_STEP**NOTCHES)
        wheeled = [from_view(window, hand, far, partial(wheeled_to, hand)) for _ in TURNS]
        told[f"picture after the wheel stops, {name}"] = wheeled[1:]
        away = replace(view, x=view.x + view.units_per_px * 4 * SIZE_PX[0])
        jumped = [from_view(window, hand, away, partial(jumped_to, hand, view, k)) for k in TURNS]
        told[f"picture of a view jumped to, {name}"] = jumped[1:]
    return told


def from_view(window, hand, view, act):
    """Show a view, wait until nothing moves, and act."""
    window.map.canvas.set_viewport(view)
    hand.settle()
    return act()


def wheeled_to(hand):
    """Turn the wheel in about the middle of the map, and wait."""
    middle = QPointF(SIZE_PX[0] / 2, SIZE_PX[1] / 2)
    hand.paced([partial(hand.wheel, middle, 1) for _ in range(NOTCHES - 1)])
    begun_s = time.perf_counter()
    hand.wheel(middle, 1)
    return hand.until_finished(begun_s)


def jumped_to(hand, view, run):
    """Go to a place, each time a little beside the last, as a bookmark does, and wait."""
    begun_s = time.perf_counter()
    hand.canvas.set_viewport(replace(view, x=view.x + 7 * run * view.units_per_px))
    return hand.until_finished(begun_s)


def rested(window, hand, run):
    """Drag a little, let go, and wait."""
    window.desk.view.set_tool(Tool.PAN)
    across = [QPointF(500 + 30 * k, 400 + (7 + run) * k) for k in range(8)]
    hand.press(across[0])
    hand.paced([lambda at=at: hand.move(at) for at in across[1:]])
    hand.release(across[-1])
    begun_s = time.perf_counter()
    finished_s = hand.until_finished(begun_s)
    hand.until_quiet()
    return finished_s, hand.eye.shown_s - begun_s


# --- other pictures of the same place -------------------------------------------------------------


def recolouring(window, hand):
    """Another column, and back: the first changed picture, and the last."""
    desk, told = window.desk, {}
    for name, view in views(window)[:2]:
        window.map.canvas.set_viewport(view)
        hand.settle()
        layer = desk.project.vector_layer("parcels")
        turns = itertools.cycle((other_style(layer), layer.style))
        commands = [SetLayerStyle("parcels", next(turns)) for _ in range(RUNS + 1)]
        runs = [hand.until_changed(partial(desk.do, command)) for command in commands]
        told[f"recolour, {name}"] = [first for first, _last in runs[1:]]
        told[f"recolour, final, {name}"] = [last for _first, last in runs[1:]]
    return told


def highlighting(window, hand):
    """A selection of a thousand, then of a hundred thousand parcels, marked on the map."""
    desk, told = window.desk, {}
    ids = desk.project.vector_layer("parcels").table.ids
    window.map.canvas.set_viewport(views(window)[0][1])
    hand.settle()
    for count in (1_000, min(100_000, len(ids) // 4)):
        runs = []
        for run in range(RUNS + 1):
            chosen = ids[run * count // 3 : run * count // 3 + count]
            runs.append(hand.until_changed(lambda c=chosen: desk.view.select("parcels", c)))
        told[f"highlight {count}"] = [first for first, _last in runs[1:]]
        told[f"highlight {count}, final"] = [last for _first, last in runs[1:]]
    return told


def swiping(window, hand):
    """The line between two scenarios dragged; then let go."""
    desk, scenarios = window.desk, window.scenarios
    desk.view.activate_scenario(CHANGED)
    pump_until(lambda: desk.results.scenario_id == CHANGED and is_settled(window), READY_S)
    columns = desk.results.columns()["parcels"]
    desk.do(SetLayerStyle("parcels", outcome_style(columns)))
    hand.settle()
    scenarios.comparing.show(Mode.SWIPE)
    pump_until(lambda: scenarios.comparing.pair is not None and is_settled(window), READY_S)
    other = Hand(window.map.panes.other)
    other.settle()
    hand.settle()
    handle = window.map.panes.handle
    other.eye.watch(window.map.canvas)
    grip = Hand(other.canvas, other.eye, handle)
    grip.press(QPointF(18, 400))
    x = 6.0 * np.concatenate([np.arange(50), np.arange(50, -50, -1), np.arange(-50, 0)])
    left = handle.x()
    waited = grip.paced(
        [lambda dx=dx: grip.move(QPointF(left + dx - handle.x() + 18, 400)) for dx in x[1:]]
    )
    grip.release(QPointF(18, 400))
    begun_s = time.perf_counter()
    grip.until_quiet()
    return {"swipe": waited, "swipe, final": [max(grip.eye.shown_s - begun_s, 0.0)]}


# --- answers --------------------------------------------------------------------------------------


def answering(window, hand):
    """Identify at a place, click on it, and select by a rectangle."""
    canvas, desk = window.map.canvas, window.desk
    canvas.set_viewport(views(window)[0][1])
    hand.settle()
    told = {"identify": identified(canvas), "click to selection": [], "rectangle": []}
    table = desk.project.vector_layer("parcels").table
    for row in np.linspace(table.row_count * 0.3, table.row_count * 0.6, RUNS).astype(int).tolist():
        desk.view.clear_selection()
        hand.settle()
        at = QPointF(*canvas.viewport.to_screen(*middle_of(table, row)))
        told["click to selection"].append(answered(desk, lambda at=at: hand.click(at), 1))
    parcels = table.row_count
    wanted = min(100_000, parcels // 2)
    side = (wanted * GROUND_M2) ** 0.5 / canvas.viewport.units_per_px
    desk.view.set_tool(Tool.RECTANGLE)
    for run in range(RUNS):
        desk.view.clear_selection()
        hand.settle()
        start = QPointF(500 + 11 * run, 300)
        hand.press(start)
        hand.move(start + QPointF(side / 2, side / 2))
        hand.move(start + QPointF(side, side))
        end = start + QPointF(side, side)
        told["rectangle"].append(answered(desk, lambda end=end: hand.release(end), wanted // 2))
    return told


def middle_of(table, row):
    """Return the middle of a parcel, in map units."""
    chunk, place = divmod(row, CHUNK_ROWS)
    ring = table.geometry[chunk].xy[place * VERTICES : (place + 1) * VERTICES - 1]
    return ring.mean(axis=0)


def identified(canvas):
    """Ask what is at some places, as a click does before it selects."""
    seconds = []
    for x, y in np.random.default_rng(3).uniform(200, 800, (EVENTS, 2)):
        place = canvas.viewport.to_map(x, y)
        begun_s = time.perf_counter()
        identify(canvas.scene, *place, canvas.pick_tolerance, canvas.viewport.units_per_px)
        seconds.append(time.perf_counter() - begun_s)
    return seconds


def answered(desk, act, fewest):
    """Return how long it takes until so many rows are selected."""
    begun_s = time.perf_counter()
    moment = []
    unwatch = desk.view.watch(
        lambda view: view.selection, lambda _now: moment.append(time.perf_counter())
    )
    act()
    pump_until(lambda: desk.view.selected_count >= fewest, 20.0)
    unwatch()
    return (moment[-1] if moment else time.perf_counter()) - begun_s


TASKS = {
    "moving": moving,
    "resting": resting,
    "recolouring": recolouring,
    "highlighting": highlighting,
    "swiping": swiping,
    "answering": answering,
}

if __name__ == "__main__":
    main()

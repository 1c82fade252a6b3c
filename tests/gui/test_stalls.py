"""The window lets work go on beside it and is not kept waiting; what is costly comes in steps."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QObject, QTimer

from emadina_gis.app import scenes
from emadina_gis.app.jobs_qt import BEAT_MS, LONGEST_PAUSE_S, Courtesy
from emadina_gis.app.panels.layer_legend import LegendView
from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.schema import guessed_schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.scene import build_scene
from emadina_gis.session.commands.layers import AddLayers, MoveLayer, RemoveLayer
from emadina_gis.session.commands.project import SetProjectCrs
from tests.gui.small_project import X0, Y0

MANY = 20_000


def many_parcels():
    """Return twenty thousand parcels without areas: everything must be measured."""
    side = np.arange(MANY)
    x, y = X0 + (side % 200) * 15.0, Y0 + (side // 200) * 25.0
    table = FeatureTable.from_columns(
        {
            "titre": [f"T.{number}/C" for number in range(MANY)],
            "zone": np.where(side % 3 == 0, "D3", "B4").tolist(),
        },
        geometry=shapely.box(x, y, x + 12, y + 20),
        crs=MERCHICH_NORTH,
    )
    title = Title("Grand", "كبير", "Large")
    return VectorLayer("large", title, table, schema=guessed_schema(table.names))


def test_work_pauses_while_the_main_thread_is_late_but_not_for_ever(qapp):
    parent = QObject()
    courtesy = Courtesy(parent)
    courtesy.begin()
    begun = time.monotonic()
    courtesy.let_through()
    assert time.monotonic() - begun < LONGEST_PAUSE_S / 2
    time.sleep(3 * BEAT_MS / 1000)
    begun = time.monotonic()
    courtesy.let_through()
    assert time.monotonic() - begun >= LONGEST_PAUSE_S / 2
    courtesy.end()
    begun = time.monotonic()
    courtesy.let_through()
    assert time.monotonic() - begun < LONGEST_PAUSE_S / 2


def test_rows_of_layers_come_one_by_one_and_stay_when_others_move(qtbot, window):
    panel = window.layers
    kept = panel.row_of("parcels")
    window.desk.do(AddLayers((many_parcels(),)))
    assert not panel.is_complete
    assert panel.list.item(0).text() == "Grand"
    qtbot.waitUntil(lambda: panel.is_complete, timeout=10_000)
    assert panel.list.item(0).text() == ""
    window.desk.do(MoveLayer("large", 2))
    assert panel.row_of("parcels") is kept
    window.desk.do(RemoveLayer("large"))
    assert panel.row_of("parcels") is kept
    assert panel.list.count() == 2


def test_a_row_that_is_needed_at_once_is_made_at_once(window):
    window.desk.do(AddLayers((many_parcels(),)))
    window.layers.start_rename("large")
    assert window.layers.row_of("large").editor.text() == "Grand"


@pytest.fixture
def builders(monkeypatch):
    """Whether the main thread made each scene."""
    made = []

    def build(*arguments, **named):
        made.append(threading.current_thread() is threading.main_thread())
        return build_scene(*arguments, **named)

    monkeypatch.setattr(scenes, "build_scene", build)
    return made


def test_the_way_to_another_system_is_looked_for_outside_the_main_thread(qtbot, window, builders):
    for crs, is_on_main in ((WGS84, False), (MERCHICH_NORTH, True), (WGS84, True)):
        builders.clear()
        window.desk.do(SetProjectCrs(crs))
        qtbot.waitUntil(lambda wanted=crs: window.map.canvas.scene.crs == wanted)
        assert builders == [is_on_main]


def test_a_large_layer_is_classified_outside_the_main_thread(qtbot, window, builders):
    layer = replace(many_parcels(), style=window.desk.project.vector_layer("parcels").style)
    layer = replace(layer, table=layer.table.with_column("sector", layer.table.strings("zone")))
    window.desk.do(AddLayers((layer,)))
    qtbot.waitUntil(lambda: len(window.map.canvas.scene.layers) == 3, timeout=20_000)
    assert not any(builders)
    qtbot.waitUntil(
        lambda: [item.text for item in window.layers.row_of("large").legend.items] == ["B4", "D3"],
        timeout=20_000,
    )


def test_a_summary_of_many_rows_comes_after_the_selection(qtbot, window):
    window.desk.do(AddLayers((many_parcels(),)))
    window.desk.view.select("large", np.arange(MANY))
    from PySide6.QtWidgets import QLabel

    def told():
        return " | ".join(label.text() for label in window.inspector.findChildren(QLabel))

    assert "…" in told()
    qtbot.waitUntil(lambda: "B4 (" in told(), timeout=20_000)


def test_the_legend_says_what_it_cuts(qtbot, window):
    row = window.layers.row_of("parcels")
    view = row.legend
    assert isinstance(view, LegendView)
    items = tuple(replace(item, text=item.text + " avec un très long nom") for item in view.items)
    view.show_items(items, "et 3 autres classes")
    view.resize(90, view.sizeHint().height())
    assert view.hidden_text(2).startswith(items[0].text)
    assert view.hidden_text(9_999) == ""
    assert "et 3 autres classes" in view.text()
    assert view.grab().toImage().size().height() > 20


def test_tables_are_not_hashed_to_find_what_was_derived_from_them(monkeypatch):
    cache, layer = DerivedCache(), many_parcels()
    monkeypatch.setattr(FeatureTable, "__hash__", lambda _self: 1 / 0)
    made = cache.get(layer.table, "key", lambda: [1])
    assert cache.get(layer.table, "key", lambda: [2]) is made
    assert cache.known(layer.table, "key") is made
    assert cache.known(many_parcels().table, "key") is None


def test_outputs_take_the_outcome_that_is_known(qtbot, window):
    results = window.desk.results
    project = window.desk.project
    known = results.outcome_of(project, project.reference_id, NULL_CONTEXT)
    assert known is results.active


def test_the_heart_beats_while_a_large_layer_is_measured(qtbot, window):
    """Not a timing: the main thread gets its turns, many of them, while work goes on."""
    turns = []
    timer = QTimer()
    timer.timeout.connect(lambda: turns.append(time.perf_counter()))
    timer.start(5)
    window.desk.do(AddLayers((many_parcels(),)))
    from emadina_gis.session.commands.project import SetParcelsLayer

    window.desk.do(SetParcelsLayer("large"))
    before = len(turns)
    qtbot.waitUntil(lambda: not window.desk.results.is_busy, timeout=60_000)
    timer.stop()
    assert len(turns) - before > 5


def test_the_inputs_of_the_engine_are_read_once_for_the_same_parcels():
    from emadina_gis.workflows.simulating import KnownInputs
    from tests.gui.small_project import small_project

    known, project = KnownInputs(), small_project()
    first = known.of(project)
    assert known.of(replace(project, coefficients=(("storey_m", 3.1),))) is first
    assert known.of(small_project()) is not first


def test_what_tables_are_asked_first_is_worked_out_before_the_project_is_shown():
    from emadina_gis.workflows.opening import made_ready
    from tests.gui.small_project import small_project

    project = made_ready(small_project())
    for layer in project.vector_layers:
        assert {"extent", "main_kind"} <= vars(layer.table).keys()


def test_leaving_a_project_does_not_wait_until_its_working_copy_is_removed(window, monkeypatch):

    from emadina_gis.io import working_copy

    removed, go_on = [], threading.Event()
    remove, path = working_copy.remove_database, window.files._copy.path

    def slow(other):
        if other == path:
            go_on.wait(10)
            removed.append(threading.get_ident())
        remove(other)

    monkeypatch.setattr(working_copy, "remove_database", slow)
    window.files.new()
    assert not removed
    go_on.set()
    working_copy._ENDING[path].join()
    assert threading.get_ident() not in removed
    assert not path.exists()


def test_a_job_that_ended_holds_nothing_of_what_it_worked_on():
    import weakref

    from emadina_gis.session.jobs import InlineRunner

    layers = [many_parcels()]
    seen = weakref.ref(layers[0])
    handle = InlineRunner().submit(partial(lambda layer, _ctx: layer.table.row_count, layers.pop()))
    assert handle.is_finished
    assert seen() is None

"""A project that was closed is held by nobody, and its memory goes back to the system."""

from __future__ import annotations

import gc
import weakref

import pytest

from emadina_gis.app import giving_back
from emadina_gis.app.giving_back import GROWN_BYTES, GivingBack


@pytest.fixture
def given(monkeypatch):
    """Record how often memory is given back, and let the process be as large as is said."""
    told = {"times": 0, "resident": 500_000_000}

    def give_back():
        told["times"] += 1

    monkeypatch.setattr(giving_back, "give_back", give_back)
    monkeypatch.setattr(giving_back, "resident_bytes", lambda: told["resident"])
    return told


@pytest.fixture
def giver(window, given, qtbot):
    made = GivingBack(window.desk, window)
    made._timer.stop()
    looked(made, qtbot)
    return made


def looked(giver, qtbot):
    qtbot.waitUntil(lambda: not giver._desk.jobs.is_busy)
    giver.look()
    qtbot.waitUntil(lambda: not giver._desk.jobs.is_busy)


def test_nobody_holds_a_project_that_was_closed(window, qtbot):
    window.desk.view.activate_layer("parcels")
    window.open_bottom("table")
    qtbot.waitUntil(lambda: window.bottom.table.model.rowCount() == 30)
    window.open_select_by()
    window.side.panel("select").field.line.setText("area_m2 > 100")
    table = weakref.ref(window.desk.project.parcels.table)
    outcome = weakref.ref(window.desk.results.active.outcome)
    window.files.new()
    window.scenes.build()
    qtbot.waitUntil(lambda: not window.map.canvas.is_busy and not window.desk.jobs.is_busy)

    def is_gone():
        gc.collect()
        return table() is None and outcome() is None

    qtbot.waitUntil(is_gone, timeout=5_000)


def test_memory_is_given_back_where_the_process_grew(giver, given, qtbot):
    before = given["times"]
    given["resident"] += GROWN_BYTES // 2
    looked(giver, qtbot)
    assert given["times"] == before
    given["resident"] += GROWN_BYTES
    looked(giver, qtbot)
    assert given["times"] == before + 1
    looked(giver, qtbot)
    assert given["times"] == before + 1


def test_memory_is_given_back_when_another_project_comes(giver, given, window, qtbot):
    before = given["times"]
    window.files.new()
    looked(giver, qtbot)
    assert given["times"] == before + 1


def test_work_goes_first(giver, given, window, qtbot, monkeypatch):
    before = given["times"]
    given["resident"] += 2 * GROWN_BYTES
    with monkeypatch.context() as patched:
        patched.setattr(type(window.desk.jobs), "is_busy", property(lambda _jobs: True))
        giver.look()
    assert given["times"] == before
    looked(giver, qtbot)
    assert given["times"] == before + 1

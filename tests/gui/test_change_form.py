"""Adding changes in the window: drawn on the map with clicks, or for selected parcels."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from tests.gui.small_project import X0, Y0

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def form(qtbot, window):
    window.add_scenario()
    window.actions_.qt("change-form.open").trigger()
    form = window.side.panel("change")
    qtbot.waitUntil(form.isVisible)
    return form


def changes(window):
    project = window.desk.project
    return project.scenario(window.desk.view.active_scenario_id).changes


def chooses(qtbot, form, kind):
    form.kind.setCurrentIndex(form.kind.findData(kind))
    form.kind.activated.emit(form.kind.currentIndex())


def draws(qtbot, window, form, *places):
    qtbot.mouseClick(form.draw_button, LEFT)
    canvas = window.map.canvas
    for x, y in places:
        across, down = canvas.viewport.to_screen(x, y)
        qtbot.mouseClick(canvas, LEFT, pos=QPoint(round(across), round(down)))
    qtbot.keyClick(canvas, Qt.Key.Key_Return)


def adds(qtbot, window, form):
    count = len(changes(window))
    qtbot.mouseClick(form.add_button, LEFT)
    qtbot.waitUntil(lambda: len(changes(window)) > count or bool(form.error.text()))


def test_land_is_reserved_by_drawing(qtbot, window, form):
    chooses(qtbot, form, "add_reservation")
    assert not form.add_button.isEnabled()
    corners = ((X0, Y0), (X0 + 19, Y0), (X0 + 19, Y0 + 19), (X0, Y0 + 19))
    draws(qtbot, window, form, *corners)
    assert "Surface dessinée" in form.where.text()
    qtbot.keyClicks(form.lines["index"], "E12")
    adds(qtbot, window, form)
    (change,) = changes(window)
    assert change.index == "E12"
    assert 0 in dict(change.taken)
    window.desk.store.undo()
    assert changes(window) == ()


def test_a_road_is_drawn_with_its_width(qtbot, window, form):
    chooses(qtbot, form, "add_road")
    draws(qtbot, window, form, (X0 + 19.5, Y0 - 10), (X0 + 19.5, Y0 + 110))
    form.numbers["width_m"].setValue(16)
    adds(qtbot, window, form)
    assert changes(window)[0].width_m == 16


def test_a_derogation_needs_selected_parcels(qtbot, window, form):
    chooses(qtbot, form, "derogation")
    assert not form.add_button.isEnabled()
    assert form.draw_button.isHidden()
    window.desk.view.select("parcels", [20, 21])
    form.boxes["key"].setCurrentIndex(form.boxes["key"].findData("max_height_m"))
    form.boxes["key"].activated.emit(0)
    form.numbers["value"].setValue(23)
    qtbot.keyClicks(form.lines["reference"], "L-14")
    adds(qtbot, window, form)
    (change,) = changes(window)
    assert (change.ids, change.values) == ((20, 21), (("max_height_m", 23.0),))


def test_a_wrong_date_is_told_in_place(qtbot, window, form):
    chooses(qtbot, form, "derogation")
    window.desk.view.select("parcels", [20])
    qtbot.keyClicks(form.lines["date"], "hier")
    adds(qtbot, window, form)
    assert "hier" in form.error.text()
    assert changes(window) == ()


def test_escape_gives_a_drawing_up(qtbot, window, form):
    chooses(qtbot, form, "protect_land")
    qtbot.mouseClick(form.draw_button, LEFT)
    canvas = window.map.canvas
    qtbot.mouseClick(canvas, LEFT, pos=QPoint(100, 100))
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert form.drawn is None


def test_in_the_reference_a_scenario_is_made_first(qtbot, window):
    window.actions_.qt("change-form.open").trigger()
    form = window.side.panel("change")
    assert window.desk.results.is_reference
    chooses(qtbot, form, "protect_land")
    window.desk.view.select("parcels", [5])
    qtbot.mouseClick(form.add_button, LEFT)
    qtbot.waitUntil(lambda: len(window.desk.project.scenarios) == 2)
    qtbot.waitUntil(lambda: len(changes(window)) == 1)


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_kind_speaks_each_language(qtbot, window, form, language):
    window.desk.speech.set_language(language)
    for at in range(form.kind.count()):
        form.kind.setCurrentIndex(at)
        form.kind.activated.emit(at)
        assert form.where.text()
    window.desk.speech.set_language("fr")

"""Selecting on the map and by formulas, as a person does it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication

from emadina_gis.domain.extent import Extent
from emadina_gis.session.view_state import SelectMode, Tool
from tests.gui.small_project import SIDE_M, X0, Y0

NOTHING = Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def near(window, qtbot):
    """Show the parcels from near, the parcel layer active."""
    window.desk.view.activate_layer("parcels")
    window.map.canvas.zoom_to(Extent(X0, Y0, X0 + 120, Y0 + 100))
    qtbot.waitUntil(lambda: not window.map.canvas.is_busy)
    return window


def mouse(window, kind, at, held=NOTHING):
    """Send a mouse event at (columns, rows) of parcels from the south-west corner."""
    canvas = window.map.canvas
    place = canvas.viewport.to_screen(X0 + at[0] * SIDE_M, Y0 + at[1] * SIDE_M)
    there = QPointF(*place)
    pressed = Qt.MouseButton.LeftButton
    event = QMouseEvent(kind, there, QPointF(canvas.mapToGlobal(there.toPoint())), pressed, pressed,
                        held)  # fmt: skip
    QApplication.sendEvent(canvas, event)


def click(window, at, held=NOTHING):
    mouse(window, QEvent.Type.MouseButtonPress, at, held)
    mouse(window, QEvent.Type.MouseButtonRelease, at, held)


def drag(window, places, held=NOTHING):
    mouse(window, QEvent.Type.MouseButtonPress, places[0], held)
    for place in places[1:]:
        mouse(window, QEvent.Type.MouseMove, place, held)
    mouse(window, QEvent.Type.MouseButtonRelease, places[-1], held)


def selected(window):
    return window.desk.view.selected("parcels").tolist()


def key(qtbot, window, which):
    qtbot.keyClick(window.map.canvas, which)


FIRST_TWO = [(0.5, 0.5), (1.5, 0.5), (1.5, 0.6), (0.5, 0.6)]
NEXT_TWO = [(1.5, 0.5), (2.5, 0.5), (2.5, 0.6), (1.5, 0.6)]


def test_a_lasso_selects_and_keys_say_what_it_does(near):
    near.actions_.qt("tool.lasso").trigger()
    drag(near, FIRST_TWO)
    assert selected(near) == [0, 1]
    drag(near, NEXT_TWO, SHIFT)
    assert selected(near) == [0, 1, 2]
    drag(near, FIRST_TWO, ALT)
    assert selected(near) == [2]
    drag(near, NEXT_TWO, CONTROL)
    drag(near, FIRST_TWO, SHIFT | ALT)
    assert selected(near) == [1]


def test_the_buttons_beside_the_tools_say_what_every_gesture_does(qtbot, near):
    near.actions_.qt("tool.rectangle").trigger()
    options = near.map.options
    drag(near, [(0.5, 0.5), (2.5, 0.6)])
    for mode, places, found in (
        (SelectMode.REMOVE, [(0.5, 0.5), (0.6, 0.6)], [1, 2]),
        (SelectMode.ADD, [(3.5, 0.5), (3.6, 0.6)], [1, 2, 3]),
        (SelectMode.INTERSECT, [(2.5, 0.5), (5.5, 0.6)], [2, 3]),
        (SelectMode.REPLACE, [(4.5, 0.5), (4.6, 0.6)], [4]),
    ):
        qtbot.mouseClick(options.modes[mode], Qt.MouseButton.LeftButton)
        drag(near, places)
        assert selected(near) == found


def test_a_polygon_is_clicked_and_corners_are_taken_back(qtbot, near):
    near.actions_.qt("tool.polygon").trigger()
    for corner in [(0.5, 0.5), (2.5, 0.5), (2.5, 4.9)]:
        click(near, corner)
    key(qtbot, near, Qt.Key.Key_Backspace)
    click(near, (2.5, 0.6))
    assert selected(near) == []
    key(qtbot, near, Qt.Key.Key_Return)
    assert selected(near) == [0, 1, 2]


def test_esc_gives_up_a_polygon_then_the_tool_and_only_then_the_selection(near):
    near.desk.view.select("parcels", [7])
    near.actions_.qt("tool.polygon").trigger()
    click(near, (0.5, 0.5))
    near.escape()
    assert not near.map.canvas.tool.is_drawing
    assert near.desk.view.tool is Tool.POLYGON
    near.escape()
    assert near.desk.view.tool is Tool.SELECT
    assert selected(near) == [7]
    near.escape()
    assert selected(near) == []


def test_what_lies_around_a_point_and_around_the_selection(qtbot, near):
    near.actions_.qt("tool.buffer").trigger()
    near.map.options.reach.setValue(15)
    click(near, (0.5, 0.5))
    key(qtbot, near, Qt.Key.Key_Return)
    assert selected(near) == [0, 1, 6, 7]
    near.desk.view.select("parcels", [0])
    near.map.options.reach.setValue(1)
    qtbot.mouseClick(near.map.options.around, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: selected(near) == [0, 1, 6])


def test_the_layer_that_is_selected_in_is_shown_and_chosen(qtbot, near):
    layer = near.map.options.layer
    assert layer.currentText() == "Parcelles"
    layer.setCurrentIndex(layer.findData("streets"))
    layer.activated.emit(layer.currentIndex())
    assert near.desk.view.active_layer_id == "streets"
    near.actions_.qt("tool.rectangle").trigger()
    drag(near, [(-1, -2), (7, 6)])
    assert selected(near) == []
    assert len(near.desk.view.selected("streets"))


def test_all_that_lies_under_a_click_is_listed_and_stepped_through(qtbot, near):
    click(near, (0.5, 0.5))
    pointing, here = near.map.pointing, near.panels.selection.here
    assert len(pointing.hits) == here.list.count()
    assert here.list.currentText() == "Parcelles · T.1000/C"
    before = pointing.index
    near.actions_.qt("edit.next-hit").trigger()
    assert pointing.index == (before + 1) % len(pointing.hits)
    near.desk.view.select("parcels", [20])
    assert pointing.hits == ()
    assert here.isHidden()


def test_invert_again_like_copy_and_a_layer_of_its_own(qtbot, near):
    near.desk.view.select("parcels", [0, 1])
    near.actions_.qt("edit.copy-ids").trigger()
    assert QGuiApplication.clipboard().text() == "T.1000/C\nT.1001/C"
    near.actions_.qt("edit.invert-selection").trigger()
    assert selected(near) == list(range(2, 30))
    near.actions_.qt("edit.reselect").trigger()
    assert selected(near) == [0, 1]
    named = {n.field: n for n in near.panels.selection.like_columns()}
    near.panels.selection.select_like(near.desk.project.parcels, named["sector"])
    qtbot.waitUntil(lambda: selected(near) == list(range(15)))
    near.actions_.qt("edit.layer-of-selection").trigger()
    qtbot.waitUntil(lambda: len(near.desk.project.layers) == 3)
    made = near.desk.project.layers[1]
    assert (made.title.fr, made.table.row_count) == ("Parcelles (sélection)", 15)
    near.actions_.qt("edit.undo").trigger()
    assert len(near.desk.project.layers) == 2


def test_columns_and_values_are_offered_while_a_formula_is_typed(qtbot, near):
    near.actions_.qt("edit.select-by").trigger()
    panel = near.side.panel("select")
    line = panel.field.line
    qtbot.keyClicks(line, "sec")
    offered = [offer.insert.strip() for offer in line.offered.offers()]
    assert offered[0] == "sector"
    choose(qtbot, line)
    assert line.text() == "sector "
    qtbot.keyClicks(line, "= 'b")
    qtbot.waitUntil(lambda: [o.count for o in line.offered.offers()] == [15])
    choose(qtbot, line)
    assert line.text() == "sector = 'B4' "
    line.offered.hide()
    qtbot.waitUntil(lambda: panel.result.text() == "15 objets sur 30")


def choose(qtbot, line):
    """Take the first offer of the list, as the keys do."""
    view = line.offered.view
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Return)


def test_a_formula_is_kept_in_one_form_and_comes_back_in_the_language_of_the_window(qtbot, near):
    near.actions_.qt("edit.select-by").trigger()
    panel = near.side.panel("select")
    qtbot.keyClicks(panel.field.line, "Sector = 'B4' et AREA_M2 > 0,01 ha")
    panel.saved._ask_name()
    qtbot.keyClicks(panel.saved.name, "Grandes B4")
    qtbot.keyClick(panel.saved.name, Qt.Key.Key_Return)
    (kept,) = near.desk.project.formulas
    assert (kept.name, kept.text) == ("Grandes B4", "sector = 'B4' and area_m2 > 0.01 ha")
    near.desk.speech.set_language("ar")
    panel.saved._menu().actions()[0].trigger()
    assert panel.field.text() == "sector = 'B4' و area_m2 > 0,01 ha"
    near.desk.speech.set_language("fr")


def test_what_is_wrong_in_a_formula_is_said_in_place(qtbot, near):
    near.actions_.qt("edit.select-by").trigger()
    panel = near.side.panel("select")
    panel.field.set_text("area_m2 > 'grand'")
    panel.apply()
    qtbot.waitUntil(lambda: panel.field._error.isVisible())
    assert "Il faut ici un nombre, et non un texte (position 11)" in panel.field._error.text()

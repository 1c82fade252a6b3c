"""The window without a mouse: crosshair of the map, regions, dividers, the palette, own keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QSplitter

from emadina_gis.app.models.key_overview import PLACES, group_of
from emadina_gis.session.commands.layers import SetLayerVisible
from emadina_gis.session.shortcuts import conflicts, is_reserved
from emadina_gis.session.view_state import Tool

KEY = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def cursor(qtbot, window):
    """Show the crosshair over the first parcels."""
    canvas = window.map.canvas
    canvas.setFocus()
    window.view_.zoom_layer("parcels")
    canvas._motion.stop()
    qtbot.keyClick(canvas, KEY.Key_Return)
    assert window.panels.reach.map_keys.is_shown
    return window.panels.reach.map_keys


def aim(qtbot, cursor, x, y):
    """Press arrows until the crosshair is over a place of the map, to a pixel."""
    canvas = cursor._canvas
    far: list[float] = []
    for _ in range(400):
        wanted = canvas.viewport.to_screen(x, y)  # at the edge the map moves
        now = canvas.viewport.to_screen(*cursor.place)
        far = [float(target - here) for target, here in zip(wanted, now, strict=True)]
        axis = 0 if abs(far[0]) >= 1 else 1
        if abs(far[axis]) < 1:
            return
        arrows = ((KEY.Key_Left, KEY.Key_Right), (KEY.Key_Up, KEY.Key_Down))[axis]
        fine = Qt.KeyboardModifier.NoModifier if abs(far[axis]) >= 12 else SHIFT
        qtbot.keyClick(canvas, arrows[int(far[axis] > 0)], fine)
    pytest.fail(f"the crosshair does not get there: {far}")


def middle_of(window, row):
    x0, y0, x1, y1 = window.desk.project.layer("parcels").table.bounds[row]
    return (x0 + x1) / 2, (y0 + y1) / 2


def test_a_parcel_is_selected_and_another_added_by_keys(qtbot, window, cursor):
    canvas = window.map.canvas
    aim(qtbot, cursor, *middle_of(window, 2))
    qtbot.keyClick(canvas, KEY.Key_Return)
    assert list(window.desk.view.selected("parcels")) == [2]
    aim(qtbot, cursor, *middle_of(window, 3))
    qtbot.keyClick(canvas, KEY.Key_Return, CONTROL)
    assert list(window.desk.view.selected("parcels")) == [2, 3]


def test_a_rectangle_is_drawn_by_keys(qtbot, window, cursor):
    canvas, (x0, y0, _, _) = window.map.canvas, window.desk.project.layer("parcels").table.bounds[0]
    _, _, x1, y1 = window.desk.project.layer("parcels").table.bounds[1]
    aim(qtbot, cursor, min(x0, x1) - 1, min(y0, y1) - 1)
    qtbot.keyClick(canvas, KEY.Key_Return, SHIFT)
    aim(qtbot, cursor, max(x0, x1) + 1, max(y0, y1) + 1)
    qtbot.keyClick(canvas, KEY.Key_Return)
    assert {0, 1} <= set(window.desk.view.selected("parcels"))


@pytest.mark.parametrize("tool", [Tool.POLYGON, Tool.LASSO])
def test_an_area_is_drawn_and_selects_by_keys(qtbot, window, cursor, tool):
    canvas, table = window.map.canvas, window.desk.project.layer("parcels").table
    x0, y0, x1, y1 = table.bounds[7]
    corners = [
        (x0 - 0.5, y0 - 0.5),
        (x1 + 0.5, y0 - 0.5),
        (x1 + 0.5, y1 + 0.5),
        (x0 - 0.5, y1 + 0.5),
    ]
    window.desk.view.set_tool(tool)
    for place, corner in enumerate(corners):
        aim(qtbot, cursor, *corner)
        if tool is Tool.POLYGON or place == 0:
            qtbot.keyClick(canvas, KEY.Key_Return)
    qtbot.keyClick(canvas, KEY.Key_Return)
    qtbot.waitUntil(lambda: 7 in window.desk.view.selected("parcels"))


def test_a_length_is_measured_by_keys(qtbot, window, cursor):
    canvas = window.map.canvas
    window.measure(area=False)
    told = []
    canvas.measured.connect(told.append)
    start = cursor.place
    qtbot.keyClick(canvas, KEY.Key_Return)
    for _ in range(10):
        qtbot.keyClick(canvas, KEY.Key_Right)
    qtbot.keyClick(canvas, KEY.Key_Return)
    qtbot.keyClick(canvas, KEY.Key_Return)
    assert told[-1].length_m == pytest.approx(cursor.place[0] - start[0], abs=4.0)  # it snaps
    assert window.desk.view.tool is Tool.MEASURE


def test_escape_gives_up_one_thing_after_another(qtbot, window, cursor):
    canvas = window.map.canvas
    window.measure(area=False)
    qtbot.keyClick(canvas, KEY.Key_Return)
    qtbot.keyClick(canvas, KEY.Key_Escape)
    assert cursor.is_shown
    assert canvas.tool.points == []
    qtbot.keyClick(canvas, KEY.Key_Escape)
    assert not cursor.is_shown


def test_at_the_edge_the_map_moves_under_the_crosshair(qtbot, window, cursor):
    canvas, before = window.map.canvas, window.map.canvas.viewport
    for _ in range(canvas.width() // 12):
        qtbot.keyClick(canvas, KEY.Key_Right)
    assert canvas.viewport.to_map(0, 0)[0] > before.to_map(0, 0)[0]
    assert canvas.rect().contains(cursor.cross.geometry().center())


def test_the_mouse_takes_the_crosshair_away(qtbot, window, cursor):
    qtbot.mouseClick(window.map.canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert not cursor.is_shown


def test_f6_goes_round_the_regions_and_comes_back_to_where_it_was(window):
    regions = window.panels.reach.regions
    window.layers.list.setFocus()
    order = []
    for _ in range(len(regions.shown())):
        window.actions_.qt("focus.next").trigger()
        order.append(regions.current().key)
    assert order[:2] == ["region.middle", "region.bottom"]
    assert order[-1] == "region.layers"
    assert window.focusWidget() is window.layers.list
    window.actions_.qt("focus.previous").trigger()
    assert regions.current().key == "region.top"


def test_regions_of_the_page_editor_are_reached(window):
    window.layouts.open()
    keys = [region.key for region in window.panels.reach.regions.shown()]
    assert {"region.page-lists", "region.page", "region.page-bar"} <= set(keys)
    assert "region.layers" not in keys


@pytest.mark.parametrize(("language", "wider"), [("fr", KEY.Key_Right), ("ar", KEY.Key_Left)])
def test_a_divider_moves_by_arrows(qtbot, window, language, wider):
    window.desk.preferences.change(language=language)
    window.layers.list.setFocus()
    window.panels.reach.reach_splitters()
    columns = next(s for s in window.findChildren(QSplitter) if s.indexOf(window.layers) >= 0)
    before = window.layers.width()
    qtbot.keyClick(columns.handle(1), wider)
    assert window.layers.width() > before
    assert columns.handle(1).accessibleName()


def test_shift_f10_opens_the_menu_of_a_layer(qtbot, window):
    window.layers.list.setFocus()
    window.layers.list.setCurrentRow(0)
    window.actions_.qt("focus.menu").trigger()
    menu = next(menu for menu in window.layers.findChildren(QMenu) if menu.isVisible())
    assert menu.actions()
    menu.close()


def test_f10_opens_the_menu_of_everything(window):
    window.actions_.qt("menu.all").trigger()
    menu = next(menu for menu in window.top.findChildren(QMenu) if menu.isVisible())
    assert window.desk.speech.text("menu.file") in [part.text() for part in menu.actions()]
    menu.close()


def test_keys_are_told_in_the_hints_of_buttons(window):
    tip = window.map.strip.buttons["view.zoom-all"].toolTip()
    assert "Ctrl+0" in tip
    window.desk.preferences.change(language="en")
    assert "Ctrl+0" in window.map.strip.buttons["view.zoom-all"].toolTip()


# --- shortcuts ------------------------------------------------------------------------------------


def test_no_key_calls_two_actions_and_none_belongs_to_a_field(window):
    keys = window.actions_.keys
    assert conflicts(keys) == {}
    taken = {key: name for name, own in keys.items() for key in own if is_reserved(key)}
    assert taken == {"Esc": "app.cancel"}


def test_keys_of_the_page_editor_are_its_own_while_it_has_the_focus(qtbot, window):
    """Ctrl+D and Ctrl+0 mean something on a page and something else on the map."""
    window.desk.view.select("parcels", [2])
    window.layouts.open()
    QTest.keyClick(window.layouts.page.paper, KEY.Key_D, CONTROL)
    assert list(window.desk.view.selected("parcels")) == [2]


def test_a_person_takes_a_key_from_another_action_and_gives_it_back(qtbot, window):
    card = window.open_side("settings").shortcuts
    card.choose("file.demo")
    qtbot.keyClick(card.key, KEY.Key_F, CONTROL)
    assert "Sélectionner" in card.told.text()
    assert window.actions_.keys["file.demo"] == ()
    qtbot.mouseClick(card.take, Qt.MouseButton.LeftButton)
    assert window.actions_.qt("file.demo").shortcut().toString() == "Ctrl+F"
    assert window.actions_.keys["edit.select-by"] == ()
    assert window.desk.preferences.settings.shortcuts == (
        "edit.select-by=", "file.demo=Ctrl+F"
    )  # fmt: skip
    qtbot.mouseClick(card.all_usual, Qt.MouseButton.LeftButton)
    assert window.actions_.keys["edit.select-by"] == ("Ctrl+F",)


def test_a_key_of_fields_is_refused(qtbot, window):
    card = window.open_side("settings").shortcuts
    card.choose("file.demo")
    qtbot.keyClick(card.key, KEY.Key_V, CONTROL)
    assert window.actions_.keys["file.demo"] == ()
    assert card.told.property("tone") == "amber"
    assert not card.take.isVisible()


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_guide_lists_every_key_in_use(window, language):
    window.desk.preferences.change(language=language)
    window.actions_.qt("help.keys").trigger()
    text = window.side.panel("guide").browser.toPlainText()
    for keys in window.actions_.keys.values():
        assert all(key in text for key in keys)
    for heading in PLACES:
        assert window.desk.speech.text(heading) in text


def test_every_action_has_a_group_in_the_overview(window):
    assert all(group_of(action_id) for action_id in window.actions_.ids)


# --- the palette ----------------------------------------------------------------------------------


def texts(window):
    shown = window.palette_.list
    return [shown.item(at).text() for at in range(shown.count())]


def test_layers_and_scenarios_are_reached_by_name(qtbot, window):
    window.actions_.qt("app.palette").trigger()
    qtbot.keyClicks(window.palette_.field, "voies couche")
    qtbot.keyClick(window.palette_.field, KEY.Key_Return)
    assert window.desk.view.active_layer_id == "streets"
    assert window.focusWidget() is window.layers.list


def test_what_cannot_be_done_is_listed_with_its_reason(qtbot, window):
    window.desk.view.clear_selection()
    window.actions_.qt("app.palette").trigger()
    qtbot.keyClicks(window.palette_.field, "voir la selection")
    qtbot.keyClick(window.palette_.field, KEY.Key_Return)
    assert window.palette_.isVisible()
    assert "sélection" in window.palette_.reason.text()


def test_what_was_called_last_comes_first(qtbot, window):
    window.actions_.qt("app.palette").trigger()
    qtbot.keyClicks(window.palette_.field, "terrain")
    qtbot.keyClick(window.palette_.field, KEY.Key_Return)
    window.actions_.qt("app.palette").trigger()
    assert texts(window)[0] == window.actions_.qt("view.land").text()


def test_escape_closes_the_palette_and_nothing_else(qtbot, window):
    window.desk.view.select("parcels", [2])
    window.open_side("about")
    window.actions_.qt("app.palette").trigger()
    qtbot.keyClick(window.palette_.field, KEY.Key_Escape)
    assert not window.palette_.isVisible()
    assert window.side.current == "about"


# --- said aloud -----------------------------------------------------------------------------------


@pytest.fixture
def heard(window):
    """Collect what a screen reader is told."""
    told: list[str] = []
    window.panels.reach.announcer.said.connect(lambda text, _urgent: told.append(text))
    return told


def test_the_count_of_a_selection_is_said_once(qtbot, window, heard):
    for ids in ([0], [0, 1], [0, 1, 2]):
        window.desk.view.select("parcels", ids)
    qtbot.waitUntil(lambda: bool(heard))
    qtbot.wait(400)
    assert [text for text in heard if "3" in text] == heard


def test_what_is_undone_is_said(window, heard):
    window.desk.do(SetLayerVisible("streets", False))
    window.actions_.qt("edit.undo").trigger()
    assert any(text.startswith("Annulé") for text in heard)


def test_an_error_is_said_at_once(qtbot, window, heard, tmp_path):
    urgent: list[bool] = []
    window.panels.reach.announcer.said.connect(lambda _text, now: urgent.append(now))
    path = tmp_path / "broken.emadina"
    path.write_bytes(b"not a project")
    window.files.open(path)
    qtbot.waitUntil(lambda: True in urgent, timeout=20_000)


def test_a_panel_is_named_after_its_heading(window, heard):
    window.open_side("about")
    panel = window.side.panel("about")
    headings = [label.text() for label in panel.findChildren(QLabel)]
    assert panel.accessibleName() in headings
    assert panel.accessibleName() in heard

"""Volumes and sections in the window: choosing a view, turning it, empty states, both languages."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest

from emadina_gis.domain.crs import Crs
from emadina_gis.domain.schema import Role
from emadina_gis.session.commands.fields import SetLayerRoles
from emadina_gis.session.commands.layers import AssignCrs
from emadina_gis.session.view_state import Tool

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


#: A parcel on the street in the south.
ON_STREET = 2


def select(window, *rows):
    parcels = window.desk.project.parcels
    window.desk.view.select("parcels", parcels.table.ids[list(rows)])


@pytest.fixture
def street(window, qtbot):
    """Tell the window how wide its streets are."""
    layer = window.desk.project.vector_layer("streets")
    schema = layer.schema.with_role(Role.ROAD_WIDTH_M, "width_m")
    window.desk.do(SetLayerRoles("streets", schema))
    qtbot.waitUntil(lambda: not window.desk.results.is_busy, timeout=10_000)


@pytest.fixture
def volume(window, street, qtbot):
    select(window, ON_STREET)
    page = window.views.show_view("volume")
    qtbot.waitUntil(lambda: page.view.scene is not None, timeout=10_000)
    return page


@pytest.fixture
def section(window, street, qtbot):
    select(window, ON_STREET)
    page = window.views.show_view("section")
    qtbot.waitUntil(lambda: page.sheet.section is not None, timeout=10_000)
    return page


def test_the_map_is_shown_first(window):
    assert window.views.current == "map"
    assert window.map.isVisible()


def test_a_view_is_chosen_by_its_button(window):
    QTest.mouseClick(window.views.switch.buttons["volume"], LEFT)
    assert window.views.current == "volume"
    assert not window.map.isVisible()
    QTest.mouseClick(window.views.switch.buttons["map"], LEFT)
    assert window.map.isVisible()


def test_a_tool_of_the_map_shows_the_map(window):
    window.views.show_view("section")
    window.desk.view.set_tool(Tool.RECTANGLE)
    assert window.views.current == "map"


def test_views_are_actions_too(window):
    for name in ("volume", "section", "map"):
        window.actions_.data(f"massing.show.{name}").callback()
        assert window.views.current == name


def test_without_a_selection_the_page_says_what_to_do(window):
    window.desk.view.clear_selection()
    page = window.views.show_view("volume")
    assert page.view.scene is None
    assert page.empty.isVisible()
    assert "Sélectionnez" in page.empty.text()
    assert "Sélectionnez" in window.views.show_view("section").sheet.message


def test_a_parcel_without_a_street_has_no_volume_and_this_is_told(volume, window, qtbot):
    select(window, 20)
    qtbot.waitUntil(lambda: "sans volume" in volume.facts.text(), timeout=10_000)


def test_the_volume_tells_that_it_is_one_possible(volume):
    assert len(volume.view.scene.allowed_prisms)
    assert "Un volume possible" in volume.facts.text()
    assert "3,00" in volume.facts.text()


def test_without_buildings_this_is_told(volume):
    assert "Aucune couche de bâtiments" in volume.facts.text()


def test_another_selection_starts_the_view_again(volume, window, qtbot):
    volume.view.show_preset("top")
    before = volume.view.scene
    select(window, 3)
    qtbot.waitUntil(lambda: volume.view.scene is not before, timeout=10_000)
    assert volume.view.camera.elevation_deg < 60


def test_several_parcels_are_shown_at_once(volume, window, qtbot):
    select(window, *range(30))
    qtbot.waitUntil(lambda: volume.view.scene.facts["parcels"] == 30, timeout=10_000)


def test_the_block_holds_what_touches(volume, qtbot):
    volume.choose_scope("block")
    qtbot.waitUntil(lambda: volume.view.scene.facts["parcels"] >= 1, timeout=10_000)


def test_all_that_the_map_shows(volume, window, qtbot):
    window.desk.view.clear_selection()
    volume.choose_scope("around")
    qtbot.waitUntil(
        lambda: volume.view.scene is not None and volume.view.scene.facts["parcels"] == 30,
        timeout=10_000,
    )


# --- turning -----------------------------------------------------------------------------------


def test_a_drag_turns_and_the_right_button_moves(volume):
    view = volume.view
    azimuth = view.camera.azimuth_deg
    middle = view.rect().center()
    QTest.mousePress(view, LEFT, pos=middle)
    QTest.mouseMove(view, middle + QPoint(40, 10))
    QTest.mouseRelease(view, LEFT, pos=middle + QPoint(40, 10))
    assert view.camera.azimuth_deg != azimuth
    target, azimuth = view.camera.target, view.camera.azimuth_deg
    QTest.mousePress(view, RIGHT, pos=middle)
    QTest.mouseMove(view, middle + QPoint(40, 10))
    QTest.mouseRelease(view, RIGHT, pos=middle + QPoint(40, 10))
    assert view.camera.target != target
    assert view.camera.azimuth_deg == azimuth


def test_the_wheel_keeps_the_place_under_the_pointer(volume):
    view = volume.view
    at = QPointF(120.0, 200.0)
    place = view.camera.ground_at(at.x(), at.y(), view.camera.target[2])
    span = view.camera.span_m
    event = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    view.wheelEvent(event)
    assert view.camera.span_m < span
    np.testing.assert_allclose(view.camera.project([place])[0, :2], (at.x(), at.y()), atol=0.01)


def test_keys_turn_zoom_and_come_back(volume, qtbot):
    view = volume.view
    begun = view.camera
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Plus):
        QTest.keyClick(view, key)
    qtbot.waitUntil(lambda: not view.is_moving, timeout=3_000)
    assert view.camera.azimuth_deg != begun.azimuth_deg
    assert view.camera.span_m < begun.span_m
    QTest.keyClick(view, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: not view.is_moving, timeout=3_000)
    assert view.camera.azimuth_deg == 0.0
    QTest.keyClick(view, Qt.Key.Key_0)
    qtbot.waitUntil(lambda: not view.is_moving, timeout=3_000)
    assert view.camera.azimuth_deg == pytest.approx(begun.azimuth_deg)
    assert view.camera.span_m == pytest.approx(begun.span_m)


@pytest.mark.parametrize(
    ("preset", "steep"), [("top", True), ("isometric", False), ("street", False)]
)
def test_presets(volume, qtbot, preset, steep):
    QTest.mouseClick(volume.presets.buttons[preset], LEFT)
    qtbot.waitUntil(lambda: not volume.view.is_moving, timeout=3_000)
    assert (volume.view.camera.elevation_deg > 80) is (preset == "top")
    assert volume.presets.buttons[preset].isChecked()


# --- sections ----------------------------------------------------------------------------------


def test_a_section_is_that_of_the_selected_parcel(section):
    found = section.sheet.section
    assert found.parcel == "T.1002/C"
    assert found.sector == "D3"
    assert found.levels
    assert "T.1002/C" in section.facts.text()


def test_a_change_of_scenario_changes_the_section(section, window, qtbot):
    from emadina_gis.session.commands.scenarios import ChangeSector

    before = section.sheet.section
    ids = window.desk.view.selected("parcels").tolist()
    window.desk.do(ChangeSector(window.desk.results.scenario_id, tuple(ids), "B4"))
    qtbot.waitUntil(lambda: section.sheet.section is not before, timeout=10_000)
    qtbot.waitUntil(lambda: section.sheet.section.sector == "B4", timeout=10_000)
    assert section.sheet.section.max_height_m == pytest.approx(17.5)


@pytest.mark.parametrize("view", ["volume", "section"])
def test_parcels_in_no_system_are_refused_in_plain_words(window, qtbot, view):
    window.desk.do(AssignCrs("parcels", Crs("")))
    qtbot.waitUntil(lambda: window.desk.results.active is not None, timeout=10_000)
    select(window, ON_STREET)
    page = window.views.show_view(view)
    shown = page.empty.text if view == "volume" else lambda: page.sheet.message
    qtbot.waitUntil(lambda: "mètres" in shown(), timeout=10_000)


# --- languages and closing ---------------------------------------------------------------------


def test_in_arabic_what_floats_is_mirrored(volume, window):
    left = volume.scope.x()
    window.desk.speech.set_language("ar")
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    volume._place()
    assert volume.scope.x() > left
    assert "حجم ممكن" in volume.facts.text()
    window.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_the_project_goes_and_the_map_comes_back(volume, window):
    window.files.new()
    assert window.views.current == "map"
    assert not window.views.switch.isVisible()


def test_a_click_selects_what_it_points_at(volume, window, qtbot):
    """In the block of the selection, the parcel under the pointer is selected, the view stays."""
    view = volume.view
    volume.choose_scope("around")
    qtbot.waitUntil(lambda: view.scene.facts["parcels"] == 30, timeout=10_000)
    view.show_preset("top")
    qtbot.waitUntil(lambda: not view.is_moving, timeout=3_000)
    parcels = window.desk.project.parcels.table
    low, high = parcels.bounds[5, :2], parcels.bounds[5, 2:]
    middle = (low + high) / 2 - view.scene.origin
    pixel = view.camera.project([[*middle, 0.0]])[0, :2]
    camera = view.camera
    QTest.mouseClick(view, LEFT, pos=QPoint(*np.rint(pixel).astype(int).tolist()))
    assert window.desk.view.selected("parcels").tolist() == [int(parcels.ids[5])]
    before = view.scene
    qtbot.waitUntil(lambda: view.scene is not before, timeout=10_000)
    assert view.camera == camera

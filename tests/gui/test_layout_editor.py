"""The page editor: frames chosen, moved, pulled and put in order as a person does it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from emadina_gis.project.layout_snap import handle_points
from tests.gui.layout_hands import (
    CONTROL,
    LEFT,
    SHIFT,
    click,
    drag,
    frame,
    middle,
    open_editor,
    place,
)


@pytest.fixture
def page(qtbot, window):
    return open_editor(qtbot, window)


def test_the_editor_takes_the_place_of_the_map_and_gives_it_back(qtbot, window, page):
    assert not window.map.isVisible()
    assert not window.bottom.isVisible()
    qtbot.mouseClick(page.back_button, LEFT)
    assert window.map.isVisible()
    window.actions_.qt("layouts.open").trigger()
    window.open_side("problems")
    assert window.map.isVisible()


def test_a_click_chooses_and_shift_adds(qtbot, page):
    click(qtbot, page, "one")
    assert page.editing.chosen == ("one",)
    click(qtbot, page, "two", SHIFT)
    assert page.editing.chosen == ("one", "two")
    click(qtbot, page, "one", SHIFT)
    assert page.editing.chosen == ("two",)
    qtbot.mouseClick(page.paper.viewport(), LEFT, pos=place(page, 280.0, 200.0))
    assert page.editing.chosen == ()


def test_a_drag_moves_a_frame_and_is_one_step(qtbot, window, page):
    start = middle(page, "two")
    drag(qtbot, page, start, (start[0] + 30.3, start[1] + 40.0))
    moved = frame(window, "two")
    assert moved.x == pytest.approx(245.0, abs=3.0)
    assert moved.y == pytest.approx(100.0, abs=3.0)
    assert (moved.width, moved.height) == (40.0, 20.0)
    window.desk.store.undo()
    assert (frame(window, "two").x, frame(window, "two").y) == (215.0, 60.0)
    window.desk.store.redo()
    assert frame(window, "two") == moved


def test_a_drag_catches_the_edge_of_another_frame(qtbot, window, page):
    start = middle(page, "two")
    px = page.paper.scale.px_per_mm
    drag(qtbot, page, start, (start[0] - 5.0 + 3.0 / px, start[1] + 8.0))
    assert frame(window, "two").x == frame(window, "one").x


def test_a_held_control_key_catches_nothing(qtbot, window, page):
    start = middle(page, "two")
    view, px = page.paper.viewport(), page.paper.scale.px_per_mm
    end = (start[0] - 5.0 + 3.0 / px, start[1] + 8.0)
    qtbot.mousePress(view, LEFT, pos=place(page, *start))
    page.paper._drag.move(end, px, snap=False, straight=False)
    qtbot.mouseRelease(view, LEFT, pos=place(page, *end))
    assert frame(window, "two").x == pytest.approx(210.0 + 3.0 / px, abs=0.6)
    assert frame(window, "two").x != frame(window, "one").x


def test_a_corner_is_pulled(qtbot, window, page):
    click(qtbot, page, "three")
    corner = handle_points(page.paper.places["three"])["bottom-right"]
    drag(qtbot, page, corner, (corner[0] + 15.0, corner[1] + 12.0))
    pulled = frame(window, "three")
    assert (pulled.x, pulled.y) == (222.0, 130.0)
    assert pulled.width == pytest.approx(55.0, abs=3.0)
    assert pulled.height == pytest.approx(32.0, abs=3.0)
    window.desk.store.undo()
    assert frame(window, "three").width == 40.0


def test_no_frame_is_pulled_smaller_than_its_content_or_off_the_page(qtbot, window, page):
    click(qtbot, page, "map")
    corner = handle_points(page.paper.places["map"])["bottom-right"]
    drag(qtbot, page, corner, (12.0, 12.0))
    assert (frame(window, "map").width, frame(window, "map").height) == (20.0, 20.0)
    start = middle(page, "one")
    drag(qtbot, page, start, (290.0, 5.0))
    assert frame(window, "one").right <= 297.0
    assert frame(window, "one").y >= 0.0


def test_a_rubber_band_chooses_what_it_touches(qtbot, page):
    drag(qtbot, page, (200.0, 12.0), (218.0, 70.0))
    assert page.editing.chosen == ("one", "two")
    drag(qtbot, page, (200.0, 120.0), (230.0, 140.0), SHIFT)
    assert page.editing.chosen == ("one", "two", "three")


def test_arrows_nudge(qtbot, window, page):
    click(qtbot, page, "one")
    qtbot.keyClick(page.paper, Qt.Key.Key_Right)
    qtbot.keyClick(page.paper, Qt.Key.Key_Down, SHIFT)
    assert (frame(window, "one").x, frame(window, "one").y) == (210.5, 25.0)
    window.desk.store.undo()
    assert (frame(window, "one").x, frame(window, "one").y) == (210.5, 20.0)


def test_keys_of_the_editor_come_before_those_of_the_window(qtbot, window, page):
    click(qtbot, page, "one")
    qtbot.keyClick(page.paper, Qt.Key.Key_D, CONTROL)
    assert page.editing.chosen == ("one-2",)
    assert frame(window, "one-2").content == frame(window, "one").content
    qtbot.keyClick(page.paper, Qt.Key.Key_Delete)
    assert len(window.desk.project.layout("test").frames) == 4
    qtbot.keyClick(page.paper, Qt.Key.Key_A, CONTROL)
    assert len(page.editing.chosen) == 4
    qtbot.keyClick(page.paper, Qt.Key.Key_Escape)
    assert page.editing.chosen == ()
    qtbot.keyClick(page.paper, Qt.Key.Key_Escape)
    assert window.map.isVisible()


def test_tab_goes_through_the_frames_and_on(qtbot, window, page):
    page.paper.setFocus()
    names = []
    for _ in range(4):
        qtbot.keyClick(page.paper, Qt.Key.Key_Tab)
        names.append(page.editing.chosen)
    assert names == [("map",), ("one",), ("two",), ("three",)]
    assert page.paper.accessibleDescription() == "Texte"
    qtbot.keyClick(page.paper, Qt.Key.Key_Tab)
    assert page.editing.chosen == ()
    assert window.focusWidget() is not page.paper


def test_frames_are_aligned_spread_and_raised_by_buttons(qtbot, window, page):
    page.editing.choose(["one", "two", "three"])
    qtbot.mouseClick(page.arrange.buttons["align.left"], LEFT)
    assert {frame(window, name).x for name in ("one", "two", "three")} == {210.0}
    qtbot.mouseClick(page.arrange.buttons["spread.y"], LEFT)
    assert frame(window, "two").y == 75.0
    page.editing.choose(["map"])
    qtbot.mouseClick(page.arrange.buttons["front"], LEFT)
    assert window.desk.project.layout("test").frames[-1].id == "map"
    assert not page.arrange.buttons["align.left"].isEnabled()


def test_a_locked_frame_stays(qtbot, window, page):
    click(qtbot, page, "one")
    page.editing.dress(locked=True)
    drag(qtbot, page, middle(page, "one"), (100.0, 100.0))
    qtbot.keyClick(page.paper, Qt.Key.Key_Right)
    assert (frame(window, "one").x, frame(window, "one").y) == (210.0, 20.0)


def test_arabic_pages_are_moved_as_they_are_seen(qtbot, window, page):
    window.desk.preferences.change(language="ar")
    page.paper.fit()
    rect = page.paper.places["one"]
    assert rect.x == 297.0 - 250.0
    start = middle(page, "one")
    drag(qtbot, page, start, (start[0] - 20.0, start[1] + 100.0))
    assert frame(window, "one").x == pytest.approx(230.0, abs=3.0)
    page.editing.choose(["one", "two"])
    qtbot.mouseClick(page.arrange.buttons["align.left"], LEFT)
    assert page.paper.places["one"].x == pytest.approx(page.paper.places["two"].x)
    qtbot.keyClick(page.paper, Qt.Key.Key_Left)
    window.desk.preferences.change(language="fr")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_outlines_lie_where_the_page_is_drawn(qtbot, window, page, language):
    window.desk.preferences.change(language=language)
    qtbot.waitUntil(lambda: not page.preview.is_busy and page.paper.picture is not None,
                    timeout=20_000)  # fmt: skip
    picture = page.paper.picture
    places = page.paper.places
    drawn = {one.frame.id: one.box for one in picture.drawn.plan.frames}
    assert set(drawn) == set(places)
    for name, box in drawn.items():
        assert (places[name].x, places[name].y) == pytest.approx((box.x, box.y))
    window.desk.preferences.change(language="fr")


def test_the_picture_is_drawn_again_after_a_change(qtbot, page):
    qtbot.waitUntil(lambda: page.paper.picture is not None, timeout=20_000)
    first = page.paper.picture
    click(qtbot, page, "one")
    qtbot.keyClick(page.paper, Qt.Key.Key_Right, SHIFT)
    assert page.paper.picture is first
    qtbot.waitUntil(lambda: page.paper.picture is not first, timeout=20_000)
    assert page.paper.picture.layout.frame("one").x == 215.0
    assert not page.trouble.isVisible()


def test_a_press_on_a_standard_page_offers_its_frames(qtbot, window, page):
    layout_id = window.desk.project.layouts[0].id
    page.open(layout_id)
    qtbot.waitUntil(
        lambda: not page.preview.is_busy and page.paper.picture.layout.id == layout_id,
        timeout=20_000,
    )
    picture = page.paper.picture
    places = page.paper.places
    assert all(abs(places[name].y - rect.y) < 0.01 for name, rect in picture.places.items())
    qtbot.mouseClick(page.paper.viewport(), LEFT, pos=place(page, 30.0, 30.0))
    assert "standard" in window.desk.notices.text
    assert page.editing.chosen == ()


def test_a_trembling_click_moves_nothing(qtbot, window, page):
    before = window.desk.project.layout("test")
    view, at = page.paper.viewport(), place(page, *middle(page, "one"))
    qtbot.mousePress(view, LEFT, pos=at)
    qtbot.mouseMove(view, at + QPoint(2, 1))
    qtbot.mouseRelease(view, LEFT, pos=at + QPoint(2, 1))
    assert window.desk.project.layout("test") == before


def test_the_wheel_zooms_at_the_pointer(qtbot, page):
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QWheelEvent

    paper = page.paper
    before = paper.scale.px_per_mm
    under = paper.scale.to_paper(200.0, 150.0)
    spot = QPointF(200.0, 150.0)
    event = QWheelEvent(
        spot, paper.viewport().mapToGlobal(spot), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(paper.viewport(), event)
    assert paper.scale.px_per_mm == pytest.approx(before * 1.25)
    assert paper.scale.to_paper(200.0, 150.0)[0] == pytest.approx(under[0], abs=0.1)
    assert not paper.fits


def test_the_menu_of_a_frame_locks_and_gives_one_size(qtbot, window, page):
    page.editing.choose(["map", "one"])
    actions = {action.text(): action for action in page.frame_menu().actions()}
    actions["Même hauteur"].trigger()
    assert frame(window, "map").height == frame(window, "one").height
    actions["Verrouiller"].trigger()
    assert frame(window, "map").locked
    assert frame(window, "one").locked

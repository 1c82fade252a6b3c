"""Larger texts and small windows: nothing is cut, panels give way to the map and come back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea

from emadina_gis.app.canvas.motion import is_reduced
from emadina_gis.app.wrapping import Wrapping, growing
from tests.stories.cut_texts import cut_texts

SMALLEST_PX = 12
SIDES = (
    "settings", "about", "export", "publish", "report", "atlas", "select", "values", "place",
    "measure", "labels", "style", "change",
)  # fmt: skip


@pytest.mark.parametrize(("scale", "language"), [(1.5, "ar"), (2.0, "fr")])
def test_no_text_is_cut_when_it_is_larger(window, scale, language):
    window.resize(1366, 768)
    window.desk.preferences.change(text_scale=scale, language=language)
    window.desk.view.select("parcels", [2])
    found = {}
    for name in ("balance", "land"):
        window.open_bottom(name)
        found[name] = cut_texts(window)
    for name in SIDES:
        window.open_side(name)
        found[name] = cut_texts(window)
    assert {name: cut for name, cut in found.items() if cut} == {}


def test_no_text_is_below_12_pixels_at_any_size(window):
    for scale in (0.5, 0.9, 1.0):
        window.desk.theme.choose("light", scale)
        sheet = window.desk.theme.style_sheet()
        sizes = [int(part.split("px")[0]) for part in sheet.split("font-size: ")[1:]]
        assert min(sizes) >= SMALLEST_PX
        assert window.desk.theme.font(SMALLEST_PX).pixelSize() >= SMALLEST_PX


def test_in_a_narrow_window_one_side_is_shown_at_a_time(qtbot, window):
    window.resize(700, 520)
    qtbot.waitUntil(lambda: not window.layers.isVisible())
    window.actions_.qt("view.layers").trigger()
    assert window.layers.isVisible()
    assert not window.side.isVisible()
    window.open_side("about")
    assert window.side.isVisible()
    assert not window.layers.isVisible()
    window.resize(1400, 900)
    qtbot.waitUntil(lambda: window.layers.isVisible())


def test_what_a_person_has_hidden_stays_hidden_when_the_window_grows(qtbot, window):
    window.actions_.qt("view.layers").trigger()
    window.resize(700, 520)
    window.resize(1400, 900)
    QApplication.processEvents()
    assert not window.layers.isVisible()


def test_reduced_motion_goes_to_the_view_at_once(qtbot, window):
    window.desk.preferences.change(motion="reduced")
    assert is_reduced()
    canvas, before = window.map.canvas, window.map.canvas.viewport.units_per_px
    canvas.zoom_by(2.0)
    assert canvas.viewport.units_per_px == pytest.approx(before / 2)
    window.desk.preferences.change(motion="full")
    assert not is_reduced()


def test_the_system_may_ask_for_more_contrast(window, monkeypatch):
    monkeypatch.setattr("emadina_gis.app.theme.system_theme", lambda: "contrast_dark")
    window.desk.preferences.change(theme="light")
    assert window.desk.theme.name == "light"
    window.desk.preferences.change(theme="system")
    assert window.desk.theme.name == "contrast_dark"
    assert window.desk.theme.hex("window") == "#000000"


def test_the_foot_of_a_panel_scrolls_with_it_where_both_do_not_fit(qtbot, window):
    """What is left to do stands below the page; a low panel shows its page first."""
    window.resize(1400, 900)
    window.bottom.hide()
    page = window.open_side("select")
    button = page.apply_button

    def scrolls():
        return any(isinstance(one, QScrollArea) for one in _above(button, page))

    qtbot.waitUntil(lambda: button.isVisible() and not scrolls())
    window.desk.preferences.change(text_scale=2.0)
    window.resize(1366, 440)
    qtbot.waitUntil(scrolls)
    window.desk.preferences.change(text_scale=1.0)
    window.resize(1400, 900)
    qtbot.waitUntil(lambda: not scrolls())


def _above(widget, last):
    while widget is not last:
        widget = widget.parentWidget()
        yield widget


def test_icons_stay_alone_in_another_language(window):
    window.resize(1000, 700)
    assert not window.top.print.text()
    window.desk.preferences.change(language="ar")
    assert not window.top.print.text()


@pytest.mark.parametrize(
    "direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft]
)
def test_what_has_no_room_goes_to_the_next_line(qtbot, direction):
    first, second, third = (QPushButton(name * 8) for name in "abc")
    panel = Wrapping(first, growing(second), third)
    qtbot.addWidget(panel)
    panel.setLayoutDirection(direction)
    wide = panel.sizeHint().width()
    panel.resize(wide, 200)
    panel.show()
    line = [one.geometry().center().x() for one in (first, second, third)]
    assert line == sorted(line, reverse=direction == Qt.LayoutDirection.RightToLeft)
    assert first.y() == second.y() == third.y()
    panel.resize(wide - 1, 200)
    assert first.y() == second.y() < third.y()
    assert panel.heightForWidth(wide - 1) >= first.height() + third.height()
    edge = min if direction == Qt.LayoutDirection.RightToLeft else max
    ends = edge(second.geometry().left(), second.geometry().right())
    assert ends in {0, wide - 2}


def test_widgets_of_a_line_share_its_middle(qtbot):
    tall, low = QLabel("Logements\npossibles\n2035"), QLabel("Référence")
    panel = Wrapping(tall, growing(low))
    qtbot.addWidget(panel)
    panel.resize(600, 60)
    panel.show()
    assert low.height() < tall.height()
    assert abs(low.geometry().center().y() - tall.geometry().center().y()) <= 1

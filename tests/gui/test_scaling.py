"""Larger texts and small windows: nothing is cut, panels give way to the map and come back."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from emadina_gis.app.canvas.motion import is_reduced
from tests.stories.cut_texts import cut_texts

SMALLEST_PX = 12


@pytest.mark.parametrize(("scale", "language"), [(1.5, "ar"), (2.0, "fr")])
def test_no_text_is_cut_when_it_is_larger(window, scale, language):
    window.resize(1366, 768)
    window.desk.preferences.change(text_scale=scale, language=language)
    window.desk.view.select("parcels", [2])
    found = {}
    for name in ("balance", "land"):
        window.open_bottom(name)
        found[name] = cut_texts(window)
    for name in ("settings", "about", "export", "publish", "report"):
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

"""Another theme comes in a few turns of the event loop; the window keeps its picture meanwhile."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from emadina_gis.app.theme import tokens
from emadina_gis.app.when_seen import WhenSeen
from emadina_gis.session.commands.layers import SetLayerVisible


def dressed(window):
    return window.updatesEnabled() and not window.desk.theme.is_painting


def test_all_is_in_the_other_colours_and_where_it_was(qtbot, window):
    places = [part.geometry() for part in (window.map, window.layers, window.side, window.top)]
    sizes = []
    window.map.canvas.viewport_changed.connect(lambda view: sizes.append(view.width_px))
    window.desk.preferences.change(theme="dark")
    assert not window.updatesEnabled()
    qtbot.waitUntil(lambda: dressed(window))
    qtbot.wait(50)
    assert [p.geometry() for p in (window.map, window.layers, window.side, window.top)] == places
    assert not sizes
    corner = window.grab().toImage().pixelColor(3, window.top.geometry().center().y())
    assert corner.name() == tokens("dark")["panel"]


def test_a_panel_that_is_hidden_meanwhile_comes_in_the_other_colours(qtbot, window):
    panel = window.open_side("about")
    qtbot.wait(50)
    window.side.close_panel()
    window.desk.preferences.change(theme="dark")
    qtbot.waitUntil(lambda: dressed(window))
    window.open_side("about")
    qtbot.wait(100)
    shown = panel.grab().toImage()
    assert shown.pixelColor(3, shown.height() - 4).name() == tokens("dark")["panel"]
    label = next(one for one in panel.findChildren(QLabel) if one.isVisible() and one.text())
    ink = label.palette().color(label.foregroundRole()).name()
    assert ink in {tokens("dark")[name] for name in ("text", "secondary", "accent_text")}


def test_a_hidden_layer_keeps_its_mark_in_other_colours(qtbot, window):
    window.desk.do(SetLayerVisible("streets", visible=False))
    eye = window.layers.row_of("streets").eye
    window.desk.preferences.change(theme="dark")
    qtbot.waitUntil(lambda: dressed(window))
    wanted = window.desk.theme.icon("eye-off", "secondary")
    qtbot.waitUntil(lambda: eye.icon().pixmap(18).toImage() == wanted.pixmap(18).toImage())


def test_who_changes_the_mind_at_once_gets_the_last_theme(qtbot, window, qapp):
    light = qapp.styleSheet()
    window.desk.preferences.change(theme="dark")
    window.desk.preferences.change(theme="contrast_dark")
    window.desk.preferences.change(theme="light")
    qtbot.waitUntil(lambda: dressed(window) and qapp.styleSheet() == light)


def test_a_panel_that_nobody_sees_is_filled_once_when_it_is_shown(qtbot):
    label, filled = QLabel(), []
    qtbot.addWidget(label)
    again = WhenSeen(label, lambda: filled.append(1))
    again.ask()
    again.ask()
    assert not filled
    label.show()
    assert len(filled) == 1
    again.ask()
    assert len(filled) == 2

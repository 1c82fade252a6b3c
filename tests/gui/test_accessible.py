"""Whoever hears the window or has no mouse: names, contents, stops of Tab, sizes of targets."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from emadina_gis.app.panels.balance import CardButton
from emadina_gis.session.commands.layers import SetLayerVisible
from tests.gui.accessible_walk import mute_pictures, mute_rows, nameless, small_targets, stops

BOTTOM = ("balance", "table", "land", "why")
VIEWS = ("volume", "section", "regulation", "map")


def places(window):
    """Show every place of the window in turn, by name."""
    window.desk.view.select("parcels", [2])
    for name in window.side.names:
        if name == "figure":
            window.panels.open_figure("allowed")
        elif name == "properties":
            window.panels.open_properties("parcels")
        elif name == "style":
            window.open_style("parcels")
        elif name == "place":
            window.panels.placing.open_active()
        elif name == "inspector":
            window.side.close_panel()
        else:
            window.open_side(name)
        yield name
    for name in BOTTOM:
        window.open_bottom(name)
        yield name
    for name in VIEWS:
        window.views.show_view(name)
        yield name
    window.layouts.open()
    yield "layouts"
    window.layouts.leave()


def failures(window, walk):
    """Return what a walk finds, with the first place where it is seen."""
    found: dict[str, str] = {}
    for name in places(window):
        for widget in walk(window):
            found.setdefault(widget, name)
    return found


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_control_and_picture_that_is_seen_has_a_name(window, language):
    window.desk.preferences.change(language=language)
    assert failures(window, nameless) == {}


def test_pictures_and_rows_tell_what_they_show_and_targets_are_24_pixels(window):
    assert (
        failures(window, lambda seen: mute_pictures(seen) + mute_rows(seen) + small_targets(seen))
        == {}
    )


def test_no_place_keeps_the_keys_to_itself(qtbot, window):
    assert failures(window, lambda window: stops(window, qtbot)[1]) == {}


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_tab_goes_as_the_window_is_seen(qtbot, window, language):
    window.desk.preferences.change(language=language)
    window.desk.view.select("parcels", [2])
    window.open_side("about")
    QApplication.processEvents()  # laid out in the sense of the language
    visited, _caught = stops(window, qtbot)
    parts = (window.top, window.layers, window.views, window.side, window.bottom, window.status)
    order = [part for stop in visited for part in parts if part.isAncestorOf(stop)]
    assert list(dict.fromkeys(order)) == list(parts)
    assert order == sorted(order, key=parts.index)
    for bar in (window.top, window.map.bar, window.status):
        lefts = [stop.mapTo(window, QPoint(0, 0)).x() for stop in visited if bar.isAncestorOf(stop)]
        assert lefts == sorted(lefts, reverse=language == "ar")


def test_cards_are_reached_with_tab_in_their_order(qtbot, window):
    visited, _caught = stops(window, qtbot)
    cards = [stop for stop in visited if isinstance(stop, CardButton)]
    assert [card.accessibleName().split(" : ")[0] for card in cards] == [
        card.title for card in window.bottom.balance.cards.values()
    ]


def test_a_layer_is_heard_with_its_state_and_its_classes(window):
    window.desk.view.activate_layer("parcels")
    window.desk.do(SetLayerVisible("streets", False))
    assert window.layers.row_of("streets")
    rows = window.layers.list
    roles = Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole
    heard = dict([rows.item(at).data(role) for role in roles] for at in range(rows.count()))
    assert heard["Parcelles"].startswith("affichée, couche active, ")
    assert "D3" in heard["Parcelles"]
    assert heard["Voies"] == "masquée"

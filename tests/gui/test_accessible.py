"""Whoever hears the window or has no mouse: names, contents, stops of Tab, sizes of targets."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from tests.gui.accessible_walk import mute_pictures, nameless, small_targets, stops

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


def test_pictures_of_ours_tell_what_they_show(window):
    assert failures(window, mute_pictures) == {}


def test_what_is_clicked_is_24_pixels_wide_and_high(window):
    assert failures(window, small_targets) == {}


def test_no_place_keeps_the_keys_to_itself(qtbot, window):
    assert failures(window, lambda window: stops(window, qtbot)[1]) == {}


def test_tab_goes_round_the_whole_window_and_back(qtbot, window):
    start = window.layers.list
    start.setFocus(Qt.FocusReason.TabFocusReason)
    seen: list[QWidget] = []
    for _ in range(200):
        widget = window.focusWidget()
        if widget is None or widget in seen:
            break
        seen.append(widget)
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    kinds = {part: any(part.isAncestorOf(widget) for widget in seen)
             for part in (window.top, window.map, window.bottom)}  # fmt: skip
    assert all(kinds.values()), [type(widget).__name__ for widget in seen]
    assert all(widget.isVisible() and widget.isEnabled() for widget in seen)


def test_the_map_follows_the_layers_and_cards_are_reached_with_tab(window):
    order: list[QWidget] = []
    widget = window.layers.list.nextInFocusChain()
    while widget is not window.layers.list and len(order) < 2_000:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            order.append(widget)
        widget = widget.nextInFocusChain()
    assert order[0] is window.map.canvas
    from emadina_gis.app.panels.balance import CardButton

    cards = [widget for widget in order if isinstance(widget, CardButton)]
    assert [card.accessibleName().split(" : ")[0] for card in cards] == [
        card.title for card in window.bottom.balance.cards.values()
    ]

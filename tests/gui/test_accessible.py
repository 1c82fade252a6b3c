"""Whoever hears the window instead of seeing it: every control has a name, Tab goes a sane way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit,
    QTabBar, QTextEdit,
)  # fmt: skip
SIDE = (
    "style", "import", "select", "settings", "about", "guide", "report", "properties", "problems",
    "coefficients", "figure", "raster-style", "inspector",
)  # fmt: skip
BOTTOM = ("balance", "table", "land", "why")


def is_own(widget):
    """Whether a widget is one of ours, not a part that Qt makes inside another control."""
    parent = widget.parentWidget()
    if isinstance(widget, QScrollBar) or widget.objectName().startswith("qt_"):
        return False
    while parent is not None:
        if isinstance(parent, (QComboBox, QAbstractSpinBox, QTabBar, QMenu, QAbstractItemView)):
            return isinstance(widget, QAbstractButton) and not isinstance(
                parent, (QComboBox, QAbstractSpinBox, QTabBar, QMenu)
            )
        parent = parent.parentWidget()
    return True


def name_of(widget):
    """What a screen reader says of a widget."""
    told = QAccessible.queryAccessibleInterface(widget)
    return told.text(QAccessible.Text.Name).strip() if told is not None else ""


def nameless(window):
    QApplication.processEvents()
    found = [
        widget
        for kind in CONTROLS
        for widget in window.findChildren(kind)
        if widget.isVisibleTo(window) and is_own(widget) and not name_of(widget)
    ]
    return [
        f"{type(widget).__name__} {widget.objectName()} in {type(widget.parentWidget()).__name__}"
        for widget in dict.fromkeys(found)
    ]


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_control_that_is_seen_has_a_name(qtbot, window, language):
    window.desk.preferences.change(language=language)
    window.desk.view.select("parcels", [2])
    missing = {}
    for name in SIDE:
        if name == "figure":
            window.panels.open_figure("allowed")
        elif name == "properties":
            window.panels.open_properties("parcels")
        elif name == "style":
            window.open_style("parcels")
        elif name == "inspector":
            window.side.close_panel()
        else:
            window.open_side(name)
        missing[name] = nameless(window)
    for name in BOTTOM:
        window.open_bottom(name)
        missing[name] = nameless(window)
    window.desk.preferences.change(language="fr")
    assert {place: widgets for place, widgets in missing.items() if widgets} == {}


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

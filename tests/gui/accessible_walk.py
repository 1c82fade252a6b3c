"""Walks a window as a screen reader and a keyboard do: names, contents, stops, sizes of targets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QScrollBar,
    QSplitterHandle,
    QTabBar,
    QTableView,
    QTextEdit,
    QTreeView,
    QWidget,
)

from emadina_gis.app.main_window import MainWindow

CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit,
    QTabBar, QTextEdit, QSplitterHandle,
)  # fmt: skip
_WITHIN = (QComboBox, QLineEdit, QAbstractSpinBox, QTabBar, QMenu, QAbstractItemView)
_KEY = re.compile(r"^[a-z-]+(\.[a-z_-]+)+$")
LEAST_TARGET_PX = 24
#: Tab may stop this often inside a widget before it has caught the keys.
MOST_WITHIN = 80
#: Rows of a list that are read.
MOST_ROWS = 30
#: Painted by us, and said by what they belong to.
_DECORATION = {"Ring", "Crosshair", "Elided", "Rulers", "Ruler"}


def is_own(widget: QWidget) -> bool:
    """Whether a widget is one of ours, not a part that Qt makes inside another control."""
    if isinstance(widget, QScrollBar | QHeaderView) or widget.objectName().startswith("qt_"):
        return False
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, _WITHIN):
            in_row = isinstance(parent, QAbstractItemView) and isinstance(widget, QAbstractButton)
            return in_row and not isinstance(parent, QComboBox)
        parent = parent.parentWidget()
    return True


def seen(window: QWidget) -> Iterator[QWidget]:
    """Yield our widgets that are shown."""
    for _ in range(3):  # layouts ask those around them in turn
        QApplication.processEvents()
    for widget in window.findChildren(QWidget):
        if widget.isVisibleTo(window) and is_own(widget):
            yield widget


def said(widget: QWidget, part: QAccessible.Text = QAccessible.Text.Name) -> str:
    """Return what a screen reader says of a widget."""
    return QAccessible.queryAccessibleInterface(widget).text(part).strip()


def told(widget: QWidget) -> str:
    """Return a widget in words for the failing test."""
    parent = type(widget.parentWidget()).__name__
    return f"{type(widget).__name__} {widget.objectName()} in {parent}"


def is_control(widget: QWidget) -> bool:
    """Whether a person does something with a widget."""
    if isinstance(widget, CONTROLS):
        return True
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.focusProxy() is None and not isinstance(widget, QAbstractScrollArea)


def is_painted(widget: QWidget) -> bool:
    """Whether a widget paints its content itself, so that nobody else can read it."""
    kinds = [kind for kind in type(widget).__mro__ if kind.__module__.startswith("emadina_gis")]
    is_silent = isinstance(widget, QAbstractButton) or type(widget).__name__ in _DECORATION
    is_empty = isinstance(widget, QLabel) and not widget.text()
    return any("paintEvent" in vars(kind) for kind in kinds) and not (is_silent or is_empty)


def nameless(window: QWidget) -> list[str]:
    """Return the controls and pictures that say nothing, or the key of a sentence."""
    asked = [widget for widget in seen(window) if is_control(widget) or is_painted(widget)]
    return [told(widget) for widget in asked if not _is_named(widget)]


def _is_named(widget: QWidget) -> bool:
    """Whether a widget has a name; a list that drops down says its value beside it."""
    name = said(widget)
    if isinstance(widget, QComboBox):
        labels = widget.window().findChildren(QLabel)
        buddies = (label.text() for label in labels if label.buddy() is widget)
        name = widget.accessibleName() or next(buddies, "")
    return bool(name) and not _KEY.match(name)


def mute_pictures(window: QWidget) -> list[str]:
    """Return the pictures of ours that have a name and do not tell what they show."""
    pictures = [widget for widget in seen(window) if is_painted(widget)]
    return [
        told(picture)
        for picture in pictures
        if not said(picture, QAccessible.Text.Description) and len(said(picture)) < 16
    ]


def mute_rows(window: QWidget) -> list[str]:
    """Return the lists and tables of which a row says nothing."""
    found = []
    for view in seen(window):
        model = view.model() if isinstance(view, QAbstractItemView) else None
        if model is None or isinstance(view, QHeaderView):
            continue
        for line in range(min(model.rowCount(), MOST_ROWS)):
            cells = [model.index(line, place) for place in range(_width(view))]
            if not any(_said_by(cell) for cell in cells):
                found.append(f"{told(view)}: row {line}")
                break
    return found


def _width(view: QWidget) -> int:
    return view.model().columnCount() if isinstance(view, QTableView | QTreeView) else 1


def _said_by(cell: QModelIndex) -> str:
    roles = (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole)
    return next((str(cell.data(role)) for role in roles if cell.data(role)), "")


def small_targets(window: QWidget) -> list[str]:
    """Return what is clicked and is narrower or lower than 24 pixels."""
    clicked = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit)
    return [
        f"{told(widget)} {said(widget)!r}: {widget.width()} x {widget.height()}"
        for widget in seen(window)
        if isinstance(widget, clicked) and min(widget.width(), widget.height()) < LEAST_TARGET_PX
    ]


def stops(window: MainWindow, qtbot: object, most: int = 400) -> tuple[list[QWidget], list[str]]:
    """Press Tab from the menu on; return where it stops, and where it is caught."""
    visited: list[QWidget] = []
    caught: list[str] = []
    window.top.menu_button.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(most):
        widget: QWidget | None = window.focusWidget()
        if widget is None or widget in visited:
            break
        visited.append(widget)
        for _ in range(MOST_WITHIN):  # a page of text has links to go through
            qtbot.keyClick(widget, Qt.Key.Key_Tab)  # type: ignore[attr-defined]
            if window.focusWidget() is not widget:
                break
        else:
            caught.append(told(widget))
            break
    return visited, caught

"""Finds texts that are cut: widgets smaller than what they say, letters below 12 pixels.

Elided labels are left out: they end in an ellipsis and say all in their hint.
"""

from __future__ import annotations

import re
import time

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QLabel,
    QScrollArea,
    QTabBar,
    QToolButton,
    QWidget,
)

from emadina_gis.app.panels.layer_legend import Elided, LegendView
from tests.stories.person import read

SLACK_PX = 1
#: A button of a bar may be a little lower than its style wants; its text is not.
SLACK_BUTTON_PX = 5
#: A page may reach into its own margin.
SLACK_PAGE_PX = 8
SMALLEST_PX = 12
SETTLING_S = 1.0
#: Lines end here: at spaces, and after hyphens.
_BREAK = re.compile(r" |(?<=-)")


def cut_texts(window: QWidget) -> list[str]:
    """Return what stays cut or too small in a window, in words for the failing test.

    Layouts that have changed ask those around them in turn: they have a moment to settle.
    """
    end = time.monotonic() + SETTLING_S
    while True:
        QApplication.processEvents()
        found = _cut_now(window)
        if not found or time.monotonic() > end:
            return found


def _cut_now(window: QWidget) -> list[str]:
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        said = _cut(widget)
        if said:
            found.append(f"{type(widget.parent()).__name__}: {said}")
        text = _text_of(widget)
        if isinstance(widget, QScrollArea) and (wide := _too_wide(widget)):
            found.append(f"{type(widget.parent()).__name__}: {wide}")
        if text and 0 < widget.font().pixelSize() < SMALLEST_PX:
            found.append(f"{widget.font().pixelSize()} px: {read(text)}")
    return found


def _too_wide(area: QScrollArea) -> str:
    """Say that a page goes on beyond the side of its panel."""
    page, room = area.widget(), area.viewport().width()
    if page is None or page.objectName() != "page" or page.width() <= room + SLACK_PAGE_PX:
        return ""
    return f"a page of {page.width()} px in {room}"


def hidden_by_scrolling(page: QWidget) -> list[str]:
    """Return the texts of the cards of a page that cannot be seen whole without scrolling."""
    QApplication.processEvents()
    labels = [label for card in page.findChildren(QFrame, "card") for label in _labels(card)]
    return [read(label.text()) for label in labels if not _is_whole(label)]


def _labels(frame: QFrame) -> list[QLabel]:
    return [label for label in frame.findChildren(QLabel) if label.isVisible() and label.text()]


def _is_whole(label: QLabel) -> bool:
    return bool(label.visibleRegion().boundingRect() == label.rect())


def _text_of(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""


def _cut(widget: QWidget) -> str:
    if isinstance(widget, Elided | LegendView):
        return ""
    if isinstance(widget, QLabel):
        return _cut_label(widget)
    if isinstance(widget, QAbstractButton):
        return _cut_button(widget)
    if isinstance(widget, QTabBar):
        return _cut_tabs(widget)
    return ""


def _cut_label(label: QLabel) -> str:
    if not label.text() or not label.pixmap().isNull():
        return ""
    wanted, room = label.sizeHint(), label.size()
    if label.wordWrap():
        height = label.heightForWidth(room.width())
        widest = _widest_word(label)
        if height > room.height() + SLACK_PX:
            return f"{read(label.text())!r} wants {height} px of height, has {room.height()}"
        if widest > label.contentsRect().width() + SLACK_PX:
            return f"{read(label.text())!r}: a word of {widest} px in {room.width()}"
        return ""
    if wanted.width() > room.width() + SLACK_PX or wanted.height() > room.height() + SLACK_PX:
        return f"{read(label.text())!r} wants {_told(wanted)} px, has {_told(room)}"
    return ""


def _told(size: QSize) -> str:
    return f"{size.width()} x {size.height()}"


def _widest_word(label: QLabel) -> int:
    metrics = QFontMetrics(label.font())
    words = _BREAK.split(label.text())
    return max(metrics.horizontalAdvance(word) for word in words)


def _cut_button(button: QAbstractButton) -> str:
    if not button.text() or (isinstance(button, QToolButton) and not button.icon().isNull()):
        return ""
    wanted, room = button.sizeHint(), button.size()
    too_wide = wanted.width() > room.width() + SLACK_PX
    if too_wide or wanted.height() > room.height() + SLACK_BUTTON_PX:
        return f"{read(button.text())!r} wants {_told(wanted)} px, has {_told(room)}"
    return ""


def _cut_tabs(bar: QTabBar) -> str:
    for index in range(bar.count()):
        wanted = QFontMetrics(bar.font()).horizontalAdvance(bar.tabText(index))
        reached = bar.usesScrollButtons() or bar.rect().contains(bar.tabRect(index).center())
        if wanted > bar.tabRect(index).width() + SLACK_PX or not reached:
            return f"tab {read(bar.tabText(index))!r}"
    return ""

"""The regions of the window, in the order they are seen: F6 goes from one to the next.

A region gives the keys back to what had them in it last. Owns that memory; knows no panel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import Shiboken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True)
class Region:
    """A part of the window: the key of its name, and where it is.

    Attributes
    ----------
    first : QWidget or None
        What gets the keys the first time; None for the first that takes them.
    """

    key: str
    widget: QWidget
    first: QWidget | None = None


class Regions(QObject):
    """Goes round the regions; `entered` carries the key of the name."""

    entered = Signal(str)

    def __init__(self, window: QWidget, regions: Callable[[], Iterable[Region]]) -> None:
        super().__init__(window)
        self._window = window
        self._regions = regions
        self._last: dict[str, QWidget] = {}

    def shown(self) -> tuple[Region, ...]:
        """Return the regions that are seen and hold something that takes the keys."""
        return tuple(
            region
            for region in self._regions()
            if region.widget.isVisibleTo(self._window) and self._stop_in(region) is not None
        )

    def current(self) -> Region | None:
        """Return the region that has the keys."""
        return self._region_of(focus_of(self._window))

    def step(self, by: int) -> None:
        """Give the keys to the next region, or the one before."""
        shown, present = self.shown(), self.current()
        if not shown:
            return
        if present is not None:
            self._remember(present)
        names = [region.key for region in shown]
        at = names.index(present.key) if present is not None and present.key in names else -by
        self.enter(shown[(at + by) % len(shown)])

    def enter(self, region: Region) -> None:
        """Give the keys to a region."""
        stop = self._stop_in(region)
        if stop is not None:
            stop.setFocus(Qt.FocusReason.TabFocusReason)
            self.entered.emit(region.key)

    def _region_of(self, widget: QWidget | None) -> Region | None:
        if widget is None:
            return None
        return next((region for region in self.shown() if _holds(region.widget, widget)), None)

    def _remember(self, region: Region) -> None:
        widget = focus_of(self._window)
        if widget is not None:
            self._last[region.key] = widget

    def _stop_in(self, region: Region) -> QWidget | None:
        for wanted in (self._last.get(region.key), region.first):
            if wanted is None or not Shiboken.isValid(wanted):
                continue
            if _holds(region.widget, wanted) and takes_keys(wanted):
                return wanted
        return next(iter(stops_of(region.widget)), None)


def focus_of(window: QWidget) -> QWidget | None:
    """Return what has the keys, or gets them when the window comes forward."""
    return QApplication.focusWidget() or window.focusWidget()


def takes_keys(widget: QWidget) -> bool:
    """Whether Tab can stop at a widget now."""
    by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(by_tab) and widget.isVisible() and widget.isEnabled()


def stops_of(inside: QWidget) -> list[QWidget]:
    """Return where Tab stops in a widget, in the order of the keys."""
    found: list[QWidget] = []
    widget: QWidget | None = inside
    while widget is not None:
        if _holds(inside, widget) and takes_keys(widget):
            found.append(widget)
        widget = widget.nextInFocusChain()
        if widget is inside:
            break
    return found


def _holds(outer: QWidget, widget: QWidget) -> bool:
    return outer is widget or outer.isAncestorOf(widget)

"""Tab goes as the window is seen: region after region, bars along the line of reading.

Widgets come and go (scenarios, panels made when first shown), and Qt puts what is new at the end.
So the order is looked at when Tab is pressed. Knows no panel.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Stops = list[QWidget]


class OrderedWindow(QMainWindow):
    """A window that puts its stops in order before it goes from one to the next."""

    def __init__(self) -> None:
        super().__init__()
        #: Puts the stops in order; the window is whole before it is needed.
        self.before_step: Callable[[], None] | None = None

    def focusNextPrevChild(self, forward: bool) -> bool:
        if self.before_step is not None:
            self.before_step()
        return super().focusNextPrevChild(forward)


def put_in_order(window: QWidget, regions: Sequence[QWidget], along: Sequence[QWidget]) -> None:
    """Let Tab go through regions one after another.

    Parameters
    ----------
    regions : sequence of QWidget
        In the order they are seen.
    along : sequence of QWidget
        Bars whose stops go from the leading to the trailing side.
    """
    chain = chain_of(window)
    wanted = _by_region(chain, regions)
    for bar in along:
        places = [place for place, stop in enumerate(wanted) if bar.isAncestorOf(stop)]
        stops = sorted((wanted[place] for place in places), key=lambda stop: _lead(bar, stop))
        for place, stop in zip(places, stops, strict=True):
            wanted[place] = stop
    if wanted != chain:
        for before, after in pairwise(wanted):
            QWidget.setTabOrder(before, after)


def chain_of(window: QWidget) -> Stops:
    """Return all stops of a window, shown or not, in the order of Tab."""
    found: Stops = []
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def _by_region(chain: Stops, regions: Sequence[QWidget]) -> Stops:
    """Return the stops by region; those of none (a divider) stay behind what they follow."""
    groups: list[Stops] = [[] for _ in range(len(regions) + 1)]
    at = len(regions)
    for stop in chain:
        own = next((k for k, region in enumerate(regions) if region.isAncestorOf(stop)), None)
        at = at if own is None else own
        groups[at].append(stop)
    return [stop for group in groups for stop in group]


def _lead(bar: QWidget, stop: QWidget) -> int:
    """Return how far a stop is from the leading side of its bar."""
    left = stop.mapTo(bar, stop.rect().topLeft()).x()
    rtl = bar.layoutDirection() == Qt.LayoutDirection.RightToLeft
    return bar.width() - left - stop.width() if rtl else left

"""``ComparePanes``: a second map beside the first, or over it up to a line that can be dragged.

Owns where both lie and that they show the same place; made when two maps are first wanted. The
second map is at the leading side. Knows canvases, never projects.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QRectF, Signal
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget

from emadina_gis.app.canvas.swipe import SwipeHandle

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.canvas.map_canvas import MapCanvas
    from emadina_gis.domain.viewport import Viewport

#: Between maps that lie side by side.
GAP_PX = 2


class Panes(StrEnum):
    """How many maps, and how they lie."""

    ONE = "one"
    SIDE = "side"
    SWIPE = "swipe"


class ComparePanes(QObject):
    """The main map and, where it is wanted, another one that follows it.

    Parameters
    ----------
    main : MapCanvas
        The map that is always there.
    make : callable
        Makes the other map as a child of the same parent, when it is first needed.

    Signals
    -------
    made(MapCanvas)
        The other map was made: connect it.
    """

    made = Signal(object)

    def __init__(self, main: MapCanvas, make: Callable[[], MapCanvas]) -> None:
        super().__init__(main)
        self._main = main
        self._make = make
        self._rect = QRect()
        self.panes = Panes.ONE
        self.other: MapCanvas | None = None
        self.handle: SwipeHandle | None = None
        main.viewport_changed.connect(self._on_main)

    @property
    def canvases(self) -> tuple[MapCanvas, ...]:
        """The maps there are, shown or not."""
        return (self._main,) if self.other is None else (self._main, self.other)

    def show(self, panes: Panes) -> None:
        """Lie side by side, one over the other, or show the main map alone."""
        self.panes = panes
        if panes is not Panes.ONE and self.other is None:
            self._make_other()
        if self.other is None or self.handle is None:
            return
        self.other.clearMask()
        self.place(self._rect)
        self.other.setVisible(panes is not Panes.ONE)
        self.handle.setVisible(panes is Panes.SWIPE)
        self._on_main(self._main.viewport)

    def place(self, rect: QRect) -> None:
        """Fill a part of the parent."""
        self._rect = rect
        other, handle = self.other, self.handle
        if other is None or handle is None or self.panes is Panes.ONE:
            self._main.setGeometry(rect)
            return
        if self.panes is Panes.SIDE:
            leading, trailing = halves(rect, mirrored=handle.is_mirrored)
            other.setGeometry(leading)
            self._main.setGeometry(trailing)
            return
        for canvas in (self._main, other):
            canvas.setGeometry(rect)
        other.raise_()
        handle.raise_()
        handle.place(QRectF(rect))
        self._cut()

    def shut_down(self) -> None:
        """Stop the work of the other map."""
        if self.other is not None:
            self.other.shut_down()

    def _make_other(self) -> None:
        self.other = self._make()
        self.other.hide()
        self.other.viewport_changed.connect(self._on_other)
        parent = self._main.parentWidget()
        assert isinstance(parent, QWidget)
        self.handle = SwipeHandle(parent)
        self.handle.hide()
        self.handle.valueChanged.connect(lambda _value: self._cut())
        self.made.emit(self.other)

    def _cut(self) -> None:
        """Show the other map up to the line."""
        if self.other is None or self.handle is None or self.panes is not Panes.SWIPE:
            return
        at, size = self.handle.offset_px, self.other.size()
        shown = QRect(0, 0, at, size.height())
        if self.handle.is_mirrored:
            shown = QRect(at, 0, size.width() - at, size.height())
        self.other.setMask(QRegion(shown))
        # An empty region would show the whole of it.
        self.other.setVisible(shown.width() > 0)

    def _on_main(self, viewport: Viewport) -> None:
        if self.panes is not Panes.ONE and self.other is not None:
            _follow(self.other, viewport)

    def _on_other(self, viewport: Viewport) -> None:
        if self.panes is not Panes.ONE:
            _follow(self._main, viewport)


def _follow(canvas: MapCanvas, seen: Viewport) -> None:
    """Show the same place at the same scale; a map that moves by itself is not stopped."""
    now = canvas.viewport
    if (now.x, now.y, now.units_per_px) != (seen.x, seen.y, seen.units_per_px):
        canvas.set_viewport(seen)


def halves(rect: QRect, *, mirrored: bool) -> tuple[QRect, QRect]:
    """Return the leading and the trailing half, of the same width, parted by a gap."""
    width = (rect.width() - GAP_PX) // 2
    left = QRect(rect.left(), rect.top(), width, rect.height())
    right = QRect(rect.left() + rect.width() - width, rect.top(), width, rect.height())
    return (right, left) if mirrored else (left, right)

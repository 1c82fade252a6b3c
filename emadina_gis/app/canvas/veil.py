"""``Veil``: what lies over the map for a while: measurements that are kept, a place that was found.

A transparent widget over the canvas; it moves with the view and lets the mouse through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from emadina_gis.app.canvas.gestures import MapView
    from emadina_gis.app.canvas.map_canvas import MapCanvas


class Mark(Protocol):
    """Something to draw over the map."""

    def paint(self, view: MapView, painter: QPainter) -> None:
        """Draw in a view (logical pixels)."""


class Veil(QWidget):
    """Marks over a canvas, by name; without a mark it is hidden and costs nothing."""

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._marks: dict[str, Mark] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        canvas.installEventFilter(self)
        canvas.viewport_changed.connect(lambda _viewport: self.update())
        self.setGeometry(canvas.rect())
        self.hide()

    @property
    def view(self) -> MapView:
        """The view that the marks lie in."""
        return self._canvas

    def put(self, name: str, mark: Mark | None) -> None:
        """Show a mark under a name, in place of the one before; None shows none."""
        self._marks.pop(name, None)
        if mark is not None:
            self._marks[name] = mark
        self.setVisible(bool(self._marks))
        self.update()

    def has(self, name: str) -> bool:
        """Whether a mark of that name is shown."""
        return name in self._marks

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._canvas and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._canvas.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark in self._marks.values():
            mark.paint(self._canvas, painter)
        painter.end()

"""Panels that open in the trailing side in place of the inspector: one at a time, closed by Esc.

Owns which one is shown; a panel is made when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from emadina_gis.app.controls import column

if TYPE_CHECKING:
    from collections.abc import Callable


class SidePanels(QFrame):
    """A stack of panels by name; ``"inspector"`` is below them all."""

    shown_changed = Signal(str)

    def __init__(self, inspector: QWidget) -> None:
        super().__init__()
        self.setObjectName("side")
        self._stack = QStackedWidget()
        self._makers: dict[str, Callable[[], QWidget]] = {}
        self._made: dict[str, QWidget] = {"inspector": inspector}
        self._stack.addWidget(inspector)
        column(self).addWidget(self._stack)

    @property
    def current(self) -> str:
        """Name of the panel that is shown."""
        widget = self._stack.currentWidget()
        return next(name for name, made in self._made.items() if made is widget)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all panels that can be shown."""
        return ("inspector", *self._makers)

    def offer(self, name: str, make: Callable[[], QWidget]) -> None:
        """Say how a panel is made."""
        self._makers[name] = make

    def panel(self, name: str) -> QWidget:
        """Return a panel, made now if it was not."""
        if name not in self._made:
            self._made[name] = self._makers[name]()
            self._stack.addWidget(self._made[name])
        return self._made[name]

    def open(self, name: str) -> QWidget:
        """Show a panel."""
        panel = self.panel(name)
        self._stack.setCurrentWidget(panel)
        self.show()
        self.shown_changed.emit(name)
        return panel

    def close_panel(self) -> None:
        """Go back to the inspector."""
        self._stack.setCurrentWidget(self._made["inspector"])
        self.shown_changed.emit("inspector")

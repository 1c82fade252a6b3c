"""``WhenSeen``: a widget is filled anew now where it is seen, else when it comes into sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


class WhenSeen(QObject):
    """Calls what fills a widget, once, however often it was asked while nobody saw it."""

    def __init__(self, widget: QWidget, fill: Callable[[], object]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._fill = fill
        self._is_asked = False

    def ask(self) -> None:
        """Fill the widget, now or when it is shown."""
        if self._widget.isVisible():
            self._fill()
        elif not self._is_asked:
            self._is_asked = True
            self._widget.installEventFilter(self)

    def fill_now(self) -> None:
        """Fill the widget now where that was put off."""
        if self._is_asked:
            self._is_asked = False
            self._widget.removeEventFilter(self)
            self._fill()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self.fill_now()
        return False

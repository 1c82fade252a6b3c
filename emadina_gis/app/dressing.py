"""``Dressing``: gives all widgets another style sheet in a few turns of the event loop.

Qt styles every widget anew once for each widget that it lies in where one sheet follows another:
half a second. With no sheet in between it is once, and that in two turns. The windows show their
last picture until all is done, and nothing in them moves meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from shiboken6 import isValid

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QFont, QPalette
    from PySide6.QtWidgets import QApplication, QWidget


@dataclass(frozen=True)
class Dress:
    """What all widgets take their looks from."""

    sheet: str
    palette: QPalette
    font: QFont


class Dressing(QObject):
    """Dresses an application; the newest dress wins.

    Parameters
    ----------
    is_late : callable
        Whether something else that belongs to the new looks is still being made.
    """

    def __init__(self, application: QApplication, is_late: Callable[[], bool]) -> None:
        super().__init__(application)
        self._application = application
        self._is_late = is_late
        self._wanted: Dress | None = None
        self._windows: list[QWidget] = []
        self._resting: list[QWidget] = []

    @property
    def is_busy(self) -> bool:
        """Whether a dress is being put on."""
        return bool(self._windows)

    def put_on(self, dress: Dress) -> None:
        """Dress all widgets: at once where no window is shown, else in the next turns."""
        self._wanted = dress
        if self._windows:
            return
        self._windows = [one for one in self._application.topLevelWidgets() if one.isVisible()]
        if not self._windows:
            self._take(dress)
            return
        for window in self._windows:
            window.setUpdatesEnabled(False)
        self._next(self._undress)

    def _next(self, step: Callable[[], None]) -> None:
        QTimer.singleShot(0, self, step)

    def _undress(self) -> None:
        """Take the old sheet off; no layout follows what widgets without one are like."""
        self._resting = [one for one in self._application.allWidgets() if one.isVisible()]
        self._let_layouts(work=False)
        self._application.setStyleSheet("")
        self._next(self._dress)

    def _dress(self) -> None:
        dress = self._wanted
        assert dress is not None
        self._take(dress)
        self._let_layouts(work=True)
        self._resting = []
        self._next(lambda: self._show(dress))

    def _let_layouts(self, *, work: bool) -> None:
        for widget in self._resting:
            layout = widget.layout() if isValid(widget) else None
            if layout is None:
                continue
            layout.setEnabled(work)
            if work:
                QCoreApplication.postEvent(widget, QEvent(QEvent.Type.LayoutRequest))

    def _show(self, dress: Dress) -> None:
        """Show the windows as they are now, unless there is more to come."""
        if self._wanted is not dress:
            self._next(self._undress)
            return
        if self._is_late():
            self._next(lambda: self._show(dress))
            return
        for window in self._windows:
            if isValid(window):
                window.setUpdatesEnabled(True)
        self._windows = []

    def _take(self, dress: Dress) -> None:
        application = self._application
        if application.font() != dress.font:
            application.setFont(dress.font)
        application.setPalette(dress.palette)
        application.setStyleSheet(dress.sheet)

"""The ring around what has the keys: the same for every widget, shown to whoever uses the keyboard.

Two colours, so that it is seen on any ground: the ring, and a line of the panel's colour in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPen, QRegion
from PySide6.QtWidgets import QApplication, QFocusFrame, QMenu, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from emadina_gis.app.theme import Theme

WIDTH_PX = 2
RADIUS_PX = 8


class Ring(QFocusFrame):
    """What is painted around a widget; Qt moves it along."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inner = self.rect().adjusted(RADIUS_PX, RADIUS_PX, -RADIUS_PX, -RADIUS_PX)
        self.setMask(QRegion(self.rect()) - QRegion(inner))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        for ink, width, inset in (("focus", WIDTH_PX, 1.0), ("panel", 1.0, 2.5)):
            painter.setPen(QPen(self._theme.color(ink), width))
            rect = whole.adjusted(inset, inset, -inset, -inset)
            painter.drawRoundedRect(rect, RADIUS_PX - inset, RADIUS_PX - inset)
        painter.end()


class FocusRing(QObject):
    """Puts the ring around the focus; a press of the mouse takes it away until a key is pressed."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._by_keys = False
        self.ring = Ring(theme, window)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)
        window.installEventFilter(self)
        theme.changed.connect(self.ring.update)

    @property
    def around(self) -> QWidget | None:
        """What the ring is around; None while no ring is seen."""
        return self.ring.widget()

    def show_keys(self) -> None:
        """Show where the keys are: somebody uses the keyboard."""
        self._by_keys = True
        self._on_focus(None, QApplication.focusWidget())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._window:
            if kind == QEvent.Type.Show:
                self._window.windowHandle().installEventFilter(self)
        elif kind == QEvent.Type.KeyPress:
            self._by_keys = True
        elif kind == QEvent.Type.MouseButtonPress and self._by_keys:
            self._by_keys = False
            self._put_around(None)
        return False

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        pressed = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        self._put_around(now if self._by_keys and not pressed and self._is_ours(now) else None)

    def _put_around(self, widget: QWidget | None) -> None:
        if widget is not self.ring.widget():
            self.ring.setWidget(widget)  # type: ignore[arg-type]  # Qt: None follows nothing
            if widget is not None:
                self.ring.raise_()

    def _is_ours(self, widget: QWidget | None) -> bool:
        return (
            widget is not None
            and not isinstance(widget, QMenu)
            and widget.window() is self._window
            and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        )

"""The frame of a panel in the trailing side: title, close button, scrolling page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from emadina_gis.app.controls import column, row, scrolling

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from emadina_gis.app.desk import Desk

#: The foot stands under the page where it leaves it so much of the height; else it scrolls with it.
MOST_FOOT = 0.55


class SidePage(QWidget):
    """A titled page; `closed` asks to go back to the inspector."""

    closed = Signal()

    def __init__(self, desk: Desk, title_key: str) -> None:
        super().__init__()
        self._desk = desk
        self._page = QWidget()
        self._scrolled = column(self._page, spacing=0)
        self.content: QVBoxLayout = column(spacing=12, margins=(16, 8, 16, 16))
        self._scrolled.addLayout(self.content, 1)
        head = row(margins=(14, 12, 10, 4))
        head.addWidget(desk.voice.label(title_key, "heading"), 1)
        head.addWidget(desk.voice.tool("panel.close", "x", self.closed.emit))
        self._foot = QWidget()
        self.foot: QVBoxLayout = column(self._foot, margins=(16, 8, 16, 12))
        self._whole = column(self, spacing=0)
        self._whole.addLayout(head)
        self._whole.addWidget(scrolling(self._page), 1)
        self._whole.addWidget(self._foot)
        self._foot.installEventFilter(self)
        self._fitting = QTimer(self, interval=0, singleShot=True)
        self._fitting.timeout.connect(self._fit_foot)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._foot and event.type() == QEvent.Type.LayoutRequest:
            self._fitting.start()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_foot()

    def _fit_foot(self) -> None:
        """Put the foot under the page, or at its end where both do not fit in the panel."""
        self._foot.setVisible(self.foot.count() > 0)
        wraps, width = self.foot.hasHeightForWidth(), self.width()
        foot = self.foot.totalHeightForWidth(width) if wraps else self.foot.totalSizeHint().height()
        wanted = self._scrolled if foot > self.height() * MOST_FOOT else self._whole
        if wanted.indexOf(self._foot) < 0:
            other = self._whole if wanted is self._scrolled else self._scrolled
            other.removeWidget(self._foot)
            wanted.addWidget(self._foot)

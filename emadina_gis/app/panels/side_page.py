"""The frame of a panel in the trailing side: title, close button, scrolling page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from emadina_gis.app.controls import column, row, scrolling

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk


class SidePage(QWidget):
    """A titled page; `closed` asks to go back to the inspector."""

    closed = Signal()

    def __init__(self, desk: Desk, title_key: str) -> None:
        super().__init__()
        self._desk = desk
        self._page = QWidget()
        self.content: QVBoxLayout = column(self._page, spacing=12, margins=(16, 8, 16, 16))
        head = row(margins=(14, 12, 10, 4))
        head.addWidget(desk.voice.label(title_key, "heading"), 1)
        head.addWidget(desk.voice.tool("panel.close", "x", self.closed.emit))
        self.foot: QVBoxLayout = column(margins=(16, 8, 16, 12))
        whole = column(self, spacing=0)
        whole.addLayout(head)
        whole.addWidget(scrolling(self._page), 1)
        whole.addLayout(self.foot)

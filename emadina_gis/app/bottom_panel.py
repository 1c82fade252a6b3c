"""What stands below the map: balance, table, land that is left, reasons; collapsible.

Owns the tabs; each page is made when it is first shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QTabBar, QWidget

from emadina_gis.app.controls import column, hairline, row
from emadina_gis.app.panels.balance import BalancePanel
from emadina_gis.app.panels.land import LandPanel
from emadina_gis.app.panels.table import TablePanel
from emadina_gis.app.panels.why import WhyPanel

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk

TABS = ("balance", "table", "land", "why")


class BottomPanel(QFrame):
    """Tabs and their pages."""

    collapse_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._table_count = 0
        self.setObjectName("bottom")
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        for _name in TABS:
            self.tabs.addTab("")
        self.balance = BalancePanel(desk)
        self.table = TablePanel(desk)
        self.land = LandPanel(desk)
        self.why = WhyPanel(desk)
        self._stack = QStackedWidget()
        pages = (self.balance, self.table, self.land, self.why)
        self._pages: dict[str, QWidget] = dict(zip(TABS, pages, strict=True))
        for page in pages:
            self._stack.addWidget(page)
        head = row(margins=(14, 0, 14, 0))
        head.addWidget(self.tabs)
        head.addStretch(1)
        self.collapse = desk.voice.tool(
            "bottom.collapse", "chevron-down", self.collapse_asked.emit, "secondary"
        )
        head.addWidget(self.collapse)
        whole = column(self, spacing=0)
        whole.addLayout(head)
        whole.addWidget(hairline())
        whole.addWidget(self._stack, 1)
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)
        self.table.count_changed.connect(self._on_count)
        desk.speech.changed.connect(self._say_tabs)
        self._say_tabs()

    def open(self, name: str) -> QWidget:
        """Show a page."""
        self.tabs.setCurrentIndex(TABS.index(name))
        page = self._pages[name]
        page.setFocus()
        return page

    @property
    def current(self) -> str:
        """Name of the page that is shown."""
        return TABS[self.tabs.currentIndex()]

    def _on_count(self, count: int) -> None:
        self._table_count = count
        self._say_tabs()

    def _say_tabs(self) -> None:
        say, words = self._desk.speech.text, self._desk.words
        for index, name in enumerate(TABS):
            text = say(f"bottom.{name}")
            if name == "table" and self._table_count:
                text = f"{text} ({words.number(self._table_count)})"
            self.tabs.setTabText(index, text)

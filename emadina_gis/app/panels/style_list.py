"""The classes of a style in a list: swatch, what it stands for, how many features.

Owns the list; a class is chosen in it, and what is then edited is the panel's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from emadina_gis.app.models.style_classes import ALL
from emadina_gis.app.panels.symbol_form import ICON, symbol_icon

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.models.style_classes import StyleRow
    from emadina_gis.domain.geometry import Kind
    from emadina_gis.domain.style import Symbol

INDEX = Qt.ItemDataRole.UserRole
MOST_ROWS = 12
ROW_PX = 27


class StyleList(QTreeWidget):
    """Classes one under another; `chosen` tells the place of one, -1 for all together."""

    chosen = Signal(int)
    color_asked = Signal(int)
    remove_asked = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._filling = False
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setStyleSheet("QTreeWidget::item { border-radius: 0px; }")
        self.setIconSize(ICON)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        desk.speech.bind(self, "style.classes", self.setAccessibleName)
        self.currentItemChanged.connect(self._on_current)
        self.itemActivated.connect(self._on_activated)

    @property
    def current(self) -> int:
        """Place of the class that is chosen."""
        item = self.currentItem()
        return ALL if item is None else int(item.data(0, INDEX))

    def show_rows(
        self, rows: tuple[StyleRow, ...], shared: Symbol | None, kind: Kind, chosen: int
    ) -> None:
        """Show other classes; the shared symbol stands first where there is one."""
        self._filling = True
        scrolled = self.verticalScrollBar().value()
        self.clear()
        if shared is not None:
            key = "style.all-classes" if rows else "style.one-symbol"
            self._add(ALL, self._desk.speech.text(key), shared, kind, "")
        for one in rows:
            count = "" if one.count is None else self._desk.words.number(one.count)
            self._add(one.index, one.text, one.symbol, kind, count)
        for place in range(self.topLevelItemCount()):
            item = self.topLevelItem(place)
            if item is not None and item.data(0, INDEX) == chosen:
                self.setCurrentItem(item)
        shown = min(max(self.topLevelItemCount(), 1), MOST_ROWS)
        self.setFixedHeight(shown * self._desk.theme.px(ROW_PX) + 4)
        self.verticalScrollBar().setValue(scrolled)
        self._filling = False

    def _add(self, index: int, text: str, symbol: Symbol, kind: Kind, count: str) -> None:
        item = QTreeWidgetItem([text, count])
        item.setIcon(0, symbol_icon(symbol, kind))
        item.setData(0, INDEX, index)
        item.setToolTip(0, text)
        item.setSizeHint(0, QSize(40, self._desk.theme.px(ROW_PX)))
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        item.setForeground(1, self._desk.theme.color("secondary"))
        self.addTopLevelItem(item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.current != ALL:
            self.remove_asked.emit(self.current)
            return
        super().keyPressEvent(event)

    def _on_current(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and not self._filling:
            self.chosen.emit(int(item.data(0, INDEX)))

    def _on_activated(self, item: QTreeWidgetItem) -> None:
        self.color_asked.emit(int(item.data(0, INDEX)))

"""Choosing the sector that selected parcels get in the active scenario, in place.

Lists the sectors of the planning document; applying is one command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem

from emadina_gis.analysis.palettes import sector_color
from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.app.models.places import plain
from emadina_gis.session.commands.scenarios import ChangeSector

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.app.desk import Desk
    from emadina_gis.regulation import PlanningDocument

LIST_PX = 96
CODE = Qt.ItemDataRole.UserRole


class SectorChooser(QFrame):
    """A list of sectors with a filter; Enter or the button applies."""

    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._ids: tuple[int, ...] = ()
        self.setObjectName("card")
        self.title = plain_label("", "bold", wrap=True)
        self.filter = QLineEdit()
        desk.speech.bind(self, "sector.filter", self.filter.setPlaceholderText,
                         self.filter.setAccessibleName)  # fmt: skip
        self.filter.textChanged.connect(self._filter)
        self.filter.returnPressed.connect(self.apply)
        self.list = QListWidget()
        self.list.setMinimumHeight(LIST_PX)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemDoubleClicked.connect(lambda _item: self.apply())
        self.list.currentItemChanged.connect(lambda *_items: self._say_button())
        desk.speech.bind(self, "sector.list", self.list.setAccessibleName)
        self.apply_button = desk.voice.button("sector.apply", self.apply, look="accent")
        buttons = row()
        buttons.addWidget(self.apply_button)
        buttons.addWidget(desk.voice.button("dialog.cancel", self.closed.emit))
        buttons.addStretch(1)
        whole = column(self, margins=(12, 12, 12, 12))
        whole.addWidget(self.title)
        whole.addWidget(self.filter)
        whole.addWidget(self.list, 1)
        whole.addLayout(buttons)

    def open_for(self, ids: Iterable[int], document: PlanningDocument) -> None:
        """Offer the sectors of a document for some parcels."""
        self._ids = tuple(int(row_id) for row_id in ids)
        speech = self._desk.speech
        self.title.setText(speech.plural("sector.title", len(self._ids)))
        self.list.clear()
        for sector in document.sectors:
            name = sector.title.in_language(speech.language)
            code = self._desk.words.isolated(sector.code)
            item = QListWidgetItem(_dot(sector_color(sector.code)), f"{code} · {name}")
            item.setData(CODE, sector.code)
            item.setToolTip(name)
            self.list.addItem(item)
        self.filter.clear()
        self._say_button()
        self.filter.setFocus()

    def choose(self, code: str) -> None:
        """Put the cursor on a sector."""
        for index in range(self.list.count()):
            if self.list.item(index).data(CODE) == code:
                self.list.setCurrentRow(index)

    def apply(self) -> None:
        """Give the parcels the sector under the cursor, in the active scenario."""
        item = self.list.currentItem()
        if not self.list.selectedItems() or item.isHidden() or not self._ids:
            return
        scenario_id = self._desk.results.scenario_id
        if self._desk.do(ChangeSector(scenario_id, self._ids, item.data(CODE))):
            self.closed.emit()

    def _filter(self, text: str) -> None:
        wanted = plain(text)
        first = None
        for index in range(self.list.count()):
            item = self.list.item(index)
            item.setHidden(wanted not in plain(item.text()))
            if first is None and not item.isHidden():
                first = item
        if first is not None and wanted:
            self.list.setCurrentItem(first)

    def _say_button(self) -> None:
        self.apply_button.setEnabled(self.list.currentItem() is not None)


def _dot(color: str) -> QIcon:
    pixmap = QPixmap(14, 14)
    pixmap.fill(QColor(color))
    return QIcon(pixmap)

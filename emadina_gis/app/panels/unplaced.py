"""The labels that have no place in the view: text, layer, reason; to go there or to put one first.

Owns the list; what its buttons do is asked by signals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from emadina_gis.app.controls import column, plain_label, row

if TYPE_CHECKING:
    from PySide6.QtCore import QPersistentModelIndex

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.models.labels import NotPlaced

    Index = QModelIndex | QPersistentModelIndex

COLUMNS = ("text", "layer", "reason")
LEAST_HEIGHT_PX = 190
LAYER_PX = 84
_ROOT = QModelIndex()


class UnplacedModel(QAbstractTableModel):
    """The list as a table."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._listed: tuple[NotPlaced, ...] = ()

    def take(self, listed: tuple[NotPlaced, ...]) -> None:
        """Show another list."""
        self.beginResetModel()
        self._listed = listed
        self.endResetModel()

    def at(self, index: int) -> NotPlaced | None:
        """Return an entry, None where there is none."""
        return self._listed[index] if 0 <= index < len(self._listed) else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._listed)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role != Qt.ItemDataRole.DisplayRole or orientation == Qt.Orientation.Vertical:
            return None
        return self._desk.speech.text(f"labels.unplaced.{COLUMNS[section]}")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return None
        one = self._listed[index.row()]
        return (self._text(one), self._layer(one), self._reason(one))[index.column()]

    def _text(self, one: NotPlaced) -> str:
        say = self._desk.speech.text
        return one.text if one.row_id >= 0 else say("labels.unplaced.all-of-layer")

    def _layer(self, one: NotPlaced) -> str:
        project = self._desk.project
        if not project.has_layer(one.layer_id):
            return ""
        return self._desk.speech.title(project.layer(one.layer_id).title)

    def _reason(self, one: NotPlaced) -> str:
        return self._desk.speech.text(f"labels.reason.{one.reason}")


class Unplaced(QWidget):
    """The list and its buttons.

    Signals
    -------
    zoom_asked(NotPlaced), raise_asked(NotPlaced)
        Show a feature; put its label first.
    """

    zoom_asked = Signal(object)
    raise_asked = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._count = 0
        self.model = UnplacedModel(desk)
        self.summary = plain_label("", "muted", wrap=True)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.setObjectName("narrow")
        self.table.verticalHeader().hide()
        self.table.setMinimumHeight(desk.theme.px(LEAST_HEIGHT_PX))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        header.resizeSection(1, desk.theme.px(LAYER_PX))
        self.zoom = desk.voice.button("labels.unplaced.zoom", self._zoom, icon="crosshair")
        self.first = desk.voice.button("labels.unplaced.first", self._raise, icon="arrow-up")
        buttons = row()
        buttons.addWidget(self.zoom, 1)
        buttons.addWidget(self.first, 1)
        whole = column(self, spacing=6)
        whole.addWidget(self.summary)
        whole.addWidget(self.table, 1)
        whole.addLayout(buttons)
        whole.addStretch(0)
        desk.speech.bind(self, "labels.unplaced.title", self.table.setAccessibleName)
        desk.speech.changed.connect(self._say)
        self.table.activated.connect(lambda _index: self._zoom())
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._enable())
        self._say()

    @property
    def current(self) -> NotPlaced | None:
        """The entry that is chosen."""
        return self.model.at(self.table.currentIndex().row())

    def show_listed(self, listed: tuple[NotPlaced, ...], count: int) -> None:
        """Show what has no place, and how many there are in all."""
        chosen = self.current
        self._count = count
        self.model.take(listed)
        if chosen in listed:
            self.table.selectRow(listed.index(chosen))
        self._say()

    def _say(self) -> None:
        listed = self.model.rowCount()
        said = self._desk.speech.plural("labels.unplaced.count", self._count)
        if self._count > listed:
            said += " " + self._desk.speech.plural("labels.unplaced.first-of", listed)
        self.summary.setText(said)
        self.table.setVisible(bool(listed))
        self._enable()

    def _enable(self) -> None:
        one = self.current
        for button in (self.zoom, self.first):
            button.setVisible(self.model.rowCount() > 0)
        self.zoom.setEnabled(one is not None)
        self.first.setEnabled(one is not None and one.row_id >= 0)

    def _zoom(self) -> None:
        if self.current is not None:
            self.zoom_asked.emit(self.current)

    def _raise(self) -> None:
        if self.current is not None:
            self.raise_asked.emit(self.current)

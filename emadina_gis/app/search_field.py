"""The search field of the top bar: completion as one types, Enter goes there.

Owns the field and its list; what is found is ``models.places``'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QToolButton, QWidget

from emadina_gis.app.controls import column
from emadina_gis.app.models.places import Place, PlaceIndex

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk

WAIT_MS = 120
ROW_PX = 28


class SearchField(QLineEdit):
    """Titles, sectors, streets and coordinates; `chosen` carries a `Place`."""

    chosen = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._index = PlaceIndex()
        self._places: tuple[Place, ...] = ()
        self.setObjectName("search")
        self.setClearButtonEnabled(False)
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        desk.theme.bind(
            self, lambda: self._glass.setIcon(desk.theme.icon("search", "secondary", 16))
        )
        desk.speech.bind(self, "search.hint", self.setPlaceholderText, self.setAccessibleName)
        for part in self.findChildren(QToolButton):
            desk.speech.bind(part, "edit.search", part.setAccessibleName)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self.search_now)
        self.textEdited.connect(lambda _text: self._timer.start())
        self._popup = QFrame(parent.window())
        self._popup.setObjectName("command")
        self.list = QListWidget(self._popup)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        desk.speech.bind(self.list, "edit.search", self.list.setAccessibleName)
        self.list.itemClicked.connect(lambda _item: self._choose())
        column(self._popup, margins=(4, 4, 4, 4)).addWidget(self.list)
        self._popup.hide()
        self.installEventFilter(self)

    @property
    def is_open(self) -> bool:
        """Whether the list is shown."""
        return self._popup.isVisible()

    def search_now(self) -> None:
        """Look for what is typed and show it."""
        self._timer.stop()
        text = self.text().strip()
        self._places = self._index.find(text, self._desk.project) if text else ()
        self.list.clear()
        for place in self._places:
            self.list.addItem(QListWidgetItem(self._line(place)))
        if text and not self._places:
            nothing = QListWidgetItem(self._desk.speech.text("search.nothing"))
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nothing)
        self.list.setCurrentRow(0)
        self._place_popup(bool(text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self and event.type() == QEvent.Type.FocusOut:
            QTimer.singleShot(150, self, self._popup.hide)
        if (
            watched is self
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
        ):
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self._timer.isActive() or not self.is_open:
                self.search_now()
            self._choose()
            return True
        if key == Qt.Key.Key_Escape and self.is_open:
            self._popup.hide()
            return True
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Up} and self.is_open:
            step = 1 if key == Qt.Key.Key_Down else -1
            count = max(self.list.count(), 1)
            self.list.setCurrentRow((self.list.currentRow() + step) % count)
            return True
        return False

    def _choose(self) -> None:
        index = self.list.currentRow()
        if 0 <= index < len(self._places):
            self._popup.hide()
            self.setText(self._places[index].text)
            self.chosen.emit(self._places[index])

    def _line(self, place: Place) -> str:
        words = self._desk.words
        name = words.isolated(place.text)
        count = f" · {words.number(len(place.ids))}" if len(place.ids) > 1 else ""
        return f"{name}   {words.text(_KIND_KEYS[place.kind])}{count}"

    def _place_popup(self, wanted: bool) -> None:
        window = self.window()
        if self._popup.parentWidget() is not window:
            self._popup.setParent(window)
        corner = self.mapTo(window, QPoint(0, self.height() + 4))
        rows = min(max(self.list.count(), 1), 10)
        self._popup.setGeometry(corner.x(), corner.y(), self.width(), rows * ROW_PX + 12)
        self._popup.setVisible(wanted)
        self._popup.raise_()


_KIND_KEYS = {
    "parcel_id": "search.kind.parcel",
    "sector": "search.kind.sector",
    "name": "search.kind.name",
    "commune": "search.kind.commune",
    "coordinates": "search.kind.coordinates",
}

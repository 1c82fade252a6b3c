"""The search field of the top bar: places as one types, Enter goes there.

Owns the field and its list; what is found is ``workflows.places``'s, on a thread of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QWidget,
)

from emadina_gis.app.controls import column
from emadina_gis.app.models.places import Line, listed
from emadina_gis.app.place_finder import PlaceFinder
from emadina_gis.app.sided_rows import ICON_PX, Index, SidedRow, SidedRows

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.workflows.places import Place

WAIT_MS = 60
WIDTH_PX = 420
MOST_ROWS_PX = 440
LINE = int(Qt.ItemDataRole.UserRole)


class SearchField(QLineEdit):
    """Titles, sectors, names, coordinates, scales; `chosen` carries a `Place`."""

    chosen = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._finder = PlaceFinder(desk, self)
        self._finder.follow(parent)
        self._finder.found.connect(self._on_found)
        self._goes_when_found = False
        self._answered = ""
        self.setObjectName("search")
        self.setClearButtonEnabled(False)
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        desk.theme.bind(
            self, lambda: self._glass.setIcon(desk.theme.icon("search", "secondary", 16))
        )
        desk.speech.bind(self, "places.hint", self.setPlaceholderText, self.setAccessibleName,
                         self.setToolTip)  # fmt: skip
        desk.speech.bind(self, "edit.search", self._name_parts)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self.search_now)
        self.textEdited.connect(self._on_edited)
        self._make_list(parent)
        self.installEventFilter(self)

    def _make_list(self, parent: QWidget) -> None:
        self._popup = QFrame(parent.window())
        self._popup.setObjectName("command")
        self.list = QListWidget(self._popup)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(SidedRows(self._desk, self.list, self._row))
        self._desk.speech.bind(self.list, "places.results", self.list.setAccessibleName)
        self.list.itemClicked.connect(lambda _item: self._choose())
        column(self._popup, margins=(4, 4, 4, 4)).addWidget(self.list)
        self._popup.hide()

    def _name_parts(self, text: str) -> None:
        """Name the buttons in the field; Qt makes them again now and then."""
        for part in self.findChildren(QToolButton):
            part.setAccessibleName(text)

    def _row(self, index: Index) -> SidedRow:
        line = index.data(LINE)
        if not isinstance(line, Line):
            return SidedRow("")
        icon = self._desk.theme.icon(line.icon, "secondary", ICON_PX) if line.icon else None
        return SidedRow(line.text, line.beside, icon, is_head=line.place is None)

    @property
    def is_open(self) -> bool:
        """Whether the list is shown."""
        return self._popup.isVisible()

    @property
    def places(self) -> tuple[Place, ...]:
        """What the list shows."""
        lines = (self.list.item(n).data(LINE) for n in range(self.list.count()))
        return tuple(line.place for line in lines if line.place is not None)

    def search_now(self) -> None:
        """Look for what is typed; the list follows."""
        self._timer.stop()
        text = self.text().strip()
        if text:
            self._finder.ask(text)
        else:
            self._finder.forget()
            self._popup.hide()

    def _on_edited(self, _text: str) -> None:
        self._goes_when_found = False
        self._timer.start()

    def _on_found(self, text: str, places: tuple[Place, ...]) -> None:
        if text != self.text().strip():
            return
        self._answered = text
        self.list.clear()
        for line in listed(places, self._desk.project, self._desk.words):
            self._add(line)
        if not places:
            self._add(Line(self._desk.speech.text("search.nothing")))
        self._step(1, start=-1)
        goes, self._goes_when_found = self._goes_when_found, False
        if goes and places:
            self._choose()
        else:
            self._show_list()

    def _add(self, line: Line) -> None:
        item = QListWidgetItem()
        item.setData(LINE, line)
        said = f"{line.text}, {line.beside}" if line.beside else line.text
        item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
        if line.place is None:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(item)

    # --- keys ---------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self and event.type() == QEvent.Type.FocusOut:
            self._finder.forget()
            QTimer.singleShot(150, self, self._popup.hide)
        if watched is self and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                if self.is_open:
                    event.accept()  # Esc closes the list, and nothing of the window
                return self.is_open
            return event.type() == QEvent.Type.KeyPress and self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._go()
        elif key == Qt.Key.Key_Escape and self.is_open:
            self._popup.hide()
        elif key in steps and self.is_open:
            self._step(steps[key])
        else:
            return False
        return True

    def _go(self) -> None:
        """Go to the place under the cursor, or to the first one once it is found."""
        if self.is_open and not self._timer.isActive() and self._answered == self.text().strip():
            self._choose()
            return
        self._goes_when_found = bool(self.text().strip())
        self.search_now()

    def _step(self, by: int, start: int | None = None) -> None:
        """Move the cursor to the next place, over the heads of groups."""
        count = self.list.count()
        row = self.list.currentRow() if start is None else start
        for _ in range(count):
            row = (row + by) % count
            if self.list.item(row).data(LINE).place is not None:
                self.list.setCurrentRow(row)
                self.list.scrollToItem(self.list.item(row))
                return

    def _choose(self) -> None:
        item = self.list.currentItem()
        line = item.data(LINE) if self.list.currentRow() >= 0 else None
        if isinstance(line, Line) and line.place is not None:
            self._popup.hide()
            self.setText(line.place.text)
            self.chosen.emit(line.place)

    def _show_list(self) -> None:
        window, theme = self.window(), self._desk.theme
        if self._popup.parentWidget() is not window:
            self._popup.setParent(window)
        heights = (self.list.sizeHintForRow(row) for row in range(self.list.count()))
        height = min(sum(heights) + 12, theme.px(MOST_ROWS_PX), window.height() - 120)
        width = max(self.width(), theme.px(WIDTH_PX))
        corner = self.mapTo(window, QPoint(0, self.height() + 4))
        left = corner.x()
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            left = corner.x() + self.width() - width
        self._popup.setGeometry(max(left, 8), corner.y(), width, height)
        self._popup.show()
        self._popup.raise_()

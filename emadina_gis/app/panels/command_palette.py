"""The command palette (Ctrl+K): every action by name, run with Enter.

Reads the actions as data; owns the list and its filter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QWidget

from emadina_gis.app.controls import column
from emadina_gis.app.models.places import plain
from emadina_gis.app.theme import ICON_PX

if TYPE_CHECKING:
    from emadina_gis.app.actions import Actions
    from emadina_gis.app.desk import Desk

WIDTH_PX = 520
HEIGHT_PX = 380
ACTION_ID = Qt.ItemDataRole.UserRole


class CommandPalette(QFrame):
    """A field and the actions that match it."""

    def __init__(self, desk: Desk, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._actions = actions
        self._window = parent
        self.setObjectName("command")
        self.field = QLineEdit()
        self.field.textChanged.connect(self._show)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setIconSize(QSize(ICON_PX, ICON_PX))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(lambda _item: self.run())
        desk.speech.bind(self, "palette.hint", self.field.setPlaceholderText,
                         self.field.setAccessibleName)  # fmt: skip
        whole = column(self, margins=(8, 8, 8, 8))
        whole.addWidget(self.field)
        whole.addWidget(self.list, 1)
        self.hide()

    def open(self) -> None:
        """Show the palette with everything."""
        parent = self._window
        width = min(self._desk.theme.px(WIDTH_PX), parent.width() - 32)
        self.resize(width, min(HEIGHT_PX, parent.height() - 120))
        self.move(QPoint((parent.width() - width) // 2, 60))
        self.field.clear()
        self._show()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def run(self) -> None:
        """Run the action under the cursor."""
        item = self.list.currentItem()
        if not self.list.count() or item.data(ACTION_ID) is None:
            return
        action = self._actions.qt(item.data(ACTION_ID))
        self.hide()
        self._window.setFocus()
        action.trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.FocusOut:
            self.hide()
        if watched is self.field and isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.run()
        elif key == Qt.Key.Key_Escape:
            self.hide()
        elif key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            step = 1 if key == Qt.Key.Key_Down else -1
            count = max(self.list.count(), 1)
            self.list.setCurrentRow((self.list.currentRow() + step) % count)
        else:
            return False
        return True

    def _show(self) -> None:
        wanted = plain(self.field.text()).split()
        say = self._desk.words.isolated
        self.list.clear()
        for action_id in self._actions.ids:
            action = self._actions.qt(action_id)
            name = action.text()
            if not action.isEnabled() or not all(word in plain(name) for word in wanted):
                continue
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            icon = action.icon() if not action.icon().isNull() else _no_icon()
            item = QListWidgetItem(icon, f"{name}    {say(keys)}" if keys else name)
            item.setData(ACTION_ID, action_id)
            self.list.addItem(item)
        if not self.list.count():
            nothing = QListWidgetItem(self._desk.speech.text("search.nothing"))
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nothing)
        self.list.setCurrentRow(0)


def _no_icon() -> QIcon:
    """Return an empty icon, so that names without one stand below the others."""
    pixmap = QPixmap(ICON_PX, ICON_PX)
    pixmap.fill(Qt.GlobalColor.transparent)
    return QIcon(pixmap)

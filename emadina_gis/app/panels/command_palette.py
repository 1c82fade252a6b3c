"""The command palette (Ctrl+K): every action, layer and scenario by name, run with Enter.

Reads the actions as data; owns the list, its filter and what was called last. What cannot be done
now is listed with its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from emadina_gis.app.announcer import announce
from emadina_gis.app.controls import column, plain_label
from emadina_gis.app.models.command_search import Command, found
from emadina_gis.app.sided_rows import Index, SidedRow, SidedRows
from emadina_gis.app.theme import ICON_PX
from emadina_gis.words import LANGUAGES, load_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.app.actions import Actions
    from emadina_gis.app.desk import Desk

WIDTH_PX = 600
HEIGHT_PX = 420
ROW_PX = 30
GAP_PX = 8
MOST_RECENT = 8
RECENT = "recent_commands"
LAYER, SCENARIO = "layer/", "scenario/"
ACTION_ID = Qt.ItemDataRole.UserRole
#: What stands at the end of a row: its keys, what it is, or why it cannot be done.
SIDE = ACTION_ID + 1
#: Never among the recent ones, nor in the list: it is what is open.
_SELF = "app.palette"


class CommandPalette(QFrame):
    """A field and what matches it; `layer_chosen` asks to go to a layer."""

    layer_chosen = Signal(str)

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
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(SidedRows(desk, self.list, self._row))
        self.list.itemClicked.connect(lambda _item: self.run())
        self.list.currentItemChanged.connect(lambda item, _before: self._say(item))
        self.reason = plain_label("", "amber", wrap=True)
        self.reason.hide()
        desk.speech.bind(self, "palette.hint", self.field.setPlaceholderText,
                         self.field.setAccessibleName)  # fmt: skip
        desk.speech.bind(self, "app.palette", self.list.setAccessibleName, self.setAccessibleName)
        whole = column(self, margins=(8, 8, 8, 8))
        for part in (self.field, self.list, self.reason):
            whole.addWidget(part)
        self.hide()

    def open(self) -> None:
        """Show the palette with everything, what was called last first."""
        parent, theme = self._window, self._desk.theme
        width = min(theme.px(WIDTH_PX), parent.width() - 32)
        self.resize(width, min(theme.px(HEIGHT_PX), parent.height() - 80))
        self.move(QPoint((parent.width() - width) // 2, min(60, parent.height() - self.height())))
        self.field.clear()
        self._show()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def run(self) -> None:
        """Do what is under the cursor; say why where it cannot be done."""
        item = self.list.currentItem()
        if not self.list.count() or item.data(ACTION_ID) is None:
            return
        command_id = str(item.data(ACTION_ID))
        missing = self._missing(command_id)
        if missing:
            self._refuse(f"{self._name_of(command_id)} : {missing}")
            return
        self.hide()
        self._window.setFocus()
        self._keep(command_id)
        self._call(command_id)

    def _call(self, command_id: str) -> None:
        if command_id.startswith(LAYER):
            self._desk.view.activate_layer(command_id.removeprefix(LAYER))
            self.layer_chosen.emit(command_id.removeprefix(LAYER))
        elif command_id.startswith(SCENARIO):
            self._desk.view.activate_scenario(command_id.removeprefix(SCENARIO))
        else:
            self._actions.qt(command_id).trigger()

    def _refuse(self, reason: str) -> None:
        self.reason.setText(reason)
        self.reason.show()
        announce(self.field, reason, urgent=True)

    def _keep(self, command_id: str) -> None:
        before = self._recent()
        recent = [command_id, *(one for one in before if one != command_id)][:MOST_RECENT]
        if recent != before:
            self._desk.preferences.remember(**{RECENT: recent})

    def _recent(self) -> list[str]:
        kept = self._desk.preferences.recall(RECENT, [])
        return [str(one) for one in kept] if isinstance(kept, list) else []

    # --- keys ---------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.FocusOut:
            self.hide()
        if watched is self.field and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()  # Esc closes the palette, and nothing of the window
                return True
            return event.type() == QEvent.Type.KeyPress and self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.run()
        elif key == Qt.Key.Key_Escape:
            self.hide()
            self._window.setFocus()
        elif key in _STEPS:
            count = max(self.list.count(), 1)
            row = self.list.currentRow() + _STEPS[key]
            turned = row % count if abs(_STEPS[key]) == 1 else min(max(row, 0), count - 1)
            self.list.setCurrentRow(turned)
        else:
            return key in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}
        return True

    # --- what is listed -----------------------------------------------------------------------

    def commands(self) -> Iterator[Command]:
        """Yield everything that can be called by name."""
        others = [load_words(name) for name in LANGUAGES if name != self._desk.speech.language]
        for action_id in self._actions.ids:
            if action_id != _SELF:
                key = self._actions.data(action_id).key
                names = (self._actions.qt(action_id).text(), *(words.text(key) for words in others))
                yield Command(action_id, names)
        project, say = self._desk.project, self._desk.speech
        for layer in project.layers:
            yield Command(LAYER + layer.id, (say.title(layer.title),), say.text("palette.layer"))
        for scenario in project.scenarios:
            name = scenario.name or say.text("scenario.reference")
            yield Command(SCENARIO + scenario.id, (name,), say.text("palette.scenario"))

    def _show(self) -> None:
        self.reason.hide()
        self.list.clear()
        for command in found(self.field.text(), self.commands(), self._recent()):
            self.list.addItem(self._item(command))
        if not self.list.count():
            nothing = QListWidgetItem(self._desk.speech.text("search.nothing"))
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nothing)
        self.list.setCurrentRow(0)

    def _item(self, command: Command) -> QListWidgetItem:
        missing = self._missing(command.id)
        keys = self._keys(command.id)
        side = missing or keys or command.note
        item = QListWidgetItem(self._icon(command.id), command.names[0])
        item.setData(ACTION_ID, command.id)
        item.setData(SIDE, side)
        if missing:
            item.setForeground(self._desk.theme.color("secondary"))
        told = ", ".join(part for part in (command.names[0], command.note, keys, missing) if part)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, told)
        item.setToolTip(told)
        return item

    def _row(self, index: Index) -> SidedRow:
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        is_dim = index.data(Qt.ItemDataRole.ForegroundRole) is not None
        text, beside = str(index.data() or ""), str(index.data(SIDE) or "")
        is_command = index.data(ACTION_ID) is not None
        return SidedRow(text, beside, icon, is_dim=is_dim or not is_command)

    def _keys(self, command_id: str) -> str:
        if command_id.startswith((LAYER, SCENARIO)):
            return ""
        return self._desk.words.isolated(self._actions.keys_text(command_id))

    def _icon(self, command_id: str) -> QIcon:
        if command_id.startswith(LAYER):
            return self._desk.theme.icon("layers")
        if command_id.startswith(SCENARIO):
            return self._desk.theme.icon("git-branch")
        icon = self._actions.qt(command_id).icon()
        return icon if not icon.isNull() else _no_icon()

    def _missing(self, command_id: str) -> str:
        return "" if command_id.startswith((LAYER, SCENARIO)) else self._actions.missing(command_id)

    def _name_of(self, command_id: str) -> str:
        return self._actions.qt(command_id).text()

    def _say(self, item: QListWidgetItem | None) -> None:
        if item is not None and self.isVisible():
            self.reason.hide()
            announce(self.field, str(item.data(Qt.ItemDataRole.AccessibleTextRole) or item.text()))


_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_PageUp: -8,
}


def _no_icon() -> QIcon:
    """Return an empty icon, so that names without one stand below the others."""
    pixmap = QPixmap(ICON_PX, ICON_PX)
    pixmap.fill(Qt.GlobalColor.transparent)
    return QIcon(pixmap)

"""The command palette (Ctrl+K): every action, layer and scenario by name, run with Enter.

Reads the actions as data; owns the list, its filter and what was called last. What cannot be done
now is listed with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from emadina_gis.app.announcer import announce
from emadina_gis.app.controls import column, plain_label
from emadina_gis.app.models.command_search import Command, found
from emadina_gis.app.theme import ICON_PX
from emadina_gis.words import LANGUAGES, load_words

if TYPE_CHECKING:
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
        self.list.setItemDelegate(_Row(desk, self.list))
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


class _Row(QStyledItemDelegate):
    """A name, and at the end of the row its keys, what it is, or why it cannot be done."""

    def __init__(self, desk: Desk, view: QListWidget) -> None:
        super().__init__(view)
        self._desk = desk

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(super().sizeHint(option, index).width(), self._desk.theme.px(ROW_PX))

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Leave room for what stands at the end."""
        super().initStyleOption(option, index)
        taken = self._side_px(option, index) + 3 * GAP_PX + option.decorationSize.width()
        metrics, room = QFontMetrics(option.font), option.rect.width() - taken
        option.text = metrics.elidedText(option.text, Qt.TextElideMode.ElideRight, room)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        side_px = self._side_px(option, index)
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        place = QRect(option.rect)
        place.setLeft(place.left() + GAP_PX if rtl else place.right() - GAP_PX - side_px)
        place.setWidth(side_px)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        side = QFontMetrics(option.font).elidedText(
            str(index.data(SIDE) or ""), Qt.TextElideMode.ElideRight, side_px
        )
        painter.setPen(self._desk.theme.color("text" if selected else "secondary"))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, side)

    def _side_px(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> int:
        wanted = QFontMetrics(option.font).horizontalAdvance(str(index.data(SIDE) or "")) + 2
        return int(min(wanted, option.rect.width() * 0.6))


def _no_icon() -> QIcon:
    """Return an empty icon, so that names without one stand below the others."""
    pixmap = QPixmap(ICON_PX, ICON_PX)
    pixmap.fill(Qt.GlobalColor.transparent)
    return QIcon(pixmap)

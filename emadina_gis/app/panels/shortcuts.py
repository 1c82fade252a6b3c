"""Shortcuts in the settings: every action with its keys; a key is changed by typing another.

Owns the list and the field; which keys are free is `session.shortcuts`'s. Changes are kept at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget

from emadina_gis.app.announcer import announce
from emadina_gis.app.controls import column, plain_label, row, set_tone
from emadina_gis.app.models.command_search import Command, found
from emadina_gis.session.shortcuts import Keys, chosen, entries_of, is_reserved, normal

if TYPE_CHECKING:
    from emadina_gis.app.actions import Actions
    from emadina_gis.app.desk import Desk

LIST_PX = 240
ACTION_ID = Qt.ItemDataRole.UserRole
_HELD_ONLY = frozenset(
    (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr,
     Qt.Key.Key_CapsLock, Qt.Key.Key_unknown)
)  # fmt: skip
#: Keys that go on to the next field or leave, so that nobody is caught in this one.
_LEAVING = frozenset((Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape))


class KeyField(QLineEdit):
    """Shows keys; a key that is pressed in it is told by `typed`, and calls nothing."""

    typed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def event(self, event: QEvent) -> bool:
        overriding = event.type() == QEvent.Type.ShortcutOverride
        if overriding and isinstance(event, QKeyEvent) and Qt.Key(event.key()) not in _LEAVING:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _LEAVING:
            super().keyPressEvent(event)
        elif key not in _HELD_ONLY:
            pressed = QKeySequence(event.keyCombination())
            self.typed.emit(normal(pressed.toString(QKeySequence.SequenceFormat.PortableText)))


class ShortcutsCard(QWidget):
    """All actions with their keys, a field to find one, and a field to type another key."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__()
        self._desk = desk
        self._actions = actions
        self._wanted = ""
        voice = desk.voice
        self.search = QLineEdit()
        self.search.textChanged.connect(self._show)
        desk.speech.bind(
            self, "shortcuts.find", self.search.setPlaceholderText, self.search.setAccessibleName
        )
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setColumnCount(2)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.setFixedHeight(desk.theme.px(LIST_PX))
        self.list.currentItemChanged.connect(lambda _now, _before: self._show_chosen())
        desk.speech.bind(self.list, "settings.shortcuts.title", self.list.setAccessibleName)
        self.key = KeyField()
        self.key.typed.connect(self._on_typed)
        desk.speech.bind(self.key, "shortcuts.type", self.key.setPlaceholderText)
        self.told = plain_label("", "secondary", wrap=True)
        self.take = voice.button("shortcuts.take", lambda: self._set((self._wanted,)))
        self.none = voice.button("shortcuts.none", lambda: self._set(()))
        self.usual = voice.button("shortcuts.usual", self._forget)
        self.all_usual = voice.button("shortcuts.all-usual", self._forget_all, look="link")
        self._lay_out()
        for changed in (desk.speech.changed, actions.keys_changed):
            changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        whole = column(self)
        whole.addWidget(self._desk.voice.label("settings.shortcuts.title", "section"))
        hint = self._desk.voice.label("settings.shortcuts.doc", "secondary")
        hint.setWordWrap(True)
        for part in (hint, self.search, self.list, self.key, self.told, self.take):
            whole.addWidget(part)
        line = row()
        line.addWidget(self.none)
        line.addWidget(self.usual)
        line.addStretch(1)
        whole.addLayout(line)
        whole.addWidget(self.all_usual)
        self.take.hide()
        self.told.hide()

    @property
    def action_id(self) -> str:
        """The action whose keys are changed; empty for none."""
        item = self.list.currentItem()
        return str(item.data(0, ACTION_ID)) if item is not None else ""

    def choose(self, action_id: str) -> None:
        """Go to an action in the list."""
        for index in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(index)
            if item is not None and item.data(0, ACTION_ID) == action_id:
                self.list.setCurrentItem(item)

    # --- changes ------------------------------------------------------------------------------

    def _on_typed(self, key: str) -> None:
        action_id, say = self.action_id, self._desk.speech.text
        if not action_id:
            return
        self._wanted = key
        owner = self._actions.owner_of(key, action_id)
        self.take.setVisible(bool(owner) and not is_reserved(key))
        self.key.setText(key)
        if is_reserved(key):
            self._tell(say("shortcuts.reserved", keys=key), "amber")
        elif owner:
            self._tell(say("shortcuts.taken", keys=key, name=self._name(owner)), "amber")
        else:
            self._set((key,))

    def _set(self, keys: Keys) -> None:
        action_id = self.action_id
        if action_id:
            choice = {**self._choice(), action_id: keys}
            for key in keys:
                owner = self._actions.owner_of(key, action_id)
                if owner:
                    kept = tuple(other for other in self._actions.keys[owner] if other != key)
                    choice[owner] = kept
            self._keep(choice)

    def _forget(self) -> None:
        """Give an action its default keys back, but those that another one has taken."""
        self._keep({name: keys for name, keys in self._choice().items() if name != self.action_id})

    def _forget_all(self) -> None:
        self._keep({})

    def _keep(self, choice: dict[str, Keys]) -> None:
        self._desk.preferences.change(shortcuts=entries_of(choice))
        self._actions.choose_keys(choice)
        self._show()
        if self.action_id:
            keys = self._actions.keys_text(self.action_id) or self._desk.speech.text("shortcuts.no")
            name = self._name(self.action_id)
            self._tell(self._desk.speech.text("shortcuts.now", name=name, keys=keys), "secondary")

    def _choice(self) -> dict[str, Keys]:
        return chosen(self._desk.preferences.settings.shortcuts)

    # --- what is shown ------------------------------------------------------------------------

    def _name(self, action_id: str) -> str:
        return self._actions.qt(action_id).text()

    def _tell(self, text: str, tone: str) -> None:
        set_tone(self.told, tone)
        self.told.setText(text)
        self.told.show()
        announce(self.key, text)

    def _show(self) -> None:
        present = self.action_id
        say, keys = self._desk.speech.text, self._actions.keys
        self.list.setHeaderLabels([say("shortcuts.command"), say("shortcuts.key")])
        self.list.clear()
        commands = [Command(name, (self._name(name), " ".join(keys[name]))) for name in keys]
        for command in found(self.search.text(), commands):
            item = QTreeWidgetItem([command.names[0], "  ".join(keys[command.id])])
            item.setData(0, ACTION_ID, command.id)
            item.setToolTip(0, command.names[0])
            self.list.addTopLevelItem(item)
        self.choose(present)
        first = self.list.topLevelItem(0)
        if not self.action_id and first is not None:
            self.list.setCurrentItem(first)
        self._show_chosen()

    def _show_chosen(self) -> None:
        action_id = self.action_id
        self.take.hide()
        self.told.hide()
        for widget in (self.key, self.none, self.usual):
            widget.setEnabled(bool(action_id))
        if action_id:
            self.key.setText("  ".join(self._actions.keys[action_id]))
            name = self._desk.speech.text("shortcuts.key-of", name=self._name(action_id))
            self.key.setAccessibleName(name)

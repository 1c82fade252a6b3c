"""Actions are data: id, words key, icon, shortcut and callback; menus and palette read them.

Owns the list, the `QAction` made of each, and the keys in use: the defaults under those that the
person chose. Knows no panel: whoever offers an action registers it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from emadina_gis.session.shortcuts import Keys, in_use, keys_of, owner_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from emadina_gis.app.controls import Voice


@dataclass(frozen=True)
class Action:
    """What a person can do by menu, button, shortcut or palette.

    Attributes
    ----------
    key : str
        Key of the name in ``words``.
    shortcut : str
        In Qt's portable form; empty for none. Several are parted by ``;``.
    needs : str
        Key of the sentence that says what is missing while the action is disabled.
    """

    id: str
    key: str
    callback: Callable[[], object]
    icon: str = ""
    shortcut: str = ""
    checkable: bool = False
    needs: str = ""


class Actions(QObject):
    """All actions of a window, by id.

    Signals
    -------
    keys_changed()
        Shortcuts are others now.
    """

    keys_changed = Signal()

    def __init__(self, voice: Voice, owner: QWidget) -> None:
        super().__init__(owner)
        self._voice = voice
        self._owner = owner
        self._data: dict[str, Action] = {}
        self._made: dict[str, QAction] = {}
        self._chosen: dict[str, Keys] = {}
        voice.speech.changed.connect(self._say_tips)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, in the order of registration."""
        return tuple(self._data)

    def add(self, *actions: Action) -> None:
        """Register actions."""
        for action in actions:
            self._data[action.id] = action
            self._made[action.id] = self._made_of(action)
        self._take_keys()

    def data(self, action_id: str) -> Action:
        """Return the data of an action."""
        return self._data[action_id]

    def qt(self, action_id: str) -> QAction:
        """Return Qt's action of an id."""
        return self._made[action_id]

    def enable(self, action_id: str, enabled: bool) -> None:
        """Enable or disable an action everywhere."""
        self._made[action_id].setEnabled(enabled)

    def check(self, action_id: str, checked: bool) -> None:
        """Mark an action as on or off."""
        self._made[action_id].setChecked(checked)

    def rename(self, action_id: str, text: str) -> None:
        """Give an action another text for now ("Undo move layer")."""
        self._made[action_id].setText(text)
        self._say_tip(action_id)

    def missing(self, action_id: str) -> str:
        """Return what an action needs and does not have; empty while it can be done."""
        action, data = self._made[action_id], self._data[action_id]
        if action.isEnabled():
            return ""
        return self._voice.speech.text(data.needs or "needs.something")

    # --- keys ---------------------------------------------------------------------------------

    @property
    def defaults(self) -> dict[str, Keys]:
        """The keys that each action has where the person chose none."""
        return {name: keys_of(data.shortcut) for name, data in self._data.items()}

    @property
    def keys(self) -> dict[str, Keys]:
        """The keys in use, by action."""
        return in_use(self.defaults, self._chosen)

    def choose_keys(self, choice: Mapping[str, Keys]) -> None:
        """Use the person's keys over the defaults."""
        if dict(choice) != self._chosen:
            self._chosen = dict(choice)
            self._take_keys()
            self.keys_changed.emit()

    def owner_of(self, key: str, besides: str = "") -> str:
        """Return the action that a key calls now; empty where it is free."""
        return owner_of(key, self.keys, besides=besides)

    def keys_text(self, action_id: str) -> str:
        """Return the first key of an action as this system writes it; empty for none."""
        return self._made[action_id].shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    def _take_keys(self) -> None:
        for name, keys in self.keys.items():
            wanted = [QKeySequence(key) for key in keys]
            if wanted != self._made[name].shortcuts():
                self._made[name].setShortcuts(wanted)
                self._say_tip(name)

    # --- what is made of them -----------------------------------------------------------------

    def button(self, action_id: str, ink: str = "text") -> QToolButton:
        """Return an icon button of an action."""
        action = self._made[action_id]
        data = self._data[action_id]
        made = self._voice.tool(data.key, data.icon, ink=ink)
        made.setDefaultAction(action)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        return made

    def menu(self, parent: QWidget, ids: tuple[str, ...]) -> QMenu:
        """Return a menu of actions; an empty id is a separator."""
        menu = QMenu(parent)
        for action_id in ids:
            if action_id:
                menu.addAction(self._made[action_id])
            else:
                menu.addSeparator()
        return menu

    def _made_of(self, data: Action) -> QAction:
        action = QAction(self._owner)
        action.setObjectName(data.id)
        action.setCheckable(data.checkable)
        action.triggered.connect(lambda _checked=False: data.callback())
        self._voice.speech.bind(action, data.key, action.setText, action.setToolTip)
        if data.icon:
            self._voice.theme.bind(
                action, lambda: action.setIcon(self._voice.theme.icon(data.icon))
            )
        self._owner.addAction(action)
        return action

    def _say_tips(self) -> None:
        for name in self._data:
            self._say_tip(name)

    def _say_tip(self, action_id: str) -> None:
        action, keys = self._made[action_id], self.keys_text(action_id)
        said = self._voice.speech.words.isolated(keys)
        action.setToolTip(f"{action.text()}  ({said})" if keys else action.text())

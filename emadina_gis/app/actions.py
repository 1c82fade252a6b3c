"""Actions are data: id, words key, icon, shortcut and callback; menus and palette read them.

Owns the list and the `QAction` made of each. Knows no panel: whoever offers an action registers it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

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
    """

    id: str
    key: str
    callback: Callable[[], object]
    icon: str = ""
    shortcut: str = ""
    checkable: bool = False


class Actions(QObject):
    """All actions of a window, by id."""

    def __init__(self, voice: Voice, owner: QWidget) -> None:
        super().__init__(owner)
        self._voice = voice
        self._owner = owner
        self._data: dict[str, Action] = {}
        self._made: dict[str, QAction] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, in the order of registration."""
        return tuple(self._data)

    def add(self, *actions: Action) -> None:
        """Register actions."""
        for action in actions:
            self._data[action.id] = action
            self._made[action.id] = self._made_of(action)

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
        action = self._made[action_id]
        action.setText(text)
        action.setToolTip(_with_shortcut(text, action))

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
        keys = [QKeySequence(text) for text in data.shortcut.split(";") if text]
        action.setShortcuts(keys)
        action.triggered.connect(lambda _checked=False: data.callback())
        self._voice.speech.bind(
            action,
            data.key,
            action.setText,
            lambda text: action.setToolTip(_with_shortcut(text, action)),
        )
        if data.icon:
            self._voice.theme.bind(
                action, lambda: action.setIcon(self._voice.theme.icon(data.icon))
            )
        self._owner.addAction(action)
        return action


def _with_shortcut(text: str, action: QAction) -> str:
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f"{text}  ({keys})" if keys else text

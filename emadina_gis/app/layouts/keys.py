"""Keys of the page editor: what a person does without a mouse, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QKeyEvent

_KEY = Qt.Key
#: Arrow keys as steps along x and y of the page as it is seen.
ARROWS: Mapping[int, tuple[int, int]] = {
    _KEY.Key_Left: (-1, 0),
    _KEY.Key_Right: (1, 0),
    _KEY.Key_Up: (0, -1),
    _KEY.Key_Down: (0, 1),
}
CONTROL: Mapping[int, str] = {
    _KEY.Key_D: "duplicate",
    _KEY.Key_A: "all",
    _KEY.Key_Plus: "zoom-in",
    _KEY.Key_Equal: "zoom-in",
    _KEY.Key_Minus: "zoom-out",
    _KEY.Key_0: "fit",
}
PLAIN: Mapping[int, str] = {
    _KEY.Key_Delete: "remove",
    _KEY.Key_Backspace: "remove",
    _KEY.Key_Escape: "escape",
    _KEY.Key_PageUp: "forward",
    _KEY.Key_PageDown: "backward",
    _KEY.Key_Return: "properties",
    _KEY.Key_Enter: "properties",
}


def name_of(event: QKeyEvent) -> str:
    """Return what a key asks for; empty for nothing of ours."""
    key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if held == Qt.KeyboardModifier.ControlModifier:
        return CONTROL.get(key, "")
    if held == Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier:
        return "zoom-in" if key == _KEY.Key_Plus else ""
    if held == Qt.KeyboardModifier.NoModifier:
        return PLAIN.get(key, "")
    return ""


def arrow_of(event: QKeyEvent) -> tuple[int, int] | None:
    """Return the step of an arrow key, alone or with Shift; None for another key."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if held not in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier}:
        return None
    return ARROWS.get(event.key())

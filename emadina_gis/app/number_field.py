"""Number fields that stand like the other fields: the same room beside the text, on either side.

Owns margins and alignment of spin boxes; a style sheet gives them none. Knows no panel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractSpinBox

    Spin = TypeVar("Spin", bound=QAbstractSpinBox)

#: Before the text where it runs from left to right, so that it begins like a line of text; from
#: right to left Qt gives the room on its own.
MARGIN_PX = 9
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute


def stand_like_text(spin: Spin) -> Spin:
    """Give a number field the margins and the side of a line of text, and return it."""
    spin.installEventFilter(_Sides(spin))
    _align(spin)
    return spin


def _align(spin: QAbstractSpinBox) -> None:
    """Bare digits have no direction of their own: in Arabic Qt would put them to the left."""
    rtl = spin.layoutDirection() == Qt.LayoutDirection.RightToLeft
    spin.lineEdit().setTextMargins(0 if rtl else MARGIN_PX, 0, 0, 0)
    spin.setAlignment(_RIGHT if rtl else Qt.AlignmentFlag.AlignLeft)


class _Sides(QObject):
    """Puts the text of one field to the other side when the language asks for it."""

    def __init__(self, spin: QAbstractSpinBox) -> None:
        super().__init__(spin)
        self._spin = spin

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutDirectionChange:
            _align(self._spin)
        return super().eventFilter(watched, event)

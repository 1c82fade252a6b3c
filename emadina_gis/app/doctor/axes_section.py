"""Choosing the order of the axes of a layer whose coordinates seem to be exchanged.

Nothing is chosen for the person. Moving over a choice shows it on the map.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QRadioButton, QWidget

from emadina_gis.app.controls import column, plain_label

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk

_LOOKED = frozenset({QEvent.Type.Enter, QEvent.Type.FocusIn})
_LEFT = frozenset({QEvent.Type.Leave, QEvent.Type.FocusOut})


class AxesSection(QWidget):
    """Two choices: exchange the axes, or leave them.

    Signals
    -------
    shown(bool), left()
        A choice is looked at; none is any more.
    chosen(bool)
        Whether the axes are to be exchanged.
    """

    shown = Signal(bool)
    left = Signal()
    chosen = Signal(bool)

    def __init__(self, desk: Desk, *, is_swapped: bool, is_kept: bool) -> None:
        super().__init__()
        say = desk.speech.text
        content = column(self, spacing=4)
        content.addWidget(plain_label(say("doctor.axes.question"), "amber", wrap=True))
        self.swap = QRadioButton(say("doctor.axes.swap"))
        self.keep = QRadioButton(say("doctor.axes.keep"))
        self.swap.setChecked(is_swapped)
        self.keep.setChecked(is_kept and not is_swapped)
        for button, swapped in ((self.swap, True), (self.keep, False)):
            button.installEventFilter(self)
            button.clicked.connect(lambda _on=False, swapped=swapped: self.chosen.emit(swapped))
            content.addWidget(button)
        content.addWidget(plain_label(say("doctor.axes.hint"), "secondary", wrap=True))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _LOOKED:
            self.shown.emit(watched is self.swap)
        elif event.type() in _LEFT:
            self.left.emit()
        return super().eventFilter(watched, event)

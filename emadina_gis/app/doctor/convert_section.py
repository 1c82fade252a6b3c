"""Converters of a closed drawing that this computer has: each starts only by its own button."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from emadina_gis.app.controls import column

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.io.dwg import Converter


class ConvertSection(QWidget):
    """One button for each converter.

    Signals
    -------
    agreed(Path)
        The drawing is to be converted with this program.
    """

    agreed = Signal(object)

    def __init__(self, desk: Desk, converters: tuple[Converter, ...]) -> None:
        super().__init__()
        content = column(self, spacing=6)
        self.buttons: list[QPushButton] = []
        for converter in converters:
            button = desk.voice.button("drawings.convert", partial(self._agree, converter))
            told = desk.words.text("drawings.convert-with", converter=converter.name)
            button.setText(told)
            button.setAccessibleName(told)
            self.buttons.append(button)
            content.addWidget(button)

    def _agree(self, converter: Converter) -> None:
        for button in self.buttons:
            button.setEnabled(False)
        self.agreed.emit(converter.program)

"""The warning under the classes: which two look alike, to whom, and a button that helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton

from emadina_gis.app.controls import column, plain_label
from emadina_gis.app.models.style_check import remedy_text, warning_text

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.models.style_check import Alike


class StyleCheckBar(QFrame):
    """Shown while two classes cannot be told apart; `help_asked` tells the warning."""

    help_asked = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._found: Alike | None = None
        self.setObjectName("binding")
        self.text = plain_label("", "amber", wrap=True)
        self.button = QPushButton()
        self.button.clicked.connect(self._on_clicked)
        whole = column(self, spacing=6, margins=(10, 8, 10, 8))
        whole.addWidget(self.text)
        whole.addWidget(self.button)
        self.hide()

    @property
    def found(self) -> Alike | None:
        """What is warned of."""
        return self._found

    def show_warning(self, found: Alike | None) -> None:
        """Warn of something else, or of nothing."""
        self._found = found
        self.setVisible(found is not None)
        if found is None:
            return
        words = self._desk.words
        self.text.setText(warning_text(found, words))
        self.button.setText(remedy_text(found.remedy, words))
        self.button.setAccessibleName(self.button.text())

    def _on_clicked(self) -> None:
        if self._found is not None:
            self.help_asked.emit(self._found)

"""A layer in one line: whether it is wanted, its name, how it stands, and a way to all about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QCheckBox, QToolButton, QWidget

from emadina_gis.app.controls import add_all, column, plain_label, row
from emadina_gis.app.doctor.telling import name_of

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.workflows.diagnosis import ImportCandidate, Standing

_ICON_PX = 18


class SummaryLine(QWidget):
    """One candidate; made anew when the language or the theme changes."""

    def __init__(self, desk: Desk, item: ImportCandidate, standing: Standing, told: str) -> None:
        super().__init__()
        words = desk.words
        self.standing = standing
        line = row(self, spacing=6)
        self.check = QCheckBox()
        name = name_of(item, words)
        self.check.setAccessibleName(name)
        self.check.setEnabled(item.layer is not None)
        line.addWidget(self.check, 0, Qt.AlignmentFlag.AlignTop)
        self._told = plain_label(told, "secondary", wrap=True)
        texts = column(spacing=0)
        add_all(texts, plain_label(name, wrap=True), self._told)
        line.addLayout(texts, 1)
        self.open = QToolButton()
        self.open.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self.open.setIcon(desk.theme.icon("chevron-left" if words.is_rtl else "chevron-right"))
        self.open.setToolTip(words.text("doctor.open"))
        self.open.setAccessibleName(words.text("doctor.open-layer", name=name))
        line.addWidget(self.open, 0, Qt.AlignmentFlag.AlignTop)

    def say(self, told: str) -> None:
        """Say how the layer stands now."""
        if self._told.text() != told:
            self._told.setText(told)

"""A table without places: which columns hold eastings and northings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from emadina_gis.app.controls import column, narrow_list, plain_label
from emadina_gis.session.jobs import NewestWins
from emadina_gis.workflows.table_places import placed_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.app.desk import Desk
    from emadina_gis.workflows.diagnosis import ImportCandidate


class PlacesSection(QWidget):
    """Two lists of columns and the button that places the rows.

    Signals
    -------
    placed(ImportCandidate)
        The table as points of the chosen columns.
    """

    placed = Signal(object)

    def __init__(self, desk: Desk, item: ImportCandidate, columns: Sequence[str]) -> None:
        super().__init__()
        self._desk = desk
        self._item = item
        self._newest = NewestWins(desk.jobs)
        hint = plain_label(desk.speech.text("table-places.hint"), "secondary", wrap=True)
        form = QFormLayout()
        form.setSpacing(8)
        self.east = self._list(form, "table-places.x", columns, 0)
        self.north = self._list(form, "table-places.y", columns, 1)
        self.place_button = desk.voice.button("table-places.place", self.place, icon="map-pin")
        content = column(self, spacing=8)
        content.addWidget(hint)
        content.addLayout(form)
        content.addWidget(self.place_button)
        for listed in (self.east, self.north):
            listed.currentIndexChanged.connect(self._show_state)
        self._show_state()

    def place(self) -> None:
        """Place the rows in the background."""
        x, y = self.east.currentText(), self.north.currentText()
        item, project = self._item, self._desk.project
        self._newest.submit(
            lambda _ctx: placed_by(item, x, y, project),
            done=self.placed.emit,
            failed=self._desk.notices.error,
        )

    def _list(self, form: QFormLayout, key: str, columns: Sequence[str], first: int) -> QComboBox:
        made = narrow_list()
        made.addItems(list(columns))
        made.setCurrentIndex(first)
        text = self._desk.speech.text(key)
        made.setAccessibleName(text)
        form.addRow(plain_label(text), made)
        return made

    def _show_state(self) -> None:
        self.place_button.setEnabled(self.east.currentText() != self.north.currentText())

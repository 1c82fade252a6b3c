"""What the active scenario changes on a parcel, in order; each change can be taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from emadina_gis.app.controls import hairline, plain_label, row
from emadina_gis.session.commands.scenarios import RemoveChange
from emadina_gis.simulation.change_wording import edit_text
from emadina_gis.simulation.scenario import Change, SetSectorValue
from emadina_gis.workflows.simulating import document_of

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk


class ParcelHistory:
    """Fills a page with the changes that touch a parcel."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def fill(self, content: QVBoxLayout, row_id: int) -> None:
        """Add the changes to a page."""
        scenario = self._desk.project.scenario(self._desk.results.scenario_id)
        touching = [
            (index, change)
            for index, change in enumerate(scenario.changes)
            if not isinstance(change, SetSectorValue) and row_id in change.ids
        ]
        if not touching:
            text = self._desk.speech.text("history.nothing")
            content.addWidget(plain_label(text, "muted", wrap=True))
        for number, (index, change) in enumerate(touching):
            if number:
                content.addWidget(hairline())
            content.addWidget(self._row(scenario.id, index, change))

    def _row(self, scenario_id: str, index: int, change: Change) -> QWidget:
        widget = QWidget()
        line = row(widget)
        said = edit_text(change.summary, document_of(self._desk.project), self._desk.words)
        line.addWidget(plain_label(said, wrap=True), 1)
        line.addWidget(
            self._desk.voice.tool(
                "history.remove",
                "trash-2",
                lambda: self._desk.do(RemoveChange(scenario_id, index)),
            )
        )
        return widget

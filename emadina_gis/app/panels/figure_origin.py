"""Where a figure comes from: steps with the numbers put in, the numbers and their sources.

Shows what ``report.origin`` says. Owns which parcel and which figure are shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from emadina_gis.app.controls import clear, column, hairline, plain_label, row
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.report.origin import OriginText, Sources, origin_text
from emadina_gis.simulation.explain import explain_parcel

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QVBoxLayout

    from emadina_gis.app.controls import Text
    from emadina_gis.app.desk import Desk
    from emadina_gis.report.origin import InputText, StepText
    from emadina_gis.report.reading_rows import ReadingRow

_TOP = Qt.AlignmentFlag.AlignTop


class OriginView(QWidget):
    """The steps of a figure and the numbers it takes."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._content: QVBoxLayout = column(self, spacing=8)
        self.origins: tuple[OriginText, ...] = ()

    def show_origins(self, origins: tuple[OriginText, ...], *, with_sources: bool = True) -> None:
        """Show where a figure comes from, once per regime where it is unknown."""
        self.origins = origins
        clear(self._content)
        self.setVisible(bool(origins))
        for origin in origins:
            if origin.condition:
                self._content.addWidget(plain_label(origin.condition, "accentbold", wrap=True))
            self._section("origin.steps")
            for number, step in enumerate(reversed(origin.steps)):
                if number:
                    self._content.addWidget(hairline())
                self._add_step(step)
            if with_sources and origin.inputs:
                self._section("origin.inputs")
                for item in origin.inputs:
                    self._add_input(item)

    def _section(self, key: str) -> None:
        self._content.addWidget(plain_label(self._desk.speech.text(key), "section"))

    def _add_step(self, step: StepText) -> None:
        lines = column(spacing=2)
        lines.addWidget(plain_label(step.name, "bold", wrap=True))
        lines.addWidget(plain_label(step.formula, "secondary", wrap=True))
        lines.addWidget(_selectable(plain_label(step.numbers, wrap=True)))
        self._content.addLayout(lines)

    def _add_input(self, item: InputText) -> None:
        first = row(spacing=8)
        first.addWidget(plain_label(item.name, wrap=True), 1, _TOP)
        first.addWidget(_selectable(plain_label(item.value, "bold")), 0, _TOP)
        lines = column(spacing=0)
        lines.addLayout(first)
        lines.addWidget(
            plain_label(item.source, "amber" if item.doubtful else "secondary", wrap=True)
        )
        self._content.addLayout(lines)


def _selectable(label: Text) -> Text:
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class ParcelFigurePanel(SidePage):
    """One figure of the selected parcel."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "origin.title")
        self._figure = ""
        self._line: ReadingRow | None = None
        self.heading = plain_label("", "secondary", wrap=True)
        self.name = plain_label("", "bold", wrap=True)
        self.value = plain_label("", "figure-plain", wrap=True)
        self.none = plain_label("", "muted", wrap=True)
        self.view = OriginView(desk)
        for widget in (self.heading, self.name, self.value, self.none, self.view):
            self.content.addWidget(widget)
        self.content.addStretch(1)
        desk.results.changed.connect(self.refresh)
        desk.speech.changed.connect(self.refresh)
        desk.watch_view(self, lambda view: view.selection, lambda _value: self.refresh())

    def show_figure(self, heading: str, line: ReadingRow) -> None:
        """Show a figure of the selected parcel as the inspector says it."""
        self.heading.setText(heading)
        self._line, self._figure = line, line.key
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Show the figure as it is now."""
        if self._line is None or not self.isVisible():
            return
        origins = self._origins()
        words = self._desk.words
        self.name.setText(words.text(f"report.row.{self._figure}"))
        results = [origin.steps[-1].numbers.rpartition("= ")[2] for origin in origins]
        self.value.setText(" · ".join(results) or self._line.value)
        self.none.setText("" if origins else words.text("origin.none"))
        self.none.setVisible(not origins)
        self.view.show_origins(origins)

    def _origins(self) -> tuple[OriginText, ...]:
        desk, active = self._desk, self._desk.results.active
        parcels = desk.project.parcels
        if active is None or parcels is None:
            return ()
        ids = desk.view.selected(parcels.id)
        rows = parcels.table.rows_of_ids(np.asarray(ids, dtype=np.int64))
        if len(rows) != 1:
            return ()
        outcome = active.outcome
        sources = Sources(outcome.document, outcome.parameters, desk.words)
        found = explain_parcel(outcome, int(rows[0]), self._figure)
        told = len(found) > 1
        return tuple(origin_text(item, sources, told_regime=told) for item in found)

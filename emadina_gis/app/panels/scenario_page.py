"""One scenario: its name, who wrote it, why, and the changes it is made of, each to take out.

Every field is a command; what a change does is the simulation's.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QWidget

from emadina_gis.app.controls import clear, column, hairline, plain_label, row
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.errors import EmadinaError
from emadina_gis.report.sheet_blocks import date_text
from emadina_gis.session.commands.scenarios import (
    RemoveChange,
    RenameScenario,
    SetAuthor,
    SetNotes,
)
from emadina_gis.simulation.change_wording import change_text
from emadina_gis.workflows.simulating import document_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.desk import Desk
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.scenario import Scenario
    from emadina_gis.words import Words

NOTES_PX = 84


class ScenarioPage(SidePage):
    """The page of a scenario.

    Parameters
    ----------
    name_of : callable
        Returns what a scenario is called.
    """

    change_asked = Signal()

    def __init__(self, desk: Desk, name_of: Callable[[Scenario], str]) -> None:
        super().__init__(desk, "scenario-page.title")
        self._name_of = name_of
        self._scenario_id = ""
        self._shown: tuple[object, ...] = ()
        self.name = QLineEdit()
        self.author = QLineEdit()
        self.notes = QPlainTextEdit()
        self.notes.setFixedHeight(desk.theme.px(NOTES_PX))
        self.notes.setTabChangesFocus(True)
        self.facts = plain_label("", "secondary", wrap=True)
        self.count = plain_label("", "section")
        self._changes = column(spacing=6)
        self._lay_out()
        self.name.editingFinished.connect(self._rename)
        self.author.editingFinished.connect(self._set_author)
        self.notes.textChanged.connect(self._set_notes)
        desk.watch(self, lambda project: project.scenarios, lambda _value: self._show())
        desk.watch(self, lambda project: project.reference_id, lambda _value: self._show())
        desk.speech.changed.connect(self._show_again)

    def _lay_out(self) -> None:
        self.content.setSpacing(6)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("scenario.name", self.name),
            ("scenario-page.author", self.author),
            ("scenario-page.notes", self.notes),
        )
        for key, widget in fields:
            label: QLabel = self._desk.voice.label(key, "section")
            label.setBuddy(widget)
            self._desk.speech.bind(widget, key, widget.setAccessibleName)
            self.content.addWidget(label)
            self.content.addWidget(widget)
        self.content.addWidget(self.facts)
        self.content.addSpacing(8)
        self.content.addWidget(self.count)
        self.content.addLayout(self._changes)
        self.content.addWidget(
            self._desk.voice.button("change-form.open", self.change_asked.emit, icon="plus")
        )
        self.content.addStretch(1)

    @property
    def scenario(self) -> Scenario | None:
        """The scenario that is shown, None where it is gone."""
        scenarios = self._desk.project.scenarios
        return next((s for s in scenarios if s.id == self._scenario_id), None)

    def show_scenario(self, scenario_id: str) -> None:
        """Show a scenario."""
        self._scenario_id = scenario_id
        self._show_again()

    def _show_again(self) -> None:
        self._shown = ()
        self._show()

    def _show(self) -> None:
        scenario = self.scenario
        if scenario is None:
            return
        key = (scenario, self._desk.project.reference_id)
        if key == self._shown:
            return
        same_changes = bool(self._shown) and self._shown[0].changes == scenario.changes  # type: ignore[attr-defined]
        self._shown = key
        self._fill_fields(scenario)
        self.facts.setText(self._facts(scenario))
        self.facts.setVisible(bool(self.facts.text()))
        if not same_changes or not self._changes.count():
            self._fill_changes(scenario)

    def _fill_fields(self, scenario: Scenario) -> None:
        for field, text in ((self.name, self._name_of(scenario)), (self.author, scenario.author)):
            if field.text() != text and not (field.hasFocus() and field.isModified()):
                field.setText(text)
        if self.notes.toPlainText() != scenario.notes:
            self.notes.blockSignals(True)
            self.notes.setPlainText(scenario.notes)
            self.notes.blockSignals(False)

    def _facts(self, scenario: Scenario) -> str:
        words, project = self._desk.words, self._desk.project
        told = []
        if scenario.id == project.reference_id:
            told.append(words.text("scenario-page.is-reference"))
        known = {other.id: other for other in project.scenarios}
        if scenario.parent_id in known:
            name = self._name_of(known[scenario.parent_id])
            told.append(words.text("scenario-page.branched", name=name))
        if scenario.created:
            told.append(
                words.text("scenario-page.created", date=_said_day(scenario.created, words))
            )
        if scenario.modified:
            told.append(
                words.text("scenario-page.modified", date=_said_day(scenario.modified, words))
            )
        return "\n".join(told)

    # --- changes ------------------------------------------------------------------------------

    def _fill_changes(self, scenario: Scenario) -> None:
        clear(self._changes)
        words, document = self._desk.words, self._document()
        count = len(scenario.changes)
        key = "scenario-page.changes" if count else "scenario-page.no-change"
        self.count.setText(words.plural(key, count) if count else words.text(key))
        for index, change in enumerate(scenario.changes if document is not None else ()):
            assert document is not None
            if index:
                self._changes.addWidget(hairline())
            line = row(spacing=6)
            line.addWidget(plain_label(change_text(change, document, words), wrap=True), 1)
            line.addWidget(
                self._desk.voice.tool(
                    "scenario-page.take-out", "x", partial(self._take_out, index), "secondary"
                )
            )
            self._changes.addLayout(line)

    def _document(self) -> PlanningDocument | None:
        try:
            return document_of(self._desk.project)
        except EmadinaError:
            return None

    def _take_out(self, index: int) -> None:
        self._desk.do(RemoveChange(self._scenario_id, index))

    # --- fields -------------------------------------------------------------------------------

    def _rename(self) -> None:
        scenario, wanted = self.scenario, self.name.text().strip()
        if scenario is None or not wanted or wanted == self._name_of(scenario):
            return
        if not self._desk.do(RenameScenario(scenario.id, wanted)):
            self.name.setText(self._name_of(scenario))

    def _set_author(self) -> None:
        if self.scenario is not None:
            self._desk.do(SetAuthor(self._scenario_id, self.author.text().strip()))

    def _set_notes(self) -> None:
        if self.scenario is not None:
            self._desk.do(SetNotes(self._scenario_id, self.notes.toPlainText()))


def _said_day(moment: str, words: Words) -> str:
    """Return the day of a moment as a person writes it; as it was written where it is no date."""
    try:
        return date_text(dt.datetime.fromisoformat(moment).date(), words)
    except ValueError:
        return words.isolated(moment)

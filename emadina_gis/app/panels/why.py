"""Why the scenario differs from the reference: which change, in which sector, under which rule.

The shares add up to the difference; they are the simulation's (``simulation.compare``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.app.models.figures import MEASURES, UNITS, amount_said, factor_of
from emadina_gis.app.panels.balance import Choice
from emadina_gis.app.panels.figures_table import FiguresTable
from emadina_gis.errors import EmadinaError
from emadina_gis.session.jobs import NewestWins
from emadina_gis.workflows.simulating import comparison_document

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from emadina_gis.app.desk import Desk

HEADERS = ("why.edit", "why.sector", "why.deciding", "why.difference")
FIGURE = "addition"


class WhyPanel(QWidget):
    """Reasons of the difference, the largest first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._measure = MEASURES[0]
        self._reasons: list[dict[str, Any]] = []
        self._computed_for: tuple[int, ...] = ()
        self._newest = NewestWins(desk.jobs)
        self.table = FiguresTable(3)
        self.state = plain_label("", "muted", wrap=True)
        measures = {name: f"balance.measure.{name}" for name in MEASURES}
        head = row()
        head.addWidget(Choice(desk, measures, self.set_measure), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.state, 1, Qt.AlignmentFlag.AlignTop)
        whole = column(self, margins=(16, 8, 16, 8))
        whole.addLayout(head)
        whole.addWidget(self.table, 1)
        whole.addStretch(0)
        desk.speech.bind(self, "why.title", self.table.setAccessibleName)
        desk.results.changed.connect(self.refresh)
        desk.speech.changed.connect(self._show)

    def set_measure(self, measure: str) -> None:
        """Tell the reasons for dwellings, people or floor area."""
        self._measure = measure
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Compare again if the outcomes are others than last time."""
        results = self._desk.results
        key = (id(results.active), id(results.reference))
        if not self.isVisible() or key == self._computed_for:
            self._show()
            return
        self._computed_for = key
        self._reasons = []
        self._newest.cancel()
        if results.active is None or results.is_reference:
            self._show()
            return
        project, scenario_id = self._desk.project, results.scenario_id
        self.state.setText(self._desk.speech.text("inspector.computing"))
        self._newest.submit(
            lambda ctx: comparison_document(project, project.reference_id, scenario_id, ctx),
            done=self._take,
            failed=self._on_failed,
        )

    def _take(self, document: dict[str, Any]) -> None:
        self._reasons = list(document["why"])
        self._show()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        self.state.setText(" ".join(self._desk.words.error(error)))

    def _show(self) -> None:
        say = self._desk.speech.text
        wanted = f"{self._measure}.{FIGURE}"
        reasons = [reason for reason in self._reasons if reason["key"] == wanted]
        reasons.sort(key=lambda reason: -abs(reason["difference"]))
        self.table.setVisible(bool(reasons))
        self.state.setText(say(self._state_key(bool(reasons))))
        self.table.show_rows([say(key) for key in HEADERS], [self._row(r) for r in reasons])

    def _state_key(self, has_reasons: bool) -> str:
        results = self._desk.results
        if results.active is None:
            return "balance.no-document"
        if results.is_reference:
            return "why.is-reference"
        return "why.lead" if has_reasons else "why.nothing"

    def _row(self, reason: dict[str, Any]) -> list[str]:
        words = self._desk.words
        rule = str(reason["rule"])
        key = f"why.rule.{rule}"
        value = reason["difference"] / factor_of(self._measure)
        unit = UNITS[self._measure]
        return [
            edit_text(str(reason["edit"]), self._desk),
            words.isolated(str(reason["sector"])) or words.text("balance.no-sector"),
            words.text(key) if words.has(key) else rule or words.number(None),
            amount_said(value, unit, 1 if unit == "ha" else 0, words, signed=True),
        ]


def edit_text(summary: str, desk: Desk) -> str:
    """Return what an edit does, in words, from its short name."""
    words = desk.words
    if summary.startswith("without "):
        return words.text("why.without", edit=edit_text(summary.removeprefix("without "), desk))
    kind, _, rest = summary.partition(":")
    first, _, last = rest.partition(":")
    if kind == "set_sector":
        return words.plural("why.set-sector", int(last), sector=first)
    if kind == "set_regime":
        return words.plural(f"why.set-regime.{first}", int(last))
    key, _, value = last.partition("=")
    name = f"regulation.kind.{key}"
    said = words.text(name) if words.has(name) else key
    return words.text("why.set-value", sector=first, name=said, value=float(value))

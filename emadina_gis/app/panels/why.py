"""Why the scenario differs from the reference: which change, in which sector, under which rule.

The shares add up to the difference; they are the simulation's (``simulation.compare``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.app.models.figures import (
    MEASURES,
    UNITS,
    amount_said,
    decimals_of,
    factor_of,
)
from emadina_gis.app.panels.balance import Choice
from emadina_gis.app.panels.figures_table import FiguresTable
from emadina_gis.errors import EmadinaError
from emadina_gis.session.jobs import NewestWins
from emadina_gis.simulation.change_wording import edit_text
from emadina_gis.simulation.reason_rows import rows_of_reason
from emadina_gis.simulation.totals import ENDS, FIGURES
from emadina_gis.simulation.wording import rule_text
from emadina_gis.workflows.simulating import comparison_document, document_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QShowEvent

    from emadina_gis.app.comparing import Comparing
    from emadina_gis.app.desk import Desk
    from emadina_gis.simulation.scenario import Scenario
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
    from emadina_gis.simulation.totals import Totals
    from emadina_gis.words import Words

_TOP = Qt.AlignmentFlag.AlignTop
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_SMALLEST = 0.5
LONGEST_NAME = 22
ROW_PX = 25
HEADERS = ("why.edit", "why.sector", "why.deciding", "why.difference")
FIGURE = "addition"


class WhyPanel(QWidget):
    """Both totals and their difference; the reasons of it, each of which selects its parcels.

    Signals
    -------
    refreshed()
        Other totals or reasons are shown.
    """

    refreshed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._comparing: Comparing | None = None
        self._name_of: Callable[[Scenario], str] = lambda scenario: scenario.name
        self._measure = MEASURES[0]
        self._reasons: list[dict[str, Any]] = []
        self._shown: list[dict[str, Any]] = []
        self._computed_for: tuple[object, ...] = ()
        self._is_computing = False
        self._newest = NewestWins(desk.jobs)
        self.totals = FiguresTable(1)
        self.table = FiguresTable(3)
        for table in (self.totals, self.table):
            table.verticalHeader().setDefaultSectionSize(desk.theme.px(ROW_PX))
        self.state = plain_label("", "muted", wrap=True)
        self.hint = desk.voice.label("why.select-hint", "secondary")
        self._lay_out()
        desk.speech.bind(self, "why.title", self.table.setAccessibleName)
        desk.speech.bind(self, "why.totals", self.totals.setAccessibleName)
        self.table.cellClicked.connect(lambda line, _place: self.select_parcels(line))
        self.table.cellActivated.connect(lambda line, _place: self.select_parcels(line))
        desk.speech.changed.connect(self._show)

    def _lay_out(self) -> None:
        measures = {name: f"balance.measure.{name}" for name in MEASURES}
        head = row()
        head.addWidget(Choice(self._desk, measures, self.set_measure), 0, _TOP)
        head.addWidget(self.state, 1, _MIDDLE)
        head.addWidget(self.hint, 0, _MIDDLE)
        tables = row(spacing=20)
        tables.addWidget(self.totals, 6)
        tables.addWidget(self.table, 7)
        whole = column(self, spacing=6, margins=(16, 8, 16, 6))
        whole.addLayout(head)
        whole.addLayout(tables, 1)
        whole.addStretch(0)

    def compare_with(self, comparing: Comparing, name_of: Callable[[Scenario], str]) -> None:
        """Say which two scenarios are compared, and what scenarios are called."""
        self._comparing, self._name_of = comparing, name_of
        comparing.changed.connect(self.refresh)
        self.refresh()

    def set_measure(self, measure: str) -> None:
        """Tell the reasons for dwellings, people or floor area."""
        self._measure = measure
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    # --- reasons ------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Compare again if the outcomes are others than last time; not while one is dragged."""
        if not self.isVisible():
            return
        comparing, results = self._comparing, self._desk.results
        pair = None if comparing is None else comparing.pair
        key = () if pair is None else (pair[0], pair[1])
        same = len(key) == len(self._computed_for) and all(
            a is b for a, b in zip(key, self._computed_for, strict=True)
        )
        if results.is_preview or same:
            self._show()
            return
        self._computed_for = key
        self._reasons = []
        self._newest.cancel()
        self._is_computing = pair is not None and comparing is not None and not comparing.is_same
        if self._is_computing and comparing is not None:
            self._compare(comparing.first_id, comparing.second_id)
        self._show()

    def _compare(self, first_id: str, second_id: str) -> None:
        project = self._desk.project
        self._newest.submit(
            lambda ctx: comparison_document(project, first_id, second_id, ctx),
            done=self._take,
            failed=self._on_failed,
        )

    def _take(self, document: dict[str, Any]) -> None:
        self._reasons = list(document["why"])
        self._is_computing = False
        self._show()

    def _on_failed(self, error: Exception) -> None:
        self._is_computing = False
        if not isinstance(error, EmadinaError):
            raise error
        self._show()
        self.state.setText(" ".join(self._desk.words.error(error)))

    def select_parcels(self, line: int) -> None:
        """Select the parcels of a reason on the map."""
        parcels = self._desk.project.parcels
        if not self._computed_for or parcels is None or line >= len(self._shown):
            return
        first, second = self._computed_for
        rows = rows_of_reason(self._shown[line], first, second)  # type: ignore[arg-type]
        self._desk.view.select(parcels.id, parcels.table.ids[rows])

    # --- what is shown ------------------------------------------------------------------------

    def _show(self) -> None:
        say = self._desk.speech.text
        wanted = f"{self._measure}.{FIGURE}"
        reasons = [reason for reason in self._reasons if reason["key"] == wanted]
        reasons.sort(key=lambda reason: -abs(reason["difference"]))
        self._shown = reasons
        pair = None if self._comparing is None else self._comparing.pair
        stale = self._desk.results.is_preview
        self.table.setVisible(bool(reasons))
        self.table.setEnabled(not stale)
        self.hint.setVisible(bool(reasons) and not stale)
        self.totals.setVisible(pair is not None)
        self.state.setText(say(self._state_key(bool(reasons))))
        self.table.show_rows([say(key) for key in HEADERS], [self._row(r) for r in reasons])
        if pair is not None:
            self._show_totals(pair[0], pair[1])
        self.refreshed.emit()

    def _show_totals(self, first: ScenarioOutcome, second: ScenarioOutcome) -> None:
        words = self._desk.words
        names = [self._short(first.scenario), self._short(second.scenario)]
        headers = [words.text("why.figure"), *names, words.text("why.difference")]
        rows = totals_rows(first.summary.total, second.summary.total, self._measure, words)
        self.totals.show_rows(headers, rows)

    def _short(self, scenario: Scenario) -> str:
        name = self._name_of(scenario)
        return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"

    def _state_key(self, has_reasons: bool) -> str:
        comparing = self._comparing
        if comparing is None or comparing.pair is None:
            return "balance.no-document"
        if comparing.is_same:
            return "why.is-reference"
        if self._desk.results.is_preview:
            return "why.dragging"
        if self._is_computing:
            return "inspector.computing"
        return "why.lead" if has_reasons else "why.nothing"

    def _row(self, reason: dict[str, Any]) -> list[str]:
        words = self._desk.words
        value = reason["difference"] / factor_of(self._measure)
        unit = UNITS[self._measure]
        return [
            edit_text(str(reason["edit"]), document_of(self._desk.project), words),
            words.isolated(str(reason["sector"])) or words.text("balance.no-sector"),
            rule_text(str(reason["rule"]), words),
            amount_said(value, unit, 1 if unit == "ha" else 0, words, signed=True),
        ]


def totals_rows(first: Totals, second: Totals, measure: str, words: Words) -> list[list[str]]:
    """Return the four figures of two totals and their differences, with ranges, as texts."""
    factor, decimals, unit = factor_of(measure), decimals_of(measure), UNITS[measure]
    rows = []
    for figure in FIGURES:
        title = words.text(f"balance.figure.{figure}")
        if not (first.has(figure) and second.has(figure)):
            rows.append([title, *[amount_said(None, unit, decimals, words)] * 3])
            continue
        a, b = (
            [totals.value(measure, figure, end) / factor for end in ENDS]
            for totals in (first, second)
        )
        gained = [after - before for before, after in zip(a, b, strict=True)]
        said = amount_said(gained[0], unit, decimals, words, signed=True)
        low, high = min(gained[1:]), max(gained[1:])
        if high - low >= _SMALLEST * 10.0**-decimals:
            said = f"{said} ({words.span(low, high, '', decimals)})"
        sides = [amount_said(side[0], unit, decimals, words) for side in (a, b)]
        rows.append([title, *sides, said])
    return rows

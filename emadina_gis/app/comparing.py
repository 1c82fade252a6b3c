"""``Comparing``: which two scenarios are compared, how they are shown, and the first one's outcome.

The second one is the active scenario: all panels and the main map follow it. Owns no widget.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from emadina_gis.errors import EmadinaError
from emadina_gis.session.jobs import NewestWins

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.progress import Context
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome


class Mode(StrEnum):
    """How two scenarios are shown on the map."""

    OFF = "off"
    SIDE = "side"
    SWIPE = "swipe"
    DIFFERENCE = "difference"


class Comparing(QObject):
    """The comparison of the moment.

    Signals
    -------
    changed()
        Other scenarios, another way to show them, or another outcome of the first one.
    """

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._wanted = ""
        self._newest = NewestWins(desk.jobs)
        self.mode = Mode.OFF
        self.first: ScenarioOutcome | None = None
        self.error: EmadinaError | None = None
        desk.results.changed.connect(self.refresh)
        desk.watch_view(self, lambda view: view.active_scenario_id, lambda _id: self._tell())
        desk.watch(self, lambda project: project.scenarios, lambda _value: self.refresh())
        desk.watch(self, lambda project: project.reference_id, lambda _value: self.refresh())

    @property
    def first_id(self) -> str:
        """The scenario that the active one is compared with: the reference if none was chosen."""
        project = self._desk.project
        known = {scenario.id for scenario in project.scenarios}
        return self._wanted if self._wanted in known else project.reference_id

    @property
    def second_id(self) -> str:
        """The active scenario."""
        return self._desk.results.scenario_id

    @property
    def second(self) -> ScenarioOutcome | None:
        """Outcome of the active scenario."""
        return self._desk.results.active

    @property
    def is_same(self) -> bool:
        """Whether a scenario is compared with itself."""
        return self.first_id == self.second_id

    @property
    def pair(self) -> tuple[ScenarioOutcome, ScenarioOutcome] | None:
        """Both outcomes, None while one is missing."""
        if self.first is None or self.second is None:
            return None
        return self.first, self.second

    def show(self, mode: Mode) -> None:
        """Show the comparison in another way, or no more."""
        if mode is not self.mode:
            self.mode = mode
            self._tell()

    def choose_first(self, scenario_id: str) -> None:
        """Compare with another scenario; the active one changes places with it."""
        second = self.second_id
        before = self.first_id
        self._wanted = scenario_id
        if scenario_id == second and before != second:
            self._desk.view.activate_scenario(before)
        self.refresh()

    def choose_second(self, scenario_id: str) -> None:
        """Show another scenario; the first one changes places with it."""
        if scenario_id == self.first_id:
            self._wanted = self.second_id
        self._desk.view.activate_scenario(scenario_id)
        self.refresh()

    def refresh(self) -> None:
        """Look whether the first scenario has another outcome."""
        results, first_id = self._desk.results, self.first_id
        self._newest.cancel()
        if results.active is None or results.reference is None:
            self._take(None)
        elif first_id == self._desk.project.reference_id:
            self._take(results.reference)
        elif first_id == results.scenario_id:
            self._take(results.active)
        else:
            self._compute(first_id)

    def _compute(self, scenario_id: str) -> None:
        results, project = self._desk.results, self._desk.results.project
        preview = results.is_preview

        def work(ctx: Context) -> ScenarioOutcome:
            if preview:
                return results.preview_of(project, scenario_id, ctx)[0]
            return results.outcome_of(project, scenario_id, ctx)

        self._newest.submit(work, done=self._take, failed=self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        self.error = error
        self._take(None)

    def _take(self, outcome: ScenarioOutcome | None) -> None:
        self.first = outcome
        if outcome is not None:
            self.error = None
        self._tell()

    def _tell(self) -> None:
        self.changed.emit()

"""``Results``: the outcomes of the active and the reference scenario, computed in the background.

Owns when they are computed and who hears of it; how is the simulation's. Knows no panel.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from emadina_gis.errors import EmadinaError
from emadina_gis.session.jobs import NewestWins
from emadina_gis.session.outcomes import OutcomeCache
from emadina_gis.simulation.outcome import warnings_of
from emadina_gis.simulation.real_outcome import JoinedColumns, RealOutcome
from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
from emadina_gis.workflows.simulating import KnownInputs, scenario_outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.progress import Context
    from emadina_gis.project import Project
    from emadina_gis.session.jobs import JobRunner
    from emadina_gis.session.store import Store
    from emadina_gis.session.view_state import ViewState

NO_COLUMNS: Mapping[str, Column] = MappingProxyType({})
Pair = tuple[ScenarioOutcome, ScenarioOutcome]


class Results(QObject):
    """Outcome of the active scenario and of the reference; `changed` when another is there."""

    changed = Signal()

    def __init__(
        self, store: Store, view: ViewState, runner: JobRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._view = view
        self._cache: OutcomeCache[ScenarioOutcome] = OutcomeCache(self._compute)
        self._inputs = KnownInputs()
        self._newest = NewestWins(runner)
        self.active: ScenarioOutcome | None = None
        self.reference: ScenarioOutcome | None = None
        self.error: EmadinaError | None = None
        self.is_busy = False
        self._preview: Project | None = None
        self._real: RealOutcome | None = None
        store.watch(lambda project: project, lambda _project: self.refresh())
        view.watch(lambda view: view.active_scenario_id, lambda _id: self.refresh())

    @property
    def scenario_id(self) -> str:
        """The active scenario; the reference where none was chosen."""
        project = self._store.project
        wanted = self._view.active_scenario_id
        known = {scenario.id for scenario in project.scenarios}
        return wanted if wanted in known else project.reference_id

    @property
    def is_reference(self) -> bool:
        """Whether the active scenario is the reference."""
        return self.scenario_id == self._store.project.reference_id

    def columns(self) -> Mapping[str, Mapping[str, Column]]:
        """Return the outcome columns by layer, for the map."""
        project = self._store.project
        parcels = project.parcels
        if self.active is None or parcels is None:
            return {}
        if len(self.active.outcome) != parcels.table.row_count:
            return {}  # other parcels: their outcome is still to come
        if self.real is not None:
            return {project.parcels_id: JoinedColumns(self.active.columns, self.real.columns)}
        return {project.parcels_id: self.active.columns}

    @property
    def real(self) -> RealOutcome | None:
        """The active outcome on real shapes, where it was worked out; None once it is old."""
        known = self._real
        if known is None or self.active is None or known.plain is not self.active.outcome:
            return None
        return known

    def take_real(self, found: RealOutcome) -> None:
        """Keep an outcome on real shapes, beside that of the formulas."""
        self._real = found
        self.changed.emit()

    def columns_of(self, layer: VectorLayer) -> Mapping[str, Column]:
        """Return the outcome columns on the rows of a layer."""
        return self.columns().get(layer.id, NO_COLUMNS)

    def column(self, layer: VectorLayer, name: str) -> Column | None:
        """Return an outcome column or a column of the table, or None."""
        return self.columns_of(layer).get(name) or layer.table.columns.get(name)

    def outcome_of(self, project: Project, scenario_id: str, ctx: Context) -> ScenarioOutcome:
        """Return an outcome, known or computed; for work in the background."""
        return self._cache.outcome(project, scenario_id, ctx)

    # --- previews -----------------------------------------------------------------------------

    @property
    def is_preview(self) -> bool:
        """Whether the outcomes are those of a change that is still being dragged."""
        return self._preview is not None

    @property
    def project(self) -> Project:
        """The project that the outcomes are of: that of a preview while one is shown."""
        return self._preview or self._store.project

    def preview_of(self, project: Project, scenario_id: str, ctx: Context) -> Pair:
        """Return the outcomes of a changed project, not kept; for work in the background."""
        reference_id = project.reference_id
        inputs = self._inputs.of(project, ctx)
        reference = self._cache.peek(project, reference_id)
        if reference is None:
            before = self._last_of(reference_id)
            reference = scenario_outcome(
                project, reference_id, ctx, reference=before, inputs=inputs
            )
        if scenario_id == reference_id:
            return reference, reference
        before = self._last_of(scenario_id) or reference
        active = scenario_outcome(project, scenario_id, ctx, reference=before, inputs=inputs)
        return active, reference

    def show_preview(self, project: Project, pair: Pair) -> None:
        """Show the outcomes of a change that is being dragged, until the project changes."""
        self._newest.cancel()
        self._preview = project
        self._take(*pair, None)

    def end_preview(self) -> None:
        """Show the outcomes of the project again."""
        if self._preview is not None:
            self.refresh()

    def refresh(self) -> None:
        """Look whether other outcomes are needed, and compute them."""
        self._preview = None
        project = self._store.project
        if project.parcels is None or not project.document_id:
            self._newest.cancel()
            self._take(None, None, None)
            return
        known = self._known(project)
        if known is not None:
            self._newest.cancel()
            self._take(*known, None)
            return
        self.is_busy = True
        scenario_id = self.scenario_id

        def work(ctx: Context) -> Pair:
            return self._both(project, scenario_id, ctx)

        self._newest.submit(work, done=lambda pair: self._take(*pair, None), failed=self._on_failed)

    def clear(self) -> None:
        """Forget all outcomes and what they were computed from: another project comes."""
        self._cache.clear()
        self._inputs = KnownInputs()
        self._real = None

    def _known(self, project: Project) -> Pair | None:
        active = self._cache.peek(project, self.scenario_id)
        reference = self._cache.peek(project, project.reference_id)
        return None if active is None or reference is None else (active, reference)

    def _both(self, project: Project, scenario_id: str, ctx: Context) -> Pair:
        reference = self._cache.outcome(project, project.reference_id, ctx.part(0.0, 0.5))
        return self._cache.outcome(project, scenario_id, ctx.part(0.5, 1.0)), reference

    def _compute(self, project: Project, scenario_id: str, ctx: Context) -> ScenarioOutcome:
        """Compute a scenario; beside a known reference only what it touches."""
        known = self._cache.peek(project, project.reference_id)
        before = self._last_of(scenario_id) or known
        inputs = self._inputs.of(project, ctx)
        made = scenario_outcome(project, scenario_id, ctx, reference=before, inputs=inputs)
        warnings_of(made.summary)  # makes the columns that the main thread asks for at once
        return made

    def _last_of(self, scenario_id: str) -> ScenarioOutcome | None:
        """Return what is shown of a scenario: a later state of it differs from that in little."""
        shown = (self.active, self.reference)
        return next((one for one in shown if one and one.scenario.id == scenario_id), None)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        self._take(None, None, error)

    def _take(
        self,
        active: ScenarioOutcome | None,
        reference: ScenarioOutcome | None,
        error: EmadinaError | None,
    ) -> None:
        self.is_busy = False
        same = (self.active is active, self.reference is reference, self.error is error)
        self.active, self.reference, self.error = active, reference, error
        if not all(same):
            self.changed.emit()

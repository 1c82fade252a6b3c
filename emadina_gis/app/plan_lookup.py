"""``PlanLookup``: the project's constraints and sectors, read in the background when they change.

Owns when they are read and who hears of it; what they are is `report.plan_index`'s. Knows no panel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from emadina_gis.errors import EmadinaError
from emadina_gis.project.role_check import role_problems
from emadina_gis.session.jobs import NewestWins
from emadina_gis.workflows.hits import compare_with_map, plan_of
from emadina_gis.workflows.simulating import document_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.errors import Problem
    from emadina_gis.project import Project
    from emadina_gis.report.plan_index import PlanIndex
    from emadina_gis.session.jobs import JobRunner
    from emadina_gis.session.store import Store

#: A project that is opened has other things to do first.
PAUSE_MS = 250
_WATCHED: tuple[Callable[[Project], object], ...] = (
    lambda project: project.layers,
    lambda project: project.parcels_id,
    lambda project: project.crs,
    lambda project: project.document_id,
    lambda project: project.documents,
)


class PlanLookup(QObject):
    """What bites the parcels of the project; `changed` when other layers were read."""

    changed = Signal()

    def __init__(self, store: Store, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._newest = NewestWins(runner)
        self._comparing = NewestWins(runner)
        self._compared: tuple[object, ...] = ()
        self._apart: tuple[Problem, ...] = ()
        self.index: PlanIndex | None = None
        self.error: EmadinaError | None = None
        self._unwatch: list[Callable[[], None]] = []
        self._soon = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._soon.timeout.connect(self.refresh)
        for part in _WATCHED:
            unwatch = store.watch(part, lambda _value: self._refresh_soon())
            self._unwatch.append(unwatch)

    def shut_down(self) -> None:
        """Read no more, whatever the project becomes."""
        self._soon.stop()
        while self._unwatch:
            self._unwatch.pop()()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the roles of the layers, and with the constraints in them."""
        found = () if self.index is None else self.index.problems
        return (*role_problems(self._store.project), *found, *self._apart)

    def _refresh_soon(self) -> None:
        if self._store.project.parcels is None:
            self._soon.stop()
            self.refresh()
        else:
            self._soon.start()

    def refresh(self) -> None:
        """Look whether the layers are others than the ones read, and read them."""
        project = self._store.project
        if project.parcels is None:
            self._newest.cancel()
            self._take(None, None)
            return
        if self.index is not None and self.index.holds_for(project):
            self._compare(project, self.index)
            return
        self._newest.submit(
            lambda ctx: plan_of(project, ctx),
            done=lambda index: self._take(index, None),
            failed=self._on_failed,
        )

    def _compare(self, project: Project, index: PlanIndex) -> None:
        """Look where the parcel table says otherwise than the map, once for what it depends on."""
        layer = project.parcels
        if layer is None or not project.document_id:
            return
        own = project.stored_document(project.document_id)
        basis = (index, layer.table, layer.schema, project.document_id, own)
        if list(map(id, basis)) == list(map(id, self._compared)):
            return
        self._compared = basis
        self._comparing.submit(
            lambda ctx: compare_with_map(project, index, document_of(project), ctx),
            done=self._take_apart,
            failed=self._on_compare_failed,
        )

    def _on_compare_failed(self, error: Exception) -> None:
        """Leave out the comparison: what made it fail is told where the outcome is computed."""
        if not isinstance(error, EmadinaError):
            raise error
        self._take_apart(())

    def _take_apart(self, problems: tuple[Problem, ...]) -> None:
        if problems != self._apart:
            self._apart = problems
            self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        self._take(None, error)

    def _take(self, index: PlanIndex | None, error: EmadinaError | None) -> None:
        same = self.index is index and self.error is error
        self.index, self.error = index, error
        if index is None:
            self._comparing.cancel()
            self._apart, self._compared = (), ()
        else:
            self._compare(self._store.project, index)
        if not same:
            self.changed.emit()

"""``OutcomeCache``: the outcomes of scenarios, computed once for what they depend on.

Keyed by identity of the parcels (table and roles), of the scenario's changes, of the document (the
text of one of the project's own), of the coefficients, and of the layers of the plan where the
parcels' table lacks what they tell: undo brings back the same objects, so it brings back the
outcome at once. How an outcome is computed is given to it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from emadina_gis.errors import MissingInput
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.plan_index import map_basis

if TYPE_CHECKING:
    from emadina_gis.project import Project

Outcome = TypeVar("Outcome")
Compute = Callable[["Project", str, Context], Outcome]
DEFAULT_SIZE = 8


@dataclass(frozen=True, eq=False)
class _Inputs:
    """What an outcome depends on; the references keep the identities alive."""

    parts: tuple[Any, ...]

    @property
    def key(self) -> tuple[int | str, ...]:
        return tuple(part if isinstance(part, str) else id(part) for part in self.parts)


class OutcomeCache(Generic[Outcome]):
    """Outcomes by what they depend on, the least used dropped first.

    Parameters
    ----------
    compute : callable
        ``compute(project, scenario_id, ctx) → outcome``.
    size : int
        How many outcomes are kept.
    """

    def __init__(self, compute: Compute[Outcome], *, size: int = DEFAULT_SIZE) -> None:
        self._compute = compute
        self._size = size
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int | str, ...], tuple[_Inputs, Outcome]] = OrderedDict()

    def outcome(self, project: Project, scenario_id: str, ctx: Context = NULL_CONTEXT) -> Outcome:
        """Return the outcome of a scenario, computed if it is not known.

        Raises
        ------
        CommandError
            If the project has no such scenario.
        MissingInput
            With code ``outcome.no-parcels`` if the project has no parcel layer.
        """
        known = self.peek(project, scenario_id)
        if known is not None:
            return known
        inputs = _inputs(project, scenario_id)
        made = self._compute(project, scenario_id, ctx)
        with self._lock:
            self._kept[inputs.key] = (inputs, made)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return made

    def peek(self, project: Project, scenario_id: str) -> Outcome | None:
        """Return the outcome if it is known; never computes."""
        key = _inputs(project, scenario_id).key
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][1]

    def clear(self) -> None:
        """Forget all outcomes (another project)."""
        with self._lock:
            self._kept.clear()


def _inputs(project: Project, scenario_id: str) -> _Inputs:
    parcels = project.parcels
    if parcels is None:
        raise MissingInput("outcome.no-parcels")
    scenario = project.scenario(scenario_id)
    parts = (
        parcels.table,
        parcels.schema,
        scenario.id,
        scenario.name,
        scenario.changes,
        project.document_id,
        project.stored_document(project.document_id),
        project.coefficients,
        *map_basis(project),
    )
    return _Inputs(parts)

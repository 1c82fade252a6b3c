"""``History``: the projects before and after each step, within a budget of memory.

Undo gives back the very object that was there. Memory is counted by distinct chunk, the unit that
versions share; when the budget is exceeded the oldest steps go. Knows nothing of commands.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import ProjectError
from emadina_gis.progress import NULL_CONTEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.progress import Context
    from emadina_gis.project import Project
    from emadina_gis.session.phrase import Phrase

DEFAULT_BUDGET_BYTES = 1_000_000_000


@dataclass(frozen=True, eq=False)
class Step:
    """One change: both ends, its label, and the key under which it merges with the next."""

    before: Project
    after: Project
    label: Phrase
    merge_key: str | None = None


class History:
    """Steps done and steps undone around one current project.

    Parameters
    ----------
    project : Project
        Where the history starts.
    budget_bytes : int
        Bytes of distinct chunks that the history may hold beyond those of the current project;
        at least the last step is always kept.
    """

    def __init__(self, project: Project, budget_bytes: int = DEFAULT_BUDGET_BYTES) -> None:
        self._budget_bytes = budget_bytes
        self._start = project
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._sealed = False
        self._ledger = _Ledger()
        self._ledger.hold(project)

    @property
    def current(self) -> Project:
        """The project as it is."""
        return self._done[-1].after if self._done else self._start

    @property
    def undo_step(self) -> Step | None:
        """The step that undo would take back."""
        return self._done[-1] if self._done else None

    @property
    def redo_step(self) -> Step | None:
        """The step that redo would do again."""
        return self._undone[-1] if self._undone else None

    @property
    def depth(self) -> int:
        """How many steps can be undone."""
        return len(self._done)

    @property
    def held_bytes(self) -> int:
        """Bytes of distinct chunks held beyond those of the current project."""
        return self._ledger.total_bytes - _bytes_of(self.current)

    def seal(self) -> None:
        """Let the next step not merge with the last one."""
        self._sealed = True

    def record(self, after: Project, label: Phrase, merge_key: str | None = None) -> None:
        """Add a step from the current project to `after`; what was undone is forgotten."""
        self._forget(self._undone)
        last = self.undo_step
        before = self.current
        if last is not None and merge_key is not None and self._merges(last, merge_key):
            self._done.pop()
            self._ledger.release(last.after)
            before = last.before
        self._sealed = False
        self._ledger.hold(after)
        self._done.append(Step(before, after, label, merge_key))
        self._shrink()

    def undo(self) -> Project:
        """Go back one step and return the project that was there."""
        if not self._done:
            raise ProjectError("history.nothing-to-undo")
        step = self._done.pop()
        self._start = step.before
        self._undone.append(step)
        self._sealed = True
        return self.current

    def redo(self) -> Project:
        """Go forward one step and return the project that was there."""
        if not self._undone:
            raise ProjectError("history.nothing-to-redo")
        self._done.append(self._undone.pop())
        self._sealed = True
        return self.current

    def _merges(self, last: Step, merge_key: str) -> bool:
        return not self._sealed and last.merge_key == merge_key

    def _forget(self, steps: list[Step]) -> None:
        for step in steps:
            self._ledger.release(step.after)
        steps.clear()

    @property
    def _is_over_budget(self) -> bool:
        """Whether too much is held; what the present project holds is only counted near that."""
        total, budget = self._ledger.total_bytes, self._budget_bytes
        return total > budget and self.held_bytes > budget

    def _shrink(self) -> None:
        while len(self._done) > 1 and self._is_over_budget:
            self._ledger.release(self._done.pop(0).before)
            self._start = self._done[0].before


class _Ledger:
    """Counts which tables and chunks are held, so that a shared chunk is paid once."""

    def __init__(self) -> None:
        self._tables: Counter[int] = Counter()
        self._chunks: Counter[int] = Counter()
        self.total_bytes = 0

    def hold(self, project: Project) -> None:
        """Count the tables of a project that is now kept."""
        for table in _tables(project):
            self._tables[id(table)] += 1
            if self._tables[id(table)] == 1:
                self._add(table, 1)

    def release(self, project: Project) -> None:
        """Uncount the tables of a project that is no longer kept."""
        for table in _tables(project):
            self._tables[id(table)] -= 1
            if not self._tables[id(table)]:
                del self._tables[id(table)]
                self._add(table, -1)

    def _add(self, table: FeatureTable, sign: int) -> None:
        for key, size in _chunk_sizes(table):
            held_before = self._chunks[key] > 0
            self._chunks[key] += sign
            held_after = self._chunks[key] > 0
            self.total_bytes += size * (int(held_after) - int(held_before))
            if not held_after:
                del self._chunks[key]


def weigh(tables: Iterable[FeatureTable], ctx: Context = NULL_CONTEXT) -> None:
    """Look up how large the parts of tables are, in a job: a history that takes them asks it."""
    for table in tables:
        for column in table.columns.values():
            ctx.check()
            for chunk in column.chunks:
                _ = chunk.nbytes


def _tables(project: Project) -> list[FeatureTable]:
    """Return the distinct tables of a project."""
    return list({id(layer.table): layer.table for layer in project.vector_layers}.values())


def _bytes_of(project: Project) -> int:
    sizes = {key: size for table in _tables(project) for key, size in _chunk_sizes(table)}
    return sum(sizes.values())


def _chunk_sizes(table: FeatureTable) -> Iterator[tuple[int, int]]:
    """Return (identity, bytes) of the chunks of a table, once each."""
    seen: dict[int, int] = {id(table.ids): table.ids.nbytes}
    for column in table.columns.values():
        seen.update((id(chunk), chunk.nbytes) for chunk in column.chunks)
    seen.update((id(chunk), _geometry_bytes(chunk)) for chunk in table.geometry or ())
    yield from seen.items()


def _geometry_bytes(chunk: Any) -> int:
    arrays = (chunk.kinds, chunk.part_offsets, chunk.ring_offsets, chunk.coord_offsets, chunk.xy)
    height = 0 if chunk.z is None else chunk.z.nbytes
    return sum(int(array.nbytes) for array in arrays) + int(height)

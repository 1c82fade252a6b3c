"""``Store``: the one place where the project changes, and where others hear of it.

Owns the history, the mark of what was saved, and the watchers. Must not know widgets or files: the
writer of the working copy listens with `on_commit`. Used from one thread, the main one.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from emadina_gis.session.derived import settled
from emadina_gis.session.history import DEFAULT_BUDGET_BYTES, History

if TYPE_CHECKING:
    from emadina_gis.domain.layer import Layer
    from emadina_gis.progress import Context
    from emadina_gis.project import Project
    from emadina_gis.session.command import Command
    from emadina_gis.session.phrase import Phrase

T = TypeVar("T")
Unwatch = Callable[[], None]
Announced = Callable[["tuple[Layer, ...]", "Context"], None]


class Store:
    """The current project with its history.

    Parameters
    ----------
    project : Project
        The project opened; it counts as saved.
    budget_bytes : int
        Memory that undo may hold, see `History`.
    """

    def __init__(self, project: Project, *, budget_bytes: int = DEFAULT_BUDGET_BYTES) -> None:
        self._budget_bytes = budget_bytes
        self._history = History(project, budget_bytes)
        self._saved: Project | None = project
        self._watchers: list[_Watcher[Any]] = []
        self._commit_handlers: list[Callable[[Project], None]] = []
        self._announced: list[Announced] = []

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self._history.current

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self._history.undo_step is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return self._history.redo_step is not None

    @property
    def undo_label(self) -> Phrase | None:
        """What undo would take back."""
        step = self._history.undo_step
        return None if step is None else step.label

    @property
    def redo_label(self) -> Phrase | None:
        """What redo would do again."""
        step = self._history.redo_step
        return None if step is None else step.label

    @property
    def is_clean(self) -> bool:
        """Whether the project is the very one that was last saved (or opened)."""
        return self._saved is self.project

    def execute(self, command: Command) -> None:
        """Apply a command and record it; a command without effect leaves no step.

        Computed and joined columns follow in the same step.

        Raises
        ------
        CommandError
            If the command cannot be applied: nothing has changed.
        """
        after = command.apply(self.project)
        if after is self.project:
            return
        after = settled(self.project, after)
        if self.is_clean:
            self._history.seal()
        self._history.record(after, command.label, command.merge_key)
        self._tell(committed=True)

    def seal(self) -> None:
        """End a gesture: the next command does not merge with the last one."""
        self._history.seal()

    def undo(self) -> None:
        """Take back the last step; does nothing where there is none."""
        if self.can_undo:
            self._history.undo()
            self._tell(committed=True)

    def redo(self) -> None:
        """Do the last undone step again; does nothing where there is none."""
        if self.can_redo:
            self._history.redo()
            self._tell(committed=True)

    def mark_saved(self, project: Project | None = None) -> None:
        """Say that the file now holds `project` (by default the current one)."""
        self._saved = self.project if project is None else project

    def mark_unsaved(self) -> None:
        """Say that no file holds the project (recovered work, the demo after "save as" failed)."""
        self._saved = None

    def replace_project(self, project: Project) -> None:
        """Show another project (new, opened): the history starts again and it counts as saved.

        Commit handlers are not called: whoever opens a project gives it a working copy of its own.
        """
        self._history = History(project, self._budget_bytes)
        self._saved = project
        self._tell(committed=False)

    def watch(self, part: Callable[[Project], T], handler: Callable[[T], None]) -> Unwatch:
        """Call `handler` with a part of the project whenever its identity has changed.

        Parameters
        ----------
        part : callable
            Picks what to watch, such as ``lambda project: project.layers``.
        handler : callable
            Gets the new part after the change.

        Returns
        -------
        callable
            Ends the watch.
        """
        watcher: _Watcher[T] = _Watcher(part, handler, self.project)
        self._watchers.append(watcher)

        def unwatch() -> None:
            watcher.active = False
            self._watchers[:] = [other for other in self._watchers if other is not watcher]

        return unwatch

    def on_commit(self, handler: Callable[[Project], None]) -> Unwatch:
        """Call `handler` with the project after each command, undo and redo, before watchers."""
        self._commit_handlers.append(handler)

        def remove() -> None:
            if handler in self._commit_handlers:
                self._commit_handlers.remove(handler)

        return remove

    def on_announce(self, handler: Announced) -> None:
        """Call `handler` with layers that a command is about to add, in the thread of a job."""
        self._announced.append(handler)

    def announce(self, layers: tuple[Layer, ...], ctx: Context) -> None:
        """Tell that a command is about to add layers; the only method a job may call."""
        for handler in self._announced:
            handler(layers, ctx)

    def _tell(self, *, committed: bool) -> None:
        """Tell all listeners, each of them also where another one raised."""
        with ExitStack() as told:
            for watcher in reversed(self._watchers):
                told.callback(self._look, watcher)
            for handler in reversed(self._commit_handlers if committed else []):
                told.callback(handler, self.project)

    def _look(self, watcher: _Watcher[Any]) -> None:
        watcher.look(self.project)


class _Watcher(Generic[T]):
    """A part of the project, as it was last seen."""

    def __init__(
        self, part: Callable[[Project], T], handler: Callable[[T], None], project: Project
    ) -> None:
        self._part = part
        self._handler = handler
        self._seen = part(project)
        self.active = True

    def look(self, project: Project) -> None:
        """Call the handler if the part is another object than last time."""
        found = self._part(project)
        if self.active and found is not self._seen:
            self._seen = found
            self._handler(found)

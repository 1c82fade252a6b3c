"""Which file the project belongs to: open, save, rest, recover, and the working copy behind it.

Every command goes to the working copy at once; the ``.emadina`` file is replaced on save, on close
and after a rest. Knows no panel: what happened is told by notices.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from emadina_gis.app.notices import Offer
from emadina_gis.errors import Problem, ProjectError
from emadina_gis.io.lock import FileLock, Owner, acquire, lock_path
from emadina_gis.io.recoverable import Recoverable, WorkingCopyInUse, discard, recoverable
from emadina_gis.io.working_copy import WorkingCopy
from emadina_gis.session.phrase import Phrase
from emadina_gis.session.recent import with_recent
from emadina_gis.workflows.demo import DEMO_PROJECT_ID, demo_parts, open_demo
from emadina_gis.workflows.opening import (
    OpenedProject,
    made_ready,
    new_project,
    open_project,
    save_project,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import Layer
    from emadina_gis.progress import Context
    from emadina_gis.project import Project

REST_MS = 30_000
LOCK_REFRESH_MS = 60_000
_log = logging.getLogger(__name__)


class ProjectFiles(QObject):
    """The file, lock and working copy of the open project.

    Signals
    -------
    opened()
        Another project is shown.
    state_changed()
        The path, or whether it is read-only, has changed, or it was saved; not at each command.
    problems_found(tuple of Problem)
        What was found while opening.
    save_as_wanted()
        There is no file yet: ask for one.
    """

    opened = Signal()
    state_changed = Signal()
    problems_found = Signal(object)
    save_as_wanted = Signal()
    _copy_failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.path: Path | None = None
        self.read_only = False
        self._lock: FileLock | None = None
        self._copy: WorkingCopy | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._save_at_rest)
        self._refresh = QTimer(self)
        self._refresh.setInterval(LOCK_REFRESH_MS)
        self._refresh.timeout.connect(self._refresh_lock)
        self._copy_failed.connect(desk.notices.error)
        desk.store.on_commit(self._on_commit)
        desk.store.on_announce(self._write_ahead)

    @property
    def has_unsaved(self) -> bool:
        """Whether there is work that no file holds."""
        return not self._desk.store.is_clean

    # --- open ---------------------------------------------------------------------------------

    def new(self) -> None:
        """Start an empty project."""
        self._adopt(OpenedProject(new_project(self._desk.words)))

    def open_demo(self, then: Callable[[], object] | None = None) -> None:
        """Open the bundled region."""
        words = self._desk.words
        self._desk.jobs.submit_shown(
            "job.opening",
            lambda ctx: OpenedProject(made_ready(open_demo(words, ctx), ctx)),
            done=lambda opened: self._on_opened(opened, then),
            failed=self._desk.notices.error,
        )

    def open(self, path: Path) -> None:
        """Open a project file."""
        words = self._desk.words
        self._desk.jobs.submit_shown(
            "job.opening",
            lambda ctx: open_project(path, words, ctx),
            done=self._on_opened,
            failed=self._desk.notices.error,
        )

    def open_copy(self, project: Project) -> None:
        """Open a project that no file holds, with an identity of its own."""
        self._adopt(OpenedProject(replace(project, id=uuid.uuid4().hex)))
        self._desk.store.mark_unsaved()
        self.state_changed.emit()

    def _on_opened(self, opened: OpenedProject, then: Callable[[], object] | None = None) -> None:
        self._adopt(opened)
        if opened.path is not None:
            preferences = self._desk.preferences
            preferences.take(with_recent(preferences.settings, opened.path))
        if then is not None:
            then()

    def _adopt(self, opened: OpenedProject, copy: WorkingCopy | None = None) -> None:
        self._let_go()
        self.path = opened.path
        self.read_only = False
        self._take_lock()
        self._copy = copy or self._made_copy(opened.project)
        desk = self._desk
        desk.view.clear_selection()
        desk.results.clear()
        desk.store.replace_project(opened.project)
        desk.view.forget_missing(opened.project)
        desk.view.activate_layer(opened.project.parcels_id)
        if copy is not None:
            desk.store.mark_unsaved()
        self.problems_found.emit(opened.problems)
        self.opened.emit()
        self.state_changed.emit()

    def _take_lock(self) -> None:
        if self.path is None:
            return
        try:
            found = acquire(lock_path(self.path))
        except OSError:
            return
        if isinstance(found, Owner):
            self._open_read_only(found)
        else:
            self._lock = found
            self._refresh.start()

    def _open_read_only(self, owner: Owner) -> None:
        self.read_only = True
        phrase = Phrase("files.in-use", {"user": owner.user or "?", "host": owner.host})
        self._desk.notices.tell(phrase, Phrase("files.in-use-next"))

    def _made_copy(self, project: Project) -> WorkingCopy | None:
        if self.read_only:
            return None
        try:
            return WorkingCopy.create(
                project, project_path=self.path, on_error=self._copy_failed.emit
            )
        except WorkingCopyInUse as error:
            self._open_read_only(error.owner)
        except OSError as error:
            _log.info("no working copy: %s", type(error).__name__)
        return None

    # --- recover ------------------------------------------------------------------------------

    def offer_recovery(self) -> bool:
        """Offer the newest work that a killed process left; False where there is none."""
        found = recoverable(language=self._desk.speech.language)
        if not found:
            return False
        newest = found[0]
        title = newest.title or newest.project_id
        self._desk.notices.tell(
            Phrase("recover.found", {"title": title, "when": _local_time(newest.changed_at)}),
            Phrase("recover.next"),
            Offer("recover.restore", lambda: self.restore(newest)),
            Offer("recover.discard", lambda: self._discard(newest)),
        )
        return True

    def restore(self, found: Recoverable) -> None:
        """Go on where a killed process stopped."""
        on_error = self._copy_failed.emit
        found = self._where_now(found)
        is_demo = found.project_id == DEMO_PROJECT_ID and found.project_path is None
        elsewhere = demo_parts(self._desk.words) if is_demo else None

        def restored(made: tuple[WorkingCopy, Project]) -> None:
            copy, project = made
            self._let_go(keep=self.has_unsaved)
            self._adopt(OpenedProject(project, (), found.project_path), copy)

        self._desk.jobs.submit_shown(
            "job.opening",
            lambda _ctx: WorkingCopy.restore(found, on_error=on_error, elsewhere=elsewhere),
            done=restored,
            failed=self._desk.notices.error,
        )

    def _where_now(self, found: Recoverable) -> Recoverable:
        """Return what was found: set aside meanwhile where its project was opened again."""
        name = (found.project_id, found.changed_at)
        same = (one for one in recoverable() if (one.project_id, one.changed_at) == name)
        return next(same, found)

    def _discard(self, found: Recoverable) -> None:
        try:
            discard(self._where_now(found))
        except ProjectError as error:
            self._desk.notices.error(error)

    # --- save ---------------------------------------------------------------------------------

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Write the file; ask for one where there is none."""
        if self.path is None or self.read_only:
            self.save_as_wanted.emit()
            return
        self._write(self.path, then, quiet=False)

    def save_as(self, path: Path, then: Callable[[], object] | None = None) -> None:
        """Write another file and stay with it."""
        self._write(path, then, quiet=False)

    def _save_at_rest(self) -> None:
        if self.path is not None and not self.read_only and self.has_unsaved:
            self._write(self.path, None, quiet=True)

    def _write(self, path: Path, then: Callable[[], object] | None, *, quiet: bool) -> None:
        project = self._desk.project

        def written(target: Path) -> None:
            self._on_saved(project, target, quiet=quiet)
            if then is not None:
                then()

        self._desk.jobs.submit_shown(
            "job.saving",
            lambda ctx: save_project(project, path, ctx),
            done=written,
            failed=self._desk.notices.error,
        )

    def _on_saved(self, project: Project, path: Path, *, quiet: bool) -> None:
        self._desk.store.mark_saved(project)
        self._note_saved(path)
        if path != self.path:
            self._release_lock()
            self.path = path
            self.read_only = False
            self._take_lock()
        preferences = self._desk.preferences
        preferences.take(with_recent(preferences.settings, path))
        if not quiet:
            self._desk.notices.done(Phrase("files.saved", {"name": path.name}))
        self.state_changed.emit()

    def _note_saved(self, path: Path) -> None:
        if self._copy is not None and not self.has_unsaved:
            self._copy.mark_saved(path)

    def close(self, *, keep: bool = False) -> None:
        """End the session with this project; `keep` leaves the working copy to the next start."""
        self._let_go(keep=keep, wait=keep)

    # --- in between ---------------------------------------------------------------------------

    def _write_ahead(self, layers: tuple[Layer, ...], ctx: Context) -> None:
        copy = self._copy
        if copy is not None:
            copy.write_ahead(layers, ctx)

    def _on_commit(self, project: Project) -> None:
        if self._copy is not None:
            self._copy.commit(project)
        if self.path is not None:
            self._rest.start()

    def _refresh_lock(self) -> None:
        if self._lock is not None:
            self._lock.refresh()

    def _release_lock(self) -> None:
        self._refresh.stop()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _let_go(self, *, keep: bool = False, wait: bool = False) -> None:
        self._rest.stop()
        if self._copy is not None:
            self._copy.close(keep=keep, wait=wait)
            self._copy = None
        self._release_lock()


Problems = tuple[Problem, ...]


def _local_time(moment: str) -> str:
    """Return a moment (ISO 8601, in UTC) as the clock of this machine shows it; empty stays so."""
    if not moment:
        return ""
    return f"{dt.datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"

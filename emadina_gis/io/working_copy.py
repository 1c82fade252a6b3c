"""The working copy: every command of a session on disk within moments, through SQLite alone.

One database per open project in the person's state folder: content-addressed parts, the tree as
it stands (``head``) and the tree as it was opened. A writer thread commits in order and each
commit is synced, so a killed process or a power cut loses nothing that was committed. The parts
of a project that was just opened follow its tree, a few at a time; until they are all there they
can be had from where the project came from. Knows nothing of commands or history.
"""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.domain.layer import Layer, VectorLayer
from emadina_gis.errors import EmadinaError, OutputError, ProjectFileError
from emadina_gis.io import project_codec as codec
from emadina_gis.io import project_database as database
from emadina_gis.io.copy_database import (
    SUFFIX,
    FindPart,
    connect,
    failed,
    note_saved,
    parts_in_file,
    plain_path,
    prepare,
    read_project,
    remove_database,
    set_aside,
)
from emadina_gis.io.lock import FileLock, Owner, acquire
from emadina_gis.io.parts import Part, encoded_table, made_ahead
from emadina_gis.io.recoverable import (
    HEAD,
    Recoverable,
    WorkingCopyInUse,
    examined,
    folder,
    lock_file,
)
from emadina_gis.progress import NULL_CONTEXT, Context, give_way

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.project.model import Project

OPENED = "opened"
_REFRESH_S = 60.0
_FLUSH_S = 60.0
#: Parts of a project that was just opened, written between two looks at what was done meanwhile.
_PARTS_AT_ONCE = 12
#: Parts of a command to come, written at once: each time the disk is waited for.
_PARTS_AHEAD = 150
#: A project as it was opened is written after this pause, or as soon as it is changed: opening has
#: other things to do first, and without a change a crash loses nothing.
SETTLE_S = 3.0
#: A command is written after this pause: the picture of what it changed comes first, and what
#: follows at once (a slider that is dragged) is written with it.
BREATH_S = 0.06
#: Copies whose session has ended and that are being removed.
_ENDING: dict[Path, threading.Thread] = {}
_log = logging.getLogger(__name__)


class _Abandoned(Exception):
    """The session has ended and nobody needs what is being written."""


@dataclass(frozen=True)
class _First:
    """The project as it was opened, not written yet."""

    project: Project
    project_path: Path | None


@dataclass(frozen=True)
class _Work:
    """What the writer has to do next: write the newest state, note which one the file holds."""

    commit: tuple[int, Project] | None
    saved: tuple[int, Path] | None


class WorkingCopy:
    """The database of one open project and the thread that writes it.

    Use `create` or `restore`; call `commit` after each command, `mark_saved` when the project
    file was written, and `close` at the end. None of them waits for the disk.
    """

    def __init__(self, path: Path, lock: FileLock, on_error: OnError | None = None) -> None:
        self.path = path
        self._lock = lock
        self._on_error = on_error
        self._wake = threading.Condition()
        self._first: _First | None = None
        self._pending: tuple[int, Project] | None = None
        self._saved: tuple[int, Path] | None = None
        self._asked = 0
        self._tried = 0
        #: Layers that jobs write ahead of their commit, by id.
        self._ahead: Counter[str] = Counter()
        self._hurry = False
        self._waiting = 0
        self._closing = False
        self._keep = True
        #: Keys of parts that are still to be written.
        self._later: frozenset[str] = frozenset()
        self._failure: OutputError | None = None
        self._known: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="working-copy", daemon=True)

    @classmethod
    def create(
        cls,
        project: Project,
        *,
        project_path: Path | None = None,
        on_error: OnError | None = None,
        where: Path | None = None,
    ) -> WorkingCopy:
        """Start a working copy of a project that was just opened or made.

        Unsaved work that an earlier process left under the same project is set aside, where
        `recoverable` still finds it.

        Raises
        ------
        WorkingCopyInUse
            When another process has this project open.
        """
        path = (where or folder()) / f"{project.id}{SUFFIX}"
        made = cls(path, _locked(path), on_error)
        _make_room(path)
        made._asked = 1
        made._first = _First(project, project_path)
        made._thread.start()
        return made

    @classmethod
    def restore(
        cls,
        found: Recoverable,
        *,
        on_error: OnError | None = None,
        elsewhere: FindPart | None = None,
    ) -> tuple[WorkingCopy, Project]:
        """Go on where a killed process stopped.

        Parts that were not written in time are asked of `elsewhere`, or of the project file.

        Raises
        ------
        WorkingCopyInUse, ProjectFileError
            When another process took it, or it is damaged.
        """
        lock = _locked(found.path)
        try:
            known = elsewhere or parts_in_file(found.project_path)
            project, number = read_project(found.path, HEAD, known)
        except BaseException:
            lock.release()
            raise
        made = cls(found.path, lock, on_error)
        made._asked = made._tried = number
        made._thread.start()
        return made, project

    def commit(self, project: Project) -> int:
        """Hand over the project as it is after a command and return at once.

        Returns
        -------
        int
            Number of the commit, for `flush` and `mark_saved`.
        """
        with self._wake:
            self._asked += 1
            self._pending = (self._asked, project)
            self._hurry = True
            self._wake.notify_all()
            return self._asked

    def write_ahead(self, layers: tuple[Layer, ...], ctx: Context = NULL_CONTEXT) -> None:
        """Write what a command is about to add, so that its commit takes no time; waits.

        For a job: what is shown then is on disk within moments, however large it is. A commit of
        these layers that comes meanwhile waits for it, others do not. What cannot be written now
        is left to the commit, which tells why.
        """
        ids = Counter(layer.id for layer in layers)
        with self._wake:
            self._ahead += ids
        try:
            self._write_ahead(layers, ctx)
        finally:
            with self._wake:
                self._ahead -= ids
                self._wake.notify_all()

    def _write_ahead(self, layers: tuple[Layer, ...], ctx: Context) -> None:
        tables = (layer.table for layer in layers if isinstance(layer, VectorLayer))
        parts = [part for table in tables for part in encoded_table(table)[1]]
        with self._wake:
            self._hurry = True
            self._wake.notify_all()
            self._wake.wait_for(lambda: self._first is None or self._tried or self._closing)
        try:
            with closing(connect(self.path)) as connection:
                for number, some in enumerate(made_ahead(parts, _PARTS_AHEAD)):
                    ctx.report(number * _PARTS_AHEAD / len(parts), "phase.writing")
                    if not self._write_parts(connection, some):
                        return
        except (sqlite3.Error, _Abandoned):
            return

    def flush(self, timeout_s: float = _FLUSH_S) -> None:
        """Wait until everything committed so far is on disk.

        Raises
        ------
        OutputError
            When it could not be written (a full disk), or not in time.
        """
        with self._wake:
            self._hurry = True
            self._waiting += 1
            self._wake.notify_all()
            asked = self._asked
            done = self._wake.wait_for(lambda: self._tried >= asked and not self._later, timeout_s)
            self._waiting -= 1
            failure = self._failure
        if failure is not None:
            raise failure
        if not done:
            raise OutputError(
                "output.failed", path=str(self.path), folder=str(self.path.parent), detail="timeout"
            )

    @property
    def failure(self) -> OutputError | None:
        """Why the last commit could not be written, or None."""
        return self._failure

    def mark_saved(self, project_path: Path, number: int | None = None) -> None:
        """Record that the project file holds the state of a commit (by default the last)."""
        with self._wake:
            self._saved = (number or self._asked, project_path)
            self._hurry = True
            self._wake.notify_all()

    def as_opened(self) -> Project:
        """Return the project as it was when this session opened it."""
        self.flush()
        return read_project(self.path, OPENED)[0]

    @contextmanager
    def known_bytes(self) -> Iterator[Callable[[str], bytes | None]]:
        """Give a function with the compressed bytes of a part, or None where it is not here.

        A save of the project file takes them over instead of making them again.
        """
        with closing(connect(self.path)) as connection:
            fetch = database.fetcher(connection)

            def known(key: str) -> bytes | None:
                try:
                    return fetch(key) if key in self._known else None
                except ProjectFileError:
                    return None

            yield known

    def close(self, *, keep: bool = False, wait: bool = True) -> None:
        """End the session; the database is removed unless `keep` says that it is needed.

        What waits to be written is written with `keep`, and dropped without. Without `wait` the end
        comes in a thread of its own: removing what is large takes a while. Whoever starts a copy of
        the same project meanwhile waits for it, and so does the end of the program.
        """
        with self._wake:
            self._closing = self._hurry = True
            self._keep = keep
            self._wake.notify_all()
        ending = threading.Thread(target=self._end, name="working-copy-end")
        _ENDING[self.path] = ending
        ending.start()
        if wait:
            ending.join()

    def _end(self) -> None:
        self._thread.join()
        try:
            if not self._keep:
                remove_database(self.path)
        except OSError as error:
            _log.info("a working copy stays: %s", type(error).__name__)
        finally:
            self._lock.release()
            _ENDING.pop(self.path, None)

    # --- the writer thread -----------------------------------------------------------------------

    def _run(self) -> None:
        give_way()
        first = self._first
        if first is not None:
            self._settle()
        try:
            if not self._is_abandoned:
                self._write_all(first)
        except _Abandoned:
            pass
        except (sqlite3.Error, OSError) as exc:
            self._tell(failed(exc, self.path), sys.maxsize)

    def _settle(self) -> None:
        with self._wake:
            self._wake.wait_for(lambda: self._hurry, SETTLE_S)

    @property
    def _is_abandoned(self) -> bool:
        return self._closing and not self._keep

    def _write_all(self, first: _First | None) -> None:
        """Write the project as it was opened, then each newer state until the session ends."""
        if first is not None:
            remove_database(self.path)
        with closing(connect(self.path)) as connection:
            if first is not None:
                prepare(connection, first.project.id, first.project_path)
            self._known = database.keys(connection)
            if first is not None:
                self._write_first(connection, first.project)
                self._first = None
            while (work := self._next_work()) is not None:
                if work.commit is not None:
                    self._write_job(connection, *work.commit)
                if work.saved is not None and self._failure is None:
                    note_saved(connection, *work.saved)

    def _write_first(self, connection: sqlite3.Connection, project: Project) -> None:
        """Write the tree at once and its parts after it, with what is done meanwhile between."""
        parts = list(codec.encode(project, stored_path=plain_path).parts.values())
        self._later = frozenset(part.key for part in parts)
        self._write_job(connection, 1, project)
        for start in range(0, len(parts), _PARTS_AT_ONCE):
            with self._wake:
                job, self._pending = self._pending, None
            if job is not None:
                self._write_job(connection, *job)
            if not self._write_parts(connection, parts[start : start + _PARTS_AT_ONCE]):
                break
        with self._wake:
            self._later = frozenset()
            self._wake.notify_all()

    def _write_parts(self, connection: sqlite3.Connection, parts: list[Part]) -> bool:
        """Write some parts; False where it failed: the next commit writes them again."""
        connection.execute("BEGIN IMMEDIATE")
        try:
            self._put_parts(connection, parts)
            connection.execute("COMMIT")
        except BaseException as exc:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            if not isinstance(exc, sqlite3.Error):
                raise
            self._tell(failed(exc, self.path), self._tried)
            return False
        self._known.update(part.key for part in parts)
        return True

    def _next_work(self) -> _Work | None:
        """Wait for something to do; None when the session ends and all is written."""
        with self._wake:
            while self._pending is None and self._saved is None:
                if self._closing:
                    return None
                if not self._wake.wait(_REFRESH_S):
                    self._lock.refresh()
            self._wake.wait_for(lambda: self._waiting or self._closing, BREATH_S)
            work = _Work(self._pending, self._saved)
            self._pending = self._saved = None
            return work

    def _write_job(self, connection: sqlite3.Connection, number: int, project: Project) -> None:
        failure: OutputError | None = None
        if number > 1:
            ids = {layer.id for layer in project.layers}
            with self._wake:
                self._wake.wait_for(lambda: not ids & self._ahead.keys() or self._is_abandoned)
        try:
            self._write(connection, number, project)
        except sqlite3.Error as exc:
            failure = failed(exc, self.path)
        except EmadinaError as exc:
            failure = OutputError(
                "output.failed", path=str(self.path), folder=str(self.path.parent), detail=str(exc)
            )
        self._tell(failure, number)

    def _tell(self, failure: OutputError | None, number: int) -> None:
        if failure is not None and self._on_error is not None:
            self._on_error(failure)
        with self._wake:
            self._failure = failure
            self._tried = number
            self._wake.notify_all()

    def _write(self, connection: sqlite3.Connection, number: int, project: Project) -> None:
        encoded = codec.encode(project, stored_path=plain_path)
        there = self._known | self._later
        new = [part for key, part in encoded.parts.items() if key not in there]
        connection.execute("BEGIN IMMEDIATE")
        try:
            self._put(connection, new, number, encoded.tree)
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        self._known.update(part.key for part in new)

    def _put(
        self, connection: sqlite3.Connection, new: list[Part], number: int, tree: object
    ) -> None:
        self._put_parts(connection, new)
        database.put_tree(connection, HEAD, number, tree)
        if number == 1:
            database.put_tree(connection, OPENED, number, tree)
        now = dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds")
        database.set_meta(connection, "changed", now)

    def _put_parts(self, connection: sqlite3.Connection, parts: list[Part]) -> None:
        for part in parts:
            if self._is_abandoned:
                raise _Abandoned
            database.put_part(connection, part)


OnError = Callable[[OutputError], None]


def _locked(path: Path) -> FileLock:
    ending = _ENDING.get(path)
    if ending is not None:
        ending.join()
    lock = acquire(lock_file(path))
    if isinstance(lock, Owner):
        raise WorkingCopyInUse(lock)
    return lock


def _make_room(path: Path) -> None:
    """Remove what an earlier process left, or set it aside where it holds unsaved work."""
    if examined(path, "fr") is not None:
        set_aside(path)
    remove_database(path)

"""Reads files one after another in the background and hands each over as soon as it is read.

What a stop leaves unread is told at once, however long the file at work goes on.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from emadina_gis.session.deliveries import load_deliveries
from emadina_gis.workflows.arrivals import Arrivals, arrived
from emadina_gis.workflows.diagnosis import Arrival, Wishes, diagnose
from emadina_gis.workflows.drawings import diagnose_converted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from emadina_gis.app.desk import Desk
    from emadina_gis.io.reader import Reader
    from emadina_gis.progress import Context
    from emadina_gis.session.jobs import JobHandle

#: A stop asked for elsewhere (Esc, the status bar) is noticed so soon.
WATCH_MS = 30


class Reading(QObject):
    """One run of reading at a time.

    Signals
    -------
    listed(Arrivals)
        What is to be read.
    began(Path)
        A file is being read.
    read(Arrival)
        A file was read.
    stopped(), ended()
        The person stopped it; all was read.
    """

    listed = Signal(object)
    began = Signal(object)
    read = Signal(object)
    stopped = Signal()
    ended = Signal()
    _posted = Signal(int, object)

    def __init__(self, desk: Desk, reader: Reader) -> None:
        super().__init__()
        self._desk = desk
        self._reader = reader
        self._run = 0
        self._handle: JobHandle | None = None
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH_MS)
        self._watch.timeout.connect(self._look)
        self._posted.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        """Whether files are being read."""
        return self._handle is not None

    def start(self, paths: Iterable[Path]) -> None:
        """Read files and folders."""
        given = tuple(paths)

        def work(ctx: Context, post: Callable[[object], None]) -> None:
            arrivals = arrived(given, ctx)
            post(arrivals)
            self._read_all(arrivals.files, ctx, post)

        self._submit(work)

    def resume(self, files: Iterable[Path]) -> None:
        """Read files that a stop left."""
        given = tuple(files)
        self._submit(lambda ctx, post: self._read_all(given, ctx, post))

    def read_again(self, path: Path, wishes: Wishes, done: Callable[[Arrival], None]) -> JobHandle:
        """Read a file anew as the person wishes."""
        project, reader = self._desk.project, self._reader
        return self._desk.jobs.submit_shown(
            "job.reading",
            lambda ctx: diagnose(path, project, wishes, reader=reader, ctx=ctx),
            done=done,
            failed=self._desk.notices.error,
        )

    def convert(
        self, path: Path, program: Path, done: Callable[[Arrival | None], None]
    ) -> JobHandle:
        """Convert a drawing with a program that the person chose, and read what it made.

        Where the program fails that is said, and `done` is given nothing.
        """
        project, reader = self._desk.project, self._reader

        def fail(error: Exception) -> None:
            self._desk.notices.error(error)
            done(None)

        return self._desk.jobs.submit_shown(
            "job.converting",
            lambda ctx: diagnose_converted(path, program, project, reader=reader, ctx=ctx),
            done=done,
            failed=fail,
        )

    def stop(self) -> None:
        """Read no further; what was read stays."""
        if self._handle is not None:
            self._handle.cancel()
            self._look()

    def _submit(self, work: Callable[[Context, Callable[[object], None]], None]) -> None:
        self._run += 1
        run = self._run
        self._watch.start()
        self._handle = self._desk.jobs.submit_shown(
            "job.reading",
            lambda ctx: work(ctx, lambda told: self._posted.emit(run, told)),
            done=lambda _none: self._posted.emit(run, None),
            failed=self._fail,
        )

    def _read_all(
        self, files: tuple[Path, ...], ctx: Context, post: Callable[[object], None]
    ) -> None:
        project = self._desk.project
        wishes = Wishes(remembered=load_deliveries())
        for index, path in enumerate(files):
            part = ctx.part(index / len(files), (index + 1) / len(files))
            post(path)
            post(diagnose(path, project, wishes, reader=self._reader, ctx=part))

    def _write_ahead(self, arrival: Arrival) -> None:
        """Write what will be added to the working copy while the person looks at it."""
        store = self._desk.store
        layers = tuple(c.layer for c in arrival.candidates if c.layer is not None)
        if layers:
            self._desk.jobs.submit(lambda ctx: store.announce(layers, ctx))

    def _look(self) -> None:
        """Tell of a stop as soon as it is asked for; the thread ends when it can."""
        if self._handle is not None and self._handle.cancel_asked:
            self._finish()
            self.stopped.emit()

    def _fail(self, error: Exception) -> None:
        self._finish()
        self.stopped.emit()
        self._desk.notices.error(error)

    def _finish(self) -> None:
        self._run += 1
        self._handle = None
        self._watch.stop()

    def _take(self, run: int, told: object) -> None:
        if run != self._run:
            return
        if isinstance(told, Arrivals):
            self.listed.emit(told)
        elif isinstance(told, Path):
            self.began.emit(told)
        elif isinstance(told, Arrival):
            self._write_ahead(told)
            self.read.emit(told)
        else:
            self._finish()
            self.ended.emit()

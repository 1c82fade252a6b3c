"""Background work in the window: Python's threads, answers on the main thread.

Same protocol as the inline runner of ``session``. Progress is passed on at most 20 times a second;
jobs that were given a title are listed for the status bar, and Esc cancels the last one started.
The threads are Python's own, not those of Qt's pool: pyproj 3.7 keeps its contexts per Python
thread state, which a thread of Qt's loses between two jobs (a crash in PROJ). Knows no panel.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from emadina_gis.progress import Context, give_way
from emadina_gis.session.jobs import Callbacks, Job, JobHandle

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
PROGRESS_INTERVAL_S = 0.05
THREADS = 3
#: The main thread says so often that it is in time, and is late after so long without.
BEAT_MS = 8
LATE_S = 0.016
PAUSE_S = 0.004
#: Work waits no longer than this at one place, whatever keeps the main thread.
LONGEST_PAUSE_S = 0.06


class Courtesy(QObject):
    """Lets the window go first: work pauses while the main thread is late.

    Python runs one thread at a time. Where several work, the main thread waits for each of them at
    every call, and an event of 5 ms lasts 100. A beat on the main thread shows that it is not late.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._beaten_s = 0.0

    def begin(self) -> None:
        """Beat from now on: there is work."""
        self._beat()
        self._timer.start()

    def end(self) -> None:
        """Beat no more."""
        self._timer.stop()
        self._beaten_s = 0.0

    def let_through(self) -> None:
        """Wait, on a thread, until the main thread is in time again; not for long."""
        until_s = time.monotonic() + LONGEST_PAUSE_S
        while self._beaten_s and (now_s := time.monotonic()) - self._beaten_s > LATE_S:
            if now_s > until_s:
                return
            time.sleep(PAUSE_S)

    def _beat(self) -> None:
        self._beaten_s = time.monotonic()


class _Throttled(Context):
    """Passes reports on at most 20 times a second; cancel goes through at once."""

    def __init__(self, whole: Context, courtesy: Courtesy) -> None:
        super().__init__()
        self._whole = whole
        self._courtesy = courtesy
        self._last_s = 0.0
        self._phase = ""

    def report(self, fraction: float, phase: str = "") -> None:
        self._courtesy.let_through()
        now_s = time.monotonic()
        if now_s - self._last_s < PROGRESS_INTERVAL_S and phase == self._phase and fraction < 1:
            self._whole.check()
            return
        self._last_s, self._phase = now_s, phase
        self._whole.report(fraction, phase)

    def check(self) -> None:
        self._courtesy.let_through()
        self._whole.check()

    def cancel(self) -> None:
        self._whole.cancel()

    @property
    def cancelled(self) -> bool:
        return self._whole.cancelled


@dataclass(frozen=True)
class ShownJob:
    """A job that the person is told of: the key of its title, how far it is, what it does."""

    title: str
    fraction: float = 0.0
    phase: str = ""


class QtRunner(QObject):
    """Runs work on threads; callbacks come on the thread of this object, the main one.

    `changed` is emitted when the list of shown jobs, or how far one of them is, has changed.
    """

    changed = Signal()
    _delivered = Signal(object)

    def __init__(self, parent: QObject | None = None, *, threads: int = THREADS) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="job", initializer=give_way)
        self._running: dict[int, JobHandle] = {}
        self._shown: dict[int, ShownJob] = {}
        self._is_stopped = False
        self._number = 0
        self._courtesy = Courtesy(self)
        self._delivered.connect(self._call, Qt.ConnectionType.QueuedConnection)

    @property
    def shown(self) -> tuple[ShownJob, ...]:
        """The jobs to show, the last started last."""
        return tuple(self._shown.values())

    @property
    def is_busy(self) -> bool:
        """Whether any job runs."""
        return bool(self._running)

    def submit(
        self,
        work: Callable[[Context], T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        progress: Callable[[float, str], None] | None = None,
        cancelled: Callable[[], None] | None = None,
    ) -> JobHandle:
        """Start work that nobody is told of; see `session.jobs.JobRunner.submit`."""
        return self._start(work, Callbacks(done, failed, progress, cancelled), "")

    def submit_shown(
        self,
        title: str,
        work: Callable[[Context], T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        cancelled: Callable[[], None] | None = None,
    ) -> JobHandle:
        """Start work that the status bar shows under a title (a key of ``words``)."""
        return self._start(work, Callbacks(done, failed, None, cancelled), title)

    def cancel_shown(self) -> bool:
        """Cancel the last of the shown jobs; False where there is none."""
        for number in reversed(self._shown):
            self._running[number].cancel()
            return True
        return False

    def stop(self) -> None:
        """Cancel everything and wait for the threads to end; work asked for later never begins."""
        self._is_stopped = True
        for handle in self._running.values():
            handle.cancel()
        self._courtesy.end()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._running.clear()
        self._shown.clear()

    def _start(
        self, work: Callable[[Context], T], callbacks: Callbacks[T], title: str
    ) -> JobHandle:
        self._number += 1
        number = self._number
        job = Job(
            lambda ctx: work(_Throttled(ctx, self._courtesy)),
            self._watched(number, callbacks, title),
            self._delivered.emit,
        )
        if self._is_stopped:  # a clock of the window that is being closed
            job.handle.cancel()
            return job.handle
        self._running[number] = job.handle
        self._courtesy.begin()
        if title:
            self._shown[number] = ShownJob(title)
            self.changed.emit()
        self._pool.submit(job.run)
        return job.handle

    def _watched(self, number: int, callbacks: Callbacks[T], title: str) -> Callbacks[T]:
        def ended(callback: Callable[..., None] | None) -> Callable[..., None]:
            def end(*told: object) -> None:
                self._forget(number)
                if callback is not None:
                    callback(*told)

            return end

        def progressed(fraction: float, phase: str) -> None:
            if number in self._shown:
                self._shown[number] = ShownJob(title, fraction, phase)
                self.changed.emit()
            if callbacks.progress is not None:
                callbacks.progress(fraction, phase)

        return Callbacks(
            done=ended(callbacks.done),
            failed=ended(callbacks.failed),
            progress=progressed,
            cancelled=ended(callbacks.cancelled),
        )

    def _forget(self, number: int) -> None:
        self._running.pop(number, None)
        if not self._running:
            self._courtesy.end()
        if self._shown.pop(number, None) is not None:
            self.changed.emit()

    def _call(self, call: Callable[[], None]) -> None:
        call()

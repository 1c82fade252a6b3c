"""Background work: the runner's interface, the states of a job, and the runner that runs at once.

A job ends with exactly one of its final callbacks (done, failed, cancelled), and no progress
follows it. The Qt runner is in ``app``; both pass the same tests. Knows no threads of its own.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from emadina_gis.errors import JobCancelled
from emadina_gis.progress import Context

T = TypeVar("T")
Deliver = Callable[[Callable[[], None]], None]
_log = logging.getLogger(__name__)


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing follows."""
        return self in {JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED}


class JobHandle:
    """What whoever started a job holds: its state, and a way to stop it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state = JobState.QUEUED
        self._cancel_asked = threading.Event()
        self._context: Context | None = None

    @property
    def state(self) -> JobState:
        """Where the job stands."""
        return self._state

    @property
    def is_finished(self) -> bool:
        """Whether the job has ended, in whatever way."""
        return self._state.is_final

    @property
    def cancel_asked(self) -> bool:
        """Whether a cancel was asked for."""
        return self._cancel_asked.is_set()

    def cancel(self) -> None:
        """Ask the job to stop; without effect after its end."""
        with self._lock:
            self._cancel_asked.set()
            if self._context is not None:
                self._context.cancel()

    def _begin(self, context: Context) -> None:
        with self._lock:
            self._context = context
            self._state = JobState.RUNNING
            if self._cancel_asked.is_set():
                context.cancel()

    def _end(self, state: JobState) -> bool:
        """Enter a final state; False where one was entered before."""
        with self._lock:
            if self._state.is_final:
                return False
            self._state = state
            self._context = None  # it leads to the work, and that to all it was done on
            return True


@dataclass(frozen=True)
class Callbacks(Generic[T]):
    """Whom to tell; each may be None."""

    done: Callable[[T], None] | None = None
    failed: Callable[[Exception], None] | None = None
    progress: Callable[[float, str], None] | None = None
    cancelled: Callable[[], None] | None = None


class Job(Generic[T]):
    """Work with its handle and callbacks, for runners to run on whatever thread they have.

    Parameters
    ----------
    work : callable
        ``work(ctx) → result`` on frozen input.
    callbacks : Callbacks
        Whom to tell.
    deliver : callable
        Calls a function on the thread of the callbacks, in order.
    """

    def __init__(
        self, work: Callable[[Context], T], callbacks: Callbacks[T], deliver: Deliver
    ) -> None:
        self.handle = JobHandle()
        self._work = work
        self._callbacks = callbacks
        self._deliver = deliver

    def run(self) -> None:
        """Do the work and deliver its end."""
        context = Context(self._report)
        self.handle._begin(context)  # noqa: SLF001 - job and handle are one thing, seen from two sides
        try:
            context.check()
            result = self._work(context)
            context.check()
        except JobCancelled:
            self._finish(JobState.CANCELLED, self._callbacks.cancelled)
        except Exception as error:  # noqa: BLE001 - every failure of work reaches its callback
            _log.info("job failed: %s", type(error).__name__, exc_info=error)
            self._finish(JobState.FAILED, self._callbacks.failed, error)
        else:
            self._finish(JobState.SUCCEEDED, self._callbacks.done, result)

    def _report(self, fraction: float, phase: str) -> None:
        if self._callbacks.progress is not None:
            self._deliver(lambda: self._pass_on(fraction, phase))

    def _pass_on(self, fraction: float, phase: str) -> None:
        if self._callbacks.progress is not None and self.handle.state is JobState.RUNNING:
            self._callbacks.progress(fraction, phase)

    def _finish(self, state: JobState, callback: Callable[..., None] | None, *told: object) -> None:
        def end() -> None:
            if self.handle.cancel_asked and state is not JobState.CANCELLED:
                self._tell_end(JobState.CANCELLED, self._callbacks.cancelled)
            else:
                self._tell_end(state, callback, *told)

        self._deliver(end)

    def _tell_end(
        self, state: JobState, callback: Callable[..., None] | None, *told: object
    ) -> None:
        if self.handle._end(state) and callback is not None:  # noqa: SLF001 - as above
            callback(*told)


class JobRunner(Protocol):
    """Runs work, now or in the background."""

    def submit(
        self,
        work: Callable[[Context], T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        progress: Callable[[float, str], None] | None = None,
        cancelled: Callable[[], None] | None = None,
    ) -> JobHandle:
        """Start work; exactly one of `done`, `failed` and `cancelled` is called at its end."""


class InlineRunner:
    """Runs work before `submit` returns: tests, and the command line."""

    def submit(
        self,
        work: Callable[[Context], T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        progress: Callable[[float, str], None] | None = None,
        cancelled: Callable[[], None] | None = None,
    ) -> JobHandle:
        """Run work now; see `JobRunner.submit`."""
        job = Job(work, Callbacks(done, failed, progress, cancelled), lambda call: call())
        job.run()
        return job.handle


class NewestWins:
    """Runs only the newest of a kind of work: live drawing and live simulation.

    A new submission cancels the one before; results of a cancelled one are dropped.
    """

    def __init__(self, runner: JobRunner) -> None:
        self._runner = runner
        self._handle: JobHandle | None = None
        self._number = 0

    def submit(
        self,
        work: Callable[[Context], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
        progress: Callable[[float, str], None] | None = None,
    ) -> JobHandle:
        """Start work in place of the one before; older work calls nobody."""
        self.cancel()
        self._number += 1
        number = self._number
        self._handle = self._runner.submit(
            work,
            done=self._current(number, done),
            failed=None if failed is None else self._current(number, failed),
            progress=None if progress is None else self._current(number, progress),
        )
        return self._handle

    def cancel(self) -> None:
        """Stop the running work, if any."""
        self._number += 1
        if self._handle is not None:
            self._handle.cancel()

    def _current(self, number: int, callback: Callable[..., None]) -> Callable[..., None]:
        def call(*told: Any) -> None:
            if number == self._number:
                callback(*told)

        return call

"""What every job runner must do; used for the inline one here and for Qt's in the GUI tests.

``wait(condition)`` lets the runner's thread and event loop go on until the condition holds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from emadina_gis.errors import MissingInput
from emadina_gis.progress import Context
from emadina_gis.session.jobs import JobHandle, JobRunner, JobState

Wait = Callable[[Callable[[], bool]], None]


class Told:
    """Notes what a runner tells, in order, and on which thread."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, object]] = []
        self.threads: set[int] = set()

    def note(self, name: str, value: object = None) -> None:
        self.threads.add(threading.get_ident())
        self.calls.append((name, value))

    @property
    def ends(self) -> list[str]:
        return [name for name, _ in self.calls if name != "progress"]

    def submit(self, runner: JobRunner, work: Callable[[Context], object]) -> JobHandle:
        return runner.submit(
            work,
            done=lambda result: self.note("done", result),
            failed=lambda error: self.note("failed", error),
            progress=lambda fraction, phase: self.note("progress", (fraction, phase)),
            cancelled=lambda: self.note("cancelled"),
        )


def finished(handle: JobHandle) -> Callable[[], bool]:
    return lambda: handle.is_finished


def law_result(runner: JobRunner, wait: Wait) -> None:
    told = Told()

    def work(ctx: Context) -> int:
        ctx.report(0.5, "half")
        return 42

    handle = told.submit(runner, work)
    wait(lambda: handle.is_finished)
    assert told.calls == [("progress", (0.5, "half")), ("done", 42)]
    assert handle.state is JobState.SUCCEEDED
    handle.cancel()
    assert handle.state is JobState.SUCCEEDED
    assert told.threads == {threading.get_ident()}


def law_failure(runner: JobRunner, wait: Wait) -> None:
    for error in (MissingInput("outcome.no-parcels"), ZeroDivisionError("x")):
        told = Told()

        def work(_ctx: Context, error: Exception = error) -> None:
            raise error

        handle = told.submit(runner, work)
        wait(finished(handle))
        assert told.calls == [("failed", error)]
        assert handle.state is JobState.FAILED


def law_cancel_from_inside(runner: JobRunner, wait: Wait) -> None:
    told = Told()

    def work(ctx: Context) -> str:
        ctx.report(0.1)
        ctx.cancel()
        ctx.report(0.2)
        return "never"

    handle = told.submit(runner, work)
    wait(lambda: handle.is_finished)
    assert told.ends == ["cancelled"]
    assert handle.state is JobState.CANCELLED


def law_cancel_noticed_late(runner: JobRunner, wait: Wait) -> None:
    """Work that never looks is cancelled all the same: its result is dropped."""
    told = Told()

    def work(ctx: Context) -> str:
        ctx.cancel()
        return "too late"

    handle = told.submit(runner, work)
    wait(lambda: handle.is_finished)
    assert told.ends == ["cancelled"]


def law_one_end_each(runner: JobRunner, wait: Wait) -> None:
    """Many jobs, each with exactly one end and no progress after it."""
    notes = [Told() for _ in range(12)]

    def work_of(number: int) -> Callable[[Context], object]:
        def work(ctx: Context) -> int:
            ctx.report(0.3)
            if number % 3 == 1:
                raise ValueError(number)
            if number % 3 == 2:
                ctx.cancel()
            ctx.report(0.9)
            return number

        return work

    handles = [told.submit(runner, work_of(n)) for n, told in enumerate(notes)]
    wait(lambda: all(handle.is_finished for handle in handles))
    expected = ["done", "failed", "cancelled"]
    for number, told in enumerate(notes):
        assert told.ends == [expected[number % 3]]
        assert told.calls[-1][0] == expected[number % 3]


def law_without_listeners(runner: JobRunner, wait: Wait) -> None:
    for work in (lambda ctx: ctx.report(0.5), lambda ctx: 1 / 0, lambda ctx: ctx.cancel()):
        handle = runner.submit(work)
        wait(finished(handle))


LAWS = (
    law_result,
    law_failure,
    law_cancel_from_inside,
    law_cancel_noticed_late,
    law_one_end_each,
    law_without_listeners,
)

"""The runner with threads: answers on the main thread, progress, failure, cancel; like inline."""

from __future__ import annotations

import threading

import pytest

from emadina_gis.app.jobs_qt import QtRunner
from emadina_gis.errors import EmptyInput
from emadina_gis.session.jobs import InlineRunner, JobState, NewestWins


@pytest.fixture(params=["inline", "qt"])
def runner(request, qapp):
    if request.param == "inline":
        yield InlineRunner()
        return
    made = QtRunner()
    yield made
    made.stop()


def ended(qtbot, handle):
    qtbot.waitUntil(lambda: handle.is_finished, timeout=5_000)


def test_the_result_comes_on_the_main_thread(qtbot, runner):
    told = []
    handle = runner.submit(
        lambda ctx: 6 * 7, done=lambda value: told.append((value, threading.current_thread()))
    )
    ended(qtbot, handle)
    assert told == [(42, threading.main_thread())]
    assert handle.state is JobState.SUCCEEDED


def test_a_failure_is_told_as_it_was_raised(qtbot, runner):
    told = []

    def work(ctx):
        raise EmptyInput("render.nothing")

    ended(qtbot, runner.submit(work, failed=told.append))
    assert [error.code for error in told] == ["render.nothing"]


def test_progress_comes_before_the_end(qtbot, runner):
    told = []

    def work(ctx):
        ctx.report(0.5, "phase.reading")
        return "end"

    ended(
        qtbot,
        runner.submit(work, done=told.append, progress=lambda part, phase: told.append(part)),
    )
    assert told == [0.5, "end"]


def test_newest_wins(qtbot, runner):
    told = []
    newest = NewestWins(runner)
    newest.submit(lambda ctx: "old", done=told.append)
    ended(qtbot, newest.submit(lambda ctx: "new", done=told.append))
    assert told[-1] == "new"


def test_a_shown_job_is_listed_and_cancelled(qtbot, qapp):
    runner = QtRunner()
    told = []
    begun = threading.Event()

    def work(ctx):
        begun.set()
        while True:
            ctx.check()

    handle = runner.submit_shown("job.reading", work, cancelled=lambda: told.append("cancelled"))
    assert [job.title for job in runner.shown] == ["job.reading"]
    assert begun.wait(5)
    assert runner.cancel_shown()
    ended(qtbot, handle)
    assert told == ["cancelled"]
    assert runner.shown == ()
    assert not runner.cancel_shown()
    runner.stop()


def test_progress_is_passed_on_twenty_times_a_second_at_most(qtbot, qapp):
    runner = QtRunner()
    told = []

    def work(ctx):
        for index in range(5_000):
            ctx.report(index / 5_000)

    ended(qtbot, runner.submit(work, progress=lambda part, phase: told.append(part)))
    assert len(told) < 1_000
    runner.stop()


def test_work_asked_for_after_the_end_never_begins(qtbot):
    runner, begun = QtRunner(), []
    runner.stop()
    runner.submit(begun.append)
    assert not runner.is_busy
    assert begun == []

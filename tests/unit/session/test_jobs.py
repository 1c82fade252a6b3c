"""The inline runner keeps the laws of jobs; only the newest work is heard."""

from __future__ import annotations

import pytest

from emadina_gis.progress import Context
from emadina_gis.session.jobs import Callbacks, InlineRunner, Job, JobState, NewestWins
from tests.job_laws import LAWS, Told


def at_once(condition):
    assert condition()


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_inline_runner(law):
    law(InlineRunner(), at_once)


class LateRunner:
    """Runs nothing until told to, as threads may."""

    def __init__(self):
        self.jobs = []

    def submit(self, work, *, done=None, failed=None, progress=None, cancelled=None):
        job = Job(work, Callbacks(done, failed, progress, cancelled), lambda call: call())
        self.jobs.append(job)
        return job.handle

    def run(self):
        while self.jobs:
            self.jobs.pop(0).run()


def test_a_job_cancelled_while_queued_never_works():
    runner, told, worked = LateRunner(), Told(), []
    handle = told.submit(runner, lambda ctx: worked.append(1))
    assert handle.state is JobState.QUEUED
    handle.cancel()
    runner.run()
    assert told.ends == ["cancelled"]
    assert worked == []


def test_a_cancel_before_the_delivery_of_the_result_wins():
    waiting, told = [], Told()
    job = Job(
        lambda ctx: 1,
        Callbacks(lambda r: told.note("done", r), cancelled=lambda: told.note("cancelled")),
        waiting.append,
    )
    job.run()
    job.handle.cancel()
    for call in waiting:
        call()
    assert told.ends == ["cancelled"]


def test_progress_after_the_end_is_not_told():
    contexts, told = [], Told()
    told.submit(InlineRunner(), contexts.append)
    contexts[0].report(0.7)
    assert told.ends == ["done"]
    assert len(told.calls) == 1


def test_only_the_newest_is_heard():
    runner, heard = LateRunner(), []
    newest = NewestWins(runner)

    def failing(ctx: Context) -> None:
        raise ValueError

    newest.submit(lambda ctx: "old", done=heard.append, progress=lambda *_: heard.append("p"))
    newest.submit(failing, done=heard.append, failed=lambda e: heard.append("failed"))
    newest.submit(lambda ctx: (ctx.report(0.5), "new")[1], done=heard.append,
                  progress=lambda f, p: heard.append(f))  # fmt: skip
    runner.run()
    assert heard == [0.5, "new"]
    newest.submit(lambda ctx: "last", done=heard.append)
    newest.cancel()
    runner.run()
    assert heard == [0.5, "new"]

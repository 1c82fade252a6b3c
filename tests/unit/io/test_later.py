"""Work that nobody waits for: done in order, one at a time, dropped when the program ends."""

from __future__ import annotations

import threading
import time

import pytest

from emadina_gis.io.later import Later


def test_work_is_done_in_order_and_one_at_a_time() -> None:
    later, done, running = Later(), [], []

    def work(number: int) -> None:
        running.append(number)
        assert len(running) == 1
        time.sleep(0.001)
        running.remove(number)
        done.append(number)

    for number in range(20):
        later.do(lambda number=number: work(number))  # type: ignore[misc]
    later.wait()
    assert done == list(range(20))
    later.do(lambda: done.append(99))
    later.wait()
    assert done[-1] == 99


def test_a_pause_is_cut_short_by_who_waits() -> None:
    later, done = Later(pause_s=60.0), []
    later.do(lambda: done.append(1))
    later.do(lambda: done.append(2))
    assert not done
    later.wait()
    assert done == [1, 2]


def test_what_was_dropped_is_not_done() -> None:
    later, done = Later(pause_s=60.0), []
    for number in range(3):
        later.do(lambda number=number: done.append(number))  # type: ignore[misc]
    later.drop()
    later.wait()
    assert not done


def test_work_that_fails_does_not_stop_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    later, done = Later(), threading.Event()

    def fail() -> None:
        raise RuntimeError("a bug")

    later.do(fail)
    later.do(done.set)
    later.wait()
    for thread in threading.enumerate():
        if thread.name == "cache":
            thread.join()
    assert done.is_set()
    assert len(told) == 1

"""Long work goes behind the window."""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from emadina_gis.progress import BEHIND, give_way

#: No thread stands further behind.
LAST = 19


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def niceness_after_giving_way() -> int:
    give_way()
    return niceness()


@pytest.mark.skipif(sys.platform != "linux", reason="threads share one priority elsewhere")
def test_a_thread_that_gives_way_stands_behind_the_one_that_started_it() -> None:
    before = niceness()
    with ThreadPoolExecutor(1) as pool:
        behind = pool.submit(niceness_after_giving_way).result()
    assert behind == min(before + BEHIND, LAST)
    assert niceness() == before


@pytest.mark.skipif(sys.platform != "linux", reason="threads share one priority elsewhere")
def test_what_a_thread_behind_starts_is_behind_too() -> None:
    def started_niceness() -> int:
        give_way()
        with ThreadPoolExecutor(1) as inner:
            return inner.submit(niceness).result()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(started_niceness).result() == min(niceness() + BEHIND, LAST)


def test_giving_way_does_nothing_where_threads_share_one_priority(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "other")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(give_way).result()

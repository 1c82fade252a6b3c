"""``Later``: work that nobody waits for, as writing to a cache; knows nothing of the work."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from emadina_gis.progress import give_way

if TYPE_CHECKING:
    from collections.abc import Callable


def _nothing() -> None:
    """Do nothing, in place of work that was dropped."""


class Later:
    """Does work one after the other, each in a thread that never keeps the program alive.

    Parameters
    ----------
    pause_s : float
        How long each work leaves the machine to what is more urgent.
    """

    def __init__(self, pause_s: float = 0.0) -> None:
        self._pause_s = pause_s
        self._hurry = False
        self._works: deque[Callable[[], object]] = deque()
        self._idle = threading.Condition()
        self._busy = False

    def do(self, work: Callable[[], object]) -> None:
        """Do some work soon."""
        with self._idle:
            self._works.append(work)
            if not self._busy:
                self._busy = True
                self._start()

    def _start(self) -> None:
        threading.Thread(target=self._run, name="cache", daemon=True).start()

    def _run(self) -> None:
        give_way()
        with self._idle:
            self._idle.wait_for(lambda: self._hurry or not self._works, self._pause_s)
            work = self._works.popleft() if self._works else _nothing
        try:
            work()
        finally:
            del work
            with self._idle:
                self._busy = bool(self._works)
                if self._busy:
                    self._start()
                self._idle.notify_all()

    def drop(self) -> None:
        """Forget what was not begun."""
        with self._idle:
            self._works.clear()
            self._idle.notify_all()

    def wait(self) -> None:
        """Wait until nothing is left to do."""
        with self._idle:
            self._hurry = True
            self._idle.notify_all()
            self._idle.wait_for(lambda: not self._busy)
            self._hurry = False

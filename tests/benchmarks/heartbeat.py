"""A heart that beats on the main thread, and a thread that asks for Python's lock.

A gap between two beats is how long an event would have waited; the longest wait of the thread is
how long the lock was held, by whatever thread. Each gap is told as what it is longer than a beat.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

import numpy as np

BEAT_MS = 2
LOCK_S = 0.002


class Heartbeat:
    """Gaps of the main thread and waits for the lock while a block runs.

    Attributes
    ----------
    gaps_s, waits_s : ndarray of float
        Beyond the beat; one for each beat.
    worked_s : ndarray of float
        What the main thread itself computed in each gap: other programs are not in it.
    """

    def __init__(self):
        self.gaps_s = np.zeros(1)
        self.worked_s = np.zeros(1)
        self.waits_s = np.zeros(1)

    @property
    def longest_s(self):
        """The longest stall of the main thread."""
        return float(self.gaps_s.max())

    @property
    def longest_work_s(self):
        """The most that the main thread computed between two beats."""
        return float(self.worked_s.max())

    @property
    def p999_s(self):
        """What 999 of 1000 moments waited at most: each stall weighs as long as it lasts.

        An event may come at any moment of a stall, so that moments are counted, not beats.
        """
        return _moment_quantile(self.gaps_s, 0.999)

    @property
    def lock_s(self):
        """The longest that a thread waited for the lock."""
        return float(self.waits_s.max())

    @contextmanager
    def listening(self):
        """Beat while the block runs; an event loop must run in it."""
        from PySide6.QtCore import Qt, QTimer

        beats, waits, over = [_now()], [], threading.Event()
        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(lambda: beats.append(_now()))
        thread = threading.Thread(target=_ask, args=(waits, over), daemon=True)
        timer.start(BEAT_MS)
        thread.start()
        try:
            yield self
        finally:
            timer.stop()
            over.set()
            thread.join()
            beats.append(_now())
            gaps, self.worked_s = np.diff(np.array(beats), axis=0).T
            self.gaps_s = np.maximum(gaps - BEAT_MS / 1000, 0.0)
            self.waits_s = np.maximum(np.array(waits or [LOCK_S]) - LOCK_S, 0.0)


def _now():
    return time.perf_counter(), time.thread_time()


def _ask(waits, over):
    while not over.is_set():
        begun = time.perf_counter()
        time.sleep(LOCK_S)
        waits.append(time.perf_counter() - begun)


def _moment_quantile(gaps_s, share):
    """Return how long a moment waits until the next beat, for a share of all moments."""
    gaps = np.sort(gaps_s + BEAT_MS / 1000)
    # Of a gap g, the moments that wait longer than w are g - w: find w with (1 - share) of them.
    wanted = (1 - share) * gaps.sum()
    longer = np.cumsum(gaps[::-1]) - gaps[::-1] * np.arange(1, len(gaps) + 1)
    last = int(np.searchsorted(longer, wanted))
    counted = gaps[::-1][:last]
    return max(float((counted.sum() - wanted) / max(last, 1)), 0.0)

"""``Context``: progress and cancel handed into long work; no Qt, no threads of its own.

`give_way` lets the window go before such work.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from emadina_gis.errors import JobCancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    ProgressListener = Callable[[float, str], None]


#: How far long work stands behind the window, in steps of niceness.
BEHIND = 10


class NamedPhase(str):
    """A phase whose sentence names something: the page that is drawn, the file that is read.

    Parameters
    ----------
    key : str
        A ``words`` key.
    **params : object
        Values that the sentence names.
    """

    __slots__ = ("params",)
    params: dict[str, object]

    def __new__(cls, key: str, **params: object) -> Self:
        """Return the phase of a key, with the values that its sentence names."""
        made = super().__new__(cls, key)
        made.params = params
        return made


def phase_params(phase: str) -> dict[str, object]:
    """Return the values that the sentence of a phase names."""
    return phase.params if isinstance(phase, NamedPhase) else {}


class Context:
    """Progress reporting and cancellation for one piece of work.

    Parameters
    ----------
    listener : callable, optional
        Called as ``listener(fraction, phase)``; fraction in [0, 1], phase a ``words`` key.
    """

    def __init__(self, listener: ProgressListener | None = None) -> None:
        self._listener = listener
        self._cancelled = threading.Event()

    def report(self, fraction: float, phase: str = "") -> None:
        """Say how far the work is, and stop it when it was cancelled.

        Raises
        ------
        JobCancelled
            If somebody called `cancel`.
        """
        self.check()
        if self._listener is not None:
            self._listener(min(max(fraction, 0.0), 1.0), phase)

    def check(self) -> None:
        """Raise `JobCancelled` if the work was cancelled."""
        if self._cancelled.is_set():
            raise JobCancelled

    def cancel(self) -> None:
        """Ask the work to stop at its next check."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether a cancel was asked for."""
        return self._cancelled.is_set()

    def part(self, start: float, end: float) -> Context:
        """Return a context that maps its [0, 1] into [start, end] of this one."""
        return _PartContext(self, start, end)


class _PartContext(Context):
    def __init__(self, whole: Context, start: float, end: float) -> None:
        super().__init__()
        self._whole = whole
        self._start = start
        self._span = end - start

    def report(self, fraction: float, phase: str = "") -> None:
        inside = min(max(fraction, 0.0), 1.0)
        self._whole.report(self._start + self._span * inside, phase)

    def check(self) -> None:
        self._whole.check()

    def cancel(self) -> None:
        self._whole.cancel()

    @property
    def cancelled(self) -> bool:
        return self._whole.cancelled


class _NullContext(Context):
    """A context nobody listens to and nobody can cancel."""

    def cancel(self) -> None:
        return


NULL_CONTEXT: Context = _NullContext()


def give_way() -> None:
    """Let the window go before this thread and those it starts, where both want a processor.

    Linux gives each thread a priority of its own; other systems share one, which stays as it is.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with suppress(OSError):  # a sandbox that forbids it: then all are equal
            niceness = os.getpriority(os.PRIO_PROCESS, thread)
            os.setpriority(os.PRIO_PROCESS, thread, niceness + BEHIND)

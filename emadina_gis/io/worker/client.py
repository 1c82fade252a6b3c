"""One worker process as this program sees it: started, asked, listened to, killed.

Knows nothing of what is asked. A worker that dies, falls silent or says what is no message is
killed, and that is told as a `Loss`.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.io.worker import SWITCH, folders
from emadina_gis.io.worker.frames import DamagedFrame, Message, read_frame, write_frame
from emadina_gis.io.worker.limits import MEMORY_STATUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.progress import Context

#: A cancel is looked for so often.
STEP_S = 0.05
START_S = 60.0
_END_S = 2.0
_NO_WINDOW = 0x08000000
#: What a worker inherits: where libraries lie. No settings of GDAL or PROJ, no keys, no home.
_INHERITED = (
    "DYLD_LIBRARY_PATH",
    "LD_LIBRARY_PATH",
    "PATH",
    "PYTHONHOME",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "WINDIR",
)


def command() -> list[str]:
    """Return how this program is started to be a worker; the private folder follows."""
    if getattr(sys, "frozen", False):
        return [sys.executable, SWITCH]
    return [sys.executable, "-P", "-m", "emadina_gis", SWITCH]


def environment(folder: Path) -> dict[str, str]:
    """Return the variables of a worker: its own home and temporary folder, and few others."""
    kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    own = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(folder))
    return {
        **kept,
        **own,
        "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "LANG": "C.UTF-8",
        # One process reads one file: no pool of threads, and memory that can be counted.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }


class WorkerDied(Exception):
    """The process ended before it took the question."""


class Reason(StrEnum):
    """Why there is no answer."""

    NOT_STARTED = "not-started"
    DIED = "died"
    TOO_LONG = "too-long"
    MEMORY = "memory"


class Loss(Exception):
    """A worker was lost, with the question it was asked."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class WorkerProcess:
    """A worker, starting or ready. Use it from one thread at a time."""

    def __init__(self, started_by: Sequence[str]) -> None:
        self.folder = folders.private_folder()
        self.rooms: frozenset[Path] = frozenset()
        self.walls: frozenset[str] = frozenset()
        self._is_ready = False
        self._messages: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        try:
            self._process = self._started(started_by)
        except OSError as exc:
            folders.remove(self.folder)
            raise Loss(Reason.NOT_STARTED, str(exc)) from exc
        self._listener = threading.Thread(target=self._listen, daemon=True, name="worker-pipe")
        self._listener.start()

    def _started(self, started_by: Sequence[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own program
            [*started_by, str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env=environment(self.folder),
            bufsize=0,
            # No window of its own, and no part in what is typed where the program was started.
            creationflags=_NO_WINDOW if os.name == "nt" else 0,
            start_new_session=os.name != "nt",
        )

    def _listen(self) -> None:
        assert self._process.stdout is not None
        handle = self._process.stdout.fileno()
        with suppress(OSError, ValueError, DamagedFrame):
            while (message := read_frame(handle)) is not None:
                self._messages.put(message)
        self._messages.put(None)

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def wait_ready(self, ctx: Context) -> None:
        """Wait until the worker has loaded its libraries.

        Raises
        ------
        Loss
            Where it does not come up.
        """
        if self._is_ready:
            return
        message = self._next(ctx, time.monotonic() + START_S)
        if message is None or message.get("kind") != "ready":
            raise Loss(Reason.NOT_STARTED, self._ending())
        self.walls = frozenset(str(wall) for wall in message.get("walls", ()))
        self._is_ready = True

    def ask(self, message: Message, silence_s: float, ctx: Context) -> Message:
        """Send a question and return the answer; progress is passed on.

        Raises
        ------
        WorkerDied
            Where the process was dead before it was asked.
        Loss
            Where it ended since, or was killed because nothing came from it.
        """
        assert self._process.stdin is not None
        try:
            write_frame(self._process.stdin.fileno(), message)
        except (OSError, ValueError) as exc:
            raise WorkerDied from exc
        if self._next(ctx, time.monotonic() + silence_s) is None:
            raise WorkerDied
        while True:
            answer = self._next(ctx, time.monotonic() + silence_s)
            if answer is None:
                raise self._death()
            if answer.get("kind") != "progress":
                return answer
            ctx.report(_fraction(answer.get("fraction")), str(answer.get("phase", "")))

    def _next(self, ctx: Context, until_s: float) -> Message | None:
        """Return the next message; None when the process is no more."""
        while True:
            try:
                return self._messages.get(timeout=STEP_S)
            except queue.Empty:
                ctx.check()
                if time.monotonic() > until_s:
                    self.kill()
                    raise Loss(Reason.TOO_LONG) from None

    def _death(self) -> Loss:
        """Say why the process ended, from its status."""
        status = self._status()
        if status == MEMORY_STATUS:
            return Loss(Reason.MEMORY)
        if os.name == "posix" and status == -signal.SIGXCPU:
            return Loss(Reason.TOO_LONG)
        return Loss(Reason.DIED, self._ending())

    def _status(self) -> int:
        try:
            return self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self.kill()
            return self._process.wait()

    def _ending(self) -> str:
        """Return the name of the signal that ended the process, or its status."""
        status = self._status()
        with suppress(ValueError):
            return signal.Signals(-status).name
        return str(status)

    def kill(self) -> None:
        """End the process at once."""
        with suppress(OSError):
            self._process.kill()

    def end(self) -> None:
        """End the process and remove everything that it left."""
        self.kill()
        waiting = threading.Thread(target=self._process.wait, name="worker-end", daemon=True)
        waiting.start()  # Python's own wait with a limit looks only now and then
        waiting.join(_END_S)
        self._listener.join(_END_S)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        folders.remove(self.folder)


def _fraction(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else 0.0

"""The worker itself: this program started again, which answers questions until its pipe ends.

Started by `client`, which names its private folder. Builds its walls, loads the libraries, says
that it is ready, then reads one file after the other. Whatever goes wrong is answered, or the
process dies: both are for the other side to tell.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from emadina_gis.domain.unseen import unseen
from emadina_gis.io.worker.confinement import confine, confine_reading
from emadina_gis.io.worker.frames import DamagedFrame, Message, read_frame, write_frame
from emadina_gis.io.worker.limits import Allowance, Limits, forbid_dumps, resident_bytes
from emadina_gis.progress import give_way

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.io.worker.operations import Operation

_REPORT_S = 0.05
_LAST_LINES = 3


def main(folder: str, more: Mapping[str, Operation] | None = None) -> int:
    """Build the walls before anything else is loaded, then answer until told to end.

    Parameters
    ----------
    more : mapping, optional
        Operations besides the usual ones.
    """
    give_way()
    forbid_dumps()
    walls = confine(Path(folder))
    pipe = _Pipe()
    from emadina_gis.io.worker.operations import OPERATIONS

    _load_libraries()
    return _serve(pipe, {**OPERATIONS, **(more or {})}, Path(folder), walls)


class _Pipe:
    """Questions from standard input, answers to what was standard output.

    Nothing that a library prints can come between: the two standard streams lead nowhere.
    """

    def __init__(self) -> None:
        self._from = os.dup(0)
        self._to = os.dup(1)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        os.close(nowhere)
        self._questions: SimpleQueue[Message] = SimpleQueue()
        threading.Thread(target=self._listen, daemon=True, name="questions").start()

    def _listen(self) -> None:
        """Collect questions; when the other side is gone there is nobody to answer: end at once."""
        try:
            while (message := read_frame(self._from)) is not None:
                self._questions.put(message)
        except (OSError, DamagedFrame):
            os._exit(1)
        os._exit(0)

    def next(self) -> Message:
        return self._questions.get()

    def say(self, message: Message) -> None:
        write_frame(self._to, message)


def _load_libraries() -> None:
    """Load what parsing needs, so that the first file does not wait for it."""
    import ezdxf  # noqa: F401
    import openpyxl  # noqa: F401
    import pyarrow.feather
    import pyarrow.parquet  # noqa: F401
    import rasterio  # noqa: F401

    with unseen("pandas", "geopandas"):  # 30 MB and half a second for what is never asked
        import pyogrio.raw
    pyogrio.list_drivers()


def _serve(
    pipe: _Pipe, operations: Mapping[str, Operation], folder: Path, walls: frozenset[str]
) -> int:
    """Answer questions one by one; returns when told to end."""
    limits = Limits()
    limits.begin()
    confined = False
    pipe.say({"kind": "ready", "walls": sorted(walls)})
    while True:
        message = pipe.next()
        if message["kind"] == "end":
            return 0
        if not confined:
            rooms = [Path(room) for room in message["rooms"]]
            confine_reading([folder, *rooms])
            confined = True
        pipe.say({"kind": "taken"})
        allowance = Allowance(**message["allowance"])
        limits.take(allowance)
        pipe.say(_answered(message, operations, _Reporter(pipe, limits, allowance), folder))
        limits.rest()


class _Reporter:
    """Passes progress on, and gives computing time anew; not more than 20 times a second."""

    def __init__(self, pipe: _Pipe, limits: Limits, allowance: Allowance) -> None:
        self._pipe = pipe
        self._limits = limits
        self._allowance = allowance
        self._last_s = 0.0
        self._phase = ""

    def __call__(self, fraction: float, phase: str) -> None:
        now_s = time.monotonic()
        if now_s - self._last_s < _REPORT_S and phase == self._phase:
            return
        self._last_s, self._phase = now_s, phase
        self._limits.progressed(self._allowance)
        self._pipe.say({"kind": "progress", "fraction": fraction, "phase": phase})


def _answered(
    message: Message, operations: Mapping[str, Operation], reporter: _Reporter, folder: Path
) -> Message:
    from emadina_gis.errors import EmadinaError
    from emadina_gis.io.value_codec import decoded, encoded
    from emadina_gis.io.worker.operations import Failure, Question
    from emadina_gis.progress import Context

    try:
        operation = operations[message["operation"]]
        asked = decoded(Question, message["question"])
        answer = operation.work(asked, Context(reporter))
        tree = operation.sent(answer, folder / message["target"])
        return {"kind": "answer", "answer": tree, "size": resident_bytes()}
    except EmadinaError as error:
        return {"kind": "failure", "failure": encoded(Failure.of(error))}
    except MemoryError:
        return {"kind": "memory"}
    except Exception as error:  # noqa: BLE001 - the border of the process: a bug is told, not lost
        return {"kind": "bug", "detail": _where(error)}


def _where(error: BaseException) -> str:
    import traceback

    lines = traceback.format_exception(error)[-_LAST_LINES:]
    return " | ".join(line.strip().replace("\n", " ") for line in lines)[:1000]

"""A worker that can also be asked to misbehave: what a parser may do when a file breaks it.

Started by the tests in place of the program; the product knows nothing of these operations.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from emadina_gis.io.worker.operations import Operation, Question
from emadina_gis.progress import Context


@dataclass(frozen=True)
class Told:
    """What an odd operation answers."""

    text: str


@dataclass(frozen=True)
class Other:
    """Not what was asked for."""

    number: int


def _attempted(attempt: Callable[[], object]) -> Told:
    try:
        return Told(f"done: {attempt()}")
    except OSError as exc:
        return Told(f"refused: {type(exc).__name__}")


def _loop(_asked: Question, _ctx: Context) -> Told:
    while True:
        pass


def _silence(_asked: Question, ctx: Context) -> Told:
    ctx.report(0.1, "phase.reading")
    time.sleep(1_000)
    return Told("")


def _progress(_asked: Question, ctx: Context) -> Told:
    for step in range(20):
        ctx.report(step / 20, "phase.reading")
        time.sleep(0.06)
    return Told("done")


def _grow(_asked: Question, _ctx: Context) -> Told:
    held = []
    while True:
        held.append(bytearray(os.urandom(1 << 20) * 8))


def _jump(_asked: Question, _ctx: Context) -> Told:
    return Told(str(len(bytearray(1 << 36))))


def _die(_asked: Question, _ctx: Context) -> Told:
    os.kill(os.getpid(), signal.SIGSEGV)
    return Told("")


def _bug(_asked: Question, _ctx: Context) -> Told:
    raise RuntimeError("a case that nobody thought of")


def _lie(_asked: Question, _ctx: Context) -> Other:
    return Other(7)


def _connect(asked: Question, _ctx: Context) -> Told:
    port = int(asked.layer or 0)
    return _attempted(lambda: socket.create_connection(("127.0.0.1", port), timeout=2))


def _start(_asked: Question, _ctx: Context) -> Told:
    return _attempted(lambda: subprocess.run([sys.executable, "-c", ""], check=True))


def _read(asked: Question, _ctx: Context) -> Told:
    return _attempted(lambda: len(Path(asked.layer or "").read_bytes()))


def _write(asked: Question, _ctx: Context) -> Told:
    return _attempted(lambda: Path(asked.layer or "").write_text("x"))


def _fill(_asked: Question, _ctx: Context) -> Told:
    def fill() -> int:
        with Path("big").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, 1 << 38)
        return 0

    return _attempted(fill)


def _variables(_asked: Question, _ctx: Context) -> Told:
    return Told("\n".join(f"{name}={value}" for name, value in sorted(os.environ.items())))


def _where(_asked: Question, _ctx: Context) -> Told:
    return Told(str(Path.cwd()))


OPERATIONS = {
    work.__name__.strip("_"): Operation(work, Told)
    for work in (
        _loop, _silence, _progress, _grow, _jump, _die, _bug, _lie, _connect, _start, _read,
        _write, _fill, _variables, _where,
    )
}  # fmt: skip

#: Started with this argument, a worker dies of every file.
DYING = "dying"
_USUAL = ("describe", "read_layer", "describe_raster", "examine_raster")

if __name__ == "__main__":
    from emadina_gis.io.worker.process import main

    dying = dict.fromkeys(_USUAL, Operation(_die, Told)) if DYING in sys.argv else {}
    sys.exit(main(sys.argv[-1], {**OPERATIONS, **dying}))

"""Processes that inspect files one after the other, with limits on time and memory.

A process serves many files, so that thousands can be tried; it is replaced when it dies, hangs or
has grown. Used by the corpus of hard files and by the mutation fuzz.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import queue
import resource
import selectors
import subprocess
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

MB = 1024**2
TIME_LIMIT_S = 10.0
MEMORY_LIMIT_BYTES = 1024 * MB
_RENEWED_ABOVE_BYTES = 420 * MB
_START_S = 60.0
_ROOT = Path(__file__).resolve().parent.parent
_SWITCH = "--inspect-files"


@dataclass(frozen=True)
class Outcome:
    """How the inspection of one file ended.

    Attributes
    ----------
    report : dict
        What ``inspect --json`` would print; empty where the process failed.
    failure : str
        ``crash``, ``hang``, ``memory`` or ``error`` with its traceback; empty where there is none.
    printed : str
        What was written to standard error.
    """

    path: Path
    report: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    peak_mb: float = 0.0
    failure: str = ""
    printed: str = ""

    @property
    def readable(self) -> bool:
        """Whether something was read."""
        return bool(self.report.get("readable"))

    @property
    def layers(self) -> list[dict[str, Any]]:
        """The layers of the report."""
        return list(self.report.get("layers", []))

    @property
    def problems(self) -> list[dict[str, Any]]:
        """The problems of the file and of all its layers."""
        inner = [problem for layer in self.layers for problem in layer["problems"]]
        return [*self.report.get("problems", []), *inner]

    @property
    def codes(self) -> set[str]:
        """Codes of all problems."""
        return {str(problem["code"]) for problem in self.problems}


def unbalanced(outcome: Outcome) -> list[str]:
    """Return the layers in which rows read and rows reported are fewer than rows declared."""
    lost = []
    for layer in outcome.layers:
        declared, read = layer.get("declared"), layer["features"]
        if declared is None or read >= declared:
            continue
        told = sum(int(problem["count"]) for problem in layer["problems"])
        if read + told < declared:
            lost.append(f"{layer['name']}: {read} read + {told} told < {declared} declared")
    return lost


class _Process:
    """One process and the pipe to it."""

    def __init__(self, home: Path) -> None:
        environment = {**os.environ, "EMADINA_HOME": str(home), "PYTHONPATH": str(_ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.file_readers", _SWITCH],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=_ROOT,
        )
        self.answer(_START_S)

    def ask(self, path: Path, limit_s: float) -> dict[str, Any] | None:
        """Return the answer about a file; None where the process gave none in time."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(str(path)).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return None
        return self.answer(limit_s)

    def answer(self, limit_s: float) -> dict[str, Any] | None:
        """Return the next line of the process."""
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(limit_s):
                return None
        line = self.process.stdout.readline()
        return dict(json.loads(line)) if line else None

    def end(self) -> int | None:
        """Kill the process and return its exit status if it had ended by itself."""
        status = self.process.poll()
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        return status


class FileReaders:
    """Some processes that inspect files side by side.

    Parameters
    ----------
    home : Path
        Personal folder of the processes.
    """

    def __init__(self, home: Path, count: int = 2, limit_s: float = TIME_LIMIT_S) -> None:
        self._home = home
        self._count = count
        self._limit_s = limit_s
        self._stop = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()

    def inspect(self, paths: Iterable[Path]) -> Iterator[Outcome]:
        """Give the outcome of each file, as they come."""
        waiting = iter(paths)
        lock = threading.Lock()
        done: queue.Queue[Outcome | None] = queue.Queue()

        def serve() -> None:
            process: _Process | None = None
            while not self._stop.is_set():
                with lock:
                    path = next(waiting, None)
                if path is None:
                    break
                process = process or _Process(self._home)
                outcome, keep = self._one(process, path)
                done.put(outcome)
                if not keep:
                    process.end()
                    process = None
            if process:
                process.end()
            done.put(None)

        threads = [threading.Thread(target=serve) for _ in range(self._count)]
        for thread in threads:
            thread.start()
        open_threads = self._count
        try:
            while open_threads:
                outcome = done.get()
                if outcome is None:
                    open_threads -= 1
                else:
                    yield outcome
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _one(self, process: _Process, path: Path) -> tuple[Outcome, bool]:
        started = time.monotonic()
        answer = process.ask(path, self._limit_s)
        seconds = time.monotonic() - started
        if answer is None:
            status = process.end()
            hung = status is None and seconds >= self._limit_s
            return Outcome(path, seconds=seconds, failure="hang" if hung else "crash"), False
        peak = float(answer["peak_mb"])
        failure = str(answer["failure"])
        if not failure and peak * MB > MEMORY_LIMIT_BYTES:
            failure = "memory"
        outcome = Outcome(path, answer["report"], seconds, peak, failure, str(answer["printed"]))
        return outcome, peak * MB < _RENEWED_ABOVE_BYTES and not failure


def _serve() -> None:
    """Answer each path on standard input with a line of JSON."""
    warnings.simplefilter("default")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_DATA, (2 * MEMORY_LIMIT_BYTES,) * 2)
    from emadina_gis.io.inspect import inspect_file
    from emadina_gis.words import load_words

    words = load_words("en")
    _write(answers, {"ready": True})
    for line in sys.stdin:
        said = io.StringIO()
        report: dict[str, Any] = {}
        failure = ""
        with contextlib.redirect_stderr(said):
            try:
                report = inspect_file(Path(json.loads(line)), words)
                json.dumps(report, allow_nan=False)
            except MemoryError:
                failure = "memory"
            except BaseException:  # noqa: BLE001 - the parent judges
                failure = "error " + traceback.format_exc()[-1500:]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        answer = {"report": report, "failure": failure, "peak_mb": peak, "printed": said.getvalue()}
        if failure:
            answer["report"] = {}
        _write(answers, answer)


def _write(answers: Any, content: dict[str, Any]) -> None:
    answers.write(json.dumps(content) + "\n")
    answers.flush()


if __name__ == "__main__" and _SWITCH in sys.argv:
    _serve()

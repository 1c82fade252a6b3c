"""The log of the running program: a rotating file, and the trace of a crash below Python.

Owns the files in the person's state folder. What is logged names codes and counts, never titles or
people; `reports` masks it once more before anything leaves the machine.
"""

from __future__ import annotations

import faulthandler
import logging
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Self, TextIO

from emadina_gis import paths

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

LOG_NAME = "emadina.log"
CRASH_NAME = "crash.log"
MAX_BYTES = 1_000_000
KEPT_FILES = 3
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _QuietHandler(RotatingFileHandler):
    """A full disk stops the log, not the program."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - logging's name
        """Stop writing after the first failure."""
        self.setLevel(logging.CRITICAL + 1)


def log_folder() -> Path:
    """Return (and create) the folder of the logs."""
    folder = paths.user_state() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@dataclass
class RunningLog:
    """The log as it runs; close it at the end, or use it as a context.

    Attributes
    ----------
    crash_before : str
        Trace that a crash of the previous run left; empty when it ended well.
    """

    handler: logging.Handler
    crash_file: TextIO | None
    crash_before: str

    def close(self) -> None:
        """Stop logging to the files; an empty crash file means that the run ended well."""
        root = logging.getLogger()
        root.removeHandler(self.handler)
        self.handler.close()
        if self.crash_file is not None:
            faulthandler.disable()
            self.crash_file.close()
            self.crash_file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def start_logging(folder: Path | None = None, *, level: int = logging.INFO) -> RunningLog:
    """Log to a rotating file and arm `faulthandler`; a folder that refuses gives no file."""
    place = log_folder() if folder is None else folder
    crash_before = _crash_trace(place / CRASH_NAME)
    handler = _handler(place / LOG_NAME)
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(min(level, root.level or level))
    return RunningLog(handler, _armed(place / CRASH_NAME), crash_before)


def log_tail(folder: Path | None = None, *, lines: int = 400) -> str:
    """Return the last lines of the log; empty where there is none."""
    path = (log_folder() if folder is None else folder) / LOG_NAME
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def _handler(path: Path) -> logging.Handler:
    try:
        return _QuietHandler(path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
    except OSError:
        return logging.NullHandler()


def _armed(path: Path) -> TextIO | None:
    try:
        file = path.open("w", encoding="utf-8")
    except OSError:
        return None
    faulthandler.enable(file=file, all_threads=True)
    return file


def _crash_trace(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""

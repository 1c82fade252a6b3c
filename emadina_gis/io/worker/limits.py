"""How much a worker may use for one file: memory, computing time, silence, bytes written.

All grow with the size of the file, so that a cadastre of a million parcels is read and a small
file cannot take more than a small file needs. What enforces them:

- Linux: memory by ``RLIMIT_DATA`` and by a watch on the resident size; computing time by
  ``RLIMIT_CPU``; bytes of one file by ``RLIMIT_FSIZE``; open files; no core dump.
- macOS: the same calls, but the system does not enforce ``RLIMIT_DATA``; the watch does.
- Windows: none of these. Silence (below) is watched by the program itself on every system, and the
  process is killed.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MB = 1024**2
#: Exit status of a worker that stopped itself because it grew too large.
MEMORY_STATUS = 71
_OPEN_FILES = 512
_LONGEST_CPU_S = 3600
_WATCH_S = 0.02

#: For the smallest file; the interpreter and the libraries (about 200 MB) come on top.
_LEAST_MEMORY_BYTES = 640 * MB
_MOST_MEMORY_BYTES = 2200 * MB
_MEMORY_PER_BYTE = 8
_LEAST_CPU_S = 8.0
_CPU_S_PER_BYTE = 1.0 / (1 * MB)
#: Computing time leaves room for a busy machine: silence is counted by the clock on the wall.
_SILENCE_PER_CPU = 3.0
_LEAST_DISK_BYTES = 1024 * MB
_DISK_PER_BYTE = 20
#: An archive may hold this many times its size.
_ARCHIVE_FACTOR = 8
_PACKED = (".zip", ".gz", ".kmz", ".xlsx", ".ods", ".parquet", ".geoparquet", ".feather", ".pbf")


@dataclass(frozen=True)
class Allowance:
    """What the reading of one file may use.

    Attributes
    ----------
    memory_bytes : int
        Beyond what the worker had when it was ready.
    cpu_s : float
        Computing time between two signs of progress.
    silence_s : float
        Time between two signs of progress, after which the worker is killed.
    disk_bytes : int
        Largest file written in the private folder.
    """

    memory_bytes: int
    cpu_s: float
    silence_s: float
    disk_bytes: int


def allowance_for(path: Path) -> Allowance:
    """Return what the reading of a file may use, from its size and that of its companions."""
    size = _size_of(path)
    if path.suffix.lower() in _PACKED:
        size *= _ARCHIVE_FACTOR
    cpu_s = _LEAST_CPU_S + size * _CPU_S_PER_BYTE
    memory_bytes = _LEAST_MEMORY_BYTES + _MEMORY_PER_BYTE * size
    return Allowance(
        min(memory_bytes, _MOST_MEMORY_BYTES),
        cpu_s,
        _SILENCE_PER_CPU * cpu_s,
        _LEAST_DISK_BYTES + _DISK_PER_BYTE * size,
    )


def _size_of(path: Path) -> int:
    """Return the bytes of a file and of those beside it with the same stem, or of a folder."""
    with suppress(OSError, ValueError):
        folder = path if path.is_dir() else path.parent
        stem = "" if path.is_dir() else f"{path.stem}."
        with os.scandir(folder) as entries:
            return sum(
                entry.stat().st_size
                for entry in entries
                if entry.name.startswith(stem) and entry.is_file()
            )
    return 0


class Limits:
    """Holds the process that makes it to what each request allows."""

    def __init__(self) -> None:
        self._baseline_bytes = 0
        self._baseline_data_bytes = 0
        self._most_bytes = 0
        self._watch: threading.Thread | None = None

    def begin(self) -> None:
        """Take the present size for what the libraries need, and watch it from now on."""
        self._baseline_bytes = resident_bytes()
        # What RLIMIT_DATA counts is more than what is resident.
        self._baseline_data_bytes = _pages(5) or self._baseline_bytes
        self._watch = threading.Thread(target=self._watch_size, daemon=True, name="size-watch")
        self._watch.start()

    def take(self, allowance: Allowance) -> None:
        """Hold the process to an allowance until the next one."""
        self._most_bytes = self._baseline_bytes + allowance.memory_bytes
        if sys.platform != "win32":
            _set_soft(allowance, self._baseline_data_bytes + allowance.memory_bytes)

    def progressed(self, allowance: Allowance) -> None:
        """Count computing time anew: there was a sign of progress."""
        if sys.platform != "win32":
            _set_cpu(allowance.cpu_s)

    def rest(self) -> None:
        """Hold the process to nothing between two requests."""
        self._most_bytes = 0
        if sys.platform != "win32":
            _set_cpu(_LONGEST_CPU_S)

    def _watch_size(self) -> None:
        waiting = threading.Event()
        while not waiting.wait(_WATCH_S):
            most = self._most_bytes
            if most and resident_bytes() > most:
                os._exit(MEMORY_STATUS)


def resident_bytes() -> int:
    """Return the memory that this process holds; 0 where the system does not say."""
    return _pages(1) or _largest_bytes()


def _pages(column: int) -> int:
    """Return a column of what Linux says of the memory of this process, in bytes; 0 elsewhere."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - fifty times a second
            return int(file.read().split()[column]) * _PAGE_BYTES
    except (OSError, ValueError, IndexError):
        return 0


if sys.platform != "win32":
    import resource

    _PAGE_BYTES = resource.getpagesize()

    def _largest_bytes() -> int:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024

    def forbid_dumps() -> None:
        """Write no core file and open few files, from the first moment on."""
        _lower(resource.RLIMIT_CORE, 0)
        _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)

    def _lower(kind: int, most: int) -> None:
        with suppress(OSError, ValueError):
            _, hard = resource.getrlimit(kind)
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))

    def _soften(kind: int, most: int) -> None:
        with suppress(OSError, ValueError):
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(
                kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
            )

    def _set_soft(allowance: Allowance, data_bytes: int) -> None:
        _soften(resource.RLIMIT_DATA, data_bytes)
        _soften(resource.RLIMIT_FSIZE, allowance.disk_bytes)
        _set_cpu(allowance.cpu_s)

    def _set_cpu(more_s: float) -> None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent_s = used.ru_utime + used.ru_stime
        _soften(resource.RLIMIT_CPU, int(spent_s + more_s) + 1)

else:
    _PAGE_BYTES = 0

    def _largest_bytes() -> int:
        return 0

    def forbid_dumps() -> None:
        """Do nothing: the system has no such limits."""

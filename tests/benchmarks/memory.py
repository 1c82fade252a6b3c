"""Memory of this process and of all it started, shared pages counted once (PSS); Linux only."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
EVERY_S = 0.1


def family(pid):
    """Return a process and all that descend from it."""
    parents = {}
    for entry in PROC.glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            after_name = entry.read_text().rpartition(")")[2].split()
            parents.setdefault(int(after_name[1]), []).append(int(entry.parent.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += parents.get(found[-1], [])
    return found


def pss_bytes(pid):
    """Return the proportional memory of a process; 0 where it is gone."""
    with suppress(OSError):
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


class PeakMemory:
    """Samples a process and its descendants in a thread while the context lasts.

    `peak_bytes` is None where the system does not tell.
    """

    def __init__(self, pid):
        self.peak_bytes = None
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        if (PROC / str(self._pid) / "smaps_rollup").is_file():
            self.peak_bytes = 0
            self._thread.start()
        return self

    def __exit__(self, *_error):
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self):
        while not self._over.is_set():
            total = sum(pss_bytes(pid) for pid in family(self._pid))
            self.peak_bytes = max(self.peak_bytes, total)
            time.sleep(EVERY_S)

"""``DiskCache``: files by key in the person's cache folder, within a limit of size.

What is there can always be made again: every failure to read or write is a miss, never an error.
Entries are written beside and renamed, used ones are dated, the longest unused ones go first.
Several processes may share a folder. Knows nothing of what the files hold.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from emadina_gis.io import atomic

_log = logging.getLogger(__name__)
_MB = 1_000_000
#: What the cache leaves free on the disk.
_LEAST_FREE_BYTES = 1_000 * _MB
#: After so much was written, what other processes wrote is looked at too.
_LOOK_AGAIN_BYTES = 256 * _MB
_PRIVATE = 0o700


@dataclass(frozen=True)
class _Entry:
    path: Path
    size: int
    used_ns: int


class DiskCache:
    """Files of one folder.

    Parameters
    ----------
    folder : Path
        Made when something is stored, for this person only.
    limit_mb : callable
        Gives the limit whenever something is stored; zero keeps nothing.
    """

    def __init__(self, folder: Path, limit_mb: Callable[[], int]) -> None:
        self.folder = folder
        self._limit_mb = limit_mb
        self._lock = threading.Lock()
        self._swept = False
        self._room = 0

    def path(self, name: str) -> Path:
        """Return where an entry lies, whether it is there or not."""
        return self.folder / name

    def used(self, name: str) -> None:
        """Date an entry, so that it is kept longer."""
        with suppress(OSError):
            os.utime(self.path(name))

    def has(self, name: str) -> bool:
        """Whether there is an entry."""
        return self.path(name).is_file()

    def store(self, name: str, write: Callable[[Path], None], size: int) -> bool:
        """Write an entry unless it is there; return whether it is there now.

        Parameters
        ----------
        write : callable
            Writes the whole entry to a path.
        size : int
            Expected bytes: what cannot fit is not begun.
        """
        if self.has(name):
            return True
        if size > self._limit_mb() * _MB:
            return False
        try:
            self._make_folder()
            if shutil.disk_usage(self.folder).free < size + _LEAST_FREE_BYTES:
                return False
            self._write(name, write)
        except OSError as exc:
            _log.info("not cached: %s", exc)
            return False
        self._room -= size
        if self._room < 0:
            self.trim()
        return self.has(name)

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        if not self._swept:
            self._swept = True
            atomic.remove_stale(self.folder)

    def _write(self, name: str, write: Callable[[Path], None]) -> None:
        handle, temporary = tempfile.mkstemp(prefix=atomic.TEMPORARY_PREFIX, dir=self.folder)
        os.close(handle)
        try:
            write(Path(temporary))
            Path(temporary).replace(self.path(name))
        finally:
            with suppress(OSError):
                Path(temporary).unlink(missing_ok=True)

    def drop(self, name: str) -> None:
        """Forget an entry, as one that is damaged."""
        with suppress(OSError):
            self.path(name).unlink(missing_ok=True)

    def trim(self) -> None:
        """Remove entries, longest unused first, until the limit is kept."""
        with self._lock:
            entries = sorted(self._entries(), key=lambda entry: entry.used_ns)
            total = sum(entry.size for entry in entries)
            limit = self._limit_mb() * _MB
            for entry in entries:
                if total <= limit:
                    break
                with suppress(OSError):  # Windows keeps what is mapped
                    entry.path.unlink()
                    total -= entry.size
            self._room = min(limit - total, _LOOK_AGAIN_BYTES)

    @property
    def size(self) -> int:
        """Bytes of all entries."""
        return sum(entry.size for entry in self._entries())

    def empty(self) -> int:
        """Remove all entries; return the bytes that went."""
        before = self.size
        for entry in self._entries():
            with suppress(OSError):
                entry.path.unlink()
        atomic.remove_stale(self.folder, time.time() + 2 * 24 * 3600)
        return before - self.size

    def _entries(self) -> list[_Entry]:
        found = []
        with suppress(OSError), os.scandir(self.folder) as listed:
            for item in listed:
                if item.name.startswith(atomic.TEMPORARY_PREFIX):
                    continue
                with suppress(OSError):
                    facts = item.stat(follow_symlinks=False)
                    if item.is_file(follow_symlinks=False):
                        found.append(_Entry(Path(item.path), facts.st_size, facts.st_mtime_ns))
        return found

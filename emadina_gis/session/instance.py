"""One program per person: a lock that dies with its process, and the name to call the first by.

The second instance hands its files to the first through a local socket (Qt's, in ``app``) of the
name given here. Knows files only.
"""

from __future__ import annotations

import hashlib
import os
import sys
from typing import IO, TYPE_CHECKING

from emadina_gis import paths

if TYPE_CHECKING:
    from pathlib import Path

LOCK_NAME = "instance.lock"


def server_name(folder: Path | None = None) -> str:
    """Return the name of the local socket; one for each state folder (thus for each person)."""
    place = paths.user_state() if folder is None else folder
    digest = hashlib.blake2b(str(place.resolve()).encode(), digest_size=8).hexdigest()
    return f"emadina-gis-{digest}"


class InstanceLock:
    """A lock on a file of the state folder, freed by the system when the process ends.

    Parameters
    ----------
    folder : Path, optional
        Where the lock file is; the person's state folder by default.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._path = (paths.user_state() if folder is None else folder) / LOCK_NAME
        self._file: IO[bytes] | None = None

    @property
    def is_held(self) -> bool:
        """Whether this process holds the lock."""
        return self._file is not None

    def acquire(self) -> bool:
        """Take the lock; False where another instance has it.

        A folder where no file can be made counts as taken by nobody: the program starts.
        """
        if self._file is not None:
            return True
        try:
            file = self._path.open("a+b")
        except OSError:
            return True
        if not _lock(file):
            file.close()
            return False
        file.truncate(0)
        file.write(str(os.getpid()).encode())
        file.flush()
        self._file = file
        return True

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _lock(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

"""Private folders of workers: made for the person alone, removed with the worker.

They lie in the person's cache, where what was read may be kept without copying it; in the system's
temporary folder where the cache cannot be written. Folders of a program that was killed are removed
by the next one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from emadina_gis import paths

_ROOM = "reading"
_PREFIX = "of-"
#: Where it cannot be known whether a process lives, its folder is removed after a day.
_OLD_S = 86_400.0


def private_folder() -> Path:
    """Return a new folder that nobody else can look into."""
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_room()))


def _room() -> Path:
    try:
        room = paths.user_cache() / _ROOM
        room.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir())
    return room if os.access(room, os.W_OK) else Path(tempfile.gettempdir())


def remove(folder: Path) -> None:
    """Remove a folder with all it holds; what cannot be removed now is left to the next start."""
    shutil.rmtree(folder, ignore_errors=True)


def remove_stale() -> None:
    """Remove the folders of programs that are no more."""
    with suppress(OSError):
        for folder in _room().glob(f"{_PREFIX}*"):
            if _is_stale(folder):
                remove(folder)


def _is_stale(folder: Path) -> bool:
    owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
    if not owner.isdecimal() or int(owner) == os.getpid():
        return False
    with suppress(OSError):
        if time.time() - folder.stat().st_mtime > _OLD_S:
            return True
    return os.name == "posix" and not _lives(int(owner))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True

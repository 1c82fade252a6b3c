"""Who has a project open: a small file beside it, held by a lock of the operating system.

The system lets go of the lock when a process dies, so a lock left behind is recognised at once on
the same machine; from another machine it counts as left behind when nobody refreshed it for a
while. Knows nothing of what is locked.
"""

from __future__ import annotations

import datetime as dt
import getpass
import json
import os
import platform
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

LOCK_PREFIX = ".~lock."
#: A lock of another machine that was not refreshed for this long is taken for left behind.
STALE_S = 600.0
_LOCKED_BYTE = 1 << 30


@dataclass(frozen=True)
class Owner:
    """Who has a project open."""

    host: str
    user: str
    pid: int
    since: str

    @classmethod
    def me(cls) -> Owner:
        """Return this process."""
        try:
            user = getpass.getuser()
        except (OSError, KeyError, ImportError):
            user = ""
        now = dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds")
        return cls(platform.node(), user, os.getpid(), now)


class FileLock:
    """A lock file held open; ``release`` removes it."""

    def __init__(self, path: Path, file: IO[bytes] | None) -> None:
        self.path = path
        self._file = file

    @property
    def is_held(self) -> bool:
        """Whether the lock protects anything (not where the folder cannot be written)."""
        return self._file is not None

    def refresh(self) -> None:
        """Say that this process still lives; call it every minute or so."""
        if self._file is not None:
            with suppress(OSError):
                os.utime(self.path)

    def release(self) -> None:
        """Let go and remove the file."""
        if self._file is None:
            return
        file, self._file = self._file, None
        if os.name != "nt":  # Windows cannot remove an open file
            self.path.unlink(missing_ok=True)
        with suppress(OSError):
            _unlock(file)
        file.close()
        if os.name == "nt":
            with suppress(OSError):
                self.path.unlink(missing_ok=True)


def lock_path(path: Path) -> Path:
    """Return where the lock of a file lies: beside it, so that others on a share see it."""
    return path.parent / f"{LOCK_PREFIX}{path.name}#"


def acquire(path: Path) -> FileLock | Owner:
    """Return the lock of a file, or the owner who holds it.

    Where the folder cannot be written the lock is empty: whoever cannot write there cannot
    overwrite anything either.

    Parameters
    ----------
    path : Path
        The lock file itself (see `lock_path`).
    """
    try:
        file = _opened(path)
    except OSError:
        return FileLock(path, None)
    previous = read_owner(path)
    fresh_s = _age_s(path)
    if not _try_lock(file) or _held_elsewhere(previous, fresh_s):
        file.close()
        return previous or Owner("", "", 0, "")
    file.seek(0)
    file.truncate()
    file.write(json.dumps(asdict(Owner.me())).encode())
    file.flush()
    return FileLock(path, file)


def _opened(path: Path) -> IO[bytes]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
    return os.fdopen(handle, "r+b")


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def _held_elsewhere(owner: Owner | None, age_s: float) -> bool:
    return owner is not None and owner.host != platform.node() and age_s < STALE_S


def read_owner(path: Path) -> Owner | None:
    """Return who wrote a lock file, or None where it says nothing."""
    try:
        found = json.loads(path.read_bytes())
        return Owner(str(found["host"]), str(found["user"]), int(found["pid"]), str(found["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _try_lock(file: IO[bytes]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(_LOCKED_BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _unlock(file: IO[bytes]) -> None:
    if os.name == "nt":
        import msvcrt

        file.seek(_LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_UN)

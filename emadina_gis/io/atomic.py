"""Whole files or none: written under a temporary name, synced, checked, then renamed.

A reader of the target always sees the old or the new file. Every `write` is counted: a full disk
is an error before the old file is touched. Knows nothing of formats.
"""

from __future__ import annotations

import errno
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from emadina_gis.errors import OutputError

TEMPORARY_PREFIX = ".~"
_BLOCK_BYTES = 256 * 1024
_RENAME_TRIES = 5
_RENAME_PAUSE_S = 0.2
_STALE_S = 24 * 3600
_CODES = {
    errno.EACCES: "output.no-permission",
    errno.EPERM: "output.no-permission",
    errno.EROFS: "output.read-only",
    errno.ENOSPC: "output.disk-full",
    errno.EDQUOT: "output.disk-full",
    errno.EFBIG: "output.disk-full",
    errno.ENOENT: "output.no-folder",
    errno.ENOTDIR: "output.no-folder",
    errno.EISDIR: "output.is-folder",
    errno.ENAMETOOLONG: "output.name-too-long",
}


def translated(exc: OSError, path: Path) -> OutputError:
    """Return our error for a failed write to `path`."""
    code = _CODES.get(exc.errno or 0, "output.failed")
    return OutputError(code, path=str(path), folder=str(path.parent), detail=exc.strerror or "")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path in the same folder; on success it takes the target's place.

    The temporary file keeps the target's suffix, since libraries choose formats by it. On any
    failure it is removed and the target is as it was.

    Raises
    ------
    OutputError
        With a code that says why: ``output.no-permission``, ``output.disk-full``, …
    """
    if path.is_dir():
        raise OutputError("output.is-folder", path=str(path), folder=str(path), detail="")
    temporary: Path | None = None
    try:
        temporary = _temporary_beside(path)
        yield temporary
        _sync_file(temporary)
        _take_place(temporary, path)
        _sync_folder(path.parent)
    except OSError as exc:
        raise translated(exc, path) from exc
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _temporary_beside(path: Path) -> Path:
    handle, name = tempfile.mkstemp(
        prefix=f"{TEMPORARY_PREFIX}{path.stem[:40]}-", suffix=path.suffix, dir=path.parent
    )
    os.close(handle)
    temporary = Path(name)
    temporary.chmod(_mode_of(path))
    return temporary


def _mode_of(path: Path) -> int:
    """Return the mode of the file to replace, else what a new file would get."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the rename durable; folders cannot be synced on Windows."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network shares refuse
            os.fsync(handle)
    finally:
        os.close(handle)


def _take_place(temporary: Path, path: Path) -> None:
    """Rename; on Windows a reader may hold the target for a moment."""
    for attempt in range(_RENAME_TRIES):
        try:
            temporary.replace(path)
        except PermissionError:
            if os.name != "nt" or attempt == _RENAME_TRIES - 1:
                raise
            time.sleep(_RENAME_PAUSE_S)
        else:
            return


def write_bytes(path: Path, content: bytes) -> None:
    """Write a whole file atomically; each part's written length is checked."""
    with replacing(path) as temporary, temporary.open("wb", buffering=0) as file:
        view = memoryview(content)
        while view:
            written = file.write(view[:_BLOCK_BYTES])
            if not written:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            view = view[written:]


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text atomically, with line ends as they are."""
    write_bytes(path, text.encode("utf-8"))


def remove_stale(folder: Path, now: float | None = None) -> int:
    """Remove temporary files that killed processes left behind a day ago; return how many."""
    removed = 0
    limit = (time.time() if now is None else now) - _STALE_S
    for path in folder.glob(f"{TEMPORARY_PREFIX}*"):
        with suppress(OSError):
            if path.is_file() and path.stat().st_mtime < limit:
                path.unlink()
                removed += 1
    return removed


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, where it is not there.

    Raises
    ------
    OutputError
        With the code that says why it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as exc:
        raise OutputError("output.no-folder", path=str(path), folder=str(path), detail="") from exc
    except OSError as exc:
        raise translated(exc, path) from exc

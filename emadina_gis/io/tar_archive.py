"""Tar archives, packed or not, unpacked with the limits of zip archives; never beside the archive.

Links and devices are refused; so are names that leave the folder. Knows nothing of the members.
"""

from __future__ import annotations

import lzma
import tarfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from emadina_gis.errors import LayerReadError
from emadina_gis.io.archive import MAX_BYTES, MAX_MEMBERS, MAX_RATIO, SMALL_BYTES, is_safe_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emadina_gis.progress import Context

_STEP_BYTES = 1024 * 1024
_PACKED_MAGIC = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_MARK_AT = 257
_MARK = b"ustar"


def is_tar(path: Path) -> bool:
    """Whether a file is a tar archive: by its mark, or by its name where it is packed."""
    names = [suffix.lower() for suffix in path.suffixes[-2:]]
    with path.open("rb") as file:
        start = file.read(_MARK_AT + len(_MARK))
    if start[_MARK_AT:] == _MARK:
        return True
    packed = start.startswith(_PACKED_MAGIC)
    is_named = ".tar" in names[:1] or names[-1:] in ([".tgz"], [".tbz2"], [".txz"])
    return packed and is_named


def unpack_tar(path: Path, folder: Path, ctx: Context) -> list[Path]:
    """Unpack a tar archive into a private folder and return the files.

    Raises
    ------
    LayerReadError
        ``archive.damaged``, ``archive.too-many``, ``archive.bomb`` or ``archive.unsafe-name``.
    """
    limit = min(MAX_BYTES, max(SMALL_BYTES, MAX_RATIO * path.stat().st_size))
    try:
        with tarfile.open(path) as archive:
            return list(_unpacked(archive, path, folder, limit, ctx))
    except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, OSError, ValueError) as exc:
        raise LayerReadError("archive.damaged", path=path.name, detail=str(exc)[:200]) from exc


def _unpacked(
    archive: tarfile.TarFile, path: Path, folder: Path, limit: int, ctx: Context
) -> Iterator[Path]:
    written = 0
    for count, member in enumerate(archive):
        if count >= MAX_MEMBERS:
            raise LayerReadError("archive.too-many", path=path.name, count=count)
        if member.isdir():
            continue
        name = member.name.removeprefix("./")
        if not member.isreg() or not is_safe_name(name):
            raise LayerReadError("archive.unsafe-name", path=path.name, name=name[:80])
        written += member.size
        if written > limit:
            raise LayerReadError("archive.bomb", path=path.name)
        target = folder / PurePosixPath(name)
        if not target.resolve().is_relative_to(folder.resolve()):
            raise LayerReadError("archive.unsafe-name", path=path.name, name=name[:80])
        _copy(archive, member, target, ctx)
        yield target


def _copy(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path, ctx: Context) -> None:
    source = archive.extractfile(member)
    if source is None:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with source, target.open("wb") as copy:
        while block := source.read(_STEP_BYTES):
            ctx.check()
            copy.write(block)

"""Archives unpacked with limits: size, ratio, count and names; never beside the archive.

Knows nothing of what the members are.
"""

from __future__ import annotations

import errno
import gzip
import re
import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from emadina_gis.errors import LayerReadError
from emadina_gis.io import xml_prolog

if TYPE_CHECKING:
    from emadina_gis.progress import Context

MAX_MEMBERS = 10_000
MAX_BYTES = 8 * 1024**3
#: A member may unpack to this many times its packed size (attribute tables full of blanks reach
#: some tens); small members are left alone.
MAX_RATIO = 200
SMALL_BYTES = 10 * 1024**2
_STEP_BYTES = 1024 * 1024
#: Parts of a packed document that are parsed as XML.
_DOCUMENTS = (".xml", ".kml", ".rels", ".vml")
#: Places before the start of the file, and names that no folder can hold.
_FAULTS_OF_THE_ARCHIVE = (
    errno.EINVAL,
    errno.ENAMETOOLONG,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.EEXIST,
)
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)


def unpack_zip(path: Path, folder: Path, ctx: Context) -> list[Path]:
    """Unpack a zip archive into a private folder and return the files.

    Raises
    ------
    LayerReadError
        ``archive.damaged``, ``archive.encrypted``, ``archive.too-many``, ``archive.bomb`` or
        ``archive.unsafe-name``.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = checked_members(archive, path)
            return [_unpacked(archive, member, folder, path, ctx) for member in members]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as exc:
        raise LayerReadError("archive.damaged", path=path.name, detail=str(exc)) from exc
    except OSError as exc:
        if exc.errno not in _FAULTS_OF_THE_ARCHIVE:
            raise
        raise LayerReadError("archive.damaged", path=path.name, detail=exc.strerror) from exc


def checked_members(archive: zipfile.ZipFile, path: Path) -> list[zipfile.ZipInfo]:
    """Return the regular files of an archive after checking them against the limits."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MAX_MEMBERS:
        raise LayerReadError("archive.too-many", path=path.name, count=len(members))
    if sum(member.file_size for member in members) > MAX_BYTES:
        raise LayerReadError("archive.bomb", path=path.name)
    for member in members:
        _check_member(member, path)
    return members


def _check_member(member: zipfile.ZipInfo, path: Path) -> None:
    if not is_safe_name(member.filename) or stat.S_ISLNK(member.external_attr >> 16):
        raise LayerReadError("archive.unsafe-name", path=path.name, name=member.filename[:80])
    if member.flag_bits & 0x1:
        raise LayerReadError("archive.encrypted", path=path.name)
    too_dense = member.file_size > MAX_RATIO * max(member.compress_size, 1)
    if too_dense and member.file_size > SMALL_BYTES:
        raise LayerReadError("archive.bomb", path=path.name)


def is_safe_name(name: str) -> bool:
    """Whether a member's name stays inside the folder it is unpacked into, on any system."""
    if not name or "\\" in name or "\0" in name or ":" in name or name.startswith("/"):
        return False
    parts = PurePosixPath(name).parts
    return all(part != ".." and not _RESERVED.match(part) for part in parts)


def _unpacked(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, path: Path, ctx: Context
) -> Path:
    target = folder / PurePosixPath(_legible_name(member))
    if not target.resolve().is_relative_to(folder.resolve()):
        raise LayerReadError("archive.unsafe-name", path=path.name, name=member.filename[:80])
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as source, target.open("wb") as copy:
        _copy_limited(source, copy, member.file_size, path, ctx)
    return target


def _legible_name(member: zipfile.ZipInfo) -> str:
    """Undo the cp437 that old archives are read with where the bytes are UTF-8."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename


def _copy_limited(
    source: IO[bytes] | gzip.GzipFile, copy: IO[bytes], limit: int, path: Path, ctx: Context
) -> None:
    written = 0
    while block := source.read(_STEP_BYTES):
        ctx.check()
        written += len(block)
        if written > limit:
            raise LayerReadError("archive.bomb", path=path.name)
        copy.write(block)


def unpack_gzip(path: Path, folder: Path, ctx: Context) -> Path:
    """Unpack a ``.gz`` file into a private folder and return the file."""
    target = folder / path.stem
    limit = max(SMALL_BYTES, MAX_RATIO * path.stat().st_size)
    try:
        with gzip.open(path) as source, target.open("wb") as copy:
            _copy_limited(source, copy, min(limit, MAX_BYTES), path, ctx)
    except (OSError, EOFError, zlib.error) as exc:
        raise LayerReadError("archive.damaged", path=path.name, detail=str(exc)) from exc
    return target


def check_packed_document(path: Path) -> None:
    """Check a document that is a zip inside (xlsx, ods, kmz) before a library opens it."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in checked_members(archive, path):
                if member.filename.lower().endswith(_DOCUMENTS):
                    with archive.open(member) as stream:
                        xml_prolog.check_stream(stream, path.name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as exc:
        raise LayerReadError("layer.unreadable", path=path.name, detail=str(exc)) from exc


def copy_file(source: Path, target: Path) -> None:
    """Copy a file's content (not its mode) to a private place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)

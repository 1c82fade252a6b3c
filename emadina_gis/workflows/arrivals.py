"""Which of the things that were dropped are files to read: folders walked, companions grouped.

What accompanies a file comes with it; what is no data is left out and said. Opens no data.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from emadina_gis.io.sources import RASTER_SUFFIXES, VECTOR_SUFFIXES
from emadina_gis.progress import NULL_CONTEXT, Context

#: Endings that are read, or refused with what to do instead.
DATA_SUFFIXES = frozenset(
    (*VECTOR_SUFFIXES, *RASTER_SUFFIXES, ".zip", ".gz", ".rar", ".7z", ".tar", ".dwg", ".vrt")
)
#: Files that lie beside a main file of the same name.
_COMPANIONS: dict[str, tuple[str, ...]] = {
    ".shp": (".shx", ".dbf", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".qix", ".qmd", ".xml",
             ".shp.xml", ".atx", ".ain", ".aih", ".fbn", ".fbx", ".cst", ".qml", ".sld"),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
    ".gml": (".xsd", ".gfs"),
    ".dbf": (".cpg",),
    ".csv": (".csvt", ".prj"),
    **dict.fromkeys(
        RASTER_SUFFIXES,
        (".tfw", ".tifw", ".tiffw", ".jgw", ".jpgw", ".jpegw", ".pgw", ".pngw", ".wld", ".prj",
         ".aux", ".ovr", ".xml", ".hdr", ".clr", ".stx"),
    ),
}  # fmt: skip
#: Endings added to the whole name of a file: ``plan.tif.aux.xml``.
_APPENDED = (".aux.xml", ".xml", ".ovr", ".msk", ".qml", ".gpkg-wal", ".gpkg-shm")
_TEXTS = (".txt",)
_JUNK = frozenset({"thumbs.db", "desktop.ini", ".ds_store", "__macosx"})
_MOST_ENTRIES = 20_000
_TEXT_SAMPLE = 2_000


class Left(StrEnum):
    """Why a file is left out."""

    HIDDEN = "hidden"
    NO_DATA = "no-data"
    PROJECT = "project"
    TOO_MANY = "too-many"


@dataclass(frozen=True)
class LeftOut:
    """A file that is not read, and why."""

    path: Path
    reason: Left


@dataclass(frozen=True)
class Arrivals:
    """The files to read, in order, and those that are left out.

    Attributes
    ----------
    companions : int
        Files that come with another one.
    """

    files: tuple[Path, ...]
    left_out: tuple[LeftOut, ...] = ()
    companions: int = 0


def arrived(paths: Iterable[Path], ctx: Context = NULL_CONTEXT) -> Arrivals:
    """Return what is to be read of files and folders.

    A file that was named by itself is read whatever it is, so that it can say what is wrong with
    it; in a folder only what can be data is taken.
    """
    named: dict[Path, None] = {}
    walked: dict[Path, None] = {}
    left_out: list[LeftOut] = []
    for path in paths:
        if path.is_dir() and not _is_geodatabase(path):
            for inner in _walked(path, left_out, ctx):
                walked.setdefault(inner)
        else:
            named.setdefault(path)
    both = [*named, *(path for path in walked if path not in named)]
    chosen, companions = _without_companions(both)
    files = []
    for path in chosen:
        reason = None if path in named else _left_out(path)
        if reason is None:
            files.append(path)
        else:
            left_out.append(LeftOut(path, reason))
    return Arrivals(tuple(files), tuple(left_out), companions)


def _is_geodatabase(path: Path) -> bool:
    return path.suffix.lower() == ".gdb"


def _walked(folder: Path, left_out: list[LeftOut], ctx: Context) -> Iterator[Path]:
    seen = 0
    for place, folders, names in os.walk(folder, followlinks=False):
        ctx.check()
        here = Path(place)
        yield from (here / name for name in sorted(folders) if name.lower().endswith(".gdb"))
        folders[:] = sorted(name for name in folders if _is_worth_walking(name))
        for name in sorted(names):
            seen += 1
            if seen > _MOST_ENTRIES:
                left_out.append(LeftOut(folder, Left.TOO_MANY))
                return
            yield here / name


def _is_worth_walking(name: str) -> bool:
    low = name.lower()
    return not (low.startswith(".") or low in _JUNK or low.endswith(".gdb"))


def _without_companions(paths: list[Path]) -> tuple[list[Path], int]:
    """Return the main files, and how many others come with them."""
    listed = {_key(path): path for path in paths}
    mains: dict[str, set[str]] = {}
    for key in listed:
        stem, suffix = _parted(key)
        if suffix in _COMPANIONS:
            mains.setdefault(stem, set()).add(suffix)
    kept = [path for key, path in listed.items() if not _accompanies(key, listed, mains)]
    return kept, len(listed) - len(kept)


def _key(path: Path) -> str:
    return str(path.parent / path.name.lower())


def _parted(key: str) -> tuple[str, str]:
    path = Path(key)
    return str(path.with_suffix("")), path.suffix


def _accompanies(key: str, listed: dict[str, Path], mains: dict[str, set[str]]) -> bool:
    for ending in _APPENDED:
        if key.endswith(ending) and key.removesuffix(ending) in listed:
            return True
    stem, suffix = _parted(key)
    return any(suffix in _COMPANIONS[main] and suffix != main for main in mains.get(stem, ()))


def _left_out(path: Path) -> Left | None:
    """Return why a file of a folder is not read, None where it is."""
    name, suffix = path.name.lower(), path.suffix.lower()
    if name.startswith((".", "~$", "._")) or name in _JUNK:
        return Left.HIDDEN
    if suffix == ".emadina":
        return Left.PROJECT
    if suffix not in DATA_SUFFIXES and not _is_geodatabase(path):
        return Left.NO_DATA
    if suffix in _TEXTS and not _is_table(path):
        return Left.NO_DATA
    return None


def _is_table(path: Path) -> bool:
    """Whether the first lines of a text are parted alike: a note has sentences, a table fields."""
    try:
        with path.open("rb") as file:
            lines = [line for line in file.read(_TEXT_SAMPLE).splitlines()[:3] if line.strip()]
    except OSError:
        return True
    counts = ({line.count(mark) for line in lines} for mark in (b";", b"\t", b",", b"|"))
    return any(len(found) == 1 and 0 not in found for found in counts)

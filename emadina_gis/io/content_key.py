"""Keys of what a file holds: a hash of all its bytes, of its companions' and of who reads them.

Two files of the same name and content have one key wherever they lie; one changed byte gives
another. Times are never trusted. Large files are hashed by several threads, which let the
interpreter go on.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from emadina_gis import __version__
from emadina_gis.progress import NULL_CONTEXT, Context

#: Add one when readers give another result for the same bytes.
READER_VERSION = 1
_SEGMENT_BYTES = 16 * 1024 * 1024
_STEP_BYTES = 1024 * 1024
_THREADS = min(4, os.cpu_count() or 1)
_MOST_FILES = 2_000
_MOST_COMPANION_BYTES = 2_000_000_000
#: Files that readers open alone, even where other files share their stem.
_ALONE = frozenset(
    (
        *(".gpkg", ".geojson", ".geojsonl", ".fgb", ".parquet", ".geoparquet", ".feather"),
        *(".arrow", ".kml", ".kmz", ".gpx", ".dxf", ".dwg", ".xlsx", ".ods", ".pbf", ".osm"),
        *(".topojson", ".zip", ".gz", ".7z", ".rar", ".tif", ".tiff", ".jpg", ".jpeg", ".png"),
        *(".pdf", ".docx", ".doc", ".qgz", ".qgs", ".emadina", ".sqlite", ".gml", ".csv", ".ecw"),
    )
)


class TooMuch(Exception):
    """More files, or larger ones, lie beside a file than are worth hashing."""


def content_key(path: Path, ctx: Context = NULL_CONTEXT) -> str:
    """Return the key of a file (or of a geodatabase folder) with its companions.

    Raises
    ------
    OSError
        Where a part cannot be read.
    TooMuch
        Where too many files belong to it.
    """
    digest = hashlib.blake2b(reader_stamp().encode(), digest_size=20)
    for name, part in _parts_of(path):
        digest.update(f"{name}\0".encode("utf-8", "surrogateescape"))
        digest.update(_hash_of(part, ctx))
    return digest.hexdigest()


def _parts_of(path: Path) -> list[tuple[str, Path]]:
    """Return the files that reading depends on, by the names that readers see."""
    if path.is_dir():
        inside = sorted(part for part in path.rglob("*") if part.is_file())
        if len(inside) > _MOST_FILES:
            raise TooMuch
        return [(f"{path.name}/{part.relative_to(path).as_posix()}", part) for part in inside]
    return [(path.name, path), *((part.name, part) for part in companions_of(path))]


def companions_of(path: Path) -> list[Path]:
    """Return the files beside a file that share its stem or carry its name in front.

    Formats that stand alone are left out, except for what databases write beside themselves.
    """
    stem, name = path.stem.casefold(), path.name.casefold()
    found = []
    for other in path.parent.iterdir():
        theirs = other.name.casefold()
        mine = theirs.startswith((f"{name}.", f"{name}-")) or other.stem.casefold() == stem
        alone = other.suffix.lower() in _ALONE
        if mine and theirs != name and not alone and other.is_file():
            found.append(other)
    if sum(other.stat().st_size for other in found) > _MOST_COMPANION_BYTES:
        raise TooMuch
    return sorted(found)


def _hash_of(path: Path, ctx: Context) -> bytes:
    size = path.stat().st_size
    digest = hashlib.blake2b(size.to_bytes(8, "little"), digest_size=20)
    starts = range(0, size, _SEGMENT_BYTES)
    if len(starts) <= 1:
        digest.update(_segment_hash(path, 0, ctx))
        return digest.digest()
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="hash") as pool:
        for part in pool.map(lambda start: _segment_hash(path, start, ctx), starts):
            digest.update(part)
    return digest.digest()


def _segment_hash(path: Path, start: int, ctx: Context) -> bytes:
    digest = hashlib.blake2b(digest_size=20)
    step = memoryview(bytearray(_STEP_BYTES))
    left = _SEGMENT_BYTES
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while left:
            ctx.check()
            read = file.readinto(step[: min(left, _STEP_BYTES)])
            if not read:
                break
            digest.update(step[:read])
            left -= read
    return digest.digest()


@lru_cache(maxsize=1)
def reader_stamp() -> str:
    """Return what stands for the readers: versions, and in a checkout the state of their code.

    pyogrio is not loaded: it brings GDAL and pandas, which the process that reads needs alone.
    """
    import pyproj
    import shapely

    versions = (
        READER_VERSION,
        __version__,
        _builds("pyogrio"),
        shapely.geos_version,
        pyproj.proj_version_str,
    )
    room = Path(__file__).resolve().parent
    code = [*room.glob("*.py"), *(room.parent / "domain").glob("*.py")]
    facts = [(part.name, part.stat().st_size, part.stat().st_mtime_ns) for part in sorted(code)]
    return repr((versions, facts))


def _builds(package: str) -> list[tuple[str, int, int]]:
    """Return the compiled files of a package that is not loaded: name, size and time."""
    found = find_spec(package)
    folders = (found.submodule_search_locations or []) if found is not None else []
    files = [file for folder in folders for file in Path(folder).glob("_*") if file.is_file()]
    compiled = [file for file in files if file.suffix in {".so", ".pyd"}]
    facts = ((file.name, file.stat()) for file in sorted(compiled))
    return [(name, fact.st_size, fact.st_mtime_ns) for name, fact in facts]

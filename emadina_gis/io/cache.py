"""The second opening of an unchanged file: readings, kept by content in the person's cache folder.

`CachedReader` asks another reader only for what it has not read before. What it keeps is a copy of
the person's data in the person's own folder, for nobody else, and goes with "empty the cache". A
damaged or missing entry is read again from the source; a cache that cannot be written is no error.
"""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from emadina_gis import paths
from emadina_gis.errors import LayerReadError
from emadina_gis.io.content_key import TooMuch, content_key
from emadina_gis.io.crs_judgement import judged_again
from emadina_gis.io.description import FileDescription
from emadina_gis.io.disk_cache import DiskCache
from emadina_gis.io.later import Later
from emadina_gis.io.mapped import map_reading, write_reading
from emadina_gis.io.value_codec import decoded, encoded
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.extent import Extent
    from emadina_gis.io.description import EncodingPreviews, ReadResult
    from emadina_gis.io.raster import RasterDescription
    from emadina_gis.io.reader import RasterExamination, Reader

FOLDER = "readings"
#: What was read faster than this is read again faster than it is looked for.
LEAST_S = 0.2
_LARGE_BYTES = 1_000_000
#: Read by other programs, on consent that is asked each time.
_NEVER = (".dwg", ".vrt")
#: What was just read is drawn first, and kept after.
_PAUSE_S = 5.0
#: How long a key that was just computed serves a second question about the same file.
_MEMO_S = 5.0


@runtime_checkable
class _Process(Protocol):
    """A reader with a process behind it."""

    def warm(self) -> None: ...

    def close(self) -> None: ...


def open_cache(limit_mb: Callable[[], int]) -> DiskCache:
    """Return the cache of readings and triangles in the person's cache folder."""
    return DiskCache(paths.user_cache() / FOLDER, limit_mb)


class CachedReader:
    """A reader that keeps what another one read.

    Parameters
    ----------
    reader : Reader
        Who reads what is not there.
    cache : DiskCache
        Where readings are kept.
    least_s : float
        Readings that took less are not kept.
    """

    def __init__(self, reader: Reader, cache: DiskCache, *, least_s: float = LEAST_S) -> None:
        self._reader = reader
        self.cache = cache
        self._least_s = least_s
        self._later = Later(_PAUSE_S)
        self._memo: tuple[object, str, float] | None = None

    def describe(
        self, path: Path, *, encoding: str = "", ctx: Context = NULL_CONTEXT
    ) -> FileDescription:
        """Return the layers of a file without reading their rows."""
        key = self._key(path, ctx)
        name = _entry_name(key, "layers", encoding)
        found = self._known_description(name) if key else None
        if found is not None:
            self._memo = (_signature(path), key, time.monotonic())
            return replace(found, path=path)
        start = time.monotonic()
        made = self._reader.describe(path, encoding=encoding, ctx=ctx)
        if key and (time.monotonic() - start >= self._least_s or _is_large(path)):
            self._memo = (_signature(path), key, time.monotonic())
            self._keep(name, lambda target: _write_description(made, target), 10_000)
        return made

    def _known_description(self, name: str) -> FileDescription | None:
        if not self.cache.has(name):
            return None
        try:
            tree = json.loads(self.cache.path(name).read_bytes())
            found = decoded(FileDescription, tree)
        except (OSError, ValueError, TypeError, RecursionError):
            self.cache.drop(name)
            return None
        self.cache.used(name)
        return found

    def read_layer(
        self,
        path: Path,
        layer: str | None = None,
        *,
        encoding: str = "",
        crs: Crs | None = None,
        reference: Extent | None = None,
        ctx: Context = NULL_CONTEXT,
    ) -> ReadResult:
        """Return a layer with everything found while reading it."""
        key = self._recent_key(path) or self._key(path, ctx)
        asked = (layer, encoding, None if crs is None else crs.definition)
        name = _entry_name(key, "table", *asked)
        found = self._known_reading(name, reference) if key else None
        if found is not None:
            ctx.report(1.0, "phase.reading")
            return found
        start = time.monotonic()
        result = self._reader.read_layer(
            path, layer, encoding=encoding, crs=crs, reference=reference, ctx=ctx
        )
        if key and time.monotonic() - start >= self._least_s:
            self._keep_reading(path, key, name, judged_again(result, reference, None))
        return result

    def _known_reading(self, name: str, reference: Extent | None) -> ReadResult | None:
        if not self.cache.has(name):
            return None
        try:
            found = map_reading(self.cache.path(name), verify=True)
        except LayerReadError:
            self.cache.drop(name)
            return None
        self.cache.used(name)
        return judged_again(found, None, reference)

    def describe_raster(
        self,
        path: Path,
        *,
        reference: Extent | None = None,
        follow_sources: bool = False,
        ctx: Context = NULL_CONTEXT,
    ) -> RasterDescription:
        """Return what a raster file holds, without reading its pixels."""
        return self._reader.describe_raster(
            path, reference=reference, follow_sources=follow_sources, ctx=ctx
        )

    def examine_raster(
        self,
        path: Path,
        *,
        reference: Extent | None = None,
        follow_sources: bool = False,
        ctx: Context = NULL_CONTEXT,
    ) -> RasterExamination:
        """Describe a raster and read its pixels at a small size, before it is accepted."""
        return self._reader.examine_raster(
            path, reference=reference, follow_sources=follow_sources, ctx=ctx
        )

    def preview_texts(
        self, path: Path, layer: str | None = None, ctx: Context = NULL_CONTEXT
    ) -> EncodingPreviews:
        """Return the texts of a layer in each plausible encoding, to be chosen by eye."""
        return self._reader.preview_texts(path, layer, ctx)

    def warm(self) -> None:
        """Make the other reader ready, where it can be."""
        if isinstance(self._reader, _Process):
            self._reader.warm()

    def close(self) -> None:
        """Keep nothing more, and end the other reader, where it must be."""
        self._later.drop()
        if isinstance(self._reader, _Process):
            self._reader.close()

    # --- keys

    def _key(self, path: Path, ctx: Context) -> str:
        """Return the key of a file; empty where it has none."""
        if path.suffix.lower() in _NEVER:
            return ""
        try:
            return content_key(path, ctx)
        except (OSError, TooMuch):
            return ""  # the reader says what is wrong with it

    def _recent_key(self, path: Path) -> str:
        """Return, once, the key that `describe` computed a moment ago."""
        memo, self._memo = self._memo, None
        if memo is None or time.monotonic() - memo[2] > _MEMO_S:
            return ""
        return memo[1] if memo[0] == _signature(path) else ""

    # --- keeping

    def _keep_reading(self, path: Path, key: str, name: str, result: ReadResult | None) -> None:
        """Keep a reading as it is without a reference."""
        if result is None:
            return

        def write(target: Path) -> None:
            write_reading(result, target, fingerprints=True)

        def keep() -> None:
            if self._key(path, NULL_CONTEXT) == key:  # it was not written to meanwhile
                self.cache.store(name, write, _bytes_of(result))

        self._later.do(keep)

    def _keep(self, name: str, write: Callable[[Path], None], size: int) -> None:
        self._later.do(lambda: self.cache.store(name, write, size))

    def wait(self) -> None:
        """Wait until all that was read is kept."""
        self._later.wait()


def _entry_name(key: str, what: str, *asked: object) -> str:
    digest = hashlib.blake2b(repr(asked).encode("utf-8", "surrogateescape"), digest_size=8)
    return f"{key}-{digest.hexdigest()}.{what}"


def _signature(path: Path) -> object:
    """Return what changes when a file is written to, as far as the system tells."""
    try:
        facts = path.stat()
    except OSError:
        return object()
    return str(path), facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino


def _is_large(path: Path) -> bool:
    with suppress(OSError):
        return path.is_dir() or path.stat().st_size >= _LARGE_BYTES
    return False


def _bytes_of(result: ReadResult) -> int:
    table = result.table
    columns = sum(
        int(chunk.values.nbytes) for column in table.columns.values() for chunk in column.chunks
    )
    shapes = sum(
        int(chunk.xy.nbytes) + 12 * len(chunk.coord_offsets) for chunk in table.geometry or ()
    )
    return columns + shapes + 50 * table.row_count


def _write_description(found: FileDescription, target: Path) -> None:
    target.write_text(json.dumps(encoded(found)), encoding="utf-8")

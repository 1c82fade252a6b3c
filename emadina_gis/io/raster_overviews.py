"""Reduced copies of a raster for far views, in the person's cache, never beside the source.

Each copy is a GeoTIFF of one level: 1 : 8, 1 : 64 and so on, so that a tile of any level is read at
once. They are found by the path, size and date of the file and by how it is read.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.pixel_grid import PixelBlock, PixelWindow
from emadina_gis.errors import LayerReadError
from emadina_gis.io.raster_pyramid import TILE_PX, Pyramid, Step
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emadina_gis.io.disk_cache import DiskCache
    from emadina_gis.io.raster import RasterSource

#: Levels between one copy and the next.
_EVERY = 3
#: Pixels of a file that are read at once.
_READ_PX = 4_000_000
_BLOCK_PX = 256
_PLAIN = ("uint8", "uint16", "int16")


def levels_of(source: RasterSource) -> tuple[int, ...]:
    """Return the levels of which copies are made: until the whole raster is a few tiles."""
    side, level, found = max(source.pixel_grid.width, source.pixel_grid.height), _EVERY, []
    while side >> (level - 1) > 2 * TILE_PX:
        found.append(level)
        level += _EVERY
    return tuple(found)


def entry_name(source: RasterSource, level: int, *, average: bool) -> str:
    """Return the name of a copy in the cache."""
    asked = repr((source.content_key, average, level))
    digest = hashlib.blake2b(asked.encode("utf-8", "surrogateescape"), digest_size=20)
    return f"{digest.hexdigest()}.far{level}"


def found_far(cache: DiskCache, source: RasterSource, *, average: bool) -> dict[int, Path]:
    """Return the copies that are there, by level."""
    found = {}
    for level in levels_of(source):
        name = entry_name(source, level, average=average)
        if cache.has(name):
            cache.used(name)
            found[level] = cache.path(name)
    return found


def build_far(
    cache: DiskCache, source: RasterSource, *, average: bool, ctx: Context = NULL_CONTEXT
) -> dict[int, Path]:
    """Make the copies that are missing and return all, by level.

    Raises
    ------
    LayerReadError
        ``raster.no-room`` where the cache may not hold them; what reading raises.
    JobCancelled
        If the context was cancelled; whole copies stay.
    """
    levels = levels_of(source)
    bands = tuple(range(1, source.description.band_count + 1))
    done = 0.0
    for place, level in enumerate(levels):
        share = 0.97 if place == 0 else 0.03 / max(len(levels) - 1, 1)
        part = ctx.part(done, done + share)
        done += share
        far = found_far(cache, source, average=average)
        pyramid = Pyramid(source, bands, average=average, far=far, with_alpha=False)
        rows, columns = source.pixel_grid.shape_at(level)
        size = rows * columns * len(bands) * np.dtype(_dtype_of(source)).itemsize
        name = entry_name(source, level, average=average)
        if not cache.store(name, _Writer(pyramid, level, part), size):
            raise LayerReadError(
                "raster.no-room", path=source.path.name, size_mb=round(size / 1_000_000)
            )
    return found_far(cache, source, average=average)


class _Writer:
    """Writes one level of a pyramid."""

    def __init__(self, pyramid: Pyramid, level: int, ctx: Context) -> None:
        self._pyramid = pyramid
        self._level = level
        self._ctx = ctx

    def __call__(self, target: Path) -> None:
        """Write the whole level to a path."""
        rows, columns = self._pyramid.grid.shape_at(self._level)
        parts = list(self._parts(rows, columns))
        with self._pyramid.opened() as files, self._created(target, rows, columns) as out:
            for index, window in enumerate(parts):
                self._ctx.report(index / len(parts), "phase.raster.overviews")
                self._write(out, self._pyramid.read(files, Step(0, window)))

    def _parts(self, rows: int, columns: int) -> Iterator[PixelWindow]:
        """Yield parts of whole blocks of the copy, each worth one read of the file."""
        base = max((have for have in self._pyramid.far if have < self._level), default=0)
        touched = (_BLOCK_PX << (self._level - base)) ** 2
        wide = _BLOCK_PX * max(_READ_PX // touched, 1)
        for top in range(0, rows, _BLOCK_PX):
            for left in range(0, columns, wide):
                yield PixelWindow(
                    self._level, top, min(top + _BLOCK_PX, rows), left, min(left + wide, columns)
                )

    @contextmanager
    def _created(self, target: Path, rows: int, columns: int) -> Iterator[Any]:
        import rasterio
        from affine import Affine

        dtype, size = _dtype_of(self._pyramid.source), float(1 << self._level)
        with (
            rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
            rasterio.open(
                target, "w", driver="GTiff", width=columns, height=rows, dtype=dtype,
                count=len(self._pyramid.bands), tiled=True, blockxsize=_BLOCK_PX,
                blockysize=_BLOCK_PX, compress="deflate", zlevel=1, bigtiff="if_safer",
                interleave="pixel", transform=Affine(size, 0, 0, 0, -size, 0),
            ) as out,
        ):  # fmt: skip
            yield out

    @staticmethod
    def _write(out: Any, block: PixelBlock) -> None:
        window = block.window
        place = ((window.top, window.bottom), (window.left, window.right))
        values = block.values
        if out.dtypes[0] != "float32":
            values = np.rint(values).astype(out.dtypes[0])
        out.write(values, window=place)
        out.write_mask(block.known, window=place)


def _dtype_of(source: RasterSource) -> str:
    dtype = source.description.dtype
    return dtype if dtype in _PLAIN else "float32"

"""Levels of a raster file: each halves the one below; tiles of them, and how dear they are to read.

A tile is cheap where the file, or overviews built beside our cache, hold about its resolution. A
dear one is told as steps from coarse to fine: samples first, then the means of all its pixels, so
that a huge file without overviews shows something at once. Owns no threads and no memory of tiles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.kept import kept
from emadina_gis.domain.pixel_grid import PixelBlock, PixelGrid, PixelWindow, empty_block
from emadina_gis.io.raster_open import opened_grid

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from emadina_gis.io.raster import RasterSource
    from emadina_gis.io.raster_grid import Grid, Values

TILE_PX = 256
#: Pixels of the file that one read goes through at most.
CHEAP_PX = 5_000_000
NOTHING_FAR: Mapping[int, Path] = MappingProxyType({})
_PIECE_PX = 2048
_MOST_SAMPLES = 16
_BYTE = 255.0


@dataclass(frozen=True)
class TileKey:
    """A tile of a level."""

    level: int
    row: int
    column: int


@dataclass(frozen=True)
class Step:
    """A part of a tile that is read at once.

    Attributes
    ----------
    rank : int
        0 for what is read as it is; 1, 2 … for finer and finer samples; `EXACT` for means.
    window : PixelWindow
        The part, in pixels of the level.
    """

    rank: int
    window: PixelWindow

    @property
    def is_sample(self) -> bool:
        """Whether one pixel of the file stands for the part."""
        return 0 < self.rank < EXACT


EXACT = 9


@dataclass(frozen=True)
class PyramidFiles:
    """The open files of a pyramid: the raster, and reduced copies by level."""

    raster: Grid
    far: Mapping[int, Grid]


class Pyramid:
    """What is drawn of a raster file, level by level.

    Parameters
    ----------
    source : RasterSource
        The file, read as the person decided.
    bands : tuple of int
        One band, or those of red, green and blue.
    average : bool
        Means where many pixels become one; classes take the nearest.
    far : mapping of int to Path, optional
        Level → reduced copy of that level, made by `raster_overviews`.
    with_alpha : bool
        Read the transparency of colours too, as bytes.

    Raises
    ------
    LayerReadError
        If the file cannot be read.
    """

    def __init__(
        self,
        source: RasterSource,
        bands: tuple[int, ...],
        *,
        average: bool,
        far: Mapping[int, Path] = NOTHING_FAR,
        with_alpha: bool = True,
    ) -> None:
        self.source = source
        self.grid: PixelGrid = source.pixel_grid
        self.average = average
        self.far = dict(sorted(far.items()))
        found = source.description
        self._factors = found.overviews
        alpha = source.alpha_band if with_alpha and len(bands) >= 3 else 0
        self.bands = (*bands, alpha) if alpha else bands
        self._has_alpha = bool(alpha)
        self.dtype = "uint8" if found.dtype == "uint8" else "float32"

    @kept
    def key(self) -> Hashable:
        """What the values depend on."""
        return (
            self.source.content_key,
            self.bands,
            self.average,
            tuple(map(str, self.far.values())),
        )

    @property
    def coarsest_level(self) -> int:
        """The level at which the whole raster is at most a tile."""
        side, level = max(self.grid.width, self.grid.height), 0
        while side >> level > TILE_PX:
            level += 1
        return level

    def touched_px(self, window: PixelWindow) -> int:
        """Return how many pixels of a file are gone through to read a part of a level."""
        factor = 1 << window.level
        known = (1, *self._factors, *(1 << level for level in self.far))
        best = max(have for have in known if have <= factor * 1.01)
        rows, columns = window.shape
        rows = min(rows * factor, self.grid.height)
        columns = min(columns * factor, self.grid.width)
        return (rows // best + 1) * (columns // best + 1)

    def is_cheap(self, window: PixelWindow) -> bool:
        """Whether a part can be read at once."""
        return self.touched_px(window) <= CHEAP_PX

    def tile_window(self, key: TileKey) -> PixelWindow:
        """Return which pixels of its level a tile holds."""
        rows, columns = self.grid.shape_at(key.level)
        top, left = key.row * TILE_PX, key.column * TILE_PX
        return PixelWindow(
            key.level, top, min(top + TILE_PX, rows), left, min(left + TILE_PX, columns)
        )

    def tiles_of(self, window: PixelWindow) -> Iterator[TileKey]:
        """Yield the tiles that hold a part of a level."""
        for row in range(window.top // TILE_PX, -(-window.bottom // TILE_PX)):
            for column in range(window.left // TILE_PX, -(-window.right // TILE_PX)):
                yield TileKey(window.level, row, column)

    def steps(self, window: PixelWindow) -> list[Step]:
        """Return how a part is read, coarse to fine."""
        if self.is_cheap(window):
            return [Step(0, window)]
        piece = max(_PIECE_PX >> window.level, 1)
        found: list[Step] = []
        count, rank = 1, 1
        while count <= _MOST_SAMPLES and TILE_PX // count > piece:
            size = TILE_PX // count
            found += [Step(rank, part) for part in _parts(window, size)]
            count, rank = 2 * count, rank + 1
        return found + [Step(EXACT, part) for part in _parts(window, piece)]

    @contextmanager
    def opened(self) -> Iterator[PyramidFiles]:
        """Give the open files.

        Raises
        ------
        LayerReadError
            If the raster cannot be read.
        """
        with ExitStack() as stack:
            raster = stack.enter_context(self.source.opened())
            far = {
                level: stack.enter_context(opened_grid(path)) for level, path in self.far.items()
            }
            yield PyramidFiles(raster, far)

    def read(self, files: PyramidFiles, step: Step) -> PixelBlock:
        """Return the values of a part: its own, or of one pixel that stands for all."""
        window = step.window
        result = empty_block(window, len(self.bands), self.dtype, is_final=not step.is_sample)
        known = result.known
        for place, band in enumerate(self.bands):
            is_alpha = self._has_alpha and place == len(self.bands) - 1
            read = self._sampled if step.is_sample else self._part
            values, valid = read(files, band, window)
            if is_alpha:
                values = values * np.float32(_BYTE / self.source.opaque)
                known &= valid
            else:
                known |= valid
            result.values[place] = np.where(valid, values, 0)
        return result

    def _sampled(self, files: PyramidFiles, band: int, window: PixelWindow) -> Values:
        size = 1 << window.level
        row = min((window.top + window.bottom) * size // 2, self.grid.height - 1)
        column = min((window.left + window.right) * size // 2, self.grid.width - 1)
        place = ((row, row + 1), (column, column + 1))
        values, valid = self.source.values_of(files.raster, band, place, (1, 1), average=False)
        return np.full(window.shape, values[0, 0]), np.full(window.shape, valid[0, 0])

    def _part(self, files: PyramidFiles, band: int, window: PixelWindow) -> Values:
        """Read a part; pixels at the far borders stand for fewer of the file, and come alone."""
        grid, size = files.raster, 1 << window.level
        base = max((level for level in files.far if level <= window.level), default=0)
        if base:
            grid, size = files.far[base], 1 << (window.level - base)
        values = np.zeros(window.shape, dtype=np.float32)
        valid = np.zeros(window.shape, dtype=bool)
        for rows, top, bottom in _sides(window.top, window.bottom, size, grid.height):
            for columns, left, right in _sides(window.left, window.right, size, grid.width):
                shape = (rows.stop - rows.start, columns.stop - columns.start)
                values[rows, columns], valid[rows, columns] = self.source.values_of(
                    grid, band, ((top, bottom), (left, right)), shape, average=self.average
                )
        return values, valid


def _parts(window: PixelWindow, size: int) -> Iterator[PixelWindow]:
    for top in range(window.top, window.bottom, size):
        for left in range(window.left, window.right, size):
            yield PixelWindow(
                window.level,
                top,
                min(top + size, window.bottom),
                left,
                min(left + size, window.right),
            )


def _sides(first: int, last: int, size: int, whole: int) -> Iterator[tuple[slice, int, int]]:
    """Yield parts of a side: whole pixels of the level, and the last one that is cut."""
    full = min(last, whole // size)
    if full > first:
        yield slice(0, full - first), first * size, full * size
    if last > max(full, first) and whole % size:
        yield slice(max(full, first) - first, last - first), max(full, first) * size, whole


def pasted(target: NDArray[Any], block: NDArray[Any], at: PixelWindow, window: PixelWindow) -> None:
    """Copy what of `block`, which lies at `at`, falls into `target`, which lies at `window`."""
    top, bottom = max(at.top, window.top), min(at.bottom, window.bottom)
    left, right = max(at.left, window.left), min(at.right, window.right)
    if top < bottom and left < right:
        outer = np.s_[
            ..., top - window.top : bottom - window.top, left - window.left : right - window.left
        ]
        target[outer] = block[..., top - at.top : bottom - at.top, left - at.left : right - at.left]

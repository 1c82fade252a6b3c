"""``TileStore``: tiles of rasters in memory, within a limit, read by threads of its own.

A view asks for a part of a level and gets at once what is there: its tiles, else coarser or finer
ones, else samples. What is missing is read, the newest request first; listeners hear when a better
picture can be made. Reading lets the interpreter go (GDAL); nothing here waits on the main thread.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import numpy as np

from emadina_gis.domain.pixel_grid import PixelBlock, PixelWindow, empty_block
from emadina_gis.errors import EmadinaError
from emadina_gis.io.raster_pyramid import EXACT, Pyramid, PyramidFiles, Step, TileKey, pasted
from emadina_gis.progress import NULL_CONTEXT, Context

_MB = 1_000_000
#: How long one thread keeps a file open.
_BATCH_S = 0.3
_THREADS = 2
_STEP_S = 0.02
#: How many earlier views of a raster are still wanted: a second map may show another part.
_VIEWS = 2
_FARTHEST_ANCESTOR = 6
#: Rasters whose last views are remembered.
_RASTERS = 24

Place = tuple[Hashable, TileKey]


@dataclass(eq=False)
class _Tile:
    """A tile, with how many of its steps are still to come."""

    block: PixelBlock
    left: int
    is_dear: bool
    is_sampled: bool = False
    exact_done: int = 0
    exact_all: int = 0

    @property
    def is_final(self) -> bool:
        return self.left <= 0


@dataclass(order=True)
class _Want:
    """A step to be read: the newest view first, within it the coarse before the fine."""

    order: tuple[int, int, int]
    number: int
    pyramid: Pyramid = field(compare=False)
    key: TileKey = field(compare=False)
    step: Step = field(compare=False)
    tile: _Tile = field(compare=False)


@dataclass(frozen=True)
class Refining:
    """How far the means of all pixels of a huge raster have come.

    Attributes
    ----------
    fraction : float
        Of what the view shows.
    total_px : int
        Pixels of the file that are to be read for it.
    """

    fraction: float
    total_px: int


class TileStore:
    """Tiles by raster, level, row and column.

    Parameters
    ----------
    limit_mb, dear_limit_mb : int
        Memory for tiles that are read at once, and for those that took long.
    """

    def __init__(self, limit_mb: int = 224, dear_limit_mb: int = 64) -> None:
        self._limits = {False: limit_mb * _MB, True: dear_limit_mb * _MB}
        self._tiles: OrderedDict[Place, _Tile] = OrderedDict()
        self._sizes = {False: 0, True: 0}
        self._changed = threading.Condition()
        self._wants: list[_Want] = []
        self._views: OrderedDict[Hashable, list[frozenset[TileKey]]] = OrderedDict()
        self._stopped: set[Hashable] = set()
        self._generation = 0
        self._number = 0
        self._threads: list[threading.Thread] = []
        self._is_closed = False
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call something, on a thread of the store, whenever tiles have come."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Read nothing more; wait for what is being read."""
        with self._changed:
            self._is_closed = True
            self._wants.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    # --- asking

    def block(
        self,
        pyramid: Pyramid,
        window: PixelWindow,
        *,
        wait_s: float = 0.0,
        ctx: Context = NULL_CONTEXT,
    ) -> PixelBlock:
        """Return a part of a level as it is known now, and have the rest read.

        Parameters
        ----------
        wait_s : float
            How long to wait for tiles that are read at once.
        """
        keys = list(pyramid.tiles_of(window))
        end_s = time.monotonic() + wait_s
        with self._changed:
            self._want(pyramid, keys, window)
            while not self._is_closed and (left := end_s - time.monotonic()) > 0:
                if all(self._is_there(pyramid, key) for key in keys):
                    break
                ctx.check()
                self._changed.wait(min(left, _STEP_S))
            found = {key: self._tiles.get((pyramid.key, key)) for key in keys}
            done = all(_final(tile) for tile in found.values())
            nearby = self._nearby(pyramid, [key for key, tile in found.items() if not _final(tile)])
        result = empty_block(window, len(pyramid.bands), pyramid.dtype, is_final=True)
        for key, tile in found.items():
            for block in (*nearby.get(key, ()), *([] if tile is None else [tile.block])):
                _paste(result, block, pyramid.tile_window(key))
        return PixelBlock(window, result.values, result.known, done)

    def _is_there(self, pyramid: Pyramid, key: TileKey) -> bool:
        """Whether nothing better comes soon."""
        tile = self._tiles.get((pyramid.key, key))
        return tile is not None and (tile.is_final or (tile.is_dear and tile.is_sampled))

    def _want(self, pyramid: Pyramid, keys: list[TileKey], window: PixelWindow) -> None:
        views = self._views.setdefault(pyramid.key, [])
        views.append(frozenset(keys))
        del views[:-_VIEWS]
        self._views.move_to_end(pyramid.key)
        while len(self._views) > _RASTERS:
            self._views.popitem(last=False)
        self._generation += 1
        middle = ((window.top + window.bottom) / 2, (window.left + window.right) / 2)
        for key in keys:
            place = (pyramid.key, key)
            if place in self._tiles:
                self._tiles.move_to_end(place)
                continue
            self._begin(pyramid, key, middle)
        if self._wants:
            self._start_threads()
            self._changed.notify_all()

    def _begin(self, pyramid: Pyramid, key: TileKey, middle: tuple[float, float]) -> None:
        at = pyramid.tile_window(key)
        far = int(
            abs((at.top + at.bottom) / 2 - middle[0]) + abs((at.left + at.right) / 2 - middle[1])
        )
        steps = pyramid.steps(at)
        exact = sum(step.rank == EXACT for step in steps)
        empty = empty_block(at, len(pyramid.bands), pyramid.dtype, is_final=False)
        tile = _Tile(empty, len(steps), exact > 0, exact_all=exact)
        self._keep((pyramid.key, key), tile)
        for step in steps:
            self._number += 1
            order = (-self._generation, step.rank, far)
            heapq.heappush(self._wants, _Want(order, self._number, pyramid, key, step, tile))

    def _keep(self, place: Place, tile: _Tile) -> None:
        self._tiles[place] = tile
        self._sizes[tile.is_dear] += tile.block.byte_size
        if self._sizes[tile.is_dear] <= self._limits[tile.is_dear]:
            return
        for old, other in list(self._tiles.items()):
            if self._sizes[tile.is_dear] <= self._limits[tile.is_dear]:
                break
            if other.is_dear is tile.is_dear and not self._is_wanted(old):
                self._drop(old)

    def _drop(self, place: Place) -> None:
        tile = self._tiles.pop(place, None)
        if tile is not None:
            self._sizes[tile.is_dear] -= tile.block.byte_size

    def _is_wanted(self, place: Place) -> bool:
        return any(place[1] in view for view in self._views.get(place[0], ()))

    def _nearby(self, pyramid: Pyramid, keys: list[TileKey]) -> dict[TileKey, list[PixelBlock]]:
        """Return, for missing tiles, what coarser and finer ones know of them."""
        found: dict[TileKey, list[PixelBlock]] = {}
        for key in keys:
            blocks = found.setdefault(key, [])
            for up in range(_FARTHEST_ANCESTOR, 0, -1):
                parent = TileKey(key.level + up, key.row >> up, key.column >> up)
                tile = self._tiles.get((pyramid.key, parent))
                if tile is not None and tile.block.known.any():
                    blocks.append(tile.block)
            for row, column in ((0, 0), (0, 1), (1, 0), (1, 1)):
                child = TileKey(key.level - 1, 2 * key.row + row, 2 * key.column + column)
                tile = self._tiles.get((pyramid.key, child)) if key.level else None
                if tile is not None and tile.is_final:
                    blocks.append(tile.block)
        return found

    # --- refining

    def refining(self) -> Refining:
        """Return how far the dear tiles of the views have come."""
        done = total = px = 0
        with self._changed:
            for (owner, key), tile in self._tiles.items():
                if not tile.is_dear or owner in self._stopped or not self._is_wanted((owner, key)):
                    continue
                done += tile.exact_done
                total += tile.exact_all
                px += tile.block.window.size << (2 * key.level)
        return Refining(done / total if total else 1.0, px)

    def stop_refining(self) -> None:
        """Leave the rasters that are being refined as they are, until `refine_again`."""
        with self._changed:
            for (owner, _key), tile in self._tiles.items():
                if tile.is_dear and not tile.is_final:
                    self._stopped.add(owner)
            self._wants = [w for w in self._wants if w.step.rank != EXACT]
            heapq.heapify(self._wants)

    def refine_again(self) -> None:
        """Go on with what was stopped, when it is seen again."""
        with self._changed:
            self._stopped.clear()
            for place in [p for p, tile in self._tiles.items() if not tile.is_final]:
                self._drop(place)

    @property
    def byte_size(self) -> int:
        """Bytes of all tiles."""
        return sum(self._sizes.values())

    # --- reading

    def _start_threads(self) -> None:
        while len(self._threads) < _THREADS and not self._is_closed:
            number = len(self._threads)
            thread = threading.Thread(target=self._run, name=f"raster-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._wants and not self._is_closed:
                    self._changed.wait()
                if self._is_closed:
                    return
                want = self._next(None)
            if want is not None:
                self._read_batch(want)

    def _next(self, pyramid: Pyramid | None) -> _Want | None:
        """Take the first want, of a raster if one is given, that somebody still has."""
        while self._wants:
            first = self._wants[0]
            place = (first.pyramid.key, first.key)
            is_current = self._tiles.get(place) is first.tile
            if not (is_current and self._is_wanted(place)):
                heapq.heappop(self._wants)
                if is_current:
                    self._drop(place)  # it is asked for anew when it is seen again
                continue
            if first.step.rank == EXACT and first.pyramid.key in self._stopped:
                heapq.heappop(self._wants)
                continue
            if pyramid is not None and first.pyramid.key != pyramid.key:
                return None
            return heapq.heappop(self._wants)
        return None

    def _read_batch(self, want: _Want) -> None:
        """Read steps of one raster for a while with its file open."""
        end_s = time.monotonic() + _BATCH_S
        pyramid: Pyramid = want.pyramid
        following: _Want | None = want
        try:
            with pyramid.opened() as files:
                while following is not None:
                    self._read(files, following)
                    following = None
                    if time.monotonic() < end_s:
                        with self._changed:
                            following = self._next(pyramid)
        except EmadinaError:  # the file is gone: its tiles stay empty
            self._finish(following or want)
        for listener in self._listeners:
            listener()

    def _read(self, files: PyramidFiles, want: _Want) -> None:
        part = want.pyramid.read(files, want.step)
        with self._changed:
            tile = want.tile
            at = tile.block.window
            pasted(tile.block.values, part.values, part.window, at)
            pasted(tile.block.known, part.known, part.window, at)
            tile.left -= 1
            tile.is_sampled = True
            tile.exact_done += want.step.rank == EXACT
            self._changed.notify_all()

    def _finish(self, want: _Want) -> None:
        with self._changed:
            want.tile.left = 0
            self._changed.notify_all()


def _final(tile: _Tile | None) -> bool:
    return tile is not None and tile.is_final


def _paste(result: PixelBlock, block: PixelBlock, at: PixelWindow) -> None:
    """Copy what a block of any level knows of a tile at `at` into the result."""
    level, own = result.window.level, block.window
    if own.level == level:
        known = block.known
        values = block.values
    else:
        values, known, own = _at_level(block, level, at)
    if not known.size:
        return
    window = result.window
    top, bottom = max(own.top, window.top), min(own.bottom, window.bottom)
    left, right = max(own.left, window.left), min(own.right, window.right)
    if top >= bottom or left >= right:
        return
    inner = np.s_[top - own.top : bottom - own.top, left - own.left : right - own.left]
    outer = np.s_[top - window.top : bottom - window.top, left - window.left : right - window.left]
    shown = known[inner]
    for target, source in zip(result.values, values, strict=True):
        np.copyto(target[outer], source[inner], where=shown)
    result.known[outer] |= shown


def _at_level(
    block: PixelBlock, level: int, at: PixelWindow
) -> tuple[np.ndarray, np.ndarray, PixelWindow]:
    """Return a block of another level as pixels of this one, what of it lies in `at`."""
    own = block.window
    if own.level < level:
        skip = 1 << (level - own.level)
        values, known = block.values[:, ::skip, ::skip], block.known[::skip, ::skip]
        top, left = own.top // skip, own.left // skip
        return values, known, PixelWindow(level, top, top + len(known), left, left + known.shape[1])
    up = own.level - level
    top, bottom = max(at.top, own.top << up), min(at.bottom, own.bottom << up)
    left, right = max(at.left, own.left << up), min(at.right, own.right << up)
    rows = (np.arange(top, bottom) >> up) - own.top
    columns = (np.arange(left, right) >> up) - own.left
    window = PixelWindow(level, top, max(bottom, top), left, max(right, left))
    return block.values[:, rows][:, :, columns], block.known[rows][:, columns], window

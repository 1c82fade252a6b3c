"""Raster layers as data to be drawn: read at once for paper, or tile by tile for a window.

What a window draws never waits for a file: it takes what is in memory and is told when there is
more. What is printed is read in full.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis import paths
from emadina_gis.domain.pixel_grid import PixelBlock, PixelGrid, PixelWindow, empty_block
from emadina_gis.errors import EmadinaError
from emadina_gis.io.cache import FOLDER
from emadina_gis.io.disk_cache import DiskCache
from emadina_gis.io.raster import RasterReading, RasterSource
from emadina_gis.io.raster_overviews import build_far, found_far
from emadina_gis.io.raster_pyramid import CHEAP_PX, NOTHING_FAR, Pyramid, PyramidFiles, Step, pasted
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.layer import RasterLayer
    from emadina_gis.io.raster_store import TileStore
    from emadina_gis.project import Project

#: Pixels of a file that are read for a print; beyond, samples stand for the rest.
_MOST_PRINTED_PX = 2_000_000_000
_SAMPLE_PX = 16
#: Pixels to be gone through, beyond which a person is told and may build overviews.
SLOW_PX = 300_000_000
#: How long a drawing waits for tiles that are quickly read, so that few pictures are unfinished.
_WAIT_S = 0.06


def reading_of(layer: RasterLayer) -> RasterReading:
    """Return how a layer's file is read."""
    placement = None if layer.placement is None else layer.placement.transform
    return RasterReading(placement, layer.nodata, layer.follows_sources)


def source_of(layer: RasterLayer) -> RasterSource:
    """Return the file of a layer, read as the person decided."""
    return RasterSource(raster_path(layer), layer.crs, reading_of(layer))


def raster_path(layer: RasterLayer) -> Path:
    """Return where a raster lies; a relative path is one of the shipped layers."""
    path = Path(layer.path)
    return path if path.is_absolute() else paths.layers() / path


def drawn_key(layer: RasterLayer) -> tuple[object, ...]:
    """Return what the reading of a drawn raster depends on."""
    style = layer.style
    shown = (style.band, style.color_bands, style.is_continuous)
    return (layer.id, layer.path, reading_of(layer), shown)


def bands_of(layer: RasterLayer) -> tuple[int, ...]:
    """Return the bands that a style shows."""
    return layer.style.color_bands or (layer.style.band,)


class DrawnRaster:
    """A raster file as its style shows it, one band or colours, read when it is asked for.

    Parameters
    ----------
    far : mapping of int to Path, optional
        Level → reduced copy in the cache.
    most_px : int
        Pixels of the file that one drawing may go through; beyond, samples stand for the rest.
    """

    def __init__(
        self,
        layer: RasterLayer,
        source: RasterSource | None = None,
        far: Mapping[int, Path] = NOTHING_FAR,
        *,
        most_px: int = SLOW_PX,
    ) -> None:
        self._most_px = most_px
        self._source = source or source_of(layer)
        self._style = layer.style
        self._pyramid: Pyramid | None = None
        self._bands = bands_of(layer)
        self._far = far

    def is_there(self) -> bool:
        """Whether the file can be read."""
        try:
            return self.pyramid.grid.width > 0
        except EmadinaError:
            return False

    @property
    def pyramid(self) -> Pyramid:
        """The levels of the file.

        Raises
        ------
        LayerReadError
            If it cannot be read.
        """
        if self._pyramid is None:
            average = self._style.is_continuous
            self._pyramid = Pyramid(self._source, self._bands, average=average, far=self._far)
        return self._pyramid

    @property
    def source(self) -> RasterSource:
        """The file."""
        return self._source

    @property
    def grid(self) -> PixelGrid:
        """Where its pixels lie; nowhere where the file has gone."""
        try:
            return self.pyramid.grid
        except EmadinaError:
            return PixelGrid(0, 0, (1.0, 0.0, 0.0, 0.0, -1.0, 0.0))

    @property
    def coarsest_level(self) -> int:
        """The highest level that can be asked for."""
        return 0 if self.grid.width == 0 else self.pyramid.coarsest_level

    @property
    def damaged(self) -> int:
        """Pieces that could not be read until now."""
        return self._source.damaged

    def block(self, window: PixelWindow, ctx: Context = NULL_CONTEXT) -> PixelBlock:
        """Return the values of a part of a level, read now.

        All are missing where the file has gone since it was opened: the rest of the map is drawn.
        """
        return self._read_now(window, self._most_px, ctx)

    def sampled(self, window: PixelWindow, ctx: Context = NULL_CONTEXT) -> PixelBlock:
        """Return the values of a part of a level, read now; samples where reading takes long."""
        return self._read_now(window, CHEAP_PX * 20, ctx)

    def _read_now(self, window: PixelWindow, most_px: int, ctx: Context) -> PixelBlock:
        pyramid = self.pyramid
        result = empty_block(window, len(pyramid.bands), pyramid.dtype, is_final=True)
        is_sampled = pyramid.touched_px(window) > most_px
        try:
            with pyramid.opened() as files:
                for step in _printed_steps(pyramid, window, is_sampled=is_sampled):
                    ctx.check()
                    self._take(files, step, result)
        except EmadinaError:
            result.known[...] = False
        return result

    def _take(self, files: PyramidFiles, step: Step, result: PixelBlock) -> None:
        part = self.pyramid.read(files, step)
        pasted(result.values, part.values, part.window, result.window)
        pasted(result.known, part.known, part.window, result.window)

    def read(
        self, extent: Extent, width_px: int, height_px: int
    ) -> tuple[NDArray[np.floating], Extent]:
        """Return values or colours over a rectangle, and the rectangle; NaN where missing."""
        style = self._style
        if not style.color_bands:
            window = self._source.read_window(
                extent, width_px, height_px, band=style.band, average=style.is_continuous
            )
            return window.values, extent
        colors = self._source.read_colors(
            extent, width_px, height_px, bands=style.color_bands, ranges=style.color_ranges
        )
        values = colors.astype(np.float32)
        values[colors[..., 3] == 0] = np.nan
        return values, extent


def _printed_steps(pyramid: Pyramid, window: PixelWindow, *, is_sampled: bool) -> Iterator[Step]:
    """Yield what is read of a part: pieces of a bearable size, or samples."""
    size = _SAMPLE_PX if is_sampled else max(window.shape)
    while not is_sampled and size > 1 and pyramid.touched_px(_square(window, size)) > CHEAP_PX:
        size = -(-size // 2)
    for top in range(window.top, window.bottom, size):
        for left in range(window.left, window.right, size):
            bottom, right = min(top + size, window.bottom), min(left + size, window.right)
            part = PixelWindow(window.level, top, bottom, left, right)
            yield Step(1 if is_sampled else 0, part)


def _square(window: PixelWindow, size: int) -> PixelWindow:
    top, left = window.top, window.left
    bottom, right = min(top + size, window.bottom), min(left + size, window.right)
    return PixelWindow(window.level, top, bottom, left, right)


class LiveRaster(DrawnRaster):
    """A raster as a window draws it: what is in memory now, and more later.

    A drawing that takes nothing new takes the same object; `renewed` gives another one.
    """

    def __init__(
        self,
        layer: RasterLayer,
        store: TileStore,
        source: RasterSource | None = None,
        far: Mapping[int, Path] = NOTHING_FAR,
    ) -> None:
        super().__init__(layer, source, far)
        self._store = store
        self._layer_id = layer.id
        #: Whether the last drawing took all that there is.
        self.is_final = False

    def block(self, window: PixelWindow, ctx: Context = NULL_CONTEXT) -> PixelBlock:
        """Return what is known of a part of a level, and have the rest read."""
        found = self._store.block(self.pyramid, window, wait_s=_WAIT_S, ctx=ctx)
        self.is_final = found.is_final
        return found

    @property
    def layer_id(self) -> str:
        """Id of the layer."""
        return self._layer_id

    @property
    def is_slow_from_afar(self) -> bool:
        """Whether a far view needs the whole of a large file, which no overviews shorten."""
        pyramid = self.pyramid
        level = pyramid.coarsest_level
        rows, columns = pyramid.grid.shape_at(level)
        return pyramid.touched_px(PixelWindow(level, 0, rows, 0, columns)) > SLOW_PX

    def renewed(self) -> LiveRaster:
        """Return the same raster as another object: its picture is to be made again."""
        made = object.__new__(LiveRaster)
        made.__dict__.update(self.__dict__)
        return made


def printed_rasters(project: Project) -> dict[str, DrawnRaster]:
    """Return the visible rasters that can be read, to be drawn in full at once."""
    cache = DiskCache(paths.user_cache() / FOLDER, lambda: 0)
    found: dict[str, DrawnRaster] = {}
    for layer in project.raster_layers:
        if layer.visible:
            source = source_of(layer)
            far = far_of(layer, source, cache)
            raster = DrawnRaster(layer, source, far, most_px=_MOST_PRINTED_PX)
            if raster.is_there():
                found[layer.id] = raster
    return found


def live_rasters(
    project: Project, store: TileStore, cache: DiskCache | None = None
) -> dict[str, LiveRaster]:
    """Return the visible rasters that can be read, to be drawn tile by tile."""
    found: dict[str, LiveRaster] = {}
    for layer in project.raster_layers:
        if layer.visible:
            source = source_of(layer)
            raster = LiveRaster(layer, store, source, far_of(layer, source, cache))
            if raster.is_there():
                found[layer.id] = raster
    return found


def build_overviews(layer: RasterLayer, cache: DiskCache, ctx: Context = NULL_CONTEXT) -> None:
    """Make reduced copies of a raster in the cache.

    Raises
    ------
    LayerReadError
        ``raster.no-room`` where the cache may not hold them; what reading raises.
    """
    build_far(cache, source_of(layer), average=layer.style.is_continuous, ctx=ctx)


def far_of(layer: RasterLayer, source: RasterSource, cache: DiskCache | None) -> Mapping[int, Path]:
    """Return the reduced copies that the cache holds of a raster."""
    if cache is None:
        return NOTHING_FAR
    try:
        return found_far(cache, source, average=layer.style.is_continuous)
    except EmadinaError:
        return NOTHING_FAR

"""Rasters as pictures: the values that a view needs, from the level that fits, in the map's CRS.

Owns which level and which part are asked for, and putting samples, colours, light and lines
together strip by strip. Knows no files (values come in), no Qt and no OpenGL (bytes go out).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from emadina_gis.analysis.hillshade import metres_per_degree, shaded
from emadina_gis.domain.pixel_grid import PixelBlock, PixelGrid, PixelWindow
from emadina_gis.domain.viewport import MM_PER_INCH, MM_PER_PX_AT_96_DPI
from emadina_gis.errors import CrsError
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.render.raster_colors import Colorizer, colored, premultiplied
from emadina_gis.render.raster_mesh import PixelMesh, pixel_mesh
from emadina_gis.render.raster_sampling import sampled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.style import RasterStyle, Relief
    from emadina_gis.domain.viewport import Viewport

__all__ = [
    "RasterArray",
    "RasterData",
    "colored",
    "premultiplied",
    "raster_picture",
    "raster_steps",
]

#: Lines of a picture that are made at once.
_STRIP_LINES = 64
#: Pixels of a picture for which values are held at once: larger ones, of print, are cut.
_BAND_PX = 4_000_000
#: Values that are held at once for them.
_MOST_VALUES = 24_000_000
#: A level is taken where its pixels are at least this large on the picture.
_LEAST_LEVEL_PX = 0.8
#: Pixels around what is seen: neighbours of the light and of what lies between.
_MARGIN_PX = 2
_FEWEST_PX = 1e-6
_PAPER_DPI = 300.0
#: Pixels of a printed picture: 160 MB.
_MOST_PRINTED_PX = 40_000_000


class RasterData(Protocol):
    """Values of a raster that can be asked for a part of a level."""

    @property
    def grid(self) -> PixelGrid:
        """Where its pixels lie."""
        ...

    @property
    def coarsest_level(self) -> int:
        """The highest level that can be asked for."""
        ...

    def block(self, window: PixelWindow, ctx: Context = NULL_CONTEXT) -> PixelBlock:
        """Return the values of a part of a level, what is there of them."""
        ...


class RasterArray:
    """A small raster held in memory.

    Parameters
    ----------
    values : ndarray, shape (h, w) or (h, w, 3 or 4)
        Values, NaN where missing; the first row is the northernmost.
    extent : Extent
        What they cover, in the raster's CRS.
    """

    coarsest_level = 0

    def __init__(self, values: NDArray[np.floating], extent: Extent) -> None:
        height, width = values.shape[:2]
        across, down = extent.width / width, -extent.height / height
        self.grid = PixelGrid(width, height, (across, 0, extent.xmin, 0, down, extent.ymax))
        self._bands = np.moveaxis(np.atleast_3d(values), 2, 0).astype(np.float32)
        self._known: NDArray[np.bool_] = np.all(~np.isnan(self._bands[:3]), axis=0)

    def block(self, window: PixelWindow, ctx: Context = NULL_CONTEXT) -> PixelBlock:
        """Return a part of the values."""
        del ctx
        rows, columns = slice(window.top, window.bottom), slice(window.left, window.right)
        return PixelBlock(window, self._bands[:, rows, columns], self._known[rows, columns])


@dataclass(frozen=True)
class Making:
    """How a picture is made.

    Attributes
    ----------
    mm_per_px : float
        Size of a pixel on the picture, for the width of contour lines.
    ctx : Context
        Cancel.
    """

    mm_per_px: float = MM_PER_PX_AT_96_DPI
    ctx: Context = NULL_CONTEXT


ON_SCREEN = Making()


@dataclass(frozen=True)
class _Job:
    """What is drawn: a raster in a style, on a mesh of a picture."""

    data: RasterData
    style: RasterStyle
    mesh: PixelMesh
    level: int
    source: Crs
    making: Making

    @property
    def ctx(self) -> Context:
        """Who may stop it."""
        return self.making.ctx


def raster_picture(
    data: RasterData,
    style: RasterStyle,
    viewport: Viewport,
    *,
    source: Crs,
    target: Crs,
    making: Making = ON_SCREEN,
) -> NDArray[np.uint8] | None:
    """Return premultiplied RGBA of a raster in a view, shape (height_px, width_px, 4).

    Parameters
    ----------
    source, target : Crs
        CRS of the raster and of the map; where one is unknown coordinates are taken as they are.
    making : Making
        For what device, and who may stop it.

    Returns
    -------
    ndarray or None
        None where the raster is not in the view.
    """
    try:
        mesh = pixel_mesh(data.grid, viewport, source, target)
    except CrsError:
        return None
    level = math.floor(math.log2(max(mesh.step * _LEAST_LEVEL_PX, 1.0)) + _FEWEST_PX)
    level = min(level, data.coarsest_level)
    job = _Job(data, style, mesh, level, source, making)
    result: NDArray[np.uint8] | None = None
    lines = max(_BAND_PX // viewport.width_px, 1)
    for first in range(0, viewport.height_px, lines):
        last = min(first + lines, viewport.height_px)
        block = _block_of(job, first, last)
        if block is None:
            continue
        if result is None:
            result = np.zeros((viewport.height_px, viewport.width_px, 4), dtype=np.uint8)
        _draw(job, block, result, first, last)
    return result


def raster_steps(viewport: Viewport, mm_per_px: float) -> float:
    """Return how many pixels of a printed picture there are to one of the device, at most 1.

    As fine as the paper shows, and as large as memory allows.
    """
    paper = mm_per_px / (MM_PER_INCH / _PAPER_DPI)
    room = math.sqrt(_MOST_PRINTED_PX / (viewport.width_px * viewport.height_px))
    return min(paper, room, 1.0)


def _block_of(job: _Job, first: int, last: int) -> PixelBlock | None:
    """Return the values that some lines of the picture show, None where there are none."""
    grid, bounds = job.data.grid, job.mesh.bounds(first, last)
    if bounds is None:
        return None
    left, top, right, bottom = bounds
    if right <= 0 or bottom <= 0 or left >= grid.width or top >= grid.height:
        return None
    for level in range(job.level, job.data.coarsest_level + 1):
        window = _window(grid, level, bounds)
        if window.size <= _MOST_VALUES:
            return job.data.block(window, job.ctx) if window.size else None
    return None


def _window(grid: PixelGrid, level: int, bounds: tuple[float, float, float, float]) -> PixelWindow:
    left, top, right, bottom = (value / (1 << level) for value in bounds)
    rows, columns = grid.shape_at(level)
    return PixelWindow(
        level,
        max(math.floor(top) - _MARGIN_PX, 0),
        min(math.ceil(bottom) + _MARGIN_PX, rows),
        max(math.floor(left) - _MARGIN_PX, 0),
        min(math.ceil(right) + _MARGIN_PX, columns),
    )


def _draw(job: _Job, block: PixelBlock, result: NDArray[np.uint8], first: int, last: int) -> None:
    style = job.style
    relief, contours = (style.relief, style.contours) if len(block.values) == 1 else (None, None)
    colors = Colorizer(style, _span(block) if not style.stops else (0, 1), 1 / job.making.mm_per_px)
    if relief is not None:
        block = _with_light(job, block, relief)
    smooth = style.is_continuous or relief is not None or contours is not None
    around = 0 if contours is None else 1  # lines above and below, for the slope of the values
    for top in range(first, last, _STRIP_LINES):
        job.ctx.check()
        bottom = min(top + _STRIP_LINES, last)
        columns, rows = job.mesh.positions(top - around, bottom + around)
        wide, seen = sampled(block, job.data.grid, columns, rows, smooth=smooth)
        inner = slice(around, wide.shape[1] - around)
        values, known = wide[:, inner], seen[inner]
        if not known.any():
            continue
        part = colors.rgba(values if relief is None else values[:1], known)
        if relief is not None:
            colors.lit(part, values[1], relief)
        if contours is not None and contours.interval > 0:
            colors.lines(part, wide[0], known, contours)
        result[top:bottom] = part


def _span(block: PixelBlock) -> tuple[float, float]:
    found = block.values[0][block.known]
    return (float(found.min()), float(found.max())) if found.size else (0.0, 1.0)


def _with_light(job: _Job, block: PixelBlock, relief: Relief) -> PixelBlock:
    """Return a block with how bright each value is beside it."""
    heights = block.values[0].astype(np.float32, copy=False)
    brightness = shaded(
        heights,
        block.known,
        _cells_m(job, block.window),
        azimuth_deg=relief.azimuth_deg,
        altitude_deg=relief.altitude_deg,
        exaggeration=relief.exaggeration,
    )
    return PixelBlock(block.window, np.stack([heights, brightness]), block.known)


def _cells_m(job: _Job, window: PixelWindow) -> NDArray[np.float64]:
    """Return ∂(x, y)/∂(column, row) of the rows of a window in metres, shape (h, 2, 2)."""
    grid, size = job.data.grid, 1 << window.level
    column = (window.left + window.right) / 2 * size
    rows = (np.arange(window.top, window.bottom) + 0.5) * size
    cells = np.array(grid.jacobian(column, float(rows.mean()))) * size
    if not job.source.is_geographic:
        return np.broadcast_to(cells * job.source.unit_m, (len(rows), 2, 2))
    places = grid.to_coordinates(np.column_stack([np.full(len(rows), column), rows]))
    return np.asarray(cells[None] * metres_per_degree(places[:, 1])[:, :, None])

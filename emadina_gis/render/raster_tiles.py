"""Rasters as pictures: values through a colour ramp, warped to the map's CRS for one view.

Owns sampling, the ramp and transparency of missing values. Knows no files (values come in), no Qt
and no OpenGL (bytes go out).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from emadina_gis.domain.crs import Crs, transform_extent, transform_points
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.style import RasterStyle, rgba
from emadina_gis.errors import CrsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.viewport import Viewport

_GRID = 33
_GREYS = ("#f3f0e8", "#3c3a36")


class RasterData(Protocol):
    """Values of a raster that can be asked for a window at a resolution."""

    def read(
        self, extent: Extent, width_px: int, height_px: int
    ) -> tuple[NDArray[np.floating], Extent]:
        """Return values and the extent that they cover, both in the raster's CRS.

        Values have shape (h, w), or (h, w, 3 or 4) with RGB(A) in [0, 255]; missing is NaN; the
        first row is the northernmost.
        """
        ...


@dataclass(frozen=True, eq=False)
class RasterArray:
    """A small raster held in memory.

    Attributes
    ----------
    values : ndarray, shape (h, w) or (h, w, 3 or 4)
        Values, NaN where missing; the first row is the northernmost.
    extent : Extent
        What they cover, in the raster's CRS.
    """

    values: NDArray[np.floating]
    extent: Extent

    def read(
        self, extent: Extent, width_px: int, height_px: int
    ) -> tuple[NDArray[np.floating], Extent]:
        """Return all values: a small raster is sampled whole."""
        del extent, width_px, height_px
        return self.values, self.extent


def raster_picture(
    data: RasterData, style: RasterStyle, viewport: Viewport, *, source: Crs, target: Crs
) -> NDArray[np.uint8] | None:
    """Return premultiplied RGBA of a raster in a view, shape (height_px, width_px, 4).

    Parameters
    ----------
    source, target : Crs
        CRS of the raster and of the map. Positions are transformed on a 33 × 33 grid and
        interpolated between (well under a pixel for views of a city or a region).

    Returns
    -------
    ndarray or None
        None where the raster is not in the view.
    """
    try:
        wanted = transform_extent(viewport.extent, target, source)
    except CrsError:
        return None
    values, extent = data.read(wanted, viewport.width_px, viewport.height_px)
    if not wanted.intersects(extent) or not values.size:
        return None
    x, y = _source_positions(viewport, source, target)
    column = (x - extent.xmin) / extent.width * values.shape[1]
    row = (extent.ymax - y) / extent.height * values.shape[0]
    smooth = style.interpolate and values.ndim == 2 and len(style.stops) != 0
    sampled = _bilinear(values, row, column) if smooth else _nearest(values, row, column)
    return premultiplied(colored(sampled, style))


def _source_positions(
    viewport: Viewport, source: Crs, target: Crs
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x and y in the raster's CRS of all pixel centres, each of shape (h, w)."""
    extent = viewport.extent
    width, height = viewport.width_px, viewport.height_px
    if source == target:
        x = extent.xmin + (np.arange(width) + 0.5) * viewport.units_per_px
        y = extent.ymax - (np.arange(height) + 0.5) * viewport.units_per_px
        return np.broadcast_to(x, (height, width)), np.broadcast_to(y[:, None], (height, width))
    gx = np.linspace(extent.xmin, extent.xmax, _GRID)
    gy = np.linspace(extent.ymax, extent.ymin, _GRID)
    grid = np.column_stack([np.tile(gx, _GRID), np.repeat(gy, _GRID)])
    moved = transform_points(grid, target, source).reshape(_GRID, _GRID, 2)
    u = (np.arange(width) + 0.5) / width * (_GRID - 1)
    v = (np.arange(height) + 0.5) / height * (_GRID - 1)
    return _grid_values(moved[..., 0], v, u), _grid_values(moved[..., 1], v, u)


def _grid_values(
    grid: NDArray[np.float64], v: NDArray[np.float64], u: NDArray[np.float64]
) -> NDArray[np.float64]:
    column = np.minimum(u.astype(np.intp), _GRID - 2)
    row = np.minimum(v.astype(np.intp), _GRID - 2)
    across = u - column
    down = (v - row)[:, None]
    left = grid[:, column] * (1 - across) + grid[:, column + 1] * across
    return np.asarray(left[row] * (1 - down) + left[row + 1] * down)


def _nearest(
    values: NDArray[np.floating], row: NDArray[np.float64], column: NDArray[np.float64]
) -> NDArray[np.floating]:
    height, width = values.shape[:2]
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    r = np.clip(np.nan_to_num(row), 0, height - 1).astype(np.intp)
    c = np.clip(np.nan_to_num(column), 0, width - 1).astype(np.intp)
    sampled = values[r, c].astype(np.float32)
    sampled[~inside] = np.nan
    return np.asarray(sampled)


def _bilinear(
    values: NDArray[np.floating], row: NDArray[np.float64], column: NDArray[np.float64]
) -> NDArray[np.floating]:
    """Mean of the four neighbours that have a value, weighted by nearness."""
    nearest = _nearest(values, row, column)
    height, width = values.shape
    r0 = np.clip(np.floor(row - 0.5), 0, height - 1).astype(np.intp)
    c0 = np.clip(np.floor(column - 0.5), 0, width - 1).astype(np.intp)
    r1, c1 = np.minimum(r0 + 1, height - 1), np.minimum(c0 + 1, width - 1)
    down = np.clip(row - 0.5 - r0, 0, 1).astype(np.float32)
    across = np.clip(column - 0.5 - c0, 0, 1).astype(np.float32)
    total = np.zeros(row.shape, dtype=np.float32)
    weight = np.zeros(row.shape, dtype=np.float32)
    for r, c, w in (
        (r0, c0, (1 - down) * (1 - across)),
        (r0, c1, (1 - down) * across),
        (r1, c0, down * (1 - across)),
        (r1, c1, down * across),
    ):
        value = values[r, c].astype(np.float32)
        known = ~np.isnan(value)
        total += np.where(known, value * w, 0)
        weight += np.where(known, w, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / weight
    return np.where(np.isnan(nearest), np.float32(np.nan), mean)


def colored(values: NDArray[np.floating], style: RasterStyle) -> NDArray[np.uint8]:
    """Return RGBA of values through the style; missing values are transparent."""
    if values.ndim == 3:
        return _from_bands(values)
    known = ~np.isnan(values)
    stops = style.stops or _grey_stops(values[known])
    bounds = np.array([value for value, _ in stops])
    colors = np.array([rgba(color)[:3] for _, color in stops], dtype=np.float32)
    result = np.zeros((*values.shape, 4), dtype=np.uint8)
    filled = np.where(known, values, bounds[0])
    for band in range(3):
        if style.interpolate:
            result[..., band] = np.interp(filled, bounds, colors[:, band]).round()
        else:
            index = np.clip(np.searchsorted(bounds, filled, side="right") - 1, 0, len(bounds) - 1)
            result[..., band] = colors[index, band]
    result[..., 3] = np.where(known, 255, 0)
    return result


def _grey_stops(values: NDArray[np.floating]) -> tuple[tuple[float, str], ...]:
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    return (low, _GREYS[0]), (high if high > low else low + 1.0, _GREYS[1])


def _from_bands(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    known = ~np.isnan(values[..., :3]).any(axis=-1)
    result = np.zeros((*values.shape[:2], 4), dtype=np.uint8)
    result[..., :3] = np.nan_to_num(np.clip(values[..., :3], 0, 255))
    alpha = np.nan_to_num(values[..., 3]) if values.shape[-1] == 4 else np.float32(255)
    result[..., 3] = np.where(known, alpha, 0)
    return result


def premultiplied(colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return RGBA with colours multiplied by alpha, shape as given."""
    alpha = colors[..., 3:].astype(np.uint16)
    result = colors.copy()
    result[..., :3] = (colors[..., :3] * alpha + 127) // 255
    return result

"""Which pixel of a raster each pixel of a picture shows, in whatever CRS the map is.

Positions are transformed on a mesh that is fine enough and interpolated between. Knows no values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import Crs, transform_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.pixel_grid import PixelGrid
    from emadina_gis.domain.viewport import Viewport

    Axis = NDArray[np.float64]

_FEWEST_NODES, _MOST_NODES = 17, 257
#: What interpolation may miss, in pixels of the picture.
_TOLERANCE_PX = 0.1


@dataclass(frozen=True, eq=False)
class PixelMesh:
    """Columns and rows of a raster at nodes over a picture.

    Attributes
    ----------
    nodes : ndarray, shape (n, m, 2)
        Column and row at n heights and m widths, evenly from border to border.
    step : float
        Pixels of the raster from one pixel of the picture to the next.
    is_separable : bool
        Whether columns depend on x alone and rows on y alone.
    """

    width_px: int
    height_px: int
    nodes: NDArray[np.float64]
    step: float
    is_separable: bool

    def positions(self, first: int, last: int) -> tuple[Axis, Axis]:
        """Return columns and rows at the centres of the pixels of some lines of the picture.

        Returns
        -------
        tuple of ndarray
            Of shapes (width,) and (lines,) where separable, else both (lines, width).
        """
        x = (np.arange(self.width_px) + 0.5) / self.width_px * (self.nodes.shape[1] - 1)
        y = (np.arange(first, last) + 0.5) / self.height_px * (len(self.nodes) - 1)
        if self.is_separable:
            return _along(self.nodes[0, :, 0], x), _along(self.nodes[:, 0, 1], y)
        return _between(self.nodes[..., 0], y, x), _between(self.nodes[..., 1], y, x)

    def bounds(self, first: int, last: int) -> tuple[float, float, float, float] | None:
        """Return the smallest and largest column and row of some lines; None where there are none.

        (left, top, right, bottom), with what interpolation may miss.
        """
        scale = (len(self.nodes) - 1) / self.height_px
        low, high = int(first * scale), int(np.ceil(last * scale))
        part = self.nodes[low : high + 1].reshape(-1, 2)
        part = part[np.isfinite(part).all(axis=1)]
        if not len(part):
            return None
        (left, top), (right, bottom) = part.min(axis=0), part.max(axis=0)
        return float(left), float(top), float(right), float(bottom)


def pixel_mesh(grid: PixelGrid, viewport: Viewport, source: Crs, target: Crs) -> PixelMesh:
    """Return the mesh of a view over a raster.

    Parameters
    ----------
    source, target : Crs
        CRS of the raster and of the map; where one is unknown coordinates are taken as they are.

    Raises
    ------
    CrsError
        If there is no transformation.
    """
    same = source == target or not (source.is_known and target.is_known)
    is_separable = same and grid.is_upright
    is_linear = same and (grid.placement is None or grid.placement.is_linear)

    def at(count: int) -> NDArray[np.float64]:
        xy = _places(viewport, count)
        moved = xy if same else transform_points(xy, target, source)
        return grid.to_pixels(moved).reshape(count, count, 2)

    nodes = at(2 if is_linear else _FEWEST_NODES)
    while not is_linear and len(nodes) < _MOST_NODES:
        finer = at(2 * len(nodes) - 1)
        missed = np.abs(finer[1::2, 1::2] - _middles(nodes))
        step = _step(nodes, viewport)
        nodes = finer
        if not np.isfinite(missed).any() or np.nanmax(missed) <= _TOLERANCE_PX * step:
            break
    return PixelMesh(
        viewport.width_px, viewport.height_px, nodes, _step(nodes, viewport), is_separable
    )


def _places(viewport: Viewport, count: int) -> NDArray[np.float64]:
    extent = viewport.extent
    x = np.linspace(extent.xmin, extent.xmax, count)
    y = np.linspace(extent.ymax, extent.ymin, count)
    return np.column_stack([np.tile(x, count), np.repeat(y, count)])


def _middles(nodes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what interpolation gives in the middles of the cells."""
    return np.asarray((nodes[:-1, :-1] + nodes[1:, :-1] + nodes[:-1, 1:] + nodes[1:, 1:]) / 4)


def _step(nodes: NDArray[np.float64], viewport: Viewport) -> float:
    """Return the median distance, in pixels of the raster, of neighbours on the picture."""
    across = np.hypot(*np.moveaxis(np.diff(nodes, axis=1), 2, 0))
    down = np.hypot(*np.moveaxis(np.diff(nodes, axis=0), 2, 0))
    across = across * ((nodes.shape[1] - 1) / viewport.width_px)
    down = down * ((len(nodes) - 1) / viewport.height_px)
    steps = [float(np.median(part[np.isfinite(part)])) for part in (across, down)
             if np.isfinite(part).any()]  # fmt: skip
    return min(steps, default=1.0) or 1.0


def _along(nodes: Axis, places: Axis) -> Axis:
    index = np.clip(places.astype(np.intp), 0, len(nodes) - 2)
    share = places - index
    return np.asarray(nodes[index] * (1 - share) + nodes[index + 1] * share)


def _between(nodes: NDArray[np.float64], y: Axis, x: Axis) -> NDArray[np.float64]:
    column = np.clip(x.astype(np.intp), 0, nodes.shape[1] - 2)
    row = np.clip(y.astype(np.intp), 0, len(nodes) - 2)
    across, down = x - column, (y - row)[:, None]
    low, high = int(row.min()), int(row.max()) + 2
    line = nodes[low:high]
    line = line[:, column] * (1 - across) + line[:, column + 1] * across
    return np.asarray(line[row - low] * (1 - down) + line[row - low + 1] * down)

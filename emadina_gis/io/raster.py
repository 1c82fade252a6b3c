"""Rasters through GDAL (rasterio), opened lazily and read by window and at the size asked for.

A file of 10^12 pixels is read through its overviews, by decimation or by samples, never whole. Each
read opens the file anew, so a source may be used from several threads. Rotated and south-up grids
and pictures placed by control points come out north-up. Knows nothing of colours chosen by a
person.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import Crs
from emadina_gis.domain.extent import Extent, extent_of_bounds
from emadina_gis.domain.kept import kept
from emadina_gis.domain.pixel_grid import PixelGrid
from emadina_gis.errors import LayerReadError
from emadina_gis.io import raster_grid
from emadina_gis.io.raster_description import RasterDescription, describe_raster
from emadina_gis.io.raster_means import reduced
from emadina_gis.io.raster_open import DRIVERS, opened_grid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from emadina_gis.domain.placement import PlaneTransform
    from emadina_gis.io.raster_grid import Grid

__all__ = [
    "DRIVERS",
    "BandStats",
    "RasterDescription",
    "RasterReading",
    "RasterSource",
    "RasterWindow",
    "describe_raster",
    "picture_extent",
]

_LARGEST_WINDOW_PX = 16_384
_SUSPECT_NODATA = (
    -9999.0, -99999.0, -32768.0, -32767.0, -3.4028234663852886e38, 3.4028234663852886e38, -1e20,
    1e20, -999.0, 9999.0, -2147483648.0,
)  # fmt: skip
_SUSPECT_SHARE = 0.001
_BORDER_STEPS = 25
#: Coordinates of a picture without a place.
_BARE = (1.0, 0.0, 0.0, 0.0, -1.0, 0.0)
_LARGEST_BYTE, _LARGEST_WORD = 255.0, 65535.0
#: Pixels of a file that are all read when it is checked for damage.
_MOST_CHECKED_PX = 64_000_000
#: Means are made here, not by the library, where the person said what "no data" is.
_MOST_MEANT_PX = 20_000_000


@dataclass(frozen=True)
class BandStats:
    """Approximate statistics of a band, from a decimated reading without nodata.

    Attributes
    ----------
    low, high : float
        2nd and 98th percentiles: the usual stretch.
    valid_share : float
        Share of pixels that hold a value.
    """

    minimum: float
    maximum: float
    mean: float
    low: float
    high: float
    valid_share: float


@dataclass(frozen=True, eq=False)
class RasterWindow:
    """A part of a band as an array, north up.

    Attributes
    ----------
    values : ndarray of float32, shape (height_px, width_px)
        Values; NaN where there is none.
    valid : ndarray of bool, same shape
        Where there is a value.
    extent : Extent
        What the array covers, in the raster's CRS.
    """

    values: NDArray[np.float32]
    valid: NDArray[np.bool_]
    extent: Extent


@dataclass(frozen=True)
class RasterReading:
    """How a person wants a file to be read.

    Attributes
    ----------
    placement : PlaneTransform or None
        From the picture (x = column, y = −row) to the map; takes the place of the file's own.
    nodata : float or None
        A value that means "no data" although the file does not say so.
    follow_sources : bool
        Whether a virtual raster may open the files beside it that it names.
    as_picture : bool
        Read by column and row (y = −row), whatever the file says of its place.
    """

    placement: PlaneTransform | None = None
    nodata: float | None = None
    follow_sources: bool = False
    as_picture: bool = False


AS_FILED = RasterReading()


class RasterSource:
    """A raster to draw and to sample from; holds no open file.

    Parameters
    ----------
    path : Path
        The file.
    crs : Crs, optional
        CRS assigned by the person; by default the file's.
    reading : RasterReading, optional
        What else the person decided.
    """

    def __init__(
        self, path: Path | str, crs: Crs | None = None, reading: RasterReading = AS_FILED
    ) -> None:
        self.path = Path(path)
        self._crs = crs
        self._reading = reading
        self._samples: dict[int, raster_grid.Values] = {}
        #: Pieces that could not be read by any read until now.
        self.damaged = 0

    @kept
    def description(self) -> RasterDescription:
        """What the file says of itself."""
        return describe_raster(self.path, follow_sources=self._reading.follow_sources)

    @property
    def crs(self) -> Crs:
        """CRS of the grid."""
        return self._crs or self.description.crs.crs

    @property
    def extent(self) -> Extent | None:
        """Extent in the raster's CRS, None without georeference."""
        found = self.description
        if self._reading.placement is not None:
            return placed_extent(self._reading.placement, found.width_px, found.height_px)
        return picture_extent(found) if self._reading.as_picture else found.extent

    def opened(self) -> AbstractContextManager[Grid]:
        """Give the open file."""
        return opened_grid(self.path, follow_sources=self._reading.follow_sources)

    @kept
    def pixel_grid(self) -> PixelGrid:
        """Where the pixels lie; a picture without a place lies at x = column, y = −row."""
        with self.opened() as grid:
            found = grid.transform
            is_bare = self._reading.as_picture or found.is_identity or not found.determinant
            affine = (found.a, found.b, found.c, found.d, found.e, found.f)
            placed = None if self._reading.as_picture else self._reading.placement
            return PixelGrid(grid.width, grid.height, _BARE if is_bare else affine, placed)

    @kept
    def alpha_band(self) -> int:
        """The band of transparency, 0 where there is none."""
        with self.opened() as grid:
            return self._alpha_band(grid)

    @kept
    def content_key(self) -> tuple[object, ...]:
        """What the values of pixels depend on, as far as the system tells."""
        facts = self.path.stat() if self.path.exists() else None
        written = (0, 0) if facts is None else (facts.st_size, facts.st_mtime_ns)
        return (str(self.path), *written, self._reading.nodata, self._reading.follow_sources)

    def values_of(
        self,
        grid: Grid,
        band: int,
        window: raster_grid.Window,
        shape: tuple[int, int],
        *,
        average: bool,
    ) -> raster_grid.Values:
        """Return a part of a band of an open file at a size, and where it holds values."""
        if not 1 <= band <= grid.count:
            raise LayerReadError("raster.no-band", path=self.path.name, band=band)
        before = grid.damaged
        (top, bottom), (left, right) = window
        whole = (bottom - top, right - left)
        is_told = self._reading.nodata is not None and average and shape != whole
        if is_told and whole[0] * whole[1] <= _MOST_MEANT_PX:
            values, valid = grid.band(band, window, whole)
            known = self._without_nodata(values, valid)
            values, valid = reduced(values, known, shape)
        else:
            values, valid = grid.band(band, window, shape, average=average and not is_told)
            valid = self._without_nodata(values, valid)
        self.damaged += grid.damaged - before
        return values, valid

    def read_window(
        self,
        extent: Extent,
        width_px: int,
        height_px: int,
        *,
        band: int = 1,
        average: bool = False,
    ) -> RasterWindow:
        """Return a band over a rectangle, resampled to the size asked for.

        The nearest pixel (of an overview where there is one) is taken; outside the grid there is
        no value.

        Parameters
        ----------
        extent : Extent
            Rectangle in the raster's CRS.
        width_px, height_px : int
            Size of the array.
        average : bool
            Take means of the pixels that become one: thin lines of a plan stay legible. Not for
            classes.
        """
        shape = (_sized(height_px), _sized(width_px))
        with self.opened() as grid:
            values, valid = self._band(grid, extent, shape, band, average=average)
        return RasterWindow(values, valid, extent)

    def _band(
        self, grid: Grid, extent: Extent, shape: tuple[int, int], band: int, *, average: bool
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        if not 1 <= band <= grid.count:
            raise LayerReadError("raster.no-band", path=self.path.name, band=band)
        placement = self._reading.placement
        if placement is not None:
            values, valid = raster_grid.read_placed(
                grid, placement, extent, shape, band, average=average
            )
        elif self._reading.as_picture or grid.transform.is_identity:
            rows, columns = _picture_positions(extent, shape)
            values, valid = raster_grid.read_rows_and_columns(
                grid, rows, columns, band, average=average
            )
        elif raster_grid.is_rotated(grid.transform):
            values, valid = raster_grid.read_rotated(grid, extent, shape, band, average=average)
        else:
            values, valid = raster_grid.read_aligned(grid, extent, shape, band, average=average)
        self.damaged += grid.damaged
        valid = self._without_nodata(values, valid)
        values[~valid] = np.nan
        return values, valid

    def _without_nodata(
        self, values: NDArray[np.float32], valid: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        nodata = self._reading.nodata
        return valid if nodata is None else valid & (values != np.float32(nodata))

    def read_colors(
        self,
        extent: Extent,
        width_px: int,
        height_px: int,
        *,
        bands: tuple[int, ...] = (),
        ranges: tuple[tuple[float, float], ...] = (),
    ) -> NDArray[np.uint8]:
        """Return red, green, blue and alpha of a picture, shape (height_px, width_px, 4).

        Parameters
        ----------
        bands : tuple of int
            Bands shown as red, green and blue; by default the file's own.
        ranges : tuple of (float, float)
            Values that become 0 and 255 in each; by default bytes are taken as they are and others
            stretched between their percentiles. A pixel is empty where all three are.
        """
        shown = bands or self.description.color_bands or (1, 1, 1)
        shape = (_sized(height_px), _sized(width_px))
        result = np.zeros((*shape, 4), dtype=np.uint8)
        known = np.zeros(shape, dtype=bool)
        limits = ranges or self.usual_ranges(shown)
        with self.opened() as grid:
            for place, band in enumerate(shown[:3]):
                values, valid = self._band(grid, extent, shape, band, average=True)
                result[..., place] = _as_bytes(values, limits[place])
                known |= valid
            alpha = self._alpha_band(grid)
            result[..., 3] = np.where(known, 255, 0)
            if alpha:
                values, valid = self._band(grid, extent, shape, alpha, average=True)
                shown_alpha = _as_bytes(values, (0.0, self.opaque))
                result[..., 3] = np.where(known & valid, shown_alpha, 0)
        return result

    @staticmethod
    def _alpha_band(grid: Grid) -> int:
        names = [item.name for item in grid.facts.colorinterp]
        return names.index("alpha") + 1 if "alpha" in names else 0

    @kept
    def opaque(self) -> float:
        """The alpha of what is not transparent: wide bands may hold bytes all the same."""
        if self.description.dtype == "uint8":
            return _LARGEST_BYTE
        largest = self.stats(self.description.band_count).maximum
        return _LARGEST_BYTE if largest <= _LARGEST_BYTE else _LARGEST_WORD

    def usual_ranges(self, bands: tuple[int, ...]) -> tuple[tuple[float, float], ...]:
        """Return the values that become black and white in each of some bands."""
        if self.description.dtype == "uint8":
            return ((0.0, 255.0),) * len(bands)
        found = {band: self.stats(band) for band in set(bands)}
        return tuple((found[band].low, found[band].high) for band in bands)

    def stats(self, band: int = 1, *, without: float | None = None) -> BandStats:
        """Return approximate statistics from at most about a million pixels.

        Parameters
        ----------
        without : float, optional
            A value that does not count, such as a suspected "no data".
        """
        values, valid = self.sample(band)
        if without is not None:
            valid = valid & (values != np.float32(without))
        if not valid.any():
            return BandStats(math.nan, math.nan, math.nan, math.nan, math.nan, 0.0)
        kept = values[valid].astype(np.float64)
        low, high = np.percentile(kept, [2, 98])
        return BandStats(
            float(kept.min()),
            float(kept.max()),
            float(kept.mean()),
            float(low),
            float(high),
            float(valid.mean()),
        )

    def sample(self, band: int = 1) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return a band of the whole file at a small size, and where it holds values."""
        if band not in self._samples:
            with self.opened() as grid:
                if not 1 <= band <= grid.count:
                    raise LayerReadError("raster.no-band", path=self.path.name, band=band)
                shape = raster_grid.fitted(grid.height, grid.width)
                self._samples = {band: grid.band(band, None, shape)}
                self.damaged += grid.damaged
        values, valid = self._samples[band]
        return values, self._without_nodata(values, valid)

    def suspect_nodata(self, band: int = 1) -> float | None:
        """Return a value that looks like an undeclared "no data", or None.

        One of those that programs use, at the edge of the values and in more than 1 ‰ of them.
        """
        if self.description.nodata is not None or self.description.dtype == "uint8":
            return None
        values, valid = self.sample(band)
        kept = values[valid].astype(np.float64)
        if not len(kept):
            return None
        for value in _SUSPECT_NODATA:
            share = float(np.isclose(kept, value, rtol=1e-6).mean())
            at_edge = np.isclose(value, [kept.min(), kept.max()], rtol=1e-6).any()
            if share > _SUSPECT_SHARE and at_edge:
                return value
        return None

    def damaged_pieces(self) -> int:
        """Return how many pieces of the file cannot be read; a very large one is only sampled."""
        before = self.damaged
        with self.opened() as grid:
            for band, window in self._checked_windows(grid):
                if grid.is_given_up:
                    break
                (top, bottom), (left, right) = window
                grid.band(band, window, (bottom - top, right - left))
            self.damaged += grid.damaged
        return self.damaged - before

    @staticmethod
    def _checked_windows(grid: Grid) -> Iterator[tuple[int, raster_grid.Window]]:
        if grid.width * grid.height * grid.count > _MOST_CHECKED_PX:
            return
        step = max(1, 4_000_000 // grid.width)
        for band in range(1, grid.count + 1):
            for top in range(0, grid.height, step):
                yield band, ((top, min(top + step, grid.height)), (0, grid.width))

    def value_at(self, x: float, y: float, band: int = 1) -> float | None:
        """Return the value of the pixel at a place, None outside or where there is none."""
        with self.opened() as grid:
            column, row = (math.floor(part) for part in self._pixel(grid, x, y))
            if not (0 <= column < grid.width and 0 <= row < grid.height):
                return None
            window = ((row, row + 1), (column, column + 1))
            values, valid = grid.band(band, window, (1, 1))
        valid = self._without_nodata(values, valid)
        return float(values[0, 0]) if valid[0, 0] else None

    def _pixel(self, grid: Grid, x: float, y: float) -> tuple[float, float]:
        placement = self._reading.placement
        if placement is None:
            return raster_grid.applied(~grid.transform, x, y)
        column, minus_row = np.nan_to_num(placement.invert(np.array([[x, y]]))[0], nan=-1.0)
        return float(column), -float(minus_row)


def _sized(size_px: int) -> int:
    return min(max(size_px, 1), _LARGEST_WINDOW_PX)


def _as_bytes(values: NDArray[np.float32], limits: tuple[float, float]) -> NDArray[np.uint8]:
    low, high = limits
    span = high - low if high > low else 1.0
    scaled = (np.nan_to_num(values, nan=low) - low) * (255.0 / span)
    return np.asarray(np.clip(np.round(scaled), 0, 255), dtype=np.uint8)


def picture_extent(found: RasterDescription) -> Extent:
    """Return the rectangle of a picture in columns and minus rows."""
    return Extent(0.0, -float(found.height_px), float(found.width_px), 0.0)


def _picture_positions(
    extent: Extent, shape: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    height, width = shape
    rows = -extent.ymax + (np.arange(height) + 0.5) * extent.height / height
    return rows, extent.xmin + (np.arange(width) + 0.5) * extent.width / width


def placed_extent(transform: PlaneTransform, width_px: int, height_px: int) -> Extent | None:
    """Return what a placed picture covers: the rectangle around its border, which may be bent."""
    steps = np.linspace(0.0, 1.0, _BORDER_STEPS)
    across, down = steps * width_px, -steps * height_px
    border = np.concatenate(
        [
            np.column_stack([across, np.zeros_like(across)]),
            np.column_stack([across, np.full_like(across, -height_px)]),
            np.column_stack([np.zeros_like(down), down]),
            np.column_stack([np.full_like(down, width_px), down]),
        ]
    )
    moved = transform.apply(border)
    return extent_of_bounds(np.hstack([moved, moved]))

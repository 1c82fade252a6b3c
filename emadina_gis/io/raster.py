"""Rasters through GDAL (rasterio), opened lazily and read by window and at the size asked for.

A file of 10^12 pixels is read through its overviews or by decimation, never whole. Each read opens
the file anew, so a source may be used from several threads. Rotated and south-up grids come out
north-up. Knows nothing of colours chosen by a person.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.crs import Crs
from emadina_gis.domain.extent import Extent
from emadina_gis.errors import LayerReadError, Problem, Severity
from emadina_gis.io import crs_guess, raster_grid
from emadina_gis.io.description import CrsReading
from emadina_gis.io.messages import Messages

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Drivers tried, one by one: none follows names or links.
DRIVERS = (
    "GTiff",
    "COG",
    "AAIGrid",
    "PNG",
    "JPEG",
    "HFA",
    "GPKG",
    "JP2OpenJPEG",
    "EHdr",
    "ENVI",
    "SRTMHGT",
    "GSAG",
    "GSBG",
    "XYZ",
    "BMP",
    "GIF",
    "WEBP",
)
_LARGEST_WINDOW_PX = 16_384
_SUSPECT_NODATA = (-9999.0, -32768.0, -3.4028234663852886e38)
_SUSPECT_SHARE = 0.001


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


@dataclass(frozen=True)
class RasterDescription:
    """What a raster file says of itself.

    Attributes
    ----------
    is_rotated : bool
        Whether rows and columns are not parallel to the axes.
    palette : tuple of (int, str)
        Values and colours ``#rrggbb`` of a paletted band.
    """

    path: Path
    name: str
    format: str
    width_px: int
    height_px: int
    band_count: int
    dtype: str
    crs: CrsReading
    extent: Extent | None
    nodata: float | None
    overviews: tuple[int, ...]
    is_rotated: bool
    palette: tuple[tuple[int, str], ...] = ()
    problems: tuple[Problem, ...] = ()


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


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Give an open rasterio dataset; its exceptions become ours."""
    from rasterio.errors import RasterioError

    try:
        with Messages().heard():
            dataset = _open_with_known_driver(path)
        with dataset:
            yield dataset
    except RasterioError as exc:
        detail = str(exc).split("\n")[0][:300]
        raise LayerReadError("raster.unreadable", path=path.name, detail=detail) from exc


def _open_with_known_driver(path: Path) -> Any:
    import rasterio
    from rasterio.errors import RasterioIOError

    for driver in _ordered_drivers(path):
        try:
            return rasterio.open(path, driver=driver)
        except (RasterioIOError, ValueError):
            continue
    raise LayerReadError("raster.unreadable", path=path.name, detail="")


def _ordered_drivers(path: Path) -> list[str]:
    """Return the drivers, the likely one first."""
    likely = {
        ".tif": "GTiff",
        ".tiff": "GTiff",
        ".asc": "AAIGrid",
        ".png": "PNG",
        ".jpg": "JPEG",
        ".jpeg": "JPEG",
        ".img": "HFA",
        ".gpkg": "GPKG",
        ".hgt": "SRTMHGT",
        ".jp2": "JP2OpenJPEG",
    }.get(path.suffix.lower(), "GTiff")
    return [likely, *(driver for driver in DRIVERS if driver != likely)]


def _check_path(path: Path) -> None:
    if not path.exists():
        raise LayerReadError("layer.missing-file", path=str(path))
    if path.is_dir():
        raise LayerReadError("layer.folder", path=path.name)
    if path.stat().st_size == 0:
        raise LayerReadError("layer.empty-file", path=path.name)


def describe_raster(path: Path | str, reference: Extent | None = None) -> RasterDescription:
    """Return what a raster file holds, without reading its pixels.

    Raises
    ------
    LayerReadError
        ``raster.unreadable`` where no known driver opens it.
    """
    shown = Path(path)
    _check_path(shown)
    with _opened(shown) as dataset:
        extent = _extent_of(dataset)
        declared = dataset.crs.to_wkt() if dataset.crs else ""
        reading, problems = crs_guess.read_declaration(declared, extent, shown.name, reference)
        return RasterDescription(
            shown,
            shown.stem,
            str(dataset.driver),
            int(dataset.width),
            int(dataset.height),
            int(dataset.count),
            str(dataset.dtypes[0]),
            reading,
            extent,
            None if dataset.nodata is None else float(dataset.nodata),
            tuple(int(factor) for factor in dataset.overviews(1)),
            raster_grid.is_rotated(dataset.transform),
            _palette(dataset),
            (*problems, *_grid_problems(dataset, extent, shown.name)),
        )


def _grid_problems(dataset: Any, extent: Extent | None, where: str) -> list[Problem]:
    problems = []
    if extent is None:
        problems.append(Problem("raster.no-georeference", Severity.WARNING, where))
    elif raster_grid.is_rotated(dataset.transform):
        problems.append(Problem("raster.rotated", Severity.INFO, where))
    return problems


def _extent_of(dataset: Any) -> Extent | None:
    """Return the extent, or None for a picture without georeference."""
    if dataset.transform.is_identity:
        return None
    corners = [
        raster_grid.applied(dataset.transform, *corner)
        for corner in (
            (0, 0),
            (dataset.width, 0),
            (0, dataset.height),
            (dataset.width, dataset.height),
        )
    ]
    xs, ys = zip(*corners, strict=True)
    return Extent(min(xs), min(ys), max(xs), max(ys))


def _palette(dataset: Any) -> tuple[tuple[int, str], ...]:
    try:
        colors = dataset.colormap(1)
    except ValueError:
        return ()
    return tuple(
        (int(value), f"#{red:02x}{green:02x}{blue:02x}")
        for value, (red, green, blue, alpha) in sorted(colors.items())
        if alpha and (red or green or blue)
    )


class RasterSource:
    """A raster to draw and to sample from; holds no open file.

    Parameters
    ----------
    path : Path
        The file.
    crs : Crs, optional
        CRS assigned by the person; by default the file's.
    """

    def __init__(self, path: Path | str, crs: Crs | None = None) -> None:
        self.path = Path(path)
        self._crs = crs

    @cached_property
    def description(self) -> RasterDescription:
        """What the file says of itself."""
        return describe_raster(self.path)

    @property
    def crs(self) -> Crs:
        """CRS of the grid."""
        return self._crs or self.description.crs.crs

    @property
    def extent(self) -> Extent | None:
        """Extent in the raster's CRS, None without georeference."""
        return self.description.extent

    def read_window(
        self, extent: Extent, width_px: int, height_px: int, *, band: int = 1
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
        """
        width_px = min(max(width_px, 1), _LARGEST_WINDOW_PX)
        height_px = min(max(height_px, 1), _LARGEST_WINDOW_PX)
        with _opened(self.path) as dataset:
            if band > dataset.count:
                raise LayerReadError("raster.no-band", path=self.path.name, band=band)
            if raster_grid.is_rotated(dataset.transform):
                values, valid = raster_grid.read_rotated(
                    dataset, extent, (height_px, width_px), band
                )
            else:
                values, valid = raster_grid.read_aligned(
                    dataset, extent, (height_px, width_px), band
                )
        values[~valid] = np.nan
        return RasterWindow(values, valid, extent)

    def read_colors(self, extent: Extent, width_px: int, height_px: int) -> NDArray[np.uint8]:
        """Return red, green, blue and alpha of a picture, shape (height_px, width_px, 4).

        For rasters of three or four bands; 16-bit values are stretched between their percentiles.
        """
        count = min(self.description.band_count, 4)
        bands = [
            self.read_window(extent, width_px, height_px, band=band + 1) for band in range(count)
        ]
        result = np.zeros((*bands[0].values.shape, 4), dtype=np.uint8)
        for index in range(3):
            window = bands[min(index, count - 1)]
            result[..., index] = self._as_bytes(window, min(index, count - 1) + 1)
        has_alpha = count == 4 and self._has_alpha
        alpha = np.nan_to_num(bands[3].values).astype(np.uint8) if has_alpha else 255
        result[..., 3] = np.where(bands[0].valid, alpha, 0)
        return result

    def _as_bytes(self, window: RasterWindow, band: int) -> NDArray[np.uint8]:
        values = np.nan_to_num(window.values)
        if self.description.dtype == "uint8":
            return np.asarray(values, dtype=np.uint8)
        stats = self.stats(band)
        span = max(stats.high - stats.low, 1e-12)
        return np.asarray(np.clip((values - stats.low) / span * 255, 0, 255), dtype=np.uint8)

    @cached_property
    def _has_alpha(self) -> bool:
        with _opened(self.path) as dataset:
            return bool(dataset.count == 4 and dataset.colorinterp[3].name == "alpha")

    def stats(self, band: int = 1) -> BandStats:
        """Return approximate statistics from at most about a million pixels."""
        with _opened(self.path) as dataset:
            shape = raster_grid.fitted(dataset.height, dataset.width)
            values, valid = raster_grid.read_band(dataset, band, None, shape)
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

    def suspect_nodata(self, band: int = 1) -> float | None:
        """Return a value that looks like an undeclared "no data", or None."""
        if self.description.nodata is not None:
            return None
        with _opened(self.path) as dataset:
            values = dataset.read(band, out_shape=raster_grid.fitted(dataset.height, dataset.width))
        for value in _SUSPECT_NODATA:
            share = float(np.isclose(values.astype(np.float64), value, rtol=1e-6).mean())
            if share > _SUSPECT_SHARE:
                return value
        return None

    def value_at(self, x: float, y: float, band: int = 1) -> float | None:
        """Return the value of the pixel at a place, None outside or where there is none."""
        with _opened(self.path) as dataset:
            column, row = (
                math.floor(part) for part in raster_grid.applied(~dataset.transform, x, y)
            )
            if not (0 <= column < dataset.width and 0 <= row < dataset.height):
                return None
            window = ((row, row + 1), (column, column + 1))
            values, valid = raster_grid.read_band(dataset, band, window, (1, 1))
        return float(values[0, 0]) if valid[0, 0] else None

"""Relief: an invented height model, written as a tiled GeoTIFF with overviews.

Owns the shape of the ground. Heights in metres above sea level, cells of 20 m, EPSG:26191.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
import shapely
from rasterio.enums import Resampling
from rasterio.transform import from_origin
from scipy.ndimage import gaussian_filter

from layers.build.plan import SEED

CELL_M = 20.0
NODATA = -9999.0
MARGIN_M = 600.0


@dataclass(frozen=True)
class Grid:
    """Size and place of the cells: what the program needs to list the layer without reading it."""

    width_px: int
    height_px: int
    west: float
    north: float

    def facts(self) -> Mapping[str, object]:
        """Return the grid for the catalogue; extent in metres: west, south, east, north."""
        east = self.west + CELL_M * self.width_px
        south = self.north - CELL_M * self.height_px
        extent = [self.west, south, east, self.north]
        return {"width_px": self.width_px, "height_px": self.height_px, "extent": extent}


def heights_m(commune: shapely.Polygon) -> tuple[np.ndarray, float, float]:
    """Heights (rows from the north), west and north edge, cells outside the margin missing."""
    west, south, east, north = commune.bounds
    west, north = np.floor(west / 100) * 100 - 700, np.ceil(north / 100) * 100 + 700
    columns, rows = int((east + 700 - west) // CELL_M), int((north - south + 700) // CELL_M)
    x = west + CELL_M * (np.arange(columns) + 0.5)
    y = north - CELL_M * (np.arange(rows) + 0.5)
    u, v = np.meshgrid((x - 293_500) / 1000, (y - 327_500) / 1000)
    rng = np.random.default_rng([SEED, 8])
    base = 96 - 9.5 * v - 3.2 * u + 9 * np.sin(0.9 * u + 0.5 * v) + 6 * np.cos(0.7 * v - 0.35 * u)
    valley = -13 * np.exp(-((v + 1.9 - 0.35 * u - 0.3 * np.sin(1.7 * u)) ** 2) / 0.05)
    rough = sum(a * _noise(u.shape, s, rng) for a, s in ((5.0, 40), (2.0, 14), (0.5, 4)))
    values = np.round(base + valley + rough, 2).astype("float32")
    inside = shapely.contains_xy(shapely.buffer(commune, MARGIN_M), *np.meshgrid(x, y))
    return np.where(inside, values, np.float32(NODATA)), float(west), float(north)


def _noise(shape: tuple[int, ...], cells: float, rng: np.random.Generator) -> np.ndarray:
    field = gaussian_filter(rng.standard_normal(shape), cells, mode="reflect")
    return np.asarray(field / field.std())


def write_relief(commune: shapely.Polygon, path: Path) -> Grid:
    """Write the height model and return its grid."""
    values, west, north = heights_m(commune)
    rows, columns = values.shape
    profile = {
        "driver": "GTiff",
        "height": rows,
        "width": columns,
        "count": 1,
        "dtype": "float32",
        "crs": "EPSG:26191",
        "nodata": NODATA,
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
        "compress": "deflate",
        "predictor": 3,
        "zlevel": 9,
        "transform": from_origin(west, north, CELL_M, CELL_M),
    }
    path.unlink(missing_ok=True)
    with rasterio.open(path, "w", **profile) as target:
        target.write(values, 1)
        target.set_band_description(1, "height_m")
    with rasterio.open(path, "r+") as target:
        target.build_overviews([2, 4], Resampling.average)
    return Grid(columns, rows, west, north)

"""A georeferenced copy of a picture: a GeoTIFF at a place the person chose; the source stays.

A linear placement keeps every pixel and only writes where it lies; any other one is warped to a
north-up grid with pixels of the same size, each the nearest one of the source. Owns the writing;
transforms come in.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.extent import Extent
from emadina_gis.errors import LayerWriteError, OutputError
from emadina_gis.io.atomic import replacing
from emadina_gis.io.raster import placed_extent
from emadina_gis.io.raster_grid import FileGrid, placed_positions
from emadina_gis.io.raster_open import opened_grid
from emadina_gis.progress import NULL_CONTEXT

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.placement import PlaneTransform
    from emadina_gis.progress import Context

_ROWS = 256
_MOST_PX = 4_000_000_000
_BLOCK_PX = 256


def write_georeferenced(
    source: Path,
    target: Path,
    transform: PlaneTransform,
    crs: Crs,
    ctx: Context = NULL_CONTEXT,
) -> None:
    """Write a copy of a picture that says where it lies, checked by reading it again.

    Parameters
    ----------
    transform : PlaneTransform
        From x = column, y = −row to map coordinates in `crs`.

    Raises
    ------
    LayerWriteError
        ``raster.copy-over-source``, ``raster.copy-too-large`` or ``raster.copy-virtual``.
    OutputError
        Where the file cannot be written; nothing is left of it.
    """
    from rasterio.errors import RasterioError

    if target.exists() and target.samefile(source):
        raise LayerWriteError("raster.copy-over-source", path=target.name)
    try:
        with opened_grid(source) as grid, replacing(target) as temporary:
            if not isinstance(grid, FileGrid):
                raise LayerWriteError("raster.copy-virtual", path=source.name)
            _write(grid, temporary, transform, crs, ctx)
    except (RasterioError, OSError) as exc:
        raise OutputError(
            "output.failed", path=str(target), folder=str(target.parent), detail=str(exc)[:200]
        ) from exc


def _write(grid: FileGrid, path: Path, transform: PlaneTransform, crs: Crs, ctx: Context) -> None:
    import rasterio

    extent, shape, affine = _target_grid(grid, transform)
    profile = {
        "driver": "GTiff",
        "width": shape[1],
        "height": shape[0],
        "count": grid.count,
        "dtype": grid.facts.dtypes[0],
        "crs": crs.proj.to_wkt(),
        "transform": affine,
        "nodata": grid.facts.nodata,
        "tiled": True,
        "blockxsize": _BLOCK_PX,
        "blockysize": _BLOCK_PX,
        "compress": "deflate",
        "bigtiff": "if_safer",
    }
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "w", **profile) as out:
        _copy_colors(grid.facts, out)
        for top in range(0, shape[0], _ROWS):
            ctx.report(top / shape[0], "phase.writing")
            bottom = min(top + _ROWS, shape[0])
            window = ((top, bottom), (0, shape[1]))
            if transform.is_linear:
                out.write(grid.facts.read(window=window), window=window)
            else:
                values, inside = _warped(grid, transform, _strip(extent, shape, top, bottom))
                out.write(values, window=window)
                if grid.facts.nodata is None:
                    out.write_mask(inside, window=window)
    with rasterio.open(path) as back:
        if (back.height, back.width, back.count) != (*shape, grid.count):
            raise OutputError(
                "output.not-verified", path=str(path), folder=str(path.parent), detail="GTiff"
            )


def _target_grid(grid: FileGrid, transform: PlaneTransform) -> tuple[Extent, tuple[int, int], Any]:
    """Return what the copy covers, its shape, and its own affine transform."""
    from affine import Affine

    extent = placed_extent(transform, grid.width, grid.height)
    if extent is None:
        raise LayerWriteError("raster.copy-too-large", path="", width=0, height=0)
    if transform.is_linear:
        (a, b), (d, e) = transform.matrix()
        (x, y) = transform.apply(np.zeros((1, 2)))[0]
        return extent, (grid.height, grid.width), Affine(a, -b, x, d, -e, y)
    middle = grid.width / 2, -grid.height / 2
    pixel = math.sqrt(abs(float(np.linalg.det(transform.matrix(middle)))))
    width, height = (math.ceil(side / pixel) for side in (extent.width, extent.height))
    if width * height > min(_MOST_PX, 64 * grid.width * grid.height):
        raise LayerWriteError("raster.copy-too-large", path="", width=width, height=height)
    covered = Extent(
        extent.xmin, extent.ymax - height * pixel, extent.xmin + width * pixel, extent.ymax
    )
    return covered, (height, width), Affine(pixel, 0, extent.xmin, 0, -pixel, extent.ymax)


def _strip(
    extent: Extent, shape: tuple[int, int], top: int, bottom: int
) -> tuple[Extent, tuple[int, int]]:
    row = extent.height / shape[0]
    high, low = extent.ymax - top * row, extent.ymax - bottom * row
    return Extent(extent.xmin, low, extent.xmax, high), (bottom - top, shape[1])


def _warped(
    grid: FileGrid, transform: PlaneTransform, strip: tuple[Extent, tuple[int, int]]
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return all bands of a strip, and where the source has pixels."""
    columns, rows = placed_positions(transform, *strip)
    with np.errstate(invalid="ignore"):
        inside = (rows >= 0) & (rows < grid.height) & (columns >= 0) & (columns < grid.width)
    nodata = grid.facts.nodata
    empty = 0 if nodata is None else nodata
    values = np.full((grid.count, *strip[1]), empty, dtype=grid.facts.dtypes[0])
    if inside.any():
        row, column = rows[inside].astype(np.intp), columns[inside].astype(np.intp)
        top, left = int(row.min()), int(column.min())
        window = ((top, int(row.max()) + 1), (left, int(column.max()) + 1))
        block = grid.facts.read(window=window)
        values[:, inside] = block[:, row - top, column - left]
    return values, inside


def _copy_colors(source: Any, target: Any) -> None:
    target.colorinterp = source.colorinterp
    try:
        target.write_colormap(1, source.colormap(1))
    except ValueError:
        return

"""What the values of raster layers are like, in the whole file or in a view, and at one place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.analysis.raster_styles import MOST_VALUES, ValueSummary, summary_of
from emadina_gis.domain.crs import transform_points
from emadina_gis.domain.pixel_grid import PixelWindow
from emadina_gis.errors import CrsError, EmadinaError
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.workflows.raster_data import DrawnRaster, source_of

if TYPE_CHECKING:
    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.layer import RasterLayer
    from emadina_gis.domain.style import RasterStyle
    from emadina_gis.domain.title import Title
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.project import Project

#: Values that are looked at.
_MOST_READ = 600_000
#: Pixels of a file of which all values are listed.
_MOST_LISTED_PX = 64_000_000
_SIDE_PX = 2048


def summary_of_layer(
    layer: RasterLayer, view: Viewport | None = None, map_crs: Crs | None = None,
    ctx: Context = NULL_CONTEXT,
) -> ValueSummary | None:  # fmt: skip
    """Return what the values of the band shown are like; None where there are none.

    Parameters
    ----------
    view : Viewport, optional
        Only what it shows, in `map_crs`; by default the whole file.

    Raises
    ------
    LayerReadError
        If the file cannot be read.
    """
    one_band = replace(layer, style=replace(layer.style, color_bands=()))
    raster = DrawnRaster(one_band)
    window = _window(raster, layer, view, map_crs or layer.crs)
    if window is None:
        return None
    block = raster.sampled(window, ctx)
    suspect = None if layer.nodata is not None else raster.source.suspect_nodata(layer.style.band)
    values = block.values[0][block.known]
    if suspect is not None:
        values = values[values != np.float32(suspect)]
    return summary_of(values, len(values) / max(window.size, 1))


def distinct_values(
    layer: RasterLayer, ctx: Context = NULL_CONTEXT
) -> tuple[tuple[float, ...], bool]:
    """Return the values of the band shown, at most `MOST_VALUES` + 1, and whether all were read.

    Raises
    ------
    LayerReadError
        If the file cannot be read.
    """
    style = replace(layer.style, color_bands=(), exact=True)
    raster = DrawnRaster(replace(layer, style=style))
    grid = raster.pyramid.grid
    if grid.width * grid.height > _MOST_LISTED_PX:
        summary = summary_of_layer(layer, ctx=ctx)
        return (summary.distinct if summary is not None else ()), False
    found: set[float] = set()
    tops = range(0, grid.height, _SIDE_PX)
    for top in tops:
        ctx.report(top / grid.height, "job.raster.values")
        for left in range(0, grid.width, _SIDE_PX):
            bottom, right = min(top + _SIDE_PX, grid.height), min(left + _SIDE_PX, grid.width)
            block = raster.block(PixelWindow(0, top, bottom, left, right), ctx)
            found |= set(np.unique(block.values[0][block.known]).tolist())
        if len(found) > MOST_VALUES:
            break
    return tuple(sorted(found)), True


def _window(
    raster: DrawnRaster, layer: RasterLayer, view: Viewport | None, map_crs: Crs
) -> PixelWindow | None:
    """Return the part of the finest level that is worth looking at."""
    from emadina_gis.render.raster_mesh import pixel_mesh

    grid = raster.pyramid.grid
    left, top, right, bottom = 0.0, 0.0, float(grid.width), float(grid.height)
    if view is not None:
        bounds = pixel_mesh(grid, view, layer.crs, map_crs).bounds(0, view.height_px)
        if bounds is None:
            return None
        left, top = max(bounds[0], 0.0), max(bounds[1], 0.0)
        right, bottom = min(bounds[2], grid.width), min(bounds[3], grid.height)
        if right <= left or bottom <= top:
            return None
    level = 0
    while (right - left) * (bottom - top) / 4**level > _MOST_READ:
        level += 1
    size = 1 << level
    rows, columns = grid.shape_at(level)
    return PixelWindow(
        level,
        min(int(top // size), rows - 1),
        min(int(-(-bottom // size)), rows),
        min(int(left // size), columns - 1),
        min(int(-(-right // size)), columns),
    )


@dataclass(frozen=True)
class ValueHere:
    """What a raster holds at a place.

    Attributes
    ----------
    values : tuple of float
        Of the band shown, or of red, green and blue; empty where there is none.
    name : Title or None
        What the value stands for.
    """

    layer_id: str
    title: Title
    values: tuple[float, ...]
    style: RasterStyle
    name: Title | None = None


def values_at(project: Project, x: float, y: float) -> tuple[ValueHere, ...]:
    """Return what the visible rasters hold at a place of the map, the topmost first.

    Rasters that do not reach there, or cannot be read, are left out.
    """
    found = []
    for layer in project.raster_layers:
        if not layer.visible:
            continue
        try:
            here = _value_at(layer, x, y, project.crs)
        except (CrsError, EmadinaError):
            continue
        if here is not None:
            found.append(here)
    return tuple(found)


def _value_at(layer: RasterLayer, x: float, y: float, crs: Crs) -> ValueHere | None:
    place = np.array([[x, y]])
    if crs.is_known and layer.crs.is_known:
        place = transform_points(place, crs, layer.crs)
    source = source_of(layer)
    (column, row), *_ = source.pixel_grid.to_pixels(place)
    if not (0 <= column < source.pixel_grid.width and 0 <= row < source.pixel_grid.height):
        return None
    style = layer.style
    bands = style.color_bands or (style.band,)
    found = [source.value_at(float(place[0, 0]), float(place[0, 1]), band) for band in bands]
    values = tuple(value for value in found if value is not None)
    whole = values if len(values) == len(bands) else ()
    name = style.name_of(whole[0]) if len(whole) == 1 else None
    return ValueHere(layer.id, layer.title, whole, style, name)

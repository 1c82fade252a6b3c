"""Rasters as layers: described once, read window by window when they are drawn."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.analysis.style_builder import raster_ramp
from emadina_gis.domain.crs import UNKNOWN
from emadina_gis.domain.extent import Extent, union_of
from emadina_gis.domain.layer import Provenance, RasterLayer
from emadina_gis.domain.placement import Placement, PlacementMethod
from emadina_gis.domain.placement_fit import fitted
from emadina_gis.domain.style import RasterStyle, Stretch
from emadina_gis.domain.title import Title
from emadina_gis.errors import GeometryError, Problem, Severity
from emadina_gis.io.project_file import file_fingerprint
from emadina_gis.io.raster import RasterReading, RasterSource, picture_extent, placed_extent
from emadina_gis.workflows.raster_data import (
    DrawnRaster,
    drawn_key,
    printed_rasters,
    raster_path,
    reading_of,
    source_of,
)

if TYPE_CHECKING:
    from emadina_gis.domain.crs import Crs
    from emadina_gis.io.raster import RasterDescription
    from emadina_gis.project import Project
    from emadina_gis.render.raster_tiles import RasterData

__all__ = [
    "DrawnRaster",
    "RasterChoices",
    "RasterTexts",
    "bare_extent",
    "bare_picture",
    "default_raster_style",
    "drawn_key",
    "extent_of_placed",
    "own_placement",
    "raster_choices",
    "raster_layer",
    "raster_path",
    "rasters_of",
    "reading_of",
    "source_of",
    "style_of_bands",
]

_BLACK, _WHITE = "#000000", "#ffffff"
#: A file's own control points are bent to fit only where they miss by more than these pixels.
_STIFF_ENOUGH_PX = 2.0
_OWN_METHODS = (
    PlacementMethod.AFFINE,
    PlacementMethod.PROJECTIVE,
    PlacementMethod.POLYNOMIAL_2,
    PlacementMethod.POLYNOMIAL_3,
)
_LARGEST_BYTE = 255.0


@dataclass(frozen=True)
class RasterTexts:
    """How a raster layer is called and where it comes from."""

    title: Title
    provenance: Provenance = field(default_factory=Provenance)
    layer_id: str = ""


def raster_layer(
    path: Path,
    texts: RasterTexts,
    *,
    style: RasterStyle | None = None,
    crs: Crs | None = None,
    visible: bool = True,
    follow_sources: bool = False,
) -> RasterLayer:
    """Return the layer of a raster file; its values are read when it is drawn.

    Parameters
    ----------
    style : RasterStyle, optional
        By default the file's own colours or palette, else a ramp over the usual range of the first
        band; the file is then also looked through for damage and undeclared "no data".
    crs : Crs, optional
        CRS that the person assigned; by default the file's, which may be unknown.
    follow_sources : bool
        Whether the person agreed that a virtual raster opens the files beside it.

    Raises
    ------
    LayerReadError
        If the file is no raster that can be read.
    """
    source = RasterSource(path, crs, RasterReading(follow_sources=follow_sources))
    found = source.description
    problems = found.problems
    if style is None:
        style = default_raster_style(source)
        problems = (*problems, *_pixel_problems(source))
    placement = own_placement(found)
    return RasterLayer(
        id=texts.layer_id or uuid.uuid4().hex,
        title=texts.title,
        path=str(path),
        crs=source.crs if placement is None or crs is not None else placement.crs,
        extent=found.extent if placement is None else extent_of_placed(placement, found),
        width_px=found.width_px,
        height_px=found.height_px,
        style=style,
        visible=visible,
        provenance=texts.provenance,
        fingerprint=file_fingerprint(path),
        problems=problems,
        placement=placement,
        follows_sources=follow_sources,
    )


def _pixel_problems(source: RasterSource) -> list[Problem]:
    """Return what only the pixels tell: damage, and a value that seems to mean "no data"."""
    found = []
    where = source.path.name
    damaged = source.damaged_pieces()
    if damaged:
        found.append(Problem("raster.damaged", Severity.ERROR, where, damaged))
    suspect = source.suspect_nodata()
    if suspect is not None:
        params = {"value": suspect}
        found.append(Problem("raster.nodata-suspect", Severity.WARNING, where, 1, params))
    return found


def own_placement(found: RasterDescription) -> Placement | None:
    """Return the placement by the control points that a file gives instead of a grid.

    The stiffest transform that misses them by less than two pixels, else the one that fits best.
    """
    if found.extent is not None or not found.control_points:
        return None
    fits = []
    for method in _OWN_METHODS:
        try:
            fit = fitted(found.control_points, method)
        except GeometryError:
            continue
        pixel = abs(float(np.linalg.det(fit.transform.matrix()))) ** 0.5
        fits.append(fit)
        if fit.rmse <= _STIFF_ENOUGH_PX * pixel:
            break
    if not fits:
        return None
    best = min(fits, key=lambda fit: fit.rmse)
    return Placement(best.transform, found.control_crs, found.control_points)


def extent_of_placed(placement: Placement, found: RasterDescription) -> Extent | None:
    """Return what a placed picture covers on the map."""
    return placed_extent(placement.transform, found.width_px, found.height_px)


def default_raster_style(source: RasterSource) -> RasterStyle:
    """Return how a raster is drawn first: its own colours, its palette, greys or a ramp."""
    found = source.description
    if found.color_bands:
        ranges = () if found.dtype == "uint8" else source.usual_ranges(found.color_bands)
        return RasterStyle(color_bands=found.color_bands, color_ranges=ranges)
    if found.palette:
        return _palette_style(source)
    stats = source.stats(without=source.suspect_nodata())
    if found.is_gray:
        white = 1.0 if stats.maximum <= 1 else _LARGEST_BYTE
        low, high = (0.0, white) if found.dtype == "uint8" else (stats.low, stats.high)
        return RasterStyle(((low, _BLACK), (max(high, low + 1), _WHITE)))
    if not stats.low < stats.high:
        return RasterStyle()
    return replace(raster_ramp(stats.low, stats.high, unit=found.unit), stretch=Stretch.PERCENT)


def _palette_style(source: RasterSource) -> RasterStyle:
    """Return the file's colours; values without one that are there are black, as in the file."""
    colors = {float(value): color for value, color in source.description.palette}
    values, valid = source.sample()
    for value in np.unique(values[valid]).tolist():
        colors.setdefault(float(value), _BLACK)
    return RasterStyle(tuple(sorted(colors.items())), interpolate=False, exact=True)


def bare_picture(layer: RasterLayer) -> tuple[RasterLayer, DrawnRaster]:
    """Return a raster as the picture that it is: x = column, y = −row, in no CRS, with its data.

    Raises
    ------
    LayerReadError
        If the file cannot be read.
    """
    reading = RasterReading(None, layer.nodata, layer.follows_sources, as_picture=True)
    source = RasterSource(raster_path(layer), UNKNOWN, reading)
    extent = picture_extent(source.description)
    bare = replace(layer, crs=UNKNOWN, extent=extent, placement=None, visible=True, opacity=1.0)
    return bare, DrawnRaster(bare, source)


def bare_extent(project: Project) -> Extent | None:
    """Return what pictures without a place cover, by columns and rows; None where there is none.

    Only a map without a system shows them.
    """
    bare = [layer for layer in project.raster_layers if layer.extent is None and layer.visible]
    if not bare or project.crs.is_known:
        return None
    return union_of(Extent(0.0, -float(r.height_px), float(r.width_px), 0.0) for r in bare)


def rasters_of(project: Project) -> dict[str, RasterData]:
    """Return the visible rasters that can be read; a file that is gone is left out."""
    return dict(printed_rasters(project))


@dataclass(frozen=True)
class RasterChoices:
    """What a person can choose of a raster: its bands, and a value that may mean "no data"."""

    band_count: int
    color_bands: tuple[int, ...]
    suspect_nodata: float | None
    declared_nodata: float | None


def raster_choices(layer: RasterLayer) -> RasterChoices:
    """Return what can be chosen of a raster.

    Raises
    ------
    LayerReadError
        If the file cannot be read.
    """
    plain = source_of(replace(layer, nodata=None))
    found = plain.description
    suspect = plain.suspect_nodata(layer.style.band) if layer.nodata is None else None
    return RasterChoices(found.band_count, found.color_bands, suspect, found.nodata)


def style_of_bands(layer: RasterLayer, bands: tuple[int, ...]) -> RasterStyle:
    """Return the style that shows one band through a ramp, or three as colours.

    Raises
    ------
    LayerReadError
        If the file cannot be read.
    """
    source = source_of(layer)
    if len(bands) == 3:
        ranges = () if source.description.dtype == "uint8" else source.usual_ranges(bands)
        return RasterStyle(color_bands=bands, color_ranges=ranges)
    stats = source.stats(bands[0], without=source.suspect_nodata(bands[0]))
    if not stats.low < stats.high:
        return RasterStyle(band=bands[0])
    ramp = raster_ramp(stats.low, stats.high, unit=layer.style.unit)
    return replace(ramp, band=bands[0], stretch=Stretch.PERCENT)

"""Rasters as layers: described once, read window by window when they are drawn."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis import paths
from emadina_gis.analysis.style_builder import raster_ramp
from emadina_gis.domain.layer import Provenance, RasterLayer
from emadina_gis.domain.style import RasterStyle
from emadina_gis.domain.title import Title
from emadina_gis.errors import EmadinaError
from emadina_gis.io.project_file import file_fingerprint
from emadina_gis.io.raster import RasterSource

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.extent import Extent
    from emadina_gis.project import Project
    from emadina_gis.render.raster_tiles import RasterData


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
) -> RasterLayer:
    """Return the layer of a raster file; its values are read when it is drawn.

    Parameters
    ----------
    style : RasterStyle, optional
        By default the file's palette, else a ramp over the usual range of the first band.
    crs : Crs, optional
        CRS that the person assigned; by default the file's, which may be unknown.

    Raises
    ------
    LayerReadError
        If the file is no raster that can be read.
    """
    source = RasterSource(path, crs)
    found = source.description
    return RasterLayer(
        id=texts.layer_id or uuid.uuid4().hex,
        title=texts.title,
        path=str(path),
        crs=source.crs,
        extent=found.extent,
        width_px=found.width_px,
        height_px=found.height_px,
        style=style or _style_of(source),
        visible=visible,
        provenance=texts.provenance,
        fingerprint=file_fingerprint(path),
        problems=found.problems,
    )


def _style_of(source: RasterSource) -> RasterStyle:
    palette = source.description.palette
    if palette:
        stops = tuple((float(value), color) for value, color in palette)
        return RasterStyle(stops, interpolate=False)
    stats = source.stats()
    if not stats.low < stats.high:
        return RasterStyle()
    return raster_ramp(stats.low, stats.high)


def usual_range(layer: RasterLayer) -> tuple[float, float]:
    """Return the range in which nearly all values of a raster lie.

    Raises
    ------
    LayerReadError
        If the file cannot be read.
    """
    stats = RasterSource(raster_path(layer), layer.crs).stats(layer.style.band)
    return float(stats.low), float(stats.high)


class DrawnRaster:
    """The first band of a raster file, read for one view at a time."""

    def __init__(self, layer: RasterLayer) -> None:
        self._source = RasterSource(raster_path(layer), layer.crs)
        self._band = layer.style.band

    def is_there(self) -> bool:
        """Whether the file can be read."""
        try:
            return self._source.description.width_px > 0
        except EmadinaError:
            return False

    def read(
        self, extent: Extent, width_px: int, height_px: int
    ) -> tuple[NDArray[np.floating], Extent]:
        """Return values over a rectangle, and the rectangle; NaN where they are missing.

        All are missing where the file has gone since it was opened: the rest of the map is drawn.
        """
        try:
            window = self._source.read_window(extent, width_px, height_px, band=self._band)
        except EmadinaError:
            return np.full((max(height_px, 1), max(width_px, 1)), np.nan), extent
        return window.values, window.extent


def rasters_of(project: Project) -> dict[str, RasterData]:
    """Return the visible rasters that can be read; a file that is gone is left out."""
    found: dict[str, RasterData] = {}
    for layer in project.raster_layers:
        drawn = _drawn(layer) if layer.visible else None
        if drawn is not None:
            found[layer.id] = drawn
    return found


def _drawn(layer: RasterLayer) -> RasterData | None:
    drawn = DrawnRaster(layer)
    return drawn if drawn.is_there() else None


def raster_path(layer: RasterLayer) -> Path:
    """Return where a raster lies; a relative path is one of the shipped layers."""
    path = Path(layer.path)
    return path if path.is_absolute() else paths.layers() / path

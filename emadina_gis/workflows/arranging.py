"""Layers that arrive together: in an order in which none hides another, each with a look."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.analysis.first_looks import first_look
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import RasterLayer, VectorLayer
from emadina_gis.domain.style import Single, Style

if TYPE_CHECKING:
    from emadina_gis.domain.layer import Layer

#: From the top to the bottom.
_ORDER = {Kind.POINT: 0, Kind.LINE: 1, Kind.POLYGON: 2, Kind.NONE: 4}
_RASTER = 3
#: Areas that cover a smaller share of their extent than this leave most of it open.
_MOST_OPEN = 0.3
#: So many chunks of a large layer tell how large its areas are: the window waits for the answer.
_MOST_CHUNKS = 8
#: Marks of more points than this are smaller.
_MANY_POINTS = 2_000
_SMALL_MM = 1.0


def arranged(layers: tuple[Layer, ...], there: int) -> tuple[Layer, ...]:
    """Return layers from the top to the bottom: points, lines, areas, rasters.

    Parameters
    ----------
    there : int
        How many layers there are already: new colours begin after theirs.
    """
    ordered = sorted(layers, key=_place)
    last = there + len(ordered) - 1
    return tuple(_looking(layer, last - index) for index, layer in enumerate(ordered))


def leading(layers: tuple[Layer, ...]) -> Layer:
    """Return the layer that the others are about: the areas of which there are most."""
    areas = [
        layer
        for layer in layers
        if isinstance(layer, VectorLayer) and layer.table.main_kind is Kind.POLYGON
    ]
    return max(areas, key=lambda layer: layer.table.row_count, default=layers[0])


def _place(layer: Layer) -> tuple[float, ...]:
    if isinstance(layer, RasterLayer):
        return (_RASTER,)
    kind = layer.table.main_kind
    return (_ORDER[kind], *(_covering(layer) if kind is Kind.POLYGON else ()))


def _covering(layer: VectorLayer) -> tuple[bool, float]:
    """Return whether areas cover most of where they lie, and how large one typically is.

    Parks lie over parcels, which leave little open; parcels over zones, which are larger.
    """
    chunks = layer.table.geometry or ()
    looked_at = chunks[:: max(1, len(chunks) // _MOST_CHUNKS)]
    areas = np.concatenate([chunk.areas() for chunk in looked_at])
    extent = layer.table.extent
    if extent is None or not len(areas):
        return False, 0.0
    whole = extent.width * extent.height * len(areas) / layer.table.row_count
    return bool(areas.sum() > _MOST_OPEN * whole), float(np.median(areas))


def _looking(layer: Layer, number: int) -> Layer:
    if isinstance(layer, RasterLayer):
        return layer
    kind = layer.table.main_kind
    style = first_look(kind, layer.title.fr, number)
    if kind is Kind.POINT and layer.table.row_count > _MANY_POINTS:
        style = Style(Single(replace(style.symbol, size_mm=_SMALL_MM)))
    return replace(layer, style=style)

"""Layers that arrive together: in an order in which none hides another, each with a look.

Areas over finer ones that cover the land are drawn by their limits; dense points and limits wait
for a scale at which they stand apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.analysis.first_looks import first_limit, first_look, says_what
from emadina_gis.domain.crs import transform_extent
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import RasterLayer, VectorLayer
from emadina_gis.domain.style import Single, Style
from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI, round_length
from emadina_gis.errors import CrsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.layer import Layer

#: From the top to the bottom; limits of areas lie over streets, which often run along them.
_ORDER = {Kind.POINT: 0, Kind.LINE: 2, Kind.POLYGON: 3, Kind.NONE: 5}
_LIMITS, _RASTER = 1, 4
#: Areas that cover a smaller share of what they stand around than this leave most of it open.
_MOST_OPEN = 0.25
#: So many chunks of a large layer tell how large its areas are: the window waits for the answer.
_MOST_CHUNKS = 8
#: About so many areas tell what all of them stand around.
_MOST_CORNERS = 2_000
#: Areas so many times as large as others that cover the same land are drawn by their limits.
_COARSER = 1.5
#: Others cover the same land where they lie in so much of its extent.
_SAME_LAND = 0.5
#: Of more areas all limits together are a grey picture.
_MOST_LIMITS = 5_000
#: Marks of more points than this are smaller.
_MANY_POINTS = 2_000
_SMALL_MM = 1.0
#: More points than this are drawn where they stand so far apart on the picture.
_FEW_POINTS = 500
_APART_MM = 3.0
#: Limits are drawn where their areas are typically so large on the picture.
_LIMITS_APART_MM = 8.0
#: About so many points tell how far points are apart: the window waits for the answer.
_MOST_LOOKED_AT = 5_000


@dataclass(frozen=True)
class _Cover:
    """How areas lie: whether they cover most of the land, and how large one typically is, in m²."""

    covers: bool = False
    typical: float = 0.0


def arranged(layers: tuple[Layer, ...], there: int) -> tuple[Layer, ...]:
    """Return layers from the top to the bottom: points, limits, lines, areas, rasters.

    Parameters
    ----------
    there : int
        How many layers there are already: new colours begin after theirs.
    """
    covers = {layer.id: _cover(layer) for layer in layers if isinstance(layer, VectorLayer)}
    limits = _drawn_by_limits(layers, covers)
    with_others = any(
        isinstance(one, VectorLayer) and one.table.main_kind in (Kind.LINE, Kind.POLYGON)
        for one in layers
    )

    def place(layer: Layer) -> tuple[float, ...]:
        if isinstance(layer, RasterLayer):
            return (_RASTER,)
        cover = covers[layer.id]
        if layer.id in limits:
            return _LIMITS, -cover.typical
        return _ORDER[layer.table.main_kind], *_within(layer, cover)

    ordered = sorted(layers, key=place)
    last = there + len(ordered) - 1
    looks = (
        _looking(layer, last - index, by_limits=layer.id in limits)
        for index, layer in enumerate(ordered)
    )
    if not with_others:
        return tuple(looks)
    return tuple(_from_a_scale(layer, _apart(layer, covers, limits)) for layer in looks)


def leading(layers: tuple[Layer, ...]) -> Layer:
    """Return the layer that the others are about: the areas of which there are most."""
    areas = [
        layer
        for layer in layers
        if isinstance(layer, VectorLayer) and layer.table.main_kind is Kind.POLYGON
    ]
    return max(areas, key=lambda layer: layer.table.row_count, default=layers[0])


def _within(layer: VectorLayer, cover: _Cover) -> tuple[float, ...]:
    """Return the order among layers of one kind: few points over many, small areas over large.

    Parks lie over parcels, which leave little open; parcels over zones, which are larger.
    """
    kind = layer.table.main_kind
    if kind is Kind.POINT:
        return (layer.table.row_count,)
    return (cover.covers, cover.typical) if kind is Kind.POLYGON else ()


def _cover(layer: VectorLayer) -> _Cover:
    if layer.table.main_kind is not Kind.POLYGON:
        return _Cover()
    chunks = layer.table.geometry or ()
    looked_at = chunks[:: max(1, len(chunks) // _MOST_CHUNKS)]
    areas = np.concatenate([chunk.areas() for chunk in looked_at])
    bounds = np.concatenate([chunk.bounds for chunk in looked_at])
    known = bounds[np.isfinite(bounds).all(axis=1)]
    known = known[:: max(1, len(known) // _MOST_CORNERS)]
    corners = shapely.multipoints(known[:, [0, 1, 2, 3, 0, 3, 2, 1]].reshape(-1, 2))
    around = shapely.area(shapely.convex_hull(corners)) * len(areas) / layer.table.row_count
    square_m = layer.crs.unit_m**2
    typical = float(np.median(areas)) * square_m if len(areas) else 0.0
    return _Cover(bool(areas.sum() > _MOST_OPEN * around), typical)


def _drawn_by_limits(layers: tuple[Layer, ...], covers: dict[str, _Cover]) -> set[str]:
    """Return the layers that would hide finer ones, or be hidden by them, if they were filled."""
    areas = [one for one in layers if isinstance(one, VectorLayer) and covers[one.id].covers]
    return {
        layer.id
        for layer in areas
        if layer.table.row_count <= _MOST_LIMITS
        and not says_what(layer.title.fr)
        and any(
            covers[layer.id].typical > _COARSER * covers[other.id].typical
            and _share_of(layer, other) >= _SAME_LAND
            for other in areas
        )
    }


def _share_of(layer: VectorLayer, other: VectorLayer) -> float:
    """Return how much of the extent of a layer lies in that of another; 0 where none tells."""
    whole, part = layer.table.extent, other.table.extent
    if whole is None or part is None:
        return 0.0
    try:
        part = transform_extent(part, other.crs, layer.crs)
    except CrsError:
        return 0.0
    width = min(whole.xmax, part.xmax) - max(whole.xmin, part.xmin)
    height = min(whole.ymax, part.ymax) - max(whole.ymin, part.ymin)
    area = whole.width * whole.height
    return max(width, 0.0) * max(height, 0.0) / area if area else 0.0


def _looking(layer: Layer, number: int, *, by_limits: bool) -> Layer:
    if isinstance(layer, RasterLayer):
        return layer
    kind, name = layer.table.main_kind, layer.title.fr
    style = first_limit(name, number) if by_limits else first_look(kind, name, number)
    if kind is Kind.POINT and layer.table.row_count > _MANY_POINTS:
        style = Style(Single(replace(style.symbol, size_mm=_SMALL_MM)))
    return replace(layer, style=style)


def _apart(layer: Layer, covers: dict[str, _Cover], limits: set[str]) -> float:
    """Return the scale denominator from which on marks or limits stand apart; 0 for every one."""
    if isinstance(layer, RasterLayer):
        return 0.0
    if layer.id in limits:
        return round_length(1000 * math.sqrt(covers[layer.id].typical) / _LIMITS_APART_MM)
    if layer.table.main_kind is Kind.POINT and layer.table.row_count > _FEW_POINTS:
        return round_length(1000 * _spacing(layer) * layer.crs.unit_m / _APART_MM)
    return 0.0


def _from_a_scale(layer: Layer, denominator: float) -> Layer:
    """Return a layer that is drawn from a scale on; 0 for every scale."""
    if isinstance(layer, RasterLayer) or not denominator:
        return layer
    farthest = denominator * MM_PER_PX_AT_96_DPI / 1000
    return replace(layer, style=replace(layer.style, max_units_per_px=farthest))


def _spacing(layer: VectorLayer) -> float:
    """Return how far a point typically is from the next one, in units of the layer; 0 of none."""
    points = shapely.points(_some_place(layer))
    if len(points) < 2:
        return 0.0
    _, distances = shapely.STRtree(points).query_nearest(
        points, exclusive=True, return_distance=True, all_matches=False
    )
    return float(np.median(distances)) if len(distances) else 0.0


def _some_place(layer: VectorLayer) -> NDArray[np.float64]:
    """Return all different points of the surroundings of one of them, shape (n, 2).

    The surroundings would hold `_MOST_LOOKED_AT` points if these were spread evenly.
    """
    chunks, extent = layer.table.geometry or (), layer.table.extent
    if extent is None or not chunks:
        return np.zeros((0, 2))
    share = min(1.0, _MOST_LOOKED_AT / layer.table.row_count)
    half = math.sqrt(share) * np.array([extent.width, extent.height]) / 2
    middle = max(chunks, key=lambda chunk: len(chunk.xy)).xy
    at = middle[len(middle) // 2] if share < 1 else np.array(extent.center)
    near = [chunk.xy[(np.abs(chunk.xy - at) <= half).all(axis=1)] for chunk in chunks]
    return np.unique(np.concatenate(near), axis=0)

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

from emadina_gis.analysis.first_looks import (
    first_limit,
    first_look,
    first_wash,
    lies_over_land,
    says_what,
)
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
_MOST_CHUNKS = 4
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


@dataclass(frozen=True)
class Arrangement:
    """Layers in their order, each with a look.

    Attributes
    ----------
    layers : tuple of Layer
        From the top to the bottom.
    over : tuple of int
        How many of the layers that are there already lie over each of them.
    """

    layers: tuple[Layer, ...]
    over: tuple[int, ...]


def arranged(layers: tuple[Layer, ...], there: tuple[Layer, ...] = ()) -> Arrangement:
    """Return layers from the top to the bottom: points, limits, lines, areas, rasters.

    Parameters
    ----------
    there : tuple of Layer
        The layers that are there already: new ones are put among them and hide none of them, and
        new colours begin after theirs.
    """
    arrived = _Arrived(layers, there)
    ordered = sorted(layers, key=arrived.place)
    last = len(there) + len(ordered) - 1
    looks = tuple(_looking(one, last - index, arrived) for index, one in enumerate(ordered))
    over = tuple(arrived.over(one) for one in ordered)
    if arrived.has_others:
        looks = tuple(_from_a_scale(one, _apart(one, arrived)) for one in looks)
    return Arrangement(looks, over)


class _Arrived:
    """Layers that arrive, and what their order and look follow from."""

    def __init__(self, layers: tuple[Layer, ...], there: tuple[Layer, ...]) -> None:
        self._there = there
        vectors = [one for one in (*layers, *there) if isinstance(one, VectorLayer)]
        self.covers = {one.id: _cover(one) for one in vectors}
        self.has_others = any(one.table.main_kind in (Kind.LINE, Kind.POLYGON) for one in vectors)
        hiding = {
            one.id: one
            for one in layers
            if isinstance(one, VectorLayer) and self._would_hide(one, vectors)
        }
        self.washes = {name for name, one in hiding.items() if lies_over_land(one.title.fr)}
        self.limits = {name for name, one in hiding.items() if _may_be_limits(one)}
        hollow = (one for one in there if isinstance(one, VectorLayer) and _is_hollow(one))
        self._drawn_as_limits = self.limits | {one.id for one in hollow}

    def place(self, layer: Layer) -> tuple[float, ...]:
        """Return what layers are ordered by.

        Few points lie over many, small areas over large: parks over parcels, which leave little
        open; parcels over zones, which are larger.
        """
        if isinstance(layer, RasterLayer):
            return (_RASTER,)
        kind, cover = layer.table.main_kind, self.covers[layer.id]
        if layer.id in self._drawn_as_limits:
            return _LIMITS, -cover.typical
        if kind is Kind.POINT:
            return _ORDER[kind], layer.table.row_count
        if kind is Kind.POLYGON:
            return _ORDER[kind], cover.covers and layer.id not in self.washes, cover.typical
        return (_ORDER[kind],)

    def over(self, layer: Layer) -> int:
        """Return how many layers that are there lie over a new one."""
        over = (self._lies_over(other, layer) for other in self._there)
        return next((index for index, is_over in enumerate(over) if not is_over), len(self._there))

    def _lies_over(self, other: Layer, layer: Layer) -> bool:
        """Whether a layer that is there stays over a new one; areas do that are clearly finer."""
        above, below = self.place(other), self.place(layer)
        if above[0] != below[0] or above[0] != _ORDER[Kind.POLYGON] or not below[1]:
            return above[0] < below[0]
        return not above[1] or below[2] > _COARSER * above[2]

    def _would_hide(self, layer: VectorLayer, others: list[VectorLayer]) -> bool:
        """Whether areas would hide finer ones, or be hidden by them, if they were filled."""
        own = self.covers[layer.id]
        return own.covers and any(
            self.covers[other.id].covers
            and own.typical > _COARSER * self.covers[other.id].typical
            and _share_of(layer, other) >= _SAME_LAND
            for other in others
        )


def _may_be_limits(layer: VectorLayer) -> bool:
    return layer.table.row_count <= _MOST_LIMITS and not says_what(layer.title.fr)


def _is_hollow(layer: VectorLayer) -> bool:
    return layer.table.main_kind is Kind.POLYGON and layer.style.symbol.fill is None


def leading(layers: tuple[Layer, ...]) -> Layer:
    """Return the layer that the others are about: the areas of which there are most."""
    areas = [
        layer
        for layer in layers
        if isinstance(layer, VectorLayer) and layer.table.main_kind is Kind.POLYGON
    ]
    return max(areas, key=lambda layer: layer.table.row_count, default=layers[0])


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


def _looking(layer: Layer, number: int, arrived: _Arrived) -> Layer:
    if isinstance(layer, RasterLayer):
        return layer
    kind, name = layer.table.main_kind, layer.title.fr
    if layer.id in arrived.limits:
        style = first_limit(name, number)
    elif layer.id in arrived.washes:
        style = first_wash(name, number)
    else:
        style = first_look(kind, name, number)
    if kind is Kind.POINT and layer.table.row_count > _MANY_POINTS:
        style = Style(Single(replace(style.symbol, size_mm=_SMALL_MM)))
    return replace(layer, style=style)


def _apart(layer: Layer, arrived: _Arrived) -> float:
    """Return the scale denominator from which on marks or limits stand apart; 0 for every one."""
    if isinstance(layer, RasterLayer):
        return 0.0
    if layer.id in arrived.limits:
        return round_length(1000 * math.sqrt(arrived.covers[layer.id].typical) / _LIMITS_APART_MM)
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

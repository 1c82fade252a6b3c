"""What is measured of the things that an annex lists: areas, lengths, widths and where they lie.

Areas and lengths are those of the plane of the layer's system; a width is measured between parcels
on both sides of an axis, or from area and outline of a strip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.soundness import made_valid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.title import Title

#: Distance between the points of an axis at which its free width is measured, in metres.
STEP_M = 25.0
#: An axis with less room runs over parcels: a road to be made has no width yet.
LEAST_WIDTH_M = 1.0
_FEWEST_POINTS, _MOST_POINTS = 3, 60
#: A strip is that much longer than wide; other areas have no width.
_SLENDER = 3.0
_MOST_PLACES = 4


@dataclass(frozen=True, eq=False)
class Places:
    """Areas and their names, shape (k,) each."""

    shapes: NDArray[np.object_]
    names: Sequence[Title]


@dataclass(frozen=True, eq=False)
class Around:
    """What is known around a layer: sectors for places, parcels for measured widths.

    Attributes
    ----------
    sectors, communes : Places
        In the layer's CRS; empty where there are none.
    parcels : ndarray of geometries
        Parcels, in the layer's CRS; empty where there are none.
    """

    sectors: Places
    communes: Places
    parcels: NDArray[np.object_]


NOWHERE = Places(np.zeros(0, dtype=object), ())
ALONE = Around(NOWHERE, NOWHERE, np.zeros(0, dtype=object))


@dataclass(frozen=True, eq=False)
class Measures:
    """Measures of n rows; NaN where there is none.

    Attributes
    ----------
    area_m2, length_m, width_m : ndarray of float, shape (n,)
    sectors, communes : tuple of tuple of Title
        Where each row lies, most of it first.
    """

    area_m2: NDArray[np.float64]
    length_m: NDArray[np.float64]
    width_m: NDArray[np.float64]
    sectors: tuple[tuple[Title, ...], ...]
    communes: tuple[tuple[Title, ...], ...]


def measured(layer: VectorLayer, rows: NDArray[np.intp], around: Around) -> Measures:
    """Return the measures of some rows of a layer."""
    table = layer.table.take(rows)
    shapes = made_valid(table.shapes()) if table.has_geometry else np.full(len(rows), None)
    unit = layer.crs.unit_m if layer.crs.is_metric else float("nan")
    areas = np.where(table.kinds == Kind.POLYGON, shapely.area(shapes) * unit**2, np.nan)
    lengths = np.where(table.kinds == Kind.LINE, shapely.length(shapes) * unit, np.nan)
    widths = _strip_widths(shapes, areas, unit)
    on_axis = np.flatnonzero(table.kinds == Kind.LINE)
    if len(on_axis) and len(around.parcels) and np.isfinite(unit):
        free = _free_widths(shapes[on_axis], around.parcels) * unit
        widths[on_axis] = np.where(free >= LEAST_WIDTH_M, free, np.nan)
    return Measures(
        areas, lengths, widths, _places(shapes, around.sectors), _places(shapes, around.communes)
    )


def _strip_widths(
    shapes: NDArray[np.object_], areas: NDArray[np.float64], unit: float
) -> NDArray[np.float64]:
    """Return the width of areas that are strips: the shorter side of a rectangle like them."""
    half = shapely.length(shapes) * unit / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        root = np.sqrt(half**2 - 4 * areas)
        width = (half - root) / 2
        slender = (half + root) / 2 > _SLENDER * width
    found: NDArray[np.float64] = np.where(slender, width, np.nan)
    return found


def _free_widths(axes: NDArray[np.object_], parcels: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return twice the median distance from points of each axis to the next parcel."""
    lengths = shapely.length(axes)
    counts = np.clip((lengths / STEP_M).astype(int), _FEWEST_POINTS, _MOST_POINTS)
    owner = np.repeat(np.arange(len(axes)), counts)
    order = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = (order + 0.5) / counts[owner]
    points = shapely.line_interpolate_point(_one_line(axes)[owner], share, normalized=True)
    known = np.flatnonzero(~shapely.is_missing(points) & ~shapely.is_empty(points))
    tree = shapely.STRtree(parcels)
    (which, _), distance = tree.query_nearest(
        points[known], return_distance=True, all_matches=False
    )
    return _medians(owner[known[which]], distance, len(axes)) * 2


def _one_line(axes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return axes as single lines where their parts join, the first part where they do not."""
    merged = shapely.line_merge(axes)
    return np.asarray(
        np.where(shapely.get_num_geometries(merged) > 1, shapely.get_geometry(merged, 0), merged),
        dtype=object,
    )


def _medians(
    owner: NDArray[np.intp], values: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    """Return the median of the values of each owner, shape (count,); NaN without values."""
    order = np.lexsort((values, owner))
    sorted_values = np.append(values[order], np.nan)
    counts = np.bincount(owner, minlength=count)
    starts = np.cumsum(counts) - counts
    low = np.where(counts > 0, starts + (counts - 1) // 2, len(values))
    high = np.where(counts > 0, starts + counts // 2, len(values))
    found: NDArray[np.float64] = (sorted_values[low] + sorted_values[high]) / 2
    return found


def _places(shapes: NDArray[np.object_], places: Places) -> tuple[tuple[Title, ...], ...]:
    """Return in which areas each shape lies, those that hold most of it first."""
    if not len(places.shapes):
        return ((),) * len(shapes)
    tree = shapely.STRtree(places.shapes)
    which, area = tree.query(shapes, predicate="intersects")
    share = _shared(shapes[which], places.shapes[area])
    found: list[list[Title]] = [[] for _ in shapes]
    for at in np.lexsort((-share, which)).tolist():
        names, name = found[which[at]], places.names[area[at]]
        if share[at] > 0 and name.fr and name not in names and len(names) < _MOST_PLACES:
            names.append(name)
    return tuple(tuple(names) for names in found)


def _shared(shapes: NDArray[np.object_], areas: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return how much of each shape lies in an area; one for a point."""
    inside = shapely.intersection(shapes, areas)
    size = np.where(shapely.area(shapes) > 0, shapely.area(inside), shapely.length(inside))
    is_point = shapely.get_dimensions(shapes) == 0
    return np.asarray(np.where(is_point, 1.0, size), dtype=np.float64)

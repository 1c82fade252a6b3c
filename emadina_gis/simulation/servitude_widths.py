"""How far a servitude reaches beyond what is drawn, and which part of it must stay empty.

Owns what a strip is drawn around, and how a layer's own width replaces the planning document's,
which holds the numbers. It must not know tables or parcels. Metres; planar coordinates in a metric
CRS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.regulation.printed import Servitude

    Shapes = NDArray[np.object_]

#: A front is found where the plan and the cadastre are drawn this far apart.
FRONT_TOLERANCE_M = 1.0


@dataclass(frozen=True)
class Reach:
    """How far a servitude reaches.

    Attributes
    ----------
    beyond_m : float or None
        On each side of a line, or around a polygon; None where the plan fixes no width.
    empty_m : float or None
        The part of it, on each side, that must stay strictly empty; None for all of it.
    around : bool
        A polygon is the thing itself and the strip lies around it; else it is the strip.
    with_thing : bool
        The thing itself belongs to the strip (a right-of-way does, a cemetery does not).
    """

    beyond_m: float | None
    empty_m: float | None = None
    around: bool = False
    with_thing: bool = True


_AS_DRAWN = Reach(None)
#: What is drawn is the thing itself; all others are drawn as their axis or as their strip.
_FORMS: Mapping[str, Reach] = MappingProxyType(
    {
        "railway": Reach(None, around=True),
        "cemetery_belt": Reach(None, around=True, with_thing=False),
        "heritage_belt": Reach(None, around=True, with_thing=False),
    }
)
_RURAL = "_rural"


def reach_of(key: str, servitudes: Mapping[str, Servitude]) -> Reach:
    """Return how far a nature reaches.

    Parameters
    ----------
    key : str
        Key of a nature; what is no servitude with a strip is taken as drawn.
    servitudes : mapping of str to Servitude
        What the planning document states, by key; where it states nothing no width is known.
    """
    name = key.removesuffix(_RURAL)
    form, stated = _FORMS.get(name, _AS_DRAWN), servitudes.get(name)
    if stated is None:
        return form
    rural_m = stated.rural_side_m if key.endswith(_RURAL) else None
    beyond_m = stated.side_m if rural_m is None else rural_m
    empty_m = None if stated.strict_m is None else stated.strict_m / 2
    return replace(form, beyond_m=beyond_m, empty_m=empty_m)


@dataclass(frozen=True, eq=False)
class Strips:
    """What constraints cover.

    Attributes
    ----------
    whole : ndarray of polygons, shape (k,)
        All of it; empty polygons where no width is known.
    empty : ndarray of polygons, shape (k,)
        The part that must stay empty.
    width_unknown : ndarray of bool, shape (k,)
        A strip is needed and neither the layer nor the document gives its width.
    """

    whole: Shapes
    empty: Shapes
    width_unknown: NDArray[np.bool_]


def strips(
    shapes: Shapes, reach: Reach, width_m: NDArray[np.float64], unit_m: float = 1.0
) -> Strips:
    """Return what constraints of one nature cover.

    Parameters
    ----------
    shapes : ndarray of geometries, shape (k,)
        Valid; lines and points are axes, polygons are the thing or the strip (`Reach.around`).
    width_m : ndarray of float64, shape (k,)
        The layer's own width, NaN where it gives none: total for a line, of the strip around a
        polygon. It replaces the document's.
    unit_m : float
        Metres in a map unit.
    """
    polygons = shapely.get_dimensions(shapes) == 2
    own = np.where(polygons, width_m, width_m / 2)
    given = np.nan if reach.beyond_m is None else reach.beyond_m
    beyond = np.where(np.isnan(own), given, own)
    needed = ~polygons | reach.around
    missing = needed & np.isnan(beyond)
    whole = _grown(shapes, np.where(needed & ~missing, beyond, 0.0) / unit_m)
    if not reach.with_thing:
        whole = np.where(polygons, shapely.difference(whole, shapes), whole)
    whole = np.where(missing & ~polygons, shapely.Polygon(), whole)
    if reach.empty_m is None:
        return Strips(whole, whole, missing)
    inner = np.minimum(reach.empty_m, np.nan_to_num(beyond, nan=0.0)) / unit_m
    empty = np.where(polygons, whole, _grown(shapes, np.where(polygons, 0.0, inner)))
    return Strips(whole, empty, missing)


def _grown(shapes: Shapes, distance: NDArray[np.float64]) -> Shapes:
    """Return shapes grown by distances; what need not grow is the same object."""
    result = shapes.copy()
    rows = np.flatnonzero(distance > 0)
    result[rows] = shapely.buffer(shapes[rows], distance[rows], quad_segs=16)
    return result

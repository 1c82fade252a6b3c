"""What bites each parcel: constraints by overlay, with areas, in order, each square metre once.

Owns the overlay of parcels with `Constraints` and what it takes from each parcel. It must not know
where layers come from, nor how a hit is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.simulation.constraint_natures import Rank, Takes
from emadina_gis.simulation.precedence import is_sliver, owned, polygonal, sound, summed
from emadina_gis.simulation.servitude_widths import FRONT_TOLERANCE_M

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from emadina_gis.simulation.constraints import Constraints

    Floats = NDArray[np.float64]
    Shapes = NDArray[np.object_]

#: Parcels overlaid at a time: between two blocks a cancel is heard.
_BLOCK = 2048
#: A front shorter than this along a parcel is the corner of a neighbour's.
_LEAST_FRONT_M = 2.0
#: The engine takes land off in this order: the front moves to the alignment first (art. 4).
_ENGINE_ORDER = (Takes.ROADS, Takes.SERVITUDE, Takes.EQUIPMENT)


@dataclass(frozen=True, eq=False)
class Hits:
    """Which constraints hit which parcels, in the order in which they prevail.

    Attributes
    ----------
    parcel, constraint : ndarray of int, shape (h,)
        Position of the parcel and of the constraint; those of a parcel are together, heritage
        first, then servitudes, reservations, fronts and graphic provisions; the largest first.
    area_m2, share : ndarray of float64, shape (h,)
        Of the parcel under the constraint (0 for a front).
    taken_m2 : ndarray of float64, shape (h,)
        What it makes unbuildable or takes: 0 for rules that take nothing and for lapsed ones.
    own_m2 : ndarray of float64, shape (h,)
        The part of it that no constraint before it takes already.
    length_m : ndarray of float64, shape (h,)
        Along a front; NaN elsewhere.
    lapsed : ndarray of bool, shape (h,)
    parcel_area_m2 : ndarray of float64, shape (n,)
        Planar area of each parcel, NaN without geometry.
    roads_m2, equipment_m2, servitude_m2 : ndarray of float64, shape (n,)
        What the engine takes off, roads first, then servitudes, then equipment: their sum is the
        area of the union.
    """

    parcel: NDArray[np.intp]
    constraint: NDArray[np.intp]
    area_m2: Floats
    share: Floats
    taken_m2: Floats
    own_m2: Floats
    length_m: Floats
    lapsed: NDArray[np.bool_]
    parcel_area_m2: Floats
    roads_m2: Floats
    equipment_m2: Floats
    servitude_m2: Floats

    def __len__(self) -> int:
        return len(self.parcel)

    @property
    def remainder_m2(self) -> Floats:
        """Land that nothing takes, shape (n,)."""
        taken = summed(self.parcel, self.own_m2, len(self.parcel_area_m2))
        return np.maximum(self.parcel_area_m2 - taken, 0.0)


def find_hits(
    shapes: Shapes,
    constraints: Constraints,
    on: dt.date,
    *,
    expire: dt.date | None = None,
    ctx: Context = NULL_CONTEXT,
) -> Hits:
    """Return what hits each of n parcels on a day.

    Parameters
    ----------
    shapes : ndarray of polygons, shape (n,)
        In the metric system of the constraints; invalid ones are repaired, None has no hits.
    on : date
        Reservations whose date lies before it have lapsed.
    expire : date, optional
        When the plan's reservations lapse that give no date of their own.
    """
    lapsed = constraints.lapsed(on, expire)
    blocks = []
    for start in range(0, max(len(shapes), 1), _BLOCK):
        ctx.report(start / max(len(shapes), 1), "hits.phase.overlay")
        block = sound(shapes[start : start + _BLOCK])
        blocks.append(_block(block, constraints, lapsed, start))
    ctx.report(1.0, "hits.phase.overlay")
    names = [name for name in Hits.__dataclass_fields__ if name in blocks[0]]
    return Hits(**{name: np.concatenate([block[name] for block in blocks]) for name in names})


def _block(
    shapes: Shapes, constraints: Constraints, lapsed: NDArray[np.bool_], start: int
) -> dict[str, NDArray[np.generic]]:
    unit = constraints.crs.unit_m
    whole = shapely.area(shapes)
    rows, found = constraints.tree.query(shapes, predicate="intersects")
    rows, found = rows[whole[rows] > 0], found[whole[rows] > 0]
    pieces = polygonal(shapely.intersection(shapes[rows], constraints.whole[found]))
    area = shapely.area(pieces)
    front = constraints.rank[found] == Rank.FRONT
    length = np.full(len(rows), np.nan)
    length[front] = _along(shapes[rows[front]], constraints.whole[found[front]], unit)
    kept = np.where(
        front, np.nan_to_num(length) > _LEAST_FRONT_M, ~is_sliver(pieces, area, whole[rows], unit)
    )
    area = np.where(front, 0.0, area)
    order = np.lexsort((-area, lapsed[found], constraints.rank[found], rows))
    order = order[kept[order]]
    rows, found, pieces, area = rows[order], found[order], pieces[order], area[order]
    taken, own, off = _taken(pieces, rows, found, constraints, lapsed, shapes)
    square = unit**2
    return {
        "parcel": rows + start,
        "constraint": found,
        "area_m2": area * square,
        "share": area / whole[rows],
        "taken_m2": taken * square,
        "own_m2": own * square,
        "length_m": length[order],
        "lapsed": lapsed[found],
        "parcel_area_m2": np.where(shapely.is_missing(shapes), np.nan, whole) * square,
        "roads_m2": off[Takes.ROADS] * square,
        "equipment_m2": off[Takes.EQUIPMENT] * square,
        "servitude_m2": off[Takes.SERVITUDE] * square,
    }


def _along(shapes: Shapes, strips: Shapes, unit_m: float) -> Floats:
    """Return how far the edge of each parcel runs in a front's strip, in metres."""
    length = shapely.length(shapely.intersection(shapely.boundary(shapes), strips)) * unit_m
    # The edges that leave the front at right angles run through the tolerance too.
    return np.asarray(np.maximum(length - 2 * FRONT_TOLERANCE_M, 0.0))


def _taken(
    pieces: Shapes,
    rows: NDArray[np.intp],
    found: NDArray[np.intp],
    constraints: Constraints,
    lapsed: NDArray[np.bool_],
    shapes: Shapes,
) -> tuple[Floats, Floats, dict[Takes, Floats]]:
    """Return what each hit takes, what it owns of it, and what the engine takes off parcels."""
    count = len(shapes)
    taken, own = np.zeros(len(rows)), np.zeros(len(rows))
    takes = constraints.takes[found]
    active = np.flatnonzero((takes != Takes.NOTHING) & ~lapsed[found])
    inner = pieces[active]
    partial = np.flatnonzero(constraints.is_partial[found[active]])
    if len(partial):
        mine = active[partial]
        cut = shapely.intersection(shapes[rows[mine]], constraints.empty[found[mine]])
        inner[partial] = polygonal(cut)
    taken[active] = shapely.area(inner)
    parcel = rows[active]
    own[active] = owned(inner, parcel, np.arange(len(active)))
    turn = np.array([_ENGINE_ORDER.index(Takes(kind)) for kind in takes[active]], dtype=np.intp)
    off = owned(inner, parcel, np.argsort(turn, kind="stable"))
    return (
        taken,
        own,
        {
            kind: summed(parcel, np.where(turn == place, off, 0.0), count)
            for place, kind in enumerate(_ENGINE_ORDER)
        },
    )

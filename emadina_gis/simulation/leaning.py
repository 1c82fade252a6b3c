"""Limits on which a building leans: a good one stands there already, no distance is kept.

A person points at a limit; the nearest one of the parcel is meant. It knows no rules.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.simulation.real_parcels import RealParcels


@dataclass(frozen=True)
class Leaning:
    """A place on a limit of a parcel, in map units, and the row of the parcel."""

    row: int
    x: float
    y: float


def with_leaning(parcels: RealParcels, places: Sequence[Leaning]) -> RealParcels:
    """Return the parcels with the distance lifted on the limits nearest to some places.

    Parameters
    ----------
    parcels : RealParcels
    places : sequence of Leaning
        All of them: what was lifted before is not kept.
    """
    lifted = np.zeros(len(parcels.limits.front), dtype=bool)
    for place in places:
        lifted[nearest_limit(parcels, place)] = True
    if (lifted == parcels.limits.lifted).all():
        return parcels
    return replace(parcels, limits=parcels.limits.with_lifted(lifted))


def nearest_limit(parcels: RealParcels, place: Leaning) -> int:
    """Return the number of the limit of a parcel nearest to a place, among all limits."""
    limits = parcels.limits
    first, end = (int(limits.starts[row]) for row in (place.row, place.row + 1))
    spot = np.array([place.x, place.y]) * parcels.table.crs.unit_m - parcels.origin[place.row]
    start, along = limits.start[first:end], limits.end[first:end] - limits.start[first:end]
    share = ((spot - start) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-12)
    nearest = start + np.clip(share, 0.0, 1.0)[:, None] * along
    return first + int(np.hypot(*(spot - nearest).T).argmin())

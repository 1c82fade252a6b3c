"""Reference area, free cession and what the public must buy. Nothing of levels or floor area.

Source: règlement of the plan d'aménagement of Aïn Chock, articles 4.1-4.2 (p. 15), 12 (p. 23),
37 (p. 33), 51 (p. 38), 55, 56 and 58 (p. 40).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.regulation import Ruling

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Land:
    """Land of parcels: whole, and what the plan takes from it; arrays (n,) or 0.0, in m².

    ``no_build_m2`` is what a scenario forbids to build on, lots included.
    """

    area_m2: Floats
    plan_roads_m2: Floats | float
    equipment_m2: Floats | float
    servitude_m2: Floats | float
    after_roads_m2: Floats
    no_build_m2: Floats | float = 0.0


@dataclass(frozen=True, eq=False)
class Reference:
    """Land that ratios apply to, what is ceded without payment, what is left to acquire, in m²."""

    area_m2: Floats
    due_m2: Floats
    to_acquire_m2: Floats


def reference_of(land: Land, ruling: Ruling, *, lot: bool) -> Reference:
    """Return the reference area, the cession and the land to acquire, shape (n,)."""
    if lot:
        nothing = np.zeros_like(land.area_m2)
        return Reference(np.maximum(_buildable(land), 0.0), nothing, nothing)
    if ruling.strip_share[1] > 0:
        strip = land.area_m2 * ruling.strip_share[1]
        to_acquire = np.maximum(land.equipment_m2 - strip, 0.0)
        kept = land.area_m2 - strip - np.maximum(land.no_build_m2 - strip, 0.0)
        return Reference(kept, np.zeros_like(strip), to_acquire)
    due = _due(land, ruling)
    taken = np.maximum(land.equipment_m2, due)
    reference = land.after_roads_m2 - land.servitude_m2 - taken
    to_acquire = np.maximum(land.equipment_m2 - due, 0.0)
    return Reference(np.maximum(reference, 0.0, out=reference), due, to_acquire)


def _due(land: Land, ruling: Ruling) -> Floats:
    """Return the land ceded free: a share of large land that the plan does not already take."""
    if ruling.cession_share == 0:
        return np.zeros_like(land.area_m2)
    owes = land.after_roads_m2 > ruling.cession_threshold_m2
    if not np.any(owes):
        return np.zeros_like(land.area_m2)
    taken = (land.plan_roads_m2 + land.equipment_m2) / land.area_m2
    owes &= taken < ruling.cession_exempt_share
    return np.where(owes, ruling.cession_share * land.after_roads_m2, 0.0)


@dataclass(frozen=True, eq=False)
class Caps:
    """What a level may cover at most: from the first floor up, and the ground floor; m²."""

    upper_m2: Floats | float
    ground_m2: Floats | float


def caps_of(
    land: Land, reference_m2: Floats, ruling: Ruling, *, lot: bool, one_front: bool
) -> Caps:
    """Return the largest footprint that coverage, green share and courtyards leave, shape (n,)."""
    side = 0 if lot else 1
    cap: Floats | float = math.inf
    if math.isfinite(ruling.coverage[side]):
        cap = ruling.coverage[side] * reference_m2
    if ruling.green_share[side] > 0:
        cap = np.minimum(cap, (1.0 - ruling.green_share[side]) * land.after_roads_m2)
    if one_front and ruling.court_m2[side] > 0:
        cap = np.minimum(cap, reference_m2 - ruling.court_m2[side])
    if isinstance(land.no_build_m2, np.ndarray):
        cap = np.minimum(cap, np.where(land.no_build_m2 > 0, _buildable(land), cap))
    cap = np.maximum(cap, 0.0)
    ground = ruling.ground_coverage[side]
    return Caps(cap, cap if math.isinf(ground) else ground * reference_m2)


def _buildable(land: Land) -> Floats:
    """Return the land that is left where a scenario forbids to build on some of it, in m²."""
    if isinstance(land.no_build_m2, float):
        return land.after_roads_m2
    return land.after_roads_m2 - land.no_build_m2

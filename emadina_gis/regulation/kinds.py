"""Kinds of rule: what each one measures and which values make sense. No sector's number.

A planning document may use these kinds and no others, so that a misspelt kind is found at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Kind:
    """One kind of rule.

    Attributes
    ----------
    name : str
        Name used in documents, scenarios and ``--set`` keys.
    unit : str
        ``"m"``, ``"m2"``, ``"ratio"``, ``"count"``, ``"flag"`` or ``"per_ha"``.
    low, high : float
        Values outside are refused when a document or a scenario is read.
    editable : bool
        Whether a scenario may replace it for a sector.
    """

    name: str
    unit: str
    low: float
    high: float
    editable: bool = True


_ALL = (
    Kind("coverage", "ratio", 0.0, 1.0),
    Kind("floor_ratio", "ratio", 0.0, 50.0),
    Kind("ground_coverage", "ratio", 0.0, 1.0),
    Kind("levels", "count", 0.0, 200.0),
    Kind("max_height_m", "m", 0.0, 1000.0),
    Kind("min_plot_m2", "m2", 0.0, 1e7),
    Kind("min_frontage_m", "m", 0.0, 1e4),
    Kind("front_setback_m", "m", 0.0, 100.0),
    Kind("prospect_factor", "ratio", 0.1, 10.0),
    Kind("band_depth_m", "m", 0.0, 1000.0),
    Kind("free_height_m", "m", 0.0, 100.0),
    Kind("limit_distance_m", "m", 0.0, 100.0),
    Kind("limit_height_ratio", "ratio", 0.0, 5.0),
    Kind("limit_from_slab", "flag", 0.0, 1.0, editable=False),
    Kind("rear_distance_m", "m", 0.0, 100.0),
    Kind("rear_height_ratio", "ratio", 0.0, 5.0),
    Kind("party_sides", "count", 0.0, 2.0),
    Kind("court_m2", "m2", 0.0, 1e4),
    Kind("green_share", "ratio", 0.0, 1.0),
    Kind("strip_share", "ratio", 0.0, 1.0),
    Kind("strip_setback_m", "m", 0.0, 100.0, editable=False),
    Kind("cession_share", "ratio", 0.0, 1.0),
    Kind("cession_threshold_m2", "m2", 0.0, 1e7),
    Kind("cession_exempt_share", "ratio", 0.0, 1.0),
    Kind("equipment_bonus_share", "ratio", 0.0, 1.0, editable=False),
    Kind("bonus_cap", "ratio", 0.0, 1.0, editable=False),
    Kind("small_dwelling_share_max", "ratio", 0.0, 1.0, editable=False),
    Kind("tree_per_planted_m2", "m2", 0.0, 1e4, editable=False),
    Kind("facade_share_max", "ratio", 0.0, 1.0, editable=False),
    Kind("row_lots_max", "count", 0.0, 1e3, editable=False),
    Kind("row_length_max_m", "m", 0.0, 1e4, editable=False),
    Kind("building_distance_min_m", "m", 0.0, 1e3, editable=False),
    Kind("blind_gable_distance_m", "m", 0.0, 1e3, editable=False),
    Kind("leisure_units_per_ha", "per_ha", 0.0, 1e3, editable=False),
    Kind("leisure_min_plot_m2", "m2", 0.0, 1e7, editable=False),
)

#: Every kind by name.
KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})

#: How the levels of a sector are laid out on a parcel (`simulation.envelope` holds the formulas).
FORMS = ("band", "band_rear_limit", "detached", "none")

#: Intended uses, in the order of their codes.
USES = ("housing", "office", "hotel", "commerce", "industry", "equipment")

#: How a value may be doubtful.
FLAGS = ("", "assumed", "interpretation", "permission", "to_check")

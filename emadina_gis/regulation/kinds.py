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
    """One kind of rule; its name in words is ``regulation.kind.<name>``.

    Attributes
    ----------
    name : str
        Name used in documents, scenarios and ``--set`` keys.
    unit : str
        ``"m"``, ``"m2"``, ``"ratio"`` (a fraction shown as a percentage), ``"factor"`` (shown as it
        is), ``"count"``, ``"flag"`` or ``"per_ha"``.
    low, high : float
        Values outside are refused when a document or a scenario is read.
    group : str
        Part of a form it belongs to, one of `GROUPS`.
    editable : bool
        Whether a scenario may replace it for a sector.
    by_regime : bool
        Whether lots and other land may have values of their own; where not, the engine reads the
        value that holds for both.
    usual : (float, float) or None
        Values outside are read, but look like another unit: they are told.
    """

    name: str
    unit: str
    low: float
    high: float
    group: str
    editable: bool = True
    by_regime: bool = False
    usual: tuple[float, float] | None = None

    def takes(self, value: float) -> bool:
        """Whether a value is possible: within the bounds, and whole where things are counted."""
        return self.low <= value <= self.high and (self.unit != "count" or value == round(value))

    @property
    def decimals(self) -> int:
        """Decimals a form shows, for a ratio those of the percentage."""
        return {"m": 2, "factor": 2, "ratio": 1}.get(self.unit, 0)

    @property
    def step(self) -> float:
        """What one step of a form's arrow adds to the value."""
        steps = {"m": 0.5, "m2": 50.0, "ratio": 0.01, "factor": 0.1}
        return steps.get(self.unit, 1.0)


#: Parts of a form, in their order.
GROUPS = ("ratios", "height", "plot", "front", "limits", "land", "building", "mix", "bonus")

_ALL = (
    Kind("coverage", "ratio", 0.0, 1.0, "ratios", by_regime=True, usual=(0.02, 1.0)),
    Kind("floor_ratio", "factor", 0.0, 50.0, "ratios", by_regime=True, usual=(0.02, 12.0)),
    Kind("ground_coverage", "ratio", 0.0, 1.0, "ratios", by_regime=True),
    Kind("levels", "count", 0.0, 200.0, "height", usual=(0.0, 80.0)),
    Kind("max_height_m", "m", 0.0, 1000.0, "height", usual=(3.0, 250.0)),
    Kind("min_plot_m2", "m2", 0.0, 1e7, "plot", usual=(40.0, 1e6)),
    Kind("min_frontage_m", "m", 0.0, 1e4, "plot", usual=(4.0, 300.0)),
    Kind("front_setback_m", "m", 0.0, 100.0, "front", usual=(0.0, 40.0)),
    Kind("prospect_factor", "factor", 0.1, 10.0, "front", usual=(0.3, 4.0)),
    Kind("band_depth_m", "m", 0.0, 1000.0, "limits", usual=(6.0, 60.0)),
    Kind("free_height_m", "m", 0.0, 100.0, "limits", usual=(0.0, 15.0)),
    Kind("limit_distance_m", "m", 0.0, 100.0, "limits", usual=(0.0, 40.0)),
    Kind("limit_height_ratio", "factor", 0.0, 5.0, "limits", usual=(0.0, 2.0)),
    Kind("limit_from_slab", "flag", 0.0, 1.0, "limits", editable=False),
    Kind("rear_distance_m", "m", 0.0, 100.0, "limits", usual=(0.0, 40.0)),
    Kind("rear_height_ratio", "factor", 0.0, 5.0, "limits", usual=(0.0, 2.0)),
    Kind("party_sides", "count", 0.0, 2.0, "limits"),
    Kind("court_m2", "m2", 0.0, 1e4, "limits", by_regime=True, usual=(4.0, 400.0)),
    Kind("green_share", "ratio", 0.0, 1.0, "land", by_regime=True),
    Kind("strip_share", "ratio", 0.0, 1.0, "land", by_regime=True),
    Kind("strip_setback_m", "m", 0.0, 100.0, "land", editable=False),
    Kind("cession_share", "ratio", 0.0, 1.0, "land"),
    Kind("cession_threshold_m2", "m2", 0.0, 1e7, "land", usual=(100.0, 1e6)),
    Kind("cession_exempt_share", "ratio", 0.0, 1.0, "land"),
    Kind("tree_per_planted_m2", "m2", 0.0, 1e4, "land", editable=False),
    Kind("new_road_width_min_m", "m", 0.0, 200.0, "land", editable=False, usual=(3.0, 100.0)),
    Kind("leisure_road_width_min_m", "m", 0.0, 200.0, "land", editable=False),
    Kind("facade_share_max", "ratio", 0.0, 1.0, "building", editable=False),
    Kind("row_lots_max", "count", 0.0, 1e3, "building", editable=False),
    Kind("row_length_max_m", "m", 0.0, 1e4, "building", editable=False),
    Kind("building_distance_min_m", "m", 0.0, 1e3, "building", editable=False, usual=(1.0, 100.0)),
    Kind("building_height_ratio", "factor", 0.0, 5.0, "building", editable=False),
    Kind("blind_gable_distance_m", "m", 0.0, 1e3, "building", editable=False),
    Kind("main_window_distance_m", "m", 0.0, 1e3, "building", editable=False),
    Kind("facade_length_free_m", "m", 0.0, 1e3, "building", editable=False),
    Kind("facade_setback_share", "ratio", 0.0, 1.0, "building", editable=False),
    Kind("corbel_road_share", "ratio", 0.0, 1.0, "building", editable=False),
    Kind("corbel_max_m", "m", 0.0, 10.0, "building", editable=False, usual=(0.1, 3.0)),
    Kind("corbel_facade_share_max", "ratio", 0.0, 1.0, "building", editable=False),
    Kind("arcade_width_m", "m", 0.0, 50.0, "building", editable=False),
    Kind("arcade_clear_height_m", "m", 0.0, 50.0, "building", editable=False),
    Kind("ground_floor_height_min_m", "m", 0.0, 50.0, "building", editable=False),
    Kind("office_ceiling_min_m", "m", 0.0, 50.0, "building", editable=False),
    Kind("leisure_units_per_ha", "per_ha", 0.0, 1e3, "mix", editable=False),
    Kind("leisure_min_plot_m2", "m2", 0.0, 1e7, "mix", editable=False),
    Kind("leisure_min_frontage_m", "m", 0.0, 1e4, "mix", editable=False),
    Kind("small_dwelling_m2", "m2", 0.0, 1e3, "mix", editable=False),
    Kind("small_dwelling_share_max", "ratio", 0.0, 1.0, "mix", editable=False),
    Kind("social_share_max", "ratio", 0.0, 1.0, "mix", editable=False),
    Kind("dominant_type_share_max", "ratio", 0.0, 1.0, "mix", editable=False),
    Kind("nucleus_from_dwellings", "count", 0.0, 1e5, "mix", editable=False),
    Kind("nucleus_min_m2", "m2", 0.0, 1e6, "mix", editable=False),
    Kind("nucleus_m2_per_dwelling", "m2", 0.0, 1e3, "mix", editable=False),
    Kind("equipment_bonus_share", "ratio", 0.0, 1.0, "bonus", editable=False),
    Kind("bonus_cap", "ratio", 0.0, 1.0, "bonus", editable=False),
    Kind("emergence_floor_share_max", "ratio", 0.0, 1.0, "bonus", editable=False),
    Kind("emergence_levels_share_max", "ratio", 0.0, 1.0, "bonus", editable=False),
    Kind("emergence_ceiling_m", "m", 0.0, 1000.0, "bonus", editable=False),
    Kind("height_line_floor_share_max", "ratio", 0.0, 1.0, "bonus", editable=False),
    Kind("permeability_base", "ratio", 0.0, 1.0, "bonus", editable=False),
    Kind("bonus_parking_places_min", "count", 0.0, 1e5, "bonus", editable=False),
    Kind("bonus_parking_structure_m2", "m2", 0.0, 1e3, "bonus", editable=False),
    Kind("bonus_parking_green_m2", "m2", 0.0, 1e3, "bonus", editable=False),
    Kind("bonus_social_share_max", "ratio", 0.0, 1.0, "bonus", editable=False),
    Kind("bonus_activity_half_m2", "m2", 0.0, 1e3, "bonus", editable=False),
    Kind("bonus_activity_full_m2", "m2", 0.0, 1e3, "bonus", editable=False),
    Kind("bonus_grouping_min_m2", "m2", 0.0, 1e9, "bonus", editable=False),
)

#: Every kind by name.
KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})

#: How the levels of a sector are laid out on a parcel (`simulation.envelope` holds the formulas).
FORMS = ("band", "band_rear_limit", "detached", "none")

#: Intended uses, in the order of their codes.
USES = ("housing", "office", "hotel", "commerce", "industry", "equipment")

#: Where a document stands in its life: local committee, enquiry, councils, central committee.
STATUSES = ("unknown", "in_study", "ctl", "enquiry", "councils", "cc", "homologated", "lapsed")

#: Dates of a document's life, in their order.
DATES = (
    "ctl_date",
    "enquiry_start",
    "enquiry_end",
    "council_date",
    "cc_date",
    "decree_date",
    "reservations_expire",
)

#: Why a zone has no numbers of its own.
NATURES = ("restructuring", "project", "protected")

#: How a zone's floor area turns into dwellings.
DWELLINGS = ("by_area", "one_per_lot")

#: How a value may be doubtful.
FLAGS = ("", "assumed", "interpretation", "permission", "to_check")

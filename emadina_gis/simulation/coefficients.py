"""Every number of the simulation that no planning document prints, with its range and source.

They are an editable profile: each is shown to the person with where it comes from, and can be
replaced by ``--set KEY=VALUE`` or by the project. Sources are keys of ``words``
(``simulation.source.<source>``). It knows nothing of parcels.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from emadina_gis.errors import SettingsError

if TYPE_CHECKING:
    from emadina_gis.regulation import PlanningDocument


@dataclass(frozen=True)
class Coefficient:
    """One number with its range.

    Attributes
    ----------
    key : str
        Name used by ``--set``; the unit is in the name.
    value, low, high : float
        ``low <= value <= high``.
    source : str
        Key of the sentence that says where it comes from.
    """

    key: str
    value: float
    low: float
    high: float
    source: str

    def to_dict(self) -> dict[str, float | str]:
        """Return the coefficient as the ``coefficients`` entry of ``outcome.json``."""
        return {
            "key": self.key,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "source": self.source,
        }


#: Shares that do not say so in their name.
_SHARES = frozenset({"net_to_gross", "raw_villa_land_loss"})


def _is_share(key: str) -> bool:
    return "share" in key or key.startswith("take_up_") or key in _SHARES


_DEFAULTS = (
    Coefficient("storey_m", 3.0, 3.0, 3.0, "height_law"),
    Coefficient("min_block_width_m", 6.0, 6.0, 6.0, "model"),
    Coefficient("net_to_gross", 0.85, 0.80, 0.90, "unverified"),
    Coefficient("dwelling_net_m2", 90.0, 70.0, 110.0, "unverified"),
    Coefficient("occupied_share", 0.90, 0.85, 0.95, "occupancy_press"),
    Coefficient("household_size", 3.54, 3.4, 3.9, "census_2024"),
    Coefficient("raw_villa_land_loss", 0.275, 0.25, 0.30, "to_confirm"),
    Coefficient("office_m2_per_job", 22.5, 20.0, 25.0, "unverified"),
    Coefficient("commerce_m2_per_job", 37.5, 35.0, 40.0, "unverified"),
    Coefficient("industry_m2_per_job", 90.0, 80.0, 100.0, "unverified"),
    Coefficient("logistics_m2_per_job", 150.0, 150.0, 150.0, "unverified"),
    Coefficient("hotel_jobs_per_room", 0.8, 0.8, 0.8, "unverified"),
    Coefficient("hotel_net_m2_per_room", 45.0, 35.0, 60.0, "to_confirm"),
    Coefficient("parking_m2_per_place", 25.0, 25.0, 25.0, "article_3_3_1"),
    Coefficient("take_up_free", 0.60, 0.40, 0.80, "to_confirm"),
    Coefficient("take_up_raw", 0.35, 0.20, 0.60, "to_confirm"),
    Coefficient("take_up_rebuild", 0.12, 0.05, 0.25, "to_confirm"),
    Coefficient("take_up_raise", 0.08, 0.03, 0.15, "to_confirm"),
    Coefficient("raw_land_min_m2", 10000.0, 10000.0, 10000.0, "model"),
    Coefficient("raise_existing_share", 0.5, 0.5, 0.5, "to_confirm"),
    Coefficient("subdivision_roads_share", 0.30, 0.25, 0.35, "to_confirm"),
    Coefficient("subdivision_roads_share_activity", 0.25, 0.20, 0.30, "to_confirm"),
    Coefficient("new_road_villas_m", 12.0, 12.0, 12.0, "article_3_1_1"),
    Coefficient("new_road_low_m", 16.0, 16.0, 16.0, "article_3_1_1"),
    Coefficient("new_road_high_m", 20.0, 20.0, 20.0, "article_3_1_1"),
    Coefficient("household_growth_recent_pct", 1.05, 1.05, 1.05, "households_2014_2024"),
    Coefficient("household_growth_2000s_pct", 2.75, 2.60, 2.90, "households_2000s"),
    Coefficient("household_growth_need_pct", 3.45, 3.45, 3.45, "need_2009"),
    Coefficient("replacement_pct", 0.066, 0.066, 0.066, "buildings_at_risk"),
    Coefficient("replacement_need_pct", 1.38, 1.38, 1.38, "need_2009"),
    Coefficient("vacancy_share", 0.06, 0.06, 0.08, "vacancy_practice"),
)


@dataclass(frozen=True)
class Parameters:
    """The coefficients in use, by key, in order."""

    values: Mapping[str, Coefficient] = field(
        default_factory=lambda: {item.key: item for item in _DEFAULTS}
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __hash__(self) -> int:
        return hash(tuple(self.values.values()))

    def __getitem__(self, key: str) -> float:
        return self.coefficient(key).value

    def low(self, key: str) -> float:
        """Return the low end of a coefficient."""
        return self.coefficient(key).low

    def high(self, key: str) -> float:
        """Return the high end of a coefficient."""
        return self.coefficient(key).high

    def coefficient(self, key: str) -> Coefficient:
        """Return a coefficient by its key.

        Raises
        ------
        SettingsError
            With code ``settings.no-coefficient`` if there is none of that name.
        """
        try:
            return self.values[key]
        except KeyError:
            raise SettingsError("settings.no-coefficient", key=key) from None

    def with_value(self, key: str, value: float) -> Parameters:
        """Return the parameters with a value replaced; its range is widened to hold it.

        Raises
        ------
        SettingsError
            ``settings.no-coefficient``, or ``settings.bad-coefficient`` for a value that is not
            a number or not positive where it divides or measures.
        """
        old = self.coefficient(key)
        if not math.isfinite(value) or value < 0 or (value == 0 and key in _POSITIVE):
            raise SettingsError("settings.bad-coefficient", key=key, value=value)
        if _is_share(key) and value > 1:
            raise SettingsError("settings.bad-coefficient", key=key, value=value)
        low, high = min(old.low, value), max(old.high, value)
        if old.low == old.high:
            low = high = value
        new = replace(old, value=value, low=low, high=high, source="set_by_user")
        return Parameters({**self.values, key: new})

    def to_list(self) -> list[dict[str, float | str]]:
        """Return the coefficients as the ``coefficients`` of ``outcome.json``."""
        return [item.to_dict() for item in self.values.values()]


_POSITIVE = frozenset(
    {
        "storey_m",
        "net_to_gross",
        "dwelling_net_m2",
        "office_m2_per_job",
        "commerce_m2_per_job",
        "industry_m2_per_job",
        "logistics_m2_per_job",
        "hotel_net_m2_per_room",
        "parking_m2_per_place",
    }
)


@lru_cache(maxsize=16)
def default_parameters(document: PlanningDocument | None = None) -> Parameters:
    """Return the default coefficients, with the housing shares of a document's zones."""
    values = {item.key: item for item in _DEFAULTS}
    for zone in document.zones.values() if document else ():
        share = zone.profile.housing_share
        if share is not None:
            key = f"housing_share.{zone.code}"
            values[key] = Coefficient(key, share.value, share.low, share.high, share.source)
    return Parameters(values)

"""People: the households of the census spread over the synthetic dwellings, type by type.

Owns the reconciliation with the census of Aïn Chock: occupied dwellings sum to its households,
vacant ones to the rest of its stock, people to its municipal population. It must not know
geometry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from layers.build.plan import SEED

# Census type of dwelling → share column, and households' relative size by type.
TYPES: dict[str, tuple[str, float]] = {
    "villa": ("households_villa_pct", 3.4),
    "apartment": ("households_apartment_pct", 3.2),
    "moroccan_house": ("households_moroccan_house_pct", 3.9),
    "slum": ("households_slum_pct", 4.1),
    "rural": ("households_rural_dwelling_pct", 4.6),
}
_TYPE_OF_ZONE = {
    "A": "apartment",
    "B": "apartment",
    "C": "apartment",
    "PB": "apartment",
    "D": "villa",
    "E": "moroccan_house",
    "S": "moroccan_house",
    "ZR": "slum",
    "I": "other",
}


@dataclass(frozen=True)
class People:
    """Occupied and vacant dwellings and people, one value per building."""

    dwellings: np.ndarray
    vacant: np.ndarray
    population: np.ndarray


def apportion(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole numbers in proportion to weights that sum to a total (largest remainders)."""
    if weights.sum() <= 0:
        raise ValueError("nothing to spread the census over")
    exact = total * weights / weights.sum()
    whole = np.floor(exact).astype(int)
    rest = total - int(whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:rest]] += 1
    return np.asarray(whole)


def _targets(census: Mapping[str, Any]) -> dict[str, int]:
    """Households of each type; the types the census calls other keep the remainder."""
    total = int(census["households_2024"])
    made = {name: round(total * census[column] / 100) for name, (column, _) in TYPES.items()}
    made["other"] = total - sum(made.values())
    return made


def dwelling_types(zone: np.ndarray, raw: np.ndarray) -> np.ndarray:
    """Census type of the dwellings of each building."""
    kinds = np.array([_TYPE_OF_ZONE.get(code, "other") for code in zone], dtype=object)
    kinds[raw] = "rural"
    return kinds


def people(
    kinds: np.ndarray, floor_m2: np.ndarray, housing: np.ndarray, census: Mapping[str, Any]
) -> People:
    """Dwellings and people by building, for the census row of the commune.

    ``housing`` marks buildings where people live; the others get none, but for guards.
    """
    rng = np.random.default_rng([SEED, 6])
    dwellings = np.zeros(len(kinds), dtype=int)
    for kind, total in _targets(census).items():
        lived = (kinds == kind) & (housing | (kind == "other"))
        dwellings[lived] = _spread(total, kind, floor_m2[lived], rng)
    households = int(census["households_2024"])
    stock = int(census["dwellings_2024"])
    lived = dwellings > 0
    vacant = np.zeros(len(kinds), dtype=int)
    weights = dwellings[lived] * rng.uniform(0.2, 1.8, lived.sum())
    vacant[lived] = apportion(stock - households, weights)
    size = np.array([TYPES[kind][1] if kind in TYPES else 2.5 for kind in kinds])
    weights = dwellings * size * rng.uniform(0.85, 1.15, len(kinds))
    return People(dwellings, vacant, apportion(int(census["population_municipal_2024"]), weights))


def _spread(total: int, kind: str, floor_m2: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One dwelling each first for houses, the rest by floor area; guards here and there."""
    uneven = rng.uniform(0.7, 1.3, len(floor_m2))
    if kind == "other":
        return apportion(total, (rng.random(len(floor_m2)) < 0.4) * uneven)
    if kind == "villa" and total <= len(floor_m2):
        return apportion(total, np.ones(len(floor_m2)) + 1e-3 * uneven)
    first = min(1, total // max(len(floor_m2), 1))
    return first + apportion(total - first * len(floor_m2), floor_m2 * uneven)

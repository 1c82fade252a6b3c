"""Years of reserve: mobilisable dwellings over the yearly need, under three variants of growth.

``need = households × (growth of households + replacement) / (1 − vacancy)`` each year, at the level
of today. Households grow apart from people: a city may lose people and gain households. Each
variant is tried on the past first: what it would have said ten years ago of the count of today.
Where an input is missing there is no figure but a reason. It knows nothing of layers or words.

Sources: as the coefficients say; the method is the demand forecast of agencies (households,
replacement, vacancy, three variants, a back-cast).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emadina_gis.simulation.coefficients import Parameters

Range = tuple[float, float, float]
#: Variants, with their coefficients: growth of households and replacement, in percent a year.
VARIANTS = {
    "recent": ("household_growth_recent_pct", "replacement_pct"),
    "decade_2000": ("household_growth_2000s_pct", "replacement_pct"),
    "need_2009": ("household_growth_need_pct", "replacement_need_pct"),
}
VACANCY = "vacancy_share"
COEFFICIENTS = (
    *dict.fromkeys(key for keys in VARIANTS.values() for key in keys),
    VACANCY,
)
RESERVE_REASONS = ("", "no_households", "no_need", "no_vacancy", "no_reserve")
_PERCENT = 100.0
_UNKNOWN: Range = (math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Households:
    """The households that the need is computed on.

    Attributes
    ----------
    count : float
        Households, NaN where nobody knows.
    source : str
        ``"parcels"`` (occupied dwellings of the parcels), ``"census"`` or ``""``.
    census : float
        Counted in the communes of the parcels, NaN where no layer says it.
    before : float
        Counted `years` earlier, NaN where no layer says it.
    years : int
        Between both counts.
    """

    count: float
    source: str = ""
    census: float = math.nan
    before: float = math.nan
    years: int = 10

    @property
    def gap_percent(self) -> float:
        """What the parcels hold above (+) or below (−) the census, in percent of the census."""
        return _PERCENT * (self.count / self.census - 1) if self.census > 0 else math.nan


@dataclass(frozen=True)
class Reserve:
    """Years of reserve under one variant.

    Attributes
    ----------
    variant : str
    growth_pct, replacement_pct : float
        A year, in percent of the households.
    need_per_year : Range
        Dwellings: central, low, high.
    years : Range
        Central, low (little mobilised, large need), high.
    reason : str
        Of `RESERVE_REASONS`: why the years cannot be said.
    backcast_pct : float
        What the growth would have told wrong of the last census, in percent; NaN if unknown.
    """

    variant: str
    growth_pct: float
    replacement_pct: float
    need_per_year: Range
    years: Range
    reason: str
    backcast_pct: float


def reserves(
    parameters: Parameters, households: Households, mobilisable: Range
) -> tuple[Reserve, ...]:
    """Return the years of reserve under each variant.

    Parameters
    ----------
    parameters : Parameters
    households : Households
    mobilisable : (float, float, float)
        Dwellings that may be expected in ten years: central, low, high.
    """
    return tuple(
        _reserve(name, keys, parameters, households, mobilisable) for name, keys in VARIANTS.items()
    )


def _reserve(
    name: str,
    keys: tuple[str, str],
    parameters: Parameters,
    households: Households,
    mobilisable: Range,
) -> Reserve:
    growth, replacement = (parameters.coefficient(key) for key in keys)
    need = _need(keys, parameters, households.count)
    reason = _reason(parameters, households, need, mobilisable)
    years = _UNKNOWN
    if not reason:
        value, low, high = mobilisable
        longest = high / need[1] if need[1] > 0 else math.inf
        years = (value / need[0], low / need[2], longest)
    told = households.before * (1 + growth.value / _PERCENT) ** households.years
    wrong = _PERCENT * (told / households.census - 1) if households.census > 0 else math.nan
    return Reserve(name, growth.value, replacement.value, need, years, reason, wrong)


def _need(keys: tuple[str, str], parameters: Parameters, count: float) -> Range:
    vacancy = parameters.coefficient(VACANCY)
    rates = [parameters.coefficient(key) for key in keys]
    if vacancy.high >= 1 or not count > 0:
        return _UNKNOWN

    def of(end: str) -> float:
        rate = sum(getattr(found, end) for found in rates) / _PERCENT
        return float(count * rate / (1 - getattr(vacancy, end)))

    return of("value"), of("low"), of("high")


def _reason(parameters: Parameters, households: Households, need: Range, mobilisable: Range) -> str:
    if not households.count > 0:
        return "no_households"
    if parameters.coefficient(VACANCY).high >= 1:
        return "no_vacancy"
    if not need[0] > 0:
        return "no_need"
    return "no_reserve" if math.isnan(mobilisable[0]) else ""

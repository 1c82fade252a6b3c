"""From floor area to dwellings, people, jobs and parking places, with ranges, on arrays.

The coefficients are an editable profile (`coefficients`); shares by zone come with the document.
Values are expected ones: they are summed unrounded and rounded only to be shown. Parking is rounded
up per building. It knows nothing of totals, scenarios or files.

Sources: parking, article 3.3.1; the rest as each coefficient says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.regulation import USES, Condition, rule_of
from emadina_gis.simulation.parcels import Regime

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.coefficients import Parameters
    from emadina_gis.simulation.columns import Outcome

    Floats = NDArray[np.float64]
    Rows = slice | NDArray[np.intp]
    Codes = NDArray[np.integer]

CENTRAL, LOW, HIGH = 0, 1, 2
_M2_PER_HA = 10_000.0
_HOUSING, _OFFICE, _HOTEL, _COMMERCE, _INDUSTRY, _EQUIPMENT = range(len(USES))
_NEAR_INTEGER = 1e-9


@dataclass(frozen=True, eq=False)
class Profile:
    """What each sector of a document does with its floor area, arrays by sector (last: none).

    Attributes
    ----------
    share : ndarray, shape (3, sectors + 1)
        Housing share: central, low, high.
    m2_per_job : ndarray, shape (3, sectors + 1, uses + 1)
        Net floor area per job of what is not housing, by intended use (last: the zone's);
        the low row holds the few jobs. NaN where nobody gave a coefficient.
    parking : ndarray, shape (2, sectors + 1, uses + 1)
        Places per gross and per net square metre of what is not housing.
    per_lot, per_level, shops_below : ndarray of bool, shape (sectors + 1,)
        One dwelling a lot; at least one a level on lots; a commercial ground floor under housing.
    min_plot_m2, leisure_per_m2, leisure_min_m2 : ndarray, shape (sectors + 1,)
    """

    share: Floats
    m2_per_job: Floats
    parking: Floats
    per_lot: NDArray[np.bool_]
    per_level: NDArray[np.bool_]
    shops_below: NDArray[np.bool_]
    min_plot_m2: Floats
    leisure_per_m2: Floats
    leisure_min_m2: Floats


@lru_cache(maxsize=16)
def profile_of(document: PlanningDocument, parameters: Parameters) -> Profile:
    """Return the profile of a document's sectors under some coefficients (kept for reuse)."""
    count = len(document.sectors) + 1
    share = np.zeros((3, count))
    jobs = np.full((3, count, len(USES) + 1), np.nan)
    parking = np.zeros((2, count, len(USES) + 1))
    numbers = {name: np.full(count, np.nan) for name in ("min", "leisure", "leisure_min")}
    flags = {name: np.zeros(count, dtype=bool) for name in ("lot", "level", "shops")}
    for index, sector in enumerate(document.sectors):
        key = f"housing_share.{sector.zone.code}"
        if key in parameters.values:
            found = parameters.coefficient(key)
            share[:, index] = found.value, found.low, found.high
        other = sector.other_use or sector.zone.profile.other_use
        for number, use in enumerate((*USES, other)):
            named = other if use == "housing" or (use, other) == ("industry", "logistics") else use
            jobs[:, index, number] = _m2_per_job(parameters, named)
            parking[:, index, number] = _parking_rate(document, parameters, named)
        flags["lot"][index] = sector.zone.profile.dwellings == "one_per_lot"
        flags["level"][index] = sector.one_dwelling_per_level
        shops = Condition(lot=True, uses=("commerce",))
        flags["shops"][index] = rule_of(document, sector, "ground_coverage", shops) is not None
        kinds = {"min": "min_plot_m2", "leisure": "leisure_units_per_ha"}
        for name, kind in {**kinds, "leisure_min": "leisure_min_plot_m2"}.items():
            rule = rule_of(document, sector, kind)
            numbers[name][index] = np.nan if rule is None else rule.value
    return Profile(
        share=share,
        m2_per_job=jobs,
        parking=parking,
        per_lot=flags["lot"],
        per_level=flags["level"],
        shops_below=flags["shops"],
        min_plot_m2=numbers["min"],
        leisure_per_m2=numbers["leisure"] / _M2_PER_HA,
        leisure_min_m2=numbers["leisure_min"],
    )


def _m2_per_job(parameters: Parameters, use: str) -> tuple[float, float, float]:
    if use == "hotel":
        rooms = parameters.coefficient("hotel_net_m2_per_room")
        jobs = parameters.coefficient("hotel_jobs_per_room")
        return rooms.value / jobs.value, rooms.high / jobs.low, rooms.low / jobs.high
    key = f"{use}_m2_per_job"
    if key not in parameters.values:
        return np.nan, np.nan, np.nan
    found = parameters.coefficient(key)
    return found.value, found.high, found.low


def _parking_rate(
    document: PlanningDocument, parameters: Parameters, use: str
) -> tuple[float, float]:
    named = "industry" if use == "logistics" else use
    for norm in document.parking:
        if norm.use == named and norm.per == "gross_m2":
            return norm.places, 0.0
        if norm.use == named and norm.per == "net_m2":
            return 0.0, norm.places
        if norm.use == named and norm.per == "room":
            return 0.0, norm.places / parameters["hotel_net_m2_per_room"]
    return 0.0, 0.0


@dataclass(frozen=True, eq=False)
class Part:
    """Some parcels, with what their sector and use say of housing.

    What is the same for all of them is one number: a block of the engine has one sector, use and
    regime, and formulas are written so that they take either.

    Attributes
    ----------
    figure : callable
        Column of the parcels by its name in `Outcome`, shape (k,).
    area_m2 : ndarray of float64, shape (k,)
    parameters : Parameters
    document : PlanningDocument
    profile : Profile
    sector, use : ndarray of int, shape (k,), or () for one
        Indices into a `Profile`.
    housed : ndarray of float64, shape (k,), or one number
        1 where floor area may be housing, 0 elsewhere.
    regime : ndarray of int, shape (k,), or ()
    """

    figure: Callable[[str], Floats]
    area_m2: Floats
    parameters: Parameters
    document: PlanningDocument
    profile: Profile
    sector: Codes
    use: Codes
    housed: Floats | float
    regime: Codes

    def net(self, end: int, *, certain: bool = False) -> Floats:
        """Return the net floor area: the certain one, or that which totals count."""
        names = (
            "net_floor_area_m2" if certain else "central_net_m2",
            "net_floor_area_low_m2",
            "net_floor_area_high_m2",
        )
        return self.figure(names[end])

    def share(self, end: int) -> Floats:
        """Return the share of floor area that is housing."""
        share: Floats = self.profile.share[end][self.sector] * self.housed
        return share

    def take(self, chosen: NDArray[np.intp]) -> Part:
        """Return some of the parcels, which may not be of one kind."""
        return replace(
            self,
            figure=lambda name: self.figure(name)[chosen],
            area_m2=self.area_m2[chosen],
            sector=self.sector[chosen],
            use=self.use[chosen],
            housed=np.asarray(self.housed)[chosen],
            regime=self.regime[chosen],
        )


def part_of(outcome: Outcome, rows: Rows | None = None) -> Part:
    """Return some rows of an outcome (all of them by default)."""
    rows = slice(0, len(outcome)) if rows is None else rows
    inputs = outcome.inputs
    profile = profile_of(outcome.document, outcome.parameters)
    sector = inputs.sector[rows].astype(np.intp)
    unknown = np.full(len(sector), -1, dtype=np.intp)
    use = unknown if inputs.use is None else inputs.use[rows].astype(np.intp)
    use = np.where(use < 0, len(USES), use)
    return Part(
        figure=lambda name: getattr(outcome, name)[rows],
        area_m2=inputs.area_m2[rows],
        parameters=outcome.parameters,
        document=outcome.document,
        profile=profile,
        sector=sector,
        use=use,
        housed=may_house(profile, sector, use),
        regime=unknown if inputs.regime is None else inputs.regime[rows],
    )


def may_house(profile: Profile, sector: Codes, use: Codes) -> Floats:
    """Return 1 where floor area may be housing, 0 elsewhere."""
    houses = (use == _HOUSING) | (use == len(USES))
    houses |= (use == _COMMERCE) & profile.shops_below[sector]
    return np.asarray(houses).astype(np.float64)


def dwellings_of(part: Part, end: int = CENTRAL, *, certain: bool = True) -> Floats:
    """Return dwellings allowed, shape (k,).

    Parameters
    ----------
    part : Part
    end : int
        `CENTRAL`, `LOW` or `HIGH`.
    certain : bool
        NaN where the regime is unknown and matters; else the middle of both regimes.
    """
    size = part.parameters.coefficient("dwelling_net_m2")
    each_m2 = (size.value, size.high, size.low)[end]
    found: Floats = part.net(end, certain=certain) * (part.share(end) / each_m2)
    special = part.profile.per_level[part.sector] | part.profile.per_lot[part.sector]
    if np.all(special):
        return _special(part, found, end, certain=certain)
    rows = np.flatnonzero(special)
    if len(rows):
        found[rows] = _special(part.take(rows), found[rows], end, certain=certain)
    return found


def _special(part: Part, by_area: Floats, end: int, *, certain: bool) -> Floats:
    """Return dwellings where lots carry one each, or at least one a level."""
    profile, sector = part.profile, part.sector
    villas = profile.per_lot[sector]
    if np.all(villas):
        return _villas(part, end, certain=certain) * part.housed
    found = by_area
    stacked = profile.per_level[sector] & (part.regime == Regime.LOT)
    if np.any(stacked):
        built = part.figure("levels_built")
        built = built - (part.use == _COMMERCE) * (built > 0)
        least = np.maximum(found, built * part.housed)
        found = least if np.all(stacked) else np.where(stacked, least, found)
    if np.any(villas):
        found = np.where(villas, _villas(part, end, certain=certain) * part.housed, found)
    return found


def _villas(part: Part, end: int, *, certain: bool) -> Floats:
    profile, sector, regime = part.profile, part.sector, part.regime
    one = _one_where_something_fits(part)
    if np.all(regime == Regime.LOT):
        return one
    loss = part.parameters.coefficient("raw_villa_land_loss")
    kept = 1 - (loss.value, loss.high, loss.low)[end]
    land = part.figure("reference_area_m2")
    land = np.where(np.isnan(land), part.area_m2, land)
    divided = one * land * (kept / profile.min_plot_m2[sector])
    if end == HIGH:
        leisure = one * land * profile.leisure_per_m2[sector]
        allowed = land >= profile.leisure_min_m2[sector]
        divided = np.where(allowed, np.fmax(divided, leisure), divided)
    if np.all(regime == Regime.RAW):
        return divided
    unknown = _either(one, divided, end)
    if certain and end == CENTRAL:
        unknown = np.where(one == divided, one, np.nan)
    return np.where(regime == Regime.LOT, one, np.where(regime == Regime.RAW, divided, unknown))


def _either(first: Floats, second: Floats, end: int) -> Floats:
    """Return the middle of two values, or the lower or higher of them."""
    if end == CENTRAL:
        return (first + second) / 2
    return np.minimum(first, second) if end == LOW else np.maximum(first, second)


def _one_where_something_fits(part: Part) -> Floats:
    """Return 1 where something fits, 0 where nothing does, NaN where it is not known."""
    possible = part.figure("net_floor_area_high_m2")
    return np.minimum(np.ceil(possible), 1.0)


def people_per_dwelling(parameters: Parameters, end: int = CENTRAL) -> float:
    """Return the people that a dwelling may house: occupied share times household size."""
    occupied = parameters.coefficient("occupied_share")
    size = parameters.coefficient("household_size")
    pairs = ((occupied.value, size.value), (occupied.low, size.low), (occupied.high, size.high))
    return pairs[end][0] * pairs[end][1]


def jobs_of(part: Part, end: int = CENTRAL, *, certain: bool = True) -> Floats:
    """Return jobs, shape (k,); NaN for uses that nobody gave a coefficient for."""
    found: Floats = part.net(end, certain=certain) * jobs_per_m2(part, end)
    return found


def jobs_per_m2(part: Part, end: int) -> Floats:
    """Return jobs per square metre of net floor area, housing included."""
    other_end = (CENTRAL, HIGH, LOW)[end]
    elsewhere = 1 - part.share(other_end)
    rate = part.profile.m2_per_job[end][part.sector, part.use]
    return np.where(elsewhere == 0, 0.0, elsewhere / rate)


def parking_of(part: Part, *, certain: bool = True) -> Floats:
    """Return parking places, rounded up per parcel, shape (k,)."""
    dwellings = dwellings_of(part, certain=certain)
    return parking_for(part, dwellings, certain=certain)


def parking_for(part: Part, dwellings: Floats, *, certain: bool) -> Floats:
    """Return the places of known dwellings and of what is no housing, shape (k,)."""
    elsewhere = 1 - part.share(CENTRAL)
    per_gross, per_net = (
        elsewhere * rates[part.sector, part.use] for rates in part.profile.parking
    )
    places = dwellings * _places_per_dwelling(part.document)
    if np.any(per_gross):
        net = part.net(CENTRAL)
        gross = net / part.parameters["net_to_gross"]
        if certain:
            gross = part.figure("gross_floor_area_m2")
        places += np.where(per_gross == 0, 0.0, gross * per_gross)
    if np.any(per_net):
        places += np.where(per_net == 0, 0.0, part.net(CENTRAL, certain=certain) * per_net)
    places *= 1 - _NEAR_INTEGER
    return np.ceil(places, out=places)


def _places_per_dwelling(document: PlanningDocument) -> float:
    norms = (norm.places for norm in document.parking if norm.per == "dwelling")
    return next(norms, 0.0)


def basements_for(places: float, ground_m2: float, parameters: Parameters) -> int:
    """Return the levels of basement that parking places need on buildable ground; 0 without any."""
    if ground_m2 <= 0:
        return 0
    needed_m2 = places * parameters["parking_m2_per_place"]
    return math.ceil(needed_m2 / ground_m2 * (1 - _NEAR_INTEGER))


def capacity_columns(outcome: Outcome) -> dict[str, NDArray[np.object_] | Floats]:
    """Return one column per key of a capacity row, in the contract's order, shape (n,) each.

    Texts are empty and numbers NaN where a value does not exist.
    """
    dwellings = outcome.dwellings
    existing = outcome.inputs.existing_floor_area_m2
    document = np.full(len(outcome), outcome.document.id, dtype=object)
    return {
        "parcel_id": outcome.inputs.labels(),
        "sector": outcome.sector.to_array(),
        "document": document,
        "status": outcome.status.to_array(),
        "reason": outcome.reason.to_array(),
        "reference_area_m2": outcome.reference_area_m2,
        "max_height_m": outcome.max_height_m,
        "max_levels": outcome.max_levels,
        "max_footprint_m2": outcome.max_footprint_m2,
        "gross_floor_area_m2": outcome.gross_floor_area_m2,
        "net_floor_area_m2": outcome.net_floor_area_m2,
        "net_floor_area_low_m2": outcome.net_floor_area_low_m2,
        "net_floor_area_high_m2": outcome.net_floor_area_high_m2,
        "binding_rule": outcome.binding.to_array(),
        "binding_detail": outcome.binding_detail.to_array(),
        "article": outcome.article.to_array(),
        "existing_floor_area_m2": np.full(len(outcome), np.nan) if existing is None else existing,
        "residual_floor_area_m2": outcome.residual_floor_area_m2,
        "dwellings": dwellings,
        "population": dwellings * people_per_dwelling(outcome.parameters),
        "jobs": outcome.jobs,
        "parking_places": outcome.parking_places,
        "free_cession_m2": outcome.free_cession_m2,
        "to_acquire_m2": outcome.to_acquire_m2,
        "green_m2": outcome.green_m2,
    }

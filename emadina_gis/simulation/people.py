"""From floor area to dwellings, people, jobs and parking places, with ranges, on arrays.

The coefficients are an editable profile (`coefficients`); shares by zone come with the document.
Values are expected ones: they are summed unrounded and rounded only to be shown. Parking is rounded
up per building. It knows nothing of totals, scenarios or files.

Sources: parking, article 3.3.1; the rest as each coefficient says.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.regulation import USES, Condition, rule_of
from emadina_gis.simulation.parcels import Regime

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.coefficients import Parameters
    from emadina_gis.simulation.columns import Outcome

    Floats = NDArray[np.float64]
    Rows = slice | NDArray[np.intp]

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
    """Some of an outcome's rows, with what their sector and use say of housing.

    Attributes
    ----------
    rows : slice or ndarray of int
    sector : ndarray of int, shape (k,)
        Index into a `Profile`.
    use : ndarray of int, shape (k,)
        Index into ``(*USES, the zone's)``.
    housed : ndarray of float64, shape (k,)
        1 where floor area may be housing, 0 elsewhere.
    """

    outcome: Outcome
    profile: Profile
    rows: Rows
    sector: NDArray[np.intp]
    use: NDArray[np.intp]
    housed: Floats

    def column(self, values: Floats) -> Floats:
        """Return the rows of a column."""
        return values[self.rows]


def part_of(outcome: Outcome, rows: Rows | None = None) -> Part:
    """Return some rows of an outcome (all of them by default)."""
    rows = slice(0, len(outcome)) if rows is None else rows
    profile = profile_of(outcome.document, outcome.parameters)
    sector = outcome.inputs.sector[rows].astype(np.intp)
    given = outcome.inputs.use
    if given is None:
        use = np.full(len(sector), len(USES), dtype=np.intp)
        return Part(outcome, profile, rows, sector, use, np.ones(len(sector)))
    use = np.where(given[rows] < 0, len(USES), given[rows]).astype(np.intp)
    houses = (use == _HOUSING) | (use == len(USES))
    houses |= (use == _COMMERCE) & profile.shops_below[sector]
    return Part(outcome, profile, rows, sector, use, houses.astype(np.float64))


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
    outcome, profile, sector = part.outcome, part.profile, part.sector
    net = part.column(_net_of(outcome, end, certain=certain))
    size = outcome.parameters.coefficient("dwelling_net_m2")
    each_m2 = (size.value, size.high, size.low)[end]
    share = profile.share[end][sector] * part.housed
    found: Floats = net * share / each_m2
    special = np.flatnonzero(profile.per_level[sector] | profile.per_lot[sector])
    if len(special):
        found[special] = _special(part, found, special, end, certain=certain)
    return found


def _net_of(outcome: Outcome, end: int, *, certain: bool) -> Floats:
    central = outcome.net_floor_area_m2 if certain else outcome.central_net_m2
    return (central, outcome.net_floor_area_low_m2, outcome.net_floor_area_high_m2)[end]


def _special(
    part: Part, by_area: Floats, rows: NDArray[np.intp], end: int, *, certain: bool
) -> Floats:
    """Return dwellings where lots carry one each, or at least one a level."""
    found, housed = by_area[rows], part.housed[rows]
    profile, sector = part.profile, part.sector[rows]
    regime = part.outcome.inputs.regime
    lots = np.full(len(rows), Regime.UNKNOWN) if regime is None else regime[part.rows][rows]
    built = part.column(part.outcome.levels_built)[rows]
    built = built - (part.use[rows] == _COMMERCE) * (built > 0)
    stacked = profile.per_level[sector] & (lots == Regime.LOT)
    found = np.where(stacked, np.maximum(found, built * housed), found)
    villas = profile.per_lot[sector]
    return np.where(villas, _villas(part, rows, lots, end, certain=certain) * housed, found)


def _villas(
    part: Part, rows: NDArray[np.intp], regime: NDArray[np.int8], end: int, *, certain: bool
) -> Floats:
    outcome, profile, sector = part.outcome, part.profile, part.sector[rows]
    possible = part.column(outcome.net_floor_area_high_m2)[rows]
    one = np.where(np.isnan(possible), np.nan, (possible > 0).astype(np.float64))
    loss = outcome.parameters.coefficient("raw_villa_land_loss")
    kept = 1 - (loss.value, loss.high, loss.low)[end]
    land = part.column(outcome.reference_area_m2)[rows]
    land = np.where(np.isnan(land), part.column(outcome.inputs.area_m2)[rows], land)
    divided = one * land * kept / profile.min_plot_m2[sector]
    if end == HIGH:
        leisure = one * land * profile.leisure_per_m2[sector]
        allowed = land >= profile.leisure_min_m2[sector]
        divided = np.where(allowed, np.fmax(divided, leisure), divided)
    both = {CENTRAL: (one + divided) / 2, LOW: np.minimum(one, divided)}
    unknown = np.full(len(rows), np.nan) if certain and end == CENTRAL else both.get(end)
    if unknown is None:
        unknown = np.maximum(one, divided)
    return np.select([regime == Regime.LOT, regime == Regime.RAW], [one, divided], unknown)


def people_per_dwelling(parameters: Parameters, end: int = CENTRAL) -> float:
    """Return the people that a dwelling may house: occupied share times household size."""
    occupied = parameters.coefficient("occupied_share")
    size = parameters.coefficient("household_size")
    pairs = ((occupied.value, size.value), (occupied.low, size.low), (occupied.high, size.high))
    return pairs[end][0] * pairs[end][1]


def jobs_of(part: Part, end: int = CENTRAL, *, certain: bool = True) -> Floats:
    """Return jobs, shape (k,); NaN for uses that nobody gave a coefficient for."""
    profile, sector = part.profile, part.sector
    net = part.column(_net_of(part.outcome, end, certain=certain))
    other_end = (CENTRAL, HIGH, LOW)[end]
    elsewhere = 1 - profile.share[other_end][sector] * part.housed
    rate = profile.m2_per_job[end][sector, part.use]
    return np.where(elsewhere == 0, np.where(np.isnan(net), np.nan, 0.0), net * elsewhere / rate)


def parking_of(part: Part, *, certain: bool = True) -> Floats:
    """Return parking places, rounded up per parcel, shape (k,)."""
    outcome, profile, sector = part.outcome, part.profile, part.sector
    net = part.column(_net_of(outcome, CENTRAL, certain=certain))
    gross = net / outcome.parameters["net_to_gross"]
    if certain:
        gross = part.column(outcome.gross_floor_area_m2)
    elsewhere = 1 - profile.share[CENTRAL][sector] * part.housed
    per_gross, per_net = (rates[sector, part.use] for rates in profile.parking)
    places = dwellings_of(part, certain=certain) * _places_per_dwelling(outcome.document)
    places += elsewhere * (gross * per_gross + net * per_net)
    return np.ceil(places * (1 - _NEAR_INTEGER))


def _places_per_dwelling(document: PlanningDocument) -> float:
    norms = (norm.places for norm in document.parking if norm.per == "dwelling")
    return next(norms, 0.0)


def basements_of(outcome: Outcome) -> Floats:
    """Return the levels of basement that the places need on the reference area, shape (n,)."""
    places = parking_of(part_of(outcome))
    needed_m2 = places * outcome.parameters["parking_m2_per_place"]
    with np.errstate(divide="ignore", invalid="ignore"):
        levels = np.ceil(needed_m2 / outcome.reference_area_m2 * (1 - _NEAR_INTEGER))
    levels[~np.isfinite(levels)] = np.nan
    return levels


def capacity_columns(outcome: Outcome) -> dict[str, NDArray[np.object_] | Floats]:
    """Return one column per key of a capacity row, in the contract's order, shape (n,) each.

    Texts are empty and numbers NaN where a value does not exist.
    """
    part = part_of(outcome)
    dwellings = dwellings_of(part)
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
        "jobs": jobs_of(part),
        "parking_places": parking_of(part),
        "free_cession_m2": outcome.free_cession_m2,
        "to_acquire_m2": outcome.to_acquire_m2,
        "green_m2": outcome.green_m2,
    }

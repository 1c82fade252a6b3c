"""The indicators of the program, each computed from loaded columns; a catalogue of data.

Owns the formulas. A missing input is named, never replaced; a rate over all rows is the rate of
the sums, never the mean of the rates.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.analysis.indicator import (
    FACILITY_CODE_NAMES,
    M2_PER_HECTARE,
    M2_PER_KM2,
    Indicator,
    Inputs,
    Measure,
    Need,
    Part,
    ratio,
    whole,
)
from emadina_gis.domain.schema import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

YEARS_BETWEEN_CENSUSES = 10
PER_TEN_THOUSAND = 10_000.0
PERCENT = 100.0
GREEN_CODE = "V"
BUILT_STATES = frozenset({"built", "rebuild", "raise"})
OPEN_STATES = frozenset({"free", "raw", "engaged"})
EXISTING_STATES = frozenset({"existing", "existant", "existante"})

PEOPLE_2024 = Need(Part.UNITS, ("population_2024",), Role.POPULATION)
PEOPLE_2014 = Need(Part.UNITS, ("population_2014",))
HOUSEHOLDS_2024 = Need(Part.UNITS, ("households_2024",), Role.HOUSEHOLDS)
HOUSEHOLDS_2014 = Need(Part.UNITS, ("households_2014",))
DWELLINGS_2024 = Need(Part.UNITS, ("dwellings_2024",))
VACANT = Need(Part.UNITS, ("dwellings_vacant_pct",))
SLUM = Need(Part.UNITS, ("households_slum_pct",))
EMPLOYED = Need(Part.UNITS, ("employed_2024",))
BUSINESS_JOBS = Need(Part.UNITS, ("business_jobs_2024",))
BUS = Need(Part.UNITS, ("commute_bus_pct",))
TRAM = Need(Part.UNITS, ("commute_tram_pct",))
TRAIN = Need(Part.UNITS, ("commute_train_pct",))

PARCEL_AREA = Need(Part.PARCELS, ("area_m2",), Role.AREA_M2)
PARCEL_DWELLINGS = Need(Part.PARCELS, ("existing_dwellings",), Role.EXISTING_DWELLINGS)
PARCEL_PEOPLE = Need(Part.PARCELS, ("existing_population",), Role.EXISTING_POPULATION)
PARCEL_FLOOR = Need(Part.PARCELS, ("existing_floor_area_m2",), Role.EXISTING_FLOOR_AREA_M2)
PARCEL_FOOTPRINT = Need(Part.PARCELS, ("existing_footprint_m2", "footprint_m2"))
PARCEL_STATE = Need(Part.PARCELS, ("land_state",), Role.LAND_STATE)
PARCEL_BLOCK = Need(Part.PARCELS, ("block_id",))
ALLOWED_FLOOR = Need(Part.PARCELS, ("gross_floor_area_m2",))
REFERENCE_AREA = Need(Part.PARCELS, ("reference_area_m2",))

FACILITY_CODE = Need(Part.FACILITIES, FACILITY_CODE_NAMES)
FACILITY_STATE = Need(Part.FACILITIES, ("state", "status", "etat"))
FACILITY_PUBLIC = Need(Part.FACILITIES, ("public",))


def annual_growth(before: Floats, after: Floats, years: int = YEARS_BETWEEN_CENSUSES) -> Measure:
    """Return mean growth per year in per cent: ((after ÷ before)^(1 ÷ years) − 1) × 100."""
    part = ratio(after, before)
    power = 1 / years
    values = None if part.values is None else (part.values**power - 1) * PERCENT
    total = None if part.total is None else (part.total**power - 1) * PERCENT
    return Measure(values, total, part.rows_used, part.rows)


def weighted_share(percent: Floats, weight: Floats) -> Measure:
    """Return shares in per cent as they are, and their mean weighted by what they are shares of."""
    summed = ratio(percent * weight, weight)
    return Measure(percent, summed.total, int(np.isfinite(percent).sum()), len(percent))


def _population_density(inputs: Inputs) -> Measure:
    return ratio(inputs.numbers(PEOPLE_2024), inputs.areas_m2(Part.UNITS), M2_PER_KM2)


def _household_size(inputs: Inputs) -> Measure:
    return ratio(inputs.numbers(PEOPLE_2024), inputs.numbers(HOUSEHOLDS_2024))


def _population_growth(inputs: Inputs) -> Measure:
    return annual_growth(inputs.numbers(PEOPLE_2014), inputs.numbers(PEOPLE_2024))


def _households_growth(inputs: Inputs) -> Measure:
    return annual_growth(inputs.numbers(HOUSEHOLDS_2014), inputs.numbers(HOUSEHOLDS_2024))


def _gross_density(inputs: Inputs) -> Measure:
    return ratio(inputs.numbers(DWELLINGS_2024), inputs.areas_m2(Part.UNITS), M2_PER_HECTARE)


def _vacancy(inputs: Inputs) -> Measure:
    return weighted_share(inputs.numbers(VACANT), inputs.numbers(DWELLINGS_2024))


def _slum_share(inputs: Inputs) -> Measure:
    return weighted_share(inputs.numbers(SLUM), inputs.numbers(HOUSEHOLDS_2024))


def _public_transport(inputs: Inputs) -> Measure:
    share = inputs.numbers(BUS) + inputs.numbers(TRAM) + inputs.numbers(TRAIN)
    return weighted_share(share, inputs.numbers(EMPLOYED))


def _jobs_per_employed(inputs: Inputs) -> Measure:
    return ratio(inputs.numbers(BUSINESS_JOBS), inputs.numbers(EMPLOYED))


def _net_parcel_density(inputs: Inputs) -> Measure:
    dwellings = inputs.numbers(PARCEL_DWELLINGS)
    lived_in = np.where(dwellings > 0, dwellings, np.nan)
    return ratio(lived_in, inputs.numbers(PARCEL_AREA), M2_PER_HECTARE)


def _net_block_density(inputs: Inputs) -> Measure:
    codes, blocks = inputs.column(PARCEL_BLOCK).coded
    dwellings = _by_block(inputs.numbers(PARCEL_DWELLINGS), codes, len(blocks))
    areas = _by_block(inputs.numbers(PARCEL_AREA), codes, len(blocks))
    per_block = ratio(np.where(dwellings > 0, dwellings, np.nan), areas, M2_PER_HECTARE)
    assert per_block.values is not None
    values = np.append(per_block.values, np.nan)[codes]
    return Measure(values, per_block.total, int(np.isfinite(values).sum()), len(values))


def _by_block(values: Floats, codes: NDArray[np.int32], count: int) -> Floats:
    known = (codes >= 0) & np.isfinite(values)
    sums = np.bincount(codes[known], weights=values[known], minlength=count)
    return sums.astype(np.float64)


def _floor_ratio(inputs: Inputs) -> Measure:
    return ratio(inputs.numbers(PARCEL_FLOOR), inputs.numbers(PARCEL_AREA))


def _coverage(inputs: Inputs) -> Measure:
    return ratio(inputs.numbers(PARCEL_FOOTPRINT), inputs.numbers(PARCEL_AREA), PERCENT)


def _capacity_built(inputs: Inputs) -> Measure:
    return ratio(inputs.numbers(PARCEL_FLOOR), inputs.numbers(ALLOWED_FLOOR), PERCENT)


def _land_given(inputs: Inputs) -> Measure:
    area, reference = inputs.numbers(PARCEL_AREA), inputs.numbers(REFERENCE_AREA)
    return ratio(area - reference, area, PERCENT)


def _floor_per_person(inputs: Inputs) -> Measure:
    return ratio(inputs.numbers(PARCEL_FLOOR), inputs.numbers(PARCEL_PEOPLE))


def _land_consumed(inputs: Inputs) -> Measure:
    built, open_land = _land_by_state(inputs)
    land = built + open_land
    used = int((land > 0).sum())
    total = float(built.sum() / land.sum() * PERCENT) if used else None
    return whole(total, used, len(land))


def _land_per_person(inputs: Inputs) -> Measure:
    built, _ = _land_by_state(inputs)
    people = inputs.numbers(PARCEL_PEOPLE)
    total = float(np.nansum(people))
    return whole(float(built.sum()) / total if total else None, int((built > 0).sum()), len(built))


def _land_by_state(inputs: Inputs) -> tuple[Floats, Floats]:
    states = inputs.column(PARCEL_STATE).strings
    area = np.nan_to_num(inputs.numbers(PARCEL_AREA))
    built = np.isin(states, sorted(BUILT_STATES))
    is_open = np.isin(states, sorted(OPEN_STATES))
    return np.where(built, area, 0.0), np.where(is_open, area, 0.0)


def _green_existing(inputs: Inputs) -> Measure:
    return _green(inputs, _is_existing(inputs))


def _green_programmed(inputs: Inputs) -> Measure:
    return _green(inputs, np.ones(inputs.part(Part.FACILITIES).table.row_count, dtype=bool))


def _green(inputs: Inputs, counted: NDArray[np.bool_]) -> Measure:
    codes = inputs.column(FACILITY_CODE).strings
    is_green = np.array([_nomenclature(code) == GREEN_CODE for code in codes], dtype=bool)
    chosen = counted & is_green
    areas = inputs.areas_m2(Part.FACILITIES)
    people = float(np.nansum(inputs.numbers(PARCEL_PEOPLE)))
    total = float(areas[chosen].sum()) / people if people else None
    return whole(total, int(chosen.sum()), len(codes))


def _facilities_per_people(inputs: Inputs) -> Measure:
    existing = _is_existing(inputs)
    if inputs.has(FACILITY_PUBLIC):
        existing &= inputs.numbers(FACILITY_PUBLIC) != 0
    people = float(np.nansum(inputs.numbers(PARCEL_PEOPLE)))
    total = float(existing.sum()) / people * PER_TEN_THOUSAND if people else None
    return whole(total, int(existing.sum()), len(existing))


def _is_existing(inputs: Inputs) -> NDArray[np.bool_]:
    states = inputs.column(FACILITY_STATE).strings
    return np.array([str(state).casefold() in EXISTING_STATES for state in states], dtype=bool)


def _nomenclature(code: str | None) -> str:
    """Letters of a code of the nomenclature: ``V01`` → ``V``."""
    return "" if code is None else code.strip().rstrip("0123456789-_ ").upper()


_FACILITIES = (FACILITY_CODE, FACILITY_STATE, PARCEL_PEOPLE)
_OURS = (
    Indicator("population-density", "people_per_km2", 0, Part.UNITS, (PEOPLE_2024,),
              _population_density),
    Indicator("household-size", "people_per_household", 2, Part.UNITS,
              (PEOPLE_2024, HOUSEHOLDS_2024), _household_size),
    Indicator("population-growth", "percent_per_year", 2, Part.UNITS,
              (PEOPLE_2014, PEOPLE_2024), _population_growth),
    Indicator("households-growth", "percent_per_year", 2, Part.UNITS,
              (HOUSEHOLDS_2014, HOUSEHOLDS_2024), _households_growth),
    Indicator("dwelling-density-gross", "dwellings_per_ha", 1, Part.UNITS, (DWELLINGS_2024,),
              _gross_density),
    Indicator("dwelling-density-block", "dwellings_per_ha", 1, Part.PARCELS,
              (PARCEL_DWELLINGS, PARCEL_AREA, PARCEL_BLOCK), _net_block_density),
    Indicator("dwelling-density-parcel", "dwellings_per_ha", 1, Part.PARCELS,
              (PARCEL_DWELLINGS, PARCEL_AREA), _net_parcel_density),
    Indicator("vacancy", "percent", 1, Part.UNITS, (VACANT, DWELLINGS_2024), _vacancy),
    Indicator("slum-share", "percent", 1, Part.UNITS, (SLUM, HOUSEHOLDS_2024), _slum_share),
    Indicator("public-transport-share", "percent", 1, Part.UNITS, (BUS, TRAM, TRAIN, EMPLOYED),
              _public_transport),
    Indicator("jobs-per-employed", "", 2, Part.UNITS, (BUSINESS_JOBS, EMPLOYED),
              _jobs_per_employed),
    Indicator("floor-ratio-used", "", 2, Part.PARCELS, (PARCEL_FLOOR, PARCEL_AREA), _floor_ratio),
    Indicator("coverage-used", "percent", 1, Part.PARCELS, (PARCEL_FOOTPRINT, PARCEL_AREA),
              _coverage),
    Indicator("capacity-built", "percent", 1, Part.PARCELS, (PARCEL_FLOOR, ALLOWED_FLOOR),
              _capacity_built),
    Indicator("land-given", "percent", 1, Part.PARCELS, (PARCEL_AREA, REFERENCE_AREA),
              _land_given),
    Indicator("floor-per-person", "m2_per_person", 1, Part.PARCELS, (PARCEL_FLOOR, PARCEL_PEOPLE),
              _floor_per_person),
    Indicator("land-consumed", "percent", 1, Part.PARCELS, (PARCEL_STATE, PARCEL_AREA),
              _land_consumed),
    Indicator("land-per-person", "m2_per_person", 1, Part.PARCELS,
              (PARCEL_STATE, PARCEL_AREA, PARCEL_PEOPLE), _land_per_person),
    Indicator("green-existing", "m2_per_person", 2, Part.FACILITIES, _FACILITIES,
              _green_existing),
    Indicator("green-programmed", "m2_per_person", 2, Part.FACILITIES, _FACILITIES,
              _green_programmed),
    Indicator("facilities-per-10000", "per_10000_people", 2, Part.FACILITIES, _FACILITIES,
              _facilities_per_people),
)  # fmt: skip


def catalogue() -> Mapping[str, Indicator]:
    """Return our own indicators by id, in the order of the list."""
    return MappingProxyType({indicator.id: indicator for indicator in _OURS})

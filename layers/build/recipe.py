"""The recipe: every layer as a table, in its canonical order.

Owns which columns each layer has and how its rows are sorted. It must not know the file format's
details (``store``) nor what people read (``catalogue``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from layers.build.boundaries import units
from layers.build.buildings import Buildings, buildings
from layers.build.census import CensusLayers, census_layers
from layers.build.city import City, build_city
from layers.build.households import People, dwelling_types, people
from layers.build.names import street_names
from layers.build.parcels import Columns, cadastre
from layers.build.plan import COMMUNE_CODE, SEED
from layers.build.reserves import reserves_of, road_state
from layers.build.sectors import sectors
from layers.build.servitudes import heritage_rows
from layers.build.store import geo_table
from layers.build.transit import transit

if TYPE_CHECKING:
    import pyarrow as pa

UNKNOWN_SHARE = 0.015
# Avenues along which the plan imposes a front: FB3 and FB4 a built front, LC a line of shops.
FRONT_RULES = {
    "Boulevard du Belvédère": "FB3",
    "Boulevard du Marché": "FB4",
    "Avenue des Jardins": "LC",
}
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Recipe:
    """Tables by layer name, the commune, and the boundary codes without figures."""

    tables: dict[str, pa.Table]
    commune: shapely.Polygon
    unmatched: tuple[str, ...]


def table_of(rows: Rows) -> pa.Table:
    """Layer from rows of the same keys, one of them ``geometry``."""
    names = [name for name in rows[0] if name != "geometry"]
    columns = {name: [row[name] for row in rows] for name in names}
    return geo_table(columns, np.array([row["geometry"] for row in rows]))


def build() -> Recipe:
    """All vector layers, checked."""
    census = census_layers(units())
    home = next(row for row in census.arrondissements if row["code"] == COMMUNE_CODE)
    commune = shapely.get_parts(home["geometry"])[0]
    city = build_city(commune)
    tables = _census_tables(census) | _city_tables(city, home)
    return Recipe(tables, commune, census.unmatched)


def _census_tables(census: CensusLayers) -> dict[str, pa.Table]:
    return {
        "communes": table_of(census.communes),
        "arrondissements": table_of(census.arrondissements),
    }


def _city_tables(city: City, home: Mapping[str, Any]) -> dict[str, pa.Table]:
    names = street_names(city.streets)
    reserves, strips, takings = reserves_of(city)
    columns = cadastre(city, takings, np.array([name[0] for name in names], dtype=object))
    built = buildings(city, columns, reserves.standing)
    folk = _people(columns, built, home)
    unknown = _unknown(built, len(city.lots))
    lines, stops = transit(city)
    return {
        "parcels": _parcel_table(city, columns | _standing(built, folk, unknown)),
        "sectors": table_of(sectors(city)),
        "roads": _road_table(city, names),
        "facilities": table_of(reserves.facilities),
        "reservations": table_of(reserves.reservations),
        "servitudes": table_of(strips.rows),
        "heritage": table_of(heritage_rows(city.lots, reserves.heritage, columns["parcel_id"])),
        "transit_lines": table_of(lines),
        "transit_stops": table_of(stops),
        "buildings": _building_table(columns, built, folk, unknown),
    }


def _people(columns: Columns, built: Buildings, home: Mapping[str, Any]) -> People:
    raw = columns["land_state"][built.lot] == "raw"
    housing = np.isin(columns["use"][built.lot], ["housing", "commerce", "office"])
    kinds = dwelling_types(columns["zone"][built.lot], raw)
    offices = np.isin(columns["use"][built.lot], ["commerce", "office", "hotel", "equipment"])
    kinds[offices & (kinds != "other")] = "none"
    low = (kinds == "apartment") & (built.levels <= 2) & (columns["zone"][built.lot] == "B")
    kinds[low] = "moroccan_house"
    return people(kinds, built.floor_m2, housing, home)


def _unknown(built: Buildings, lot_count: int) -> np.ndarray:
    """Lots whose standing floor area nobody has surveyed."""
    rng = np.random.default_rng([SEED, 9])
    unknown = rng.random(lot_count) < UNKNOWN_SHARE
    stands = np.zeros(lot_count, dtype=bool)
    stands[built.lot] = True
    return unknown & stands


def _per_lot(built: Buildings, values: np.ndarray, lot_count: int) -> np.ndarray:
    total = np.zeros(lot_count, dtype=values.dtype)
    np.add.at(total, built.lot, values)
    return total


def _standing(built: Buildings, folk: People, unknown: np.ndarray) -> Columns:
    count = len(unknown)
    floor = np.round(_per_lot(built, built.floor_m2, count), 1)
    levels = np.zeros(count)
    np.maximum.at(levels, built.lot, built.levels)
    dwellings = _per_lot(built, folk.dwellings, count)
    levels_known = [
        None if hidden else int(value) for value, hidden in zip(levels, unknown, strict=True)
    ]
    return {
        "existing_floor_area_m2": np.where(unknown, np.nan, floor),
        "existing_levels": np.array(levels_known, dtype=object),
        "existing_dwellings": dwellings,
        "vacant_dwellings": _per_lot(built, folk.vacant, count),
        "existing_population": _per_lot(built, folk.population, count),
    }


def _parcel_table(city: City, columns: Columns) -> pa.Table:
    number = np.array([int(title[2:-2]) for title in columns["parcel_id"]])
    order = np.argsort(number)
    last = ("block_id", "street")
    names = [name for name in columns if name not in last] + list(last)
    return geo_table({name: columns[name][order] for name in names}, city.lots[order])


def _building_table(
    columns: Columns, built: Buildings, folk: People, unknown: np.ndarray
) -> pa.Table:
    title = columns["parcel_id"][built.lot]
    number = np.array([int(value[2:-2]) for value in title])
    order = np.argsort(number, kind="stable")
    hidden = unknown[built.lot]
    levels = np.array(
        [None if no else int(v) for v, no in zip(built.levels, hidden, strict=True)], dtype=object
    )
    values: Columns = {
        "building_id": np.array([f"B{n:05d}" for n in range(1, len(order) + 1)], dtype=object),
        "parcel_id": title[order],
        "sector": columns["sector"][built.lot][order],
        "use": columns["use"][built.lot][order],
        "levels": levels[order],
        "height_m": np.where(hidden, np.nan, 2.5 + 3.0 * built.levels)[order],
        "footprint_m2": np.round(shapely.area(built.footprints), 1)[order],
        "floor_area_m2": np.where(hidden, np.nan, built.floor_m2)[order],
        "dwellings": folk.dwellings[order],
        "vacant_dwellings": folk.vacant[order],
        "population": folk.population[order],
    }
    return geo_table(values, built.footprints[order])


def _road_table(city: City, names: list[tuple[str, str, str]]) -> pa.Table:
    ranks = {"avenue": 0, "collector": 1, "planned": 2, "track": 3, "local": 4}
    rows: Rows = []
    for street, (french, arabic, index) in zip(city.streets, names, strict=True):
        rows.append(
            {
                "road_id": "",
                "road_index": index or None,
                "rank": street.rank,
                "name_fr": french,
                "name_ar": arabic,
                "width_m": street.width_m,
                "existing_width_m": street.existing_m,
                "state": road_state(street),
                "front_rule": FRONT_RULES.get(french),
                "length_m": round(street.line.length, 1),
                "geometry": shapely.set_precision(shapely.simplify(street.line, 0.15), 0.001),
            }
        )
    rows.sort(key=lambda row: (ranks[row["rank"]], row["geometry"].bounds))
    for number, row in enumerate(rows, 1):
        row["road_id"] = f"R{number:04d}"
    return table_of(rows)

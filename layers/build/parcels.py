"""The cadastre: one row per lot with its title, its measures and what the plan takes from it.

Owns titles, land states, regimes and reservations on lots. It must not know people or buildings.
Units are in the column names.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from layers.build.city import City
from layers.build.plan import SEED, zone_of

Columns = dict[str, np.ndarray]
UNBUILT = frozenset({"RAW", "PARK", "PU1", "PU2", "PU3"})
# Share of lots that carry a building, by first letter of the family.
_BUILT = {
    "E2": 0.95,
    "E3": 0.92,
    "E4": 0.9,
    "S4": 1.0,
    "ZR": 1.0,
    "B": 0.86,
    "A": 0.8,
    "C": 0.5,
    "D": 0.86,
    "P": 0.3,
    "I": 0.78,
}
_USE = {
    "I": "industry",
    "I5": "office",
    "I5s5": "office",
    "I5s7": "office",
    "I5s10": "office",
    "I5H": "hotel",
}


@dataclass(frozen=True)
class Takings:
    """What the plan takes: surfaces for roads, equipment, servitudes; and heritage lots."""

    roads: np.ndarray
    equipment: np.ndarray
    servitudes: np.ndarray
    heritage: list[int]


def _rng(part: int) -> np.random.Generator:
    return np.random.default_rng([SEED, 4, part])


def _by_family(city: City) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    blocks = city.blocks
    family = np.array([b.family for b in blocks], dtype=object)[city.block_of]
    sector = np.array([b.sector for b in blocks], dtype=object)[city.block_of]
    facility = np.array([b.facility for b in blocks], dtype=object)[city.block_of]
    return family, sector, facility


def taken_m2(lots: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """Area of each lot under the union of some shapes, square metres to 0.1."""
    area = np.zeros(len(lots))
    if len(shapes) == 0:
        return area
    whole = shapely.get_parts(shapely.union_all(shapes))
    lot, shape = shapely.STRtree(whole).query(lots, predicate="intersects")
    np.add.at(area, lot, shapely.area(shapely.intersection(lots[lot], whole[shape])))
    taken = np.round(np.where(area < 0.5, 0.0, area), 1)
    return np.asarray(np.minimum(taken, _areas(lots)))


def _areas(lots: np.ndarray) -> np.ndarray:
    return np.asarray(np.round(shapely.area(lots), 1))


def titles(city: City) -> np.ndarray:
    """Unique titles ``T.nnnnn/C``, close to each other inside a block."""
    rng = _rng(1)
    blocks = rng.permutation(len(city.blocks))
    order = np.argsort(blocks[city.block_of], kind="stable")
    steps = rng.integers(1, 4, len(order))
    steps[rng.random(len(order)) < 0.02] += 3
    numbers = np.empty(len(order), dtype=int)
    numbers[order] = 1204 + np.cumsum(steps)
    if numbers.max() > 99_999:
        raise ValueError("titles need more than five digits")
    return np.array([f"T.{number}/C" for number in numbers], dtype=object)


def _built_share(family: np.ndarray) -> np.ndarray:
    shares = {name: _BUILT.get(name, _BUILT.get(name[0], 0.0)) for name in set(family)}
    return np.array([0.0 if name in UNBUILT else shares[name] for name in family])


def land_states(city: City, to_create: np.ndarray, heritage: list[int]) -> np.ndarray:
    """``built | free | raw | engaged | blocked`` for each lot; heritage lots stand."""
    rng = _rng(2)
    family, _, facility = _by_family(city)
    centre = shapely.centroid(city.lots)
    young = np.where(shapely.get_y(centre) < 326_800, 0.62, 1.0)
    young = np.where(family == "ZR", 1.0, young)
    built = rng.random(len(family)) < _built_share(family) * young
    state = np.where(built, "built", "free").astype(object)
    open_land = ~built & (shapely.area(city.lots) > 10_000)
    state[open_land] = "raw"
    state[~built & (rng.random(len(family)) < 0.16) & (family != "RAW")] = "engaged"
    state[built & (rng.random(len(family)) < 0.012)] = "blocked"
    state[(facility != "") | (family == "PARK")] = "blocked"
    state[to_create & (state != "built")] = "blocked"
    state[heritage] = "blocked"
    return state


def regimes(city: City) -> np.ndarray:
    """Whether a lot comes from a lotissement: known for most, None for some, by block."""
    rng = _rng(3)
    family, _, facility = _by_family(city)
    known = rng.random(len(city.blocks)) > 0.1
    grouped = rng.random(len(city.blocks))
    share = np.array(
        [
            {
                "E": 0.94,
                "B": 0.9,
                "A": 0.8,
                "D": 0.95,
                "I": 0.7,
                "S": 0.0,
                "C": 0.25,
                "P": 0.0,
                "Z": 0.0,
                "R": 0.0,
            }.get(name[0], 0.0)
            for name in family
        ]
    )
    lot = grouped[city.block_of] < share
    values = np.where(lot, True, False).astype(object)
    values[~known[city.block_of]] = None
    values[facility != ""] = False
    values[np.isin(family, list(UNBUILT | {"ZR", "S4"}))] = False
    return values


def uses(city: City) -> np.ndarray:
    """Use of each lot today, in the words of the capacity engine."""
    rng = _rng(4)
    family, _, facility = _by_family(city)
    use = np.array(
        [_USE.get(n, _USE["I"] if n[0] == "I" else "housing") for n in family], dtype=object
    )
    shop = rng.random(len(use))
    wide = np.nan_to_num(city.facades.road_width_m) >= 20
    use[(use == "housing") & (shop < np.where(wide, 0.035, 0.004))] = "commerce"
    use[(use == "housing") & wide & (shop > 0.985)] = "office"
    use[(facility != "") | (family == "PARK")] = "equipment"
    return use


def cadastre(city: City, takings: Takings, names: np.ndarray) -> Columns:
    """Columns of the cadastre, in the order of the lots of the city."""
    _, sector, facility = _by_family(city)
    facades = city.facades
    to_create = taken_m2(city.lots, takings.equipment) > 0.5 * shapely.area(city.lots)
    roads, servitudes, equipment = _taken_once(city.lots, takings, facility != "")
    area = _areas(city.lots)
    street = np.where(facades.street >= 0, facades.street, 0)
    return {
        "parcel_id": titles(city),
        "sector": sector,
        "zone": np.array([zone_of(code) for code in sector], dtype=object),
        "commune": np.full(len(area), "06.141.01.41", dtype=object),
        "area_m2": area,
        "frontage_m": facades.frontage_m,
        "depth_m": facades.depth_m,
        "road_width_m": facades.road_width_m,
        "fronts": facades.fronts,
        "side_road_width_m": facades.side_road_width_m,
        "issu_lotissement": regimes(city),
        "plan_roads_m2": roads,
        "equipment_m2": equipment,
        "servitude_m2": servitudes,
        "use": uses(city),
        "land_state": land_states(city, to_create, takings.heritage),
        "block_id": _block_ids(city),
        "street": _given(names[street], facades.street >= 0),
    }


def _taken_once(
    lots: np.ndarray, takings: Takings, whole: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What roads, servitudes and equipment take from each lot, each square metre once.

    Roads come first, since the front moves to their alignment, then servitudes, then equipment;
    a lot that is a facility is equipment as a whole.
    """
    roads = shapely.union_all(takings.roads)
    strips = shapely.difference(shapely.union_all(takings.servitudes), roads)
    sites = shapely.union_all(np.concatenate([takings.equipment, lots[whole]]))
    sites = shapely.difference(sites, shapely.union(roads, strips))
    parts = ([roads], [strips], [sites])
    taken = [taken_m2(lots, np.array(part)) for part in parts]
    return taken[0], taken[1], taken[2]


def _block_ids(city: City) -> np.ndarray:
    ids = [f"Q{block.quarter:03d}-{number:04d}" for number, block in enumerate(city.blocks, 1)]
    return np.asarray(np.array(ids, dtype=object)[city.block_of])


def _given(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Values where they are known, None elsewhere."""
    given = values.astype(object)
    given[~known] = None
    return given

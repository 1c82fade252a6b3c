"""The synthetic city as geometry: quarters, streets, blocks, facilities, lots, facades.

Owns the order in which the parts are made and the random streams they draw from. It must not know
people, titles or files. Coordinates: EPSG:26191, metres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from layers.build.blocks import Block, plan_quarter
from layers.build.facades import Facades, measure
from layers.build.facilities import place_facilities
from layers.build.lots import lots_of
from layers.build.plan import SEED
from layers.build.quarters import Quarter, Street, tile


@dataclass(frozen=True)
class City:
    """Geometry of everything; ``block_of`` gives the block of each lot."""

    commune: shapely.Polygon
    quarters: list[Quarter]
    streets: list[Street]
    blocks: list[Block]
    zones: list[tuple[str, int, shapely.Geometry]]
    lots: np.ndarray
    block_of: np.ndarray
    angle: np.ndarray
    facades: Facades


def build_city(commune: shapely.Polygon) -> City:
    """The whole city, the same on every call."""
    quarters, streets = tile(commune, np.random.default_rng([SEED, 1]))
    coarse = list(streets)
    blocks: list[Block] = []
    zones: list[tuple[str, int, shapely.Geometry]] = []
    for quarter in quarters:
        rng = np.random.default_rng([SEED, 2, quarter.number])
        made = plan_quarter(quarter, coarse, rng)
        blocks.extend(place_facilities(made.blocks, quarter, rng))
        streets.extend(made.streets)
        zones.extend((sector, quarter.number, shape) for sector, shape in made.zones)
    lots, block_of = _lots(blocks)
    angle = np.array([block.angle for block in blocks])[block_of]
    streets = _clear_of_lots(streets, lots)
    facades = measure(lots, angle, streets, commune)
    return City(commune, quarters, streets, blocks, zones, lots, block_of, angle, facades)


def _lots(blocks: list[Block]) -> tuple[np.ndarray, np.ndarray]:
    made: list[shapely.Polygon] = []
    owner: list[int] = []
    for number, block in enumerate(blocks):
        lots = lots_of(block, np.random.default_rng([SEED, 3, number]))
        made.extend(lots)
        owner.extend([number] * len(lots))
    return shapely.orient_polygons(np.array(made)), np.array(owner)


def _clear_of_lots(streets: list[Street], lots: np.ndarray) -> list[Street]:
    """Streets without the parts that a facility or a trimmed block has taken."""
    kept: list[Street] = []
    tree = shapely.STRtree(lots)
    for street in streets:
        if street.existing_m <= 0:
            kept.append(street)
            continue
        near = lots[np.unique(tree.query(street.line, predicate="crosses"))]
        line = (
            shapely.difference(street.line, shapely.union_all(near)) if len(near) else street.line
        )
        parts = [part for part in shapely.get_parts(line) if part.length > 6]
        kept.extend(
            Street(
                part,
                street.width_m,
                street.existing_m,
                street.rank,
                street.name_fr,
                street.name_ar,
                street.strip,
            )
            for part in parts
        )
    return kept

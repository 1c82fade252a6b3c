"""A generated cadastre of any size: blocks of lots along streets, nine vertices a parcel."""

from __future__ import annotations

import numpy as np

from emadina_gis.domain.column import column_of
from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.geometry import CHUNK_ROWS, GeometryChunk, Kind
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.schema import Role, Schema
from emadina_gis.domain.table import FeatureTable

VERTICES = 9
LOT_WIDTH_M = 12.0
LOT_DEPTH_M = 22.0
LOTS_PER_SIDE = 10
STREET_M = 14.0
ORIGIN = np.array([240_000.0, 260_000.0])
SECTORS = np.array(["B3", "B4", "B5", "C4s", "D3", "D4", "E2", "E3", "I3", "A6"], dtype=object)


def lot_centres(count):
    """Return lower-left corners of lots, shape (count, 2): two rows of ten in each block."""
    block, rank = np.divmod(np.arange(count), 2 * LOTS_PER_SIDE)
    side, place = np.divmod(rank, LOTS_PER_SIDE)
    blocks_per_row = max(int(np.sqrt(count / (2 * LOTS_PER_SIDE) / 2.6)), 1)
    row, column = np.divmod(block, blocks_per_row)
    x = column * (LOTS_PER_SIDE * LOT_WIDTH_M + STREET_M) + place * LOT_WIDTH_M
    y = row * (2 * LOT_DEPTH_M + STREET_M) + side * LOT_DEPTH_M
    return np.column_stack([x, y]) + ORIGIN, block


def lot_rings(corners, rng):
    """Return closed rings of nine vertices, shape (count, 9, 2), slightly irregular."""
    unit = np.array(
        [[0, 0], [0.5, 0], [1, 0], [1, 0.5], [1, 1], [0.5, 1], [0, 1], [0, 0.5], [0, 0]]
    )
    rings = corners[:, None, :] + unit * np.array([LOT_WIDTH_M, LOT_DEPTH_M])
    rings[:, 1:8:2] += rng.uniform(-0.15, 0.15, (len(corners), 4, 2))
    return rings


def chunk_of(rings):
    """Return the geometry chunk of simple polygons."""
    count = len(rings)
    ones = np.arange(count + 1, dtype=np.int32)
    return GeometryChunk(
        np.full(count, Kind.POLYGON, dtype=np.uint8),
        ones,
        ones.copy(),
        ones * np.int32(VERTICES),
        np.ascontiguousarray(rings.reshape(-1, 2)),
    )


def columns_of(count, block, rng):
    """Return the capacity inputs and a few attributes of parcels."""
    widths = np.array([10.0, 12.0, 15.0, 20.0, 30.0])
    regime = rng.choice(np.array([True, False, None], dtype=object), count, p=[0.6, 0.3, 0.1])
    return {
        "parcel_id": np.char.add(
            np.char.add("T.", np.arange(10_000, 10_000 + count).astype(str)), "/C"
        ),
        "sector": SECTORS[(block * 7 + block // 13) % len(SECTORS)],
        "area_m2": np.full(count, LOT_WIDTH_M * LOT_DEPTH_M),
        "frontage_m": np.full(count, LOT_WIDTH_M),
        "depth_m": np.full(count, LOT_DEPTH_M),
        "road_width_m": widths[block % len(widths)],
        "issu_lotissement": regime,
        "existing_floor_area_m2": rng.gamma(2.0, 150.0, count).round(1),
        "existing_dwellings": rng.poisson(2.5, count),
        "value": rng.lognormal(3.0, 1.0, count),
        "commune": np.array([f"06.141.01.{40 + k}" for k in range(16)], dtype=object)[block % 16],
    }


def cadastre(count, seed=26191):
    """Return a `FeatureTable` of `count` parcels in EPSG:26191."""
    rng = np.random.default_rng(seed)
    corners, block = lot_centres(count)
    rings = lot_rings(corners, rng)
    chunks = tuple(chunk_of(rings[s : s + CHUNK_ROWS]) for s in range(0, count, CHUNK_ROWS))
    columns = {name: column_of(values) for name, values in columns_of(count, block, rng).items()}
    return FeatureTable(columns, np.arange(count, dtype=np.int64), chunks, MERCHICH_NORTH)


def cadastre_layer(count):
    """Return the generated cadastre as a layer with its roles."""
    table = cadastre(count)
    roles = {Role(name): name for name in table.names if name in {role.value for role in Role}}
    return VectorLayer("parcels", Title.plain(f"{count} parcels"), table, schema=Schema(roles))

"""Buildings: footprints inside built lots, with levels and gross floor area.

Owns the massing of what stands today. It must not know people. Lengths in metres; each footprint
lies inside its lot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from layers.build.city import City
from layers.build.parcels import Columns
from layers.build.plan import FABRICS, SEED

SMALLEST_M2 = 12.0


@dataclass(frozen=True)
class Buildings:
    """Footprints, the lot of each, its levels and its gross floor area (square metres)."""

    footprints: np.ndarray
    lot: np.ndarray
    levels: np.ndarray
    floor_m2: np.ndarray


@dataclass(frozen=True)
class _Lots:
    """Built lots in the frame of their front: ``w`` along the street, ``d`` away from it."""

    index: np.ndarray
    shape: np.ndarray
    centre: np.ndarray
    along: np.ndarray
    w: np.ndarray
    d: np.ndarray
    family: np.ndarray


def _lots(city: City, chosen: np.ndarray) -> _Lots:
    front = city.facades.front_side[chosen]
    turn = np.array([0.0, np.pi / 2, np.pi, -np.pi / 2])[np.where(front < 0, 0, front)]
    extent = city.facades.extent_m[chosen]
    sideways = front % 2 == 1
    family = np.array([b.family for b in city.blocks], dtype=object)[city.block_of[chosen]]
    return _Lots(
        chosen,
        city.lots[chosen],
        shapely.get_coordinates(shapely.centroid(city.lots[chosen])),
        city.angle[chosen] + turn,
        np.where(sideways, extent[:, 1], extent[:, 0]),
        np.where(sideways, extent[:, 0], extent[:, 1]),
        family,
    )


def _boxes(lots: _Lots, rows: np.ndarray, bounds: tuple[np.ndarray, ...]) -> np.ndarray:
    """Rectangles (w from, w to, d from, d to; origin at the front left) as polygons."""
    low_w, high_w, low_d, high_d = bounds
    u = np.stack([low_w, high_w, high_w, low_w], axis=1) - lots.w[rows, None] / 2
    v = np.stack([low_d, low_d, high_d, high_d], axis=1) - lots.d[rows, None] / 2
    cos, sin = np.cos(lots.along[rows])[:, None], np.sin(lots.along[rows])[:, None]
    x = lots.centre[rows, 0:1] + u * cos - v * sin
    y = lots.centre[rows, 1:2] + u * sin + v * cos
    ring = np.stack([x, y], axis=2)
    return np.asarray(shapely.polygons(np.concatenate([ring, ring[:, :1]], axis=1)))


def _is(lots: _Lots, letter: str) -> np.ndarray:
    return np.array([name.startswith(letter) for name in lots.family], dtype=bool)


def _setbacks(lots: _Lots, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Front, rear, left and right distances of one building per lot."""
    n = len(lots.index)
    front, rear = np.zeros(n), rng.uniform(0.6, 3.2, n)
    left, right = np.zeros(n), np.zeros(n)
    set_back = np.isin(lots.family, ["B3s", "B4s"])
    front[set_back] = 4.0
    deep = _is(lots, "B") | _is(lots, "A")
    rear[deep] = np.maximum(3.0, lots.d[deep] - front[deep] - rng.uniform(14.0, 16.5, deep.sum()))
    villa = _is(lots, "D")
    front[villa], rear[villa] = rng.uniform(4, 6, villa.sum()), rng.uniform(4, 8, villa.sum())
    twin = lots.family == "D1j"
    rear[twin | (lots.family == "D1b")] += 2.0
    flip = rng.random(n) < 0.5
    left[twin & flip], right[twin & ~flip] = 4.0, 4.0
    free = np.isin(lots.family, ["D3", "D4"])
    front[free] = rng.uniform(5, 9, free.sum())
    rear[free] = lots.d[free] * rng.uniform(0.25, 0.4, free.sum())
    left[free], right[free] = rng.uniform(4, 6, free.sum()), rng.uniform(4, 7, free.sum())
    large = lots.family == "D4"
    front[large], rear[large] = front[large] + 3, rear[large] + 4
    left[large], right[large] = left[large] + 2, right[large] + 2
    work = _is(lots, "I")
    for side in (front, rear, left, right):
        side[work] = 5.0 + lots.w[work] * rng.uniform(0.0, 0.12, work.sum())
    tower = lots.family == "I5s10"
    for side, span in ((front, lots.d), (rear, lots.d), (left, lots.w), (right, lots.w)):
        side[tower] = 0.29 * span[tower]
    joined = np.isin(lots.family, ["I2s1", "I3"]) & (lots.w < 24)
    left[joined], right[joined] = 0.0, 0.0
    low = lots.family == "S4"
    rear[low] = 0.0
    return front, rear, left, right


def _single(lots: _Lots, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """One building per lot: rows and footprints."""
    front, rear, left, right = _setbacks(lots, rng)
    rows = np.arange(len(lots.index))
    boxes = _boxes(lots, rows, (left, lots.w - right, front, lots.d - rear))
    return rows, shapely.intersection(lots.shape, boxes)


def _bars(lots: _Lots, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Parallel slabs 13 m deep in large lots: rows and footprints."""
    rows, bounds = [], []
    for row in range(len(lots.index)):
        w, d = lots.w[row] - 16, lots.d[row] - 12
        most = 2 if lots.family[row].startswith("P") else 4
        count = max(1, min(most, int((d - 8) // 29)))
        pitch = d / count
        short = rng.uniform(0.0, 0.18, count) * w
        for bar in range(count):
            low = 4 + bar * pitch + (pitch - 13) / 2
            rows.append(row)
            bounds.append((8 + short[bar], 8 + w - short[bar] / 2, low, low + 13))
    if not rows:
        return np.zeros(0, dtype=int), np.zeros(0, dtype=object)
    at = np.array(rows)
    boxes = _boxes(lots, at, tuple(np.array(bounds).T))
    return at, shapely.intersection(lots.shape[at], boxes)


def _shacks(lots: _Lots, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows of small houses along lanes in land to be restructured: rows and footprints."""
    rows, bounds = [], []
    for row in range(len(lots.index)):
        lanes = np.arange(3.0, lots.d[row] - 16, 17.5)
        steps = np.arange(2.0, lots.w[row] - 9, 9.0)
        for low, at in ((a, b) for a in lanes for b in steps):
            size, shift = rng.uniform(6.4, 8.2), rng.uniform(-0.3, 0.3)
            rows.append(row)
            bounds.append((at + shift, at + shift + size, low, low + rng.uniform(12.5, 14.5)))
    at_row = np.array(rows, dtype=int)
    boxes = _boxes(lots, at_row, tuple(np.array(bounds).T))
    return at_row, shapely.intersection(shapely.buffer(lots.shape, -3.0)[at_row], boxes)


def _levels(family: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    span = np.array([FABRICS[name].storeys if name in FABRICS else (1, 1) for name in family])
    lean = rng.random(len(family))
    extra = np.floor(lean * (span[:, 1] - span[:, 0] + 1) * 0.999).astype(int)
    return np.asarray(span[:, 0] + extra)


def _farms(city: City, columns: Columns, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A few farm houses on raw land: lots and footprints."""
    raw = np.flatnonzero((columns["land_state"] == "raw") & (columns["area_m2"] > 12_000))
    chosen = np.sort(rng.choice(raw, min(70, len(raw)), replace=False))
    lots, n = _lots(city, chosen), len(chosen)
    at_w, at_d = lots.w * rng.uniform(0.3, 0.6, n), lots.d * rng.uniform(0.3, 0.6, n)
    ends = at_w + rng.uniform(10, 17, n), at_d, at_d + rng.uniform(9, 14, n)
    boxes = _boxes(lots, np.arange(n), (at_w, *ends))
    return chosen, shapely.intersection(lots.shape, boxes)


def buildings(city: City, columns: Columns, standing: list[int]) -> Buildings:
    """Every building of the city, in the order of its lot.

    ``standing`` lists the blocks whose public facility exists today.
    """
    rng = np.random.default_rng([SEED, 5])
    stands = np.isin(columns["land_state"], ["built", "blocked"])
    chosen = np.flatnonzero(stands & (columns["use"] != "equipment"))
    lots = _lots(city, chosen)
    slab = _is(lots, "C") | _is(lots, "P") | (lots.family == "E4")
    shack = lots.family == "ZR"
    parts = [
        (np.flatnonzero(mask), maker)
        for mask, maker in ((~slab & ~shack, _single), (slab, _bars), (shack, _shacks))
    ]
    index, shapes = [], []
    for rows, maker in parts:
        at, made = maker(_subset(lots, rows), rng)
        index.append(chosen[rows][at])
        shapes.append(made)
    school = np.flatnonzero(
        np.isin(_facility(city), ["E", "S", "M", "P", "G"]) & np.isin(city.block_of, standing)
    )
    at, made = _bars(_lots(city, school), rng)
    farm, houses = _farms(city, columns, rng)
    return _clean(
        city,
        np.concatenate([*index, school[at], farm]),
        np.concatenate([*shapes, made, houses]),
        rng,
    )


def _facility(city: City) -> np.ndarray:
    facilities = np.array([b.facility for b in city.blocks], dtype=object)
    return np.asarray(facilities[city.block_of])


def _subset(lots: _Lots, rows: np.ndarray) -> _Lots:
    return _Lots(*(getattr(lots, name)[rows] for name in _Lots.__dataclass_fields__))


def _clean(city: City, lot: np.ndarray, shapes: np.ndarray, rng: np.random.Generator) -> Buildings:
    """Footprints as single polygons rounded to 1 mm inside their lot, sorted by lot."""
    shapes = shapely.set_precision(shapes, 0.001)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    polygon = (shapely.get_type_id(parts) == 3) & (shapely.area(parts) >= SMALLEST_M2)
    parts, lot = parts[polygon], lot[owner[polygon]]
    order = np.lexsort((shapely.get_y(shapely.centroid(parts)), lot))
    parts, lot = shapely.orient_polygons(parts[order]), lot[order]
    family = np.array([b.family for b in city.blocks], dtype=object)[city.block_of[lot]]
    levels = _levels(family, rng)
    public = _facility(city)[lot] != ""
    levels[public] = rng.integers(1, 4, public.sum())
    floor = np.round(np.round(shapely.area(parts), 1) * levels, 1)
    return Buildings(parts, lot, levels, floor)

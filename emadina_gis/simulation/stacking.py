"""Parcels of one kind gathered in blocks, and their levels stacked under caps.

The part of the engine that capacity and its explanations share. It knows no statuses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.simulation.envelope import Plots, footprints
from emadina_gis.simulation.land import Land
from emadina_gis.simulation.parcels import Fronts, Regime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.simulation.envelope import Envelope
    from emadina_gis.simulation.land import Caps
    from emadina_gis.simulation.parcels import ParcelInputs

    Floats = NDArray[np.float64]

BLOCK_ROWS = 16_384
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Block:
    """Rows that share a case, fronts and regime."""

    rows: NDArray[np.intp]
    case: int
    fronts: Fronts
    regime: Regime


def groups_of(inputs: ParcelInputs, case: NDArray[np.int16], block_rows: int) -> Iterator[Block]:
    """Yield the parcels by case, fronts and regime, in blocks of some thousand rows."""
    key = (case + np.int16(1)) * np.int16(9)
    if inputs.fronts is not None:
        key += inputs.fronts.astype(np.int16) * np.int16(3)
    if inputs.regime is not None:
        key += inputs.regime
        key += np.int16(1)
    counts = np.bincount(key)
    order = np.argsort(key, kind="stable")
    ends = np.cumsum(counts)
    for value in np.flatnonzero(counts).tolist():
        start, end = int(ends[value] - counts[value]), int(ends[value])
        fronts, regime = Fronts(value % 9 // 3), Regime(value % 3 - 1)
        for first in range(start, end, block_rows):
            rows = order[first : min(first + block_rows, end)]
            yield Block(rows, value // 9 - 1, fronts, regime)


@dataclass(frozen=True, eq=False)
class Site:
    """The parcels of a block, gathered: land and plots."""

    land: Land
    plots: Plots


def site_of(inputs: ParcelInputs, rows: NDArray[np.intp], fronts: Fronts, *, road: bool) -> Site:
    """Gather what the formulas need of some parcels; NaN where it is unknown or not positive."""
    area, width = _positive(inputs.area_m2, rows), _positive(inputs.frontage_m, rows)
    roads = _or_zero(inputs.plan_roads_m2, rows)
    after = area - roads
    land = Land(
        area,
        roads,
        _or_zero(inputs.equipment_m2, rows),
        _or_zero(inputs.servitude_m2, rows),
        after,
    )
    depth = np.maximum(after / width, 0.0)
    first = side = width
    if road:
        first = side = _positive(inputs.road_width_m, rows)
        if fronts is not Fronts.ONE and inputs.side_road_width_m is not None:
            given = _positive(inputs.side_road_width_m, rows)
            side = np.where(np.isnan(given), first, given)
    return Site(land, Plots(fronts, width, depth, first, side))


def _positive(values: Floats | None, rows: NDArray[np.intp]) -> Floats:
    if values is None:
        return np.full(len(rows), np.nan)
    taken = values[rows]
    return np.where(taken > 0, taken, np.nan)


def _or_zero(values: Floats | None, rows: NDArray[np.intp]) -> Floats | float:
    if values is None:
        return 0.0
    taken = values[rows]
    return np.fmax(taken, 0.0, out=taken)


@dataclass(eq=False)
class Stack:
    """The levels of parcels on top of each other under one cap, shape (rows,)."""

    gross: Floats
    ground: Floats
    top: Floats
    built: Floats
    full: NDArray[np.bool_]


def stacked(
    envelope: Envelope, plots: Plots, caps: list[Caps], min_block_width_m: float
) -> list[Stack]:
    """Return the levels added up under each of some caps.

    A level never covers more than the one below, so that the ground floor is the largest and every
    level fills the cap where the last one does.
    """
    stacks: list[Stack] = []
    last = len(envelope.levels) - 1
    for number, area in enumerate(footprints(envelope, plots, min_block_width_m)):
        for index, cap in enumerate(caps):
            level = _capped(area, cap.upper_m2 if number else cap.ground_m2)
            if not number:
                full = area >= np.asarray(cap.ground_m2) * (1 - TOLERANCE)
                built = (level > 0).astype(np.float64)
                stacks.append(Stack(level.copy(), level, level, built, full))
                continue
            stack = stacks[index]
            stack.gross += level
            stack.built += level > 0
            if number == last:
                stack.full &= area >= np.asarray(cap.upper_m2) * (1 - TOLERANCE)
    return stacks


def _capped(area: Floats, cap: Floats | float) -> Floats:
    return area if isinstance(cap, float) and math.isinf(cap) else np.minimum(area, cap)

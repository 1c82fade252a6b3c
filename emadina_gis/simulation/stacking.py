"""What the formulas need of some parcels, and their levels stacked under caps.

The part of the engine that capacity and its explanations share. It knows no statuses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.simulation.envelope import Plots, footprints
from emadina_gis.simulation.land import Land
from emadina_gis.simulation.parcels import Fronts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.simulation.envelope import Envelope
    from emadina_gis.simulation.land import Caps
    from emadina_gis.simulation.parcels import ParcelInputs

    Floats = NDArray[np.float64]

TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Site:
    """The parcels of a block, gathered: land and plots."""

    land: Land
    plots: Plots


def site_of(inputs: ParcelInputs, rows: NDArray[np.intp], fronts: Fronts, *, road: bool) -> Site:
    """Gather what the formulas need of some parcels; NaN where it is unknown or not positive."""
    area, width = positive_of(inputs.area_m2, rows), positive_of(inputs.frontage_m, rows)
    roads = _or_zero(inputs.plan_roads_m2, rows)
    after = area - roads
    land = Land(
        area,
        roads,
        _or_zero(inputs.equipment_m2, rows),
        _or_zero(inputs.servitude_m2, rows),
        after,
        _or_zero(inputs.no_build_m2, rows),
    )
    depth = np.maximum(after / width, 0.0)
    first = side = width
    if road:
        first = side = positive_of(inputs.road_width_m, rows)
        if fronts is not Fronts.ONE and inputs.side_road_width_m is not None:
            given = positive_of(inputs.side_road_width_m, rows)
            side = np.where(np.isnan(given), first, given)
    shapes = None if inputs.shapes is None else inputs.shapes.take(rows)
    return Site(land, Plots(fronts, width, depth, first, side, shapes))


def positive_of(values: Floats | None, rows: NDArray[np.intp]) -> Floats:
    """Return some rows of a column, NaN where a value is unknown or not positive."""
    if values is None:
        return np.full(len(rows), np.nan)
    taken = values.take(rows)
    known = taken > 0
    return taken if known.all() else np.where(known, taken, np.nan)


def _or_zero(values: Floats | None, rows: NDArray[np.intp]) -> Floats | float:
    if values is None:
        return 0.0
    taken = values.take(rows)
    return np.fmax(taken, 0.0, out=taken)


@dataclass(eq=False)
class Stack:
    """The levels of parcels on top of each other under one cap, shape (rows,)."""

    gross: Floats
    ground: Floats
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
                full = _fills(area, cap.ground_m2)
                built = (level > 0).astype(np.float64)
                stacks.append(Stack(level.copy(), level, built, full))
                continue
            stack = stacks[index]
            stack.gross += level
            _count(stack.built, level)
            if number == last:
                stack.full &= _fills(area, cap.upper_m2)
    return stacks


def _capped(area: Floats, cap: Floats | float) -> Floats:
    return area if isinstance(cap, float) and math.isinf(cap) else np.minimum(area, cap)


def _fills(area: Floats, cap: Floats | float) -> NDArray[np.bool_]:
    return area >= np.multiply(cap, 1 - TOLERANCE)


def _count(built: Floats, level: Floats) -> None:
    """Add one level where something of it fits; mostly it does on every row or on none."""
    if level.min(initial=np.inf) > 0:
        built += 1.0
    elif not level.max(initial=0.0) <= 0:
        built += level > 0

"""Levels of a plot as arithmetic: a band along the street and what is behind it, runs of levels."""

from __future__ import annotations

import math

from emadina_gis.simulation.derivation import (
    RULE,
    Expression,
    Operation,
    Quantity,
    least_of,
    minus,
    plus,
    times,
    value_of,
)

#: Areas nearer to each other than this are the same, in square metres.
CLOSE = 1e-6


def not_below(expression: Expression) -> Expression:
    """Return what is at least nothing; the expression itself where it is positive."""
    if value_of(expression) >= 0:
        return expression
    return Operation("max", (Quantity("nothing", 0.0, origin=RULE, least=0), expression))


def banded(
    width: Quantity,
    depth: Quantity,
    distances: tuple[Quantity, Quantity, Quantity],
    band: Quantity,
    least_m: float,
) -> Expression | None:
    """Return the band along the street, and behind it what keeps its distance to the sides."""
    side, rear, retreat = distances
    if value_of(width) < least_m or not math.isfinite(band.value):
        return None
    free = minus(depth, rear) if rear.value > 0 else depth
    front = times(width, not_below(minus(least_of(band, free), retreat)))
    narrow = minus(width, side, side) if side.value > 0 else width
    if value_of(narrow) < least_m:
        return front
    start: Expression = band if band.value >= retreat.value else retreat
    behind = minus(free, start)
    return front if value_of(behind) <= 0 else plus(front, times(narrow, behind))


def runs_of(areas: list[float]) -> list[tuple[int, int]]:
    """Return the first and last of runs of equal levels; the ground floor is alone."""
    runs: list[tuple[int, int]] = []
    for number, area in enumerate(areas):
        if number > 1 and abs(area - areas[number - 1]) <= CLOSE:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs

"""Moving, adding and taking away the bounds of a graduated style; colours follow the classes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from emadina_gis.analysis.classification import MOST_CLASSES
from emadina_gis.analysis.palettes import DEFAULT_RAMP, RAMPS, ramp
from emadina_gis.analysis.style_builder import legend_decimals
from emadina_gis.domain.symbology import Graduated, Method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.domain.symbol import Symbol

#: A bound is kept this part of the whole span away from its neighbours.
LEAST_SPAN = 1e-6


def moved(symbology: Graduated, index: int, value: float) -> Graduated:
    """Return the classes with one inner bound elsewhere, between its neighbours.

    Parameters
    ----------
    index : int
        Place among all bounds; the first and the last are those of the data and stay.
    """
    breaks = list(symbology.breaks)
    if not 0 < index < len(breaks) - 1:
        return symbology
    gap = max((breaks[-1] - breaks[0]) * LEAST_SPAN, math.ulp(breaks[-1]))
    low, high = breaks[index - 1] + gap, breaks[index + 1] - gap
    if low > high:
        return symbology
    breaks[index] = min(max(value, low), high)
    return _manual(symbology, breaks)


def split(symbology: Graduated, value: float) -> Graduated:
    """Return the classes with one more bound; unchanged where there is none or no room for it."""
    breaks = sorted({*symbology.breaks, value})
    inside = symbology.breaks[0] < value < symbology.breaks[-1]
    if not inside or len(breaks) == len(symbology.breaks) or len(breaks) > MOST_CLASSES + 1:
        return symbology
    at = breaks.index(value) - 1
    symbols = _inserted(symbology.symbols, at)
    return replace(_recolored(_manual(symbology, breaks), at), symbols=symbols)


def joined(symbology: Graduated, index: int) -> Graduated:
    """Return the classes without one inner bound."""
    breaks = list(symbology.breaks)
    if not 0 < index < len(breaks) - 1:
        return symbology
    del breaks[index]
    symbols = tuple(s for at, s in enumerate(symbology.symbols) if at != index)
    return replace(_recolored(_manual(symbology, breaks), index), symbols=symbols)


def _manual(symbology: Graduated, breaks: Sequence[float]) -> Graduated:
    return replace(
        symbology,
        breaks=tuple(breaks),
        method=Method.MANUAL,
        decimals=legend_decimals(breaks),
    )


def _recolored(symbology: Graduated, at: int) -> Graduated:
    """Give each class a colour: of the ramp where they came from one, else of its neighbour."""
    count = len(symbology.breaks) - 1
    if symbology.ramp_id in RAMPS:
        return replace(symbology, colors=ramp(symbology.ramp_id).colors(count))
    colors = list(symbology.colors)
    if count > len(colors):
        colors.insert(at, colors[min(at, len(colors) - 1)])
    else:
        del colors[min(at, len(colors) - 1)]
    return replace(symbology, colors=tuple(colors or ramp(DEFAULT_RAMP).colors(count)))


def _inserted(symbols: tuple[Symbol | None, ...], at: int) -> tuple[Symbol | None, ...]:
    return (*symbols[:at], *symbols[at : at + 1], *symbols[at:]) if symbols else symbols

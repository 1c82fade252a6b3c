"""The legend of a raster as entries: values with their unit and the shades between them. No Qt.

Panel, map, paper and web read the same entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.style import RasterStyle, Resampling, rgba
from emadina_gis.words.numbers import in_direction
from emadina_gis.words.units import UNIT_LABELS

if TYPE_CHECKING:
    from emadina_gis.words import Words

#: Lines of a ramp.
_MOST_RAMP_ENTRIES = 6
#: Values that a legend tells to this share of the range.
_EXACTNESS = 0.01
_MOST_DECIMALS = 6
_LARGEST_TEXT = 1e15


@dataclass(frozen=True)
class RasterEntry:
    """A line of the legend.

    Attributes
    ----------
    shades : tuple of str
        Colours of the upper border, the middle and the lower border of the line, where the lines
        are one ramp; empty for a class.
    """

    color: str
    text: str
    shades: tuple[str, ...] = ()


def raster_entries(style: RasterStyle, words: Words) -> tuple[RasterEntry, ...]:
    """Return the lines of the legend: a ramp from high to low, or classes from low to high."""
    is_grey = style.relief is not None and style.relief.alone
    if style.color_bands or is_grey or not style.stops:
        return ()
    if style.interpolate and not style.exact and len(style.stops) > 1:
        return _ramp(style, words)
    decimals = decimals_of(style)
    starts = [None, *(value for value, _ in style.stops[1:])]
    ends = [*starts[1:], None]
    is_classed = style.resampling is Resampling.SMOOTH and not style.exact
    return tuple(
        RasterEntry(
            color,
            _span_text(style, (start, end), decimals, words)
            if is_classed
            else _value_name(style, value, words),
        )
        for (value, color), start, end in zip(style.stops, starts, ends, strict=True)
    )


def value_text(value: float, style: RasterStyle, words: Words, decimals: int | None = None) -> str:
    """Return a value with its unit, as a person reads it."""
    if decimals is None:
        decimals = 0 if float(value).is_integer() or abs(value) > _LARGEST_TEXT else 2
    if style.unit in UNIT_LABELS:
        return words.quantity(value, style.unit, decimals)
    number = words.number(value, decimals)
    return f"{number}\u00a0{words.isolated(style.unit)}" if style.unit else number


def decimals_of(style: RasterStyle) -> int:
    """Return the fewest decimals with which the stops of a style are told to 1 % of their range."""
    values = [value for value, _ in style.stops]
    finest = (max(values) - min(values)) * _EXACTNESS if values else 0.0
    for decimals in range(_MOST_DECIMALS):
        if all(abs(round(value, decimals) - value) <= finest for value in values):
            return decimals
    return _MOST_DECIMALS if finest > 0 else 0


def _value_name(style: RasterStyle, value: float, words: Words) -> str:
    name = style.name_of(value)
    if name is None:
        return value_text(value, style, words)
    return in_direction(name.text(words.language), words.language)


def _span_text(
    style: RasterStyle, span: tuple[float | None, float | None], decimals: int, words: Words
) -> str:
    """Return what a class holds: the first and the last one also what lies beyond the range."""
    low, high = span
    if low is None or high is None:
        key, value = ("up-to", high) if low is None else ("from", low)
        text = value_text(value or 0.0, style, words, decimals)
        return words.text(f"raster.legend.{key}", value=text)
    if style.unit in UNIT_LABELS or not style.unit:
        return words.span(low, high, style.unit, decimals)
    return f"{words.span(low, high, '', decimals)}\u00a0{words.isolated(style.unit)}"


def _ramp(style: RasterStyle, words: Words) -> tuple[RasterEntry, ...]:
    """Return values evenly over the range, the highest first, with the shades between."""
    values, colors = zip(*style.stops, strict=True)
    shown = list(values)
    if len(shown) > _MOST_RAMP_ENTRIES or not _is_even(shown):
        shown = np.linspace(values[0], values[-1], min(len(shown), _MOST_RAMP_ENTRIES - 1)).tolist()
    shown = shown[::-1]
    borders = [shown[0], *((a + b) / 2 for a, b in pairwise(shown)), shown[-1]]
    table = np.array([rgba(color)[:3] for color in colors], dtype=float)

    def color_at(value: float) -> str:
        red, green, blue = (round(float(np.interp(value, values, table[:, b]))) for b in range(3))
        return f"#{red:02x}{green:02x}{blue:02x}"

    decimals = decimals_of(style)
    return tuple(
        RasterEntry(
            color_at(value),
            value_text(value, style, words, decimals),
            (color_at(above), color_at(value), color_at(below)),
        )
        for value, (above, below) in zip(shown, pairwise(borders), strict=True)
    )


def _is_even(values: list[float]) -> bool:
    steps = np.diff(values)
    return bool(len(steps) and np.allclose(steps, steps[0], rtol=0.5))


def slices(shades: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Return the colours of some slices of a line, from its upper border to its lower one."""
    table = np.array([rgba(color)[:3] for color in shades], dtype=float)
    places = np.linspace(0, len(shades) - 1, count)
    found = [[round(float(np.interp(at, range(len(shades)), table[:, b]))) for b in range(3)]
             for at in places]  # fmt: skip
    return tuple(f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in found)

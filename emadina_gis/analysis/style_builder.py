"""From a column and a choice to a style: one colour, categories or classes.

Owns the choice of values, colours and their order; `domain.style` says what is then drawn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.analysis.classification import class_breaks
from emadina_gis.analysis.palettes import (
    DEFAULT_RAMP,
    qualitative,
    ramp,
    sector_color,
    zone_of_sector,
)
from emadina_gis.domain.schema import Role
from emadina_gis.domain.style import (
    Categorized,
    Category,
    Graduated,
    Method,
    RasterStyle,
    Single,
    Style,
    Symbol,
    Symbology,
)
from emadina_gis.errors import EmptyInput, MissingInput

if TYPE_CHECKING:
    from emadina_gis.domain.column import Column

#: More distinct values than this are no legend; the rarest then share the colour "other".
MOST_CATEGORIES = 40
#: A number with at most this many distinct whole values is offered as categories.
FEW_VALUES = 12
#: How exactly a legend tells the bounds, as a share of the narrowest class.
LEGEND_SHARE = 0.01
#: Zones in the order of the règlement.
_ZONE_ORDER = ("A", "B", "C", "D", "E", "PB", "S", "I", "PU", "ZR")
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Classes:
    """How a numeric column is cut into classes and coloured.

    Attributes
    ----------
    dark : bool
        The map's ground is dark: the ramp is turned round.
    rounded : bool
        Shorten inner bounds, see `classification.rounded_breaks`.
    """

    method: Method = Method.QUANTILE
    count: int = 5
    ramp_id: str = DEFAULT_RAMP
    dark: bool = False
    rounded: bool = True


def single(color: str, symbol: Symbol | None = None) -> Single:
    """Return one colour for all features."""
    return Single((symbol or Symbol()).with_fill(color))


def graduated(
    column: Column, field: str, classes: Classes | None = None, *, unit: str = ""
) -> Graduated:
    """Return classes of a numeric column with their colours.

    Parameters
    ----------
    column : Column
        The values.
    field : str
        Name under which the column is found when it is drawn.
    classes : Classes
        Method, number of classes and ramp.
    unit : str
        Unit told in the legend (a key of `words.units`).

    Raises
    ------
    MissingInput
        With code ``style.not-numeric`` if the column holds no numbers.
    EmptyInput
        With code ``classes.no-values`` if all values are missing.
    """
    chosen = classes or Classes()
    if not column.is_number:
        raise MissingInput("style.not-numeric", column=field)
    breaks = class_breaks(column.numbers, chosen.method, chosen.count, rounded=chosen.rounded)
    colors = ramp(chosen.ramp_id).colors(breaks.class_count, dark=chosen.dark)
    return Graduated(
        field,
        breaks.values,
        colors,
        chosen.method,
        unit=unit,
        decimals=legend_decimals(breaks.values),
        ramp_id=chosen.ramp_id,
    )


def categorized(
    column: Column,
    field: str,
    *,
    role: Role | None = None,
    labels: Mapping[Any, str] | None = None,
    most: int = MOST_CATEGORIES,
) -> Categorized:
    """Return a colour for each distinct value; sectors get the colours of their zone.

    Parameters
    ----------
    column : Column
        The values.
    field : str
        Name under which the column is found when it is drawn.
    role : Role, optional
        With `Role.SECTOR` colours and order are those of plans.
    labels : Mapping, optional
        Text of the legend by value.
    most : int
        Categories at most; the most frequent values are kept.

    Raises
    ------
    EmptyInput
        With code ``classes.no-values`` if all values are missing.
    """
    values = _most_frequent(column, most)
    if not values:
        raise EmptyInput("classes.no-values")
    is_sector = role is Role.SECTOR
    ordered = sorted(values, key=_sector_order if is_sector else _natural_order)
    colors = (
        [sector_color(str(value)) for value in ordered]
        if is_sector
        else list(qualitative(len(ordered)))
    )
    told = labels or {}
    pairs = zip(ordered, colors, strict=True)
    return Categorized(field, tuple(Category(v, c, told.get(v, "")) for v, c in pairs))


def suggested(column: Column, field: str, role: Role | None = None) -> Symbology:
    """Return the symbology a column most likely wants: classes for measures, else categories."""
    if role is not Role.SECTOR and column.is_number and not _is_code_like(column):
        return graduated(column, field)
    return categorized(column, field, role=role)


def restyled(style: Style, symbology: Symbology) -> Style:
    """Return the style with another symbology that keeps the symbol, labels and scale range."""
    fill = symbology.symbol.fill if isinstance(symbology, Single) else style.symbol.fill
    symbol = replace(style.symbol, fill=fill)
    return replace(style, symbology=replace(symbology, symbol=symbol))


def recolored(symbology: Categorized, value: object, color: str) -> Categorized:
    """Return the categories with one of them in another colour."""
    categories = tuple(
        replace(category, color=color) if category.value == value else category
        for category in symbology.categories
    )
    return replace(symbology, categories=categories)


def raster_ramp(
    low: float, high: float, ramp_id: str = DEFAULT_RAMP, *, unit: str = ""
) -> RasterStyle:
    """Return a ramp over the values of a raster.

    Raises
    ------
    EmptyInput
        With code ``classes.no-values`` if the range is not finite.
    """
    if not np.isfinite([low, high]).all():
        raise EmptyInput("classes.no-values")
    colors = ramp(ramp_id).colors(7)
    places = np.linspace(low, high if high > low else low + 1.0, len(colors))
    return RasterStyle(tuple(zip(places.tolist(), colors, strict=True)), unit=unit)


def legend_decimals(bounds: Sequence[float]) -> int:
    """Return the fewest decimals, at most 6, with which bounds are told to 1 % of a class."""
    finest = min(float(high) - float(low) for low, high in pairwise(bounds)) * LEGEND_SHARE
    for decimals in range(6):
        if all(abs(round(value, decimals) - value) <= finest for value in bounds):
            return decimals
    return 6 if finest > 1e-9 else 0


def _most_frequent(column: Column, most: int) -> list[Any]:
    codes, values = column.coded
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    order = np.argsort(-counts, kind="stable")[:most]
    return [values[index] for index in order.tolist()]


def _is_code_like(column: Column) -> bool:
    numbers = column.numbers[np.isfinite(column.numbers)]
    distinct = np.unique(numbers)
    return len(distinct) <= FEW_VALUES and bool((distinct == np.round(distinct)).all())


def _natural_order(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, str):
        return (0, float(value) if isinstance(value, int | float) else str(value))
    parts = _DIGITS.split(value.casefold())
    return (1, *((int(part), "") if part.isdigit() else (0, part) for part in parts))


def _sector_order(value: Any) -> tuple[Any, ...]:
    zone = zone_of_sector(str(value))
    place = _ZONE_ORDER.index(zone) if zone in _ZONE_ORDER else len(_ZONE_ORDER)
    return (place, zone, _natural_order(str(value)))

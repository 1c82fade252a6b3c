"""Figures of a column, and its values as bars: for all rows, the filtered or the selected ones.

Missing values are counted and take no part in anything else. Quartiles interpolate linearly
between neighbours (type 7 of Hyndman and Fan 1996, as spreadsheets do); the standard deviation is
that of a whole population. Knows no widget; runs on a thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.analysis.row_order import ranks_of
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column

#: Classes of a histogram at most; fewer where there are few values.
MOST_CLASSES = 24
#: Values of texts that are listed, the most frequent first.
MOST_VALUES = 20
#: Where all values span so many times what 98 % of them do, the end classes hold the rest.
_SKEWED = 3.0
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class ColumnFigures:
    """Figures of the values of some rows; None where there is nothing to tell."""

    count: int
    missing: int
    distinct: int
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    median: float | None = None
    total: float | None = None
    deviation: float | None = None
    first_quartile: float | None = None
    third_quartile: float | None = None

    @property
    def known(self) -> int:
        """How many rows have a value."""
        return self.count - self.missing


@dataclass(frozen=True)
class Bar:
    """How many rows lie in a class or have a value.

    Attributes
    ----------
    value : object
        The value, or None for a class of numbers.
    low, high : float
        Ends of a class; the last one holds its high end too.
    """

    count: int
    value: Any = None
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True)
class ColumnReading:
    """Figures and bars of a column; `others` counts the rows of values that are not listed."""

    figures: ColumnFigures
    bars: tuple[Bar, ...]
    others: int = 0


def column_reading(
    column: Column,
    rows: NDArray[np.intp] | None = None,
    *,
    as_classes: bool = True,
    most: int = MOST_VALUES,
    ctx: Context = NULL_CONTEXT,
) -> ColumnReading:
    """Return the figures and bars of a column.

    Parameters
    ----------
    rows : ndarray of int, optional
        Rows to take; None takes all.
    as_classes : bool
        Whether numbers are amounts; codes and names are counted value by value.
    most : int
        Values that are listed, the most frequent first.
    """
    if column.is_number and as_classes:
        return _reading_of_numbers(column.numbers if rows is None else column.numbers[rows], ctx)
    return _reading_of_values(column, rows, most, ctx)


def _reading_of_numbers(values: NDArray[np.float64], ctx: Context) -> ColumnReading:
    known = np.sort(values[np.isfinite(values)])
    ctx.check()
    if not len(known):
        return ColumnReading(ColumnFigures(len(values), len(values), 0), ())
    distinct = int(np.count_nonzero(np.diff(known))) + 1
    first, middle, third = np.percentile(known, [25.0, 50.0, 75.0])
    ctx.check()
    figures = ColumnFigures(
        len(values),
        len(values) - len(known),
        distinct,
        minimum=float(known[0]),
        maximum=float(known[-1]),
        mean=float(known.mean()),
        median=float(middle),
        total=float(known.sum()),
        deviation=float(known.std()),
        first_quartile=float(first),
        third_quartile=float(third),
    )
    return ColumnReading(figures, _classes(known))


def _classes(known: NDArray[np.float64]) -> tuple[Bar, ...]:
    low, high = float(known[0]), float(known[-1])
    body_low, body_high = np.percentile(known, [1.0, 99.0])
    skewed = body_high > body_low and high - low > _SKEWED * (body_high - body_low)
    edges = class_edges(float(body_low), float(body_high), len(known)) if skewed else None
    if edges is None:
        edges = class_edges(low, high, len(known))
    edges[0], edges[-1] = min(edges[0], low), max(edges[-1], high)
    places = np.searchsorted(known, edges, side="left")
    places[-1] = len(known)
    counts = np.diff(places)
    return tuple(
        Bar(int(count), None, float(low), float(high))
        for count, low, high in zip(counts, edges[:-1], edges[1:], strict=True)
    )


def class_edges(low: float, high: float, count: int) -> NDArray[np.float64]:
    """Return round edges of equal classes between two numbers, shape (classes + 1,)."""
    if low == high:
        return np.array([low, high])
    wanted = min(MOST_CLASSES, max(4, int(np.ceil(np.sqrt(count)))))
    rough = (high - low) / wanted
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * factor for factor in _STEPS if power * factor >= rough * (1 - 1e-9))
    first = np.floor(low / step)
    last = max(np.ceil(high / step), first + 1)
    return np.asarray(np.arange(first, last + 0.5) * step, dtype=np.float64)


def _reading_of_values(
    column: Column, rows: NDArray[np.intp] | None, most: int, ctx: Context
) -> ColumnReading:
    ranks = ranks_of(column, "fr", ctx)
    mine = ranks if rows is None else ranks[rows]
    places = np.arange(len(ranks)) if rows is None else rows
    present = ~np.isnan(mine)
    ctx.check()
    _, first, counts = np.unique(mine[present], return_index=True, return_counts=True)
    ctx.check()
    known = places[present]
    order = np.argsort(-counts, kind="stable")[:most]
    bars = tuple(Bar(int(counts[k]), column.value(int(known[first[k]]))) for k in order.tolist())
    listed = sum(bar.count for bar in bars)
    figures = ColumnFigures(len(mine), int((~present).sum()), len(counts))
    return ColumnReading(figures, bars, int(present.sum()) - listed)

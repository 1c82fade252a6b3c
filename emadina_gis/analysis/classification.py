"""Where the bounds of classes fall, by six methods; never more classes than data allow.

Owns the arithmetic of breaks. Colours are `palettes`', styles are `style_builder`'s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.style import Method
from emadina_gis.errors import AnalysisError, EmptyInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Above this many distinct values natural breaks are sought on a fixed sample of them.
EXACT_DISTINCT_LIMIT = 20_000
MOST_CLASSES = 12
#: How far rounding may move a bound, as a share of the narrower class beside it.
ROUNDING_SHARE = 0.02


@dataclass(frozen=True)
class Breaks:
    """Bounds of classes, strictly ascending; k classes have k + 1 bounds.

    Attributes
    ----------
    values : tuple of float
        First is the smallest value, last the largest; classes are [b0, b1], (b1, b2], …
    sampled : bool
        Whether natural breaks were sought on a sample of the distinct values.
    """

    values: tuple[float, ...]
    sampled: bool = False

    @property
    def class_count(self) -> int:
        """Number of classes."""
        return len(self.values) - 1


def class_breaks(
    values: NDArray[np.float64], method: Method, class_count: int, *, rounded: bool = False
) -> Breaks:
    """Return the bounds of at most `class_count` classes.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Values; NaN and infinite ones are left out.
    method : Method
        Quantile, equal, natural, standard deviation or pretty breaks.
    class_count : int
        Classes wanted, 1 to 12; fewer are made where there are fewer distinct values, a constant
        column gives one class.
    rounded : bool
        Shorten the inner bounds of quantiles and natural breaks, see `rounded_breaks`.

    Raises
    ------
    EmptyInput
        With code ``classes.no-values`` if no value is finite.
    AnalysisError
        With code ``classes.count`` or ``classes.method``.
    """
    if not 1 <= class_count <= MOST_CLASSES:
        raise AnalysisError("classes.count", count=class_count, most=MOST_CLASSES)
    finite = np.sort(values[np.isfinite(values)])
    if not len(finite):
        raise EmptyInput("classes.no-values")
    low, high = float(finite[0]), float(finite[-1])
    if low == high:
        return Breaks(_around(low))
    inner, sampled = _inner_bounds(finite, method, class_count)
    bounds = _ascending(low, inner, high)
    shorten = rounded and method in {Method.QUANTILE, Method.NATURAL}
    return Breaks(rounded_breaks(finite, bounds) if shorten else bounds, sampled)


def _inner_bounds(
    finite: NDArray[np.float64], method: Method, class_count: int
) -> tuple[NDArray[np.float64], bool]:
    shares = np.arange(1, class_count) / class_count
    if method is Method.QUANTILE:
        return np.quantile(finite, shares), False
    if method is Method.EQUAL:
        return finite[0] + (finite[-1] - finite[0]) * shares, False
    if method is Method.NATURAL:
        return _natural(finite, class_count)
    if method is Method.DEVIATION:
        return _deviations(finite, class_count), False
    if method is Method.PRETTY:
        return _pretty(float(finite[0]), float(finite[-1]), class_count), False
    raise AnalysisError("classes.method", method=str(method))


def _deviations(finite: NDArray[np.float64], class_count: int) -> NDArray[np.float64]:
    """Steps of one standard deviation about the mean; those outside the data are left out.

    An odd number of classes has one about the mean, an even one has a bound on it.
    """
    steps = np.arange(1, class_count) - class_count / 2
    return np.asarray(finite.mean() + finite.std() * steps)


def _pretty(low: float, high: float, class_count: int) -> NDArray[np.float64]:
    """Multiples of the smallest round step (1, 2, 2.5, 5 × 10ⁿ) that needs no more classes."""
    steps = (pretty_step(high - low, class_count - fewer) for fewer in range(class_count))
    step = next((step for step in steps if _multiples(low, high, step) < class_count), 0.0)
    if not step:
        return np.zeros(0)
    first = math.floor(low / step) + 1
    decimals = max(-math.floor(math.log10(step)) + 1, 0)
    bounds = np.arange(first, first + _multiples(low, high, step)) * step
    return np.round(bounds, min(decimals, 15))


def _multiples(low: float, high: float, step: float) -> int:
    """How many multiples of a step lie between two values, neither of them counted."""
    return math.ceil(high / step) - 1 - math.floor(low / step)


def _around(value: float) -> tuple[float, float]:
    """Bounds of the one class of a constant column."""
    return value, math.nextafter(value, math.inf)


def _ascending(low: float, inner: NDArray[np.float64], high: float) -> tuple[float, ...]:
    """Bounds without repetition; a heavy smallest value keeps a class of its own."""
    between = [float(value) for value in np.unique(inner) if low <= value < high]
    first = _below(low) if between and between[0] == low else low
    return (first, *between, high)


def _below(value: float) -> float:
    return math.nextafter(value, -math.inf)


def _natural(finite: NDArray[np.float64], class_count: int) -> tuple[NDArray[np.float64], bool]:
    distinct, counts = np.unique(finite, return_counts=True)
    sampled = len(distinct) > EXACT_DISTINCT_LIMIT
    if sampled:
        distinct, counts = _representatives(distinct, counts)
    ends = fisher_jenks(distinct, counts.astype(np.float64), class_count)
    return distinct[ends], sampled


def _representatives(
    distinct: NDArray[np.float64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Merge distinct values into runs of nearly equal weight, each standing by its largest.

    The extremes stand for themselves: an outlier is what natural breaks are asked to find.
    """
    weight = np.cumsum(counts)
    run = np.minimum(weight * EXACT_DISTINCT_LIMIT // (weight[-1] + 1), EXACT_DISTINCT_LIMIT - 1)
    edge = EXACT_DISTINCT_LIMIT // 20
    run[:edge] = -1 - np.arange(edge)[::-1]
    run[-edge:] = EXACT_DISTINCT_LIMIT + np.arange(edge)
    last = np.flatnonzero(np.append(np.diff(run) != 0, True))
    return distinct[last], np.diff(np.concatenate([[0], weight[last]]))


def fisher_jenks(
    distinct: NDArray[np.float64], weights: NDArray[np.float64], class_count: int
) -> NDArray[np.intp]:
    """Return the last index of each class but the last, shape (k − 1,).

    Minimises the sum over classes of squared deviations from the class mean by dynamic programming
    on sorted distinct values (W. D. Fisher, *On grouping for maximum homogeneity*, 1958). The best
    start of the last class never moves left as the end moves right, so that each class is found by
    halving: m values take m·log(m)·k operations.
    """
    size = len(distinct)
    classes = min(class_count, size)
    sums = _Sums.of(distinct, weights)
    best = sums.cost(np.zeros(size, dtype=np.intp), np.arange(size))
    came_from = np.zeros((classes, size), dtype=np.intp)
    for number in range(1, classes):
        best, came_from[number] = _one_class_more(best, sums, number)
    ends = np.empty(classes - 1, dtype=np.intp)
    at = size - 1
    for number in range(classes - 1, 0, -1):
        at = came_from[number, at]
        ends[number - 1] = at
    return ends


@dataclass(frozen=True, eq=False)
class _Sums:
    """Running sums of weights, values and squares, each with a leading zero."""

    weight: NDArray[np.float64]
    total: NDArray[np.float64]
    square: NDArray[np.float64]

    @classmethod
    def of(cls, distinct: NDArray[np.float64], weights: NDArray[np.float64]) -> _Sums:
        centred = distinct - np.average(distinct, weights=weights)
        columns = (weights, weights * centred, weights * centred**2)
        return cls(*(np.concatenate([[0.0], np.cumsum(column)]) for column in columns))

    def cost(self, first: NDArray[np.intp], last: NDArray[np.intp]) -> NDArray[np.float64]:
        """Squared deviations from their mean of the values first … last."""
        weight = self.weight[last + 1] - self.weight[first]
        total = self.total[last + 1] - self.total[first]
        square = self.square[last + 1] - self.square[first]
        return np.asarray(np.maximum(square - total**2 / weight, 0.0))


def _one_class_more(
    best: NDArray[np.float64], sums: _Sums, number: int
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the least cost of `number` + 1 classes up to each index, and where the last begins."""
    size = len(best)
    found = np.full(size, np.inf)
    split = np.zeros(size, dtype=np.intp)
    spans = np.array([[number, size - 1, number - 1, size - 2]], dtype=np.intp)
    while len(spans):
        low, high, least, most = spans.T
        middle = (low + high) // 2
        found[middle], split[middle] = _least(best, sums, middle, least, most)
        left = np.column_stack([low, middle - 1, least, split[middle]])
        right = np.column_stack([middle + 1, high, split[middle], most])
        spans = np.concatenate([left, right])
        spans = spans[spans[:, 0] <= spans[:, 1]]
    return found, split


def _least(
    best: NDArray[np.float64],
    sums: _Sums,
    ends: NDArray[np.intp],
    least: NDArray[np.intp],
    most: NDArray[np.intp],
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return, for each end, the least cost over the splits least … min(most, end − 1)."""
    counts = np.minimum(most, ends - 1) - least + 1
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    owner = np.repeat(np.arange(len(ends)), counts)
    split = np.arange(len(owner)) - (starts - least)[owner]
    total = best[split] + sums.cost(split + 1, ends[owner])
    lowest = np.minimum.reduceat(total, starts)
    hits = np.flatnonzero(total == lowest[owner])
    _, first = np.unique(owner[hits], return_index=True)
    return lowest, split[hits[first]]


def rounded_breaks(
    sorted_values: NDArray[np.float64], bounds: tuple[float, ...]
) -> tuple[float, ...]:
    """Return the bounds with inner ones as short as can be.

    An inner bound may move freely between the two values it parts (no value changes its class),
    and by 2 % of the narrower of its two classes.
    """
    inner = np.asarray(bounds[1:-1])
    position = np.searchsorted(sorted_values, inner, side="right")
    below = sorted_values[np.maximum(position - 1, 0)].tolist()
    above = sorted_values[np.minimum(position, len(sorted_values) - 1)].tolist()
    rounded = [bounds[0]]
    for index, bound in enumerate(bounds[1:-1]):
        before, after = bounds[index], bounds[index + 2]
        slack = ROUNDING_SHARE * min(bound - before, after - bound)
        least = math.nextafter(rounded[-1], math.inf)
        gap = (max(below[index], least), min(above[index], after))
        near = (max(bound - slack, least), bound + slack)
        rounded.append(_shortest(bound, gap, near))
    return (*rounded, bounds[-1])


def _shortest(bound: float, *ranges: tuple[float, float]) -> float:
    """Return the number with the fewest digits in one of the ranges [low, high), first first."""
    largest = max(abs(limit) for limits in ranges for limit in limits)
    start = math.ceil(math.log10(max(largest, 1e-300)))
    for digits in range(-start, 17 - start):
        step = 10.0**-digits
        wholes = (round(bound / step), math.floor(bound / step), math.ceil(bound / step))
        candidates = [round(whole * step, max(digits, 0)) for whole in wholes]
        for low, high in ranges:
            for candidate in candidates:
                if low <= candidate < high:
                    return candidate
    return bound


def pretty_step(span: float, steps: int) -> float:
    """Return the smallest of 1, 2, 2.5, 5 × 10ⁿ that covers `span` in at most `steps` steps.

    Raises
    ------
    EmptyInput
        With code ``classes.no-values`` if the span is not positive.
    """
    if not (span > 0 and math.isfinite(span) and steps > 0):
        raise EmptyInput("classes.no-values")
    exact = span / steps
    power = 10.0 ** math.floor(math.log10(exact))
    return min(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= exact * (1 - 1e-12))


def classes_of(values: NDArray[np.float64], breaks: Breaks) -> NDArray[np.intp]:
    """Return the class of each value, -1 where it is missing, shape (n,)."""
    inner = np.asarray(breaks.values[1:-1])
    found = np.searchsorted(inner, values, side="left")
    return np.where(np.isnan(values), -1, found)

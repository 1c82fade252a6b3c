"""Rows put together by one or two columns, with sums and other figures of further columns.

A missing key is a group of its own; a figure of no known value is missing. Knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.analysis.row_order import ranks_of
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column


class Figure(StrEnum):
    """What is told of the values of a group."""

    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    KNOWN = "known"


@dataclass(frozen=True)
class Measure:
    """A figure of a column."""

    field: str
    figure: Figure = Figure.SUM


@dataclass(frozen=True, eq=False)
class Groups:
    """The groups of some rows, in the order of their keys.

    Attributes
    ----------
    keys : tuple of Column
        Values of the key columns, one row per group.
    counts : ndarray of int, shape (groups,)
        Rows of each group.
    values : tuple of ndarray of float64, shape (groups,)
        One array per measure, NaN where no value is known.
    totals : tuple of float
        Each measure over all rows.
    group_of, rows : ndarray of int, shape (k,)
        The rows taken, and the number of each one's group.
    """

    keys: tuple[Column, ...]
    counts: NDArray[np.intp]
    measures: tuple[Measure, ...]
    values: tuple[NDArray[np.float64], ...]
    totals: tuple[float, ...]
    group_of: NDArray[np.intp]
    rows: NDArray[np.intp]

    def rows_of(self, groups: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the rows of some groups."""
        return self.rows[np.isin(self.group_of, groups)]

    def __len__(self) -> int:
        return len(self.counts)


def grouped(
    columns: Mapping[str, Column],
    by: Sequence[str],
    measures: Sequence[Measure],
    rows: NDArray[np.intp],
    language: str = "fr",
    ctx: Context = NULL_CONTEXT,
) -> Groups:
    """Return the groups of some rows by one or more columns.

    Parameters
    ----------
    by : sequence of str
        Columns that have one value within a group.
    rows : ndarray of int, shape (k,)
        Rows to take.
    language : str
        Order of the groups.
    """
    group, first = _group_numbers(columns, by, rows, language, ctx)
    count = len(first)
    values, totals = [], []
    for measure in measures:
        ctx.check()
        numbers = columns[measure.field].numbers[rows]
        values.append(_figures(numbers, group, count, measure.figure))
        whole = np.zeros(len(rows), dtype=np.intp)
        totals.append(float(_figures(numbers, whole, 1, measure.figure)[0]))
    keys = tuple(columns[name].take(first) for name in by)
    counts = np.bincount(group, minlength=count)
    return Groups(keys, counts, tuple(measures), tuple(values), tuple(totals), group, rows)


def _group_numbers(
    columns: Mapping[str, Column],
    by: Sequence[str],
    rows: NDArray[np.intp],
    language: str,
    ctx: Context,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the number of each row's group, and a row of each group."""
    group = np.zeros(len(rows), dtype=np.intp)
    for name in by:
        ctx.check()
        ranks = ranks_of(columns[name], language, ctx)[rows]
        _, code = np.unique(ranks, return_inverse=True)  # NaN is one value and the last
        group = group * (int(code.max(initial=0)) + 1) + code
    _, first, numbers = np.unique(group, return_index=True, return_inverse=True)
    return numbers.astype(np.intp), rows[first]


def _figures(
    numbers: NDArray[np.float64], group: NDArray[np.intp], count: int, figure: Figure
) -> NDArray[np.float64]:
    known = np.isfinite(numbers)
    mine, values = group[known], numbers[known]
    present = np.bincount(mine, minlength=count).astype(np.float64)
    if figure is Figure.KNOWN:
        return present
    if figure in {Figure.SUM, Figure.MEAN}:
        sums = np.bincount(mine, weights=values, minlength=count)
        divisor = present if figure is Figure.MEAN else 1.0
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(present > 0, sums / divisor, np.nan)
    ends = np.full(count, np.inf if figure is Figure.MIN else -np.inf)
    (np.minimum if figure is Figure.MIN else np.maximum).at(ends, mine, values)
    return np.where(present > 0, ends, np.nan)

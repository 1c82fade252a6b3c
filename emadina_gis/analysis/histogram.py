"""How the values of a column are spread, and how many fall into classes that are being moved.

Counting a million values is for a thread; what is kept answers while a hand drags a bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.errors import EmptyInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BINS = 72


@dataclass(frozen=True, eq=False)
class Histogram:
    """Values in bins of equal width: of the values, or of their logarithms.

    Attributes
    ----------
    values : ndarray of float64, shape (n,)
        The finite values, ascending.
    edges : ndarray of float64, shape (bins + 1,)
        Bounds of the bins, in values.
    counts : ndarray of int64, shape (bins,)
    missing : int
        Rows without a finite value.
    is_log : bool
        Whether the axis is that of logarithms.
    """

    values: NDArray[np.float64]
    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    missing: int
    is_log: bool

    @property
    def low(self) -> float:
        """The smallest value shown."""
        return float(self.edges[0])

    @property
    def high(self) -> float:
        """The largest value shown."""
        return float(self.edges[-1])

    def place(self, value: float) -> float:
        """Return where a value lies on the axis, from 0 to 1."""
        low, high, at = self._axis((self.low, self.high, min(max(value, self.low), self.high)))
        return (at - low) / (high - low) if high > low else 0.0

    def value_at(self, place: float) -> float:
        """Return the value at a place of the axis, from 0 to 1."""
        low, high, _ = self._axis((self.low, self.high, self.low))
        at = low + min(max(place, 0.0), 1.0) * (high - low)
        return float(10.0**at) if self.is_log else at

    def class_counts(self, breaks: Sequence[float]) -> tuple[int, ...]:
        """Return how many values are in each class between ascending breaks."""
        inner = np.searchsorted(self.values, np.asarray(breaks[1:-1]), side="right")
        return tuple(np.diff(np.concatenate([[0], inner, [len(self.values)]])).tolist())

    def _axis(self, values: tuple[float, float, float]) -> tuple[float, float, float]:
        if not self.is_log:
            return values
        low, high, at = np.log10(np.asarray(values)).tolist()
        return low, high, at


def histogram(
    values: NDArray[np.float64], *, bins: int = BINS, logarithmic: bool = False
) -> Histogram:
    """Return how values are spread.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        NaN and infinite ones are counted as missing.
    logarithmic : bool
        Bins of equal ratio; values of zero or less then fall into the first one, which begins at
        the smallest positive value.

    Raises
    ------
    EmptyInput
        ``classes.no-values`` if no value is finite, or none is positive on a logarithmic axis.
    """
    finite = np.sort(values[np.isfinite(values)])
    first = np.searchsorted(finite, 0.0, side="right") if logarithmic else 0
    if first >= len(finite):
        raise EmptyInput("classes.no-values")
    low, high = float(finite[first]), float(finite[-1])
    edges = np.geomspace(low, high, bins + 1) if logarithmic else np.linspace(low, high, bins + 1)
    edges[0], edges[-1] = low, high
    ends = np.searchsorted(finite, edges[1:], side="right")
    ends[-1] = len(finite)
    counts = np.diff(np.concatenate([[0], ends]))
    return Histogram(finite, edges, counts, len(values) - len(finite), logarithmic)


def is_skewed(values: NDArray[np.float64]) -> bool:
    """Whether ascending positive values are told better by their logarithms."""
    if not len(values) or values[0] <= 0:
        return False
    middle, far = np.quantile(values, (0.5, 0.99)).tolist()
    return bool(far > 20 * middle)

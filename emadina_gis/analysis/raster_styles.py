"""Styles of rasters from numbers: ranges, ramps smooth or in classes, single values.

Owns no pixels: values come as arrays, styles go out as data.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.analysis.palettes import qualitative, ramp
from emadina_gis.domain.style import RasterStyle, Resampling, Stretch, rgba

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

BINS = 64
#: Shares, in percent, between which the cumulative cut takes values.
CUT = (2.0, 98.0)
DEVIATIONS = 2.0
#: Distinct values that a legend can list.
MOST_VALUES = 64
_SMOOTH_STOPS = 7
#: A contour map reads best with about so many lines.
_LINES = 15


@dataclass(frozen=True, eq=False)
class ValueSummary:
    """What the values of a raster, or a part of it, are like.

    Attributes
    ----------
    counts : ndarray of int64, shape (BINS,)
        How many of the values read lie in each of as many equal steps.
    distinct : tuple of float
        The values, where they are at most `MOST_VALUES` whole numbers.
    read : int
        How many values were read.
    known_share : float
        Share of the pixels read that hold a value.
    """

    minimum: float
    maximum: float
    low: float
    high: float
    mean: float
    deviation: float
    counts: NDArray[np.int64]
    distinct: tuple[float, ...]
    read: int
    known_share: float

    def range_of(self, stretch: Stretch) -> tuple[float, float]:
        """Return the range that a stretch spans."""
        if stretch is Stretch.PERCENT:
            return self.low, self.high
        if stretch is Stretch.DEVIATION:
            low = self.mean - DEVIATIONS * self.deviation
            high = self.mean + DEVIATIONS * self.deviation
            return max(low, self.minimum), min(high, self.maximum)
        return self.minimum, self.maximum


def summary_of(values: NDArray[np.floating], known_share: float = 1.0) -> ValueSummary | None:
    """Return what finite values are like, shape (n,); None where there is none."""
    if not len(values):
        return None
    wide = values.astype(np.float64)
    minimum, maximum = float(wide.min()), float(wide.max())
    low, high = np.percentile(wide, CUT)
    counts, _edges = np.histogram(
        wide, BINS, (minimum, maximum if maximum > minimum else minimum + 1)
    )
    return ValueSummary(
        minimum,
        maximum,
        float(low),
        float(high),
        float(wide.mean()),
        float(wide.std()),
        counts.astype(np.int64),
        _distinct(wide),
        len(wide),
        known_share,
    )


def _distinct(values: NDArray[np.float64]) -> tuple[float, ...]:
    found = np.unique(values)
    if len(found) > MOST_VALUES or (found != np.round(found)).any():
        return ()
    return tuple(found.tolist())


def ramped(
    style: RasterStyle, ramp_id: str, low: float, high: float, classes: int = 0
) -> RasterStyle:
    """Return the style with a ramp over a range: smooth, or in equal classes.

    Parameters
    ----------
    classes : int
        How many; 0 for shades without steps.
    """
    count = classes or _SMOOTH_STOPS
    high = high if high > low else low + 1.0
    colors = ramp(ramp_id).colors(count)
    places = np.linspace(low, high, count + 1)[:-1] if classes else np.linspace(low, high, count)
    return replace(
        style,
        stops=tuple(zip(places.tolist(), colors, strict=True)),
        interpolate=not classes,
        exact=False,
        names=(),
        resampling=Resampling.SMOOTH if classes else Resampling.AUTO,
    )


def in_classes(style: RasterStyle, low: float, high: float, classes: int) -> RasterStyle:
    """Return the style in equal classes, each with the colour that the stops have in its middle."""
    values, colors = zip(*style.stops, strict=True)
    edges = np.linspace(low, high if high > low else low + 1.0, classes + 1)
    places = np.linspace(0.0, 1.0, classes)
    own = (np.array(values) - values[0]) / max(values[-1] - values[0], 1e-300)
    table = np.array([rgba(color)[:3] for color in colors], dtype=float)
    shades = np.column_stack([np.interp(places, own, table[:, band]) for band in range(3)])
    found = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in shades.round().astype(int)]
    return replace(
        style, stops=tuple(zip(edges[:-1].tolist(), found, strict=True)), interpolate=False,
        exact=False, names=(), resampling=Resampling.SMOOTH,
    )  # fmt: skip


def of_values(style: RasterStyle, values: Iterable[float]) -> RasterStyle:
    """Return the style with a colour for each value; colours that were there stay."""
    listed = sorted(set(values))
    before = dict(style.stops) if style.exact else {}
    colors = qualitative(len(listed))
    stops = tuple((v, before.get(v, c)) for v, c in zip(listed, colors, strict=True))
    return replace(
        style, stops=stops, interpolate=False, exact=True, relief=None, contours=None,
        resampling=Resampling.AUTO,
    )  # fmt: skip


def round_interval(low: float, high: float) -> float:
    """Return a round interval (1, 2 or 5 × 10ⁿ) of contour lines over a range."""
    wide = high - low
    if not wide > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(wide / _LINES))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= wide / _LINES)

"""What each parcel gains or loses between two outcomes, and the classes that show it on a map.

Figures are the central ones that totals add up: where the regime is unknown, the middle of both.
It knows no colours and no layers.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.simulation.people import dwellings_of, part_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.simulation.columns import Outcome

    Floats = NDArray[np.float64]

#: What a gain may be told in, and the difference below which nothing has changed.
LEAST = {"net_floor_area_m2": 0.5, "dwellings": 0.05}
#: Classes of gain, and as many of loss.
SIDE_CLASSES = 3


def central_of(outcome: Outcome, measure: str) -> Floats:
    """Return the allowed net floor area or dwellings of each parcel, shape (n,).

    NaN where a parcel has none (no sector, no rule, missing input).
    """
    if measure == "dwellings":
        return dwellings_of(part_of(outcome), certain=False)
    return outcome.central_net_m2


def gain_of(before: Outcome, after: Outcome, measure: str) -> Floats:
    """Return what each parcel gains from one outcome to another on the same rows, shape (n,).

    Where only one of the two has a figure the other counts as nothing; NaN where neither has one.
    """
    first, second = central_of(before, measure), central_of(after, measure)
    gain = np.nan_to_num(second, nan=0.0) - np.nan_to_num(first, nan=0.0)
    gain[np.isnan(first) & np.isnan(second)] = np.nan
    return gain


def gain_bounds(usual: Floats, least: float) -> tuple[float, ...]:
    """Return bounds of three classes of loss, of "unchanged", and of three classes of gain.

    They are the same on both sides of nothing, so that a loss looks as strong as a gain, and they
    come from what parcels usually have, so that they stay while a value is dragged: a quarter of
    the median parcel, and the whole of it.

    Parameters
    ----------
    usual : ndarray, shape (n,)
        What parcels have before the change; NaN and nothing are left out.
    least : float
        The difference below which nothing has changed.
    """
    had = usual[np.isfinite(usual) & (usual > least)]
    median = float(np.median(had)) if len(had) else 10 * least
    whole = max(rounded(median), 8 * least)
    quarter = max(rounded(median / 4), 2 * least)
    sides = (least, quarter, whole, math.inf)
    return (*(-bound for bound in reversed(sides)), *sides)


def rounded(value: float) -> float:
    """Return a positive number with one digit that counts: 1, 2, 3, 5 or 7 of its power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    nearest = min((1, 2, 3, 5, 7, 10), key=lambda digit: abs(value / power - digit))
    return float(nearest * power)

"""Densities of dwellings with three named denominators, never mixed.

Brute: the perimeter, streets and equipment within. Net of the block (îlot): all parcels of the
blocks that hold dwellings. Net of the parcel: the parcels that hold dwellings. Each is given with
its denominator, or with the reason why it has none. It knows nothing of layers or words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.simulation.people import CENTRAL, HIGH, part_of
from emadina_gis.simulation.tally import existing_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.simulation.totals import Summary

    Floats = NDArray[np.float64]

DENOMINATORS = ("perimeter", "block", "parcel")
DENSITY_FIGURES = ("existing", "allowed")
_M2_PER_HA = 10_000.0


@dataclass(frozen=True)
class Density:
    """Dwellings per hectare of one denominator.

    Attributes
    ----------
    figure : str
        ``"existing"`` or ``"allowed"``.
    denominator : str
        One of `DENOMINATORS`.
    dwellings, area_m2 : float
        What is divided, NaN where it is unknown.
    reason : str
        Why there is no density: ``"no_perimeter"``, ``"no_blocks"``, ``"no_dwellings"``; or empty.
    """

    figure: str
    denominator: str
    dwellings: float
    area_m2: float
    reason: str = ""

    @property
    def per_ha(self) -> float:
        """Dwellings per hectare, NaN where there is none."""
        return math.nan if self.reason else self.dwellings * _M2_PER_HA / self.area_m2


def densities(
    summary: Summary,
    *,
    perimeter_m2: float = math.nan,
    blocks: NDArray[np.integer] | None = None,
) -> tuple[Density, ...]:
    """Return the densities of an outcome: existing and allowed, by each denominator.

    Parameters
    ----------
    summary : Summary
        Totals over n parcels: the dwellings that are divided.
    perimeter_m2 : float
        Area of the perimeter, NaN where no layer says it.
    blocks : ndarray of int, shape (n,), optional
        Block of each parcel, -1 for none.
    """
    outcome, total = summary.outcome, summary.total
    part = part_of(outcome)
    area = np.where(outcome.inputs.area_m2 > 0, outcome.inputs.area_m2, 0.0)
    _gross, existing, _people = existing_columns(outcome)
    holding = (existing > 0, (part.net(HIGH) > 0) & (part.share(CENTRAL) > 0))
    found: list[Density] = []
    for figure, held in zip(DENSITY_FIGURES, holding, strict=True):
        dwellings = total.value("dwellings", figure)
        found.append(_density(figure, "perimeter", dwellings, perimeter_m2))
        found.append(_of_blocks(Density(figure, "block", dwellings, math.nan), held, area, blocks))
        found.append(_density(figure, "parcel", dwellings, float(area[held].sum())))
    return tuple(found)


def _of_blocks(
    told: Density,
    held: NDArray[np.bool_],
    area: Floats,
    blocks: NDArray[np.integer] | None,
) -> Density:
    """Return the density over all parcels of the blocks that hold dwellings.

    Dwellings of parcels without a block have none to be divided by: there is no density then.
    """
    if blocks is None or bool((held & (blocks < 0)).any()) or not bool((blocks >= 0).any()):
        return replace(told, dwellings=math.nan, reason="no_blocks")
    inside = blocks >= 0
    inhabited = np.bincount(blocks[inside], weights=held[inside]) > 0
    areas = np.bincount(blocks[inside], weights=area[inside])
    return _density(told.figure, "block", told.dwellings, float(areas[inhabited].sum()))


def _density(figure: str, denominator: str, dwellings: float, area_m2: float) -> Density:
    if math.isnan(area_m2):
        return Density(figure, denominator, dwellings, area_m2, "no_perimeter")
    if not dwellings > 0 or not area_m2 > 0:
        return Density(figure, denominator, dwellings, area_m2, "no_dwellings")
    return Density(figure, denominator, dwellings, area_m2)

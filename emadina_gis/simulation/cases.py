"""Which case of a table of rules bites each parcel: sector, intended use and widest street."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.regulation import USES
from emadina_gis.simulation.parcels import Fronts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.regulation import SectorTable
    from emadina_gis.simulation.parcels import ParcelInputs

    Floats = NDArray[np.float64]


def case_of(inputs: ParcelInputs, table: SectorTable) -> NDArray[np.int16]:
    """Return the number of the case that bites each parcel, -1 for none, shape (n,)."""
    sectors, uses, roads = table.lookup.shape
    lookup = np.full((sectors + 1, uses + 1, roads), -1, dtype=np.int16)
    lookup[:sectors, :uses] = table.lookup
    for index, sector in enumerate(table.document.sectors):
        lookup[index, uses] = table.lookup[index, USES.index(sector.zone.default_use)]
    place = np.where(inputs.sector < 0, sectors, inputs.sector)
    use = uses if inputs.use is None else np.where(inputs.use < 0, uses, inputs.use)
    return np.asarray(lookup[place, use, road_class_of(inputs, table)])


def road_class_of(inputs: ParcelInputs, table: SectorTable) -> NDArray[np.int8]:
    """Return the class of the widest street where rules depend on it, 0 elsewhere, shape (n,)."""
    classes = np.zeros(len(inputs), dtype=np.int8)
    if inputs.road_width_m is None or not table.depends_on_road.any():
        return classes
    rows = np.flatnonzero(np.append(table.depends_on_road, np.False_)[inputs.sector])
    widest = _widest(inputs, rows, inputs.road_width_m)
    classes[rows] = np.searchsorted(table.road_thresholds_m, widest, side="right")
    return classes


def _widest(inputs: ParcelInputs, rows: NDArray[np.intp], road_width_m: Floats) -> Floats:
    """Return the width of the widest street of some parcels, 0 where unknown, in metres."""
    widest = road_width_m[rows]
    if inputs.fronts is not None and inputs.side_road_width_m is not None:
        others = inputs.fronts[rows] != Fronts.ONE
        widest = np.where(others, np.fmax(widest, inputs.side_road_width_m[rows]), widest)
    return np.nan_to_num(widest, nan=0.0)

"""The land that a scenario changes: its parcels, what a map of it shows, and their outline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.soundness import made_valid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.project import Project
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome

    Rows = NDArray[np.intp]

#: Land shown around what differs, as a part of its size, and at least so many metres.
_AROUND = 0.25
_AROUND_M = 120.0
#: More parcels than this are not outlined: the colours alone show them.
_MOST_OUTLINED = 20_000
_TOLERANCE_M2 = 1e-6


def differing_rows(a: ScenarioOutcome, b: ScenarioOutcome) -> Rows:
    """Return the rows whose sector or floor area is not the same in two outcomes."""
    first, second = a.outcome, b.outcome
    differs = first.inputs.sector != second.inputs.sector
    for name in ("net_floor_area_low_m2", "net_floor_area_high_m2", "reference_area_m2"):
        one, other = getattr(first, name), getattr(second, name)
        close = np.isclose(one, other, rtol=0.0, atol=_TOLERANCE_M2, equal_nan=True)
        differs = differs | ~close
    return np.flatnonzero(differs)


def land_around(project: Project, rows: Rows, part: float = _AROUND) -> Extent | None:
    """Return the extent of parcels with some land around them, None where none has a place.

    Parameters
    ----------
    part : float
        Land on each side, as a part of the size.
    """
    parcels = project.parcels
    if parcels is None or not len(rows):
        return None
    bounds = parcels.table.bounds[rows]
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return None
    xmin, ymin = bounds[:, :2].min(axis=0).tolist()
    xmax, ymax = bounds[:, 2:].max(axis=0).tolist()
    more = max((xmax - xmin) * part, (ymax - ymin) * part, _AROUND_M)
    return Extent(xmin - more, ymin - more, xmax + more, ymax + more)


def outline_of(project: Project, rows: Rows) -> tuple[object, ...]:
    """Return the outline of parcels, those that touch as one; none where they are too many."""
    parcels = project.parcels
    if parcels is None or not 0 < len(rows) <= _MOST_OUTLINED:
        return ()
    shapes = made_valid(parcels.table.shapes(rows))
    return tuple(shapely.get_parts(shapely.union_all(shapes)).tolist())

"""Which rows of a table lie within a distance of some geometries: the villas along a boulevard.

Distances are measured on the plane. It knows nothing of projects, files or selections.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.errors import NotMetric
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes
    from emadina_gis.domain.table import FeatureTable

_ROWS_AT_ONCE = 4096


def rows_near(
    table: FeatureTable, targets: Shapes, distance_m: float, ctx: Context = NULL_CONTEXT
) -> NDArray[np.intp]:
    """Return the rows within a distance of any of some geometries, in order.

    Parameters
    ----------
    table : FeatureTable
        n rows with geometry, in a projected CRS.
    targets : ndarray of shapely geometries, shape (m,)
        In the table's CRS; None counts for nothing.
    distance_m : float
        In metres; 0 finds what touches.

    Raises
    ------
    NotMetric
        With code ``nearby.not-metric`` in degrees or without a CRS.
    """
    if not table.crs.is_metric:
        raise NotMetric("nearby.not-metric", crs=table.crs.name or "–")
    reach = distance_m / table.crs.unit_m
    present = targets[~(shapely.is_missing(targets) | shapely.is_empty(targets))]
    candidates = _in_reach(table.bounds, shapely.bounds(present), reach)
    if not len(candidates):
        return candidates
    tree = shapely.STRtree(present)
    found = []
    for start in range(0, len(candidates), _ROWS_AT_ONCE):
        ctx.report(start / len(candidates), "phase.reading")
        rows = candidates[start : start + _ROWS_AT_ONCE]
        mine, _ = tree.query(table.shapes(rows), predicate="dwithin", distance=reach)
        found.append(rows[np.unique(mine)])
    return np.concatenate(found)


def _in_reach(
    bounds: NDArray[np.float64], around: NDArray[np.float64], reach: float
) -> NDArray[np.intp]:
    """Return the rows whose bounds come within reach of the bounds of all targets together."""
    if not len(around):
        return np.zeros(0, dtype=np.intp)
    low = np.nanmin(around[:, :2], axis=0) - reach
    high = np.nanmax(around[:, 2:], axis=0) + reach
    within = (bounds[:, 2:] >= low).all(axis=1) & (bounds[:, :2] <= high).all(axis=1)
    return np.flatnonzero(within)

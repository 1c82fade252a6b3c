"""Geometry made valid, whatever it is: GEOS refuses some that have collapsed in part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from emadina_gis.domain.geometry import Shapes


def made_valid(shapes: Shapes, *, structure: bool = False) -> Shapes:
    """Return valid geometries, shape (n,).

    Parameters
    ----------
    structure : bool
        Take what lies in any shell and outside all holes, without what collapses; else what an
        odd number of lines surround. Where GEOS cannot say the one, the other is taken.
    """
    array = np.asarray(shapes, dtype=object)
    try:
        return _by(array, structure=structure)
    except shapely.errors.GEOSException:
        found = np.empty(len(array), dtype=object)
        found[:] = [_one(array[[row]], structure=structure) for row in range(len(array))]
        return found


def _by(shapes: Shapes, *, structure: bool) -> Shapes:
    if not structure:
        return shapely.make_valid(shapes)
    found = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    unsound = np.flatnonzero(~shapely.is_valid(found) & ~shapely.is_missing(found))
    if len(unsound):  # GEOS leaves parts beside each other that share a side
        found[unsound] = shapely.unary_union(found[unsound, None], axis=1)
    return found


def _one(shape: Shapes, *, structure: bool) -> object:
    for way in (structure, not structure):
        try:
            return _by(shape, structure=way)[0]
        except shapely.errors.GEOSException:
            continue
    return shapely.buffer(shape, 0.0)[0]

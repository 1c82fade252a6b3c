"""The plane on which the neighbours of a layer are compared: metres, near the layer's middle.

Layers in metres stay as they are. Degrees over a small region are spread by the length of a
degree at its middle; over a large one, that would lie, and is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.crs import METRES_PER_DEGREE
from emadina_gis.errors import MissingCrs, NotMetric

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes
    from emadina_gis.domain.table import FeatureTable

    Floats = NDArray[np.float64]

#: Over so many degrees from south to north a degree of longitude keeps its length within 2 %.
MOST_DEGREES = 2.0


@dataclass(frozen=True, eq=False)
class Plane:
    """Origin and metres in a unit of x and y."""

    origin: Floats
    scale: Floats

    def moved(self, shapes: Shapes) -> Shapes:
        """Return shapes on the plane; the same ones where units are metres."""
        if (self.scale == 1.0).all():
            return shapes
        moved: Any = shapely.transform(shapes, lambda xy: (xy - self.origin) * self.scale)
        return moved

    def back(self, places: Floats) -> Floats:
        """Return points of the plane in the system of the layer."""
        if (self.scale == 1.0).all():
            return places
        return np.asarray(places / self.scale + self.origin)


def plane_of(table: FeatureTable, code: str) -> Plane:
    """Return the plane of a table.

    Raises
    ------
    MissingCrs
        Where the CRS is unknown.
    NotMetric
        With `code`, for degrees over a large region and for Web Mercator.
    """
    crs, extent = table.crs, table.extent
    if not crs.is_known:
        raise MissingCrs("crs.missing")
    if extent is None or crs.is_metric:
        return Plane(np.zeros(2), np.full(2, crs.unit_m))
    if not crs.is_geographic or extent.height > MOST_DEGREES:
        raise NotMetric(code)
    x, y = extent.center
    east = METRES_PER_DEGREE * float(np.cos(np.radians(y)))
    return Plane(np.array([x, y]), np.array([east, METRES_PER_DEGREE]))

"""``SeenView``: a view of the map and the system it was in, to be shown again in any system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import UNKNOWN, Crs, transform_points
from emadina_gis.errors import CrsError

if TYPE_CHECKING:
    from emadina_gis.domain.viewport import Viewport

#: Scales that differ by less in two systems are the same to a person.
_SAME_SCALE = 0.01
_STEP_PX = 50.0


@dataclass(frozen=True)
class SeenView:
    """Centre and scale of a view.

    Attributes
    ----------
    x, y : float
        Centre, in `crs`.
    units_per_px : float
        Map units per logical pixel.
    crs : Crs
        System of the numbers.
    """

    x: float
    y: float
    units_per_px: float
    crs: Crs = UNKNOWN

    @classmethod
    def of(cls, viewport: Viewport, crs: Crs) -> SeenView:
        """Return what a viewport shows."""
        return cls(viewport.x, viewport.y, viewport.units_per_px, crs)

    def in_crs(self, crs: Crs) -> SeenView | None:
        """Return the same place at the same scale in another system, None where it has none there.

        The scale is kept as a number where both systems measure alike, else what fills the window
        stays (Web Mercator and degrees measure otherwise than a plane of surveyors).
        """
        if crs == self.crs or not (crs.is_known and self.crs.is_known):
            return SeenView(self.x, self.y, self.units_per_px, crs)
        step = _STEP_PX * self.units_per_px
        try:
            moved = transform_points(
                np.array([[self.x, self.y], [self.x, self.y + step]]), self.crs, crs
            )
        except CrsError:
            return None
        if not np.isfinite(moved).all():
            return None
        units = float(np.hypot(*(moved[1] - moved[0]))) / _STEP_PX
        nominal = self.units_per_px * self.crs.unit_m / crs.unit_m
        kept = nominal if abs(units / nominal - 1) < _SAME_SCALE else units
        return SeenView(float(moved[0, 0]), float(moved[0, 1]), kept, crs)

    def is_near(self, other: SeenView) -> bool:
        """Whether two views show the same to a person."""
        reach = self.units_per_px
        return (
            self.crs == other.crs
            and abs(self.x - other.x) <= reach
            and abs(self.y - other.y) <= reach
            and abs(self.units_per_px / other.units_per_px - 1) < 1e-3
        )

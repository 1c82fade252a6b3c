"""Drawing an area or a line for a change of a scenario: told once, when it is ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from emadina_gis.app.canvas.measure import MeasureArea, MeasureLength

if TYPE_CHECKING:
    from emadina_gis.app.canvas.gestures import MapView

Points = list[tuple[float, float]]
#: Called with the points, in the map's CRS, when a drawing is ended.
Ended = Callable[[Points], None]
FEWEST = {True: 3, False: 2}


class _Draw:
    """Ends with a double click or Enter; too few points tell nothing."""

    is_area: bool
    snaps = False
    _points: Points

    def __init__(self, ended: Ended) -> None:
        super().__init__()
        self._told = ended

    def _end(self, view: MapView) -> None:
        super()._end(view)  # type: ignore[misc]
        if len(self._points) >= FEWEST[self.is_area]:
            self._told(list(self._points))


class DrawArea(_Draw, MeasureArea):
    """Draw a polygon."""


class DrawLine(_Draw, MeasureLength):
    """Draw a line."""

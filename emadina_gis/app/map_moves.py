"""Moving the map to something: everything, a layer, the selection, a place that was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.domain.crs import transform_extent
from emadina_gis.domain.extent import Extent, extent_of_bounds
from emadina_gis.errors import CrsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.canvas.map_canvas import MapCanvas
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import Layer
    from emadina_gis.workflows.places import Place

AROUND_SELECTION = 1.4
#: The least that is shown around a selection: a parcel alone says nothing of its street.
LEAST_AROUND_M = 120.0
AROUND_PLACE = 1.6


class MapMoves:
    """Shows parts of the project on the canvas."""

    def __init__(self, desk: Desk, canvas: Callable[[], MapCanvas]) -> None:
        self._desk = desk
        self._canvas = canvas

    def zoom(self, factor: float) -> None:
        """Magnify the middle of the map."""
        self._canvas().zoom_by(factor)

    def zoom_all(self) -> None:
        """Show everything."""
        self._canvas().zoom_to_all()

    def zoom_layer(self, layer_id: str) -> None:
        """Show a layer."""
        project = self._desk.project
        extent = project.extent_of(project.layer(layer_id))
        if extent is not None:
            self._canvas().zoom_to(extent)

    def zoom_selection(self) -> None:
        """Show what is selected."""
        project = self._desk.project
        for layer_id, ids in self._desk.view.view.selection.items():
            layer = project.vector_layer(layer_id)
            rows = layer.table.rows_of_ids(ids)
            shown = self._in_project(extent_of_bounds(layer.table.bounds[rows]), layer)
            if shown is not None:
                self._canvas().zoom_to(self._widened(shown), AROUND_SELECTION)
                return

    def zoom_place(self, layer_id: str, x: float, y: float) -> None:
        """Show a place of a layer, in its CRS, with its surroundings; the focus stays."""
        layer = self._desk.project.layer(layer_id)
        shown = self._in_project(Extent(x, y, x, y), layer)
        if shown is not None:
            self._canvas().zoom_to(self._widened(shown), AROUND_PLACE)

    def go_to(self, place: Place) -> None:
        """Show and select what the search found."""
        if place.scale:
            self._canvas().set_scale(place.scale)
        if len(place.ids):
            self._desk.view.select(place.layer_id, place.ids)
        if place.extent is not None and place.kind != "bookmark":
            self._canvas().zoom_to(self._widened(place.extent), AROUND_PLACE)
        self._canvas().setFocus()

    def _widened(self, extent: Extent) -> Extent:
        """Return the extent with at least some surroundings."""
        least = LEAST_AROUND_M / self._desk.project.crs.unit_m
        x, y = extent.center
        half_x, half_y = max(extent.width, least) / 2, max(extent.height, least) / 2
        return Extent(x - half_x, y - half_y, x + half_x, y + half_y)

    def _in_project(self, extent: Extent | None, layer: Layer) -> Extent | None:
        crs = self._desk.project.crs
        if extent is None or layer.crs == crs or not (crs.is_known and layer.crs.is_known):
            return extent
        try:
            return transform_extent(extent, layer.crs, crs)
        except CrsError:
            return None

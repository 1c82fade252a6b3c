"""Selecting on the map: what clicks, rectangles, lassos, polygons and lines mean for the selection.

Owns which layer is selected in and what keys do to the mode. Small layers are searched at once,
large ones in the background.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from PySide6.QtCore import QObject, Qt

from emadina_gis.analysis.location import around
from emadina_gis.app.canvas.gestures import Gesture, Navigate, Pan, SelectRectangle
from emadina_gis.app.canvas.select_gestures import DrawPath, DrawPolygon, Lasso
from emadina_gis.render.spatial_index import Hit, identify, select_extent, select_polygon
from emadina_gis.session.jobs import NewestWins
from emadina_gis.session.view_state import SelectMode, Tool

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from emadina_gis.app.canvas.map_canvas import MapCanvas
    from emadina_gis.app.canvas.select_gestures import Points
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.pointing import Pointing
    from emadina_gis.domain.extent import Extent
    from emadina_gis.progress import Context

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier
#: Shapes are sought in more rows in the background.
MOST_AT_ONCE = 20_000


class MapSelecting(QObject):
    """What gestures of the map do to the selection."""

    def __init__(self, desk: Desk, canvas: Callable[[], MapCanvas], pointing: Pointing) -> None:
        super().__init__()
        self._desk = desk
        self._canvas = canvas
        self._pointing = pointing
        self._newest = NewestWins(desk.jobs)

    def gesture(self, tool: Tool) -> Gesture:
        """Return the gesture of a tool that selects or moves the map."""
        if tool is Tool.LASSO:
            return Lasso(self.take_polygon)
        if tool is Tool.POLYGON:
            return DrawPolygon(self.take_polygon)
        if tool is Tool.BUFFER:
            return DrawPath(self.take_path)
        return {Tool.PAN: Pan, Tool.SELECT: Navigate, Tool.RECTANGLE: SelectRectangle}[tool]()

    @property
    def layer_id(self) -> str:
        """The active layer if it is drawn, else the parcels, else the topmost vector layer."""
        scene = self._canvas().scene
        wanted = (self._desk.view.active_layer_id, self._desk.project.parcels_id)
        for layer_id in wanted:
            if layer_id and scene.vector(layer_id) is not None:
                return layer_id
        return scene.vectors[-1].id if scene.vectors else ""

    def take_click(self, x: float, y: float, held: Qt.KeyboardModifier) -> None:
        """Select what lies at a place; with Shift or Ctrl it is added, or taken away again."""
        canvas = self._canvas()
        hits = identify(canvas.scene, x, y, canvas.pick_tolerance, canvas.viewport.units_per_px)
        chosen = self._preferred(hits)
        toggles = bool(held & (_SHIFT | _CONTROL)) and not held & _ALT
        mode = SelectMode.TOGGLE if toggles else self._mode(held)
        self._pointing.point(x, y, hits, chosen)
        self._pointing.select(chosen, mode)

    def take_rectangle(self, extent: Extent, held: Qt.KeyboardModifier) -> None:
        """Select what meets a rectangle."""
        if self._desk.view.tool is Tool.SELECT:
            held &= ~_SHIFT  # Shift began the rectangle
        layer_id = self.layer_id
        if layer_id:
            self._select(layer_id, select_extent(self._canvas().scene, layer_id, extent), held)

    def take_polygon(self, points: Points, held: Qt.KeyboardModifier) -> None:
        """Select what meets a polygon or a lasso, however its lines cross."""
        self._select_in(shapely.make_valid(shapely.Polygon(points)), held)

    def take_path(self, points: Points, held: Qt.KeyboardModifier) -> None:
        """Select what lies around a line or a point."""
        self._select_in(around(points, self._desk.view.view.reach_m, self._canvas().map_crs), held)

    def _select_in(self, shape: shapely.Geometry, held: Qt.KeyboardModifier) -> None:
        layer_id, scene = self.layer_id, self._canvas().scene
        drawn = scene.vector(layer_id)
        if drawn is None:
            return
        if drawn.layer.table.row_count <= MOST_AT_ONCE:
            self._select(layer_id, select_polygon(scene, layer_id, shape), held)
            return

        def work(ctx: Context) -> NDArray[np.int64]:
            return select_polygon(scene, layer_id, shape, ctx)

        self._newest.submit(work, done=lambda ids: self._select(layer_id, ids, held))

    def _select(self, layer_id: str, ids: NDArray[np.int64], held: Qt.KeyboardModifier) -> None:
        if self._desk.project.has_layer(layer_id):
            self._desk.view.select(layer_id, ids, mode=self._mode(held))

    def _mode(self, held: Qt.KeyboardModifier) -> SelectMode:
        """Return what keys say; where none is held, what was chosen in the bar."""
        adds, removes = bool(held & (_SHIFT | _CONTROL)), bool(held & _ALT)
        if adds and removes:
            return SelectMode.INTERSECT
        if removes:
            return SelectMode.REMOVE
        return SelectMode.ADD if adds else self._desk.view.view.select_mode

    def _preferred(self, hits: tuple[Hit, ...]) -> Hit | None:
        """The hit in the active layer, else the parcel, else the topmost one."""
        for layer_id in (self._desk.view.active_layer_id, self._desk.project.parcels_id):
            found = next((hit for hit in hits if hit.layer_id == layer_id), None)
            if found is not None:
                return found
        return hits[0] if hits else None

"""Measuring in the window: the tool, the panel beside it, and what stays on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from emadina_gis.app.canvas.measure import MeasureArea, MeasureLength
from emadina_gis.app.canvas.measure_board import MeasureBoard
from emadina_gis.app.models.measures import GON
from emadina_gis.app.panels.measure import MeasurePanel
from emadina_gis.domain.measuring import point_at
from emadina_gis.session.view_state import Tool

if TYPE_CHECKING:
    from emadina_gis.app.canvas.gestures import Gesture
    from emadina_gis.app.canvas.veil import Veil
    from emadina_gis.app.main_window import MainWindow

PANEL = "measure"


class Measuring(QObject):
    """Ties the measuring tool to its board, its panel and the map."""

    def __init__(self, window: MainWindow, veil: Veil) -> None:
        super().__init__(window)
        self._window = window
        self._veil = veil
        desk = window.desk
        self.board = MeasureBoard(self)
        recalled = desk.preferences.recall("angle_unit")
        self.board.say(
            area_unit=desk.preferences.settings.area_unit,
            angle_unit=recalled if isinstance(recalled, str) else None,
        )
        window.map.make_measure = self._tool
        window.side.offer(PANEL, self._make_panel)
        self.board.changed.connect(self._on_board)
        desk.preferences.changed.connect(self._on_settings)
        desk.watch_view(self, lambda view: view.tool, self._on_tool)

    def open(self) -> None:
        """Show the panel, and measure."""
        if self._window.desk.view.tool is not Tool.MEASURE:
            self._window.measure(area=False)
        self._window.open_side(PANEL)

    def _tool(self, area: bool) -> Gesture:
        return (MeasureArea if area else MeasureLength)(self.board)

    def _make_panel(self) -> MeasurePanel:
        panel = MeasurePanel(self._window.desk, self.board)
        panel.closed.connect(self._window.side.close_panel)
        panel.point_typed.connect(self._on_typed)
        panel.end_asked.connect(self._on_end)
        panel.back_asked.connect(self._on_back)
        return panel

    @property
    def _gesture(self) -> MeasureLength | MeasureArea | None:
        tool = self._window.map.canvas.tool
        return tool if isinstance(tool, MeasureLength | MeasureArea) else None

    def _on_typed(self, distance_m: float, bearing_deg: float) -> None:
        gesture, canvas = self._gesture, self._window.map.canvas
        if gesture is None or gesture.last_point is None:
            return
        point = point_at(gesture.last_point, distance_m, bearing_deg, canvas.map_crs)
        gesture.add_point(canvas, point)
        if not canvas.viewport.extent.contains(*point):
            x, y = canvas.viewport.to_screen(*point)
            canvas.pan_by(canvas.viewport.width_px / 2 - x, canvas.viewport.height_px / 2 - y)

    def _on_end(self) -> None:
        if self._gesture is not None:
            self._gesture.end(self._window.map.canvas)

    def _on_back(self) -> None:
        if self._gesture is not None:
            self._gesture.take_back(self._window.map.canvas)

    def _on_tool(self, tool: Tool) -> None:
        side = self._window.side
        if tool is Tool.MEASURE and not side.isHidden():
            side.open(PANEL)
        elif tool is not Tool.MEASURE and side.current == PANEL:
            side.close_panel()

    def _on_board(self) -> None:
        self._veil.put("measures", self.board if self.board.kept else None)
        preferences = self._window.desk.preferences
        if preferences.recall("angle_unit", GON) != self.board.angle_unit:
            preferences.remember(angle_unit=self.board.angle_unit)

    def _on_settings(self) -> None:
        unit = self._window.desk.preferences.settings.area_unit
        if unit != self.board.area_unit:
            self.board.say(area_unit=unit)

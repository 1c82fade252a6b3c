"""The layer as it came beside the map it goes to: two canvases one points at.

Owns the canvases and their marks; what is pointed at goes out as signals. Knows no files.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from emadina_gis.app.canvas.map_canvas import MapCanvas
from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.app.placing.pick import Mark, PickPoint
from emadina_gis.domain.crs import transform_points
from emadina_gis.errors import CrsError
from emadina_gis.render.vertex_snap import nearest_vertex

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.crs import Crs
    from emadina_gis.render.scene import Scene
    from emadina_gis.workflows.placing import Draft, Place


class PlacingViews(QWidget):
    """Source and map side by side.

    Signals
    -------
    picked(str, tuple)
        A place was pointed at on the "source" or on the map ("target"), in the draft's CRS.
    """

    picked = Signal(str, object)

    def __init__(self, desk: Desk, *, use_gl: bool = True) -> None:
        super().__init__()
        self._desk = desk
        self._crs: Crs | None = None
        self.source = MapCanvas(self, words=desk.words, use_gl=use_gl)
        self.source.shows_scale = False
        self.target = MapCanvas(self, words=desk.words, use_gl=use_gl)
        self._gestures = {
            "source": PickPoint(
                partial(self._on_picked, "source"), partial(self._vertex, self.source)
            ),
            "target": PickPoint(
                partial(self._on_picked, "target"), partial(self._vertex, self.target)
            ),
        }
        self.titles = {"source": plain_label("", "bold"), "target": plain_label("", "bold")}
        self.is_picture = False
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        for side, canvas in (("source", self.source), ("target", self.target)):
            canvas.set_tool(self._gestures[side])
            desk.theme.bind(canvas, partial(self._dress, canvas))
            splitter.addWidget(self._pane(side, canvas))
        splitter.setSizes([500, 500])
        column(self, spacing=0).addWidget(splitter)
        desk.speech.changed.connect(self._on_language)
        self._on_language()

    def _pane(self, side: str, canvas: MapCanvas) -> QWidget:
        pane = QWidget()
        pane.setObjectName("page")
        pane.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        whole = column(pane, spacing=0)
        head = row(spacing=4, margins=(10, 4, 10, 4))
        head.addWidget(self.titles[side], 1)
        voice = self._desk.voice
        head.addWidget(voice.tool("view.zoom-in", "zoom-in", partial(canvas.zoom_by, 1.5)))
        head.addWidget(voice.tool("view.zoom-out", "zoom-out", partial(canvas.zoom_by, 1 / 1.5)))
        head.addWidget(voice.tool("view.zoom-all", "maximize", canvas.zoom_to_all))
        whole.addLayout(head)
        whole.addWidget(canvas, 1)
        return pane

    def _dress(self, canvas: MapCanvas) -> None:
        canvas.set_theme(self._desk.theme.name)

    def _on_language(self) -> None:
        for canvas in (self.source, self.target):
            canvas.set_words(self._desk.words)
        say = self._desk.speech.text
        key = "placing.source-picture" if self.is_picture else "placing.source-drawing"
        self.titles["source"].setText(say(key))
        self.titles["target"].setText(say("placing.target-map"))

    def start(self, scene: Scene, *, is_picture: bool) -> None:
        """Show another source, all of it."""
        self.is_picture = is_picture
        self._on_language()
        self.source.set_scene(scene)
        self.source.zoom_to_all()

    def show_map(self, scene: Scene) -> None:
        """Show the map, with what is placed on it."""
        self.target.set_scene(scene)

    def show_draft(self, draft: Draft) -> None:
        """Mark the points on both sides."""
        self._crs = draft.crs
        found = {"source": self._source_marks(draft), "target": self._target_marks(draft)}
        for side, canvas in (("source", self.source), ("target", self.target)):
            self._gestures[side].marks = tuple(found[side])
            canvas.update()

    @staticmethod
    def _source_marks(draft: Draft) -> list[Mark]:
        return [
            Mark(index + 1, point.source, point.used, point.is_whole)
            for index, point in enumerate(draft.points)
            if point.source is not None
        ]

    def _target_marks(self, draft: Draft) -> list[Mark]:
        marks = []
        for index, point in enumerate(draft.points):
            place = None if point.target is None else self._on_map(point.target)
            if place is None:
                continue
            lands = None
            if draft.transform is not None and point.source is not None:
                landed = draft.transform.apply(np.array([point.source]))[0]
                lands = self._on_map((float(landed[0]), float(landed[1])))
            marks.append(Mark(index + 1, place, point.used, point.is_whole, lands))
        return marks

    def _on_map(self, place: Place) -> Place | None:
        """Return a place of the draft's CRS in the map's, None where there is no way."""
        return self._turned(place, self._crs, self.target.map_crs)

    @staticmethod
    def _turned(place: Place, source: Crs | None, target: Crs) -> Place | None:
        if source is None or source == target or not (source.is_known and target.is_known):
            return place
        try:
            x, y = transform_points(np.array([place]), source, target)[0]
        except CrsError:
            return None
        return (float(x), float(y)) if np.isfinite(x + y) else None

    def _on_picked(self, side: str, place: Place) -> None:
        found: Place | None = place
        if side == "target" and self._crs is not None:
            found = self._turned(place, self.target.map_crs, self._crs)
        if found is not None:
            self.picked.emit(side, found)

    @staticmethod
    def _vertex(canvas: MapCanvas, x: float, y: float, tolerance: float) -> Place | None:
        return nearest_vertex(canvas.scene, x, y, tolerance)

    def shut_down(self) -> None:
        """Stop the work of both canvases."""
        self.source.shut_down()
        self.target.shut_down()

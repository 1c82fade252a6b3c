"""From the store to the canvas: the scene is made again when layers, outcomes or rasters change.

Owns when; ``render.scene`` owns how. Raster files are opened in the background.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from emadina_gis.errors import Problem, Severity
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.scene import build_scene
from emadina_gis.workflows.rasters import rasters_of

if TYPE_CHECKING:
    from emadina_gis.app.canvas.map_canvas import MapCanvas
    from emadina_gis.app.desk import Desk
    from emadina_gis.render.raster_tiles import RasterData


class Scenes(QObject):
    """Keeps the canvas's scene in step; `problems_changed` carries what cannot be drawn."""

    problems_changed = Signal(object)

    def __init__(self, desk: Desk, canvas: MapCanvas, cache: DerivedCache) -> None:
        super().__init__(canvas)
        self._desk = desk
        self._canvas = canvas
        self._cache = cache
        self._rasters: dict[str, RasterData] = {}
        self._raster_problems: tuple[Problem, ...] = ()
        self._paths: tuple[tuple[str, str], ...] = ()
        self._fit_next = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.build)
        desk.watch(self, lambda project: project.layers, lambda _layers: self._timer.start())
        desk.watch(self, lambda project: project.crs, lambda _crs: self._timer.start())
        desk.results.changed.connect(self._timer.start)

    def fit_next(self) -> None:
        """Show the whole of the project that is opened next."""
        self._fit_next = True

    def build(self) -> None:
        """Make the scene now."""
        self._timer.stop()
        project = self._desk.project
        self._open_rasters()
        scene = build_scene(
            project,
            cache=self._cache,
            columns=self._desk.results.columns(),
            rasters=self._rasters,
        )
        self._canvas.set_scene(scene)
        self.problems_changed.emit((*scene.problems, *self._raster_problems))
        if self._fit_next and scene.layers:
            self._fit_next = False
            self._fit()

    def _fit(self) -> None:
        """Show the parcels, else all."""
        project = self._desk.project
        parcels = project.parcels
        extent = project.extent_of(parcels) if parcels is not None else None
        if extent is None:
            self._canvas.zoom_to_all()
        else:
            self._canvas.zoom_to(extent)

    def _open_rasters(self) -> None:
        project = self._desk.project
        wanted = tuple((r.id, r.path) for r in project.raster_layers if r.visible)
        if wanted == self._paths:
            return
        self._paths = wanted
        if not wanted:
            self._rasters = {}
            return
        self._desk.jobs.submit(lambda _ctx: rasters_of(project), done=self._on_rasters)

    def _on_rasters(self, opened: dict[str, RasterData]) -> None:
        self._rasters = opened
        missing = [layer_id for layer_id, _path in self._paths if layer_id not in opened]
        self._raster_problems = tuple(
            Problem("raster.file-missing", Severity.WARNING, layer_id) for layer_id in missing
        )
        self.build()

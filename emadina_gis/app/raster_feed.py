"""Rasters of the window: tiles that come are drawn, huge files are refined, overviews are built.

Owns the tiles in memory and when a canvas is asked for another picture: never while one is being
made. Reading is done by the threads of the store.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from emadina_gis.app.notices import Offer
from emadina_gis.domain.layer import RasterLayer
from emadina_gis.io.raster_store import TileStore
from emadina_gis.render.scene import DrawnRaster, Scene
from emadina_gis.session.phrase import Phrase
from emadina_gis.workflows.raster_data import SLOW_PX, LiveRaster, build_overviews, live_rasters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.progress import Context
    from emadina_gis.project import Project
    from emadina_gis.render.scene import Drawn
    from emadina_gis.session.jobs import JobHandle

#: Between two pictures: of tiles that come quickly, and of a huge file that is refined.
_SOON_MS, _REFINING_MS = 40, 400
_LOOK_S = 0.1


class RasterFeed(QObject):
    """Keeps the rasters of the canvases in step with what was read of them."""

    _came = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._desk = window.desk
        self.store = TileStore()
        self._told: set[str] = set()
        self._refining: JobHandle | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._draw_again)
        self._came.connect(self._on_came, Qt.ConnectionType.QueuedConnection)
        self.store.listen(self._came.emit)
        window.scenes.read_rasters_with(self._open, self._close)

    def _open(self, project: Project) -> dict[str, LiveRaster]:
        return live_rasters(project, self.store, self._desk.reader.cache)

    def _close(self) -> None:
        self._timer.stop()
        self.store.close()

    # --- pictures

    def _on_came(self) -> None:
        if not self._timer.isActive():
            is_refining = self._refining is not None and not self._refining.is_finished
            self._timer.start(_REFINING_MS if is_refining else _SOON_MS)

    def _draw_again(self) -> None:
        canvases = [canvas for canvas in self._window.map.panes.canvases if canvas.isVisible()]
        if any(canvas.is_busy for canvas in canvases):
            self._timer.start(_SOON_MS)  # what is being drawn is finished first
            return
        for canvas in canvases:
            if any(not raster.is_final for raster in _live(canvas.scene)):
                canvas.set_scene(_renewed(canvas.scene))
        self._refine()

    # --- huge files without overviews

    def _refine(self) -> None:
        """Show how far a huge file has come, and offer a way to have it at once the next time."""
        if self._refining is not None and not self._refining.is_finished:
            return
        found = self.store.refining()
        if found.fraction >= 1.0 or found.total_px < SLOW_PX:
            return
        self._refining = self._desk.jobs.submit_shown(
            "job.raster.refining",
            self._follow,
            done=lambda _none: self._on_came(),
            failed=self._desk.notices.error,
            cancelled=self.store.stop_refining,
        )
        self._tell()

    def _follow(self, ctx: Context) -> None:
        while (found := self.store.refining()).fraction < 1.0:
            ctx.report(found.fraction, "phase.raster.refining")
            time.sleep(_LOOK_S)

    def _tell(self) -> None:
        for raster in _live(self._window.map.canvas.scene):
            layer = self._layer(raster.layer_id)
            if layer is None or layer.path in self._told or not raster.is_slow_from_afar:
                continue
            self._told.add(layer.path)
            self._desk.notices.tell(
                Phrase("raster.slow.what", {"name": layer.title.text(self._desk.words.language)}),
                Phrase("raster.slow.next"),
                Offer("raster.slow.build", partial(self.build_overviews, layer.id)),
            )
            return

    def _layer(self, layer_id: str) -> RasterLayer | None:
        project = self._desk.project
        layer = project.layer(layer_id) if project.has_layer(layer_id) else None
        return layer if isinstance(layer, RasterLayer) else None

    def is_slow(self, layer_id: str) -> bool:
        """Whether far views of a raster need overviews that it does not have."""
        rasters = self._window.scenes.rasters
        raster = rasters.get(layer_id)
        return isinstance(raster, LiveRaster) and raster.is_slow_from_afar

    def build_overviews(self, layer_id: str) -> None:
        """Build overviews of a raster in the cache, and use them."""
        layer = self._layer(layer_id)
        if layer is None:
            return
        cache = self._desk.reader.cache
        self.store.stop_refining()

        def take(_none: object) -> None:
            self.store.refine_again()
            self._window.scenes.reopen_rasters()
            self._desk.notices.done(Phrase("raster.slow.built"))

        self._desk.jobs.submit_shown(
            "job.raster.overviews",
            lambda ctx: build_overviews(layer, cache, ctx),
            done=take,
            failed=self._desk.notices.error,
            cancelled=self.store.refine_again,
        )


def _live(scene: Scene) -> Iterator[LiveRaster]:
    for drawn in scene.layers:
        if isinstance(drawn, DrawnRaster) and isinstance(drawn.data, LiveRaster):
            yield drawn.data


def _renewed(scene: Scene) -> Scene:
    return replace(scene, layers=tuple(_again(drawn) for drawn in scene.layers))


def _again(drawn: Drawn) -> Drawn:
    if isinstance(drawn, DrawnRaster) and isinstance(drawn.data, LiveRaster):
        return drawn if drawn.data.is_final else replace(drawn, data=drawn.data.renewed())
    return drawn

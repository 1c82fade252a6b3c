"""From the store to the canvas: the scene is made again when layers, outcomes or rasters change.

Owns when; ``render.scene`` owns how. Raster files are opened, and layers classified, in the
background: the canvas shows the scene before until the next one is there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal

from emadina_gis.app.jobs_qt import QtRunner
from emadina_gis.app.models.legend import legend_is_ready
from emadina_gis.errors import Problem, Severity
from emadina_gis.render.scene import build_scene
from emadina_gis.session.jobs import NewestWins
from emadina_gis.workflows.rasters import drawn_key, rasters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from emadina_gis.app.canvas.map_canvas import MapCanvas
    from emadina_gis.app.colouring import Columns, Dress
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.style import Style
    from emadina_gis.project import Project
    from emadina_gis.render.derived import DerivedCache
    from emadina_gis.render.raster_tiles import RasterData
    from emadina_gis.render.scene import Scene

    OpenRasters = Callable[[Project], Mapping[str, RasterData]]

#: Before all that waits in the event loop: the map goes first, then the panels are painted.
_BUILD = QEvent.Type(QEvent.registerEventType())
_FIRST = Qt.EventPriority.HighEventPriority.value


class Scenes(QObject):
    """Keeps the canvas's scene in step.

    Signals
    -------
    built()
        Another scene is shown; its layers are classified.
    problems_changed(tuple of Problem)
        What cannot be drawn.
    """

    built = Signal()
    problems_changed = Signal(object)

    def __init__(self, desk: Desk, canvas: MapCanvas, cache: DerivedCache) -> None:
        super().__init__(canvas)
        self._desk = desk
        self._canvas = canvas
        self._cache = cache
        self._rasters: dict[str, RasterData] = {}
        self._raster_problems: tuple[Problem, ...] = ()
        self._paths: tuple[tuple[object, ...], ...] = ()
        self._opened: OpenRasters = rasters_of
        self._close_rasters: Callable[[], None] = lambda: None
        self._fit_next = True
        self._dress: Callable[[], Dress | None] = lambda: None
        self._tried: tuple[str, Style] | None = None
        self._is_asked = False
        #: Pairs of systems the way between which was looked for: that takes its time once.
        self._ways: frozenset[tuple[Crs, Crs]] = frozenset()
        self._runner = QtRunner(self, threads=1)
        self._newest = NewestWins(self._runner)
        self._opening = NewestWins(desk.jobs)
        desk.watch(self, lambda project: project.layers, lambda _layers: self.build_soon())
        desk.watch(self, lambda project: project.crs, lambda _crs: self.build_soon())
        desk.results.changed.connect(self.build_soon)

    def fit_next(self) -> None:
        """Show the whole of the project that is opened next."""
        self._fit_next = True

    def read_rasters_with(self, opened: OpenRasters, close: Callable[[], None]) -> None:
        """Say who opens the rasters of a project, and what ends it."""
        self._opened, self._close_rasters = opened, close

    def reopen_rasters(self) -> None:
        """Open the rasters again: there is a better way to read one of them."""
        self._paths = ()
        self._open_rasters()

    def try_style(self, layer_id: str, style: Style | None) -> None:
        """Draw a layer in a style that is not in the project yet; None ends it."""
        self._tried = None if style is None else (layer_id, style)
        self.build_soon()

    def dress_with(self, dress: Callable[[], Dress | None]) -> None:
        """Say what the parcels are coloured by for a while."""
        self._dress = dress

    def build_soon(self) -> None:
        """Make the scene again when control is back in the event loop."""
        if not self._is_asked:
            self._is_asked = True
            QCoreApplication.postEvent(self, QEvent(_BUILD), _FIRST)

    def event(self, event: QEvent) -> bool:
        if event.type() != _BUILD:
            return super().event(event)
        if self._is_asked:
            self._is_asked = False
            self._build()
        return True

    def build(self) -> None:
        """Make the scene now."""
        self._is_asked = False
        self._newest.cancel()
        self._open_rasters()
        self._show(self._maker()())

    def shut_down(self) -> None:
        """Make no more scenes."""
        self._is_asked = False
        self._newest.cancel()
        self._runner.stop()
        self._close_rasters()

    def _build(self) -> None:
        """Make the scene at once where that takes no time, else in the background."""
        known, self._ways = self._ways, self._ways | _ways(self._desk.project)
        if self._ways <= known and self._is_ready():
            self.build()
            return
        self._open_rasters()
        make = self._maker()
        self._newest.submit(lambda _ctx: make(), done=self._show)

    def _is_ready(self) -> bool:
        results = self._desk.results
        return (
            not self._fit_next
            and self._dress() is None
            and all(
                legend_is_ready(layer, results.columns_of(layer), self._cache)
                for layer in self._project.vector_layers
                if layer.visible
            )
        )

    @property
    def _project(self) -> Project:
        """The project with the style that is being tried."""
        project = self._desk.project
        if self._tried is None or not project.has_layer(self._tried[0]):
            return project
        layer_id, style = self._tried
        return project.with_layer(replace(project.vector_layer(layer_id), style=style))

    @property
    def rasters(self) -> dict[str, RasterData]:
        """The raster layers that are open; another object when others are."""
        return self._rasters

    def maker(self, columns: Columns, dress: Dress | None) -> Callable[[], Scene]:
        """Return what makes the scene of some outcome columns, on whatever thread."""
        project, cache, rasters = self._project, self._cache, self._rasters

        def make() -> Scene:
            shown = (project, columns) if dress is None else dress.on(project, columns)
            return build_scene(shown[0], cache=cache, columns=shown[1], rasters=rasters)

        return make

    def _maker(self) -> Callable[[], Scene]:
        """Return what makes the scene of this moment, on whatever thread."""
        project, fits = self._desk.project, self._fit_next
        made = self.maker(self._desk.results.columns(), self._dress())

        def make() -> Scene:
            scene = made()
            if fits:
                _fitting_extent(project)  # kept by the layers, for when the scene is shown
            return scene

        return make

    def _show(self, scene: Scene) -> None:
        self._canvas.set_scene(scene)
        self.problems_changed.emit((*scene.problems, *self._raster_problems))
        if self._fit_next and scene.layers:
            self._fit_next = False
            self._fit()
        self.built.emit()

    def _fit(self) -> None:
        """Show the parcels, else all."""
        extent = _fitting_extent(self._desk.project)
        if extent is None:
            self._canvas.zoom_to_all()
        else:
            self._canvas.zoom_to(extent)

    def _open_rasters(self) -> None:
        project = self._desk.project
        wanted = tuple(drawn_key(layer) for layer in project.raster_layers if layer.visible)
        if wanted == self._paths:
            return
        self._paths = wanted
        if not wanted:
            self._rasters = {}
            return
        opened = self._opened
        self._opening.submit(lambda _ctx: dict(opened(project)), done=self._on_rasters)

    def _on_rasters(self, opened: dict[str, RasterData]) -> None:
        self._rasters = opened
        missing = [str(key[0]) for key in self._paths if key[0] not in opened]
        self._raster_problems = tuple(
            Problem("raster.file-missing", Severity.WARNING, layer_id) for layer_id in missing
        )
        self.build()


def _fitting_extent(project: Project) -> Extent | None:
    """Return what a project that was opened shows first."""
    parcels = project.parcels
    return project.extent() if parcels is None else project.extent_of(parcels)


def _ways(project: Project) -> frozenset[tuple[Crs, Crs]]:
    """Return the pairs of systems between which a project's layers are moved."""
    pairs = ((layer.crs, project.crs) for layer in project.layers if layer.visible)
    return frozenset(pair for pair in pairs if pair[0] != pair[1])

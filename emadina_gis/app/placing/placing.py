"""Placing in the window: opens the panel and the two views, previews, applies; keeps drafts.

A draft lives as long as the window, layer by layer: closing the panel loses nothing.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

from emadina_gis.app.placing.panel import PlacePanel
from emadina_gis.app.placing.views import PlacingViews
from emadina_gis.domain.layer import RasterLayer, VectorLayer
from emadina_gis.domain.style import Single, Style, Symbol
from emadina_gis.errors import EmadinaError
from emadina_gis.io.control_points import SUFFIX
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.scene import DrawnRaster, Scene, drawn_layer
from emadina_gis.session.jobs import NewestWins
from emadina_gis.session.phrase import Phrase
from emadina_gis.workflows import placing as work
from emadina_gis.workflows.rasters import DrawnRaster as RasterPixels
from emadina_gis.workflows.rasters import bare_picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.layer import Layer
    from emadina_gis.domain.placement import Placement
    from emadina_gis.progress import Context
    from emadina_gis.render.scene import Drawn
    from emadina_gis.session.command import Command
    from emadina_gis.workflows.placing import Draft

PANEL = "place"
_OPACITY = 0.65


class Placing(QObject):
    """One layer at a time is placed."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._desk = window.desk
        self._cache = DerivedCache()
        self._drafts: dict[str, tuple[object, Draft]] = {}
        self._preview: Drawn | None = None
        self.layer_id = ""
        self.views: PlacingViews | None = None
        self._extent: Extent | None = None
        self._hid_bottom = False
        self._opening = NewestWins(self._desk.jobs)
        self._previewing = NewestWins(self._desk.jobs)
        window.side.offer(PANEL, self._make_panel)
        window.side.shown_changed.connect(self._on_panel)
        window.layers.place_asked.connect(self.open)
        window.scenes.built.connect(self._show_map)
        self._desk.watch(self, lambda project: project.layers, lambda _layers: self._on_layers())

    def _make_panel(self) -> PlacePanel:
        panel = PlacePanel(self._desk)
        panel.closed.connect(self._window.side.close_panel)
        panel.draft_changed.connect(self.take)
        panel.apply_asked.connect(self.apply)
        panel.save_asked.connect(self._ask_save)
        panel.load_asked.connect(self._ask_load)
        panel.copy_asked.connect(self._ask_copy)
        panel.forget_asked.connect(self._forget)
        return panel

    @property
    def panel(self) -> PlacePanel:
        """The panel, made now if it was not."""
        made = self._window.side.panel(PANEL)
        assert isinstance(made, PlacePanel)
        return made

    @property
    def layer(self) -> Layer | None:
        """The layer that is being placed."""
        project = self._desk.project
        return project.layer(self.layer_id) if project.has_layer(self.layer_id) else None

    @property
    def draft(self) -> Draft:
        """What was said so far."""
        return self.panel.draft

    # --- opening and closing ------------------------------------------------------------------

    def open_active(self) -> None:
        """Place the active layer."""
        self.open(self._desk.view.active_layer_id)

    def open(self, layer_id: str) -> None:
        """Show a layer beside the map, with the points it has."""
        self.layer_id = layer_id
        layer = self.layer
        if layer is None:
            return
        if self.views is None:
            self.views = PlacingViews(self._desk, use_gl=self._window.views.uses_gl)
            self.views.picked.connect(self._on_picked)
        views = self.views
        self._window.open_side(PANEL)
        self._window.views.lend(views)
        self._make_room()
        self._preview = self._extent = None
        self._show_map()
        self._begin(layer)

        def opened(found: tuple[Scene, Extent | None]) -> None:
            if isValid(views) and self.layer_id == layer_id:
                self._extent = found[1]
                views.start(found[0], is_picture=isinstance(layer, RasterLayer))
                self._suggest(self.draft)
                self.take(work.with_corners(self.draft, self._extent))

        self._opening.submit(
            lambda _ctx: (self._source_scene(layer), work.source_extent(layer)),
            done=opened,
            failed=self._desk.notices.error,
        )
        views.target.zoom_to_all()

    def _begin(self, layer: Layer) -> None:
        project = self._desk.project
        kept = self._drafts.get(layer.id)
        is_same = kept is not None and kept[0] == layer.placement
        draft = kept[1] if kept is not None and is_same else work.draft_for(layer, project)
        self.panel.start(layer, draft, len(work.siblings(layer, project)))
        self.take(draft)

    def _source_scene(self, layer: Layer) -> Scene:
        if isinstance(layer, RasterLayer):
            picture, pixels = bare_picture(layer)
            return Scene(layers=(DrawnRaster(picture, pixels),), cache=self._cache)
        others = work.siblings(layer, self._desk.project)
        shown = (self._bare(one) for one in (*reversed(others), layer))
        return Scene(layers=tuple(shown), cache=self._cache)

    def _bare(self, layer: VectorLayer) -> Drawn:
        """Return a layer of a drawing as it came, at every scale."""
        style = replace(layer.style, min_units_per_px=0.0, max_units_per_px=1e12)
        table = work.source_table(layer)
        plain = replace(layer, table=table, style=style, visible=True, opacity=1.0)
        return drawn_layer(plain, cache=self._cache, columns={})

    def _on_panel(self, name: str) -> None:
        """Give the middle of the window back when another panel is shown."""
        if name != PANEL and self.layer_id:
            self._end()

    def _make_room(self) -> None:
        """Hide what is below the map meanwhile."""
        bottom = self._window.bottom
        self._hid_bottom = self._hid_bottom or not bottom.isHidden()
        bottom.hide()

    def _end(self) -> None:
        self.layer_id = ""
        self._window.bottom.setVisible(self._hid_bottom or not self._window.bottom.isHidden())
        self._hid_bottom = False
        self._previewing.cancel()
        self._preview = None
        self._window.views.take_back()

    def _on_layers(self) -> None:
        if self.layer_id and self.layer is None:
            self._window.side.close_panel()

    # --- the draft ----------------------------------------------------------------------------

    def take(self, draft: Draft) -> None:
        """Take what the person said, show it, and what would follow."""
        layer = self.layer
        if layer is None:
            return
        previous = self.panel.draft
        self._drafts[layer.id] = (layer.placement, draft)
        self.panel.show_draft(draft)
        if self.views is not None:
            self.views.show_draft(draft)
        if previous.unit_m != draft.unit_m:
            self._suggest(draft)
        self._preview_soon(layer, draft.placement)

    def _suggest(self, draft: Draft) -> None:
        """Offer offsets for a drawing with a truncated origin."""
        if isinstance(self.layer, VectorLayer) and self._extent is not None:
            project, unit_m = self._desk.project, draft.unit_m
            offsets = work.offsets_for(self._extent, self.layer_id, project, unit_m)
            self.panel.show_suggestions(offsets)

    def _on_picked(self, side: str, place: tuple[float, float]) -> None:
        self.take(self.draft.picked(side, place))

    def _preview_soon(self, layer: Layer, placement: Placement | None) -> None:
        if placement is None:
            self._previewing.cancel()
            self._take_preview(None)
            return
        accent = self._desk.theme.color("accent").name()
        self._previewing.submit(
            lambda ctx: self._made_preview(layer, placement, accent, ctx),
            done=self._take_preview,
            failed=self._desk.notices.error,
        )

    def _made_preview(self, layer: Layer, placement: Placement, accent: str, ctx: Context) -> Drawn:
        if isinstance(layer, RasterLayer):
            extent = work.georeference(layer, placement).extent
            placed = replace(
                layer, placement=placement, crs=placement.crs, extent=extent, opacity=_OPACITY
            )
            return DrawnRaster(placed, RasterPixels(placed))
        symbol = Symbol(fill=accent, fill_opacity=0.18, stroke=accent, stroke_mm=0.3)
        table = work.placed_table(work.source_table(layer), placement, ctx)
        shown = replace(layer, table=table, style=Style(Single(symbol)), opacity=1.0)
        return drawn_layer(shown, cache=self._cache, columns={})

    def _take_preview(self, preview: Drawn | None) -> None:
        if not self.layer_id:
            return
        was = self._preview
        self._preview = preview
        self._show_map()
        if was is None and preview is not None and self.views is not None:
            self._look_at(preview)

    def _look_at(self, preview: Drawn) -> None:
        """Bring the first preview into view where it lies outside of it."""
        assert self.views is not None
        canvas = self.views.target
        extent = canvas.scene.extent_of(preview)
        if extent is not None and not canvas.viewport.extent.intersects(extent):
            canvas.zoom_to_all()

    def _show_map(self) -> None:
        """Show the map without the layer's own place, and with where it would lie."""
        if self.views is None or not self.layer_id:
            return
        scene = self._window.map.canvas.scene
        crs = scene.crs if scene.crs.is_known else self.panel.draft.crs
        layers = tuple(drawn for drawn in scene.layers if drawn.id != self.layer_id)
        if self._preview is not None:
            layers = (*layers, self._preview)
        was_empty = not self.views.target.scene.layers
        self.views.show_map(Scene(crs, layers, self._cache, scene.problems))
        if was_empty:
            self.views.target.zoom_to_all()

    # --- doing it -----------------------------------------------------------------------------

    def apply(self) -> None:
        """Place the layer, in one step that can be undone."""
        layer, placement = self.layer, self.draft.placement
        if layer is None or placement is None:
            return
        store = self._desk.store
        others = work.siblings(layer, self._desk.project) if self.panel.together.isChecked() else ()

        def made(ctx: Context) -> Command:
            if isinstance(layer, RasterLayer):
                return work.georeference(layer, placement)
            layers = (layer, *others)
            command = work.place_layers(layers, placement, ctx.part(0.0, 0.4))
            pairs = zip(layers, command.parts, strict=True)
            placed = tuple(replace(one, table=part.table) for one, part in pairs)
            store.announce(placed, ctx.part(0.4, 1.0))
            return command

        self._desk.jobs.submit_shown(
            "placing.job", made, done=self._done, failed=self._desk.notices.error
        )

    def _done(self, command: Command) -> None:
        layer = self.layer
        if layer is None or not self._desk.do(command):
            return
        self._drafts.pop(layer.id, None)
        name = self._desk.speech.title(layer.title)
        self._window.side.close_panel()
        QTimer.singleShot(0, self, lambda: self._window.view_.zoom_layer(layer.id))
        self._desk.notices.done(Phrase("placing.done", {"name": name}))

    def _forget(self) -> None:
        layer = self.layer
        if isinstance(layer, RasterLayer):
            self._drafts.pop(layer.id, None)
            self._in_background(lambda _ctx: work.forget_placement(layer), self._forgot)

    def _forgot(self, command: Command) -> None:
        if self._desk.do(command):
            self._window.side.close_panel()

    def _in_background(
        self, job: Callable[[Context], Command], done: Callable[[Command], None]
    ) -> None:
        self._desk.jobs.submit_shown("placing.job", job, done=done, failed=self._desk.notices.error)

    # --- files --------------------------------------------------------------------------------

    def _ask_save(self) -> None:
        path = self._window.choose.save_as("placing.save", self._file_name(), SUFFIX)
        if path is not None:
            self.save_points(path)

    def save_points(self, path: Path) -> None:
        """Write the control points to a file."""
        try:
            work.save_points(path, self.draft)
        except EmadinaError as error:
            self._desk.notices.error(error)
            return
        self._desk.notices.done(Phrase("placing.saved", {"name": path.name}))

    def _ask_load(self) -> None:
        path = self._window.choose.file_to_open("placing.load", f"*{SUFFIX} *.csv *.txt")
        if path is not None:
            self.load_points(path)

    def load_points(self, path: Path) -> None:
        """Take the control points of a file."""
        try:
            draft = work.load_points(path, self.draft)
        except EmadinaError as error:
            self._desk.notices.error(error)
            return
        self.take(draft)

    def _ask_copy(self) -> None:
        path = self._window.choose.save_as("placing.copy", f"{self._file_name()}-geo", ".tif")
        if path is not None:
            self.write_copy(path)

    def write_copy(self, path: Path) -> None:
        """Write a georeferenced copy of the picture."""
        layer, placement = self.layer, self.draft.placement
        if not isinstance(layer, RasterLayer) or placement is None:
            return
        notices = self._desk.notices
        self._desk.jobs.submit_shown(
            "placing.job",
            lambda ctx: work.write_copy(layer, placement, path, ctx),
            done=lambda made: notices.done(Phrase("placing.copied", {"name": made.name})),
            failed=notices.error,
        )

    def _file_name(self) -> str:
        layer = self.layer
        if isinstance(layer, RasterLayer):
            return Path(layer.path).stem
        return "" if layer is None else self._desk.speech.title(layer.title)

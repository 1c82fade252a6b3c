"""Views of the map that come back: those that were shown, bookmarks, the place in another CRS."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent

from emadina_gis.domain.crs import UNKNOWN, Crs
from emadina_gis.domain.seen_view import SeenView
from emadina_gis.project import Bookmark
from emadina_gis.session.commands import AddBookmark, ShowLayers
from emadina_gis.session.phrase import Phrase
from emadina_gis.session.view_trail import ViewTrail
from emadina_gis.words.numbers import without_isolates

if TYPE_CHECKING:
    from emadina_gis.app.canvas.map_canvas import MapCanvas
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.scenes import Scenes

#: A view counts as shown when it stayed for so long.
STAY_MS = 600
#: In a smaller window a bookmark shows its whole extent rather than its scale.
_SMALLER = 0.8


class SeenViews(QObject):
    """Goes back and forth, to bookmarks, and keeps the place when the map's system changes.

    `trail_changed` is emitted when there is another view to go back or forth to.
    """

    trail_changed = Signal()

    def __init__(self, desk: Desk, canvas: MapCanvas, scenes: Scenes) -> None:
        super().__init__(canvas)
        self._desk = desk
        self._canvas = canvas
        self.trail = ViewTrail()
        self._crs_of_view: Crs = canvas.scene.crs
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STAY_MS)
        self._timer.timeout.connect(self.note_now)
        canvas.viewport_changed.connect(self._on_viewport)
        scenes.built.connect(self._on_scene)
        canvas.installEventFilter(self)
        desk.watch(self, lambda project: project.id, lambda _id: self._forget())

    # --- back and forth -----------------------------------------------------------------------

    def back(self) -> None:
        """Show the view before."""
        self.note_now()
        self._show(self.trail.back())

    def forward(self) -> None:
        """Show the view that one went back from."""
        self._show(self.trail.forward())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the buttons of a mouse that go back and forward."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            ways = {
                Qt.MouseButton.BackButton: self.back,
                Qt.MouseButton.ForwardButton: self.forward,
            }
            if event.button() in ways:
                ways[event.button()]()
                return True
        return super().eventFilter(watched, event)

    def note_now(self) -> None:
        """Remember the present view."""
        self._timer.stop()
        if self._canvas.scene.layers:
            self.trail.note(self.seen)
            self.trail_changed.emit()

    @property
    def seen(self) -> SeenView:
        """The present view."""
        return SeenView.of(self._canvas.viewport, self._crs_of_view)

    def show(self, view: SeenView) -> bool:
        """Show a view, in whatever system it was seen; False where it has no place in this one."""
        placed = view.in_crs(self._canvas.scene.crs)
        if placed is None:
            self._desk.notices.done(Phrase("bookmarks.not-here"))
            return False
        self._canvas.set_viewport(
            replace(self._canvas.viewport, x=placed.x, y=placed.y, units_per_px=placed.units_per_px)
        )
        return True

    def _show(self, view: SeenView | None) -> None:
        if view is not None:
            self.show(view)
            self._timer.stop()
        self.trail_changed.emit()

    def _on_viewport(self, _viewport: object) -> None:
        self._crs_of_view = self._canvas.scene.crs
        self._timer.start()

    def _forget(self) -> None:
        self.trail.forget()
        self.trail_changed.emit()

    # --- another system -----------------------------------------------------------------------

    def _on_scene(self) -> None:
        """Keep place and scale where the scene has come in another system."""
        crs, before = self._canvas.scene.crs, self._crs_of_view
        if crs == before or not self._canvas.scene.layers:
            return
        self._crs_of_view = crs
        placed = None
        if before.is_known and crs.is_known:
            placed = SeenView.of(self._canvas.viewport, before).in_crs(crs)
        if placed is None:
            self._canvas.zoom_to_all()
        else:
            self.show(placed)

    # --- bookmarks ----------------------------------------------------------------------------

    def bookmark(self, name: str, *, with_layers: bool) -> Bookmark:
        """Return a bookmark of the present view."""
        viewport, project = self._canvas.viewport, self._desk.project
        made = Bookmark(
            name.strip(), viewport.x, viewport.y, viewport.units_per_px, self._crs_of_view,
            viewport.extent.width, viewport.extent.height,
        )  # fmt: skip
        if not with_layers:
            return made
        shown = tuple(layer.id for layer in project.layers if layer.visible)
        return replace(made, layer_ids=shown, scenario_id=self._desk.results.scenario_id)

    def add_bookmark(self, name: str, *, with_layers: bool) -> bool:
        """Keep the present view under a name."""
        return self._desk.do(AddBookmark(self.bookmark(name, with_layers=with_layers)))

    def free_name(self) -> str:
        """Return a name that no bookmark has."""
        taken = {bookmark.name for bookmark in self._desk.project.bookmarks}
        number = len(taken) + 1
        while (name := self._name(number)) in taken:
            number += 1
        return name

    def _name(self, number: int) -> str:
        return without_isolates(self._desk.speech.text("bookmarks.usual-name", n=number))

    def go_to(self, name: str) -> None:
        """Show a bookmark; its layers become visible, and its scenario is shown."""
        project = self._desk.project
        found = next((b for b in project.bookmarks if b.name == name), None)
        if found is None:
            return
        self.note_now()
        if found.layer_ids is not None:
            self._desk.do(ShowLayers(found.layer_ids))
        if any(scenario.id == found.scenario_id for scenario in project.scenarios):
            self._desk.view.activate_scenario(found.scenario_id)
        self.show(self._fitting(found))
        self._canvas.setFocus()

    def _fitting(self, found: Bookmark) -> SeenView:
        """Return the view of a bookmark, from further away where the window is much smaller."""
        crs = found.crs if found.crs != UNKNOWN else self._canvas.scene.crs
        units, viewport = found.units_per_px, self._canvas.viewport
        needed = max(found.width / viewport.width_px, found.height / viewport.height_px)
        if needed * _SMALLER > units:
            units = needed
        return SeenView(found.x, found.y, units, crs)

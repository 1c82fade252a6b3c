"""Finding one's way on the map: measuring, places, views that were shown, bookmarks, the overview.

Makes the parts and ties them to the window; what each does is its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from emadina_gis.app.canvas.ping import Ping
from emadina_gis.app.canvas.veil import Veil
from emadina_gis.app.measuring import Measuring
from emadina_gis.app.overview import Overview
from emadina_gis.app.panels.bookmarks import BookmarksPanel
from emadina_gis.app.seen_views import SeenViews
from emadina_gis.render.reprojection import lost_problems

if TYPE_CHECKING:
    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.errors import Problem
    from emadina_gis.workflows.places import Place

BOOKMARKS = "bookmarks"
OVERVIEW = "overview"


class Wayfinding(QObject):
    """What helps to find a place and to come back to it.

    `lost_changed` carries the problems of rows that the map's system cannot show.
    """

    lost_changed = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._lost: tuple[Problem, ...] = ()
        canvas = window.map.canvas
        self.veil = Veil(canvas)
        self.ping = Ping(self.veil)
        self.measuring = Measuring(window, self.veil)
        self.views = SeenViews(window.desk, canvas, window.scenes)
        self.overview = Overview(window.desk, canvas, window.scenes)
        if window.desk.preferences.recall(OVERVIEW, False):
            self.overview.toggle()
        window.side.offer(BOOKMARKS, self._make_bookmarks)
        window.top.search.chosen.connect(self._on_chosen)
        self.views.trail_changed.connect(self._show_enabled)
        self._show_enabled()
        canvas.frame_drawn.connect(self._look_for_lost)

    # --- what actions ask ---------------------------------------------------------------------

    def back(self) -> None:
        """Show the view before."""
        self.views.back()

    def forward(self) -> None:
        """Show the view that one went back from."""
        self.views.forward()

    def open_bookmarks(self) -> None:
        """Show the bookmarks."""
        self._window.open_side(BOOKMARKS)

    def add_bookmark(self) -> None:
        """Offer to keep the present view: its name is typed, Enter keeps it."""
        panel = self._window.open_side(BOOKMARKS)
        if isinstance(panel, BookmarksPanel):
            panel.name.setText(self.views.free_name())
            panel.name.selectAll()
            panel.name.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle_overview(self) -> None:
        """Show or hide the overview."""
        self.overview.toggle()
        shown = not self.overview.isHidden()
        self._window.actions_.check("ways.overview", shown)
        self._window.desk.preferences.remember(**{OVERVIEW: shown})

    def open_measures(self) -> None:
        """Show the panel of measurements, and measure."""
        self.measuring.open()

    def clear_measures(self) -> None:
        """Take all measurements off the map."""
        self.measuring.board.clear()

    # --- ties ---------------------------------------------------------------------------------

    def _make_bookmarks(self) -> BookmarksPanel:
        panel = BookmarksPanel(self._window.desk, self.views)
        panel.closed.connect(self._window.side.close_panel)
        return panel

    def _on_chosen(self, place: Place) -> None:
        if place.kind == "bookmark":
            self.views.go_to(place.text)
        elif place.extent is not None:
            self.ping.show(place.extent, is_point=place.kind == "coordinates")

    def _show_enabled(self) -> None:
        actions, trail = self._window.actions_, self.views.trail
        actions.enable("ways.previous", trail.can_go_back)
        actions.enable("ways.next", trail.can_go_forward)
        actions.check("ways.overview", not self.overview.isHidden())

    def _look_for_lost(self) -> None:
        """Tell of rows that are not drawn because the map's system has no place for them."""
        found = lost_problems(self._window.map.canvas.scene)
        if found != self._lost:
            self._lost = found
            self.lost_changed.emit(found)

"""What lies at the place that was clicked: all features of all layers, and which one is meant.

Owns the list and the step through it. What is selected is the view's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from emadina_gis.session.view_state import SelectMode

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.render.spatial_index import Hit


class Pointing(QObject):
    """The hits of the last click.

    Signals
    -------
    changed()
        Another place was pointed at, or another hit is meant.
    """

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._hits: tuple[Hit, ...] = ()
        self._at = -1
        self._selects = False
        self.place: tuple[float, float] | None = None
        desk.watch_view(self, lambda view: view.selection, lambda _ids: self._on_selection())

    @property
    def hits(self) -> tuple[Hit, ...]:
        """What lies at the place, the topmost first, as far as the project still has it."""
        project = self._desk.project
        return tuple(hit for hit in self._hits if project.has_layer(hit.layer_id))

    @property
    def index(self) -> int:
        """Which of the hits is meant; -1 where none is."""
        return self._at if self._at < len(self.hits) else -1

    def point(self, x: float, y: float, hits: tuple[Hit, ...], chosen: Hit | None) -> None:
        """Take what lies at a place of the map, and which of it is meant."""
        self.place = (x, y)
        self._hits = hits
        self._at = -1 if chosen is None else hits.index(chosen)
        self.changed.emit()

    def _on_selection(self) -> None:
        """Forget the place when something else is selected than what lies there."""
        if self.place is not None and not self._selects:
            self._hits, self._at, self.place = (), -1, None
            self.changed.emit()

    def step(self, by: int) -> None:
        """Mean the next hit, or the one before; after the last comes the first."""
        if len(self.hits):
            self.choose((max(self.index, 0) + by) % len(self.hits))

    def choose(self, index: int) -> None:
        """Mean a hit and select it alone."""
        hit = self.hits[index]
        self._hits, self._at = self.hits, index
        self.select(hit, SelectMode.REPLACE)
        self.changed.emit()

    def select(self, hit: Hit | None, mode: SelectMode) -> None:
        """Select a hit, or nothing; the place is kept."""
        self._selects = True
        if hit is not None:
            self._desk.view.select(hit.layer_id, [hit.row_id], mode=mode)
        elif mode is SelectMode.REPLACE:
            self._desk.view.clear_selection()
        self._selects = False

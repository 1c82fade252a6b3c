"""The selection of the canvas: painted at once, or as a picture made in a thread where crowded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from emadina_gis.app.canvas.colors import LIGHT
from emadina_gis.app.canvas.frames import Frame, FrameRequest, paint_frame
from emadina_gis.app.canvas.painter_source import PainterSource
from emadina_gis.app.canvas.selection import Rows, Selection, SelectionOverlay
from emadina_gis.app.canvas.selection_picture import quick_picture, selection_picture

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from emadina_gis.app.canvas.colors import CanvasColors
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.progress import Context
    from emadina_gis.render.scene import Scene


class SelectionLayer(QObject):
    """Shows the selected rows; `changed` asks for another paint."""

    changed = Signal()
    _sketched = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._overlay = SelectionOverlay()
        self._colors = LIGHT
        self._last: FrameRequest | None = None
        self._picture: Frame | None = None
        self._source = PainterSource(self, self._made)
        self._source.frame_made.connect(self._on_made)
        self._sketched.connect(self._on_sketched, Qt.ConnectionType.QueuedConnection)

    def set_scene(self, scene: Scene) -> None:
        """Draw on another scene; the selected ids stay."""
        self._overlay.set_scene(scene)

    def set_selection(self, selection: Selection) -> None:
        """Select rows by layer id and stable row id."""
        self._overlay.set_selection(selection)
        self._picture = None
        if self._last is not None:
            self.request(self._last)

    def request(self, wanted: FrameRequest) -> None:
        """Follow a view that rests."""
        self._last = wanted
        if not self._overlay.is_empty and self._overlay.is_crowded(wanted.viewport):
            self._source.request(wanted)

    def paint(self, painter: QPainter, viewport: Viewport, colors: CanvasColors) -> None:
        """Draw the selection in a view (logical pixels)."""
        self._colors = colors
        if self._overlay.is_empty:
            return
        if not self._overlay.is_crowded(viewport):
            self._overlay.paint(painter, viewport, colors)
        elif self._picture is not None:
            paint_frame(painter, self._picture, viewport)

    def close(self) -> None:
        """Stop the thread."""
        self._source.close()

    def _made(self, wanted: FrameRequest, ctx: Context) -> tuple[Rows, Frame]:
        rows = self._overlay.rows
        if self._picture is None:  # nothing of this selection is shown yet
            sketch = quick_picture(wanted, rows, self._colors, ctx)
            if sketch is not None:
                self._sketched.emit((rows, sketch))
        return rows, selection_picture(wanted, rows, self._colors, ctx)

    def _on_sketched(self, made: tuple[Rows, Frame]) -> None:
        if self._picture is None:
            self._on_made(made)

    def _on_made(self, made: tuple[Rows, Frame]) -> None:
        rows, picture = made
        if rows is self._overlay.rows:  # else another selection is being drawn
            self._picture = picture
            self.changed.emit()

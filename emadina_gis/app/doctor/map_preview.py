"""Shows on the map where a layer would lie before it is added, and puts the map back afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from emadina_gis.app.canvas.preview import Preview
from emadina_gis.app.panels.crs_chooser import crs_name
from emadina_gis.session.jobs import NewestWins
from emadina_gis.workflows.previewing import Placed, PreviewShapes, preview_shapes

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.map_area import MapArea
    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.viewport import Viewport

_MARGIN = 1.35
#: What is farther from the project than so many of its own widths is shown together with it.
_NEAR = 3.0


class MapPreview(QObject):
    """Draws candidates over the project's layers.

    Parameters
    ----------
    welcome : callable
        Gives what covers the map of an empty project; it is lifted while something is shown.
    """

    def __init__(
        self, desk: Desk, area: Callable[[], MapArea], welcome: Callable[[], object]
    ) -> None:
        super().__init__()
        self._desk = desk
        self._area = area
        self._welcome = welcome
        self._newest = NewestWins(desk.jobs)
        self._before: Viewport | None = None
        self._wanted: tuple[Placed, ...] = ()
        self.shapes: PreviewShapes | None = None
        desk.speech.changed.connect(self._draw)

    def show(self, placed: tuple[Placed, ...]) -> None:
        """Show where layers would lie; nothing is shown of what has no place."""
        if placed == self._wanted:
            return
        self._wanted = placed
        if not placed:
            self._hide()
            return
        target: Crs = self._desk.project.crs
        self._newest.submit(
            lambda ctx: preview_shapes(placed, target, ctx),
            done=self._take,
            failed=self._desk.notices.error,
        )

    def clear(self) -> None:
        """Show nothing more, and the map as it was."""
        self._wanted = ()
        self._hide()
        if self._before is not None:
            canvas = self._area().canvas
            canvas.set_viewport(self._before.resized(canvas.width(), canvas.height()))
            self._before = None
        self._cover()

    def forget(self) -> None:
        """Show nothing more; the map stays where it is."""
        self._before = None
        self.clear()

    def _hide(self) -> None:
        self._newest.cancel()
        self.shapes = None
        self._area().canvas.set_preview(None)

    def _cover(self) -> None:
        area = self._area()
        empty = not self._desk.project.layers
        area.set_cover(self._welcome() if empty else None)  # type: ignore[arg-type]

    def _take(self, shapes: PreviewShapes) -> None:
        canvas = self._area().canvas
        self.shapes = shapes
        if shapes.extent is None:
            canvas.set_preview(None)
            return
        self._area().set_cover(None)
        self._draw()
        if self._before is None:
            self._before = canvas.viewport
        canvas.zoom_to(self._view_of(shapes.extent), _MARGIN)

    def _draw(self) -> None:
        """Draw what is shown, its caption in the language of the moment."""
        shapes = self.shapes
        if shapes is None or shapes.extent is None:
            return
        drawn = Preview(shapes.xy, shapes.offsets, shapes.points, self._caption())
        self._area().canvas.set_preview(drawn)

    def _caption(self) -> str:
        """Return what is shown, where it is one system."""
        systems = {one.crs for one in self._wanted}
        if len(systems) != 1:
            return ""
        name = crs_name(self._desk, next(iter(systems)))
        return self._desk.words.text("doctor.crs.previewed", name=name)

    def _view_of(self, extent: Extent) -> Extent:
        """Return what to show: the place alone, or with the project where it lies far off."""
        project = self._desk.project.extent()
        if project is None or extent.intersects(project.scaled(_NEAR)):
            return extent
        return extent.union(project)

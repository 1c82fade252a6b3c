"""What the rasters hold at the place that was clicked: a small card beside it on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QFrame, QVBoxLayout

from emadina_gis.app.controls import plain_label
from emadina_gis.render.raster_legend import value_text
from emadina_gis.session.jobs import NewestWins
from emadina_gis.session.view_state import Tool
from emadina_gis.words.numbers import in_direction
from emadina_gis.workflows.raster_values import ValueHere, values_at

if TYPE_CHECKING:
    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.words import Words

_BESIDE_PX = 14
_BESIDE_TEXT_PX = 10


class RasterReadout(QObject):
    """Reads values in the background and shows them until the map moves."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._desk = window.desk
        self._canvas = window.map.canvas
        self._newest = NewestWins(window.desk.jobs)
        self._found: tuple[ValueHere, ...] = ()
        self._place = (0.0, 0.0)
        self.card = QFrame(self._canvas)
        self.card.setObjectName("card")
        self.text = plain_label("")
        lines = QVBoxLayout(self.card)
        lines.setContentsMargins(_BESIDE_TEXT_PX, 6, _BESIDE_TEXT_PX, 6)
        lines.addWidget(self.text)
        self.card.hide()
        self._canvas.clicked.connect(self._on_clicked)
        self._canvas.viewport_changed.connect(lambda _viewport: self.card.hide())
        self._desk.speech.changed.connect(self._show)
        self._desk.watch(self, lambda project: project.layers, lambda _layers: self.card.hide())

    def _on_clicked(self, x: float, y: float, _modifiers: object) -> None:
        self.card.hide()
        project, view = self._desk.project, self._desk.view
        is_asked = any(layer.visible for layer in project.raster_layers)
        if not is_asked or view.tool is not Tool.SELECT:
            return
        self._place = (x, y)
        self._newest.submit(lambda _ctx: values_at(project, x, y), done=self._take)

    def _take(self, found: tuple[ValueHere, ...]) -> None:
        """Show measurements and classes; colours of a picture only where it is the active layer."""
        active = self._desk.view.active_layer_id
        self._found = tuple(
            here for here in found if len(here.values) <= 1 or here.layer_id == active
        )
        self._show()

    def _show(self) -> None:
        self.card.setVisible(bool(self._found))
        if not self._found:
            return
        words = self._desk.words
        said = "\n".join(here_text(here, words) for here in self._found)
        self.text.setText(said)
        self.text.setAccessibleName(said)
        self.card.adjustSize()
        at = self._canvas.viewport.to_screen(*self._place)
        corner = QPoint(round(at[0]) + _BESIDE_PX, round(at[1]) + _BESIDE_PX)
        room = self._canvas.rect().bottomRight() - self.card.rect().bottomRight()
        self.card.move(min(corner.x(), room.x() - 4), min(corner.y(), room.y() - 4))
        self.card.raise_()


def here_text(here: ValueHere, words: Words) -> str:
    """Return what a raster holds at a place, as a person reads it."""
    title = words.isolated(here.title.text(words.language))
    if not here.values:
        said = words.text("raster.here.nothing")
    elif len(here.values) > 1:
        said = " · ".join(words.number(value) for value in here.values)
    else:
        said = value_text(here.values[0], here.style, words)
        if here.name is not None:
            said = f"{in_direction(here.name.text(words.language), words.language)} ({said})"
    return words.text("raster.here.value", name=title, value=said)

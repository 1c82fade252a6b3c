"""Above the inspector: what else lies where it was clicked, and what rasters hold there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from emadina_gis.app.controls import column, narrow_list, plain_label, row
from emadina_gis.app.models.row_names import row_name
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.errors import EmadinaError
from emadina_gis.render.spatial_index import Pixel, pixels_at
from emadina_gis.session.jobs import NewestWins

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.pointing import Pointing
    from emadina_gis.render.scene import Scene
    from emadina_gis.render.spatial_index import Hit

#: A pixel that is still being read is asked for again so often, at most.
MOST_ASKED = 20
ASK_AGAIN_MS = 250
MOST_DECIMALS = 3


class PointedHere(QWidget):
    """A list of hits with a step to the next one; hidden where there is nothing to choose."""

    def __init__(self, desk: Desk, pointing: Pointing, scene: Callable[[], Scene]) -> None:
        super().__init__()
        self._desk = desk
        self._pointing = pointing
        self._scene = scene
        self._newest = NewestWins(desk.jobs)
        self._asked = 0
        self.heading = plain_label("", "secondary")
        self.list = narrow_list()
        self.list.activated.connect(pointing.choose)
        self.back = desk.voice.tool("edit.previous-hit", "chevron-up", lambda: pointing.step(-1))
        self.next = desk.voice.tool("edit.next-hit", "chevron-down", lambda: pointing.step(1))
        self.pixels = plain_label("", "", wrap=True)
        self._again = QTimer(self, interval=ASK_AGAIN_MS, singleShot=True)
        self._again.timeout.connect(self._ask_pixels)
        self._lay_out()
        pointing.changed.connect(self._on_pointed)
        desk.speech.changed.connect(self._show)
        desk.watch(self, lambda project: project.layers, lambda _layers: self._show())

    def _lay_out(self) -> None:
        whole = column(self, spacing=4, margins=(16, 12, 12, 0))
        whole.addWidget(self.heading)
        self._line = QWidget()
        line = row(self._line, spacing=2)
        line.addWidget(self.list, 1)
        line.addWidget(self.back)
        line.addWidget(self.next)
        whole.addWidget(self._line)
        whole.addWidget(self.pixels)

    def _on_pointed(self) -> None:
        self._asked = 0
        self.pixels.setText("")
        self._show()
        self._ask_pixels()

    def _show(self) -> None:
        hits = self._pointing.hits
        self.heading.setText(self._desk.speech.plural("pointed.here", len(hits)))
        self.list.clear()
        for hit in hits:
            self.list.addItem(self._name(hit))
        self.list.setCurrentIndex(self._pointing.index)
        self.list.setAccessibleName(self.heading.text())
        several = len(hits) > 1
        for part in (self.heading, self._line):
            part.setVisible(several)
        self.pixels.setVisible(bool(self.pixels.text()))
        self.setVisible(several or bool(self.pixels.text()))

    def _name(self, hit: Hit) -> str:
        layer = self._desk.project.layer(hit.layer_id)
        title = self._desk.speech.title(layer.title)
        if not isinstance(layer, VectorLayer):
            return title
        rows = layer.table.rows_of_ids(np.array([hit.row_id], dtype=np.int64))
        name = row_name(layer, int(rows[0]), self._desk.words) if len(rows) else ""
        return f"{title} · {name}" if name else title

    # --- rasters ------------------------------------------------------------------------------

    def _ask_pixels(self) -> None:
        place, scene = self._pointing.place, self._scene()
        if place is None or len(scene.vectors) == len(scene.layers):
            return
        self._asked += 1
        self._newest.submit(
            lambda ctx: pixels_at(scene, *place, ctx),
            done=self._take_pixels,
            failed=self._on_failed,
        )

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        self.pixels.setText(self._desk.words.error(error)[0])
        self._show()

    def _take_pixels(self, pixels: tuple[Pixel, ...]) -> None:
        lines = [self._said(pixel) for pixel in pixels if self._is_there(pixel)]
        self.pixels.setText("\n".join(lines))
        self._show()
        if not all(pixel.is_final for pixel in pixels) and self._asked < MOST_ASKED:
            self._again.start()

    def _is_there(self, pixel: Pixel) -> bool:
        return self._desk.project.has_layer(pixel.layer_id)

    def _said(self, pixel: Pixel) -> str:
        words = self._desk.words
        title = self._desk.speech.title(self._desk.project.layer(pixel.layer_id).title)
        values = " · ".join(words.number(value, _decimals(value)) for value in pixel.values)
        return words.text(
            "pointed.pixel", layer=title, values=values or words.text("pointed.no-pixel")
        )


def _decimals(value: float) -> int:
    """Return as many decimals as a value needs, three at most."""
    return next(
        (n for n in range(MOST_DECIMALS) if abs(value - round(value, n)) < 0.5e-3), MOST_DECIMALS
    )

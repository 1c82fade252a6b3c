"""“Within … m of …”: a distance and what it is measured from; empty until something is chosen.

What may be chosen: the features selected in another layer, then each whole layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QWidget

from emadina_gis.app.controls import column, row
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.workflows.selecting import Near

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import VectorLayer

USUAL_M = 60.0
LARGEST_M = 100_000.0
#: A layer, and the row ids that are meant; None for all of it.
Choice = tuple[str, tuple[int, ...] | None]


class NearField(QWidget):
    """The features meant and the distance; `submitted` when Enter is pressed in it."""

    submitted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._choices: list[Choice | None] = []
        self.what = QComboBox()
        self.what.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.distance = stand_like_text(QDoubleSpinBox())
        self.distance.setRange(0.0, LARGEST_M)
        self.distance.setDecimals(0)
        self.distance.setValue(USUAL_M)
        self.distance.lineEdit().returnPressed.connect(self.submitted)
        lines = column(self, spacing=6)
        lines.addWidget(desk.voice.label("select.near", "section"))
        lines.addWidget(self.what)
        how_far = row()
        label = desk.voice.label("select.distance")
        label.setBuddy(self.distance)
        how_far.addWidget(label, 1)
        how_far.addWidget(self.distance)
        lines.addLayout(how_far)
        desk.speech.bind(self, "select.near", self.what.setAccessibleName)
        desk.speech.bind(self, "select.distance", self.distance.setAccessibleName)
        self.what.currentIndexChanged.connect(lambda _at: self._show_distance())

    def offer(self, layer: VectorLayer | None) -> None:
        """List what features of a layer may be near; what was chosen stays chosen.

        Features that were selected stay on the list while they are chosen: selecting others by
        their nearness to them takes their selection away.
        """
        chosen, offered = self.chosen, self._offered(layer)
        if chosen and chosen not in offered and self._desk.project.has_layer(chosen[0]):
            offered.insert(0, chosen)
        self.what.blockSignals(True)
        self.what.clear()
        self._choices = [None, *offered]
        for choice in self._choices:
            self.what.addItem(self._text(choice))
        at = self._choices.index(chosen) if chosen in self._choices else 0
        self.what.setCurrentIndex(at)
        self.what.blockSignals(False)
        self._show_distance()

    @property
    def chosen(self) -> Choice | None:
        """The layer and the features meant; None for nothing."""
        at = self.what.currentIndex()
        return self._choices[at] if 0 <= at < len(self._choices) else None

    @property
    def near(self) -> Near | None:
        """What was asked for, or None."""
        chosen = self.chosen
        if chosen is None:
            return None
        return Near(*chosen, self.distance.value())

    def _offered(self, layer: VectorLayer | None) -> list[Choice]:
        others = [
            other.id
            for other in self._desk.project.vector_layers
            if other.table.has_geometry and (layer is None or other.id != layer.id)
        ]
        chosen = {name: tuple(self._desk.view.selected(name).tolist()) for name in others}
        selected = [(name, ids) for name, ids in chosen.items() if ids]
        return [*selected, *((name, None) for name in others)]

    def _text(self, choice: Choice | None) -> str:
        speech = self._desk.speech
        if choice is None:
            return speech.text("select.near-nothing")
        layer_id, ids = choice
        title = speech.title(self._desk.project.layer(layer_id).title)
        if ids is None:
            return speech.text("select.near-all", layer=title)
        return speech.plural("select.near-selected", len(ids), layer=title)

    def _show_distance(self) -> None:
        self.distance.setEnabled(self.chosen is not None)

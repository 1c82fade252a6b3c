"""“That touch…”, “within … m of…”: a relation to other features; empty until some are chosen.

What may be chosen: the features selected in a layer, then each whole layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from emadina_gis.app.controls import column, narrow_list, row
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.workflows.selecting import Near, Relation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import VectorLayer

USUAL_M = 60.0
LARGEST_M = 100_000.0
#: In the order of the list.
RELATIONS = (Relation.NEAR, Relation.INTERSECTS, Relation.WITHIN, Relation.CONTAINS,
             Relation.TOUCHES, Relation.CROSSES)  # fmt: skip
#: A layer, and the row ids that are meant (ascending, nobody writes to them); None for all of it.
Choice = tuple[str, "NDArray[np.int64] | None"]


class NearField(QWidget):
    """The relation, the features meant and the distance; Enter in it is `submitted`."""

    submitted = Signal()
    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._choices: list[Choice | None] = []
        self.relation = narrow_list()
        self.what = narrow_list()
        self.distance = stand_like_text(QDoubleSpinBox())
        self.distance.setRange(0.0, LARGEST_M)
        self.distance.setDecimals(0)
        self.distance.setValue(USUAL_M)
        self.distance.lineEdit().returnPressed.connect(self.submitted)
        self._distance_row = QWidget()
        self._lay_out()
        for name, field in (("select.near", self.what), ("select.distance", self.distance),
                            ("select.how", self.relation)):  # fmt: skip
            desk.speech.bind(self, name, field.setAccessibleName)
        desk.speech.changed.connect(self._say_relations)
        self._say_relations()
        self.what.currentIndexChanged.connect(lambda _at: self._show_distance())
        self.relation.currentIndexChanged.connect(lambda _at: self._show_distance())
        self.distance.valueChanged.connect(lambda _value: self.changed.emit())

    def _lay_out(self) -> None:
        lines = column(self, spacing=6)
        lines.addWidget(self._desk.voice.label("select.near", "section"))
        lines.addWidget(self.relation)
        lines.addWidget(self.what)
        how_far = row(self._distance_row)
        label = self._desk.voice.label("select.distance")
        label.setBuddy(self.distance)
        how_far.addWidget(label, 1)
        how_far.addWidget(self.distance)
        lines.addWidget(self._distance_row)

    def _say_relations(self) -> None:
        at = max(self.relation.currentIndex(), 0)
        self.relation.blockSignals(True)
        self.relation.clear()
        for relation in RELATIONS:
            self.relation.addItem(self._desk.speech.text(f"select.relation.{relation.value}"))
        self.relation.setCurrentIndex(at)
        self.relation.blockSignals(False)

    def offer(self, layer: VectorLayer | None) -> None:
        """List what features of a layer may be compared with; what was chosen stays chosen.

        Features that were selected stay on the list while they are chosen: selecting others by
        their nearness to them takes their selection away.
        """
        chosen, offered = self.chosen, self._offered(layer)
        is_gone = chosen is not None and _place(chosen, offered) < 0
        if chosen is not None and is_gone and self._desk.project.has_layer(chosen[0]):
            offered.insert(0, chosen)
        self.what.blockSignals(True)
        self.what.clear()
        self._choices = [None, *offered]
        for choice in self._choices:
            self.what.addItem(self._text(choice))
        self.what.setCurrentIndex(_place(chosen, offered) + 1)
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
        relation = RELATIONS[max(self.relation.currentIndex(), 0)]
        return Near(*chosen, self.distance.value(), relation)

    def _offered(self, layer: VectorLayer | None) -> list[Choice]:
        """Return the selected features of any layer, then the layers, but not `layer` whole."""
        every = [other.id for other in self._desk.project.vector_layers if other.table.has_geometry]
        chosen = {name: self._desk.view.selected(name) for name in every}
        selected: list[Choice] = [(name, ids) for name, ids in chosen.items() if len(ids)]
        whole: list[Choice] = [(name, None) for name in every if layer is None or name != layer.id]
        return [*selected, *whole]

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
        is_near = RELATIONS[max(self.relation.currentIndex(), 0)] is Relation.NEAR
        self._distance_row.setVisible(is_near)
        self.distance.setEnabled(self.chosen is not None)
        self.relation.setEnabled(self.chosen is not None)
        self.changed.emit()


def _place(wanted: Choice | None, choices: list[Choice]) -> int:
    """Return where a choice stands; -1 where it is none of them."""
    if wanted is None:
        return -1
    same = (at for at, other in enumerate(choices) if _is_same(wanted, other))
    return next(same, -1)


def _is_same(one: Choice, other: Choice) -> bool:
    mine, theirs = one[1], other[1]
    if one[0] != other[0] or mine is None or theirs is None:
        return one[0] == other[0] and mine is theirs
    return mine is theirs or np.array_equal(mine, theirs)

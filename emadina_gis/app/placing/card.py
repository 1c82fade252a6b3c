"""One control point in the panel: where it is on the layer, where on the map, how far it is missed.

Owns its fields; what they say goes out as signals. Coordinates are typed or pasted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLineEdit, QWidget

from emadina_gis.app.controls import column, plain_label, row, set_tone
from emadina_gis.app.placing.coordinates import number_of, pair_of, typed

if TYPE_CHECKING:
    from emadina_gis.app.controls import Voice
    from emadina_gis.app.speech import Speech
    from emadina_gis.workflows.placing import DraftPoint, Place

SIDES = ("source", "target")


class CoordinateField(QLineEdit):
    """A field for one coordinate; digits run from left to right in every language."""

    def __init__(self, speech: Speech) -> None:
        super().__init__()
        self._speech = speech
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setMinimumWidth(70)

    @property
    def value(self) -> float | None:
        """The number typed, None where there is none."""
        return number_of(self.text())

    def show_value(self, value: float | None, decimals: int) -> None:
        """Show a number, unless the person is typing here."""
        if self.hasFocus() and self.isModified():
            return
        point = "." if self._speech.language == "en" else ","
        self.setText(typed(value, decimals, point))
        self.setCursorPosition(0)
        set_tone(self, "")


class PointCard(QFrame):
    """Fields and residual of one point.

    Signals
    -------
    place_typed(str, tuple)
        A side ("source" or "target") has another place.
    used_changed(bool), removed(), cross_taken()
        What the person wants with the point.
    """

    place_typed = Signal(str, object)
    used_changed = Signal(bool)
    removed = Signal()
    cross_taken = Signal()

    def __init__(self, voice: Voice, *, is_picture: bool) -> None:
        super().__init__()
        self.setObjectName("card")
        self._voice = voice
        self._is_picture = is_picture
        self.used = QCheckBox()
        self.used.clicked.connect(lambda: self.used_changed.emit(self.used.isChecked()))
        self.residual = plain_label("", "secondary")
        self.remove = voice.tool("placing.remove-point", "x", self.removed.emit, "secondary")
        self.fields = {
            side: (CoordinateField(voice.speech), CoordinateField(voice.speech)) for side in SIDES
        }
        self.take = voice.button("placing.take-cross", self.cross_taken.emit)
        self.take.hide()
        self._lay_out()

    def _lay_out(self) -> None:
        content = column(self, spacing=6, margins=(12, 8, 8, 10))
        head = row(spacing=6)
        head.addWidget(self.used)
        head.addStretch(1)
        head.addWidget(self.residual)
        head.addWidget(self.remove)
        content.addLayout(head)
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        first = "placing.on-picture" if self._is_picture else "placing.on-drawing"
        for line, (side, key) in enumerate(zip(SIDES, (first, "placing.on-map"), strict=True)):
            grid.addWidget(self._voice.label(key, "secondary"), line, 0)
            grid.addWidget(side_by_side(self.fields[side]), line, 1)
            for place, field in enumerate(self.fields[side]):
                field.editingFinished.connect(lambda which=side: self._on_typed(which))
                axis = _AXES[side, place, self._is_picture]
                self._voice.speech.bind(
                    field, axis, field.setPlaceholderText, field.setAccessibleName
                )
        grid.setColumnStretch(1, 1)
        content.addLayout(grid)
        content.addWidget(self.take)

    def show_point(self, number: int, point: DraftPoint, decimals: int) -> None:
        """Show a point with its number."""
        self.used.setText(self._voice.speech.text("placing.point", number=number))
        self.used.setChecked(point.used)
        for side in SIDES:
            place: Place | None = getattr(point, side)
            for index, field in enumerate(self.fields[side]):
                value = None if place is None else place[index]
                if value is not None and self._is_row(side, index):
                    value = -value
                field.show_value(value, 1 if side == "source" and self._is_picture else decimals)

    def show_residual(self, text: str, tone: str) -> None:
        """Say by how much the point is missed."""
        self.residual.setText(text)
        set_tone(self.residual, tone)

    def show_cross(self, text: str) -> None:
        """Offer the coordinates of a grid cross; empty offers nothing."""
        self.take.setVisible(bool(text))
        if text:
            self.take.setText(text)
            self.take.setAccessibleName(text)

    def _is_row(self, side: str, index: int) -> bool:
        return self._is_picture and side == "source" and index == 1

    def _part(self, side: str) -> None:
        """Fill both fields where two numbers stand in one."""
        fields = self.fields[side]
        pairs = [pair_of(field.text()) for field in fields if field.isModified()]
        pair = next((found for found in pairs if found is not None), None)
        if pair is None:
            return
        for field, value in zip(fields, pair, strict=True):
            field.setText(typed(value))
            field.setModified(True)

    def _on_typed(self, side: str) -> None:
        fields = self.fields[side]
        if not any(field.isModified() for field in fields):
            return
        self._part(side)
        for field in fields:
            wrong = bool(field.text().strip()) and field.value is None
            set_tone(field, "error" if wrong else "")
        x, y = (field.value for field in fields)
        if x is None or y is None:
            return
        for field in fields:
            field.setModified(False)
        self.place_typed.emit(side, (x, -y if self._is_row(side, 1) else y))


def side_by_side(fields: tuple[CoordinateField, CoordinateField]) -> QWidget:
    """Return x and y side by side, in this order in every language."""
    pair = QWidget()
    pair.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    line = row(pair, spacing=6)
    for field in fields:
        line.addWidget(field)
    return pair


_AXES = {
    ("source", 0, False): "placing.x",
    ("source", 1, False): "placing.y",
    ("source", 0, True): "placing.column",
    ("source", 1, True): "placing.row",
    ("target", 0, False): "placing.map-x",
    ("target", 1, False): "placing.map-y",
    ("target", 0, True): "placing.map-x",
    ("target", 1, True): "placing.map-y",
}

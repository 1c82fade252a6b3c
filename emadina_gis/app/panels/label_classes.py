"""How labels of each class look: shown or not, size, bold, italic, priority, in a small table.

Owns the widgets of the classes; each change is told by a signal.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QGridLayout, QSpinBox, QToolButton, QWidget

from emadina_gis.app.controls import clear, column, plain_label
from emadina_gis.app.models.labels import class_values, rule_of, with_rule
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.app.panels.layer_legend import Elided

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractButton

    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.style import LabelRule, LabelStyle

MOST_PRIORITY = 9
_LARGEST_MM = 20.0


class LabelClasses(QWidget):
    """One line a class; `changed` carries the rules."""

    changed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._shown: tuple[Any, ...] = ()
        self._label: LabelStyle | None = None
        self._whole = column(self, spacing=4)

    def show_classes(self, layer: VectorLayer, label: LabelStyle | None) -> None:
        """Show the classes of a layer's labels."""
        field = "" if label is None else label.class_field
        values = class_values(layer, field) if field else ()
        language = self._desk.words.language
        shown = (layer.id, field, values, label.rules if label else (), language)
        self._label = label
        if shown == self._shown:
            return
        self._shown = shown
        clear(self._whole)
        self.setVisible(bool(field))
        if field and not values:
            text = self._desk.speech.text("labels.too-many-classes")
            self._whole.addWidget(plain_label(text, "muted", wrap=True))
        elif values and label is not None:
            self._whole.addLayout(self._grid(label, values))

    def _grid(self, label: LabelStyle, values: tuple[Any, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        for line, value in enumerate(values):
            self._add(grid, line, rule_of(label, value))
        return grid

    def _add(self, grid: QGridLayout, line: int, rule: LabelRule) -> None:
        name = self._desk.words.isolated(str(rule.value))
        shown = QCheckBox()
        shown.setChecked(rule.shown)
        shown.toggled.connect(lambda on: self._tell(replace(rule, shown=on)))
        self._name(shown, "labels.class.shown", name)
        bold = self._letter("labels.class.bold", name, on=bool(rule.bold))
        bold.toggled.connect(lambda on: self._tell(replace(rule, bold=on or None)))
        italic = self._letter("labels.class.italic", name, on=bool(rule.italic))
        italic.toggled.connect(lambda on: self._tell(replace(rule, italic=on or None)))
        size = self._size(rule, name)
        rank = self._rank(rule, name)
        title = Elided(name)
        for at, widget in enumerate((title, shown, size, bold, italic, rank)):
            grid.addWidget(widget, line, at)

    def _letter(self, key: str, name: str, *, on: bool) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setChecked(on)
        button.setText(self._desk.speech.text(f"{key}-letter"))
        font = button.font()
        font.setBold(key.endswith("bold"))
        font.setItalic(key.endswith("italic"))
        button.setFont(font)
        self._name(button, key, name)
        return button

    def _name(self, widget: QAbstractButton | QWidget, key: str, name: str) -> None:
        said = self._desk.speech.text(key, name=name)
        widget.setAccessibleName(said)
        widget.setToolTip(said)

    def _size(self, rule: LabelRule, name: str) -> QDoubleSpinBox:
        size = stand_like_text(QDoubleSpinBox())
        size.setRange(0.0, _LARGEST_MM)
        size.setSingleStep(0.2)
        size.setDecimals(1)
        size.setKeyboardTracking(False)
        size.setSpecialValueText(self._desk.speech.text("labels.class.same"))
        size.setValue(rule.size_mm or 0.0)
        size.valueChanged.connect(lambda mm: self._tell(replace(rule, size_mm=mm or None)))
        self._name(size, "labels.class.size", name)
        return size

    def _rank(self, rule: LabelRule, name: str) -> QSpinBox:
        rank = stand_like_text(QSpinBox())
        rank.setRange(-MOST_PRIORITY, MOST_PRIORITY)
        rank.setKeyboardTracking(False)
        rank.setValue(rule.priority)
        rank.valueChanged.connect(lambda value: self._tell(replace(rule, priority=value)))
        self._name(rank, "labels.class.priority", name)
        return rank

    def _tell(self, rule: LabelRule) -> None:
        if self._label is not None:
            self.changed.emit(with_rule(self._label, rule))

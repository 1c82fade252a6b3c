"""How labels of each class look: shown or not, size, bold, italic, priority; two lines a class.

Owns the widgets of the classes; each change is told by a signal.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QSpinBox, QToolButton, QWidget

from emadina_gis.app.controls import clear, column, plain_label, row
from emadina_gis.app.models.columns import said_value
from emadina_gis.app.models.labels import class_values, rule_of, with_rule
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.domain.style import LabelRule

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.style import LabelStyle

MOST_PRIORITY = 9
_LARGEST_MM = 20.0


class ClassLine(QWidget):
    """The look of one class; `changed` carries its rule."""

    changed = Signal(object)

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__()
        self._desk = desk
        self._rule = LabelRule(None)
        self._showing = False
        self.shown = QCheckBox(name)
        self.letter_size = stand_like_text(QDoubleSpinBox())
        self.letter_size.setRange(0.0, _LARGEST_MM)
        self.letter_size.setSingleStep(0.2)
        self.letter_size.setDecimals(1)
        self.letter_size.setSpecialValueText(desk.speech.text("labels.class.same"))
        self.bold = self._letter("bold")
        self.italic = self._letter("italic")
        self.rank = stand_like_text(QSpinBox())
        self.rank.setRange(-MOST_PRIORITY, MOST_PRIORITY)
        whole = column(self, spacing=2)
        whole.addWidget(self.shown)
        line = row(spacing=4, margins=(0, 0, 0, 4))
        for widget in (self.letter_size, self.bold, self.italic, self.rank):
            line.addWidget(widget, int(widget in {self.letter_size, self.rank}))
        whole.addLayout(line)
        for named, part in (
            (self.shown, "shown"), (self.letter_size, "size"), (self.bold, "bold"),
            (self.italic, "italic"), (self.rank, "priority"),
        ):  # fmt: skip
            self._name(named, desk.speech.text(f"labels.class.{part}", name=name))
        self._connect()

    def _letter(self, part: str) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setText(self._desk.speech.text(f"labels.class.{part}-letter"))
        font = button.font()
        font.setBold(part == "bold")
        font.setItalic(part == "italic")
        button.setFont(font)
        return button

    def _name(self, widget: QWidget, said: str) -> None:
        widget.setAccessibleName(said)
        widget.setToolTip(said)

    def _connect(self) -> None:
        for spin in (self.letter_size, self.rank):
            spin.setKeyboardTracking(False)
        self.shown.toggled.connect(lambda on: self._tell(shown=on))
        self.letter_size.valueChanged.connect(lambda mm: self._tell(size_mm=mm or None))
        self.bold.toggled.connect(lambda on: self._tell(bold=on or None))
        self.italic.toggled.connect(lambda on: self._tell(italic=on or None))
        self.rank.valueChanged.connect(lambda value: self._tell(priority=value))

    def show_rule(self, rule: LabelRule) -> None:
        """Show the look of the class without telling."""
        self._showing, self._rule = True, rule
        self.shown.setChecked(rule.shown)
        self.letter_size.setValue(rule.size_mm or 0.0)
        self.bold.setChecked(bool(rule.bold))
        self.italic.setChecked(bool(rule.italic))
        self.rank.setValue(rule.priority)
        for widget in (self.letter_size, self.bold, self.italic, self.rank):
            widget.setEnabled(rule.shown)
        self._showing = False

    def _tell(self, **parts: Any) -> None:
        if not self._showing:
            self.changed.emit(replace(self._rule, **parts))


class LabelClasses(QWidget):
    """The classes of a layer's labels; `changed` carries their rules."""

    changed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._shown: tuple[Any, ...] = ()
        self._label: LabelStyle | None = None
        self._lines: dict[Any, ClassLine] = {}
        self._whole = column(self, spacing=4)

    def show_classes(self, layer: VectorLayer, label: LabelStyle | None) -> None:
        """Show the classes of a layer's labels; the same ones only get other looks."""
        self._label = label
        field = "" if label is None else label.class_field
        values = class_values(layer, field) if field else ()
        shown = (layer.id, field, values, self._desk.words.language)
        if shown != self._shown:
            self._shown = shown
            self._make(layer, field, values)
        if label is not None:
            for value, line in self._lines.items():
                line.show_rule(rule_of(label, value))

    def _make(self, layer: VectorLayer, field: str, values: tuple[Any, ...]) -> None:
        clear(self._whole)
        self._lines = {}
        self.setVisible(bool(field))
        if field and not values:
            text = self._desk.speech.text("labels.too-many-classes")
            self._whole.addWidget(plain_label(text, "muted", wrap=True))
        for value in values:
            words = self._desk.words
            said = said_value(layer, field, value, words) or words.isolated(str(value))
            line = ClassLine(self._desk, said)
            line.changed.connect(self._tell)
            self._lines[value] = line
            self._whole.addWidget(line)

    def _tell(self, rule: LabelRule) -> None:
        if self._label is not None:
            self.changed.emit(with_rule(self._label, rule))

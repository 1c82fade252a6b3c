"""One rule of a style: its condition, what the legend says, at which scales it counts.

Owns the widgets; what is wrong with a condition is told under it. Knows no other rules.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QSpinBox, QWidget

from emadina_gis.app.controls import column, row
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.app.panels.formula_field import FormulaField
from emadina_gis.domain.style import ALL_SCALES, Rule
from emadina_gis.domain.title import Title
from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.models.columns import NamedColumn

SMALLEST_SCALE = 10_000_000
LEAST_PX = 72


class RuleForm(QWidget):
    """A rule; `changed` tells another one, and `asked` what is to be done with it."""

    changed = Signal(object)
    move_asked = Signal(int)
    remove_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._rule = Rule("")
        self._filling = False
        self.condition = FormulaField(desk, "style.rule.hint")
        self.label = QLineEdit()
        self.nearest = _scale()
        self.farthest = _scale()
        self._lay_out()
        self.condition.submitted.connect(self._on_condition)
        self.condition.line.editingFinished.connect(self._on_condition)
        self.label.editingFinished.connect(self._on_label)
        for spin in (self.nearest, self.farthest):
            spin.valueChanged.connect(self._on_scales)

    def _lay_out(self) -> None:
        desk = self._desk
        form = QFormLayout()
        form.setVerticalSpacing(6)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._condition_label = desk.voice.label("style.rule.condition")
        form.addRow(self._condition_label, self.condition)
        form.addRow(desk.voice.label("style.rule.label"), self.label)
        scales = QWidget()
        line = row(scales, spacing=6)
        line.addWidget(self.nearest, 1)
        line.addWidget(self.farthest, 1)
        form.addRow(desk.voice.label("style.rule.scales"), scales)
        for widget, key in (
            (self.label, "style.rule.label"), (self.nearest, "style.rule.nearest"),
            (self.farthest, "style.rule.farthest"),
        ):  # fmt: skip
            desk.speech.bind(widget, key, widget.setAccessibleName, widget.setToolTip)
        tools = row(spacing=2)
        tools.addStretch(1)
        for key, icon, step in (
            ("style.rule.earlier", "arrow-up", -1), ("style.rule.later", "arrow-down", 1),
        ):  # fmt: skip
            tools.addWidget(desk.voice.tool(key, icon, partial(self.move_asked.emit, step)))
        tools.addWidget(desk.voice.tool("style.rule.remove", "trash-2", self.remove_asked.emit))
        whole = column(self, spacing=6)
        whole.addLayout(form)
        whole.addLayout(tools)
        self._form = form

    def show_rule(self, rule: Rule, columns: tuple[NamedColumn, ...], error: str = "") -> None:
        """Show another rule, the columns that it may name, and what is wrong with it."""
        self._filling = True
        same = rule.condition == self._rule.condition and self.condition.text() != ""
        self._rule = rule
        self._form.setRowVisible(self.condition, not rule.is_else)
        if not same or not self.condition.line.hasFocus():
            self.condition.line.blockSignals(True)
            self.condition.set_text(rule.condition)
            self.condition.line.setCursorPosition(0)
            self.condition.line.blockSignals(False)
        self.condition.set_columns(columns)
        self.condition.show_error(error)
        said = rule.title.text(self._desk.words.language) if rule.title else rule.label
        self.label.setText(said)
        self.label.setCursorPosition(0)
        self.label.setPlaceholderText(rule.condition)
        self.nearest.setValue(_denominator(rule.min_units_per_px))
        far = rule.max_units_per_px
        self.farthest.setValue(0 if far >= ALL_SCALES else _denominator(far))
        for spin in (self.nearest, self.farthest):
            spin.setSpecialValueText(self._desk.speech.text("style.rule.any-scale"))
        self._filling = False

    def _on_condition(self) -> None:
        text = self.condition.text().strip()
        if not self._filling and text and text != self._rule.condition:
            self._put(replace(self._rule, condition=text))

    def _on_label(self) -> None:
        text = self.label.text().strip()
        before = self._rule.title.text(self._desk.words.language) if self._rule.title else ""
        if not self._filling and text != (before or self._rule.label):
            title = Title.plain(text) if self._rule.title and text else None
            self._put(replace(self._rule, label="" if title else text, title=title))

    def _on_scales(self) -> None:
        if self._filling:
            return
        near = _metres_per_px(self.nearest.value())
        far = self.farthest.value()
        farthest = _metres_per_px(far) if far else ALL_SCALES
        if near <= farthest:
            self._put(replace(self._rule, min_units_per_px=near, max_units_per_px=farthest))

    def _put(self, rule: Rule) -> None:
        if rule != self._rule:
            self._rule = rule
            self.changed.emit(rule)


def _scale() -> QSpinBox:
    spin = stand_like_text(QSpinBox())
    spin.setRange(0, SMALLEST_SCALE)
    spin.setSingleStep(1_000)
    spin.setPrefix("1:")
    spin.setMinimumWidth(LEAST_PX)
    spin.setGroupSeparatorShown(True)
    spin.setKeyboardTracking(False)
    return spin


def _denominator(metres_per_px: float) -> int:
    return round(metres_per_px * 1000 / MM_PER_PX_AT_96_DPI)


def _metres_per_px(denominator: int) -> float:
    return denominator * MM_PER_PX_AT_96_DPI / 1000

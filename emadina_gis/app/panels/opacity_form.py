"""How opaque each feature is: a numeric column, and the values that are faint and full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QSpinBox, QWidget

from emadina_gis.app.controls import column, narrow_list, row
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.domain.style import FeatureOpacity

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.models.columns import NamedColumn

_FAR = 1e12
#: Values from here on are told with one decimal.
_WHOLE = 100.0


class OpacityForm(QWidget):
    """A column and its two ends; `changed` tells a `FeatureOpacity`, or None for none."""

    changed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._columns: tuple[NamedColumn, ...] = ()
        self._filling = False
        self.field = narrow_list()
        self.low, self.high = _number(), _number()
        self.least = stand_like_text(QSpinBox())
        self.least.setRange(0, 100)
        self.least.setSuffix(" %")
        self._form = QFormLayout()
        self._form.setVerticalSpacing(8)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        ends = QWidget()
        line = row(ends, spacing=6)
        line.addWidget(self.low, 1)
        line.addWidget(self.high, 1)
        self._ends = ends
        rows: tuple[tuple[str, QWidget], ...] = (
            ("style.opacity.field", self.field), ("style.opacity.ends", ends),
            ("style.opacity.least", self.least),
        )  # fmt: skip
        for key, widget in rows:
            self._form.addRow(desk.voice.label(key), widget)
        named: tuple[tuple[str, QWidget], ...] = (
            ("style.opacity.field", self.field), ("style.opacity.low", self.low),
            ("style.opacity.high", self.high), ("style.opacity.least", self.least),
        )  # fmt: skip
        for key, widget in named:
            desk.speech.bind(widget, key, widget.setAccessibleName, widget.setToolTip)
        column(self).addLayout(self._form)
        self.field.activated.connect(self._on_field)
        for spin in (self.low, self.high, self.least):
            spin.valueChanged.connect(self._on_value)

    def show_opacity(
        self, opacity: FeatureOpacity | None, columns: tuple[NamedColumn, ...]
    ) -> None:
        """Show what a layer has, and the columns it may be taken from."""
        self._filling = True
        self._columns = tuple(named for named in columns if named.is_number)
        self.field.clear()
        self.field.addItem(self._desk.speech.text("style.opacity.none"), "")
        for named in self._columns:
            self.field.addItem(named.title, named.field)
        self.field.setCurrentIndex(self.field.findData("" if opacity is None else opacity.field))
        for widget in (self._ends, self.least):
            self._form.setRowVisible(widget, opacity is not None)
        if opacity is not None:
            fine = max(abs(opacity.low), abs(opacity.high)) < _WHOLE
            for spin, value in ((self.low, opacity.low), (self.high, opacity.high)):
                spin.setDecimals(4 if fine else 1)
                spin.setValue(value)
            self.least.setValue(round(opacity.least * 100))
        self._filling = False

    def _on_field(self, _index: int) -> None:
        name = str(self.field.currentData() or "")
        named = next((one for one in self._columns if one.field == name), None)
        if named is None:
            self.changed.emit(None)
            return
        finite = named.column.numbers[np.isfinite(named.column.numbers)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
        decimals = 4 if max(abs(low), abs(high)) < _WHOLE else 1
        self.changed.emit(FeatureOpacity(name, round(low, decimals), round(high, decimals)))

    def _on_value(self) -> None:
        if self._filling:
            return
        name = str(self.field.currentData() or "")
        made = FeatureOpacity(name, self.low.value(), self.high.value(), self.least.value() / 100)
        self.changed.emit(made)


def _number() -> QDoubleSpinBox:
    spin = stand_like_text(QDoubleSpinBox())
    spin.setRange(-_FAR, _FAR)
    spin.setDecimals(4)
    spin.setMinimumWidth(72)
    spin.setKeyboardTracking(False)
    spin.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
    return spin

"""The settings: language, theme, size of text, units, limits, network consent; applied at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QSpinBox, QWidget

from emadina_gis.app.cache_card import CacheCard
from emadina_gis.app.controls import narrow_list
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.app.panels.shortcuts import ShortcutsCard
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.session.settings import TEXT_SCALES, choices_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.app.actions import Actions
    from emadina_gis.app.desk import Desk

CHOICES = ("language", "theme", "motion", "area_unit", "drawing")
NUMBERS = {"cache_mb": (50, 100_000, 100), "undo_mb": (50, 100_000, 100)}
CONSENTS = ("network_allowed", "plugins_allowed")
#: Names of languages stand in their own language.
LANGUAGE_NAMES = {"fr": "Français", "ar": "العربية", "en": "English"}


class SettingsPanel(SidePage):
    """One row per setting; no button to apply."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__(desk, "settings.title")
        self.boxes: dict[str, QComboBox] = {}
        self.numbers: dict[str, QSpinBox] = {}
        self.checks: dict[str, QCheckBox] = {}
        self.text_size = narrow_list()
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for name in CHOICES:
            self._add_choice(form, name)
        self._add_row(form, "settings.text_scale.title", self.text_size)
        self.text_size.activated.connect(self._on_text_size)
        for name, limits in NUMBERS.items():
            self._add_number(form, name, limits)
        self.content.addLayout(form)
        self.shortcuts = ShortcutsCard(desk, actions)
        self.content.addWidget(self.shortcuts)
        self.content.addWidget(CacheCard(desk))
        for name in CONSENTS:
            self._add_consent(name)
        self.content.addStretch(1)
        desk.speech.changed.connect(self._show)
        desk.preferences.changed.connect(self._show)
        self._show()

    def _add_row(self, form: QFormLayout, key: str, widget: QWidget) -> None:
        label = self._desk.voice.label(key)
        label.setBuddy(widget)
        self._desk.speech.bind(widget, key, widget.setAccessibleName)
        form.addRow(label, widget)

    def _add_choice(self, form: QFormLayout, name: str) -> None:
        box = narrow_list()
        box.activated.connect(lambda _index: self._change(name, str(box.currentData())))
        self.boxes[name] = box
        self._add_row(form, f"settings.{name}.title", box)

    def _add_number(self, form: QFormLayout, name: str, limits: tuple[int, int, int]) -> None:
        spin = stand_like_text(QSpinBox())
        low, high, step = limits
        spin.setRange(low, high)
        spin.setSingleStep(step)
        spin.editingFinished.connect(lambda: self._change(name, spin.value()))
        self.numbers[name] = spin
        self._add_row(form, f"settings.{name}.title", spin)

    def _add_consent(self, name: str) -> None:
        check = QCheckBox()
        self._desk.speech.bind(check, f"settings.{name}.title", check.setText)
        check.toggled.connect(lambda on: self._change(name, bool(on)))
        self.checks[name] = check
        self.content.addWidget(check)
        hint = self._desk.voice.label(f"settings.{name}.doc", "secondary")
        hint.setWordWrap(True)
        self.content.addWidget(hint)

    def _change(self, name: str, value: object) -> None:
        if getattr(self._desk.preferences.settings, name) != value:
            self._desk.preferences.change(**{name: value})

    def _on_text_size(self) -> None:
        self._change("text_scale", float(self.text_size.currentData()))

    def _show(self) -> None:
        settings = self._desk.preferences.settings
        for name, box in self.boxes.items():
            _fill(box, [(v, self._name_of(name, v)) for v in choices_of(name)],
                  getattr(settings, name))  # fmt: skip
        scales = [
            (scale, self._desk.words.quantity(round(scale * 100), "percent"))
            for scale in TEXT_SCALES
        ]
        _fill(self.text_size, scales, settings.text_scale)
        for name, spin in self.numbers.items():
            spin.setSuffix(f" {self._desk.words.unit('mb')}")
            spin.setValue(getattr(settings, name))
        for name, check in self.checks.items():
            check.setChecked(getattr(settings, name))

    def _name_of(self, setting: str, value: str) -> str:
        if setting == "language" and value:
            return LANGUAGE_NAMES[value]
        return self._desk.speech.text(f"settings.choice.{setting}.{value or 'system'}")


def _fill(box: QComboBox, offered: Sequence[tuple[object, str]], chosen: object) -> None:
    box.blockSignals(True)
    box.clear()
    for value, text in offered:
        box.addItem(text, value)
    box.setCurrentIndex(box.findData(chosen))
    box.blockSignals(False)

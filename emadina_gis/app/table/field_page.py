"""Adding a column: empty and typed, or given by a formula that is kept or frozen as values.

Owns the page. What is wrong with a formula is said under it as one types; the first values are
shown before anything is added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from emadina_gis.analysis.formula import Given, formula
from emadina_gis.app.controls import column, narrow_list, plain_label
from emadina_gis.app.models.columns import NamedColumn, value_text
from emadina_gis.app.panels.formula_field import FormulaField
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.app.table.units import offer_units, unit_of
from emadina_gis.domain.layer import FieldLabel
from emadina_gis.domain.title import Title
from emadina_gis.errors import AnalysisError, EmadinaError
from emadina_gis.session.commands.derivations import AddFields, SetFormula
from emadina_gis.session.derived import units_of
from emadina_gis.session.jobs import NewestWins
from emadina_gis.workflows.new_columns import KINDS, Preview, computed_values, empty_column, preview

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.panels.table import TablePanel
    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import VectorLayer

#: Waits for the hand before a formula is tried.
SOON_MS = 200
SHOWN_VALUES = 4
FORMULA = "formula"


class FieldPage(SidePage):
    """Name, kind, formula, unit; and what comes out."""

    def __init__(self, desk: Desk, panel: TablePanel) -> None:
        super().__init__(desk, "field.title")
        self._panel = panel
        self._newest = NewestWins(desk.jobs)
        self._edited = ""
        self.layer_name = plain_label("", "muted", wrap=True)
        self.name, self.kind, self.unit = QLineEdit(), narrow_list(), narrow_list()
        self.formula = FormulaField(desk, "field.formula-hint")
        self.keep = QCheckBox()
        self.preview = plain_label("", wrap=True)
        self.said = plain_label("", "error", wrap=True)
        desk.speech.bind(self.keep, "field.keep", self.keep.setText)
        self.keep.setChecked(True)
        keep_hint = desk.voice.label("field.keep-hint", "secondary")
        keep_hint.setWordWrap(True)
        self.content.addWidget(self.layer_name)
        self._labelled("field.name", self.name)
        self._labelled("field.kind", self.kind)
        self.computing = QWidget()
        inner = column(self.computing, spacing=10)
        for part in (self.formula, self.preview, self.keep, keep_hint):
            inner.addWidget(part)
        self.content.addWidget(self.computing)
        self._labelled("columns-page.unit", self.unit)
        self.content.addStretch(1)
        self.foot.addWidget(self.said)
        self.apply_button = desk.voice.button("field.add", self.apply, look="accent")
        self.foot.addWidget(self.apply_button)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._try)
        self.formula.line.textChanged.connect(lambda _text: self._soon.start())
        self.formula.submitted.connect(self._soon.start)
        self.kind.activated.connect(lambda _place: self._show())
        desk.speech.changed.connect(self._say)
        panel.rows_changed.connect(self._follow)
        self._say()

    def _labelled(self, key: str, field: QWidget) -> None:
        self.content.addWidget(self._desk.voice.label(key, "muted"))
        self.content.addWidget(field)
        self._desk.speech.bind(field, key, field.setAccessibleName)

    def start(self, field: str) -> None:
        """Begin a new column, or change the formula of a computed one."""
        layer = self._panel.layer
        text = "" if layer is None else layer.derived.formula_of(field)
        self._edited = field if text else ""
        self.name.setText(field if text else "")
        self.name.setEnabled(not text)
        self.kind.setEnabled(not text)
        self.kind.setCurrentIndex(0)
        self.formula.set_text(_said(text, self._desk.words.language))
        unit = "" if layer is None or not text else layer.field_label(field).unit
        offer_units(self.unit, unit, self._desk.words)
        self.said.setText("")
        self._show()
        (self.formula.line if text else self.name).setFocus()

    def _follow(self) -> None:
        layer = self._panel.layer
        if layer is not None and self.isVisible():
            self.layer_name.setText(self._desk.speech.title(layer.title))
            self.formula.set_columns(self._panel.columns.of(layer))

    def _say(self) -> None:
        chosen = max(self.kind.currentIndex(), 0)
        self.kind.clear()
        for kind in (FORMULA, *KINDS):
            self.kind.addItem(self._desk.words.text(f"field.kind-of.{kind}"), kind)
        self.kind.setCurrentIndex(chosen)
        offer_units(self.unit, unit_of(self.unit), self._desk.words)
        self._show()

    @property
    def is_computed(self) -> bool:
        """Whether a formula gives the values."""
        return str(self.kind.currentData()) == FORMULA

    def _show(self) -> None:
        self.computing.setVisible(self.is_computed)
        self.unit.setEnabled(self.kind.currentData() in {FORMULA, "number", "whole"})
        self._follow()
        self._try()

    # --- what a formula gives -----------------------------------------------------------------

    def _extra(self, layer: VectorLayer) -> Mapping[str, Column]:
        return self._desk.results.columns_of(layer)

    def _try(self) -> None:
        """Say what is wrong with the formula, or what it gives on the first rows shown."""
        layer, text = self._panel.layer, self.formula.text().strip()
        self.formula.show_error("")
        self.preview.setText("")
        if layer is None or not text or not self.is_computed or not self.isVisible():
            return
        rows, extra = self._panel.model.rows[:SHOWN_VALUES], self._extra(layer)
        given = Given(units_of(layer))
        self._newest.submit(
            lambda _ctx: preview(text, layer.table, rows, extra, given),
            done=self._show_preview,
            failed=self._on_failed,
        )

    def _show_preview(self, found: Preview) -> None:
        words = self._desk.words
        number = found.kind == "number"
        unit = unit_of(self.unit) or found.unit
        named = NamedColumn("", "", {"": found.column}, number, unit)
        values = (found.column.value(row) for row in range(len(found.column)))
        texts = [value_text(value, named, words, with_unit=bool(unit)) for value in values]
        kind = words.text(f"field.gives.{found.kind}")
        self.preview.setText(words.text("field.preview", kind=kind, values=" · ".join(texts)))
        if number and found.unit and not unit_of(self.unit):
            offer_units(self.unit, found.unit, words)
        self.keep.setEnabled(not found.reads_outcome)
        if found.reads_outcome:
            self.keep.setChecked(False)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, AnalysisError):
            raise error
        self.formula.show_error(" ".join(self._desk.words.error(error)))

    # --- adding -------------------------------------------------------------------------------

    def apply(self) -> None:
        """Add the column; long formulas are computed in the background."""
        layer, name = self._panel.layer, self.name.text().strip()
        if layer is None:
            return
        self.said.setText("")
        label = FieldLabel(Title.plain(name), unit_of(self.unit)) if name else None
        if self._edited and label is not None:
            old = layer.field_label(self._edited)
            label = FieldLabel(old.title, label.unit, old.decimals, old.values)
        if not self.is_computed:
            made = empty_column(str(self.kind.currentData()), layer.table.row_count)
            labels = ((name, label),) if label else ()
            self._do(AddFields(layer.id, ((name, made),), labels))
            return
        self._compute(layer, name, label)

    def _compute(self, layer: VectorLayer, name: str, label: FieldLabel | None) -> None:
        text, extra, given = self.formula.text().strip(), self._extra(layer), Given(units_of(layer))
        kept = self.keep.isChecked()

        def done(column_: Column) -> None:
            if kept:
                self._do(SetFormula(layer.id, name, text, label, column_))
                return
            labels = ((name, label),) if label else ()
            self._do(AddFields(layer.id, ((name, column_),), labels))

        self._desk.jobs.submit_shown(
            "job.computing-column",
            lambda ctx: computed_values(text, layer.table, extra, given, ctx),
            done=done,
            failed=self._refuse,
        )

    def _refuse(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        if error.code.startswith("formula."):
            self._on_failed(error)
        else:
            self.said.setText(" ".join(self._desk.words.error(error)))

    def _do(self, command: SetFormula | AddFields) -> None:
        """Run the command; what it refuses is said above the button."""
        try:
            self._desk.store.execute(command)
        except EmadinaError as error:
            self._refuse(error)
            return
        added = command.column if isinstance(command, SetFormula) else command.columns[0][0]
        self.start("")
        self._panel.show_column(added)


def _said(text: str, language: str) -> str:
    return formula(text).said(language) if text else ""

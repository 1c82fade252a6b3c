"""Selecting rows of the active layer by a formula, with its columns at hand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from emadina_gis.analysis.formula import formula, rows_where
from emadina_gis.app.controls import plain_label, row
from emadina_gis.app.models.columns import NamedColumn, named_columns
from emadina_gis.app.panels.formula_field import FormulaField, quoted
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.errors import EmadinaError
from emadina_gis.session.view_state import SelectMode

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk

FIELD = Qt.ItemDataRole.UserRole


class SelectByPanel(SidePage):
    """A formula, the columns, and what to do with the rows it finds."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "select.title")
        self._layer_id = ""
        self.target = plain_label("", "muted", wrap=True)
        self.field = FormulaField(desk, "select.hint")
        self.field.submitted.connect(self._on_submitted)
        self.columns = QListWidget()
        self.columns.setMinimumHeight(220)
        self.columns.itemActivated.connect(self._insert)
        self.result = plain_label("", "muted", wrap=True)
        examples = desk.voice.label("select.examples", "secondary")
        examples.setWordWrap(True)
        for widget in (self.target, self.field, examples):
            self.content.addWidget(widget)
        self.content.addWidget(desk.voice.label("select.columns", "section"))
        self.content.addWidget(self.columns, 1)
        desk.speech.bind(self, "select.columns", self.columns.setAccessibleName)
        self.foot.addWidget(self.result)
        self.apply_button = desk.voice.button("select.apply", self.apply, look="accent")
        self.foot.addWidget(self.apply_button)
        more = row()
        for key, mode in (("select.add", SelectMode.ADD), ("select.remove", SelectMode.REMOVE)):
            more.addWidget(desk.voice.button(key, partial(self.apply, mode)), 1)
        self.foot.addLayout(more)
        desk.watch_view(self, lambda view: view.active_layer_id, lambda _id: self._show())
        desk.results.changed.connect(self._show)
        desk.speech.changed.connect(self._show)

    def start(self) -> None:
        """Show the active layer and put the cursor into the formula."""
        self._show()
        self.field.line.setFocus()

    @property
    def layer(self) -> VectorLayer | None:
        """The layer that is selected from: the active one, else the parcels."""
        project = self._desk.project
        wanted = self._desk.view.active_layer_id or project.parcels_id
        if not project.has_layer(wanted):
            return None
        layer = project.layer(wanted)
        return layer if isinstance(layer, VectorLayer) else None

    def apply(self, mode: SelectMode = SelectMode.REPLACE) -> None:
        """Select the rows where the formula is true."""
        layer = self.layer
        text = self.field.text().strip()
        if layer is None or not text:
            return
        self.field.show_error("")
        try:
            columns = self._desk.results.columns_of(layer)
            rows = rows_where(formula(text), layer.table, columns)
        except EmadinaError as error:
            self.result.setText("")
            self.field.show_error(" ".join(self._desk.words.error(error)))
            return
        self._desk.view.select(layer.id, layer.table.ids[rows], mode=mode)
        self.result.setText(self._desk.speech.plural("select.found", len(rows)))

    def _on_submitted(self) -> None:
        if self.field.text().strip():
            self.apply()

    def _show(self) -> None:
        layer = self.layer
        if layer is None:
            self.target.setText(self._desk.speech.text("select.no-layer"))
            return
        title = self._desk.speech.title(layer.title)
        self.target.setText(self._desk.speech.text("select.in", layer=title))
        named = named_columns(self._desk, layer)
        self.field.set_columns(named)
        self.columns.clear()
        for column in named:
            self.columns.addItem(self._item(column))

    def _item(self, named: NamedColumn) -> QListWidgetItem:
        code = self._desk.words.isolated(quoted(named.field))
        same = named.title == named.field
        item = QListWidgetItem(code if same else f"{named.title} — {code}")
        item.setData(FIELD, quoted(named.field))
        item.setToolTip(item.text())
        return item

    def _insert(self, item: QListWidgetItem) -> None:
        self.field.line.insert(f"{item.data(FIELD)} ")
        self.field.line.setFocus()

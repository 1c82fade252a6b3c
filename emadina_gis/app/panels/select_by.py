"""Selecting features of the active layer: by a condition on its columns, by what they are near."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from emadina_gis.app.controls import plain_label, row
from emadina_gis.app.models.columns import NamedColumn, named_columns
from emadina_gis.app.panels.formula_field import FormulaField, quoted
from emadina_gis.app.panels.near_field import NearField
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.errors import EmadinaError
from emadina_gis.session.jobs import NewestWins
from emadina_gis.session.view_state import SelectMode
from emadina_gis.workflows.selecting import ids_where

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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
        self.near = NearField(desk)
        self.near.submitted.connect(self._on_submitted)
        self._newest = NewestWins(desk.jobs)
        self.columns = QListWidget()
        self.columns.setMinimumHeight(160)
        self.columns.itemActivated.connect(self._insert)
        self.result = plain_label("", "muted", wrap=True)
        examples = desk.voice.label("select.examples", "secondary")
        examples.setWordWrap(True)
        for widget in (self.target, self.field, examples, self.near):
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
        desk.watch_view(self, lambda view: view.selection, lambda _ids: self._show_near())
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
        """Select the features that meet the condition and lie near what was chosen."""
        layer, near = self.layer, self.near.near
        condition = self.field.text().strip()
        if layer is None or not (condition or near):
            return
        self.field.show_error("")
        project, columns = self._desk.project, self._desk.results.columns_of(layer)
        self._newest.submit(
            lambda ctx: ids_where(project, layer, condition, columns=columns, near=near, ctx=ctx),
            done=lambda ids: self._take(layer.id, ids, mode),
            failed=self._on_failed,
        )

    def _take(self, layer_id: str, ids: NDArray[np.int64], mode: SelectMode) -> None:
        if self._desk.project.has_layer(layer_id):
            self._desk.view.select(layer_id, ids, mode=mode)
            self.result.setText(self._desk.speech.plural("select.found", len(ids)))

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        self.result.setText("")
        self.field.show_error(" ".join(self._desk.words.error(error)))

    def _on_submitted(self) -> None:
        self.apply()

    def _show_near(self) -> None:
        self.near.offer(self.layer)

    def _show(self) -> None:
        layer = self.layer
        self._show_near()
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

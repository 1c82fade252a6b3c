"""Selecting features of a layer: by a condition on its columns, by where they lie to others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from emadina_gis.analysis.formula import Formula, formula, resolved
from emadina_gis.analysis.formula_words import FUNCTION_NAMES
from emadina_gis.app.controls import narrow_list, plain_label
from emadina_gis.app.models.columns import NamedColumn, named_columns
from emadina_gis.app.panels.formula_field import FormulaField, quoted
from emadina_gis.app.panels.near_field import NearField
from emadina_gis.app.panels.saved_formulas import SavedFormulas
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.app.when_seen import WhenSeen
from emadina_gis.app.wrapping import Wrapping, growing
from emadina_gis.errors import EmadinaError
from emadina_gis.session.jobs import NewestWins
from emadina_gis.session.view_state import SelectMode
from emadina_gis.workflows.selecting import Wanted, given_of, ids_where

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from emadina_gis.analysis.formula import Given
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.session.jobs import JobHandle

INSERTED = Qt.ItemDataRole.UserRole
#: The hand rests so long before matches are counted.
WAIT_MS = 250
LIST_PX = 150
#: What a formula that is still being typed is refused for.
_BEGUN = frozenset({"formula.unfinished", "formula.character", "formula.not-a-condition"})
MODES = (("select.add", SelectMode.ADD), ("select.remove", SelectMode.REMOVE),
         ("select.intersect", SelectMode.INTERSECT))  # fmt: skip


class SelectByPanel(SidePage):
    """A layer, a formula, a relation, and what to do with the features found."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "select.title")
        self.target = narrow_list()
        self.target.activated.connect(self._on_target)
        self.field = FormulaField(desk, "select.hint")
        self.field.line.returnPressed.connect(self._on_submitted)
        self.field.edited.connect(lambda _text: self._count_soon())
        self.saved = SavedFormulas(desk, self._layer_id, self.field.text, self._resolved)
        self.saved.chosen.connect(self.field.set_text)
        self.saved.refused.connect(self.field.refuse)
        self.near = NearField(desk)
        self.near.submitted.connect(self._on_submitted)
        self.near.changed.connect(self._count_soon)
        self._counting = NewestWins(desk.jobs)
        self._selecting: JobHandle | None = None
        self._wait = QTimer(self, interval=WAIT_MS, singleShot=True)
        self._wait.timeout.connect(self._count)
        self.columns = QListWidget()
        self.columns.setMinimumHeight(desk.theme.px(LIST_PX))
        self.columns.itemActivated.connect(self._insert)
        self.result = plain_label("", "muted", wrap=True)
        self._lay_out()
        self._again = WhenSeen(self, self._show)
        desk.watch_view(self, lambda view: view.active_layer_id, lambda _id: self._again.ask())
        desk.watch_view(self, lambda view: view.selection, lambda _ids: self._show_near())
        desk.watch(self, lambda project: project.layers, lambda _layers: self._again.ask())
        desk.results.changed.connect(self._again.ask)
        desk.speech.changed.connect(self._again.ask)

    def _lay_out(self) -> None:
        voice = self._desk.voice
        examples = voice.label("select.examples", "secondary")
        examples.setWordWrap(True)
        self.content.addWidget(voice.label("select.layer", "section"))
        for widget in (self.target, self.field, self.near, self.saved, examples):
            self.content.addWidget(widget)
        self.content.addWidget(voice.label("select.column-list", "section"))
        self.content.addWidget(self.columns, 1)
        self._desk.speech.bind(self, "select.column-list", self.columns.setAccessibleName)
        self._desk.speech.bind(self, "select.layer", self.target.setAccessibleName)
        self.foot.addWidget(self.result)
        self.apply_button = voice.button("select.apply", self.apply, look="accent")
        self.foot.addWidget(self.apply_button)
        buttons = (voice.button(key, partial(self.apply, mode)) for key, mode in MODES)
        self.foot.addWidget(Wrapping(*map(growing, buttons)))

    def start(self) -> None:
        """Show the active layer and put the cursor into the formula."""
        self._again.fill_now()
        self.field.line.setFocus()

    @property
    def layer(self) -> VectorLayer | None:
        """The layer that is selected in: the active one, else the parcels."""
        project = self._desk.project
        wanted = self._desk.view.active_layer_id or project.parcels_id
        return project.known_vector(wanted)

    def _layer_id(self) -> str:
        layer = self.layer
        return "" if layer is None else layer.id

    def wanted(self) -> Wanted | None:
        """Return what is asked; None where nothing is."""
        layer, near = self.layer, self.near.near
        condition = self.field.text().strip()
        if layer is None or not (condition or near):
            return None
        return Wanted(condition, near, self._desk.results.columns_of(layer), self._given(layer))

    def _given(self, layer: VectorLayer) -> Given:
        """Return the units and titles of the columns that a formula may name."""
        named = named_columns(self._desk, layer)
        units = {one.field: one.unit for one in named if one.is_outcome and one.unit}
        return given_of(layer, units, {one.title: one.field for one in named})

    def _resolved(self, text: str) -> Formula:
        """Return a formula that names the columns of the layer as its table does."""
        source, layer = formula(text), self.layer
        if layer is None:
            return source
        columns = self._desk.results.columns_of(layer)
        return resolved(source, layer.table, columns, given=self._given(layer))

    def apply(self, mode: SelectMode = SelectMode.REPLACE) -> None:
        """Select the features that meet the condition and lie as asked."""
        layer, wanted = self.layer, self.wanted()
        if layer is None or wanted is None:
            return
        self.field.show_error("")
        self._wait.stop()
        self._counting.cancel()
        if self._selecting is not None:
            self._selecting.cancel()
        project = self._desk.project
        self._selecting = self._desk.jobs.submit_shown(
            "job.selecting",
            lambda ctx: ids_where(project, layer, wanted, ctx),
            done=lambda ids: self._take(layer.id, ids, mode),
            failed=self._on_failed,
        )

    def _take(self, layer_id: str, ids: NDArray[np.int64], mode: SelectMode) -> None:
        if self._desk.project.has_layer(layer_id):
            self._desk.view.select(layer_id, ids, mode=mode)
            self._tell(len(ids))

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        self.result.setText("")
        self.field.refuse(error)

    def _on_submitted(self) -> None:
        self.apply()

    # --- how many it would be -----------------------------------------------------------------

    def _count_soon(self) -> None:
        self.field.show_error("")
        self.result.setText("")
        self._wait.start()

    def _count(self) -> None:
        """Count the features that are asked for, in the background, as long as it is shown."""
        layer, wanted = self.layer, self.wanted()
        if layer is None or wanted is None or not self.isVisible():
            self._counting.cancel()
            return
        project = self._desk.project
        self.result.setText(self._desk.speech.text("formula-field.counting"))
        self._counting.submit(
            lambda ctx: len(ids_where(project, layer, wanted, ctx)),
            done=self._tell,
            failed=self._on_uncounted,
        )

    def _on_uncounted(self, error: Exception) -> None:
        """Say nothing of a formula that is still being typed; what is wrong in it, quietly."""
        if not isinstance(error, EmadinaError):
            raise error
        is_begun = error.code in _BEGUN or str(error.params.get("column", " ")) in self._last_word()
        self.result.setText("" if is_begun else self._desk.words.error(error)[0])

    def _last_word(self) -> str:
        words = self.field.text().split()
        return words[-1] if words else ""

    def _tell(self, count: int) -> None:
        layer = self.layer
        of = 0 if layer is None else layer.table.row_count
        self.result.setText(self._desk.speech.plural("formula-field.found", count, of=of))

    # --- the page -----------------------------------------------------------------------------

    def _show_near(self) -> None:
        self.near.offer(self.layer)

    def _show_targets(self, layer: VectorLayer | None) -> None:
        self.target.blockSignals(True)
        self.target.clear()
        for other in self._desk.project.vector_layers:
            self.target.addItem(self._desk.speech.title(other.title), other.id)
        self.target.setCurrentIndex(-1 if layer is None else self.target.findData(layer.id))
        self.target.blockSignals(False)

    def _on_target(self, index: int) -> None:
        self._desk.view.activate_layer(str(self.target.itemData(index)))

    def _show(self) -> None:
        layer = self.layer
        self._show_targets(layer)
        self._show_near()
        self.columns.clear()
        if layer is None:
            self.field.set_columns(())
            self.result.setText(self._desk.speech.text("select.no-layer"))
            return
        named = named_columns(self._desk, layer)
        self.field.set_columns(named)
        for column in named:
            self.columns.addItem(self._column_item(column))
        for function in FUNCTION_NAMES:
            self.columns.addItem(self._function_item(function))

    def _column_item(self, named: NamedColumn) -> QListWidgetItem:
        code = self._desk.words.isolated(quoted(named.field))
        same = named.title == named.field
        return _item(code if same else f"{named.title} — {code}", f"{quoted(named.field)} ")

    def _function_item(self, function: str) -> QListWidgetItem:
        name = FUNCTION_NAMES[function][self._desk.words.language]
        does = self._desk.speech.text(f"formula-field.does.{function}")
        return _item(f"{self._desk.words.isolated(f'{name}(…)')} — {does}", f"{name}(")

    def _insert(self, item: QListWidgetItem) -> None:
        self.field.insert(item.data(INSERTED))


def _item(text: str, inserted: str) -> QListWidgetItem:
    item = QListWidgetItem(text)
    item.setData(INSERTED, inserted)
    item.setToolTip(text)
    return item

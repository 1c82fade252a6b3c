"""The table of the active layer: order, filters, columns, cells; one selection with the map.

Owns what the table is about and puts its parts together; rows are worked out by `TableRows`, cells
written by `CellEditing`. Personal columns are shown where the person asks for them, and only then.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from emadina_gis.analysis.row_order import SortKey
from emadina_gis.analysis.row_query import RowQuery, Scope
from emadina_gis.app.controls import column, set_tone
from emadina_gis.app.models.columns import NamedColumn, usual_decimals
from emadina_gis.app.models.same_rows import differs_in_look
from emadina_gis.app.models.table import ColumnsModel
from emadina_gis.app.table.bar import TableBar
from emadina_gis.app.table.column_menu import ColumnMenu
from emadina_gis.app.table.columns import ShownColumns
from emadina_gis.app.table.copying import TableCopy
from emadina_gis.app.table.editing import CellEditing
from emadina_gis.app.table.finding import FindBar
from emadina_gis.app.table.frozen import FrozenColumn
from emadina_gis.app.table.rows import MOST_AT_ONCE, TableRows
from emadina_gis.app.table.view import ROW_PX, RowsView
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.session.jobs import NewestWins

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QIcon

    from emadina_gis.app.desk import Desk
    from emadina_gis.errors import EmadinaError
    from emadina_gis.progress import Context
    from emadina_gis.session.view_state import SelectMode

_NO_ROWS = np.zeros(0, dtype=np.intp)
#: Waits for the hand before the rows of another part of the map are looked for.
VIEW_DELAY_MS = 180


class TablePanel(QWidget):
    """Rows of the active layer; `count_changed` tells the tab how many there are.

    `page_asked` names a page about the table (``"figures"``, ``"groups"``…) and a column.
    """

    count_changed = Signal(int)
    zoom_asked = Signal(str)
    page_asked = Signal(str, str)
    rows_changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._layer_id = ""
        self._before: VectorLayer | None = None
        self._syncing = False
        self._is_late = False
        self._makers = NewestWins(desk.jobs)
        self.model = ColumnsModel(desk.words)
        self.view = RowsView(self.model, desk.theme.px(ROW_PX))
        self.bar = TableBar(desk)
        self.filter = self.bar.filter
        self.rows = TableRows(desk, self)
        self.columns = ShownColumns(desk, self)
        self.editing = CellEditing(desk, self)
        self.find_bar = FindBar(desk, self)
        self.copy = TableCopy(desk, self)
        self.column_menu = ColumnMenu(desk, self)
        self.frozen = FrozenColumn(self.view)
        self._moved = QTimer(self)
        self._moved.setSingleShot(True)
        self._moved.setInterval(VIEW_DELAY_MS)
        self._again = desk.turns.piece(self, self.refresh)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._desk.speech.bind(self.view, "table.title", self.view.setAccessibleName)
        self.view.heading.set_icons(self._heading_icon)
        self._desk.theme.bind(self.view, self._take_theme)
        whole = column(self, spacing=0)
        for part in (self.bar, self.find_bar):
            whole.addWidget(part)
        whole.addWidget(self.view, 1)
        whole.addWidget(self.editing.line)  # below, so that no row moves while one is edited
        self.setFocusProxy(self.view)

    def _take_theme(self) -> None:
        self.view.heading.viewport().update()
        self.view.set_row_height(self._desk.theme.px(ROW_PX))

    def _heading_icon(self, filtered: bool) -> QIcon:
        name, ink = ("funnel", "accent") if filtered else ("chevron-down", "secondary")
        return self._desk.theme.icon(name, ink, 14)

    def _connect(self) -> None:
        desk, view = self._desk, self.view
        view.chosen.connect(self._on_chosen)
        view.heading.sort_asked.connect(self._on_sort_asked)
        view.find_asked.connect(self.find_bar.start)
        self.model.sort_asked.connect(self._on_sorted_by)
        self.filter.submitted.connect(self._on_filter)
        self.bar.scope_chosen.connect(self._on_scope)
        self.bar.first_toggled.connect(self._on_selected_first)
        self.bar.zoom_asked.connect(lambda: self.zoom_asked.emit(self._layer_id))
        self.bar.page_asked.connect(lambda name: self.page_asked.emit(name, self.current_field))
        self.rows.found.connect(self._on_found)
        self.rows.failed.connect(self._on_failed)
        self._moved.timeout.connect(self._on_view_moved)
        desk.watch(self, lambda project: project.layers, lambda _layers: self._on_layers())
        desk.watch_view(self, lambda view: view.active_layer_id, lambda _id: self.refresh())
        desk.watch_view(self, lambda view: view.selection, lambda _value: self._on_selection())
        desk.watch_view(self, lambda view: view.viewport, lambda _value: self._moved.start())
        desk.results.changed.connect(self.refresh)
        desk.speech.changed.connect(self.refresh)

    # --- what it is about ---------------------------------------------------------------------

    @property
    def layer(self) -> VectorLayer | None:
        """The layer that is listed: the active one, else the parcels."""
        project = self._desk.project
        return project.known_vector(self._desk.view.active_layer_id or project.parcels_id)

    @property
    def query(self) -> RowQuery:
        """What is asked of the rows."""
        return self.rows.query(self._layer_id)

    @property
    def current_field(self) -> str:
        """The column that has the keys; empty for none."""
        place = self.view.currentIndex().column()
        return self.model.columns[place].field if 0 <= place < self.model.columnCount() else ""

    def ask(self, query: RowQuery) -> None:
        """Ask something else of the rows."""
        layer = self.layer
        if layer is not None:
            self.rows.set_query(layer.id, query)
            self._find()

    def showEvent(self, event: object) -> None:
        """Fill the table when it comes into sight."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.refresh()

    def _on_layers(self) -> None:
        """Show the layer anew, unless it is only drawn in another way."""
        layer, before = self.layer, self._before
        self._before = layer
        joined = layer is not None and bool(layer.derived.joins)  # of what other layers hold
        if not self._desk.store.can_undo:
            self._again.ask()  # with another project there is much else to be shown
        elif joined or not differs_in_look(before, layer):
            self.refresh()

    def refresh(self) -> None:
        """Show the layer as it is now."""
        layer = self.layer
        self.count_changed.emit(0 if layer is None else layer.table.row_count)
        if layer is None:  # in sight or not: columns of what is gone are not held
            self.bar.setEnabled(False)
            self.filter.set_columns(())
            self.model.show((), _NO_ROWS, (), self._desk.words)
            return
        if not self.isVisible():
            return
        self.bar.setEnabled(True)
        if layer.id != self._layer_id:
            self._begin(layer)
        self._choose_rows(layer)
        self._find()

    def show_column(self, field: str) -> None:
        """Bring a column into sight, once the rows that go with it are there."""

        def show() -> None:
            place = self.model.place_of(field)
            if place >= 0 and self.model.rowCount():
                line = max(self.view.currentIndex().row(), 0)
                self.view.setCurrentIndex(self.model.index(line, place))
                self.view.show_line(line, place)

        QTimer.singleShot(0, self, show)

    def _begin(self, layer: VectorLayer) -> None:
        """Turn to another layer: its own query, nothing found, nothing being edited."""
        self._layer_id = layer.id
        query = self.query
        self.filter.clear()
        self.filter.set_text(query.formula)
        self.bar.show_query(query)
        self.editing.clear()
        self._on_found(_NO_ROWS)

    def _find(self) -> None:
        layer = self.layer
        if layer is not None and self.isVisible():
            self.rows.find(layer)

    # --- rows ---------------------------------------------------------------------------------

    def _on_found(self, rows: NDArray[np.intp]) -> None:
        layer = self.layer
        if layer is None or layer.id != self._layer_id:
            return
        self._is_late = self.view.is_editing
        if self._is_late:
            return
        every = self.columns.of(layer)
        self.filter.set_columns(tuple(named for named in every if not named.is_personal))
        wanted = self.columns.shown(layer, every)
        self._make_columns(wanted, layer.table.row_count)
        shown = tuple(named for named in wanted if named.is_made)
        order = tuple((key.field, key.descending) for key in self.query.order)
        with self._keeping_place():
            self.model.show(shown, rows, order, self._desk.words)
        self.columns.arrange(layer, shown)
        filtered = {condition.field for condition in self.query.conditions}
        places = (n for n, named in enumerate(shown) if named.field in filtered)
        self.view.heading.mark_filtered(frozenset(places))
        self._say_state(layer)
        self.rows_changed.emit()

    def take_late(self) -> None:
        """Show what came while a cell was being edited: nothing closes an editor but its keys."""
        if self._is_late and not self.view.is_editing:
            self._is_late = False
            self.refresh()

    def _keeping_place(self) -> _Place:
        return _Place(self)

    def _on_failed(self, error: EmadinaError) -> None:
        """Say what is wrong with the formula, and show the rows without it."""
        self.filter.show_error(" ".join(self._desk.words.error(error)))
        if self.query.formula:
            self.ask(replace(self.query, formula=""))

    def _make_columns(self, wanted: tuple[NamedColumn, ...], count: int) -> None:
        """Make the columns of the outcome: at once for few rows, else they come a little later."""
        missing = [named for named in wanted if not named.is_made]

        def make(ctx: Context) -> None:
            for named in missing:
                ctx.check()
                len(named.column)
                usual_decimals(named)  # asked for again when the table shows them

        if count <= MOST_AT_ONCE:
            make(NULL_CONTEXT)
        elif missing:
            self._makers.submit(make, done=lambda _none: self.refresh())

    def _say_state(self, layer: VectorLayer) -> None:
        count, shown = layer.table.row_count, len(self.model.rows)
        words = self._desk.words
        text = words.plural("table.rows", count)
        if shown != count:
            text = words.text("table.rows-of", shown=shown, count=count)
        if self.model.chosen_count:
            chosen = words.plural("table.selected", self.model.chosen_count)
            text = f"{text} · {chosen}"
        self.bar.state.setText(text)
        set_tone(self.bar.state, "secondary")

    # --- what is asked ------------------------------------------------------------------------

    def _on_filter(self) -> None:
        self.filter.show_error("")
        self.ask(replace(self.query, formula=self.filter.text().strip()))

    def _on_scope(self, scope: Scope) -> None:
        self.ask(replace(self.query, scope=scope))

    def _on_selected_first(self, on: bool) -> None:
        self.ask(replace(self.query, selected_first=on))

    def _on_sort_asked(self, place: int, add: bool) -> None:
        self.ask(self.query.sorted_by(self.model.columns[place].field, add=add))

    def _on_sorted_by(self, field: str, descending: bool) -> None:
        self.ask(replace(self.query, order=(SortKey(field, descending),)))

    def _on_view_moved(self) -> None:
        if self.query.scope is Scope.VIEW:
            self._find()

    # --- selection ----------------------------------------------------------------------------

    def _on_chosen(self, lines: NDArray[np.intp], mode: SelectMode) -> None:
        layer = self.layer
        if layer is None or not len(self.model.rows):
            return
        ids = layer.table.ids[self.model.rows[lines]]
        self._syncing = True
        self._desk.view.select(layer.id, ids, mode=mode)
        self._syncing = False

    def _choose_rows(self, layer: VectorLayer) -> None:
        rows = layer.table.rows_of_ids(self._desk.view.selected(layer.id))
        self.model.choose(rows, layer.table.row_count)

    def _on_selection(self) -> None:
        layer = self.layer
        if layer is None or not self.isVisible() or layer.id != self._layer_id:
            return
        self._choose_rows(layer)
        if self.query.needs_selection and not self._syncing:
            self._find()
        self.view.viewport().update()
        self.frozen.update()
        self._say_state(layer)
        self.rows_changed.emit()
        if not self._syncing:
            QTimer.singleShot(0, self, self._show_first_chosen)

    def _show_first_chosen(self) -> None:
        line = self.model.first_chosen_line()
        if line >= 0:
            self.view.show_line(line)


class _Place:
    """Keeps the cell that has the keys, and the scroll, over a reset of the model."""

    def __init__(self, panel: TablePanel) -> None:
        self._panel = panel

    def __enter__(self) -> None:
        panel = self._panel
        index = panel.view.currentIndex()
        self._field = panel.current_field
        inside = 0 <= index.row() < len(panel.model.rows)
        self._row = int(panel.model.rows[index.row()]) if inside else -1
        self._scroll = panel.view.horizontalScrollBar().value()
        self._top = panel.view.verticalScrollBar().value()

    def __exit__(self, *_error: object) -> None:
        panel = self._panel
        panel.view.verticalScrollBar().setValue(self._top)
        panel.view.horizontalScrollBar().setValue(self._scroll)
        line, place = panel.model.line_of(self._row), panel.model.place_of(self._field)
        if line >= 0 and place >= 0:
            index = panel.model.index(line, place)
            selection = panel.view.selectionModel()
            selection.setCurrentIndex(index, selection.SelectionFlag.NoUpdate)

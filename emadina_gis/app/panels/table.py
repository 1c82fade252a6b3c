"""The table of the active layer: order, filter by a formula, hide columns, share the selection.

Owns the view; rows and order are the model's. Personal columns are never shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from emadina_gis.analysis.formula import formula, rows_where
from emadina_gis.app.controls import column, plain_label, row, set_tone
from emadina_gis.app.models.columns import NamedColumn, named_columns
from emadina_gis.app.models.table import ColumnsModel
from emadina_gis.app.panels.formula_field import FormulaField
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.errors import EmadinaError
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.session.jobs import NewestWins

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.app.desk import Desk
    from emadina_gis.progress import Context

ROW_PX = 26
MOST_SELECTED_LINES = 20_000
WIDTH_PX = 130
NARROWEST_PX, WIDEST_PX = 70, 240
#: Rows that are looked at to find the width of a column.
WIDTH_ROWS = 12
#: Columns of the outcome of more rows are made in the background.
MOST_AT_ONCE = 3_000


class TablePanel(QWidget):
    """Rows of the active layer; `count_changed` tells the tab how many there are."""

    count_changed = Signal(int)
    zoom_asked = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._layer_id = ""
        self._hidden: dict[str, set[str]] = {}
        self._syncing = False
        self._fitted: tuple[str, ...] = ()
        self._makers = NewestWins(desk.jobs)
        self.model = ColumnsModel(desk.words)
        self.view = QTableView()
        self.filter = FormulaField(desk, "table.filter")
        self._state = plain_label("", "secondary")
        self._columns_button = desk.voice.tool(
            "table.columns", "table-properties", self._open_columns
        )
        self._zoom_button = desk.voice.tool(
            "table.zoom", "crosshair", lambda: self.zoom_asked.emit(self._layer_id)
        )
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        view = self.view
        view.setModel(self.model)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSortingEnabled(True)
        view.setAlternatingRowColors(True)
        view.setWordWrap(False)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.verticalHeader().setDefaultSectionSize(self._desk.theme.px(ROW_PX))
        view.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        view.horizontalHeader().setDefaultSectionSize(self._desk.theme.px(WIDTH_PX))
        view.horizontalHeader().setSectionsMovable(True)
        view.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        view.horizontalHeader().setResizeContentsPrecision(WIDTH_ROWS)
        view.horizontalHeader().setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._desk.speech.bind(view, "table.title", view.setAccessibleName)
        head = row(margins=(16, 6, 16, 6))
        head.addWidget(self.filter, 1)
        head.addWidget(self._state)
        head.addWidget(self._zoom_button)
        head.addWidget(self._columns_button)
        whole = column(self, spacing=0)
        whole.addLayout(head)
        whole.addWidget(view, 1)

    def _connect(self) -> None:
        desk = self._desk
        self.view.selectionModel().selectionChanged.connect(self._on_lines_selected)
        self.view.horizontalHeader().customContextMenuRequested.connect(
            lambda _point: self._open_columns()
        )
        self.filter.submitted.connect(self._apply_filter)
        desk.watch(self, lambda project: project.layers, lambda _layers: self._refresh())
        desk.watch_view(self, lambda view: view.active_layer_id, lambda _id: self._refresh())
        desk.watch_view(self, lambda view: view.selection, lambda _value: self._show_selection())
        desk.results.changed.connect(self._refresh)
        desk.speech.changed.connect(self._refresh)

    @property
    def layer(self) -> VectorLayer | None:
        """The layer that is listed: the active one, else the parcels."""
        project = self._desk.project
        wanted = self._desk.view.active_layer_id or project.parcels_id
        if not project.has_layer(wanted):
            return None
        layer = project.layer(wanted)
        return layer if isinstance(layer, VectorLayer) else None

    def showEvent(self, event: object) -> None:
        """Fill the table when it comes into sight."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._refresh()

    def _refresh(self) -> None:
        layer = self.layer
        self.count_changed.emit(0 if layer is None else layer.table.row_count)
        if not self.isVisible():
            return
        if layer is None:
            self.model.show_columns((), np.zeros(0, dtype=np.intp), self._desk.words)
            return
        if layer.id != self._layer_id:
            self._layer_id = layer.id
            self.filter.clear()
        every = named_columns(self._desk, layer)
        self.filter.set_columns(every)
        hidden = self._hidden.get(layer.id, set())
        wanted = tuple(c for c in every if c.field not in hidden)
        self._make_columns(wanted, layer.table.row_count)
        shown = tuple(named for named in wanted if named.is_made)
        rows = self._filtered(layer)
        self.model.show_columns(shown, rows, self._desk.words)
        self._fit_columns(tuple(named.title for named in shown))
        self._say_state(layer, len(rows))
        self._show_selection()

    def _make_columns(self, wanted: tuple[NamedColumn, ...], count: int) -> None:
        """Make the columns of the outcome: at once for few rows, else they come a little later."""
        missing = [named for named in wanted if not named.is_made]

        def make(ctx: Context) -> None:
            for named in missing:
                ctx.check()
                len(named.column)

        if count <= MOST_AT_ONCE:
            make(NULL_CONTEXT)
        elif missing:
            self._makers.submit(make, done=lambda _none: self._refresh())

    def _fit_columns(self, titles: tuple[str, ...]) -> None:
        """Give the columns their width, once for a set of columns: the person may change it."""
        if titles == self._fitted:
            return
        self._fitted = titles
        self.view.resizeColumnsToContents()
        for index in range(len(titles)):
            width = self.view.columnWidth(index) + 12
            self.view.setColumnWidth(index, min(max(width, NARROWEST_PX), WIDEST_PX))

    def _apply_filter(self) -> None:
        layer = self.layer
        if layer is None:
            return
        rows = self._filtered(layer)
        self.model.show_rows(rows)
        self._say_state(layer, len(rows))
        self._show_selection()

    def _filtered(self, layer: VectorLayer) -> NDArray[np.intp]:
        every = np.arange(layer.table.row_count, dtype=np.intp)
        text = self.filter.text().strip()
        self.filter.show_error("")
        if not text:
            return every
        try:
            columns = self._desk.results.columns_of(layer)
            return np.asarray(rows_where(formula(text), layer.table, columns), dtype=np.intp)
        except EmadinaError as error:
            what, following = self._desk.words.error(error)
            self.filter.show_error(f"{what} {following}")
            return every

    def _say_state(self, layer: VectorLayer, shown: int) -> None:
        count = layer.table.row_count
        words = self._desk.words
        if shown == count:
            self._state.setText(words.plural("table.rows", count))
        else:
            self._state.setText(words.text("table.rows-of", shown=shown, count=count))
        set_tone(self._state, "secondary")

    def _on_lines_selected(self) -> None:
        layer = self.layer
        if self._syncing or layer is None:
            return
        lines = [index.row() for index in self.view.selectionModel().selectedRows()]
        ids = layer.table.ids[self.model.rows[np.asarray(lines, dtype=np.intp)]]
        self._syncing = True
        self._desk.view.select(layer.id, ids)
        self._syncing = False

    def _show_selection(self) -> None:
        layer = self.layer
        if self._syncing or layer is None or not self.isVisible():
            return
        rows = layer.table.rows_of_ids(self._desk.view.selected(layer.id))
        lines = self.model.lines_of(rows)
        self._syncing = True
        selection = _selection_of(self.model, lines[:MOST_SELECTED_LINES])
        flags = QItemSelectionModel.SelectionFlag
        self.view.selectionModel().select(selection, flags.ClearAndSelect | flags.Rows)
        self._syncing = False
        if len(lines):
            QTimer.singleShot(0, self, lambda: self._scroll_to(int(lines[0])))

    def _scroll_to(self, line: int) -> None:
        if line < self.model.rowCount() and self.model.columnCount():
            rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            start = self.view.viewport().width() - 8 if rtl else 8
            column_shown = max(self.view.columnAt(start), 0)
            self.view.scrollTo(self.model.index(line, column_shown))

    def _open_columns(self) -> None:
        layer = self.layer
        if layer is None:
            return
        menu = QMenu(self)
        hidden = self._hidden.setdefault(layer.id, set())
        for named in named_columns(self._desk, layer):
            action = menu.addAction(named.title)
            action.setCheckable(True)
            action.setChecked(named.field not in hidden)
            action.triggered.connect(lambda _on, field=named.field: self._toggle_column(field))
        menu.popup(self._columns_button.mapToGlobal(QPoint(0, self._columns_button.height())))

    def _toggle_column(self, field: str) -> None:
        self._hidden.setdefault(self._layer_id, set()).symmetric_difference_update({field})
        self._refresh()


def _selection_of(model: ColumnsModel, lines: NDArray[np.intp]) -> QItemSelection:
    """Return the selection of lines as ranges of neighbours."""
    selection = QItemSelection()
    if not len(lines) or not model.columnCount():
        return selection
    breaks = np.flatnonzero(np.diff(lines) > 1)
    starts = lines[np.concatenate([[0], breaks + 1])]
    ends = lines[np.concatenate([breaks, [len(lines) - 1]])]
    last = model.columnCount() - 1
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        selection.select(model.index(start, 0), model.index(end, last))
    return selection

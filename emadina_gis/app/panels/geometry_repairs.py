"""The plan of repairs: what is safe at once, the rest as a list to decide on, with areas.

Owns what is ticked and which reading is chosen; the plan is the domain's, the work the panel's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from emadina_gis.app.controls import column, narrow_list, plain_label, row
from emadina_gis.app.models.geometry_texts import GeometryTexts
from emadina_gis.domain.mending import Method

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.repair import RepairPlan

#: Rows that are listed; the others are counted, and ticked with all.
MOST_LISTED = 300
_COLUMNS = ("feature", "before", "after", "difference")
_ROW_PX = 26
_MOST_ROWS_SEEN = 9


class Repairs(QWidget):
    """Safe repairs with their button, the others in a table of what changes.

    Signals
    -------
    mend_asked(plan, ids)
        Do a part of a plan.
    place_asked(layer_id, x, y)
        Show a feature, in the layer's CRS.
    """

    mend_asked = Signal(object, object)
    place_asked = Signal(str, float, float)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._layer: VectorLayer | None = None
        self._plan: RepairPlan | None = None
        self._open = np.zeros(0, dtype=np.intp)
        self._takes_hidden = False
        self.lead = plain_label("", "", wrap=True)
        means = desk.voice.label("geometry.repairs.safe-means", "secondary")
        means.setWordWrap(True)
        self.means = means
        self.mend_safe = desk.voice.button(
            "geometry.repairs.title", self._mend_safe, look="accent", icon="check"
        )
        self.decide = plain_label("", "bold", wrap=True)
        self.table = _table()
        self.detail = plain_label("", "secondary", wrap=True)
        self.method = narrow_list()
        self.more = plain_label("", "secondary", wrap=True)
        self.check_all = desk.voice.button(
            "geometry.repairs.check-all", self._check_all, look="link"
        )
        self.mend_checked = desk.voice.button("geometry.repairs.title", self._mend_checked)
        self._lay_out()
        self.table.currentCellChanged.connect(lambda *_cells: self._show_current())
        self.table.cellClicked.connect(lambda line, _place: self._go(line))
        self.table.cellActivated.connect(lambda line, _place: self._go(line))
        self.table.itemChanged.connect(lambda _item: self._show_checked())
        self.method.activated.connect(self._choose_method)
        desk.speech.bind(self, "geometry.repairs.list", self.table.setAccessibleName)
        desk.speech.bind(self, "geometry.method.title", self.method.setAccessibleName)

    def _lay_out(self) -> None:
        whole = column(self, spacing=6)
        buttons = row()
        buttons.addWidget(self.check_all)
        buttons.addStretch(1)
        buttons.addWidget(self.mend_checked)
        for widget in (self.lead, self.means, self.mend_safe, self.decide, self.table,
                       self.more, self.detail, self.method):  # fmt: skip
            whole.addWidget(widget)
        whole.addLayout(buttons)

    @property
    def plan(self) -> RepairPlan | None:
        """The plan, with the readings that were chosen."""
        return self._plan

    def show_plan(self, layer: VectorLayer | None, plan: RepairPlan | None) -> None:
        """Show another plan; nothing is ticked."""
        self._layer, self._plan, self._takes_hidden = layer, plan, False
        self._open = np.zeros(0, dtype=np.intp) if plan is None else np.flatnonzero(~plan.is_safe)
        self._fill()

    def checked_ids(self) -> NDArray[np.int64]:
        """Return the row ids that are ticked."""
        if self._plan is None:
            return np.zeros(0, dtype=np.int64)
        listed = [
            self._open[line]
            for line in range(self.table.rowCount())
            if self._first(line).checkState() == Qt.CheckState.Checked
        ]
        hidden = self._open[MOST_LISTED:] if self._takes_hidden else self._open[:0]
        ids: NDArray[np.int64] = self._plan.ids[np.concatenate([listed, hidden]).astype(np.intp)]
        return ids

    def _fill(self) -> None:
        plan, speech = self._plan, self._desk.speech
        safe = 0 if plan is None else int(plan.is_safe.sum())
        count = len(self._open)
        nothing = plan is not None and not len(plan)
        key = "geometry.repairs.none"
        self.lead.setText(speech.text(key) if nothing else speech.plural(_SAFE, safe))
        self.lead.setVisible(nothing or safe > 0)
        self.means.setVisible(safe > 0)
        self.mend_safe.setVisible(safe > 0)
        self.mend_safe.setText(" " + speech.plural("geometry.repairs.mend-safe", safe))
        self.decide.setText(self._to_decide())
        self._fill_table()
        rest = count - MOST_LISTED
        self.more.setText(speech.plural("geometry.repairs.more", max(rest, 0)))
        self.more.setVisible(rest > 0)
        for widget in (self.decide, self.table, self.check_all, self.mend_checked):
            widget.setVisible(count > 0)
        self._show_current()
        self._show_checked()

    def _to_decide(self) -> str:
        plan, layer, speech = self._plan, self._layer, self._desk.speech
        count = speech.plural("geometry.repairs.decide", len(self._open))
        if plan is None or layer is None:
            return count
        unit = GeometryTexts(layer, self._desk.words).unit(plan)
        return f"{count} · {speech.text('geometry.repairs.areas-in', unit=unit)}"

    def _fill_table(self) -> None:
        say = self._desk.speech.text
        self.table.blockSignals(True)
        self.table.setRowCount(0)
        headers = [say(f"geometry.repairs.{name}") for name in _COLUMNS]
        self.table.setHorizontalHeaderLabels(headers)
        shown = self._open[:MOST_LISTED]
        self.table.setRowCount(len(shown))
        for line in range(len(shown)):
            self._fill_line(line)
        px = self._desk.theme.px(_ROW_PX)
        self.table.verticalHeader().setDefaultSectionSize(px)
        self.table.setFixedHeight(px * (min(max(len(shown), 1), _MOST_ROWS_SEEN) + 1) + 8)
        for place in range(len(_COLUMNS)):
            title = self.table.horizontalHeaderItem(place)
            if title is not None:
                title.setTextAlignment(_side(place))
        self.table.blockSignals(False)

    def _fill_line(self, line: int) -> None:
        plan, layer = self._plan, self._layer
        if plan is None or layer is None:
            return
        at, texts = int(self._open[line]), GeometryTexts(layer, self._desk.words)
        number = self._desk.words.number
        before, after = float(plan.areas_before[at]), float(plan.areas_after[at])
        figures = (number(before, 2), number(after, 2), number(after - before, 2, signed=True))
        first = self.table.item(line, 0)
        ticked = first.checkState() if first is not None else Qt.CheckState.Unchecked
        tip = texts.done_to(plan, at)
        for place, text in enumerate((texts.name(int(plan.ids[at])), *figures)):
            item = QTableWidgetItem(text)
            item.setTextAlignment(_side(place))
            item.setToolTip(tip)
            if place == 0:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(ticked)
            self.table.setItem(line, place, item)

    def _first(self, line: int) -> QTableWidgetItem:
        item = self.table.item(line, 0)
        assert item is not None
        return item

    def _current(self) -> int | None:
        line = self.table.currentRow()
        return int(self._open[line]) if 0 <= line < len(self._open) else None

    def _show_current(self) -> None:
        plan, layer, at = self._plan, self._layer, self._current()
        self.detail.setVisible(at is not None)
        self.method.setVisible(False)
        if plan is None or layer is None or at is None:
            return
        texts = GeometryTexts(layer, self._desk.words)
        area = self._desk.speech.text(
            "geometry.repairs.area",
            before=texts.area(float(plan.areas_before[at]), plan),
            after=texts.area(float(plan.areas_after[at]), plan),
            change=texts.change(plan, at),
        )
        self.detail.setText(f"{texts.done_to(plan, at)}\n{area}")
        self.method.clear()
        for method, text in texts.methods(plan, at):
            self.method.addItem(text, int(method))
        self.method.setCurrentIndex(self.method.findData(int(plan.methods[at])))
        self.method.setVisible(self.method.count() > 1)

    def _choose_method(self) -> None:
        plan, at = self._plan, self._current()
        if plan is None or at is None:
            return
        method = Method(int(self.method.currentData()))
        self._plan = plan.choosing(plan.ids[[at]], method)
        self.table.blockSignals(True)
        self._fill_line(self.table.currentRow())
        self.table.blockSignals(False)
        self._show_current()

    def _go(self, line: int) -> None:
        """Select the feature of a line and show where it is."""
        plan, layer = self._plan, self._layer
        if plan is None or layer is None or not 0 <= line < len(self._open):
            return
        at = int(self._open[line])
        self._desk.view.select(layer.id, plan.ids[[at]])
        xmin, ymin, xmax, ymax = (float(value) for value in plan.before.bounds[at])
        self.place_asked.emit(layer.id, (xmin + xmax) / 2, (ymin + ymax) / 2)

    def _check_all(self) -> None:
        """Tick all of them, or none where all are ticked; those not listed go with them."""
        lines = range(self.table.rowCount())
        ticked = all(self._first(line).checkState() == Qt.CheckState.Checked for line in lines)
        state = Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked
        self._takes_hidden = not ticked
        self.table.blockSignals(True)
        for line in lines:
            self._first(line).setCheckState(state)
        self.table.blockSignals(False)
        self._show_checked()

    def _show_checked(self) -> None:
        count = len(self.checked_ids())
        self.mend_checked.setText(self._desk.speech.plural("geometry.repairs.mend-checked", count))
        self.mend_checked.setEnabled(count > 0)

    def _mend_safe(self) -> None:
        if self._plan is not None:
            self.mend_asked.emit(self._plan, self._plan.safe_ids)

    def _mend_checked(self) -> None:
        if self._plan is not None:
            self.mend_asked.emit(self._plan, self.checked_ids())


_SAFE = "geometry.repairs.safe"


def _table() -> QTableWidget:
    table = QTableWidget(0, len(_COLUMNS))
    table.setObjectName("narrow")
    table.verticalHeader().hide()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return table


def _side(place: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignTrailing if place else Qt.AlignmentFlag.AlignLeading
    return side | Qt.AlignmentFlag.AlignVCenter

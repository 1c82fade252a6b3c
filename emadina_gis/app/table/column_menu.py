"""The menu of a heading: order, filter, figures, place, name, and what a column follows from.

Owns the menu; each entry asks the panel or runs a command.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from emadina_gis.analysis.row_order import SortKey
from emadina_gis.app.models.columns import COMPUTED_NOTE, NamedColumn
from emadina_gis.app.table.column_filter import ColumnFilter
from emadina_gis.session.commands.derivations import FreezeField
from emadina_gis.session.commands.fields import RemoveField

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.panels.table import TablePanel


class ColumnMenu(QObject):
    """What can be done with a column, and with the chosen rows."""

    def __init__(self, desk: Desk, panel: TablePanel) -> None:
        super().__init__(panel)
        self._desk = desk
        self._panel = panel
        self.menu = QMenu(panel)
        self.filter: ColumnFilter | None = None
        panel.view.heading_menu_asked.connect(self.open)
        panel.view.menu_asked.connect(self.open_rows)

    def open(self, place: int, corner: QPoint) -> None:
        """Show the menu of a column under its heading."""
        if not 0 <= place < self._panel.model.columnCount():
            return
        named = self._panel.model.columns[place]
        self._fill(named, corner)
        rtl = self._desk.words.is_rtl
        left = corner.x() - self.menu.sizeHint().width() if rtl else corner.x()
        self.menu.popup(QPoint(left, corner.y()))

    def _fill(self, named: NamedColumn, corner: QPoint) -> None:
        self.menu.clear()
        query, field = self._panel.query, named.field
        self._entry("table.menu.ascending", partial(self._sort, field, False))
        self._entry("table.menu.descending", partial(self._sort, field, True))
        if query.order and query.order[0].field != field:
            self._entry("table.menu.also", partial(self._sort_also, field))
        if query.order:
            self._entry("table.menu.unsorted", partial(self._ask, order=()))
        self.menu.addSeparator()
        self._entry("table.menu.filter", partial(self.open_filter, named, corner))
        if any(condition.field == field for condition in query.conditions):
            self._entry("table.menu.unfiltered", partial(self._unfilter, field))
        self._page("table.menu.figures", "figures", field)
        self._page("table.menu.groups", "groups", field)
        self.menu.addSeparator()
        self._entry("table.menu.hide", partial(self._panel.columns.hide, field))
        self._entry("table.menu.first", partial(self._panel.columns.move, field, 0))
        self._add_freeze()
        if not named.is_outcome:
            self.menu.addSeparator()
            self._page("table.menu.describe", "columns", field)
            self._add_own(named)

    def _add_freeze(self) -> None:
        layer = self._panel.layer
        if layer is None:
            return
        view = layer.derived.view
        turned = replace(view, freezes_first=not view.freezes_first)
        action = self._entry("table.menu.freeze", partial(self._panel.columns.set_view, turned))
        action.setCheckable(True)
        action.setChecked(view.freezes_first)

    def _add_own(self, named: NamedColumn) -> None:
        layer = self._panel.layer
        if layer is None:
            return
        if COMPUTED_NOTE in named.notes:
            self._page("table.menu.formula", "field", named.field)
        if named.is_derived:
            freeze = FreezeField(layer.id, named.field)
            self._entry("table.menu.values", partial(self._desk.do, freeze))
        remove = RemoveField(layer.id, named.field)
        self._entry("table.menu.remove", partial(self._desk.do, remove))

    def open_rows(self, position: QPoint) -> None:
        """Show the menu of the chosen rows."""
        panel = self._panel
        self.menu.clear()
        self._entry("table.menu.copy", panel.copy.copy)
        self._entry("table.menu.paste", panel.editing.paste)
        index = panel.view.currentIndex()
        if index.isValid():
            self._entry("table.menu.edit", partial(panel.view.edit_cell, index))
        self.menu.addSeparator()
        self._entry("table.zoom", panel.bar.zoom_asked.emit)
        self._entry("table.menu.find", panel.find_bar.start)
        self.menu.popup(position)

    def open_filter(self, named: NamedColumn, corner: QPoint) -> None:
        """Show the filter of a column."""
        if self.filter is not None:
            self.filter.deleteLater()
        self.filter = ColumnFilter(self._desk, self._panel, named)
        self.filter.open_at(corner)

    def _entry(self, key: str, do: Callable[[], object]) -> QAction:
        action = self.menu.addAction(self._desk.words.text(key))
        action.triggered.connect(lambda _on=False: do())
        return action

    def _page(self, key: str, page: str, field: str) -> None:
        self._entry(key, lambda: self._panel.page_asked.emit(page, field))

    def _ask(self, **changes: object) -> None:
        self._panel.ask(replace(self._panel.query, **changes))  # type: ignore[arg-type]

    def _sort(self, field: str, descending: bool) -> None:
        self._ask(order=(SortKey(field, descending),))

    def _sort_also(self, field: str) -> None:
        others = tuple(key for key in self._panel.query.order if key.field != field)
        self._ask(order=(*others, SortKey(field)))

    def _unfilter(self, field: str) -> None:
        self._panel.ask(self._panel.query.with_condition(field, None))

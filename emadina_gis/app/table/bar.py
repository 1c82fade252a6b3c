"""The line above the table: the formula, which rows, how many there are, and what can be done.

Owns the controls; what they ask for is the panel's.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QToolButton, QWidget

from emadina_gis.analysis.row_query import Scope
from emadina_gis.app.controls import narrow_list, plain_label, row
from emadina_gis.app.panels.formula_field import FormulaField

if TYPE_CHECKING:
    from emadina_gis.analysis.row_query import RowQuery
    from emadina_gis.app.desk import Desk

#: Page about the table, what its tool says, and its icon.
PAGES = {
    "figures": ("table.page.figures", "chart-column"),
    "groups": ("table.page.groups", "sigma"),
    "field": ("table.page.field", "plus"),
    "join": ("table.page.join", "link"),
    "columns": ("table.columns", "table-properties"),
    "save": ("table.page.save", "file-spreadsheet"),
}


class TableBar(QWidget):
    """Filter, scope, count and tools of the table."""

    scope_chosen = Signal(object)
    first_toggled = Signal(bool)
    zoom_asked = Signal()
    page_asked = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.filter = FormulaField(desk, "table.filter")
        self.scope = narrow_list()
        self.scope.setMinimumContentsLength(14)
        self.state = plain_label("", "secondary")
        self.tools: dict[str, QToolButton] = {}
        line = row(self, spacing=4, margins=(16, 6, 12, 6))
        line.addWidget(self.filter, 1)
        line.addWidget(self.scope)
        self.first = desk.voice.tool("table.selected-first", "arrow-up")
        self.first.setCheckable(True)
        self.first.toggled.connect(self.first_toggled.emit)
        line.addWidget(self.first)
        line.addSpacing(4)
        line.addWidget(self.state)
        line.addSpacing(4)
        line.addWidget(desk.voice.tool("table.zoom", "crosshair", self.zoom_asked.emit))
        for name, (key, icon) in PAGES.items():
            self.tools[name] = desk.voice.tool(key, icon, partial(self.page_asked.emit, name))
            line.addWidget(self.tools[name])
        self.scope.activated.connect(self._on_scope)
        desk.speech.bind(
            self, "table.scope-title", self.scope.setToolTip, self.scope.setAccessibleName
        )
        desk.speech.changed.connect(self._say)
        self._say()

    def show_query(self, query: RowQuery) -> None:
        """Show what is asked, without asking it."""
        self.scope.setCurrentIndex(list(Scope).index(query.scope))
        self.first.blockSignals(True)
        self.first.setChecked(query.selected_first)
        self.first.blockSignals(False)

    def _on_scope(self, place: int) -> None:
        self.scope_chosen.emit(list(Scope)[place])

    def _say(self) -> None:
        chosen = max(self.scope.currentIndex(), 0)
        self.scope.clear()
        for scope in Scope:
            self.scope.addItem(self._desk.speech.text(f"table.scope.{scope.value}"))
        self.scope.setCurrentIndex(chosen)

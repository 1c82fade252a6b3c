"""The pages about the table in the trailing side: made when asked for, told of a column.

Owns their making and what the tools above the table open.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from emadina_gis.app.table.columns_page import ColumnsPage
from emadina_gis.app.table.field_page import FieldPage
from emadina_gis.app.table.figures_page import FiguresPage
from emadina_gis.app.table.groups_page import GroupsPage
from emadina_gis.app.table.join_page import JoinPage

if TYPE_CHECKING:
    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.app.panels.side_page import SidePage

#: Name of a page of the table, and its panel in the side.
PANELS = {
    "figures": "table-figures",
    "groups": "table-groups",
    "field": "table-field",
    "join": "table-join",
    "columns": "table-columns",
}
SAVED = (".xlsx", ".csv")


class TablePages(QObject):
    """Statistics, groups, new columns, joins and the list of columns."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        desk, table, choose = window.desk, window.bottom.table, window.choose
        makers = {
            "figures": lambda: FiguresPage(desk, table),
            "groups": lambda: GroupsPage(desk, table, choose),
            "field": lambda: FieldPage(desk, table),
            "join": lambda: JoinPage(desk, table, choose),
            "columns": lambda: ColumnsPage(desk, table),
        }
        for name, panel in PANELS.items():
            window.side.offer(panel, partial(self._made, makers[name]))
        table.page_asked.connect(self.open)

    def _made(self, make: object) -> SidePage:
        page: SidePage = make()  # type: ignore[operator]
        page.closed.connect(self._window.side.close_panel)
        return page

    def open(self, name: str, field: str = "") -> None:
        """Open a page about the table; ``"save"`` asks for a file."""
        if name == "save":
            self._ask_format()
            return
        self._window.open_bottom("table")
        page = self._window.open_side(PANELS[name])
        page.start(field)  # type: ignore[attr-defined]

    def _ask_format(self) -> None:
        window = self._window
        button = window.bottom.table.bar.tools["save"]
        menu = QMenu(window)
        for ending in SAVED:
            key = f"export.{ending.removeprefix('.')}.name"
            menu.addAction(window.desk.words.text(key), partial(self.save, ending))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def save(self, ending: str) -> None:
        """Ask for a file of a kind and write what the table shows."""
        table = self._window.bottom.table
        if table.layer is None:
            return
        name = self._window.desk.speech.title(table.layer.title)
        path = self._window.choose.save_as("table.save-as", name, ending)
        if path is not None:
            table.copy.export(path)

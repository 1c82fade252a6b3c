"""The bar above: menu, title, search, undo and redo, scenarios, compare, publish, print.

Owns its arrangement; what the buttons do are actions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QFrame, QMenu, QPushButton, QWidget

from emadina_gis.app.controls import row
from emadina_gis.app.panels.layer_legend import Elided
from emadina_gis.app.scenario_tabs import ScenarioTabs
from emadina_gis.app.search_field import SearchField

if TYPE_CHECKING:
    from emadina_gis.app.actions import Actions
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import Title

MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "menu.file",
        (
            "file.new", "file.open", "file.demo", "file.add", "", "file.save", "file.save-as", "",
            "layouts.open", "file.print-pdf", "file.print", "atlas.open", "file.publish",
            "file.note", "file.note-panel", "file.find-state", "", "file.close", "app.quit",
        ),
    ),
    ("menu.edit", ("edit.undo", "edit.redo", "", "edit.select-all", "edit.select-none",
                   "edit.invert-selection", "edit.reselect", "edit.select-by", "edit.select-like",
                   "", "edit.copy-ids", "edit.export-selection", "edit.layer-of-selection", "",
                   "edit.change-sector", "", "app.settings")),
    ("menu.view", ("view.zoom-in", "view.zoom-out", "view.zoom-all", "view.zoom-selection",
                   "ways.previous", "ways.next", "bookmarks.add", "bookmarks.open",
                   "ways.overview", "",
                   "view.layers", "view.inspector", "view.bottom", "view.style", "",
                   "view.balance", "view.table", "view.land", "view.why", "view.values",
                   "view.coefficients",
                   "view.problems")),
    ("menu.map", ("tool.pan", "tool.select", "tool.rectangle", "tool.lasso", "tool.polygon",
                  "tool.buffer", "edit.next-hit", "tool.measure", "tool.measure-area",
                  "measures.open", "measures.clear", "map.cursor")),
    ("menu.help", ("help.guide", "help.keys", "app.palette", "help.report", "help.about")),
)  # fmt: skip


class TopBar(QFrame):
    """Title, search, history, scenarios, and what leaves the house."""

    def __init__(self, desk: Desk, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._actions = actions
        self.setObjectName("bar")
        self.menu_button = desk.voice.tool("menu.all", "list", self.open_menu)
        self._is_compact = False
        self.title = Elided("", "heading")
        self.search = SearchField(desk, self)
        desk.theme.bind(self, lambda: self.search.setFixedHeight(desk.theme.px(34)))
        self.search.setMinimumWidth(150)
        self.search.setMaximumWidth(300)
        self.undo = actions.button("edit.undo")
        self.redo = actions.button("edit.redo")
        self.scenarios = ScenarioTabs(desk, self)
        self.compare = self._button("file.compare", "")
        self.publish = self._button("file.publish", "")
        self.print = self._button("file.print-pdf", "accent")
        self._lay_out()
        desk.watch(self, lambda project: project.title, self._show_title)
        desk.speech.changed.connect(self._say)

    def _lay_out(self) -> None:
        line = row(self, spacing=8, margins=(10, 7, 12, 7))
        line.addWidget(self.menu_button)
        line.addWidget(self.title, 3)
        line.addWidget(self.search, 4)
        line.addWidget(self.undo)
        line.addWidget(self.redo)
        line.addStretch(1)
        line.addWidget(self.scenarios)
        line.addWidget(self.compare)
        line.addStretch(1)
        line.addWidget(self.publish)
        line.addWidget(self.print)

    def open_menu(self) -> None:
        """Open the menu of everything."""
        menu = QMenu(self)
        for key, ids in MENUS:
            inner = self._actions.menu(menu, ids)
            inner.setTitle(self._desk.speech.text(key))
            menu.addMenu(inner)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.menu_button.mapToGlobal(QPoint(0, self.menu_button.height())))

    def _say(self) -> None:
        self._show_title(self._desk.project.title)
        self.set_compact(self._is_compact)

    def set_compact(self, compact: bool) -> None:
        """Show icons alone where the window is narrow."""
        self._is_compact = compact
        for button in (self.publish, self.print):
            action = str(button.property("action"))
            text = self._desk.speech.text(self._short_key(action))
            button.setText("" if compact else f" {text}")

    def _short_key(self, action_id: str) -> str:
        return {"file.publish": "bar.publish", "file.print-pdf": "bar.print",
                "file.compare": "bar.compare"}[action_id]  # fmt: skip

    def _button(self, action_id: str, look: str) -> QPushButton:
        data = self._actions.data(action_id)
        action = self._actions.qt(action_id)
        made = self._desk.voice.button(
            self._short_key(action_id), action.trigger, look=look, icon=data.icon
        )
        made.setProperty("action", action_id)
        made.setIconSize(QSize(16, 16))
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._desk.speech.bind(made, data.key, made.setToolTip)
        action.changed.connect(lambda: made.setToolTip(action.toolTip()))
        action.enabledChanged.connect(made.setEnabled)
        made.setEnabled(action.isEnabled())
        return made

    def _show_title(self, title: Title) -> None:
        text = self._desk.speech.title(title)
        self.title.set_full(text)
        self.title.setAccessibleName(text)

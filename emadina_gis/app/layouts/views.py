"""The page editor in the window: it takes the room of the map and gives it back.

Makes the editor when it is first asked for and connects it; owns which of both is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

from emadina_gis.app.layouts.exports import LayoutExports
from emadina_gis.app.layouts.menus import LayoutMenus
from emadina_gis.app.layouts.page import LayoutPage

if TYPE_CHECKING:
    from emadina_gis.app.main_window import MainWindow

#: Actions that are about the map and its panels: whoever takes one sees the map.
OF_THE_MAP = (
    "view.", "tool.", "massing.show.", "edit.change-sector", "edit.select-", "placing.open",
    "change-form.open", "scenario-page.open", "file.compare", "doctor.", "file.add",
    "app.settings", "help.",
)  # fmt: skip


class LayoutViews(QObject):
    """The editor of one window.

    Parameters
    ----------
    window : MainWindow
        Laid out already.
    room : QWidget
        What the editor takes the place of.
    """

    def __init__(self, window: MainWindow, room: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._room = room
        self._page: LayoutPage | None = None
        self.stack = QStackedWidget()
        holder = room.parentWidget()
        assert holder is not None
        inside = holder.layout()
        assert inside is not None
        inside.replaceWidget(room, self.stack)
        self.stack.addWidget(room)
        self.menus = LayoutMenus(window)
        self.exports = LayoutExports(window)
        window.files.opened.connect(self.leave)
        window.files.state_changed.connect(self._show_read_only)
        window.side.shown_changed.connect(self._on_side)
        window.top.search.chosen.connect(self.leave)
        for action_id in window.actions_.ids:
            if action_id.startswith(OF_THE_MAP):
                window.actions_.qt(action_id).triggered.connect(self._show_room)

    @property
    def page(self) -> LayoutPage:
        """The editor, made now if it was not."""
        if self._page is None:
            self._page = LayoutPage(self._window.desk, self._window.choose)
            self.stack.addWidget(self._page)
            self._page.left.connect(self.leave)
            self.menus.connect_to(self._page)
            self.exports.connect_to(self._page)
            self._show_read_only()
        return self._page

    @property
    def is_open(self) -> bool:
        """Whether the editor is shown."""
        return self._page is not None and self.stack.currentWidget() is self._page

    def open(self, layout_id: str = "") -> LayoutPage:
        """Show the editor on a layout."""
        page = self.page
        self.stack.setCurrentWidget(page)
        page.open(layout_id)
        page.paper.setFocus()
        return page

    def leave(self) -> None:
        """Show the map again."""
        if self.is_open:
            self._show_room()
            self._window.map.canvas.setFocus()

    def _show_room(self) -> None:
        """Show the map; what is to have the keys is somebody else's."""
        self.stack.setCurrentWidget(self._room)

    def _on_side(self, name: str) -> None:
        if name != "inspector":
            self.leave()

    def _show_read_only(self) -> None:
        if self._page is not None:
            self._page.editing.refuse(refused=self._window.files.read_only)

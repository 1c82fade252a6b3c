"""A line at the end of a menu of systems: any other one, by its code or its WKT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget, QWidgetAction

from emadina_gis.app.controls import column, plain_label
from emadina_gis.domain.crs import Crs
from emadina_gis.errors import CrsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.desk import Desk

WIDTH_PX = 260


class CrsEntry(QWidget):
    """A field that takes a code such as ``EPSG:26191``, a bare number, or WKT."""

    def __init__(self, desk: Desk, chosen: Callable[[Crs], object]) -> None:
        super().__init__()
        self._desk = desk
        self._chosen = chosen
        self.field = QLineEdit()
        self.field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        say = desk.speech.text
        self.field.setPlaceholderText(say("crs-entry.hint"))
        self.field.setAccessibleName(say("crs-entry.hint"))
        self.field.setMinimumWidth(desk.theme.px(WIDTH_PX))
        self.field.returnPressed.connect(self.take)
        self.wrong = plain_label("", "amber", wrap=True)
        self.wrong.hide()
        whole = column(self, spacing=4, margins=(10, 6, 10, 6))
        whole.addWidget(self.field)
        whole.addWidget(self.wrong)

    def take(self) -> None:
        """Take what is typed, or say why it is no system."""
        try:
            crs = Crs.parse(self.field.text())
        except CrsError as error:
            self._say(self._desk.words.error(error)[0])
            return
        if not crs.is_known or not (crs.is_projected or crs.is_geographic):
            self._say(self._desk.speech.text("crs-entry.no-map"))
            return
        self._chosen(crs)

    def _say(self, text: str) -> None:
        self.wrong.setText(text)
        self.wrong.show()
        self.adjustSize()


def add_crs_entry(menu: QMenu, desk: Desk, chosen: Callable[[Crs], object]) -> CrsEntry:
    """Put the line at the end of a menu; the menu closes when a system is taken."""

    def take(crs: Crs) -> None:
        menu.close()
        chosen(crs)

    entry = CrsEntry(desk, take)
    action = QWidgetAction(menu)
    action.setDefaultWidget(entry)
    menu.addSeparator()
    menu.addAction(action)
    return entry

"""The table of revisions of a page: index, date, what changed, by whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from emadina_gis.app.controls import column, row
from emadina_gis.project.layouts import Revision
from emadina_gis.session.commands.layouts import AddRevision, RemoveRevision, SetRevisions
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.layouts.editing import Editing

COLUMNS = ("index", "date", "text", "by")
ROW_PX = 28
MOST_ROWS = 5


class Revisions(QWidget):
    """Lines that are typed in place, and buttons to add one and to take one out."""

    def __init__(self, desk: Desk, editing: Editing) -> None:
        super().__init__()
        self._desk = desk
        self._editing = editing
        self._showing = False
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setObjectName("narrow")
        self.table.verticalHeader().hide()
        self.table.setTabKeyNavigation(False)
        desk.speech.bind(self.table, "layout-editor.field.revisions", self.table.setAccessibleName)
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(COLUMNS.index("text"), QHeaderView.ResizeMode.Stretch)
        self.add_button = desk.voice.tool("layout-editor.revision.add", "plus", self.add)
        self.remove_button = desk.voice.tool(
            "layout-editor.revision.remove", "trash-2", self.remove
        )
        whole, buttons = column(self, spacing=2), row(spacing=2)
        whole.addWidget(self.table)
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        whole.addLayout(buttons)
        self.table.itemChanged.connect(self._on_typed)
        self.table.itemSelectionChanged.connect(self._show_enabled)

    @property
    def lines(self) -> tuple[Revision, ...]:
        """The revisions of the page."""
        layout = self._editing.layout
        return () if layout is None else layout.revisions

    def show_lines(self) -> None:
        """Show the revisions as they are."""
        self._showing = True
        say = self._desk.speech.text
        self.table.setHorizontalHeaderLabels(
            [say(f"layout-editor.revision.{name}") for name in COLUMNS]
        )
        self.table.setRowCount(len(self.lines))
        for at, line in enumerate(self.lines):
            texts = (line.index, line.date.isoformat(), line.text, line.by)
            for place, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(at, place, item)
        rows = min(max(len(self.lines), 1), MOST_ROWS) + 1
        self.table.setFixedHeight(self._desk.theme.px(ROW_PX) * rows + 4)
        self._showing = False
        self._show_enabled()

    def add(self) -> None:
        """Add a line with the next index, of today."""
        taken = {line.index for line in self.lines}
        index = next(letter for letter in _indices() if letter not in taken)
        text = self._desk.speech.text("layout-editor.revision.first")
        made = Revision(index, dt.date.today(), text)  # noqa: DTZ011 - the date on the wall
        if self._editing.do(AddRevision(self._editing.layout_id, made)):
            self.table.setCurrentCell(self.table.rowCount() - 1, COLUMNS.index("text"))

    def remove(self) -> None:
        """Take the line of the cursor out."""
        at = self.table.currentRow()
        if 0 <= at < len(self.lines):
            self._editing.do(RemoveRevision(self._editing.layout_id, self.lines[at].index))

    def _show_enabled(self) -> None:
        self.remove_button.setEnabled(0 <= self.table.currentRow() < len(self.lines))

    def _on_typed(self, item: QTableWidgetItem) -> None:
        if self._showing:
            return
        lines = list(self.lines)
        name, text = COLUMNS[item.column()], item.text().strip()
        if name == "date":
            try:
                lines[item.row()] = replace(lines[item.row()], date=dt.date.fromisoformat(text))
            except ValueError:
                self._desk.notices.tell(Phrase("layout-editor.wrong-date", {"text": text}))
                self.show_lines()
                return
        else:
            values = {name: text}
            lines[item.row()] = replace(lines[item.row()], **values)  # type: ignore[arg-type]
        if not self._editing.do(SetRevisions(self._editing.layout_id, tuple(lines))):
            self.show_lines()


def _indices() -> list[str]:
    letters = [chr(code) for code in range(ord("A"), ord("Z") + 1)]
    return letters + [str(number) for number in range(1, 200)]

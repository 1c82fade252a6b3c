"""Finding a text in the table: the next cell that holds it, in the order of rows and columns.

Case, accents and signs of other scripts do not matter. Looks through columns in the background.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from emadina_gis.analysis.row_find import found_cells
from emadina_gis.app.controls import plain_label, row
from emadina_gis.session.jobs import NewestWins

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from emadina_gis.analysis.row_find import FoundCells
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.panels.table import TablePanel


class FindBar(QWidget):
    """A line that finds; Enter goes to the next cell, Shift+Enter to the one before."""

    def __init__(self, desk: Desk, panel: TablePanel) -> None:
        super().__init__()
        self._desk = desk
        self._panel = panel
        self._newest = NewestWins(desk.jobs)
        self._found: FoundCells | None = None
        self._at = -1
        self.line = QLineEdit()
        self.line.setClearButtonEnabled(True)
        self.count = plain_label("", "secondary")
        desk.speech.bind(self, "table.find.hint", self.line.setPlaceholderText,
                         self.line.setAccessibleName)  # fmt: skip
        whole = row(self, spacing=4, margins=(16, 0, 12, 6))
        whole.addWidget(self.line, 1)
        whole.addWidget(self.count)
        whole.addWidget(desk.voice.tool("table.find.previous", "chevron-up", self.previous))
        whole.addWidget(desk.voice.tool("table.find.next", "chevron-down", self.next))
        whole.addWidget(desk.voice.tool("table.find.close", "x", self.stop))
        self.line.textChanged.connect(self._look)
        self.line.installEventFilter(self)
        self.hide()

    def start(self) -> None:
        """Show the line and put the cursor into it."""
        self.show()
        self.line.setFocus()
        self.line.selectAll()

    def stop(self) -> None:
        """Hide the line and give the keys back to the table."""
        self.hide()
        self._panel.view.setFocus()

    def next(self) -> None:
        """Go to the next cell that holds the text."""
        self._go(1)

    def previous(self) -> None:
        """Go to the cell before that holds the text."""
        self._go(-1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            key = event.key()  # type: ignore[attr-defined]
            if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier  # type: ignore[attr-defined]
                self._go(-1 if back else 1)
                return True
            if key == Qt.Key.Key_Escape:
                self.stop()
                return True
        return super().eventFilter(watched, event)

    def _look(self) -> None:
        text = self.line.text().strip()
        self._found, self._at = None, -1
        if not text:
            self._newest.cancel()
            self.count.setText("")
            return
        model, language = self._panel.model, self._desk.words.language
        columns = [(named.column, named.label) for named in model.columns]
        rows = model.rows
        self._newest.submit(
            lambda ctx: found_cells(text, columns, rows, language, ctx), done=self._take
        )

    def _take(self, found: FoundCells) -> None:
        self._found = found
        index = self._panel.view.currentIndex()
        start = found.after(max(index.row(), 0), max(index.column(), 0) - 1)
        self._show(start)

    def _go(self, step: int) -> None:
        if self._found is None or not len(self._found):
            self._look()
            return
        self._show((self._at + step) % len(self._found))

    def _show(self, at: int) -> None:
        found, words = self._found, self._desk.words
        assert found is not None
        if not len(found):
            self.count.setText(words.text("table.find.none"))
            return
        self._at = at
        self.count.setText(words.text("table.find.at", at=at + 1, count=len(found)))
        line, place = found.cell(at)
        panel = self._panel
        if line < panel.model.rowCount() and place < panel.model.columnCount():
            panel.view.setCurrentIndex(panel.model.index(line, place))
            panel.view.show_line(line, place)

"""Writing cells: one, all chosen rows at once, or a block pasted from a spreadsheet.

Owns what is said where a value does not fit; each change is one step of undo. Values are read by
``analysis.typed_values``, written by commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from emadina_gis.analysis.pasted import Target, cells_of, pasted_columns, without_heading
from emadina_gis.analysis.typed_values import typed_value
from emadina_gis.app.controls import plain_label, row, set_tone
from emadina_gis.app.models.table_text import cell_text, choices_of, heading_of
from emadina_gis.app.table.editors import CellDelegate
from emadina_gis.errors import AnalysisError, EmadinaError
from emadina_gis.session.commands.cells import EditCells

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.analysis.typed_values import CellValue
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.models.columns import NamedColumn
    from emadina_gis.app.panels.table import TablePanel


class CellEditing(QObject):
    """Edits of the layer in the table; `line` says in place what cannot be written."""

    def __init__(self, desk: Desk, panel: TablePanel) -> None:
        super().__init__(panel)
        self._desk = desk
        self._panel = panel
        self.line = QWidget()
        self.said = plain_label("", "error", wrap=True)
        inner = row(self.line, spacing=4, margins=(16, 4, 12, 4))
        inner.addWidget(self.said, 1)
        inner.addWidget(desk.voice.tool("table.said.close", "x", self.clear))
        self.line.hide()
        panel.view.setItemDelegate(CellDelegate(panel.view, self))
        panel.model.writer = self.write
        panel.view.paste_asked.connect(self.paste)
        panel.view.clear_asked.connect(self.empty_cell)
        panel.view.not_editable.connect(self.say_why_not)

    def clear(self) -> None:
        """Say nothing any more."""
        self.line.hide()
        self.said.setText("")

    def say(self, text: str, tone: str = "error") -> None:
        """Say something below the rows: what is wrong, or, in another tone, what can be done."""
        set_tone(self.said, tone)
        self.said.setText(text)
        self.line.show()

    def say_error(self, error: EmadinaError) -> None:
        """Say an error below the rows."""
        self.say(" ".join(part for part in self._desk.words.error(error) if part))

    def say_why_not(self, place: int) -> None:
        """Say why a column cannot be edited."""
        named = self._panel.model.columns[place]
        key = "table.fixed.derived" if named.is_derived else "table.fixed.outcome"
        self.say(self._desk.words.text(key, column=named.title))

    # --- one value ----------------------------------------------------------------------------

    def text_of(self, named: NamedColumn, line: int) -> str:
        """Return a cell as it is typed."""
        value = named.column.value(int(self._panel.model.rows[line]))
        return cell_text(value, named, self._desk.words)

    def choices(self, named: NamedColumn) -> dict[str, str]:
        """Return the words to choose from, and their values."""
        return choices_of(named, self._desk.words)

    def truth(self, value: bool) -> str:
        """Return a truth value as it is said."""
        return self._desk.words.text("value.yes" if value else "value.no")

    def on_closed(self) -> None:
        """Take back what was said of the keys, and let the table show what is new."""
        QTimer.singleShot(0, self, self._panel.take_late)
        if self.said.property("tone") == "secondary":
            self.clear()

    def hint_fill(self, line: int) -> None:
        """Say how all chosen rows are written at once, where a chosen line is edited."""
        count = self.fill_count(line)
        if count > 1:
            self.say(self._desk.words.plural("table.fill-hint", count), "secondary")

    def fill_count(self, line: int) -> int:
        """Return how many shown rows are filled at once when a line is edited; 1 for it alone."""
        model = self._panel.model
        return len(model.chosen_lines()) if model.is_chosen(line) else 1

    def write(self, named: NamedColumn, table_row: int, text: str) -> bool:
        """Write a typed text into one row; False where it does not fit."""
        return self._write(named, np.array([table_row]), text)

    def write_line(self, named: NamedColumn, line: int, text: str, *, fill: bool = False) -> bool:
        """Write a typed text into a line, or into all chosen lines; False where it does not fit."""
        model = self._panel.model
        lines = np.array([line])
        if fill and model.is_chosen(line):
            lines = model.chosen_lines()
        return self._write(named, model.rows[lines], text)

    def _write(self, named: NamedColumn, rows: NDArray[np.intp], text: str) -> bool:
        try:
            value = typed_value(text, named.column, self._desk.words.language, self.choices(named))
        except AnalysisError as error:
            self.say_error(error)
            return False
        return self._do(rows, ((named.field, [value] * len(rows)),))

    def _do(self, rows: NDArray[np.intp], columns: tuple[tuple[str, list[CellValue]], ...]) -> bool:
        layer = self._panel.layer
        if layer is None:
            return False
        try:
            self._desk.store.execute(
                EditCells(layer.id, layer.table.ids[rows], columns, self._title(columns[0][0]))
            )
        except EmadinaError as error:
            self.say_error(error)
            return False
        self.clear()
        return True

    def _title(self, field: str) -> str:
        place = self._panel.model.place_of(field)
        return self._panel.model.columns[place].title if place >= 0 else field

    def empty_cell(self) -> None:
        """Make the current cell missing."""
        index = self._panel.view.currentIndex()
        if index.isValid():
            named = self._panel.model.columns[index.column()]
            if not named.is_editable:
                self.say_why_not(index.column())
                return
            self.write_line(named, index.row(), "")

    # --- a block ------------------------------------------------------------------------------

    def paste(self) -> None:
        """Write the block on the clipboard from the current cell on, as it is shown."""
        index = self._panel.view.currentIndex()
        text = QGuiApplication.clipboard().text()
        if not index.isValid() or not text.strip():
            return
        try:
            self._paste(cells_of(text), index.row(), index.column())
        except AnalysisError as error:
            self.say_error(error)

    def _paste(self, cells: list[list[str]], line: int, place: int) -> None:
        targets = self._targets(place, len(cells[0]))
        cells = without_heading(cells, [target.title for target in targets])
        lines = self._lines(cells, line)
        if len(lines) > len(cells):
            cells = cells * len(lines)
        columns = pasted_columns(cells, targets, self._desk.words.language)
        self._do(self._panel.model.rows[lines], columns)

    def _targets(self, place: int, width: int) -> list[Target]:
        model, words = self._panel.model, self._desk.words
        if place + width > model.columnCount():
            there = model.columnCount() - place
            raise AnalysisError("cell.paste-wide", count=width, room=there)
        found = model.columns[place : place + width]
        for offset, named in enumerate(found):
            if not named.is_editable:
                raise AnalysisError("cell.paste-fixed", column=model.columns[place + offset].title)
        return [
            Target(n.field, heading_of(n, words), n.column, tuple(self.choices(n).items()))
            for n in found
        ]

    def _lines(self, cells: list[list[str]], line: int) -> NDArray[np.intp]:
        """Return the lines that a block goes to; one cell fills all chosen lines."""
        model = self._panel.model
        single = len(cells) == 1 and len(cells[0]) == 1
        if single and model.is_chosen(line):
            return model.chosen_lines()
        if line + len(cells) > model.rowCount():
            room = model.rowCount() - line
            raise AnalysisError("cell.paste-long", count=len(cells), room=room)
        return np.arange(line, line + len(cells))

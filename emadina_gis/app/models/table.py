"""The table of a layer as a Qt model: virtual over the columns, in any order of rows.

Copies nothing but an index of rows; which rows are selected is a mask, so that a hundred thousand
selected rows cost what one does. Orders and filters are made elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QGuiApplication

from emadina_gis.app.models.columns import NamedColumn, missing_text, value_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.words import Words

Index = QModelIndex | QPersistentModelIndex
#: Writes a typed text into a cell; False where it does not fit.
Writer = Callable[[NamedColumn, int, str], bool]
_NO_PARENT = QModelIndex()
_NO_ROWS = np.zeros(0, dtype=np.intp)
_TEXTS = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
_AMOUNTS = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
_ARROWS = {False: "▲", True: "▼"}


class CellLook(NamedTuple):
    """How a cell is painted: its text and side, whether a value is missing, its row selected."""

    text: str
    alignment: Qt.AlignmentFlag
    is_missing: bool
    is_chosen: bool


class ColumnsModel(QAbstractTableModel):
    """Named columns by rows; `rows` maps the lines shown to the rows of the table.

    `sort_asked` names a column and whether it should descend.
    """

    sort_asked = Signal(str, bool)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._columns: tuple[NamedColumn, ...] = ()
        self._rows: NDArray[np.intp] = _NO_ROWS
        self._chosen: NDArray[np.bool_] = np.zeros(0, dtype=bool)
        self._chosen_count = 0
        self._order: tuple[tuple[str, bool], ...] = ()
        self.writer: Writer | None = None

    @property
    def columns(self) -> tuple[NamedColumn, ...]:
        """The columns, in order."""
        return self._columns

    @property
    def rows(self) -> NDArray[np.intp]:
        """Row of the table for each line, shape (lines,)."""
        return self._rows

    @property
    def chosen_count(self) -> int:
        """How many rows of the table are selected, shown or not."""
        return self._chosen_count

    def show(
        self,
        columns: tuple[NamedColumn, ...],
        rows: NDArray[np.intp],
        order: tuple[tuple[str, bool], ...],
        words: Words,
    ) -> None:
        """Show other columns and rows.

        Parameters
        ----------
        rows : ndarray of int, shape (lines,)
            Rows of the table, in the order of the lines.
        order : tuple of (str, bool)
            Columns that the rows are ordered by, and whether they descend: for the headings.
        """
        self.beginResetModel()
        self._words, self._columns, self._rows, self._order = words, columns, rows, order
        self.endResetModel()

    def choose(self, rows: NDArray[np.intp], count: int) -> None:
        """Mark rows of the table (of `count`) as selected, and no others."""
        chosen = np.zeros(count, dtype=bool)
        chosen[rows] = True
        self._chosen, self._chosen_count = chosen, len(rows)

    def is_chosen(self, line: int) -> bool:
        """Whether the row on a line is selected."""
        row = int(self._rows[line])
        return row < len(self._chosen) and bool(self._chosen[row])

    def chosen_lines(self) -> NDArray[np.intp]:
        """Return the lines of the selected rows, in order."""
        return np.flatnonzero(self._chosen[self._rows]) if self._has_chosen() else _NO_ROWS

    def first_chosen_line(self) -> int:
        """Return the first line of a selected row, -1 where none is shown."""
        chosen = self._chosen[self._rows] if self._has_chosen() else np.zeros(0, dtype=bool)
        return int(chosen.argmax()) if chosen.any() else -1

    def _has_chosen(self) -> bool:
        """Whether something is selected, in the table that is shown."""
        return bool(self._chosen_count) and len(self._chosen) > int(self._rows.max(initial=-1))

    def line_of(self, row: int) -> int:
        """Return the line on which a row of the table is shown, -1 where it is not."""
        found = np.flatnonzero(self._rows == row)
        return int(found[0]) if len(found) else -1

    def text_at(self, line: int, place: int) -> str:
        """Return what a cell says."""
        return self._text(self._columns[place], int(self._rows[line]))

    def look_of(self, line: int, place: int) -> CellLook:
        """Return how a cell is painted."""
        named, row = self._columns[place], int(self._rows[line])
        value = named.column.value(row)
        text = self._said(named, row, value)
        return CellLook(text, _alignment(named), value is None, self.is_chosen(line))

    def place_of(self, field: str) -> int:
        """Return the place of a column, -1 where it is not shown."""
        fields = [named.field for named in self._columns]
        return fields.index(field) if field in fields else -1

    # --- Qt -----------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        if index.isValid() and self._columns[index.column()].is_editable:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        named = self._columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(named)
        row = int(self._rows[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(named, row)
        if role == Qt.ItemDataRole.ForegroundRole:
            return faint() if named.column.value(row) is None else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._why_missing(named, row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(named, index.row())
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or self.writer is None or not index.isValid():
            return False
        named, row = self._columns[index.column()], int(self._rows[index.row()])
        return self.writer(named, row, str(value))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask for an order by a column."""
        if 0 <= column < len(self._columns):
            descending = order == Qt.SortOrder.DescendingOrder
            self.sort_asked.emit(self._columns[column].field, descending)

    def _text(self, named: NamedColumn, row: int) -> str:
        return self._said(named, row, named.column.value(row))

    def _said(self, named: NamedColumn, row: int, value: Any) -> str:
        if value is None:
            return missing_text(named, row, self._words)
        return value_text(value, named, self._words)

    def _spoken(self, named: NamedColumn, line: int) -> str:
        """Return a cell as a screen reader says it: heading, value, whether its row is selected."""
        text = self._text(named, int(self._rows[line]))
        key = "table.spoken-selected" if self.is_chosen(line) else "table.spoken"
        return self._words.text(key, column=named.title, value=text)

    def _why_missing(self, named: NamedColumn, row: int) -> str | None:
        if named.column.value(row) is not None:
            return None
        if not named.is_outcome:
            return self._words.text("value.not-stated-hint")
        reason = missing_text(named, row, self._words)
        return self._words.text("value.not-computed-hint", reason=reason)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        named = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            unit = f" ({self._words.unit(named.unit)})" if named.unit else ""
            return f"{self._arrow(named.field)}{self._mark(named)}{named.title}{unit}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._about(named)
        if role == Qt.ItemDataRole.TextAlignmentRole and len(self._rows):
            return self.data(self.index(0, section), role)
        return None

    def _mark(self, named: NamedColumn) -> str:
        """Return the mark of a column that follows from others, or no longer can."""
        if named.trouble:
            return "⚠ "
        return "ƒ " if named.formula else "⋈ " if named.is_derived else ""

    def _arrow(self, field: str) -> str:
        """Return the mark of an order; the place too where several columns decide."""
        fields = [name for name, _ in self._order]
        if field not in fields:
            return ""
        place = fields.index(field)
        number = str(place + 1) if len(fields) > 1 else ""
        return f"{_ARROWS[self._order[place][1]]}{number} "

    def _about(self, named: NamedColumn) -> str:
        lines = [self._words.isolated(named.field)]
        if named.role is not None:
            role = self._words.text(f"role.{named.role.value}")
            lines.append(self._words.text("columns-page.role", role=role))
        lines += [self._words.text(key) for key in named.notes]
        if named.trouble:
            lines.append(named.trouble)
        if named.formula:
            lines.append(self._words.isolated(f"= {named.formula}"))
        return "\n".join(lines)


def faint() -> QBrush:
    """Return the ink of what is missing."""
    return QGuiApplication.palette().placeholderText()


def _alignment(named: NamedColumn) -> Qt.AlignmentFlag:
    return _AMOUNTS if named.is_number and named.grouped else _TEXTS

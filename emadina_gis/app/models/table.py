"""The table of a layer as a Qt model: virtual over the columns, in any order of rows.

Copies nothing but an index of rows; a million rows sort with one NumPy call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QGuiApplication

from emadina_gis.app.models.columns import NamedColumn, missing_text, value_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.words import Words

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class ColumnsModel(QAbstractTableModel):
    """Named columns by rows; `rows` maps the lines shown to the rows of the table."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._columns: tuple[NamedColumn, ...] = ()
        self._rows: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self._kept: NDArray[np.intp] = self._rows
        self._sorted_by: tuple[str, bool] | None = None

    @property
    def columns(self) -> tuple[NamedColumn, ...]:
        """The columns, in order."""
        return self._columns

    @property
    def rows(self) -> NDArray[np.intp]:
        """Row of the table for each line, shape (lines,)."""
        return self._rows

    def show_columns(
        self, columns: tuple[NamedColumn, ...], rows: NDArray[np.intp], words: Words
    ) -> None:
        """Show other columns and rows; the order by a column that is still there is kept."""
        self.beginResetModel()
        self._words = words
        self._columns = columns
        self._kept = rows
        self._rows = self._ordered(rows)
        self.endResetModel()

    def show_rows(self, rows: NDArray[np.intp]) -> None:
        """Show some rows alone, in the order chosen."""
        self.beginResetModel()
        self._kept = rows
        self._rows = self._ordered(rows)
        self.endResetModel()

    def lines_of(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the lines on which rows of the table are shown."""
        return np.flatnonzero(np.isin(self._rows, rows))

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        named = self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            row = int(self._rows[index.row()])
            value = named.column.value(row)
            if value is None:
                return missing_text(named, row, self._words)
            return value_text(value, named, self._words)
        if role == Qt.ItemDataRole.ForegroundRole:
            row = int(self._rows[index.row()])
            return self._faint() if named.column.value(row) is None else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._why_missing(named, int(self._rows[index.row()]))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeading
            if named.is_number and named.grouped:
                side = Qt.AlignmentFlag.AlignTrailing
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _faint(self) -> QBrush:
        return QGuiApplication.palette().placeholderText()

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
            return f"{named.title}{unit}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return named.field
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.data(self.index(0, section), role) if len(self._rows) else None
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows by a column; missing values are last in both directions."""
        if not 0 <= column < len(self._columns):
            return
        self._sorted_by = (self._columns[column].field, order == Qt.SortOrder.DescendingOrder)
        self.layoutAboutToBeChanged.emit()
        self._rows = self._ordered(self._kept)
        self.layoutChanged.emit()

    def _ordered(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        if self._sorted_by is None:
            return rows
        field, descending = self._sorted_by
        named = next((column for column in self._columns if column.field == field), None)
        return rows if named is None else sorted_rows(named, rows, descending=descending)


def sorted_rows(
    named: NamedColumn, rows: NDArray[np.intp], *, descending: bool
) -> NDArray[np.intp]:
    """Return rows in the order of a column, stable; missing values last."""
    if named.is_number:
        keys = named.column.numbers[rows]
        missing = np.isnan(keys)
    else:
        codes, _ = named.column.coded
        keys = codes[rows].astype(np.float64)
        missing = keys < 0
    present = np.flatnonzero(~missing)
    values = keys[present]
    order = np.argsort(-values if descending else values, kind="stable")
    return np.concatenate([rows[present[order]], rows[missing]])

"""The rows as a person sees and chooses them: a grid whose selection is that of the map.

Owns gestures and keys on rows; the selection itself is a mask in the model, of any size. Knows no
layer: lines are told, and what they mean is the panel's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from emadina_gis.app.models.table import faint
from emadina_gis.app.table.heading import Heading
from emadina_gis.session.view_state import SelectMode

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QPersistentModelIndex
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent

    from emadina_gis.app.models.table import ColumnsModel

ROW_PX = 26
WIDTH_PX = 130
#: Rows that are looked at to find the width of a column.
WIDTH_ROWS = 12
_SELECTED = QStyle.StateFlag.State_Selected
_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_EDIT_KEYS = (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class ChosenRows(QStyledItemDelegate):
    """Paints rows as selected where the model says so, whatever Qt's own selection holds."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Say how a cell looks, as the model tells it at once.

        Qt's own way asks the model seven times for each cell, and Python's lock each time.
        """
        model: ColumnsModel = index.model()  # type: ignore[assignment]
        look = model.look_of(index.row(), index.column())
        option.index = index  # type: ignore[assignment]
        option.text = look.text
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDisplay
        option.displayAlignment = look.alignment
        if look.is_missing:
            palette = option.palette
            palette.setBrush(QPalette.ColorRole.Text, faint())
            option.palette = palette
        if look.is_chosen:
            option.state |= _SELECTED
        else:
            option.state &= ~_SELECTED


class RowsView(QTableView):
    """A table whose rows are chosen by click, drag and keys.

    `chosen` gives lines and what to do with them; `keyed` a sequence such as copy or find.
    """

    chosen = Signal(object, object)
    copy_asked = Signal()
    paste_asked = Signal()
    find_asked = Signal()
    clear_asked = Signal()
    menu_asked = Signal(QPoint)
    heading_menu_asked = Signal(int, QPoint)
    not_editable = Signal(int)
    resized = Signal()

    def __init__(self, model: ColumnsModel, row_px: int) -> None:
        super().__init__()
        self.rows = model
        self._anchor = 0
        self.heading = Heading(self)
        self.setHorizontalHeader(self.heading)
        self.setModel(model)
        self.setItemDelegate(ChosenRows(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.set_row_height(row_px)
        self.heading.menu_asked.connect(self.heading_menu_asked.emit)

    def set_row_height(self, row_px: int) -> None:
        """Give all rows a height; a million of them cost what one does."""
        self.verticalHeader().setMinimumSectionSize(row_px)
        self.verticalHeader().setDefaultSectionSize(row_px)
        self.resized.emit()

    def text_widths(self) -> list[int]:
        """Return for each column how wide its first texts in sight are, in pixels.

        What is around a text is the same in all cells: it is asked of the style once.
        """
        count = self.rows.columnCount()
        first = max(self.rowAt(0), 0)
        lines = range(first, min(first + WIDTH_ROWS, self.rows.rowCount()))
        if not lines:
            return [0] * count
        advance = self.fontMetrics().horizontalAdvance
        around = self.sizeHintForIndex(self.rows.index(first, 0)).width()
        around -= advance(self.rows.text_at(first, 0))
        return [
            around + max(advance(self.rows.text_at(line, place)) for line in lines)
            for place in range(count)
        ]

    # --- rows ---------------------------------------------------------------------------------

    def choose_lines(self, lines: NDArray[np.intp], mode: SelectMode) -> None:
        """Tell that a person chose lines."""
        self.chosen.emit(lines, mode)

    def selectRow(self, row: int) -> None:
        """Choose one line alone."""
        self._anchor = row
        self.setCurrentIndex(self.model().index(row, max(self.currentIndex().column(), 0)))
        self.choose_lines(np.array([row]), SelectMode.REPLACE)

    def _choose_range(self, to: int, mode: SelectMode = SelectMode.REPLACE) -> None:
        first, last = sorted((self._anchor, to))
        self.choose_lines(np.arange(first, last + 1), mode)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        super().mousePressEvent(event)
        if not index.isValid():
            return
        right = event.button() == Qt.MouseButton.RightButton
        if right and self.rows.is_chosen(index.row()):
            return
        line, keys = index.row(), event.modifiers()
        if keys & _SHIFT:
            self._choose_range(line)
            return
        self._anchor = line
        mode = SelectMode.TOGGLE if keys & _CONTROL else SelectMode.REPLACE
        self.choose_lines(np.array([line]), mode)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons() != Qt.MouseButton.LeftButton:
            return
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.row() != self._anchor:
            self._choose_range(index.row())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.edit_cell(self.indexAt(event.position().toPoint()))

    @property
    def is_editing(self) -> bool:
        """Whether the editor of a cell is open."""
        return self.state() == QTableView.State.EditingState

    def edit_cell(self, index: QModelIndex) -> None:
        """Open the editor of a cell, or tell that it has none."""
        if not index.isValid():
            return
        if self.rows.columns[index.column()].is_editable:
            self.scrollTo(index)
            self.edit(index)
        else:
            self.not_editable.emit(index.column())

    def go_to(self, line: int, place: int) -> None:
        """Give the keys to a cell; behind the last column to the next line's first."""
        columns, lines = self.rows.columnCount(), self.rows.rowCount()
        if not (columns and lines):
            return
        number = min(max(line * columns + place, 0), lines * columns - 1)
        self.setCurrentIndex(self.model().index(*divmod(number, columns)))

    # --- keys ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, choose, edit, copy, paste and find by keys."""
        if self._standard(event) or self._choosing(event):
            event.accept()
            return
        if event.key() in _EDIT_KEYS and not self.is_editing:
            self.edit_cell(self.currentIndex())
            event.accept()
            return
        super().keyPressEvent(event)
        if not event.modifiers() & _SHIFT:
            self._anchor = max(self.currentIndex().row(), 0)

    def _standard(self, event: QKeyEvent) -> bool:
        asked = {
            QKeySequence.StandardKey.Copy: self.copy_asked,
            QKeySequence.StandardKey.Paste: self.paste_asked,
            QKeySequence.StandardKey.Find: self.find_asked,
            QKeySequence.StandardKey.Delete: self.clear_asked,
        }
        for keys, signal in asked.items():
            if event.matches(keys):
                signal.emit()
                return True
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.choose_lines(np.arange(self.rows.rowCount()), SelectMode.REPLACE)
            return True
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._open_heading_menu()
            return True
        return False

    def _choosing(self, event: QKeyEvent) -> bool:
        """Shift+Space the row alone, Ctrl+Space in addition, Shift and arrows a range of rows."""
        line, keys = self.currentIndex().row(), event.modifiers()
        if line < 0:
            return False
        if event.key() == Qt.Key.Key_Space and keys & (_SHIFT | _CONTROL):
            self._anchor = line
            mode = SelectMode.TOGGLE if keys & _CONTROL else SelectMode.REPLACE
            self.choose_lines(np.array([line]), mode)
            return True
        if event.key() in _STEPS and keys & _SHIFT:
            to = min(max(line + _STEPS[Qt.Key(event.key())], 0), self.rows.rowCount() - 1)
            self.setCurrentIndex(self.model().index(to, self.currentIndex().column()))
            self._choose_range(to)
            return True
        return False

    def event(self, event: object) -> bool:
        """Take Ctrl+F and the like before the window's own shortcuts, while the table has keys."""
        if event.type() == event.Type.ShortcutOverride:  # type: ignore[attr-defined]
            wanted = (QKeySequence.StandardKey.Find, QKeySequence.StandardKey.Copy,
                      QKeySequence.StandardKey.Paste)  # fmt: skip
            if any(event.matches(keys) for keys in wanted):  # type: ignore[attr-defined]
                event.accept()  # type: ignore[attr-defined]
                return True
        return super().event(event)  # type: ignore[arg-type]

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.rows.rowCount() and self.rows.columnCount():
            self.setCurrentIndex(self.model().index(0, self.heading.logicalIndex(0)))

    # --- menus and places ---------------------------------------------------------------------

    def _on_menu(self, point: QPoint) -> None:
        self.menu_asked.emit(self.viewport().mapToGlobal(point))

    def _open_heading_menu(self) -> None:
        place = max(self.currentIndex().column(), 0)
        at = self.heading.sectionViewportPosition(place)
        self.heading_menu_asked.emit(
            place, self.heading.viewport().mapToGlobal(QPoint(at, self.heading.height()))
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def show_line(self, line: int, place: int = -1) -> None:
        """Scroll to a line; to a column too where one is given."""
        if not (0 <= line < self.rows.rowCount() and self.rows.columnCount()):
            return
        if place < 0:
            rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            start = self.viewport().width() - 8 if rtl else 8
            place = max(self.columnAt(start), 0)
        self.scrollTo(self.model().index(line, place))

"""Editors of cells: a line for texts, numbers and dates, a list where there are choices.

Owns the keys of editing: Enter writes and goes down, Ctrl+Enter writes into all chosen rows, Tab
goes on, Esc takes back. What does not fit keeps the editor open. Knows no command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractItemDelegate, QComboBox, QCompleter, QLineEdit, QWidget

from emadina_gis.app.controls import repolish
from emadina_gis.app.models.table_text import MOST_CHOICES
from emadina_gis.app.table.view import ChosenRows

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QStyleOptionViewItem

    from emadina_gis.app.models.columns import NamedColumn
    from emadina_gis.app.table.editing import CellEditing
    from emadina_gis.app.table.view import RowsView

    Index = QModelIndex | QPersistentModelIndex

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_TABS = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}
_CLOSE = QAbstractItemDelegate.EndEditHint.NoHint
#: Least width of an editor: a narrow column is written as easily as a wide one.
LEAST_PX = 110
#: Rows of a column whose texts are looked through for completion.
MOST_COMPLETED = 100_000


class CellDelegate(ChosenRows):
    """Makes editors by the type of the column and hands what is typed on."""

    def __init__(self, view: RowsView, editing: CellEditing) -> None:
        super().__init__(view)
        self._view = view
        self._editing = editing
        self._index: tuple[int, int] = (-1, -1)

    def _named(self, index: Index) -> NamedColumn:
        return self._view.rows.columns[index.column()]

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        named = self._named(index)
        self._index = index.row(), index.column()
        choices = self._editing.choices(named)
        editor: QWidget = _line(parent, named)
        if named.column.is_boolean or choices:
            editor = self._list(parent, named, choices)
        editor.setProperty("cell", "true")
        editor.setAccessibleName(named.title)
        self._editing.hint_fill(index.row())
        return editor

    def _list(self, parent: QWidget, named: NamedColumn, choices: dict[str, str]) -> QComboBox:
        box = QComboBox(parent)
        texts = list(choices)
        if named.column.is_boolean:
            texts = [self._editing.truth(value) for value in (True, False)]
        box.addItems([*texts, ""])
        box.setEditable(bool(choices) and not named.column.is_boolean)
        box.activated.connect(lambda _place: self._on_chosen(box))
        return box

    def _on_chosen(self, box: QComboBox) -> None:
        if self._commit(box, fill=False):
            self.closeEditor.emit(box, _CLOSE)
            self._view.setFocus()

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        text = self._editing.text_of(self._named(index), index.row())
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findText(text))
            if editor.isEditable():
                editor.setEditText(text)
        elif isinstance(editor, QLineEdit):
            editor.setText(text)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Write what is typed when the editor is left without a key."""
        self._commit(editor, fill=False)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        rect = option.rect
        wanted = editor.sizeHint().width() if isinstance(editor, QComboBox) else LEAST_PX
        more = max(wanted - rect.width(), 0)
        rtl = self._view.layoutDirection() == Qt.LayoutDirection.RightToLeft
        editor.setGeometry(rect.adjusted(-more if rtl else 0, 0, 0 if rtl else more, 0))

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        super().destroyEditor(editor, index)
        self._editing.on_closed()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(watched, QWidget):
            key, keys = event.key(), event.modifiers()  # type: ignore[attr-defined]
            if key in _ENTER:
                control = bool(keys & Qt.KeyboardModifier.ControlModifier)
                self._leave(watched, fill=control, step=(0 if control else 1, 0))
                return True
            if key in _TABS:
                self._leave(watched, fill=False, step=(0, _TABS[key]))
                return True
        return super().eventFilter(watched, event)

    def _leave(self, editor: QWidget, *, fill: bool, step: tuple[int, int]) -> None:
        if not self._commit(editor, fill=fill):
            return
        line, place = self._index
        self.closeEditor.emit(editor, _CLOSE)
        self._view.setFocus()
        self._view.go_to(line + step[0], place + step[1])

    def _commit(self, editor: QWidget, *, fill: bool) -> bool:
        """Write what is typed; where it does not fit the editor says so and stays."""
        line, place = self._index
        if not (line < self._view.rows.rowCount() and place < self._view.rows.columnCount()):
            return True
        named = self._view.rows.columns[place]
        text = _text_of(editor)
        if not fill and text == self._editing.text_of(named, line):
            self._editing.clear()
            return True
        fits = self._editing.write_line(named, line, text, fill=fill)
        editor.setProperty("wrong", "false" if fits else "true")
        repolish(editor)
        return fits


def _line(parent: QWidget, named: NamedColumn) -> QLineEdit:
    line = QLineEdit(parent)
    if named.column.is_text and len(named.column) <= MOST_COMPLETED:
        values = named.column.coded[1]
        if len(values) <= MOST_CHOICES:
            completer = QCompleter(values, line)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            line.setCompleter(completer)
    return line


def _text_of(editor: QWidget) -> str:
    if isinstance(editor, QComboBox):
        return editor.currentText()
    return editor.text() if isinstance(editor, QLineEdit) else ""

"""A field for formulas with completion of column names; used by the table and by selection.

Owns the field and the place of its error; formulas are read by ``analysis.formula``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

from emadina_gis.app.controls import column, plain_label, repolish

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.models.columns import NamedColumn

_WORD = re.compile(r"[\w\u0600-\u06ff]+$")
_PLAIN = re.compile(r"^[^\W\d]\w*$")


class _Line(QLineEdit):
    """A line that completes the word before the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self.words = QStringListModel(self)
        self.popup = QCompleter(self.words, self)
        self.popup.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.popup.setFilterMode(Qt.MatchFlag.MatchContains)
        self.popup.setWidget(self)
        self.popup.activated.connect(self._insert)
        self._list = QListView()
        self.popup.setPopup(self._list)
        self.textEdited.connect(self._offer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Enter to the list while it is open."""
        shown = self._list.isVisible()
        if shown and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}:
            event.ignore()
            return
        super().keyPressEvent(event)

    def _offer(self) -> None:
        match = _WORD.search(self.text()[: self.cursorPosition()])
        if match is None:
            self._list.hide()
            return
        self.popup.setCompletionPrefix(match[0])
        if self.popup.completionCount() and self.popup.currentCompletion() != match[0]:
            self.popup.complete()
        else:
            self._list.hide()

    def _insert(self, word: str) -> None:
        before, after = self.text()[: self.cursorPosition()], self.text()[self.cursorPosition() :]
        before = _WORD.sub("", before) + word + " "
        self.setText(before + after)
        self.setCursorPosition(len(before))


class FormulaField(QWidget):
    """A line, and under it what is wrong with it."""

    submitted = Signal()

    def __init__(self, desk: Desk, hint: str) -> None:
        super().__init__()
        self.line = _Line()
        self.line.setClearButtonEnabled(True)
        self.line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.line.returnPressed.connect(self.submitted.emit)
        self.line.textChanged.connect(lambda text: None if text else self.submitted.emit())
        self._error = plain_label("", "error", wrap=True)
        self._error.hide()
        whole = column(self, spacing=2)
        whole.addWidget(self.line)
        whole.addWidget(self._error)
        desk.speech.bind(self, hint, self.line.setPlaceholderText, self.line.setAccessibleName)

    def text(self) -> str:
        """Return what is typed."""
        return self.line.text()

    def set_text(self, text: str) -> None:
        """Put another formula into the field."""
        self.line.setText(text)

    def clear(self) -> None:
        """Empty the field without applying it."""
        self.line.blockSignals(True)
        self.line.clear()
        self.line.blockSignals(False)
        self.show_error("")

    def set_columns(self, columns: tuple[NamedColumn, ...]) -> None:
        """Offer other columns for completion."""
        names = [named.field for named in columns]
        self.line.words.setStringList([quoted(name) for name in names])

    def show_error(self, text: str) -> None:
        """Say what is wrong; nothing hides it."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.line.setProperty("wrong", "true" if text else "false")
        repolish(self.line)


def quoted(name: str) -> str:
    """Return a column name as formulas write it."""
    return name if _PLAIN.match(name) else f"[{name}]"

"""A field for formulas: what fits is offered while one types; used by the table and by selection.

Owns the field, its list and the place of its error; formulas are read by ``analysis.formula``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from emadina_gis.analysis.formula import FormulaError
from emadina_gis.analysis.formula_completion import Completion, KnownColumn, Scope, completion
from emadina_gis.analysis.formula_counts import frequent_values
from emadina_gis.analysis.formula_print import column_text
from emadina_gis.analysis.formula_values import DATE, NUMBER, TEXT, TRUTH
from emadina_gis.app.controls import column, plain_label, repolish
from emadina_gis.app.panels.offer_list import OfferList
from emadina_gis.session.jobs import NewestWins

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.models.columns import NamedColumn
    from emadina_gis.domain.column import Column
    from emadina_gis.errors import EmadinaError

_CHOOSING = frozenset((Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab))


_CLOSING = {"'": "'", '"': '"', "«": "»", "“": "”", "[": "]"}


#: After these something is offered before it is begun.
_BEFORE = frozenset(" (;")


class _Line(QLineEdit):
    """A line that leaves the keys of a choice to its list while that is open."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.offered = OfferList(desk, self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.offered.is_shown and key in _CHOOSING:
            if self.offered.view.currentIndex().isValid():
                event.ignore()
                return
            self.offered.hide()
        super().keyPressEvent(event)


class FormulaField(QWidget):
    """A line, and under it what is wrong with it.

    Signals
    -------
    submitted()
        Enter was pressed, or the field was emptied.
    edited(str)
        The text is another one.
    """

    submitted = Signal()
    edited = Signal(str)

    def __init__(self, desk: Desk, hint: str) -> None:
        super().__init__()
        self._desk = desk
        self._columns: dict[str, NamedColumn] = {}
        self._known: tuple[KnownColumn, ...] = ()
        self._values: dict[str, tuple[Column, tuple[tuple[object, int], ...]]] = {}
        self._completion = Completion(0)
        self._counting = NewestWins(desk.jobs)
        self.line = _Line(desk)
        self.line.setClearButtonEnabled(True)
        self.line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.line.returnPressed.connect(self.submitted.emit)
        self.line.textChanged.connect(self._on_text)
        self.line.textEdited.connect(lambda _text: self._offer())
        self.line.offered.completer.activated[QModelIndex].connect(self._on_chosen)  # type: ignore[index]
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
        self._columns = {named.field: named for named in columns}
        self._values = {
            name: counted for name, counted in self._values.items() if self._holds(name, counted[0])
        }
        self._known = tuple(
            KnownColumn(named.field, named.title, _kind_of(named), named.unit) for named in columns
        )

    def _holds(self, name: str, values: Column) -> bool:
        """Whether a column still has the values that were counted."""
        named = self._columns.get(name)
        return named is not None and named.is_made and named.column is values

    def insert(self, text: str) -> None:
        """Write something at the cursor."""
        self.line.insert(text)
        self.line.setFocus()

    def show_error(self, text: str) -> None:
        """Say what is wrong; nothing hides it."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.line.setProperty("wrong", "true" if text else "false")
        repolish(self.line)

    def refuse(self, error: EmadinaError) -> None:
        """Say what is wrong and put the cursor where it is."""
        self.show_error(" ".join(self._desk.words.error(error)))
        if isinstance(error, FormulaError) and self.line.hasFocus():
            self.line.setCursorPosition(min(error.position, len(self.line.text())))

    def offer(self) -> None:
        """Show what fits at the cursor, typed or not."""
        self._offer()

    def _on_text(self, text: str) -> None:
        if not text:
            self.line.offered.hide()
            self.submitted.emit()
        self.edited.emit(text)

    # --- completion ---------------------------------------------------------------------------

    def _offer(self) -> None:
        text = self.line.text()
        if not text.strip():
            self.line.offered.hide()
            return
        known = {name: counted for name, (_, counted) in self._values.items()}
        scope = Scope(self._known, self._desk.words.language, known)
        self._completion = completion(text, self.line.cursorPosition(), scope)
        typed = text[self._completion.start : self.line.cursorPosition()]
        offers = self._completion.offers
        is_whole = len(offers) == 1 and offers[0].insert.strip() == typed
        if is_whole or (not typed and text[self._completion.start - 1 :][:1] not in _BEFORE):
            offers = ()
        self.line.offered.show(offers)
        self._count_values(self._completion.wants)

    def _count_values(self, name: str) -> None:
        """Count the values of a column in the background, and offer them when they are there."""
        named = self._columns.get(name)
        if named is None:
            return

        def count(_ctx: object) -> tuple[Column, tuple[tuple[object, int], ...]]:
            values = named.column
            return values, frequent_values(values)

        def take(counted: tuple[Column, tuple[tuple[object, int], ...]]) -> None:
            self._values[name] = counted
            if self._columns.get(name) is named and self._completion.wants == name:
                self._offer()

        self._counting.submit(count, done=take)

    def _on_chosen(self, index: QModelIndex) -> None:
        offer = self.line.offered.chosen(index)
        if offer is None:
            return
        text, start = self.line.text(), self._completion.start
        after = text[self.line.cursorPosition() :]
        closing = _CLOSING.get(text[start : start + 1], "")
        self.line.offered.hide()
        whole = text[:start] + offer.insert
        self.line.setText(whole + after.removeprefix(closing).lstrip())
        self.line.setCursorPosition(len(whole))
        QTimer.singleShot(0, self, self._offer)


def _kind_of(named: NamedColumn) -> str:
    if named.is_number:
        return NUMBER
    if not named.is_made:
        return TEXT
    if named.column.is_boolean:
        return TRUTH
    return DATE if pa.types.is_temporal(named.column.type) else TEXT


def quoted(name: str) -> str:
    """Return a column name as formulas write it."""
    return column_text(name)

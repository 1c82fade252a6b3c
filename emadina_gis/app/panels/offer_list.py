"""The list under a formula that is typed: what fits, with what it is or how many rows hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QRect,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QCompleter,
    QLineEdit,
    QListView,
)

from emadina_gis.analysis.formula_completion import Offer, OfferKind
from emadina_gis.app.sided_rows import Index, SidedRow, SidedRows

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk

OFFER = int(Qt.ItemDataRole.UserRole)
_ENTER = frozenset((Qt.Key.Key_Return, Qt.Key.Key_Enter))
WIDTH_PX = 380


class OfferList(QObject):
    """Offers for a line; Enter without a choice goes to the line."""

    def __init__(self, desk: Desk, line: QLineEdit) -> None:
        super().__init__(line)
        self._desk = desk
        self._line = line
        self._model = QStandardItemModel(line)
        self.view = QListView()
        desk.theme.bind(self.view, self._paint_frame)
        self.completer = QCompleter(self._model, line)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer.setWidget(line)
        self.completer.setPopup(self.view)
        self.view.setItemDelegate(SidedRows(desk, self.view, self._row))
        self.view.installEventFilter(self)

    def _paint_frame(self) -> None:
        theme = self._desk.theme
        self.view.setStyleSheet(
            f"QListView {{ border: 1px solid {theme.hex('line_strong')}; border-radius: 6px; }}"
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand Enter to the line where nothing in the list is chosen."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            is_enter = Qt.Key(event.key()) in _ENTER
            if is_enter and not self.view.currentIndex().isValid():
                self.hide()
                QApplication.sendEvent(self._line, event)
                return True
        return super().eventFilter(watched, event)

    def _row(self, index: Index) -> SidedRow:
        offer = index.data(OFFER)
        if not isinstance(offer, Offer):
            return SidedRow("")
        return SidedRow(offer.name, said_beside(offer, self._desk))

    @property
    def is_shown(self) -> bool:
        """Whether the list is open."""
        return self.view.isVisible()

    def offers(self) -> tuple[Offer, ...]:
        """Return what the list holds."""
        return tuple(self._model.item(row).data(OFFER) for row in range(self._model.rowCount()))

    def chosen(self, index: QModelIndex) -> Offer | None:
        """Return the offer of a line of the list."""
        offer = index.data(OFFER)
        return offer if isinstance(offer, Offer) else None

    def show(self, offers: tuple[Offer, ...]) -> None:
        """Show offers under the line; none hides the list."""
        self._model.clear()
        for offer in offers:
            item = QStandardItem(offer.name)
            item.setData(offer, OFFER)
            item.setAccessibleText(f"{offer.name}, {said_beside(offer, self._desk)}")
            self._model.appendRow(item)
        if not offers:
            self.hide()
            return
        self.view.setLayoutDirection(self._desk.speech.direction)
        width = min(max(self._line.width(), self._desk.theme.px(WIDTH_PX)), 640)
        self.completer.complete(QRect(0, self._line.height(), width, 1))

    def hide(self) -> None:
        """Close the list."""
        self.view.hide()


def said_beside(offer: Offer, desk: Desk) -> str:
    """Return what stands beside an offer: a code, a count, what a function does."""
    words = desk.words
    if offer.count is not None:
        return words.number(offer.count)
    if offer.kind is OfferKind.FUNCTION:
        return words.text(offer.about)
    if offer.kind is OfferKind.COLUMN and offer.about != offer.name:
        return words.isolated(offer.about)
    return words.text(f"formula-field.{offer.kind.value}")

"""The list under a formula that is typed: what fits, with what it is or how many rows hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QCompleter,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from emadina_gis.analysis.formula_completion import Offer, OfferKind

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk

OFFER = int(Qt.ItemDataRole.UserRole)
_ENTER = frozenset((Qt.Key.Key_Return, Qt.Key.Key_Enter))
ROW_PX, PAD_PX, GAP_PX, WIDTH_PX = 28, 10, 16, 380


class _Row(QStyledItemDelegate):
    """A name at the leading side, and at the other what it is."""

    def __init__(self, desk: Desk, view: QListView) -> None:
        super().__init__(view)
        self._desk = desk

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        del index
        return QSize(option.rect.width(), self._desk.theme.px(ROW_PX))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        offer = index.data(OFFER)
        if not isinstance(offer, Offer):
            return
        theme = self._desk.theme
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, theme.color("accent_soft"))
        inside = option.rect.adjusted(PAD_PX, 0, -PAD_PX, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        leading = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        trailing = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
        painter.setFont(option.font)
        metrics = painter.fontMetrics()
        beside = metrics.elidedText(
            said_beside(offer, self._desk), Qt.TextElideMode.ElideRight, inside.width() * 3 // 5
        )
        painter.setPen(theme.color("secondary"))
        absolute = Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(inside, int(middle | trailing | absolute), beside)
        room = inside.width() - metrics.horizontalAdvance(beside) - GAP_PX
        name = metrics.elidedText(offer.name, Qt.TextElideMode.ElideRight, room)
        left = inside.right() - room if rtl else inside.left()
        painter.setPen(theme.color("text"))
        place = QRect(left, inside.top(), room, inside.height())
        painter.drawText(place, int(middle | leading | absolute), name)
        painter.restore()


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
        self.view.setItemDelegate(_Row(desk, self.view))
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

"""Rows of lists that are typed into: an icon, a name, and what stands at the other side.

One look for commands, places and the words of a formula; also the heads of groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QFont, QIcon, QPainter

    from emadina_gis.app.desk import Desk

Index = QModelIndex | QPersistentModelIndex
ROW_PX, HEAD_PX, ICON_PX = 30, 26, 16
PAD_PX, GAP_PX = 10, 12
#: What stands beside a name takes at most this part of the row.
MOST_BESIDE = 0.6


@dataclass(frozen=True)
class SidedRow:
    """What a row shows.

    Attributes
    ----------
    icon : QIcon or None
        Before the name; None where rows of the list have none.
    is_dim : bool
        Of what cannot be chosen now.
    is_head : bool
        The name of a group.
    """

    text: str
    beside: str = ""
    icon: QIcon | None = None
    is_dim: bool = False
    is_head: bool = False


class SidedRows(QStyledItemDelegate):
    """Paints the rows of a list.

    Parameters
    ----------
    row_of : callable
        Gives what the row of an index shows.
    """

    def __init__(
        self, desk: Desk, view: QAbstractItemView, row_of: Callable[[Index], SidedRow]
    ) -> None:
        super().__init__(view)
        self._desk = desk
        self._row_of = row_of

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = HEAD_PX if self._row_of(index).is_head else ROW_PX
        return QSize(option.rect.width(), self._desk.theme.px(height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, theme = self._row_of(index), self._desk.theme
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        inside = option.rect.adjusted(PAD_PX, 0, -PAD_PX, 0)
        painter.save()
        if is_chosen:
            painter.fillRect(option.rect, theme.color("accent_soft"))
        if row.icon is not None:
            inside = self._paint_icon(painter, row.icon, inside, rtl=_is_rtl(option))
        beside = "text" if is_chosen and not row.is_head else "secondary"
        painter.setFont(theme.font(12))
        taken = self._write(painter, inside, row.beside, beside, is_left=_is_rtl(option))
        room = (
            inside.adjusted(taken, 0, 0, 0) if _is_rtl(option) else inside.adjusted(0, 0, -taken, 0)
        )
        painter.setFont(self._font(row))
        name = "secondary" if row.is_dim or row.is_head else "text"
        self._write(painter, room, row.text, name, is_left=not _is_rtl(option), most=1.0)
        painter.restore()

    def _font(self, row: SidedRow) -> QFont:
        return self._desk.theme.font(11.5, bold=True) if row.is_head else self._desk.theme.font()

    def _paint_icon(self, painter: QPainter, icon: QIcon, inside: QRect, *, rtl: bool) -> QRect:
        """Draw an icon where reading begins; return the room that it leaves."""
        side = self._desk.theme.px(ICON_PX)
        box = QRect(0, 0, side, side)
        box.moveCenter(inside.center())
        box.moveLeft(inside.right() - side if rtl else inside.left())
        icon.paint(painter, box)
        gap = side + PAD_PX
        return inside.adjusted(0 if rtl else gap, 0, -gap if rtl else 0, 0)

    def _write(
        self,
        painter: QPainter,
        room: QRect,
        text: str,
        tone: str,
        *,
        is_left: bool,
        most: float = MOST_BESIDE,
    ) -> int:
        """Write a text at the left side of its room, or at the right; return what it takes."""
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(room.width() * most))
        painter.setPen(self._desk.theme.color(tone))
        side = Qt.AlignmentFlag.AlignLeft if is_left else Qt.AlignmentFlag.AlignRight
        painter.drawText(room, _absolute(side), shown)
        return metrics.horizontalAdvance(shown) + GAP_PX if shown else 0


def _is_rtl(option: QStyleOptionViewItem) -> bool:
    return bool(option.direction == Qt.LayoutDirection.RightToLeft)


def _absolute(side: Qt.AlignmentFlag) -> int:
    flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
    return int(flags.value) | int(Qt.TextFlag.TextSingleLine.value)

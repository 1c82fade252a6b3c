"""The headings of the table: a click sorts, Shift adds a column to the order, a mark opens a menu.

Owns the mark at the trailing end of each heading, which also tells of a filter. Knows no rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QApplication, QHeaderView

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QIcon, QMouseEvent, QPainter
    from PySide6.QtWidgets import QWidget

MARK_PX = 20
_ICON_PX = 14


class Heading(QHeaderView):
    """Headings with a mark for their menu; `sort_asked` says whether a column is added."""

    menu_asked = Signal(int, QPoint)
    sort_asked = Signal(int, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._hovered = -1
        self._filtered: frozenset[int] = frozenset()
        self._icon: Callable[[bool], QIcon] | None = None
        self._on_mark = False
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_context)
        self.sectionClicked.connect(self._on_clicked)

    def set_icons(self, icon: Callable[[bool], QIcon]) -> None:
        """Say which picture marks a heading, filtered or not."""
        self._icon = icon
        self.viewport().update()

    def mark_filtered(self, places: frozenset[int]) -> None:
        """Say which columns are filtered."""
        self._filtered = places
        self.viewport().update()

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:
        painter.save()
        super().paintSection(painter, rect, logical_index)
        painter.restore()
        filtered = logical_index in self._filtered
        if self._icon is None or not (filtered or logical_index == self._hovered):
            return
        mark = self._mark_of(rect)
        painter.fillRect(mark, self.palette().base())
        self._icon(filtered).paint(painter, mark, Qt.AlignmentFlag.AlignCenter)

    def _mark_of(self, rect: QRect) -> QRect:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = rect.left() + 1 if rtl else rect.right() - MARK_PX - 2
        return QRect(QPoint(left, rect.top() + 1), QSize(MARK_PX, rect.height() - 3))

    def _section_rect(self, logical_index: int) -> QRect:
        left = self.sectionViewportPosition(logical_index)
        return QRect(left, 0, self.sectionSize(logical_index), self.height())

    def _mark_at(self, point: QPoint) -> int:
        """Return the column whose mark lies at a point, -1 where there is none."""
        place = self.logicalIndexAt(point)
        if place < 0 or not self._mark_of(self._section_rect(place)).contains(point):
            return -1
        return -1 if self._near_edge(point, place) else place

    def _near_edge(self, point: QPoint, place: int) -> bool:
        rect = self._section_rect(place)
        return min(point.x() - rect.left(), rect.right() - point.x()) < 4

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._mark_at(event.position().toPoint())
        self._on_mark = place >= 0 and event.button() == Qt.MouseButton.LeftButton
        if self._on_mark:
            self._open(place)
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._on_mark:
            super().mouseReleaseEvent(event)
        self._on_mark = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.logicalIndexAt(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            self.viewport().update()

    def _on_clicked(self, place: int) -> None:
        shift = Qt.KeyboardModifier.ShiftModifier
        self.sort_asked.emit(place, bool(QApplication.keyboardModifiers() & shift))

    def _on_context(self, point: QPoint) -> None:
        place = self.logicalIndexAt(point)
        if place >= 0:
            self._open(place)

    def _open(self, place: int) -> None:
        rect = self._section_rect(place)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        corner = QPoint(rect.right() if rtl else rect.left(), rect.bottom())
        self.menu_asked.emit(place, self.viewport().mapToGlobal(corner))

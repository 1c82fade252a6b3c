"""The first column, kept in sight beside the others that scroll: a second view over the table.

Owns that view and keeps it in step. Knows no layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from emadina_gis.app.controls import hairline

if TYPE_CHECKING:
    from emadina_gis.app.table.view import RowsView


class FrozenColumn(QObject):
    """Shows the first column of a table above its leading side."""

    def __init__(self, table: RowsView) -> None:
        super().__init__(table)
        self._table = table
        self._view: QTableView | None = None
        self._edge = hairline(vertical=True)
        self._edge.setParent(table)
        self._edge.hide()
        table.resized.connect(self.follow)
        table.horizontalScrollBar().valueChanged.connect(lambda _value: self._raise())
        table.installEventFilter(self)

    @property
    def is_on(self) -> bool:
        """Whether the first column is kept in sight."""
        return self._view is not None

    def freeze(self, on: bool) -> None:
        """Keep the first column in sight, or let it scroll."""
        if on and self._view is None:
            self._view = self._made()
        elif not on and self._view is not None:
            self._view.hide()
            self._view.deleteLater()
            self._view = None
            self._edge.hide()
        self.follow()

    def update(self) -> None:
        """Paint the column again: other rows are selected."""
        if self._view is not None:
            self._view.viewport().update()

    def follow(self) -> None:
        """Lie where the first column is, as wide and as high."""
        view, table = self._view, self._table
        if view is None:
            return
        for place in range(table.rows.columnCount()):
            view.setColumnHidden(place, place != 0)
        rows = view.verticalHeader()
        rows.setMinimumSectionSize(table.verticalHeader().minimumSectionSize())
        rows.setDefaultSectionSize(table.verticalHeader().defaultSectionSize())
        width = min(table.columnWidth(0), table.viewport().width() // 2)
        view.setColumnWidth(0, width)
        head = table.heading.height()
        frame = table.frameWidth()
        rtl = table.layoutDirection() == Qt.LayoutDirection.RightToLeft
        area = table.viewport().geometry()
        left = area.right() - width + 1 if rtl else area.left()
        view.setGeometry(left, frame, width, head + area.height())
        view.horizontalHeader().setFixedHeight(head)
        self._edge.setGeometry(left if rtl else left + width, frame, 2, head + area.height())
        self._raise()

    def _raise(self) -> None:
        if self._view is not None:
            scrolls = self._table.horizontalScrollBar().maximum() > 0
            self._view.setVisible(scrolls)
            self._edge.setVisible(scrolls)
            self._view.raise_()
            self._edge.raise_()

    def _made(self) -> QTableView:
        table = self._table
        view = QTableView(table)
        view.setObjectName("frozen")
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setModel(table.rows)
        view.setSelectionModel(table.selectionModel())
        view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        view.setItemDelegate(table.itemDelegate())
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setAlternatingRowColors(True)
        view.setWordWrap(False)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for policy in (view.setHorizontalScrollBarPolicy, view.setVerticalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollMode(table.verticalScrollMode())
        view.verticalScrollBar().setValue(table.verticalScrollBar().value())
        table.verticalScrollBar().valueChanged.connect(view.verticalScrollBar().setValue)
        return view

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.LayoutDirectionChange, QEvent.Type.Show}:
            self.follow()
        return super().eventFilter(watched, event)

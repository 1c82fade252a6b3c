"""A small table of figures that are already texts: land that is left, reasons of a difference."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem


class FiguresTable(QTableWidget):
    """Names in the first columns, figures at the trailing side in the others."""

    def __init__(self, names: int) -> None:
        super().__init__()
        self._names = names
        self.verticalHeader().hide()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_rows(self, headers: list[str], rows: list[list[str]]) -> None:
        """Show headers and rows of texts."""
        self.clear()
        self.setColumnCount(len(headers))
        self.setRowCount(len(rows))
        self.setHorizontalHeaderLabels(headers)
        for line, texts in enumerate(rows):
            for place, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setTextAlignment(self._side(place))
                item.setToolTip(text)
                self.setItem(line, place, item)
        for place in range(len(headers)):
            title = self.horizontalHeaderItem(place)
            if title is not None:
                title.setTextAlignment(self._side(place))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(False)
        if headers:
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def _side(self, place: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignLeading
        if place >= self._names:
            side = Qt.AlignmentFlag.AlignTrailing
        return side | Qt.AlignmentFlag.AlignVCenter

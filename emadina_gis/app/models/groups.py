"""Groups of rows as a Qt model, as text for a spreadsheet and as arrays for a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from emadina_gis.analysis.row_groups import Figure
from emadina_gis.analysis.row_order import ranks_of
from emadina_gis.analysis.typed_values import plain_text
from emadina_gis.app.models.columns import value_text
from emadina_gis.app.models.table_text import cell_text
from emadina_gis.report.tables import safe_cell
from emadina_gis.words.numbers import without_isolates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.analysis.row_groups import Groups
    from emadina_gis.app.models.columns import NamedColumn
    from emadina_gis.words import Words

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_LARGE = 1_000


@dataclass(frozen=True, eq=False)
class GroupTitles:
    """The columns that groups are made by, and those whose figures are told."""

    keys: tuple[NamedColumn, ...] = ()
    measured: tuple[NamedColumn, ...] = ()


class GroupsModel(QAbstractTableModel):
    """Keys, number of rows and figures, one line per group."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.groups: Groups | None = None
        self.titles = GroupTitles()
        self.order: NDArray[np.intp] = np.zeros(0, dtype=np.intp)

    def show(self, groups: Groups, titles: GroupTitles, words: Words) -> None:
        """Show other groups, in the order of their keys."""
        self.beginResetModel()
        self.groups, self.titles, self.words = groups, titles, words
        self.order = np.arange(len(groups))
        self.endResetModel()

    def groups_on(self, lines: list[int]) -> NDArray[np.intp]:
        """Return the numbers of the groups on lines."""
        return self.order[np.asarray(lines, dtype=np.intp)]

    def headings(self) -> list[str]:
        """Return the headings, with units."""
        words, titles = self.words, self.titles
        named = [one.title for one in titles.keys]
        figures = []
        measures = self.groups.measures if self.groups is not None else ()
        for measure, one in zip(measures, titles.measured, strict=True):
            unit = f" ({words.unit(one.unit)})" if self._has_unit(measure.figure, one) else ""
            figure = words.text(f"groups.figure-of.{measure.figure.value}")
            figures.append(f"{figure}\n{one.title}{unit}")
        return [*named, words.text("groups.rows"), *figures]

    def totals(self) -> list[tuple[str, str]]:
        """Return heading and figure of each measure over all rows."""
        if self.groups is None:
            return []
        headings = self.headings()[len(self.titles.keys) + 1 :]
        return [
            (in_line(heading), self._number(value, place))
            for place, (heading, value) in enumerate(zip(headings, self.groups.totals, strict=True))
        ]

    def values(self, place: int) -> NDArray[Any]:
        """Return a column as numbers or texts, in the order shown."""
        groups, keys = self.groups, self.titles.keys
        assert groups is not None
        if place < len(keys):
            texts = [self._key(int(group), place, plain=True) for group in self.order]
            return np.array(texts, dtype=object)
        if place == len(keys):
            return groups.counts[self.order].astype(np.float64)
        return groups.values[place - len(keys) - 1][self.order]

    # --- Qt -----------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() or self.groups is None else len(self.groups)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        if parent.isValid() or self.groups is None:
            return 0
        return len(self.titles.keys) + 1 + len(self.titles.measured)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(int(self.order[index.row()]), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            is_key = index.column() < len(self.titles.keys)
            side = Qt.AlignmentFlag.AlignLeading if is_key else Qt.AlignmentFlag.AlignTrailing
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= self.columnCount():
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return self.headings()[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and self.rowCount():
            return self.data(self.index(0, section), role)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the groups by a column; missing values last."""
        groups, keys = self.groups, self.titles.keys
        if groups is None or not 0 <= column < self.columnCount():
            return
        if column < len(keys):
            ranks = ranks_of(groups.keys[column], self.words.language)
        elif column == len(keys):
            ranks = groups.counts.astype(np.float64)
        else:
            ranks = groups.values[column - len(keys) - 1]
        self.layoutAboutToBeChanged.emit()
        descending = order == Qt.SortOrder.DescendingOrder
        self.order = np.argsort(-ranks if descending else ranks, kind="stable")
        self.layoutChanged.emit()

    def _text(self, group: int, place: int) -> str:
        keys, groups = self.titles.keys, self.groups
        assert groups is not None
        if place < len(keys):
            return self._key(group, place)
        if place == len(keys):
            return self.words.number(int(groups.counts[group]))
        figure = place - len(keys) - 1
        return self._number(float(groups.values[figure][group]), figure)

    def _key(self, group: int, place: int, *, plain: bool = False) -> str:
        assert self.groups is not None
        named = self.titles.keys[place]
        value = self.groups.keys[place].value(group)
        if value is None:
            return self.words.text("value.not-stated")
        return (
            cell_text(value, named, self.words) if plain else value_text(value, named, self.words)
        )

    def _number(self, value: float, figure: int) -> str:
        assert self.groups is not None
        named, measure = self.titles.measured[figure], self.groups.measures[figure]
        if np.isnan(value):
            return self.words.text("value.not-stated")
        decimals = 0 if measure.figure is Figure.KNOWN else named.decimals
        if measure.figure is not Figure.KNOWN and not float(value).is_integer():
            decimals = max(decimals, 2 if abs(value) < _LARGE else 0)
        return self.words.number(value, decimals)

    def _has_unit(self, figure: Figure, named: NamedColumn) -> bool:
        return bool(named.unit) and figure is not Figure.KNOWN


def in_line(heading: str) -> str:
    """Return a heading of two lines as one."""
    return heading.replace("\n", " · ")


def groups_text(model: GroupsModel) -> str:
    """Return the groups as text for a spreadsheet: headings, tabs, a line per group."""
    language = model.words.language
    lines = ["\t".join(in_line(without_isolates(heading)) for heading in model.headings())]
    columns = [model.values(place).tolist() for place in range(model.columnCount())]
    for cells in zip(*columns, strict=True):
        texts = (_plain(value, language) for value in cells)
        lines.append("\t".join(texts))
    return "\n".join(lines) + "\n"


def _plain(value: object, language: str) -> str:
    if isinstance(value, float) and np.isnan(value):
        return ""
    if isinstance(value, str):
        return str(safe_cell(value)).replace("\t", " ").replace("\n", " ")
    return plain_text(value, language)


def groups_arrays(model: GroupsModel) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Return the groups as arrays by name, and the heading of each."""
    places = range(model.columnCount())
    arrays = {f"column{place}": model.values(place) for place in places}
    headings = [in_line(without_isolates(heading)) for heading in model.headings()]
    return arrays, {f"column{place}": headings[place] for place in places}

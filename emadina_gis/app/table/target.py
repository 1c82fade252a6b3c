"""The layer and rows that a page about the table speaks of, and a list of its columns.

Owns the choice of a column and of all, filtered or selected rows. Knows no figures.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from emadina_gis.app.controls import narrow_list

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QComboBox

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.models.columns import NamedColumn
    from emadina_gis.app.panels.table import TablePanel


class RowsTaken(StrEnum):
    """Which rows figures are of."""

    ALL = "all"
    SHOWN = "shown"
    SELECTED = "selected"


class TableTarget(QObject):
    """What a page is about; `changed` when the layer, its rows or the selection are others."""

    changed = Signal()

    def __init__(self, desk: Desk, panel: TablePanel, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.panel = panel
        panel.rows_changed.connect(self.changed.emit)
        self.rows_box = narrow_list()
        self._say()
        desk.speech.changed.connect(self._say)
        desk.speech.bind(self.rows_box, "figures.rows", self.rows_box.setAccessibleName)
        self.rows_box.activated.connect(lambda _place: self.changed.emit())

    def columns(self, fits: Callable[[NamedColumn], bool] | None = None) -> list[NamedColumn]:
        """Return the columns of the layer in the table, those that fit."""
        layer = self.panel.layer
        if layer is None:
            return []
        every = self.panel.columns.of(layer)
        return [named for named in every if fits is None or fits(named)]

    def rows(self) -> NDArray[np.intp] | None:
        """Return the rows chosen in `rows_box`; None for all of them."""
        taken = list(RowsTaken)[max(self.rows_box.currentIndex(), 0)]
        if taken is RowsTaken.ALL:
            return None
        if taken is RowsTaken.SHOWN:
            return self.panel.model.rows
        layer = self.panel.layer
        assert layer is not None
        return layer.table.rows_of_ids(self._desk.view.selected(layer.id))

    def _say(self) -> None:
        chosen = max(self.rows_box.currentIndex(), 0)
        self.rows_box.clear()
        for taken in RowsTaken:
            self.rows_box.addItem(self._desk.words.text(f"figures.rows-of.{taken.value}"))
        self.rows_box.setCurrentIndex(chosen)


def offer_columns(box: QComboBox, columns: list[NamedColumn], chosen: str = "") -> None:
    """List columns in a box by their names as a person reads them; the chosen one stays."""
    wanted = chosen or str(box.currentData() or "")
    titles = [named.title for named in columns]
    if [box.itemData(place) for place in range(box.count())] != [n.field for n in columns] or [
        box.itemText(place) for place in range(box.count())
    ] != titles:
        box.clear()
        for named in columns:
            box.addItem(named.title, named.field)
    found = box.findData(wanted)
    if found >= 0:
        box.setCurrentIndex(found)

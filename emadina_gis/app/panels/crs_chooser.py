"""Choosing a coordinate system: ranked guesses first, then the usual ones, or a typed code.

Nothing is chosen for the person: the first entry says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox

from emadina_gis.domain.crs import UNKNOWN, Crs
from emadina_gis.errors import CrsError
from emadina_gis.words.numbers import in_direction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.app.desk import Desk
    from emadina_gis.io.description import CrsCandidate

#: Systems that Moroccan planners meet, offered after the guesses.
USUAL = (
    "EPSG:26191", "EPSG:26192", "EPSG:26194", "EPSG:4326", "EPSG:32629",
    "EPSG:32630", "EPSG:3857",
)  # fmt: skip


def crs_name(desk: Desk, crs: Crs) -> str:
    """Return the name of a system as a planner says it, with its code."""
    words = desk.words
    if not crs.is_known:
        return words.text("status.crs-unknown")
    name = crs_title(desk, crs)
    named = f"{name} · {words.isolated(crs.id)}" if crs.id else name
    return in_direction(named, words.language)


def crs_title(desk: Desk, crs: Crs) -> str:
    """Return the name of a system alone."""
    words = desk.words
    key = f"crs.{crs.id.replace(':', '-').lower()}"
    return words.text(key) if words.has(key) else words.isolated(crs.name)


class CrsChooser(QComboBox):
    """A list of systems one can also type into."""

    chosen = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(18)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        desk.speech.bind(self, "crs.choose", self.setAccessibleName)
        self.activated.connect(lambda _index: self.chosen.emit(self.crs))
        line = self.lineEdit()
        if line is not None:
            line.editingFinished.connect(lambda: self.chosen.emit(self.crs))

    def offer(
        self,
        candidates: Iterable[CrsCandidate] = (),
        current: Crs = UNKNOWN,
        *,
        swapped: bool = False,
    ) -> None:
        """Offer guesses with their confidence, then the usual systems.

        `swapped` takes the guesses for exchanged axes, else those for the axes as they are.
        """
        words = self._desk.words
        self.clear()
        self.addItem(words.text("crs.none-chosen"), "")
        listed = set()
        for candidate in candidates:
            crs = candidate.crs
            if candidate.swapped is not swapped or crs.id in listed:
                continue
            listed.add(crs.id)
            share = words.quantity(round(candidate.confidence * 100), "percent")
            name = crs_name(self._desk, crs)
            self.addItem(words.text("crs.guess", name=name, share=share), crs.definition)
            reason = f"crs-guess.{candidate.reason}"
            if words.has(reason):
                role = Qt.ItemDataRole.ToolTipRole
                self.setItemData(self.count() - 1, words.text(reason), role)
        for code in USUAL:
            if code not in listed:
                self.addItem(crs_name(self._desk, Crs(code)), code)
        if current.is_known and self.findData(current.id) < 0:
            self.addItem(crs_name(self._desk, current), current.definition)
        self.setCurrentIndex(max(self.findData(current.definition), 0))
        line = self.lineEdit()
        if line is not None:
            line.home(False)

    @property
    def crs(self) -> Crs:
        """The system that is chosen or typed; unknown where there is none."""
        index = self.currentIndex()
        if index >= 0 and self.itemText(index) == self.currentText():
            return Crs(str(self.itemData(index) or ""))
        try:
            return Crs.parse(self.currentText())
        except CrsError:
            return UNKNOWN

"""A scale chosen among round ones or typed, or left to the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QLineEdit

from emadina_gis.app.status_bar import scale_of
from emadina_gis.project.layout_rules import MOST_SCALE
from emadina_gis.report.layout import ROUND_SCALES

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.desk import Desk
    from emadina_gis.words import Words

OFFERED = tuple(scale for scale in ROUND_SCALES if 200 <= scale <= 250_000)


class ScaleField(QComboBox):
    """A scale; the first entry is 0, which `none_key` names."""

    def __init__(
        self,
        desk: Desk,
        none_key: str,
        read: Callable[[], int],
        write: Callable[[int], object],
    ) -> None:
        super().__init__()
        self._desk = desk
        self._none_key = none_key
        self._read = read
        self._write = write
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.activated.connect(lambda _at: self._choose(int(self.currentData())))
        self.typed = QLineEdit()
        self.setLineEdit(self.typed)
        self.typed.editingFinished.connect(self._on_typed)

    def show_value(self) -> None:
        """Show the scale that holds."""
        words = self._desk.words
        self.clear()
        self.addItem(words.text(self._none_key), 0)
        for scale in OFFERED:
            self.addItem(scale_text(scale, words), scale)
        scale = self._read()
        if scale and scale not in OFFERED:
            self.insertItem(1, scale_text(scale, words), scale)
        self.setCurrentIndex(self.findData(scale))

    def _on_typed(self) -> None:
        text = self.typed.text()
        if text == self.itemText(self.findData(self._read())):
            return
        wanted = scale_of(text)
        if wanted is None or wanted > MOST_SCALE:
            is_none = text.strip() in {"", self._desk.words.text(self._none_key)}
            self._choose(0 if is_none else self._read())
        else:
            self._choose(round(wanted))

    def _choose(self, scale: int) -> None:
        if scale != self._read():
            self._write(scale)
        self.show_value()


def scale_text(scale: int, words: Words) -> str:
    """Return a scale as it is written: ``1:5 000``, in one piece in either direction."""
    return words.isolated(f"1:{words.number(scale)}")

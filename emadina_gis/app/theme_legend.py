"""The legend that floats over the map while the parcels are coloured by something else.

Shows the classes that are drawn; the choice of the colouring and the way back are in it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFrame, QWidget

from emadina_gis.app.colouring import GAINS, OWN, THEMES
from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.app.models.legend import Item
from emadina_gis.app.panels.layer_legend import LegendView
from emadina_gis.domain.style import Graduated

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.colouring import Colouring
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.style import ClassEntry
    from emadina_gis.render.scene import DrawnLayer, Scene
    from emadina_gis.words import Words

WIDTH_PX = 256
KEY = Qt.ItemDataRole.UserRole


class ThemeChoice(QComboBox):
    """A choice of colourings, in step with the one that is shown."""

    def __init__(self, desk: Desk, colouring: Colouring) -> None:
        super().__init__()
        self._desk = desk
        self._colouring = colouring
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        desk.speech.bind(self, "colouring.choose", self.setAccessibleName, self.setToolTip)
        self.activated.connect(self._on_chosen)
        colouring.changed.connect(self._show)
        desk.speech.changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        self.clear()
        for theme in THEMES:
            self.addItem(theme_text(theme, self._desk.words), theme)
        self._show()

    def _show(self) -> None:
        self.setCurrentIndex(self.findData(self._colouring.theme))

    def _on_chosen(self, index: int) -> None:
        self._colouring.choose(str(self.itemData(index, KEY) or OWN))


class ThemeLegend(QFrame):
    """Title, classes and close button."""

    def __init__(
        self, desk: Desk, colouring: Colouring, scene: Callable[[], Scene], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._colouring = colouring
        self._scene = scene
        self.pinned = False
        self.setObjectName("strip")
        self.choice = ThemeChoice(desk, colouring)
        self.close_button = desk.voice.tool(
            "colouring.close", "x", lambda: colouring.choose(OWN), "secondary"
        )
        self.classes = LegendView()
        self.note = plain_label("", "secondary", wrap=True)
        head = row(spacing=4)
        head.addWidget(self.choice, 1)
        head.addWidget(self.close_button)
        whole = column(self, spacing=6, margins=(10, 8, 8, 10))
        whole.addLayout(head)
        whole.addWidget(self.classes)
        whole.addWidget(self.note)
        self.setFixedWidth(desk.theme.px(WIDTH_PX))
        colouring.changed.connect(self.refresh)
        desk.speech.changed.connect(self.refresh)
        self.hide()

    @property
    def shown_items(self) -> tuple[Item, ...]:
        """The classes that are drawn; none while the layer has its own style."""
        return () if self._colouring.theme == OWN else self.classes.items

    @property
    def shown_name(self) -> str:
        """What the parcels are coloured by."""
        return theme_text(self._colouring.theme, self._desk.words)

    def refresh(self) -> None:
        """Show the classes that are drawn now."""
        theme = self._colouring.theme
        drawn = self._scene().vector(self._desk.project.parcels_id)
        is_own = theme == OWN
        self.setVisible(self.pinned or not is_own)
        for part in (self.close_button, self.classes, self.note):
            part.setVisible(not is_own)
        if drawn is not None and not is_own:
            self.classes.show_items(theme_items(drawn, self._desk.words))
            key = "colouring.note.gain" if theme in GAINS else "colouring.note.figure"
            self.note.setText(self._desk.words.text(key))
        layout = self.layout()
        if layout is not None:
            wraps = layout.hasHeightForWidth()
            height = layout.totalSizeHint().height()
            self.setFixedHeight(layout.totalHeightForWidth(self.width()) if wraps else height)


def theme_text(theme: str, words: Words) -> str:
    """Return what a colouring is called."""
    return words.text(f"colouring.theme.{theme or 'own'}")


def theme_items(drawn: DrawnLayer, words: Words) -> tuple[Item, ...]:
    """Return the classes of a colouring, the largest first, parcels without a figure last."""
    kind, entries = drawn.layer.table.main_kind, drawn.classes.legend
    listed = (*(e for e in reversed(entries) if e.kind == "range"),
              *(e for e in entries if e.kind != "range"))  # fmt: skip
    return tuple(
        Item(
            kind,
            drawn.symbol_of(entry),
            str(entry.color),
            entry_text(entry, drawn, words),
            entry.count,
        )
        for entry in listed
    )


def entry_text(entry: ClassEntry, drawn: DrawnLayer, words: Words) -> str:
    """Return what a class stands for, with its sign where it is a gain."""
    symbology = drawn.layer.style.symbology
    if entry.low is None or entry.high is None or not isinstance(symbology, Graduated):
        return words.text("colouring.missing")
    if symbology.field in GAINS:
        return _gain_text(entry.low, entry.high, symbology.unit, words)
    low = words.number(entry.low, symbology.decimals)
    high = words.quantity(entry.high, symbology.unit, symbology.decimals)
    return words.text("words.span", low=low, high=high)


def _gain_text(low: float, high: float, unit: str, words: Words) -> str:
    if low < 0.0 < high:
        return words.text("colouring.unchanged")

    def said(value: float) -> str:
        decimals = 0 if float(value).is_integer() else 2
        return words.quantity(value, unit, decimals, signed=True)

    if math.isinf(high):
        return words.text("colouring.more", value=said(low))
    if math.isinf(low):
        return words.text("colouring.less", value=said(high))
    near, far = (low, high) if low > 0.0 else (high, low)
    decimals = 0 if float(near).is_integer() else 2
    return words.text("words.span", low=words.number(near, decimals, signed=True), high=said(far))

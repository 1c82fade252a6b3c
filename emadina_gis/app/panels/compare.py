"""The bar above compared maps: the name of each side, how both are shown, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QSizePolicy, QWidget

from emadina_gis.app.comparing import Mode
from emadina_gis.app.controls import row
from emadina_gis.app.panels.balance import Choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.comparing import Comparing
    from emadina_gis.app.desk import Desk
    from emadina_gis.simulation.scenario import Scenario

ID = Qt.ItemDataRole.UserRole
MODES = (Mode.SIDE, Mode.SWIPE, Mode.DIFFERENCE)


class CompareBar(QFrame):
    """Two scenarios, the modes, and a close button.

    Parameters
    ----------
    name_of : callable
        Returns what a scenario is called.

    Signals
    -------
    differing_asked()
        Select the parcels that differ, and go there.
    """

    differing_asked = Signal()

    def __init__(
        self, desk: Desk, comparing: Comparing, name_of: Callable[[Scenario], str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._comparing = comparing
        self._name_of = name_of
        self._listed: list[tuple[str, str]] = []
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.first = self._combo("compare.first", comparing.choose_first)
        self.second = self._combo("compare.second", comparing.choose_second)
        keys = {mode.value: f"compare.mode.{mode.value}" for mode in MODES}
        self.modes = Choice(desk, keys, lambda name: comparing.show(Mode(name)))
        self.close_button = desk.voice.tool(
            "compare.close", "x", lambda: comparing.show(Mode.OFF), "secondary"
        )
        self.differing = desk.voice.tool(
            "compare.differing", "crosshair", self.differing_asked.emit, "secondary"
        )
        line = row(self, spacing=6, margins=(12, 6, 8, 6))
        line.addWidget(self.first, 1)
        line.addWidget(self.modes)
        line.addWidget(self.second, 1)
        line.addWidget(self.differing)
        line.addWidget(self.close_button)
        comparing.changed.connect(self.refresh)
        desk.speech.changed.connect(self.refresh)
        self.refresh()

    def _combo(self, key: str, chosen: Callable[[str], None]) -> QComboBox:
        made = QComboBox()
        made.setMinimumContentsLength(8)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._desk.speech.bind(made, key, made.setAccessibleName, made.setToolTip)
        made.activated.connect(lambda index: chosen(str(made.itemData(index, ID))))
        return made

    def refresh(self) -> None:
        """Show the scenarios and the mode of the moment."""
        comparing = self._comparing
        listed = [(self._name_of(s), s.id) for s in self._desk.project.scenarios]
        for combo, chosen in ((self.first, comparing.first_id), (self.second, comparing.second_id)):
            if listed != self._listed:
                combo.clear()
                for name, scenario_id in listed:
                    combo.addItem(name, scenario_id)
            combo.setCurrentIndex(combo.findData(chosen, ID))
        self._listed = listed
        if comparing.mode is not Mode.OFF:
            self.modes.buttons[comparing.mode.value].setChecked(True)

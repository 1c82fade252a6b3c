"""Does the parcel come from a lotissement: yes, no, not known; an undoable change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolButton, QWidget

from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.session.commands.scenarios import SetRegime
from emadina_gis.simulation.parcels import Regime

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk

CHOICES = (
    (Regime.LOT, "regime.yes"),
    (Regime.RAW, "regime.no"),
    (Regime.UNKNOWN, "regime.unknown"),
)
_VALUES: dict[Regime, bool | None] = {Regime.LOT: True, Regime.RAW: False, Regime.UNKNOWN: None}


class RegimeSwitch(QWidget):
    """Three choices side by side."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._ids: tuple[int, ...] = ()
        segments = QFrame()
        segments.setObjectName("segments")
        line = row(segments, spacing=2, margins=(3, 3, 3, 3))
        self.buttons: dict[Regime, QToolButton] = {}
        for regime, key in CHOICES:
            button = QToolButton()
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            desk.speech.bind(button, key, button.setText, button.setAccessibleName)
            button.clicked.connect(lambda _on=False, chosen=regime: self._choose(chosen))
            line.addWidget(button)
            self.buttons[regime] = button
        whole = column(self, spacing=4)
        whole.addWidget(plain_label(desk.speech.text("regime.question")))
        whole.addWidget(segments)

    def show_parcel(self, row_id: int, row_number: int) -> None:
        """Show what is known of a parcel in the active scenario."""
        self._ids = (row_id,)
        outcome = self._desk.results.active
        regimes = None if outcome is None else outcome.summary.outcome.inputs.regime
        now = Regime.UNKNOWN if regimes is None else Regime(int(regimes[row_number]))
        for regime, button in self.buttons.items():
            button.setChecked(regime is now)

    def _choose(self, regime: Regime) -> None:
        scenario_id = self._desk.results.scenario_id
        self._desk.do(SetRegime(scenario_id, self._ids, _VALUES[regime]))

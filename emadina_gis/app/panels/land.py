"""The land that is left: parcels, area and what they may add, by class of land."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from emadina_gis.app.controls import column, plain_label
from emadina_gis.app.models.figures import M2_PER_HA
from emadina_gis.app.panels.figures_table import FiguresTable

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.simulation.totals import Totals

HEADERS = (
    "land.header", "land.parcels", "land.area", "land.existing", "land.allowed", "land.addition",
    "land.expected",
)  # fmt: skip


class LandPanel(QWidget):
    """One row per class of land, for the active scenario."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.table = FiguresTable(1)
        self._state = plain_label("", "muted", wrap=True)
        desk.speech.bind(self, "land.title", self.table.setAccessibleName)
        whole = column(self, margins=(16, 8, 16, 8))
        whole.addWidget(self._state)
        whole.addWidget(self.table, 1)
        desk.results.changed.connect(self.refresh)
        desk.speech.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the figures as they are now."""
        active = self._desk.results.active
        say = self._desk.speech.text
        self._state.setText(say("land.lead" if active is not None else "balance.no-document"))
        self.table.setVisible(active is not None)
        if active is None:
            return
        rows = [
            [say(f"land.class.{name}"), *self._figures(totals)]
            for name, totals in active.summary.by_class.items()
        ]
        rows.append([say("land.total"), *self._figures(active.summary.total)])
        self.table.show_rows([say(key) for key in HEADERS], rows)

    def _figures(self, totals: Totals) -> list[str]:
        words = self._desk.words
        area = words.quantity(totals.other("area_m2") / M2_PER_HA, "ha", 1)
        figures = [
            words.number(totals.value("dwellings", figure))
            for figure in ("existing", "allowed", "addition", "expected")
        ]
        return [words.number(totals.other("parcels")), area, *figures]

"""The land budget: gross to net, states, capacity, raw land, years of reserve, densities.

Owns the choice of what is shown and the background work; figures are the simulation's, texts the
models'. Computes only while it is seen.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStackedWidget,
    QWidget,
)

from emadina_gis.app.controls import column, plain_label, row, scrolling
from emadina_gis.app.dialogs.choose import Choose
from emadina_gis.app.models.land import LandTexts, Table
from emadina_gis.app.models.land_reserve import (
    density_notes,
    density_table,
    raw_notes,
    raw_table,
    reserve_notes,
    reserve_table,
)
from emadina_gis.app.panels.figures_table import FiguresTable
from emadina_gis.app.panels.land_chart import LandChart
from emadina_gis.errors import EmadinaError
from emadina_gis.session.jobs import NewestWins
from emadina_gis.session.phrase import Phrase
from emadina_gis.simulation.land_states import STATES
from emadina_gis.workflows.land_budget import (
    GROUPS,
    land_report,
    write_land_csv,
    write_land_parcels_csv,
)

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QResizeEvent, QShowEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.progress import Context
    from emadina_gis.workflows.land_budget import LandReport

VIEWS = ("chain", "states", "capacity", "raw", "reserve", "density")
#: Views that can be told by sector, arrondissement or commune.
GROUPED = frozenset({"chain", "states", "capacity"})
LIST_PX, NOTES_PX, LINE_PX = 176, 256, 24


class LandTable(FiguresTable):
    """A table whose last name takes the room that is left, and no column less than its texts."""

    def show_rows(self, headers: list[str], rows: list[list[str]]) -> None:
        """Show headers and rows of texts; columns are measured once, when all is there."""
        self.setUpdatesEnabled(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        super().show_rows(headers, rows)
        self.setUpdatesEnabled(True)

    def fit(self) -> None:
        """Share out the width there is."""
        header, modes = self.horizontalHeader(), QHeaderView.ResizeMode
        if not self.columnCount():
            return
        header.setSectionResizeMode(modes.ResizeToContents)
        has_room = header.length() <= self.viewport().width()
        if has_room or self._names > 1:
            header.setSectionResizeMode(self._names - 1, modes.Stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()


class LandPanel(QWidget):
    """The land budget of the active scenario, beside the reference's."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.report: LandReport | None = None
        self._computed_for: tuple[object, ...] = ()
        self._newest = NewestWins(desk.jobs)
        self.views = QListWidget()
        self.by = QComboBox()
        self.chart = LandChart(desk.theme)
        self.table, self.reasons = LandTable(1), LandTable(2)
        self.lead = plain_label("", "secondary", wrap=True)
        self.notes = plain_label("", "secondary", wrap=True)
        self._shown = QStackedWidget()
        self.export = desk.voice.tool("land.export.menu", "download", self._offer_export)
        self._lay_out()
        self.views.currentRowChanged.connect(self._show)
        self.by.currentIndexChanged.connect(self._show)
        self.reasons.activated.connect(self._select_state)
        desk.results.changed.connect(self.refresh)
        desk.watch(self, lambda project: project.layers, lambda _layers: self.refresh())
        desk.speech.changed.connect(self._say)
        desk.speech.bind(self.views, "land.view.name", self.views.setAccessibleName)
        desk.speech.bind(self.by, "land.by.name", self.by.setAccessibleName)
        desk.speech.bind(self.chart, "land.view.chain", self.chart.setAccessibleName)
        for table in (self.table, self.reasons):
            desk.speech.bind(table, "land.title", table.setAccessibleName)
        self._say()

    def _lay_out(self) -> None:
        self.views.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for name in VIEWS:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.views.addItem(item)
        for name in GROUPS:
            self.by.addItem("", name)
        self.views.setCurrentRow(0)
        head = row()
        head.addWidget(self.lead, 1)
        head.addWidget(self.by)
        head.addWidget(self.export)
        painted = QWidget()
        column(painted, margins=(4, 0, 4, 0)).addWidget(self.chart, 1)
        self._shown.addWidget(scrolling(painted))
        self._shown.addWidget(self.table)
        self._shown.addWidget(self.reasons)
        self._note_area = scrolling(_page(self.notes))
        beside = row(spacing=12)
        beside.addWidget(self._shown, 1)
        beside.addWidget(self._note_area)
        body = column(spacing=4)
        body.addLayout(head)
        body.addLayout(beside, 1)
        whole = row(self, spacing=12, margins=(12, 8, 16, 8))
        whole.addWidget(self.views)
        whole.addLayout(body, 1)
        self._desk.theme.bind(self, self._size)

    def _size(self) -> None:
        """Give list and notes what their texts need, and no more than a part of the panel."""
        px, most = self._desk.theme.px, self.width() // 5
        self.views.setFixedWidth(min(px(LIST_PX), max(most, LIST_PX)))
        self._note_area.setFixedWidth(min(px(NOTES_PX), max(most, LIST_PX)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._size()

    @property
    def view(self) -> str:
        """What is shown: one of `VIEWS`."""
        return VIEWS[max(self.views.currentRow(), 0)]

    def show_view(self, name: str) -> None:
        """Show a part of the budget."""
        self.views.setCurrentRow(VIEWS.index(name))

    def show_by(self, name: str) -> None:
        """Tell it by one of ``GROUPS``."""
        self.by.setCurrentIndex(GROUPS.index(name))

    # --- computing ----------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Compute again if the budget is made of other things than last time and is seen."""
        results, project = self._desk.results, self._desk.project
        active, reference = results.active, results.reference
        tables = (layer.table for layer in project.vector_layers)
        made_of: tuple[object, ...] = (active, reference, *tables)
        if _same(made_of, self._computed_for) and active is not None:
            return
        self._newest.cancel()
        self._computed_for = ()
        if active is None or not self.isVisible():
            self.report = None
            self._show()
            return
        self._computed_for = made_of

        def work(ctx: Context) -> LandReport:
            return land_report(project, active, reference, ctx)

        self._newest.submit(work, done=self._take, failed=self._on_failed)
        if self.report is None:
            self._show()

    def _take(self, report: LandReport) -> None:
        self.report = report
        self._show()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        self.report = None
        self._show()
        self.lead.setText(" ".join(self._desk.words.error(error)))

    # --- showing ------------------------------------------------------------------------------

    def _say(self) -> None:
        say = self._desk.speech.text
        for place, name in enumerate(VIEWS):
            item = self.views.item(place)
            item.setText(say(f"land.view.{name}"))
        for place, name in enumerate(GROUPS):
            self.by.setItemText(place, say(f"land.by.{name}"))
        self._show()

    def _show(self) -> None:
        report = self.report
        self._shown.setVisible(report is not None)
        self.export.setEnabled(report is not None)
        self.by.setVisible(self.view in GROUPED)
        if report is None:
            self.lead.setText(self._state())
            self._note([])
            return
        texts = LandTexts(self._desk.project, report, self._desk.words)
        self.lead.setText(self._lead(report))
        is_chart = self.view == "chain" and self.by.currentData() == "total"
        if is_chart:
            self.chart.show_rows(texts.chart())
            self._shown.setCurrentIndex(0)
        else:
            self._fill(self._table(texts))
        self._note(self._notes(texts, report))

    def _state(self) -> str:
        results, words = self._desk.results, self._desk.words
        if self._desk.project.parcels is None:
            return words.text("balance.no-parcels")
        if results.error is not None:
            return " ".join(words.error(results.error))
        known = results.active is not None or results.is_busy
        return words.text("land.computing" if known else "balance.no-document")

    def _lead(self, report: LandReport) -> str:
        say = self._desk.speech.text
        lead = say(f"land.lead.{self.view}")
        if self.view == "states" and self.by.currentData() == "total":
            lead = f"{lead} {say('land.lead.select')}"
        if report.reference is None or self.view not in GROUPED:
            return lead
        return f"{lead} {say('land.lead.reference')}"

    def _table(self, texts: LandTexts) -> Table:
        by = str(self.by.currentData())
        if self.view == "states":
            return texts.states() if by == "total" else texts.states_by(by)
        if self.view == "capacity":
            return texts.capacity_by(by)
        made = {"raw": raw_table, "reserve": reserve_table, "density": density_table}
        return made[self.view](texts) if self.view in made else texts.steps_by(by)

    def _fill(self, table: Table) -> None:
        shown = self.table if table.names == 1 else self.reasons
        self._shown.setCurrentWidget(shown)
        shown.verticalHeader().setDefaultSectionSize(self._desk.theme.px(LINE_PX))
        shown.show_rows(list(table.headers), [list(cells) for cells in table.rows])
        for (line, place), tip in table.tips.items():
            header = shown.horizontalHeaderItem(place)
            item = header if line < 0 else shown.item(line, place)
            if item is not None:
                item.setToolTip(tip)
        bold = self._desk.theme.font(bold=True)
        for place in range(len(table.headers)):
            item = None if table.total is None else shown.item(table.total, place)
            if item is not None:
                item.setFont(bold)
        shown.fit()

    def _notes(self, texts: LandTexts, report: LandReport) -> list[str]:
        if self.view == "raw":
            return raw_notes(texts)
        if self.view == "reserve":
            return reserve_notes(texts)
        if self.view == "density":
            return density_notes(texts)
        words = self._desk.words
        return [" ".join(words.problem(problem)) for problem in report.budget.problems]

    def _note(self, notes: list[str]) -> None:
        self.notes.setText("\n".join(notes))
        self._note_area.setVisible(bool(notes))

    def _select_state(self, index: QModelIndex) -> None:
        """Select the parcels of the state whose line was asked for."""
        report, place = self.report, index.row() - 1
        if report is None or not 0 <= place < len(STATES):
            return
        chosen = report.budget.states.state.codes == place
        ids = report.budget.outcome.inputs.row_ids()[chosen]
        self._desk.view.select(self._desk.project.parcels_id, ids)

    # --- export -------------------------------------------------------------------------------

    def _offer_export(self) -> None:
        say = self._desk.speech.text
        menu = QMenu(self)
        for ending in (".csv", ".xlsx"):
            kind = ending.removeprefix(".").upper()
            for key, name in (("budget", "name"), ("parcels", "name-parcels")):
                text = f"{say(f'land.export.{key}')} · {kind}"
                menu.addAction(text, partial(self._ask, f"land.export.{name}", ending))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.export.mapToGlobal(QPoint(0, self.export.height())))

    def _ask(self, name_key: str, ending: str) -> None:
        name = self._desk.speech.text(name_key)
        path = Choose(self._desk, self).save_as("land.export.menu", name, ending)
        if path is not None:
            self.write_csv(path, of_parcels=name_key == "land.export.name-parcels")

    def write_csv(self, path: Path, *, of_parcels: bool = False) -> None:
        """Write the budget by group, or the land of each parcel, in the background."""
        report, project, words = self.report, self._desk.project, self._desk.words
        if report is None:
            return

        def work(ctx: Context) -> Path:
            if of_parcels:
                write_land_parcels_csv(report, path, ctx)
            else:
                write_land_csv(project, report, path, words, ctx)
            return path

        self._desk.jobs.submit_shown(
            "land.writing",
            work,
            done=lambda done: self._desk.notices.done(
                Phrase("output.written", {"name": done.name})
            ),
            failed=self._desk.notices.error,
        )


def _same(first: tuple[object, ...], second: tuple[object, ...]) -> bool:
    """Whether two lists hold the very same things; they are kept, so that none is another's id."""
    return len(first) == len(second) and all(a is b for a, b in zip(first, second, strict=True))


def _page(content: QWidget) -> QWidget:
    page = QWidget()
    inner = column(page, margins=(8, 0, 8, 0))
    inner.addWidget(content)
    inner.addStretch(1)
    return page

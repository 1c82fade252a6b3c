"""The inspector: what is selected; for a parcel what it may carry, why, and by which article.

Owns which page is shown for a selection. Figures and sentences come from the outcome and from
``report.reading``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QStackedLayout, QTabBar, QVBoxLayout, QWidget

from emadina_gis.app.controls import clear, column, plain_label, scrolling
from emadina_gis.app.models.areas import in_unit
from emadina_gis.app.panels.attributes import AttributesPage
from emadina_gis.app.panels.parcel_history import ParcelHistory
from emadina_gis.app.panels.reading_view import ReadingView
from emadina_gis.app.panels.regime_switch import RegimeSwitch
from emadina_gis.app.panels.sector_chooser import SectorChooser
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.errors import EmadinaError
from emadina_gis.report.reading import ParcelReading, read_parcel
from emadina_gis.report.reading_hits import read_hits, study_notices, table_notices, with_hits
from emadina_gis.report.real_shape import real_rows
from emadina_gis.report.situation import situation_of_row
from emadina_gis.report.values import ParcelValues
from emadina_gis.workflows.simulating import document_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QShowEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.reading_rows import ReadingRow
    from emadina_gis.simulation.columns import Outcome

#: What is said of more selected features comes after the map has shown them.
MOST_AT_ONCE = 20_000
TAB_KEYS = ("inspector.tab.capacity", "inspector.tab.context", "inspector.tab.history")
MARGINS = (16, 12, 16, 16)
#: The page scrolls: above it, name and sector come first.
LEAST_BODY_PX = 48
#: Rows shown before the rule that decides; the others are below as detail.
MAIN_KEYS = frozenset({
    "reference_area_m2", "max_height_m", "max_levels", "height_levels", "max_footprint_m2",
    "gross_floor_area_m2", "net_floor_area_m2",
})  # fmt: skip
#: Columns of the outcome that follow from the capacity.
MORE = ("dwellings", "people", "population", "jobs", "parking_places")


class Inspector(QWidget):
    """The trailing panel.

    Signals
    -------
    note_asked()
        Write the note of the selected parcels.
    values_asked()
        Show the values of their sector.
    figure_asked(ReadingRow)
        Show where a figure of the parcel comes from.
    """

    note_asked = Signal()
    values_asked = Signal()
    figure_asked = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._view = ReadingView(desk.voice, self.figure_asked.emit)
        self.heading = plain_label("", "heading", wrap=True)
        self.subheading = plain_label("", "accent", wrap=True)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(True)
        for _key in TAB_KEYS:
            self.tabs.addTab("")
        self.tabs.currentChanged.connect(lambda _index: self._show())
        self.regime = RegimeSwitch(desk)
        self.chooser = SectorChooser(desk)
        self.chooser.closed.connect(self.close_chooser)
        self._chooser_open = False
        self._shows_nothing = False
        self.reading: ParcelReading | None = None
        #: What is shown of every selection: put aside between two, and filled anew.
        self._attributes = AttributesPage(desk)
        self._changes = self._change_buttons()
        self._page = QWidget()
        for kept in (self._attributes, self._changes):
            kept.hide()
            kept.setParent(self._page)
        self._content = column(self._page, spacing=10, margins=MARGINS)
        self._area: QScrollArea = scrolling(self._page)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        head = column(spacing=2, margins=(16, 14, 16, 6))
        head.addWidget(self.heading)
        head.addWidget(self.subheading)
        whole = column(self, spacing=0)
        whole.addLayout(head)
        bar = QWidget()
        column(bar, margins=(16, 0, 16, 0)).addWidget(self.tabs)
        whole.addWidget(bar)
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self._area)
        self._chooser_page = QWidget()
        holder = column(self._chooser_page, margins=(12, 8, 12, 12))
        holder.addWidget(self.chooser)
        self._stack.addWidget(self._chooser_page)
        body.setMinimumHeight(LEAST_BODY_PX)
        whole.addWidget(body, 1)

    def _connect(self) -> None:
        desk = self._desk
        desk.watch_view(self, lambda view: view.selection, lambda _value: self._on_selection())
        desk.watch_view(self, lambda view: view.active_scenario_id, lambda _id: self._show())
        desk.watch(self, lambda project: project, lambda _project: self._refresh())
        desk.results.changed.connect(self._on_results)
        desk.plan.changed.connect(self._refresh)
        desk.speech.changed.connect(self._show)
        desk.preferences.changed.connect(self._refresh)

    def _refresh(self) -> None:
        """Show what is selected as it is now; that nothing is selected was said before."""
        if self._desk.view.view.selection or not self._shows_nothing:
            self._show()

    def _on_results(self) -> None:
        """Show other outcomes; behind another panel, not those of a change that is dragged."""
        if self.isVisible() or not self._desk.results.is_preview:
            self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._desk.results.is_preview:
            self._refresh()

    @property
    def document(self) -> PlanningDocument | None:
        """The planning document of the project, None where it has none that can be read."""
        if not self._desk.project.document_id:
            return None
        try:
            return document_of(self._desk.project)
        except EmadinaError:
            return None

    @property
    def is_choosing(self) -> bool:
        """Whether the sector chooser is open."""
        return self._chooser_open

    def selected_parcels(self) -> NDArray[np.int64]:
        """Return the ids of the selected parcels."""
        parcels_id = self._desk.project.parcels_id
        ids: NDArray[np.int64] = self._desk.view.selected(parcels_id)
        return ids

    def open_chooser(self) -> None:
        """Let the person choose another sector for the selected parcels."""
        document = self.document
        ids = self.selected_parcels()
        if document is None or not len(ids):
            return
        self._chooser_open = True
        self.chooser.open_for(ids.tolist(), document)
        self._stack.setCurrentWidget(self._chooser_page)
        self.chooser.filter.setFocus()

    def close_chooser(self) -> None:
        """Go back to the reading."""
        self._chooser_open = False
        self._stack.setCurrentWidget(self._area)

    def _on_selection(self) -> None:
        self.close_chooser()
        self._area.verticalScrollBar().setValue(0)
        if self._desk.view.selected_count > MOST_AT_ONCE:
            QTimer.singleShot(0, self, self._show)  # the map goes first
        else:
            self._show()

    def _show(self) -> None:
        say = self._desk.speech.text
        for index, key in enumerate(TAB_KEYS):
            if self.tabs.tabText(index) != say(key):  # it would lay its tabs out again
                self.tabs.setTabText(index, say(key))
        self._put_aside(self._attributes, self._changes)
        clear(self._content)
        self.reading = None
        selection = self._desk.view.view.selection
        parcels = self.selected_parcels()
        self.tabs.setVisible(len(parcels) == 1)
        self._shows_nothing = not selection
        if not selection:
            self._show_nothing()
        elif len(parcels) == 1 and len(selection) == 1:
            self._show_parcel(int(parcels[0]))
        else:
            self._show_many(parcels)
        self._content.addStretch(1)

    def _put_aside(self, *kept: QWidget) -> None:
        """Take widgets off the page before it is cleared: another selection needs them too."""
        for widget in kept:
            if self._content.indexOf(widget) >= 0:
                self._content.removeWidget(widget)
                widget.hide()

    def _put(self, kept: QWidget) -> None:
        """Put a widget that was put aside below what is on the page."""
        self._content.addWidget(kept)
        kept.show()

    def _put_attributes(self, layer: VectorLayer, rows: NDArray[np.intp]) -> None:
        self._attributes.show_rows(layer, rows)
        self._put(self._attributes)

    def _put_head(self, heading: str, subheading: str = "") -> None:
        self.heading.setText(heading)
        self.subheading.setText(subheading)
        self.subheading.setVisible(bool(subheading))

    def _show_nothing(self) -> None:
        say = self._desk.speech.text
        self._put_head(say("inspector.nothing"))
        self._content.addWidget(plain_label(say("inspector.nothing-hint"), "muted", wrap=True))

    def _show_many(self, parcels: NDArray[np.int64]) -> None:
        view = self._desk.view
        layer_id = next(iter(view.view.selection))
        layer = self._desk.project.layer(layer_id)
        ids = view.selected(layer_id)
        if not isinstance(layer, VectorLayer):
            return
        rows = layer.table.rows_of_ids(ids)
        if len(ids) == 1:
            self._put_head(self._desk.speech.title(layer.title))
        else:
            key = "selection.parcels" if len(parcels) else "selection.features"
            self._put_head(
                self._desk.speech.plural(key, view.selected_count),
                self._desk.speech.title(layer.title),
            )
        if len(parcels):
            self._put(self._changes)
        self._put_attributes(layer, rows)

    def _show_parcel(self, row_id: int) -> None:
        layer = self._desk.project.parcels
        outcome = self._desk.results.active
        document = self.document
        if layer is None:
            return
        rows = layer.table.rows_of_ids(np.array([row_id], dtype=np.int64))
        if not len(rows):
            self._show_nothing()
            return
        if outcome is None or document is None:
            self._put_head(self._desk.speech.title(layer.title))
            self._show_no_outcome()
            self._put_attributes(layer, rows)
            return
        self.reading = read_parcel(
            self._desk.project,
            int(rows[0]),
            outcome.summary.outcome,
            document,
            self._desk.words,
            more={
                name: outcome.columns[name].numbers
                for name in outcome.columns
                if name.startswith(MORE) and outcome.columns.is_made(name)
            },
        )
        self.reading = self._with_hits(self.reading, int(rows[0]), outcome.summary.outcome)
        self._put_head(self.reading.heading, self._sector_line(self.reading))
        pages = (self._fill_capacity, self._fill_context, self._fill_history)
        pages[max(self.tabs.currentIndex(), 0)](self.reading, row_id, rows)

    def _with_hits(self, reading: ParcelReading, row: int, outcome: Outcome) -> ParcelReading:
        """Return the reading with what bites the parcel, where the plan has been read."""
        project, words, index = self._desk.project, self._desk.words, self._desk.plan.index
        document = self.document
        if index is None or not index.holds_for(project) or document is None:
            return reading
        situation = situation_of_row(project, row, document, index=index)
        beside = table_notices(project, situation, ParcelValues(outcome, row), words)
        study = study_notices(project, words)
        return with_hits(reading, read_hits(situation, document, words), *beside, *study)

    def _show_no_outcome(self) -> None:
        error = self._desk.results.error
        if error is not None:
            what, following = self._desk.words.error(error)
            self._content.addWidget(self._view.notice(f"{what} {following}"))
        elif self._desk.results.is_busy:
            text = self._desk.speech.text("inspector.computing")
            self._content.addWidget(plain_label(text, "muted"))

    def _sector_line(self, reading: ParcelReading) -> str:
        say = self._desk.speech.text
        if not reading.sector:
            return reading.status_text
        changed = "→" in reading.sector
        key = "inspector.sector-changed" if changed else "inspector.sector"
        line = say(key, sector=reading.sector)
        return line if changed or not reading.sector_name else f"{line} · {reading.sector_name}"

    def _fill_capacity(self, reading: ParcelReading, row_id: int, rows: NDArray[np.intp]) -> None:
        content = self._content
        for notice in reading.notices:
            content.addWidget(self._view.notice(notice))
        capacity = self._in_unit(reading.capacity)
        main = tuple(line for line in capacity if line.key in MAIN_KEYS)
        rest = tuple(line for line in capacity if line.key not in MAIN_KEYS)
        content.addWidget(self._view.rows(main))
        if reading.binding is not None:
            content.addWidget(self._view.binding(reading.binding))
        self._add_regime(row_id, int(rows[0]))
        if reading.existing:
            content.addWidget(self._view.section("inspector.existing"))
            content.addWidget(self._view.rows(reading.existing))
        self._put(self._changes)
        self._view.hits(content, reading.hits, self._desk.plan.error)
        if rest:
            content.addWidget(self._view.section("inspector.more"))
            content.addWidget(self._view.rows(rest))
        self._view.forbidden(content, reading)
        self._view.listed(content, "inspector.unknowns", reading.unknowns)

    def _in_unit(self, rows: tuple[ReadingRow, ...]) -> tuple[ReadingRow, ...]:
        return in_unit(rows, self._desk.preferences.settings.area_unit, self._desk.words)

    def _add_regime(self, row_id: int, row: int) -> None:
        switch = RegimeSwitch(self._desk)
        switch.show_parcel(row_id, row)
        self.regime = switch
        self._content.addWidget(switch)

    def _fill_context(self, reading: ParcelReading, _row_id: int, rows: NDArray[np.intp]) -> None:
        content = self._content
        if reading.place:
            content.addWidget(plain_label(reading.place, "bold", wrap=True))
        content.addWidget(self._view.rows(self._in_unit(reading.land)))
        real = self._desk.results.real
        if real is not None:
            content.addWidget(self._desk.voice.label("inspector.real-shape", "section"))
            shown = real_rows(real, int(rows[0]), self._desk.words)
            content.addWidget(self._view.rows(self._in_unit(shown)))
        self._view.listed(content, "inspector.assumptions", reading.assumptions)
        content.addWidget(plain_label(reading.document, "secondary", wrap=True))
        layer = self._desk.project.parcels
        if layer is not None:
            content.addWidget(self._view.section("inspector.attributes"))
            self._put_attributes(layer, rows)

    def _fill_history(self, _reading: ParcelReading, row_id: int, _rows: NDArray[np.intp]) -> None:
        ParcelHistory(self._desk).fill(self._content, row_id)

    def _change_buttons(self) -> QWidget:
        holder = QWidget()
        line = QVBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(
            self._desk.voice.button(
                "inspector.change-sector", self.open_chooser, look="accent", icon="map-pin"
            )
        )
        line.addWidget(
            self._desk.voice.button(
                "view.values", self.values_asked.emit, icon="sliders-horizontal"
            )
        )
        line.addWidget(
            self._desk.voice.button("inspector.note", self.note_asked.emit, icon="file-text")
        )
        return holder

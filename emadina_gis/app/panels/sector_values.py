"""The values of a sector in the active scenario: slider, field, the document's value, way back.

A drag shows previews; its end is one command. Which values there are is the simulation's.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QMenu, QSlider, QWidget

from emadina_gis.app.colouring import GAINS, OWN
from emadina_gis.app.controls import clear, column, hairline, plain_label, row, set_tone
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.app.panels.layer_legend import Elided
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.app.theme_legend import ThemeChoice
from emadina_gis.app.wrapping import Wrapping, growing
from emadina_gis.errors import EmadinaError
from emadina_gis.regulation.wording import citation_text, kind_label
from emadina_gis.session.commands.scenarios import SetSectorValue
from emadina_gis.session.commands.values import ResetSectorValue
from emadina_gis.simulation.sector_values import (
    SHARES,
    is_taller_only,
    overrides_of,
    sector_values,
    values_to_add,
)
from emadina_gis.workflows.simulating import document_of

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent

    from emadina_gis.app.colouring import Colouring
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.live import Live
    from emadina_gis.regulation import Overrides, PlanningDocument
    from emadina_gis.simulation.sector_values import SectorValue
    from emadina_gis.words import Words

CODE = Qt.ItemDataRole.UserRole
PERCENT = 100.0


class CalmSlider(QSlider):
    """A slider that the wheel moves only while it has the focus: a page is scrolled over it."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CalmField(QDoubleSpinBox):
    """A field of numbers that the wheel changes only while it has the focus."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        stand_like_text(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ValueRow(QWidget):
    """One value: name, field, slider, what the document prints, and the way back to it.

    Signals
    -------
    dragged(str, float), changed(str, float)
        Key and value while the slider is held, and when a value is chosen.
    pressed(), reset_asked(str)
    """

    dragged = Signal(str, float)
    changed = Signal(str, float)
    pressed = Signal()
    reset_asked = Signal(str)

    def __init__(self, desk: Desk, value: SectorValue, name: str) -> None:
        super().__init__()
        self._desk = desk
        self.key = value.key
        self._factor = PERCENT if value.kind in SHARES else 1.0
        self._step = value.step
        self.name = plain_label(name, wrap=True)
        self.field = CalmField()
        self.slider = CalmSlider()
        self.facts = Elided("", "secondary")
        self.reset = desk.voice.tool(
            "values.reset", "undo-2", lambda: self.reset_asked.emit(self.key), "secondary"
        )
        self._set_up(value, name)
        self._lay_out()
        self.show_value(value)
        self.slider.sliderPressed.connect(self.pressed)
        self.slider.valueChanged.connect(self._on_slider)
        self.slider.sliderReleased.connect(self._on_released)
        self.field.valueChanged.connect(self._on_field)

    @property
    def is_held(self) -> bool:
        """Whether the slider is being dragged."""
        return bool(self.slider.isSliderDown())

    def _set_up(self, value: SectorValue, name: str) -> None:
        words, field = self._desk.words, self.field
        low, high = value.limits
        field.setDecimals(decimals_of(value))
        field.setRange(low * self._factor, high * self._factor)
        field.setSingleStep(value.step * self._factor)
        unit = unit_of(value, words)
        field.setSuffix(f"\u00a0{unit}" if unit else "")
        field.setFixedWidth(self._desk.theme.px(104))
        field.setAccessibleName(name)
        self.slider.setAccessibleName(words.text("values.slider", name=name))

    def _lay_out(self) -> None:
        first, second = row(spacing=6), row(spacing=10)
        first.addWidget(self.name, 1)
        first.addWidget(self.field)
        first.addWidget(self.reset)
        second.addWidget(self.slider, 5)
        second.addWidget(self.facts, 6)
        whole = column(self, spacing=2)
        whole.addLayout(first)
        whole.addLayout(second)

    def show_value(self, value: SectorValue) -> None:
        """Show what holds now; a value that is being dragged stays under the hand."""
        self._step = value.step
        if not self.is_held:
            self._put(value.value or 0.0, value.range)
        self.reset.setEnabled(value.is_changed)
        set_tone(self.name, "accentbold" if value.is_changed else "")
        self.facts.set_full(printed_text(value, self._desk.words))

    def _put(self, number: float, span: tuple[float, float]) -> None:
        for widget in (self.field, self.slider):
            widget.blockSignals(True)
        low, high = span
        self.slider.setRange(round(low / self._step), round(high / self._step))
        self.slider.setPageStep(max(1, (self.slider.maximum() - self.slider.minimum()) // 10))
        self.slider.setValue(round(number / self._step))
        if abs(self.field.value() - number * self._factor) > 10.0 ** -(self.field.decimals() + 1):
            self.field.setValue(number * self._factor)
        for widget in (self.field, self.slider):
            widget.blockSignals(False)

    def _on_slider(self, place: int) -> None:
        number = place * self._step
        self.field.blockSignals(True)
        self.field.setValue(number * self._factor)
        self.field.blockSignals(False)
        signal = self.dragged if self.is_held else self.changed
        signal.emit(self.key, round(number, 6))

    def _on_released(self) -> None:
        self.changed.emit(self.key, round(self.slider.value() * self._step, 6))

    def _on_field(self, shown: float) -> None:
        self.changed.emit(self.key, round(shown / self._factor, 6))


class SectorValuesPanel(SidePage):
    """The values of one sector; `scenario_asked` wants a scenario to change."""

    scenario_asked = Signal()

    def __init__(self, desk: Desk, live: Live, colouring: Colouring) -> None:
        super().__init__(desk, "values.title")
        self._live = live
        self._colouring = colouring
        self._may_recolour = True
        self._language = ""
        self.rows: dict[str, ValueRow] = {}
        self.sectors = QComboBox()
        self.sectors.setMinimumContentsLength(8)
        desk.speech.bind(self, "values.sector", self.sectors.setAccessibleName)
        self.where = plain_label("", "secondary", wrap=True)
        self.lag = desk.voice.label("live.lagging", "accent")
        self.state = plain_label("", "muted", wrap=True)
        self.add_scenario = desk.voice.button(
            "values.add-scenario", self.scenario_asked.emit, look="accent", icon="plus"
        )
        self.add_value = desk.voice.button("values.add", self._open_add, look="link", icon="plus")
        self.shifted = desk.voice.label("values.shifted", "secondary")
        self.shifted.setWordWrap(True)
        self.taller = desk.voice.label("values.taller-only", "amber")
        self.taller.setWordWrap(True)
        self.colours = ThemeChoice(desk, colouring)
        self.colours.activated.connect(lambda _index: self._keep_colours())
        self._listed = column(spacing=6)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.content.setSpacing(8)
        self.content.addWidget(self.sectors)
        line = row()
        line.addWidget(self.where, 1)
        line.addWidget(self.lag, 0, Qt.AlignmentFlag.AlignTop)
        self.content.addLayout(line)
        self.content.addWidget(self.state)
        self.content.addWidget(self.add_scenario, 0, Qt.AlignmentFlag.AlignLeading)
        self.content.addWidget(self.taller)
        self.content.addLayout(self._listed)
        self.content.addWidget(self.add_value, 0, Qt.AlignmentFlag.AlignLeading)
        self.content.addWidget(self.shifted)
        self.content.addStretch(1)
        self.foot.addWidget(hairline())
        label = self._desk.voice.label("colouring.label", "secondary")
        self.foot.addWidget(Wrapping(label, growing(self.colours)))
        self.lag.hide()

    def _connect(self) -> None:
        desk = self._desk
        self.sectors.activated.connect(lambda _index: self._show())
        self._live.lagging_changed.connect(self.lag.setVisible)
        desk.watch(self, lambda project: project, lambda _project: self._show())
        desk.watch_view(self, lambda view: view.selection, lambda _value: self._follow_selection())
        desk.watch_view(self, lambda view: view.active_scenario_id, lambda _id: self._show())
        desk.results.changed.connect(self._show)
        desk.speech.changed.connect(self._show)

    # --- what is shown ------------------------------------------------------------------------

    @property
    def document(self) -> PlanningDocument | None:
        """The planning document, None where there is none to read."""
        project = self._desk.project
        if project.parcels is None:
            return None
        try:
            return document_of(project)
        except EmadinaError:
            return None

    @property
    def code(self) -> str:
        """The sector that is shown."""
        return str(self.sectors.currentData(CODE) or "")

    def show_sector(self, code: str) -> None:
        """Show a sector."""
        self._fill_sectors()
        at = self.sectors.findData(code, CODE)
        if at >= 0:
            self.sectors.setCurrentIndex(at)
        self._show()

    def _follow_selection(self) -> None:
        code = self._selected_sector()
        if code and code != self.code:
            self.show_sector(code)

    def _selected_sector(self) -> str:
        """The sector of most selected parcels, in the scenario that is shown."""
        desk, active = self._desk, self._desk.results.active
        parcels = desk.project.parcels
        if active is None or parcels is None:
            return ""
        ids = desk.view.selected(parcels.id)
        rows = parcels.table.rows_of_ids(ids)
        codes = active.outcome.inputs.sector
        if not len(rows) or len(codes) != parcels.table.row_count:
            return ""
        counts = np.bincount(codes[rows] + 1)
        most = int(counts.argmax()) - 1
        return active.outcome.document.sector_codes[most] if most >= 0 else ""

    def _fill_sectors(self) -> None:
        document, words = self.document, self._desk.words
        if document is None:
            self.sectors.clear()
            return
        same = self.sectors.count() == len(document.sectors)
        if same and self._language == words.language:
            return
        code = self.code
        self.sectors.clear()
        for sector in document.sectors:
            name = sector.title.in_language(words.language)
            self.sectors.addItem(f"{words.isolated(sector.code)} · {name}")
            self.sectors.setItemData(self.sectors.count() - 1, sector.code, CODE)
        self.sectors.setCurrentIndex(max(0, self.sectors.findData(code, CODE)))

    def _show(self) -> None:
        first = not self.sectors.count()
        self._fill_sectors()
        if first and self._selected_sector():
            at = self.sectors.findData(self._selected_sector(), CODE)
            self.sectors.setCurrentIndex(max(at, 0))
        document, code = self.document, self.code
        values = self._values(document, code)
        self._show_head(document, has_values=bool(values))
        self._show_rows(values)
        self.taller.setVisible(is_taller_only(values))
        self._language = self._desk.words.language
        may_add = bool(values) and not self._desk.results.is_reference
        self.add_value.setVisible(may_add)
        self.shifted.setVisible(bool(values) and self._has_cases(document, code))

    def _values(self, document: PlanningDocument | None, code: str) -> tuple[SectorValue, ...]:
        if document is None or not code:
            return ()
        return sector_values(document, code, self._overrides())

    def _overrides(self) -> Overrides:
        results = self._desk.results
        return overrides_of(results.project.scenario(results.scenario_id).changes)

    def _has_cases(self, document: PlanningDocument | None, code: str) -> bool:
        if document is None:
            return False
        conditions = (rule.condition for rule in document.sector(code).rules)
        return any(c.uses or c.road_width_min_m is not None for c in conditions)

    def _show_head(self, document: PlanningDocument | None, *, has_values: bool) -> None:
        words, results = self._desk.words, self._desk.results
        is_reference = results.is_reference
        self.sectors.setVisible(document is not None)
        self.add_scenario.setVisible(document is not None and is_reference)
        self.where.setText(self._where() if document is not None else "")
        key = ""
        if document is None:
            key = "values.no-document"
        elif not has_values:
            key = "values.none"
        elif is_reference:
            key = "values.reference"
        self.state.setText(words.text(key) if key else "")
        self.state.setVisible(bool(key))

    def _where(self) -> str:
        words, results = self._desk.words, self._desk.results
        active = results.active
        count = 0
        if active is not None:
            index = active.outcome.document.index_of(self.code)
            count = int(np.count_nonzero(active.outcome.inputs.sector == index))
        return words.plural("values.parcels", count)

    def _show_rows(self, values: tuple[SectorValue, ...]) -> None:
        same = [value.key for value in values] == list(self.rows)
        enabled = not self._desk.results.is_reference
        if not same or self._language != self._desk.words.language:
            self._build_rows(values)
        for value in values:
            self.rows[value.key].show_value(value)
            self.rows[value.key].setEnabled(enabled)

    def _build_rows(self, values: tuple[SectorValue, ...]) -> None:
        clear(self._listed)
        self.rows.clear()
        document = self.document
        if document is None:
            return
        for value in values:
            if self.rows:
                self._listed.addWidget(hairline())
            made = ValueRow(self._desk, value, value_name(value, document, self._desk.words))
            made.dragged.connect(self._preview)
            made.changed.connect(self._commit)
            made.pressed.connect(self._on_pressed)
            made.reset_asked.connect(self._reset)
            self.rows[value.key] = made
            self._listed.addWidget(made)

    # --- what is done -------------------------------------------------------------------------

    def _command(self, key: str, value: float) -> SetSectorValue:
        return SetSectorValue(self._desk.results.scenario_id, self.code, key, value)

    def _on_pressed(self) -> None:
        """Begin a drag: a step of its own, and colours that move with what is dragged."""
        self._desk.store.seal()
        if self._may_recolour and self._colouring.theme == OWN:
            self._colouring.choose(GAINS[0])
            self._may_recolour = False

    def _keep_colours(self) -> None:
        self._may_recolour = False

    def _preview(self, key: str, value: float) -> None:
        self._live.show(self._command(key, value))

    def _commit(self, key: str, value: float) -> None:
        self._live.commit(self._command(key, value))
        self._show()

    def _reset(self, key: str) -> None:
        self._desk.store.seal()
        self._live.commit(ResetSectorValue(self._desk.results.scenario_id, self.code, key))

    def _open_add(self) -> None:
        document = self.document
        if document is None:
            return
        menu = QMenu(self)
        for value in values_to_add(document, self.code, self._overrides()):
            name = value_name(value, document, self._desk.words)
            menu.addAction(name, partial(self._commit, value.key, value.value or 0.0))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.add_value.mapToGlobal(self.add_value.rect().bottomLeft()))


def value_name(value: SectorValue, document: PlanningDocument, words: Words) -> str:
    """Return what a value is called, with its regime where it is for one only."""
    name = kind_label(document, value.kind, words)
    if value.lot is None:
        return name
    regime = words.text("values.lot" if value.lot else "values.raw")
    return words.text("values.regime", name=name, regime=regime)


def decimals_of(value: SectorValue) -> int:
    """Return the decimals with which a value is shown and typed."""
    if value.kind in SHARES:
        return 1
    return 0 if value.step >= 1.0 else 2


def unit_of(value: SectorValue, words: Words) -> str:
    """Return the unit of a value; empty for ratios and counts."""
    if value.kind in SHARES:
        return "%"
    ending = value.kind.rpartition("_")[2]
    return words.unit(ending) if ending in {"m", "m2"} else ""


def printed_text(value: SectorValue, words: Words) -> str:
    """Return what the document prints, and where."""
    if value.printed is None:
        return words.text("values.not-printed")
    factor = PERCENT if value.kind in SHARES else 1.0
    number = value.printed * factor
    decimals = 0 if abs(number - round(number)) < 1e-9 else 2 if factor == 1.0 else 1
    unit = "percent" if value.kind in SHARES else value.kind.rpartition("_")[2]
    has_unit = unit in {"m", "m2", "percent"}
    said = words.quantity(number, unit, decimals) if has_unit else words.number(number, decimals)
    cited = citation_text(value.citation, words)
    key = "values.printed-cited" if cited else "values.printed"
    return words.text(key, value=said, citation=cited) if cited else words.text(key, value=said)

"""The coefficients of the simulation: value, range, source; each can be changed and given back.

Every change is an undoable command; the outcome follows. Also the panel of one figure: its value,
how it is computed, and the coefficients it takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from emadina_gis.app.controls import clear, column, hairline, plain_label, row
from emadina_gis.app.models.formulas import (
    LARGEST_SHARE,
    coefficients_of,
    decimals_of,
    formula_keys,
    unit_of,
)
from emadina_gis.app.panels.figure_origin import OriginView
from emadina_gis.app.panels.sector_values import CalmField, CalmSlider
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.errors import EmadinaError
from emadina_gis.report.origin import Sources, origin_text
from emadina_gis.session.commands.project import SetCoefficient
from emadina_gis.simulation.coefficients import default_parameters
from emadina_gis.simulation.explain_totals import explain_total
from emadina_gis.workflows.simulating import document_of, parameters_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.live import Live
    from emadina_gis.app.models.figures import Card
    from emadina_gis.simulation.coefficients import Coefficient, Parameters

LARGEST = 1e6
SHARE_STEP, STEP = 0.01, 0.5
_HOUSING = "housing_share"


def parameters_in_use(desk: Desk) -> Parameters:
    """Return the coefficients of the project; the defaults where no document was chosen."""
    project = desk.project
    try:
        return parameters_of(project, document_of(project))
    except EmadinaError:
        return default_parameters()


def step_of(coefficient: Coefficient) -> float:
    """Return how far one step of a coefficient's slider goes."""
    return SHARE_STEP if coefficient.high <= LARGEST_SHARE else STEP


def slider_span(coefficient: Coefficient) -> tuple[float, float]:
    """Return the ends of a coefficient's slider: its range, and some room on both sides."""
    if coefficient.high <= LARGEST_SHARE:
        return 0.0, 1.0
    room = max(coefficient.high - coefficient.low, coefficient.value)
    return max(STEP, coefficient.low - room), coefficient.high + room


def coefficient_name(desk: Desk, key: str) -> str:
    """Return the name of a coefficient as a planner says it."""
    family, _, zone = key.partition(".")
    words = desk.words
    if family == _HOUSING:
        return words.text("simulation.coefficient.housing_share", zone=words.isolated(zone))
    return words.text(f"simulation.coefficient.{key}")


class CoefficientRow(QWidget):
    """Name, field, range and source of one coefficient, and its way back to the default."""

    def __init__(self, desk: Desk, coefficient: Coefficient, live: Live) -> None:
        super().__init__()
        self._desk = desk
        self._live = live
        self.key = coefficient.key
        self._step = step_of(coefficient)
        self.field = CalmField()
        self.slider = CalmSlider()
        self.field.setDecimals(decimals_of(coefficient))
        self.field.setRange(0.0, LARGEST)
        self.field.setSingleStep(self._step)
        unit = unit_of(self.key)
        self.field.setSuffix(f" {desk.words.unit(unit)}" if unit else "")
        self.reset = desk.voice.tool("coefficients.reset", "undo-2", self._give_back, "secondary")
        self._name = plain_label("", wrap=True)
        self._facts = plain_label("", "secondary", wrap=True)
        line = row(spacing=8)
        line.addWidget(self._name, 1)
        line.addWidget(self.field)
        line.addWidget(self.reset)
        whole = column(self, spacing=3)
        whole.addLayout(line)
        whole.addWidget(self.slider)
        whole.addWidget(self._facts)
        self.show_value(coefficient)
        self.field.valueChanged.connect(self._change)
        self.slider.sliderPressed.connect(desk.store.seal)
        self.slider.valueChanged.connect(self._on_slider)
        self.slider.sliderReleased.connect(lambda: self._change(self._dragged))

    def show_value(self, coefficient: Coefficient) -> None:
        """Show the value, the range and the source."""
        words, decimals = self._desk.words, decimals_of(coefficient)
        name = coefficient_name(self._desk, self.key)
        self._name.setText(name)
        self.field.setAccessibleName(name)
        self.slider.setAccessibleName(words.text("values.slider", name=name))
        if not self.slider.isSliderDown():
            self._put(coefficient)
        self.reset.setEnabled(self.key in dict(self._desk.project.coefficients))
        source = words.text(f"simulation.source.{coefficient.source}")
        if coefficient.low == coefficient.high:
            self._facts.setText(source)
            return
        span = words.span(coefficient.low, coefficient.high, unit_of(self.key), decimals)
        self._facts.setText(f"{span} · {source}")

    def _put(self, coefficient: Coefficient) -> None:
        low, high = slider_span(coefficient)
        for widget in (self.field, self.slider):
            widget.blockSignals(True)
        self.field.setValue(coefficient.value)
        self.slider.setRange(round(low / self._step), round(high / self._step))
        self.slider.setValue(round(coefficient.value / self._step))
        for widget in (self.field, self.slider):
            widget.blockSignals(False)

    @property
    def _dragged(self) -> float:
        return round(self.slider.value() * self._step, 6)

    def _on_slider(self, _place: int) -> None:
        """Show what a value gives while it is dragged; keys and clicks choose it at once."""
        if not self.slider.isSliderDown():
            self._change(self._dragged)
            return
        self.field.blockSignals(True)
        self.field.setValue(self._dragged)
        self.field.blockSignals(False)
        self._live.show(SetCoefficient(self.key, self._dragged))

    def _change(self, value: float) -> None:
        try:
            parameters_in_use(self._desk).with_value(self.key, value)
        except EmadinaError as error:
            self._desk.notices.error(error)
            self._live.stop()
            self._desk.results.end_preview()
            self.show_value(parameters_in_use(self._desk).coefficient(self.key))
            return
        self._live.commit(SetCoefficient(self.key, value))

    def _give_back(self) -> None:
        self._desk.store.seal()
        self._desk.do(SetCoefficient(self.key, None))


class CoefficientRows:
    """Rows in a layout, kept while the same coefficients are shown: a field keeps its focus."""

    def __init__(self, desk: Desk, content: QVBoxLayout, live: Live) -> None:
        self._desk = desk
        self._live = live
        self._content = content
        self.rows: dict[str, CoefficientRow] = {}
        self._language = ""

    def show(self, coefficients: Iterable[Coefficient]) -> None:
        """Show some coefficients."""
        wanted = {found.key: found for found in coefficients}
        language = self._desk.speech.language
        if list(wanted) != list(self.rows) or language != self._language:
            self._language = language
            clear(self._content)
            self.rows.clear()
            for found in wanted.values():
                if self.rows:
                    self._content.addWidget(hairline())
                self.rows[found.key] = CoefficientRow(self._desk, found, self._live)
                self._content.addWidget(self.rows[found.key])
            return
        for key, found in wanted.items():
            self.rows[key].show_value(found)


class CoefficientsPanel(SidePage):
    """All coefficients."""

    def __init__(self, desk: Desk, live: Live) -> None:
        super().__init__(desk, "coefficients.title")
        lead = desk.voice.label("coefficients.lead", "secondary")
        lead.setWordWrap(True)
        self.content.addWidget(lead)
        listed = column(spacing=8)
        self.content.addLayout(listed)
        self.content.addStretch(1)
        self._listed = CoefficientRows(desk, listed, live)
        desk.watch(self, lambda project: project.coefficients, lambda _value: self._show())
        desk.watch(self, lambda project: project.document_id, lambda _value: self._show())
        desk.watch(self, lambda project: project.documents, lambda _value: self._show())
        desk.speech.changed.connect(self._show)

    @property
    def rows(self) -> dict[str, CoefficientRow]:
        """The rows by key."""
        return self._listed.rows

    def _show(self) -> None:
        self._listed.show(parameters_in_use(self._desk).values.values())


class FigurePanel(SidePage):
    """One figure of the balance: value, formula, coefficients."""

    def __init__(self, desk: Desk, live: Live) -> None:
        super().__init__(desk, "figure.title")
        self._card: Card | None = None
        self._measure = ""
        self.name = plain_label("", "bold", wrap=True)
        self.value = plain_label("", "figure-plain", wrap=True)
        self.below = plain_label("", "secondary", wrap=True)
        self.formula = plain_label("", wrap=True)
        self._none = plain_label("", "muted", wrap=True)
        for widget in (self.name, self.value, self.below):
            self.content.addWidget(widget)
        self.origin = OriginView(desk)
        self.content.addWidget(self.origin)
        self.content.addWidget(desk.voice.label("figure.how", "section"))
        self.content.addWidget(self.formula)
        self.content.addWidget(desk.voice.label("coefficients.title", "section"))
        self.content.addWidget(self._none)
        listed = column(spacing=8)
        self.content.addLayout(listed)
        self.content.addStretch(1)
        self._listed = CoefficientRows(desk, listed, live)
        desk.watch(self, lambda project: project.coefficients, lambda _value: self._show())
        desk.speech.changed.connect(self._show)

    @property
    def rows(self) -> dict[str, CoefficientRow]:
        """The coefficients shown, by key."""
        return self._listed.rows

    def show_card(self, card: Card, measure: str) -> None:
        """Show the figure of a card, or the same one after it has changed."""
        self._card, self._measure = card, measure
        self._show()

    @property
    def card_key(self) -> str:
        """The card that is shown; empty for none."""
        return "" if self._card is None else self._card.key

    def _show(self) -> None:
        card, words = self._card, self._desk.words
        if card is None:
            return
        self.name.setText(card.title)
        self.value.setText(card.headline)
        self.below.setText(card.below)
        self.below.setVisible(bool(card.below))
        lines = [words.text(key) for key in formula_keys(card.key, self._measure)]
        self.formula.setText("\n\n".join(lines))
        self._show_origin(card.key)
        found = coefficients_of(card.key, self._measure, parameters_in_use(self._desk))
        self._none.setText("" if found else words.text("figure.no-coefficient"))
        self._none.setVisible(not found)
        self._listed.show(found)

    def _show_origin(self, figure: str) -> None:
        """Show the figure's arithmetic with the numbers of the active scenario put in."""
        active = self._desk.results.active
        found = None if active is None else explain_total(active.summary, figure, self._measure)
        if active is None or found is None or not found.steps:
            self.origin.show_origins(())
            return
        outcome = active.outcome
        sources = Sources(outcome.document, outcome.parameters, self._desk.words)
        self.origin.show_origins((origin_text(found, sources, told_regime=False),))

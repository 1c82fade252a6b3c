"""The balance: the four figures of the scenario beside the reference's, by sector and commune.

Six figures at most; each carries its range and its difference. Figures are the simulation's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from emadina_gis.app.controls import column, plain_label, row, scrolling, set_tone
from emadina_gis.app.models.figures import (
    MEASURES,
    UNITS,
    Card,
    GroupFigures,
    cards,
    decimals_of,
    groups,
)
from emadina_gis.app.panels.bars import Bar, BarsChart
from emadina_gis.app.when_seen import WhenSeen
from emadina_gis.app.wrapping import Wrapping, growing
from emadina_gis.report.reading import commune_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.simulation.totals import Summary, Totals

GROUPS = ("sector", "commune")
CARD_PX = 112
MOST_PER_ROW, LEAST_PER_ROW = 6, 3


class Choice(QFrame):
    """A few choices side by side, one of them taken."""

    def __init__(self, desk: Desk, keys: dict[str, str], chosen: Callable[[str], object]) -> None:
        super().__init__()
        self.setObjectName("segments")
        line = row(self, spacing=2, margins=(2, 2, 2, 2))
        self.buttons: dict[str, QToolButton] = {}
        for name, key in keys.items():
            button = QToolButton()
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            desk.speech.bind(button, key, button.setText, button.setAccessibleName)
            button.clicked.connect(lambda _on=False, value=name: chosen(value))
            line.addWidget(button)
            self.buttons[name] = button
        next(iter(self.buttons.values())).setChecked(True)


class CardButton(QPushButton):
    """One figure; a click, Space or Enter asks how it is computed."""

    def __init__(self, card: Card) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumWidth(CARD_PX)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAutoDefault(False)
        self._content: QVBoxLayout = column(self, spacing=3, margins=(10, 8, 8, 8))
        self._labels = [plain_label("", look, wrap=True) for look in ("muted", "", "secondary")]
        for label in self._labels:
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._content.addWidget(label)
        self._content.addStretch(1)
        self.show_card(card)

    def show_card(self, card: Card) -> None:
        """Show another figure."""
        texts = (card.title, card.headline, card.below)
        for label, text in zip(self._labels, texts, strict=True):
            if label.text() != text:
                label.setText(text)
        set_tone(self._labels[1], "figure" if card.is_difference else "figure-plain")
        parts = (card.title, card.headline, card.below.replace("\n", " · "))
        self.setAccessibleName(" : ".join(part for part in parts if part))

    def sizeHint(self) -> QSize:
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._content.minimumSize()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._content.totalHeightForWidth(width)


class BalancePanel(QWidget):
    """Cards and bars of the active scenario.

    Signals
    -------
    figure_asked(str)
        Tell how the figure of a card is computed.
    refreshed()
        The cards show other figures.
    """

    figure_asked = Signal(str)
    refreshed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.measure = MEASURES[0]
        self._group = GROUPS[0]
        self.cards: dict[str, Card] = {}
        self._buttons: dict[str, CardButton] = {}
        self._placed: list[str] = []
        self._page = WhenSeen(self, self._fill)
        self._state = plain_label("", "muted", wrap=True)
        self._cards = QGridLayout()
        self._cards.setSpacing(10)
        self._per_row = MOST_PER_ROW
        self.chart = BarsChart(desk.theme)
        desk.speech.bind(self.chart, "balance.chart", self.chart.setAccessibleName)
        self._lay_out()
        self._again = desk.turns.piece(self, self.refresh)
        desk.results.changed.connect(self._on_results)
        desk.speech.changed.connect(self.refresh)
        desk.watch(self, lambda project: project.parcels_id, lambda _id: self.refresh())

    def _lay_out(self) -> None:
        desk = self._desk
        measures = {name: f"balance.measure.{name}" for name in MEASURES}
        by = {name: f"balance.by.{name}" for name in GROUPS}
        first, last = Choice(desk, measures, self.set_measure), Choice(desk, by, self.set_group)
        head = Wrapping(first, growing(self._state), last)
        head.setContentsMargins(16, 8, 16, 4)
        left = QWidget()
        cards_column = column(left)
        cards_column.addLayout(self._cards)
        cards_column.addStretch(1)
        right = QWidget()
        bars = column(right, margins=(0, 0, 4, 0))
        bars.addWidget(self.chart)
        bars.addStretch(1)
        body = row(spacing=16, margins=(16, 2, 12, 8))
        self._area = scrolling(left)
        body.addWidget(self._area, 7)
        area = scrolling(right)
        area.setMinimumWidth(desk.theme.px(250))
        body.addWidget(area, 3)
        whole = column(self, spacing=0)
        whole.addWidget(head)
        whole.addLayout(body, 1)

    def set_measure(self, measure: str) -> None:
        """Show dwellings, people or floor area."""
        self.measure = measure
        self.refresh()

    def set_group(self, group: str) -> None:
        """Show bars by sector or by commune."""
        self._group = group
        self.refresh()

    def _on_results(self) -> None:
        """Show other figures at once; the first ones, whose cards are to be made, in a turn."""
        if self._placed or not self.isVisible():
            self.refresh()
        else:
            self._again.ask()

    def refresh(self) -> None:
        """Take the figures as they are now; cards and bars show them where somebody sees them."""
        results = self._desk.results
        self.cards = {}
        if results.active is not None and results.reference is not None:
            total = None if results.is_reference else results.reference.summary.total
            found = cards(results.active.summary.total, total, self.measure, self._desk.words)
            self.cards = {card.key: card for card in found}
        self._page.ask()
        if self.cards:
            self.refreshed.emit()

    def _fill(self) -> None:
        results = self._desk.results
        self._state.setText(self._state_text())
        self._show_cards()
        bars: tuple[Bar, ...] = ()
        if results.active is not None and results.reference is not None:
            reference = None if results.is_reference else results.reference.summary
            bars = self._bars(results.active.summary, reference)
        self.chart.show_bars(bars)

    def _show_cards(self) -> None:
        """Show the cards, in the widgets there are where they are the same ones."""
        per_row, keys = self._fitting(), list(self.cards)
        if per_row != self._per_row or keys != self._placed:
            self._per_row, self._placed = per_row, keys
            self._place_cards()
        for key, card in self.cards.items():
            self._buttons[key].show_card(card)
            self._buttons[key].setToolTip(self._desk.speech.text("figure.ask"))

    def _place_cards(self) -> None:
        for key, button in self._buttons.items():
            self._cards.removeWidget(button)
            button.setVisible(key in self.cards)
        for index in range(MOST_PER_ROW):
            self._cards.setColumnStretch(index, int(index < self._per_row))
        for number, (key, card) in enumerate(self.cards.items()):
            if key not in self._buttons:
                self._buttons[key] = self._card_widget(card)
            self._cards.addWidget(self._buttons[key], *divmod(number, self._per_row))

    def _card_widget(self, card: Card) -> CardButton:
        button, key = CardButton(card), card.key
        button.clicked.connect(lambda: self.figure_asked.emit(key))
        return button

    def _fitting(self) -> int:
        """Return how many cards stand side by side in the room there is."""
        room = self._area.width() if self._area.isVisible() else self.width()
        needed = MOST_PER_ROW * (self._desk.theme.px(CARD_PX) + self._cards.spacing())
        return MOST_PER_ROW if room >= needed else LEAST_PER_ROW

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.cards and self._fitting() != self._per_row:
            self._page.ask()

    def _state_text(self) -> str:
        results, words = self._desk.results, self._desk.words
        if self._desk.project.parcels is None:
            return words.text("balance.no-parcels")
        if results.error is not None:
            return " ".join(words.error(results.error))
        if results.active is None:
            return words.text("inspector.computing" if results.is_busy else "balance.no-document")
        if not results.active.summary.has_capacity:
            return words.text("balance.no-capacity")
        key = "balance.is-reference" if results.is_reference else "balance.theoretical"
        return words.text(key)

    def _bars(self, active: Summary, reference: Summary | None) -> tuple[Bar, ...]:
        def of(summary: Summary) -> dict[str, Totals]:
            return summary.by_sector if self._group == "sector" else summary.by_commune

        before = None if reference is None else of(reference)
        names = self._names(active)
        return tuple(self._bar(group, names) for group in groups(of(active), before, self.measure))

    def _names(self, summary: Summary) -> dict[str, str]:
        words = self._desk.words
        if self._group == "sector":
            return {"": words.text("balance.no-sector")}
        project, codes = self._desk.project, summary.outcome.inputs.commune_codes
        names = {code: words.isolated(commune_name(project, code, words)) for code in codes}
        return {**names, "": words.text("balance.no-commune")}

    def _bar(self, group: GroupFigures, names: dict[str, str]) -> Bar:
        words, decimals = self._desk.words, decimals_of(self.measure)
        added = group.addition if group.is_known else None
        text = words.text(
            "balance.bar",
            existing=words.number(group.existing, decimals),
            addition=words.number(added, decimals, signed=True),
        )
        difference = ""
        if group.difference is not None and abs(group.difference) >= 0.5 * 10.0**-decimals:
            change = words.number(group.difference, decimals, signed=True)
            difference = words.text("balance.bar-difference", change=change)
        name = names.get(group.key) or words.isolated(group.key)
        return Bar(name, group.existing, group.addition, text, difference)


__all__ = ["UNITS", "BalancePanel", "Choice"]

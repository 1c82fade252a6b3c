"""Choosing the system of a layer: ranked guesses with their reasons, shown on the map one by one.

Nothing is chosen for the person. Moving over a guess, with the mouse or the keys, only shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.app.panels.crs_chooser import CrsChooser, crs_name, crs_title
from emadina_gis.domain.crs import UNKNOWN, Crs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.app.desk import Desk
    from emadina_gis.io.description import CrsCandidate

MOST_OFFERED = 5
#: Guesses below this stand behind a link, where a better one is there.
HARDLY_LIKELY = 0.05
_INDENT_PX = 24


class CrsSection(QWidget):
    """Guesses as a list to choose from, and any other system.

    Signals
    -------
    shown(Crs, bool)
        A guess is looked at (with its axes exchanged or not); unknown when none is any more.
    chosen(Crs, bool)
        A guess or another system was chosen.
    """

    shown = Signal(object, bool)
    chosen = Signal(object, bool)

    def __init__(self, desk: Desk, candidates: Iterable[CrsCandidate]) -> None:
        super().__init__()
        self._desk = desk
        self.offers: list[tuple[CrsCandidate, QRadioButton]] = []
        self._group = QButtonGroup(self)
        content = column(self, spacing=4)
        likely, others = _parted(_different(candidates))
        for candidate in likely:
            content.addWidget(self._offer(candidate))
        self.others = QWidget()
        self._add_others(content, others)
        if not self.offers:
            none = desk.speech.text("doctor.crs.no-guess")
            content.addWidget(plain_label(none, "secondary", wrap=True))
        content.addWidget(plain_label(desk.speech.text("doctor.crs.other"), "secondary"))
        self.other = CrsChooser(desk)
        self.other.offer()
        self.other.chosen.connect(self._take_other)
        content.addWidget(self.other)

    def choose(self, crs: Crs, *, swapped: bool) -> None:
        """Show which system is chosen."""
        for candidate, button in self.offers:
            if candidate.crs == crs and candidate.swapped is swapped:
                button.setChecked(True)
                if self.others.isAncestorOf(button):
                    self._show_others()
                return
        if crs.is_known:
            self.other.offer((), crs)

    def _add_others(self, content: QVBoxLayout, others: list[CrsCandidate]) -> None:
        """Add the guesses that are hardly likely behind a link that counts them."""
        lines = column(self.others, spacing=4)
        for candidate in others:
            lines.addWidget(self._offer(candidate))
        self.others.hide()
        self.more = QPushButton(self._desk.words.plural("doctor.crs.others", len(others)))
        self.more.setProperty("look", "link")
        self.more.clicked.connect(self._show_others)
        self.more.setVisible(bool(others))
        content.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeading)
        content.addWidget(self.others)

    def _show_others(self) -> None:
        self.more.hide()
        self.others.show()

    def _offer(self, candidate: CrsCandidate) -> QWidget:
        words = self._desk.words
        name = crs_name(self._desk, candidate.crs)
        if candidate.swapped:
            name = words.text("doctor.crs.swapped", name=crs_title(self._desk, candidate.crs))
        share = words.quantity(round(candidate.confidence * 100), "percent")
        told = words.text("doctor.crs.likelihood", share=share)
        if candidate.swapped:
            told = f"{words.isolated(candidate.crs.id)} · {told}"
        reason = f"crs-guess.{candidate.reason}"
        if words.has(reason):
            told = f"{told} · {words.text(reason)}"
        button = QRadioButton(name)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        button.setToolTip(name)
        button.setAccessibleName(f"{name} — {told}")
        button.installEventFilter(self)
        button.clicked.connect(lambda: self._take(candidate))
        self._group.addButton(button)
        self.offers.append((candidate, button))
        widget = QWidget()
        lines = column(widget, spacing=0)
        lines.addWidget(button)
        beneath = row(margins=(0, 0, 0, 2))
        beneath.addSpacing(_INDENT_PX)
        beneath.addWidget(plain_label(told, "secondary", wrap=True), 1)
        lines.addLayout(beneath)
        return widget

    def _take(self, candidate: CrsCandidate) -> None:
        self.other.offer()
        self.chosen.emit(candidate.crs, candidate.swapped)

    def _take_other(self, crs: Crs) -> None:
        if not crs.is_known:
            return
        self._group.setExclusive(False)
        for _candidate, button in self.offers:
            button.setChecked(False)
        self._group.setExclusive(True)
        self.chosen.emit(crs, False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        looked = {QEvent.Type.Enter, QEvent.Type.FocusIn}
        left = {QEvent.Type.Leave, QEvent.Type.FocusOut}
        if event.type() in looked | left:
            found = next((c for c, button in self.offers if button is watched), None)
            if found is not None and event.type() in looked:
                self.shown.emit(found.crs, found.swapped)
            else:
                self.shown.emit(UNKNOWN, False)
        return super().eventFilter(watched, event)


def _different(candidates: Iterable[CrsCandidate]) -> list[CrsCandidate]:
    """Return the best guesses, each system and order of axes once."""
    found: dict[tuple[str, bool], CrsCandidate] = {}
    for candidate in candidates:
        found.setdefault((candidate.crs.definition, candidate.swapped), candidate)
    return list(found.values())[:MOST_OFFERED]


def _parted(found: list[CrsCandidate]) -> tuple[list[CrsCandidate], list[CrsCandidate]]:
    """Return the guesses to show, and those to show when asked for: the best is always shown."""
    likely = [one for one in found if one is found[0] or one.confidence >= HARDLY_LIKELY]
    return likely, [one for one in found if one not in likely]

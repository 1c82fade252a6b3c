"""Many layers that arrived: what is ready, what is to be decided, what cannot be read.

One line each; one decision may hold for all that ask the same. The page is kept and follows what
arrives: only lines that are new or have changed are made.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from emadina_gis.app.controls import clear, column, plain_label
from emadina_gis.app.doctor.crs_section import CrsSection
from emadina_gis.app.doctor.progress_card import ProgressCard
from emadina_gis.app.doctor.summary_line import SummaryLine
from emadina_gis.app.doctor.telling import line_of, listed
from emadina_gis.workflows.diagnosis import ImportCandidate, Standing
from emadina_gis.workflows.intake import Intake

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QCheckBox, QLabel

    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.crs import Crs

_TITLES = {
    Standing.TO_DECIDE: "doctor.group.to-decide",
    Standing.READY: "doctor.group.ready",
    Standing.UNREADABLE: "doctor.group.unreadable",
}
_LOOKS = {
    Standing.TO_DECIDE: "amber",
    Standing.READY: "accentbold",
    Standing.UNREADABLE: "error",
}
#: Lines of a group beyond which the rest is counted.
MOST_LINES = 60
#: Lines made in one turn of the event loop; the others follow.
LINES_AT_ONCE = 6


class SummaryPage(QWidget):
    """What arrived, grouped.

    Signals
    -------
    opened(str)
        The layer of a key is to be looked at.
    wanted(str, bool)
        A layer is to be added or not.
    crs_shown(list, Crs, bool), crs_chosen(list, Crs, bool)
        A system for several layers is looked at, or chosen.
    stop_asked(), resume_asked()
        Read no further; go on.
    """

    opened = Signal(str)
    wanted = Signal(str, bool)
    crs_shown = Signal(object, object, bool)
    crs_chosen = Signal(object, object, bool)
    stop_asked = Signal()
    resume_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._intake = Intake()
        self._lines: dict[str, SummaryLine] = {}
        self._alike: tuple[tuple[str, ...], ...] = ()
        self.shared: list[CrsSection] = []
        content = column(self, spacing=10)
        self.progress = ProgressCard(desk)
        self.progress.stop_asked.connect(self.stop_asked)
        self.progress.resume_asked.connect(self.resume_asked)
        content.addWidget(self.progress)
        self._cards: QVBoxLayout = column(spacing=10)
        self._titles: dict[Standing, QLabel] = {}
        self._rooms: dict[Standing, QVBoxLayout] = {}
        self._rests: dict[Standing, QLabel] = {}
        for standing in _TITLES:
            self._add_group(content, standing)
        self._left = plain_label("", "section", wrap=True)
        self._left_names = plain_label("", "secondary", wrap=True)
        content.addWidget(self._left)
        content.addWidget(self._left_names)
        self._builder = QTimer(self)
        self._builder.setSingleShot(True)
        self._builder.setInterval(0)
        self._builder.timeout.connect(self._build)

    @property
    def checks(self) -> dict[str, QCheckBox]:
        """The box of each line that is made, by key."""
        return {key: line.check for key, line in self._lines.items()}

    @property
    def is_complete(self) -> bool:
        """Whether all lines are made."""
        return not self._builder.isActive()

    def show_intake(self, intake: Intake, at_work: Path | None) -> None:
        """Follow what arrived and what was decided."""
        self._intake = intake
        self.progress.show_intake(intake, at_work)
        self._show_left_out()
        self._drop_lines()
        for standing, title in self._titles.items():
            count = len(intake.standing_as(standing))
            title.setText(self._desk.words.plural(_TITLES[standing], count))
            title.setVisible(count > 0)
            rest = max(count - MOST_LINES, 0)
            self._rests[standing].setText(self._desk.words.plural("doctor.more-layers", rest))
            self._rests[standing].setVisible(rest > 0)
        self._show_shared()
        self._build()

    # --- lines --------------------------------------------------------------------------------

    def _add_group(self, content: QVBoxLayout, standing: Standing) -> None:
        title = self._titles[standing] = plain_label("", _LOOKS[standing], wrap=True)
        content.addWidget(title)
        if standing is Standing.TO_DECIDE:
            content.addLayout(self._cards)
        room = self._rooms[standing] = column(spacing=8)
        content.addLayout(room)
        rest = self._rests[standing] = plain_label("", "secondary", wrap=True)
        content.addWidget(rest)

    def _shown(self) -> dict[str, tuple[ImportCandidate, Standing]]:
        """Return the layers that have a line, by key, in order."""
        found = {}
        for standing in _TITLES:
            for item in self._intake.standing_as(standing)[:MOST_LINES]:
                found[item.key] = (item, standing)
        return found

    def _drop_lines(self) -> None:
        """Take away the lines of layers that are gone or stand elsewhere now."""
        shown = self._shown()
        for key, line in list(self._lines.items()):
            if key not in shown or shown[key][1] is not line.standing:
                del self._lines[key]
                line.hide()
                line.setParent(None)
                line.deleteLater()

    def _build(self) -> None:
        """Make some of the lines that are not there, and bring the others up to date."""
        made = 0
        for key, (item, standing) in self._shown().items():
            told = line_of(self._intake, item, self._desk.words)
            if key in self._lines:
                self._lines[key].say(told)
            elif made < LINES_AT_ONCE:
                self._rooms[standing].addWidget(self._line(item, standing, told))
                made += 1
            else:
                self._builder.start()
                return

    def _line(self, item: ImportCandidate, standing: Standing, told: str) -> SummaryLine:
        line = SummaryLine(self._desk, item, standing, told)
        line.check.setChecked(self._intake.is_wanted(item))
        line.check.toggled.connect(lambda on: self.wanted.emit(item.key, on))
        line.open.clicked.connect(lambda: self.opened.emit(item.key))
        self._lines[item.key] = line
        return line

    # --- one decision for all -----------------------------------------------------------------

    def _show_shared(self) -> None:
        """Offer one system for layers with the same best guess, once all are read."""
        groups = () if self._intake.is_reading else self._intake.alike_in_crs()
        several = [group for group in groups if len(group) > 1]
        alike = tuple(tuple(item.key for item in group) for group in several)
        if alike == self._alike:
            return
        self._alike = alike
        self.shared = []
        clear(self._cards)
        for group in several:
            self._cards.addWidget(self._shared_card(group))

    def _shared_card(self, group: tuple[ImportCandidate, ...]) -> QWidget:
        card = QFrame()
        card.setObjectName("card")
        content = column(card, spacing=6, margins=(12, 10, 12, 12))
        told = self._desk.words.plural("doctor.crs.for-all", len(group))
        content.addWidget(plain_label(told, "bold", wrap=True))
        keys = [item.key for item in group]
        section = CrsSection(self._desk, group[0].crs_candidates)
        section.shown.connect(lambda crs, turned: self.crs_shown.emit(keys, crs, turned))
        section.chosen.connect(partial(self._take_shared, keys))
        self.shared.append(section)
        content.addWidget(section)
        return card

    def _take_shared(self, keys: list[str], crs: Crs, swapped: bool) -> None:
        self.crs_chosen.emit(keys, crs, swapped)

    def _show_left_out(self) -> None:
        left = self._intake.left_out
        words = self._desk.words
        self._left.setText(words.plural("doctor.left-out", len(left)))
        self._left_names.setText(listed([one.path for one in left], words))
        for label in (self._left, self._left_names):
            label.setVisible(bool(left))
            label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)

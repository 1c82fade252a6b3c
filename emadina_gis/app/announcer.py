"""``Announcer``: tells a screen reader what happened elsewhere than where the keys are.

Owns when something is said: work done, errors, how much is selected, which scenario is shown, what
was undone. Says sentences that the window shows as well; knows no panel.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from emadina_gis.app.desk import Desk

#: Selections that follow each other faster are said once.
SETTLING_MS = 350
#: Work that took less is not worth a sentence.
WORTH_SAYING_S = 1.0


def announce(widget: QWidget, text: str, *, urgent: bool = False) -> None:
    """Let a screen reader say a sentence; an urgent one cuts what is being said."""
    event = QAccessibleAnnouncementEvent(widget, text)
    if urgent:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)


class Announcer(QObject):
    """Says sentences; `said` carries each with whether it was urgent."""

    said = Signal(str, bool)

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._count = desk.view.selected_count
        self._scenario = desk.results.scenario_id
        self._begun: dict[str, float] = {}
        self._settle = QTimer(self, interval=SETTLING_MS, singleShot=True)
        self._settle.timeout.connect(self._say_selection)
        desk.notices.shown.connect(self._on_notice)
        desk.watch_view(self, lambda view: view.selection, lambda _value: self._settle.start())
        desk.watch_view(self, lambda view: view.active_scenario_id, lambda _id: self._on_scenario())
        desk.jobs.changed.connect(self._on_jobs)

    def say(self, text: str, *, urgent: bool = False) -> None:
        """Say a sentence; an urgent one cuts what is being said."""
        if not text.strip():
            return
        announce(self._window, text, urgent=urgent)
        self.said.emit(text, urgent)

    def say_key(self, key: str, **params: object) -> None:
        """Say a sentence of ``words``."""
        self.say(self._desk.speech.text(key, **params))

    def _on_notice(self, text: str) -> None:
        self.say(text, urgent=self._desk.notices.objectName() == "trouble")

    def _say_selection(self) -> None:
        count = self._desk.view.selected_count
        if count != self._count or count:
            self.say(
                self._desk.speech.plural("selection.features", count)
                if count
                else self._desk.speech.text("announce.nothing-selected")
            )
        self._count = count

    def _on_scenario(self) -> None:
        active = self._desk.results.scenario_id
        if active == self._scenario or not active:
            return
        self._scenario = active
        names = {scenario.id: scenario.name for scenario in self._desk.project.scenarios}
        name = names.get(active) or self._desk.speech.text("scenario.reference")
        self.say_key("announce.scenario", name=name)

    def _on_jobs(self) -> None:
        now = time.monotonic()
        running = {job.title for job in self._desk.jobs.shown}
        for title in running - set(self._begun):
            self._begun[title] = now
        for title in set(self._begun) - running:
            if now - self._begun.pop(title) >= WORTH_SAYING_S:
                self.say_key("announce.ended", job=self._desk.speech.text(title))

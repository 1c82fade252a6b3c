"""How far reading is: the file at work, how many of how many, stop; or what a stop left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.app.doctor.telling import listed

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.app.desk import Desk
    from emadina_gis.workflows.intake import Intake


class ProgressCard(QFrame):
    """Shown while files wait; `stop_asked` and `resume_asked` are its two buttons."""

    stop_asked = Signal()
    resume_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setObjectName("note")
        self._what = plain_label("", wrap=True)
        self._names = plain_label("", "secondary", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._counted = plain_label("", "secondary")
        self._going = QWidget()
        line = row(self._going, spacing=8)
        line.addWidget(self._counted, 1)
        line.addWidget(desk.voice.button("doctor.stop", self.stop_asked.emit))
        self._resume = desk.voice.button("doctor.resume", self.resume_asked.emit)
        lines = column(self, spacing=6, margins=(12, 10, 12, 10))
        for widget in (self._what, self._bar, self._names, self._going, self._resume):
            lines.addWidget(widget)

    def show_intake(self, intake: Intake, at_work: Path | None) -> None:
        """Follow the reading."""
        words, waiting = self._desk.words, intake.waiting
        self.setVisible(bool(waiting))
        if not waiting:
            return
        for widget in (self._bar, self._going):
            widget.setVisible(not intake.stopped)
        for widget in (self._names, self._resume):
            widget.setVisible(intake.stopped)
        if intake.stopped:
            self._what.setText(words.plural("doctor.stopped", len(waiting)))
            self._names.setText(listed(waiting, words))
            return
        done = intake.total - len(waiting)
        name = at_work.name if at_work is not None else "…"
        self._what.setText(words.text("doctor.reading", name=name))
        self._bar.setRange(0, max(intake.total, 1))
        self._bar.setValue(done)
        self._counted.setText(words.text("doctor.progress", done=done, total=intake.total))

"""``GivingBack``: after large work the memory that it freed goes back to the system.

Looks now and then whether the process has grown since the last time, or another project came, and
gives back when no job runs, as a job: the window does not wait. Knows no panel.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from emadina_gis.io.given_back import give_back
from emadina_gis.io.worker.limits import resident_bytes

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk

LOOK_MS = 1_000
#: Growth that is worth it: less is soon used again.
GROWN_BYTES = 64_000_000


class GivingBack(QObject):
    """Gives memory back while its parent lives."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._resident = 0
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        desk.watch(self, lambda project: project.id, lambda _id: self._on_project())
        self._is_due = False  # the first project comes with the window

    def look(self) -> None:
        """Give back where it is worth it and nothing else is to be done."""
        if self._desk.jobs.is_busy:
            return
        if not self._is_due and resident_bytes() < self._resident + GROWN_BYTES:
            return
        if self._is_due:
            gc.collect()  # what was closed may hold itself
        self._is_due = False
        self._desk.jobs.submit(lambda _ctx: self._give_back())

    def _give_back(self) -> None:
        give_back()
        self._resident = resident_bytes()

    def _on_project(self) -> None:
        """Another project is there: what the last one held is free soon."""
        self._is_due = True
        self._timer.start()  # not before the window shows it

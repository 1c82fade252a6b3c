"""``Collecting``: Python looks for forgotten cycles on the main thread, a little at a time.

Left alone, Python does it on whatever thread allocates next, over every object there is: that held
the lock for 60 ms and more, and on the thread of a job it ended widgets, which Qt allows on the
main thread only. Here the objects of the start are set aside, young ones are looked at a few times
a second, and all that came since the start now and then. What is set aside is looked at when the
person is busy in another program. Owns the collector of the process while a window lives.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

TICK_MS = 250
#: Young objects that are worth a look, and so many that a look would be felt: most of those are
#: gone by themselves soon.
FEWEST, MOST = 2_000, 150_000
#: Looks that are put off while there are so many.
PATIENCE = 40
WHOLE_EVERY_S = 10.0
#: The other program has had the keyboard for so long.
AWAY_MS = 2_000


class Collecting(QObject):
    """Collects while its parent lives; Python's own collector rests."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._put_off = 0
        self._whole_s = time.monotonic()
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self._away = QTimer(self, interval=AWAY_MS, singleShot=True)
        self._away.timeout.connect(self.look_at_everything)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._on_state)
        parent.destroyed.connect(give_back)

    def look(self) -> None:
        """Collect what is young; now and then all that is not set aside."""
        young = gc.get_count()[0]
        if young < FEWEST:
            return
        if young > MOST and self._put_off < PATIENCE:
            self._put_off += 1
            return
        self._put_off = 0
        if time.monotonic() - self._whole_s < WHOLE_EVERY_S:
            gc.collect(1)
            return
        gc.collect()
        self._whole_s = time.monotonic()

    def look_at_everything(self) -> None:
        """Collect all there is, what was set aside too: nobody waits."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()

    def _on_state(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._away.stop()
        else:
            self._away.start()


def give_back(_parent: object = None) -> None:
    """Let Python collect by itself again."""
    gc.unfreeze()
    gc.enable()

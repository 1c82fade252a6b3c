"""The short movement of a zoom: some frames towards the wanted view, 120 ms at most.

Whoever has the picture of the wanted view ends it sooner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QObject, QPointF, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.domain.viewport import Viewport

DURATION_MS = 110
STEP_MS = 15
#: Property of the application: nothing glides.
REDUCED = "reduced_motion"


def is_reduced() -> bool:
    """Whether the person wants no movement, only its end."""
    application = QCoreApplication.instance()
    return application is not None and bool(application.property(REDUCED))


class ZoomMotion(QObject):
    """Moves the view to a magnification about a fixed place; steps while moving add up."""

    def __init__(self, parent: QObject, move: Callable[[Viewport], None]) -> None:
        super().__init__(parent)
        self._move = move
        self._from: Viewport | None = None
        self._factor = 1.0
        self._at = QPointF()
        self._duration_ms = DURATION_MS
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=STEP_MS)
        self._timer.timeout.connect(self._step)

    @property
    def is_running(self) -> bool:
        """Whether the view is moving."""
        return self._timer.isActive()

    @property
    def target(self) -> Viewport | None:
        """The view that a movement under way ends in."""
        return None if self._from is None else self._at_part(1.0, self._from)

    def zoom(self, viewport: Viewport, factor: float, at: QPointF) -> None:
        """Magnify by a factor about a position; what is left of a running step is kept."""
        left = 1.0
        if self.is_running and self._from is not None:
            left = self._factor * viewport.units_per_px / self._from.units_per_px
        self._from, self._factor, self._at = viewport, left * factor, at
        self._clock.start()
        self._timer.start()
        self._duration_ms = STEP_MS if is_reduced() else DURATION_MS
        self._step()

    def stop(self) -> None:
        """Stay where the view is."""
        self._timer.stop()
        self._from = None

    def end(self) -> None:
        """Go to the end of the movement now."""
        target = self.target
        self.stop()
        if target is not None:
            self._move(target)

    def _step(self) -> None:
        if self._from is None:
            return
        part = (self._clock.elapsed() + STEP_MS) / self._duration_ms
        if part >= 1.0:
            self.end()
        else:
            self._move(self._at_part(1 - (1 - part) ** 2, self._from))

    def _at_part(self, part: float, start: Viewport) -> Viewport:
        return start.zoomed(self._factor**part, self._at.x(), self._at.y())

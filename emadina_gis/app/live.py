"""``Live``: what a change would give, shown while it is being dragged; one command at its end.

Owns the pace. A preview is computed in the background and the next one begins when the map shows
it: the newest wish wins, those between are never computed. Where it lags, it says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from emadina_gis.app.jobs_qt import QtRunner
from emadina_gis.errors import EmadinaError
from emadina_gis.session.jobs import NewestWins

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.results import Pair
    from emadina_gis.progress import Context
    from emadina_gis.project import Project
    from emadina_gis.session.command import Command

#: A preview that is not on the map after this time is said to lag.
LATE_MS = 120
#: The next preview does not wait longer for the map.
LONGEST_WAIT_MS = 300


class Live(QObject):
    """Previews of commands.

    Signals
    -------
    lagging_changed(bool)
        What is shown is behind what is wished.
    """

    lagging_changed = Signal(bool)

    def __init__(self, desk: Desk, frame_drawn: SignalInstance, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._runner = QtRunner(self, threads=1)
        self._newest = NewestWins(self._runner)
        self._wished: Command | None = None
        self._running = False
        self.is_lagging = False
        self._late = self._timer(LATE_MS, lambda: self._say_lagging(True))
        self._wait = self._timer(LONGEST_WAIT_MS, self._on_shown)
        frame_drawn.connect(self._on_frame)
        desk.results.changed.connect(self._on_results)

    def _timer(self, interval_ms: int, slot: object) -> QTimer:
        timer = QTimer(self, interval=interval_ms, singleShot=True)
        timer.timeout.connect(slot)
        return timer

    def show(self, command: Command) -> None:
        """Show what a command would give; nothing is recorded."""
        self._wished = command
        if not self._late.isActive() and not self.is_lagging:
            self._late.start()
        if not self._running:
            self._next()

    def commit(self, command: Command) -> bool:
        """Execute a command: the previews end, what it gives stays."""
        self.stop()
        done = self._desk.do(command)
        self._desk.results.end_preview()  # where the command changed nothing, or failed
        return done

    def stop(self) -> None:
        """Begin no further preview."""
        self._wished = None
        self._newest.cancel()
        self._rest()

    def shut_down(self) -> None:
        """Show no more previews."""
        self.stop()
        self._runner.stop()

    def _rest(self) -> None:
        self._running = False
        self._wait.stop()
        self._late.stop()
        self._say_lagging(False)

    def _next(self) -> None:
        command, self._wished = self._wished, None
        if command is None:
            self._rest()
            return
        results = self._desk.results
        try:
            project = command.apply(self._desk.project)
        except EmadinaError:
            self._rest()  # the command itself says why, at its end
            return
        self._running = True
        scenario_id = results.scenario_id

        def work(ctx: Context) -> Pair:
            return results.preview_of(project, scenario_id, ctx)

        self._newest.submit(
            work, done=lambda pair: self._take(project, pair), failed=self._on_failed
        )

    def _take(self, project: Project, pair: Pair) -> None:
        self._wait.start()
        self._desk.results.show_preview(project, pair)

    def _on_failed(self, error: Exception) -> None:
        self._rest()
        if not isinstance(error, EmadinaError):
            raise error

    def _on_frame(self) -> None:
        if self._wait.isActive():
            self._on_shown()

    def _on_shown(self) -> None:
        self._wait.stop()
        self._running = False
        self._next()

    def _on_results(self) -> None:
        """End where something else than a preview is shown: a command, an undo, another project."""
        if self._running and not self._desk.results.is_preview:
            self.stop()

    def _say_lagging(self, lagging: bool) -> None:
        if lagging != self.is_lagging:
            self.is_lagging = lagging
            self.lagging_changed.emit(lagging)

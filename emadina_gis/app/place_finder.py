"""Searching in the background: the index of names follows the project, the newest question wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from emadina_gis.app.jobs_qt import QtRunner
from emadina_gis.session.jobs import NewestWins
from emadina_gis.workflows.places import Place, PlaceIndex, find_places

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from emadina_gis.app.desk import Desk
    from emadina_gis.progress import Context

#: The index is made when the layers have been still for so long: opening has other work first.
STILL_MS = 1_200


class PlaceFinder(QObject):
    """Finds places on a thread of its own.

    Signals
    -------
    found(str, tuple of Place)
        What was asked, and what it may mean.
    """

    found = Signal(str, object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._index = PlaceIndex()
        self._runner: QtRunner | None = None
        self._indexing: NewestWins | None = None
        self._asking: NewestWins | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STILL_MS)
        self._timer.timeout.connect(self._index_soon)
        desk.watch(self, lambda project: project.layers, lambda _layers: self._timer.start())

    def _start(self) -> tuple[NewestWins, NewestWins]:
        """Return what indexes and what asks; the thread of both is made when it is needed."""
        if self._runner is None or self._indexing is None or self._asking is None:
            self._runner = QtRunner(self, threads=1)
            self._indexing, self._asking = NewestWins(self._runner), NewestWins(self._runner)
        return self._indexing, self._asking

    @property
    def index(self) -> PlaceIndex:
        """The names that are known now."""
        return self._index

    def ask(self, text: str) -> None:
        """Look for a text; `found` tells."""
        project, index = self._desk.project, self._index

        def work(ctx: Context) -> tuple[PlaceIndex, tuple[Place, ...]]:
            known = index.updated(project, ctx)
            return known, find_places(text, project, known, ctx)

        def done(answer: tuple[PlaceIndex, tuple[Place, ...]]) -> None:
            self._index = answer[0]
            self.found.emit(text, answer[1])

        indexing, asking = self._start()
        indexing.cancel()
        asking.submit(work, done=done)

    def forget(self) -> None:
        """Ask nothing any more."""
        if self._asking is not None:
            self._asking.cancel()

    def follow(self, window: QWidget) -> None:
        """Stop working when the window is closed."""
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide and not event.spontaneous():
            self._stop()
        return super().eventFilter(watched, event)

    def _stop(self) -> None:
        self._timer.stop()
        if self._runner is not None:
            self._runner.stop()
            self._runner.deleteLater()
            self._runner = None

    def _index_soon(self) -> None:
        project, index = self._desk.project, self._index
        self._start()[0].submit(lambda ctx: index.updated(project, ctx), done=self._take)

    def _take(self, index: PlaceIndex) -> None:
        self._index = index

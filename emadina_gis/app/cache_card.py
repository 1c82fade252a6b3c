"""What the cache holds, said in the settings, and the button that empties it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from emadina_gis.app.controls import column, plain_label
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from emadina_gis.app.desk import Desk

_MB = 1_000_000


class CacheCard(QWidget):
    """How much is kept of what was opened; looked up in the background when it is shown."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._size = 0
        lines = column(self, spacing=6)
        self.held = plain_label("", "secondary", wrap=True)
        self.empty_button = desk.voice.button("cache.empty", self.empty, icon="trash-2")
        lines.addWidget(self.held)
        hint = desk.voice.label("cache.hint", "secondary")
        hint.setWordWrap(True)
        lines.addWidget(hint)
        lines.addWidget(self.empty_button)
        desk.speech.changed.connect(self._say)
        self._say()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()

    def look(self) -> None:
        """Find out how large the cache is."""
        cache = self._desk.reader.cache
        self._desk.jobs.submit(lambda _ctx: cache.size, done=self._take)

    def empty(self) -> None:
        """Remove all that is kept; data and projects stay as they are."""
        cache = self._desk.reader.cache
        self._desk.jobs.submit(lambda _ctx: cache.empty(), done=self._on_emptied)

    def _on_emptied(self, freed: int) -> None:
        size = self._desk.words.quantity(freed / _MB, "mb")
        self._desk.notices.done(Phrase("cache.emptied", {"size": size}))
        self.look()

    def _take(self, size: int) -> None:
        self._size = size
        self._say()

    def _say(self) -> None:
        words = self._desk.words
        size = words.quantity(self._size / _MB, "mb")
        self.held.setText(words.text("cache.held", size=size))
        self.empty_button.setEnabled(self._size > 0)

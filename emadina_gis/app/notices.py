"""``Notices``: what happened and what to do next, shown in place under the top bar.

Errors of work and of commands come here as values; sentences are the words'. No modal dialog.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from emadina_gis.app.controls import Voice, clear, column, plain_label, repolish, row
from emadina_gis.errors import EmadinaError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.session.phrase import Phrase
    from emadina_gis.words import Words

DONE_MS = 6_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Offer:
    """A way out: the key of its words, and what it does."""

    key: str
    callback: Callable[[], object]


class Notices(QFrame):
    """One line or two above the map: an error until it is closed, a success for some seconds."""

    shown = Signal(str)

    def __init__(self, voice: Voice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._voice = voice
        self._again: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.setObjectName("note")
        self._what = plain_label("", "bold", wrap=True)
        self._next = plain_label("", "muted", wrap=True)
        self._offers = row(spacing=4)
        line = row(self, margins=(12, 8, 8, 8))
        texts = column(spacing=2)
        texts.addWidget(self._what)
        texts.addWidget(self._next)
        line.addLayout(texts, 1)
        line.addLayout(self._offers)
        line.addWidget(voice.tool("notice.close", "x", self.hide), 0, Qt.AlignmentFlag.AlignTop)
        voice.speech.changed.connect(self._say_again)
        self.hide()

    @property
    def text(self) -> str:
        """What is said now."""
        return f"{self._what.text()} {self._next.text()}".strip()

    def error(self, error: Exception, *offers: Offer) -> None:
        """Say what happened and what to do; an unexpected error is said as one."""
        if not isinstance(error, EmadinaError):
            raise error

        def say() -> None:
            what, following = self._voice.speech.words.error(error)
            self._put(what, following, "trouble", offers)

        _log.info("shown to the person: %s", error.code)
        self._timer.stop()
        self._say(say)

    def done(self, phrase: Phrase, *offers: Offer) -> None:
        """Say that something was done, for some seconds."""

        def say() -> None:
            self._put(phrase.said(self._voice.speech.words), "", "note", offers)

        self._say(say)
        self._timer.start(DONE_MS)

    def tell(
        self, phrase: Phrase, following: Phrase | Problem | None = None, *offers: Offer
    ) -> None:
        """Say something that stays until it is closed, and what follows or was found."""

        def say() -> None:
            words = self._voice.speech.words
            self._put(phrase.said(words), _said(following, words), "note", offers)

        self._timer.stop()
        self._say(say)

    def _say(self, say: Callable[[], None]) -> None:
        self._again = say
        say()
        self.show()
        self.shown.emit(self.text)

    def _say_again(self) -> None:
        if self.isVisible() and self._again is not None:
            self._again()

    def _put(self, what: str, following: str, look: str, offers: tuple[Offer, ...]) -> None:
        self._what.setText(what)
        self._next.setText(following)
        self._next.setVisible(bool(following))
        self.setObjectName(look)
        for widget in (self, self._what, self._next):
            repolish(widget)
        clear(self._offers)
        for offer in offers:
            self._offers.addWidget(self._offer(offer))

    def _offer(self, offer: Offer) -> QPushButton:
        def taken() -> None:
            self.hide()
            offer.callback()

        return self._voice.button(offer.key, taken)


def _said(following: Phrase | Problem | None, words: Words) -> str:
    if isinstance(following, Problem):
        return words.problem(following)[0]
    return "" if following is None else following.said(words)

"""``Desk``: what every panel works with; and watches that end with the widget that asked.

Owns nothing but the references; made once per window.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from emadina_gis.app.turns import Turns
from emadina_gis.errors import EmadinaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from emadina_gis.app.controls import Voice
    from emadina_gis.app.jobs_qt import QtRunner
    from emadina_gis.app.notices import Notices
    from emadina_gis.app.plan_lookup import PlanLookup
    from emadina_gis.app.preferences import Preferences
    from emadina_gis.app.results import Results
    from emadina_gis.app.speech import Speech
    from emadina_gis.app.theme import Theme
    from emadina_gis.io.cache import CachedReader
    from emadina_gis.project import Project
    from emadina_gis.session.command import Command
    from emadina_gis.session.store import Store
    from emadina_gis.session.view_state import View, ViewState
    from emadina_gis.words import Words

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """The store, the view, and the services of a window."""

    store: Store
    view: ViewState
    voice: Voice
    preferences: Preferences
    jobs: QtRunner
    results: Results
    notices: Notices
    plan: PlanLookup
    reader: CachedReader
    turns: Turns = field(default_factory=Turns)

    @property
    def speech(self) -> Speech:
        """The words in use."""
        return self.voice.speech

    @property
    def words(self) -> Words:
        """The catalogue of the language in use."""
        return self.voice.speech.words

    @property
    def theme(self) -> Theme:
        """The colours in use."""
        return self.voice.theme

    @property
    def project(self) -> Project:
        """The project as it is."""
        return self.store.project

    def do(self, command: Command) -> bool:
        """Execute a command; what makes it fail is told in place. False where it failed."""
        try:
            self.store.execute(command)
        except EmadinaError as error:
            self.notices.error(error)
            return False
        return True

    def watch(
        self, owner: QObject, part: Callable[[Project], T], handler: Callable[[T], None]
    ) -> None:
        """Watch a part of the project while `owner` lives, and look at it now."""
        _while_lives(owner, self.store.watch(part, handler))
        handler(part(self.store.project))

    def watch_view(
        self, owner: QObject, part: Callable[[View], T], handler: Callable[[T], None]
    ) -> None:
        """Watch a part of the view while `owner` lives, and look at it now."""
        _while_lives(owner, self.view.watch(part, handler))
        handler(part(self.view.view))


def _while_lives(owner: QObject, unwatch: Callable[[], None]) -> None:
    def end(_owner: object = None) -> None:
        unwatch()

    owner.destroyed.connect(end)

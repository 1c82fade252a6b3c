"""``Preferences``: the settings in use, saved at each change, and the window's own memory.

The window's memory (sizes, collapsed panels) is one JSON text in the settings. Knows no
panel.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from PySide6.QtCore import QObject, Signal

from emadina_gis.errors import Problem, SettingsError
from emadina_gis.session.settings import Settings, load_settings, save_settings

_log = logging.getLogger(__name__)


class Preferences(QObject):
    """Settings with a signal; what cannot be saved is told, and kept until the end."""

    changed = Signal()
    unsaved = Signal(object)

    def __init__(self, parent: QObject | None = None, *, language: str = "") -> None:
        super().__init__(parent)
        self._asked_language = language
        loaded = load_settings()
        self._settings = loaded.settings
        self.problems: tuple[Problem, ...] = loaded.problems

    @property
    def settings(self) -> Settings:
        """The settings in use."""
        return self._settings

    @property
    def language(self) -> str:
        """The language asked for at this start, until another is chosen; else the settings'."""
        return self._asked_language or self._settings.shown_language

    def change(self, **values: object) -> None:
        """Change some settings and save them."""
        if "language" in values:
            self._asked_language = ""
        settings = self._settings
        for name, value in values.items():
            settings = settings.with_value(name, value)
        self.take(settings)

    def take(self, settings: Settings) -> None:
        """Use other settings and save them."""
        if settings == self._settings:
            return
        self._settings = settings
        try:
            save_settings(settings)
        except SettingsError as error:
            _log.info("settings not saved: %s", error.code)
            self.unsaved.emit(error)
        self.changed.emit()

    def recall(self, name: str, default: Any = None) -> Any:
        """Return what the window remembers under a name."""
        return self._memory().get(name, default)

    def remember(self, **values: object) -> None:
        """Keep values for the next start."""
        self.change(window=json.dumps({**self._memory(), **values}, sort_keys=True))

    def _memory(self) -> dict[str, Any]:
        try:
            memory = json.loads(self._settings.window or "{}")
        except json.JSONDecodeError:
            return {}
        return memory if isinstance(memory, dict) else {}

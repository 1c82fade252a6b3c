"""``Speech``: the words of the moment, and the signal that the language has changed.

Owns the language of the window and the setters that were given a sentence. Knows no panel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Qt, Signal

from emadina_gis.words import Words, load_words

if TYPE_CHECKING:
    from emadina_gis.domain.layer import Title

Setter = Callable[[str], object]
#: How numbers are typed and shown in fields of numbers: Morocco's own in French and Arabic.
_LOCALES = {"fr": "fr_MA", "ar": "ar_MA", "en": "en_GB"}


@dataclass(frozen=True)
class _Said:
    setter: Setter
    key: str


class Speech(QObject):
    """The words that the window speaks; `changed` tells every widget to say them again."""

    changed = Signal()

    def __init__(self, language: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = load_words(language)
        self._said: dict[int, list[_Said]] = {}

    @property
    def words(self) -> Words:
        """The catalogue of the language in use."""
        return self._words

    @property
    def language(self) -> str:
        """``"fr"``, ``"ar"`` or ``"en"``."""
        return self._words.language

    @property
    def locale(self) -> QLocale:
        """How fields of numbers write them in this language; digits are always Western."""
        return QLocale(_LOCALES[self.language])

    @property
    def direction(self) -> Qt.LayoutDirection:
        """The direction of the layout in this language."""
        rtl = self._words.is_rtl
        return Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight

    def set_language(self, language: str) -> None:
        """Speak another language from now on."""
        if language == self.language:
            return
        self._words = load_words(language)
        for said in [item for items in self._said.values() for item in items]:
            said.setter(self._words.text(said.key))
        self.changed.emit()

    def text(self, key: str, **params: object) -> str:
        """Return a sentence in the language of the moment."""
        return self._words.text(key, **params)

    def plural(self, key: str, n: int, **params: object) -> str:
        """Return a plural form in the language of the moment."""
        return self._words.plural(key, n, **params)

    def title(self, title: Title) -> str:
        """Return a title in the language of the moment, in French where it has none."""
        return title.text(self.language) or title.fr

    def bind(self, owner: QObject, key: str, *setters: Setter) -> None:
        """Give setters a sentence, now and at each change of language, while `owner` lives."""
        slot = id(owner)
        if slot not in self._said:
            self._said[slot] = []
            owner.destroyed.connect(lambda: self._said.pop(slot, None))
        for setter in setters:
            self._said[slot].append(_Said(setter, key))
            setter(self._words.text(key))

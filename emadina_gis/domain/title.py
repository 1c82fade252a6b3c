"""``Title``: a name in three languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Title:
    """A name in three languages; a name that a person typed is the same in all."""

    fr: str
    ar: str
    en: str

    @classmethod
    def plain(cls, text: str) -> Title:
        """Return a title that reads the same in every language."""
        return cls(text, text, text)

    def text(self, language: str) -> str:
        """Return the name in a language."""
        return {"fr": self.fr, "ar": self.ar, "en": self.en}[language]

    def reads(self, name: str) -> bool:
        """Whether this is the name in any of the languages."""
        return name in (self.fr, self.ar, self.en)

"""Texts of the page in each language, and the sentences that its script fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.words import LANGUAGES, load_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.domain.title import Title
    from emadina_gis.words import Words


def in_languages(say: Callable[[Words], str]) -> dict[str, str]:
    """Return a text in each language."""
    return {language: say(load_words(language)) for language in LANGUAGES}


def labelled(key: str) -> dict[str, str]:
    """Return an entry of the words in each language."""
    return in_languages(lambda words: words.text(key))


def titled(title: Title) -> dict[str, str]:
    """Return a title in each language."""
    return {language: title.text(language) for language in LANGUAGES}

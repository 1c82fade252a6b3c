"""Titles of layers that arrive: their name in the file; parts of a drawing in plain words."""

from __future__ import annotations

from emadina_gis.domain.title import Title
from emadina_gis.words import LANGUAGES, load_words
from emadina_gis.words.numbers import without_isolates

DRAWING = "DXF"


def layer_title(name: str, form: str) -> Title:
    """Return the title of a layer of a file of a format; its name in the file stays the same."""
    stem, _space, part = name.rpartition(" ")
    key = f"dxf-part.{part}"
    if form != DRAWING or not stem or not load_words("fr").has(key):
        return Title.plain(name)
    said = (load_words(language).text(key, name=stem) for language in LANGUAGES)
    return Title(*(without_isolates(text) for text in said))

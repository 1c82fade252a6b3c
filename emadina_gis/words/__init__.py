"""Every sentence, label, plural, number and unit, in Arabic, French and English; no Qt."""

from __future__ import annotations

from emadina_gis.words.catalogue import LANGUAGES, Words, load_words, system_language
from emadina_gis.words.numbers import NNBSP, format_number

__all__ = ["LANGUAGES", "NNBSP", "Words", "format_number", "load_words", "system_language"]

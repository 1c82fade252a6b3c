"""``Words``: the catalogue of one language, read from ``resources/words/*.toml``.

A key holds the three languages side by side, so that a missing one is seen at once. Plurals hold
the CLDR categories of each language (six in Arabic). Parameters are written ``{name}``.
"""

from __future__ import annotations

import locale
import os
import tomllib
from collections.abc import Mapping
from functools import cache
from numbers import Real
from typing import TYPE_CHECKING, Any, cast

from emadina_gis import paths
from emadina_gis.errors import EmadinaError
from emadina_gis.words.numbers import format_number, isolate_number, isolate_text
from emadina_gis.words.plurals import plural_category
from emadina_gis.words.units import unit_after

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.errors import Problem

LANGUAGES: tuple[str, ...] = ("fr", "ar", "en")
FALLBACK = "fr"
Entry = dict[str, str | dict[str, str]]


class Words:
    """Sentences, plurals, numbers and quantities in one language.

    Parameters
    ----------
    language : str
        ``"fr"``, ``"ar"`` or ``"en"``.
    entries : Mapping[str, Entry]
        Key → language → text (or plural forms).
    """

    def __init__(self, language: str, entries: Mapping[str, Entry]) -> None:
        self.language = language
        self._entries = entries

    @property
    def is_rtl(self) -> bool:
        """Whether the language runs right to left."""
        return self.language == "ar"

    def has(self, key: str) -> bool:
        """Whether the key exists."""
        return key in self._entries

    def text(self, key: str, /, **params: object) -> str:
        """Return the sentence of a key with its parameters filled in.

        Numbers are grouped and, in Arabic, numbers and foreign texts are isolated.

        Raises
        ------
        KeyError
            If the key does not exist: a bug, found by the tests.
        """
        return self._fill(cast("str", self._entries[key][self.language]), params)

    def plural(self, key: str, /, n: int, **params: object) -> str:
        """Return the plural form for `n`, which fills ``{n}``."""
        forms = cast("dict[str, str]", self._entries[key][self.language])
        form = forms.get(plural_category(n, self.language)) or forms["other"]
        return self._fill(form, {"n": n, **params})

    def number(self, value: float | None, decimals: int = 0, *, signed: bool = False) -> str:
        """Return a number; missing values give an en dash."""
        text = format_number(value, self.language, decimals, signed=signed)
        return isolate_number(text, self.language)

    def quantity(
        self, value: float | None, unit: str, decimals: int = 0, *, signed: bool = False
    ) -> str:
        """Return a number with its unit, such as ``612 m²``."""
        number = self.number(value, decimals, signed=signed)
        rounded = None if value is None else round(value, decimals)
        return f"{number}\u00a0{unit_after(rounded, unit, self.language)}"

    def span(self, low: float | None, high: float | None, unit: str, decimals: int = 0) -> str:
        """Return a range with its unit, such as ``796 à 1 960 m²``."""
        return self.text(
            "words.span",
            low=self.number(low, decimals),
            high=self.quantity(high, unit, decimals) if unit else self.number(high, decimals),
        )

    def unit(self, unit: str) -> str:
        """Return the label of a unit (``"m2"`` → ``m²`` or ``م²``); one we do not know as it is."""
        return unit_after(None, unit, self.language)

    def isolated(self, text: str) -> str:
        """Return foreign text (names, titles, codes) isolated where the language needs it."""
        return isolate_text(text, self.language)

    def error(self, error: EmadinaError) -> tuple[str, str]:
        """Return what happened and what to do next."""
        return self._what_next("error", error.code, error.params)

    def problem(self, problem: Problem) -> tuple[str, str]:
        """Return what was found and what to do about it."""
        params = {"where": problem.where, "count": problem.count, **problem.params}
        return self._what_next("problem", problem.code, params)

    def _what_next(self, kind: str, code: str, params: Mapping[str, Any]) -> tuple[str, str]:
        what = f"{kind}.{code}.what"
        following = f"{kind}.{code}.next"
        next_step = self._counted(following, params) if self.has(following) else ""
        return self._counted(what, params), next_step

    def _counted(self, key: str, params: Mapping[str, Any]) -> str:
        """Return a sentence, in the form that agrees with ``count`` where it has forms."""
        if isinstance(self._entries[key][self.language], str):
            return self.text(key, **params)
        return self.plural(key, n=int(params.get("count", 1)), **params)

    def _fill(self, template: str, params: Mapping[str, Any]) -> str:
        return template.format_map({key: self._shown(value) for key, value in params.items()})

    def _shown(self, value: object) -> str:
        if isinstance(value, EmadinaError):
            return self.error(value)[0]
        if isinstance(value, bool) or not isinstance(value, Real):
            text = str(value)
            return text if _is_isolated(text) else isolate_text(text, self.language)
        number = float(value)
        return self.number(number, 0 if number.is_integer() else 2)


def _is_isolated(text: str) -> bool:
    return text[:1] in {"\u2066", "\u2067", "\u2068"}


@cache
def load_words(language: str) -> Words:
    """Return the catalogue of a language (French when it is not one of ours)."""
    chosen = language if language in LANGUAGES else FALLBACK
    return Words(chosen, _entries())


@cache
def _entries() -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for path in sorted((paths.resources() / "words").glob("*.toml")):
        entries.update(read_entries(path))
    return entries


def read_entries(path: Path) -> dict[str, Entry]:
    """Return the flat key → languages mapping of one catalogue file."""
    with path.open("rb") as file:
        tree = tomllib.load(file)
    return dict(_flatten(tree, ""))


def _flatten(tree: Mapping[str, Any], prefix: str) -> list[tuple[str, Entry]]:
    found: list[tuple[str, Entry]] = []
    for name, value in tree.items():
        if not isinstance(value, Mapping):
            continue
        key = f"{prefix}{name}"
        if "fr" in value:
            found.append((key, {lang: value[lang] for lang in LANGUAGES if lang in value}))
        found.extend(_flatten({k: v for k, v in value.items() if k not in LANGUAGES}, f"{key}."))
    return found


def system_language() -> str:
    """Return the language of the system when it is one of ours, else French.

    The first variable that is set decides, as POSIX orders them; ``C`` and other languages are
    none of ours. Where none is set (Windows, an application bundle) the locale of the process does.
    """
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    name = next(filter(None, named), None) or locale.getlocale()[0] or ""
    code = name[:2].lower()
    return code if code in LANGUAGES else FALLBACK

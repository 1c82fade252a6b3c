"""Plural categories of our three languages (Unicode CLDR, cardinal rules)."""

from __future__ import annotations

_FEW = range(3, 11)
_MANY = range(11, 100)


def plural_category(n: int, language: str) -> str:
    """Return the CLDR cardinal category of a whole number.

    Source: Unicode CLDR, language plural rules (ar, fr, en).
    """
    count = abs(n)
    if language == "ar":
        return _arabic(count)
    if language == "fr":
        return "one" if count in {0, 1} else "other"
    return "one" if count == 1 else "other"


def _arabic(count: int) -> str:
    exact = {0: "zero", 1: "one", 2: "two"}
    if count in exact:
        return exact[count]
    rest = count % 100
    if rest in _FEW:
        return "few"
    return "many" if rest in _MANY else "other"

"""Numbers as planners of Morocco write them, and the isolation of numbers in Arabic text.

Groups are parted by U+202F (never a plain space: the bidirectional algorithm would reorder the
groups), the decimal sign is a comma in French and Arabic, digits are Western in all languages.
"""

from __future__ import annotations

import math
import re
import unicodedata

NNBSP = "\u202f"
LRM = "\u200e"
LRI = "\u2066"
RLI = "\u2067"
FSI = "\u2068"
PDI = "\u2069"
MINUS = "\u2212"
MISSING = "–"
_DECIMAL = {"fr": ",", "ar": ",", "en": "."}
_ISOLATES = re.compile("[\u2066-\u2069]")
_TURNING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")
_PIECES = re.compile("[\u2066-\u2069]|[^\u2066-\u2069]+")
_ARABIC_LETTER = re.compile("[\u0620-\u064a]")
#: Numbers parted by hyphens: a law, a decree, an article and its part.
_COMPOUND = re.compile(r"(?<![\w.-])\d+(?:[-\u2010-\u2013]\d+)+(?![\w-])")
#: Whether an isolate runs right to left; None where its text decides.
_DIRECTIONS: dict[str, bool | None] = {LRI: False, RLI: True, FSI: None}


def format_number(
    value: float | None, language: str, decimals: int = 0, *, signed: bool = False
) -> str:
    """Return a number with grouped digits.

    Parameters
    ----------
    value : float or None
        The number; None and NaN give an en dash: a missing value stays missing.
    language : str
        ``"fr"``, ``"ar"`` or ``"en"``.
    decimals : int
        Digits after the decimal sign.
    signed : bool
        Put a plus sign before positive numbers.
    """
    if value is None or not math.isfinite(value):
        return MISSING
    rounded = round(abs(float(value)), decimals)
    digits = f"{rounded:,.{decimals}f}".replace(",", NNBSP).replace(".", _DECIMAL[language])
    return _sign(value, rounded, signed=signed) + digits


def _sign(value: float, rounded: float, *, signed: bool) -> str:
    if rounded == 0:
        return ""
    if value < 0:
        return MINUS
    return "+" if signed else ""


def isolate_number(text: str, language: str) -> str:
    """Wrap a number in a left-to-right isolate where the language runs right to left."""
    return f"{LRI}{text}{PDI}" if language == "ar" else text


def isolate_text(text: str, language: str) -> str:
    """Wrap foreign text (a name, a title) in a first-strong isolate in Arabic sentences.

    Characters that would turn the direction of what follows, or are no characters at all, are
    written out: a name never changes how the sentence around it reads.
    """
    text = _TURNING.sub(lambda found: f"‹{ord(found[0]):04X}›", text)
    return f"{FSI}{text}{PDI}" if language == "ar" else text


def in_direction(text: str, language: str) -> str:
    """Wrap a text that may begin with a code (``B4 · سفلي + 4``) in its language's direction."""
    return f"{RLI}{text}{PDI}" if language == "ar" else text


def without_isolates(text: str) -> str:
    """Return the text without bidirectional isolates (for plain files and comparisons)."""
    return _ISOLATES.sub("", text)


def numbers_in_order(text: str) -> str:
    """Return an Arabic text whose compound numbers (law 12-90) keep their order.

    Beside Arabic letters a hyphen parts two numbers, and the second one would stand first.
    """
    if not _ARABIC_LETTER.search(text):
        return text
    return _COMPOUND.sub(lambda found: f"{LRI}{found[0]}{PDI}", text)


def directed_parts(text: str, *, rtl: bool) -> list[tuple[str, bool]]:
    """Return a text cut at its isolates, each part with whether it runs right to left.

    For papers whose readers show isolates badly: each part becomes a run with a direction of its
    own. In an isolate without direction that is the direction of the first strong character.
    """
    parts: list[tuple[str, bool]] = []
    directions: list[bool | None] = [rtl]
    for piece in _PIECES.findall(text):
        if piece == PDI:
            directions = directions[:-1] or directions
        elif piece in _DIRECTIONS:
            directions.append(_DIRECTIONS[piece])
        else:
            way = directions[-1]
            parts.append((piece, _starts_rtl(piece) if way is None else way))
    return parts


def _starts_rtl(text: str) -> bool:
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind in {"R", "AL"} for kind in kinds if kind in {"L", "R", "AL"}), False)


def title_number(text: str, language: str) -> str:
    """Return a land title such as ``T.18422/C``: never grouped, always left to right."""
    return isolate_number(text, language)

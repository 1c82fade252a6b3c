"""Encodings of DBF and text files, weighed on their bytes: Arabic and French names of Morocco.

A declaration (.cpg, language driver byte) counts only while the bytes agree with it. Knows
nothing of GDAL.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.io.description import ASKED, DECLARED, GUESSED, EncodingChoice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Single-byte encodings met in Moroccan and French files; at equal weight the first wins.
CANDIDATES = ("cp1252", "cp1256", "iso8859_6", "cp850")
_SAMPLE_BYTES = 200_000
_FRENCH = frozenset("àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆñÑ")
_COMMON_ARABIC = frozenset("اأإآبةتحدرسعقكلمنهويى")
_NEUTRAL = frozenset("«»’‘“”–—…°²³€·•№ºª\xa0\u200e\u200f،؛؟")
#: Language driver ids of DBF headers (byte 29).
_LANGUAGE_DRIVERS = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x57: "cp1252",
    0x58: "cp1252",
    0x59: "cp1252",
    0x7E: "cp1256",
    0xC8: "cp1250",
    0xC9: "cp1251",
}
_NAMES = {"cp65001": "utf-8", "iso88591": "iso8859_1", "iso88596": "iso8859_6"}


@dataclass(frozen=True)
class EncodingCandidate:
    """An encoding and its weight in [-1, 1]."""

    name: str
    weight: float


def from_language_driver(driver: int) -> str:
    """Return the encoding of a DBF language driver id; empty when it says nothing."""
    return _LANGUAGE_DRIVERS.get(driver, "")


def from_cpg(text: str) -> str:
    """Return the Python name of a .cpg declaration (``UTF-8``, ``1256``, ``ANSI 1256``, ``88596``).

    Empty when it names no encoding.
    """
    cleaned = text.strip().strip("\0\ufeff").upper()
    digits = re.fullmatch(r"(?:ANSI|OEM|CP|WINDOWS|MS)?[ _-]*(\d+)", cleaned)
    if digits:
        number = digits.group(1)
        part = re.fullmatch(r"8859(\d+)", number)
        name = f"iso8859_{part.group(1)}" if part else f"cp{number}"
    else:
        name = re.sub(r"^ISO[ _-]*8859[ _-]*", "iso8859_", cleaned)
    return canonical(_NAMES.get(name.lower(), name))


def canonical(name: str) -> str:
    """Return Python's own name of an encoding; empty when Python has none of that name."""
    try:
        return codecs.lookup(name).name if name else ""
    except LookupError:
        return ""


def weigh(samples: Iterable[bytes]) -> list[EncodingCandidate]:
    """Return the encodings that the samples may be in, best first.

    Plain ASCII gives UTF-8 alone. UTF-8 that is valid, but for a last character cut by the width
    of a field, wins over all others: other encodings do not produce it by chance.
    """
    marked = [sample for sample in samples if not sample.isascii()]
    if not marked or _is_utf8(marked):
        return [EncodingCandidate("utf-8", 1.0)]
    found = [EncodingCandidate(name, _weight(marked, name)) for name in CANDIDATES]
    return sorted(found, key=lambda candidate: -candidate.weight)


def choose(declared: str, samples: Sequence[bytes], asked: str = "") -> EncodingChoice:
    """Return the encoding to read with.

    Parameters
    ----------
    declared : str
        Python name of what the file declares; may be empty.
    samples : sequence of bytes
        Values of text fields, or lines.
    asked : str
        An encoding that the person chose; it wins.
    """
    if canonical(asked):
        return EncodingChoice(shown_name(asked), ASKED, 1.0, shown_name(declared))
    ranked = weigh(_limited(samples))
    best = ranked[0]
    if declared and not _contradicted(declared, ranked, samples):
        return EncodingChoice(shown_name(declared), DECLARED, 1.0, shown_name(declared))
    confidence = _confidence(ranked, samples)
    return EncodingChoice(shown_name(best.name), GUESSED, confidence, shown_name(declared))


def shown_name(name: str) -> str:
    """Return the usual spelling of an encoding (``UTF-8``, ``cp1256``, ``ISO-8859-6``)."""
    known = canonical(name)
    if known.startswith("iso8859"):
        return known.replace("iso8859_", "iso8859-").replace("iso8859-", "ISO-8859-")
    return "UTF-8" if known in {"utf-8", "utf-8-sig"} else known


def _limited(samples: Iterable[bytes]) -> list[bytes]:
    kept: list[bytes] = []
    total = 0
    for sample in samples:
        if total > _SAMPLE_BYTES:
            break
        if not sample.isascii():
            kept.append(sample)
            total += len(sample)
    return kept


def _is_utf8(samples: list[bytes]) -> bool:
    whole = sum(1 for sample in samples if _decodes(sample, cut_allowed=True))
    return whole >= 0.98 * len(samples)


def _decodes(sample: bytes, *, cut_allowed: bool) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(sample.rstrip(b" \0"), final=not cut_allowed)
    except UnicodeDecodeError:
        return False
    return True


def _weight(samples: list[bytes], name: str) -> float:
    marks = [mark for sample in samples for mark in _marks(sample.decode(name, "replace"))]
    return sum(marks) / len(marks) if marks else 0.0


def _marks(text: str) -> list[float]:
    """Return a mark in [-1, 1] for each character that is not ASCII."""
    padded = f" {text} "
    triples = zip(padded, padded[1:], padded[2:], strict=False)
    return [_mark(before, char, after) for before, char, after in triples if char > "\x7f"]


def _mark(before: str, char: str, after: str) -> float:
    if _is_arabic(char):
        return -1.0 if _is_latin(before) or _is_latin(after) else _arabic_mark(char)
    if char in _FRENCH:
        return _french_mark(before, char, after)
    if char in _NEUTRAL:
        return -0.3 if _is_latin(before) and _is_latin(after) and char not in "’‘" else 0.0
    return -1.0


def _arabic_mark(char: str) -> float:
    if char >= "\u064b":  # vowel signs: names do not bear them
        return -0.6
    return 1.0 if char in _COMMON_ARABIC else 0.5


def _french_mark(before: str, char: str, after: str) -> float:
    if _is_arabic(before) or _is_arabic(after):
        return -1.0
    if char.isupper() and before.islower():
        return -1.0
    if (before > "\x7f" and before.isalpha()) or (after > "\x7f" and after.isalpha()):
        return -0.6
    return 0.9 if _is_latin(before) or _is_latin(after) else 0.1


def _is_arabic(char: str) -> bool:
    return "\u0621" <= char <= "\u065f"


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _contradicted(declared: str, ranked: list[EncodingCandidate], samples: Sequence[bytes]) -> bool:
    marked = _limited(samples)
    if not marked:
        return False
    if declared == "utf-8":
        return ranked[0].name != "utf-8"
    if ranked[0].name == "utf-8":
        return True
    return ranked[0].weight - _weight(marked, declared) > 0.4


def _confidence(ranked: list[EncodingCandidate], samples: Sequence[bytes]) -> float:
    """Return how far the best is above the next one that reads differently."""
    best = ranked[0]
    if best.name == "utf-8":
        return 0.99
    sample = b" ".join(_limited(samples))
    text = sample.decode(best.name, "replace")
    others = [other for other in ranked[1:] if sample.decode(other.name, "replace") != text]
    gap = best.weight - others[0].weight if others else 1.0
    return round(min(0.98, 0.5 + max(0.0, gap)), 2)


def destroyed_share(texts: Sequence[str | None]) -> float:
    """Return the share of texts made of question marks: letters lost before we read them."""
    present = [text for text in texts if text and text.strip()]
    if not present:
        return 0.0
    lost = sum(1 for text in present if _is_destroyed(text))
    return lost / len(present)


def _is_destroyed(text: str) -> bool:
    run = max((len(found) for found in re.findall(r"\?+", text)), default=0)
    return run >= 3 and text.count("?") >= 0.5 * sum(not char.isspace() for char in text)

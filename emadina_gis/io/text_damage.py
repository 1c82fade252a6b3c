"""Texts spoiled before they reached us: letters lost for good, or taken for another encoding.

Lost letters ("????") are counted and never guessed. Texts that a program took for another encoding
("MÃ©diouna", "ÌãÇÚÉ") can be brought back, when the person asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.domain.column import Column
from emadina_gis.io.encoding import surprises
from emadina_gis.io.encoding_names import TAKEN_FOR, retaken, shown_name

_LOST = "\\?{3,}|\ufffd|ï¿½"
_NOT_ASCII = "[^\\x00-\\x7F]"
_MOST_SAMPLES = 400
#: What was taken for what, as it is met.
_MISTAKES = tuple(
    f"{first}{TAKEN_FOR}{second}"
    for first, seconds in {
        "utf-8": ("cp1252", "cp1256", "mac-roman", "cp850", "cp437", "cp1250"),
        "cp1256": ("cp1252", "mac-roman", "cp850", "cp1250"),
        "iso8859-6": ("cp1252", "cp1256"),
        "cp1252": ("cp1256", "cp850", "mac-roman", "cp1250", "cp1251"),
        "cp850": ("cp1252", "cp1256"),
        "mac-roman": ("cp1252", "cp1256"),
    }.items()
    for second in seconds
)
#: Mean surprise (nats) under which a text needs no other reading.
_READS_WELL = 4.5
_LEAST_GAIN = 0.35
_LEAST_NATS = 8.0


@dataclass(frozen=True)
class Mistake:
    """Texts taken for another encoding.

    Attributes
    ----------
    name : str
        Encoding to ask for, such as ``UTF-8/cp1252``.
    before, after : str
        A text as it is, and as it was.
    """

    name: str
    count: int
    before: str
    after: str


def lost_count(column: Column) -> int:
    """Return how many values are made of question marks or replacement characters."""
    return sum(
        1 for text in _matching(column, _LOST) if is_lost(text) or "\ufffd" in text or "ï¿½" in text
    )


def is_lost(text: str) -> bool:
    """Whether question marks stand for at least half of the letters of a text."""
    run = max((len(found) for found in re.findall(r"\?+", text)), default=0)
    return run >= 3 and text.count("?") >= 0.5 * sum(not char.isspace() for char in text)


def mistake_of(column: Column) -> Mistake | None:
    """Return how the texts of a column were taken for another encoding, or None."""
    texts = list(_matching(column, _NOT_ASCII))
    samples = list(dict.fromkeys(texts))[:_MOST_SAMPLES]
    name = mistake_name(samples)
    if not name:
        return None
    first = next(text for text in samples if _mended(text, name) != text)
    count = sum(1 for text in texts if _mended(text, name) != text)
    return Mistake(shown_name(name), count, first, _mended(first, name))


def mistake_name(samples: Sequence[str]) -> str:
    """Return the encoding that would bring misread texts back; empty where they read well."""
    if not samples:
        return ""
    total, mean = surprises("\n".join(samples))
    if mean < _READS_WELL:
        return ""
    best, least = "", total
    for name in _MISTAKES:
        mended = [_mended(text, name) for text in samples]
        changed = sum(one != two for one, two in zip(samples, mended, strict=True))
        after, _ = surprises("\n".join(mended))
        if 2 * changed >= len(samples) and after < least:
            best, least = name, after
    enough = total - least > max(_LEAST_NATS, _LEAST_GAIN * total)
    return best if enough else ""


def _mended(text: str, name: str) -> str:
    return retaken(text, name) or text


def _matching(column: Column, pattern: str) -> Iterable[str]:
    """Give the values of a text column that a pattern is found in."""
    for chunk in column.chunks:
        if pa.types.is_string(chunk.values.type) and len(chunk.values):
            found = pc.match_substring_regex(chunk.values, pattern)
            yield from chunk.values.filter(pc.fill_null(found, False)).to_pylist()

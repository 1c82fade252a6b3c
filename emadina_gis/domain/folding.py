"""Names as they are compared: without case, accents, vowel signs, or kinds of alef and hyphens.

One text in Python, a whole column in Arrow, which keeps no lock of the interpreter; both ways give
the same text.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

#: Letters that are taken for others after decomposition, which parts accents and hamzas.
_ALIKE = (
    ("ٱ", "ا"), ("ة", "ه"), ("ى", "ي"), ("ی", "ي"), ("ک", "ك"), ("œ", "oe"), ("æ", "ae"),
    ("ß", "ss"), ("ø", "o"), ("ı", "i"),
)  # fmt: skip
_DIGITS = tuple(zip("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789", strict=True))
#: Marks that are not read: tatweel, marks of direction.
_UNREAD = "[\u0640\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
_GAPS = r"[\s\u00a0\u202f_'’ʼ`\-\u2010-\u2015]+"
_TABLE = str.maketrans(dict((*_ALIKE, *_DIGITS)))


def folded(text: str) -> str:
    """Return a text as it is compared."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    kept = "".join(c for c in decomposed if not unicodedata.category(c).startswith("M"))
    return re.sub(_GAPS, " ", re.sub(_UNREAD, "", kept).translate(_TABLE)).strip()


def folded_array(texts: pa.Array) -> pa.Array:
    """Return texts as they are compared; missing ones stay missing."""
    lowered = pc.utf8_lower(texts)
    if not pc.all(pc.string_is_ascii(lowered), min_count=0).as_py():
        lowered = _without_marks(lowered)
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(lowered, _RE2_GAPS, " "))


def _without_marks(texts: pa.Array) -> pa.Array:
    kept = pc.replace_substring_regex(pc.utf8_normalize(texts, "NFKD"), r"\p{M}+", "")
    kept = pc.replace_substring_regex(kept, _RE2_UNREAD, "")
    for letter, other in (*_ALIKE, *_DIGITS):
        if _holds(kept, letter):
            kept = pc.replace_substring(kept, letter, other)
    return kept


def _holds(texts: pa.Array, letter: str) -> bool:
    found: Any = pc.any(pc.match_substring(texts, letter), min_count=0)
    return bool(found.as_py())


def _re2(pattern: str) -> str:
    """Return a pattern with its characters beyond ASCII as RE2 writes them."""
    wide = "".join(c if ord(c) < 128 else f"\\x{{{ord(c):04X}}}" for c in pattern)
    return re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", wide)


_RE2_UNREAD = _re2(_UNREAD)
_RE2_GAPS = _re2(_GAPS)

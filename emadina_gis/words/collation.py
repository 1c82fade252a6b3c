"""The order of texts as French, English and Arabic readers expect it, for whole columns at once.

Capitals and accents decide only between texts that are otherwise alike; numbers inside a text
count as numbers (``Lot 2`` before ``Lot 10``). Arabic follows the tailoring of CLDR (``&ت<<ة``,
``&ي<<ى``): forms of alef, hamza seats and vowel signs are one letter. Knows no table.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

#: Longest number inside a text that is ordered by its value.
_DIGITS = 16
_FOREIGN_DIGITS = "[٠-٩۰-۹]"
#: What Unicode does not take apart, and how readers order it.
_SAME = {
    "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "’": "'", "ٱ": "ا", "ة": "ت",
    "ى": "ي", "ـ": "", "ک": "ك", "ی": "ي",
}  # fmt: skip
_WESTERN = {chr(start + digit): str(digit) for start in (0x660, 0x6F0) for digit in range(10)}
_MARKS = r"[\p{Mn}\x{200E}\x{200F}\x{061C}\x{202A}-\x{202E}\x{2066}-\x{2069}\x{FEFF}]+"
_LATIN_FIRST = r"^[^\p{L}\d]*\p{Latin}"
#: Sorts behind every Arabic letter.
_BEHIND = "\u0fff"


def folded(texts: pa.Array) -> pa.Array:
    """Return texts without case, accents, vowel signs and foreign digits, missing where missing.

    Two texts that a reader takes for the same word give the same text: for finding.
    """
    plain = pc.utf8_lower(pc.utf8_normalize(texts, "NFKD"))
    if not pc.any(pc.invert(pc.string_is_ascii(plain))).as_py():
        return plain
    plain = pc.replace_substring_regex(plain, _MARKS, "")
    for letter, same in _SAME.items():
        plain = pc.replace_substring(plain, letter, same)
    if pc.any(pc.match_substring_regex(plain, _FOREIGN_DIGITS)).as_py():
        for digit, western in _WESTERN.items():
            plain = pc.replace_substring(plain, digit, western)
    return plain


def folded_text(text: str) -> str:
    """Return one text as `folded` gives it."""
    return str(folded(pa.array([text], pa.string()))[0].as_py())


def order_keys(texts: pa.Array, language: str) -> pa.Array:
    """Return keys whose binary order is the order of the texts, missing where missing.

    Parameters
    ----------
    language : str
        In Arabic, Arabic texts come before Latin ones; elsewhere behind them.
    """
    keys = folded(texts)
    if pc.any(pc.match_substring_regex(keys, r"\d")).as_py():
        keys = pc.replace_substring_regex(keys, r"(\d+)", "0" * _DIGITS + r"\1")
        keys = pc.replace_substring_regex(keys, rf"0*(\d{{{_DIGITS},}})", r"\1")
    if language == "ar":
        behind = pc.match_substring_regex(keys, _LATIN_FIRST)
        prefixed = pc.binary_join_element_wise(pa.scalar(_BEHIND), keys, "")
        keys = pc.if_else(behind, prefixed, keys)
    return keys


def text_order(texts: pa.Array, language: str) -> pa.Array:
    """Return the places of the texts in their order (missing last), for `take`."""
    keys = pa.table({"key": order_keys(texts, language), "text": texts})
    return pc.sort_indices(keys, sort_keys=[("key", "ascending"), ("text", "ascending")])

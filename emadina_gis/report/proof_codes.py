"""The codes that a page's texts show, by font: enough to say that each of them has its letters.

Reads text objects of one plain form only. What is written in another way, or shows a code that
stands for nothing or for a shape, is left to the interpreter in ``proof_stream``, which says what
is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from emadina_gis.report.proof_fonts import characters_of
from emadina_gis.report.proof_text import has_presentation_forms

_BEGIN = b"BT"
_NUMBER = rb"-?\d+(?:\.\d+)?"
_PART = re.compile(
    rb"\s*(?:/(\w+) %(n)s Tf\b|(?:%(n)s ){6}Tm\b|(?:%(n)s ){2}Td\b"
    rb"|\[((?:%(n)s)?(?:<[\dA-Fa-f]+>(?:%(n)s)?)*)\] TJ\b|(<[\dA-Fa-f]+>) Tj\b"
    rb"|/Span <</ActualText <FEFF([\dA-Fa-f]+)>>> BDC\b|EMC\b)\s*" % {b"n": _NUMBER}
)
_STRING = re.compile(rb"<([^>]+)>")
#: Hexadecimal digits of a code.
_DIGITS = 4


def are_legible(objects: list[bytes], resources: Any, known: dict[Any, Mapping[int, str]]) -> bool:
    """Whether text objects surely show nothing but letters; False where that is not sure.

    Parameters
    ----------
    objects : list of bytes
        From ``BT`` to ``ET``.
    resources : pikepdf.Dictionary
        Of the page.
    known : dict
        Letters of the fonts of the file that were read already; it is filled.
    """
    strings: dict[bytes, list[bytes]] = {}
    said: list[bytes] = []
    if not all(_read(one, strings, said) for one in objects):
        return False
    listed = None if resources is None else resources.get("/Font")
    if listed is None:
        return not strings
    return all(map(_is_said, said)) and all(
        _are_named(parts, listed.get(f"/{name.decode()}"), known) for name, parts in strings.items()
    )


def _read(one: bytes, strings: dict[bytes, list[bytes]], said: list[bytes]) -> bool:
    """Take what a text object shows; False where it is not of the plain form."""
    at, end, font = len(_BEGIN), len(one) - len(_BEGIN), b""
    while at < end:
        part = _PART.match(one, at, end)
        if part is None:
            return False
        name, array, alone, words = part.groups()
        if name:
            font = name
        elif array or alone:
            if not font:
                return False
            strings.setdefault(font, []).append(array or alone)
        elif words:
            said.append(words)
        at = part.end()
    return True


def _is_said(digits: bytes) -> bool:
    """Whether a span says letters, and not their shapes."""
    if len(digits) % _DIGITS:
        return False
    text = bytes.fromhex(digits.decode("ascii")).decode("utf-16-be", "replace")
    return "\ufffd" not in text and not has_presentation_forms(text)


def _are_named(parts: list[bytes], font: Any, known: dict[Any, Mapping[int, str]]) -> bool:
    """Whether each code that a font shows stands for letters."""
    strings = _STRING.findall(b"".join(parts))
    if font is None or "/DescendantFonts" not in font or any(len(s) % _DIGITS for s in strings):
        return False
    shown = np.unique(np.frombuffer(bytes.fromhex(b"".join(strings).decode("ascii")), ">u2"))
    letters = _letters(font, known)
    texts = [letters.get(code, "").strip("\0") for code in shown.tolist()]
    return 0 not in shown and all(texts) and not has_presentation_forms("".join(texts))


def _letters(font: Any, known: dict[Any, Mapping[int, str]]) -> Mapping[int, str]:
    if not font.is_indirect:
        return characters_of(font)
    if font.objgen not in known:
        known[font.objgen] = characters_of(font)
    return known[font.objgen]

"""Names of encodings as files declare them, as Python knows them and as persons read them.

Two forms of name are ours: ``UTF-8+cp1256`` for a file whose values are in one or the other, and
``cp1256/cp1252`` for texts in the first that a program took for the second and wrote as UTF-8.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

UTF8_NAME = "utf-8"
MIXED = "+"
TAKEN_FOR = "/"
#: Language driver ids of DBF headers (byte 29).
_LANGUAGE_DRIVERS = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x08: "cp865",
    0x09: "cp437",
    0x0A: "cp850",
    0x0B: "cp437",
    0x0D: "cp437",
    0x0E: "cp850",
    0x0F: "cp437",
    0x10: "cp850",
    0x11: "cp437",
    0x12: "cp850",
    0x13: "cp932",
    0x14: "cp850",
    0x15: "cp437",
    0x16: "cp850",
    0x17: "cp865",
    0x18: "cp437",
    0x19: "cp437",
    0x1A: "cp850",
    0x1B: "cp437",
    0x1C: "cp863",
    0x1D: "cp850",
    0x1F: "cp852",
    0x22: "cp852",
    0x23: "cp852",
    0x24: "cp860",
    0x25: "cp850",
    0x26: "cp866",
    0x37: "cp850",
    0x40: "cp852",
    0x4D: "cp936",
    0x4E: "cp949",
    0x4F: "cp950",
    0x50: "cp874",
    0x57: "cp1252",
    0x58: "cp1252",
    0x59: "cp1252",
    0x64: "cp852",
    0x65: "cp866",
    0x66: "cp865",
    0x67: "cp861",
    0x6A: "cp737",
    0x6B: "cp857",
    0x78: "cp950",
    0x79: "cp949",
    0x7A: "cp936",
    0x7B: "cp932",
    0x7C: "cp874",
    0x7D: "cp1255",
    0x7E: "cp1256",
    0x86: "cp737",
    0x87: "cp852",
    0x88: "cp857",
    0xC8: "cp1250",
    0xC9: "cp1251",
    0xCA: "cp1254",
    0xCB: "cp1253",
    0xCC: "cp1257",
}
#: Drivers that programs write for "the encoding of this computer", whatever it is.
_VAGUE_DRIVERS = frozenset({0x01, 0x03, 0x57, 0x58, 0x59})
_NAMES = {
    "cp65001": "utf-8",
    "utf-8n": "utf-8",
    "cp1200": "utf-16-le",
    "cp1201": "utf-16-be",
    "cp10000": "mac-roman",
    "cp10004": "mac-arabic",
    "macarabic": "mac-arabic",
    "cp20866": "koi8-r",
    "cp21866": "koi8-u",
    "cp28591": "iso8859-1",
    "cp28596": "iso8859-6",
    "cp28605": "iso8859-15",
    "cp51932": "euc_jp",
    "cp51949": "euc_kr",
    "cp54936": "gb18030",
    "cp708": "iso8859-6",
    "asmo-708": "iso8859-6",
    "arabic": "iso8859-6",
    "windowsarabic": "cp1256",
    "windowslatin1": "cp1252",
    "ansi": "cp1252",
    "oem": "cp850",
    "win-1256": "cp1256",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
}


def from_language_driver(driver: int) -> str:
    """Return the encoding of a DBF language driver id; empty when it says nothing."""
    return canonical(_LANGUAGE_DRIVERS.get(driver, ""))


def is_vague(driver: int) -> bool:
    """Whether a language driver only says "of this computer"."""
    return driver in _VAGUE_DRIVERS


def from_cpg(text: str) -> str:
    """Return the Python name of a .cpg declaration (``UTF-8``, ``1256``, ``ANSI 1256``, ``88596``).

    Empty when it names no encoding.
    """
    cleaned = text.strip().strip("\0\ufeff\"' ").lower()
    digits = re.fullmatch(r"(?:ansi|oem|cp|windows|win|ms|ibm|dos)?[ _-]*(\d+)", cleaned)
    if digits:
        number = digits.group(1)
        part = re.fullmatch(r"8859(\d{1,2})", number)
        name = f"iso8859-{part.group(1)}" if part else f"cp{number}"
    else:
        name = re.sub(r"^iso[ _-]*8859[ _-]*", "iso8859-", cleaned)
    return canonical(_NAMES.get(name, name))


@lru_cache(maxsize=512)
def canonical(name: str) -> str:
    """Return Python's own name of an encoding; empty when there is none of that name."""
    for sign in (MIXED, TAKEN_FOR):
        first, found, second = name.partition(sign)
        if found:
            one, two = canonical(first), canonical(second)
            return f"{one}{sign}{two}" if one and two else ""
    lowered = name.strip().lower()
    if not lowered:
        return ""
    try:
        known = codecs.lookup(_NAMES.get(lowered, lowered)).name
        b"a".decode(known, "replace")
    except (LookupError, ValueError):
        return ""
    return UTF8_NAME if known == "utf-8-sig" else known


def shown_name(name: str) -> str:
    """Return the usual spelling of an encoding (``UTF-8``, ``cp1256``, ``ISO-8859-6``)."""
    known = canonical(name)
    for sign in (MIXED, TAKEN_FOR):
        first, found, second = known.partition(sign)
        if found:
            return f"{shown_name(first)}{sign}{shown_name(second)}"
    if known.startswith("iso8859"):
        return known.replace("iso8859-", "ISO-8859-")
    return known.upper() if known.startswith("utf") else known


def decoded(raw: bytes, name: str, *, cut_allowed: bool = False) -> str:
    """Return a text; what cannot be decoded becomes U+FFFD.

    Parameters
    ----------
    cut_allowed : bool
        Leave out a last character that the width of a field has cut.
    """
    known = canonical(name)
    if MIXED in known:
        first, _, second = known.partition(MIXED)
        text = decoded(raw, first, cut_allowed=True)
        return decoded(raw, second) if "\ufffd" in text else decoded(raw, first)
    if TAKEN_FOR in known:
        text = raw.decode(UTF8_NAME, "replace")
        return retaken(text, known) or text
    decoder = codecs.getincrementaldecoder(known)("replace")
    return decoder.decode(raw, final=not cut_allowed)


def retaken(text: str, name: str) -> str:
    """Return a text that was taken for another encoding as it was written first.

    Empty where the text cannot have come about in that way.

    Parameters
    ----------
    name : str
        A name such as ``cp1256/cp1252``.
    """
    first, _, second = canonical(name).partition(TAKEN_FOR)
    try:
        return b"".join(byte_of(char, second) for char in text).decode(first)
    except (UnicodeDecodeError, UnicodeEncodeError):
        return ""


def byte_of(char: str, name: str) -> bytes:
    """Return the byte behind a character; bytes without one pass as they are in Latin 1."""
    try:
        return char.encode(name)
    except UnicodeEncodeError:
        return char.encode("iso8859-1")

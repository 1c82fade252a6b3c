"""Words of a drawing: codes taken out, code pages weighed, Arabic typed backwards recognised.

Knows nothing of geometry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emadina_gis.io.encoding import choose
from emadina_gis.io.encoding_names import canonical, decoded

if TYPE_CHECKING:
    from emadina_gis.io.description import EncodingChoice

_FIRST_UTF8 = "AC1021"
_CODED = re.compile(r"[%^\\]")
_NUMBERED = re.compile(r"%%(\d{3})")
_ARABIC_WORD = re.compile(r"[\u0621-\u064a]{3,}")
_PRESENTED = re.compile(r"[\ufb50-\ufdff\ufe70-\ufeff]")
_MOST_SAMPLES = 5000


def words_of(entity: Any) -> str:
    """Return what a text entity shows: formatting codes gone, special characters in their place."""
    if entity.dxftype() == "MTEXT":
        from ezdxf.tools.text import plain_mtext

        return str(plain_mtext(without_codes(str(entity.text)))).strip()
    return words_of_line(str(entity.dxf.text))


def words_of_line(text: str) -> str:
    """Return what the text of a TEXT or an ATTRIB shows."""
    if not _CODED.search(text):
        return text.strip()
    from ezdxf.tools.text import plain_text

    return str(plain_text(_NUMBERED.sub(_numbered, without_codes(text)))).strip()


def _numbered(found: re.Match[str]) -> str:
    """Return the character that ``%%`` and three digits stand for (``m%%178`` is m²)."""
    number = int(found.group(1))
    return bytes([number]).decode("cp1252", "replace") if 32 <= number < 256 else found.group()


def without_codes(text: str) -> str:
    """Return a text with the characters that old drawings write as codes."""
    if "\\" not in text:
        return text
    from ezdxf.lldxf import encoding

    if encoding.has_dxf_unicode(text):
        text = encoding.decode_dxf_unicode(text)
    return encoding.decode_mif_to_unicode(text) if encoding.has_mif_encoding(text) else text


def weighed(strings: Iterable[str], document: Any, asked: str) -> tuple[str, EncodingChoice]:
    """Return the encoding that the library decoded with, and the one that the bytes are in."""
    used = "utf-8" if document.dxfversion >= _FIRST_UTF8 else canonical(str(document.encoding))
    samples: list[bytes] = []
    for string in strings:
        encoded = None if string.isascii() else _bytes(string, used)
        if encoded is not None and not encoded.isascii():
            samples.append(encoded)
        if len(samples) >= _MOST_SAMPLES:
            break
    return used, choose(used or "cp1252", samples, asked)


def _bytes(string: str, encoding: str) -> bytes | None:
    """Return a string's bytes in the file; None where characters were written as codes."""
    try:
        return string.encode(encoding or "cp1252", "surrogateescape")
    except UnicodeEncodeError:
        return None


def redecoded(string: str, used: str, wanted: str) -> str:
    """Return a string of the drawing read in another encoding; never with halves of characters."""
    if string.isascii():
        return without_codes(string)
    encoded = _bytes(string, used)
    if encoded is None:
        return without_codes(string.encode("utf-8", "replace").decode("utf-8"))
    return without_codes(decoded(encoded, wanted))


def is_backwards(text: str) -> bool:
    """Whether Arabic was typed in the order it is seen, for fonts that do not turn it.

    Two letters end words and never begin them (ة, ى); the article stands first, never last.
    """
    if _PRESENTED.search(text):
        return False
    marks = 0
    for word in _ARABIC_WORD.findall(text):
        marks += word[0] in "ةى" or word.endswith("لا")
        marks -= word[-1] in "ةى" or word.startswith("ال")
    return marks > 0

"""What stands before the first element of an XML document: no entities are accepted there.

A document that defines entities can unfold into gigabytes or name files and addresses to be read;
geodata never needs them. Only the beginning is parsed, whatever the document holds.
"""

from __future__ import annotations

from contextlib import suppress
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from emadina_gis.errors import LayerReadError

if TYPE_CHECKING:
    from pathlib import Path

_STEP_BYTES = 16 * 1024
#: A document whose first element comes later than this has something to hide.
_LONGEST_BYTES = 8 * 1024**2
_FIRST_BYTES = 64
#: How a document begins, in UTF-8 and in both kinds of UTF-16.
_BEGINNINGS = (b"<", "<".encode("utf-16-le"), "<".encode("utf-16-be"))
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_DEFINITIONS = tuple("<!ENTITY".encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be"))


class _ElementReached(Exception):
    """The prolog is over."""


class _EntityDefined(Exception):
    """An entity is defined."""


def check_file(path: Path) -> None:
    """Refuse a file that is an XML document with entities; anything else is left alone.

    Raises
    ------
    LayerReadError
        ``xml.entities``.
    """
    if path.is_file():
        with path.open("rb") as file:
            check_stream(file, path.name)


def check_stream(stream: IO[bytes], name: str) -> None:
    """Refuse a document with entities, read from a stream."""
    first = stream.read(_FIRST_BYTES)
    if _is_document(first) and _defines_entities(first, stream):
        raise LayerReadError("xml.entities", path=name)


def _is_document(first: bytes) -> bool:
    for mark in _MARKS:
        first = first.removeprefix(mark)
    return first.lstrip(b" \t\r\n\0").startswith(_BEGINNINGS)


def _defines_entities(first: bytes, stream: IO[bytes]) -> bool:
    parser = _parser()
    seen, block = bytearray(first), first
    try:
        while block:
            parser.Parse(block, False)
            block = stream.read(_STEP_BYTES)
            seen += block
            if len(seen) > _LONGEST_BYTES:
                return True
    except _EntityDefined:
        return True
    except _ElementReached:
        return False
    except (expat.ExpatError, ValueError, LookupError):
        pass
    # No element was reached: the bytes themselves must do.
    return any(text in bytes(seen).upper() for text in _DEFINITIONS)


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()

    def end(*_told: object) -> None:
        raise _ElementReached

    def refuse(*_told: object) -> None:
        raise _EntityDefined

    parser.StartElementHandler = end
    parser.EntityDeclHandler = refuse
    with suppress(AttributeError):
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    return parser

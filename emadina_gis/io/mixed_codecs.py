"""Codecs for our two forms of name, so that whatever opens a text can read it.

``UTF-8+cp1256``: UTF-8, and what is not valid in it as cp1256. ``cp1256/cp1252``: UTF-8 whose
characters go back to bytes of the second, which are read as the first.
"""

from __future__ import annotations

import codecs
from functools import lru_cache
from typing import Any

from emadina_gis.io.encoding_names import MIXED, TAKEN_FOR, byte_of, canonical

#: What stands for the signs in the name of a codec, which knows only letters and figures.
_WORDS = {"_or_": MIXED, "_as_": TAKEN_FOR}
_SIGNS = {sign: word for word, sign in _WORDS.items()}


def codec_of(name: str) -> str:
    """Return the name that Python opens texts in an encoding with."""
    known = canonical(name)
    for word, sign in _WORDS.items():
        known = known.replace(sign, word)
    return known


class _TakenDecoder(codecs.IncrementalDecoder):
    """Decodes UTF-8, goes back to the bytes of one encoding and decodes them in another."""

    def __init__(self, first: str, second: str, errors: str = "strict") -> None:
        super().__init__(errors)
        self._second = second
        self._outer = codecs.getincrementaldecoder("utf-8")("replace")
        self._inner = codecs.getincrementaldecoder(first)("replace")

    def decode(self, data: Any, final: bool = False) -> str:  # noqa: FBT001, FBT002 - of codecs
        text = self._outer.decode(data, final)
        raw = b"".join(byte_of(char, self._second) for char in text)
        return str(self._inner.decode(raw, final))

    def reset(self) -> None:
        self._outer.reset()
        self._inner.reset()


@lru_cache(maxsize=64)
def _fallback(name: str) -> str:
    """Return the name of an error handler that reads what is not UTF-8 in an encoding."""
    handler = f"emadina-{name}"

    def read_otherwise(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        raw = error.object[error.start : error.end]
        return raw.decode(name, "replace"), error.end

    codecs.register_error(handler, read_otherwise)
    return handler


def _found(name: str) -> codecs.CodecInfo | None:
    sign = next((sign for word, sign in _WORDS.items() if word in name), "")
    known = canonical(name.replace(_SIGNS[sign], sign)) if sign else ""
    if TAKEN_FOR in known:
        first, _, second = known.partition(TAKEN_FOR)
        return _info(known, lambda errors="strict": _TakenDecoder(first, second, errors))
    if MIXED in known:
        first, _, second = known.partition(MIXED)
        made = codecs.getincrementaldecoder(first)
        return _info(known, lambda _errors="strict": made(_fallback(second)))
    return None


def _info(name: str, decoder: Any) -> codecs.CodecInfo:
    def decode(data: Any, errors: str = "strict") -> tuple[str, int]:
        return decoder(errors).decode(data, True), len(data)

    plain = codecs.lookup("utf-8")
    return codecs.CodecInfo(
        plain.encode,
        decode,
        incrementalencoder=plain.incrementalencoder,
        incrementaldecoder=decoder,
        name=name,
    )


codecs.register(_found)

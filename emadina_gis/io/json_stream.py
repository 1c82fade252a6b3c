"""The entries of a list in a JSON file one after another, however large the file is.

Only one entry is held as Python values at a time. Knows nothing of what entries mean.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_STEP_CHARS = 1024 * 1024
_SPACE = " \t\r\n"


class _Cursor:
    """A place in a text that is read piece by piece."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._decoder = json.JSONDecoder()

    def next_sign(self) -> str:
        """Return the next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._grow():
                return ""

    def take(self, sign: str) -> bool:
        """Step over a character where it is the next."""
        if self.next_sign() != sign:
            return False
        self._at += 1
        return True

    def value(self) -> Any:
        """Return the next value and step over it.

        Raises
        ------
        ValueError
            Where there is none.
        """
        self.next_sign()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError:
                if not self._grow():
                    raise
                continue
            if end < len(self._text) or not self._grow():
                self._at = end
                return found

    def _grow(self) -> bool:
        """Read on, more each time a value does not end; what was stepped over is let go."""
        self._text = self._text[self._at :]
        self._at = 0
        more = self._file.read(max(_STEP_CHARS, len(self._text)))
        self._text += more
        return bool(more)


def entries(path: Path, key: str) -> Iterator[Any]:
    """Give the entries of the list that an object in a file holds under a key.

    Raises
    ------
    ValueError
        Where the file is malformed or holds no such list.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        cursor = _Cursor(file)
        _need(cursor.take("{"))
        while cursor.next_sign() != "}":
            name = cursor.value()
            _need(cursor.take(":"))
            if name == key:
                yield from _items(cursor)
                return
            cursor.value()
            _need(cursor.take(",") or cursor.next_sign() == "}")
    raise ValueError(key)


def _items(cursor: _Cursor) -> Iterator[Any]:
    _need(cursor.take("["))
    if cursor.take("]"):
        return
    while True:
        yield cursor.value()
        if cursor.take("]"):
            return
        _need(cursor.take(","))


def _need(found: object) -> None:
    if not found:
        raise ValueError

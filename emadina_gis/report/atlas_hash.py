"""The content of a page of a PDF as a short code: the same page has the same code in any file.

Numbers of objects, compression and the place of a page in its file do not count; what is drawn,
with which fonts and pictures, does. Knows nothing of projects.
"""

from __future__ import annotations

import hashlib
from typing import Any

_DIGEST_BYTES = 16
#: How a stream is stored, and where a page hangs in its file, are not what it shows.
_LEFT_OUT = frozenset(
    {"/Length", "/Filter", "/DecodeParms", "/Parent", "/StructParents", "/StructParent", "/P"}
)


class PageHasher:
    """Reads pages of one open file; fonts and pictures that pages share are read once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bytes] = {}
        self._open: set[tuple[int, int]] = set()

    def code_of(self, page: Any) -> str:
        """Return the code of a page of pikepdf."""
        return self.digest(page.obj).hex()

    def digest(self, item: Any) -> bytes:
        """Return the digest of any object of the file, with all that it refers to."""
        import pikepdf

        if not isinstance(item, pikepdf.Object):
            return _hashed(b"s", repr(item).encode())
        number = item.objgen
        if number == (0, 0):
            return self._made(item)
        if number in self._open:
            return b"loop"
        if number not in self._known:
            self._open.add(number)
            try:
                made = self._made(item)
            finally:
                self._open.discard(number)
            self._known[number] = made
        return self._known[number]

    def _made(self, item: Any) -> bytes:
        import pikepdf

        if isinstance(item, pikepdf.Stream):
            return _hashed(b"f", self._entries(item.stream_dict), _bytes_of(item))
        if isinstance(item, pikepdf.Dictionary):
            return _hashed(b"d", self._entries(item))
        if isinstance(item, pikepdf.Array):
            return _hashed(b"a", *(self.digest(part) for part in item))
        return _hashed(b"o", item.unparse(resolved=True))

    def _entries(self, item: Any) -> bytes:
        names = sorted(name for name in item.keys() if name not in _LEFT_OUT)  # noqa: SIM118
        return b"".join(name.encode() + b"=" + self.digest(item[name]) for name in names)


def _bytes_of(stream: Any) -> bytes:
    """Return what a stream holds, as it is stored where it is a picture that stays compressed."""
    import pikepdf

    try:
        return bytes(stream.read_bytes())
    except pikepdf.PdfError:
        return bytes(stream.read_raw_bytes())


def _hashed(kind: bytes, *parts: bytes) -> bytes:
    digest = hashlib.blake2b(kind, digest_size=_DIGEST_BYTES)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.digest()

"""PNG written row by row, so that a picture of any size needs the memory of a strip; and read back.

Eight bits in red, green and blue, with its resolution. Knows nothing of maps.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BITS_RGB = (8, 2, 0, 0, 0)
#: Filter "up": each byte is stored as its difference to the one above, mostly 0 on maps.
_UP = 2
_LEVEL = 6
_INCHES_PER_METRE = 1 / 0.0254
_READ_BYTES = 1 << 20
_WRITE_BYTES = 1 << 16
#: Values that the rows of a picture of one colour hold at most: filter, red, green, blue, 0.
_PLAIN = 5


class PngWriter:
    """Writes a picture from its top.

    Parameters
    ----------
    file : binary file
        Unbuffered writes are counted by the system: a full disk is an `OSError`.
    width_px, height_px : int
        Size of the whole picture.
    dpi : float
        Pixels per inch.
    """

    def __init__(self, file: BinaryIO, width_px: int, height_px: int, dpi: float) -> None:
        self._file = file
        self._above = np.zeros(width_px * 3, dtype=np.uint8)
        self._deflate = zlib.compressobj(_LEVEL)
        self._waiting = bytearray()
        per_metre = round(dpi * _INCHES_PER_METRE)
        file.write(SIGNATURE)
        self._chunk(b"IHDR", struct.pack(">II5B", width_px, height_px, *_EIGHT_BITS_RGB))
        self._chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))

    def write(self, rows: NDArray[np.uint8]) -> None:
        """Write the next rows, shape (height, width, 3)."""
        plain = rows.reshape(len(rows), -1)
        filtered = np.empty((len(rows), plain.shape[1] + 1), dtype=np.uint8)
        filtered[:, 0] = _UP
        np.subtract(plain[0], self._above, out=filtered[0, 1:])
        np.subtract(plain[1:], plain[:-1], out=filtered[1:, 1:])
        self._above = plain[-1].copy()
        self._waiting += self._deflate.compress(filtered.tobytes())
        if len(self._waiting) >= _WRITE_BYTES:
            self._flush()

    def close(self) -> None:
        """Write what is left and the end of the picture."""
        self._waiting += self._deflate.flush()
        self._flush()
        self._chunk(b"IEND", b"")

    def _flush(self) -> None:
        if self._waiting:
            self._chunk(b"IDAT", bytes(self._waiting))
            self._waiting.clear()

    def _chunk(self, kind: bytes, data: bytes) -> None:
        self._file.write(struct.pack(">I", len(data)) + kind + data)
        self._file.write(struct.pack(">I", zlib.crc32(data, zlib.crc32(kind))))


class DamagedPng(ValueError):
    """The file is no PNG, or not a whole one."""


def read_header(file: BinaryIO) -> tuple[int, int, float]:
    """Return width, height and pixels per inch, and leave the file at its start.

    Raises
    ------
    DamagedPng
        If that cannot be read.
    """
    width = height = 0
    dpi = 0.0
    for kind, data in chunks(file):
        if kind == b"IHDR":
            width, height = struct.unpack(">II", data[:8])
        if kind == b"pHYs":
            dpi = struct.unpack(">I", data[:4])[0] / _INCHES_PER_METRE
        if kind == b"IDAT":
            break
    file.seek(0)
    return width, height, dpi


@dataclass(frozen=True)
class Held:
    """What a PNG holds: bytes of rows, and whether any row is not the same colour throughout."""

    rows: int
    differs: bool


def count_bytes(file: BinaryIO) -> Held:
    """Return what a PNG holds, every check sum verified.

    Raises
    ------
    DamagedPng
        If it is cut off or a check sum is wrong.
    """
    inflate = zlib.decompressobj()
    count = 0
    seen: set[int] = set()
    ended = False
    try:
        for kind, data in chunks(file):
            ended = kind == b"IEND"
            for piece in _inflated(inflate, data) if kind == b"IDAT" else ():
                count += len(piece)
                # Rows are differences: a picture of one colour has that, the filter and zeros.
                seen |= set(piece) if len(seen) <= _PLAIN else set()
    except zlib.error as error:
        raise DamagedPng(str(error)) from error
    if not (ended and inflate.eof):
        raise DamagedPng("cut off")
    return Held(count, len(seen) > _PLAIN)


def _inflated(inflate: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    yield inflate.decompress(data, _READ_BYTES)
    while inflate.unconsumed_tail:
        yield inflate.decompress(inflate.unconsumed_tail, _READ_BYTES)


def chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Return the chunks of a PNG from its start.

    Raises
    ------
    DamagedPng
        If it is no PNG or a check sum is wrong.
    """
    if file.read(len(SIGNATURE)) != SIGNATURE:
        raise DamagedPng("no PNG")
    while head := file.read(8):
        if len(head) < 8:
            raise DamagedPng("cut off")
        length, kind = struct.unpack(">I4s", head)
        data, check = file.read(length), file.read(4)
        if check != struct.pack(">I", zlib.crc32(data, zlib.crc32(kind))):
            raise DamagedPng("check sum")
        yield kind, data

"""JPEG written strip by strip: each strip is encoded alone and becomes a restart interval.

A whole JPEG needs the memory of all its pixels where its tables are made to measure; strips with
the usual tables do not. Knows nothing of maps, nor of who encodes a strip.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Encode = Callable[["NDArray[np.uint8]"], bytes]

#: Rows of a strip: a multiple of every height that blocks of a JPEG have.
STRIP_ROWS = 64
_START, _END, _SCAN = b"\xff\xd8", b"\xff\xd9", 0xDA
_FRAME, _JFIF, _RESTARTS, _FIRST_RESTART = 0xC0, 0xE0, 0xDD, 0xD0
_BLOCK_PX = 8


class DamagedJpeg(ValueError):
    """A strip is no baseline JPEG, or not like the first."""


class JpegWriter:
    """Writes a picture from its top.

    Parameters
    ----------
    encode : callable
        Returns rows, shape (height, width, 3), as a baseline JPEG with the usual Huffman tables.
    """

    def __init__(
        self, file: BinaryIO, width_px: int, height_px: int, dpi: float, *, encode: Encode
    ) -> None:
        self._file = file
        self._height_px = height_px
        self._dpi = round(dpi)
        self._encode = encode
        self._waiting = np.empty((0, width_px, 3), dtype=np.uint8)
        self._tables: list[tuple[int, bytes]] = []
        self._strips = 0

    def write(self, rows: NDArray[np.uint8]) -> None:
        """Take the next rows, shape (height, width, 3)."""
        self._waiting = np.concatenate([self._waiting, rows]) if len(self._waiting) else rows
        while len(self._waiting) >= STRIP_ROWS:
            self._strip(self._waiting[:STRIP_ROWS])
            self._waiting = self._waiting[STRIP_ROWS:]

    def close(self) -> None:
        """Write what is left and the end of the picture."""
        if len(self._waiting):
            self._strip(self._waiting)
        self._file.write(_END)

    def _strip(self, rows: NDArray[np.uint8]) -> None:
        segments, scan = parts_of(self._encode(np.ascontiguousarray(rows)))
        tables = [(kind, data) for kind, data in segments if kind not in {_FRAME, _JFIF}]
        if self._strips:
            if tables != self._tables:
                raise DamagedJpeg("tables differ")
            self._file.write(bytes((0xFF, _FIRST_RESTART + (self._strips - 1) % 8)))
        else:
            self._tables = tables
            self._head(segments)
        self._file.write(scan)
        self._strips += 1

    def _head(self, segments: list[tuple[int, bytes]]) -> None:
        """Write the head of the first strip with the size of the whole, and the intervals."""
        frame = next((data for kind, data in segments if kind == _FRAME), b"")
        if len(frame) < 15:
            raise DamagedJpeg("no baseline frame")
        width = struct.unpack(">H", frame[3:5])[0]
        across = max(byte >> 4 for byte in frame[7::3]) * _BLOCK_PX
        down = max(byte & 15 for byte in frame[7::3]) * _BLOCK_PX
        blocks = -(-width // across) * (STRIP_ROWS // down)
        jfif = b"JFIF\0" + struct.pack(">BBBHHBB", 1, 1, 1, self._dpi, self._dpi, 0, 0)
        whole = frame[:1] + struct.pack(">H", self._height_px) + frame[3:]
        self._file.write(_START + _segment(_JFIF, jfif))
        for kind, data in segments:
            if kind == _SCAN:
                self._file.write(_segment(_RESTARTS, struct.pack(">H", blocks)))
            if kind != _JFIF:
                self._file.write(_segment(kind, whole if kind == _FRAME else data))


def _segment(kind: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, kind, len(data) + 2) + data


def parts_of(jpeg: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Return the segments of a JPEG, the head of its scan the last, and the scan itself.

    Raises
    ------
    DamagedJpeg
        If it is not one.
    """
    if not (jpeg.startswith(_START) and jpeg.endswith(_END)):
        raise DamagedJpeg("no JPEG")
    segments = list(_segments(jpeg))
    after = sum(len(data) + 4 for _kind, data in segments) + len(_START)
    return segments, jpeg[after : -len(_END)]


def _segments(jpeg: bytes) -> Iterator[tuple[int, bytes]]:
    at, kind = len(_START), 0
    while kind != _SCAN:
        if at + 4 > len(jpeg) or jpeg[at] != 0xFF:
            raise DamagedJpeg("no segment")
        kind, length = struct.unpack(">BH", jpeg[at + 1 : at + 4])
        yield kind, jpeg[at + 4 : at + 2 + length]
        at += 2 + length

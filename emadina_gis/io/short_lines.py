"""Lines of one point: GEOS refuses them, and the rest of their feature with them.

The point is written twice, so that its place and the other parts stay. Knows nothing of files.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes

_LINE, _LINES = 2, 5
_HEADER = struct.Struct("<BII")
_LITTLE = 1
_Z_FLAG = 0x80000000


def reread_short_lines(wkb: NDArray[np.object_], shapes: Shapes) -> int:
    """Fill in the geometries that are missing for lines of one point; return how many."""
    present = np.array([value is not None for value in wkb], dtype=bool)
    filled = 0
    for row in np.flatnonzero(shapely.is_missing(shapes) & present):
        doubled = _doubled(bytes(wkb[row]))
        shape = shapely.from_wkb(doubled, on_invalid="ignore") if doubled else None
        if shape is not None:
            shapes[row] = shape
            filled += 1
    return filled


def _doubled(wkb: bytes) -> bytes:
    """Return the WKB with each line of one point made of two; empty where it is no line."""
    try:
        order, code, count = _HEADER.unpack_from(wkb)
        kind, _ = _kind(code)
        if order != _LITTLE or kind not in {_LINE, _LINES}:
            return b""
        if kind == _LINE:
            return _line(wkb, 0)[0]
        pieces, at = [wkb[: _HEADER.size]], _HEADER.size
        for _ in range(count):
            piece, at = _line(wkb, at)
            pieces.append(piece)
        return b"".join(pieces)
    except (struct.error, ValueError):
        return b""


def _kind(code: int) -> tuple[int, int]:
    """Return the plain type and the bytes of a position."""
    if code & _Z_FLAG:
        return code & 0xFF, 24
    dimensions = {0: 2, 1: 3, 2: 3, 3: 4}.get(code // 1000, 0)
    return code % 1000, 8 * dimensions


def _line(wkb: bytes, at: int) -> tuple[bytes, int]:
    order, code, count = _HEADER.unpack_from(wkb, at)
    kind, size = _kind(code)
    begin = at + _HEADER.size
    end = begin + count * size
    if order != _LITTLE or kind != _LINE or not size or end > len(wkb):
        raise ValueError(kind)
    if count != 1:
        return wkb[at:end], end
    position = wkb[begin:end]
    return _HEADER.pack(order, code, 2) + position + position, end

"""The drawing of a page as Qt writes it, made short: numbers no longer than paper can show.

Qt writes nine digits of every number. What lies beyond the step of the preset is cut off, with
arrays over the bytes and not number by number: a map has half a million of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

#: Units of the page as Qt writes it at 1200 dots per inch.
UNITS_PER_INCH = 1200
UNITS_PER_MM = UNITS_PER_INCH / 25.4
#: Bytes looked at at once, so that memory stays small and other threads get their turn.
_BLOCK = 1 << 20
_MATRIX = re.compile(rb"(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) -?[\d.]+ -?[\d.]+ cm$")
_NEWLINE, _POINT, _ZERO, _NINE, _SPACE = 10, 46, 48, 57, 32
#: Last letters of the lines that hold coordinates only: x y l, x y m, ... c, x y w h re.
_PATH_ENDS = np.frombuffer(b"lmce", np.uint8)

_PATH_LINES = tuple(before + bytes((last,)) + b"\n" for before in (b" ", b"r") for last in b"lmce")

Bytes = NDArray[np.uint8]


def shortened(content: bytes, step_mm: float) -> bytes:
    """Return a page's drawing with the coordinates of its paths cut to a step on paper."""
    parts = [
        _cut(np.frombuffer(content[start:end], np.uint8), digits)
        for first, last, digits in _spans(content, step_mm * UNITS_PER_MM)
        for start, end in _pieces(content, first, last)
    ]
    return b"".join(parts)


def _spans(content: bytes, step: float) -> Iterator[tuple[int, int, int]]:
    """Give whole lines from a place to another, with the digits that are kept there."""
    start, digits = 0, _digits(1.0, step)
    for at, scale in scales_of(content):
        needed = _digits(scale, step)
        if needed != digits:
            yield start, at, digits
            start, digits = at, needed
    yield start, len(content), digits


def _digits(scale: float, step: float) -> int:
    """Return the digits behind the point of a number whose unit has a size."""
    return max(0, round(math.log10(scale / step) + 0.3))


def scales_of(content: bytes) -> Iterator[tuple[int, float]]:
    """Give the places where the size of a unit may change, with the size in units of the page."""
    scales = [1.0]
    for at, line in _states(content):
        if line.endswith(b"cm"):
            # the first matrix of a page turns units into points
            scales[-1] *= _size_of(line) if len(scales) > 1 else 1.0
        for word in line.split(b" ") if not line.endswith(b"cm") else ():
            if word == b"q":
                scales.append(scales[-1])
            elif len(scales) > 1:
                scales.pop()
        yield at + len(line) + 1, scales[-1]


def _pieces(content: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = end
        if end - start > _BLOCK:
            stop = content.rfind(b"\n", start, start + _BLOCK) + 1 or end
        yield start, stop
        start = stop


def _states(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the lines that save, restore or change the coordinate system, with their places."""
    data = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(data == _NEWLINE)
    starts = np.concatenate([ends[:1] * 0, ends[:-1] + 1])
    first = data[starts]
    found = (first == ord("q")) | (first == ord("Q"))
    last, before = (data[np.maximum(ends - back, 0)] for back in (1, 2))
    found |= (last == ord("m")) & (before == ord("c"))
    for start, end in zip(starts[found].tolist(), ends[found].tolist(), strict=True):
        yield start, content[start:end]


def _size_of(line: bytes) -> float:
    """Return by how much a matrix enlarges."""
    match = _MATRIX.match(line)
    if match is None:
        return 1.0
    a, b, c, d = (float(number) for number in match.groups())
    return math.sqrt(abs(a * d - b * c)) or 1.0


def _cut(block: Bytes, digits: int) -> bytes:
    """Return lines with the numbers of paths cut to some digits behind the point."""
    as_is = block.tobytes()
    if not any(end in as_is for end in _PATH_LINES):
        return as_is
    stops = np.flatnonzero(block - np.uint8(_ZERO) > _NINE - _ZERO)
    kinds = block[stops]
    at = np.flatnonzero(kinds == _POINT)
    line = np.cumsum(kinds == _NEWLINE, dtype=np.int32)[at]
    at = at[_are_paths(block, stops[kinds == _NEWLINE])[line]]
    points, ends = stops[at], np.append(stops, len(block))[at + 1]
    starts = points + (digits + 1 if digits else 0)
    if digits:
        # a fraction whose digits are all noughts goes with its point
        noughts = _followed_by_noughts(block, points, digits)
        starts[noughts] = points[noughts]
    is_cut = starts < ends
    change = np.zeros(len(block) + 1, np.int8)
    change[starts[is_cut]] = 1
    change[ends[is_cut]] -= 1
    kept: bytes = block[np.cumsum(change[:-1], dtype=np.int8) == 0].tobytes()
    return kept


def _followed_by_noughts(block: Bytes, points: NDArray[np.intp], digits: int) -> NDArray[np.bool_]:
    """Whether the digits behind each point are noughts, as many as stay."""
    found = points + digits < len(block)
    for step in range(1, digits + 1):
        found &= block[np.minimum(points + step, len(block) - 1)] == _ZERO
    return found


def _are_paths(block: Bytes, ends: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether each line, by its end, is one of coordinates; what follows the last is none."""
    last = block[np.maximum(ends - 1, 0)]
    before = block[np.maximum(ends - 2, 0)]
    is_path = np.isin(last, _PATH_ENDS) & ((before == _SPACE) | (before == ord("r")))
    return np.append(is_path, False)

"""QPainterPaths of many features at once, made from arrays through Qt's own stream format."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QByteArray, QDataStream
from PySide6.QtGui import QPainterPath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_ELEMENT = np.dtype([("type", ">i4"), ("x", ">f8"), ("y", ">f8")])
_LINE_TO = 1
_MOVE_TO = 0
WINDING = 1


def path_elements(xy: NDArray[np.float64], ring_offsets: NDArray[np.integer]) -> NDArray[np.void]:
    """Return path elements: a move at the start of each ring, lines elsewhere.

    Parameters
    ----------
    xy : ndarray of float64, shape (m, 2)
        Positions on the picture; must be finite.
    ring_offsets : ndarray of int, shape (rings + 1,)
        Coordinates of ring i are ``[i]:[i + 1]``.
    """
    elements = np.empty(len(xy), dtype=_ELEMENT)
    elements["type"] = _LINE_TO
    starts = ring_offsets[:-1][np.diff(ring_offsets) > 0]
    elements["type"][starts] = _MOVE_TO
    elements["x"] = xy[:, 0]
    elements["y"] = xy[:, 1]
    return elements


def path_of(elements: NDArray[np.void]) -> QPainterPath:
    """Return one path filled by the winding rule."""
    path = QPainterPath()
    if not len(elements):
        return path
    starts = np.flatnonzero(elements["type"] == _MOVE_TO)
    data = (
        struct.pack(">i", len(elements))
        + elements.tobytes()
        + struct.pack(">ii", int(starts[-1]), WINDING)
    )
    stream = QDataStream(QByteArray(data))
    stream >> path
    return path


def paths_of(elements: NDArray[np.void], cuts: NDArray[np.integer]) -> Iterator[QPainterPath]:
    """Return a path for each slice ``cuts[i]:cuts[i + 1]`` of the elements."""
    for start, stop in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        yield path_of(elements[start:stop])


def batch_cuts(codes: NDArray[np.integer], size: int) -> NDArray[np.intp]:
    """Return where to cut rows into batches of one class and at most `size` rows; both ends too."""
    count = len(codes)
    if not count:
        return np.zeros(1, dtype=np.intp)
    changes = np.flatnonzero(np.diff(codes)) + 1
    starts = np.concatenate([[0], changes])
    run = np.arange(count) - np.repeat(starts, np.diff(np.append(starts, count)))
    return np.append(np.flatnonzero(run % size == 0), count)

"""Outlines of letters bent along a curve: what was level follows it, what was above stays above."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QPainterPath

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOVE, _LINE, _CURVE = 0, 1, 2


def bent(path: QPainterPath, curve: NDArray[np.float64]) -> QPainterPath:
    """Return a path about the origin bent along a curve whose middle takes the origin's place.

    Parameters
    ----------
    curve : ndarray of float64, shape (n, 2)
        Points in pixels, y down, in the direction of reading.
    """
    count = path.elementCount()
    if not count:
        return path
    elements = [path.elementAt(index) for index in range(count)]
    points = _moved(np.array([(element.x, element.y) for element in elements]), curve).tolist()
    kinds = [element.type for element in elements]
    made = QPainterPath()
    made.setFillRule(path.fillRule())
    index = 0
    while index < count:
        kind = kinds[index]
        if kind == QPainterPath.ElementType.MoveToElement:
            made.moveTo(*points[index])
        elif kind == QPainterPath.ElementType.LineToElement:
            made.lineTo(*points[index])
        else:
            made.cubicTo(*points[index], *points[index + 1], *points[index + 2])
            index += 2
        index += 1
    return made


def _moved(points: NDArray[np.float64], curve: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points carried along the curve by their x, and across it by their y."""
    steps = np.diff(curve, axis=0)
    long = np.hypot(*steps.T)
    along = np.concatenate([[0.0], np.cumsum(long)])
    tangents = np.gradient(curve, along, axis=0)
    tangents /= np.hypot(*tangents.T)[:, None]
    x = points[:, 0] + along[-1] / 2
    inside = np.clip(x, 0.0, along[-1])
    base = np.column_stack([np.interp(inside, along, curve[:, axis]) for axis in (0, 1)])
    way = np.column_stack([np.interp(inside, along, tangents[:, axis]) for axis in (0, 1)])
    way /= np.hypot(*way.T)[:, None]
    across = np.column_stack([-way[:, 1], way[:, 0]])
    return np.asarray(base + way * (x - inside)[:, None] + across * points[:, 1:2])

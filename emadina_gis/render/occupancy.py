"""Which places on a picture are taken: oriented boxes that must not overlap. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEVEL = 1e-9


class Occupancy:
    """Boxes taken on a picture of some size.

    A box turned by an angle is held as a row of small level boxes along it.
    """

    def __init__(self, width_px: float, height_px: float) -> None:
        self._width = width_px
        self._height = height_px
        self._boxes = np.zeros((256, 4))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def take(self, x: float, y: float, width: float, height: float, angle: float = 0.0) -> bool:
        """Take a box about a middle if it is free and inside the picture; whether it was taken."""
        boxes = box_pieces(x, y, width, height, angle)
        if not self._is_inside(boxes) or self._meets(boxes):
            return False
        self._add(boxes)
        return True

    def _is_inside(self, boxes: NDArray[np.float64]) -> bool:
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        return bool((low >= 0).all() and high[0] <= self._width and high[1] <= self._height)

    def _meets(self, boxes: NDArray[np.float64]) -> bool:
        taken = self._boxes[: self._count]
        apart = (
            (boxes[:, None, 0] >= taken[:, 2])
            | (boxes[:, None, 2] <= taken[:, 0])
            | (boxes[:, None, 1] >= taken[:, 3])
            | (boxes[:, None, 3] <= taken[:, 1])
        )
        return not bool(apart.all())

    def _add(self, boxes: NDArray[np.float64]) -> None:
        need = self._count + len(boxes)
        if need > len(self._boxes):
            self._boxes = np.concatenate([self._boxes, np.zeros((need, 4))])
        self._boxes[self._count : need] = boxes
        self._count = need


def box_pieces(
    x: float, y: float, width: float, height: float, angle: float
) -> NDArray[np.float64]:
    """Return level boxes (xmin, ymin, xmax, ymax) that cover a turned box, y down, shape (k, 4)."""
    if abs(angle) < _LEVEL:
        return np.array([[x - width / 2, y - height / 2, x + width / 2, y + height / 2]])
    count = max(1, int(np.ceil(width / max(height, 1.0))))
    along = (np.arange(count) + 0.5) / count * width - width / 2
    center = np.column_stack([x + along * np.cos(angle), y - along * np.sin(angle)])
    cos, sin = abs(np.cos(angle)), abs(np.sin(angle))
    long, high = width / count / 2, height / 2
    half = np.array([long * cos + high * sin, long * sin + high * cos])
    return np.column_stack([center - half, center + half])

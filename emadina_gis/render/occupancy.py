"""Which places on a picture are taken: boxes that must not overlap. No Qt."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

_LEVEL = 1e-9
#: Side of the squares by which taken boxes are found again.
_CELL_PX = 64.0
#: A level box: left, top, right, bottom; y down.
Box = tuple[float, float, float, float]


class Occupancy:
    """Boxes taken on a picture of some size.

    A box turned by an angle is held as a row of small level boxes along it.
    """

    def __init__(self, width_px: float, height_px: float) -> None:
        self._width = width_px
        self._height = height_px
        self._cells: dict[tuple[int, int], list[Box]] = defaultdict(list)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def take(self, x: float, y: float, width: float, height: float, angle: float = 0.0) -> bool:
        """Take a box about a middle if it is free and inside the picture; whether it was taken."""
        boxes = boxes_of(x, y, width, height, angle)
        if not self.holds(boxes) or self.meets(boxes):
            return False
        self.occupy(boxes)
        return True

    def holds(self, boxes: Iterable[Box]) -> bool:
        """Whether boxes lie wholly inside the picture."""
        return all(
            box[0] >= 0 and box[1] >= 0 and box[2] <= self._width and box[3] <= self._height
            for box in boxes
        )

    def meets(self, boxes: Iterable[Box], but: tuple[float, float] | None = None) -> bool:
        """Whether one of the boxes overlaps one that is taken.

        Parameters
        ----------
        but : (float, float), optional
            A position: taken boxes about it do not count.
        """
        return any(
            other[0] < box[2]
            and other[2] > box[0]
            and other[1] < box[3]
            and other[3] > box[1]
            and not (but is not None and _holds(other, but))
            for box in boxes
            for cell in _cells_of(box)
            for other in self._cells.get(cell, ())
        )

    def occupy(self, boxes: Sequence[Box]) -> None:
        """Take boxes, whatever was taken before."""
        self._count += len(boxes)
        for box in boxes:
            for cell in _cells_of(box):
                self._cells[cell].append(box)


def _holds(box: Box, at: tuple[float, float]) -> bool:
    return box[0] <= at[0] <= box[2] and box[1] <= at[1] <= box[3]


def _cells_of(box: Box) -> Iterator[tuple[int, int]]:
    columns = range(int(box[0] // _CELL_PX), int(box[2] // _CELL_PX) + 1)
    rows = range(int(box[1] // _CELL_PX), int(box[3] // _CELL_PX) + 1)
    return ((column, row) for column in columns for row in rows)


def boxes_of(x: float, y: float, width: float, height: float, angle: float = 0.0) -> list[Box]:
    """Return level boxes that cover a turned box about a middle, y down."""
    if abs(angle) < _LEVEL:
        return [(x - width / 2, y - height / 2, x + width / 2, y + height / 2)]
    return [tuple(box) for box in box_pieces(x, y, width, height, angle).tolist()]


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

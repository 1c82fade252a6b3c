"""Stretches of a line on which a text of some length can stand, straight or in a gentle bend.

Works on pixels of a picture (y down); knows no text and no Qt. A text on a stretch is read upright:
from left to right, and upwards where it stands steep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Parts of the height of the text: distance of points along a stretch, and how far a line is
#: smoothed; a straight text may leave the line by so much.
_STEP, _SMOOTHED, _STRAIGHT = 0.4, 0.9, 0.12
#: Radians: the largest turn from one point to the next, over a stretch, and from upright.
_MOST_TURN, _MOST_BEND, _MOST_TILT = 0.16, 1.35, 1.75
#: The smoothed line may leave the line itself by this part of the height.
_MOST_DRIFT = 0.35
_SMOOTHING = 7


@dataclass(frozen=True, eq=False)
class Stretch:
    """A place along a line.

    Attributes
    ----------
    xy : ndarray of float64, shape (n, 2)
        Points in the direction of reading; two where the text is straight.
    angle : float
        Radians counter-clockwise of a straight text; of the chord of a bent one.
    """

    xy: NDArray[np.float64]
    angle: float

    @property
    def is_straight(self) -> bool:
        """Whether the text is not bent."""
        return len(self.xy) == 2

    @property
    def middle(self) -> tuple[float, float]:
        """The point half way."""
        x, y = (self.xy[0] + self.xy[1]) / 2 if self.is_straight else self.xy[len(self.xy) // 2]
        return float(x), float(y)


class Path:
    """A line by its length.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Points in pixels, y down.
    """

    def __init__(self, xy: NDArray[np.float64]) -> None:
        steps = np.hypot(*np.diff(xy, axis=0).T)
        kept = np.concatenate([[True], steps > 0])
        self._xy = xy[kept]
        self._along = np.concatenate([[0.0], np.cumsum(steps[steps > 0])])

    @property
    def length(self) -> float:
        """Length in pixels."""
        return float(self._along[-1])

    def at(self, along: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points by their distance from the start, shape (…, 2)."""
        x = np.interp(along, self._along, self._xy[:, 0])
        y = np.interp(along, self._along, self._xy[:, 1])
        return np.stack([x, y], axis=-1)

    def stretch(self, middle: float, width: float, height: float) -> Stretch | None:
        """Return the stretch for a text about a distance from the start; None where it is unfit.

        Too short, or bent too much to be read.
        """
        first, last = middle - width / 2, middle + width / 2
        if first < 0 or last > self.length:
            return None
        count = max(7, int(np.ceil(width / (_STEP * height)))) + 1
        along = np.linspace(first, last, count)
        window = np.linspace(-_SMOOTHED, _SMOOTHED, _SMOOTHING) * height
        reach = np.clip(along[:, None] + window, 0.0, self.length)
        xy = self.at(reach).mean(axis=1)
        if np.hypot(*(self.at(along) - xy).T).max() > _MOST_DRIFT * height:
            return None
        chord = xy[-1] - xy[0]
        if not _is_upright(chord):
            xy, chord = xy[::-1], -chord
        angle = float(-np.arctan2(chord[1], chord[0]))
        if _off_chord(xy) < _STRAIGHT * height:
            return _straight(xy, angle)
        return Stretch(xy, angle) if _is_gentle(xy) else None


def _straight(xy: NDArray[np.float64], angle: float) -> Stretch:
    middle, half = xy.mean(axis=0), np.hypot(*(xy[-1] - xy[0])) / 2
    along = np.array([np.cos(angle), -np.sin(angle)]) * half
    return Stretch(np.array([middle - along, middle + along]), angle)


def _is_upright(chord: NDArray[np.float64]) -> bool:
    dx, dy = float(chord[0]), float(chord[1])
    level = 1e-6 * (abs(dx) + abs(dy))
    return dx > level or (abs(dx) <= level and dy < 0)


def _off_chord(xy: NDArray[np.float64]) -> float:
    """Return how far points lie from the line between the first and the last."""
    chord = xy[-1] - xy[0]
    length = float(np.hypot(*chord))
    if length == 0.0:
        return float("inf")
    across = (xy - xy[0]) @ np.array([-chord[1], chord[0]]) / length
    return float(np.abs(across).max())


def _is_gentle(xy: NDArray[np.float64]) -> bool:
    steps = np.diff(xy, axis=0)
    angles = np.unwrap(np.arctan2(-steps[:, 1], steps[:, 0]))
    turns = np.abs(np.diff(angles))
    return bool(
        turns.max(initial=0.0) <= _MOST_TURN
        and np.ptp(angles) <= _MOST_BEND
        and np.abs(angles).max() <= _MOST_TILT
    )

"""What placing gives: labels with their places, and what found none and why.

Positions are map coordinates, so placed labels follow a moving view until they are placed again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from emadina_gis.words.numbers import FSI, PDI

if TYPE_CHECKING:
    from emadina_gis.domain.style import LabelStyle


class Reason(StrEnum):
    """Why a label has no place."""

    COLLISION = "collision"
    TOO_SMALL = "too-small"
    OUT_OF_LINE = "out-of-line"
    EDGE = "edge"
    CROWDED = "crowded"
    REPEATED = "repeated"


#: Nothing is lost: the feature goes on outside the view, or its name stands nearby.
EXPECTED = frozenset({Reason.EDGE, Reason.REPEATED})
_LINE_BREAK = " · "


@dataclass(frozen=True)
class PlacedLabel:
    """A label with its place.

    Attributes
    ----------
    x, y : float
        Middle of the text in map coordinates.
    dx_px, dy_px : float
        Shift of the middle on the picture (labels beside points), y down.
    angle : float
        Radians counter-clockwise.
    curve : tuple of (float, float)
        Map coordinates of a bent text's middle line, in the direction of reading; empty where it
        is straight.
    leads_to : (float, float), optional
        Map coordinates of what a line leads to.
    rows : tuple of int
        All rows that the label names (pieces of a street).
    """

    layer_id: str
    row: int
    lines: tuple[str, ...]
    style: LabelStyle
    x: float
    y: float
    width_px: float
    height_px: float
    dx_px: float = 0.0
    dy_px: float = 0.0
    angle: float = 0.0
    curve: tuple[tuple[float, float], ...] = ()
    leads_to: tuple[float, float] | None = None
    rows: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """All lines as one."""
        return as_one(self.lines)


def as_one(lines: tuple[str, ...]) -> str:
    """Return the lines of a label as one, each in its own direction."""
    if len(lines) < 2:
        return "".join(lines)
    return _LINE_BREAK.join(f"{FSI}{line}{PDI}" for line in lines)


@dataclass(frozen=True)
class Unplaced:
    """A row whose label found no place."""

    layer_id: str
    row: int
    text: str
    reason: Reason


@dataclass(frozen=True)
class Placement:
    """Labels that have a place, and what has none.

    Attributes
    ----------
    left_out : tuple of Unplaced
        Rows without a place, those of the first layers and the highest priority first; of many
        the first only.
    counts : tuple of (str, Reason, int)
        How many rows of each layer have no place, all of them.
    out_of_scale : tuple of str
        Layers whose labels are not for this scale.
    """

    labels: tuple[PlacedLabel, ...] = ()
    left_out: tuple[Unplaced, ...] = ()
    counts: tuple[tuple[str, Reason, int], ...] = ()
    out_of_scale: tuple[str, ...] = ()

    @property
    def unplaced(self) -> tuple[tuple[str, int], ...]:
        """How many rows of each layer have no place, without those where that is expected."""
        found: Counter[str] = Counter()
        for layer_id, reason, count in self.counts:
            if reason not in EXPECTED:
                found[layer_id] += count
        return tuple(found.items())

"""What the scale and the turn of a transform tell: a unit, a paper scale, a truncated origin.

Nothing is applied here: these are readings for a person to confirm. Knows no words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.domain.placement import PlaneTransform

if TYPE_CHECKING:
    from emadina_gis.domain.extent import Extent

#: Metres in one unit of a drawing.
UNITS_M = {
    "m": 1.0,
    "dm": 0.1,
    "cm": 0.01,
    "mm": 0.001,
    "km": 1000.0,
    "inch": 0.0254,
    "foot": 0.3048,
}
#: A factor beside the expected one: a unit was taken for another one before the drawing came here.
_MISTAKEN = {"inch-as-mm": 25.4, "mm-as-inch": 1 / 25.4, "m-as-inch": 39.370078740157}
_PAPER_SCALES = (100, 200, 250, 500, 1000, 2000, 2500, 5000, 10_000, 20_000, 25_000, 50_000)
_NEAR = 0.01
#: Coordinates are truncated by whole hundreds of kilometres, or tens.
_ORIGIN_STEPS_M = (100_000.0, 10_000.0)
_HALF_TURN_DEG = 180.0


@dataclass(frozen=True)
class Turn:
    """A transform read as scale, rotation and shear at the middle of its points.

    Attributes
    ----------
    scale_x, scale_y : float
        Map units in one source unit, along the source's axes.
    rotation_deg : float
        Counterclockwise turn of the source's x axis.
    shear_deg : float
        By how much the axes are not at a right angle any more.
    mirrored : bool
        Whether the source is turned over.
    """

    scale_x: float
    scale_y: float
    rotation_deg: float
    shear_deg: float
    mirrored: bool

    @property
    def scale(self) -> float:
        """Mean scale: the square root of the factor of areas."""
        return math.sqrt(self.scale_x * self.scale_y * math.cos(math.radians(self.shear_deg)))


def read_turn(transform: PlaneTransform) -> Turn:
    """Return scale, rotation and shear of a transform at the middle of its points."""
    (a, b), (c, d) = transform.matrix()
    mirrored = a * d - b * c < 0
    rotation = math.degrees(math.atan2(c, a))
    other = math.degrees(math.atan2(d, b)) + (90.0 if mirrored else -90.0)
    shear = (other - rotation + _HALF_TURN_DEG) % (2 * _HALF_TURN_DEG) - _HALF_TURN_DEG
    return Turn(math.hypot(a, c), math.hypot(b, d), rotation, shear, mirrored)


@dataclass(frozen=True)
class ScaleReading:
    """What a scale looks like.

    Attributes
    ----------
    kind : str
        ``"unit"``, ``"paper"`` (millimetres of paper), ``"mistaken"``, or empty: nothing usual.
    unit : str
        Unit of the source, or the pair that was mistaken.
    denominator : int
        Of a paper scale.
    exact : float
        The scale if the reading is right.
    """

    kind: str = ""
    unit: str = ""
    denominator: int = 0
    exact: float = 0.0

    def excess(self, scale: float) -> float:
        """Return by which share the scale found is off the exact one (parts of one)."""
        return scale / self.exact - 1 if self.exact else math.nan


def read_scale(scale: float, unit_m: float = 1.0) -> ScaleReading:
    """Return what a scale looks like within 1 %, the plainest reading first.

    Parameters
    ----------
    scale : float
        Map units in one source unit.
    unit_m : float
        Metres in a map unit.
    """
    found = scale * unit_m
    for unit, metres in UNITS_M.items():
        if _is_near(found, metres):
            return ScaleReading("unit", unit, exact=metres / unit_m)
    for unit, factor in _MISTAKEN.items():
        if _is_near(found, factor):
            return ScaleReading("mistaken", unit, exact=factor / unit_m)
    for denominator in _PAPER_SCALES:
        if _is_near(found, denominator / 1000):
            return ScaleReading("paper", "mm", denominator, denominator / 1000 / unit_m)
    return ScaleReading()


def _is_near(found: float, wanted: float) -> bool:
    return abs(found / wanted - 1) <= _NEAR


@dataclass(frozen=True)
class Offset:
    """A typed offset that would bring a source onto the map: metres per unit, and what is added."""

    scale: float
    dx: float
    dy: float
    step: float


def likely_offsets(source: Extent, reference: Extent, scale: float = 1.0) -> tuple[Offset, ...]:
    """Return offsets by whole steps (100 km, 10 km) that bring a source onto a reference extent.

    An offset counts where the source's middle comes to lie within the reference, grown by half its
    size; the rounder one comes first. Nothing comes where the source is as wide as a step, or lies
    there already.
    """
    found: list[Offset] = []
    for step in _ORIGIN_STEPS_M:
        (sx, sy), (rx, ry) = source.center, reference.center
        dx, dy = (round((r - s * scale) / step) * step for r, s in ((rx, sx), (ry, sy)))
        reach = reference.scaled(2.0)
        is_small = max(source.width, source.height) * scale < step
        moved = bool(dx or dy)
        if is_small and moved and reach.contains(sx * scale + dx, sy * scale + dy):
            offset = Offset(scale, dx, dy, step)
            if not any((offset.dx, offset.dy) == (other.dx, other.dy) for other in found):
                found.append(offset)
    return tuple(found)

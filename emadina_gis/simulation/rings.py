"""What each level may cover of a real parcel: the parcel less the strips along its limits.

The rules of `envelope.footprints` said of any ground: they ask a `Ground` for what is left of the
parcel behind its limits, and put the parts together. The same text gives areas by half-planes for
thousands of parcels at once and shapes for those that are drawn or irregular. On rectangles it
equals the formulas. It knows nothing of documents, ratios or files. Lengths in metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import numpy as np

from emadina_gis.simulation.parcels import Fronts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.simulation.envelope import Envelope, Level

    Floats = NDArray[np.float64]
    Length = Floats | float

#: Lengths that differ by less are the same, in metres; areas below it are nothing, in m².
SAME = 1e-6


@dataclass(frozen=True, eq=False)
class Distances:
    """How far a building stays from the limits of its parcel, in metres; scalars or (n,).

    Attributes
    ----------
    fronts : tuple
        From each street, the main front first.
    rear, left, right : float or ndarray
        From the other limits.
    """

    fronts: tuple[Length, ...]
    rear: Length = 0.0
    left: Length = 0.0
    right: Length = 0.0


Region = TypeVar("Region")


class Ground(Protocol[Region]):
    """Parcels of one kind, and what can be asked of them."""

    @property
    def fronts(self) -> Fronts:
        """How streets lie around each of the parcels."""

    @property
    def road_m(self) -> tuple[Floats, ...]:
        """Width of the road before each front, each of shape (n,)."""

    @property
    def depth_m(self) -> Floats:
        """Greatest depth of each parcel behind its main front, shape (n,)."""

    def left_by(self, kept: Distances) -> Region:
        """Return what is left of the parcels behind these distances."""

    def strip(self, kept: Distances, front: int, end_m: float) -> Region:
        """Return what of it lies no deeper than `end_m` behind one of the fronts."""

    def rear_strip(self, kept: Distances, front: int, end_m: float, rear_m: float) -> Region:
        """Return what of a strip lies nearer to the rear limits than `rear_m`."""

    def less(self, whole: Region, part: Region) -> Region:
        """Return a region without a part of it."""

    def both(self, first: Region, second: Region) -> Region:
        """Return two regions that do not overlap as one."""

    def chosen(self, rows: NDArray[np.bool_], first: Region, second: Region) -> Region:
        """Return the first region for some parcels and the second for the others."""

    def wide(self, region: Region, measured: Region | None = None) -> Region:
        """Return the parts whose extent along the main front is a building's.

        Parameters
        ----------
        measured : region, optional
            Measure this one instead, and keep all of the region or nothing.
        """

    def is_empty(self, region: Region) -> NDArray[np.bool_]:
        """Whether nothing is left for each of the parcels, shape (n,)."""


@dataclass(frozen=True, eq=False)
class _Place(Generic[Region]):
    """A ground, the envelope over it, and how far a level stands back from each street."""

    ground: Ground[Region]
    envelope: Envelope
    level: Level
    retreats: tuple[Length, ...]

    @property
    def behind_bands(self) -> tuple[Length, ...]:
        return tuple(_further(self.envelope.band_end_m, retreat) for retreat in self.retreats)


def _further(first: float, second: Length) -> Length:
    if isinstance(second, float):
        return max(first, second)
    return np.maximum(first, second) if bool(np.any(second > first)) else first


def level_regions(envelope: Envelope, ground: Ground[Region]) -> Iterator[Region]:
    """Yield what each level may cover, from the ground floor up; nothing where a width is NaN."""
    shapes = {Fronts.ONE: _one_front, Fronts.CORNER: _corner, Fronts.THROUGH: _through}
    shape = _detached if envelope.form == "detached" else shapes[ground.fronts]
    known: list[tuple[_Place[Region], Region]] = []
    for level in envelope.levels:
        retreats = tuple(retreat_of(envelope, level, road) for road in ground.road_m)
        place = _Place(ground, envelope, level, retreats)
        if not known or not _alike(known[-1][0], place):
            known = [(place, shape(place))]
        yield known[-1][1]


def _alike(first: _Place[Region], second: _Place[Region]) -> bool:
    """Whether two levels keep the same distances."""
    if (first.level.side_m, first.level.rear_m) != (second.level.side_m, second.level.rear_m):
        return False
    pairs = zip(first.retreats, second.retreats, strict=True)
    return all(isinstance(a, float) and isinstance(b, float) and a == b for a, b in pairs)


def retreat_of(envelope: Envelope, level: Level, road_m: Floats) -> Length:
    """Return how far a level stands behind an alignment, in metres; NaN where the width is."""
    if envelope.form == "detached" or not np.isfinite(envelope.prospect_factor):
        return envelope.setback_m
    limit = envelope.prospect_factor * (road_m + envelope.setback_m)
    if not limit.size or level.top_m <= float(limit.min()):
        return envelope.setback_m
    return np.asarray(np.maximum(level.top_m - limit, 0.0) + envelope.setback_m)


def _detached(place: _Place[Region]) -> Region:
    """Return a house apart: the set-back from every street, free sides, the rear."""
    side = place.level.side_m
    left, right = _free_sides(place, side)
    kept = Distances(place.retreats, rear=place.level.rear_m, left=left, right=right)
    return place.ground.wide(place.ground.left_by(kept))


def _free_sides(place: _Place[Region], side: float) -> tuple[Length, Length]:
    """Return the distances to both sides: a building touches its party sides, the right first."""
    party = place.envelope.party_sides
    if place.ground.fronts is Fronts.CORNER:
        return (0.0, 0.0) if party else (side, side)
    return (0.0 if party > 1 else side, 0.0 if party else side)


def _one_front(place: _Place[Region]) -> Region:
    """Return a band along the street up to the sides, and what lies behind it."""
    ground, level = place.ground, place.level
    rear, side, end = level.rear_m, level.side_m, place.envelope.band_end_m
    band = ground.wide(ground.strip(Distances(place.retreats, rear=rear), 0, end))
    if place.envelope.form != "band_rear_limit":
        kept = Distances(place.behind_bands, rear=rear, left=side, right=side)
        return ground.both(band, ground.wide(ground.left_by(kept)))
    to_rear = Distances(place.retreats, left=side, right=side)
    behind = ground.left_by(Distances(place.behind_bands, left=side, right=side))
    beside_rear = ground.rear_strip(to_rear, 0, end, rear)
    deep = ground.both(band, ground.wide(ground.both(behind, beside_rear)))
    whole = ground.wide(ground.left_by(Distances(place.retreats)))
    return ground.chosen(ground.depth_m <= place.envelope.shallow_m + SAME, whole, deep)


def _corner(place: _Place[Region]) -> Region:
    """Return bands along all streets, and what lies behind them; there is no rear limit."""
    ground, side = place.ground, place.level.side_m
    whole = ground.left_by(Distances(place.retreats))
    hollow = ground.left_by(Distances(place.behind_bands))
    bands = ground.wide(ground.less(whole, hollow), measured=whole)
    inner = ground.left_by(Distances(place.behind_bands, rear=side, left=side, right=side))
    return ground.both(bands, ground.wide(inner))


def _through(place: _Place[Region]) -> Region:
    """Return a band along each of two opposite streets, and what lies between them."""
    ground, side, end = place.ground, place.level.side_m, place.envelope.band_end_m
    first, second = place.retreats
    short = ground.is_empty(ground.left_by(Distances((end, end))))
    whole = ground.wide(ground.left_by(Distances(place.retreats)))
    if short.all():
        return whole
    near = ground.wide(ground.strip(Distances((first, 0.0)), 0, end))
    far = ground.wide(ground.strip(Distances((end, second)), 1, end))
    inner = ground.left_by(Distances(place.behind_bands, rear=side, left=side, right=side))
    deep = ground.both(ground.both(near, far), ground.wide(inner))
    return ground.chosen(short, whole, deep)

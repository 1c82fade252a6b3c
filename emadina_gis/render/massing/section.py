"""``StreetSection``: a cut across a street, through the parcel and what stands opposite.

Lengths only, in metres along the cut: 0 is the alignment of the parcel (the projected one where the
plan takes a strip for roads), positive inwards, negative over the street. Knows no Qt and no words;
the numbers come from the envelope and from the bodies.

Source of the lines: règlement of the plan d'aménagement of Aïn Chock, articles 25, 32 and 53
(prospect), 26, 33 and 54 (band), as the planning document gives them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.simulation.envelope import Plots, envelope_of, retreats_of
from emadina_gis.simulation.parcels import Fronts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from emadina_gis.regulation import Citation, Ruling
    from emadina_gis.simulation.envelope import Envelope, Level

    Floats = NDArray[np.float64]

#: Lengths under this are nothing, in metres.
NOTHING_M = 0.005
#: A strip taken by the plan that is narrower is not drawn, in metres.
TAKEN_M = 0.1
#: How far a cut is followed, over the street and behind the parcel.
MOST_STREET_M = 80.0
BEYOND_M = 18.0
#: What lies nearer than this before the front is no other side of a street.
OPEN_M = 1.5


@dataclass(frozen=True)
class CutBody:
    """A body the cut goes through; ``known`` is False where its height is not.

    ``level`` is -1 for what stands.
    """

    from_m: float
    to_m: float
    base_m: float
    top_m: float
    level: int = -1
    known: bool = True


@dataclass(frozen=True)
class Retreat:
    """How far a level's façade stands behind the front of the building, under the prospect."""

    level: int
    top_m: float
    retreat_m: float


@dataclass(frozen=True)
class Across:
    """The other side of the street.

    ``depth_m`` is that of the parcel met, ``allowed_m`` the height it may have (NaN where not
    known), ``gap_m`` the distance measured between the two parcels on the map.
    """

    depth_m: float
    allowed_m: float
    sector: str
    existing: tuple[CutBody, ...]
    gap_m: float


@dataclass(frozen=True)
class StreetSection:
    """A cut across a street.

    Attributes
    ----------
    road_m : float
        Width between the alignments, NaN where it is unknown.
    depth_m : float
        Of the parcel along the cut.
    setback_m : float
        From the alignment to the front of the building.
    prospect_factor : float
        A façade may rise to this factor times what it looks over; ``inf`` for none.
    band_end_m : float
        End of the band that may touch the side limits; ``inf`` for none.
    max_height_m : float
    levels : tuple of CutBody
        What may be built, from the ground up.
    retreats : tuple of Retreat
        Levels that stand behind the front of the building.
    existing : tuple of CutBody
        What stands on the parcel and behind it.
    across : Across or None
    citations : mapping of str to Citation
        By kind of rule.
    taken_m : float
        How far the plan's roads move the alignment into the parcel: its present limit is so far
        before the alignment.
    streets : int
        Streets that border the parcel; the cut is across the main one.
    reduced : bool
        The levels are one possible volume: the ground coverage leaves less than the set-backs.
    """

    road_m: float
    depth_m: float
    setback_m: float
    prospect_factor: float
    band_end_m: float
    max_height_m: float
    levels: tuple[CutBody, ...]
    retreats: tuple[Retreat, ...]
    existing: tuple[CutBody, ...] = ()
    across: Across | None = None
    citations: Mapping[str, Citation] = field(default_factory=dict)
    sector: str = ""
    parcel: str = ""
    taken_m: float = 0.0
    streets: int = 1
    reduced: bool = False

    @property
    def prospect_m(self) -> float:
        """Height a façade on the front of the building may have, ``inf`` for no limit."""
        if math.isinf(self.prospect_factor):
            return math.inf
        return self.prospect_factor * (self.road_m + self.setback_m)

    @property
    def opposite_m(self) -> float:
        """Where the other side of the street begins: as far as the street is wide.

        Where the plan takes a strip of the parcel for roads, which may be others than the street
        in front, it is where the map shows it; so it is where the width is unknown.
        """
        measured = math.nan if self.across is None else self.across.gap_m
        if math.isfinite(self.road_m) and not (self.taken_m >= TAKEN_M and measured > 0):
            return self.road_m
        return measured if measured > 0 else 0.0

    @property
    def has_prospect(self) -> bool:
        """Whether there is a prospect and the street's width is known."""
        return math.isfinite(self.prospect_m)

    @property
    def top_m(self) -> float:
        """The highest that is drawn."""
        tops = [body.top_m for body in (*self.levels, *self.existing)]
        if self.across is not None:
            tops += [body.top_m for body in self.across.existing]
            tops += [self.across.allowed_m] if math.isfinite(self.across.allowed_m) else []
        return max([self.max_height_m, *tops])

    @property
    def built_depth_m(self) -> float:
        """Where the deepest level ends."""
        return max((body.to_m for body in self.levels), default=self.depth_m)

    def prospect_line(self) -> tuple[tuple[float, float], ...]:
        """Return the points of the prospect: across the street, up to the façade, then at 45°."""
        if not self.has_prospect:
            return ()
        start, limit = (-self.road_m, 0.0), self.prospect_m
        top = max(self.max_height_m, limit) + 3.0
        return start, (self.setback_m, limit), (self.setback_m + top - limit, top)


def section_of_plot(
    ruling: Ruling,
    *,
    width_m: float,
    depth_m: float,
    road_m: float,
    storey_m: float = 3.0,
    min_block_width_m: float = 6.0,
) -> StreetSection:
    """Return the cut through the middle of a rectangular parcel with one front.

    Parameters
    ----------
    ruling : Ruling
    width_m, depth_m, road_m : float
        Of the parcel, after what roads take of it, and of the street.
    storey_m, min_block_width_m : float
        Parameters of the model.
    """
    envelope = envelope_of(ruling, storey_m)
    retreats = _retreats(envelope, road_m)
    bodies = []
    for number, level in enumerate(envelope.levels):
        front = envelope.setback_m + retreats[number]
        end = _end_of(envelope, level, (width_m, depth_m), min_block_width_m)
        if end - front > NOTHING_M:
            base = envelope.levels[number - 1].top_m if number else 0.0
            bodies.append(CutBody(front, end, base, level.top_m, number))
    return StreetSection(
        road_m=road_m,
        depth_m=depth_m,
        setback_m=envelope.setback_m,
        prospect_factor=envelope.prospect_factor,
        band_end_m=envelope.band_end_m,
        max_height_m=ruling.max_height_m,
        levels=tuple(bodies),
        retreats=_told(envelope, retreats),
    )


def _retreats(envelope: Envelope, road_m: float) -> list[float]:
    """Return how far each level stands behind the front of the building, 0 where not known."""
    one = np.array([1.0])
    plots = Plots(Fronts.ONE, one, one, np.array([road_m]), np.array([road_m]))
    found = (length - envelope.setback_m for length in retreats_of(envelope, plots))
    return [max(length, 0.0) if math.isfinite(length) else 0.0 for length in found]


def _told(envelope: Envelope, retreats: Sequence[float]) -> tuple[Retreat, ...]:
    return tuple(
        Retreat(number, envelope.levels[number].top_m, length)
        for number, length in enumerate(retreats)
        if length > NOTHING_M
    )


def _end_of(
    envelope: Envelope, level: Level, plot_m: tuple[float, float], min_block_width_m: float
) -> float:
    """Return where a level ends in the middle of a rectangular parcel."""
    width, depth = plot_m
    to_rear = depth - level.rear_m
    if envelope.form == "detached":
        return to_rear
    if envelope.form == "band_rear_limit" and depth <= envelope.shallow_m:
        return depth
    beyond = width - 2 * level.side_m >= min_block_width_m
    return to_rear if beyond else min(envelope.band_end_m, to_rear)


# --- on the map --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class CutLine:
    """The line of a cut: a point of the alignment, and the direction into the parcel."""

    at: Floats
    inwards: Floats

    def piece(self, from_m: float, to_m: float) -> shapely.LineString:
        """Return the part of the line between two distances."""
        return shapely.LineString([self.at + from_m * self.inwards, self.at + to_m * self.inwards])

    def spans(self, polygon: object, from_m: float, to_m: float) -> list[tuple[float, float]]:
        """Return where a polygon is cut, as pairs of distances in order."""
        met = shapely.intersection(polygon, self.piece(from_m, to_m))
        found = []
        for part in shapely.get_parts(met):
            if part.geom_type != "LineString" or part.is_empty:
                continue
            along = (shapely.get_coordinates(part) - self.at) @ self.inwards
            if along.max() - along.min() > NOTHING_M:
                found.append((float(along.min()), float(along.max())))
        return sorted(found)


def cut_bodies(
    line: CutLine,
    polygons: Sequence[object] | NDArray[np.object_],
    heights_m: tuple[ArrayLike, ArrayLike],
    span_m: tuple[float, float],
    *,
    levels: ArrayLike | None = None,
) -> tuple[CutBody, ...]:
    """Return what a cut meets of bodies; a top that is NaN is not known and drawn flat."""
    base, top = (np.broadcast_to(np.asarray(h, float), len(polygons)) for h in heights_m)
    number = np.full(len(polygons), -1) if levels is None else np.asarray(levels)
    found = []
    for index, polygon in enumerate(polygons):
        height, known = float(top[index]), bool(np.isfinite(top[index]))
        found += [
            CutBody(a, b, float(base[index]), height if known else 0.0, int(number[index]), known)
            for a, b in line.spans(polygon, *span_m)
        ]
    return tuple(found)


def moved_across(bodies: Sequence[CutBody], by_m: float) -> tuple[CutBody, ...]:
    """Return bodies of the other side moved along the cut."""
    return tuple(replace(b, from_m=b.from_m + by_m, to_m=b.to_m + by_m) for b in bodies)


def at_width(section: StreetSection) -> StreetSection:
    """Return the section with the other side where its street says, not where the map shows it."""
    if section.across is None:
        return section
    by_m = section.across.gap_m - section.opposite_m
    moved = moved_across(section.across.existing, by_m)
    return replace(section, across=replace(section.across, existing=moved))


def section_of_levels(
    ruling: Ruling,
    levels: Sequence[CutBody],
    *,
    depth_m: float,
    road_m: float,
    storey_m: float = 3.0,
) -> StreetSection:
    """Return the cut through bodies found on the map, with the lines of a ruling."""
    envelope = envelope_of(ruling, storey_m)
    return StreetSection(
        road_m=road_m,
        depth_m=depth_m,
        setback_m=envelope.setback_m,
        prospect_factor=envelope.prospect_factor,
        band_end_m=envelope.band_end_m,
        max_height_m=ruling.max_height_m,
        levels=tuple(levels),
        retreats=_told(envelope, _retreats(envelope, road_m)),
    )

"""The levels of some parcels as bodies: their shapes, cut down to the largest footprint allowed.

From the top down, a level keeps what stands over it and is filled from the street towards the rear
until its area is the largest that the document allows: one possible volume among others. It knows
nothing of drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.simulation.clipping import Rings, depth_holding
from emadina_gis.simulation.envelope import envelope_of
from emadina_gis.simulation.land import caps_of, reference_of
from emadina_gis.simulation.overlay import overlaid
from emadina_gis.simulation.parcels import Fronts, Regime
from emadina_gis.simulation.rings import SAME, level_regions
from emadina_gis.simulation.solids import LevelSolids, level_solids
from emadina_gis.simulation.stacking import site_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes
    from emadina_gis.progress import Context
    from emadina_gis.regulation import Ruling
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.simulation.envelope import Envelope
    from emadina_gis.simulation.polygon_envelope import PolygonFootprints

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

_BLOCK_ROWS = 512


@dataclass(frozen=True, eq=False)
class _Bodies:
    """Bodies of one level of some parcels, in map units."""

    shapes: Shapes
    row: Rows
    level: int
    heights_m: tuple[float, float]
    area_m2: Floats
    envelope_m2: Floats


def level_polygons(
    footprints: PolygonFootprints,
    outcome: Outcome,
    rows: Rows,
    at: Rows | None = None,
    *,
    ctx: Context = NULL_CONTEXT,
) -> LevelSolids:
    """Return the levels of some parcels as bodies.

    A parcel of unknown regime is shown as a lot, a mix of sectors as its larger part; one without
    figures, or of which no front is known, has no bodies.

    Parameters
    ----------
    footprints : PolygonFootprints
    outcome : Outcome
        What the parcels may carry: cases, caps and heights come from it.
    rows : ndarray of int, shape (k,)
        Rows of the outcome.
    at : ndarray of int, shape (k,), optional
        Rows of the same parcels among those of `footprints`; the same where not given.
    ctx : Context
        Progress and cancellation.
    """
    places = rows if at is None else at
    bodies: list[_Bodies] = []
    groups = list(_groups(footprints, outcome, rows, places))
    for done, (some, kind, ruling) in enumerate(groups):
        ctx.report(done / len(groups))
        part = _Part(footprints, outcome, rows[some], places[some])
        bodies += part.bodies(kind, ruling)
    return _solids(bodies)


def _solids(bodies: list[_Bodies]) -> LevelSolids:
    def joined(arrays: Sequence[NDArray[Any]]) -> Floats:
        return np.concatenate([np.zeros(0), *arrays])

    shapes = np.concatenate([np.zeros(0, dtype=object), *(body.shapes for body in bodies)])
    counts = [len(body.row) for body in bodies]
    return level_solids(
        shapes,
        joined([body.row for body in bodies]).astype(np.int64),
        np.repeat([body.level for body in bodies], counts) if bodies else np.zeros(0),
        heights_m=(
            np.repeat([body.heights_m[0] for body in bodies], counts),
            np.repeat([body.heights_m[1] for body in bodies], counts),
        ),
        areas_m2=(
            joined([body.area_m2 for body in bodies]),
            joined([body.envelope_m2 for body in bodies]),
        ),
    )


def _groups(
    footprints: PolygonFootprints, outcome: Outcome, rows: Rows, places: Rows
) -> Iterator[tuple[Rows, tuple[Fronts, int, bool], Ruling]]:
    """Yield parcels of one kind, regime and case in blocks, as numbers in `rows`."""
    streets = footprints.parcels.streets[places].astype(np.int64)
    fronts = footprints.parcels.limits.fronts[places]
    regime = outcome.inputs.regime
    lot = np.ones(len(rows), dtype=bool) if regime is None else regime[rows] != Regime.RAW
    case = outcome.case[rows].astype(np.int64)
    known = (streets > 0) & (case >= 0) & (outcome.net_floor_area_high_m2[rows] >= 0)
    key = ((case * 8 + streets) * 3 + fronts) * 2 + lot
    for value in np.unique(key[known]).tolist():
        some = np.flatnonzero(known & (key == value))
        rulings = outcome.table.cases[value // 48]
        if not rulings:
            continue
        kind = (Fronts(value // 2 % 3), value // 6 % 8, bool(value % 2))
        for first in range(0, len(some), _BLOCK_ROWS):
            yield some[first : first + _BLOCK_ROWS], kind, rulings[0][0]


@dataclass(frozen=True, eq=False)
class _Part:
    """Some parcels of one kind and case."""

    footprints: PolygonFootprints
    outcome: Outcome
    rows: Rows
    places: Rows

    def bodies(self, kind: tuple[Fronts, int, bool], ruling: Ruling) -> list[_Bodies]:
        """Return the bodies of these parcels, level by level."""
        fronts, streets, lot = kind
        parameters = self.outcome.parameters
        envelope = envelope_of(ruling, parameters["storey_m"])
        least = parameters["min_block_width_m"]
        ground = self.footprints.cut_ground(self.places, (fronts, streets), least)
        regions = list(level_regions(envelope, ground))
        allowed = self._allowed(fronts, ruling, lot=lot)
        into = np.nan_to_num(ground.limits.main_inward)
        kept = np.full(len(self.rows), shapely.Polygon(), dtype=object)
        found: list[_Bodies] = []
        drawn, before = kept, None
        for number in range(len(regions) - 1, -1, -1):
            most = allowed[0] if number == 0 else allowed[1]
            whole = regions[number]
            if before is None or before[0] is not whole or before[1] is not most:
                kept = reduced(whole.shapes, kept, into, np.minimum(most, whole.area_m2))
                drawn = self.footprints.parcels.to_map(kept, self.places)
            before = (whole, most)
            found.append(self._body(drawn, number, envelope, whole.area_m2, most))
        return found

    def _body(
        self, shapes: Shapes, number: int, envelope: Envelope, whole: Floats, most: Floats
    ) -> _Bodies:
        base_m = envelope.levels[number - 1].top_m if number else 0.0
        area = np.minimum(whole, most)
        some = np.flatnonzero(area > SAME)
        heights = (base_m, envelope.levels[number].top_m)
        return _Bodies(shapes[some], self.rows[some], number, heights, area[some], whole[some])

    def _allowed(self, fronts: Fronts, ruling: Ruling, *, lot: bool) -> tuple[Floats, Floats]:
        """Return the largest footprints of the ground floor and of the levels above it, (k,)."""
        inputs = self.outcome.inputs
        land = site_of(inputs, self.rows, fronts, road=False).land
        reference = reference_of(land, ruling, lot=lot).area_m2
        one_front = fronts is Fronts.ONE
        caps = caps_of(land, reference, ruling, lot=lot, one_front=one_front)
        shape = len(self.rows)
        upper = np.broadcast_to(np.asarray(caps.upper_m2, dtype=np.float64), shape)
        if caps.ground_m2 is caps.upper_m2:
            return upper, upper
        return np.broadcast_to(np.asarray(caps.ground_m2, dtype=np.float64), shape), upper


def reduced(shapes: Shapes, kept: Shapes, into: Floats, area_m2: Floats) -> Shapes:
    """Return shapes cut down to an area: what must stay, and the rest from the street inwards.

    Parameters
    ----------
    shapes : array of shapely polygons, shape (k,)
    kept : array of shapely polygons, shape (k,)
        What stands on them.
    into : ndarray of float64, shape (k, 2)
        From the street into each parcel.
    area_m2 : ndarray of float64, shape (k,)
    """
    over = np.flatnonzero(shapely.area(shapes) > area_m2 + SAME)
    result = np.array(shapes, dtype=object)
    if not len(over):
        return result
    stays = overlaid(shapely.intersection, kept[over], shapes[over])
    free = overlaid(shapely.difference, shapes[over], stays)
    wanted = np.maximum(area_m2[over] - shapely.area(stays), 0.0)
    rings, owner = _rings_of(free)
    depth = depth_holding(rings, into[over], wanted, owner)
    filled = overlaid(shapely.intersection, free, _up_to(free, into[over], depth))
    result[over] = overlaid(shapely.union, stays, filled, grid=SAME)
    return result


def _rings_of(shapes: Shapes) -> tuple[Rings, NDArray[np.int64]]:
    """Return the rings of shapes, shells counter-clockwise, and the shape of each."""
    parts, part_owner = shapely.get_parts(shapes, return_index=True)
    polygons = shapely.orient_polygons(parts)
    lines, line_owner = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(lines, return_index=True)
    last = np.append(ring[1:] != ring[:-1], True) if len(ring) else np.zeros(0, dtype=bool)
    counts = np.bincount(ring[~last], minlength=len(lines))
    starts = np.concatenate([[0], np.cumsum(counts)])
    return Rings(xy[~last, 0], xy[~last, 1], starts), part_owner[line_owner]


def _up_to(shapes: Shapes, into: Floats, depth: Floats) -> Shapes:
    """Return what lies no farther than a depth along a direction, as boxes around the shapes."""
    bounds = np.nan_to_num(shapely.bounds(shapes))
    size = float(np.abs(bounds).max(initial=1.0)) * 4
    across = np.column_stack([-into[:, 1], into[:, 0]]) * size
    edge = into * depth[:, None]
    far = into * -size
    corners = [edge - across, edge + across, edge + across + far, edge - across + far]
    return np.asarray(shapely.polygons(np.stack(corners, axis=1)))

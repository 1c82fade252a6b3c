"""``RealParcels``: the outlines and limits of all parcels of a table, ready for envelopes.

Worked out once, chunk by chunk; when some parcels change, only the chunks that hold them or their
neighbours are read again. It knows no rules and no files. Lengths in metres.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.kept import kept
from emadina_gis.domain.soundness import made_valid
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.simulation.clipping import Rings
from emadina_gis.simulation.limits import Limits, Side, joined_limits
from emadina_gis.simulation.neighbours import FARTHEST_M, Roads, Surroundings
from emadina_gis.simulation.outlines import outlines_of
from emadina_gis.simulation.overlay import polygonal
from emadina_gis.simulation.sides import limits_of, told_by, without_front

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import GeometryChunk, Shapes
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.progress import Context
    from emadina_gis.simulation.parcels import ParcelInputs

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

_THREADS = 2
#: Drawn shapes are rounded to this: far from the origin nearly equal corners would cross.
_DRAWN_M = 1e-5


@dataclass(frozen=True, eq=False)
class _Piece:
    """What is known of the parcels of one chunk."""

    origin: Floats
    rings: Rings
    convex: NDArray[np.bool_]
    limits: Limits


@dataclass(frozen=True, eq=False)
class RealParcels:
    """n parcels as they lie on the ground.

    Attributes
    ----------
    table : FeatureTable
        Where the shapes come from.
    roads : Roads, optional
        What the fronts were told by.
    told : tuple
        The columns of the inputs that widths and fronts were read from.
    origin : ndarray of float64, shape (n, 2)
        Of each parcel's own coordinates, in metres of the map.
    rings : Rings
        Shells.
    convex : ndarray of bool, shape (n,)
    limits : Limits
    """

    table: FeatureTable
    roads: Roads | None
    told: tuple[Floats | None, ...]
    origin: Floats
    rings: Rings
    convex: NDArray[np.bool_]
    limits: Limits

    def __len__(self) -> int:
        return len(self.origin)

    @kept
    def streets(self) -> NDArray[np.int8]:
        """Streets that border each parcel, 0 where no front was found, shape (n,)."""
        counts = self.limits.front_count
        return np.where(without_front(self.limits), 0, counts).astype(np.int8)

    @kept
    def plain(self) -> NDArray[np.bool_]:
        """Parcels all of whose limits are half-planes, one for each street, shape (n,).

        They have at most one limit at the rear.
        """
        limits, count = self.limits, len(self)
        fronts = np.bincount(limits.owner[limits.front >= 0], minlength=count)
        rears = np.bincount(limits.owner[limits.side == Side.REAR], minlength=count)
        simple = (fronts == self.streets) & (rears <= 1) & (self.streets > 0)
        return np.asarray(self.convex & simple)

    def shapes(self, rows: Rows) -> Shapes:
        """Return the polygons of some parcels in their own coordinates, made valid."""
        shapes = self.table.shapes(rows)
        unit = self.table.crs.unit_m
        origin = self.origin[rows]
        xy, owner = shapely.get_coordinates(shapes, return_index=True)
        local = shapely.set_coordinates(shapes.copy(), xy * unit - origin[owner])
        invalid = np.flatnonzero(~shapely.is_valid(local) & ~shapely.is_missing(local))
        local[invalid] = made_valid(local[invalid])
        return polygonal(np.asarray(local))

    def to_map(self, shapes: Shapes, rows: Rows) -> Shapes:
        """Return shapes in the own coordinates of some parcels in map units."""
        invalid = np.flatnonzero(~shapely.is_valid(shapes))
        sound = shapes.copy()
        sound[invalid] = made_valid(shapes[invalid])
        rounded = shapely.set_precision(sound, _DRAWN_M)
        xy, owner = shapely.get_coordinates(rounded, return_index=True)
        moved = (xy + self.origin[rows][owner]) / self.table.crs.unit_m
        return np.asarray(shapely.set_coordinates(rounded, moved))

    def road_m(self, limits: Limits, street: int) -> Floats:
        """Return the width of the road on one street of taken limits, shape (k,)."""
        mine = np.flatnonzero(limits.front == street)
        width = np.full(len(limits), np.nan)
        width[limits.owner[mine]] = limits.road_width_m[mine]
        return width

    def frontage_m(self, street: int = 0) -> Floats:
        """Return the length of each parcel on a street, shape (n,)."""
        mine = np.flatnonzero(self.limits.front == street)
        found = np.zeros(len(self))
        np.add.at(found, self.limits.owner[mine], self.limits.length_m[mine])
        return found

    def differs_from(self, other: RealParcels) -> NDArray[np.bool_]:
        """Return which parcels another reading of as many shows otherwise, shape (n,)."""
        if self.rings is other.rings and self.limits is other.limits:
            return np.zeros(len(self), dtype=bool)
        return self._other_rings(other) | self._other_limits(other)

    def _other_rings(self, other: RealParcels) -> NDArray[np.bool_]:
        mine, theirs = self.rings, other.rings
        changed = mine.counts != theirs.counts
        changed |= (self.origin != other.origin).any(axis=1)
        alike = np.flatnonzero(~changed)
        first, second = mine.take(alike), theirs.take(alike)
        moved = (first.x != second.x) | (first.y != second.y)
        changed[alike[first.owner[moved]]] = True
        return np.asarray(changed)

    def _other_limits(self, other: RealParcels) -> NDArray[np.bool_]:
        mine, theirs = self.limits, other.limits
        changed = np.diff(mine.starts) != np.diff(theirs.starts)
        alike = np.flatnonzero(~changed)
        first, second = mine.take(alike), theirs.take(alike)
        moved = (first.side != second.side) | (first.front != second.front)
        moved |= first.lifted != second.lifted
        moved |= ~np.isclose(first.road_width_m, second.road_width_m, 0.0, 0.0, equal_nan=True)
        changed[alike[first.owner[moved]]] = True
        return np.asarray(changed)

    def piece(self, first: int, end: int) -> _Piece:
        """Return what is known of a run of parcels."""
        return _Piece(
            self.origin[first:end],
            self.rings.part(first, end),
            self.convex[first:end],
            self.limits.part(first, end),
        )


def real_parcels(
    table: FeatureTable,
    inputs: ParcelInputs,
    roads: Roads | None = None,
    *,
    known: RealParcels | None = None,
    ctx: Context = NULL_CONTEXT,
) -> RealParcels:
    """Return the parcels of a table as they lie on the ground.

    Parameters
    ----------
    table : FeatureTable
        n parcels with geometry in a projected CRS.
    inputs : ParcelInputs
        Of the same rows: widths and frontages that the table tells.
    roads : Roads, optional
        In metres; without it the gaps between parcels are read as roads.
    known : RealParcels, optional
        What was found of the same parcels before some changed: the rest is taken over.
    ctx : Context
        Progress and cancellation, chunk by chunk.
    """
    told = (inputs.frontage_m, inputs.road_width_m, inputs.side_road_width_m)
    chunks = table.geometry or ()
    bounds = np.cumsum([0, *(len(chunk) for chunk in chunks)])
    stale = _stale(table, roads, told, known)
    if known is not None and not stale.any():
        return replace(known, table=table, told=told)
    pieces: list[_Piece | None] = [None] * len(chunks)
    if known is not None:
        for number in np.flatnonzero(~stale).tolist():
            pieces[number] = known.piece(int(bounds[number]), int(bounds[number + 1]))
    wanted = np.flatnonzero(stale).tolist()
    around = _surroundings(table, roads, [chunks[number] for number in wanted])
    done = 0

    def make(number: int) -> None:
        nonlocal done
        ctx.report(done / len(wanted))
        rows = np.arange(bounds[number], bounds[number + 1])
        pieces[number] = _piece(chunks[number], rows, around, inputs, table.crs.unit_m)
        done += 1

    with ThreadPoolExecutor(_THREADS) as pool:
        for job in [pool.submit(make, number) for number in wanted]:
            job.result()
    found = [piece for piece in pieces if piece is not None]
    return _together(table, roads, told, found)


def _surroundings(
    table: FeatureTable, roads: Roads | None, chunks: Sequence[GeometryChunk]
) -> Surroundings:
    """Return what lies about the parcels of some chunks."""
    unit = table.crs.unit_m
    shapes = np.full(table.row_count, None, dtype=object)
    rows = _rows_about(table, chunks, FARTHEST_M / unit)
    shapes[rows] = table.shapes(rows) if len(rows) < table.row_count else table.shapes()
    if unit != 1.0:
        shapes = np.asarray(shapely.transform(shapes, lambda xy: xy * unit))
    return Surroundings(shapes, roads)


def _rows_about(table: FeatureTable, chunks: Sequence[GeometryChunk], margin: float) -> Rows:
    """Return the rows that lie in the box around some chunks, or near it."""
    if len(chunks) == len(table.geometry or ()):
        return np.arange(table.row_count)
    bounds = table.bounds
    boxes = np.concatenate([np.zeros((0, 4)), *(chunk.bounds for chunk in chunks)])
    boxes = boxes[~np.isnan(boxes[:, 0])]
    if not len(boxes):
        return np.zeros(0, dtype=np.intp)
    low, high = boxes[:, :2].min(axis=0) - margin, boxes[:, 2:].max(axis=0) + margin
    inside = (bounds[:, 2:] >= low).all(axis=1) & (bounds[:, :2] <= high).all(axis=1)
    return np.flatnonzero(inside)


def _piece(
    chunk: GeometryChunk, rows: Rows, around: Surroundings, inputs: ParcelInputs, unit_m: float
) -> _Piece:
    outlines = outlines_of(chunk, unit_m)
    limits = limits_of(outlines, rows.astype(np.int64), around, told_by(inputs, rows))
    return _Piece(outlines.origin, outlines.rings, outlines.convex, limits)


def _together(
    table: FeatureTable,
    roads: Roads | None,
    told: tuple[Floats | None, ...],
    pieces: Sequence[_Piece],
) -> RealParcels:
    def joined(arrays: list[NDArray[Any]], shape: tuple[int, ...]) -> NDArray[Any]:
        return np.concatenate(arrays) if arrays else np.zeros(shape)

    counts = [np.zeros(1, dtype=np.int64), *(piece.rings.counts for piece in pieces)]
    rings = Rings(
        joined([piece.rings.x for piece in pieces], (0,)),
        joined([piece.rings.y for piece in pieces], (0,)),
        np.cumsum(np.concatenate(counts)),
    )
    origin = joined([piece.origin for piece in pieces], (0, 2))
    convex = joined([piece.convex for piece in pieces], (0,)).astype(bool)
    limits = joined_limits([piece.limits for piece in pieces])
    return RealParcels(table, roads, told, origin, rings, convex, limits)


def _stale(
    table: FeatureTable,
    roads: Roads | None,
    told: tuple[Floats | None, ...],
    known: RealParcels | None,
) -> NDArray[np.bool_]:
    """Return which chunks must be read, shape (chunks,)."""
    chunks = table.geometry or ()
    everything = np.ones(len(chunks), dtype=bool)
    if known is None or roads is not known.roads or len(known) != table.row_count:
        return everything
    before = known.table.geometry or ()
    if [len(chunk) for chunk in before] != [len(chunk) for chunk in chunks]:
        return everything
    stale = np.array(
        [
            new is not old and new.fingerprint != old.fingerprint
            for new, old in zip(chunks, before, strict=True)
        ],
        dtype=bool,
    )
    stale |= _near(chunks, before, stale, FARTHEST_M / table.crs.unit_m)
    starts = np.cumsum([0, *(len(chunk) for chunk in chunks)])[:-1]
    for new, old in zip(told, known.told, strict=True):
        stale |= _differs(new, old, table.row_count, starts)
    return stale


def _differs(
    new: Floats | None, old: Floats | None, count: int, starts: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return the chunks in which a column differs."""
    if new is old or not count:
        return np.zeros(len(starts), dtype=bool)
    first, second = (np.full(count, np.nan) if v is None else v for v in (new, old))
    differs = (first != second) & ~(np.isnan(first) & np.isnan(second))
    return np.asarray(np.logical_or.reduceat(differs, starts))


def _near(
    chunks: Sequence[GeometryChunk],
    before: Sequence[GeometryChunk],
    stale: NDArray[np.bool_],
    margin: float,
) -> NDArray[np.bool_]:
    """Return the chunks with a parcel that may look onto one that changed."""
    near = np.zeros(len(chunks), dtype=bool)
    moved = [_moved(chunks[n], before[n]) for n in np.flatnonzero(stale).tolist()]
    boxes = np.concatenate(moved) if moved else np.zeros((0, 4))
    if not len(boxes):
        return near
    wider = boxes + margin * np.array([-1.0, -1.0, 1.0, 1.0])
    tree = shapely.STRtree(shapely.box(*wider.T))
    low, high = wider[:, :2].min(axis=0), wider[:, 2:].max(axis=0)
    for number in np.flatnonzero(~stale).tolist():
        bounds = chunks[number].bounds
        inside = (bounds[:, 2:] >= low).all(axis=1) & (bounds[:, :2] <= high).all(axis=1)
        near[number] = tree.query(shapely.box(*bounds[inside].T)).size > 0
    return near


def _moved(new: GeometryChunk, old: GeometryChunk) -> Floats:
    """Return the boxes of the parcels of a chunk that changed, before and after."""
    changed = (new.bounds != old.bounds).any(axis=1)
    starts = new.feature_coord_offsets
    if np.array_equal(starts, old.feature_coord_offsets):
        moved = np.flatnonzero((new.xy != old.xy).any(axis=1))
        changed[np.searchsorted(starts, moved, side="right") - 1] = True
    else:
        changed |= np.diff(starts) != np.diff(old.feature_coord_offsets)
    boxes = np.concatenate([chunk.bounds[changed] for chunk in (new, old)])
    return np.asarray(boxes[~np.isnan(boxes[:, 0])])

"""What can be mended in the geometry of a table, as a plan before anything is done.

A plan says per feature what would change: vertices, parts, kind, area. Safe is what leaves the
area within a stated tolerance, keeps the kind, and reads the same by both of GEOS's methods; all
else is for a person to decide. Nothing is snapped and no vertex moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.geometry import GeometryChunk, joined, replaced_rows
from emadina_gis.domain.geometry_check import INVALID_CODES, GeometryCheck, Limits, check_geometry
from emadina_gis.domain.kept import kept
from emadina_gis.domain.mending import Method, Step, cleaned, measured_areas, readings
from emadina_gis.domain.vertices import row_slices
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.table import FeatureTable

    Floats = NDArray[np.float64]
    Ids = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Rows = NDArray[np.intp]

#: Titles state areas to the centiare (1 m²): a hundredth of it is said by no paper, …
LEAST_TOLERANCE_M2 = 0.01
#: … nor a millionth of a large area, …
TOLERANCE_SHARE = 1e-6
#: … as long as it cannot turn one centiare into another.
MOST_TOLERANCE_M2 = 0.5
#: Lines that differ by less in length are the same.
LENGTH_TOLERANCE_M = 0.01

_STEPS = {
    "geometry.unclosed": Step.CLOSE,
    "geometry.duplicate-vertices": Step.REPEATED,
    "geometry.near-vertices": Step.NEAR,
    "geometry.spike": Step.SPIKES,
    "geometry.tiny-part": Step.TINY_PARTS,
    "geometry.same-direction": Step.TURN,
    "geometry.zero-area": Step.REBUILD,
    **dict.fromkeys(INVALID_CODES - {"geometry.unclosed"}, Step.REBUILD | Step.REPEATED),
}
#: What is planned unless asked otherwise. Near vertices stay: neighbours may share only one.
USUAL_STEPS = Step.CLOSE | Step.REPEATED | Step.SPIKES | Step.REBUILD | Step.TINY_PARTS | Step.TURN


def tolerance_m2(areas: Floats) -> Floats:
    """Return by how much areas may change in a safe repair, in m²."""
    return np.clip(TOLERANCE_SHARE * np.abs(areas), LEAST_TOLERANCE_M2, MOST_TOLERANCE_M2)


@dataclass(frozen=True, eq=False)
class RepairPlan:
    """What would change in some features of a table, if it were done.

    Attributes
    ----------
    ids : ndarray of int64, shape (k,)
        Row ids, in the order of the table.
    rows : ndarray of int, shape (k,)
    steps : ndarray of uint8, shape (k,)
        `Step` flags of each.
    before : GeometryChunk
        Their geometry as it is.
    by_method : Mapping[Method, GeometryChunk]
        Their geometry as each method makes it; k rows each, equal where a method says nothing new.
    methods : ndarray of uint8, shape (k,)
        The chosen `Method` of each.
    offered : ndarray of uint8, shape (k,)
        How many ways there are: 1 where nothing is to choose, 2 with ``LINEWORK``, 3 ``REORDER``.
    doubt_m2 : ndarray of float64, shape (k,)
        Area in which the methods differ.
    basis : tuple of GeometryChunk
        Geometry of the whole table that the plan was made for.
    """

    ids: Ids
    rows: Rows
    steps: NDArray[np.uint8]
    before: GeometryChunk
    by_method: Mapping[Method, GeometryChunk]
    methods: NDArray[np.uint8]
    offered: NDArray[np.uint8]
    doubt_m2: Floats
    basis: tuple[GeometryChunk, ...]
    crs: Crs

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def is_measured(self) -> bool:
        """Whether areas are in m²; else in squared map units, of an unknown CRS."""
        return self.crs.is_known

    @kept
    def after(self) -> GeometryChunk:
        """Geometry as the chosen methods make it, k rows."""
        made = self.by_method[Method.STRUCTURE]
        for method in (Method.LINEWORK, Method.REORDER):
            rows = np.flatnonzero(self.methods == method)
            if len(rows):
                made = replaced_rows(made, rows, self.by_method[method].taken(rows))
        return made

    @kept
    def areas_before(self) -> Floats:
        """Areas as they are computed now, m²; shape (k,)."""
        return measured_areas(self.before, self.crs)

    @kept
    def areas_after(self) -> Floats:
        """Areas after the repair, m²; shape (k,)."""
        return measured_areas(self.after, self.crs)

    @kept
    def changes(self) -> Floats:
        """Area gained (lost below zero), m²; shape (k,)."""
        return self.areas_after - self.areas_before

    @kept
    def vertices(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Coordinates before and after, each of shape (k,)."""
        return (
            np.diff(self.before.feature_coord_offsets),
            np.diff(self.after.feature_coord_offsets),
        )

    @kept
    def parts(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Parts before and after, each of shape (k,)."""
        return np.diff(self.before.part_offsets), np.diff(self.after.part_offsets)

    @kept
    def changes_kind(self) -> Flags:
        """Whether the kind of geometry is another, or none, afterwards; shape (k,)."""
        return np.asarray(self.before.kinds != self.after.kinds)

    @kept
    def is_safe(self) -> Flags:
        """Whether each can be done without asking; shape (k,)."""
        tolerance = tolerance_m2(self.areas_before)
        if not self.is_measured:
            tolerance = TOLERANCE_SHARE * np.abs(self.areas_before)
        same = (np.abs(self.changes) <= tolerance) & (self.doubt_m2 <= tolerance)
        return np.asarray(same & ~self.changes_kind & self._keeps_heights)

    @kept
    def _keeps_heights(self) -> Flags:
        return ~(_has_heights(self.before) & ~_has_heights(self.after))

    @kept
    def loses_heights(self) -> Flags:
        """Whether the heights of each are lost; shape (k,)."""
        return ~self._keeps_heights

    @property
    def safe_ids(self) -> Ids:
        """Row ids of what can be done without asking."""
        return self.ids[self.is_safe]

    def of(self, ids: Ids) -> RepairPlan:
        """Return the plan for some of its features."""
        at = np.flatnonzero(np.isin(self.ids, ids))
        made = {method: chunk.taken(at) for method, chunk in self.by_method.items()}
        return replace(
            self,
            ids=self.ids[at],
            rows=self.rows[at],
            steps=self.steps[at],
            before=self.before.taken(at),
            by_method=MappingProxyType(made),
            methods=self.methods[at],
            offered=self.offered[at],
            doubt_m2=self.doubt_m2[at],
        )

    def choosing(self, ids: Ids, method: Method) -> RepairPlan:
        """Return the plan with another method for some features, where it is offered."""
        wanted = np.isin(self.ids, ids) & (self.offered >= max(int(method), 2))
        return replace(self, methods=np.where(wanted, np.uint8(method), self.methods))

    def geometry(self, ctx: Context = NULL_CONTEXT) -> tuple[GeometryChunk, ...]:
        """Return the geometry of the whole table once all of the plan is done.

        Chunks in which nothing changes are the very same objects.
        """
        chunks = list(self.basis)
        starts = np.cumsum([0, *(len(chunk) for chunk in chunks)])
        owner = np.searchsorted(starts, self.rows, side="right") - 1
        for index in np.unique(owner):
            ctx.check()
            mine = np.flatnonzero(owner == index)
            local = self.rows[mine] - starts[index]
            chunks[index] = replaced_rows(chunks[index], local, self.after.taken(mine))
        return tuple(chunks)


def repair_plan(
    table: FeatureTable,
    check: GeometryCheck | None = None,
    ctx: Context = NULL_CONTEXT,
    *,
    wanted: Step = USUAL_STEPS,
    limits: Limits | None = None,
) -> RepairPlan:
    """Return what could be mended in a table.

    Parameters
    ----------
    check : GeometryCheck, optional
        What was found in it; looked for first where it is not given.
    wanted : Step
        What may be done at all.
    """
    used = limits or Limits()
    found = check or check_geometry(table, ctx.part(0.0, 0.5), used)
    rows, steps = _wanted_rows(table, found, wanted)
    pieces = []
    basis = table.geometry or ()
    whole = _rows_of(basis, rows)
    for part in row_slices(whole):
        ctx.report(0.5 + 0.5 * part.start / max(len(rows), 1), "geometry.planning")
        at = np.arange(part.start, part.stop)
        pieces.append(_planned(whole.taken(at), rows[at], steps[at], (table, used)))
    if not pieces:
        pieces = [_planned(whole, rows, steps, (table, used))]
    return _joined_plan(pieces)


def _rows_of(basis: tuple[GeometryChunk, ...], rows: Rows) -> GeometryChunk:
    """Return the chunk of some rows, ascending, of a whole table."""
    starts = np.cumsum([0, *(len(chunk) for chunk in basis)])
    owner = np.searchsorted(starts, rows, side="right") - 1
    return joined(
        [basis[index].taken(rows[owner == index] - starts[index]) for index in np.unique(owner)]
    )


def _wanted_rows(
    table: FeatureTable, check: GeometryCheck, wanted: Step
) -> tuple[Rows, NDArray[np.uint8]]:
    steps = np.zeros(table.row_count, dtype=np.uint8)
    for finding in check.findings:
        step = _STEPS.get(finding.code, Step.NOTHING) & wanted
        steps[table.rows_of_ids(finding.ids)] |= np.uint8(step)
    lost = check.of("geometry.not-finite")
    if lost is not None:
        steps[table.rows_of_ids(lost.ids)] = 0
    rows = np.flatnonzero(steps)
    return rows, steps[rows]


def _planned(
    before: GeometryChunk,
    rows: Rows,
    steps: NDArray[np.uint8],
    made_for: tuple[FeatureTable, Limits],
) -> RepairPlan:
    table, limits = made_for
    crs = table.crs
    clean = cleaned(before, steps, crs, limits)
    read = readings(clean, crs, limits)
    count = len(rows)
    by_method = {
        method: replaced_rows(clean, read.rows, chunk) if len(read.rows) else clean
        for method, chunk in read.by_method.items()
    }
    methods = np.zeros(count, dtype=np.uint8)
    offered = np.ones(count, dtype=np.uint8)
    doubt = np.zeros(count)
    methods[read.rows] = Method.STRUCTURE
    offered[read.rows] = np.where(read.reordered, 3, np.where(read.doubt > 0, 2, 1))
    doubt[read.rows] = read.doubt
    plan = RepairPlan(
        table.ids[rows], rows, steps, before, MappingProxyType(by_method),
        methods, offered, doubt, table.geometry or (), crs,
    )  # fmt: skip
    return plan.of(plan.ids[_differs(before, by_method[Method.STRUCTURE])])


def _differs(before: GeometryChunk, after: GeometryChunk) -> Flags:
    """Whether each row of two chunks holds other coordinates."""
    counts = [np.diff(chunk.feature_coord_offsets) for chunk in (before, after)]
    result = (counts[0] != counts[1]) | (before.kinds != after.kinds)
    result |= np.diff(before.part_offsets) != np.diff(after.part_offsets)
    same = np.flatnonzero(~result)
    first, second = before.taken(same), after.taken(same)
    moved = (first.xy != second.xy).any(axis=1)
    owner = np.repeat(np.arange(len(same)), np.diff(first.feature_coord_offsets))
    result[same[np.unique(owner[moved])]] = True
    return np.asarray(result)


def _has_heights(chunk: GeometryChunk) -> Flags:
    result = np.zeros(len(chunk), dtype=bool)
    if chunk.z is not None:
        owner = np.repeat(np.arange(len(chunk)), np.diff(chunk.feature_coord_offsets))
        result[owner[~np.isnan(chunk.z)]] = True
    return result


def _joined_plan(pieces: list[RepairPlan]) -> RepairPlan:
    if len(pieces) == 1:
        return pieces[0]
    made = {
        method: joined([piece.by_method[method] for piece in pieces])
        for method in pieces[0].by_method
    }
    return replace(
        pieces[0],
        ids=np.concatenate([piece.ids for piece in pieces]),
        rows=np.concatenate([piece.rows for piece in pieces]),
        steps=np.concatenate([piece.steps for piece in pieces]),
        before=joined([piece.before for piece in pieces]),
        by_method=MappingProxyType(made),
        methods=np.concatenate([piece.methods for piece in pieces]),
        offered=np.concatenate([piece.offered for piece in pieces]),
        doubt_m2=np.concatenate([piece.doubt_m2 for piece in pieces]),
    )

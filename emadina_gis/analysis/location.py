"""Which rows of a table lie how to rows of another: touching them, within them, not far from them.

Chunk by chunk in both tables, so that a cancel is heeded and no other thread waits for long. Knows
nothing of projects, layers or selections.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from emadina_gis.domain.crs import Crs, transform_points
from emadina_gis.domain.geometry import GeometryChunk
from emadina_gis.errors import NotMetric
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes
    from emadina_gis.domain.table import FeatureTable

#: Rows looked at, and targets indexed, at once: a few milliseconds each.
ROWS_AT_ONCE: Final = 1_024
TARGETS_AT_ONCE: Final = 4_096
#: Segments of a quarter circle around what is drawn.
QUARTER_SEGMENTS: Final = 16


class Relation(StrEnum):
    """How a feature lies to another one."""

    INTERSECTS = "intersects"
    WITHIN = "within"
    CONTAINS = "contains"
    TOUCHES = "touches"
    CROSSES = "crosses"
    NEAR = "near"


#: Each is asked of the target, which is prepared: "within" is that the target contains the feature.
_ASKED: Final[dict[Relation, Callable[[Shapes, Shapes], Any]]] = {
    Relation.INTERSECTS: shapely.intersects,
    Relation.WITHIN: shapely.contains,
    Relation.CONTAINS: shapely.within,
    Relation.TOUCHES: shapely.touches,
    Relation.CROSSES: shapely.crosses,
}


@dataclass(frozen=True)
class Asked:
    """A relation and, for nearness, the distance in metres."""

    relation: Relation
    distance_m: float = 0.0


def rows_related(
    table: FeatureTable,
    others: FeatureTable,
    asked: Asked,
    *,
    rows: NDArray[np.intp] | None = None,
    ctx: Context = NULL_CONTEXT,
) -> NDArray[np.intp]:
    """Return the rows of a table that lie in a relation to any row of another, in order.

    Parameters
    ----------
    table, others : FeatureTable
        With geometry, in systems that may differ; what is missing or empty counts for nothing.
    rows : ndarray of int, shape (m,), optional
        Rows of `others` that are meant; all of them otherwise.

    Raises
    ------
    NotMetric
        Code ``nearby.not-metric``: a distance, and neither system is known in metres.
    JobCancelled
        If the context was cancelled.
    """
    crs = _plane_of(table, others, asked)
    reach = asked.distance_m / crs.unit_m if asked.relation is Relation.NEAR else 0.0
    targets = _Targets(_shapes_in(others, crs, rows, ctx))
    try:
        return _found(table, crs, targets, Asked(asked.relation, reach), ctx)
    finally:
        targets.close()


def _found(
    table: FeatureTable, crs: Crs, targets: _Targets, asked: Asked, ctx: Context
) -> NDArray[np.intp]:
    """Return the rows that are related to targets; the distance is in units of the plane."""
    reach = asked.distance_m
    found = [np.zeros(0, dtype=np.intp)]
    for done, start, chunk in _moved(table, crs, ctx):
        near = _meeting(chunk.bounds, targets.extents, reach)
        for first in range(0, len(near), ROWS_AT_ONCE):
            ctx.report(done, "phase.selecting")
            mine = near[first : first + ROWS_AT_ONCE]
            shapes = chunk.taken(mine).to_shapely()
            found.append(start + mine[targets.related(shapes, asked.relation, reach)])
    return np.concatenate(found)


def around(points: list[tuple[float, float]], reach_m: float, crs: Crs) -> shapely.Geometry:
    """Return what lies within some metres of a line through points, or of one point, rounded.

    Parameters
    ----------
    points : list of (float, float)
        In `crs`, which may be in degrees.
    """
    xy = np.array(points, dtype=np.float64).reshape(-1, 2)
    plane = crs if crs.is_metric or not crs.is_known else _plane_at(xy.mean(axis=0), crs)
    there = transform_points(xy, crs, plane)
    line = shapely.LineString(there) if len(there) > 1 else shapely.Point(there[0])
    shape = shapely.buffer(line, reach_m / plane.unit_m, quad_segs=QUARTER_SEGMENTS)
    return shapely.transform(shape, lambda corners: transform_points(corners, plane, crs))


def _plane_of(table: FeatureTable, others: FeatureTable, asked: Asked) -> Crs:
    """Return the system in which the geometries are compared."""
    if asked.relation is not Relation.NEAR:
        return table.crs
    for crs in (table.crs, others.crs):
        if crs.is_metric:
            return crs
    extent = table.extent
    if not table.crs.is_known or extent is None:
        raise NotMetric("nearby.not-metric", crs=table.crs.name or "–")
    return _plane_at(np.array(extent.center), table.crs)


def _plane_at(place: NDArray[np.float64], crs: Crs) -> Crs:
    """Return a plane with true distances from a place."""
    lon, lat = transform_points(place.reshape(1, 2), crs, Crs("EPSG:4326"))[0].tolist()
    return Crs(f"+proj=aeqd +lat_0={lat:.6f} +lon_0={lon:.6f} +datum=WGS84 +units=m +type=crs")


def _chunk_in(chunk: GeometryChunk, source: Crs, target: Crs) -> GeometryChunk:
    if source == target or not (source.is_known and target.is_known):
        return chunk
    return chunk.with_xy(transform_points(chunk.xy, source, target))


def _moved(
    table: FeatureTable, crs: Crs, ctx: Context
) -> Iterator[tuple[float, int, GeometryChunk]]:
    """Return (part done, first row, chunk in the plane) for the chunks of a table."""
    start = 0
    for chunk in table.geometry or ():
        ctx.check()
        yield start / max(table.row_count, 1), start, _chunk_in(chunk, table.crs, crs)
        start += len(chunk)


def _shapes_in(
    table: FeatureTable, crs: Crs, rows: NDArray[np.intp] | None, ctx: Context
) -> Iterator[Shapes]:
    """Return the present geometries meant, chunk by chunk."""
    start = 0
    wanted = None if rows is None else np.sort(rows)
    for chunk in table.geometry or ():
        ctx.check()
        stop = start + len(chunk)
        if wanted is not None:
            low, high = np.searchsorted(wanted, (start, stop))
            part = chunk.taken(wanted[low:high] - start)
        else:
            part = chunk
        start = stop
        if len(part):
            shapes = _chunk_in(part, table.crs, crs).to_shapely()
            yield shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]


class _Targets:
    """Prepared geometries in trees of some thousands."""

    def __init__(self, parts: Iterator[Shapes]) -> None:
        self._trees: list[tuple[shapely.STRtree, Shapes]] = []
        extents = []
        for part in parts:
            for start in range(0, len(part), TARGETS_AT_ONCE):
                shapes = part[start : start + TARGETS_AT_ONCE].copy()
                shapely.prepare(shapes)
                self._trees.append((shapely.STRtree(shapes), shapes))
                extents.append(shapely.total_bounds(shapes))
        #: Bounds of each tree, shape (k, 4).
        self.extents = np.array(extents, dtype=np.float64).reshape(-1, 4)

    def related(self, shapes: Shapes, relation: Relation, reach: float) -> NDArray[np.bool_]:
        """Return which of some geometries lie in a relation to any target."""
        result = np.zeros(len(shapes), dtype=bool)
        boxes = shapely.box(*(shapely.bounds(shapes) + _GROW * reach).T) if reach else shapes
        whole = shapely.total_bounds(boxes).reshape(1, 4)
        for index in _meeting(self.extents, whole, 0.0).tolist():
            tree, targets = self._trees[index]
            left = np.flatnonzero(~result)
            mine, theirs = tree.query(boxes[left])
            if relation is Relation.NEAR:
                holds = shapely.dwithin(targets[theirs], shapes[left[mine]], reach)
            else:
                holds = _ASKED[relation](targets[theirs], shapes[left[mine]])
            result[left[mine[holds]]] = True
        return result

    def close(self) -> None:
        """Let the geometries go, some at a time: freeing them all at once holds the lock."""
        while self._trees:
            self._trees.pop()


_GROW: Final = np.array([-1.0, -1.0, 1.0, 1.0])


def _meeting(
    bounds: NDArray[np.float64], extents: NDArray[np.float64], reach: float
) -> NDArray[np.intp]:
    """Return the rows whose bounds come within reach of any of some extents."""
    meets = np.zeros(len(bounds), dtype=bool)
    for xmin, ymin, xmax, ymax in (extents + _GROW * reach).tolist():
        inside = (bounds[:, 0] <= xmax) & (bounds[:, 2] >= xmin)
        meets |= inside & (bounds[:, 1] <= ymax) & (bounds[:, 3] >= ymin)
    return np.flatnonzero(meets)

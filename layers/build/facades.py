"""Facades: which sides of a lot face a street, how long they are and how wide the street is.

Owns the measure of frontage, depth, corner and through lots from the geometry. It must not know
uses or people. Lengths in metres; sides are numbered 0 south, 1 east, 2 north, 3 west in the
frame of the block.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from layers.build.quarters import Street

Floats = np.ndarray
FARTHEST_AXIS_M = 45.0


@dataclass(frozen=True)
class Facades:
    """One row per lot; missing numbers are NaN, a missing street is -1."""

    front_side: np.ndarray
    frontage_m: Floats
    depth_m: Floats
    road_width_m: Floats
    street: np.ndarray
    fronts: np.ndarray
    side_road_width_m: Floats
    extent_m: Floats


@dataclass(frozen=True)
class _Edges:
    lot: np.ndarray
    middle: np.ndarray
    outward: np.ndarray
    length: Floats


def _edges(lots: np.ndarray) -> _Edges:
    xy, owner = shapely.get_coordinates(shapely.get_exterior_ring(lots), return_index=True)
    step = xy[1:] - xy[:-1]
    same = owner[1:] == owner[:-1]
    length = np.hypot(step[:, 0], step[:, 1])
    kept = same & (length > 0.005)
    outward = np.column_stack([step[:, 1], -step[:, 0]])[kept] / length[kept, None]
    middle = ((xy[1:] + xy[:-1]) / 2)[kept]
    return _Edges(owner[:-1][kept], middle, outward, length[kept])


def _on_street(edges: _Edges, lots: np.ndarray, commune: shapely.Polygon) -> np.ndarray:
    """Edges whose outer side is neither another lot nor outside the commune."""
    outside = shapely.points(edges.middle + 0.6 * edges.outward)
    free = np.ones(len(outside), dtype=bool)
    free[shapely.STRtree(lots).query(outside, predicate="within")[0]] = False
    shapely.prepare(commune)
    return np.asarray(free & shapely.contains(commune, outside))


def _nearest(edges: _Edges, streets: list[Street]) -> np.ndarray:
    """Index of the street axis next to each edge, -1 where none is near."""
    lines = np.array([street.line for street in streets])
    points = shapely.points(edges.middle + 2.0 * edges.outward)
    found = np.full(len(points), -1)
    near = shapely.STRtree(lines).query_nearest(
        points, max_distance=FARTHEST_AXIS_M, all_matches=False
    )
    found[near[0]] = near[1]
    return found


def _local(vectors: np.ndarray, angle: Floats) -> np.ndarray:
    """World vectors turned into the frame of their block."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.column_stack(
        [vectors[:, 0] * cos + vectors[:, 1] * sin, vectors[:, 1] * cos - vectors[:, 0] * sin]
    )


def _side(outward: np.ndarray, angle: Floats) -> np.ndarray:
    local = _local(outward, angle)
    across = np.abs(local[:, 1]) >= np.abs(local[:, 0])
    return np.where(across, np.where(local[:, 1] < 0, 0, 2), np.where(local[:, 0] > 0, 1, 3))


def extents(lots: np.ndarray, angle: Floats) -> Floats:
    """Width and height of each lot in the frame of its block, shape (n, 2)."""
    xy, owner = shapely.get_coordinates(lots, return_index=True)
    local = _local(xy - shapely.get_coordinates(shapely.centroid(lots))[owner], angle[owner])
    low, high = np.full((len(lots), 2), np.inf), np.full((len(lots), 2), -np.inf)
    np.minimum.at(low, owner, local)
    np.maximum.at(high, owner, local)
    return np.asarray(high - low)


def measure(
    lots: np.ndarray, angle: Floats, streets: list[Street], commune: shapely.Polygon
) -> Facades:
    """Frontages of lots (counter-clockwise polygons) along streets."""
    edges = _edges(lots)
    kept = np.flatnonzero(_on_street(edges, lots, commune))
    edges = _Edges(edges.lot[kept], edges.middle[kept], edges.outward[kept], edges.length[kept])
    axis = _nearest(edges, streets)
    near = axis >= 0
    edges = _Edges(edges.lot[near], edges.middle[near], edges.outward[near], edges.length[near])
    axis, side = axis[near], _side(edges.outward, angle[edges.lot])
    length = np.zeros((len(lots), 4))
    np.add.at(length, (edges.lot, side), edges.length)
    longest_last = np.argsort(edges.length, kind="stable")
    street = np.full((len(lots), 4), -1)
    street[edges.lot[longest_last], side[longest_last]] = axis[longest_last]
    return _choose(length, street, extents(lots, angle), np.array([s.width_m for s in streets]))


def _choose(length: Floats, street: np.ndarray, extent: Floats, widths: Floats) -> Facades:
    """The front is the shorter side that faces a street; the others make corner or through."""
    rows = np.arange(len(length))
    span = extent[:, [0, 1, 0, 1]]
    open_side = (length > 0.3 * span) & (street >= 0)
    open_side |= (open_side.sum(axis=1) == 0)[:, None] & (length > 1.5) & (street >= 0)
    front = np.argmin(np.where(open_side, span - 1e-3 * length, np.inf), axis=1)
    has_front = open_side.any(axis=1)
    opposite = open_side[rows, (front + 2) % 4] & has_front
    left, right = (front + 1) % 4, (front + 3) % 4
    wider = np.where(open_side[rows, left], left, right)
    beside = (open_side[rows, left] | open_side[rows, right]) & has_front
    other = np.where(beside, wider, (front + 2) % 4)
    missing = np.where(has_front, 0.0, np.nan)
    side_width = np.where(beside | opposite, widths[street[rows, other]], np.nan)
    fronts = np.where(beside, "corner", np.where(opposite, "through", "one")).astype(object)
    fronts[~has_front] = None
    return Facades(
        np.where(has_front, front, -1),
        np.round(length[rows, front], 2) + missing,
        np.round(np.where(front % 2 == 0, extent[:, 1], extent[:, 0]), 2) + missing,
        widths[street[rows, front]] + missing,
        np.where(has_front, street[rows, front], -1),
        fronts,
        side_width,
        extent,
    )

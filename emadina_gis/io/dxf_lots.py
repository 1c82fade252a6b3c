"""Lots from networks of lines: ends brought together, lines noded, faces found.

Works on one CAD layer at a time, in metres. The lines themselves are left as they are; what closes
becomes a row of its own. Knows nothing of files or texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from emadina_gis.progress import Context

Shapes = NDArray[np.object_]
#: Ends of lines nearer than this are one corner.
SNAPPING_M = 0.05
#: Corners put into lines lie on this grid.
_GRID_M = 1e-4
_SMALLEST_LOT_M2 = 1.0
#: Area over perimeter below which a face is the sliver between two lines.
_THINNEST_M = 0.1
_MOST_LINES = 400_000
#: Share of a face that an outline drawn closed must cover to be the same one.
_SAME_SHARE = 0.99


@dataclass(frozen=True)
class Lots:
    """Faces of a network.

    Attributes
    ----------
    shapes : ndarray of shapely polygons
        Faces that were not drawn closed.
    snapped : int
        Ends of lines that were moved, by less than `SNAPPING_M`.
    doubled : int
        Lines that repeat another one.
    slivers : int
        Faces too small or too thin to be lots, left out.
    is_too_large : bool
        Whether the network was too large to be tried.
    """

    shapes: Shapes
    snapped: int = 0
    doubled: int = 0
    slivers: int = 0
    is_too_large: bool = False


_NO_LOTS = Lots(np.zeros(0, dtype=object))


def find_lots(lines: Shapes, outlines: Shapes, ctx: Context) -> Lots:
    """Return the faces of lines that are not drawn closed already.

    Parameters
    ----------
    lines : ndarray of shapely line strings
        Open lines of one CAD layer, in metres.
    outlines : ndarray of shapely polygons
        What the same layer has drawn closed; its edges take part.
    """
    if len(lines) < 2:
        return _NO_LOTS
    if len(lines) + len(outlines) > _MOST_LINES:
        return Lots(_NO_LOTS.shapes, is_too_large=True)
    ctx.check()
    rings = shapely.get_rings(outlines) if len(outlines) else np.zeros(0, dtype=object)
    moved, snapped = _joined_ends(shapely.force_2d(lines), rings)
    ctx.check()
    _, first = np.unique(shapely.to_wkb(shapely.normalize(moved)), return_index=True)
    doubled = len(moved) - len(first)
    moved = moved[np.sort(first)]
    faces = _faces(_with_junctions(moved, shapely.force_2d(rings)))
    ctx.check()
    kept = _undrawn(faces, outlines)
    sizes = shapely.area(kept)
    is_lot = (sizes >= _SMALLEST_LOT_M2) & (sizes >= _THINNEST_M * shapely.length(kept) / 2)
    return Lots(kept[is_lot], snapped, doubled, int((~is_lot).sum()))


def _faces(lines: Shapes) -> Shapes:
    noded = shapely.union_all(lines)
    return np.asarray(shapely.get_parts(shapely.polygonize([noded])), dtype=object)


def _joined_ends(lines: Shapes, rings: Shapes) -> tuple[Shapes, int]:
    """Return lines whose ends within the tolerance of each other are one point, and how many moved.

    Corners of closed outlines do not move: ends come to them.
    """
    coords, owner = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(np.append(True, np.diff(owner) > 0))
    last = np.append(first[1:], len(coords)) - 1
    places = np.concatenate([first, last])
    fixed = shapely.get_coordinates(rings)
    ends = np.vstack([coords[places], fixed])
    goal = _gathered(ends, len(places))
    distance = np.hypot(*(goal - coords[places]).T)
    coords[places] = goal
    made = shapely.set_coordinates(lines.copy(), coords)
    usable = shapely.length(made) > 0
    return np.asarray(made[usable], dtype=object), int((distance > _GRID_M).sum())


def _gathered(ends: NDArray[np.float64], movable: int) -> NDArray[np.float64]:
    """Return where the first `movable` points go: to the anchor of all points joined with them."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    spots = shapely.points(ends)
    pairs = shapely.STRtree(spots).query(spots, predicate="dwithin", distance=SNAPPING_M)
    graph = coo_array((np.ones(pairs.shape[1], dtype=np.int8), tuple(pairs)), (len(ends),) * 2)
    _, group = connected_components(graph, directed=False)
    # Outlines come last: in reverse order, the one of each group that is met first is theirs.
    anchors = np.empty(group.max() + 1, dtype=np.intp)
    anchors[group] = np.arange(len(ends))
    goal = ends[anchors[group[:movable]]]
    too_far = np.hypot(*(goal - ends[:movable]).T) > SNAPPING_M * 2
    return np.where(too_far[:, None], ends[:movable], goal)


def _with_junctions(lines: Shapes, rings: Shapes) -> Shapes:
    """Return lines and rings with a corner wherever the loose end of a line meets, or almost."""
    coords, owner = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(np.append(True, np.diff(owner) > 0))
    ends = np.concatenate([first, np.append(first[1:], len(coords)) - 1])
    _, where, count = np.unique(coords[ends], axis=0, return_inverse=True, return_counts=True)
    loose = ends[count[where.ravel()] == 1]
    targets = np.concatenate([lines, _linear(rings)])
    end, target, along, corner = _meetings(coords[loose], owner[loose], targets)
    moved = coords.copy()
    moved[loose[end]] = corner
    ring_coords, ring_owner = shapely.get_coordinates(rings, return_index=True)
    every = np.vstack([moved, ring_coords])
    owners = np.concatenate([owner, ring_owner + len(lines)])
    return _with_corners(every, owners, target, along, corner)


def _linear(rings: Shapes) -> Shapes:
    """Return rings as closed line strings."""
    coords, owner = shapely.get_coordinates(rings, return_index=True)
    return np.asarray(shapely.linestrings(coords, indices=owner), dtype=object)


def _meetings(
    places: NDArray[np.float64], owner: NDArray[np.intp], targets: Shapes
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Return which ends meet which lines, how far along each line, and where."""
    spots = shapely.points(places)
    pairs = shapely.STRtree(targets).query(spots, predicate="dwithin", distance=SNAPPING_M)
    end, target = pairs[:, owner[pairs[0]] != pairs[1]]
    gap = shapely.distance(spots[end], targets[target])
    order = np.lexsort((target, gap, end))
    end, target = end[order], target[order]
    nearest = np.append(True, np.diff(end) > 0)[: len(end)]
    end, target = end[nearest], target[nearest]
    along = shapely.line_locate_point(targets[target], spots[end])
    meeting = shapely.line_interpolate_point(targets[target], along)
    corner = np.round(shapely.get_coordinates(meeting) / _GRID_M) * _GRID_M
    return end, target, along, corner.reshape(-1, 2)


def _with_corners(
    coords: NDArray[np.float64],
    owner: NDArray[np.intp],
    target: NDArray[np.intp],
    along: NDArray[np.float64],
    corner: NDArray[np.float64],
) -> Shapes:
    """Return lines with corners put in at distances along them."""
    steps = np.hypot(*np.diff(coords, axis=0, prepend=coords[:1]).T)
    is_first = np.append(True, np.diff(owner) > 0)
    steps[is_first] = 0.0
    total = np.cumsum(steps)
    measure = total - total[np.maximum.accumulate(np.where(is_first, np.arange(len(owner)), 0))]
    every = np.vstack([coords, corner])
    owners = np.concatenate([owner, target])
    order = np.lexsort((np.concatenate([measure, along]), owners))
    every, owners = every[order], owners[order]
    repeated = np.append(False, (np.diff(every, axis=0) == 0).all(axis=1) & (np.diff(owners) == 0))
    every, owners = every[~repeated], owners[~repeated]
    long_enough = np.bincount(owners, minlength=int(owners.max()) + 1)[owners] > 1
    _, compact = np.unique(owners[long_enough], return_inverse=True)
    return np.asarray(shapely.linestrings(every[long_enough], indices=compact), dtype=object)


def _undrawn(faces: Shapes, outlines: Shapes) -> Shapes:
    """Return the faces that no closed outline covers and equals."""
    if not len(faces) or not len(outlines):
        return faces
    inside = shapely.point_on_surface(faces)
    pairs = shapely.STRtree(outlines).query(inside, predicate="intersects")
    ratio = shapely.area(outlines[pairs[1]]) / np.maximum(shapely.area(faces[pairs[0]]), 1e-12)
    same = (ratio > _SAME_SHARE) & (ratio < 1 / _SAME_SHARE)
    kept = np.ones(len(faces), dtype=bool)
    kept[pairs[0][same]] = False
    return faces[kept]

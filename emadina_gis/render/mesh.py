"""Triangles of a geometry chunk, ready for the GPU: built once, off the main thread.

Rows are sorted by size and, within a size, along a Hilbert curve, and cut into pieces with bounding
boxes: a view draws the pieces it meets, and those whose polygons are smaller than a sub-pixel as
points, so that they stay visible and cost little; views between take triangles over fewer vertices
(`render.levels`). Coordinates are float32 about the chunk's own float64 origin (2 mm at 30 km).
Convex rings become fans at once, the others go through earcut. No Qt and no OpenGL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mapbox_earcut
import numpy as np

from emadina_gis.domain.extent import Extent, extent_of_bounds
from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.domain.kept import kept
from emadina_gis.render.levels import KEPT, TOLERANCE_PX, marks, reduced, tolerances
from emadina_gis.render.rings import FEWEST_SORTED, cached_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.render.derived import DerivedCache

#: Rows of one piece: the unit of culling.
PIECE_ROWS = 128
_FEWEST_CORNERS = 3
#: Sizes are told apart by this factor.
_SIZE_STEP_LOG2 = 0.5
Runs = list[tuple[int, int]]


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles of the polygons and positions of the points of one chunk.

    Attributes
    ----------
    origin : ndarray of float64, shape (2,)
        What `xy` is relative to, in map units.
    xy : ndarray of float32, shape (m, 2)
        Vertices in drawing order.
    rows : ndarray of uint32, shape (m,)
        Row of each vertex within the chunk.
    triangles : ndarray of uint32, shape (t, 3)
        Vertex indices.
    triangle_cuts : ndarray of int64, shape (pieces + 1,)
        Triangles of piece i are ``[i]:[i + 1]``.
    middle_triangles, far_triangles : ndarray of uint32, shape (., 3)
        The same polygons over fewer vertices; empty where that is not worth it.
    middle_cuts, far_cuts : ndarray of int64, shape (pieces + 1,)
        As `triangle_cuts`.
    tolerances : ndarray of float64, shape (2,)
        How far these may lie from the exact ones, in map units; inf where there are none.
    marks : ndarray of uint8, shape (m,)
        Of each vertex: the levels that keep it, and whether it ends its ring or line.
    vertex_cuts : ndarray of int64, shape (pieces + 1,)
        Vertices of piece i are ``[i]:[i + 1]``.
    points : ndarray of uint32, shape (k,)
        Vertices that are points of point features.
    centers : ndarray of float32, shape (n, 2)
        Middle of each row's polygon, relative to `origin`, in drawing order.
    center_rows : ndarray of uint32, shape (n,)
        Their rows.
    center_sides : ndarray of float32, shape (n,)
        Side of the square that stands for the polygon, in map units: the geometric mean of
        its longest extent and of the side of a square of its area: rows of lots keep their tone.
    center_cuts : ndarray of int64, shape (pieces + 1,)
        Centers of piece i are ``[i]:[i + 1]``.
    boxes : ndarray of float64, shape (pieces, 4)
        Bounds of each piece in map units; NaN where a piece has no geometry.
    sizes : ndarray of float64, shape (pieces,)
        Extent of the largest polygon of each piece, in map units.
    """

    origin: NDArray[np.float64]
    xy: NDArray[np.float32]
    rows: NDArray[np.uint32]
    triangles: NDArray[np.uint32]
    triangle_cuts: NDArray[np.int64]
    middle_triangles: NDArray[np.uint32]
    middle_cuts: NDArray[np.int64]
    far_triangles: NDArray[np.uint32]
    far_cuts: NDArray[np.int64]
    tolerances: NDArray[np.float64]
    marks: NDArray[np.uint8]
    vertex_cuts: NDArray[np.int64]
    points: NDArray[np.uint32]
    centers: NDArray[np.float32]
    center_rows: NDArray[np.uint32]
    center_sides: NDArray[np.float32]
    center_cuts: NDArray[np.int64]
    boxes: NDArray[np.float64]
    sizes: NDArray[np.float64]

    @property
    def nbytes(self) -> int:
        """Bytes of what goes to the GPU at once; of the levels, the largest."""
        corners = self.xy.nbytes + self.rows.nbytes + self.triangles.nbytes + self.points.nbytes
        return corners + self.centers.nbytes + self.center_rows.nbytes + self.center_sides.nbytes

    def level(self, units_per_px: float) -> int:
        """Return the coarsest level that looks exact at a scale: 0, 1 or 2."""
        fine = np.flatnonzero(self.tolerances <= TOLERANCE_PX * units_per_px)
        return int(fine[-1]) + 1 if len(fine) else 0

    def triangles_of(self, level: int) -> NDArray[np.uint32]:
        """Return the triangles of a level."""
        return (self.triangles, self.middle_triangles, self.far_triangles)[level]

    def visible(
        self, extent: tuple[float, float, float, float], smallest: float, level: int = 0
    ) -> tuple[Runs, Runs]:
        """Return runs (first, last) of triangles, and of centers, that a view draws.

        Parameters
        ----------
        extent : tuple of float
            What the view shows: (xmin, ymin, xmax, ymax).
        smallest : float
            Pieces whose polygons are all smaller than this, in map units, are drawn as points.
        level : int
            Whose triangles.
        """
        meets, tiny = self._pieces(extent, smallest)
        cuts = (self.triangle_cuts, self.middle_cuts, self.far_cuts)[level]
        return _runs(meets & ~tiny, cuts), _runs(meets & tiny, self.center_cuts)

    def visible_vertices(self, extent: tuple[float, float, float, float], smallest: float) -> Runs:
        """Return runs of the vertices whose outlines a view draws."""
        meets, tiny = self._pieces(extent, smallest)
        return _runs(meets & ~tiny, self.vertex_cuts)

    @kept
    def _box(self) -> Extent | None:
        """What all pieces cover; None where nothing has a geometry."""
        return extent_of_bounds(self.boxes)

    def meets(self, extent: Extent) -> bool:
        """Whether a view may show something of it."""
        return self._box is not None and self._box.intersects(extent)

    def _pieces(
        self, extent: tuple[float, float, float, float], smallest: float
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which pieces a view meets, and which hold nothing as large as `smallest`."""
        xmin, ymin, xmax, ymax = extent
        boxes = self.boxes
        meets = (boxes[:, 0] <= xmax) & (boxes[:, 2] >= xmin)
        meets &= (boxes[:, 1] <= ymax) & (boxes[:, 3] >= ymin)
        return meets, self.sizes < (np.inf if self.is_sketch else smallest)

    def is_fine_enough(self, smallest: float) -> bool:
        """Whether it looks as the whole mesh where what is smaller than this is squares."""
        return not self.is_sketch or not len(self.sizes) or float(self.sizes.max()) < smallest

    @property
    def is_sketch(self) -> bool:
        """Whether there are no triangles yet: all polygons are drawn as squares."""
        return not len(self.triangles) and len(self.centers) > 0


def _runs(chosen: NDArray[np.bool_], cuts: NDArray[np.int64]) -> Runs:
    """Return the ranges of neighbouring chosen pieces."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], chosen, [False]]).astype(np.int8)))
    starts, stops = cuts[edges[::2]].tolist(), cuts[edges[1::2]].tolist()
    return [(start, stop) for start, stop in zip(starts, stops, strict=True) if stop > start]


def cached_mesh(cache: DerivedCache, chunk: GeometryChunk) -> Mesh:
    """Return the mesh of a chunk (in the map's CRS), built once."""

    def make() -> Mesh:
        return build_mesh(chunk, cached_order(cache, chunk))

    store = cache.meshes
    mesh = cache.get(chunk, "mesh", make if store is None else lambda: store.mesh(chunk, make))
    cache.forget(chunk, "sketch")
    return mesh


def known_mesh(cache: DerivedCache, chunk: GeometryChunk) -> Mesh | None:
    """Return the mesh of a chunk if it was built already."""
    found: Mesh | None = cache.known(chunk, "mesh")
    return found


def cached_sketch(cache: DerivedCache, chunk: GeometryChunk) -> Mesh:
    """Return a mesh without triangles, or the whole one where an earlier opening kept it."""
    store = cache.meshes
    if known_mesh(cache, chunk) is not None or (store is not None and store.has(chunk)):
        return cached_mesh(cache, chunk)
    return cache.get(chunk, "sketch", lambda: build_sketch(chunk, cached_order(cache, chunk)))


def mesh_at_hand(cache: DerivedCache, chunk: GeometryChunk) -> Mesh | None:
    """Return the mesh of a chunk, else its sketch, if one of them was built already."""
    sketch: Mesh | None = known_mesh(cache, chunk) or cache.known(chunk, "sketch")
    return sketch


def is_drawable(cache: DerivedCache, chunk: GeometryChunk, smallest: float) -> bool:
    """Whether what is at hand of a chunk looks as its mesh will.

    Parameters
    ----------
    smallest : float
        Polygons smaller than this, in map units, are drawn as squares.
    """
    found = mesh_at_hand(cache, chunk)
    return found is not None and found.is_fine_enough(smallest)


def build_sketch(chunk: GeometryChunk, order: NDArray[np.intp]) -> Mesh:
    """Return a mesh without triangles, vertices and points: what far views need, built at once."""
    whole = Kind.POLYGON if bool((chunk.kinds == Kind.POLYGON).all()) else Kind.NONE
    if whole is Kind.NONE:
        return build_mesh(chunk, order)
    order = _by_size(chunk, order)
    bounds = chunk.bounds[order]
    origin = bounds.reshape(-1, 2).mean(axis=0)
    cuts = np.append(np.arange(0, len(chunk), PIECE_ROWS), len(chunk))
    nothing, no_triangles = np.zeros(len(cuts), np.int64), np.zeros((0, 3), np.uint32)
    return Mesh(
        origin=origin,
        xy=np.zeros((0, 2), np.float32),
        rows=np.zeros(0, np.uint32),
        triangles=no_triangles,
        triangle_cuts=nothing,
        middle_triangles=no_triangles,
        middle_cuts=nothing,
        far_triangles=no_triangles,
        far_cuts=nothing,
        tolerances=np.full(len(KEPT), np.inf),
        marks=np.zeros(0, np.uint8),
        vertex_cuts=nothing,
        points=np.zeros(0, np.uint32),
        centers=((bounds[:, :2] + bounds[:, 2:]) / 2 - origin).astype(np.float32),
        center_rows=order.astype(np.uint32),
        center_sides=_sides(chunk.areas()[order], bounds).astype(np.float32),
        center_cuts=cuts.astype(np.int64),
        boxes=_boxes(bounds, cuts),
        sizes=_piece_sizes(bounds, cuts),
    )


def build_mesh(chunk: GeometryChunk, order: NDArray[np.intp]) -> Mesh:
    """Return the mesh of a chunk whose rows are drawn, within a size, in `order`."""
    order = _by_size(chunk, order)
    ordered = chunk.taken(order)
    bounds = np.array(ordered.bounds)
    known = np.isfinite(bounds[:, 0])
    origin = bounds[known].reshape(-1, 2).mean(axis=0) if known.any() else np.zeros(2)
    local = ordered.xy - origin
    triangles, per_row = triangulate(ordered, local)
    cuts = np.append(np.arange(0, len(ordered), PIECE_ROWS), len(ordered))
    marked, allowed = marks(ordered, local, tolerances(ordered))
    coarser = [_coarser(ordered, local, marked, level) for level in range(len(allowed))]
    counts = np.diff(ordered.feature_coord_offsets)
    is_point = np.repeat(ordered.kinds == Kind.POINT, counts)
    polygons = ordered.kinds == Kind.POLYGON
    middles = np.nan_to_num((bounds[:, :2] + bounds[:, 2:]) / 2 - origin)
    return Mesh(
        origin=origin,
        xy=local.astype(np.float32),
        rows=np.repeat(order, counts).astype(np.uint32),
        triangles=triangles,
        triangle_cuts=_cuts(per_row, cuts),
        middle_triangles=coarser[0][0],
        middle_cuts=_cuts(coarser[0][1], cuts),
        far_triangles=coarser[1][0],
        far_cuts=_cuts(coarser[1][1], cuts),
        tolerances=allowed,
        marks=marked,
        vertex_cuts=ordered.feature_coord_offsets[cuts],
        points=np.flatnonzero(is_point).astype(np.uint32),
        centers=middles[polygons].astype(np.float32),
        center_rows=order[polygons].astype(np.uint32),
        center_sides=_sides(ordered.areas(), bounds)[polygons].astype(np.float32),
        center_cuts=_cuts(polygons, cuts),
        boxes=_boxes(bounds, cuts),
        sizes=_piece_sizes(bounds, cuts),
    )


def _cuts(per_row: NDArray[np.integer[Any]], cuts: NDArray[np.intp]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(per_row)]).astype(np.int64)[cuts]


def _coarser(
    chunk: GeometryChunk,
    local: NDArray[np.float64],
    marked: NDArray[np.uint8],
    level: int,
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the triangles of a coarser level over the same vertices, and how many of each row."""
    kept = (marked & KEPT[level]) != 0
    if not kept.any():
        return np.zeros((0, 3), dtype=np.uint32), np.zeros(len(chunk), dtype=np.int64)
    triangles, per_row = triangulate(reduced(chunk, kept), local[kept])
    return np.flatnonzero(kept)[triangles].astype(np.uint32), per_row


def _by_size(chunk: GeometryChunk, order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the order with large polygons first, in large chunks."""
    if len(chunk) < FEWEST_SORTED:
        return order
    bounds = chunk.bounds[order]
    with np.errstate(divide="ignore"):
        size = np.log2((bounds[:, 2:] - bounds[:, :2]).max(axis=1))
    step = np.floor(np.nan_to_num(size, nan=-np.inf, neginf=-1e6) / _SIZE_STEP_LOG2)
    return order[np.argsort(-step, kind="stable")]


def _sides(areas: NDArray[np.float64], bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    longest = np.nan_to_num((bounds[:, 2:] - bounds[:, :2]).max(axis=1))
    return np.asarray(np.sqrt(np.sqrt(areas) * longest))


def _piece_sizes(bounds: NDArray[np.float64], cuts: NDArray[np.intp]) -> NDArray[np.float64]:
    if not len(bounds):
        return np.zeros(0)
    size = np.nan_to_num((bounds[:, 2:] - bounds[:, :2]).max(axis=1))
    return np.maximum.reduceat(size, cuts[:-1])


def _boxes(bounds: NDArray[np.float64], cuts: NDArray[np.intp]) -> NDArray[np.float64]:
    if not len(bounds):
        return np.zeros((0, 4))
    low = np.fmin.reduceat(bounds[:, :2], cuts[:-1], axis=0)
    high = np.fmax.reduceat(bounds[:, 2:], cuts[:-1], axis=0)
    return np.concatenate([low, high], axis=1)


def triangulate(
    chunk: GeometryChunk, local: NDArray[np.float64]
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return triangles of all polygons, in row order, and how many each row has.

    Parameters
    ----------
    chunk : GeometryChunk
        Rings are closed.
    local : ndarray of float64, shape (m, 2)
        The chunk's coordinates about a near origin; writable (earcut asks for it).
    """
    part_rows = np.repeat(np.arange(len(chunk)), np.diff(chunk.part_offsets))
    polygonal = chunk.kinds[part_rows] == Kind.POLYGON
    fans, fan_parts = _fans(chunk, local, polygonal)
    ears, ear_parts = _ears(chunk, local, polygonal & ~_marked(fan_parts, len(polygonal)))
    triangles = np.concatenate([fans, ears])
    owners = np.concatenate([fan_parts, ear_parts])
    order = np.argsort(owners, kind="stable")
    per_row = np.bincount(part_rows[owners], minlength=len(chunk))
    return triangles[order].astype(np.uint32), per_row


def _marked(parts: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    result = np.zeros(count, dtype=bool)
    result[parts] = True
    return result


def _fans(
    chunk: GeometryChunk, local: NDArray[np.float64], polygonal: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return triangles of the parts that are one convex ring, and the part of each."""
    single = polygonal & (np.diff(chunk.ring_offsets) == 1)
    parts = np.flatnonzero(single)
    rings = chunk.ring_offsets[:-1][parts]
    starts = chunk.coord_offsets[:-1][rings].astype(np.int64)
    corners = chunk.coord_offsets[1:][rings].astype(np.int64) - starts - 1
    large = corners >= _FEWEST_CORNERS
    parts, starts, corners = parts[large], starts[large], corners[large]
    convex = _is_convex(local, starts, corners)
    parts, starts, corners = parts[convex], starts[convex], corners[convex]
    each = corners - 2
    owner = np.repeat(np.arange(len(parts)), each)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(each) - each, each)
    first = starts[owner]
    return np.column_stack([first, first + step + 1, first + step + 2]), parts[owner]


def _is_convex(
    local: NDArray[np.float64], starts: NDArray[np.int64], corners: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether rings turn one way only and once round."""
    if not len(starts):
        return np.zeros(0, dtype=bool)
    firsts = np.cumsum(corners) - corners
    owner = np.repeat(np.arange(len(starts)), corners)
    step = np.arange(len(owner)) - firsts[owner]
    at = local[starts[owner] + step]
    to = local[starts[owner] + step + 1]
    edge = to - at
    ahead = np.arange(len(owner)) + 1
    last = step == corners[owner] - 1
    ahead[last] = firsts[owner[last]]
    following = edge[ahead]
    turn = edge[:, 0] * following[:, 1] - edge[:, 1] * following[:, 0]
    angle = np.arctan2(turn, (edge * following).sum(axis=1))
    around = np.abs(np.add.reduceat(angle, firsts))
    one_way = (np.minimum.reduceat(turn, firsts) >= 0) | (np.maximum.reduceat(turn, firsts) <= 0)
    return np.asarray(one_way & (around < 1.5 * 2 * np.pi))


def _ears(
    chunk: GeometryChunk, local: NDArray[np.float64], wanted: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return triangles of the parts that need earcut, and the part of each."""
    parts = np.flatnonzero(wanted)
    first_rings, last_rings = chunk.ring_offsets[:-1], chunk.ring_offsets[1:]
    bases = chunk.coord_offsets[first_rings].astype(np.int64)
    rings_of_parts = np.diff(chunk.ring_offsets)
    ends = (chunk.coord_offsets[1:] - np.repeat(bases, rings_of_parts)).astype(np.uint32)
    limits = zip(
        first_rings[parts].tolist(),
        last_rings[parts].tolist(),
        bases[parts].tolist(),
        chunk.coord_offsets[last_rings[parts]].tolist(),
        strict=True,
    )
    earcut = mapbox_earcut.triangulate_float64
    found = [earcut(local[low:high], ends[first:last]) for first, last, low, high in limits]
    if not found:
        return np.zeros((0, 3), dtype=np.int64), np.zeros(0, dtype=np.int64)
    counts = np.array([len(piece) // 3 for piece in found])
    indices = np.concatenate(found).astype(np.int64).reshape(-1, 3)
    return indices + np.repeat(bases[parts], counts)[:, None], np.repeat(parts, counts)

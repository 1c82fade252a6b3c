"""Meshes of bodies: roofs by triangulation, walls from the edges of rings, and thin edges.

All is arrays: no loop over parcels. Every vertex carries its tone and its shade, so that another
theme is another palette. The sun stands in the north-west, as maps shade. No Qt, no OpenGL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.geometry import Kind
from emadina_gis.render.massing.prisms import Tone
from emadina_gis.render.mesh import triangulate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.render.massing.prisms import Prisms

    Floats = NDArray[np.float64]

#: Towards the sun: north-west, 45° high.
SUN = np.array([-0.5, 0.5, np.sqrt(0.5)])
#: Light on a surface that faces away from the sun, and on one that faces it.
DARKEST, BRIGHTEST = 0.58, 1.0
SHADES = 255
#: The two triangles of a wall.
_QUAD = np.array([0, 1, 2, 0, 2, 3], dtype=np.uint32)
#: Corners flatter than this get no upright edge.
_LEAST_TURN = np.sin(np.radians(8.0))


@dataclass(frozen=True, eq=False)
class TriangleMesh:
    """Surfaces.

    Attributes
    ----------
    positions : ndarray of float32, shape (m, 3)
        East, north and up, in metres about the scene's origin.
    marks : ndarray of uint32, shape (m,)
        ``tone + 256 * shade`` with the shade in 0..255.
    triangles : ndarray of uint32, shape (t, 3)
    """

    positions: NDArray[np.float32]
    marks: NDArray[np.uint32]
    triangles: NDArray[np.uint32]

    @property
    def nbytes(self) -> int:
        """Bytes of what goes to the GPU."""
        return self.positions.nbytes + self.marks.nbytes + self.triangles.nbytes


@dataclass(frozen=True, eq=False)
class LineMesh:
    """Segments: positions (2k, 3) float32, two by two, and marks (2k,) uint32."""

    positions: NDArray[np.float32]
    marks: NDArray[np.uint32]


NO_TRIANGLES = TriangleMesh(
    np.zeros((0, 3), np.float32), np.zeros(0, np.uint32), np.zeros((0, 3), np.uint32)
)
NO_LINES = LineMesh(np.zeros((0, 3), np.float32), np.zeros(0, np.uint32))


def shade_of(normals: Floats) -> Floats:
    """Return the light on surfaces with these unit normals, in [0, 1], shape (n,)."""
    facing = (normals @ SUN + 1.0) / 2.0
    return np.asarray(DARKEST + (BRIGHTEST - DARKEST) * facing)


def marks_of(tone: NDArray[np.uint8] | int, shade: Floats | float) -> NDArray[np.uint32]:
    """Return tones and shades as one number per vertex."""
    level = np.rint(np.asarray(shade) * SHADES).astype(np.uint32)
    return np.asarray(np.asarray(tone).astype(np.uint32) + (level << np.uint32(8)))


def solid_mesh(prisms: Prisms, origin: Floats) -> TriangleMesh:
    """Return walls and roofs of bodies."""
    if not len(prisms):
        return NO_TRIANGLES
    return joined_meshes([_walls(prisms, origin), _roofs(prisms, origin)])


def flat_mesh(
    chunk: GeometryChunk, origin: Floats, tone: NDArray[np.uint8] | int, height_m: float = 0.0
) -> TriangleMesh:
    """Return polygons lying on the ground, in full light; a tone each or one for all."""
    local = chunk.xy - origin
    triangles, _ = triangulate(chunk, local)
    each = np.repeat(np.broadcast_to(tone, len(chunk)), np.diff(chunk.feature_coord_offsets))
    positions = np.column_stack([local, np.full(len(local), height_m)]).astype(np.float32)
    return TriangleMesh(positions, marks_of(each, BRIGHTEST), triangles)


def joined_meshes(meshes: Sequence[TriangleMesh]) -> TriangleMesh:
    """Return meshes as one; they are drawn in this order."""
    counts = [len(mesh.positions) for mesh in meshes]
    shifts = np.cumsum([0, *counts[:-1]]).tolist()
    triangles = [mesh.triangles + np.uint32(by) for mesh, by in zip(meshes, shifts, strict=False)]
    if not triangles:
        return NO_TRIANGLES
    return TriangleMesh(
        np.concatenate([mesh.positions for mesh in meshes]),
        np.concatenate([mesh.marks for mesh in meshes]),
        np.concatenate(triangles),
    )


@dataclass(frozen=True, eq=False)
class Edges:
    """Edges of rings: indices of their ends among the coordinates, and the body of each, (e,)."""

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    body: NDArray[np.intp]


def edges_of(chunk: GeometryChunk) -> Edges:
    """Return the edges of all closed rings, and of lines, in order."""
    count = len(chunk.xy)
    is_last = np.zeros(count, dtype=bool)
    sizes = np.diff(chunk.coord_offsets)
    is_last[chunk.coord_offsets[1:][sizes > 0] - 1] = True
    first = np.flatnonzero(~is_last)
    body = np.repeat(np.arange(len(chunk)), np.diff(chunk.feature_coord_offsets))
    return Edges(first, first + 1, body[first])


def _walls(prisms: Prisms, origin: Floats) -> TriangleMesh:
    chunk = prisms.footprint
    edges = edges_of(chunk)
    local = chunk.xy - origin
    a, b = local[edges.first], local[edges.second]
    base, top = prisms.base_m[edges.body], prisms.top_m[edges.body]
    corners = np.stack(
        [
            np.column_stack([a, base]),
            np.column_stack([b, base]),
            np.column_stack([b, top]),
            np.column_stack([a, top]),
        ],
        axis=1,
    )
    along = b - a
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)
    normals = np.column_stack([along[:, 1], -along[:, 0], np.zeros(len(a))]) / length[:, None]
    marks = marks_of(prisms.tone[edges.body], shade_of(normals))
    start = 4 * np.arange(len(a), dtype=np.uint32)[:, None]
    triangles = (start + _QUAD).reshape(-1, 3)
    return TriangleMesh(
        corners.reshape(-1, 3).astype(np.float32), np.repeat(marks, 4), triangles.astype(np.uint32)
    )


def _roofs(prisms: Prisms, origin: Floats) -> TriangleMesh:
    chunk = prisms.footprint
    local = chunk.xy - origin
    triangles, _ = triangulate(chunk, local)
    body = np.repeat(np.arange(len(chunk)), np.diff(chunk.feature_coord_offsets))
    positions = np.column_stack([local, prisms.top_m[body]]).astype(np.float32)
    light = float(shade_of(np.array([[0.0, 0.0, 1.0]]))[0])
    return TriangleMesh(positions, marks_of(prisms.tone[body], light), triangles)


_LINE_TONES = {
    Tone.EXISTING: Tone.EXISTING_LINE,
    Tone.UNKNOWN: Tone.EXISTING_LINE,
    Tone.ALLOWED: Tone.ALLOWED_LINE,
    Tone.SELECTED: Tone.SELECTED_LINE,
    Tone.CHOSEN: Tone.CHOSEN_LINE,
}


def line_tones(tone: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the tones of the edges of surfaces of some tones."""
    table = np.arange(len(Tone), dtype=np.uint8)
    for surface, line in _LINE_TONES.items():
        table[surface] = line
    return table[tone]


def solid_edges(prisms: Prisms, origin: Floats) -> LineMesh:
    """Return the outlines of tops and the upright edges of bodies, and outlines on the ground."""
    if not len(prisms):
        return NO_LINES
    chunk = prisms.footprint
    edges = edges_of(chunk)
    local = chunk.xy - origin
    tones = line_tones(prisms.tone)
    top = prisms.top_m[edges.body]
    pieces = [_segments(local, edges, top, tones)]
    flat = prisms.top_m - prisms.base_m <= 0
    grounded = (prisms.base_m[edges.body] <= 0) & ~flat[edges.body]
    low = Edges(edges.first[grounded], edges.second[grounded], edges.body[grounded])
    pieces.append(_segments(local, low, np.zeros(len(low.first)), tones))
    pieces.append(_uprights(prisms, edges, local, tones))
    return joined_lines(pieces)


def joined_lines(pieces: Sequence[LineMesh]) -> LineMesh:
    """Return lines as one mesh; they are drawn in this order."""
    return LineMesh(
        np.concatenate([piece.positions for piece in pieces]),
        np.concatenate([piece.marks for piece in pieces]),
    )


def ground_lines(
    chunk: GeometryChunk, origin: Floats, tone: int, height_m: float = 0.0
) -> LineMesh:
    """Return the outlines of polygons, or lines, on the ground."""
    edges = edges_of(chunk)
    tones = np.full(len(chunk), tone, dtype=np.uint8)
    return _segments(chunk.xy - origin, edges, np.full(len(edges.first), height_m), tones)


def _segments(local: Floats, edges: Edges, height_m: Floats, tones: NDArray[np.uint8]) -> LineMesh:
    ends = np.stack([local[edges.first], local[edges.second]], axis=1)
    heights = np.repeat(height_m[:, None], 2, axis=1)[..., None]
    positions = np.concatenate([ends, heights], axis=2).reshape(-1, 3)
    marks = np.repeat(marks_of(tones[edges.body], BRIGHTEST), 2)
    return LineMesh(positions.astype(np.float32), marks)


def _uprights(prisms: Prisms, edges: Edges, local: Floats, tones: NDArray[np.uint8]) -> LineMesh:
    """Return the upright edges at corners that turn."""
    along = local[edges.second] - local[edges.first]
    along = along / np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    before = _previous(prisms.footprint, edges)
    cross = along[before][:, 0] * along[:, 1] - along[before][:, 1] * along[:, 0]
    dot = (along[before] * along).sum(axis=1)
    turns = np.flatnonzero((np.abs(cross) > _LEAST_TURN) | (dot < 0))
    at, body = local[edges.first[turns]], edges.body[turns]
    low = np.column_stack([at, prisms.base_m[body]])
    high = np.column_stack([at, prisms.top_m[body]])
    positions = np.stack([low, high], axis=1).reshape(-1, 3)
    return LineMesh(positions.astype(np.float32), np.repeat(marks_of(tones[body], BRIGHTEST), 2))


def _previous(chunk: GeometryChunk, edges: Edges) -> NDArray[np.intp]:
    """Return for each edge the one before it in its ring."""
    before = np.arange(len(edges.first)) - 1
    starts = chunk.coord_offsets[:-1][np.diff(chunk.coord_offsets) > 1]
    ends = chunk.coord_offsets[1:][np.diff(chunk.coord_offsets) > 1] - 2
    position = np.full(len(chunk.xy), -1, dtype=np.intp)
    position[edges.first] = np.arange(len(edges.first))
    before[position[starts]] = position[ends]
    return before


def polygons_only(chunk: GeometryChunk) -> GeometryChunk:
    """Return the polygons of a chunk."""
    return chunk.taken(np.flatnonzero(chunk.kinds == Kind.POLYGON))

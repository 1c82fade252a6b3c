"""Geometry as ragged arrays: feature → parts → rings → coordinates, in immutable chunks.

The same nesting serves points (a part of one ring of one coordinate), lines (a part of one ring)
and polygons, so that drawing, saving and hashing know one layout. Owns the conversion from and to
shapely; knows nothing of files, Qt or drawing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.kept import kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

CHUNK_ROWS = 8192


class Kind(IntEnum):
    """What the parts of a feature are."""

    NONE = 0
    POINT = 1
    LINE = 2
    POLYGON = 3


#: shapely type id → kind (-1 missing; collections are reduced before they come here).
_KIND_OF_TYPE = {
    -1: Kind.NONE,
    0: Kind.POINT,
    1: Kind.LINE,
    2: Kind.LINE,
    3: Kind.POLYGON,
    4: Kind.POINT,
    5: Kind.LINE,
    6: Kind.POLYGON,
}
_COLLECTION_TYPE = 7
Shapes = Any  # numpy object array of shapely geometries


@dataclass(frozen=True, eq=False)
class GeometryChunk:
    """Geometries of some rows.

    Attributes
    ----------
    kinds : ndarray of uint8, shape (n,)
        `Kind` of each feature; NONE for missing or empty geometry.
    part_offsets : ndarray of int32, shape (n + 1,)
        Parts of feature i are ``part_offsets[i]:part_offsets[i + 1]``.
    ring_offsets : ndarray of int32, shape (parts + 1,)
        Rings of a part; the first ring of a polygon part is its shell.
    coord_offsets : ndarray of int32, shape (rings + 1,)
        Coordinates of a ring; rings of polygons are closed.
    xy : ndarray of float64, shape (m, 2)
        Coordinates, x to the east.
    z : ndarray of float64, shape (m,), or None
        Heights where the source had any (NaN where it had none).
    """

    kinds: NDArray[np.uint8]
    part_offsets: NDArray[np.int32]
    ring_offsets: NDArray[np.int32]
    coord_offsets: NDArray[np.int32]
    xy: NDArray[np.float64]
    z: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        for array in self._arrays():
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.kinds)

    def _arrays(self) -> Iterator[NDArray[Any]]:
        yield from (self.kinds, self.part_offsets, self.ring_offsets, self.coord_offsets, self.xy)
        if self.z is not None:
            yield self.z

    @kept
    def fingerprint(self) -> str:
        """Content hash of all arrays."""
        digest = hashlib.blake2b(digest_size=16)
        for array in self._arrays():
            digest.update(f"{array.dtype}{array.shape}".encode())
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()

    @kept
    def feature_coord_offsets(self) -> NDArray[np.int64]:
        """Coordinates of feature i are ``[i]:[i + 1]``, shape (n + 1,)."""
        rings = self.ring_offsets[self.part_offsets]
        return self.coord_offsets[rings].astype(np.int64)

    @kept
    def bounds(self) -> NDArray[np.float64]:
        """Rows (xmin, ymin, xmax, ymax); NaN for missing geometry; shape (n, 4)."""
        result = np.full((len(self), 4), np.nan)
        starts = self.feature_coord_offsets
        present = np.flatnonzero(starts[1:] > starts[:-1])
        if len(present):
            first = starts[:-1][present]
            result[present, :2] = np.minimum.reduceat(self.xy, first, axis=0)
            result[present, 2:] = np.maximum.reduceat(self.xy, first, axis=0)
        result.flags.writeable = False
        return result

    def to_shapely(self) -> Shapes:
        """Return shapely geometries (None where missing), shape (n,)."""
        result = np.full(len(self), None, dtype=object)
        for kind in (Kind.POINT, Kind.LINE, Kind.POLYGON):
            rows = np.flatnonzero(self.kinds == kind)
            if len(rows):
                result[rows] = _shapes_of_kind(self.taken(rows), kind)
        return result

    def taken(self, rows: NDArray[np.intp]) -> GeometryChunk:
        """Return the chunk of some rows, in the order given."""
        if len(rows) == len(self) and np.array_equal(rows, np.arange(len(self))):
            return self
        parts, part_offsets = _gather(self.part_offsets, rows)
        rings, ring_offsets = _gather(self.ring_offsets, parts)
        coords, coord_offsets = _gather(self.coord_offsets, rings)
        return GeometryChunk(
            self.kinds[rows],
            part_offsets,
            ring_offsets,
            coord_offsets,
            self.xy[coords],
            None if self.z is None else self.z[coords],
        )

    def with_xy(self, xy: NDArray[np.float64]) -> GeometryChunk:
        """Return the chunk with other coordinates (a reprojection keeps the structure)."""
        return GeometryChunk(
            self.kinds, self.part_offsets, self.ring_offsets, self.coord_offsets, xy, self.z
        )

    def areas(self) -> NDArray[np.float64]:
        """Return planar areas in squared map units (0 for points and lines), shape (n,).

        Shoelace formula on coordinates relative to each ring's first vertex, which keeps the
        precision at Lambert coordinates; holes are subtracted whatever their orientation.
        """
        if not len(self.coord_offsets) or len(self.coord_offsets) == 1:
            return np.zeros(len(self))
        ring_areas = np.abs(_ring_double_areas(self.xy, self.coord_offsets)) / 2
        is_shell = np.zeros(len(ring_areas), dtype=bool)
        is_shell[self.ring_offsets[:-1][np.diff(self.ring_offsets) > 0]] = True
        signed = np.where(is_shell, ring_areas, -ring_areas)
        total = np.concatenate([[0.0], np.cumsum(signed)])
        bounds = self.ring_offsets[self.part_offsets]
        areas = total[bounds[1:]] - total[bounds[:-1]]
        return np.where(self.kinds == Kind.POLYGON, areas, 0.0)


def _ring_double_areas(
    xy: NDArray[np.float64], coord_offsets: NDArray[np.int32]
) -> NDArray[np.float64]:
    counts = np.diff(coord_offsets)
    local = xy - np.repeat(xy[np.minimum(coord_offsets[:-1], len(xy) - 1)], counts, axis=0)
    cross = np.zeros(len(xy))
    cross[:-1] = local[:-1, 0] * local[1:, 1] - local[1:, 0] * local[:-1, 1]
    last = coord_offsets[1:][counts > 0] - 1
    cross[last] = 0.0  # the step to the next ring is not an edge; rings are closed
    total = np.concatenate([[0.0], np.cumsum(cross)])
    return np.asarray(total[coord_offsets[1:]] - total[coord_offsets[:-1]])


def _gather(
    offsets: NDArray[np.int32], rows: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Return the members of the groups `rows` and their new offsets."""
    starts = offsets[:-1][rows].astype(np.intp)
    counts = (offsets[1:][rows] - offsets[:-1][rows]).astype(np.intp)
    new_offsets = np.concatenate([[0], np.cumsum(counts)])
    members = np.arange(new_offsets[-1]) + np.repeat(starts - new_offsets[:-1], counts)
    return members, new_offsets.astype(np.int32)


def _shapes_of_kind(chunk: GeometryChunk, kind: Kind) -> Shapes:
    coords = chunk.xy if chunk.z is None else np.column_stack([chunk.xy, np.nan_to_num(chunk.z)])
    shapes = _built_shapes(chunk, kind, coords)
    if chunk.z is not None:
        flat = np.unique(_feature_of_coords(chunk)[np.isnan(chunk.z)])
        shapes[flat] = shapely.force_2d(shapes[flat])
    return shapes


def _feature_of_coords(chunk: GeometryChunk) -> NDArray[np.intp]:
    return np.repeat(np.arange(len(chunk)), np.diff(chunk.feature_coord_offsets))


def _built_shapes(chunk: GeometryChunk, kind: Kind, coords: NDArray[np.float64]) -> Shapes:
    single = bool((np.diff(chunk.part_offsets) == 1).all())
    offsets: tuple[Any, ...]
    if kind is Kind.POLYGON:
        offsets = (chunk.coord_offsets, chunk.ring_offsets, chunk.part_offsets)
        one, many = shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON
    elif kind is Kind.LINE:
        offsets = (chunk.coord_offsets, chunk.part_offsets)
        one, many = shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING
    else:
        offsets = (chunk.part_offsets,)
        one, many = shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT
    wide = tuple(np.asarray(part, dtype=np.int64) for part in offsets)
    if single:
        return np.array(shapely.from_ragged_array(one, coords, wide[:-1] or None), dtype=object)
    shapes = shapely.from_ragged_array(many, coords, wide)
    return _singled(shapes, chunk)


def _singled(shapes: Shapes, chunk: GeometryChunk) -> Shapes:
    """Turn multi-geometries of one part into simple ones, so that a round trip keeps the type."""
    one = np.diff(chunk.part_offsets) == 1
    result = np.array(shapes, dtype=object)
    result[one] = shapely.get_geometry(result[one], 0)
    return result


def chunk_from_shapely(shapes: Shapes) -> GeometryChunk:
    """Return the ragged arrays of shapely geometries.

    Collections keep their parts of the highest dimension (use `collection_rows` to report them);
    empty and missing geometries become `Kind.NONE`.
    """
    array = _without_collections(np.asarray(shapes, dtype=object))
    types = shapely.get_type_id(array)
    types[shapely.is_empty(array)] = -1
    array[types == -1] = None
    kinds = np.vectorize(_KIND_OF_TYPE.__getitem__, otypes=[np.uint8])(types)
    pieces = [(rows, _ragged(array[rows], kind)) for rows, kind in _rows_by_kind(kinds)]
    return _assembled(kinds, pieces)


def collection_rows(shapes: Shapes) -> NDArray[np.intp]:
    """Return the rows that hold geometry collections."""
    return np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION_TYPE)


def _without_collections(shapes: Shapes) -> Shapes:
    result = shapes.copy()
    closed_rings = shapely.get_type_id(result) == shapely.GeometryType.LINEARRING
    result[closed_rings] = [shapely.LineString(ring.coords) for ring in result[closed_rings]]
    for row in collection_rows(result):
        result[row] = _highest_dimension(result[row])
    return result


def _highest_dimension(collection: Any) -> Any:
    parts = shapely.get_parts(shapely.get_parts(collection))
    while (shapely.get_type_id(parts) == _COLLECTION_TYPE).any():
        parts = shapely.get_parts(parts)
    if not len(parts):
        return None
    dimensions = shapely.get_dimensions(parts)
    kept = parts[dimensions == dimensions.max()]
    maker = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
    return maker[int(dimensions.max())](kept)


def _rows_by_kind(kinds: NDArray[np.uint8]) -> Iterator[tuple[NDArray[np.intp], Kind]]:
    for kind in (Kind.POINT, Kind.LINE, Kind.POLYGON):
        rows = np.flatnonzero(kinds == kind)
        if len(rows):
            yield rows, kind


def _ragged(shapes: Shapes, kind: Kind) -> GeometryChunk:
    many = {
        Kind.POINT: shapely.multipoints,
        Kind.LINE: shapely.multilinestrings,
        Kind.POLYGON: shapely.multipolygons,
    }[kind]
    has_z = bool(shapely.has_z(shapes).any())
    first = shapes[0]
    if not first.geom_type.startswith("Multi"):  # force the nesting with parts
        shapes = shapes.copy()
        shapes[0] = many([first])
    _, coords, offsets = shapely.to_ragged_array(shapes, include_z=has_z)
    part_offsets = offsets[-1].astype(np.int32)
    parts = int(part_offsets[-1])
    one_each = np.arange(parts + 1, dtype=np.int32)
    lengths = [one_each] * (Kind.POLYGON - kind) + [o.astype(np.int32) for o in offsets[-2::-1]]
    ring_offsets, coord_offsets = lengths[:2] if kind is not Kind.POINT else (one_each, one_each)
    return GeometryChunk(
        np.full(len(shapes), kind, dtype=np.uint8),
        part_offsets,
        ring_offsets,
        coord_offsets,
        np.ascontiguousarray(coords[:, :2]),
        np.ascontiguousarray(coords[:, 2]) if has_z else None,
    )


def _assembled(
    kinds: NDArray[np.uint8], pieces: list[tuple[NDArray[np.intp], GeometryChunk]]
) -> GeometryChunk:
    if len(pieces) == 1 and len(pieces[0][0]) == len(kinds):
        return pieces[0][1]
    present = np.concatenate([rows for rows, _ in pieces]) if pieces else np.zeros(0, np.intp)
    stacked = joined([piece for _, piece in pieces])
    position = np.full(len(kinds), len(present), dtype=np.intp)
    position[present] = np.arange(len(present))
    return _with_missing_row(stacked).taken(position)


def _with_missing_row(chunk: GeometryChunk) -> GeometryChunk:
    return GeometryChunk(
        np.append(chunk.kinds, np.uint8(Kind.NONE)),
        np.append(chunk.part_offsets, chunk.part_offsets[-1]),
        chunk.ring_offsets,
        chunk.coord_offsets,
        chunk.xy,
        chunk.z,
    )


def joined(chunks: list[GeometryChunk]) -> GeometryChunk:
    """Return one chunk holding the rows of several, in order."""
    if len(chunks) == 1:
        return chunks[0]
    if not chunks:
        zero = np.zeros(1, dtype=np.int32)
        return GeometryChunk(
            np.zeros(0, np.uint8), zero, zero.copy(), zero.copy(), np.zeros((0, 2))
        )
    any_z = any(chunk.z is not None for chunk in chunks)
    heights = [np.full(len(c.xy), np.nan) if c.z is None else c.z for c in chunks]
    return GeometryChunk(
        np.concatenate([chunk.kinds for chunk in chunks]),
        _joined_offsets([chunk.part_offsets for chunk in chunks]),
        _joined_offsets([chunk.ring_offsets for chunk in chunks]),
        _joined_offsets([chunk.coord_offsets for chunk in chunks]),
        np.concatenate([chunk.xy for chunk in chunks]),
        np.concatenate(heights) if any_z else None,
    )


def replaced_rows(
    chunk: GeometryChunk, rows: NDArray[np.intp], replacement: GeometryChunk
) -> GeometryChunk:
    """Return the chunk with the rows of `replacement` at `rows`; the others keep their numbers."""
    order = np.arange(len(chunk))
    order[rows] = len(chunk) + np.arange(len(rows))
    return joined([chunk, replacement]).taken(order)


def _joined_offsets(offsets: list[NDArray[np.int32]]) -> NDArray[np.int32]:
    shifts = np.concatenate([[0], np.cumsum([part[-1] for part in offsets])])
    moved = [part[1:] + shift for part, shift in zip(offsets, shifts[:-1], strict=True)]
    return np.concatenate([[0], *moved]).astype(np.int32)


def chunks_from_shapely(shapes: Shapes, size: int = CHUNK_ROWS) -> tuple[GeometryChunk, ...]:
    """Return chunks of `size` rows."""
    array = np.asarray(shapes, dtype=object)
    starts = range(0, len(array), size)
    return tuple(chunk_from_shapely(array[start : start + size]) for start in starts)

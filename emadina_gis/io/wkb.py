"""WKB of many features to ragged arrays, without one object per feature.

All features of a batch advance together: one step reads the header of the same part and ring of
each. Serves points, lines and polygons, little-endian, with or without z; everything else (and
anything odd) is left to shapely. Knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from emadina_gis.domain.geometry import GeometryChunk, Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_Z_FLAG = 0x80000000
_KINDS = {
    1: Kind.POINT,
    2: Kind.LINE,
    3: Kind.POLYGON,
    4: Kind.POINT,
    5: Kind.LINE,
    6: Kind.POLYGON,
}
_SHAPELY_IDS = {1: 0, 2: 1, 3: 3, 4: 4, 5: 5, 6: 6}
_FIRST_MANY = 4
#: Headers are read step by step over the features; beyond this many steps shapely is as good.
_MOST_STEPS = 600
_LEAST_POINTS = 2
_HEADER = 5
_COUNT = 4


@dataclass
class _Bytes:
    """The data of a batch and a cursor into it for each feature."""

    data: NDArray[np.uint8]
    cursor: Ints
    dimensions: int

    def counts(self, rows: Ints) -> Ints:
        """Read an unsigned 32-bit number at the cursors of some rows, and step over it."""
        at = self.cursor[rows]
        found = _uint32(self.data, at)
        self.cursor[rows] = at + _COUNT
        return found

    def skip_points(self, rows: Ints, points: Ints) -> None:
        self.cursor[rows] += points * 8 * self.dimensions


def _uint32(data: NDArray[np.uint8], at: Ints) -> Ints:
    """Read 32-bit numbers that begin at any byte."""
    anywhere: NDArray[np.uint32] = np.ndarray((max(len(data) - 3, 0),), "<u4", data, 0, (1,))
    return anywhere[at].astype(np.int64)


class _Odd(Exception):
    """The batch is not of the plain kind."""


def ragged_of_wkb(values: pa.Array) -> tuple[GeometryChunk, set[int]] | None:
    """Return the chunk of a binary array and the type ids met, or None where shapely must read.

    Type ids are those of shapely (0 point … 6 multipolygon), -1 for missing geometry. Rings that
    are not closed, collections, curves, measures and mixed batches give None.
    """
    try:
        return _read(values)
    except (_Odd, IndexError):
        return None


def _read(values: pa.Array) -> tuple[GeometryChunk, set[int]]:
    data, offsets, lengths = _buffers(values)
    present = np.flatnonzero(lengths > 0)
    if not len(present):
        raise _Odd
    starts = offsets[present]
    if (lengths[present] < _HEADER + _COUNT).any() or (data[starts] != 1).any():
        raise _Odd
    codes = _uint32(data, starts + 1)
    base, dimensions = _base_types(codes)
    met = np.flatnonzero(np.bincount(base)).tolist()
    kind = _KINDS[met[0]]
    if any(_KINDS[code] != kind for code in met):
        raise _Odd
    cursor = np.zeros(len(lengths), dtype=np.int64)
    cursor[present] = starts + _HEADER
    source = _Bytes(data, cursor, dimensions)
    many = np.zeros(len(lengths), dtype=bool)
    many[present] = base >= _FIRST_MANY
    rings = _rings(source, present, many, kind)
    if not np.array_equal(source.cursor[present], starts + lengths[present]):
        raise _Odd
    chunk = _chunk(source, rings, len(lengths), kind)
    return chunk, {_SHAPELY_IDS[code] for code in met}


def _buffers(values: pa.Array) -> tuple[NDArray[np.uint8], Ints, Ints]:
    validity, offset_bytes, data = values.buffers()
    if data is None or str(values.type) != "binary":
        raise _Odd
    count, first = len(values), values.offset
    offsets = np.frombuffer(offset_bytes, dtype=np.int32)[first : first + count + 1]
    wide: Ints = offsets.astype(np.int64)
    lengths = np.diff(wide)
    if validity is not None and values.null_count:
        lengths = lengths * values.is_valid().to_numpy(zero_copy_only=False)
    return np.frombuffer(data, dtype=np.uint8), wide[:-1], lengths


def _base_types(codes: Ints) -> tuple[Ints, int]:
    """Return the plain type codes and the number of ordinates, the same for all features."""
    if codes.min() >= 1 and codes.max() <= max(_KINDS):
        return codes, 2
    flagged = (codes & _Z_FLAG) > 0
    plain = np.where(flagged, codes & 0xFF, codes % 1000)
    has_z = flagged | ((codes >= 1000) & (codes < 2000))
    known = (plain >= 1) & (plain <= 6) & ((codes < 2000) | flagged) & (codes & 0x60000000 == 0)
    if not known.all() or has_z.any() != has_z.all():
        raise _Odd
    return plain, 3 if has_z.all() else 2


@dataclass
class _Rings:
    """Feature, part, first byte and number of points of rings."""

    features: Ints
    parts: Ints
    begins: Ints
    points: Ints

    def taken(self, order: Ints) -> _Rings:
        return _Rings(
            self.features[order], self.parts[order], self.begins[order], self.points[order]
        )


def _rings(source: _Bytes, present: Ints, many: NDArray[np.bool_], kind: Kind) -> _Rings:
    """Return the rings in the order of their bytes."""
    parts = np.zeros(len(many), dtype=np.int64)
    parts[present] = 1
    multi = present[many[present]]
    parts[multi] = source.counts(multi)
    found: list[_Rings] = []
    most = int(parts.max())
    if most > _MOST_STEPS:
        raise _Odd
    for part in range(most):
        rows = np.flatnonzero(parts > part)
        source.cursor[rows[many[rows]]] += _HEADER
        found.extend(_rings_of_part(source, rows, part, kind))
    return _in_order(found)


def _in_order(found: list[_Rings]) -> _Rings:
    if len(found) == 1:
        return found[0]
    names = ("features", "parts", "begins", "points")
    empty = np.zeros(0, dtype=np.int64)
    stacked = _Rings(*(np.concatenate([empty, *(getattr(r, n) for r in found)]) for n in names))
    return stacked.taken(np.argsort(stacked.begins, kind="stable"))


def _rings_of_part(source: _Bytes, rows: Ints, part: int, kind: Kind) -> list[_Rings]:
    if kind is Kind.POINT:
        return [_ring(source, rows, part, np.ones(len(rows), dtype=np.int64))]
    if kind is Kind.LINE:
        points = source.counts(rows)
        if (points < _LEAST_POINTS).any():
            raise _Odd
        return [_ring(source, rows, part, points)]
    counts = source.counts(rows)
    if not len(counts) or int(counts.max()) > _MOST_STEPS:
        raise _Odd
    found = []
    for ring in range(int(counts.max())):
        mine = rows if ring == 0 and counts.min() > 0 else rows[counts > ring]
        found.append(_ring(source, mine, part, source.counts(mine)))
    return found


def _ring(source: _Bytes, rows: Ints, part: int, points: Ints) -> _Rings:
    if (points <= 0).any():
        raise _Odd
    begins = source.cursor[rows]
    source.skip_points(rows, points)
    return _Rings(rows, np.full(len(rows), part), begins, points)


def _chunk(source: _Bytes, rings: _Rings, count: int, kind: Kind) -> GeometryChunk:
    coordinates = _ordinates(source, rings.begins, rings.points)
    xy = np.ascontiguousarray(coordinates[:, :2])
    coord_offsets = np.concatenate([[0], np.cumsum(rings.points)])
    if kind is Kind.POLYGON and _any_open(coordinates, coord_offsets):
        raise _Odd
    if kind is Kind.POINT and np.isnan(xy).any():
        raise _Odd
    new_part = np.ones(len(rings.begins), dtype=bool)
    new_part[1:] = rings.features[1:] != rings.features[:-1]
    new_part[1:] |= rings.parts[1:] != rings.parts[:-1]
    first_rings = np.flatnonzero(new_part)
    part_counts = np.bincount(rings.features[first_rings], minlength=count)
    kinds = np.where(part_counts > 0, np.uint8(kind), np.uint8(Kind.NONE)).astype(np.uint8)
    return GeometryChunk(
        kinds,
        np.concatenate([[0], np.cumsum(part_counts)]).astype(np.int32),
        np.append(first_rings, len(rings.begins)).astype(np.int32),
        coord_offsets.astype(np.int32),
        xy,
        np.ascontiguousarray(coordinates[:, 2]) if source.dimensions == 3 else None,
    )


def _ordinates(source: _Bytes, begins: Ints, points: Ints) -> NDArray[np.float64]:
    """Return the coordinates of all rings, one after the other.

    To Arrow, rings and what lies between them are values of one array, of which every other one
    is taken; rings come in the order of their bytes.
    """
    if not len(begins):
        return np.zeros((0, source.dimensions))
    edges = np.empty((len(begins), 2), dtype=np.int32)
    edges[:, 0] = begins
    edges[:, 1] = begins + points * (8 * source.dimensions)
    buffers = [None, pa.py_buffer(edges), pa.py_buffer(source.data)]
    pieces = pa.Array.from_buffers(pa.binary(), 2 * len(edges) - 1, buffers)
    rings = pieces.take(pa.array(np.arange(0, 2 * len(edges), 2)))
    found = np.frombuffer(rings.buffers()[2], dtype="<f8")
    return found[: int(points.sum()) * source.dimensions].reshape(-1, source.dimensions)


def _any_open(coordinates: NDArray[np.float64], offsets: Ints) -> bool:
    first, last = coordinates[offsets[:-1]], coordinates[offsets[1:] - 1]
    return bool((np.diff(offsets) < 4).any() or (first != last).any())

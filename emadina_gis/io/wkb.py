"""WKB of many features to ragged arrays, without one object per feature.

All features of a batch advance together: one step reads the header of the same part and ring of
each. Serves points, lines and polygons, little-endian, with or without z; everything else (and
anything odd) is left to shapely. Knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.geometry import GeometryChunk, Kind

if TYPE_CHECKING:
    import pyarrow as pa
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
_MANY = (4, 5, 6)
#: Headers are read step by step over the features; beyond this many steps shapely is as good.
_MOST_STEPS = 600
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
    parts = data[at[:, None] + np.arange(4)]
    return np.ascontiguousarray(parts).view("<u4").ravel().astype(np.int64)


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
    kind = _KINDS[int(base[0])]
    if any(_KINDS[int(code)] != kind for code in np.unique(base)):
        raise _Odd
    cursor = np.zeros(len(lengths), dtype=np.int64)
    cursor[present] = starts + _HEADER
    source = _Bytes(data, cursor, dimensions)
    many = np.zeros(len(lengths), dtype=bool)
    many[present] = np.isin(base, _MANY)
    rings = _rings(source, present, many, kind)
    if not np.array_equal(source.cursor[present], starts + lengths[present]):
        raise _Odd
    chunk = _chunk(source, rings, len(lengths), kind)
    return chunk, {int(code) for code in np.unique(_shapely_ids(base))}


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
    flagged = (codes & _Z_FLAG) > 0
    plain = np.where(flagged, codes & 0xFF, codes % 1000)
    has_z = flagged | ((codes >= 1000) & (codes < 2000))
    known = (plain >= 1) & (plain <= 6) & ((codes < 2000) | flagged) & (codes & 0x60000000 == 0)
    if not known.all() or has_z.any() != has_z.all():
        raise _Odd
    return plain, 3 if has_z.all() else 2


def _shapely_ids(base: Ints) -> Ints:
    return np.array([0, 0, 1, 3, 4, 5, 6])[base]


def _rings(source: _Bytes, present: Ints, many: NDArray[np.bool_], kind: Kind) -> NDArray[np.int64]:
    """Return rows (feature, part, ring, first byte, points), in reading order of each feature."""
    parts = np.zeros(len(many), dtype=np.int64)
    parts[present] = 1
    multi = present[many[present]]
    parts[multi] = source.counts(multi)
    found: list[NDArray[np.int64]] = []
    most = int(parts.max())
    if most > _MOST_STEPS:
        raise _Odd
    for part in range(most):
        rows = np.flatnonzero(parts > part)
        source.cursor[rows[many[rows]]] += _HEADER
        found.extend(_rings_of_part(source, rows, part, kind))
    stacked = np.concatenate(found) if found else np.zeros((0, 5), dtype=np.int64)
    return stacked[np.lexsort((stacked[:, 2], stacked[:, 1], stacked[:, 0]))]


def _rings_of_part(source: _Bytes, rows: Ints, part: int, kind: Kind) -> list[NDArray[np.int64]]:
    if kind is Kind.POINT:
        return [_ring(source, rows, part, 0, np.ones(len(rows), dtype=np.int64))]
    if kind is Kind.LINE:
        return [_ring(source, rows, part, 0, source.counts(rows))]
    counts = source.counts(rows)
    if not len(counts) or int(counts.max()) > _MOST_STEPS:
        raise _Odd
    found = []
    for ring in range(int(counts.max())):
        mine = rows[counts > ring]
        found.append(_ring(source, mine, part, ring, source.counts(mine)))
    return found


def _ring(source: _Bytes, rows: Ints, part: int, ring: int, points: Ints) -> NDArray[np.int64]:
    if (points <= 0).any():
        raise _Odd
    begin = source.cursor[rows].copy()
    source.skip_points(rows, points)
    return np.column_stack(
        [rows, np.full(len(rows), part), np.full(len(rows), ring), begin, points]
    ).astype(np.int64)


def _chunk(source: _Bytes, rings: NDArray[np.int64], count: int, kind: Kind) -> GeometryChunk:
    coordinates = _ordinates(source, rings[:, 3], rings[:, 4])
    xy = np.ascontiguousarray(coordinates[:, :2])
    coord_offsets = np.concatenate([[0], np.cumsum(rings[:, 4])])
    if kind is Kind.POLYGON and _any_open(coordinates, coord_offsets):
        raise _Odd
    if kind is Kind.POINT and np.isnan(xy).any():
        raise _Odd
    new_part = np.ones(len(rings), dtype=bool)
    new_part[1:] = (np.diff(rings[:, 0]) != 0) | (np.diff(rings[:, 1]) != 0)
    first_rings = np.flatnonzero(new_part)
    part_counts = np.bincount(rings[first_rings, 0], minlength=count)
    kinds = np.where(part_counts > 0, np.uint8(kind), np.uint8(Kind.NONE)).astype(np.uint8)
    return GeometryChunk(
        kinds,
        np.concatenate([[0], np.cumsum(part_counts)]).astype(np.int32),
        np.append(first_rings, len(rings)).astype(np.int32),
        coord_offsets.astype(np.int32),
        xy,
        np.ascontiguousarray(coordinates[:, 2]) if source.dimensions == 3 else None,
    )


def _ordinates(source: _Bytes, begins: Ints, points: Ints) -> NDArray[np.float64]:
    """Gather the coordinates of all rings; bytes are not aligned, so by remainder of eight."""
    numbers = points * source.dimensions
    targets = np.concatenate([[0], np.cumsum(numbers)])
    result = np.empty(int(targets[-1]), dtype=np.float64)
    for remainder in np.unique(begins % 8):
        mine = np.flatnonzero(begins % 8 == remainder)
        usable = (len(source.data) - remainder) // 8 * 8
        aligned = source.data[remainder : remainder + usable].view("<f8")
        places = _spread(begins[mine] // 8, numbers[mine])
        result[_spread(targets[:-1][mine], numbers[mine])] = aligned[places]
    return result.reshape(-1, source.dimensions)


def _spread(starts: Ints, counts: Ints) -> Ints:
    """Return the indices start, start + 1, … of several runs, one after the other."""
    ends = np.cumsum(counts)
    return np.asarray(np.arange(int(ends[-1])) + np.repeat(starts - (ends - counts), counts))


def _any_open(coordinates: NDArray[np.float64], offsets: Ints) -> bool:
    first, last = coordinates[offsets[:-1]], coordinates[offsets[1:] - 1]
    return bool((np.diff(offsets) < 4).any() or (first != last).any())

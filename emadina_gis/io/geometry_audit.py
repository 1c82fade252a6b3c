"""What is wrong with geometries while they are read: counted by kind, listed as problems.

Bytes (WKB) come in, chunks and counts go out; validity is tested in threads of its own, since GEOS
lets go of the interpreter meanwhile. Knows nothing of files.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
import shapely

from emadina_gis.domain.geometry import (
    CHUNK_ROWS,
    GeometryChunk,
    Kind,
    chunk_from_shapely,
    collection_rows,
    joined,
)
from emadina_gis.domain.geometry_check import LARGEST_COORDINATE, code_of_reason
from emadina_gis.domain.star_shaped import certainly_valid
from emadina_gis.errors import Problem, Severity
from emadina_gis.io.curves import straightened
from emadina_gis.io.short_lines import reread_short_lines
from emadina_gis.io.wkb import ragged_of_wkb

if TYPE_CHECKING:
    from types import TracebackType

    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes

#: WKB is turned into geometry in steps of this size, so that no step holds the interpreter long.
_STEP_BYTES = 3 * 1024 * 1024
_VALIDITY_ROWS = 1024
_THREADS = 2
_SEVERITIES = {
    "geometry.missing": Severity.WARNING,
    "geometry.collection": Severity.WARNING,
    "geometry.unreadable": Severity.ERROR,
    "geometry.not-finite": Severity.ERROR,
    "geometry.measures": Severity.INFO,
    "geometry.curves": Severity.INFO,
}


class UnsoundBatch(Exception):
    """A library gave a batch that cannot be trusted; the layer must be read another way."""


class GeometryAudit:
    """Counts of findings over the chunks of one layer.

    Use as a context manager; leaving it ends the validity threads.
    """

    def __init__(self, *, check_validity: bool = True) -> None:
        self.counts: Counter[str] = Counter()
        self.types: set[int] = set()
        self._pool = ThreadPoolExecutor(_THREADS) if check_validity else None
        self._pending: list[Future[Counter[str]]] = []

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: object, trace: TracebackType | None
    ) -> None:
        """End the threads; unfinished checks are dropped when an error is on its way."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=kind is not None)

    def chunk(self, wkb: pa.Array) -> GeometryChunk:
        """Return the chunk of one batch of WKB (null where there is no geometry)."""
        _check_offsets(wkb)
        steps = max(1, wkb.nbytes // _STEP_BYTES)
        size = max(1, -(-len(wkb) // steps))
        slices = [wkb.slice(start, size) for start in range(0, len(wkb), size)]
        return joined([self._step(part) for part in slices])

    def _step(self, wkb: pa.Array) -> GeometryChunk:
        self.counts["geometry.missing"] += wkb.null_count
        plain = ragged_of_wkb(wkb)
        if plain is None or not _are_places(plain[0].xy):
            return self._step_by_shapely(wkb)
        chunk, types = plain
        self.types |= types
        self.counts["geometry.missing"] += int((chunk.kinds == 0).sum()) - wkb.null_count
        if self._pool is not None and Kind.POLYGON in chunk.kinds:
            self._pending.append(self._pool.submit(_invalid_polygons, chunk, wkb))
        return chunk

    def _step_by_shapely(self, wkb: pa.Array) -> GeometryChunk:
        objects, curved = straightened(_objects(wkb))
        self.counts["geometry.curves"] += curved
        with np.errstate(invalid="ignore"):
            shapes = shapely.from_wkb(objects, on_invalid="fix")
            as_written = shapely.from_wkb(objects, on_invalid="ignore")
        closed = shapely.is_missing(as_written) & (shapely.get_dimensions(shapes) == 2)
        self.counts["geometry.unclosed"] += int(closed.sum())
        self.counts["geometry.too-few-points"] += reread_short_lines(objects, shapes)
        unreadable = int(shapely.is_missing(shapes).sum()) - wkb.null_count
        self.counts["geometry.unreadable"] += unreadable
        return self.chunk_of_shapes(shapes)

    def chunks_of_shapes(self, shapes: Shapes) -> tuple[GeometryChunk, ...]:
        """Return the chunks of any number of shapely geometries; see `chunk_of_shapes`."""
        starts = range(0, len(shapes), CHUNK_ROWS)
        return tuple(self.chunk_of_shapes(shapes[at : at + CHUNK_ROWS]) for at in starts)

    def chunk_of_shapes(self, shapes: Shapes) -> GeometryChunk:
        """Return the chunk of shapely geometries, counting what is wrong with them."""
        self.types.update(np.unique(shapely.get_type_id(shapes)).tolist())
        self.counts["geometry.missing"] += int(shapely.is_empty(shapes).sum())
        self.counts["geometry.collection"] += len(collection_rows(shapes))
        self.counts["geometry.measures"] += int(shapely.has_m(shapes).sum())
        shapes = _without_measures(shapes)
        chunk = chunk_from_shapely(shapes)
        far = ~(np.abs(chunk.xy) < LARGEST_COORDINATE)
        if far.any():
            chunk = self._without_far(shapes, chunk, far.any(axis=1))
        if self._pool is not None:
            self._pending.append(self._pool.submit(_invalid_reasons, shapes))
        return chunk

    def _without_far(self, shapes: Shapes, chunk: GeometryChunk, far: Any) -> GeometryChunk:
        """Drop the geometries with coordinates that are not places; they would break the extent."""
        owner = np.repeat(np.arange(len(chunk)), np.diff(chunk.feature_coord_offsets))
        rows = np.unique(owner[far])
        self.counts["geometry.not-finite"] += len(rows)
        shapes[rows] = None
        return chunk_from_shapely(shapes)

    def problems(self, where: str) -> tuple[Problem, ...]:
        """Return the findings so far, waiting for the validity of the last chunks."""
        for future in self._pending:
            self.counts.update(future.result())
        self._pending.clear()
        return tuple(
            Problem(code, _SEVERITIES.get(code, Severity.WARNING), where, count)
            for code, count in sorted(self.counts.items())
            if count
        )

    @property
    def type_names(self) -> tuple[str, ...]:
        """Names of the types met (``Polygon``, ``MultiPolygon``, …)."""
        names = {shapely.GeometryType(kind).name for kind in self.types if kind >= 0}
        return tuple(sorted(_TYPE_NAMES[name] for name in names))


_TYPE_NAMES = {
    "POINT": "Point",
    "LINESTRING": "LineString",
    "LINEARRING": "LineString",
    "POLYGON": "Polygon",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
    "GEOMETRYCOLLECTION": "GeometryCollection",
}


def _without_measures(shapes: Shapes) -> Shapes:
    measured = shapely.has_m(shapes)
    if not measured.any():
        return shapes
    result = shapes.copy()
    high = measured & shapely.has_z(shapes)
    result[high] = shapely.from_wkb(shapely.to_wkb(shapes[high], output_dimension=3, flavor="iso"))
    flat = measured & ~high
    result[flat] = shapely.force_2d(shapes[flat])
    return result


def _are_places(xy: NDArray[np.float64]) -> bool:
    """Whether all coordinates are finite and not codes for "no data"."""
    return not len(xy) or bool(max(xy.max(), -xy.min()) < LARGEST_COORDINATE)


def _check_offsets(wkb: pa.Array) -> None:
    """Refuse a batch whose offsets go back: its bytes were written over each other.

    GDAL's FlatGeobuf reader does that after a feature without geometry.
    """
    if not pa.types.is_binary(wkb.type) or not len(wkb):
        return
    offsets = np.frombuffer(wkb.buffers()[1], dtype=np.int32)
    if (np.diff(offsets[wkb.offset : wkb.offset + len(wkb) + 1]) < 0).any():
        raise UnsoundBatch


def _objects(wkb: pa.Array) -> NDArray[np.object_]:
    return np.asarray(wkb.to_numpy(zero_copy_only=False), dtype=object)


def _invalid_polygons(chunk: GeometryChunk, wkb: pa.Array) -> Counter[str]:
    """Count the reasons of the invalid ones; GEOS sees only those that arithmetic leaves open."""
    found: Counter[str] = Counter()
    doubtful = np.flatnonzero((chunk.kinds == Kind.POLYGON) & ~certainly_valid(chunk))
    for start in range(0, len(doubtful), _VALIDITY_ROWS):
        rows = doubtful[start : start + _VALIDITY_ROWS]
        with np.errstate(invalid="ignore"):
            shapes = shapely.from_wkb(_objects(wkb.take(pa.array(rows))))
        found.update(_invalid_reasons(shapes))
    return found


def _invalid_reasons(shapes: Shapes) -> Counter[str]:
    invalid = shapes[~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)]
    reasons = shapely.is_valid_reason(invalid)
    return Counter(code_of_reason(reason) for reason in reasons)

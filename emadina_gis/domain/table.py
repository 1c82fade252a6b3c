"""``FeatureTable``: columns and geometry in immutable chunks, with a CRS and stable row ids.

Nobody writes into a table: each change gives a new one that shares the untouched chunks. The
chunk is the unit of sharing in undo, fingerprint, project file, cache, index and GPU upload.
"""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from emadina_gis.domain.column import Column, arrow_array, column_of
from emadina_gis.domain.crs import UNKNOWN, Crs, transformation
from emadina_gis.domain.extent import Extent, extent_of_bounds
from emadina_gis.domain.geometry import (
    CHUNK_ROWS,
    GeometryChunk,
    Kind,
    chunk_from_shapely,
    chunks_from_shapely,
    joined,
    replaced_rows,
)
from emadina_gis.domain.kept import kept
from emadina_gis.errors import SchemaError

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes


#: What follows from ids and geometry alone, kept where only columns change.
_OF_ROWS = ("_has_consecutive_ids", "_id_order", "kinds", "main_kind", "bounds", "extent", "areas")


#: The rows of fewer ids are looked up each time.
_MANY_IDS = 10_000


class _RowsOf(NamedTuple):
    """The rows of some ids; gone when the ids are."""

    ids: weakref.ref[NDArray[np.int64]]
    rows: list[NDArray[np.intp]]

    @classmethod
    def those(cls, ids: NDArray[np.int64], rows: NDArray[np.intp]) -> _RowsOf:
        """Keep rows that nobody may write, either."""
        rows.flags.writeable = False
        held = [rows]
        return cls(weakref.ref(ids, lambda _ids: held.clear()), held)


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """Rows of features: named columns, ragged geometry, row ids and a CRS.

    Attributes
    ----------
    columns : Mapping[str, Column]
        Columns by name, in order.
    ids : ndarray of int64, shape (n,)
        Stable row ids: they survive `take` and edits, and are never reused within a layer.
    geometry : tuple of GeometryChunk, or None
        Geometry chunks of at most `CHUNK_ROWS` rows; None for a table without geometry.
    crs : Crs
        Known or explicitly unknown.
    """

    columns: Mapping[str, Column]
    ids: NDArray[np.int64]
    geometry: tuple[GeometryChunk, ...] | None = None
    crs: Crs = UNKNOWN

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))
        self.ids.flags.writeable = False
        lengths = {len(column) for column in self.columns.values()} | {len(self.ids)}
        if self.geometry is not None:
            lengths.add(sum(len(chunk) for chunk in self.geometry))
        if len(lengths) != 1:
            raise SchemaError("table.lengths", lengths=sorted(lengths))

    @classmethod
    def from_columns(
        cls,
        columns: Mapping[str, Any],
        geometry: Shapes | None = None,
        *,
        crs: Crs = UNKNOWN,
        ids: NDArray[np.int64] | None = None,
    ) -> FeatureTable:
        """Return a table of arrays or sequences and, maybe, shapely geometries."""
        made = {name: column_of(values) for name, values in columns.items()}
        chunks = None if geometry is None else chunks_from_shapely(geometry)
        count = len(next(iter(made.values()))) if made else 0
        if geometry is not None:
            count = len(geometry)
        row_ids = np.arange(count, dtype=np.int64) if ids is None else ids.astype(np.int64)
        return cls(made, row_ids, chunks, crs)

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return len(self.ids)

    @property
    def names(self) -> list[str]:
        """Column names, in order."""
        return list(self.columns)

    def column(self, name: str) -> Column:
        """Return a column.

        Raises
        ------
        SchemaError
            With code ``table.no-column`` if there is none of that name.
        """
        try:
            return self.columns[name]
        except KeyError:
            raise SchemaError("table.no-column", column=name) from None

    def numbers(self, name: str) -> NDArray[np.float64]:
        """Return a column as float64, NaN where missing; read-only; shape (n,)."""
        return self.column(name).numbers

    def strings(self, name: str) -> NDArray[np.object_]:
        """Return a column as text, None where missing; shape (n,)."""
        return self.column(name).strings

    def codes(self, name: str) -> tuple[NDArray[np.int32], list[Any]]:
        """Return codes into the sorted distinct values (-1 missing), and those values."""
        return self.column(name).coded

    def row(self, row: int) -> dict[str, Any]:
        """Return one row as Python values by column name."""
        return {name: column.value(row) for name, column in self.columns.items()}

    def rows_of_ids(self, ids: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return the rows of row ids; ids that are not there are left out.

        Of many ids that nobody may write the rows are kept while the ids live: map, table and
        panels all ask for the rows of one selection.
        """
        known: _RowsOf | None = vars(self).get("_rows_of")
        if known is not None and known.ids() is ids:
            return known.rows[0]
        rows = self._found_rows(ids)
        if len(ids) >= _MANY_IDS and not ids.flags.writeable:
            vars(self)["_rows_of"] = _RowsOf.those(ids, rows)
        return rows

    def _found_rows(self, ids: NDArray[np.int64]) -> NDArray[np.intp]:
        if not len(self.ids) or not len(ids):
            return np.zeros(0, dtype=np.intp)
        if self._has_consecutive_ids:
            rows = np.asarray(ids, dtype=np.intp) - int(self.ids[0])
            if rows.min() >= 0 and rows.max() < len(self.ids):
                return rows
            return rows[(rows >= 0) & (rows < len(self.ids))]
        order = self._id_order
        if order is None:
            found = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
            return np.asarray(found[self.ids[found] == ids], dtype=np.intp)
        position = np.searchsorted(self.ids, ids, sorter=order)
        rows = order[np.minimum(position, len(order) - 1)]
        return np.asarray(rows[self.ids[rows] == ids], dtype=np.intp)

    @kept
    def _has_consecutive_ids(self) -> bool:
        """Whether no row was ever moved or removed: a million ids are then found by subtraction."""
        ids = self.ids
        ends_apart = len(ids) > 0 and int(ids[-1]) - int(ids[0]) == len(ids) - 1
        return ends_apart and bool((ids[1:] > ids[:-1]).all())

    @kept
    def _id_order(self) -> NDArray[np.intp] | None:
        """Rows in the order of their ids; None where they lie so already."""
        if (self.ids[1:] > self.ids[:-1]).all():
            return None
        return np.argsort(self.ids, kind="stable")

    @property
    def has_geometry(self) -> bool:
        """Whether the table has geometry."""
        return self.geometry is not None

    @kept
    def kinds(self) -> NDArray[np.uint8]:
        """`Kind` of each row, shape (n,)."""
        if not self.geometry:
            return np.zeros(self.row_count, dtype=np.uint8)
        return np.concatenate([chunk.kinds for chunk in self.geometry])

    @kept
    def main_kind(self) -> Kind:
        """The most frequent kind of geometry (NONE where there is none)."""
        counts = np.bincount(self.kinds, minlength=4)
        counts[Kind.NONE] = 0
        return Kind(int(counts.argmax())) if counts.any() else Kind.NONE

    @kept
    def bounds(self) -> NDArray[np.float64]:
        """Rows (xmin, ymin, xmax, ymax), NaN where there is no geometry, shape (n, 4)."""
        if not self.geometry:
            return np.full((self.row_count, 4), np.nan)
        return np.concatenate([chunk.bounds for chunk in self.geometry])

    @kept
    def extent(self) -> Extent | None:
        """Extent of all geometry, or None."""
        return extent_of_bounds(self.bounds)

    @kept
    def areas(self) -> NDArray[np.float64]:
        """Planar areas in squared map units, shape (n,)."""
        if not self.geometry:
            return np.zeros(self.row_count)
        return np.concatenate([chunk.areas() for chunk in self.geometry])

    def shapes(self, rows: NDArray[np.intp] | None = None) -> Shapes:
        """Return shapely geometries (None where missing) of all rows or of some."""
        if not self.geometry:
            return np.full(self.row_count if rows is None else len(rows), None, dtype=object)
        if rows is None:
            return np.concatenate([chunk.to_shapely() for chunk in self.geometry])
        result = np.full(len(rows), None, dtype=object)
        for index, mine, local in self._by_chunk(rows):
            result[mine] = self.geometry[index].taken(local).to_shapely()
        return result

    def _by_chunk(
        self, rows: NDArray[np.intp]
    ) -> list[tuple[int, NDArray[np.intp], NDArray[np.intp]]]:
        """Return (chunk, positions in `rows`, rows within the chunk) for the chunks touched."""
        sizes = [len(chunk) for chunk in self.geometry or ()]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        owner = np.searchsorted(starts, rows, side="right") - 1
        touched = [(int(index), np.flatnonzero(owner == index)) for index in np.unique(owner)]
        return [(index, mine, rows[mine] - starts[index]) for index, mine in touched]

    @kept
    def fingerprint(self) -> str:
        """Content hash of columns, ids, geometry and CRS."""
        digest = hashlib.blake2b(self.crs.definition.encode(), digest_size=16)
        digest.update(self.ids.tobytes())
        for name, column in self.columns.items():
            digest.update(f"{name}\0{column.fingerprint}\0".encode())
        for chunk in self.geometry or ():
            digest.update(chunk.fingerprint.encode())
        return digest.hexdigest()

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, FeatureTable) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def with_column(self, name: str, values: Any) -> FeatureTable:
        """Return the table with a column added or replaced; all others are shared."""
        return self.with_columns({name: column_of(values)})

    def with_columns(self, columns: Mapping[str, Column]) -> FeatureTable:
        """Return the table with columns added or replaced; all others are shared."""
        return self._of_columns({**self.columns, **columns})

    def _of_columns(self, columns: Mapping[str, Column]) -> FeatureTable:
        """Return the same rows with other columns; what is known of ids and geometry is kept."""
        made = replace(self, columns=columns)
        known = vars(self)
        vars(made).update({name: known[name] for name in _OF_ROWS if name in known})
        return made

    def without_column(self, name: str) -> FeatureTable:
        """Return the table without a column."""
        self.column(name)
        return self._of_columns({k: v for k, v in self.columns.items() if k != name})

    def with_values(self, name: str, rows: NDArray[np.intp], values: Any) -> FeatureTable:
        """Return the table with other values at some rows of a column.

        Parameters
        ----------
        name : str
            Column.
        rows : ndarray of int, shape (k,)
            Rows to change.
        values : array-like, shape (k,), or scalar
            New values; a scalar (None for missing) is given to every row.
        """
        column = self.column(name)
        listed = values if _is_sequence(values) else [values] * len(rows)
        changed = column.with_values(rows, arrow_array(listed).cast(column.type))
        return self.with_columns({name: changed})

    def with_geometries(self, rows: NDArray[np.intp], shapes: Shapes) -> FeatureTable:
        """Return the table with other geometry at some rows; untouched chunks are shared."""
        if self.geometry is None:
            raise SchemaError("table.no-geometry")
        chunks = list(self.geometry)
        for index, mine, local in self._by_chunk(rows):
            other = chunk_from_shapely(np.asarray(shapes, dtype=object)[mine])
            chunks[index] = replaced_rows(chunks[index], local, other)
        return replace(self, geometry=tuple(chunks))

    def take(self, rows: NDArray[np.intp]) -> FeatureTable:
        """Return the table of some rows, in the order given; row ids are kept."""
        columns = {name: column.take(rows) for name, column in self.columns.items()}
        geometry = None
        if self.geometry is not None:
            whole = joined(list(self.geometry))
            starts = range(0, len(rows), CHUNK_ROWS)
            geometry = tuple(whole.taken(rows[start : start + CHUNK_ROWS]) for start in starts)
        return FeatureTable(columns, self.ids[rows].copy(), geometry, self.crs)

    def assign_crs(self, crs: Crs) -> FeatureTable:
        """Return the table declared to be in `crs`; coordinates do not move."""
        return replace(self, crs=crs)

    def to_crs(self, crs: Crs) -> FeatureTable:
        """Return the table transformed to another CRS.

        Raises
        ------
        MissingCrs
            If the table's CRS is unknown.
        CrsMismatch
            If only ballpark transformations exist.
        """
        if crs == self.crs or self.geometry is None:
            return self
        operation = transformation(self.crs, crs)
        moved = tuple(chunk.with_xy(operation.apply(chunk.xy)) for chunk in self.geometry)
        return replace(self, geometry=moved, crs=crs)

    def to_geodataframe(self) -> gpd.GeoDataFrame:
        """Return a new GeoDataFrame; it shares nothing writable with the table."""
        import geopandas as gpd
        import pandas as pd

        frame = pd.DataFrame(
            {name: column.arrow.to_pandas() for name, column in self.columns.items()}
        )
        if not self.has_geometry:
            return frame
        crs = self.crs.proj if self.crs.is_known else None
        return gpd.GeoDataFrame(frame, geometry=self.shapes(), crs=crs)

    def valid_reasons(self) -> NDArray[np.object_]:
        """Return GEOS's reason for each invalid geometry, None where valid or missing."""
        shapes = self.shapes()
        invalid = np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
        result = np.full(len(shapes), None, dtype=object)
        result[invalid] = shapely.is_valid_reason(shapes[invalid])
        return result


def _is_sequence(values: Any) -> bool:
    return hasattr(values, "__len__") and not isinstance(values, str | bytes)

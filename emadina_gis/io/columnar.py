"""GeoParquet and Feather (Arrow IPC) files by pyarrow, in batches; no GDAL."""

from __future__ import annotations

import json
import math
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.geometry import CHUNK_ROWS
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import LayerReadError, Problem, Severity
from emadina_gis.io.description import UTF8, FieldInfo
from emadina_gis.io.field_names import unique_names
from emadina_gis.io.geoarrow import NATIVE, as_text, native_shapes, needs_text
from emadina_gis.io.geometry_audit import GeometryAudit
from emadina_gis.io.ogr import OgrLayer, OgrRead, TableBuilder
from emadina_gis.io.ogr_write import chunks_of, column_slice
from emadina_gis.io.sources import magic
from emadina_gis.io.tables import TableRead, placed_table
from emadina_gis.progress import NULL_CONTEXT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emadina_gis.domain.crs import Crs
    from emadina_gis.progress import Context

PARQUET_MAGIC = b"PAR1"
FEATHER_MAGIC = b"ARROW1"
STREAM_MAGIC = b"\xff\xff\xff\xff"
_SAMPLE_ROWS = 20
_EXTENSIONS = ("geoarrow.", "ogc.")
_GROUP_ROWS = 65_536


@contextmanager
def _translated(title: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as exc:
        detail = str(exc).split("\n")[0][:300]
        raise LayerReadError("layer.unreadable", path=title, detail=detail) from exc


@contextmanager
def _source(path: Path) -> Iterator[tuple[pa.Schema, int, Iterator[pa.RecordBatch]]]:
    if magic(path, 4) == PARQUET_MAGIC:
        import pyarrow.parquet as pq

        with pq.ParquetFile(path) as file:
            yield file.schema_arrow, file.metadata.num_rows, file.iter_batches(CHUNK_ROWS)
        return
    with pa.memory_map(str(path)) as mapped:
        schema, batches = _arrow_batches(path, mapped)
        rows = sum(batch.num_rows for batch in batches)
        yield schema, rows, iter(pa.Table.from_batches(batches, schema).to_batches(CHUNK_ROWS))


def _arrow_batches(
    path: Path, mapped: pa.MemoryMappedFile
) -> tuple[pa.Schema, list[pa.RecordBatch]]:
    if magic(path, 4) == STREAM_MAGIC:
        stream = pa.ipc.open_stream(mapped)
        return stream.schema, list(stream)
    reader = pa.ipc.open_file(mapped)
    return reader.schema, [reader.get_batch(i) for i in range(reader.num_record_batches)]


def geo_metadata(schema: pa.Schema) -> dict[str, Any]:
    """Return the ``geo`` metadata of a schema; empty where there is none."""
    raw = (schema.metadata or {}).get(b"geo")
    if raw is None:
        return {}
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class _Geometry:
    """The column of geometry of a file, how it is written and what is said of it."""

    name: str = ""
    encoding: str = "wkb"
    meta: dict[str, Any] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    boxes: frozenset[str] = frozenset()


def _geometry(schema: pa.Schema) -> _Geometry:
    geo = geo_metadata(schema)
    columns = geo.get("columns")
    columns = columns if isinstance(columns, dict) else {}
    known = {name: meta for name, meta in columns.items() if name in schema.names}
    primary = str(geo.get("primary_column", ""))
    if primary in schema.names:
        known = {primary: known.get(primary, {}), **known}
    if known:
        name, meta = next(iter(known.items()))
        meta = meta if isinstance(meta, dict) else {}
        encoding = str(meta.get("encoding", "WKB")).lower().removeprefix("geoarrow.")
        return _Geometry(name, encoding, meta, tuple(known)[1:], _boxes(known))
    for one in schema:
        extension = _extension(one)
        if extension.startswith(_EXTENSIONS):
            return _Geometry(str(one.name), extension.partition(".")[2], _extension_meta(one))
    return _Geometry()


def _boxes(known: dict[str, Any]) -> frozenset[str]:
    """Return the columns that only repeat the boxes of geometries, for quicker reading."""
    covering = [meta.get("covering") for meta in known.values() if isinstance(meta, dict)]
    paths = [
        path[0]
        for found in covering
        if isinstance(found, dict) and isinstance(found.get("bbox"), dict)
        for path in found["bbox"].values()
        if isinstance(path, list) and path
    ]
    return frozenset(str(path) for path in paths)


def _extension(one: pa.Field) -> str:
    stored = (one.metadata or {}).get(b"ARROW:extension:name", b"").decode("utf-8", "replace")
    return stored or str(getattr(one.type, "extension_name", ""))


def _extension_meta(one: pa.Field) -> dict[str, Any]:
    """Return what the metadata of an extension says of the CRS; nothing said is unknown."""
    try:
        found = json.loads((one.metadata or {}).get(b"ARROW:extension:metadata", b"{}"))
    except ValueError:
        found = {}
    return {"crs": found.get("crs") if isinstance(found, dict) else None}


def _crs_text(geometry: _Geometry) -> str:
    """Return the CRS of a geometry column: absent means longitude and latitude, null unknown."""
    if not geometry.meta:
        return ""
    crs = geometry.meta.get("crs", "OGC:CRS84")
    if crs is None:
        return ""
    return crs if isinstance(crs, str) else json.dumps(crs)


def describe(path: Path, title: str) -> OgrLayer:
    """Return what a columnar file says of its one layer."""
    with _translated(title), _source(path) as (schema, rows, _):
        found = _geometry(schema)
        left_out = {found.name, *found.boxes}
        fields = tuple(
            FieldInfo(f.name, type_name(f.type)) for f in schema if f.name not in left_out
        )
        types = found.meta.get("geometry_types") or found.meta.get("geometry_type") or ["Unknown"]
        first = types if isinstance(types, str) else str(types[0])
        return OgrLayer(
            path.stem, "Parquet", rows, first if found.name else "", fields,
            _crs_text(found), "UTF-8", _extent(found.meta.get("bbox")),
        )  # fmt: skip


def _extent(bbox: Any) -> Extent | None:
    if not isinstance(bbox, list) or len(bbox) not in (4, 6):
        return None
    numbers = [bbox[0], bbox[1], bbox[len(bbox) // 2], bbox[len(bbox) // 2 + 1]]
    if not all(isinstance(number, int | float) and math.isfinite(number) for number in numbers):
        return None
    return Extent(*numbers)


def type_name(kind: pa.DataType) -> str:
    """Return the name of a column type: text, integer, number, boolean, date or datetime."""
    tests = (
        (pa.types.is_boolean, "boolean"),
        (pa.types.is_integer, "integer"),
        (pa.types.is_floating, "number"),
        (pa.types.is_date, "date"),
        (pa.types.is_timestamp, "datetime"),
    )
    return next((name for test, name in tests if test(kind)), "text")


def read_shipped(path: Path, crs: Crs) -> FeatureTable:
    """Return the table of a file that comes with the program: its CRS and validity are known.

    Raises
    ------
    LayerReadError
        When it is missing or damaged all the same.
    """
    raw = read(path, path.name, NULL_CONTEXT, check_validity=False)
    ids = np.arange(raw.row_count, dtype=np.int64)
    return FeatureTable(raw.columns, ids, raw.geometry, crs)


def read(
    path: Path, title: str, ctx: Context, *, check_validity: bool = True
) -> OgrRead | TableRead:
    """Return the columns and geometry of a columnar file."""
    with (
        GeometryAudit(check_validity=check_validity) as audit,
        _translated(title),
        _source(path) as (schema, rows, batches),
    ):
        found = _geometry(schema)
        first, remaining = _peeked(batches)
        if not found.name and first is not None:
            found = _binary_geometry(first)
        reader = _Reader(schema, found, title)
        builder = TableBuilder(title, audit)
        builder.start(reader.schema, found.name)
        for batch in remaining:
            builder.add(reader.batch(batch), found.name)
            ctx.report(builder.rows / max(rows, 1), "phase.reading")
        if not found.name:
            lines = list(range(1, builder.rows + 1))
            return placed_table(builder.columns(), lines, reader.problems(), UTF8, title)
        return OgrRead(
            builder.columns(), tuple(builder.geometry), builder.rows, _crs_text(found), "UTF-8",
            audit.type_names, (*reader.problems(), *audit.problems(title)),
        )  # fmt: skip


def _peeked(
    batches: Iterator[pa.RecordBatch],
) -> tuple[pa.RecordBatch | None, Iterator[pa.RecordBatch]]:
    sound = map(_sound, batches)
    first = next(sound, None)
    return first, sound if first is None else chain([first], sound)


def _sound(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Refuse offsets that point outside: following them would be fatal (texts are mended later)."""
    for values in batch.columns:
        if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
            values.validate(full=True)
    return batch


def _binary_geometry(batch: pa.RecordBatch) -> _Geometry:
    """Return the first binary column whose values are WKB; its CRS is not known."""
    for name, values in zip(batch.schema.names, batch.columns, strict=True):
        if not (pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type)):
            continue
        sample = values.drop_null().slice(0, _SAMPLE_ROWS).to_pylist()
        shapes = shapely.from_wkb(np.array(sample, dtype=object), on_invalid="ignore")
        if len(sample) and not shapely.is_missing(shapes).any():
            return _Geometry(str(name))
    return _Geometry()


class _Reader:
    """Batches with WKB as geometry, and text where a table has no type for the values."""

    def __init__(self, schema: pa.Schema, geometry: _Geometry, title: str) -> None:
        known = {"wkb", "wkt", *NATIVE}
        if geometry.name and geometry.encoding not in known:
            raise LayerReadError(
                "layer.unsupported-encoding", path=title, encoding=geometry.encoding
            )
        self.geometry = geometry
        self.title = title
        self.kept = [i for i, name in enumerate(schema.names) if name not in geometry.boxes]
        self.texts = [
            schema.names[i]
            for i in self.kept
            if needs_text(schema.types[i]) and schema.names[i] != geometry.name
        ]
        self.schema = pa.schema([self._field(schema.field(i)) for i in self.kept])

    def _field(self, one: pa.Field) -> pa.Field:
        if one.name == self.geometry.name:
            return pa.field(one.name, pa.binary())
        return pa.field(one.name, pa.string()) if one.name in self.texts else one

    def batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return a batch of the schema."""
        arrays = [self._array(batch.schema.names[i], batch.column(i)) for i in self.kept]
        return pa.record_batch(arrays, schema=self.schema)

    def _array(self, name: str, values: pa.Array) -> pa.Array:
        if name == self.geometry.name:
            return self._wkb(values)
        return as_text(values) if name in self.texts else values

    def _wkb(self, values: pa.Array) -> pa.Array:
        plain = values.storage if isinstance(values, pa.ExtensionArray) else values
        if self.geometry.encoding == "wkb":
            return plain.cast(pa.binary())
        if self.geometry.encoding == "wkt":
            texts = np.array(plain.to_pylist(), dtype=object)
            shapes = shapely.from_wkt(texts, on_invalid="ignore")
        else:
            shapes = native_shapes(values, self.geometry.encoding)
        return pa.array(shapely.to_wkb(shapes, flavor="iso"), pa.binary())

    def problems(self) -> tuple[Problem, ...]:
        """Return what became text and which geometry is not drawn."""
        notes = []
        if self.texts:
            params = {"fields": ", ".join(self.texts[:10])}
            notes.append(
                Problem("table.nested-as-text", Severity.INFO, self.title, len(self.texts), params)
            )
        if self.geometry.others:
            params = {"fields": ", ".join(self.geometry.others[:10])}
            count = len(self.geometry.others)
            notes.append(Problem("table.other-places", Severity.INFO, self.title, count, params))
        return tuple(notes)


def write(table: FeatureTable, path: Path, ctx: Context) -> None:
    """Write a GeoParquet 1.1 file (plain Parquet where there is no geometry)."""
    import pyarrow.parquet as pq

    fields = [pa.field(name, column.type) for name, column in table.columns.items()]
    if table.has_geometry:
        fields.append(pa.field(_free_name(table), pa.binary()))
    schema = pa.schema(fields, metadata=_geo_of(table) if table.has_geometry else None)
    waiting: list[pa.RecordBatch] = []
    written = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for start, stop, wkb in chunks_of(table):
            ctx.report(start / max(table.row_count, 1), "phase.writing")
            arrays = [column_slice(table, name, start, stop) for name in table.names]
            arrays += [] if wkb is None else [wkb]
            waiting.append(pa.record_batch(arrays, schema=schema))
            if stop - written >= _GROUP_ROWS or stop == table.row_count:
                writer.write_table(pa.Table.from_batches(waiting, schema), _GROUP_ROWS)
                waiting, written = [], stop


def _free_name(table: FeatureTable) -> str:
    return unique_names([*table.names, "geometry"])[-1]


def _geo_of(table: FeatureTable) -> dict[str, str]:
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": []}
    column["crs"] = table.crs.proj.to_json_dict() if table.crs.is_known else None
    if table.extent is not None:
        column["bbox"] = list(table.extent.as_tuple)
    name = _free_name(table)
    geo = {"version": "1.1.0", "primary_column": name, "columns": {name: column}}
    return {"geo": json.dumps(geo)}

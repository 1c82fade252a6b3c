"""GeoParquet and Feather (Arrow IPC) files by pyarrow, in batches; no GDAL."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.geometry import CHUNK_ROWS
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import LayerReadError
from emadina_gis.io.description import FieldInfo
from emadina_gis.io.field_names import unique_names
from emadina_gis.io.geometry_audit import GeometryAudit
from emadina_gis.io.ogr import OgrLayer, OgrRead, TableBuilder
from emadina_gis.io.ogr_write import chunks_of, column_slice
from emadina_gis.io.sources import magic
from emadina_gis.progress import NULL_CONTEXT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emadina_gis.domain.crs import Crs
    from emadina_gis.progress import Context

PARQUET_MAGIC = b"PAR1"
FEATHER_MAGIC = b"ARROW1"
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
        reader = pa.ipc.open_file(mapped)
        batches = [reader.get_batch(i) for i in range(reader.num_record_batches)]
        rows = sum(batch.num_rows for batch in batches)
        yield (
            reader.schema,
            rows,
            iter(pa.Table.from_batches(batches, reader.schema).to_batches(CHUNK_ROWS)),
        )


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


def _geometry(schema: pa.Schema) -> tuple[str, dict[str, Any]]:
    geo = geo_metadata(schema)
    name = str(geo.get("primary_column", ""))
    if name in schema.names:
        return name, dict(geo.get("columns", {}).get(name, {}))
    for field in schema:
        extension = (field.metadata or {}).get(b"ARROW:extension:name", b"")
        if extension in {b"geoarrow.wkb", b"ogc.wkb"}:
            return str(field.name), {}
    return "", {}


def _crs_text(column: dict[str, Any]) -> str:
    """Return the CRS of a geometry column: absent means longitude and latitude, null unknown."""
    if "crs" not in column:
        return "OGC:CRS84" if column else ""
    crs = column["crs"]
    if crs is None:
        return ""
    return crs if isinstance(crs, str) else json.dumps(crs)


def describe(path: Path, title: str) -> OgrLayer:
    """Return what a columnar file says of its one layer."""
    with _translated(title), _source(path) as (schema, rows, _):
        name, column = _geometry(schema)
        fields = tuple(FieldInfo(f.name, type_name(f.type)) for f in schema if f.name != name)
        types = column.get("geometry_types") or ["Unknown"]
        bbox = column.get("bbox")
        extent = (
            Extent(bbox[0], bbox[1], bbox[len(bbox) // 2], bbox[len(bbox) // 2 + 1])
            if bbox
            else None
        )
        return OgrLayer(
            path.stem, "Parquet", rows, str(types[0]) if name else "", fields,
            _crs_text(column), "UTF-8", extent,
        )  # fmt: skip


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


def read(path: Path, title: str, ctx: Context, *, check_validity: bool = True) -> OgrRead:
    """Return the columns and geometry of a columnar file."""
    with (
        GeometryAudit(check_validity=check_validity) as audit,
        _translated(title),
        _source(path) as (schema, rows, batches),
    ):
        name, column = _geometry(schema)
        encoding = str(column.get("encoding", "WKB"))
        if name and encoding.upper() != "WKB":
            raise LayerReadError("layer.unsupported-encoding", path=title, encoding=encoding)
        builder = TableBuilder(title, audit)
        builder.start(schema, name)
        for batch in batches:
            builder.add(batch, name)
            ctx.report(builder.rows / max(rows, 1), "phase.reading")
        problems = audit.problems(title)
        return OgrRead(
            builder.columns(), tuple(builder.geometry) if name else None, builder.rows,
            _crs_text(column), "UTF-8", audit.type_names, problems,
        )  # fmt: skip


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

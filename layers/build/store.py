"""Writing: GeoParquet with pyarrow alone, and the canonical hash of what was written.

Owns the file format and the hash; the hash depends on the content (names, types, nulls, values),
never on the compression. It must not know what the layers mean.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

CRS = "EPSG:26191"
GEOMETRY = "geometry"


def arrow_column(values: Any) -> pa.Array:
    """Column of Arrow values; NaN and None become null, whole numbers stay whole."""
    listed = [_plain(value) for value in values]
    kinds = {type(value) for value in listed if value is not None}
    if not kinds:
        return pa.array(listed, pa.float64())
    if kinds == {bool}:
        return pa.array(listed, pa.bool_())
    if kinds == {int}:
        return pa.array(listed, pa.int32())
    if kinds <= {int, float}:
        return pa.array([None if v is None else float(v) for v in listed], pa.float64())
    return pa.array(listed, pa.string())


def _plain(value: Any) -> Any:
    plain = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(plain, float) and np.isnan(plain) else plain


def geo_table(columns: Mapping[str, Any], geometry: np.ndarray) -> pa.Table:
    """Table with a WKB geometry column and the ``geo`` metadata of GeoParquet 1.1."""
    shapes = shapely.set_precision(geometry, 0.001, mode="pointwise")
    arrays = {name: arrow_column(values) for name, values in columns.items()}
    arrays[GEOMETRY] = pa.array(shapely.to_wkb(shapes, byte_order=1), pa.binary())
    table = pa.table(arrays)
    return table.replace_schema_metadata({"geo": json.dumps(_geo(shapes), sort_keys=True)})


def _geo(shapes: np.ndarray) -> dict[str, Any]:
    names = (
        "Point",
        "LineString",
        "LinearRing",
        "Polygon",
        "MultiPoint",
        "MultiLineString",
        "MultiPolygon",
    )
    kinds = sorted({names[kind] for kind in shapely.get_type_id(shapes)})
    return {
        "version": "1.1.0",
        "primary_column": GEOMETRY,
        "columns": {
            GEOMETRY: {
                "encoding": "WKB",
                "geometry_types": kinds,
                "crs": pyproj.CRS(CRS).to_json_dict(),
                "edges": "planar",
                "bbox": [round(float(v), 3) for v in shapely.total_bounds(shapes)],
            }
        },
    }


def content_hash(table: pa.Table) -> str:
    """SHA-256 of names, types, nulls and values of a table, column by column."""
    digest = hashlib.sha256()
    for name in table.column_names:
        column = table.column(name).combine_chunks()
        digest.update(f"{name}\x1f{column.type}\x1f{len(column)}\x1e".encode())
        digest.update(np.packbits(column.is_valid().to_numpy(zero_copy_only=False)).tobytes())
        digest.update(_values(column))
    return digest.hexdigest()


def _values(column: pa.Array) -> bytes:
    if pa.types.is_string(column.type):
        return "\x1f".join("" if v is None else v for v in column.to_pylist()).encode()
    if pa.types.is_binary(column.type):
        return b"".join(v or b"" for v in column.to_pylist())
    filled = column.fill_null(False if pa.types.is_boolean(column.type) else 0)
    return np.ascontiguousarray(filled.to_numpy(zero_copy_only=False)).tobytes()


def write(table: pa.Table, path: Path) -> str:
    """Write one layer and return the hash of its content."""
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=19,
        use_dictionary=True,
        write_statistics=True,
        row_group_size=8192,
    )
    return content_hash(table)


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes (for the raster, which is written without a date)."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def overall_hash(hashes: Sequence[str]) -> str:
    """One hash for all layers, in their order."""
    return hashlib.sha256("".join(hashes).encode()).hexdigest()

"""Tables to files through GDAL (pyogrio), chunk by chunk as Arrow batches with WKB."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely

from emadina_gis.domain.geometry import Kind
from emadina_gis.errors import LayerWriteError, Problem
from emadina_gis.io.messages import Messages

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.progress import Context

_DRIVERS = {
    ".gpkg": "GPKG",
    ".shp": "ESRI Shapefile",
    ".geojson": "GeoJSON",
    ".fgb": "FlatGeobuf",
    ".kml": "LIBKML",
}
_LAYER_OPTIONS = {
    ".geojson": {"RFC7946": "YES", "WRITE_NAME": "YES"},
    ".fgb": {"SPATIAL_INDEX": "NO"},  # the index would change the order of rows
    ".shp": {"ENCODING": "UTF-8"},
    ".gpkg": {"GEOMETRY_NAME": "geom", "FID": "fid"},
}
#: Formats whose geometries all have heights or none has.
_ONE_DIMENSION = (".shp", ".fgb")
_DATASET_OPTIONS = {".gpkg": {"VERSION": "1.3"}}
_NAMES = {Kind.POINT: "Point", Kind.LINE: "LineString", Kind.POLYGON: "Polygon"}
_MAKERS = {
    Kind.POINT: shapely.multipoints,
    Kind.LINE: shapely.multilinestrings,
    Kind.POLYGON: shapely.multipolygons,
}
_WKB = "wkb_geometry"
#: GEOS and GDAL hold the interpreter over a batch; short ones leave the window alive.
_STEP_ROWS = 1024


def write(
    table: FeatureTable, path: Path, layer: str, suffix: str, ctx: Context
) -> tuple[Problem, ...]:
    """Write a table as the one layer of a new file; what GDAL says comes back as notes.

    Raises
    ------
    LayerWriteError
        ``write.no-geometry`` where the format needs geometry.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError

    if not table.has_geometry and suffix in {".shp", ".fgb", ".kml"}:
        raise LayerWriteError("write.no-geometry", format=suffix)
    kind, many = _kind_of(table)
    messages = Messages()
    try:
        with messages.heard():
            pyogrio.write_arrow(
                _reader(table, kind if many else None, ctx, filled=suffix in _ONE_DIMENSION),
                path,
                layer=layer,
                driver=_DRIVERS[suffix],
                geometry_name=_WKB if table.has_geometry else None,
                geometry_type=_type_name(table, kind, many=many),
                crs=_crs(table),
                layer_options=_LAYER_OPTIONS.get(suffix),
                dataset_options=_DATASET_OPTIONS.get(suffix),
            )
    except (DataLayerError, DataSourceError, FeatureError, GeometryError) as exc:
        raise OSError(str(exc)) from exc
    return messages.problems(path.name)


def _crs(table: FeatureTable) -> str | None:
    return table.crs.definition if table.has_geometry and table.crs.is_known else None


def _kind_of(table: FeatureTable) -> tuple[Kind, bool]:
    """Return the one kind of geometry (NONE for mixed or none) and whether any has parts."""
    kinds = [int(kind) for kind in np.unique(table.kinds) if kind]
    if len(kinds) != 1:
        return Kind.NONE, False
    many = any(bool((np.diff(chunk.part_offsets) > 1).any()) for chunk in table.geometry or ())
    return Kind(kinds[0]), many


def _type_name(table: FeatureTable, kind: Kind, *, many: bool) -> str | None:
    if not table.has_geometry:
        return None
    if kind is Kind.NONE:
        return "Unknown"
    has_z = any(chunk.z is not None for chunk in table.geometry or ())
    return f"{'Multi' if many else ''}{_NAMES[kind]}{' Z' if has_z else ''}"


def _reader(
    table: FeatureTable, promoted: Kind | None, ctx: Context, *, filled: bool
) -> pa.RecordBatchReader:
    schema = pa.schema([pa.field(name, column.type) for name, column in table.columns.items()])
    if table.has_geometry:
        metadata = {"ARROW:extension:name": "geoarrow.wkb"}
        schema = schema.append(pa.field(_WKB, pa.binary(), metadata=metadata))
    return pa.RecordBatchReader.from_batches(
        schema, _batches(table, schema, promoted, ctx, filled=filled)
    )


def _batches(
    table: FeatureTable, schema: pa.Schema, promoted: Kind | None, ctx: Context, *, filled: bool
) -> Iterator[pa.RecordBatch]:
    for start, stop, wkb in chunks_of(table, promoted, filled=filled):
        ctx.report(start / max(table.row_count, 1), "phase.writing")
        arrays = [column_slice(table, name, start, stop) for name in table.names]
        if wkb is not None:
            arrays.append(wkb)
        yield pa.record_batch(arrays, schema=schema)


def column_slice(table: FeatureTable, name: str, start: int, stop: int) -> pa.Array:
    """Return some rows of a column as one Arrow array."""
    part = table.column(name).arrow.slice(start, stop - start).combine_chunks()
    return part.combine_chunks() if isinstance(part, pa.ChunkedArray) else part


def chunks_of(
    table: FeatureTable, promoted: Kind | None = None, *, filled: bool = False
) -> Iterator[tuple[int, int, pa.Array | None]]:
    """Yield (first row, row after the last, WKB or None) for short runs of rows, in order.

    Parameters
    ----------
    promoted : Kind or None
        Kind whose geometries are all written with parts, as formats with one type want it.
    filled : bool
        Whether geometries without heights get height 0 where others have heights.
    """
    if table.geometry is None:
        yield from ((s, min(s + 8192, table.row_count), None) for s in _starts(table.row_count))
        return
    start = 0
    has_heights = filled and any(chunk.z is not None for chunk in table.geometry)
    for chunk in table.geometry:
        for first in range(0, len(chunk), _STEP_ROWS):
            rows = np.arange(first, min(first + _STEP_ROWS, len(chunk)))
            shapes = chunk.taken(rows).to_shapely()
            if has_heights:
                shapes = shapely.force_3d(shapes)
            if promoted is not None:
                shapes = _with_parts(shapes, promoted)
            yield start + first, start + first + len(rows), pa.array(_wkb(shapes), pa.binary())
        start += len(chunk)


def _starts(count: int) -> range:
    return range(0, count, 8192)


def _wkb(shapes: Shapes) -> NDArray[np.object_]:
    return np.asarray(shapely.to_wkb(shapes, flavor="iso"), dtype=object)


def _with_parts(shapes: Shapes, kind: Kind) -> Shapes:
    parts, owner = shapely.get_parts(shapes, return_index=True)
    result = np.full(len(shapes), None, dtype=object)
    if len(parts):
        rows, position = np.unique(owner, return_inverse=True)
        result[rows] = _MAKERS[kind](parts, indices=position)
    return result

"""Vector layers through GDAL (pyogrio), in batches of at most 8 192 rows.

No step holds the interpreter for long: Arrow batches, WKB to ragged arrays per batch, validity in
a second thread. What GDAL says on the way becomes problems, never output. Knows nothing of CRS
guessing or archives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from emadina_gis.domain.column import Column, ColumnChunk, arrow_array
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.geometry import CHUNK_ROWS, GeometryChunk
from emadina_gis.errors import LayerReadError, Problem, Severity
from emadina_gis.io import encoding as encodings
from emadina_gis.io.description import EncodingChoice, FieldInfo
from emadina_gis.io.encoding_names import decoded
from emadina_gis.io.field_names import check_width, unique_names
from emadina_gis.io.geometry_audit import GeometryAudit, UnsoundBatch
from emadina_gis.io.messages import Messages

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.progress import Context

_NO_GEOMETRY = {None, "", "None", "Unknown (any)"}
_PLAIN = "\0wkb"
#: Arcs stand in the text of a geometry, however deep.
_HAS_ARCS = "OGR_GEOM_WKT LIKE '%CIRCULARSTRING%'"
_WKB_NAMES = ("geoarrow.wkb", "ogc.wkb")


@dataclass(frozen=True)
class OgrLayer:
    """A layer as GDAL describes it."""

    name: str
    driver: str
    feature_count: int | None
    geometry_type: str
    fields: tuple[FieldInfo, ...]
    crs: str
    encoding: str
    extent: Extent | None

    @property
    def has_geometry(self) -> bool:
        """Whether rows may have geometry."""
        return self.geometry_type not in _NO_GEOMETRY


@dataclass(frozen=True)
class OgrRead:
    """A layer as read: columns and geometry chunks, before CRS and encoding are judged.

    `place` is where all layers of one drawing lie: they have one CRS, guessed once.
    """

    columns: dict[str, Column]
    geometry: tuple[GeometryChunk, ...] | None
    row_count: int
    crs: str
    encoding: str
    geometry_types: tuple[str, ...]
    problems: tuple[Problem, ...]
    declared: int | None = None
    guessed: EncodingChoice | None = None
    place: Extent | None = None


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turn pyogrio's exceptions into ours."""
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError

    try:
        yield
    except DataSourceError as exc:
        code = "layer.not-geodata" if "not recognized" in str(exc) else "layer.unreadable"
        raise LayerReadError(code, path=name, detail=_first_line(exc)) from exc
    except (DataLayerError, FeatureError, FieldError, pa.ArrowException) as exc:
        raise LayerReadError("layer.unreadable", path=name, detail=_first_line(exc)) from exc
    except (ValueError, OSError, RuntimeError, UnboundLocalError) as exc:
        # WORKAROUND(pyogrio 0.13): UnboundLocalError on a CRS GDAL can neither use nor write.
        raise LayerReadError("layer.unreadable", path=name, detail=_first_line(exc)) from exc


def _first_line(exc: BaseException) -> str:
    return str(exc).split("; It might help")[0].split("\n")[0][:300]


def list_layers(path: Path, title: str) -> list[str]:
    """Return the names of the layers of a file."""
    import pyogrio

    messages = Messages()
    with translated(title), messages.heard():
        found = pyogrio.list_layers(path)
    return [str(row[0]) for row in found]


def describe(path: Path, layer: str, title: str, encoding: str = "") -> OgrLayer:
    """Return what GDAL says of a layer without reading its rows."""
    import pyogrio

    messages = Messages()
    with translated(title), messages.heard():
        info = pyogrio.read_info(path, layer=layer, encoding=encoding or None)
    count = int(info["features"])
    fields = zip(info["fields"], info["dtypes"], info["ogr_subtypes"], strict=True)
    return OgrLayer(
        layer,
        str(info["driver"]),
        count if count >= 0 else None,
        str(info["geometry_type"] or ""),
        tuple(FieldInfo(str(name), field_type(str(kind), str(sub))) for name, kind, sub in fields),
        str(info["crs"] or ""),
        str(info["encoding"] or ""),
        _extent(info.get("total_bounds")),
    )


def field_type(dtype: str, subtype: str = "") -> str:
    """Return our name of a pyogrio field type."""
    if subtype == "OFSTBoolean" or dtype == "bool":
        return "boolean"
    if dtype.startswith(("int", "uint")):
        return "integer"
    if dtype.startswith("float"):
        return "number"
    if dtype.startswith("datetime64[D]"):
        return "date"
    return "datetime" if dtype.startswith("datetime") else "text"


def _extent(bounds: Any) -> Extent | None:
    if bounds is None or not np.isfinite(bounds).all():
        return None
    return Extent(*(float(value) for value in bounds))


class TableBuilder:
    """Columns and geometry growing batch by batch."""

    def __init__(self, where: str, audit: GeometryAudit) -> None:
        self.where = where
        self.audit = audit
        self.chunks: dict[str, list[ColumnChunk]] = {}
        self.types: dict[str, pa.DataType] = {}
        self.geometry: list[GeometryChunk] = []
        self.rows = 0
        self.undecodable = 0
        self.guessed: EncodingChoice | None = None
        self.renamed = 0
        self.places: dict[str, int] = {}

    def start(self, schema: pa.Schema, geometry: str) -> None:
        """Prepare the columns of a schema; names that come twice get a suffix."""
        check_width(len(schema.names), self.where)
        places = [index for index, name in enumerate(schema.names) if name != geometry]
        names = unique_names([schema.names[index] for index in places])
        self.renamed = len(names) - len({schema.names[index] for index in places})
        self.places = dict(zip(names, places, strict=True))
        for name, index in self.places.items():
            self.types[name] = arrow_array(_plain(pa.array([], schema.types[index]))).type
            self.chunks[name] = []

    def add(self, batch: pa.RecordBatch, geometry: str) -> None:
        """Take the rows of one batch."""
        for name, kind in self.types.items():
            values = self._decoded(_plain(batch.column(self.places[name])))
            made = arrow_array(values)
            made = made if made.type == kind else made.cast(kind)
            self.chunks[name].append(ColumnChunk(made))
        if geometry:
            self.geometry.append(self.audit.chunk(_binary(batch.column(geometry))))
        self.rows += batch.num_rows

    def _decoded(self, values: pa.Array) -> pa.Array:
        if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
            return values
        try:
            values.validate(full=True)
        except pa.ArrowInvalid:
            return self._mended(values)
        return values

    def _mended(self, values: pa.Array) -> pa.Array:
        """Return texts that are not UTF-8 in the encoding that their bytes weigh most for."""
        is_large = pa.types.is_large_string(values.type)
        texts = values.cast(pa.large_binary() if is_large else pa.binary(), safe=False)
        # Offsets that point outside are no matter of encodings: following them would be fatal.
        texts.validate(full=True)
        raw = texts.to_pylist()
        if self.guessed is None:
            self.guessed = encodings.choose("", [v for v in raw if v])
        name = self.guessed.name
        texts = [None if value is None else decoded(value, name) for value in raw]
        self.undecodable += sum(1 for text in texts if text and "\ufffd" in text)
        return pa.array(texts, pa.string())

    def columns(self) -> dict[str, Column]:
        """Return the columns read so far."""
        return {name: Column(tuple(self.chunks[name]), kind) for name, kind in self.types.items()}


def _plain(values: pa.Array) -> pa.Array:
    """Return binary values as hexadecimal text; everything else as it is."""
    if isinstance(values, pa.ExtensionArray):
        values = values.storage
    if pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type):
        return pa.array([None if v is None else v.hex() for v in values.to_pylist()], pa.string())
    return values


def _binary(values: pa.Array) -> pa.Array:
    return values.storage if isinstance(values, pa.ExtensionArray) else values


def read(
    path: Path, layer: str, title: str, *, encoding: str, ctx: Context, rows: int | None = None
) -> OgrRead:
    """Return the columns and geometry of a layer.

    Rows read before GDAL gives up are kept, and the rest is a problem.

    Parameters
    ----------
    rows : int or None
        Expected number of rows, for progress.
    """
    target = _Target(path, layer, title, encoding)
    with translated(title):
        try:
            return _read_through(target, _read_batches, ctx, rows)
        except NotImplementedError:  # arcs: GDAL turns them into lines on another way only
            found = _read_through(target, _read_plainly, ctx, rows)
            return replace(found, problems=(*_curves(target), *found.problems))
        except UnsoundBatch:
            return _read_through(target, _read_plainly, ctx, rows)


def _curves(target: _Target) -> tuple[Problem, ...]:
    """Return the note of how many rows have arcs."""
    from pyogrio.raw import read as read_raw

    with Messages().heard():
        _, rows, _, _ = read_raw(
            target.path,
            layer=target.layer,
            encoding=target.encoding or None,
            columns=[],
            read_geometry=False,
            where=_HAS_ARCS,
            return_fids=True,
        )
    count = 0 if rows is None else len(rows)
    return (Problem("geometry.curves", Severity.INFO, target.title, count),) if count else ()


@dataclass(frozen=True)
class _Target:
    """Which layer of which file is read, and in which encoding (empty: as declared)."""

    path: Path
    layer: str
    title: str
    encoding: str


def _read_through(target: _Target, reader: Reader, ctx: Context, rows: int | None) -> OgrRead:
    messages = Messages()
    with GeometryAudit() as audit:
        builder = TableBuilder(target.title, audit)
        meta = reader(target, builder, messages, _reporter(ctx, rows))
        problems = (
            *audit.problems(target.title),
            *_text_problems(builder),
            *messages.problems(target.title),
        )
        return OgrRead(
            builder.columns(),
            tuple(builder.geometry) if _has_geometry(meta) else None,
            builder.rows,
            str(meta["crs"] or ""),
            str(meta["encoding"] or ""),
            audit.type_names,
            problems,
            guessed=builder.guessed,
        )


Reader = Callable[["_Target", TableBuilder, Messages, Callable[[int], None]], dict[str, Any]]


def _reporter(ctx: Context, rows: int | None) -> Callable[[int], None]:
    def report(done: int) -> None:
        ctx.report(min(done / rows, 1.0) if rows else 0.5, "phase.reading")

    return report


def _read_batches(
    target: _Target, builder: TableBuilder, messages: Messages, report: Callable[[int], None]
) -> dict[str, Any]:
    from pyogrio.raw import open_arrow

    session = open_arrow(
        target.path,
        layer=target.layer,
        encoding=target.encoding or None,
        batch_size=CHUNK_ROWS,
        use_pyarrow=True,
    )
    with messages.heard():
        meta, reader = session.__enter__()
    try:
        geometry = _geometry_name(meta, reader.schema)
        builder.start(reader.schema, geometry)
        while (batch := _next(reader, builder, messages)) is not None:
            if batch.num_rows:
                builder.add(batch, geometry)
            report(builder.rows)
    finally:
        session.__exit__(None, None, None)
    return {**meta, "geometry_column": geometry}


def _next(reader: Any, builder: TableBuilder, messages: Messages) -> pa.RecordBatch | None:
    try:
        with messages.heard():
            return reader.read_next_batch()
    except StopIteration:
        return None
    except (OSError, pa.ArrowException) as exc:
        if not builder.rows:
            raise
        messages.texts[_first_line(exc)] = 1
        return None


def _geometry_name(meta: dict[str, Any], schema: pa.Schema) -> str:
    for field_ in schema:
        extension = (field_.metadata or {}).get(b"ARROW:extension:name", b"").decode()
        if extension in _WKB_NAMES or getattr(field_.type, "extension_name", "") in _WKB_NAMES:
            return str(field_.name)
    name = str(meta.get("geometry_name") or "wkb_geometry")
    return name if name in schema.names and meta["geometry_type"] not in _NO_GEOMETRY else ""


def _has_geometry(meta: dict[str, Any]) -> bool:
    return bool(meta["geometry_column"])


def _read_plainly(
    target: _Target, builder: TableBuilder, messages: Messages, report: Callable[[int], None]
) -> dict[str, Any]:
    from pyogrio.raw import read as read_raw
    from pyogrio.raw import read_arrow

    encoding = target.encoding or None
    with messages.heard():
        meta, _, geometry, _ = read_raw(
            target.path, layer=target.layer, encoding=encoding, columns=[]
        )
        _, attributes = read_arrow(
            target.path, layer=target.layer, encoding=encoding, read_geometry=False
        )
    has_geometry = geometry is not None
    arrays = dict(zip(attributes.column_names, attributes.columns, strict=True))
    if has_geometry:
        arrays[_PLAIN] = pa.array(geometry, pa.binary())
    name = _PLAIN if has_geometry else ""
    table = pa.table(arrays)
    builder.start(table.schema, name)
    for batch in table.to_batches(CHUNK_ROWS):
        builder.add(batch, name)
        report(builder.rows)
    return {**meta, "geometry_column": name}


def _text_problems(builder: TableBuilder) -> tuple[Problem, ...]:
    counts = {
        "encoding.undecodable": builder.undecodable,
        "table.duplicate-fields": builder.renamed,
    }
    return tuple(
        Problem(code, Severity.WARNING, builder.where, count)
        for code, count in counts.items()
        if count
    )

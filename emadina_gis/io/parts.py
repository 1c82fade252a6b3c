"""Parts of a project: chunks of columns and geometry as compressed bytes, addressed by content.

The key of a part is the fingerprint of the chunk, so a chunk that did not change is never written
twice. Each blob carries its own checksum. Knows nothing of databases or of the project tree.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from emadina_gis.domain.column import Column, ColumnChunk
from emadina_gis.domain.crs import Crs
from emadina_gis.domain.geometry import CHUNK_ROWS, GeometryChunk
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import ProjectFileError, SchemaError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CODEC = "zstd"
_LEVEL = 1
_ARRAYS = ("kinds", "part_offsets", "ring_offsets", "coord_offsets", "xy", "z")
#: Types of columns as they are named in the tree.
_TYPES = {
    "float64": pa.float64(),
    "int64": pa.int64(),
    "bool": pa.bool_(),
    "string": pa.string(),
    "date32": pa.date32(),
}
MakePart = Callable[[], bytes]
FetchPart = Callable[[str], bytes]


@dataclass(frozen=True)
class Part:
    """A part that a tree refers to, made into bytes only when somebody needs them."""

    key: str
    make: MakePart


def made_ahead(parts: list[Part], size: int) -> Iterator[list[Part]]:
    """Give parts in groups of `size`; another thread makes the next while one is written."""

    def made(part: Part) -> Part:
        content = part.make()
        return Part(part.key, lambda: content)

    with ThreadPoolExecutor(1, thread_name_prefix="parts") as pool:
        following: list[Future[Part]] = []
        for start in range(0, len(parts) + size, size):
            group = following
            following = [pool.submit(made, part) for part in parts[start : start + size]]
            if group:
                yield [future.result() for future in group]


def checksum(content: bytes) -> bytes:
    """Return the checksum stored beside a blob or a tree."""
    return hashlib.blake2b(content, digest_size=16).digest()


def encoded_table(table: FeatureTable) -> tuple[dict[str, Any], list[Part]]:
    """Return the tree of a table and the parts it refers to, in the order of the tree."""
    parts: list[Part] = []
    columns = []
    for name, column in table.columns.items():
        made = [_column_part(chunk) for chunk in column.chunks]
        parts.extend(made)
        columns.append([name, column_type_name(column.type), [part.key for part in made]])
    tree: dict[str, Any] = {"columns": columns, "crs": table.crs.definition}
    tree["ids"], id_parts = _encoded_ids(table.ids)
    parts.extend(id_parts)
    tree["geometry"] = None
    if table.geometry is not None:
        shapes = [_geometry_part(chunk) for chunk in table.geometry]
        parts.extend(shapes)
        tree["geometry"] = [part.key for part in shapes]
    return tree, parts


def decoded_table(tree: dict[str, Any], fetch: FetchPart) -> FeatureTable:
    """Return the table of a tree.

    Raises
    ------
    ProjectFileError
        ``project.damaged`` where parts and tree do not fit.
    """
    try:
        columns = {
            str(name): Column(tuple(_column_chunk(fetch(key)) for key in keys), column_type(kind))
            for name, kind, keys in tree["columns"]
        }
        keys = tree["geometry"]
        geometry = None if keys is None else tuple(_geometry_chunk(fetch(key)) for key in keys)
        ids = _decoded_ids(tree["ids"], fetch)
        return FeatureTable(columns, ids, geometry, Crs(str(tree["crs"])))
    except (pa.ArrowException, KeyError, ValueError, TypeError, struct.error, SchemaError) as exc:
        raise ProjectFileError("project.damaged", detail=str(exc)[:200]) from exc


def column_type_name(kind: pa.DataType) -> str:
    """Return the name of a column type in trees and headers."""
    for name, known in _TYPES.items():
        if kind == known:
            return name
    return str(kind)


def column_type(name: str) -> pa.DataType:
    """Return the type of a name that `column_type_name` gave; `ValueError` for any other."""
    if name in _TYPES:
        return _TYPES[name]
    if name.startswith("timestamp["):
        unit, _, zone = name[len("timestamp[") : -1].partition(", tz=")
        return pa.timestamp(unit, tz=zone or None)
    raise ValueError(name)


def _column_part(chunk: ColumnChunk) -> Part:
    return Part(f"c{chunk.fingerprint}", lambda: _column_bytes(chunk.values))


def _column_bytes(values: pa.Array) -> bytes:
    batch = pa.record_batch([values], names=["v"])
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=_CODEC)
    with pa.ipc.new_stream(sink, batch.schema, options=options) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def _column_chunk(content: bytes) -> ColumnChunk:
    with pa.ipc.open_stream(pa.py_buffer(content)) as reader:
        batch = reader.read_next_batch()
    return ColumnChunk(batch.column(0))


def _geometry_part(chunk: GeometryChunk) -> Part:
    return Part(f"g{chunk.fingerprint}", lambda: _arrays_bytes(_arrays_of(chunk)))


def _arrays_of(chunk: GeometryChunk) -> dict[str, NDArray[Any]]:
    return {name: a for name in _ARRAYS if (a := getattr(chunk, name)) is not None}


def _arrays_bytes(arrays: dict[str, NDArray[Any]]) -> bytes:
    """Return a header (JSON) and the compressed bytes of the arrays, one after the other."""
    blobs = [_compressed(np.ascontiguousarray(array)) for array in arrays.values()]
    header = json.dumps(
        [
            [name, array.dtype.str, list(array.shape), len(blob)]
            for (name, array), blob in zip(arrays.items(), blobs, strict=True)
        ]
    ).encode()
    return b"".join([struct.pack("<I", len(header)), header, *blobs])


def _compressed(array: NDArray[Any]) -> bytes:
    if not array.nbytes:
        return b""
    return bytes(pa.Codec(_CODEC, _LEVEL).compress(array.tobytes(), asbytes=True))


def _arrays(content: bytes) -> dict[str, NDArray[Any]]:
    (length,) = struct.unpack_from("<I", content)
    position = 4 + length
    found: dict[str, NDArray[Any]] = {}
    for name, dtype, shape, size in json.loads(content[4:position]):
        kind = np.dtype(str(dtype))
        if kind.hasobject:
            raise ValueError(name)
        count = int(np.prod(shape))
        raw = _decompressed(content[position : position + size], count * kind.itemsize)
        found[str(name)] = np.frombuffer(raw, dtype=kind).reshape(shape)
        position += size
    return found


def _decompressed(blob: bytes, size: int) -> bytes:
    if not size:
        return b""
    return bytes(pa.Codec(_CODEC).decompress(blob, decompressed_size=size, asbytes=True))


def _geometry_chunk(content: bytes) -> GeometryChunk:
    arrays = _arrays(content)
    missing = [name for name in _ARRAYS[:5] if name not in arrays]
    if missing:
        raise ValueError(missing[0])
    needed = {name: arrays[name] for name in _ARRAYS[:5]}
    chunk = GeometryChunk(**needed, z=arrays.get("z"))
    _check_nesting(chunk)
    return chunk


def _check_nesting(chunk: GeometryChunk) -> None:
    """Refuse offsets that would read outside their arrays."""
    nested = (
        (chunk.part_offsets, len(chunk.ring_offsets) - 1),
        (chunk.ring_offsets, len(chunk.coord_offsets) - 1),
        (chunk.coord_offsets, len(chunk.xy)),
    )
    if len(chunk.part_offsets) != len(chunk.kinds) + 1:
        raise ValueError("part_offsets")
    for offsets, size in nested:
        rising = bool((np.diff(offsets) >= 0).all()) and int(offsets[0]) == 0
        if not rising or int(offsets[-1]) > size:
            raise ValueError("offsets")


def _encoded_ids(ids: NDArray[np.int64]) -> tuple[Any, list[Part]]:
    if len(ids) and np.array_equal(ids, np.arange(ids[0], ids[0] + len(ids))):
        return {"from": int(ids[0]), "count": len(ids)}, []
    starts = range(0, len(ids), CHUNK_ROWS)
    parts = [_id_part(ids[start : start + CHUNK_ROWS]) for start in starts]
    return [part.key for part in parts], parts


def _id_part(ids: NDArray[np.int64]) -> Part:
    key = hashlib.blake2b(ids.tobytes(), digest_size=16).hexdigest()
    return Part(f"i{key}", lambda: _arrays_bytes({"ids": ids}))


def _decoded_ids(tree: Any, fetch: FetchPart) -> NDArray[np.int64]:
    if isinstance(tree, dict):
        first = int(tree["from"])
        return np.arange(first, first + int(tree["count"]), dtype=np.int64)
    pieces = [_arrays(fetch(key))["ids"] for key in tree]
    return np.concatenate(pieces).astype(np.int64) if pieces else np.zeros(0, dtype=np.int64)


def distinct(parts: Iterable[Part]) -> dict[str, Part]:
    """Return the parts by key."""
    return {part.key: part for part in parts}

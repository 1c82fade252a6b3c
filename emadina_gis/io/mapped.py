"""A layer that was read, as one private file that is mapped into memory.

A worker process writes what it read and the window maps it; the cache keeps the same files.
Everything is checked when it is mapped (counts, nesting of offsets, texts, types of values): a
damaged or forged file is refused and nothing is read outside of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from emadina_gis.domain.column import Column, ColumnChunk
from emadina_gis.domain.crs import Crs
from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import LayerReadError, SchemaError
from emadina_gis.io.array_file import ArrayReader, ArrayWriter
from emadina_gis.io.description import ReadResult
from emadina_gis.io.parts import column_type, column_type_name
from emadina_gis.io.value_codec import decoded, encoded
from emadina_gis.progress import NULL_CONTEXT

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.progress import Context

_TABLE = "table"


def write_reading(result: ReadResult, path: Path, *, fingerprints: bool = False) -> None:
    """Write a reading to a file that only the person can read, chunk by chunk.

    Parameters
    ----------
    fingerprints : bool
        Compute the fingerprints that are not known yet, so that nobody has to hash again what is
        mapped; known ones are always kept.
    """
    with ArrayWriter(path) as blocks:
        tree = encoded(result, without=(_TABLE,))
        tree[_TABLE] = _written_table(result.table, blocks, hashed=fingerprints)
        blocks.finish(tree)


def map_reading(path: Path, *, verify: bool = False) -> ReadResult:
    """Return the reading of a file; its arrays are read-only and are the file's own pages.

    The mapping lives as long as any array of it, also where the file was removed meanwhile.

    Parameters
    ----------
    verify : bool
        Compare the sum of all bytes too: for files that lay on a disk for long.

    Raises
    ------
    LayerReadError
        With code ``layer.exchange-damaged`` where the file is not whole.
    """
    try:
        blocks = ArrayReader(path, verify=verify)
        table = _mapped_table(blocks.tree.pop(_TABLE), blocks)
        return decoded(ReadResult, blocks.tree, table=table)
    except (OSError, ValueError, TypeError, KeyError, pa.ArrowException, SchemaError) as exc:
        detail = str(exc)[:200]
        raise LayerReadError("layer.exchange-damaged", path=path.name, detail=detail) from exc


def write_table(table: FeatureTable, path: Path, ctx: Context = NULL_CONTEXT) -> None:
    """Write a table alone, on its way to another process; a cancel is heard between chunks."""
    with ArrayWriter(path) as blocks:
        blocks.finish({_TABLE: _written_table(table, blocks, hashed=False, ctx=ctx)})


def map_table(path: Path) -> FeatureTable:
    """Return the table that `write_table` wrote.

    Raises
    ------
    LayerReadError
        With code ``layer.exchange-damaged`` where the file is not whole.
    """
    try:
        blocks = ArrayReader(path)
        return _mapped_table(blocks.tree.pop(_TABLE), blocks)
    except (OSError, ValueError, TypeError, KeyError, pa.ArrowException, SchemaError) as exc:
        detail = str(exc)[:200]
        raise LayerReadError("layer.exchange-damaged", path=path.name, detail=detail) from exc


def _counts(values: Any, how_many: int) -> list[int]:
    """Return counts from a header: whole numbers from zero on."""
    if not isinstance(values, list) or len(values) != how_many:
        raise TypeError("counts")
    if any(type(value) is not int or value < 0 for value in values):
        raise ValueError("counts")
    return values


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("list")
    return value


# --- tables


def _written_table(
    table: FeatureTable, blocks: ArrayWriter, *, hashed: bool, ctx: Context = NULL_CONTEXT
) -> dict[str, Any]:
    columns = []
    for name, column in table.columns.items():
        ctx.check()
        chunks = [_written_column(chunk, blocks, hashed=hashed) for chunk in column.chunks]
        columns.append([name, column_type_name(column.type), chunks])
    shapes: list[list[Any]] = []
    for part in table.geometry or ():
        ctx.check()
        shapes.append(_written_geometry(part, blocks, hashed=hashed))
    geometry = None if table.geometry is None else shapes
    blocks.array(table.ids, "<i8")
    crs = table.crs.definition
    return {"columns": columns, "geometry": geometry, "rows": len(table.ids), "crs": crs}


def _mapped_table(tree: Any, blocks: ArrayReader) -> FeatureTable:
    if not isinstance(tree, dict):
        raise TypeError(_TABLE)
    columns: dict[str, Column] = {}
    for entry in _list(tree["columns"]):
        name, kind, chunks = _list(entry)
        type_ = column_type(_text(kind))
        made = tuple(_mapped_column(chunk, type_, blocks) for chunk in _list(chunks))
        columns[_text(name)] = Column(made, type_)
    geometry = None
    if tree["geometry"] is not None:
        geometry = tuple(_mapped_geometry(entry, blocks) for entry in _list(tree["geometry"]))
    (rows,) = _counts([tree["rows"]], 1)
    ids = blocks.array(rows, "<i8")
    blocks.finish()
    return FeatureTable(columns, ids, geometry, Crs(_text(tree["crs"])))


# --- columns


def _written_column(chunk: ColumnChunk, blocks: ArrayWriter, *, hashed: bool) -> list[Any]:
    values = chunk.values
    if values.offset:
        values = values.take(pa.array(np.arange(len(values))))
    validity, *data = values.buffers()
    if values.null_count:
        blocks.buffer(_cut(validity, _bits(len(values))))
    size = 0
    if pa.types.is_string(values.type):
        offsets = data[0]
        size = _text_bytes(offsets, len(values))
        blocks.buffer(
            _cut(offsets, 4 * (len(values) + 1)) if size else bytes(4 * (len(values) + 1))
        )
        blocks.buffer(_cut(data[1], size))
    else:
        blocks.buffer(_cut(data[0], _bytes_of(values.type, len(values))))
    known = chunk.fingerprint if hashed else chunk.known_fingerprint
    return [len(values), values.null_count, size, known]


def _text_bytes(offsets: pa.Buffer | None, count: int) -> int:
    """Return how many bytes of text a string array of `count` values has."""
    if not count or offsets is None:
        return 0
    return int(np.frombuffer(offsets, dtype="<i4", count=count + 1)[-1])


def _bits(count: int) -> int:
    return (count + 7) // 8


def _bytes_of(kind: pa.DataType, count: int) -> int:
    return _bits(count) if kind.bit_width == 1 else count * (kind.bit_width // 8)


def _cut(buffer: pa.Buffer | None, size: int) -> pa.Buffer | bytes:
    return b"" if buffer is None or not size else buffer.slice(0, size)


def _mapped_column(entry: Any, kind: pa.DataType, blocks: ArrayReader) -> ColumnChunk:
    *numbers, fingerprint = _list(entry)
    count, missing, size = _counts(numbers, 3)
    if missing > count:
        raise ValueError("missing values")
    buffers = [blocks.buffer(_bits(count)) if missing else None]
    if pa.types.is_string(kind):
        buffers += [blocks.buffer(4 * (count + 1)), blocks.buffer(size)]
    elif size:
        raise ValueError("size")
    else:
        buffers.append(blocks.buffer(_bytes_of(kind, count)))
    values = pa.Array.from_buffers(kind, count, buffers)
    values.validate(full=True)
    if values.null_count != missing:
        raise ValueError("missing values")
    return ColumnChunk(values, _text(fingerprint))


# --- geometry

_FIELDS = ("kinds", "part_offsets", "ring_offsets", "coord_offsets", "xy")


def _written_geometry(chunk: GeometryChunk, blocks: ArrayWriter, *, hashed: bool) -> list[Any]:
    for name, dtype in zip(_FIELDS, ("u1", "<i4", "<i4", "<i4", "<f8"), strict=True):
        blocks.array(getattr(chunk, name), dtype)
    if chunk.z is not None:
        blocks.array(chunk.z, "<f8")
    bounds = vars(chunk).get("bounds")
    if bounds is not None:
        blocks.array(bounds, "<f8")
    parts, rings = len(chunk.ring_offsets) - 1, len(chunk.coord_offsets) - 1
    known = chunk.fingerprint if hashed else vars(chunk).get("fingerprint", "")
    flags = [int(chunk.z is not None), int(bounds is not None)]
    return [len(chunk), parts, rings, len(chunk.xy), *flags, known]


def _mapped_geometry(entry: Any, blocks: ArrayReader) -> GeometryChunk:
    *numbers, fingerprint = _list(entry)
    rows, parts, rings, coords, has_z, has_bounds = _counts(numbers, 6)
    chunk = GeometryChunk(
        blocks.array(rows, "u1"),
        blocks.array(rows + 1, "<i4"),
        blocks.array(parts + 1, "<i4"),
        blocks.array(rings + 1, "<i4"),
        blocks.array(coords * 2, "<f8").reshape(coords, 2),
        blocks.array(coords, "<f8") if has_z else None,
    )
    _check_nesting(chunk)
    if has_bounds:
        vars(chunk)["bounds"] = blocks.array(rows * 4, "<f8").reshape(rows, 4)
    if _text(fingerprint):
        vars(chunk)["fingerprint"] = fingerprint
    return chunk


def _check_nesting(chunk: GeometryChunk) -> None:
    """Refuse offsets that would read outside their arrays, and kinds that do not fit them."""
    nested = (
        (chunk.part_offsets, len(chunk.ring_offsets) - 1),
        (chunk.ring_offsets, len(chunk.coord_offsets) - 1),
        (chunk.coord_offsets, len(chunk.xy)),
    )
    for offsets, size in nested:
        if offsets[0] != 0 or offsets[-1] != size or (offsets[1:] < offsets[:-1]).any():
            raise ValueError("offsets")
    if not len(chunk):
        return
    if chunk.kinds.max() > Kind.POLYGON:
        raise ValueError("kinds")
    if chunk.kinds.min() == Kind.POLYGON:
        return
    of_parts = np.repeat(chunk.kinds, np.diff(chunk.part_offsets))
    rings_of_parts = np.diff(chunk.ring_offsets)
    of_rings = np.repeat(of_parts, rings_of_parts)
    plain = (of_parts == Kind.POINT) | (of_parts == Kind.LINE)
    if (of_parts == Kind.NONE).any() or (rings_of_parts[plain] != 1).any():
        raise ValueError("parts")
    if (np.diff(chunk.coord_offsets)[of_rings == Kind.POINT] != 1).any():
        raise ValueError("points")

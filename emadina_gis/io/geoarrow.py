"""Geometry in Arrow's own nesting (GeoArrow) to shapely, and values without a type to text.

Serves GeoParquet files with native encodings, separated (struct of x, y) or interleaved. Knows
nothing of files.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes

    Offsets = list[NDArray[np.int64]]

#: Encoding → (type of shapely, lists around a coordinate).
NATIVE = {
    "point": (shapely.GeometryType.POINT, 0),
    "linestring": (shapely.GeometryType.LINESTRING, 1),
    "polygon": (shapely.GeometryType.POLYGON, 2),
    "multipoint": (shapely.GeometryType.MULTIPOINT, 1),
    "multilinestring": (shapely.GeometryType.MULTILINESTRING, 2),
    "multipolygon": (shapely.GeometryType.MULTIPOLYGON, 3),
}
_EXACT_DIGITS = 15


class OddNesting(ValueError):
    """An array that is not nested as its encoding says."""


def native_shapes(values: pa.Array, encoding: str) -> Shapes:
    """Return the geometries of an array in a native encoding (None where missing).

    Raises
    ------
    OddNesting
        Where the nesting is another one.
    """
    kind, depth = NATIVE[encoding]
    if isinstance(values, pa.ExtensionArray):
        values = values.storage
    missing = values.is_null().to_numpy(zero_copy_only=False)
    offsets, inner = _unwrapped(values, depth)
    coordinates = _coordinates(inner)
    if kind is shapely.GeometryType.POINT:
        return _points(coordinates, missing)
    shapes = shapely.from_ragged_array(kind, coordinates, tuple(reversed(offsets)))
    empty = shapely.is_empty(shapes) & missing
    return np.where(missing | empty, None, shapes)


def _points(coordinates: NDArray[np.float64], missing: NDArray[np.bool_]) -> Shapes:
    shapes = np.full(len(missing), None, dtype=object)
    good = ~missing & ~np.isnan(coordinates[:, 0])
    shapes[good] = shapely.points(coordinates[good])
    return shapes


def _unwrapped(values: pa.Array, depth: int) -> tuple[Offsets, pa.Array]:
    """Return the offsets of each level from the outermost, all from zero, and the coordinates."""
    offsets: Offsets = []
    for _ in range(depth):
        if not (pa.types.is_list(values.type) or pa.types.is_large_list(values.type)):
            raise OddNesting(str(values.type))
        level = values.offsets.to_numpy(zero_copy_only=False).astype(np.int64)
        values = values.values.slice(int(level[0]), int(level[-1] - level[0]))
        offsets.append(level - level[0])
    return offsets, values


def _coordinates(values: pa.Array) -> NDArray[np.float64]:
    """Return rows (x, y) or (x, y, z)."""
    if pa.types.is_struct(values.type):
        names = [field.name for field in values.type]
        wanted = [name for name in ("x", "y", "z") if name in names]
        if wanted[:2] != ["x", "y"]:
            raise OddNesting(str(values.type))
        parts = values.flatten()
        columns = [_floats(parts[names.index(name)]) for name in wanted]
        return np.column_stack(columns)
    if pa.types.is_fixed_size_list(values.type) and values.type.list_size >= 2:
        size = values.type.list_size
        flat = _floats(values.values.slice(values.offset * size, len(values) * size))
        has_z = size > 2 and values.type.value_field.name != "xym"
        return np.ascontiguousarray(flat.reshape(-1, size)[:, : 3 if has_z else 2])
    raise OddNesting(str(values.type))


def _floats(values: pa.Array) -> NDArray[np.float64]:
    filled = pc.fill_null(values.cast(pa.float64()), float("nan"))
    result: NDArray[np.float64] = filled.to_numpy(zero_copy_only=False)
    return result


def needs_text(kind: pa.DataType) -> bool:
    """Whether values of a type are kept as text, so that nothing of them is lost."""
    return bool(
        pa.types.is_nested(kind)
        or pa.types.is_time(kind)
        or pa.types.is_duration(kind)
        or pa.types.is_interval(kind)
        or kind == pa.uint64()
        or (pa.types.is_decimal(kind) and kind.precision > _EXACT_DIGITS)
    )


def as_text(values: pa.Array) -> pa.Array:
    """Return values as text: lists and records as JSON."""
    if isinstance(values, pa.ExtensionArray):
        values = values.storage
    return pa.array([None if v is None else _text(v) for v in values.to_pylist()], pa.string())


def _text(value: Any) -> str:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)

"""Rows that this program wrote into a drawing, put together again when it comes back.

Rings with the same row and part become one polygon, parts one feature. What others added or copied
stays beside them as rows of its own. Knows nothing of ezdxf.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from emadina_gis.io.dxf_rows import LINES, POINTS, POLYGONS, DrawnRow, RoleRows

Shapes = NDArray[np.object_]
_ZONED = re.compile(r"timestamp\[(s|ms|us|ns), tz=([^\]]+)\]")
_MANY = {
    POLYGONS: shapely.multipolygons,
    LINES: shapely.multilinestrings,
    POINTS: shapely.multipoints,
}


def together(role: str, rows: RoleRows, shapes: Shapes) -> tuple[RoleRows, Shapes]:
    """Return rows and shapes of a role with the parts of own features joined; own rows first."""
    own = np.array([row.own is not None for row in rows.rows], dtype=bool)
    if role not in _MANY or not own.any():
        return rows, shapes
    places = [row.own for row in rows.rows if row.own is not None]
    keys = np.array([(p.row, p.part, p.ring) for p in places], dtype=np.int64)
    order, feature, part = _grouped(keys)
    source = np.flatnonzero(own)[order]
    made = _parts(role, shapes[source], part)
    first_of_part = np.flatnonzero(np.append(True, np.diff(part) > 0))
    joined = _features(role, made, feature[first_of_part])
    first = source[np.flatnonzero(np.append(True, np.diff(feature) > 0))]
    others = np.flatnonzero(~own)
    kept = RoleRows(rows=[rows.rows[number] for number in (*first, *others)])
    return kept, np.concatenate([joined, shapes[others]])


def _grouped(
    keys: NDArray[np.int64],
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return an order of entities, and the feature and the part of each in that order.

    An entity that was copied in the drawing has the key of its model: each copy is a feature.
    """
    order = np.lexsort((np.arange(len(keys)), keys[:, 2], keys[:, 1], keys[:, 0]))
    ordered = keys[order]
    is_new = np.append(True, (np.diff(ordered, axis=0) != 0).any(axis=1))
    start = np.maximum.accumulate(np.where(is_new, np.arange(len(keys)), 0))
    copy = np.arange(len(keys)) - start
    full = np.column_stack([ordered[:, 0], copy, ordered[:, 1], ordered[:, 2]])
    again = np.lexsort(full.T[::-1])
    full = full[again]
    feature = np.cumsum(np.append(True, (np.diff(full[:, :2], axis=0) != 0).any(axis=1))) - 1
    part = np.cumsum(np.append(True, (np.diff(full[:, :3], axis=0) != 0).any(axis=1))) - 1
    return order[again], feature, part


def _parts(role: str, shapes: Shapes, part: NDArray[np.intp]) -> Shapes:
    if role != POLYGONS:
        return shapes
    rings = shapely.get_exterior_ring(shapes)
    return np.asarray(shapely.polygons(rings, indices=part), dtype=object)


def _features(role: str, parts: Shapes, feature: NDArray[np.intp]) -> Shapes:
    many = np.asarray(_MANY[role](parts, indices=feature), dtype=object)
    single = np.bincount(feature) == 1
    many[single] = shapely.get_geometry(many[single], 0)
    return many


def with_own_columns(
    columns: dict[str, Any], rows: list[DrawnRow], types: Mapping[str, str]
) -> dict[str, Any]:
    """Return the columns with the fields that this program wrote, in their types."""
    result = dict(columns)
    for name, written in types.items():
        texts = [(row.values or {}).get(name) if row.own is not None else None for row in rows]
        values = _typed(pa.array(texts, pa.string()), written)
        there = result.get(name)
        if there is not None and pa.types.is_string(values.type) and there.type == values.type:
            is_own = pa.array([row.own is not None for row in rows], pa.bool_())
            values = pc.if_else(is_own, values, there)
        result[name] = values
    return result


def _typed(texts: pa.Array, written: str) -> pa.Array:
    """Return texts as the type they had; as texts where one was changed into something else."""
    if written == "string":
        return texts
    try:
        return texts.cast(_type_named(written))
    except (pa.ArrowException, ValueError):
        return texts


def _type_named(written: str) -> pa.DataType:
    zoned = _ZONED.fullmatch(written)
    return pa.timestamp(*zoned.groups()) if zoned else pa.type_for_alias(written)

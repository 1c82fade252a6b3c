"""Features that stand in a table twice: the same outline, or one over almost all of the other.

Copies are found by their bounds and the sums of their vertices; areas that cover each other, by
middles that lie at the same place. Knows nothing of attributes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.forest import Forest
from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.domain.soundness import made_valid
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes
    from emadina_gis.domain.table import FeatureTable

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Rows = NDArray[np.intp]

#: Areas that share more than this of both are the same.
SAME_SHARE = 0.99
#: Middles of outlines that are alike lie within this share of their size.
_MIDDLE_SHARE = 0.01
#: Candidates are looked at in steps of this size, so that a cancel is heard.
_STEP = 1024
#: Of many features at one place each is compared with so many.
_MOST_MATES = 8


@dataclass(frozen=True, eq=False)
class Doubles:
    """Rows that are the same as an earlier row.

    Attributes
    ----------
    rows, mates : ndarray of int, shape (k,)
        The later row, and the first one that it equals; rows ascend, each once.
    places : ndarray, shape (k, 2)
    """

    rows: Rows
    mates: Rows
    places: Floats


def doubles_of(table: FeatureTable, ctx: Context = NULL_CONTEXT) -> Doubles:
    """Return the rows whose geometry equals that of an earlier row."""
    mates = _copies(table, ctx.part(0.0, 0.3))
    areal = np.flatnonzero((table.kinds == Kind.POLYGON) & (mates < 0) & (table.areas > 0))
    earlier, later = _candidates(table.bounds[areal], ctx.part(0.3, 0.6))
    earlier, later = areal[earlier], areal[later]
    alike = _alike(table, earlier, later)
    _compare(table, earlier[alike], later[alike], mates, ctx.part(0.6, 1.0))
    rows = np.flatnonzero(mates >= 0)
    middle = (table.bounds[rows, :2] + table.bounds[rows, 2:]) / 2
    return Doubles(rows, mates[rows], middle)


def _copies(table: FeatureTable, ctx: Context) -> Rows:
    """Return for each row the first one that is an exact copy, -1 where there is none."""
    mates = np.full(table.row_count, -1, dtype=np.intp)
    keys = [_keys(chunk) for chunk in table.geometry or ()]
    if not keys:
        return mates
    rows = np.flatnonzero(np.isfinite(table.bounds).all(axis=1))
    key = np.concatenate(keys)[rows]
    ctx.check()
    _, first, group = np.unique(_mixed(key), return_index=True, return_inverse=True)
    leader = rows[first[group]]
    _compare(table, leader[leader != rows], rows[leader != rows], mates, ctx)
    return mates


def _keys(chunk: GeometryChunk) -> Floats:
    """Return what copies have in common, wherever their rings begin and however they run."""
    starts = chunk.feature_coord_offsets
    owner = np.repeat(np.arange(len(chunk)), np.diff(starts))
    low, size = chunk.bounds[:, :2], chunk.bounds[:, 2:] - chunk.bounds[:, :2]
    local = (chunk.xy - low[owner]) / np.maximum(size, np.finfo(float).tiny)[owner]
    product = local[:, 0] * local[:, 1]
    ends = chunk.coord_offsets[1:][np.diff(chunk.coord_offsets) > 0] - 1
    areal = chunk.kinds[owner[ends]] == Kind.POLYGON
    product[ends[areal]] = 0.0  # the vertex at which a ring closes counts once
    sums = np.bincount(owner, weights=np.nan_to_num(product), minlength=len(chunk))
    return np.column_stack([chunk.bounds, np.diff(starts), chunk.kinds, np.round(sums, 6)])


def _mixed(keys: Floats) -> NDArray[np.uint64]:
    """Return one number per row; equal rows have equal ones (others seldom, and are compared)."""
    bits = np.ascontiguousarray(keys + 0.0).view(np.uint64)
    mixed = np.zeros(len(bits), dtype=np.uint64)
    for column in range(bits.shape[1]):
        mixed = (mixed ^ bits[:, column]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _candidates(bounds: Floats, ctx: Context) -> tuple[Rows, Rows]:
    """Return pairs (earlier, later) with their middles at the same place, sorted by both."""
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    reach = (bounds[:, 2:] - bounds[:, :2]) * _MIDDLE_SHARE
    steps = range(0, len(bounds), _STEP)
    points = [shapely.points(middle[start : start + _STEP]) for start in steps]
    forest = Forest(np.concatenate([np.zeros(0, dtype=object), *points]), ctx)
    pairs = [np.zeros((2, 0), dtype=np.intp)]
    for start in steps:
        ctx.report(start / len(bounds), "geometry.comparing")
        part = slice(start, start + _STEP)
        low, high = (middle[part] - reach[part]).T, (middle[part] + reach[part]).T
        asked, found = forest.query(shapely.box(*low, *high))
        pairs.append(_first_mates(np.stack([found, asked + start])))
    stacked = np.concatenate(pairs, axis=1)
    return stacked[0], stacked[1]


def _first_mates(pairs: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the pairs (earlier, later) of each later one, its first mates only."""
    pairs = pairs[:, pairs[0] < pairs[1]]
    pairs = pairs[:, np.lexsort(pairs)]
    _, begins, counts = np.unique(pairs[1], return_index=True, return_counts=True)
    rank = np.arange(pairs.shape[1]) - np.repeat(begins, counts)
    return np.asarray(pairs[:, rank < _MOST_MATES])


def _alike(table: FeatureTable, earlier: Rows, later: Rows) -> Flags:
    """Whether the sizes of two areas allow them to be the same."""
    bounds, areas = table.bounds, table.areas
    size_1, size_2 = (bounds[rows, 2:] - bounds[rows, :2] for rows in (earlier, later))
    close = (np.minimum(size_1, size_2) >= 0.98 * np.maximum(size_1, size_2)).all(axis=1)
    low = np.minimum(areas[earlier], areas[later])
    high = np.maximum(areas[earlier], areas[later])
    return np.asarray(close & (low >= SAME_SHARE * high))


def _compare(table: FeatureTable, earlier: Rows, later: Rows, mates: Rows, ctx: Context) -> None:
    """Write into `mates` the first earlier row that each later one equals."""
    for start in range(0, len(later), _STEP):
        ctx.report(start / len(later), "geometry.comparing")
        part = slice(start, start + _STEP)
        same = _same(table.shapes(earlier[part]), table.shapes(later[part]))
        first, second = earlier[part][same], later[part][same]
        rows, at = np.unique(second, return_index=True)
        new = mates[rows] < 0
        mates[rows[new]] = first[at[new]]


def _same(first: Shapes, second: Shapes) -> Flags:
    flat = [shapely.normalize(shapely.force_2d(shapes)) for shapes in (first, second)]
    result = shapely.equals_exact(*flat, tolerance=0.0)
    rest = np.flatnonzero(~result & (shapely.get_dimensions(first) == 2))
    sound = [_valid(shapes[rest]) for shapes in flat]
    shared = shapely.area(shapely.intersection(*sound))
    larger = np.maximum(shapely.area(sound[0]), shapely.area(sound[1]))
    result[rest] = (shared >= SAME_SHARE * larger) & (larger > 0)
    return np.asarray(result)


def _valid(shapes: Shapes) -> Shapes:
    """Return valid areas; None where nothing but lines is left."""
    result = shapes.copy()
    invalid = np.flatnonzero(~shapely.is_valid(result))
    result[invalid] = made_valid(result[invalid], structure=True)
    result[shapely.get_dimensions(result) < 2] = None
    result[shapely.get_type_id(result) == shapely.GeometryType.GEOMETRYCOLLECTION] = None
    return result

"""Random readings: tables of every kind of column and geometry, with findings and guesses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from hypothesis import strategies as st

from emadina_gis.domain.column import column_of
from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, WGS84
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.geometry import chunks_from_shapely
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import Problem, Severity
from emadina_gis.io.description import CrsCandidate, CrsReading, EncodingChoice, ReadResult

_NUMBERS = st.floats(-1e7, 1e7)
_POINTS = st.tuples(_NUMBERS, _NUMBERS)
_DATES = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))
_MOMENTS = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1))
_VALUES: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.string(): st.text(max_size=12),
    pa.float64(): st.floats(allow_nan=False, allow_infinity=False),
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.bool_(): st.booleans(),
    pa.date32(): _DATES,
    pa.timestamp("us"): _MOMENTS,
    pa.timestamp("us", tz="UTC"): _MOMENTS,
}


def _square(corner: tuple[float, float], *, hole: bool) -> shapely.Polygon:
    x, y = corner
    inside = [[(x + 2, y + 2), (x + 4, y + 2), (x + 3, y + 4)]] if hole else None
    return shapely.Polygon([(x, y), (x + 9, y), (x + 9, y + 9), (x, y + 9)], inside)


_POLYGONS = st.builds(_square, _POINTS, hole=st.booleans())
SHAPES: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.builds(shapely.Point, _POINTS),
    st.builds(lambda at, z: shapely.Point(*at, z), _POINTS, _NUMBERS),
    st.builds(shapely.MultiPoint, st.lists(_POINTS, min_size=2, max_size=3)),
    st.builds(shapely.LineString, st.lists(_POINTS, min_size=2, max_size=4)),
    _POLYGONS,
    st.builds(shapely.MultiPolygon, st.lists(_POLYGONS, min_size=2, max_size=3)),
)
_PARAMS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
PROBLEMS = st.builds(
    Problem,
    st.text(max_size=20),
    st.sampled_from(Severity),
    st.text(max_size=9),
    st.integers(0, 10**9),
    st.dictionaries(st.text(max_size=6), _PARAMS, max_size=3),
)
_CRS = st.sampled_from([UNKNOWN, WGS84, MERCHICH_NORTH])
_SHARES = st.floats(0, 1)
_CANDIDATES = st.builds(CrsCandidate, _CRS, _SHARES, st.text(max_size=6), st.booleans())
_READINGS_OF_CRS = st.builds(
    CrsReading, _CRS, st.text(max_size=8), st.text(max_size=8), st.lists(_CANDIDATES).map(tuple)
)
_ENCODINGS = st.builds(EncodingChoice, st.text(max_size=8), st.text(max_size=8), _SHARES)


@st.composite
def tables(draw: st.DrawFn) -> FeatureTable:
    """Tables of up to twelve rows in chunks of up to five."""
    rows = draw(st.integers(0, 12))
    size = draw(st.integers(1, 5))
    kinds = draw(st.lists(st.sampled_from(list(_VALUES)), max_size=4))
    columns = {}
    for place, kind in enumerate(kinds):
        values = draw(st.lists(st.none() | _VALUES[kind], min_size=rows, max_size=rows))
        name = f"{draw(st.text(max_size=4))}{place}"
        columns[name] = column_of(pa.array(values, kind), size=size)
    geometry = None
    if draw(st.booleans()):
        shapes = np.empty(rows, dtype=object)
        shapes[:] = draw(st.lists(SHAPES, min_size=rows, max_size=rows))
        geometry = chunks_from_shapely(shapes, size)
    first = draw(st.integers(-5, 10**12))
    ids = np.arange(first, first + rows, dtype=np.int64)[:: draw(st.sampled_from([1, -1]))]
    return FeatureTable(columns, ids, geometry, draw(_CRS))


READINGS: st.SearchStrategy[ReadResult] = st.builds(
    ReadResult,
    st.text(max_size=10),
    tables(),
    st.lists(PROBLEMS, max_size=3).map(tuple),
    _ENCODINGS,
    _READINGS_OF_CRS,
    st.text(max_size=10),
    st.none() | st.integers(0, 10**9),
    st.lists(st.text(max_size=10), max_size=3).map(tuple),
    st.text(max_size=10),
    st.none() | st.builds(Extent, _NUMBERS, _NUMBERS, _NUMBERS, _NUMBERS),
)

"""Ragged geometry: round trips, bounds and areas against shapely, hashes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.geometry import (
    Kind,
    chunk_from_shapely,
    chunks_from_shapely,
    collection_rows,
    joined,
)

whole = st.integers(-1_000, 1_000).map(float)
pairs = st.tuples(whole, whole)


@st.composite
def rectangles(draw):
    x, y = draw(pairs)
    w, h = draw(st.integers(4, 50)), draw(st.integers(4, 50))
    shell = shapely.box(x, y, x + w, y + h)
    if draw(st.booleans()):
        shell = shell.difference(shapely.box(x + 1, y + 1, x + 2, y + 2))
    return shell if draw(st.booleans()) else shell.reverse()


points = pairs.map(shapely.Point)
lines = st.lists(pairs, min_size=2, max_size=5, unique=True).map(shapely.LineString)
simple = st.one_of(points, lines, rectangles())
multi = st.one_of(
    st.lists(points, min_size=2, max_size=3).map(shapely.MultiPoint),
    st.lists(lines, min_size=2, max_size=3).map(shapely.MultiLineString),
    st.lists(rectangles(), min_size=2, max_size=3).map(shapely.MultiPolygon),
)
missing = st.sampled_from([None, shapely.Polygon(), shapely.Point(), shapely.MultiPolygon()])
any_shapes = st.lists(st.one_of(simple, multi, missing), max_size=12).map(
    lambda found: np.array([*found, None], dtype=object)[:-1]
)


@given(any_shapes)
def test_shapes_come_back_as_they_were(shapes):
    back = chunk_from_shapely(shapes).to_shapely()
    for before, after in zip(shapes, back, strict=True):
        if before is None or before.is_empty:
            assert after is None
        else:
            assert before.geom_type == after.geom_type
            assert shapely.equals_exact(before, after)


@given(any_shapes)
def test_bounds_and_areas_are_shapelys(shapes):
    chunk = chunk_from_shapely(shapes)
    assert np.array_equal(chunk.bounds, shapely.bounds(shapes), equal_nan=True)
    assert np.allclose(chunk.areas(), np.nan_to_num(shapely.area(shapes)))


@given(any_shapes, st.data())
def test_rows_are_taken_in_order(shapes, data):
    chunk = chunk_from_shapely(shapes)
    rows = data.draw(st.lists(st.integers(0, max(len(shapes) - 1, 0)), max_size=8))
    rows = np.array([row for row in rows if row < len(shapes)], dtype=np.intp)
    taken = chunk.taken(rows)
    assert taken.fingerprint == chunk_from_shapely(shapes[rows]).fingerprint
    assert taken.kinds.tolist() == chunk.kinds[rows].tolist()


@given(any_shapes, st.integers(1, 5))
def test_chunks_join_to_the_whole(shapes, size):
    chunks = chunks_from_shapely(shapes, size)
    assert sum(map(len, chunks)) == len(shapes)
    whole_chunk = joined(list(chunks))
    assert whole_chunk.fingerprint == chunk_from_shapely(shapes).fingerprint


@given(any_shapes, any_shapes)
def test_hashes_agree_with_equality(a, b):
    one, two = chunk_from_shapely(a), chunk_from_shapely(b)
    same = all(np.array_equal(x, y) for x, y in zip(one._arrays(), two._arrays(), strict=True))
    assert (one.fingerprint == two.fingerprint) == same


def test_areas_keep_their_precision_far_from_the_origin():
    far = shapely.box(298_724.123, 330_002.456, 298_724.123 + 0.5, 330_002.456 + 0.25)
    assert chunk_from_shapely(np.array([far])).areas()[0] == pytest.approx(0.125, abs=1e-9)


def test_heights_are_kept_where_there_are_any():
    shapes = np.array([shapely.Point(1, 2, 3), shapely.Point(4, 5), None])
    chunk = chunk_from_shapely(shapes)
    back = chunk.to_shapely()
    assert back[0].z == 3
    assert not back[1].has_z
    assert back[2] is None
    both = joined([chunk, chunk_from_shapely(np.array([shapely.box(0, 0, 1, 1)]))])
    assert both.to_shapely()[0].z == 3
    assert not both.to_shapely()[3].has_z
    flat = chunk_from_shapely(np.array([shapely.LineString([(0, 0, 1), (1, 1, 2)])]))
    assert flat.with_xy(flat.xy + 5).to_shapely()[0].coords[0] == (5, 5, 1)


def test_collections_keep_their_highest_dimension():
    shapes = np.array(
        [
            shapely.GeometryCollection([shapely.Point(0, 0), shapely.box(0, 0, 1, 1)]),
            shapely.GeometryCollection([shapely.GeometryCollection([shapely.Point(3, 3)])]),
            shapely.GeometryCollection(),
            shapely.LinearRing([(0, 0), (1, 0), (1, 1)]),
        ]
    )
    assert collection_rows(shapes).tolist() == [0, 1, 2]
    chunk = chunk_from_shapely(shapes)
    assert chunk.kinds.tolist() == [Kind.POLYGON, Kind.POINT, Kind.NONE, Kind.LINE]
    assert chunk.areas()[0] == 1.0
    assert isinstance(shapes[3], shapely.LinearRing)


def test_nothing_at_all():
    empty = joined([])
    assert len(empty) == 0
    assert len(chunk_from_shapely(np.array([None, None], dtype=object)).xy) == 0
    assert chunk_from_shapely(np.array([None], dtype=object)).areas().tolist() == [0.0]

"""Selecting by location: the same rows as asking shapely about every pair, in any system."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.analysis.location import Asked, Relation, around, rows_related
from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, WGS84, transform_points
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import JobCancelled, NotMetric
from emadina_gis.progress import Context

X0, Y0 = 296_000.0, 330_000.0
PREDICATES = {
    Relation.INTERSECTS: shapely.intersects,
    Relation.WITHIN: shapely.within,
    Relation.CONTAINS: shapely.contains,
    Relation.TOUCHES: shapely.touches,
    Relation.CROSSES: shapely.crosses,
}


def table_of(shapes, crs=MERCHICH_NORTH):
    return FeatureTable.from_columns({}, geometry=np.array(shapes, dtype=object), crs=crs)


def in_degrees(table):
    return table.to_crs(WGS84)


places = st.tuples(st.integers(0, 12), st.integers(0, 12))
boxes = st.builds(
    lambda low, size: shapely.box(low[0], low[1], low[0] + 1 + size[0], low[1] + 1 + size[1]),
    places, places,
)  # fmt: skip
ends = st.tuples(places, places).filter(lambda pair: pair[0] != pair[1])
lines = ends.map(shapely.LineString)
shapes = st.lists(boxes | lines | places.map(shapely.Point) | st.none(), min_size=1, max_size=12)


@given(shapes, shapes, st.sampled_from(list(PREDICATES)))
def test_rows_are_those_of_every_pair(mine, theirs, relation):
    pairs = PREDICATES[relation](
        np.array(mine, dtype=object)[:, None], np.array(theirs, dtype=object)[None, :]
    )
    found = rows_related(table_of(mine), table_of(theirs), Asked(relation))
    assert found.tolist() == np.flatnonzero(pairs.any(axis=1)).tolist()


@given(shapes, shapes, st.integers(0, 6))
def test_nearness_is_that_of_every_pair(mine, theirs, distance_m):
    distances = shapely.distance(
        np.array(mine, dtype=object)[:, None], np.array(theirs, dtype=object)[None, :]
    )
    found = rows_related(table_of(mine), table_of(theirs), Asked(Relation.NEAR, distance_m))
    assert found.tolist() == np.flatnonzero((distances <= distance_m).any(axis=1)).tolist()


@pytest.mark.parametrize("mine_moved", [False, True])
@pytest.mark.parametrize("theirs_moved", [False, True])
def test_layers_in_other_systems_are_brought_together(mine_moved, theirs_moved):
    squares = table_of([shapely.box(X0 + x, Y0, X0 + x + 10, Y0 + 10) for x in (0, 60, 75, 200)])
    street = table_of([shapely.LineString([(X0 + 5, Y0 - 50), (X0 + 5, Y0 + 50)])])
    squares = in_degrees(squares) if mine_moved else squares
    street = in_degrees(street) if theirs_moved else street
    assert rows_related(squares, street, Asked(Relation.NEAR, 60.0)).tolist() == [0, 1]
    assert rows_related(squares, street, Asked(Relation.CROSSES)).tolist() == [0]


def test_only_the_rows_that_are_meant_count():
    mine = table_of([shapely.Point(x, 0) for x in range(5)])
    theirs = table_of([shapely.Point(x, 0) for x in range(5)])
    found = rows_related(mine, theirs, Asked(Relation.INTERSECTS), rows=np.array([3, 1]))
    assert found.tolist() == [1, 3]


def test_a_distance_without_metres_is_refused():
    nowhere = table_of([shapely.Point(0, 0)], UNKNOWN)
    with pytest.raises(NotMetric):
        rows_related(nowhere, nowhere, Asked(Relation.NEAR, 5.0))


def test_a_cancel_is_heeded():
    ctx = Context()
    ctx.cancel()
    points = table_of([shapely.Point(0, 0)])
    with pytest.raises(JobCancelled):
        rows_related(points, points, Asked(Relation.INTERSECTS), ctx=ctx)


def test_what_is_drawn_is_rounded_and_metres_are_metres_in_degrees():
    disc = around([(X0, Y0)], 100.0, MERCHICH_NORTH)
    assert disc.area == pytest.approx(np.pi * 1e4, rel=2e-3)
    there = transform_points(np.array([[X0, Y0], [X0 + 500, Y0]]), MERCHICH_NORTH, WGS84)
    strip = around([tuple(place) for place in there.tolist()], 100.0, WGS84)
    back = shapely.transform(strip, lambda xy: transform_points(xy, WGS84, MERCHICH_NORTH))
    assert back.area == pytest.approx(np.pi * 1e4 + 500 * 200, rel=3e-3)

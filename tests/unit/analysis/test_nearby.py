"""Nearness: the same rows as one distance at a time would give, in metres only."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.analysis.nearby import rows_near
from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import NotMetric

X0, Y0 = 296_000.0, 330_000.0


def squares(corners, crs=MERCHICH_NORTH):
    """Return a table of squares of 10 m at corners; None is a row without geometry."""
    shapes = [None if c is None else shapely.box(c[0], c[1], c[0] + 10, c[1] + 10) for c in corners]
    geometry = np.array(shapes, dtype=object)
    return FeatureTable.from_columns({"n": list(range(len(corners)))}, geometry=geometry, crs=crs)


def street(x):
    return np.array([shapely.LineString([(x, Y0 - 500), (x, Y0 + 500)])], dtype=object)


def test_what_is_along_a_street():
    table = squares([(X0, Y0), (X0 + 60, Y0), None, (X0 + 71, Y0), (X0 - 31, Y0)])
    assert rows_near(table, street(X0 + 10), 50.0).tolist() == [0, 1, 4]


def test_nothing_is_near_nothing():
    table = squares([(X0, Y0)])
    assert rows_near(table, np.array([None], dtype=object), 50.0).tolist() == []
    assert rows_near(table, street(X0 + 500), 50.0).tolist() == []


def test_degrees_are_refused():
    with pytest.raises(NotMetric):
        rows_near(squares([(0, 0)], WGS84), street(0), 50.0)


@given(
    st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), min_size=1, max_size=20),
    st.floats(0, 300),
    st.floats(0, 200),
)
def test_agrees_with_the_distance_of_each(corners, x, distance_m):
    table = squares([(X0 + a, Y0 + b) for a, b in corners])
    line = street(X0 + x)
    expected = np.flatnonzero(shapely.distance(table.shapes(), line[0]) <= distance_m)
    assert rows_near(table, line, distance_m).tolist() == expected.tolist()

"""The Hilbert order and ring orientation."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.geometry import chunk_from_shapely
from emadina_gis.render.hilbert import SIDE, hilbert_keys, hilbert_order
from emadina_gis.render.rings import (
    drawing_order,
    oriented,
    outline_strength,
    ring_double_areas,
    typical_size,
)
from tests.unit.render.scenes import grid


def test_the_curve_visits_each_cell_once_and_steps_to_a_neighbour():
    side = 16
    step = SIDE // side
    i, j = (a.ravel() for a in np.meshgrid(np.arange(side), np.arange(side)))
    keys = hilbert_keys(np.column_stack([i, j]) * step)
    assert len(np.unique(keys)) == side * side
    order = np.argsort(keys)
    moves = np.abs(np.diff(i[order])) + np.abs(np.diff(j[order]))
    assert (moves == 1).all()


@given(st.integers(0, 300), st.integers(0, 1000))
def test_the_order_is_a_permutation(count, seed):
    xy = np.random.default_rng(seed).uniform(0, 1000, (count, 2))
    if count > 2:
        xy[1] = np.nan
    order = hilbert_order(xy)
    assert sorted(order.tolist()) == list(range(count))
    if count > 2:
        assert order[-1] == 1


def test_small_chunks_keep_the_order_of_the_layer():
    chunk = chunk_from_shapely(grid(10, 10)[::-1])
    assert drawing_order(chunk).tolist() == list(range(100))


def test_shells_turn_left_and_holes_right_whatever_they_did():
    shell, hole = shapely.box(0, 0, 10, 10).exterior, shapely.box(4, 4, 6, 6).exterior
    shapes = [
        shapely.Polygon(shell, [hole]),
        shapely.Polygon(list(shell.coords)[::-1], [list(hole.coords)[::-1]]),
        shapely.Polygon(list(shell.coords)[::-1], [hole]),
        shapely.LineString([(0, 0), (5, 0), (5, 5)]),
    ]
    chunk = chunk_from_shapely(np.array(shapes, dtype=object))
    turned = oriented(chunk)
    signs = np.sign(ring_double_areas(turned))
    assert signs[:6].tolist() == [1, -1] * 3
    assert shapely.equals(turned.to_shapely(), np.array(shapes, dtype=object)).all()


def test_outlines_appear_gradually():
    assert outline_strength(1.0) == 0.0
    assert outline_strength(float("nan")) == 0.0
    assert 0 < outline_strength(1.7) < outline_strength(2.5) < outline_strength(4.0) == 1.0


def test_typical_size_is_the_median_extent_of_polygons():
    chunk = chunk_from_shapely(np.array([*grid(3, 3), None, shapely.Point(0, 0)], dtype=object))
    assert typical_size(chunk) == 10.0
    assert np.isnan(typical_size(chunk_from_shapely(np.array([shapely.Point(0, 0)]))))

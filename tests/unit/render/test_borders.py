"""Borders of many polygons together."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from emadina_gis.domain.geometry import chunk_from_shapely
from emadina_gis.render.borders import ring_edges, unshared
from tests.unit.render.scenes import grid


def length(edges):
    return np.hypot(edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1]).sum()


def edges_of(shapes):
    return ring_edges(chunk_from_shapely(np.asarray(shapes, dtype=object)))


def test_every_ring_and_line_gives_its_segments():
    hole = shapely.Polygon(shapely.box(0, 0, 9, 9).exterior, [shapely.box(3, 3, 6, 6).exterior])
    line = shapely.LineString([(0, 0), (5, 0), (5, 5)])
    assert length(edges_of([hole, line])) == pytest.approx(36 + 12 + 10)
    assert len(edges_of([hole, line])) == 4 + 4 + 2
    assert len(edges_of([None])) == 0


def test_neighbours_have_one_border():
    kept = unshared(edges_of(grid(5, 4)), 0.001)
    assert length(kept) == pytest.approx(2 * (50 + 40))


def test_a_gap_is_a_border_and_the_way_round_does_not_matter():
    shapes = grid(3, 3)
    shapes[4] = None
    shapes[0] = shapely.reverse(shapes[0])
    kept = unshared(edges_of(shapes), 0.001)
    assert length(kept) == pytest.approx(120 + 40)


def test_nothing_has_no_border():
    assert len(unshared(np.zeros((0, 4)), 1.0)) == 0

"""Polygons over polygons: lines and points are left out, a bad pair stops no others."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from emadina_gis.simulation.overlay import overlaid, polygonal

BOX = shapely.box(0, 0, 2, 2)


def test_only_polygons_are_left():
    mixed = shapely.GeometryCollection([BOX, shapely.LineString([(3, 0), (4, 0)])])
    shapes = np.array([BOX, mixed, shapely.Point(1, 1), None], dtype=object)
    found = polygonal(shapes)
    assert found[0] is BOX
    assert found[1].equals(BOX)
    assert found[2].is_empty
    assert found[3] is None


def test_neighbours_share_no_polygon():
    beside = shapely.box(2, 0, 4, 2)
    found = overlaid(shapely.intersection, np.array([BOX]), np.array([beside]))
    assert found[0].is_empty


def test_a_pair_that_cannot_be_put_over_each_other_is_made_valid_first():
    bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    bows = np.array([BOX, bow], dtype=object)
    found = overlaid(shapely.difference, bows, np.array([bow, BOX], dtype=object))
    assert shapely.area(found) == pytest.approx([2, 0], abs=1e-5)

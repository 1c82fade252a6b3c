"""Label places: inside polygons, never on top of each other."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.geometry import chunk_from_shapely
from emadina_gis.render.anchors import (
    FEW,
    AnchorStore,
    interior_points,
    level_middles,
    points_in_view,
)
from emadina_gis.render.occupancy import Occupancy, box_pieces
from tests.unit.render.scenes import grid

SICKLE = shapely.Point(0, 0).buffer(100).difference(shapely.Point(40, 0).buffer(95))


def test_interior_points_lie_inside_even_of_a_sickle():
    shapes = np.array([SICKLE, shapely.MultiPolygon([shapely.box(0, 0, 1, 1), SICKLE])])
    points = shapely.points(interior_points(shapes))
    assert shapely.contains_properly(shapes, points).all()


def test_the_point_is_the_middle_of_the_widest_place():
    ell = shapely.union(shapely.box(0, 0, 100, 40), shapely.box(0, 0, 10, 200))
    x, y = interior_points(np.array([ell]))[0]
    assert 15 < y < 30
    assert x > 15


def test_many_polygons_get_points_on_their_surface():
    shapes = grid(FEW, 2)
    assert shapely.intersects(shapes, shapely.points(interior_points(shapes))).all()


def test_points_are_computed_once():
    chunk = chunk_from_shapely(grid(3, 1))
    store = AnchorStore(3)
    first = store.of(chunk, np.array([1]))
    assert np.isnan(store._xy[[0, 2]]).all()
    np.testing.assert_array_equal(store.of(chunk, np.array([1])), first)


def test_a_polygon_larger_than_the_view_is_labelled_in_what_is_seen():
    view = Extent(900, 900, 1000, 1000)
    (x, y), nothing = points_in_view(
        np.array([shapely.box(0, 0, 1000, 1000), shapely.box(0, 0, 1, 1)]), view
    )
    assert view.contains(x, y)
    assert np.isnan(nothing).all()


def test_room_inside_an_area_is_found_at_the_level_where_it_is_widest():
    ell = shapely.union(shapely.box(0, 0, 100, 40), shapely.box(0, 0, 10, 200))
    x, y = level_middles(ell, 60.0)[0]
    assert x == pytest.approx(50.0)
    assert y < 40
    assert len(level_middles(ell, 150.0)) == 0


@given(st.lists(st.tuples(st.floats(0, 400), st.floats(0, 300), st.floats(-1.5, 1.5)), max_size=60))
def test_taken_boxes_never_overlap(wanted):
    occupancy = Occupancy(400, 300)
    taken = []
    for x, y, angle in wanted:
        if occupancy.take(x, y, 60, 14, angle):
            taken.append(box_pieces(x, y, 60, 14, angle))
    for index, boxes in enumerate(taken):
        assert boxes.min() >= 0
        for other in taken[index + 1 :]:
            for box in boxes:
                apart = (other[:, 0] >= box[2]) | (other[:, 2] <= box[0])
                apart |= (other[:, 1] >= box[3]) | (other[:, 3] <= box[1])
                assert apart.all()


def test_a_marker_does_not_keep_its_own_label_away():
    markers = Occupancy(400, 300)
    markers.occupy([(95.0, 95.0, 105.0, 105.0), (125.0, 95.0, 135.0, 105.0)])
    own, others = [(90.0, 90.0, 110.0, 110.0)], [(90.0, 90.0, 130.0, 110.0)]
    assert markers.meets(own)
    assert not markers.meets(own, but=(100.0, 100.0))
    assert markers.meets(others, but=(100.0, 100.0))


def test_pieces_of_a_turned_box_cover_it():
    x, y, width, height, angle = 200.0, 150.0, 80.0, 12.0, 0.7
    boxes = shapely.union_all(shapely.box(*box_pieces(x, y, width, height, angle).T))
    whole = shapely.affinity.rotate(
        shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2),
        -angle,
        use_radians=True,
    )
    assert whole.difference(boxes).area < 1e-6 * whole.area

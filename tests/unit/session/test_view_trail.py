"""Going back and forth between the views that were shown."""

from __future__ import annotations

import pytest

from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84, Crs
from emadina_gis.domain.seen_view import SeenView
from emadina_gis.session.view_trail import MOST_VIEWS, ViewTrail


def seen(x):
    return SeenView(x, 330_000.0, 1.0, MERCHICH_NORTH)


def test_back_and_forth_as_in_a_browser():
    trail = ViewTrail()
    for x in (0.0, 100.0, 200.0):
        trail.note(seen(x))
    assert trail.back() == seen(100.0)
    assert trail.back() == seen(0.0)
    assert trail.back() is None
    assert trail.forward() == seen(100.0)
    trail.note(seen(500.0))
    assert not trail.can_go_forward
    assert trail.back() == seen(100.0)


def test_a_view_that_hardly_moved_is_not_another_one():
    trail = ViewTrail()
    trail.note(seen(0.0))
    trail.note(seen(0.5))
    assert not trail.can_go_back


def test_the_oldest_views_are_forgotten():
    trail = ViewTrail()
    for number in range(MOST_VIEWS + 20):
        trail.note(seen(number * 100.0))
    steps = 0
    while trail.back() is not None:
        steps += 1
    assert steps == MOST_VIEWS - 1


@pytest.mark.parametrize("code", ["EPSG:26192", "EPSG:32629", "EPSG:4326"])
def test_place_and_scale_stay_in_another_system(code):
    crs = Crs(code)
    view = SeenView(296_000.0, 330_000.0, 2.0, MERCHICH_NORTH)
    moved = view.in_crs(crs)
    assert moved.units_per_px * crs.unit_m == pytest.approx(2.0, rel=0.01)
    back = moved.in_crs(MERCHICH_NORTH)
    assert (back.x, back.y) == pytest.approx((view.x, view.y), abs=1e-2)
    assert back.units_per_px == pytest.approx(2.0, rel=1e-3)


def test_what_fills_the_window_stays_in_web_mercator():
    view = SeenView(-7.6, 33.5, 1e-5, WGS84)
    moved = view.in_crs(Crs("EPSG:3857"))
    assert moved.units_per_px == pytest.approx(1.11 / 0.834, rel=0.02)

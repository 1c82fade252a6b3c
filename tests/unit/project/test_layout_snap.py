"""Where a dragged or resized frame lands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.project.layout_snap import (
    Around,
    Guide,
    GuideKind,
    Handle,
    Rect,
    around_all,
    handle_at,
    handle_points,
    nudged,
    snap_moved,
    snap_resized,
)

A3 = (420.0, 297.0)
EMPTY = Around(A3)
OTHER = Rect(100.0, 50.0, 80.0, 40.0)
BESIDE = Around(A3, (OTHER,))
millimetres = st.floats(-300.0, 800.0)
sizes = st.floats(5.0, 500.0)
rects = st.builds(Rect, millimetres, millimetres, sizes, sizes)
placed = st.builds(Rect, st.floats(0, 300), st.floats(0, 200), st.floats(5, 120), st.floats(5, 90))
arounds = st.builds(
    Around,
    st.just(A3),
    st.lists(placed, max_size=6).map(tuple),
    tolerance_mm=st.sampled_from([0.0, 0.5, 2.0, 10.0]),
    grid_mm=st.sampled_from([0.0, 1.0, 5.0]),
)


@pytest.mark.parametrize(
    ("dragged", "around", "landed"),
    [
        (Rect(1.2, 100.0, 30.0, 20.0), EMPTY, (0.0, 100.0)),  # the edge of the page
        (Rect(7.0, 100.0, 30.0, 20.0), EMPTY, (8.0, 100.0)),  # the margin
        (Rect(383.0, 100.0, 30.0, 20.0), EMPTY, (382.0, 100.0)),  # the other margin
        (Rect(194.2, 100.0, 30.0, 20.0), EMPTY, (195.0, 100.0)),  # the middle of the page
        (Rect(100.9, 160.0, 30.0, 20.0), BESIDE, (100.0, 160.0)),  # the left of another
        (Rect(151.0, 160.0, 30.0, 22.0), BESIDE, (150.0, 160.0)),  # right edges together
        (Rect(124.1, 160.0, 30.0, 22.0), BESIDE, (125.0, 160.0)),  # centres together
        (Rect(182.1, 60.0, 60.0, 15.0), BESIDE, (183.0, 60.0)),  # the usual gap beside it
        (Rect(231.7, 160.0, 33.0, 23.0), EMPTY, (231.7, 160.0)),  # nothing near
    ],
)
def test_a_dragged_frame_catches_what_is_near(dragged, around, landed):
    snapped = snap_moved(dragged, around).rect
    assert (snapped.x, snapped.y) == pytest.approx(landed)
    assert (snapped.width, snapped.height) == (dragged.width, dragged.height)


def test_the_lines_caught_reach_over_both():
    snapped = snap_moved(Rect(100.9, 160.0, 30.0, 20.0), BESIDE)
    assert snapped.guides == (Guide(True, 100.0, 50.0, 180.0, GuideKind.FRAME),)


def test_gaps_are_made_equal():
    row = Around(A3, (Rect(20.0, 50.0, 40.0, 30.0), Rect(72.0, 50.0, 40.0, 30.0)), gap_mm=0.0)
    snapped = snap_moved(Rect(123.1, 56.0, 33.3, 12.0), row)
    assert snapped.rect.x == pytest.approx(124.0)
    assert GuideKind.GAP in {guide.kind for guide in snapped.guides}
    between = Around(A3, (Rect(20.0, 50.0, 40.0, 30.0), Rect(160.0, 50.0, 40.0, 30.0)), gap_mm=0.0)
    assert snap_moved(Rect(92.0, 56.0, 33.0, 12.0), between).rect.x == pytest.approx(93.5)


def test_where_nothing_is_near_the_grid_is():
    grid = replace(EMPTY, grid_mm=5.0)
    snapped = snap_moved(Rect(231.7, 121.2, 33.0, 23.0), grid)
    assert (snapped.rect.x, snapped.rect.y) == (230.0, 120.0)
    assert snap_moved(Rect(231.4, 121.2, 33.0, 23.0), replace(grid, grid_mm=1.0)).rect.x == 231.0


def test_a_held_key_catches_nothing():
    free = replace(BESIDE, tolerance_mm=0.0)
    snapped = snap_moved(Rect(100.9, 7.5, 30.0, 20.0), free)
    assert snapped.rect == Rect(100.9, 7.5, 30.0, 20.0)
    assert snapped.guides == ()


@pytest.mark.parametrize(
    ("handle", "by", "expected"),
    [
        (Handle.RIGHT, (19.2, 5.0), Rect(20.0, 20.0, 80.0, 40.0)),  # catches the other's left
        (Handle.LEFT, (-11.0, 0.0), Rect(8.0, 20.0, 72.0, 40.0)),  # catches the margin
        (Handle.BOTTOM_RIGHT, (-500.0, -500.0), Rect(20.0, 20.0, 20.0, 10.0)),  # least size
        (Handle.TOP_LEFT, (-500.0, -500.0), Rect(0.0, 0.0, 80.0, 60.0)),  # the page
        (Handle.TOP, (0.0, 500.0), Rect(20.0, 50.0, 60.0, 10.0)),  # least size from above
        (Handle.BOTTOM, (99.0, 13.0), Rect(20.0, 20.0, 60.0, 53.0)),  # nothing near
    ],
)
def test_a_handle_catches_lines_and_keeps_sizes(handle, by, expected):
    start = Rect(20.0, 20.0, 60.0, 40.0)
    assert snap_resized(start, handle, by, BESIDE, (20.0, 10.0)).rect == expected


@given(rects, arounds)
def test_a_moved_frame_is_on_the_page_and_keeps_its_size(rect, around):
    landed = snap_moved(rect, around).rect
    assert landed.width == pytest.approx(min(rect.width, 420.0), abs=2e-3)
    assert landed.height == pytest.approx(min(rect.height, 297.0), abs=2e-3)
    assert landed.x >= 0
    assert landed.y >= 0
    assert landed.right <= 420.0 + 2e-3
    assert landed.bottom <= 297.0 + 2e-3


@given(placed, st.sampled_from(Handle), st.tuples(millimetres, millimetres), arounds)
def test_a_resized_frame_keeps_its_other_edges(rect, handle, by, around):
    landed = snap_resized(rect, handle, by, around, (5.0, 5.0)).rect
    assert landed.width >= 5.0 - 2e-3
    assert landed.height >= 5.0 - 2e-3
    assert landed.x >= 0
    assert landed.right <= 420.0 + 2e-3
    if "left" not in handle:
        assert landed.x == pytest.approx(rect.x, abs=2e-3)
    if "right" not in handle:
        assert landed.right == pytest.approx(rect.right, abs=2e-3)
    if "top" not in handle:
        assert landed.y == pytest.approx(rect.y, abs=2e-3)


@given(rects, arounds)
def test_snapping_again_stays(rect, around):
    once = snap_moved(rect, replace(around, grid_mm=0.0)).rect
    far = (abs(once.x - rect.x), abs(once.y - rect.y))
    if around.tolerance_mm and max(far) <= around.tolerance_mm:
        again = snap_moved(once, replace(around, grid_mm=0.0, tolerance_mm=0.01)).rect
        assert (again.x, again.y) == pytest.approx((once.x, once.y), abs=0.02)


def test_arrow_keys_move_by_half_and_five_millimetres():
    rect = Rect(1.0, 1.0, 10.0, 10.0)
    assert nudged(rect, (1, 0), A3, far=False) == Rect(1.5, 1.0, 10.0, 10.0)
    assert nudged(rect, (0, 1), A3, far=True) == Rect(1.0, 6.0, 10.0, 10.0)
    assert nudged(rect, (-1, -1), A3, far=True) == Rect(0.0, 0.0, 10.0, 10.0)


def test_handles_stand_on_corners_and_edges():
    rect = Rect(10.0, 10.0, 40.0, 20.0)
    assert handle_points(rect)[Handle.BOTTOM] == (30.0, 30.0)
    assert handle_at(rect, (50.6, 29.5), 2.0) == Handle.BOTTOM_RIGHT
    assert handle_at(rect, (30.0, 20.0), 2.0) is None
    assert handle_at(Rect(0.0, 0.0, 1.0, 1.0), (0.25, 0.0), 2.0) == Handle.TOP_LEFT


def test_several_frames_have_one_rectangle():
    assert around_all([OTHER, Rect(10.0, 60.0, 20.0, 100.0)]) == Rect(10.0, 50.0, 170.0, 110.0)

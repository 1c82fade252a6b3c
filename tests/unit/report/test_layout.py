from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.extent import Extent
from emadina_gis.report.layout import (
    ROUND_SCALES,
    Box,
    bar_length_m,
    extent_at,
    grid_lines,
    grid_step_m,
    round_scale,
)


@given(width=st.floats(1, 1e6), height=st.floats(1, 1e6), side=st.floats(50, 1000))
def test_round_scale_holds_the_extent(width, height, side):
    box = Box(0, 0, side, side)
    scale = round_scale(Extent(0, 0, width, height), box)
    seen = extent_at((width / 2, height / 2), scale, box)
    assert seen.width >= width * (1 - 1e-9)
    assert seen.height >= height * (1 - 1e-9)
    if scale <= ROUND_SCALES[-1]:
        assert scale in ROUND_SCALES


def test_extent_at_a_scale_is_exact():
    seen = extent_at((295_000.0, 330_000.0), 5_000, Box(0, 0, 200, 100))
    assert seen.as_tuple == (294_500.0, 329_750.0, 295_500.0, 330_250.0)


@pytest.mark.parametrize(
    ("scale", "step"), [(500, 50), (1_000, 100), (2_000, 200), (10_000, 1_000), (25_000, 2_000)]
)
def test_grid_step_is_round_and_near_ten_centimetres(scale, step):
    assert grid_step_m(scale, Box(0, 0, 300, 280)) == step


def test_small_maps_still_get_two_grid_lines():
    assert grid_step_m(1_000, Box(0, 0, 80, 80)) == 20


def test_grid_lines_are_multiples_inside():
    assert grid_lines(990.0, 1_310.0, 100.0) == (1_000.0, 1_100.0, 1_200.0, 1_300.0)


def test_scale_bar_is_round_and_fits():
    assert bar_length_m(2_000, 60.0) == 100.0


def test_mirrored_box_keeps_its_size():
    inside = Box(10, 0, 100, 50)
    box = Box(15, 5, 20, 10)
    mirrored = box.mirrored(inside)
    assert (mirrored.width, mirrored.height) == (20, 10)
    assert mirrored.right == pytest.approx(105)
    assert mirrored.mirrored(inside) == box

"""The comparer itself: it must see what a person sees, and nothing else."""

from __future__ import annotations

import numpy as np

from tests.render.comparer import difference

WHITE = np.full((100, 100, 4), 255, dtype=np.uint8)


def changed(rows, columns, value):
    picture = WHITE.copy()
    picture[rows, columns, :3] = value
    return picture


def test_the_same_picture_is_the_same():
    assert difference(WHITE, WHITE.copy()).is_none


def test_rounding_and_some_pixels_at_an_edge_are_no_difference():
    assert difference(WHITE, changed(slice(0, 3), slice(0, 3), 250)).is_none
    assert difference(WHITE, changed(slice(0, 1), slice(0, 30), 120)).is_none


def test_a_missing_shape_a_shift_of_colour_and_a_darker_picture_are_differences():
    assert not difference(WHITE, changed(slice(0, 12), slice(0, 12), 0)).is_none
    assert not difference(WHITE, changed(slice(None), slice(None), 250)).is_none
    assert not difference(changed(0, 0, 0), changed(slice(0, 9), slice(0, 9), 40)).is_none


def test_pictures_of_different_sizes_differ():
    assert not difference(WHITE, WHITE[:50]).is_none

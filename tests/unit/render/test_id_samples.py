"""Colours looked up in the ids of a picture, without OpenGL."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emadina_gis.render.id_samples import IdSamples, colors_by_id

RED, CLEAR_BLUE = (200, 40, 0, 255), (0, 0, 255, 127)
PALETTE = np.array([RED, CLEAR_BLUE], np.uint8)


def samples_of(fine):
    """Return the samples of a picture that is twice as fine, taken over in two bands."""
    fine = np.asarray(fine, np.uint32)
    samples = IdSamples.empty((fine.shape[1] // 2, fine.shape[0] // 2))
    middle = fine.shape[0] // 4
    samples.put(0, fine[: 2 * middle])
    samples.put(middle, fine[2 * middle :])
    return samples


def colored(samples, colors, *, roughly=False):
    out = np.empty(samples.size[0] * samples.size[1], np.uint32)
    (samples.color_roughly if roughly else samples.color)(colors, out)
    return out.view(np.uint8).reshape(samples.size[1], samples.size[0], 4)


def test_colours_are_premultiplied_in_the_order_of_qt_and_none_is_clear():
    colors = colors_by_id(np.array([1, 0], np.uint16), PALETTE).view(np.uint8).reshape(-1, 4)
    assert colors.tolist() == [[0, 0, 0, 0], [127, 0, 0, 127], [0, 40, 200, 255]]


def test_without_a_class_nothing_is_coloured():
    none = colors_by_id(np.zeros(0, np.uint16), np.zeros((0, 4), np.uint8), length=4)
    assert none.tolist() == [0, 0, 0, 0]


@given(arrays(np.uint32, (12, 6), elements=st.integers(0, 3)), st.data())
def test_a_pixel_is_the_mean_of_its_samples(fine, data):
    colors = data.draw(arrays(np.uint32, 4, elements=st.integers(0, 2**32 - 1)))
    bytes_of = colors.view(np.uint8).reshape(-1, 4).astype(float)
    exact = bytes_of[fine].reshape(6, 2, 3, 2, 4).mean(axis=(1, 3))
    apart = exact - colored(samples_of(fine), colors)
    assert (apart >= 0).all()
    assert (apart < 2).all()


def test_inside_a_feature_its_colour_is_exact():
    colors = np.array([0, 0xFF123457, 0x01FF00FF], np.uint32)
    shown = colored(samples_of(np.repeat([[1, 1, 2, 2]], 4, axis=0)), colors)
    assert shown.view(np.uint32)[..., 0].tolist() == [[0xFF123457, 0x01FF00FF]] * 2


@pytest.mark.parametrize("width", [7, 700])
def test_a_rough_picture_shows_one_sample_of_each_pixel(width):
    fine = np.arange(8 * 2 * width, dtype=np.uint32).reshape(8, -1)
    colors = np.arange(fine.size, dtype=np.uint32) * 3
    shown = colored(samples_of(fine), colors, roughly=True).view(np.uint32)[..., 0]
    assert (shown == 3 * fine[::2, ::2]).all()

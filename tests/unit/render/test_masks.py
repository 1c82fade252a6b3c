"""Rings around groups of small features."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from emadina_gis.render.masks import mask_of_points, ring_around


def test_points_fall_into_their_pixels_and_outside_ones_are_left_out():
    mask = mask_of_points(np.array([[1.5, 0.5], [9.9, 4.9], [10.0, 1.0], [-0.1, 2.0]]), 10, 5)
    assert np.argwhere(mask).tolist() == [[0, 1], [4, 9]]


def test_a_block_of_points_gets_one_line_around_it_and_none_inside():
    mask = np.zeros((120, 160), dtype=bool)
    mask[30:90:8, 40:120:8] = True
    ring = ring_around(mask)
    assert not (ring.line & ring.casing).any()
    assert ndimage.label(ring.line, np.ones((3, 3)))[1] == 1
    assert not ring.line[34:84, 44:110].any()
    assert not ring.casing[34:84, 44:110].any()


def test_groups_far_apart_get_a_ring_each():
    mask = np.zeros((100, 200), dtype=bool)
    mask[50, 40] = mask[50, 160] = True
    assert ndimage.label(ring_around(mask).line, np.ones((3, 3)))[1] == 2


def test_rings_scale_with_the_pixels_of_the_screen():
    mask = np.zeros((100, 100), dtype=bool)
    mask[50, 50] = True
    one, two = ring_around(mask).line, ring_around(mask, 2.0).line
    assert np.ptp(np.nonzero(two)[0]) > 1.7 * np.ptp(np.nonzero(one)[0])

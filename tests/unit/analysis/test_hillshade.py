"""Light on a terrain: known planes, directions, and degrees."""

from __future__ import annotations

import math

import numpy as np
import pytest

from emadina_gis.analysis.hillshade import metres_per_degree, shaded

CELLS = np.array([[10.0, 0.0], [0.0, -10.0]])


def plane(east_slope, north_slope, shape=(20, 30), cell_m=10.0):
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    return (columns * cell_m * east_slope - rows * cell_m * north_slope).astype(np.float32)


def light_on(east_slope, north_slope, azimuth_deg, altitude_deg):
    azimuth, altitude = math.radians(azimuth_deg), math.radians(altitude_deg)
    toward = math.sin(altitude) - math.cos(altitude) * (
        east_slope * math.sin(azimuth) + north_slope * math.cos(azimuth)
    )
    return max(toward / math.sqrt(1 + east_slope**2 + north_slope**2), 0.0)


@pytest.mark.parametrize("slopes", [(0, 0), (0.3, 0), (0, -0.5), (-0.2, 0.7), (2, 2)])
@pytest.mark.parametrize("light", [(315, 45), (90, 20), (180, 80)])
def test_a_plane_is_as_bright_as_its_normal_says(slopes, light):
    heights = plane(*slopes)
    found = shaded(heights, np.ones_like(heights, bool), CELLS, azimuth_deg=light[0],
                   altitude_deg=light[1])  # fmt: skip
    assert found[1:-1, 1:-1] == pytest.approx(light_on(*slopes, *light), abs=1e-4)


def test_a_turned_grid_is_lit_from_the_same_side():
    slope = 0.4
    turn = np.radians(30)
    cells = 10 * np.array([[np.cos(turn), np.sin(turn)], [np.sin(turn), -np.cos(turn)]])
    rows, columns = np.mgrid[:20, :20]
    east = columns * cells[0, 0] + rows * cells[0, 1]
    found = shaded((east * slope).astype(np.float32), np.ones((20, 20), bool), cells)
    assert found[1:-1, 1:-1] == pytest.approx(light_on(slope, 0, 315, 45), abs=1e-4)


def test_a_missing_neighbour_makes_no_cliff():
    heights = plane(0, 0) + 500
    known = np.ones_like(heights, bool)
    known[5:8, 5:8] = False
    heights[~known] = 0
    found = shaded(heights, known, CELLS)
    assert found[known] == pytest.approx(math.sin(math.radians(45)), abs=1e-6)


def test_degrees_are_as_long_as_the_ellipsoid_says():
    east, north = metres_per_degree(np.array([0.0, 33.59]))[1]
    assert (east, north) == pytest.approx((92_811, 110_913), rel=2e-4)
    assert metres_per_degree(np.array([0.0]))[0] == pytest.approx((111_319.5, 110_574.3), rel=1e-5)

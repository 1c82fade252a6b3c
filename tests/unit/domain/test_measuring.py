"""Measuring on the plane and on the ellipsoid: against numbers that others publish."""

from __future__ import annotations

import numpy as np
import pytest

from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, WGS84, Crs, grid_convergence_deg
from emadina_gis.domain.measuring import convergence_deg, difference, measured, point_at

CASABLANCA = (296_000.0, 330_000.0)


def test_a_length_on_the_lambert_plane_and_on_the_ellipsoid_differ_by_the_scale_of_the_grid():
    x, y = CASABLANCA
    line = measured([(x, y), (x + 1000.0, y)], MERCHICH_NORTH)
    assert line.plane_length_m == pytest.approx(1000.0)
    more, share = difference(line.plane_length_m, line.ellipsoid_length_m)
    factor = _scale_factor(MERCHICH_NORTH, x + 500.0, y)
    assert share == pytest.approx(1 / factor - 1, abs=2e-8)
    assert more == pytest.approx(1000.0 * share)


def _scale_factor(crs, x, y):
    import pyproj

    proj = pyproj.Proj(crs.proj)
    return proj.get_factors(*proj(x, y, inverse=True)).meridional_scale


def test_a_hectare_of_web_mercator_is_said_to_be_less_on_the_ground():
    mercator = Crs("EPSG:3857")
    x, y = -845_000.0, 3_970_000.0
    square = [(x, y), (x + 100.0, y), (x + 100.0, y + 100.0), (x, y + 100.0)]
    field = measured(square, mercator, is_area=True)
    assert field.plane_area_m2 == pytest.approx(10_000.0)
    assert field.ellipsoid_area_m2 == pytest.approx(
        10_000.0 / _scale_factor(mercator, x, y) ** 2, rel=0.02
    )


def test_grid_bearing_and_azimuth_differ_by_the_convergence():
    x, y = CASABLANCA
    line = measured([(x, y), (x + 300.0, y + 400.0)], MERCHICH_NORTH)
    assert line.grid_bearings_deg[0] == pytest.approx(36.8699, abs=1e-4)
    convergence = convergence_deg(MERCHICH_NORTH, x, y)
    assert convergence == pytest.approx(-grid_convergence_deg(MERCHICH_NORTH, x, y), abs=1e-6)
    assert line.azimuths_deg[0] - line.grid_bearings_deg[0] == pytest.approx(convergence, abs=1e-4)


def test_degrees_have_no_plane_and_an_unknown_system_has_no_ellipsoid():
    degrees = measured([(-7.6, 33.5), (-7.6, 34.5)], WGS84)
    assert degrees.plane_length_m is None
    # Length of a degree of latitude around 34° north, by the usual series on WGS 84.
    assert degrees.length_m == pytest.approx(110_922.4, abs=1.0)
    unknown = measured([(0, 0), (3, 4)], UNKNOWN)
    assert (unknown.length_m, unknown.ellipsoid_length_m) == (5.0, None)


def test_the_area_of_a_square_degree_on_the_ellipsoid():
    corners = [(-8.0, 33.0), (-7.0, 33.0), (-7.0, 34.0), (-8.0, 34.0)]
    field = measured(corners, WGS84, is_area=True)
    # Between parallels and meridians on WGS 84, as of the closed formula of the authalic sphere.
    assert field.ellipsoid_area_m2 == pytest.approx(_between_parallels(33.0, 34.0, 1.0), rel=1e-5)


def _between_parallels(south, north, width_deg):
    a, f = 6_378_137.0, 1 / 298.257223563
    b, e = a * (1 - f), np.sqrt(f * (2 - f))
    sines = np.sin(np.radians([south, north]))
    q = sines / (1 - e**2 * sines**2) + np.arctanh(e * sines) / e
    return np.radians(width_deg) * b**2 / 2 * (q[1] - q[0])


def test_angles_between_sides_are_the_smaller_ones():
    corner = measured([(0, 0), (10, 0), (10, 10), (0, 20)], UNKNOWN)
    assert corner.angles_deg == pytest.approx([90.0, 135.0])


def test_a_polygon_that_crosses_itself_is_told():
    bow = measured([(0, 0), (10, 10), (10, 0), (0, 10)], UNKNOWN, is_area=True)
    square = measured([(0, 0), (10, 0), (10, 10), (0, 10)], UNKNOWN, is_area=True)
    assert (bow.crosses_itself, square.crosses_itself) == (True, False)


@pytest.mark.parametrize("crs", [MERCHICH_NORTH, WGS84])
def test_a_typed_distance_and_bearing_are_measured_again(crs):
    start = CASABLANCA if crs is MERCHICH_NORTH else (-7.6, 33.5)
    end = point_at(start, 125.4, 78.5, crs)
    line = measured([start, end], crs)
    bearings = line.grid_bearings_deg if crs is MERCHICH_NORTH else line.azimuths_deg
    assert line.length_m == pytest.approx(125.4)
    assert bearings[0] == pytest.approx(78.5)

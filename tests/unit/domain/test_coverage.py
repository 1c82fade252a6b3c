"""Neighbours: what overlaps, what gapes, what does not share its vertices; what fits."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from emadina_gis.domain.coverage import CoverageLimits, check_coverage
from emadina_gis.domain.crs import UNKNOWN, WGS84, Crs
from emadina_gis.errors import JobCancelled, MissingCrs, NotMetric
from emadina_gis.progress import Context
from tests.builders import parcel_table
from tests.unit.domain import geometries as g


def strip(x, width, height=20.0, y=0.0):
    return g.polygon([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])


def test_parcels_that_fit_have_no_findings():
    check = check_coverage(parcel_table(300))
    assert (len(check.overlaps), len(check.gaps), len(check.unsnapped)) == (0, 0, 0)
    assert check.compared == 300
    assert check.left_out == 0


def test_an_overlap_names_both_and_its_area():
    check = check_coverage(g.table_of(strip(0, 10), strip(9.5, 10), strip(40, 5)))
    assert check.overlaps.ids.tolist() == [[100, 101]]
    assert check.overlaps.areas_m2 == pytest.approx([10.0])
    assert check.overlaps.shares == pytest.approx([0.05])
    x, y = check.overlaps.places[0] - g.ORIGIN
    assert 9.5 < x < 10
    assert 0 < y < 20


def test_the_largest_overlap_is_first_and_small_ones_are_left_out():
    table = g.table_of(strip(0, 10), strip(9.99, 10), strip(19, 10))
    found = check_coverage(table, limits=CoverageLimits(overlap_m2=0.1)).overlaps
    assert found.areas_m2 == pytest.approx([19.8, 0.2])
    assert len(check_coverage(table, limits=CoverageLimits(overlap_m2=1.0)).overlaps) == 1


def test_a_parcel_inside_another_and_one_that_stands_twice_overlap():
    check = check_coverage(g.table_of(strip(0, 10), strip(2, 3, 5, 5), strip(0, 10)))
    assert {tuple(pair) for pair in check.overlaps.ids.tolist()} == {
        (100, 101), (100, 102), (101, 102),
    }  # fmt: skip


def test_a_parcel_in_the_hole_of_another_is_all_right():
    ring = g.polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [(2, 2), (2, 4), (4, 4), (4, 2)])
    check = check_coverage(g.table_of(ring, strip(2, 2, 2, 2)))
    assert (len(check.overlaps), len(check.gaps), len(check.unsnapped)) == (0, 0, 0)


def test_a_narrow_space_is_a_gap_and_a_street_is_none():
    table = g.table_of(strip(0, 10), strip(10.2, 10), strip(28.2, 10))
    gaps = check_coverage(table).gaps
    assert gaps.areas_m2 == pytest.approx([4.0], rel=1e-6)
    assert gaps.widths_m == pytest.approx([0.2], rel=0.02)
    assert gaps.ids_of(0).tolist() == [100, 101]
    assert 10 < gaps.places[0, 0] - g.ORIGIN[0] < 10.2
    narrow = CoverageLimits(gap_width_m=0.1)
    assert len(check_coverage(table, limits=narrow).gaps) == 0
    assert len(check_coverage(table, limits=CoverageLimits(gap_width_m=0.0)).gaps) == 0


def test_a_wedge_between_surveys_is_a_gap():
    right = g.polygon([(10, 0), (20, 0), (20, 20), (10.3, 20)])
    gaps = check_coverage(g.table_of(strip(0, 10), right)).gaps
    assert gaps.areas_m2 == pytest.approx([3.0], rel=1e-3)


def test_the_tip_of_a_wide_space_is_no_gap():
    """Two parcels meet in a corner and part: what lies between is a street that begins there."""
    left = g.polygon([(-10, 0), (0, 0), (-4, 20), (-14, 20)])
    right = g.polygon([(0, 0), (10, 0), (14, 20), (4, 20)])
    assert len(check_coverage(g.table_of(left, right)).gaps) == 0


def test_a_border_without_shared_vertices_is_told():
    whole, lower, upper = strip(0, 10), strip(10, 10, 8), strip(10, 10, 12, 8)
    check = check_coverage(g.table_of(whole, lower, upper))
    assert len(check.overlaps) == 0
    assert 100 in check.unsnapped
    assert np.isfinite(check.unsnapped_places).all()


def test_invalid_areas_are_left_out_and_counted():
    check = check_coverage(g.table_of(g.bow_tie(), g.square(), shapely.Point(*g.ORIGIN), None))
    assert check.left_out == 1
    assert check.compared == 1


def test_an_empty_layer_has_nothing_to_compare():
    check = check_coverage(g.table_of())
    assert (check.compared, len(check.overlaps), len(check.gaps)) == (0, 0, 0)


def test_tiles_find_what_lies_across_their_border_once():
    """A long gap and overlaps all over a cadastre of several tiles are each found once."""
    wide, high = 70, 60
    x, y = (values.ravel() for values in np.meshgrid(np.arange(wide) * 10.0, np.arange(high)))
    x = x + np.where(x >= 350, 0.2, 0.0)
    south = y * 20.0
    shapes = [strip(a, 10.05 if a == 50 else 10, y=b) for a, b in zip(x, south, strict=True)]
    check = check_coverage(g.table_of(*shapes))
    assert check.compared == wide * high
    assert len(check.overlaps) == high
    total = float(check.gaps.areas_m2.sum())
    assert total == pytest.approx(high * 20 * 0.2, rel=0.02)


def test_degrees_over_a_small_region_are_compared_in_metres():
    table = g.table_of(strip(0, 10), strip(9.5, 10), strip(19.7, 5)).to_crs(WGS84)
    check = check_coverage(table)
    assert check.overlaps.areas_m2 == pytest.approx([10.0], rel=0.01)
    assert check.gaps.areas_m2 == pytest.approx([4.0], rel=0.05)
    lon, lat = check.overlaps.places[0]
    assert -8 < lon < -7
    assert 33 < lat < 34


def test_feet_are_compared_in_metres():
    feet = Crs.parse("EPSG:2249")
    table = g.table_of(strip(0, 10), strip(9, 10), crs=feet)
    check = check_coverage(table)
    assert check.overlaps.areas_m2 == pytest.approx([20 * 0.3048**2], rel=1e-3)
    assert 9 < check.overlaps.places[0, 0] - g.ORIGIN[0] < 10


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(MissingCrs):
        check_coverage(g.table_of(g.square(), crs=UNKNOWN))
    wide = g.table_of(shapely.box(-10, 28, -9, 29), shapely.box(-5, 34, -4, 35), crs=WGS84)
    with pytest.raises(NotMetric) as refused:
        check_coverage(wide)
    assert refused.value.code == "coverage.not-metric"


def test_a_cancel_is_heard():
    context = Context()
    context.cancel()
    with pytest.raises(JobCancelled):
        check_coverage(parcel_table(20), context)

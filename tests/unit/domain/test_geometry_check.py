"""Each fault is found under its code, with row id and place; what is sound has none."""

from __future__ import annotations

import time

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, WGS84, Crs
from emadina_gis.domain.geometry import chunk_from_shapely
from emadina_gis.domain.geometry_check import SEVERITIES, check_geometry, code_of_reason
from emadina_gis.domain.table import FeatureTable
from emadina_gis.domain.vertices import areas_m2, rings_of, row_slices
from emadina_gis.errors import JobCancelled, Severity
from emadina_gis.progress import Context
from tests.builders import lots, parcel_table
from tests.unit.domain import geometries as g

FAULTS = {
    "geometry.self-intersection": g.bow_tie(),
    "geometry.ring-self-intersection": g.touching_itself(),
    "geometry.hole-outside": g.hole_outside(),
    "geometry.zero-area": g.flat(),
    "geometry.spike": g.spiked(),
    "geometry.sliver": g.sliver(),
    "geometry.tiny-part": g.with_tiny_part(),
    "geometry.duplicate-vertices": g.repeating(),
    "geometry.near-vertices": g.polygon([(0, 0), (10, 0), (10, 0.0005), (10, 10), (0, 10)]),
    "geometry.same-direction": g.same_direction(),
    "geometry.missing": None,
    "geometry.not-finite": g.polygon([(0, 0), (1e13, 0), (0, 10)]),
    "geometry.heights": shapely.Point(295_000, 328_000, 40),
    "geometry.too-few-points": shapely.LineString([g.ORIGIN, g.ORIGIN]),
}


def codes(table):
    return {found.code for found in check_geometry(table).findings}


@pytest.mark.parametrize("code", FAULTS)
def test_each_fault_is_found_on_its_row(code):
    table = g.table_of(g.square(1000), FAULTS[code], g.square(2000))
    found = check_geometry(table).of(code)
    assert found is not None
    assert found.ids.tolist() == [101]
    assert found.places.shape == (1, 2)
    assert found.severity is SEVERITIES[code]


def test_a_place_is_where_the_fault_is():
    check = check_geometry(g.table_of(g.bow_tie(), g.spiked(), g.repeating()))
    assert check.of("geometry.self-intersection").places[0] - g.ORIGIN == pytest.approx([5, 5])
    assert check.of("geometry.spike").places[0] - g.ORIGIN == pytest.approx([30, 5.001])
    at = check.of("geometry.duplicate-vertices").ids.tolist().index(102)
    place = check.of("geometry.duplicate-vertices").places[at]
    assert place - g.ORIGIN == pytest.approx([10, 0])


def test_what_is_sound_has_no_findings():
    table = parcel_table(200)
    assert check_geometry(table).findings == ()
    holed = g.polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [(2, 2), (2, 4), (4, 4), (4, 2)])
    line = shapely.LineString([g.ORIGIN, g.ORIGIN + 5])
    assert codes(g.table_of(holed, line, shapely.Point(*g.ORIGIN))) == set()
    assert check_geometry(g.table_of()).findings == ()


def test_features_that_stand_twice_name_their_mate():
    turned = shapely.Polygon(np.roll(shapely.get_coordinates(g.square())[:-1], 2, axis=0)[::-1])
    almost = g.polygon([(0, 0), (10, 0), (10, 10.01), (0, 10)])
    line = shapely.LineString([g.ORIGIN, g.ORIGIN + 5])
    table = g.table_of(g.square(), g.square(), turned, almost, g.square(1), line, line.reverse())
    found = check_geometry(table).of("geometry.double")
    assert found.ids.tolist() == [101, 102, 103, 106]
    assert found.mates.tolist() == [100, 100, 100, 105]


def test_many_features_at_one_place_are_compared_in_time():
    table = g.table_of(*([shapely.Point(*g.ORIGIN)] * 3000 + [g.square()] * 3000))
    begun = time.monotonic()
    assert check_geometry(table).of("geometry.double").count == 5998
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("Self-intersection[1 2]", "geometry.self-intersection"),
        ("Ring Self-intersection[1 2]", "geometry.ring-self-intersection"),
        ("Hole lies outside shell[1 2]", "geometry.hole-outside"),
        ("Holes are nested[1 2]", "geometry.nested"),
        ("Nested shells[1 2]", "geometry.nested"),
        ("Too few points in geometry component[1 2]", "geometry.too-few-points"),
        ("Interior is disconnected[1 2]", "geometry.self-intersection"),
        ("Something new", "geometry.invalid"),
    ],
)
def test_what_geos_says_has_a_code(reason, code):
    assert code_of_reason(reason) == code


def test_without_a_crs_nothing_is_judged_by_its_length():
    table = g.table_of(g.sliver(), g.spiked(), g.with_tiny_part(), g.repeating(), crs=UNKNOWN)
    check = check_geometry(table)
    assert not check.is_measured
    assert {found.code for found in check.findings} == {"geometry.duplicate-vertices"}


def test_degrees_are_measured_in_metres():
    shapes = np.array([g.square(), g.sliver(), g.with_tiny_part()], dtype=object)
    metres = FeatureTable.from_columns({"n": [1, 2, 3]}, shapes, crs=MERCHICH_NORTH)
    degrees = metres.to_crs(WGS84)
    assert codes(degrees) == codes(metres) == {"geometry.sliver", "geometry.tiny-part"}


def test_areas_in_degrees_are_those_on_the_ellipsoid():
    degrees = g.table_of(g.square(side=500.0), g.same_direction()).to_crs(WGS84)
    geod = WGS84.proj.get_geod()
    expected = []
    for shape in degrees.shapes():
        turned = shapely.orient_polygons(shape)
        expected.append(abs(geod.geometry_area_perimeter(turned)[0]))
    assert areas_m2(degrees.geometry[0], WGS84) == pytest.approx(expected, rel=1e-6)
    mercator = degrees.to_crs(Crs.parse("EPSG:3857"))
    assert areas_m2(mercator.geometry[0], mercator.crs) == pytest.approx(expected, rel=1e-6)
    assert np.isnan(areas_m2(degrees.geometry[0], UNKNOWN)).all()


def test_feet_are_measured_in_metres():
    feet = Crs.parse("EPSG:2249")
    table = g.table_of(g.square(side=100.0), crs=feet)
    assert areas_m2(table.geometry[0], feet) == pytest.approx([(100 * 0.3048006) ** 2], rel=1e-6)


def test_a_cancel_is_heard_and_progress_is_told():
    table = g.table_of(*lots(50))
    told = []
    context = Context(lambda fraction, phase: told.append((fraction, phase)))
    check_geometry(table, context)
    assert told
    assert all(0 <= fraction <= 1 and phase for fraction, phase in told)
    context.cancel()
    with pytest.raises(JobCancelled):
        check_geometry(table, context)


def test_a_finding_is_a_problem_with_its_count():
    found = check_geometry(g.table_of(g.bow_tie(), g.bow_tie(50))).findings[0]
    problem = found.problem("Parcelles")
    assert (problem.code, problem.count) == ("geometry.self-intersection", 2)
    assert problem.severity is Severity.WARNING


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(4, 60))
def test_slices_hold_every_row_once(sizes, most):
    shapes = np.array([shapely.Point(0, 0).buffer(1, quad_segs=size) for size in sizes])
    chunk = chunk_from_shapely(shapes)
    rows = [row for part in row_slices(chunk, most) for row in range(part.start, part.stop)]
    assert rows == list(range(len(sizes)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=3, max_size=9))
def test_ring_areas_are_those_of_shapely(points):
    shape = g.polygon(points)
    rings = rings_of(chunk_from_shapely(np.array([shape], dtype=object)), MERCHICH_NORTH)
    expected = abs(shape.area)
    assert abs(rings.net_areas_m2.sum()) == pytest.approx(expected, abs=1e-6)
    assert rings.perimeters_m.sum() == pytest.approx(shape.length, abs=1e-6)

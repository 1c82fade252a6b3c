"""Curves in WKB become lines within a centimetre; all else stays as it was."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from emadina_gis.io.curves import SAGITTA, straightened, stroked

CENTER = np.array([295_000.0, 328_000.0])


def header(code, order="<"):
    return struct.pack(f"{order}BI", int(order == "<"), code)


def string(code, points, order="<"):
    numbers = [float(value) for point in points for value in point]
    return header(code, order) + struct.pack(f"{order}I{len(numbers)}d", len(points), *numbers)


def many(code, *members):
    return header(code) + struct.pack("<I", len(members)) + b"".join(members)


def around(radius, *degrees, extra=()):
    at = np.radians(degrees)
    xy = CENTER + radius * np.column_stack([np.cos(at), np.sin(at)])
    return [(*row, *extra) for row in xy.tolist()]


def read(value):
    made, count = straightened(np.array([value], dtype=object))
    return shapely.from_wkb(made[0]), count


@pytest.mark.parametrize("radius", [0.05, 1.0, 10.0, 100.0, 1_000.0, 20_000.0])
def test_lines_stay_within_a_centimetre_of_the_arc(radius):
    shape, count = read(string(8, around(radius, 0, 50, 130)))
    assert count == 1
    coords = shapely.get_coordinates(shape)
    middle = (coords[1:] + coords[:-1]) / 2
    assert np.hypot(*(coords - CENTER).T) == pytest.approx(radius, abs=1e-6)
    assert radius - np.hypot(*(middle - CENTER).T).min() <= SAGITTA * 1.001
    assert coords[[0, -1]] == pytest.approx(np.array(around(radius, 0, 130)))
    assert len(coords) < 3000


def test_an_arc_runs_through_its_middle_whichever_way():
    for angles in ((0, 50, 130), (130, 50, 0), (350, 10, 40), (40, 200, 350)):
        points = around(100.0, *angles)
        shape, _ = read(string(8, points))
        assert shape.distance(shapely.Point(points[1])) < 1e-6
        step = (angles[2] - angles[0]) if angles != (350, 10, 40) else 50
        assert shape.length == pytest.approx(100 * math.radians(abs(step)), rel=1e-3)


def test_a_circle_is_closed_and_has_its_area():
    circle = string(8, around(50.0, 0, 180, 0))
    shape, _ = read(many(10, circle))
    assert shape.geom_type == "Polygon"
    assert shape.is_valid
    assert shape.area == pytest.approx(math.pi * 2500, rel=5e-4)


def test_points_on_a_line_stay_a_line():
    shape, count = read(string(8, [(0, 0), (5, 0), (10, 0)]))
    assert count == 1
    assert shapely.get_coordinates(shape).tolist() == [[0, 0], [5, 0], [10, 0]]


def test_a_chain_of_lines_and_arcs_meets():
    arc = around(10.0, 0, 90, 180)
    straight = [arc[-1], tuple(CENTER), arc[0]]
    chain = many(9, string(8, arc), string(2, straight))
    shape, count = read(many(10, chain))
    assert count == 1
    assert shape.area == pytest.approx(math.pi * 50, rel=5e-3)
    assert shape.is_valid


def test_collections_of_curves_become_collections_of_lines():
    arc = string(8, around(10.0, 0, 90, 180))
    line = string(2, [(0, 0), (1, 1)])
    square = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]
    ring = string(2, square)[5:]
    polygon = header(3) + struct.pack("<I", 1) + ring
    shape, _ = read(many(11, arc, line))
    assert shape.geom_type == "MultiLineString"
    shape, _ = read(many(12, polygon, many(10, string(8, around(10.0, 0, 180, 0)))))
    assert shape.geom_type == "MultiPolygon"
    assert len(shape.geoms) == 2
    point = header(1) + struct.pack("<2d", 1, 2)
    shape, count = read(many(7, arc, point))
    assert (shape.geom_type, count) == ("GeometryCollection", 1)


def test_heights_and_measures_run_along_the_arc():
    points = [(*p, z) for p, z in zip(around(100.0, 0, 45, 90), (0.0, 5.0, 10.0), strict=True)]
    shape, _ = read(string(1008, points))
    heights = shapely.get_coordinates(shape, include_z=True)[:, 2]
    assert heights[0] == 0
    assert heights[-1] == 10
    assert (np.diff(heights) > 0).all()
    measured = [(*p, 1.0, 7.0) for p in around(100.0, 0, 45, 90)]
    shape, _ = read(string(3008, measured))
    assert shape.has_z
    assert shape.has_m


def test_big_endian_and_extended_codes_are_read():
    points = around(10.0, 0, 45, 90)
    assert read(string(8, points, ">"))[0].equals(read(string(8, points))[0])
    high = [(*p, 3.0) for p in points]
    assert read(string(8 | 0x80000000, high))[0].equals(read(string(1008, high))[0])


def test_degrees_are_stroked_as_finely_on_the_ground():
    at = np.radians([0, 60, 120])
    points = np.column_stack([-7.6 + 0.001 * np.cos(at), 33.5 + 0.001 * np.sin(at)])
    coords = stroked(points)
    middle = (coords[1:] + coords[:-1]) / 2 - [-7.6, 33.5]
    assert (0.001 - np.hypot(*middle.T).min()) * 111_195 <= 0.01


def test_what_is_no_curve_stays_the_same_object():
    values = np.array(
        [shapely.to_wkb(shapely.box(0, 0, 1, 1)), None, b"", b"\x01\x08"], dtype=object
    )
    made, count = straightened(values)
    assert made is values
    assert count == 0
    plain = shapely.to_wkb(shapely.GeometryCollection([shapely.Point(1, 2)]))
    made, count = straightened(np.array([plain], dtype=object))
    assert made[0] is plain
    assert count == 0


def test_a_curve_that_is_cut_off_is_empty_bytes_and_costs_no_other():
    good = string(8, around(10.0, 0, 45, 90))
    made, count = straightened(np.array([good[:-9], good], dtype=object))
    assert made[0] == b""
    assert count == 1
    nested = b"".join(header(7) + struct.pack("<I", 1) for _ in range(200)) + good
    made, _ = straightened(np.array([nested], dtype=object))
    assert made[0] == b""
    lying = header(9) + struct.pack("<I", 4_000_000_000)
    assert straightened(np.array([lying], dtype=object))[0][0] == b""


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=120), st.integers(7, 12))
def test_any_bytes_are_read_or_refused(tail, code):
    made, _ = straightened(np.array([header(code) + tail], dtype=object))
    assert isinstance(made[0], bytes)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=3, max_size=7))
def test_any_arc_keeps_its_points(points):
    coords = np.array(points)
    made = stroked(coords)
    assert np.isfinite(made).all()
    assert made[0].tolist() == coords[0].tolist()
    assert made[-1].tolist() == coords[-1].tolist()
    assert len(made) <= 4096 * len(coords)

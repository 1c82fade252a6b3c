"""Polygons less strips are what GEOS makes of them, whichever way they were cut."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely

from emadina_gis.simulation.trimming import Strips, without


def shapes_of(seed, count):
    """Simple polygons about the origin with corners that turn inwards, some with a hole."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        turn = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(4, 12)))
        far = rng.uniform(8, 40, len(turn))
        shape = shapely.make_valid(
            shapely.Polygon(np.column_stack([far * np.cos(turn), far * np.sin(turn)]))
        )
        shape = max(shapely.get_parts([shape]), key=lambda part: part.area)
        hole = shapely.Point(rng.uniform(-3, 3, 2)).buffer(1.5) if number % 7 == 0 else None
        found.append(shape if hole is None else shape.difference(hole))
    return np.array(found, dtype=object)


def strips_of(shapes, seed):
    """Strips along the edges of the polygons, as deep as they come; every other is round."""
    rng = np.random.default_rng(seed)
    owner, corners, inward = [], [], []
    depth = []
    for number, shape in enumerate(shapes):
        ring = shapely.get_coordinates(shapely.get_exterior_ring(shapely.normalize(shape)))[::-1]
        for start, end in itertools.pairwise(ring):
            along = (end - start) / np.hypot(*(end - start))
            into, deep = np.array([-along[1], along[0]]), rng.uniform(0.2, 9)
            below = 0.0 if len(owner) % 2 else -0.25
            owner.append(number)
            inward.append(into)
            depth.append(deep)
            flat = [
                start + below * into,
                end + below * into,
                end + deep * into,
                start + deep * into,
            ]
            corners.append(flat)
    round_ = np.arange(len(owner)) % 2 == 1
    return Strips(np.array(owner), np.array(corners), np.array(inward), np.array(depth), round_)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_left_is_the_difference(seed):
    shapes = shapes_of(seed, 60)
    assert {shapely.get_type_id(shape) for shape in shapes} <= {3, 6}
    strips = strips_of(shapes, seed)
    left = without(shapes, strips)
    bodies = strips.shapes()
    for number, shape in enumerate(shapes):
        near = shapely.union_all(bodies[strips.owner == number])
        expected = shape.difference(near)
        assert left[number].area == pytest.approx(expected.area, abs=1e-6)
        assert shapely.area(left[number].symmetric_difference(expected)) < 1e-6


def test_a_round_strip_is_a_buffer():
    strips = strips_of(shapes_of(1, 5), 1)
    round_ = strips.take(np.flatnonzero(strips.round))
    lines = shapely.linestrings(round_.corners[:, :2])
    expected = shapely.buffer(lines, round_.depth_m, quad_segs=8)
    apart = shapely.symmetric_difference(round_.shapes(), expected)
    assert shapely.area(apart) == pytest.approx(np.zeros(len(lines)), abs=1e-9)


def test_what_has_several_parts_keeps_the_others():
    two = shapely.MultiPolygon([shapely.box(0, 0, 10, 10), shapely.box(20, 0, 30, 10)])
    corners = np.array([[[-1.0, -1], [31, -1], [31, 4], [-1, 4]]])
    strip = Strips(
        np.array([0]), corners, np.array([[0.0, 1.0]]), np.array([4.0]), np.array([False])
    )
    left = without(np.array([two], dtype=object), strip)[0]
    assert left.equals(
        shapely.MultiPolygon([shapely.box(0, 4, 10, 10), shapely.box(20, 4, 30, 10)])
    )
    nothing = without(np.array([shapely.box(0, 0, 10, 3)], dtype=object), strip)[0]
    assert nothing.is_empty

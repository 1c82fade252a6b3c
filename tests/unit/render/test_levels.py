"""Levels of detail: what a far view leaves out is never farther away than it says."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.geometry import chunk_from_shapely
from emadina_gis.render import levels
from emadina_gis.render.mesh import build_mesh
from emadina_gis.render.rings import drawing_order
from emadina_gis.render.simplify import kept_vertices


def lots(count=400, seed=5):
    """Lots of 12 by 22 m whose limits are bent by some centimetres."""
    rng = np.random.default_rng(seed)
    at = np.column_stack([np.arange(count) % 20 * 12.0, np.arange(count) // 20 * 22.0])
    unit = np.array([[0, 0], [0.5, 0], [1, 0], [1, 0.5], [1, 1], [0.5, 1], [0, 1], [0, 0.5]])
    rings = at[:, None] + unit * (12.0, 22.0)
    rings[:, 1::2] += rng.uniform(-0.1, 0.1, (count, 4, 2))
    return shapely.polygons(rings)


def mesh_of(shapes):
    chunk = chunk_from_shapely(np.array(shapes, dtype=object))
    return build_mesh(chunk, drawing_order(chunk))


def area(mesh, level):
    a, b, c = (mesh.xy[mesh.triangles_of(level)[:, k]].astype(float) for k in range(3))
    ab, ac = b - a, c - a
    return np.abs(ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]).sum() / 2


def test_a_far_view_draws_fewer_triangles_of_the_same_land():
    mesh = mesh_of(lots())
    assert len(mesh.triangles_of(1)) < len(mesh.triangles) / 2
    assert area(mesh, 1) == pytest.approx(area(mesh, 0), rel=0.005)


def test_a_level_is_drawn_only_where_nobody_sees_the_difference():
    mesh = mesh_of(lots())
    tolerance = float(mesh.tolerances[0])
    assert mesh.level(tolerance / levels.TOLERANCE_PX * 1.01) == 1
    assert mesh.level(tolerance / levels.TOLERANCE_PX * 0.99) == 0


def test_a_level_that_saves_little_is_left_out():
    mesh = mesh_of([shapely.box(k * 10, 0, k * 10 + 9, 9) for k in range(30)])
    assert np.isinf(mesh.tolerances).all()
    assert mesh.level(1e9) == 0


def test_edges_of_rings_are_closed_at_every_level():
    mesh = mesh_of(lots(50))
    for level in (0, 1):
        pairs = levels.edges(mesh.marks, level)
        starts, ends = mesh.xy[pairs[:, 0]], mesh.xy[pairs[:, 1]]
        for row in range(50):
            own = mesh.rows[pairs[:, 0]] == row
            np.testing.assert_allclose(starts[own].sum(axis=0), ends[own].sum(axis=0), rtol=1e-5)


def test_limits_that_neighbours_share_are_one_edge():
    mesh = mesh_of([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)])
    pairs = levels.edges(mesh.marks, 0)
    assert (len(pairs), len(levels.without_twins(pairs, mesh.xy))) == (8, 7)


def test_a_small_ring_keeps_its_corners():
    ring = np.array([[0, 0], [0.1, 0], [0.1, 0.1], [0, 0.1], [0, 0]])
    assert kept_vertices(ring, np.array([0, 5]), 5.0).all()


@given(st.integers(0, 5_000), st.floats(0.05, 2.0))
def test_what_is_left_out_lies_near_what_is_kept(seed, tolerance):
    rng = np.random.default_rng(seed)
    line = np.cumsum(rng.uniform(-1.0, 3.0, (60, 2)), axis=0)
    kept = kept_vertices(line, np.array([0, 60]), tolerance, fewest=2)
    assert kept[0]
    assert kept[-1]
    drawn = shapely.LineString(line[kept])
    assert shapely.distance(drawn, shapely.points(line)).max() <= 4 * tolerance

"""Meshes: triangles cover exactly the polygons, pieces hold what they say."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.geometry import CHUNK_ROWS, chunk_from_shapely
from emadina_gis.render.mesh import build_mesh, cached_mesh, known_mesh
from emadina_gis.render.rings import drawing_order
from tests.unit.render.scenes import grid, layer, scene_of


def mesh_of(shapes):
    chunk = chunk_from_shapely(np.array(shapes, dtype=object))
    return build_mesh(chunk, drawing_order(chunk))


def triangle_areas(mesh):
    a, b, c = (mesh.xy[mesh.triangles[:, k]].astype(np.float64) for k in range(3))
    ab, ac = b - a, c - a
    return np.abs(ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]) / 2


def areas_by_row(mesh, count):
    return np.bincount(mesh.rows[mesh.triangles[:, 0]], triangle_areas(mesh), minlength=count)


def test_triangles_cover_convex_concave_and_holed_polygons():
    shapes = [
        shapely.box(0, 0, 10, 10),
        shapely.Polygon([(0, 0), (10, 0), (10, 10), (5, 3), (0, 10)]),
        shapely.Polygon(shapely.box(0, 0, 10, 10).exterior, [shapely.box(4, 4, 6, 6).exterior]),
        shapely.MultiPolygon([shapely.box(20, 0, 22, 2), shapely.box(30, 0, 33, 3)]),
    ]
    mesh = mesh_of(shapes)
    np.testing.assert_allclose(areas_by_row(mesh, 4), shapely.area(shapes), rtol=1e-6)


def test_a_star_is_not_taken_for_a_convex_ring():
    angle = np.arange(5) * 4 * np.pi / 5  # turns one way only, twice round
    star = shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]))
    pentagon = shapely.convex_hull(star)
    assert triangle_areas(mesh_of([star])).sum() <= pentagon.area * 1.01


@given(st.integers(3, 12), st.integers(0, 10_000))
def test_any_simple_ring_is_covered(corners, seed):
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) * rng.uniform(5, 50, (corners, 1))
    shape = shapely.Polygon(ring + 295_000)
    if not shape.is_valid or shape.area < 1:
        return
    np.testing.assert_allclose(triangle_areas(mesh_of([shape])).sum(), shape.area, rtol=1e-3)


def test_precision_holds_far_from_the_origin():
    shape = shapely.box(295_000.125, 328_000.25, 295_012.125, 328_025.25)
    mesh = mesh_of([shape])
    back = mesh.xy.astype(np.float64) + mesh.origin
    np.testing.assert_allclose(back.min(axis=0), [295_000.125, 328_000.25], atol=1e-4)


def test_missing_geometry_lines_and_points_make_no_triangles():
    mesh = mesh_of([None, shapely.LineString([(0, 0), (1, 1)]), shapely.Point(5, 6)])
    assert len(mesh.triangles) == 0
    assert mesh.rows[mesh.points].tolist() == [2]


def test_an_empty_chunk_has_an_empty_mesh():
    mesh = mesh_of([None])
    assert mesh.visible((0, 0, 1, 1), 0.0) == ([], [])


def test_a_view_draws_the_pieces_it_meets():
    shapes = grid(64, 64)
    mesh = mesh_of(shapes)
    everything, _ = mesh.visible((0, 0, 640, 640), 0.0)
    assert sum(last - first for first, last in everything) == len(mesh.triangles)
    corner, _ = mesh.visible((0, 0, 15, 15), 0.0)
    drawn = np.concatenate([mesh.rows[mesh.triangles[a:b, 0]] for a, b in corner])
    assert {0, 1, 64, 65} <= set(drawn.tolist())
    assert len(drawn) < len(mesh.triangles) / 2
    assert mesh.visible((10_000, 10_000, 10_001, 10_001), 0.0) == ([], [])


def test_polygons_smaller_than_a_pixel_become_points():
    shapes = np.concatenate([grid(64, 32), grid(4, 4, size=160.0)])
    mesh = mesh_of(shapes)
    triangles, centers = mesh.visible((0, 0, 640, 640), 20.0)
    small = np.concatenate([mesh.center_rows[a:b] for a, b in centers])
    large = np.concatenate([mesh.rows[mesh.triangles[a:b, 0]] for a, b in triangles])
    assert set(range(2048, 2064)) <= set(large.tolist())
    assert set(small.tolist()) | set(large.tolist()) == set(range(len(shapes)))
    assert not set(small.tolist()) & set(large.tolist())


def test_a_mesh_is_built_once_per_chunk_and_survives_an_edit_elsewhere():
    shapes = grid(100, 100)
    drawn = layer("a", shapes)
    scene = scene_of(drawn)
    first, second = (chunk for _, chunk in scene.chunks(scene.vectors[0]))
    mesh = cached_mesh(scene.cache, second)
    edited = drawn.table.with_geometries(np.array([3]), [shapely.box(0, 0, 1, 1)])
    assert cached_mesh(scene.cache, edited.geometry[1]) is mesh
    assert known_mesh(scene.cache, edited.geometry[0]) is None
    assert len(first) == CHUNK_ROWS

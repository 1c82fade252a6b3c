"""Volumes: walls and roofs cover what they should, storeys merge, cameras come back."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.render.massing.camera import Camera, Subject, seen_from
from emadina_gis.render.massing.faces import PaintedFaces
from emadina_gis.render.massing.mesh import (
    BRIGHTEST,
    DARKEST,
    shade_of,
    solid_edges,
    solid_mesh,
)
from emadina_gis.render.massing.picking import Picker
from emadina_gis.render.massing.prisms import Tone, merged, prisms_of
from emadina_gis.render.massing.scene import GroundPlan, build_massing

ORIGIN = np.array([295_000.0, 330_000.0])
NOTHING = np.zeros(0, dtype=object)


def box(x, y, width=10.0, depth=10.0):
    east, north = ORIGIN + np.array([x, y])
    return shapely.box(east, north, east + width, north + depth)


def holed():
    outer, inner = box(0, 0, 20, 20), box(5, 5, 4, 4)
    return shapely.Polygon(outer.exterior, [inner.exterior])


def stack(shape, levels, owner=0):
    tops = 5.5 + 3.0 * np.arange(levels)
    base = np.concatenate([[0.0], tops[:-1]])
    return prisms_of([shape] * levels, base, tops, owner=np.full(levels, owner))


def triangle_areas(mesh):
    a, b, c = (mesh.positions[mesh.triangles[:, k]].astype(np.float64) for k in range(3))
    return np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2


def surface(prisms):
    """Return the area of walls and roofs."""
    shapes = np.asarray(prisms.footprint.to_shapely())
    walls = shapely.length(shapes) * (prisms.top_m - prisms.base_m)
    return float((walls + shapely.area(shapes)).sum())


@pytest.mark.parametrize(
    "shape", [box(0, 0), holed(), shapely.MultiPolygon([box(0, 0), box(30, 0)])]
)
def test_a_mesh_is_walls_and_roofs_and_nothing_else(shape):
    prisms = prisms_of([shape], 0.0, 8.5)
    assert triangle_areas(solid_mesh(prisms, ORIGIN)).sum() == pytest.approx(surface(prisms), 1e-4)


@given(st.integers(3, 9), st.floats(3.0, 40.0), st.integers(0, 10_000))
def test_any_simple_ring_becomes_a_closed_body(corners, height, seed):
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) * rng.uniform(5, 50, (corners, 1))
    shape = shapely.Polygon(ring + ORIGIN)
    if not shape.is_valid or shape.area < 1:
        return
    prisms = prisms_of([shape], 0.0, height)
    mesh = solid_mesh(prisms, ORIGIN)
    assert triangle_areas(mesh).sum() == pytest.approx(surface(prisms), rel=1e-3)
    assert mesh.positions[:, 2].max() == pytest.approx(height, rel=1e-6)


def test_walls_look_outwards_whatever_way_the_ring_turns():
    for shape in (box(0, 0), shapely.Polygon(box(0, 0).exterior.coords[::-1])):
        mesh = solid_mesh(prisms_of([shape], 0.0, 5.0), ORIGIN)
        a, b, c = (mesh.positions[mesh.triangles[:8, k]].astype(float) for k in range(3))
        normals = np.cross(b - a, c - a)
        middle = (a + b + c) / 3 - np.array([5.0, 5.0, 0.0])
        assert ((normals[:, :2] * middle[:, :2]).sum(axis=1) > 0).all()


def test_the_north_west_is_light_and_the_south_east_dark():
    half = math.sqrt(0.5)
    shades = shade_of(np.array([[-half, half, 0], [half, -half, 0], [0, 0, 1.0]]))
    assert DARKEST <= shades[1] < shades[0] <= BRIGHTEST
    assert shades[2] > shades[1]


def test_storeys_of_one_outline_become_one_body():
    first, second = stack(box(0, 0), 4), stack(box(20, 0), 2, owner=1)
    both = prisms_of(
        [*first.footprint.to_shapely(), *second.footprint.to_shapely()],
        np.concatenate([first.base_m, second.base_m]),
        np.concatenate([first.top_m, second.top_m]),
        owner=np.concatenate([first.owner, second.owner]),
    )
    one = merged(both)
    assert one.top_m.tolist() == [14.5, 8.5]
    assert one.base_m.tolist() == [0.0, 0.0]
    assert one.owner.tolist() == [0, 1]


def test_storeys_of_other_outlines_stay_apart():
    shapes = [box(0, 0), box(0, 0), box(0, 1, 10, 9)]
    prisms = prisms_of(shapes, [0, 5.5, 8.5], [5.5, 8.5, 11.5], owner=[3, 3, 3])
    assert merged(prisms).top_m.tolist() == [8.5, 11.5]


def test_storeys_that_do_not_touch_stay_apart():
    prisms = prisms_of([box(0, 0)] * 2, [0, 6.0], [5.5, 9.0], owner=[0, 0])
    assert len(merged(prisms)) == 2


def test_what_is_empty_is_left_out():
    prisms = prisms_of([shapely.Polygon(), box(0, 0), None], 0.0, 5.0)
    assert prisms.owner.tolist() == [1]


def test_a_box_has_twelve_edges():
    lines = solid_edges(prisms_of([box(0, 0)], 0.0, 5.0), ORIGIN)
    assert len(lines.positions) == 2 * 12


def test_corners_that_do_not_turn_get_no_upright_edge():
    ring = [(0, 0), (5, 0), (10, 0), (10, 10), (0, 10)]
    shape = shapely.Polygon(np.array(ring) + ORIGIN)
    lines = solid_edges(prisms_of([shape], 0.0, 5.0), ORIGIN).positions.reshape(-1, 2, 3)
    upright = np.abs(lines[:, 0, :2] - lines[:, 1, :2]).max(axis=1) < 1e-6
    assert upright.sum() == 4


def test_a_scene_of_nothing_is_empty():
    none = prisms_of([], 0.0, 0.0)
    scene = build_massing(GroundPlan(NOTHING, NOTHING, NOTHING), none, none)
    assert scene.is_empty
    assert not len(scene.allowed.triangles)


def scene_of(*shapes, levels=3):
    ground = np.array(shapes, dtype=object)
    allowed = stack(shapes[0], levels)
    existing = prisms_of([box(40, 0)], 0.0, 6.0, owner=[-1], tone=Tone.EXISTING)
    return build_massing(GroundPlan(ground, NOTHING, ground[:1]), allowed, existing)


def test_one_parcel_tells_the_heights_of_its_levels():
    assert [mark.height_m for mark in scene_of(box(0, 0)).marks] == [5.5, 8.5, 11.5]


def test_everything_lies_within_the_radius():
    scene = scene_of(box(0, 0), box(200, 100))
    for mesh in (scene.ground, scene.allowed, scene.existing):
        assert np.linalg.norm(mesh.positions, axis=1).max() <= scene.radius_m


# --- cameras -----------------------------------------------------------------------------------


def camera(**given):
    return Camera(**{"width_px": 400, "height_px": 300, **given})


@pytest.mark.parametrize("fov", [0.0, 40.0])
@pytest.mark.parametrize("elevation", [20.0, 35.0, 90.0])
def test_the_ground_under_a_pixel_is_drawn_at_that_pixel(fov, elevation):
    view = camera(azimuth_deg=70.0, elevation_deg=elevation, fov_deg=fov, target=(5.0, -3.0, 0.0))
    for pixel in ((200.0, 150.0), (120.0, 260.0), (330.0, 200.0)):
        point = view.ground_at(*pixel)
        assert point is not None
        np.testing.assert_allclose(view.project([point])[0, :2], pixel, atol=1e-6)


@pytest.mark.parametrize("fov", [0.0, 40.0])
def test_zooming_keeps_what_is_under_the_pointer(fov):
    view = camera(azimuth_deg=200.0, elevation_deg=40.0, fov_deg=fov)
    at = (90.0, 210.0)
    point = view.ground_at(*at)
    np.testing.assert_allclose(view.zoomed(2.0, at).project([point])[0, :2], at, atol=1e-6)


def test_north_is_up_and_east_is_right_from_above():
    view = camera(elevation_deg=90.0)
    center, north, east = view.project([[0, 0, 0], [0, 10, 0], [10, 0, 0]])[:, :2]
    assert north[1] < center[1]
    assert east[0] > center[0]
    assert north[0] == pytest.approx(center[0])


def test_the_matrix_says_the_same_as_the_projection():
    for fov in (0.0, 50.0):
        view = camera(azimuth_deg=33.0, elevation_deg=25.0, fov_deg=fov, target=(1.0, 2.0, 3.0))
        points = np.array([[0.0, 0, 0], [12, -7, 9], [-20, 4, 1]])
        clip = np.column_stack([points, np.ones(3)]) @ view.matrix(100.0).T
        screen = clip[:, :2] / clip[:, 3:]
        pixels = np.column_stack([(screen[:, 0] + 1) * 200, (1 - screen[:, 1]) * 150])
        np.testing.assert_allclose(pixels, view.project(points)[:, :2], atol=1e-6)
        depth = clip[:, 2] / clip[:, 3]
        assert (np.abs(depth) <= 1).all()


def test_turning_right_round_comes_back():
    view = camera(azimuth_deg=10.0)
    assert view.turned(360.0, 0.0).azimuth_deg == pytest.approx(10.0)
    assert view.turned(0.0, 200.0).elevation_deg == 90.0


def test_the_eye_never_goes_under_the_ground():
    view = camera(fov_deg=60.0, span_m=30.0, target=(0, 0, 5.0)).turned(0.0, -200.0)
    assert view.eye[2] >= 1.6 - 1e-9


def test_a_view_on_the_way_ends_where_it_should():
    start, goal = camera(azimuth_deg=350.0), camera(azimuth_deg=20.0, span_m=10.0)
    assert start.between(goal, 1.0) is goal
    halfway = start.between(goal, 0.5)
    assert halfway.azimuth_deg == pytest.approx(5.0)


def test_dragging_moves_the_ground_with_the_pointer():
    view = camera(elevation_deg=90.0)
    point = view.ground_at(200.0, 150.0)
    moved = view.dragged(30.0, -20.0)
    np.testing.assert_allclose(moved.project([point])[0, :2], (230.0, 130.0), atol=1e-6)


SUBJECT = Subject(
    (0, 0), (20.0, 30.0), 17.5, inwards_deg=90.0, street_m=(-10.0, 0.0), road_width_m=12
)


@pytest.mark.parametrize("preset", ["top", "isometric", "street"])
@pytest.mark.parametrize("size", [(760, 420), (300, 700)])
def test_presets_show_the_whole_subject(preset, size):
    view = seen_from(preset, SUBJECT, camera().resized(*size))
    corners = [(x, y, z) for x in (-10, 10) for y in (-15, 15) for z in (0.0, 17.5)]
    seen = view.project(corners)
    if preset == "street":
        assert view.eye[2] > 0
        assert view.eye[0] < -10  # over the street, not in the parcel
        return
    assert ((seen[:, :2] >= 0) & (seen[:, :2] <= size)).all()


def test_without_a_street_the_street_view_is_a_low_one():
    lone = replace(SUBJECT, inwards_deg=None, street_m=None)
    assert seen_from("street", lone, camera()).elevation_deg < 30


# --- faces -------------------------------------------------------------------------------------


def test_faces_turned_away_are_left_out_and_roofs_come_last():
    scene = scene_of(box(0, 0), levels=1)
    view = seen_from("isometric", scene.subject, camera())
    faces = PaintedFaces(scene, view)
    assert faces.left_out == 0
    tones = [face.tone for body in faces for face in body]
    assert tones.count(Tone.ALLOWED) == 3
    assert tones.count(Tone.EXISTING) == 3


def test_what_is_behind_is_painted_first():
    near, far = box(0, -60), box(0, 0)
    bodies = prisms_of([near, far], 0.0, 10.0, owner=[0, 1], tone=[Tone.ALLOWED, Tone.SELECTED])
    ground = np.array([near, far], dtype=object)
    scene = build_massing(GroundPlan(ground, NOTHING, ground), bodies, prisms_of([], 0.0, 0.0))
    faces = PaintedFaces(scene, camera(azimuth_deg=0.0, elevation_deg=30.0))
    tones = [face.tone for body in faces for face in body]
    assert tones.index(Tone.SELECTED) < tones.index(Tone.ALLOWED)
    assert tones[-1] == Tone.ALLOWED


def test_of_too_many_bodies_the_nearest_are_kept():
    near, far = box(0, -60), box(0, 0)
    bodies = prisms_of([near, far], 0.0, 10.0, owner=[0, 1], tone=[Tone.ALLOWED, Tone.SELECTED])
    ground = np.array([near, far], dtype=object)
    scene = build_massing(GroundPlan(ground, NOTHING, ground), bodies, prisms_of([], 0.0, 0.0))
    faces = PaintedFaces(scene, camera(azimuth_deg=0.0, elevation_deg=30.0), most=1)
    assert faces.left_out == 1
    assert {face.tone for body in faces for face in body} == {Tone.ALLOWED}


# --- picking -----------------------------------------------------------------------------------


def pixel_of(view, point):
    return view.project([point])[0, :2]


@pytest.mark.parametrize("fov", [0.0, 45.0])
def test_a_roof_hides_the_ground_behind_it(fov):
    scene = scene_of(box(0, 0), levels=4)
    view = camera(azimuth_deg=0.0, elevation_deg=30.0, fov_deg=fov, target=(0, 0, 5.0))
    east, north = Picker(scene).place_at(view, *pixel_of(view, (0.0, 0.0, 14.5)))
    assert abs(east - ORIGIN[0] - 5) < 0.3
    assert abs(north - ORIGIN[1] - 5) < 0.3


def test_the_ground_is_found_where_nothing_stands():
    scene = scene_of(box(0, 0))
    view = camera(azimuth_deg=20.0, elevation_deg=50.0)
    place = Picker(scene).place_at(view, *pixel_of(view, (-40.0, -30.0, 0.0)))
    np.testing.assert_allclose(place, scene.origin + np.array([-40.0, -30.0]), atol=1e-6)


def test_there_is_nothing_in_the_sky():
    view = camera(elevation_deg=5.0, fov_deg=60.0)
    assert Picker(scene_of(box(0, 0))).place_at(view, 200.0, 1.0) is None


def test_a_chosen_parcel_has_a_tone_of_its_own():
    tones = np.where([True, False], Tone.CHOSEN, Tone.ALLOWED).astype(np.uint8)
    prisms = prisms_of([box(0, 0), box(20, 0)], 0.0, 5.0).with_tone(tones)
    assert set(solid_mesh(prisms, ORIGIN).marks & 255) == {Tone.CHOSEN, Tone.ALLOWED}
    assert Tone.CHOSEN_LINE in solid_edges(prisms, ORIGIN).marks & 255

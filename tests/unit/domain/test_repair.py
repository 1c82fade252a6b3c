"""Repairs are planned before they are done; safe ones keep the area; sound geometry stays as is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from emadina_gis.domain.crs import UNKNOWN, WGS84
from emadina_gis.domain.geometry import CHUNK_ROWS, Kind, chunk_from_shapely
from emadina_gis.domain.geometry_check import INVALID_CODES, check_geometry
from emadina_gis.domain.mending import Method, Step
from emadina_gis.domain.repair import USUAL_STEPS, repair_plan, tolerance_m2
from emadina_gis.errors import JobCancelled
from emadina_gis.progress import Context
from tests.builders import parcel_table
from tests.unit.domain import geometries as g


def done(plan, table):
    return replace(table, geometry=plan.geometry())


def only(shape, **options):
    plan = repair_plan(g.table_of(shape), **options)
    assert len(plan) == 1
    return plan


def test_a_bow_tie_is_shown_and_not_safe():
    plan = only(g.bow_tie())
    assert plan.ids.tolist() == [100]
    assert plan.areas_before[0] == pytest.approx(0, abs=1e-9)
    assert plan.areas_after[0] == pytest.approx(50)
    assert [int(count[0]) for count in plan.parts] == [1, 2]
    assert not plan.is_safe[0]
    assert not plan.changes_kind[0]


def test_corners_in_a_wrong_order_may_be_put_in_order():
    plan = only(g.bow_tie())
    assert plan.offered[0] == 3
    ordered = plan.choosing(plan.ids, Method.REORDER)
    assert ordered.areas_after[0] == pytest.approx(100)
    assert plan.areas_after[0] == pytest.approx(50)
    assert not ordered.is_safe[0]
    mended = done(ordered, g.table_of(g.bow_tie()))
    assert shapely.equals(mended.shapes()[0], g.square())


def test_readings_that_differ_are_both_given():
    loop = g.polygon([(0, 0), (10, 0), (10, 10), (4, 10), (4, 4), (6, 4), (6, 8), (0, 8)])
    plan = only(loop)
    structure = plan.areas_after[0]
    linework = plan.choosing(plan.ids, Method.LINEWORK).areas_after[0]
    assert plan.doubt_m2[0] == pytest.approx(structure - linework)
    assert plan.doubt_m2[0] > 1
    assert not plan.is_safe[0]


@pytest.mark.parametrize(
    "shape", [g.repeating(), g.touching_itself(), g.same_direction(), g.twisted()]
)
def test_what_keeps_its_area_is_safe(shape):
    plan = only(shape)
    assert plan.is_safe[0]
    assert abs(plan.changes[0]) <= 0.01
    mended = done(plan, g.table_of(shape))
    assert not {found.code for found in check_geometry(mended).findings} & INVALID_CODES


@pytest.mark.parametrize(
    "shape", [g.spiked(), g.flat(), g.with_tiny_part(), g.hole_outside(), g.bow_tie()]
)
def test_what_changes_the_area_or_the_kind_is_for_a_person(shape):
    plan = only(shape)
    assert not plan.is_safe[0]
    assert len(plan.safe_ids) == 0


def test_a_spike_goes_with_its_area():
    plan = only(g.spiked())
    assert plan.changes[0] == pytest.approx(-0.02)
    assert plan.steps[0] == Step.SPIKES
    assert shapely.equals(done(plan, g.table_of(g.spiked())).shapes()[0], g.square())


def test_an_outline_without_area_leaves_an_empty_row():
    plan = only(g.flat())
    assert plan.changes_kind[0]
    mended = done(plan, g.table_of(g.flat()))
    assert mended.row_count == 1
    assert mended.kinds.tolist() == [Kind.NONE]


def test_near_vertices_stay_unless_asked():
    near = g.polygon([(0, 0), (10, 0), (10, 0.0005), (10, 10), (0, 10)])
    assert len(repair_plan(g.table_of(near))) == 0
    plan = only(near, wanted=USUAL_STEPS | Step.NEAR)
    assert plan.is_safe[0]
    assert plan.vertices[1][0] == 5


def test_near_vertices_of_neighbours_go_the_same_way():
    """Two parcels share a border with two near vertices; one runs along it, the other against."""
    left = g.polygon([(0, 0), (10, 0), (10, 5), (10, 5.0005), (10, 10), (0, 10)])
    right = g.polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10, 5.0005), (10, 5)])
    table = g.table_of(left, right)
    mended = done(repair_plan(table, wanted=Step.NEAR), table)
    assert shapely.coverage_is_valid(mended.shapes())


def test_sound_geometry_has_no_plan_and_keeps_its_chunks():
    table = parcel_table(50)
    plan = repair_plan(table)
    assert len(plan) == 0
    assert all(a is b for a, b in zip(plan.geometry(), table.geometry, strict=True))
    assert len(repair_plan(g.table_of())) == 0


def test_only_the_chunks_of_mended_rows_change():
    table = parcel_table(2 * CHUNK_ROWS + 5)
    table = table.with_geometries(np.array([CHUNK_ROWS + 3]), np.array([g.repeating()]))
    plan = repair_plan(table)
    chunks = plan.geometry()
    assert [a is b for a, b in zip(chunks, table.geometry, strict=True)] == [True, False, True]
    before, after = table.geometry[1], chunks[1]
    rest = np.delete(np.arange(CHUNK_ROWS), 3)
    assert after.taken(rest).fingerprint == before.taken(rest).fingerprint


def test_a_part_of_a_plan_does_that_part():
    table = g.table_of(g.repeating(), g.bow_tie(50), g.repeating())
    plan = repair_plan(table)
    part = plan.of(np.array([102]))
    mended = done(part, table)
    assert np.diff(mended.geometry[0].feature_coord_offsets).tolist() == [6, 5, 5]
    assert plan.of(plan.safe_ids).ids.tolist() == [100, 102]


def test_heights_stay_with_their_vertices():
    flat = g.repeating()
    high = shapely.force_3d(flat, 12.0)
    coords = shapely.get_coordinates(high, include_z=True)
    coords[:, 2] = np.arange(len(coords))
    coords[-1, 2] = 0
    table = g.table_of(shapely.Polygon(coords))
    plan = repair_plan(table)
    assert not plan.loses_heights[0]
    kept = plan.after.z.tolist()
    assert set(kept) <= set(coords[:, 2])
    assert len(kept) == 5


def test_a_made_vertex_takes_the_height_of_its_edge():
    coords = np.column_stack([shapely.get_coordinates(g.bow_tie()), [0, 10, 10, 0, 0]])
    plan = only(shapely.Polygon(coords))
    assert not np.isnan(plan.after.z).any()
    assert ((plan.after.z >= 0) & (plan.after.z <= 10)).all()


def test_lines_are_mended_without_losing_length():
    line = shapely.LineString(np.array([[0, 0], [5, 0], [5, 0], [5, 9]]) + g.ORIGIN)
    collapsed = shapely.LineString(np.array([[1, 1], [1, 1]]) + g.ORIGIN)
    table = g.table_of(line, collapsed)
    plan = repair_plan(table)
    assert plan.is_safe.tolist() == [True, False]
    mended = done(plan, table)
    assert mended.shapes()[0].length == pytest.approx(14)
    assert mended.kinds.tolist() == [Kind.LINE, Kind.NONE]


def test_what_is_not_finite_is_left_alone():
    table = g.table_of(g.polygon([(0, 0), (1e13, 0), (1e13, 0), (0, 10)]))
    assert len(repair_plan(table)) == 0


def test_degrees_are_planned_in_square_metres():
    table = g.table_of(g.bow_tie()).to_crs(WGS84)
    plan = repair_plan(table)
    assert plan.areas_after[0] == pytest.approx(50, rel=0.01)


def test_without_a_crs_areas_are_in_map_units():
    plan = repair_plan(g.table_of(g.bow_tie(), g.repeating(), crs=UNKNOWN))
    assert not plan.is_measured
    assert plan.areas_after.tolist() == pytest.approx([50, 100])
    assert plan.is_safe.tolist() == [False, True]


def test_the_tolerance_never_moves_a_centiare():
    areas = np.array([0.0, 500.0, 1e6, 1e9])
    assert tolerance_m2(areas) == pytest.approx([0.01, 0.01, 0.5, 0.5])


def test_a_cancel_is_heard():
    context = Context()
    context.cancel()
    with pytest.raises(JobCancelled):
        repair_plan(g.table_of(g.bow_tie()), ctx=context)


points = st.tuples(st.integers(0, 12), st.integers(0, 12))
outlines = st.lists(points, min_size=3, max_size=10)
drawings = st.tuples(outlines, st.lists(outlines, max_size=2))


@settings(max_examples=100, deadline=None)
@given(st.lists(drawings, min_size=1, max_size=6))
def test_whatever_is_drawn_is_valid_after_all_repairs(drawn):
    table = g.table_of(*(g.polygon(shell, *holes) for shell, holes in drawn))
    plan = repair_plan(table)
    for method in (Method.STRUCTURE, Method.LINEWORK, Method.REORDER):
        chosen = plan.choosing(plan.ids, method)
        mended = done(chosen, table)
        shapes = mended.shapes()
        assert (shapely.is_valid(shapes) | shapely.is_missing(shapes)).all()
        assert set(mended.kinds) <= {Kind.POLYGON, Kind.NONE}
    untouched = np.setdiff1d(table.ids, plan.ids)
    rows = table.rows_of_ids(untouched)
    before, after = (chunk_from_shapely(t.shapes(rows)) for t in (table, mended))
    assert before.fingerprint == after.fingerprint


@settings(max_examples=100, deadline=None)
@given(st.lists(drawings, min_size=1, max_size=6))
def test_safe_repairs_keep_area_and_kind(drawn):
    table = g.table_of(*(g.polygon(shell, *holes) for shell, holes in drawn))
    plan = repair_plan(table)
    safe = plan.of(plan.safe_ids)
    mended = done(safe, table)
    before, after = table.areas, mended.areas
    assert (np.abs(after - before) <= tolerance_m2(before)).all()
    assert (mended.kinds == table.kinds).all()
    again = repair_plan(mended).of(safe.ids)
    assert not (again.steps & (Step.REBUILD | Step.REPEATED)).any()

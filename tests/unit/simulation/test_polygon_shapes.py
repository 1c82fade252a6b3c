"""Levels on parcels that are no rectangles: sane on all, the same measured and drawn."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from emadina_gis.regulation import sector_table
from emadina_gis.simulation import capacity
from emadina_gis.simulation.envelope import envelope_of
from emadina_gis.simulation.leaning import Leaning, with_leaning
from emadina_gis.simulation.level_volumes import level_polygons
from emadina_gis.simulation.parcels import Fronts, Regime
from emadina_gis.simulation.polygon_envelope import PolygonFootprints
from emadina_gis.simulation.real_outcome import fronts_differ, real_outcome
from emadina_gis.simulation.rings import level_regions
from tests.unit.simulation.polygons import DOCUMENT, ORIGIN, at, footprints_of, streets

TABLE = sector_table(DOCUMENT)
RULINGS = [case[0][0] for case in TABLE.cases if case]
ROW = np.array([0])
SOUTH = streets((-200, -6, 200, -6, 12))


def envelope(sector, storey_m=3.0):
    number = TABLE.lookup[DOCUMENT.index_of(sector), 0, 0]
    return envelope_of(TABLE.cases[number][0][0], storey_m)


def levels(shape, sector="B4", roads=SOUTH, **more):
    footprints, _inputs = footprints_of([shape], roads, **more)
    return footprints.areas(ROW, envelope(sector), 6.0)[0]


L_SHAPE = shapely.Polygon([(0, 0), (20, 0), (20, 15), (12, 15), (12, 40), (0, 40)])
TRIANGLE = shapely.Polygon([(0, 0), (30, 0), (15, 30)])
FLAG = shapely.Polygon([(0, 0), (4, 0), (4, 20), (24, 20), (24, 40), (0, 40)])
SLIVER = shapely.box(0, 0, 3, 60)
HOLE = shapely.box(0, 0, 40, 40).difference(shapely.box(15, 15, 25, 25))
TWO = shapely.MultiPolygon([shapely.box(0, 0, 12, 25), shapely.box(20, 0, 32, 25)])
CURVED = shapely.Point(0, 20).buffer(20, quad_segs=16)
SHAPES = {
    "l": L_SHAPE,
    "triangle": TRIANGLE,
    "flag": FLAG,
    "sliver": SLIVER,
    "hole": HOLE,
    "two": TWO,
    "curved": CURVED,
}


@pytest.mark.parametrize("sector", ["B4", "B4s", "E3", "E2", "C3", "D3", "D1j", "I3", "S4", "A6"])
@pytest.mark.parametrize("name", SHAPES)
def test_a_level_lies_in_its_parcel_and_over_the_one_below(name, sector):
    shape = SHAPES[name]
    footprints, inputs = footprints_of([shape], SOUTH, sector=sector)
    areas = footprints.areas(ROW, envelope(sector), 6.0)[0]
    assert np.isfinite(areas).all()
    assert (areas >= 0).all()
    assert (areas <= shape.area + 1e-6).all()
    plain = capacity(inputs, DOCUMENT)
    real = real_outcome(plain, footprints)
    solids = level_polygons(footprints, real.shaped, ROW)
    drawn = solids.footprint.to_shapely()
    assert shapely.is_valid(drawn).all()
    own = shapely.transform(shape, lambda xy: xy + ORIGIN).buffer(1e-3)
    assert all(own.covers(body) for body in drawn)
    gross = real.shaped.gross_floor_area_m2[0]
    assert solids.floor_area_m2 == pytest.approx(gross, rel=1e-6, abs=1e-6)
    assert shapely.area(drawn) == pytest.approx(solids.area_m2, abs=0.02)
    for below, above in itertools.pairwise(drawn):
        assert above.difference(below.buffer(1e-3)).area < 0.05 or sector in {"E2", "E3"}


def test_the_ground_floor_of_b_fills_what_is_wide_enough():
    assert levels(L_SHAPE)[0] == pytest.approx(L_SHAPE.area)
    assert levels(TRIANGLE)[0] == pytest.approx(TRIANGLE.area, rel=0.05)


def test_a_sliver_carries_nothing():
    assert levels(SLIVER).tolist() == [0.0] * 5


def test_the_neck_of_a_flag_lot_carries_nothing_and_its_body_does():
    areas = levels(FLAG)
    # The neck is 4 m wide: no building; the body keeps its distances on four sides.
    assert areas[1] == pytest.approx((24 - 8) * (20 - 8))
    # Behind the band the neck hangs on to the body.
    assert areas[0] == pytest.approx(24 * 20 + 4 * 3.5)


def test_the_band_of_an_l_shape_follows_its_front():
    areas = levels(L_SHAPE)
    band = L_SHAPE.intersection(shapely.box(0, 0, 20, 16.5))
    rear = shapely.LineString([(12, 15), (20, 15)]).buffer(4, quad_segs=8)
    # Behind the band 12 m are left, less 4 m on both sides: no building.
    assert areas[1] == pytest.approx(band.difference(rear).area)


def test_a_yard_inside_the_parcel_keeps_its_distance():
    # The hole is a neighbour's: 8 m or half the height all around it in C.
    kept = levels(HOLE, "C3")
    full = levels(shapely.box(0, 0, 40, 40), "C3")
    assert kept[0] < full[0] - 100
    assert kept[0] > 0


def test_the_projected_alignment_moves_the_front():
    wide = levels(shapely.box(0, 0, 12, 25))
    less = levels(shapely.box(0, 0, 12, 25), plan_roads_m2=[36.0])
    same = levels(shapely.box(0, 3, 12, 25))
    assert wide[0] == pytest.approx(300)
    assert less == pytest.approx(same)
    slanted = shapely.Polygon([(0, 0), (12, 2), (12, 25), (0, 25)])
    assert levels(slanted, plan_roads_m2=[36.0])[0] == pytest.approx(slanted.area - 36)
    assert levels(L_SHAPE, plan_roads_m2=[40.0])[0] == pytest.approx(L_SHAPE.area - 40)


def test_an_axis_and_a_projected_width_move_the_front_where_the_table_tells_nothing():
    widened = streets((-200, -6, 200, -6, 18))  # 6 m from the axis, 9 m to the alignment
    lot = shapely.box(0, 0, 12, 25)
    footprints, inputs = footprints_of([lot], widened, frontage_m=[12.0], road_width_m=[18.0])
    found = real_outcome(capacity(inputs, DOCUMENT), footprints)
    assert found.shaped.inputs.plan_roads_m2 == pytest.approx([36])
    assert found.shaped.reference_area_m2 == pytest.approx([264])
    moved = capacity(replace(inputs, plan_roads_m2=np.array([36.0])), DOCUMENT)
    assert found.shaped.gross_floor_area_m2 == pytest.approx(moved.gross_floor_area_m2)
    # A table that tells it takes nothing is believed.
    footprints, inputs = footprints_of(
        [lot], widened, frontage_m=[12.0], road_width_m=[18.0], plan_roads_m2=[0.0]
    )
    found = real_outcome(capacity(inputs, DOCUMENT), footprints)
    assert found.difference_m2 == pytest.approx([0], abs=1e-6)
    # A few decimetres are how axes are drawn.
    footprints, _inputs = footprints_of([lot], streets((-200, -6, 200, -6, 12.6)))
    assert footprints.plan_roads_m2() is None


def test_both_streets_of_a_corner_may_take_land():
    roads = streets((-200, -6, 200, -6, 18), (-6, -200, -6, 200, 16))
    more = {"frontage_m": [30.0], "road_width_m": [18.0]}
    for shape in (shapely.box(0, 0, 30, 30), L_SHAPE):
        footprints, _inputs = footprints_of([shape], roads, **more)
        left = shape.intersection(shapely.box(2, 3, 99, 99))
        assert footprints.plan_roads_m2() == pytest.approx([shape.area - left.area])
        assert footprints.areas(ROW, envelope("S4"), 6.0)[0, 0] == pytest.approx(left.area)


def test_leaning_lifts_the_distance_on_one_limit():
    footprints, _inputs = footprints_of([shapely.box(0, 0, 12, 40)], SOUTH, sector="D3")
    free = footprints.areas(ROW, envelope("D3"), 6.0)[0]
    parcels = with_leaning(footprints.parcels, [Leaning(0, *at(12, 20))])
    leaning = PolygonFootprints(parcels).areas(ROW, envelope("D3"), 6.0)[0]
    assert free.tolist() == [0.0, 0.0]  # 12 m less 4 m on both sides
    assert leaning[0] == pytest.approx((12 - 4) * (40 - 8))
    after = footprints.taken_over(parcels)
    assert after.areas(ROW, envelope("D3"), 6.0)[0] == pytest.approx(leaning)


def test_without_a_width_there_is_no_figure_and_a_reason():
    lone = [shapely.box(0, 0, 12, 25)]
    footprints, inputs = footprints_of(lone)  # open land all around, no road known
    assert np.isnan(footprints.areas(ROW, envelope("B4"), 6.0)).all()
    assert np.isfinite(footprints.areas(ROW, envelope("D3"), 6.0)).all()
    found = real_outcome(capacity(inputs, DOCUMENT), footprints)
    assert found.reason[0] == "road_width_missing"
    assert math.isnan(found.columns["real_gross_floor_area_m2"].numbers[0])


def test_without_a_front_the_reason_is_told():
    inside = shapely.box(0, 0, 12, 25)
    ring = shapely.box(-20, -20, 40, 50).difference(inside)
    footprints, inputs = footprints_of([inside, ring], road_width_m=[20, 20], frontage_m=[12, 60])
    found = real_outcome(capacity(inputs, DOCUMENT), footprints)
    assert found.reason[0] == "no_front"
    assert found.columns["real_reason"].strings[0] == "no_front"
    assert found.columns["real_fronts"].strings[0] is None
    assert found.plain.gross_floor_area_m2[0] > 0
    assert np.isnan(found.difference_m2[0])


corner = st.tuples(st.floats(min_value=-3, max_value=3), st.floats(min_value=-3, max_value=3)).map(
    np.array
)


@given(
    ruling=st.sampled_from(RULINGS),
    moves=st.tuples(corner, corner, corner, corner),
    width=st.integers(min_value=8, max_value=60),
    depth=st.integers(min_value=8, max_value=60),
    road=st.sampled_from([8.0, 12.0, 20.0]),
    fronts=st.sampled_from(Fronts),
)
def test_measured_and_drawn_are_the_same(ruling, moves, width, depth, road, fronts):
    box = np.array([[0, 0], [width, 0], [width, depth], [0, depth]], dtype=float)
    shape = shapely.Polygon(box + np.array(moves))
    assume(shape.is_valid and shape.equals(shape.convex_hull) and shape.area > 10)
    lines = {
        Fronts.ONE: [(-200, -8, 200, -8, road)],
        Fronts.CORNER: [(-200, -8, 200, -8, road), (-8, -200, -8, 200, 10.0)],
        Fronts.THROUGH: [(-200, -8, 200, -8, road), (-200, depth + 8, 200, depth + 8, 10.0)],
    }
    footprints, _inputs = footprints_of([shape], streets(*lines[fronts]))
    parcels = footprints.parcels
    assume(parcels.plain[0])
    found = envelope_of(ruling, 3.0)
    measured = footprints.areas(ROW, found, 6.0)[0]
    kind = (Fronts(int(parcels.limits.fronts[0])), int(parcels.streets[0]))
    ground = footprints.cut_ground(ROW, kind, 6.0)
    drawn = [float(region.area_m2[0]) for region in level_regions(found, ground)]
    assert measured == pytest.approx(drawn, rel=1e-6, abs=1e-4)


def test_no_seam_of_a_part_makes_a_narrow_lot_wide():
    corners = [(0, 0), (-17.062152, -22.080383), (-13.147827, -24.88268), (3.916959, -3.366394)]
    narrow = shapely.Polygon(corners)
    roads = streets((30, 12, -26.1, -53.3, 0.1), (10, -11, 0, 9, 29.6))
    footprints, _inputs = footprints_of([narrow], roads, road_width_m=[29.6])
    kind = (Fronts(int(footprints.parcels.limits.fronts[0])), int(footprints.parcels.streets[0]))
    ground = footprints.cut_ground(ROW, kind, 6.0)
    drawn = [float(region.area_m2[0]) for region in level_regions(envelope("B4"), ground)]
    assert drawn == pytest.approx(footprints.areas(ROW, envelope("B4"), 6.0)[0])


def lots(count):
    x = np.arange(count) * 12.0
    return list(shapely.box(x, 0, x + 12, 25))


def test_the_worked_case_from_its_shape():
    footprints, inputs = footprints_of(lots(3), streets((-50, -10, 90, -10, 20)))
    inputs = replace(inputs, frontage_m=np.full(3, 12.0), road_width_m=np.full(3, 20.0))
    found = real_outcome(capacity(inputs, DOCUMENT), footprints)
    assert found.shaped.gross_floor_area_m2 == pytest.approx([1092] * 3, rel=1e-6)
    assert found.plain.gross_floor_area_m2 == pytest.approx([1092] * 3)
    assert found.shaped.net_floor_area_m2 == pytest.approx([928.2] * 3, rel=1e-6)
    assert found.difference_m2 == pytest.approx([0] * 3, abs=1e-3)
    assert not fronts_differ(found).any()
    assert list(found.reason) == [""] * 3
    assert list(found.columns) == [
        "real_gross_floor_area_m2",
        "real_net_floor_area_m2",
        "real_max_footprint_m2",
        "real_difference_m2",
        "real_frontage_m",
        "real_fronts",
        "real_reason",
    ]
    assert found.columns["real_frontage_m"].numbers == pytest.approx([12] * 3)


def test_the_cap_gives_one_possible_volume_and_says_so():
    roads = streets((-50, -10, 90, -10, 20))
    footprints, inputs = footprints_of(lots(3), roads, regime=np.full(3, Regime.RAW))
    plain = capacity(
        replace(inputs, frontage_m=np.full(3, 12.0), road_width_m=np.full(3, 20.0)), DOCUMENT
    )
    shaped = real_outcome(plain, footprints).shaped
    solids = level_polygons(footprints, shaped, np.arange(3))
    one = solids.of_row(1)
    assert len(one) == 5
    assert one.area_m2 == pytest.approx([90] * 5)
    assert one.reduced.all()
    assert one.base_m.tolist() == [0, 5.5, 8.5, 11.5, 14.5]
    assert one.top_m.tolist() == [5.5, 8.5, 11.5, 14.5, 17.5]
    # Filled from the street: 90 m² of a lot 12 m wide are 7.5 m deep.
    for body in one:
        assert body.polygon.bounds == pytest.approx((*at(12, 0), *at(24, 7.5)), abs=1e-3)


def test_rows_of_an_outcome_may_lie_elsewhere_among_the_shapes():
    roads = streets((-50, -10, 90, -10, 20))
    footprints, inputs = footprints_of(lots(3), roads, frontage_m=np.full(3, 12.0))
    shaped = real_outcome(capacity(inputs, DOCUMENT), footprints).shaped
    two = np.array([1, 2])
    part, _inputs = footprints_of(lots(4)[1:], roads, frontage_m=np.full(3, 12.0))
    whole = level_polygons(footprints, shaped, two)
    moved = level_polygons(part, shaped, two, two - 1)
    assert whole.row.tolist() == moved.row.tolist()
    assert whole.of_row(1).area_m2 == pytest.approx(moved.of_row(1).area_m2)


def test_what_is_known_is_not_worked_out_again(monkeypatch):
    footprints, _inputs = footprints_of(lots(5), SOUTH)
    made = []
    once = footprints._worked_out
    monkeypatch.setattr(
        footprints, "_worked_out", lambda rows, *more: made.append(len(rows)) or once(rows, *more)
    )
    first = footprints.areas(np.arange(3), envelope("B4"), 6.0)
    again = footprints.areas(np.arange(5), envelope("B4"), 6.0)
    assert made == [3, 2]
    assert again[:3] == pytest.approx(first)
    footprints.areas(np.arange(2), envelope("E3"), 6.0)
    assert footprints.areas(np.arange(5), envelope("B4"), 6.0) == pytest.approx(again)
    assert made == [3, 2, 2]  # another envelope in passing does not push the first one out
    footprints.forget(np.array([4]))
    footprints.areas(np.arange(5), envelope("B4"), 6.0)
    assert made == [3, 2, 2, 1]


def test_many_rows_are_as_one_by_one():
    rng = np.random.default_rng(3)
    shapes = [
        shapely.Polygon(
            np.array([[0, 0], [w, 0], [w, d], [0, d]]) + rng.uniform(-2, 2, (4, 2)) + [70 * n, 0]
        )
        for n, (w, d) in enumerate(rng.uniform(8, 40, (40, 2)))
    ]
    roads = streets((-200, -8, 4000, -8, 12))
    footprints, _inputs = footprints_of(shapes, roads)
    rows = np.arange(len(shapes))
    for sector in ("B4", "E3", "D3"):
        together = footprints.areas(rows, envelope(sector), 6.0)
        for row in rows[::5]:
            footprints.forget(rows)
            alone = footprints.areas(rows[row : row + 1], envelope(sector), 6.0)[0]
            assert together[row] == pytest.approx(alone)


def test_inputs_of_shapes_are_taken_with_their_rows():
    footprints, inputs = footprints_of(lots(3), SOUTH, frontage_m=np.full(3, 12.0))
    found = real_outcome(capacity(inputs, DOCUMENT), footprints)
    part = capacity(found.shaped.inputs.take(np.array([2])), DOCUMENT)
    expected = found.shaped.gross_floor_area_m2[2]
    assert part.gross_floor_area_m2[0] == pytest.approx(expected)

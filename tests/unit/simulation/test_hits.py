"""What bites a parcel: overlay, precedence, widths, lapsing; on exact rectangles and at random."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, WGS84
from emadina_gis.domain.schema import Role, Schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.domain.title import Title
from emadina_gis.errors import JobCancelled
from emadina_gis.progress import Context
from emadina_gis.regulation import load_document
from emadina_gis.simulation.constraint_natures import NATURES
from emadina_gis.simulation.constraints import ConstraintSource, read_constraints
from emadina_gis.simulation.hits import find_hits
from emadina_gis.simulation.sector_overlay import read_zones, sector_shares

X, Y = 295_000.0, 328_000.0
TODAY = dt.date(2026, 1, 5)
SERVITUDES = load_document("ain-chock-2025").printed.servitudes
ROLES = {
    "nature": Role.CONSTRAINT_NATURE,
    "index": Role.CONSTRAINT_INDEX,
    "state": Role.CONSTRAINT_STATE,
    "width": Role.CONSTRAINT_WIDTH_M,
    "expiry": Role.CONSTRAINT_EXPIRY,
    "exempt": Role.CONSTRAINT_EXEMPT,
    "fallback": Role.FALLBACK_SECTOR,
    "road": Role.ROAD_WIDTH_M,
    "name": Role.NAME,
}


def box(x0, y0, x1, y1):
    return shapely.box(X + x0, Y + y0, X + x1, Y + y1)


def line(*points):
    return shapely.LineString([(X + x, Y + y) for x, y in points])


def source(*rows, crs=MERCHICH_NORTH, layer_id="plan"):
    """Return a layer of constraints of (shape, {column: value}) rows."""
    names = sorted({name for _shape, values in rows for name in values})
    columns = {name: [values.get(name) for _shape, values in rows] for name in names}
    shapes = np.array([shape for shape, _values in rows], dtype=object)
    table = FeatureTable.from_columns(columns, shapes, crs=crs)
    schema = Schema({ROLES[name]: name for name in names})
    return ConstraintSource(layer_id, Title.plain(layer_id), table, schema)


def constraints(*rows, **more):
    return read_constraints([source(*rows, **more)], MERCHICH_NORTH, SERVITUDES)


def hit_list(found, plan, parcel=0):
    mine = np.flatnonzero(found.parcel == parcel)
    return [NATURES[plan.nature[row]].key for row in found.constraint[mine]]


def ask(shape, plan, on=TODAY, **more):
    return find_hits(np.array([shape], dtype=object), plan, on, **more)


LOT = box(0, 0, 100, 50)


def test_a_hit_has_its_area_and_share():
    plan = constraints((box(60, 0, 200, 50), {"nature": "E", "index": "E12"}))
    found = ask(LOT, plan)
    assert found.area_m2.tolist() == pytest.approx([2000])
    assert found.share.tolist() == pytest.approx([0.4])
    assert found.equipment_m2.tolist() == pytest.approx([2000])
    assert found.remainder_m2.tolist() == pytest.approx([3000])


def test_hits_come_in_the_order_in_which_they_prevail():
    plan = constraints(
        (box(0, 0, 10, 50), {"nature": "Zone non aedificandi"}),
        (box(0, 0, 30, 50), {"nature": "Enseignement", "index": "E1"}),
        (box(0, 0, 20, 50), {"nature": "Voie à créer", "index": "AC1"}),
        (box(0, 0, 5, 50), {"nature": "Ligne haute tension"}),
        (box(0, 0, 100, 50), {"nature": "Unité bâtie notable"}),
        (line((0, -6), (100, -6)), {"nature": "FB3", "road": 12.0}),
    )
    found = ask(LOT, plan)
    order = ["heritage_b", "hv_line", "education", "road", "front_3", "no_build"]
    assert hit_list(found, plan) == order


def test_overlapping_land_is_owned_once_by_the_first_in_order():
    plan = constraints(
        (box(0, 0, 20, 50), {"nature": "AC", "index": "AC1"}),
        (box(10, 0, 40, 50), {"nature": "V", "index": "V1"}),
        (box(15, 0, 30, 50), {"nature": "Servitude"}),
    )
    found = ask(LOT, plan)
    assert hit_list(found, plan) == ["servitude", "green", "road"]
    assert found.taken_m2.tolist() == pytest.approx([750, 1500, 1000])
    assert found.own_m2.tolist() == pytest.approx([750, 750, 500])
    assert found.remainder_m2.tolist() == pytest.approx([3000])
    # The engine takes roads off first: the front moves to their alignment.
    assert found.roads_m2.tolist() == pytest.approx([1000])
    assert found.servitude_m2.tolist() == pytest.approx([500])
    assert found.equipment_m2.tolist() == pytest.approx([500])


@pytest.mark.parametrize(
    ("nature", "strip_m"),
    [("Ligne haute tension", 8), ("Ligne très haute tension", 16), ("Chemin de fer", 10)],
)
def test_lines_reach_as_far_as_article_5_says(nature, strip_m):
    plan = constraints((line((-50, 0), (150, 0)), {"nature": nature}))
    assert ask(LOT, plan).servitude_m2.tolist() == pytest.approx([100 * strip_m])


def test_another_document_has_other_widths():
    (line_8m,) = (item for item in SERVITUDES if item.key == "hv_line")
    shape = line((-50, 0), (150, 0))
    layer = source((shape, {"nature": "Ligne haute tension"}))
    wider = read_constraints([layer], MERCHICH_NORTH, [replace(line_8m, side_m=12.0)])
    assert ask(LOT, wider).servitude_m2.tolist() == pytest.approx([1200])
    silent = read_constraints([layer], MERCHICH_NORTH)
    assert silent.width_unknown.tolist() == [True]
    assert [problem.code for problem in silent.problems] == ["hits.no-width"]
    assert len(ask(LOT, silent)) == 0


def test_a_railway_is_counted_from_its_right_of_way():
    plan = constraints((box(-50, -20, 150, -4), {"nature": "CF"}))
    assert ask(LOT, plan).servitude_m2.tolist() == pytest.approx([600])


def test_a_rural_railway_keeps_twenty_metres():
    plan = constraints((box(-50, -20, 150, 0), {"nature": "Chemin de fer rural"}))
    assert ask(LOT, plan).servitude_m2.tolist() == pytest.approx([2000])


def test_a_water_main_keeps_half_of_its_corridor_empty():
    plan = constraints((line((-50, 25), (150, 25)), {"nature": "Conduite d'eau potable"}))
    found = ask(LOT, plan)
    assert found.area_m2.tolist() == pytest.approx([4000])
    assert found.taken_m2.tolist() == pytest.approx([2000])


def test_the_width_of_a_layer_replaces_the_article():
    plan = constraints((line((-50, 0), (150, 0)), {"nature": "HT", "width": 30.0}))
    assert ask(LOT, plan).servitude_m2.tolist() == pytest.approx([1500])


def test_a_belt_lies_around_a_cemetery_and_not_on_it():
    site = box(-30, 0, 10, 50)
    plan = constraints((site, {"nature": "Servitude de cimetière", "width": 20.0}))
    assert ask(LOT, plan).servitude_m2.tolist() == pytest.approx([1000])


def test_a_belt_of_unknown_width_is_told_and_not_invented():
    plan = constraints((box(-30, 0, 10, 50), {"nature": "Servitude de cimetière"}))
    assert [problem.code for problem in plan.problems] == ["hits.no-width"]
    assert ask(LOT, plan).servitude_m2.tolist() == [0]


def test_a_road_drawn_as_its_axis_is_as_wide_as_it_says():
    plan = constraints((line((-50, 0), (150, 0)), {"nature": "AC", "index": "AC1", "width": 20.0}))
    assert ask(LOT, plan).roads_m2.tolist() == pytest.approx([1000])


def test_a_quarry_and_an_interchange_take_nothing():
    plan = constraints(
        (box(-10, -10, 50, 60), {"nature": "Périmètre de carrière"}),
        (box(-10, -10, 50, 60), {"nature": "Échangeur"}),
    )
    found = ask(LOT, plan)
    assert found.area_m2.tolist() == pytest.approx([2500, 2500])
    assert found.remainder_m2.tolist() == pytest.approx([5000])


def test_a_front_is_measured_along_the_parcel():
    axis = line((-50, -10), (150, -10))
    plan = constraints((axis, {"nature": "FB4", "road": 20.0, "name": "Boulevard A"}))
    found = ask(LOT, plan)
    assert plan.index.tolist() == ["Boulevard A"]
    assert found.length_m.tolist() == pytest.approx([100])
    assert found.area_m2.tolist() == [0]
    assert len(ask(box(0, 3, 100, 50), plan)) == 0


def test_rows_that_say_nothing_are_no_constraints():
    plan = constraints(
        (LOT, {"nature": None, "road": 20.0}), (LOT, {"nature": "FB3", "road": 20.0})
    )
    assert len(plan) == 1
    assert plan.problems == ()


# --- lapsing ---------------------------------------------------------------------------------


def reservation(**values):
    return (LOT, {"nature": "E", "index": "E1", "state": "A CREER", **values})


@pytest.mark.parametrize(
    ("values", "lapsed"),
    [
        ({"expiry": "2035-04-02"}, False),
        ({"expiry": "2019-11-14"}, True),
        ({"expiry": "14/11/2019"}, True),
        ({"expiry": "2019"}, True),
        ({"expiry": "2026-01-05"}, False),
        ({"expiry": "2019-11-14", "state": "EXISTANT"}, False),
        ({"expiry": "2019-11-14", "exempt": "oui"}, False),
        ({"state": "CADUQUE"}, True),
        ({"state": "caduc"}, True),
    ],
)
def test_a_reservation_lapses_by_its_state_or_its_date(values, lapsed):
    plan = constraints(reservation(**values))
    found = ask(LOT, plan)
    assert found.lapsed.tolist() == [lapsed]
    assert found.remainder_m2.tolist() == pytest.approx([5000 if lapsed else 0])


def test_the_documents_date_holds_where_a_reservation_has_none():
    plan = constraints(reservation())
    before, after = dt.date(2035, 4, 2), dt.date(2035, 4, 3)
    expire = dt.date(2035, 4, 2)
    assert ask(LOT, plan, before, expire=expire).lapsed.tolist() == [False]
    assert ask(LOT, plan, after, expire=expire).lapsed.tolist() == [True]


def test_a_servitude_never_lapses():
    plan = constraints((LOT, {"nature": "HT", "state": "A CREER", "expiry": "2010-01-01"}))
    assert ask(LOT, plan).lapsed.tolist() == [False]


# --- bad input ---------------------------------------------------------------------------------


def test_touching_polygons_do_not_hit():
    plan = constraints(
        (box(100, 0, 200, 50), {"nature": "E", "index": "E1"}),
        (box(99.97, 0, 200, 50), {"nature": "V", "index": "V1"}),
    )
    assert len(ask(LOT, plan)) == 0


def test_invalid_polygons_are_repaired_and_told():
    bow = shapely.Polygon([(X, Y), (X + 40, Y + 50), (X + 40, Y), (X, Y + 50)])
    plan = constraints((bow, {"nature": "E", "index": "E1"}))
    assert [problem.code for problem in plan.problems] == ["hits.repaired"]
    assert ask(LOT, plan).equipment_m2.tolist() == pytest.approx([1000])
    crossed = shapely.Polygon([(X, Y), (X + 100, Y + 50), (X + 100, Y), (X, Y + 50)])
    whole = constraints((LOT, {"nature": "E", "index": "E1"}))
    assert ask(crossed, whole).equipment_m2.tolist() == pytest.approx([2500])


@pytest.mark.parametrize("shape", [None, shapely.Polygon(), shapely.Polygon([(X, Y)] * 4)])
def test_a_parcel_of_no_area_has_no_hits(shape):
    plan = constraints((LOT, {"nature": "E", "index": "E1"}))
    found = find_hits(np.array([shape, LOT], dtype=object), plan, TODAY)
    assert found.parcel.tolist() == [1]


def test_no_parcels_and_no_constraints():
    nothing = read_constraints([], MERCHICH_NORTH)
    assert len(ask(LOT, nothing)) == 0
    assert len(find_hits(np.zeros(0, dtype=object), nothing, TODAY)) == 0


def test_another_system_is_transformed_and_an_unknown_one_told():
    shape = shapely.transform(box(60, 0, 100, 50), lambda xy: moved(xy))
    plan = constraints((shape, {"nature": "E", "index": "E1"}), crs=WGS84)
    assert ask(LOT, plan).area_m2.tolist() == pytest.approx([2000], abs=0.5)
    lost = constraints((LOT, {"nature": "E", "index": "E1"}), crs=UNKNOWN)
    assert [problem.code for problem in lost.problems] == ["hits.no-crs"]


def moved(xy):
    from emadina_gis.domain.crs import transform_points

    return transform_points(xy, MERCHICH_NORTH, WGS84)


def test_degrees_that_are_said_to_be_metres_are_refused():
    shape = shapely.box(-7.6, 33.5, -7.5, 33.6)
    plan = constraints((shape, {"nature": "E", "index": "E1"}))
    assert [(problem.code, problem.where) for problem in plan.problems] == [
        ("hits.degrees", "plan")
    ]


def test_what_is_not_understood_is_told_and_kept():
    plan = constraints(
        (LOT, {"nature": "Zlorg", "index": ""}),
        (LOT, {"nature": "Enseignement", "index": None, "expiry": "bientôt"}),
        (LOT, {"nature": "HT", "index": "HT1", "width": -4.0}),
    )
    codes = {problem.code: problem for problem in plan.problems}
    assert set(codes) == {
        "hits.unknown-nature", "hits.no-index", "hits.date-unread", "hits.bad-width",
    }  # fmt: skip
    assert codes["hits.unknown-nature"].params["nature"] == "Zlorg"
    found = ask(LOT, plan)
    assert sorted(hit_list(found, plan)) == ["education", "hv_line", "unknown"]
    assert found.remainder_m2.tolist() == pytest.approx([0])


def test_a_cancel_is_heard():
    ctx = Context()
    ctx.cancel()
    with pytest.raises(JobCancelled):
        find_hits(np.array([LOT]), constraints(reservation()), TODAY, ctx=ctx)


# --- at random -----------------------------------------------------------------------------------

_SIDE = st.floats(-40, 140, allow_nan=False)


_KIND = st.sampled_from(["AC", "E", "V", "HT", "ZNAE", "G"])


@given(st.lists(st.tuples(_SIDE, _SIDE, _SIDE, _SIDE, _KIND), min_size=1, max_size=8))
def test_parts_sum_to_the_union(boxes):
    rows = [
        (box(min(a, c), min(b, d), max(a, c), max(b, d)), {"nature": kind, "index": f"{kind}{n}"})
        for n, (a, b, c, d, kind) in enumerate(boxes)
        if abs(a - c) > 1 and abs(b - d) > 1
    ]
    if not rows:
        return
    plan = constraints(*rows)
    found = ask(LOT, plan)
    kept = plan.whole[found.constraint]
    union = shapely.area(shapely.intersection(LOT, shapely.union_all(kept)))
    assert found.own_m2.sum() == pytest.approx(union, abs=1e-3)
    engine = found.roads_m2 + found.servitude_m2 + found.equipment_m2
    assert engine.tolist() == pytest.approx([union], abs=1e-3)
    assert found.remainder_m2.tolist() == pytest.approx([5000 - union], abs=1e-3)
    assert (found.own_m2 <= found.taken_m2 + 1e-6).all()


def test_many_parcels_at_once_are_as_each_alone():
    rng = np.random.default_rng(3)
    corners = rng.uniform(0, 600, (300, 2))
    lots = shapely.box(X + corners[:, 0], Y + corners[:, 1], X + corners[:, 0] + 30,
                       Y + corners[:, 1] + 20)  # fmt: skip
    places = rng.uniform(0, 600, (80, 2))
    kinds = rng.choice(["AC", "E", "V", "HT", "G"], 80)
    rows = [
        (box(x, y, x + 60, y + 25), {"nature": kind, "index": f"{kind}{n}"})
        for n, ((x, y), kind) in enumerate(zip(places, kinds, strict=True))
    ]
    plan = constraints(*rows)
    whole = find_hits(lots, plan, TODAY)
    for row in range(0, 300, 23):
        alone = find_hits(lots[row : row + 1], plan, TODAY)
        mine = whole.parcel == row
        assert alone.constraint.tolist() == whole.constraint[mine].tolist()
        assert alone.own_m2.tolist() == pytest.approx(whole.own_m2[mine].tolist())
        assert alone.remainder_m2[0] == pytest.approx(whole.remainder_m2[row])


# --- sectors -------------------------------------------------------------------------------------


def zones(*rows):
    shapes = np.array([shape for shape, _code in rows], dtype=object)
    columns = {"sector": [code for _shape, code in rows]}
    table = FeatureTable.from_columns(columns, shapes, crs=MERCHICH_NORTH)
    return read_zones(table, "sector", MERCHICH_NORTH)


def test_sectors_are_summed_and_the_largest_comes_first():
    plan = zones((box(0, 0, 30, 50), "D3"), (box(30, 0, 80, 50), "B4"), (box(80, 0, 95, 50), "D3"))
    found = sector_shares(np.array([LOT, None, box(500, 0, 510, 10)], dtype=object), plan)
    assert [found.codes[code] for code in found.sector] == ["B4", "D3"]
    assert found.area_m2.tolist() == pytest.approx([2500, 2250])
    assert found.outside_m2.tolist() == pytest.approx([250, 0, 100])
    assert found.largest().tolist() == [found.codes.index("B4"), -1, -1]


def test_a_gap_as_thin_as_a_line_is_not_outside():
    plan = zones((box(0, 0, 49.98, 50), "D3"), (box(50, 0, 100, 50), "B4"))
    assert sector_shares(np.array([LOT]), plan).outside_m2.tolist() == [0]

"""The builder's parts: same input, same city; nothing lost, nothing twice."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.build.blocks import Block, plan_quarter
from layers.build.facades import measure
from layers.build.households import apportion
from layers.build.lots import lots_of
from layers.build.names import word
from layers.build.plan import FABRICS, zone_of
from layers.build.quarters import Quarter, Street, dominant_angle, long_axis
from layers.build.store import content_hash, geo_table


def rng():
    return np.random.default_rng(5)


def block(width, depth, family="E2", angle=0.3):
    flat = shapely.box(0, 0, width, depth)
    turned = shapely.affinity.rotate(flat, angle, origin=(0, 0), use_radians=True)
    shape = shapely.set_precision(shapely.transform(turned, lambda xy: xy + 3e5), 0.001)
    return Block(shape, FABRICS[family].sector, family, angle, 1)


@pytest.mark.parametrize("family", ["E2", "E3", "B4", "D3", "C4s", "I3", "S4"])
def test_lots_fill_their_block_without_overlap(family):
    fabric = FABRICS[family]
    one = block(fabric.length[1], fabric.depth[0] * 2.1, family)
    lots = lots_of(one, rng())
    assert len(lots) > 3
    assert shapely.area(lots).sum() == pytest.approx(one.shape.area, rel=5e-5)
    assert shapely.area(shapely.union_all(lots)) == pytest.approx(one.shape.area, rel=5e-5)
    assert shapely.area(lots).min() > 0.4 * fabric.front[0] * fabric.depth[0]


def test_a_facility_is_never_cut():
    whole = Block(block(90, 30).shape, "E2", "E2", 0.3, 1, facility="E")
    assert lots_of(whole, rng()) == [whole.shape]


def test_a_quarter_is_the_same_on_each_build():
    shape = shapely.box(294_000, 329_000, 294_400, 329_300)
    quarter = Quarter(3, shape, "E3", dominant_angle(shape))
    avenue = Street(
        shapely.LineString([(293_900, 329_000), (294_500, 329_000)]),
        30,
        30,
        "avenue",
        "Avenue",
        "شارع",
        "B4",
    )
    first = plan_quarter(quarter, [avenue], rng())
    second = plan_quarter(quarter, [avenue], rng())
    assert [b.shape.wkb for b in first.blocks] == [b.shape.wkb for b in second.blocks]
    assert {b.sector for b in first.blocks} == {"B4", "E3"}
    shapes = [b.shape for b in first.blocks]
    assert shapely.area(shapes).sum() - shapely.area(shapely.union_all(shapes)) < 0.1
    zones = [zone for _, zone in first.zones]
    assert shapely.area(zones).sum() == pytest.approx(shape.area, rel=1e-6)
    assert shapely.distance(shapes, avenue.line).min() >= 15 - 0.01


def test_facades_of_a_row_with_corners():
    lots = shapely.orient_polygons(np.array([shapely.box(x, 0, x + 10, 20) for x in (0, 10, 20)]))
    front = Street(shapely.LineString([(-50, -6), (80, -6)]), 12, 12, "local")
    side = Street(shapely.LineString([(-10, -50), (-10, 60)]), 20, 20, "local")
    commune = shapely.union(shapely.box(-30, -30, 30, 20), shapely.box(-30, -30, 0, 40))
    made = measure(lots, np.zeros(3), [front, side], commune)
    assert made.fronts.tolist() == ["corner", "one", "one"]
    assert made.frontage_m == pytest.approx([10, 10, 10])
    assert made.depth_m == pytest.approx([20, 20, 20])
    assert made.road_width_m == pytest.approx([12, 12, 12])
    assert made.side_road_width_m[0] == 20
    assert np.isnan(made.side_road_width_m[1:]).all()


def test_a_lot_away_from_streets_has_no_facade():
    lots = np.array([shapely.box(0, 0, 10, 10)])
    far = Street(shapely.LineString([(500, 0), (600, 0)]), 12, 12, "local")
    made = measure(shapely.orient_polygons(lots), np.zeros(1), [far], shapely.box(-5, -5, 15, 15))
    assert made.fronts[0] is None
    assert np.isnan(made.road_width_m[0])
    assert made.street[0] == -1


@given(st.integers(0, 10_000), st.lists(st.floats(0.01, 1e4), min_size=1, max_size=60))
def test_apportion_keeps_the_total_and_stays_within_one(total, weights):
    exact = total * np.array(weights) / np.sum(weights)
    shares = apportion(total, np.array(weights))
    assert shares.sum() == total
    assert (np.abs(shares - exact) < 1 + 1e-6).all()


def test_apportion_refuses_an_empty_ground():
    with pytest.raises(ValueError, match="nothing to spread"):
        apportion(3, np.zeros(2))


def test_the_hash_follows_the_content_and_not_the_chunks():
    columns = {
        "name": ["a", None, "c"],
        "size": [1.5, float("nan"), 2.0],
        "ok": [True, None, False],
    }
    shapes = np.array([shapely.Point(n, n) for n in range(3)])
    table = geo_table(columns, shapes)
    chunked = pa.concat_tables([table.slice(0, 1), table.slice(1)])
    assert content_hash(chunked) == content_hash(table)
    changed = geo_table(columns | {"size": [1.5, 0.0, 2.0]}, shapes)
    assert content_hash(changed) != content_hash(table)
    assert table.column("size").null_count == 1


def test_names_are_dealt_in_pairs_and_numbered_past_the_list():
    first, again = word(0), word(72)
    assert first != again
    assert again[0].startswith(first[0])


def test_zone_letters():
    zones = {code: zone_of(code) for code in ("PBC5", "I5s7", "ZR", "PU2", "D1s2", "B3s")}
    assert zones == {"PBC5": "PB", "I5s7": "I", "ZR": "ZR", "PU2": "PU", "D1s2": "D", "B3s": "B"}


def test_the_long_axis_of_a_rectangle():
    centre, angle, length = long_axis(shapely.box(0, 0, 30, 10))
    assert centre == pytest.approx([15, 5])
    assert np.sin(angle) == pytest.approx(0, abs=1e-9)
    assert length == pytest.approx(30)

"""Which limits face a street: from roads, from gaps, on corners, through, cut off, or none."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from emadina_gis.errors import JobCancelled
from emadina_gis.progress import Context
from emadina_gis.simulation.leaning import Leaning, with_leaning
from emadina_gis.simulation.limits import FRONT_REASONS, Side
from emadina_gis.simulation.parcels import Fronts
from emadina_gis.simulation.real_parcels import real_parcels
from tests.unit.simulation.polygons import (
    ORIGIN,
    at,
    inputs_of,
    parcels_of,
    placed,
    sides_of,
    streets,
)


def row_of_lots(count, width=12.0, depth=25.0, y=0.0):
    x = np.arange(count) * width
    return list(shapely.box(x, y, x + width, y + depth, ccw=True))


#: Two rows back to back, and a row over the street.
BLOCK = [*row_of_lots(3), *row_of_lots(3, y=25.0), *row_of_lots(3, y=-37.0)]


def letters(parcels, row):
    """The sides of a parcel, whatever corner its outline starts from."""
    return "".join(sorted(sides_of(parcels, row)))


def test_a_lot_between_two_others_has_one_front():
    parcels = parcels_of(BLOCK)
    assert parcels.streets[1] == 1
    assert letters(parcels, 1) == "BFLR"
    assert parcels.limits.fronts[1] == Fronts.ONE
    assert parcels.frontage_m()[1] == pytest.approx(12)


def test_the_gap_to_the_next_parcel_is_the_width_of_the_road():
    parcels = parcels_of(BLOCK)
    mine = parcels.limits.take(np.array([1]))
    assert mine.road_width_m[mine.front == 0] == pytest.approx([12])


def test_a_width_that_the_table_tells_counts_first():
    parcels = parcels_of(BLOCK, road_width_m=np.full(9, 30.0))
    mine = parcels.limits.take(np.array([1]))
    assert mine.road_width_m[mine.front == 0] == pytest.approx([30])


def test_another_street_is_as_wide_as_the_layer_tells_else_as_the_first():
    roads = streets((-20, -6, 60, -6, 12), (-5, -40, -5, 60, 10))
    told = {"road_width_m": np.full(9, 30.0), "frontage_m": np.full(9, 12.0)}
    for layer, expected in ((roads, 10), (None, 30)):
        parcels = parcels_of(BLOCK, layer, **told)
        mine = parcels.limits.take(np.array([0]))
        assert parcels.road_m(mine, 1) == pytest.approx([expected])
    parcels = parcels_of(BLOCK, roads, **told, side_road_width_m=np.full(9, 15.0))
    assert parcels.road_m(parcels.limits.take(np.array([0])), 1) == pytest.approx([15])


def test_a_lot_at_the_end_of_a_row_is_a_corner():
    roads = streets((-20, -6, 60, -6, 12), (-5, -40, -5, 60, 10))
    parcels = parcels_of(BLOCK, roads)
    assert parcels.streets[0] == 2
    assert parcels.limits.fronts[0] == Fronts.CORNER
    # East of the last lot there is open land, and no road.
    assert parcels.streets[2] == 1
    assert letters(parcels, 2) == "BFLR"


def test_a_lot_between_two_streets_goes_through():
    roads = streets((-20, -6, 60, -6, 12), (-20, 35, 60, 35, 20))
    parcels = parcels_of(row_of_lots(3), roads)
    assert parcels.limits.fronts[1] == Fronts.THROUGH
    assert letters(parcels, 1) == "FFLR"
    widths = parcels.limits.take(np.array([1]))
    assert widths.road_width_m[widths.front == 0] == pytest.approx([20])
    assert widths.road_width_m[widths.front == 1] == pytest.approx([12])


def test_the_front_of_the_table_is_the_main_one():
    roads = streets((-20, -6, 60, -6, 12), (-5, -40, -5, 60, 30))
    wide = parcels_of(BLOCK, roads)
    told = parcels_of(BLOCK, roads, frontage_m=np.full(9, 12.0))
    assert wide.frontage_m()[0] == pytest.approx(25)
    assert told.frontage_m()[0] == pytest.approx(12)


def test_a_cut_corner_is_no_front_of_its_own():
    lot = shapely.Polygon([(0, 3), (3, 0), (20, 0), (20, 25), (0, 25)])
    roads = streets((-20, -6, 60, -6, 12), (-6, -40, -6, 60, 12))
    parcels = parcels_of([lot, shapely.box(20, 0, 40, 25), shapely.box(0, 25, 40, 50)], roads)
    assert letters(parcels, 0) == "CFFRB" or sorted(sides_of(parcels, 0)) == sorted("CFFBR")
    assert parcels.streets[0] == 2
    assert parcels.plain[0]


def test_land_without_a_street_says_so():
    inside = shapely.box(0, 0, 10, 10)
    ring = shapely.box(-20, -20, 30, 30).difference(inside)
    parcels = parcels_of([inside, ring])
    assert parcels.streets[0] == 0
    assert FRONT_REASONS[parcels.limits.reason[0]] == "no_front"
    assert letters(parcels, 0) == "UUUU"
    assert parcels.streets[1] > 0


def test_a_missing_shape_says_so():
    table = placed([shapely.box(0, 0, 10, 10), None])
    parcels = real_parcels(table, inputs_of(table, frontage_m=[np.nan, np.nan]))
    assert FRONT_REASONS[parcels.limits.reason[1]] == "no_geometry"
    assert parcels.streets[1] == 0


def test_without_a_road_before_it_a_front_is_read_from_the_gap_and_said_so():
    far = streets((1000, 1000, 1100, 1000, 12))
    parcels = parcels_of(BLOCK, far)
    assert FRONT_REASONS[parcels.limits.reason[1]] == "front_from_gap"
    assert parcels.streets[1] == 1


def test_neighbours_that_surveys_leave_apart_still_touch():
    lots = [shapely.box(x, 0, x + 11.9, 25) for x in (0, 12, 24)]
    behind = shapely.box(0, 25.05, 36, 50)
    parcels = parcels_of([*lots, behind])
    assert letters(parcels, 1) == "BFLR"


def test_a_longer_neighbour_is_a_neighbour():
    # The side of the deep lot is touched by another on three fifths of it.
    deep, other = shapely.box(0, 0, 12, 40), shapely.box(12, 0, 24, 26)
    left, behind = shapely.box(-12, 0, 0, 40), shapely.box(-12, 40, 24, 60)
    parcels = parcels_of([deep, other, left, behind])
    assert letters(parcels, 0) == "BFLR"


def test_small_bends_are_drawn_straight():
    bent = shapely.Polygon([(0, 0), (6, -0.1), (12, 0), (12, 25), (6, 25.15), (0, 25), (0.1, 12)])
    lots = row_of_lots(3)
    lots[1] = shapely.transform(bent, lambda xy: xy + np.array([12.0, 0.0]))
    parcels = parcels_of([*lots, *row_of_lots(3, y=25.0)])
    assert letters(parcels, 1) == "BFLR"
    assert parcels.plain[1]
    exact = parcels.rings.area[1]
    assert exact == pytest.approx(bent.area)


def test_outlines_are_read_either_way_round():
    turned = [shape.reverse() for shape in BLOCK]
    assert (parcels_of(turned).streets == parcels_of(BLOCK).streets).all()


def test_a_building_leans_on_the_limit_pointed_at():
    parcels = parcels_of(BLOCK)
    leaning = with_leaning(parcels, [Leaning(1, *at(24.3, 12))])
    mine = leaning.limits.take(np.array([1]))
    assert mine.side[mine.lifted].tolist() == [Side.RIGHT]
    assert leaning.limits.lifted.sum() == 1
    assert list(np.flatnonzero(leaning.differs_from(parcels))) == [1]
    assert with_leaning(parcels, []) is parcels


def many(count=20_000):
    return [*row_of_lots(count // 2), *row_of_lots(count // 2, y=25.0)]


def test_what_changed_is_read_again_and_nothing_else(monkeypatch):
    table = placed(many())
    inputs = inputs_of(table)
    before = real_parcels(table, inputs)
    row = np.array([5])
    cut = shapely.box(ORIGIN[0] + 60, ORIGIN[1], ORIGIN[0] + 72, ORIGIN[1] + 20)
    changed = table.with_geometries(row, np.array([cut], dtype=object))
    read = []
    from emadina_gis.simulation import real_parcels as module

    once = module.outlines_of
    monkeypatch.setattr(
        module, "outlines_of", lambda chunk, unit: read.append(len(chunk)) or once(chunk, unit)
    )
    after = real_parcels(changed, inputs, known=before)
    assert len(read) == 2  # its chunk, and the one whose row lies behind it
    fresh = real_parcels(changed, inputs)
    assert not after.differs_from(fresh).any()
    assert set(np.flatnonzero(after.differs_from(before))) >= {5}
    assert after.differs_from(before).sum() < 5
    assert real_parcels(table, inputs, known=before).differs_from(before).sum() == 0


def test_reading_can_be_stopped():
    table = placed(many(18_000))
    ctx = Context()
    ctx.cancel()
    with pytest.raises(JobCancelled):
        real_parcels(table, inputs_of(table), ctx=ctx)


def test_nothing_to_read():
    table = placed([])
    assert len(real_parcels(table, inputs_of(table))) == 0

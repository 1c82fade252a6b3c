"""From drawings to changes: what is caught, what is taken, once and only once."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84, transform_points
from emadina_gis.errors import EmptyInput, JobCancelled, MissingInput, NotMetric
from emadina_gis.progress import Context
from emadina_gis.simulation.changes import SetRegime
from emadina_gis.simulation.drawn import Drawn, drawn_of
from emadina_gis.simulation.scenario import Scenario
from emadina_gis.workflows.resolving import (
    Ground,
    resolve_lifted_reservation,
    resolve_lifted_servitude,
    resolve_protection,
    resolve_reservation,
    resolve_road,
    resolve_sector,
    resolve_servitude,
    resolve_transit,
    resolved_again,
    served_by,
)
from tests.builders import LOT_M, ORIGIN, STREET_M, a_project, parcel_table, vector_layer

X, Y = ORIGIN
WIDTH, DEPTH = LOT_M
EMPTY = Scenario("s", "S")


def project(count=20, **more):
    """Twenty lots of 12 x 25 m in two rows, a street of 12 m between them."""
    return a_project().with_parcels(count, **more).build()


def box(x0, y0, x1, y1):
    """Return a rectangle, in metres from the corner of the first lot."""
    return drawn_of(shapely.box(X + x0, Y + y0, X + x1, Y + y1), MERCHICH_NORTH.id)


def line(*points):
    shape = shapely.LineString([(X + x, Y + y) for x, y in points])
    return drawn_of(shape, MERCHICH_NORTH.id)


def ground(scenario=EMPTY, made=None):
    return Ground(made or project(), scenario)


def test_a_drawn_area_catches_what_it_holds_half_of():
    change = resolve_sector(ground(), box(0, 0, 2.4 * WIDTH, DEPTH), "B5")
    assert change.ids == (0, 1)
    assert change.sector == "B5"
    half = resolve_sector(ground(), box(0, 0, 2.5 * WIDTH, DEPTH), "B5")
    assert half.ids == (0, 1, 2)


def test_a_reservation_takes_what_lies_under_it():
    change = resolve_reservation(ground(), box(6, 0, 24, 10), index="E1", nature="école")
    assert change.taken == ((0, 60.0), (1, 120.0))
    assert (change.index, change.nature) == ("E1", "école")
    assert change.area == box(6, 0, 24, 10)


def test_a_parcel_that_is_only_touched_is_not_taken():
    assert resolve_protection(ground(), box(0, 0, WIDTH, DEPTH), reason="x").taken == ((0, 300.0),)


def test_each_square_metre_is_taken_once():
    first = resolve_reservation(ground(), box(0, 0, 12, 10))
    scenario = EMPTY.with_change(first)
    second = resolve_protection(ground(scenario), box(0, 0, 12, 25))
    assert second.taken == ((0, 180.0),)
    with pytest.raises(EmptyInput, match="nothing-caught"):
        resolve_protection(ground(scenario), box(1, 1, 11, 9))
    lifted = resolve_lifted_reservation(ground(scenario), area=box(0, 0, 12, 5))
    assert lifted.freed == ((0, 60.0),)
    again = resolve_reservation(ground(scenario.with_change(lifted)), box(0, 0, 12, 25))
    assert again.taken == ((0, 240.0),)


def test_lifting_chosen_parcels_gives_all_of_it_back():
    taken = resolve_reservation(ground(), box(0, 0, 24, 10), index="E1")
    change = resolve_lifted_reservation(
        ground(EMPTY.with_change(taken)), ids=(0,), sector="B4", index="E1"
    )
    assert change.freed == ((0, 120.0),)
    assert (change.sector, change.index, change.area) == ("B4", "E1", None)


def test_of_what_the_plan_takes_the_share_of_the_parcel_is_lifted():
    table = parcel_table(4).with_column("equipment_m2", np.array([200.0, 0.0, 0.0, 0.0]))
    made = replace(project(4), layers=(vector_layer("parcels", table),))
    half = resolve_lifted_reservation(ground(made=made), area=box(0, 0, 6, 25))
    assert half.freed == ((0, 100.0),)
    with pytest.raises(EmptyInput):
        resolve_lifted_reservation(ground(made=made), area=box(12, 0, 24, 25))


def test_a_servitude_has_its_sides():
    change = resolve_servitude(ground(), line((0, 5), (120, 5)), nature="ligne", side_m=2)
    assert [name for name, _area in change.taken] == list(range(10))
    assert {area for _name, area in change.taken} == {4.0 * WIDTH}
    assert change.area.kind == "Polygon"
    point = Drawn("Point", (X + 6.0, Y + 12.0), MERCHICH_NORTH.id)
    around = resolve_servitude(ground(), point, side_m=3)
    assert around.taken[0][1] == pytest.approx(math.pi * 9, rel=0.02)
    lifted = resolve_lifted_servitude(ground(EMPTY.with_change(change)), ids=range(4))
    assert lifted.freed == change.taken[:4]


def test_a_road_takes_its_width_and_widens_the_street():
    axis = line((-5, DEPTH + STREET_M / 2), (125, DEPTH + STREET_M / 2))
    change = resolve_road(ground(), axis, 20.0, name="AC 1")
    assert [name for name, _area in change.taken] == list(range(20))
    assert {area for _name, area in change.taken} == {4.0 * WIDTH}
    assert dict(change.widths) == {row: 20.0 for row in range(20) if row % 3}  # others have it
    narrow = resolve_road(ground(), axis, 14.0)
    assert not set(dict(narrow.widths)) & {row for row in range(20) if row % 3 == 0}


def test_a_road_through_a_parcel_leaves_the_rest():
    change = resolve_road(ground(), line((-10, 12), (130, 12)), 10.0)
    assert dict(change.taken)[0] == 10.0 * WIDTH
    assert set(dict(change.widths)) == set()  # at least as wide already


def test_parcels_a_road_takes_whole_front_on_nothing():
    change = resolve_road(ground(), line((-10, 12.5), (130, 12.5)), 49.0)
    assert set(dict(change.widths)) == set(range(10, 20))


def test_a_transit_line_serves_what_is_near():
    axis = line((-10, DEPTH + 6), (130, DEPTH + 6))
    stops = Drawn("MultiPoint", ((X + 1.0, Y + DEPTH + 6.0),), MERCHICH_NORTH.id)
    street = resolve_transit(ground(), axis, mode="tramway", name="T5", stops=stops)
    assert street.taken == ()
    near = replace(street, radius_m=10.0)
    assert served_by(ground(), near) == (0, 10)
    assert len(served_by(ground(), replace(near, stops=None))) == 20
    own = resolve_transit(ground(), axis, width_m=14.0)
    assert {area for _name, area in own.taken} == {1.0 * WIDTH}


def test_drawings_in_another_system_land_on_the_same_parcels():
    xy = np.array(box(6, 0, 24, 10).coordinates[0])
    lonlat = transform_points(xy, MERCHICH_NORTH, WGS84)
    drawn = drawn_of(shapely.Polygon(lonlat), WGS84.id, geographic=True)
    change = resolve_reservation(ground(), drawn)
    assert dict(change.taken) == pytest.approx({0: 60.0, 1: 120.0}, abs=0.05)


def test_area_in_the_table_is_what_is_shared():
    table = parcel_table(4).with_column("area_m2", np.full(4, 150.0))
    made = replace(project(4), layers=(vector_layer("parcels", table),))
    assert resolve_protection(ground(made=made), box(0, 0, 6, 25)).taken == ((0, 75.0),)


def test_a_bow_tie_is_measured_as_it_is_filled():
    tie = Drawn(
        "Polygon",
        (((X, Y), (X + 12.0, Y + 25.0), (X + 12.0, Y), (X, Y + 25.0), (X, Y)),),
        MERCHICH_NORTH.id,
    )
    assert resolve_protection(ground(), tie).taken == ((0, 150.0),)


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(MissingInput):
        Ground(a_project().build(), EMPTY)
    table = parcel_table(2, crs=WGS84)
    made = replace(project(2), layers=(vector_layer("parcels", table),))
    with pytest.raises(NotMetric, match="not-metric"):
        Ground(made, EMPTY)
    with pytest.raises(EmptyInput, match="nothing-caught"):
        resolve_sector(ground(), box(900, 900, 910, 910), "B5")
    with pytest.raises(EmptyInput):
        resolve_road(ground(), line((900, 900), (950, 900)), 20.0)


def test_drawn_changes_can_be_caught_again():
    made = project()
    changes = []
    for resolve in (
        lambda g: resolve_sector(g, box(0, 0, 24, 25), "B5"),
        lambda g: resolve_reservation(g, box(0, 0, 12, 10), index="E1"),
        lambda g: resolve_protection(g, box(0, 0, 12, 25)),
        lambda g: resolve_servitude(g, box(24, 0, 36, 5), nature="x"),
        lambda g: resolve_lifted_reservation(g, area=box(0, 0, 12, 5)),
        lambda g: resolve_lifted_servitude(g, area=box(24, 0, 36, 2)),
        lambda g: resolve_road(g, line((-5, 31), (125, 31)), 20.0, name="AC 1"),
        lambda g: resolve_transit(g, line((-5, 31), (125, 31)), width_m=24.0, mode="bus"),
    ):
        changes.append(resolve(Ground(made, replace(EMPTY, changes=tuple(changes)))))
    changes.append(SetRegime((1,), lot=True))
    scenario = replace(EMPTY, changes=tuple(changes))
    assert resolved_again(made, scenario) == scenario
    without = resolved_again(made, scenario.without_change(1))
    assert without.changes[1].taken == ((0, 300.0),)
    fewer = resolved_again(project(2), scenario)
    assert fewer.changes[0].ids == (0, 1)


class _Stops(Context):
    def report(self, fraction, phase="", **params):
        raise JobCancelled


def test_catching_can_be_cancelled():
    with pytest.raises(JobCancelled):
        Ground(project(), EMPTY, _Stops()).caught(shapely.box(X, Y, X + 50, Y + 50))

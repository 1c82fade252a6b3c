"""Why two scenarios differ: the parts sum to the whole, with every kind of change."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emadina_gis.regulation import load_document
from emadina_gis.simulation import BASELINE, FIGURES, MEASURES, Scenario, compare
from emadina_gis.simulation.changes import Derogation, LiftReservation, SetSector, SetSectorValue
from emadina_gis.simulation.compare import MOST_SHARED_EDITS
from emadina_gis.simulation.parcels import parcel_inputs
from tests.unit.simulation.test_changes import CHANGES, PARCELS

DOCUMENT = load_document("ain-chock-2025")
KEYS = tuple(f"{measure}.{figure}" for measure in MEASURES for figure in FIGURES[1:])
SOME = st.lists(st.sampled_from(CHANGES), max_size=6, unique=True)


def scenario(changes, name="b"):
    return Scenario(name, name.upper(), tuple(changes))


def parts(found):
    sums = dict.fromkeys(KEYS, 0.0)
    for row in found.why:
        sums[row["key"]] += row["difference"]
    return sums


def by_edit(found):
    sums = {}
    for row in found.why:
        key = (row["edit"], row["key"])
        sums[key] = sums.get(key, 0.0) + row["difference"]
    return {key: value for key, value in sums.items() if abs(value) > 1e-6}


def assert_sums(found):
    told = parts(found)
    for row in found.totals:
        if row["key"] in told:
            scale = max(abs(row["a"]), abs(row["b"]), 1.0)
            assert abs(told[row["key"]] - row["difference"]) <= 1e-9 * scale, row["key"]


@settings(max_examples=40)
@given(SOME, SOME)
def test_the_parts_sum_to_the_difference(first, second):
    assert_sums(compare(PARCELS, DOCUMENT, scenario(first, "a"), scenario(second)))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
def test_one_edit_has_all_of_the_difference(change):
    found = compare(PARCELS, DOCUMENT, BASELINE, scenario([change]))
    assert_sums(found)
    assert {row["edit"] for row in found.why} <= {change.summary}
    back = compare(PARCELS, DOCUMENT, scenario([change]), BASELINE)
    assert {row["edit"] for row in back.why} <= {f"without {change.summary}"}
    assert_sums(back)


def test_more_than_six_edits_in_the_order_of_the_list():
    assert len(CHANGES) > MOST_SHARED_EDITS
    assert_sums(compare(PARCELS, DOCUMENT, BASELINE, scenario(CHANGES)))


def test_edits_elsewhere_do_not_change_how_land_is_shared():
    two = (SetSectorValue("B4", "levels", 3), SetSectorValue("B4", "max_height_m", 14.5))
    more = tuple(SetSectorValue("E2", "coverage", 0.3 + 0.01 * n) for n in range(7))
    alone = by_edit(compare(PARCELS, DOCUMENT, BASELINE, scenario(two)))
    among = by_edit(compare(PARCELS, DOCUMENT, BASELINE, scenario((*two, *more))))
    for name, gain in alone.items():
        assert among[name] == pytest.approx(gain)


@given(SOME)
def test_identical_scenarios_have_no_parts(changes):
    found = compare(PARCELS, DOCUMENT, scenario(changes, "a"), scenario(changes))
    assert found.why == ()
    assert all(row["difference"] == 0 for row in found.totals)


def test_the_order_of_edits_that_do_not_meet_does_not_matter():
    """A dérogation, a protection, a road and a value of another sector touch other parcels."""
    codes = ["B4", "B4", "D4", "E2", "C3", "B4"]
    parcels = parcel_inputs(
        [DOCUMENT.index_of(code) for code in codes],
        [1000.0] * 6,
        [25.0] * 6,
        road_width_m=[12.0] * 6,
        regime=[1, 0, 1, 1, 0, 0],
        existing_floor_area_m2=[0.0, 300.0, 50.0, 0.0, 800.0, 0.0],
    )
    edits = (
        SetSector((0,), "B5"),
        Derogation((2,), (("coverage", 0.4),), "n° 1"),
        SetSectorValue("E2", "coverage", 0.5),
        LiftReservation(((4, 10.0),), "C2"),
    )
    expected = by_edit(compare(parcels, DOCUMENT, BASELINE, scenario(edits)))
    assert len({edit for edit, _key in expected}) == 4
    for order in permutations(edits):
        found = by_edit(compare(parcels, DOCUMENT, BASELINE, scenario(order)))
        assert found == pytest.approx(expected)


def test_edits_of_the_same_parcels_share_by_the_mean_over_orders():
    """Two values of one sector: each gets the mean of its gain first and its gain second."""
    first, second = SetSectorValue("D4", "coverage", 0.4), SetSectorValue("D4", "levels", 2.0)
    parcels = parcel_inputs(
        [DOCUMENT.index_of("D4")], [1000.0], [25.0], road_width_m=[12.0], regime=[1]
    )
    key = "net_floor_area_m2.allowed"

    def total(*edits):
        found = compare(parcels, DOCUMENT, BASELINE, scenario(edits))
        return next(row["b"] for row in found.totals if row["key"] == key)

    nothing, one, other, both = total(), total(first), total(second), total(first, second)
    shares = by_edit(compare(parcels, DOCUMENT, BASELINE, scenario((first, second))))
    assert shares[first.summary, key] == pytest.approx((one - nothing + both - other) / 2)
    assert shares[second.summary, key] == pytest.approx((other - nothing + both - one) / 2)


def test_many_parcels_sum_as_well():
    rng = np.random.default_rng(1)
    n = 20_000
    width = rng.uniform(8, 40, n)
    parcels = parcel_inputs(
        rng.integers(0, len(DOCUMENT.sectors), n),
        width * rng.uniform(10, 60, n),
        width,
        road_width_m=rng.uniform(8, 30, n),
        regime=rng.integers(-1, 2, n),
        existing_floor_area_m2=np.where(rng.random(n) < 0.1, np.nan, rng.uniform(0, 900, n)),
    )
    edits = (
        SetSector(tuple(range(0, n, 7)), "B5"),
        SetSectorValue("B5", "coverage", 0.6),
        SetSectorValue("B4", "levels", 6.0),
        Derogation(tuple(range(0, n, 11)), (("levels", 3.0),)),
        LiftReservation(tuple((row, 20.0) for row in range(0, n, 5)), "B4"),
    )
    assert_sums(compare(parcels, DOCUMENT, BASELINE, scenario(edits)))

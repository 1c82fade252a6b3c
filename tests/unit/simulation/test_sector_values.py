"""Values of a sector beside the document's; gains between outcomes; parcels of a reason."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from emadina_gis.regulation import NO_OVERRIDES, check_override
from emadina_gis.simulation import Regime, capacity
from emadina_gis.simulation.changes import SetSector, SetSectorValue
from emadina_gis.simulation.difference import LEAST, gain_bounds, gain_of, rounded
from emadina_gis.simulation.outcome import simulate
from emadina_gis.simulation.parcels import parcel_inputs
from emadina_gis.simulation.reason_rows import rows_of_reason
from emadina_gis.simulation.scenario import Scenario
from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
from emadina_gis.simulation.sector_values import (
    changes_of_value,
    is_taller_only,
    overrides_of,
    sector_values,
    values_to_add,
)
from tests.unit.simulation.test_capacity import DOCUMENT, one


def values_of(code, overrides=NO_OVERRIDES):
    return {value.key: value for value in sector_values(DOCUMENT, code, overrides)}


def test_values_are_those_the_document_prints_with_their_article():
    values = values_of("B4")
    assert values["levels"].value == values["levels"].printed == 4
    assert values["max_height_m"].printed == 17.5
    assert values["coverage.raw"].printed == 0.3
    assert values["coverage.raw"].citation.article == "30"
    assert not any(value.is_changed for value in values.values())
    assert "coverage.lot" not in values, "the document fixes none for lots"


def test_regimes_are_told_apart_only_where_they_differ():
    assert {"coverage.lot", "coverage.raw"} <= values_of("E2").keys()
    assert values_of("D3")["coverage"].lot is None
    apart = values_of("D3", NO_OVERRIDES.with_value("D3", "coverage.lot", 0.5))
    assert apart["coverage.lot"].value == 0.5
    assert apart["coverage.raw"].value == 0.35
    assert apart["coverage.lot"].is_changed
    assert not apart["coverage.raw"].is_changed


def test_a_changed_value_stands_beside_the_printed_one():
    values = values_of("B4", NO_OVERRIDES.with_value("B4", "levels", 6))
    assert values["levels"].value == 6
    assert values["levels"].printed == 4
    assert values["levels"].is_changed
    assert values["max_height_m"].value == pytest.approx(23.5), "levels lift the height"
    assert not values["max_height_m"].is_changed


def test_every_value_of_every_sector_may_be_typed_and_dragged():
    for sector in DOCUMENT.sectors:
        found = sector_values(DOCUMENT, sector.code, NO_OVERRIDES)
        added = values_to_add(DOCUMENT, sector.code, NO_OVERRIDES)
        assert bool(found) == (sector.no_number is None)
        assert not {v.kind for v in found} & {v.kind for v in added}
        for value in (*found, *added):
            low, high = value.range
            assert low <= value.value <= high
            assert value.step > 0
            for end in (low, high, value.value):
                check_override(DOCUMENT, sector.code, value.key, end)


def test_the_last_word_on_a_value_holds_and_its_changes_are_found():
    changes = (
        SetSectorValue("B4", "levels", 5.0),
        SetSector((1,), "B4"),
        SetSectorValue("B4", "coverage.raw", 0.5),
        SetSectorValue("D3", "levels", 3.0),
        SetSectorValue("B4", "levels", 6.0),
    )
    assert overrides_of(changes).of_sector("B4") == (("coverage.raw", 0.5), ("levels", 6.0))
    assert changes_of_value(changes, "B4", "levels") == (0, 4)
    assert changes_of_value(changes, "B4", "coverage") == (2,)
    assert changes_of_value(changes, "B4", "coverage.lot") == ()


def block(count=6):
    return parcel_inputs(
        [DOCUMENT.index_of("D3")] * count,
        [500.0] * count,
        [20.0] * count,
        road_width_m=[20.0] * count,
        regime=[Regime.LOT] * count,
    )


def outcome(scenario):
    return ScenarioOutcome(scenario, simulate(block(), DOCUMENT, scenario))


def test_gains_are_the_differences_that_totals_add_up():
    before = outcome(Scenario("a", "a"))
    after = outcome(Scenario("b", "b", (SetSector((0, 1), "B4"),)))
    gain = gain_of(before.outcome, after.outcome, "net_floor_area_m2")
    total = after.summary.total.value("net_floor_area_m2", "allowed")
    total -= before.summary.total.value("net_floor_area_m2", "allowed")
    assert gain.sum() == pytest.approx(total)
    assert (gain[2:] == 0).all()
    assert (gain[:2] > 0).all()


def test_a_parcel_that_loses_its_figure_loses_all_of_it():
    before = capacity(block(1), DOCUMENT)
    gone = one("ZR", 20, 25, 20, Regime.LOT)
    assert gain_of(before, gone, "net_floor_area_m2")[0] == -before.central_net_m2[0]
    assert math.isnan(gain_of(gone, gone, "net_floor_area_m2")[0])


@pytest.mark.parametrize("usual", [np.array([]), np.array([0.0, np.nan]), np.array([3.0]),
                                   np.array([120.0, 300.0, 9_000.0])])  # fmt: skip
@pytest.mark.parametrize("least", LEAST.values())
def test_bounds_of_gains_ascend_and_mirror(usual, least):
    bounds = gain_bounds(usual, least)
    assert len(bounds) == 8
    assert all(low < high for low, high in pairwise(bounds))
    assert bounds == tuple(-bound for bound in reversed(bounds))
    assert bounds[4] == least


def test_bounds_are_short_numbers():
    assert gain_bounds(np.array([432.0]), 0.5)[4:7] == (0.5, 100.0, 500.0)
    assert [rounded(x) for x in (0.9, 14.0, 26.0, 640.0)] == [1.0, 10.0, 30.0, 700.0]


def test_a_reason_names_the_parcels_it_is_about():
    first = outcome(Scenario("a", "a"))
    change, value = SetSector((1, 3), "B4"), SetSectorValue("D3", "levels", 2.0)
    second = outcome(Scenario("b", "b", (change, value)))
    binding = second.outcome.binding
    for row, edit in ((1, change), (0, value)):
        reason = {
            "sector": second.outcome.sector[row],
            "rule": binding[row],
            "edit": edit.summary,
            "key": "net_floor_area_m2.allowed",
        }
        rows = rows_of_reason(reason, first, second).tolist()
        assert row in rows
        assert set(rows) <= ({1, 3} if edit is change else {0, 2, 4, 5})


def test_what_the_first_scenario_alone_does_is_found_too():
    first = outcome(Scenario("a", "a", (SetSector((2,), "B4"),)))
    second = outcome(Scenario("b", "b"))
    reason = {
        "sector": "D3",
        "rule": second.outcome.binding[2],
        "edit": f"without {first.scenario.changes[0].summary}",
        "key": "people.addition",
    }
    assert rows_of_reason(reason, first, second).tolist() == [2]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ((), False),
        ((("max_height_m", 20.5),), True),
        ((("max_height_m", 14.5),), False),
        ((("max_height_m", 20.5), ("levels", 5)), False),
        ((("levels", 5),), False),
    ],
)
def test_a_height_raised_without_levels_is_known(changes, told):
    overrides = NO_OVERRIDES
    for key, value in changes:
        overrides = overrides.with_value("B4", key, value)
    assert is_taller_only(sector_values(DOCUMENT, "B4", overrides)) is told

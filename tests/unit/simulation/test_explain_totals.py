"""Where totals come from: groups add up, from the numbers as they are shown."""

from __future__ import annotations

import numpy as np
import pytest

from emadina_gis.simulation import Regime, capacity
from emadina_gis.simulation.derivation import COEFFICIENT, GROUP, value_of
from emadina_gis.simulation.explain_totals import OTHERS, explain_total
from emadina_gis.simulation.parcels import parcel_inputs
from emadina_gis.simulation.totals import FIGURES, MEASURES, summarise
from tests.unit.simulation.test_capacity import DOCUMENT


@pytest.fixture(scope="module")
def summary():
    rng = np.random.default_rng(7)
    count = 60
    codes = [DOCUMENT.index_of(code) for code in ("B4", "D3", "E2", "C3", "I3")]
    inputs = parcel_inputs(
        rng.choice(codes, count),
        rng.uniform(150, 12_000, count),
        rng.uniform(8, 60, count),
        road_width_m=rng.uniform(8, 30, count),
        regime=rng.choice([Regime.LOT, Regime.RAW, Regime.UNKNOWN], count),
        existing_floor_area_m2=np.where(rng.random(count) < 0.4, 0.0, rng.uniform(50, 900, count)),
        equipment_m2=np.where(rng.random(count) < 0.2, 400.0, 0.0),
    )
    return summarise(capacity(inputs, DOCUMENT))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("figure", FIGURES)
def test_a_total_is_computed_again_from_what_is_shown(summary, measure, figure):
    found = explain_total(summary, figure, measure)
    assert found.result.value == pytest.approx(summary.total.value(measure, figure))
    for step in found.steps:
        assert step.is_exact
        again = round(value_of(step.expression, step.extra), step.result.least)
        assert again == pytest.approx(step.result.shown())


@pytest.mark.parametrize("figure", OTHERS)
def test_other_totals_are_sums_of_sectors(summary, figure):
    found = explain_total(summary, figure, "")
    assert found.result.value == pytest.approx(summary.total.other(figure))
    assert {item.origin for item in found.inputs} == {GROUP}


def test_what_is_expected_shows_take_up_by_class_of_land(summary):
    found = explain_total(summary, "expected", "dwellings")
    taken = [item.kind for item in found.inputs if item.origin == COEFFICIENT]
    assert set(taken) <= {"take_up_free", "take_up_raw", "take_up_rebuild", "take_up_raise"}
    assert taken


def test_an_unknown_figure_is_not_explained(summary):
    assert explain_total(summary, "jobs", "dwellings") is None

"""Where a parcel's figure comes from: computed again from what is shown, it is what is shown."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from emadina_gis.regulation import NO_OVERRIDES
from emadina_gis.simulation import Fronts, Regime
from emadina_gis.simulation.derivation import (
    COEFFICIENT,
    PARCEL,
    RULE,
    SCENARIO,
    STEP,
    Quantity,
    Step,
    over,
    quantities_of,
    times,
    value_of,
)
from emadina_gis.simulation.explain import EXPLAINED, explain_parcel
from emadina_gis.simulation.people import dwellings_of, part_of, people_per_dwelling
from tests.unit.simulation.test_capacity import WORKED, one

LOT, RAW = Regime.LOT, Regime.RAW
FLOOR = ("reference_area_m2", "max_footprint_m2", "gross_floor_area_m2", "net_floor_area_m2")


def outcome_of(case):
    sector, width, depth, road, regime, more = case[:6]
    return one(sector, width, depth, road, regime, **dict(more))


def again_from_what_is_shown(step):
    """Compute a step from the numbers as a person reads them, and round as its result is."""
    return round(value_of(step.expression, step.extra), step.result.least)


@pytest.mark.parametrize("case", WORKED, ids=[f"{c[0]}-{c[1]}x{c[2]}-{c[4].name}" for c in WORKED])
@pytest.mark.parametrize("figure", FLOOR)
def test_a_worked_case_is_computed_again_from_the_numbers_shown(case, figure):
    outcome = outcome_of(case)
    (found,) = explain_parcel(outcome, 0, figure)
    assert found.result.value == pytest.approx(getattr(outcome, figure)[0], abs=1e-6)
    for step in found.steps:
        assert step.is_exact
        assert again_from_what_is_shown(step) == pytest.approx(step.result.shown(), abs=1e-9)


@pytest.mark.parametrize("case", WORKED, ids=[f"{c[0]}-{c[1]}x{c[2]}-{c[4].name}" for c in WORKED])
def test_dwellings_and_people_are_those_of_the_outcome(case):
    outcome = outcome_of(case)
    dwellings = float(dwellings_of(part_of(outcome))[0])
    (found,) = explain_parcel(outcome, 0, "dwellings")
    assert found.result.value == pytest.approx(dwellings)
    (people,) = explain_parcel(outcome, 0, "population")
    expected = dwellings * people_per_dwelling(outcome.parameters)
    assert people.result.value == pytest.approx(expected)
    assert again_from_what_is_shown(people.steps[-1]) == pytest.approx(people.result.shown())


def test_every_step_is_used_by_a_later_one_and_every_other_number_has_an_origin():
    (found,) = explain_parcel(outcome_of(WORKED[6]), 0, "population")
    for number, step in enumerate(found.steps[:-1]):
        later = found.steps[number + 1 :]
        used = {item.key for after in later for item in quantities_of(after.expression)}
        assert step.result.key in used
    given = {step.result.key for step in found.steps}
    for step in found.steps:
        for item in quantities_of(step.expression):
            assert item.origin != STEP or item.key in given


def test_rules_carry_their_article_and_coefficients_their_key():
    (found,) = explain_parcel(outcome_of(WORKED[1]), 0, "dwellings")
    by_key = {item.key: item for item in found.inputs}
    assert by_key["coverage"].citation.article == "30"
    assert by_key["floor_ratio"].citation.article == "30"
    assert by_key["net_to_gross"].origin == COEFFICIENT
    assert by_key["housing_share"].kind == "housing_share.B"
    assert by_key["area_m2"].origin == PARCEL


def test_a_value_of_the_scenario_is_called_one():
    changed = NO_OVERRIDES.with_value("B4", "coverage.raw", 0.5)
    (found,) = explain_parcel(one("B4", 12, 25, 20, RAW, overrides=changed), 0, "net_floor_area_m2")
    origins = {item.key: item.origin for item in found.inputs}
    assert origins["coverage"] == SCENARIO
    assert origins["floor_ratio"] == RULE


def test_an_unknown_regime_is_explained_under_both():
    outcome = one("B4", 12, 25, 20, Regime.UNKNOWN)
    found = explain_parcel(outcome, 0, "net_floor_area_m2")
    assert [derivation.lot for derivation in found] == [True, False]
    values = [derivation.result.value for derivation in found]
    assert values == pytest.approx([928.2, 382.5])


@pytest.mark.parametrize("sector", ["A6", "B3", "B5", "C2", "C5s", "D1b", "D3", "E2", "E3", "E4",
                                    "I3", "PBC4", "S4"])  # fmt: skip
@pytest.mark.parametrize("regime", [LOT, RAW])
@pytest.mark.parametrize("fronts", list(Fronts))
def test_any_rectangle_is_explained_exactly(sector, regime, fronts):
    rng = np.random.default_rng(zlib.crc32(f"{sector}{regime}{fronts}".encode()))
    for _ in range(5):
        width, depth, road = rng.uniform(5, 60), rng.uniform(8, 90), rng.uniform(6, 40)
        existing = rng.uniform(10, 300)
        outcome = one(sector, width, depth, road, regime, fronts=fronts,
                      existing_floor_area_m2=existing)  # fmt: skip
        for figure in EXPLAINED:
            for found in explain_parcel(outcome, 0, figure):
                if hasattr(outcome, figure):
                    value = float(getattr(outcome, figure)[0])
                    assert found.result.value == pytest.approx(value, abs=1e-6)
                assert all(step.is_exact for step in found.steps)
                for step in found.steps:
                    again = again_from_what_is_shown(step)
                    assert again == pytest.approx(step.result.shown(), abs=1e-9)


def test_more_decimals_are_shown_where_the_arithmetic_needs_them():
    third = Quantity("third", 1 / 3, origin=RULE)
    land = Quantity("land", 30_000.0, "m2", origin=PARCEL)
    step = Step(Quantity("ceded", 10_000.0, "m2", least=1), times(third, land), "x")
    assert step.extra > 2
    assert again_from_what_is_shown(step) == 10_000.0
    plain = Step(Quantity("half", 15_000.0, "m2"), over(land, Quantity("two", 2.0)), "x")
    assert plain.extra == 0


def test_a_number_is_shown_without_zeros_at_its_end():
    assert Quantity("a", 0.85, least=3).decimals() == 2
    assert Quantity("a", 12.0, least=3).decimals() == 0
    assert Quantity("a", 1 / 3, least=2).decimals(2) == 4


def test_a_parcel_without_a_figure_has_no_derivation():
    assert explain_parcel(one("ZR", 12, 25, 20, LOT), 0, "net_floor_area_m2") == ()


@pytest.mark.parametrize("case", WORKED, ids=[f"{c[0]}-{c[1]}x{c[2]}-{c[4].name}" for c in WORKED])
@pytest.mark.parametrize("figure", ["net_floor_area_m2", "population"])
def test_a_number_is_shown_in_the_same_way_where_it_is_found_and_where_it_is_used(case, figure):
    (found,) = explain_parcel(outcome_of(case), 0, figure)
    results = {}
    for shown in found.shown:
        for item in quantities_of(shown.step.expression):
            if item.key in results and item.origin == STEP:
                assert item.shown(shown.extra) == pytest.approx(results[item.key], abs=1e-9)
        again = round(value_of(shown.step.expression, shown.extra), shown.decimals)
        assert again == pytest.approx(round(shown.step.result.value, shown.decimals), abs=1e-9)
        results[shown.step.result.key] = round(shown.step.result.value, shown.decimals)


def test_a_result_that_is_used_with_more_decimals_is_shown_with_them():
    outcome = one("E3", 14.3, 15.02, 9.7, LOT)
    (found,) = explain_parcel(outcome, 0, "net_floor_area_m2")
    gross = next(s for s in found.shown if s.step.result.key == "gross_floor_area_m2")
    last = found.shown[-1]
    used = next(
        item for item in quantities_of(last.step.expression) if item.key == "gross_floor_area_m2"
    )
    assert gross.decimals >= used.decimals(last.extra)


def test_nothing_is_told_that_does_not_give_the_figure():
    outcome = one("B4", 12, 25, 20, LOT)
    more = outcome.net_floor_area_m2.copy() + 50.0

    class WithBonus:
        """An outcome to which something was added."""

        net_floor_area_m2 = more

        def __getattr__(self, name):
            return getattr(outcome, name)

        def __len__(self):
            return 1

    assert explain_parcel(WithBonus(), 0, "net_floor_area_m2") == ()
    assert explain_parcel(WithBonus(), 0, "dwellings") == ()
    assert explain_parcel(WithBonus(), 0, "gross_floor_area_m2") != ()

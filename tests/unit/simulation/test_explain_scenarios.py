"""Figures under dérogations, bonuses and forbidden land: computed again from what is shown."""

from __future__ import annotations

import pytest

from emadina_gis.regulation import load_document
from emadina_gis.simulation import Scenario, apply_scenario, capacity
from emadina_gis.simulation.changes import Derogation, GrantBonus, ProtectLand
from emadina_gis.simulation.derivation import SCENARIO, quantities_of, value_of
from emadina_gis.simulation.explain import explain_parcel
from emadina_gis.simulation.parcels import parcel_inputs
from emadina_gis.words import LANGUAGES, load_words

DOCUMENT = load_document("ain-chock-2025")
FIGURES = (
    "reference_area_m2",
    "max_footprint_m2",
    "gross_floor_area_m2",
    "residual_floor_area_m2",
    "net_floor_area_m2",
)
CHANGES = (
    Derogation((0,), (("levels", 6.0), ("coverage", 0.5)), "n° 1"),
    GrantBonus((0,), "social_mix", 0.05),
    GrantBonus((0,), "height_line", 0.2),
    ProtectLand(((0, 200.0),)),
    ProtectLand(((0, 900.0),)),
)


def outcome(sector, regime, *changes):
    parcel = parcel_inputs(
        [DOCUMENT.index_of(sector)],
        [1500.0],
        [30.0],
        road_width_m=[20.0],
        regime=[regime],
        existing_floor_area_m2=[400.0],
    )
    done = apply_scenario(Scenario("s", "s", changes), parcel, DOCUMENT)
    return capacity(done.inputs, DOCUMENT, overrides=done.overrides)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.summary)
@pytest.mark.parametrize("regime", [0, 1])
@pytest.mark.parametrize("sector", ["A6", "B4", "C3", "D4", "E2", "PBC4"])
def test_every_step_is_computed_again(sector, regime, change):
    found = outcome(sector, regime, change)
    for figure in FIGURES:
        expected = float(getattr(found, figure)[0])
        for origin in explain_parcel(found, 0, figure):
            assert origin.result.value == pytest.approx(expected, abs=1e-6), figure
            for step in origin.steps:
                assert value_of(step.expression) == pytest.approx(step.result.value, abs=1e-6)


def test_what_was_granted_is_said_to_come_from_the_scenario():
    found = outcome("D4", 1, CHANGES[0])
    (origin,) = explain_parcel(found, 0, "gross_floor_area_m2")
    origins = {
        item.key: item.origin for step in origin.steps for item in quantities_of(step.expression)
    }
    assert origins["coverage"] == SCENARIO


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_of_a_bonus_has_its_words(language):
    words = load_words(language)
    (origin,) = explain_parcel(outcome("C3", 0, CHANGES[1]), 0, "net_floor_area_m2")
    formulas = [step.formula for step in origin.steps]
    assert formulas[-2:] == ["bonus.net", "bonus.total"]
    assert all(words.has(f"origin.formula.{formula}") for formula in formulas)

"""Where a figure comes from, in three languages: every number named, and none without source."""

from __future__ import annotations

import pytest

from emadina_gis.report.origin import Sources, origin_text
from emadina_gis.simulation import Regime
from emadina_gis.simulation.explain import EXPLAINED, explain_parcel
from emadina_gis.simulation.explain_totals import explain_total
from emadina_gis.simulation.totals import FIGURES, MEASURES, summarise
from emadina_gis.words import LANGUAGES, load_words
from emadina_gis.words.numbers import without_isolates
from tests.unit.simulation.test_capacity import WORKED, one

LRI, PDI = "\u2066", "\u2069"


def sources_of(outcome, language="fr"):
    return Sources(outcome.document, outcome.parameters, load_words(language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", WORKED, ids=str)
def test_every_step_and_every_number_has_words(case, language):
    sector, width, depth, road, regime, more = case[:6]
    outcome = one(sector, width, depth, road, regime, existing_floor_area_m2=40.0, **more)
    for figure in EXPLAINED:
        for found in explain_parcel(outcome, 0, figure):
            told = origin_text(found, sources_of(outcome, language), told_regime=True)
            assert told.condition
            assert all(step.name and step.formula and step.numbers for step in told.steps)
            assert all(item.name and item.value and item.source for item in told.inputs)


@pytest.mark.parametrize("language", LANGUAGES)
def test_totals_have_words(language):
    outcome = one("B4", 12, 25, 20, Regime.LOT, existing_floor_area_m2=40.0)
    for measure in MEASURES:
        for figure in FIGURES:
            found = explain_total(summarise(outcome), figure, measure)
            told = origin_text(found, sources_of(outcome, language), told_regime=False)
            assert not told.condition
            assert all(step.numbers for step in told.steps)


def test_the_arithmetic_is_written_with_its_brackets():
    outcome = one("C4s", 82, 100, 20, Regime.RAW, plan_roads_m2=640, equipment_m2=1150)
    (found,) = explain_parcel(outcome, 0, "net_floor_area_m2")
    told = origin_text(found, sources_of(outcome), told_regime=False)
    numbers = [without_isolates(step.numbers).replace("\u202f", " ") for step in told.steps]
    assert "0,1 × (8 200 − 640) = 756\u00a0m²" in numbers
    assert "8 200 − 640 − max(1 150 ; 756) = 6 410\u00a0m²" in numbers
    assert "min(0,85 × 9 615 ; 1,3 × 6 410) = 8 172,8\u00a0m²" in numbers


def test_in_arabic_the_arithmetic_is_isolated_from_the_sentence():
    outcome = one("B4", 12, 25, 20, Regime.RAW)
    (found,) = explain_parcel(outcome, 0, "net_floor_area_m2")
    told = origin_text(found, sources_of(outcome, "ar"), told_regime=True)
    for step in told.steps:
        assert step.numbers.startswith(LRI)
        assert step.numbers.count(LRI) == step.numbers.count(PDI)


def test_what_is_to_confirm_is_marked():
    outcome = one("B4", 12, 25, 20, Regime.LOT)
    (found,) = explain_parcel(outcome, 0, "dwellings")
    told = origin_text(found, sources_of(outcome), told_regime=False)
    doubtful = {item.name for item in told.inputs if item.doubtful}
    assert any("habitat" in name for name in doubtful)
    assert not any("Largeur" in name for name in doubtful)

"""Scenarios, totals, outcome and comparison."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emadina_gis.errors import AnalysisError, SettingsError, ZoningError
from emadina_gis.regulation import NO_OVERRIDES, USES, load_document
from emadina_gis.simulation import (
    BASELINE,
    FIGURES,
    MEASURES,
    Regime,
    Scenario,
    SetRegime,
    SetSector,
    SetSectorValue,
    apply_scenario,
    basements_for,
    capacity,
    capacity_columns,
    compare,
    default_parameters,
    outcome_dict,
    parcel_inputs,
    people_per_dwelling,
    settable_keys,
    simulate,
    summarise,
    with_settings,
)
from emadina_gis.simulation import codes as col
from emadina_gis.words import load_words

DOCUMENT = load_document("ain-chock-2025")
ROW_KEYS = [
    "parcel_id",
    "sector",
    "document",
    "status",
    "reason",
    "reference_area_m2",
    "max_height_m",
    "max_levels",
    "max_footprint_m2",
    "gross_floor_area_m2",
    "net_floor_area_m2",
    "net_floor_area_low_m2",
    "net_floor_area_high_m2",
    "binding_rule",
    "binding_detail",
    "article",
    "existing_floor_area_m2",
    "residual_floor_area_m2",
    "dwellings",
    "population",
    "jobs",
    "parking_places",
    "free_cession_m2",
    "to_acquire_m2",
    "green_m2",
]


def index(code):
    return DOCUMENT.index_of(code)


def some_parcels(n=300, seed=3):
    rng = np.random.default_rng(seed)
    width, depth = rng.uniform(8, 40, n), rng.uniform(12, 40, n)
    return parcel_inputs(
        rng.integers(-1, len(DOCUMENT.sectors), n),
        width * depth,
        width,
        road_width_m=rng.uniform(8, 30, n),
        regime=rng.integers(-1, 2, n),
        existing_floor_area_m2=np.where(rng.random(n) < 0.2, np.nan, rng.uniform(0, 900, n)),
        commune=rng.integers(-1, 2, n),
        commune_codes=("c0", "c1"),
        commune_names=("Zero", "Un"),
        ids=np.arange(n) * 10 + 5,
        parcel_id=[f"T.{i}/C" for i in range(n)],
    )


PARCELS = some_parcels()
EDITS = [
    SetSector((5, 15, 25, 35, 45), "B5"),
    SetSectorValue("B5", "floor_ratio", 2.0),
    SetRegime((25, 35, 55), True),
    SetSectorValue("B5", "coverage", 0.5),
    SetSector(("T.3/C", "T.9/C"), "C3s2"),
    SetSectorValue("C3", "levels", 5.0),
    SetSectorValue("E2", "coverage.lot", 0.7),
    SetRegime((5, 15), None),
]


def test_a_row_has_the_keys_of_the_contract():
    columns = capacity_columns(capacity(PARCELS, DOCUMENT))
    assert list(columns) == ROW_KEYS
    assert {len(values) for values in columns.values()} == {len(PARCELS)}
    assert columns["parcel_id"][3] == "T.3/C"


def test_scenario_round_trip():
    scenario = Scenario("s1", "Densifier B5", tuple(EDITS), "notes", "me")
    again = Scenario.from_dict(json.loads(json.dumps(scenario.to_dict())))
    assert again == scenario
    assert scenario.without_change(0).with_change(EDITS[0]).changes[-1] == EDITS[0]


@pytest.mark.parametrize(
    "content",
    [
        {"schema": 1, "changes": "x"},
        {"schema": "one", "changes": []},
        {"changes": [3]},
        {"changes": [{"change": "set_sector", "ids": [1], "sector": 4}]},
        {"changes": [{"change": "set_sector", "ids": [1.5], "sector": "B4"}]},
        {"changes": [{"change": "set_sector", "ids": [1]}]},
        {"changes": [{"change": "set_regime", "ids": [1], "lot": "perhaps"}]},
        {"changes": [{"change": "set_sector_value", "sector": "B4", "key": "c", "value": "x"}]},
    ],
)
def test_a_bad_scenario_file_is_refused(content):
    with pytest.raises(AnalysisError, match=r"scenario\.file"):
        Scenario.from_dict(content)


def test_a_newer_scenario_is_refused():
    with pytest.raises(AnalysisError, match="too-new"):
        Scenario.from_dict({"schema": 3})


def test_applying_twice_is_applying_once():
    scenario = Scenario("s", "s", tuple(EDITS))
    once = apply_scenario(scenario, PARCELS, DOCUMENT)
    twice = apply_scenario(scenario, once.inputs, DOCUMENT)
    assert np.array_equal(once.inputs.sector, twice.inputs.sector)
    assert np.array_equal(once.inputs.regime, twice.inputs.regime)
    assert once.overrides == twice.overrides
    assert np.array_equal(twice.inputs.origin_sector, PARCELS.sector)


def test_applying_leaves_the_inputs_alone():
    sector, regime = PARCELS.sector.copy(), PARCELS.regime.copy()
    applied = apply_scenario(Scenario("s", "s", tuple(EDITS)), PARCELS, DOCUMENT)
    assert np.array_equal(PARCELS.sector, sector)
    assert np.array_equal(PARCELS.regime, regime)
    assert applied.inputs.sector[3] == index("C3s2")
    assert applied.inputs.regime[0] == Regime.UNKNOWN


def test_lost_parcels_are_told():
    applied = apply_scenario(
        Scenario("s", "s", (SetSector((5, 6, "T.none"), "B4"),)), PARCELS, DOCUMENT
    )
    assert [(p.code, p.count) for p in applied.problems] == [("scenario.parcels-lost", 2)]


def test_unknown_sectors_and_values_are_refused():
    for change in (SetSector((5,), "Q"), SetSectorValue("B4", "moon", 1.0)):
        with pytest.raises(ZoningError):
            apply_scenario(Scenario("s", "s", (change,)), PARCELS, DOCUMENT)


def test_the_four_figures_by_hand():
    # Two B4 lots of 928.2 m² net: one free, one with 600 m² gross standing (more than half).
    inputs = parcel_inputs(
        [index("B4")] * 2,
        [300, 300],
        [12, 12],
        road_width_m=[20, 20],
        regime=[1, 1],
        existing_floor_area_m2=[0, 600],
    )
    total = simulate(inputs, DOCUMENT, BASELINE).total
    assert total.value("net_floor_area_m2", "existing") == pytest.approx(510)
    assert total.value("net_floor_area_m2", "allowed") == pytest.approx(2 * 928.2)
    assert total.value("net_floor_area_m2", "addition") == pytest.approx(928.2 + 418.2)
    assert total.value("net_floor_area_m2", "expected") == pytest.approx(
        510 + 0.6 * 928.2 + 0.08 * 418.2
    )
    assert total.value("dwellings", "allowed") == pytest.approx(2 * 928.2 * 0.8 / 90)
    assert total.value("people", "addition") == pytest.approx(
        total.value("dwellings", "addition") * 0.9 * 3.54
    )
    classes = summarise(capacity(inputs, DOCUMENT)).by_class
    assert set(classes) == {"free", "raise"}


def test_surveyed_dwellings_hold_and_excess_is_no_negative_addition():
    inputs = parcel_inputs(
        [index("B4")],
        [300],
        [12],
        road_width_m=[20],
        regime=[1],
        existing_floor_area_m2=[9000],
        existing_dwellings=[70],
        existing_people=[200],
    )
    total = simulate(inputs, DOCUMENT, BASELINE).total
    assert total.value("dwellings", "existing") == 70
    assert total.value("people", "existing") == 200
    assert total.value("dwellings", "addition") == 0
    assert total.value("net_floor_area_m2", "expected") == pytest.approx(0.85 * 9000)


def test_what_stands_does_not_move_with_the_scenario():
    moved = Scenario("s", "s", (SetSector(tuple(range(5, 3000, 10)), "A6"),))
    before, after = (simulate(PARCELS, DOCUMENT, s).total for s in (BASELINE, moved))
    for measure in MEASURES:
        assert after.value(measure, "existing") == pytest.approx(before.value(measure, "existing"))


@pytest.mark.parametrize(
    ("sector", "w", "d", "regime", "use", "dwellings"),
    [
        ("E2", 8, 7.5, Regime.LOT, None, 3),
        ("E2", 8, 7.5, Regime.LOT, "commerce", 2),
        ("D3", 30, 30, Regime.LOT, None, 1),
        ("D3", 60, 100, Regime.RAW, None, (6000 - 600) * 0.725 / 600),
        ("I3", 30, 30, Regime.LOT, None, 0),
        ("B4", 12, 25, Regime.LOT, "office", 0),
        ("B4", 12, 25, Regime.LOT, None, 928.2 * 0.8 / 90),
    ],
)
def test_dwellings(sector, w, d, regime, use, dwellings):
    inputs = parcel_inputs(
        [index(sector)],
        [w * d],
        [w],
        road_width_m=[10 if sector == "E2" else 20],
        regime=[regime],
        use=[-1 if use is None else USES.index(use)],
    )
    assert capacity_columns(capacity(inputs, DOCUMENT))["dwellings"][0] == pytest.approx(dwellings)


def test_jobs_and_parking_by_use():
    inputs = parcel_inputs(
        [index("B4")] * 3,
        [300] * 3,
        [12] * 3,
        road_width_m=[20] * 3,
        regime=[1] * 3,
        use=[USES.index(use) for use in ("office", "commerce", "equipment")],
    )
    columns = capacity_columns(capacity(inputs, DOCUMENT))
    assert columns["jobs"][0] == pytest.approx(928.2 / 22.5)
    assert columns["jobs"][1] == pytest.approx(928.2 / 37.5)
    assert math.isnan(columns["jobs"][2])
    assert columns["parking_places"].tolist() == [
        math.ceil(1092 / 80),
        math.ceil(928.2 / 50),
        math.ceil(1092 / 70),
    ]
    parameters = default_parameters(DOCUMENT)
    assert [basements_for(places, 300.0, parameters) for places in (0, 12, 19)] == [0, 1, 2]
    assert basements_for(12, 0.0, parameters) == 0


def test_totals_of_groups_add_up():
    summary = simulate(PARCELS, DOCUMENT, BASELINE)
    for groups in (summary.by_sector, summary.by_commune, summary.by_class):
        figures = sum(totals.figures for totals in groups.values())
        assert np.allclose(figures, summary.total.figures)
        assert sum(totals.other("parcels") for totals in groups.values()) == len(PARCELS)


def test_blocks_add_up_as_one(monkeypatch):
    from emadina_gis.simulation import grouping

    whole = simulate(PARCELS, DOCUMENT, BASELINE)
    monkeypatch.setattr(grouping, "BLOCK_ROWS", 2)
    again = replace(PARCELS, area_m2=PARCELS.area_m2.copy())
    cut = simulate(again, DOCUMENT, BASELINE)
    assert len(cut.outcome.blocks) > len(whole.outcome.blocks)
    assert np.allclose(cut.figures, whole.figures)


@settings(max_examples=25)
@given(st.lists(st.sampled_from(EDITS), max_size=4, unique=True))
def test_computing_only_what_changed_gives_the_same(edits):
    scenario = Scenario("s", "S", tuple(edits))
    reference = simulate(PARCELS, DOCUMENT, BASELINE)
    quick = simulate(PARCELS, DOCUMENT, scenario, reference=reference)
    whole = simulate(PARCELS, DOCUMENT, scenario)
    assert np.allclose(quick.figures, whole.figures, rtol=1e-9, atol=1e-6)
    assert np.allclose(quick.extras, whole.extras, rtol=1e-9, atol=1e-6)
    first, second = (capacity_columns(summary.outcome) for summary in (quick, whole))
    for name, values in first.items():
        if values.dtype == object:
            assert values.tolist() == second[name].tolist()
        else:
            assert np.array_equal(values, second[name], equal_nan=True)


def test_a_reference_on_other_parcels_is_not_trusted():
    other = simulate(some_parcels(seed=4), DOCUMENT, BASELINE)
    found = simulate(PARCELS, DOCUMENT, BASELINE, reference=other)
    assert np.array_equal(found.figures, simulate(PARCELS, DOCUMENT, BASELINE).figures)


def test_ranges_hold_their_value():
    figures = simulate(PARCELS, DOCUMENT, BASELINE).total.figures
    assert (figures[..., 1] <= figures[..., 0] * (1 + 1e-12)).all()
    assert (figures[..., 0] <= figures[..., 2] * (1 + 1e-12)).all()


def test_outcome_json():
    summary = simulate(PARCELS, DOCUMENT, BASELINE)
    content = json.loads(json.dumps(outcome_dict(summary, scenario="S", baseline="R")))
    assert set(content) >= {
        "schema",
        "document",
        "scenario",
        "baseline",
        "coefficients",
        "totals",
        "by_sector",
        "by_commune",
        "parcels",
        "warnings",
    }
    for total in content["totals"].values():
        assert set(total) == set(FIGURES)
        assert all(set(figure) == {"value", "low", "high"} for figure in total.values())
    assert sum(content["parcels"].values()) == len(PARCELS)
    assert {"code": "c1", "name": "Un"}.items() <= content["by_commune"][1].items()
    assert {row["sector"] for row in content["by_sector"]} >= {"B4", "ZR", ""}
    keys = {item["key"] for item in content["coefficients"]}
    assert {"net_to_gross", "take_up_free", "housing_share.B"} <= keys
    for item in content["warnings"]:
        assert load_words("ar").has(f"problem.{item['code']}.what")


def differences(comparison):
    return {row["key"]: row["difference"] for row in comparison.totals}


def reasons(comparison):
    sums = {}
    for row in comparison.why:
        sums[row["key"]] = sums.get(row["key"], 0.0) + row["difference"]
    return sums


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from(EDITS), max_size=5, unique=True),
    st.lists(st.sampled_from(EDITS), max_size=5, unique=True),
)
def test_the_reasons_add_up_to_the_difference(first, second):
    a, b = Scenario("a", "A", tuple(first)), Scenario("b", "B", tuple(second))
    found = compare(PARCELS, DOCUMENT, a, b)
    total, why = differences(found), reasons(found)
    for measure in MEASURES:
        for figure in FIGURES[1:]:
            key = f"{measure}.{figure}"
            assert why.get(key, 0.0) == pytest.approx(total[key], abs=1e-6)


def test_many_edits_are_shared_in_list_order():
    found = compare(PARCELS, DOCUMENT, BASELINE, Scenario("b", "B", tuple(EDITS)))
    total, why = differences(found), reasons(found)
    assert len(EDITS) > 6
    assert why["dwellings.allowed"] == pytest.approx(total["dwellings.allowed"])


def test_sharing_does_not_depend_on_the_order_of_independent_edits():
    edits = (SetSectorValue("B4", "coverage", 0.6), SetSectorValue("B4", "floor_ratio", 3.0))
    forth = compare(PARCELS, DOCUMENT, BASELINE, Scenario("b", "B", edits))
    back = compare(PARCELS, DOCUMENT, BASELINE, Scenario("b", "B", edits[::-1]))

    def by_edit(comparison):
        return {
            (row["sector"], row["rule"], row["edit"], row["key"]): pytest.approx(row["difference"])
            for row in comparison.why
        }

    assert by_edit(forth) == by_edit(back)
    assert {row["sector"] for row in forth.why} == {"B4"}


def test_compare_json():
    b = Scenario("b", "B", tuple(EDITS[:2]))
    content = json.loads(json.dumps(compare(PARCELS, DOCUMENT, BASELINE, b).to_dict()))
    assert set(content) == {"a", "b", "totals", "why"}
    assert (content["a"], content["b"]) == ("baseline", "B")
    assert set(content["totals"][0]) == {"key", "a", "b", "difference", "low", "high"}
    assert set(content["why"][0]) == {"sector", "rule", "edit", "key", "difference"}
    same = compare(PARCELS, DOCUMENT, b, b)
    assert not same.why
    assert all(row["difference"] == 0 for row in same.totals)


def test_settings():
    parameters = default_parameters(DOCUMENT)
    keys = {item.key for item in settable_keys(DOCUMENT, parameters)}
    assert {"storey_m", "housing_share.B", "B4.levels", "E2.coverage.lot"} <= keys
    chosen = ["net_to_gross=0.8", "B4.floor_ratio=1.5", "housing_share.B=1"]
    changed, overrides = with_settings(chosen, DOCUMENT, parameters)
    assert changed["net_to_gross"] == 0.8
    assert changed["housing_share.B"] == 1
    assert overrides == NO_OVERRIDES.with_value("B4", "floor_ratio", 1.5)
    for key in keys - set(parameters.values):
        sector, _, rest = key.partition(".")
        assert DOCUMENT.index_of(sector) >= 0
        assert rest


@pytest.mark.parametrize(
    "setting", ["x", "x=1", "net_to_gross=a", "net_to_gross=nan", "net_to_gross=2", "storey_m=0"]
)
def test_bad_settings(setting):
    with pytest.raises(SettingsError) as caught:
        with_settings([setting], DOCUMENT, default_parameters(DOCUMENT))
    assert all(load_words("en").error(caught.value))


def test_a_set_coefficient_keeps_a_range_that_holds_it():
    changed = default_parameters(DOCUMENT).with_value("dwelling_net_m2", 150)
    found = changed.coefficient("dwelling_net_m2")
    assert (found.low, found.value, found.high) == (70, 150, 150)
    assert found.source == "set_by_user"
    assert changed.with_value("storey_m", 3.2).high("storey_m") == 3.2


def test_people_per_dwelling():
    assert people_per_dwelling(default_parameters()) == pytest.approx(0.9 * 3.54)


def test_words_exist_for_what_outcomes_say():
    words = load_words("fr")
    keys = [f"report.status.{name}" for name in col.STATUSES]
    keys += [f"report.binding.{name}" for name in col.DETAILS if name]
    keys += [f"report.reason.{name}" for name in ("set_by_plan", "rule_missing")]
    for item in default_parameters(DOCUMENT).values.values():
        keys += [f"simulation.source.{item.source}"]
        keys += [f"simulation.coefficient.{item.key.partition('.')[0]}"]
    assert [key for key in keys if not words.has(key)] == []

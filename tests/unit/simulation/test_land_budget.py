"""The land budget: parts make up gross land exactly, each parcel has one state and a reason."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emadina_gis.regulation import USES, load_document
from emadina_gis.report.tables import csv_text
from emadina_gis.simulation import LAND_CLASSES, Regime, capacity, parcel_inputs, simulate
from emadina_gis.simulation.land_budget import land_budget
from emadina_gis.simulation.land_chain import STEPS, chain_of
from emadina_gis.simulation.land_states import STATE_REASONS, STATES
from emadina_gis.simulation.scenario import Scenario, SetSector

DOCUMENT = load_document("ain-chock-2025")
LOT, RAW, UNKNOWN = Regime.LOT, Regime.RAW, Regime.UNKNOWN
EQUIPMENT = USES.index("equipment")
NAN = math.nan


def outcome_of(sector, area, regime=RAW, **more):
    """Return the outcome of one parcel twenty metres wide on a street of twenty."""
    columns = {
        "road_width_m": [20.0],
        "regime": [regime],
        "existing_floor_area_m2": [more.pop("existing", 0.0)],
        **{name: [value] for name, value in more.items()},
    }
    index = DOCUMENT.index_of(sector) if sector else -1
    width = max(20.0, math.sqrt(area)) if area > 0 else 20.0
    return capacity(parcel_inputs([index], [area], [width], **columns), DOCUMENT)


def steps_of(sector, area, regime=RAW, **more):
    """Return what each step takes of one parcel, without the steps that take nothing."""
    chain = chain_of(outcome_of(sector, area, regime, **more))
    found = dict(zip(STEPS, (chain.steps_cm2[:, 0] / 1e4).tolist(), strict=True))
    return {name: value for name, value in found.items() if value}


CHAINS = [
    # sector, area, regime, other, steps; the first three are worked cases of the engine
    ("C3", 10_000, RAW, {"plan_roads_m2": 2000}, {"roads": 2000, "cession": 800, "net": 7200}),
    (
        "C4s",
        8_200,
        RAW,
        {"plan_roads_m2": 640, "equipment_m2": 1150},
        {"roads": 640, "cession": 756, "reserved": 394, "net": 6410},
    ),
    ("PBC5", 12_000, RAW, {}, {"green": 4000, "net": 8000}),
    ("PBC5", 12_000, RAW, {"equipment_m2": 5000}, {"green": 4000, "reserved": 1000, "net": 7000}),
    ("B4", 300, LOT, {}, {"net": 300}),
    ("B4", 300, RAW, {}, {"green": 30, "net": 270}),
    ("A6", 10_000, RAW, {}, {"cession": 1000, "green": 700, "net": 8300}),
    ("B4", 300, UNKNOWN, {}, {"undecided": 30, "net": 270}),
    ("D3", 700, UNKNOWN, {}, {"net": 700}),
    ("C3", 10_000, UNKNOWN, {}, {"undecided": 1000, "net": 9000}),
    (
        "C3",
        10_000,
        UNKNOWN,
        {"equipment_m2": 3000},
        {"reserved": 2000, "undecided": 1000, "net": 7000},
    ),
    ("E2", 100, LOT, {"equipment_m2": 100}, {"reserved": 100}),
    (
        "E2",
        100,
        LOT,
        {"servitude_m2": 30, "plan_roads_m2": 10},
        {"roads": 10, "servitude": 30, "net": 60},
    ),
    ("I3", 20_000, RAW, {}, {"net": 20_000}),
    ("ZR", 1_000, RAW, {"plan_roads_m2": 100}, {"roads": 100, "undecided": 900}),
    ("", 1_000, RAW, {"servitude_m2": 100}, {"servitude": 100, "undecided": 900}),
    ("B4", 300, RAW, {"plan_roads_m2": NAN, "equipment_m2": -5.0}, {"green": 30, "net": 270}),
]  # fmt: skip


@pytest.mark.parametrize(("sector", "area", "regime", "more", "expected"), CHAINS)
def test_gross_land_becomes_net(sector, area, regime, more, expected):
    assert steps_of(sector, area, regime, **more) == expected


@pytest.mark.parametrize("sector", ["C3", "C4s", "D3", "I3", "PBC5"])
def test_net_land_is_the_reference_area_where_no_green_share_is_left_in_it(sector):
    outcome = outcome_of(sector, 9_000, RAW, servitude_m2=200.0)
    net = chain_of(outcome).steps_cm2[STEPS.index("net"), 0] / 1e4
    servitude = 200.0 if sector == "PBC5" else 0.0
    assert net + servitude == pytest.approx(outcome.reference_area_m2[0])


def test_a_plan_that_takes_more_than_there_is_is_said_and_cut():
    outcome = outcome_of("B4", 300, LOT, plan_roads_m2=200.0, servitude_m2=150.0)
    budget = land_budget(outcome)
    assert budget.total.step_m2("servitude") == 100
    assert budget.total.step_m2("net") == 0
    assert [problem.code for problem in budget.problems] == ["land.takings-exceed"]


def test_a_parcel_without_area_is_counted_and_told_not_guessed():
    budget = land_budget(outcome_of("B4", NAN))
    total = budget.total
    assert (total.parcels, total.without_area, total.gross_m2) == (1, 1, 0)
    assert budget.reasons == {("unknown", "area_unknown"): (1, 0.0)}
    assert [problem.code for problem in budget.problems] == ["land.area-unknown"]
    assert np.isnan(budget.parcel_columns()["gross_m2"]).all()


REASONS = [
    ("B4", 300, {}, "free", "nothing_stands"),
    ("C3", 12_000, {}, "raw", "nothing_stands_large"),
    ("C3", 12_000, {"regime": LOT}, "free", "nothing_stands"),
    ("B4", 400, {"existing": 5_000.0}, "built", "stands_much"),
    ("B4", 400, {"existing": 10.0}, "built", "stands_little"),
    ("ZR", 400, {"existing": 10.0}, "built", "stands"),
    ("B4", 400, {"existing": NAN}, "unknown", "standing_unknown"),
    ("B4", 400, {"use": EQUIPMENT}, "blocked", "equipment_use"),
    ("B4", 400, {"equipment_m2": 300.0}, "blocked", "mostly_reserved"),
    ("B4", 400, {"land_class": LAND_CLASSES.index("blocked")}, "blocked", "stated"),
    ("B4", 400, {"land_class": LAND_CLASSES.index("engaged")}, "engaged", "stated"),
    ("B4", 400, {"plan_roads_m2": 250.0}, "constrained", "mostly_roads"),
    ("B4", 400, {"plan_roads_m2": 50.0, "servitude_m2": 200.0}, "constrained", "mostly_servitude"),
    ("ZR", 400, {}, "constrained", "no_rule"),
    ("", 400, {}, "constrained", "no_sector"),
    ("C3", 120, {}, "constrained", "nothing_fits"),
    ("C3", 120, {"land_class": LAND_CLASSES.index("free")}, "constrained", "nothing_fits"),
]  # fmt: skip


@pytest.mark.parametrize(("sector", "area", "more", "state", "reason"), REASONS)
def test_each_parcel_has_a_state_and_a_reason(sector, area, more, state, reason):
    budget = land_budget(outcome_of(sector, area, **more))
    assert list(budget.reasons) == [(state, reason)]


def test_every_state_and_reason_has_words_in_three_languages():
    from emadina_gis.simulation.codes import BAD, NO_RULE, NO_SECTOR, REGIME_UNKNOWN, STATUSES
    from emadina_gis.words import LANGUAGES, load_words
    from emadina_gis.workflows.land_budget import definitions

    for language in LANGUAGES:
        words = load_words(language)
        assert all(words.text(f"land.reason.{name}") for name in STATE_REASONS)
        for code in (BAD, NO_RULE, NO_SECTOR, REGIME_UNKNOWN):
            assert words.text(f"land.undecided-why.{STATUSES[code]}")
        told = definitions(words)
        assert [entry["key"] for entry in told] == [*STEPS, *STATES]
        assert all(entry["name"] and entry["text"] for entry in told)


# --- true of every budget -------------------------------------------------------------------------

AREAS = st.one_of(st.floats(0.01, 60_000), st.sampled_from([NAN, 0.0, -3.0]))
TAKEN = st.one_of(st.floats(0, 20_000), st.sampled_from([0.0, NAN, -1.0, 1e6]))


@st.composite
def parcels(draw):
    """Return inputs of some parcels with whatever files hold."""
    count = draw(st.integers(1, 12))

    def column(values):
        return draw(st.lists(values, min_size=count, max_size=count))

    return parcel_inputs(
        column(st.integers(-1, len(DOCUMENT.sectors) - 1)),
        column(AREAS),
        column(st.floats(3, 80)),
        road_width_m=column(st.sampled_from([NAN, 10.0, 20.0])),
        regime=column(st.sampled_from([-1, 0, 1])),
        plan_roads_m2=column(TAKEN),
        equipment_m2=column(TAKEN),
        servitude_m2=column(TAKEN),
        use=column(st.integers(-1, len(USES) - 1)),
        existing_floor_area_m2=column(st.sampled_from([NAN, 0.0, 50.0, 5_000.0])),
        land_class=column(st.integers(-1, len(LAND_CLASSES) - 1)),
        commune=column(st.integers(-1, 1)),
        commune_codes=("a", "b"),
    )


@given(parcels())
@settings(max_examples=60)
def test_parts_make_up_the_gross_land_exactly_in_every_group(inputs):
    budget = land_budget(capacity(inputs, DOCUMENT))
    chain = budget.chain
    assert (chain.steps_cm2 >= 0).all()
    assert np.array_equal(chain.steps_cm2.sum(axis=0), chain.gross_cm2)
    groups = [budget.total, *budget.by_sector.values(), *budget.by_commune.values()]
    for group in groups:
        cells = group.cells.sum(axis=0)
        assert cells[3:].sum() == cells[2]
        by_state = [Decimal(str(group.state_m2(name))) for name in STATES]
        by_step = [Decimal(str(group.step_m2(name))) for name in STEPS]
        assert sum(by_state) == sum(by_step) == Decimal(str(group.gross_m2))


@given(parcels())
@settings(max_examples=60)
def test_totals_are_the_sums_of_the_parcels_and_every_parcel_is_in_one_state(inputs):
    budget = land_budget(capacity(inputs, DOCUMENT))
    known = np.where(inputs.area_m2 > 0, inputs.area_m2, 0.0)
    assert budget.total.gross_m2 == pytest.approx(known.sum(), abs=1e-4 * len(inputs))
    assert budget.total.parcels == len(inputs)
    assert sum(budget.total.parcels_in(name) for name in STATES) == len(inputs)
    for part in (budget.by_sector, budget.by_commune):
        assert np.array_equal(sum(group.cells for group in part.values()), budget.total.cells)
    assert sum(count for count, _area in budget.reasons.values()) == len(inputs)
    undecided = sum(area for _count, area in budget.undecided.values())
    assert undecided == pytest.approx(budget.total.step_m2("undecided"))


@given(parcels())
@settings(max_examples=30)
def test_the_rows_of_a_file_add_up_as_a_spreadsheet_adds_them(inputs):
    budget = land_budget(capacity(inputs, DOCUMENT))
    head, *lines = csv_text(budget.parcel_columns()).splitlines()
    places = [head.split(",").index(f"{name}_m2") for name in STEPS]
    for line in lines:
        cells = line.split(",")
        if cells[head.split(",").index("gross_m2")]:
            steps = sum(Decimal(cells[place]) for place in places)
            assert steps == Decimal(cells[head.split(",").index("gross_m2")])


def test_a_scenario_moves_land_between_steps_and_loses_none():
    inputs = parcel_inputs(
        [DOCUMENT.index_of("C3")] * 3,
        [12_000.0] * 3,
        [100.0] * 3,
        road_width_m=[20.0] * 3,
        regime=[RAW] * 3,
        existing_floor_area_m2=[0.0] * 3,
    )
    reference = simulate(inputs, DOCUMENT, Scenario("a", "a"))
    changed = simulate(inputs, DOCUMENT, Scenario("b", "b", (SetSector((1,), "PBC5"),)))
    before, after = land_budget(reference.outcome).total, land_budget(changed.outcome).total
    assert after.gross_m2 == before.gross_m2
    assert after.step_m2("green") - before.step_m2("green") == 4_000
    assert after.step_m2("cession") - before.step_m2("cession") == -1_200
    assert after.step_m2("net") - before.step_m2("net") == -2_800

"""What is shared, kept or put in order to be fast never changes a figure."""

from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emadina_gis.regulation import NO_OVERRIDES, USES, Overrides, load_document, sector_table
from emadina_gis.simulation import (
    BASELINE,
    Regime,
    Scenario,
    SetRegime,
    SetSector,
    SetSectorValue,
    capacity,
    capacity_columns,
    compare,
    default_parameters,
    grouping,
    parcel_inputs,
    simulate,
    summarise,
    tally,
)
from emadina_gis.simulation.changes import AddReservation, AddServitude, Derogation, GrantBonus
from emadina_gis.simulation.grouping import UNKNOWN_CLASS, blocks_of, grouping_of
from emadina_gis.simulation.people import HIGH, LOW, dwellings_of, jobs_of, parking_of, part_of
from emadina_gis.simulation.tally import land_class_of
from emadina_gis.simulation.update import update, update_summary

DOCUMENTS = {
    name: load_document(name)
    for name in ("ain-chock-2025", "ain-harrouda-incomplet", "ain-sebaa-incomplet")
}
DOCUMENT = DOCUMENTS["ain-chock-2025"]
COUNT = 400
VALUES = {
    "floor_ratio": (0.3, 3.0),
    "coverage": (0.1, 0.9),
    "levels": (1, 8),
    "coverage.lot": (0.2, 0.8),
}


def parcels(document, seed, count=COUNT):
    """Parcels of every sort: unknown values, uses, fronts, bad geometry, land that is taken."""
    rng = np.random.default_rng(seed)

    def some(values, missing=0.15):
        return np.where(rng.random(count) < missing, np.nan, values)

    width, depth = rng.uniform(8, 60, count), rng.uniform(12, 110, count)
    return parcel_inputs(
        rng.integers(-1, len(document.sectors), count),
        some(width * depth, 0.05),
        some(width, 0.05),
        road_width_m=some(rng.uniform(6, 30, count)),
        side_road_width_m=some(rng.uniform(6, 30, count)),
        fronts=rng.integers(0, 3, count),
        regime=rng.integers(-1, 2, count),
        use=rng.integers(-1, 6, count),
        plan_roads_m2=some(rng.uniform(0, 60, count)),
        equipment_m2=np.where(rng.random(count) < 0.2, rng.uniform(0, 900, count), 0.0),
        existing_floor_area_m2=some(np.maximum(rng.uniform(-600, 1500, count), 0)),
        existing_dwellings=some(rng.poisson(2, count), 0.5),
        existing_people=some(rng.poisson(8, count), 0.7),
        land_class=np.where(rng.random(count) < 0.8, -1, rng.integers(0, 6, count)),
        commune=rng.integers(-1, 3, count),
        commune_codes=("c0", "c1", "c2"),
        ids=np.arange(count) * 7 + 3,
        bad_geometry=rng.random(count) < 0.03,
        assumed=rng.random(count) < 0.1,
    )


PARCELS = {name: parcels(document, 11) for name, document in DOCUMENTS.items()}


@st.composite
def edits(draw, name="ain-chock-2025"):
    """A list of changes that the document takes."""
    document = DOCUMENTS[name]
    has_number = sector_table(document).has_number
    codes = [s.code for s, known in zip(document.sectors, has_number, strict=True) if known]
    code = st.sampled_from(codes or ["none"])
    ids = st.lists(st.integers(0, COUNT - 1), min_size=1, max_size=60, unique=True)
    ids = ids.map(lambda rows: tuple(7 * row + 3 for row in rows))
    taken = ids.map(lambda rows: tuple((row, 150.0) for row in rows))

    def value(key):
        low, high = VALUES[key]
        numbers = st.integers(low, high) if key == "levels" else st.floats(low, high)
        return st.builds(SetSectorValue, code, st.just(key), numbers.map(float))

    change = st.one_of(
        st.builds(SetSector, ids, st.sampled_from(document.sector_codes)),
        st.builds(SetRegime, ids, st.sampled_from([True, False, None])),
        st.builds(AddReservation, taken),
        st.builds(AddServitude, taken),
        st.builds(Derogation, ids, st.just((("levels", 6.0),))),
    )
    if codes:
        change |= st.sampled_from(sorted(VALUES)).flatmap(value)
    if document.bonuses:
        keys = [bonus.key for bonus in document.bonuses]
        change |= st.builds(GrantBonus, ids, st.sampled_from(keys), st.floats(0.01, 0.2))
    return tuple(draw(st.lists(change, max_size=4)))


def rulings_of(outcome):
    """Return which rulings bite which parcels; the order of cases in a table means nothing."""
    table = outcome.table
    bitten = {}
    for number in np.unique(outcome.case).tolist():
        named = "" if number < 0 else repr((table.case_sector[number], table.cases[number]))
        bitten.setdefault(named, set()).update(np.flatnonzero(outcome.case == number).tolist())
    return bitten


def assert_same(found, whole):
    """Columns are equal, totals but for rounding."""
    assert np.allclose(found.figures, whole.figures, rtol=1e-9, atol=1e-6)
    assert np.allclose(found.extras, whole.extras, rtol=1e-9, atol=1e-6)
    first, second = (capacity_columns(summary.outcome) for summary in (found, whole))
    for name, values in first.items():
        if values.dtype == object:
            assert values.tolist() == second[name].tolist(), name
        else:
            assert np.array_equal(values, second[name], equal_nan=True), name
    assert rulings_of(found.outcome) == rulings_of(whole.outcome)
    assert np.array_equal(land_class_of(found.outcome), land_class_of(whole.outcome))


def afresh(inputs):
    """The same inputs, of which nothing is kept."""
    return replace(inputs, area_m2=inputs.area_m2.copy())


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_an_update_is_as_computed_whole(name, data):
    document, inputs = DOCUMENTS[name], PARCELS[name]
    changes = data.draw(edits(name))
    reference = simulate(inputs, document, BASELINE)
    capacity_columns(reference.outcome)  # columns that are there are copied and patched
    scenario = Scenario("s", "s", changes)
    quick = simulate(inputs, document, scenario, reference=reference)
    assert_same(quick, simulate(afresh(inputs), document, scenario))
    assert_same(simulate(inputs, document, BASELINE), reference)


@pytest.mark.parametrize("is_kept", [True, False])
@settings(max_examples=8, deadline=None)
@given(st.lists(edits(), min_size=2, max_size=4))
def test_updates_of_updates_do_not_drift(is_kept, lists):
    inputs = PARCELS["ain-chock-2025"]
    found = simulate(inputs, DOCUMENT, BASELINE)
    capacity_columns(found.outcome)
    kept = found if is_kept else None  # the columns of updates are made of those of the first
    for changes in lists:
        found = simulate(inputs, DOCUMENT, Scenario("s", "s", changes), reference=found)
        gc.collect()  # the outcome it was updated from is gone
    whole = simulate(afresh(inputs), DOCUMENT, Scenario("s", "s", lists[-1]))
    assert_same(found, whole)
    assert kept is None or kept.outcome is not found.outcome


def test_many_updates_put_all_in_order_again():
    inputs = PARCELS["ain-chock-2025"]
    found = simulate(inputs, DOCUMENT, BASELINE)
    most = 0
    for step in range(60):
        ids = tuple(7 * row + 3 for row in range(step % 7, COUNT, 23 + step))
        change = SetSector(ids, DOCUMENT.sector_codes[step % 12])
        found = simulate(inputs, DOCUMENT, Scenario("s", "s", (change,)), reference=found)
        most = max(most, len(found.outcome.blocks))
    assert most < 4 * COUNT
    assert found.outcome.grouping.in_order <= COUNT


@settings(max_examples=10, deadline=None)
@given(edits(), st.integers(1, 400), st.integers(1, 400))
def test_the_size_of_blocks_changes_nothing(changes, rows, many):
    inputs = PARCELS["ain-chock-2025"]
    scenario = Scenario("s", "s", changes)
    whole = simulate(inputs, DOCUMENT, scenario)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouping, "BLOCK_ROWS", rows)
        patch.setattr(grouping, "_MANY_ROWS", many)
        patch.setattr(tally, "_SMALL_ROWS", many)
        patch.setattr(tally, "_BATCH_ROWS", rows)
        assert_same(simulate(afresh(inputs), DOCUMENT, scenario), whole)


def test_totals_are_sums_of_parcels():
    outcome = capacity(PARCELS["ain-chock-2025"], DOCUMENT)
    total, part = summarise(outcome).total, part_of(outcome)
    for end, low_high in ((LOW, "low"), (HIGH, "high")):
        dwellings = dwellings_of(part, end, certain=False)
        assert total.value("dwellings", "allowed", low_high) == pytest.approx(np.nansum(dwellings))
    net = outcome.central_net_m2
    assert total.value("net_floor_area_m2", "allowed") == pytest.approx(np.nansum(net))
    existing = outcome.inputs.existing_floor_area_m2
    more = np.nansum(np.maximum(net - 0.85 * existing, 0))
    assert total.value("net_floor_area_m2", "addition") == pytest.approx(more)
    assert total.other("jobs") == pytest.approx(np.nansum(jobs_of(part, certain=False)))
    assert total.other("parking_places") == np.nansum(parking_of(part, certain=False))


def test_columns_of_all_parcels_are_those_of_each():
    outcome = capacity(PARCELS["ain-chock-2025"], DOCUMENT)
    for row in range(0, COUNT, 7):
        alone = part_of(outcome, slice(row, row + 1))
        for formula, column in (
            (dwellings_of, outcome.dwellings),
            (jobs_of, outcome.jobs),
            (parking_of, outcome.parking_places),
        ):
            assert formula(alone) == pytest.approx(column[row : row + 1], nan_ok=True)


def test_every_parcel_is_in_one_block_of_its_kind():
    inputs = PARCELS["ain-chock-2025"]
    blocks = list(blocks_of(inputs, np.arange(COUNT), DOCUMENT, 10_000.0))
    assert sorted(np.concatenate([block.rows for block in blocks]).tolist()) == list(range(COUNT))
    for block in blocks:
        assert set(inputs.sector[block.rows].tolist()) == {block.kind.sector}
        assert set(inputs.regime[block.rows].tolist()) == {int(block.kind.regime)}
        assert block.run_lengths.sum() == len(block)
        assert (block.run_lengths > 0).all()
        assert np.array_equal(np.repeat(block.use, block.run_lengths), inputs.use[block.rows])
        spread = np.repeat(block.commune, block.run_lengths)
        assert np.array_equal(spread, inputs.commune[block.rows])


def test_some_rows_are_put_in_order_as_all_are():
    inputs = PARCELS["ain-chock-2025"]
    rows = np.arange(5, COUNT, 3)
    blocks = list(blocks_of(inputs, rows, DOCUMENT, 10_000.0))
    assert np.array_equal(np.sort(np.concatenate([block.rows for block in blocks])), rows)
    assert all((inputs.sector[b.rows] == b.kind.sector).all() for b in blocks)


def test_a_block_without_some_rows_is_the_block_of_the_others():
    inputs = PARCELS["ain-chock-2025"]
    outcome = capacity(inputs, DOCUMENT)
    figures = max(outcome.blocks, key=len)
    kept = np.arange(len(figures)) % 3 != 0
    left = figures.take(kept)
    assert np.array_equal(left.block.rows, figures.block.rows[kept])
    assert left.block.run_lengths.sum() == kept.sum()
    left_net, net = left.net_floor_area_m2, figures.net_floor_area_m2
    assert np.array_equal(left_net, net[kept], equal_nan=True)


def test_what_did_not_change_is_shared():
    inputs = PARCELS["ain-chock-2025"]
    reference = simulate(inputs, DOCUMENT, BASELINE)
    values = Overrides({("B5", "floor_ratio"): 2.2})
    found = update(reference.outcome, inputs, values)
    others = [f for f in found.blocks if DOCUMENT.sectors[f.block.kind.sector].code != "B5"]
    assert all(any(f is known for known in reference.outcome.blocks) for f in others)
    assert 0 < len(found.fresh) < len(found.blocks)
    assert update(reference.outcome, inputs, NO_OVERRIDES).fresh == ()


def test_the_same_inputs_are_put_in_order_once():
    inputs = PARCELS["ain-chock-2025"]
    first = capacity(inputs, DOCUMENT)
    same = replace(inputs, origin_sector=inputs.sector)
    assert capacity(same, DOCUMENT).grouping is first.grouping
    assert capacity(afresh(inputs), DOCUMENT).grouping is not first.grouping
    other = grouping_of(inputs, replace(DOCUMENT, id="other"), 10_000.0)
    assert other is not first.grouping


def test_other_parcels_are_computed_whole():
    inputs = PARCELS["ain-chock-2025"]
    reference = simulate(inputs, DOCUMENT, BASELINE)
    fewer = inputs.take(np.arange(0, COUNT, 2))
    assert_same(update_summary(reference, fewer, NO_OVERRIDES), simulate(fewer, DOCUMENT, BASELINE))
    without = replace(inputs, use=None)
    assert_same(
        update_summary(reference, without, NO_OVERRIDES), simulate(without, DOCUMENT, BASELINE)
    )


@pytest.mark.parametrize("key", ["net_to_gross", "household_size", "raw_land_min_m2", "storey_m"])
def test_another_coefficient_is_not_answered_from_what_is_kept(key):
    inputs = PARCELS["ain-chock-2025"]
    plain = default_parameters(DOCUMENT)
    changed = plain.with_value(key, plain[key] * 0.9)
    simulate(inputs, DOCUMENT, BASELINE, plain)
    found = simulate(inputs, DOCUMENT, BASELINE, changed)
    assert_same(found, simulate(afresh(inputs), DOCUMENT, BASELINE, changed))


@settings(max_examples=12, deadline=None)
@given(edits(), edits())
@example(first=(), second=(SetSector((248,), "E2"),))
def test_reasons_add_up_to_the_difference(first, second):
    inputs = PARCELS["ain-chock-2025"]
    found = compare(inputs, DOCUMENT, Scenario("a", "a", first), Scenario("b", "b", second))
    told = {row["key"]: 0.0 for row in found.why}
    for row in found.why:
        told[row["key"]] += row["difference"]
    for row in found.totals:
        if row["key"] in told or row["key"].endswith((".allowed", ".addition", ".expected")):
            assert told.get(row["key"], 0.0) == pytest.approx(
                row["difference"], rel=1e-6, abs=1e-6 + 1e-9 * abs(row["a"])
            )


def test_a_scenario_does_not_change_what_stands():
    """Shops of an industrial sector: an estimate of dwellings keeps the sector they stand in."""
    inputs = parcel_inputs(
        sector=[DOCUMENT.index_of("I3")],
        area_m2=[400.0],
        frontage_m=[20.0],
        road_width_m=[20.0],
        regime=[Regime.LOT],
        use=[USES.index("commerce")],
        existing_floor_area_m2=[900.0],
    )
    moved = Scenario("b", "b", (SetSector((0,), "E2"),))
    found = compare(inputs, DOCUMENT, Scenario("a", "a"), moved)
    stands = {row["key"]: row["difference"] for row in found.totals if "existing" in row["key"]}
    assert set(stands.values()) == {0.0}


def test_unknown_land_is_in_no_class():
    outcome = capacity(PARCELS["ain-chock-2025"], DOCUMENT)
    classes = land_class_of(outcome)
    assert classes.min() >= 0
    assert classes.max() <= UNKNOWN_CLASS

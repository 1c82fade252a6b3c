"""Every kind of change: its file, what it does to parcels, and that twice is once."""

from __future__ import annotations

import json
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emadina_gis.errors import AnalysisError
from emadina_gis.regulation import load_document
from emadina_gis.simulation import BASELINE, Scenario, apply_scenario, capacity, simulate
from emadina_gis.simulation.change_wording import change_text, edit_text
from emadina_gis.simulation.changes import (
    CHANGE_KINDS,
    AddReservation,
    AddRoad,
    AddServitude,
    AddTransitLine,
    Derogation,
    GrantBonus,
    LiftReservation,
    LiftServitude,
    ProtectLand,
    SetRegime,
    SetSector,
    SetSectorValue,
)
from emadina_gis.simulation.drawn import Drawn
from emadina_gis.simulation.parcels import LAND_CLASSES, parcel_inputs
from emadina_gis.words import LANGUAGES, load_words

DOCUMENT = load_document("ain-chock-2025")
AREA = Drawn("Polygon", (((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 0.0)),), "EPSG:26191")
AXIS = Drawn("LineString", ((0.0, 0.0), (90.5, 0.0)), "EPSG:26191")
CHANGES = (
    SetSector((0, 10), "B5", AREA),
    SetSectorValue("B4", "floor_ratio", 1.5),
    SetRegime((10, 20), lot=False),
    AddReservation(((0, 120.0), ("T.4/C", 31.0)), "E122", "école", AREA),
    LiftReservation(((0, 60.0), (20, 10.0)), "B4", "E122", AREA),
    AddServitude(((30, 40.0),), "ligne à haute tension", AREA),
    LiftServitude(((30, 20.0),), "", "ligne à haute tension"),
    AddRoad(AXIS, 20.0, ((40, 36.0),), ((40, 20.0), (50, 20.0)), "AC 12"),
    AddTransitLine(AXIS, "tramway", 7.0, ((50, 20.0),), None, 400.0, "T5"),
    ProtectLand(((60, 300.0), (70, 45.0)), "arbres", AREA),
    Derogation((0, 80), (("levels", 6.0),), "n° 12/2026", "2026-03-31", "parking public"),
    GrantBonus((10, 90), "social_mix", 0.05, (("social_share", 0.5),)),
)
COLUMNS = (
    "sector",
    "regime",
    "road_width_m",
    "plan_roads_m2",
    "equipment_m2",
    "servitude_m2",
    "no_build_m2",
)


def some_parcels(n=60, seed=5):
    rng = np.random.default_rng(seed)
    width, depth = rng.uniform(10, 40, n), rng.uniform(12, 40, n)
    return parcel_inputs(
        rng.integers(0, len(DOCUMENT.sectors), n),
        width * depth,
        width,
        road_width_m=rng.uniform(8, 30, n),
        regime=rng.integers(-1, 2, n),
        equipment_m2=np.where(rng.random(n) < 0.3, rng.uniform(0, 100, n), 0.0),
        existing_floor_area_m2=rng.uniform(0, 900, n),
        ids=np.arange(n) * 10,
        parcel_id=[f"T.{i}/C" for i in range(n)],
    )


PARCELS = some_parcels()


def one(sector="B4", w=12, d=25, **more):
    values = {"road_width_m": [20], "regime": [1], **more}
    return parcel_inputs([DOCUMENT.index_of(sector)], [w * d], [w], **values)


def applied(parcels, *changes):
    return apply_scenario(Scenario("s", "s", changes), parcels, DOCUMENT)


def net(parcels, *changes):
    done = applied(parcels, *changes)
    return capacity(done.inputs, DOCUMENT, overrides=done.overrides).net_floor_area_m2


def test_every_kind_is_here():
    assert {type(change) for change in CHANGES} == set(CHANGE_KINDS.values())
    assert {change.kind for change in CHANGES} == set(CHANGE_KINDS)


def test_a_file_gives_the_changes_back():
    scenario = Scenario("s", "S", CHANGES, "n", "a", "p", "2026-11-23T07:00:00+00:00", "m")
    content = json.loads(json.dumps(scenario.to_dict(), allow_nan=False))
    assert Scenario.from_dict(content) == scenario
    assert content["schema"] == 2
    assert content["changes"][1] == {
        "change": "set_sector_value",
        "sector": "B4",
        "key": "floor_ratio",
        "value": 1.5,
    }
    assert content["changes"][10]["values"] == {"levels": 6.0}
    assert "nature" not in content["changes"][4]


def test_a_file_of_the_first_schema_still_opens():
    old = {"change": "set_sector", "ids": [1, "T.3/C"], "sector": "B4"}
    content = {"schema": 1, "id": "s", "name": "S", "notes": "", "author": "", "changes": [old]}
    assert Scenario.from_dict(content) == Scenario("s", "S", (SetSector((1, "T.3/C"), "B4"),))


@pytest.mark.parametrize(
    ("entry", "code", "place"),
    [
        (3, "scenario.file", "changes[0]"),
        ({}, "scenario.unknown-change", "changes[0]"),
        ({"change": "fly"}, "scenario.unknown-change", "changes[0]"),
        ({"change": ["fly"]}, "scenario.unknown-change", "changes[0]"),
        ({"change": "protect_land"}, "scenario.file", "changes[0].taken"),
        ({"change": "protect_land", "taken": [[1, -2]]}, "scenario.file", "changes[0].taken"),
        ({"change": "protect_land", "taken": [[1]]}, "scenario.file", "changes[0].taken"),
        ({"change": "protect_land", "taken": [[True, 1]]}, "scenario.file", "changes[0].taken"),
        ({"change": "protect_land", "taken": [], "area": 3}, "scenario.file", "changes[0].area"),
        ({"change": "derogation", "ids": [1], "values": []}, "scenario.file", "changes[0].values"),
        ({"change": "grant_bonus", "ids": "1"}, "scenario.file", "changes[0].ids"),
        (
            {"change": "grant_bonus", "ids": [1], "bonus": "energy", "share": 1.5},
            "scenario.file",
            "changes[0].share",
        ),
        ({"change": "set_regime", "ids": [1], "lot": 1}, "scenario.file", "changes[0].lot"),
    ],
)
def test_a_bad_entry_is_refused_with_its_place(entry, code, place):
    with pytest.raises(AnalysisError) as refused:
        Scenario.from_dict({"schema": 2, "changes": [entry]})
    assert (refused.value.code, refused.value.params["place"]) == (code, place)


@pytest.mark.parametrize(
    "content",
    [
        None,
        {"type": "Circle", "coordinates": [0, 0]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, "x"]]]},
        {"type": "LineString", "coordinates": [[0, 0]]},
        {"type": "LineString", "coordinates": [[0, 0], [float("nan"), 1]]},
    ],
)
def test_what_is_no_drawing_is_refused(content):
    with pytest.raises(ValueError, match=r"type|coordinates"):
        Drawn.from_dict(content)


NUMBERS = st.one_of(
    st.integers(-5, 5), st.integers(2**62, 2**80), st.floats(allow_nan=True, allow_infinity=True)
)
NESTED = st.recursive(st.one_of(NUMBERS, st.text(max_size=3)), lambda x: st.lists(x, max_size=4))
ANYTHING = st.recursive(
    st.one_of(NUMBERS, st.text(max_size=3), st.booleans(), st.none()),
    lambda x: st.one_of(
        st.lists(x, max_size=3), st.dictionaries(st.sampled_from(["type", "area", "x"]), x)
    ),
    max_leaves=8,
)
FIELDS = sorted({item.name for made in CHANGE_KINDS.values() for item in fields(made)})
TYPES = ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"]


@settings(max_examples=200)
@given(st.sampled_from(TYPES), NESTED)
def test_any_coordinates_are_a_drawing_or_refused(kind, coordinates):
    try:
        drawn = Drawn.from_dict({"type": kind, "coordinates": coordinates})
    except ValueError:
        return
    assert drawn.shape.geom_type == kind
    assert Drawn.from_dict(json.loads(json.dumps(drawn.to_dict()))) == drawn


@settings(max_examples=300)
@given(
    st.sampled_from(sorted(CHANGE_KINDS)),
    st.dictionaries(
        st.sampled_from(FIELDS),
        ANYTHING,
    ),
)
def test_any_entry_is_a_change_or_refused(kind, entry):
    try:
        scenario = Scenario.from_dict({"schema": 2, "changes": [{"change": kind, **entry}]})
    except AnalysisError:
        return
    again = Scenario.from_dict(json.loads(json.dumps(scenario.to_dict())))
    assert again == scenario


def same(first, second):
    for name in COLUMNS:
        a, b = getattr(first, name), getattr(second, name)
        assert (a is None) == (b is None), name
        assert a is None or np.array_equal(a, b, equal_nan=True), name
    terms = [
        [None if code < 0 else inputs.special_terms[code] for code in _codes(inputs)]
        for inputs in (first, second)
    ]
    assert terms[0] == terms[1]


def _codes(inputs):
    return [-1] * len(inputs) if inputs.terms is None else inputs.terms.tolist()


@settings(max_examples=40)
@given(st.lists(st.sampled_from(CHANGES), max_size=6))
def test_applied_twice_is_applied_once(changes):
    once = applied(PARCELS, *changes)
    twice = apply_scenario(Scenario("s", "s", tuple(changes)), once.inputs, DOCUMENT)
    same(once.inputs, twice.inputs)
    assert once.overrides == twice.overrides


@settings(max_examples=20)
@given(st.lists(st.sampled_from(CHANGES), max_size=5, unique=True))
def test_computing_only_what_changed_gives_the_same(changes):
    scenario = Scenario("s", "S", tuple(changes))
    quick = simulate(PARCELS, DOCUMENT, scenario, reference=simulate(PARCELS, DOCUMENT, BASELINE))
    whole = simulate(PARCELS, DOCUMENT, scenario)
    assert np.allclose(quick.figures, whole.figures, rtol=1e-9, atol=1e-6)
    assert np.allclose(quick.extras, whole.extras, rtol=1e-9, atol=1e-6)
    for name in ("net_floor_area_m2", "max_height_m", "max_levels", "status_code"):
        first, second = (getattr(summary.outcome, name) for summary in (quick, whole))
        assert np.array_equal(first, second, equal_nan=True), name


def test_inputs_are_not_written():
    before = {name: getattr(PARCELS, name) for name in COLUMNS}
    copies = {name: None if v is None else v.copy() for name, v in before.items()}
    applied(PARCELS, *CHANGES)
    for name, copy in copies.items():
        assert copy is None or np.array_equal(getattr(PARCELS, name), copy)


def test_lost_parcels_are_counted_for_every_kind():
    lost = (AddReservation(((1, 5.0), ("T.none", 2.0), (0, 1.0))), Derogation((7,), ()))
    found = applied(PARCELS, *lost).problems
    assert [(p.code, p.count) for p in found] == [("scenario.parcels-lost", 3)]


def test_a_title_of_several_parcels_names_none():
    twins = parcel_inputs([0, 0], [100, 100], [10, 10], parcel_id=["T.1/C", "T.1/C"])
    done = applied(twins, SetSector(("T.1/C",), "B4"))
    assert done.problems[0].count == 1
    assert done.inputs.sector.tolist() == [0, 0]


# ------------------------------------------------------------------------- what each kind does
def test_protected_land_carries_nothing_where_all_of_it_is():
    for sector in ("A6", "B4", "D3", "E2", "S4", "C3"):
        for regime in (0, 1):
            parcel = one(sector, 60, 100, regime=[regime])
            assert net(parcel)[0] > 0, sector
            assert net(parcel, ProtectLand(((0, 6000.0),)))[0] == 0, (sector, regime)


def test_reserved_land_of_a_lot_lowers_what_its_ratios_apply_to():
    parcel = one("D4", 25, 40)  # 25 % of 1 000 m² on two levels
    assert net(parcel)[0] == pytest.approx(425)
    assert net(parcel, AddReservation(((0, 200.0),)))[0] == pytest.approx(425 * 0.8)


def test_reserved_raw_land_counts_with_the_equipment_of_the_plan():
    # C3 100 x 100: roads 2 000, cession 800 within the 1 000 m² reserved: reference 7 000.
    parcel = one("C3", 100, 100, regime=[0], plan_roads_m2=[2000])
    done = applied(parcel, AddReservation(((0, 1000.0),)))
    found = capacity(done.inputs, DOCUMENT)
    assert found.reference_area_m2[0] == pytest.approx(7000)
    assert found.free_cession_m2[0] == pytest.approx(800)
    assert found.to_acquire_m2[0] == pytest.approx(200)


def test_lifting_gives_back_what_was_taken_and_no_more():
    parcel = one("C3", 100, 100, regime=[0], equipment_m2=[900])
    added = AddReservation(((0, 500.0),))
    done = applied(parcel, added, LiftReservation(((0, 1200.0),), "B4"))
    assert done.inputs.equipment_m2[0] == pytest.approx(200)
    assert done.inputs.no_build_m2[0] == 0
    assert done.inputs.sector[0] == DOCUMENT.index_of("B4")
    back = applied(parcel, added, LiftReservation(((0, 5000.0),)), added)
    assert back.inputs.equipment_m2[0] == pytest.approx(500)


def test_land_that_its_reservation_blocked_is_free_again():
    blocked = LAND_CLASSES.index("blocked")
    parcel = one("C3", 20, 20, regime=[0], equipment_m2=[300], land_class=[blocked])
    assert applied(parcel, LiftReservation(((0, 300.0),))).inputs.land_class[0] == -1
    assert applied(parcel, LiftReservation(((0, 50.0),))).inputs.land_class[0] == blocked
    heritage = one("C3", 20, 20, regime=[0], equipment_m2=[10], land_class=[blocked])
    assert applied(heritage, LiftReservation(((0, 10.0),))).inputs.land_class[0] == blocked


def test_no_parcel_loses_more_than_it_has():
    parcel = one("C3", 10, 10, regime=[0], plan_roads_m2=[30])
    done = applied(parcel, AddReservation(((0, 90.0),)), AddServitude(((0, 99.0),)))
    assert done.inputs.equipment_m2[0] == pytest.approx(70)
    assert done.inputs.servitude_m2[0] == pytest.approx(70)
    roads = applied(parcel, AddRoad(AXIS, 20.0, ((0, 500.0),)))
    assert roads.inputs.plan_roads_m2[0] == pytest.approx(100)


def test_a_road_takes_land_and_widens_the_street():
    parcel = one("B4", 12, 25, road_width_m=[12])  # prospect 14.4 m: 895.56 m²
    assert net(parcel)[0] == pytest.approx(895.56)
    wider = AddRoad(AXIS, 20.0, (), ((0, 20.0),))
    assert net(parcel, wider)[0] == pytest.approx(928.2)
    cut = AddRoad(AXIS, 20.0, ((0, 24.0),), ((0, 20.0),))
    shorter = one("B4", 12, 23)
    assert net(parcel, cut)[0] == pytest.approx(net(shorter)[0])


def test_a_transit_line_in_a_street_changes_nothing():
    assert net(one(), AddTransitLine(AXIS))[0] == net(one())[0]


def test_a_derogation_holds_for_its_parcels_only():
    parcels = parcel_inputs(
        [DOCUMENT.index_of("D4")] * 3, [1000] * 3, [25] * 3, road_width_m=[12] * 3, regime=[1] * 3
    )
    granted = Derogation((1,), (("coverage.lot", 0.5), ("levels", 2.0)), "n° 1")
    done = applied(parcels, granted)
    found = capacity(done.inputs, DOCUMENT)
    # 50 % of 1 000 m² on three levels: within (25 - 2·5) x (40 - 2·5) = 450 m².
    assert found.gross_floor_area_m2.tolist() == pytest.approx([500, 3 * 450, 500])
    assert found.max_levels.tolist() == [2, 3, 2]
    assert found.max_height_m.tolist() == [8.5, 11.5, 8.5]
    later = Derogation((1,), (("levels", 1.0),), "n° 2")
    both = capacity(applied(parcels, granted, later).inputs, DOCUMENT)
    assert both.gross_floor_area_m2[1] == pytest.approx(2 * 450)


def test_a_derogation_is_above_the_value_of_the_sector():
    value, granted = SetSectorValue("D4", "coverage", 0.1), Derogation((0,), (("coverage", 0.2),))
    parcel = one("D4", 25, 40)
    assert net(parcel, granted, value)[0] == pytest.approx(0.85 * 2 * 200)


def test_a_derogation_where_no_number_is_fixed_changes_nothing():
    found = capacity(applied(one("ZR"), Derogation((0,), (("levels", 4.0),))).inputs, DOCUMENT)
    assert found.status[0] == "no_rule"


@pytest.mark.parametrize(
    "values",
    [(("moon", 1.0),), (("levels.moon", 2.0),), (("coverage", 1.5),), (("bonus_cap", 0.5),)],
)
def test_an_impossible_derogation_is_refused(values):
    with pytest.raises(AnalysisError, match="derogation-value"):
        applied(one(), Derogation((0,), values))


def test_what_a_scenario_took_is_told_where_nothing_fits():
    done = applied(one("B4"), ProtectLand(((0, 300.0),)))
    found = capacity(done.inputs, DOCUMENT)
    assert (found.status[0], found.reason[0]) == ("nothing_fits", "land_taken")
    for language in LANGUAGES:
        assert load_words(language).has(f"report.reason.{found.reason[0]}")


@pytest.mark.parametrize(
    ("sector", "regime", "change", "code"),
    [
        ("C3", 0, GrantBonus((0,), "energy", 0.05), None),
        ("C3", -1, GrantBonus((0,), "energy", 0.05), None),
        ("C3", 1, GrantBonus((0,), "energy", 0.05), "scenario.bonus-without-effect"),
        ("B4", 1, GrantBonus((0,), "height_line", 0.2), None),
        ("A6", 0, GrantBonus((0,), "energy", 0.05), "scenario.bonus-without-effect"),
        ("I3", 0, GrantBonus((0,), "energy", 0.05), "scenario.bonus-without-effect"),
        ("ZR", 0, Derogation((0,), (("levels", 3.0),)), "scenario.derogation-without-rule"),
        ("B4", 0, Derogation((0,), (("levels", 3.0),)), None),
    ],
)
def test_what_is_granted_in_vain_is_told(sector, regime, change, code):
    found = applied(one(sector, regime=[regime]), change).problems
    assert [problem.code for problem in found] == ([] if code is None else [code])
    moved = applied(one("A6", regime=[0]), change, SetSector((0,), "C3")).problems
    assert moved == ()


def test_an_unknown_bonus_is_refused():
    with pytest.raises(AnalysisError, match=r"bonus\.unknown"):
        applied(one(), GrantBonus((0,), "sunshine", 0.05))


# ------------------------------------------------------------------------------------ sentences
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
def test_every_change_is_said(change, language):
    words = load_words(language)
    said = change_text(change, DOCUMENT, words)
    named = edit_text(change.summary, DOCUMENT, words)
    left_out = edit_text(f"without {change.summary}", DOCUMENT, words)
    for text in (said, named, left_out):
        assert text
        assert "{" not in text


def test_sentences_tell_what_matters():
    words = load_words("fr")
    told = [change_text(change, DOCUMENT, words) for change in CHANGES]
    assert told[0] == "Zone dessinée : 2 parcelles en B5"
    assert told[3] == "Réservation E122 · école : 151\u00a0m² sur 2 parcelles"
    assert told[4].endswith("en B4")
    assert "AC 12" in told[7]
    assert "20\u00a0m" in told[7]
    assert "n° 12/2026" in told[10]
    assert "5\u00a0%" in told[11]
    assert edit_text("add_road::3", DOCUMENT, words) == "Voie sans nom (3 parcelles)"

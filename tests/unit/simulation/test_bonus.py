"""Bonuses of articles 9–20: what they come to, and the emergence rule that holds them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.errors import AnalysisError
from emadina_gis.regulation import load_document, sector_table
from emadina_gis.simulation import Scenario, apply_scenario, capacity
from emadina_gis.simulation.bonus import (
    BONUS_KINDS,
    HEIGHT_LINE,
    emergence_of,
    physical_maximum,
    share_of,
)
from emadina_gis.simulation.change_wording import bonus_input_label, bonus_label
from emadina_gis.simulation.changes import GrantBonus
from emadina_gis.simulation.parcels import parcel_inputs
from emadina_gis.words import LANGUAGES, load_words

DOCUMENT = load_document("ain-chock-2025")


@pytest.mark.parametrize(
    ("sectors", "low", "high"),
    [
        (("A6",), 0.0, 0.0),
        (("B5", "C5s", "PBC5"), 1 / 18, 1 / 18),
        (("B4", "C4s", "E4"), (1 / 3 + 1 / 9) / 5, (2 / 3) / 5),
        (("B3", "C3", "E3"), (1 / 3 + 1 / 9) / 4, (2 / 3) / 4),
        (("I3", "I5", "I8s", "I5s10"), 0.0, 0.0),
        (("ZR", "PU1"), 0.0, 0.0),
    ],
)
def test_what_fits_physically(sectors, low, high):
    for code in sectors:
        found = physical_maximum(DOCUMENT, DOCUMENT.index_of(code))
        assert found == pytest.approx((low, high)), code


def test_the_percentages_of_the_model():
    shares = {
        code: [round(100 * share) for share in physical_maximum(DOCUMENT, DOCUMENT.index_of(code))]
        for code in ("A6", "B5", "C5s", "PBC5", "B3", "C3", "E3")
    }
    assert shares["A6"] == [0, 0]
    assert shares["B5"] == shares["C5s"] == shares["PBC5"] == [6, 6]
    assert shares["B3"] == shares["C3"] == shares["E3"] == [11, 17]


def net_of(sector, regime, *bonuses, n=1, road=20, w=60, d=100):
    parcels = parcel_inputs(
        [DOCUMENT.index_of(sector)] * n,
        [w * d] * n,
        [w] * n,
        road_width_m=[road] * n,
        regime=[regime] * n,
    )
    changes = tuple(GrantBonus(tuple(range(n)), key, share) for key, share in bonuses)
    done = apply_scenario(Scenario("s", "s", changes), parcels, DOCUMENT)
    return capacity(done.inputs, DOCUMENT)


def test_a_bonus_is_its_share_where_it_fits():
    plain, more = net_of("C3", 0), net_of("C3", 0, ("social_mix", 0.05))
    assert more.net_floor_area_m2[0] == pytest.approx(1.05 * plain.net_floor_area_m2[0])
    gross = plain.gross_floor_area_m2[0] + 0.05 * plain.net_floor_area_m2[0] / 0.85
    assert more.gross_floor_area_m2[0] == pytest.approx(gross)
    assert more.binding[0] == plain.binding[0]


def test_the_emergence_rule_holds_more():
    plain = net_of("C3", 0)
    more = net_of("C3", 0, ("grouping", 0.10), ("functional_mix", 0.10))
    floor = plain.gross_floor_area_m2[0] / 4
    room = 0.85 * (1 / 3 + 1 / 9) * floor
    assert more.net_floor_area_m2[0] == pytest.approx(plain.net_floor_area_m2[0] + room)
    high = plain.net_floor_area_high_m2[0] + min(
        0.20 * plain.net_floor_area_high_m2[0], 0.90 * (2 / 3) * floor
    )
    assert more.net_floor_area_high_m2[0] == pytest.approx(high)


def test_a_bonus_gives_no_more_than_the_document_says():
    plain, more = net_of("C3", 0), net_of("C3", 0, ("energy", 0.5))
    assert more.net_floor_area_m2[0] == pytest.approx(1.05 * plain.net_floor_area_m2[0])


def test_all_bonuses_together_stay_under_the_cap():
    many = tuple((bonus.key, bonus.share) for bonus in DOCUMENT.bonuses)
    plain, more = net_of("D3", 0, d=40), net_of("D3", 0, *many, d=40)
    assert more.net_floor_area_m2[0] <= 1.2 * plain.net_floor_area_m2[0] + 1e-9


@pytest.mark.parametrize(("sector", "regime"), [("A6", 0), ("C3", 1), ("B4", 1), ("I3", 0)])
def test_who_gets_none(sector, regime):
    plain, more = (
        net_of(sector, regime, *given) for given in ((), (("social_mix", 0.05), ("energy", 0.05)))
    )
    assert more.net_floor_area_m2[0] == plain.net_floor_area_m2[0] > 0


def test_the_height_line_holds_in_lots_too():
    plain, more = net_of("B4", 1), net_of("B4", 1, (HEIGHT_LINE, 0.20))
    assert plain.net_floor_area_m2[0] < more.net_floor_area_m2[0]
    assert more.net_floor_area_m2[0] <= 1.2 * plain.net_floor_area_m2[0]


def test_an_unknown_regime_counts_both():
    lot, raw, unknown = (net_of("B4", regime, ("social_mix", 0.05)) for regime in (1, 0, -1))
    values = [outcome.net_floor_area_m2[0] for outcome in (lot, raw)]
    assert np.isnan(unknown.net_floor_area_m2[0])
    assert unknown.central_net_m2[0] == pytest.approx(sum(values) / 2)
    assert unknown.net_floor_area_low_m2[0] == min(
        outcome.net_floor_area_low_m2[0] for outcome in (lot, raw)
    )


def test_parcels_share_their_case():
    found = net_of("C3", 0, ("social_mix", 0.05), n=200)
    assert len({figures.block.kind.terms for figures in found.blocks}) == 1
    assert np.ptp(found.net_floor_area_m2) == 0


@given(
    st.sampled_from(["B3", "B5", "C2", "C4s", "D3", "E3", "PBC4"]),
    st.lists(st.sampled_from([bonus.key for bonus in DOCUMENT.bonuses]), unique=True),
)
def test_more_bonuses_never_give_less(sector, keys):
    shares = {bonus.key: bonus.share for bonus in DOCUMENT.bonuses}
    before = 0.0
    for count in range(len(keys) + 1):
        given_ = tuple((key, shares[key]) for key in keys[:count])
        now = net_of(sector, 0, *given_).net_floor_area_m2[0]
        assert now >= before
        before = now


def places(in_structure, under_green, net_m2):
    names = ("places_in_structure", "places_under_green", "net_floor_area_m2")
    return dict(zip(names, (in_structure, under_green, net_m2), strict=True))


@pytest.mark.parametrize(
    ("bonus", "sector", "basis", "share"),
    [
        ("permeability", "B4", {"permeable_share": 0.23}, 0.03),
        ("permeability", "B4", {"permeable_share": 0.10}, 0.0),
        ("permeability", "C3", {"permeable_share": 0.50}, 0.05),
        ("permeability", "D3", {"permeable_share": 0.90}, 0.0),
        ("equipment", "C3", {"surplus_m2": 500, "reference_area_m2": 10_000}, 0.01),
        ("parking", "B4", places(100, 0, 50_000), 0.02),
        ("parking", "B4", places(20, 20, 1), 0.0),
        ("parking", "B4", places(0, 60, 9_000), 0.05),
        ("social_mix", "B4", {"social_share": 0.5}, 0.05),
        ("social_mix", "B4", {"social_share": 0.6}, 0.0),
        ("functional_mix", "B4", {"activity_m2_per_dwelling": 2}, 0.05),
        ("functional_mix", "B4", {"activity_m2_per_dwelling": 4}, 0.10),
        ("functional_mix", "B4", {"activity_m2_per_dwelling": 1.9}, 0.0),
        ("grouping", "C3", {"area_m2": 150_000}, 0.10),
        ("grouping", "C3", {"area_m2": 149_999}, 0.0),
        ("energy", "B4", {}, 0.05),
        ("storm_water", "B4", {}, 0.05),
    ],
)
def test_shares_from_their_inputs(bonus, sector, basis, share):
    assert share_of(DOCUMENT, bonus, sector, basis) == pytest.approx(share)


@pytest.mark.parametrize(
    ("bonus", "basis", "code"),
    [
        ("sunshine", {}, "bonus.unknown"),
        ("social_mix", {}, "bonus.basis"),
        ("social_mix", {"social_share": -0.1}, "bonus.basis"),
        ("equipment", {"surplus_m2": 1, "reference_area_m2": 0}, "bonus.basis"),
    ],
)
def test_what_cannot_be_worked_out_is_refused(bonus, basis, code):
    with pytest.raises(AnalysisError) as refused:
        share_of(DOCUMENT, bonus, "B4", basis)
    assert refused.value.code == code


@pytest.mark.parametrize("language", LANGUAGES)
def test_bonuses_and_their_inputs_have_names(language):
    words = load_words(language)
    for key, kind in BONUS_KINDS.items():
        assert bonus_label(key, words) != key
        assert all(bonus_input_label(name, words) for name in kind.inputs)


def test_every_bonus_of_the_document_can_be_worked_out():
    assert {bonus.key for bonus in DOCUMENT.bonuses} == set(BONUS_KINDS)


def test_an_emergence_needs_room_under_the_ceiling():
    table = sector_table(DOCUMENT)
    index = DOCUMENT.index_of("A6")
    ruling, _share = table.cases[int(table.lookup[index].flat[0])][0]
    given_ = emergence_of(DOCUMENT, index, ruling, ((HEIGHT_LINE, 0.2),), lot=True)
    assert (given_.floors_low, given_.floors_high) == (0.0, 0.0)

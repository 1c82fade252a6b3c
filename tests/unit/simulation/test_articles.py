"""Every zero has its article: what bars a building where nothing fits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from emadina_gis.regulation import USES, load_document
from emadina_gis.simulation import Fronts, Regime, capacity, parcel_inputs
from emadina_gis.simulation.articles import barring_article

DOCUMENT = load_document("ain-chock-2025")
LOT, RAW, UNKNOWN = Regime.LOT, Regime.RAW, Regime.UNKNOWN


def one(sector, width, depth, regime=LOT, road=20, **more):
    columns = {name: [value] for name, value in more.items()}
    return capacity(
        parcel_inputs(
            [DOCUMENT.index_of(sector)],
            [width * depth],
            [width],
            road_width_m=[road],
            regime=[regime],
            **columns,
        ),
        DOCUMENT,
    )


@pytest.mark.parametrize(
    ("parcel", "article"),
    [
        (("B4", 5, 25), "28-34"),  # narrower than a building: the least frontage
        (("S4", 5, 10), "64-69"),  # which is not printed there
        (("B4s", 12, 3), "32"),  # no deeper than the set-back from the street
        (("B4", 12, 4, LOT, 1), "32"),  # the prospect leaves no depth
        (("C3", 20, 100), "40"),  # 8 m on both sides
        (("D4", 12, 8), "47"),  # the sides and the rear together
        (("E2", 8, 2), "55"),  # the courtyard
        (("D4", 12, 8, UNKNOWN), "47"),  # under either regime
    ],
)
def test_nothing_fits_because_of_an_article(parcel, article):
    found = one(*parcel)
    assert (found.status[0], found.net_floor_area_m2[0]) == ("nothing_fits", 0.0)
    assert (found.binding[0], found.binding_detail[0]) == ("", "")
    assert found.article[0] == barring_article(found, 0) == article


@pytest.mark.parametrize(
    ("sector", "regime", "taken"),
    [
        ("B4", LOT, {"plan_roads_m2": 300.0}),
        ("B4", RAW, {"servitude_m2": 300.0}),
        ("C3", RAW, {"equipment_m2": 300.0}),
        ("B4", LOT, {"no_build_m2": 300.0}),
        ("B4", RAW, {"no_build_m2": 300.0}),
    ],
)
def test_land_that_is_taken_is_cited(sector, regime, taken):
    found = one(sector, 12, 25, regime, **taken)
    assert found.status[0] == "nothing_fits"
    assert found.article[0] == DOCUMENT.printed.ratio_base.article


def test_where_something_fits_nothing_bars_it():
    found = one("B4", 12, 25)
    assert barring_article(found, 0) == ""
    assert found.article[0] == "28-34"


def test_every_zero_has_an_article_and_no_gap_has_one():
    generator = np.random.default_rng(11)
    codes = [code for code in DOCUMENT.sector_codes if DOCUMENT.sector(code).no_number is None]
    count = 4000
    width = generator.uniform(3, 40, count)
    inputs = parcel_inputs(
        [DOCUMENT.index_of(code) for code in generator.choice(codes, count)],
        width * generator.uniform(2, 40, count),
        width,
        road_width_m=np.where(generator.random(count) < 0.1, math.nan, 12.0),
        side_road_width_m=generator.uniform(1, 30, count),
        fronts=generator.choice(list(Fronts), count),
        regime=generator.choice([LOT, RAW], count),
        plan_roads_m2=generator.choice([0.0, 40.0, 2000.0], count),
        use=generator.integers(0, len(USES), count),
    )
    found = capacity(inputs, DOCUMENT)
    article, status = found.article.to_array(), found.status.to_array()
    assert (status == "nothing_fits").sum() > 500
    assert (article[~np.isin(status, ["missing_input"])] != "").all()
    assert (article[status == "missing_input"] == "").all()


def test_dwellings_are_none_where_nothing_fits_under_either_regime():
    found = one("D4", 12, 8, UNKNOWN)
    assert (found.dwellings[0], found.parking_places[0]) == (0, 0)
    assert math.isnan(one("D4", 25, 80, UNKNOWN).dwellings[0])

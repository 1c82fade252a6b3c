"""Raw land both ways, years of reserve, densities: formulas by hand, and what cannot be said."""

from __future__ import annotations

import math

import numpy as np
import pytest

from emadina_gis.regulation import load_document
from emadina_gis.simulation import (
    Regime,
    capacity,
    default_parameters,
    dwellings_of,
    parcel_inputs,
    part_of,
    summarise,
)
from emadina_gis.simulation.densities import densities
from emadina_gis.simulation.growth import VARIANTS, Households, reserves
from emadina_gis.simulation.land_budget import land_budget
from emadina_gis.simulation.raw_land import COEFFICIENTS, raw_land

DOCUMENT = load_document("ain-chock-2025")
RAW = Regime.RAW
NAN = math.nan


def raw_of(sector, width, depth, parameters=None, **more):
    columns = {name: [value] for name, value in more.items()}
    columns.setdefault("road_width_m", [20.0])
    inputs = parcel_inputs(
        [DOCUMENT.index_of(sector)],
        [width * depth],
        [width],
        regime=[RAW],
        existing_floor_area_m2=[0.0],
        **columns,
    )
    outcome = capacity(inputs, DOCUMENT, parameters)
    return raw_land(outcome, land_budget(outcome).states)


def test_villas_are_divided_by_the_minimum_lot_or_counted_by_hectare():
    raw = raw_of("D3", 200, 100)
    reference = 18_000  # 10 % of 20 000 is ceded
    assert raw.subdivision.units[0] == pytest.approx(reference * (1 - 0.275) / 600)
    assert raw.subdivision.dwellings[:, 0] == pytest.approx(
        [reference * (1 - loss) / 600 for loss in (0.275, 0.30, 0.25)]
    )
    assert raw.integrated.dwellings[0, 0] == pytest.approx(reference / 10_000 * 18)
    assert raw.integrated.net_m2[0, 0] == raw.outcome.net_floor_area_m2[0]


def test_lots_take_roads_and_green_and_carry_what_a_standard_lot_carries():
    raw = raw_of("B3", 150, 100)
    land = 13_500 - 0.30 * 15_000 - 0.10 * 15_000
    lot = capacity(
        parcel_inputs(
            [DOCUMENT.index_of("B3")], [250.0], [12.0], road_width_m=[16.0], regime=[Regime.LOT]
        ),
        DOCUMENT,
    )
    assert raw.subdivision.land_m2[0] == pytest.approx(land)
    assert raw.subdivision.units[0] == pytest.approx(land / 250)
    assert raw.subdivision.net_m2[0, 0] == pytest.approx(land / 250 * lot.net_floor_area_m2[0])
    assert raw.subdivision.dwellings[0, 0] == pytest.approx(
        land / 250 * dwellings_of(part_of(lot))[0]
    )


def test_an_integrated_operation_is_what_the_engine_gives_to_land_that_is_no_lot():
    raw = raw_of("C3", 150, 100)
    assert raw.integrated.net_m2[0, 0] == raw.outcome.net_floor_area_m2[0]
    assert raw.integrated.dwellings[0, 0] == dwellings_of(part_of(raw.outcome))[0]
    assert raw.integrated.land_m2[0] == raw.outcome.reference_area_m2[0]


def test_the_villas_of_the_totals_are_those_of_the_lotissement():
    raw = raw_of("D4", 300, 100)
    assert dwellings_of(part_of(raw.outcome))[0] == pytest.approx(raw.subdivision.dwellings[0, 0])


CANNOT = [
    ("PBC4", {}, "", "no_minimum_plot"),
    ("ZR", {}, "no_rule", "no_rule"),
    ("A6", {"road_width_m": NAN}, "missing_input", ""),
    ("D3", {"equipment_m2": 7_000.0}, "too_small", ""),
    ("C3", {"servitude_m2": 15_000.0}, "nothing_fits", "nothing_fits"),
]


@pytest.mark.parametrize(("sector", "more", "integrated", "subdivision"), CANNOT)
def test_what_cannot_be_said_has_a_reason_and_no_figure(sector, more, integrated, subdivision):
    raw = raw_of(sector, 150, 100, **more)
    for way, reason in ((raw.integrated, integrated), (raw.subdivision, subdivision)):
        assert way.reason[0] == reason
        unknown = reason in {"no_rule", "missing_input", "no_minimum_plot"}
        assert np.isnan(way.net_m2[0, 0]) == unknown
        assert np.isnan(way.dwellings[:, 0]).all() == unknown
        assert way.total()["without"] == int(unknown)


def test_wider_roads_in_a_lotissement_leave_fewer_lots_and_ranges_are_in_order():
    plain = default_parameters(DOCUMENT)
    wide = plain.with_value("subdivision_roads_share", 0.4)
    first, second = raw_of("E3", 150, 100, plain), raw_of("E3", 150, 100, wide)
    assert second.subdivision.units[0] < first.subdivision.units[0]
    for way in first.ways.values():
        value, low, high = way.net_m2[:, 0]
        assert low <= value <= high
        value, low, high = way.dwellings[:, 0]
        assert low <= value <= high
    assert all(key in plain.values for key in COEFFICIENTS)


def test_activity_land_has_floor_area_and_no_dwellings():
    raw = raw_of("I5", 150, 100)
    assert raw.subdivision.net_m2[0, 0] > 0
    assert not raw.subdivision.dwellings.any()
    assert not raw.integrated.dwellings.any()


def test_built_land_and_lots_are_no_raw_land():
    inputs = parcel_inputs(
        [DOCUMENT.index_of("C3")] * 3,
        [12_000.0, 12_000.0, 9_000.0],
        [100.0] * 3,
        road_width_m=[20.0] * 3,
        regime=[Regime.LOT, RAW, RAW],
        existing_floor_area_m2=[0.0, 500.0, 0.0],
    )
    outcome = capacity(inputs, DOCUMENT)
    raw = raw_land(outcome, land_budget(outcome).states)
    assert len(raw) == 0
    assert raw.sectors == ()
    assert raw.integrated.total()["dwellings"] == 0


# --- years of reserve -----------------------------------------------------------------------------


def test_years_are_mobilisable_dwellings_over_the_yearly_need():
    parameters = default_parameters(DOCUMENT)
    found = reserves(parameters, Households(10_000, "parcels"), (1_000.0, 400.0, 2_000.0))
    recent = found[0]
    need = 10_000 * (0.0105 + 0.00066) / (1 - 0.06)
    most = 10_000 * (0.0105 + 0.00066) / (1 - 0.08)
    assert recent.need_per_year == pytest.approx((need, need, most))
    assert recent.years == pytest.approx((1_000 / need, 400 / most, 2_000 / need))
    assert [reserve.variant for reserve in found] == list(VARIANTS)
    assert [reserve.reason for reserve in found] == ["", "", ""]
    assert found[0].years[0] > found[1].years[0] > found[2].years[0]


def test_a_variant_is_tried_on_the_past():
    parameters = default_parameters(DOCUMENT)
    households = Households(110, "parcels", census=110.0, before=100.0, years=10)
    found = reserves(parameters, households, (10.0, 5.0, 20.0))[0]
    assert found.backcast_pct == pytest.approx(100 * (100 * 1.0105**10 / 110 - 1))
    assert households.gap_percent == 0
    assert math.isnan(reserves(parameters, Households(110), (1.0, 1.0, 1.0))[0].backcast_pct)


def without_growth(parameters):
    for key in ("household_growth_recent_pct", "replacement_pct"):
        parameters = parameters.with_value(key, 0.0)
    return parameters


@pytest.mark.parametrize(
    ("change", "count", "mobilisable", "reason"),
    [
        (lambda p: p, NAN, 1.0, "no_households"),
        (lambda p: p, 0.0, 1.0, "no_households"),
        (lambda p: p, 100.0, NAN, "no_reserve"),
        (without_growth, 100.0, 1.0, "no_need"),
        (lambda p: p.with_value("vacancy_share", 1.0), 100.0, 1.0, "no_vacancy"),
    ],
)
def test_years_that_cannot_be_said_have_a_reason(change, count, mobilisable, reason):
    parameters = change(default_parameters(DOCUMENT))
    found = reserves(parameters, Households(count, "census"), (mobilisable,) * 3)[0]
    assert found.reason == reason
    assert all(math.isnan(years) for years in found.years)


# --- densities ------------------------------------------------------------------------------------


def housed():
    inputs = parcel_inputs(
        [DOCUMENT.index_of("B4")] * 4,
        [300.0, 300.0, 400.0, 1_000.0],
        [12.0] * 4,
        road_width_m=[20.0] * 4,
        regime=[Regime.LOT] * 4,
        existing_floor_area_m2=[900.0, 0.0, 0.0, 0.0],
        existing_dwellings=[9.0, 0.0, 0.0, 0.0],
    )
    return summarise(capacity(inputs, DOCUMENT))


def test_three_denominators_are_never_mixed():
    found = densities(housed(), perimeter_m2=5_000.0, blocks=np.array([0, 0, 1, 1]))
    existing = {item.denominator: item for item in found if item.figure == "existing"}
    assert existing["perimeter"].per_ha == pytest.approx(9 / 0.5)
    assert existing["block"].area_m2 == 600
    assert existing["block"].per_ha == pytest.approx(9 / 0.06)
    assert existing["parcel"].per_ha == pytest.approx(9 / 0.03)
    assert existing["perimeter"].per_ha < existing["block"].per_ha < existing["parcel"].per_ha


def test_theoretical_dwellings_are_divided_by_the_parcels_that_may_hold_them():
    summary = housed()
    dwellings = dwellings_of(part_of(summary.outcome), certain=False)
    area = summary.outcome.inputs.area_m2
    found = {(item.figure, item.denominator): item for item in densities(summary)}
    allowed = found["allowed", "parcel"]
    assert allowed.dwellings == pytest.approx(dwellings.sum())
    assert allowed.area_m2 == area[dwellings > 0].sum()


def test_dwellings_outside_every_block_leave_no_density_of_blocks():
    found = densities(housed(), blocks=np.array([-1, 0, 0, 0]))
    assert {item.reason for item in found if item.denominator == "block"} == {"no_blocks"}


def test_a_density_without_denominator_says_why():
    found = {(item.figure, item.denominator): item for item in densities(housed())}
    assert found["existing", "perimeter"].reason == "no_perimeter"
    assert found["existing", "block"].reason == "no_blocks"
    assert math.isnan(found["existing", "perimeter"].per_ha)
    assert found["allowed", "parcel"].reason == ""

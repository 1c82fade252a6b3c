"""Indicators: figures by hand, missing inputs named, words complete."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from emadina_gis.analysis.indicator import Inputs, Part, PartTable, guessed_part, ratio
from emadina_gis.analysis.indicators import annual_growth, catalogue
from emadina_gis.domain.column import column_of
from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84
from emadina_gis.domain.schema import Role, Schema, guessed_schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import MissingInput, NotMetric
from emadina_gis.words import LANGUAGES, load_words

HECTARE = shapely.box(0, 0, 100, 100)
KM2 = shapely.box(0, 0, 1000, 1000)


def units() -> FeatureTable:
    return FeatureTable.from_columns(
        {
            "population_2024": [20_000.0, 5_000.0, np.nan],
            "population_2014": [16_000.0, 6_000.0, 100.0],
            "households_2024": [5_000, 1_250, 10],
            "households_2014": [4_000, 1_000, 9],
            "dwellings_2024": [6_000, 1_500, 20],
            "dwellings_vacant_pct": [10.0, 20.0, np.nan],
            "households_slum_pct": [1.0, 5.0, 0.0],
            "employed_2024": [7_000, 1_000, 5],
            "business_jobs_2024": [3_500, 2_000, 0],
            "commute_bus_pct": [20.0, 10.0, 0.0],
            "commute_tram_pct": [5.0, 0.0, 0.0],
            "commute_train_pct": [1.0, 0.0, 0.0],
        },
        np.array([KM2, KM2, KM2]),
        crs=MERCHICH_NORTH,
    )


def parcels() -> FeatureTable:
    return FeatureTable.from_columns(
        {
            "parcel_id": ["T.1/C", "T.2/C", "T.3/C", "T.4/C"],
            "sector": ["E2", "E2", "D3", "D3"],
            "area_m2": [100.0, 100.0, 800.0, np.nan],
            "existing_dwellings": [3.0, 0.0, 1.0, 1.0],
            "existing_population": [10.0, 0.0, 5.0, 5.0],
            "existing_floor_area_m2": [250.0, 0.0, 400.0, np.nan],
            "existing_footprint_m2": [84.0, 0.0, 200.0, np.nan],
            "land_state": ["built", "free", "built", "blocked"],
            "block_id": ["Q1", "Q1", "Q2", None],
        },
        crs=MERCHICH_NORTH,
    )


def facilities() -> FeatureTable:
    return FeatureTable.from_columns(
        {
            "facility_id": ["V1", "V2", "E1", "G1"],
            "code": ["V", "V2", "E", "G"],
            "state": ["EXISTANT", "A CREER", "EXISTANT", "EXISTANT"],
            "public": [True, True, True, False],
        },
        np.array([HECTARE] * 4),
        crs=MERCHICH_NORTH,
    )


@pytest.fixture
def inputs() -> Inputs:
    extra = {
        "gross_floor_area_m2": column_of([250.0, 250.0, 800.0, np.nan]),
        "reference_area_m2": column_of([100.0, 100.0, 720.0, np.nan]),
    }
    table = parcels()
    return Inputs(
        {
            Part.UNITS: PartTable(units()),
            Part.PARCELS: PartTable(table, guessed_schema(table.names), extra),
            Part.FACILITIES: PartTable(facilities()),
        }
    )


TOTALS = {
    "population-density": 12_500.0,
    "household-size": 4.0,
    "population-growth": ((25 / 22) ** 0.1 - 1) * 100,
    "households-growth": ((6_260 / 5_009) ** 0.1 - 1) * 100,
    "dwelling-density-gross": 7_520 / 300,
    "dwelling-density-block": 4 / 0.1,
    "dwelling-density-parcel": 4 / 0.09,
    "vacancy": 12.0,
    "slum-share": (5_000 * 1 + 1_250 * 5) / 6_260,
    "public-transport-share": (7_000 * 26 + 1_000 * 10) / 8_005,
    "jobs-per-employed": 5_500 / 8_005,
    "floor-ratio-used": 0.65,
    "coverage-used": 28.4,
    "capacity-built": 50.0,
    "land-given": 8.0,
    "floor-per-person": 650 / 15,
    "land-consumed": 90.0,
    "land-per-person": 900 / 20,
    "green-existing": 10_000 / 20,
    "green-programmed": 20_000 / 20,
    "facilities-per-10000": 2 / 20 * 10_000,
}


@pytest.mark.parametrize("indicator_id", list(catalogue()))
def test_totals_by_hand(inputs, indicator_id):
    measure = catalogue()[indicator_id].run(inputs)
    assert measure.total == pytest.approx(TOTALS[indicator_id])


@pytest.mark.parametrize("indicator", catalogue().values(), ids=lambda i: i.id)
def test_values_stand_on_the_rows_of_their_table(inputs, indicator):
    measure = indicator.run(inputs)
    rows = inputs.part(indicator.part).table.row_count
    assert measure.rows == rows
    assert measure.values is None or measure.values.shape == (rows,)
    assert 0 <= measure.rows_used <= rows


def test_missing_values_stay_missing(inputs):
    density = catalogue()["population-density"].run(inputs).values
    assert density.tolist()[:2] == [20_000, 5_000]
    assert np.isnan(density[2])
    block = catalogue()["dwelling-density-block"].run(inputs).values
    assert block[:3].tolist() == [150.0, 150.0, 12.5]
    assert np.isnan(block[3])


@pytest.mark.parametrize("indicator", catalogue().values(), ids=lambda i: i.id)
def test_each_missing_column_is_named(inputs, indicator):
    for need in indicator.needs:
        part = inputs.part(need.part)
        names = {*need.names} | {part.schema.column(need.role) if need.role else ""}
        kept = {k: v for k, v in part.table.columns.items() if k not in names}
        table = FeatureTable(kept, part.table.ids, part.table.geometry, part.table.crs)
        extra = {k: v for k, v in part.extra.items() if k not in names}
        poorer = Inputs({**inputs.parts, need.part: PartTable(table, Schema(), extra)})
        with pytest.raises(MissingInput) as missing:
            indicator.run(poorer)
        assert missing.value.params["column"] in {n.names[0] for n in indicator.needs}
        assert need in indicator.missing_needs(poorer)


def test_a_missing_layer_is_named():
    with pytest.raises(MissingInput) as missing:
        catalogue()["vacancy"].run(Inputs({}))
    assert missing.value.code == "indicator.no-layer"


def test_degrees_have_no_areas():
    table = units().assign_crs(WGS84)
    with pytest.raises(NotMetric):
        catalogue()["population-density"].run(Inputs({Part.UNITS: PartTable(table)}))


def test_nobody_lives_there():
    table = parcels().with_column("existing_population", [0.0, 0.0, 0.0, 0.0])
    inputs = Inputs({Part.PARCELS: PartTable(table), Part.FACILITIES: PartTable(facilities())})
    for key in ("green-existing", "facilities-per-10000", "land-per-person", "floor-per-person"):
        assert catalogue()[key].run(inputs).total is None


def test_roles_find_columns_first():
    table = units().with_column("habitants", [1.0, 2.0, 3.0])
    part = PartTable(table, Schema({Role.POPULATION: "habitants"}))
    size = catalogue()["household-size"].run(Inputs({Part.UNITS: part}))
    assert size.values[0] == pytest.approx(1 / 5_000)


def test_ratios_of_nothing():
    measure = ratio(np.array([1.0, np.nan]), np.array([0.0, 1.0]))
    assert measure.total is None
    assert np.isnan(measure.values).all()
    assert annual_growth(np.array([100.0]), np.array([110.0])).total == pytest.approx(
        0.9577, abs=1e-4
    )


def test_tables_are_recognised():
    table = parcels()
    assert guessed_part(table, guessed_schema(table.names)) is Part.PARCELS
    assert guessed_part(units(), Schema()) is Part.UNITS
    assert guessed_part(facilities(), Schema()) is Part.FACILITIES
    assert guessed_part(FeatureTable.from_columns({"a": [1]}), Schema()) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_complete(language):
    words = load_words(language)
    for indicator in catalogue().values():
        for key in (indicator.title_key, indicator.formula_key, indicator.source_key):
            assert words.text(key)
        assert not indicator.unit or words.unit(indicator.unit)

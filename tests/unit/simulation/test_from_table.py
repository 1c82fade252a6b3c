"""Inputs from tables and geometry; parcels across sectors."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from emadina_gis.domain.crs import UNKNOWN, Crs
from emadina_gis.domain.schema import Schema, guessed_schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import SchemaError
from emadina_gis.regulation import load_document
from emadina_gis.simulation import (
    Fronts,
    Regime,
    Zoning,
    capacity,
    capacity_columns,
    capacity_rows,
    check_parcels,
    cut_by_zones,
    inputs_from_table,
    merge_columns,
    parcel_inputs,
)

DOCUMENT = load_document("ain-chock-2025")
MERCHICH = Crs.parse("EPSG:26191")


def read(columns, geometry=None, crs=MERCHICH):
    table = FeatureTable.from_columns(columns, geometry, crs=crs)
    return inputs_from_table(table, guessed_schema(table.names), DOCUMENT)


def test_columns_by_role():
    found = read(
        {
            "parcel_id": ["T.1/C", "T.2/C", None],
            "secteur": [" b4 ", "PBC5", "nowhere"],
            "area_m2": [300.0, 12000.0, None],
            "frontage_m": [12.0, 100.0, 10.0],
            "road_width_m": ["20", "20-30 variable", ""],
            "issu_lotissement": ["oui", "non", "نعم"],
            "fronts": ["corner", "one", None],
            "usage": ["Bureaux", None, "Hôtel"],
            "existing_floor_area_m2": [100.0, None, 0.0],
            "commune": ["01", "02", None],
        }
    )
    inputs = found.inputs
    assert inputs.sector.tolist() == [DOCUMENT.index_of("B4"), DOCUMENT.index_of("PBC5"), -1]
    assert inputs.regime.tolist() == [Regime.LOT, Regime.RAW, Regime.LOT]
    assert inputs.fronts.tolist() == [Fronts.CORNER, Fronts.ONE, Fronts.ONE]
    assert inputs.use.tolist() == [1, -1, 2]
    assert inputs.road_width_m[:2].tolist() == [20, 20]
    assert math.isnan(inputs.road_width_m[2])
    assert inputs.assumed.tolist() == [False, True, False]
    assert inputs.commune.tolist() == [0, 1, -1]
    assert [(p.code, p.params["value"]) for p in found.problems] == [
        ("parcels.sector-unknown", "nowhere")
    ]


@pytest.mark.parametrize("values", [[1, 0, None], [True, False, None], [1.0, 0.0, math.nan]])
def test_regime_in_many_types(values):
    inputs = read({"sector": ["B4"] * 3, "issu_lotissement": values}).inputs
    assert inputs.regime.tolist() == [Regime.LOT, Regime.RAW, Regime.UNKNOWN]


def rectangle(width, depth, angle=0.0):
    box = shapely.box(300000, 330000, 300000 + width, 330000 + depth)
    return shapely.affinity.rotate(box, angle)


def test_what_misses_is_measured():
    shapes = np.array([rectangle(12, 25, 17), rectangle(82, 100)], dtype=object)
    found = read(
        {
            "sector": ["B4", "C4s"],
            "road_width_m": [20, 20],
            "issu_lotissement": [1, 0],
            "plan_roads_m2": [0, 640],
            "equipment_m2": [0, 1150],
        },
        shapes,
    )
    outcome = capacity(found.inputs, DOCUMENT)
    assert outcome.net_floor_area_m2 == pytest.approx([928.2, 8172.75], abs=1e-6)
    assert set(outcome.reason.to_array()) == {"measure_estimated"}


def test_nothing_is_measured_in_degrees_or_in_an_unknown_system():
    shapes = np.array([rectangle(12, 25)], dtype=object)
    for crs, code in ((Crs.parse("EPSG:4326"), "in-degrees"), (UNKNOWN, "not-metric")):
        found = read({"sector": ["B4"]}, shapes, crs)
        assert [problem.code for problem in found.problems] == [f"parcels.{code}"]
        assert np.isnan(found.inputs.area_m2).all()


def test_bad_geometry_is_said():
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    found = read(
        {"sector": ["B4", "B4"], "road_width_m": [20, 20], "issu_lotissement": [1, 1]},
        np.array([bow, None], dtype=object),
    )
    outcome = capacity(found.inputs, DOCUMENT)
    assert outcome.status.to_array().tolist() == ["bad_geometry", "missing_input"]
    assert np.isnan(outcome.reference_area_m2).all()
    assert np.isnan(outcome.max_height_m[0])


def test_a_table_must_name_its_sector():
    table = FeatureTable.from_columns({"x": [1]})
    with pytest.raises(SchemaError):
        check_parcels(Schema(), table)
    assert (inputs_from_table(table, Schema(), DOCUMENT).inputs.sector == -1).all()


# --- across sectors ------------------------------------------------------------------------------


def straddled(zones, sectors, shapes=None):
    shapes = [shapely.box(0, 0, 24, 25)] if shapes is None else shapes
    shapes = np.array(shapes, dtype=object)
    n = len(shapes)
    inputs = parcel_inputs(
        [-1] * n,
        shapely.area(shapes),
        [24] * n,
        road_width_m=[20] * n,
        regime=[1] * n,
        existing_floor_area_m2=[600] * n,
    )
    index = np.array([DOCUMENT.index_of(code) for code in sectors], dtype=np.int32)
    parts = cut_by_zones(inputs, shapes, np.array(zones, dtype=object), index)
    outcome = capacity(parts.inputs, DOCUMENT)
    merged = merge_columns(capacity_columns(outcome), parts, inputs)
    return parts, outcome, merged


def test_parts_are_added_up():
    zones = [shapely.box(-5, -5, 16, 30), shapely.box(16, -5, 40, 30)]
    parts, outcome, merged = straddled(zones, ["B4", "B5"])
    assert parts.inputs.area_m2 == pytest.approx([400, 200])
    assert parts.inputs.frontage_m == pytest.approx([16, 8])
    assert merged["sector"][0] == "B4|B5"
    assert merged["status"][0] == "several_sectors"
    assert merged["net_floor_area_m2"][0] == pytest.approx(outcome.net_floor_area_m2.sum())
    assert merged["dwellings"][0] == pytest.approx(outcome.net_floor_area_m2.sum() * 0.8 / 90)
    assert merged["max_levels"][0] == 6
    assert merged["existing_floor_area_m2"][0] == pytest.approx(600)
    assert merged["binding_rule"][0] == "envelope"


def test_land_outside_adds_nothing():
    parts, _outcome, merged = straddled([shapely.box(-5, -5, 12, 30)], ["B4"])
    assert parts.inputs.sector.tolist() == [DOCUMENT.index_of("B4"), -1]
    assert merged["sector"][0] == "B4"
    assert (merged["status"][0], merged["reason"][0]) == ("ok", "partly_outside")
    assert merged["net_floor_area_m2"][0] == pytest.approx(928.2)


def test_land_without_a_number_is_named_and_what_stands_is_counted_whole():
    zones = [shapely.box(-5, -5, 12, 30), shapely.box(12, -5, 40, 30)]
    _parts, _outcome, merged = straddled(zones, ["B4", "ZR"])
    assert (merged["sector"][0], merged["article"][0]) == ("B4|ZR", "28-34|63")
    assert (merged["status"][0], merged["reason"][0]) == ("ok", "partly_outside")
    assert merged["gross_floor_area_m2"][0] == pytest.approx(1092)
    assert merged["existing_floor_area_m2"][0] == 600
    assert merged["residual_floor_area_m2"][0] == pytest.approx(492)


def test_whole_parcels_pass_through_and_slivers_are_dropped():
    shapes = [shapely.box(0, 0, 24, 25), shapely.box(100, 0, 124, 25), shapely.box(24, 0, 48, 25)]
    zones = [shapely.box(-5, -5, 24.01, 30), shapely.box(24.01, -5, 60, 30)]
    parts, _outcome, merged = straddled(zones, ["B4", "ZR"], shapes)
    assert parts.parent.tolist() == [0, 1, 2]
    assert merged["status"].tolist() == ["ok", "no_sector", "no_rule"]


def test_one_unknown_part_makes_the_whole_unknown():
    shapes = np.array([shapely.box(0, 0, 24, 25)], dtype=object)
    inputs = parcel_inputs([-1], [600], [24], regime=[1])
    zones = np.array([shapely.box(-5, -5, 12, 30), shapely.box(12, -5, 40, 30)], dtype=object)
    index = np.array([DOCUMENT.index_of(code) for code in ("B4", "S4")], dtype=np.int32)
    parts = cut_by_zones(inputs, shapes, zones, index)
    merged = merge_columns(capacity_columns(capacity(parts.inputs, DOCUMENT)), parts, inputs)
    assert merged["status"][0] == "missing_input"
    assert math.isnan(merged["net_floor_area_m2"][0])


def test_rows_of_a_table_with_and_without_zones():
    shapes = np.array(
        [rectangle(12, 25), shapely.box(300100, 330000, 300124, 330025)], dtype=object
    )
    table = FeatureTable.from_columns(
        {
            "parcel_id": ["T.1/C", "T.2/C"],
            "sector": ["S4", "S4"],
            "road_width_m": [20, 20],
            "issu_lotissement": [1, 1],
        },
        shapes,
        crs=MERCHICH,
    )
    schema = guessed_schema(table.names)
    plain = capacity_rows(table, schema, DOCUMENT)
    assert plain.columns["sector"].tolist() == ["S4", "S4"]
    zones = FeatureTable.from_columns(
        {"secteur": ["B4", "B5"]},
        np.array(
            [
                shapely.box(299990, 329990, 300112, 330100),
                shapely.box(300112, 329990, 300200, 330100),
            ],
            dtype=object,
        ),
        crs=MERCHICH,
    )
    zoning = Zoning(zones, guessed_schema(zones.names))
    found = capacity_rows(table, schema, DOCUMENT, zoning=zoning)
    assert found.columns["parcel_id"].tolist() == ["T.1/C", "T.2/C"]
    assert found.columns["sector"].tolist() == ["B4", "B4|B5"]
    assert found.columns["net_floor_area_m2"][0] == pytest.approx(928.2)
    with pytest.raises(SchemaError):
        capacity_rows(table.without_column("sector"), Schema(), DOCUMENT)


def test_amounts_below_zero_are_told_and_count_as_unknown():
    columns = {
        "parcel_id": ["T.1/C", "T.2/C", "T.3/C"],
        "sector": ["B4"] * 3,
        "area_m2": [300.0] * 3,
        "frontage_m": [12.0] * 3,
        "road_width_m": [20.0] * 3,
        "issu_lotissement": [0, 0, 0],
        "plan_roads_m2": [0.0, -50.0, 400.0],
        "existing_floor_area_m2": [100.0, -5.0, -5.0],
    }
    table = FeatureTable.from_columns(columns, crs=UNKNOWN)
    read = inputs_from_table(table, guessed_schema(table.names), DOCUMENT)
    told = {problem.where: problem for problem in read.problems}
    assert {problem.code for problem in read.problems} == {"parcels.negative"}
    assert told["plan_roads_m2"].params["parcel"] == "T.2/C"
    assert told["existing_floor_area_m2"].count == 2
    found = capacity(read.inputs, DOCUMENT)
    assert np.isnan(found.residual_floor_area_m2[1:]).all()
    assert found.residual_floor_area_m2[0] == pytest.approx(350)
    assert found.green_m2.tolist() == pytest.approx([30, 30, 0])

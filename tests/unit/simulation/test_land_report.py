"""The land budget of a project: layers, JSON, CSV, scenario beside reference."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace

import numpy as np
import pytest
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.schema import Role, Schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import MissingInput, OutputError
from emadina_gis.session.commands import AddScenario, ChangeSector
from emadina_gis.simulation.land_chain import STEPS
from emadina_gis.simulation.land_states import STATES
from emadina_gis.words import LANGUAGES, load_words
from emadina_gis.workflows.land_budget import (
    GROUPS,
    group_name,
    land_groups,
    land_json,
    land_report,
    land_report_named,
    write_land_csv,
    write_land_parcels_csv,
)
from emadina_gis.workflows.land_places import places_of
from emadina_gis.workflows.simulating import scenario_outcome
from tests.gui.small_project import small_project

WORDS = load_words("fr")
AIN_CHOCK = "06.141.01.41"


def units(layer_id, codes, households=None, side_m=1_000.0):
    """Return squares with the codes of communes or arrondissements."""
    count = len(codes)
    columns = {"code": codes, "name_fr": [f"Unité {code}" for code in codes]}
    schema = Schema({Role.COMMUNE: "code", Role.NAME: "name_fr"})
    if households is not None:
        columns |= {"households_2014": households[0], "households_2024": households[1]}
        schema = schema.with_role(Role.HOUSEHOLDS, "households_2024")
    west = 296_000.0 + np.arange(count) * side_m
    shapes = shapely.box(west, 330_000.0, west + side_m, 330_000.0 + side_m)
    table = FeatureTable.from_columns(columns, geometry=shapes, crs=MERCHICH_NORTH)
    title = Title(layer_id, layer_id, layer_id)
    return VectorLayer(layer_id, title, table, schema=schema)


def project_with_places():
    project = small_project()
    layers = (
        units("arrondissements", [AIN_CHOCK, "06.141.01.81"], ([10.0, 5.0], [15.0, 6.0])),
        units("communes", ["06.141.01.0", "06.141.01.81", "06.371.01.01"]),
    )
    return replace(project, layers=(*project.layers, *layers))


def with_scenario(project):
    project = AddScenario("Essai", scenario_id="s").apply(project)
    ids = project.parcels.table.ids[:5]
    return ChangeSector("s", ids, "PBC5").apply(project)


def rows_of(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def report_of(project, scenario_id=None):
    reference = scenario_outcome(project, project.reference_id)
    if scenario_id is None:
        return land_report(project, reference)
    return land_report(project, scenario_outcome(project, scenario_id), reference)


@pytest.mark.parametrize("by", GROUPS)
def test_groups_make_up_the_total(by):
    report = report_of(project_with_places())
    groups = land_groups(report, by)
    cells = sum(group.land.cells for group in groups)
    assert np.array_equal(cells, report.budget.total.cells)
    figures = sum(group.totals.figures for group in groups)
    assert figures == pytest.approx(report.summary.total.figures)


def test_an_arrondissement_belongs_to_its_commune_and_an_enclave_to_itself():
    project = project_with_places()
    places = places_of(project, (AIN_CHOCK, "06.141.01.81", "06.371.01.01", "99"))
    assert places.commune_of == {
        AIN_CHOCK: "06.141.01.0",
        "06.141.01.81": "06.141.01.81",
        "06.371.01.01": "06.371.01.01",
        "99": "99",
    }
    assert math.isnan(places.perimeter_m2)
    assert math.isnan(places.census)


def test_households_and_perimeter_come_from_the_layer_that_knows_the_commune():
    report = report_of(project_with_places())
    places, households = report.places, report.households
    assert places.perimeter_m2 == pytest.approx(1e6)
    assert (places.census, places.before, places.years) == (15.0, 10.0, 10)
    assert households.source == "parcels"
    assert households.count == report.summary.total.value("dwellings", "existing") == 15
    assert households.gap_percent == 0
    [commune] = land_groups(report, "commune")
    assert group_name(project_with_places(), "commune", commune.key, WORDS) == "Unité 06.141.01.0"


def test_without_layers_of_communes_what_they_say_stays_unknown():
    report = report_of(small_project())
    assert math.isnan(report.places.perimeter_m2)
    assert {item.reason for item in report.densities if item.denominator == "perimeter"} == {
        "no_perimeter"
    }
    assert all(math.isnan(reserve.backcast_pct) for reserve in report.reserves)
    assert not any(reserve.reason for reserve in report.reserves)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_json_and_stands_beside_the_reference(language):
    project = with_scenario(project_with_places())
    found = land_json(project, land_report_named(project, "s"), load_words(language))
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    now, before = found["total"], found["reference"]["total"]
    assert now["gross_m2"] == before["gross_m2"]
    assert now["steps_m2"]["green"] != before["steps_m2"]["green"]
    assert sum(round(1e4 * now["steps_m2"][name]) for name in STEPS) == round(1e4 * now["gross_m2"])
    assert sum(now["states"][name]["parcels"] for name in STATES) == now["parcels"]
    assert {entry["variant"] for entry in found["reserve"]} == {
        "recent",
        "decade_2000",
        "need_2009",
    }
    assert all(entry["source_text"] for entry in found["coefficients"])
    for measure in now["capacity"].values():
        gained = measure["expected"]["value"] - measure["existing"]["value"]
        assert measure["mobilisable"]["value"] == pytest.approx(gained)


def test_the_reference_stands_alone():
    project = with_scenario(small_project())
    for report in (land_report_named(project), land_report_named(project, project.reference_id)):
        assert land_json(project, report, WORDS)["reference"] is None
    reference = scenario_outcome(project, project.reference_id)
    assert land_report(project, reference, reference).reference is None


def test_a_table_of_groups_and_one_of_parcels_are_written_whole(tmp_path):
    project = with_scenario(project_with_places())
    report = report_of(project, "s")
    write_land_csv(project, report, tmp_path / "budget.csv", WORDS)
    write_land_parcels_csv(report, tmp_path / "parcels.csv")
    rows = rows_of(tmp_path / "budget.csv")
    assert {row["side"] for row in rows} == {"scenario", "reference"}
    assert {row["by"] for row in rows} == set(GROUPS)
    sectors = [row for row in rows if (row["side"], row["by"]) == ("scenario", "sector")]
    total = next(row for row in rows if (row["side"], row["by"]) == ("scenario", "total"))
    assert sum(float(row["gross_m2"]) for row in sectors) == float(total["gross_m2"])
    parcels = rows_of(tmp_path / "parcels.csv")
    assert len(parcels) == 30
    assert all(row["state"] in STATES and row["reason"] for row in parcels)
    with pytest.raises(OutputError):
        write_land_csv(project, report, tmp_path / "no" / "budget.csv", WORDS)


def test_a_project_without_parcels_is_told_so():
    project = small_project()
    outcome = scenario_outcome(project, project.reference_id)
    with pytest.raises(MissingInput):
        land_report(replace(project, parcels_id=""), outcome)


def test_what_no_document_gives_is_unknown_and_no_years_of_reserve():
    project = small_project()
    column = project.parcels.schema.column(Role.SECTOR)
    table = project.parcels.table.with_column(column, ["ZR"] * project.parcels.table.row_count)
    project = project.with_layer(replace(project.parcels, table=table))
    found = land_json(project, land_report_named(project), WORDS)
    dwellings = found["total"]["capacity"]["dwellings"]
    assert dwellings["existing"]["value"] > 0
    assert dwellings["allowed"]["value"] is dwellings["mobilisable"]["value"] is None
    assert {entry["reason"] for entry in found["reserve"]} == {"no_reserve"}

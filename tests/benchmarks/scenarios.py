"""Scenarios of every kind of change on a generated cadastre: applied, drawn, compared."""

from __future__ import annotations

import numpy as np
import shapely

from emadina_gis.domain.layer import Title
from emadina_gis.project import Project
from emadina_gis.regulation import load_document
from emadina_gis.simulation.changes import (
    AddReservation,
    AddRoad,
    Derogation,
    GrantBonus,
    SetSector,
    SetSectorValue,
)
from emadina_gis.simulation.compare import compare
from emadina_gis.simulation.drawn import drawn_of
from emadina_gis.simulation.from_table import inputs_from_table
from emadina_gis.simulation.outcome import simulate
from emadina_gis.simulation.scenario import BASELINE, Scenario, apply_scenario
from emadina_gis.workflows.resolving import Ground, resolve_reservation, resolve_road

MILLION = 1_000_000
#: A comparison with its decomposition, a million parcels, two cores.
COMPARISON_BAR_S = 1.0
MOVED = 5_000


def measure(bench, layer, label):
    """Time scenarios on a layer."""
    document = load_document("ain-chock-2025")
    read = inputs_from_table(layer.table, layer.schema, document).inputs
    ids = layer.table.ids.tolist()
    scenario = Scenario("b", "b", edits(ids))
    bench.time(
        label, "a scenario of six edits applied", lambda: apply_scenario(scenario, read, document)
    )
    reference = simulate(read, document, BASELINE)
    bench.time(
        label,
        "its totals, from the reference's",
        lambda: simulate(read, document, scenario, reference=reference),
    )
    bar = COMPARISON_BAR_S if layer.table.row_count >= MILLION else None
    found = bench.time(
        label,
        "two scenarios compared and explained (6 edits)",
        lambda: compare(read, document, BASELINE, scenario),
        bar_s=bar,
    )
    check(found)
    same = Scenario("c", "c", tuple(values()))
    bench.time(
        label,
        "the same, 6 values of one sector",
        lambda: compare(read, document, BASELINE, same),
        bar_s=bar,
    )
    drawing(bench, layer, label, read)


def drawing(bench, layer, label, read):
    """Time what a drawn area and a drawn road take."""
    project = Project("p", Title.plain("p"), layer.table.crs, (layer,), "ain-chock-2025", layer.id)
    extent = layer.table.extent
    x, y = (extent.xmin + extent.xmax) / 2, (extent.ymin + extent.ymax) / 2
    area = drawn_of(shapely.box(x - 250, y - 250, x + 250, y + 250), layer.table.crs.id)
    line = drawn_of(
        shapely.LineString([(extent.xmin, y), (x, y + 90), (extent.xmax, y)]), layer.table.crs.id
    )
    ground = Ground(project, BASELINE, inputs=read)
    bench.time(label, "25 ha drawn, to what it takes", lambda: resolve_reservation(ground, area))
    bench.time(label, "a road across it all", lambda: resolve_road(ground, line, 30.0))


def edits(ids):
    """Return six edits, some of them on the same parcels."""
    return (
        SetSector(tuple(ids[:MOVED]), "B4"),
        SetSectorValue("D3", "levels", 2.0),
        AddReservation(tuple((name, 30.0) for name in ids[1_000:3_000])),
        AddRoad(
            drawn_of(shapely.LineString([(0, 0), (1, 0)]), "EPSG:26191"),
            20.0,
            tuple((name, 12.0) for name in ids[2_000:2_500]),
            tuple((name, 20.0) for name in ids[2_000:4_000]),
        ),
        Derogation(tuple(ids[4_000:4_200]), (("levels", 6.0),), "n° 1"),
        GrantBonus(tuple(ids[4_500:5_500]), "social_mix", 0.05),
    )


def values():
    """Return six values of one sector."""
    yield SetSectorValue("B4", "levels", 5.0)
    yield SetSectorValue("B4", "coverage.raw", 0.4)
    yield SetSectorValue("B4", "floor_ratio.raw", 1.6)
    yield SetSectorValue("B4", "band_depth_m", 18.0)
    yield SetSectorValue("B4", "limit_distance_m", 5.0)
    yield SetSectorValue("B4", "prospect_factor", 1.0)


def check(found):
    """See that the parts sum to the difference."""
    for row in found.totals:
        told = sum(part["difference"] for part in found.why if part["key"] == row["key"])
        if row["key"].endswith((".allowed", ".addition", ".expected")):
            scale = max(abs(row["a"]), 1.0)
            assert np.isclose(told, row["difference"], rtol=0, atol=1e-9 * scale), row["key"]
